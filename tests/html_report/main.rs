//! The page in HTML, looked at with a browser without a window: what the address bar says is what is there. Without Chromium the
//! tests print `skipped`, unless `PRESYNC_REQUIRE_BROWSER` is set.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

#[path = "../common/mod.rs"]
mod common;

use std::env;
use std::path::Path;
use std::process::Command;

use common::Desk;

const RULES: &str = "\
rules:
  - id: mail-twice
    title: no two users have one mail
    rule: unique mail across user
    message: \"`{it}` belongs to {holders} users\"
    help: change one of them
    rationale: Mail goes to one of them.
  - id: title-plain
    severity: warning
    rule: |
      each title of user: not it contains \"!\"
    message: \"{it} is a bad title\"
";

/// A value that would end the data of the page, begin a script, or be taken for markup.
const HOSTILE: &str = "</script><script>document.title='x'</script><img src=x onerror=alert(1)>\u{202e}!";

fn directory() -> String {
    let title = data_encoding::BASE64.encode(HOSTILE.as_bytes());
    format!(
        "dn: CN=Ann,OU=Staff,DC=contoso,DC=com\nobjectClass: user\nmail: joe@c.com\n\n\
         dn: CN=Joe,OU=Labs,DC=contoso,DC=com\nobjectClass: user\nmail: Joe@C.com\ntitle:: {title}\nunicodePwd: hunter2\n\n\
         dn: CN=Zoe,OU=Labs,DC=fabrikam,DC=com\nobjectClass: user\nmail: zoe@c.com\ntitle: plain!\n"
    )
}

/// A folder with the page of a check.
fn desk() -> Desk {
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &directory())]);
    desk.check(&["a.ldif", "--output", "html=x.html"]).exits(1);
    desk
}

/// What stands in the page after its script has run; none if there is no browser.
fn page(folder: &Path, file: &str, hash: &str) -> Option<String> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let profile = tempfile::tempdir().unwrap();
    for name in names {
        let mut browser = Command::new(name);
        browser.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--enable-logging=stderr",
        ]);
        browser.args(["--window-size=1200,1000", "--virtual-time-budget=4000", "--dump-dom"]);
        browser.arg(format!("--user-data-dir={}", profile.path().display()));
        browser.arg(format!("file://{}#{hash}", folder.join(file).display()));
        let Ok(done) = browser.output() else { continue };
        let said = String::from_utf8_lossy(&done.stderr);
        let console: Vec<&str> = said.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(console.is_empty(), "{console:#?}");
        let text = String::from_utf8(done.stdout).unwrap();
        // what the page carries is no part of what it shows
        let (head, rest) = text.split_once("<script").unwrap_or_else(|| panic!("{name}: {said}\n{text}"));
        let (_, end) = rest.rsplit_once("</script>").unwrap();
        let text = format!("{head}{end}");
        assert!(text.contains("data-ready=\"true\"") && !text.contains("data-error"), "{text}");
        return Some(text);
    }
    assert!(
        env::var_os("PRESYNC_REQUIRE_BROWSER").is_none(),
        "PRESYNC_REQUIRE_BROWSER is set, but there is no browser"
    );
    println!("skipped: there is no browser");
    None
}

/// The texts of the elements with a class, in order.
fn texts(page: &str, class: &str) -> Vec<String> {
    let start = format!("class=\"{class}\"");
    let parts = page.split(&start).skip(1);
    parts.map(|part| part.split_once('>').unwrap().1.split_once('<').unwrap().0.to_owned()).collect()
}

fn count(page: &str, what: &str) -> usize {
    page.matches(what).count()
}

#[test]
fn everything_is_listed_and_counted() {
    let Some(page) = page(desk().path(), "x.html", "") else { return };
    assert!(page.contains("1 error, 2 warnings"), "{page}");
    assert_eq!(count(&page, "class=\"row\""), 3);
    assert_eq!(count(&page, "class=\"chart\""), 6);
    let names = texts(&page, "name");
    for name in ["mail-twice", "title-plain", "OU=Staff", "OU=Labs", "contoso.com", "fabrikam.com", "user"] {
        assert!(names.iter().any(|known| known == name), "{name} in {names:?}");
    }
    // keyboards and readers: a row has its place, and can be reached
    assert!(page.contains("aria-rowcount=\"4\"") && page.contains("tabindex=\"0\""), "{page}");
    assert!(page.contains("aria-expanded=\"false\""), "{page}");
}

#[test]
fn a_value_is_text_whatever_it_says() {
    let desk = desk();
    let Some(page) = page(desk.path(), "x.html", "open=0,1,2") else { return };
    assert!(page.contains("<title>presync: 1 error, 2 warnings</title>"), "{page}");
    assert!(
        !page.contains("<img") && page.contains("&lt;img src=x onerror=alert(1)&gt;&lt;U+202E&gt;!"),
        "{page}"
    );
    // nothing is loaded from anywhere, and nothing secret is there
    let file = std::fs::read_to_string(desk.path().join("x.html")).unwrap();
    assert!(!file.contains("hunter2"), "{file}");
    let loads = ["src=\"", "href=\"http", "url(", "@import", "fetch(", "XMLHttpRequest", "innerHTML"];
    let carried = file.split("<script type").next().unwrap();
    assert!(loads.iter().all(|one| !carried.contains(one)), "{carried}");
}

#[test]
fn the_search_finds_every_word() {
    let desk = desk();
    let Some(found) = page(desk.path(), "x.html", "q=PLAIN%20zoe") else { return };
    assert_eq!(count(&found, "class=\"row\""), 1);
    assert!(found.contains("1 of 3 findings") && found.contains("plain!"), "{found}");
    let nothing = page(desk.path(), "x.html", "q=plain%20ann").unwrap();
    assert_eq!(count(&nothing, "class=\"row\""), 0);
    assert!(nothing.contains("<p id=\"empty\">nothing fits"), "{nothing}");
}

#[test]
fn filters_stand_in_the_address_bar() {
    let desk = desk();
    let Some(page) = page(desk.path(), "x.html", "severity=warning&domain=fabrikam.com") else { return };
    assert_eq!(count(&page, "class=\"row\""), 1);
    assert_eq!(texts(&page, "chip"), ["severity: warning", "domain: fabrikam.com"]);
    // a facet counts as if it did not filter: the other domain can be seen
    let names = texts(&page, "name");
    assert!(names.iter().any(|name| name == "contoso.com"), "{names:?}");
    assert_eq!(count(&page, "type=\"button\" aria-pressed=\"true\""), 2);
}

#[test]
fn a_row_opens_to_the_excerpt_with_its_fault_marked() {
    let Some(page) = page(desk().path(), "x.html", "open=0") else { return };
    assert_eq!(count(&page, "aria-expanded=\"true\""), 1);
    assert_eq!(count(&page, "<mark>joe@c.com</mark>"), 1);
    assert_eq!(count(&page, "<mark>Joe@C.com</mark>"), 1);
    assert!(page.contains("<figcaption>a.ldif:3:7</figcaption>"), "{page}");
    assert!(page.contains("change one of them") && page.contains("Mail goes to one of them."), "{page}");
}

#[test]
fn the_list_is_sorted_by_a_column() {
    let desk = desk();
    let objects = |hash: &str| -> Option<Vec<String>> {
        let page = page(desk.path(), "x.html", hash)?;
        Some(texts(&page, "cell extra").into_iter().filter(|text| text.starts_with("CN=")).collect())
    };
    let Some(up) = objects("sort=object") else { return };
    let mut down = objects("sort=object&order=down").unwrap();
    assert!(up[0].starts_with("CN=Ann") && up[2].starts_with("CN=Zoe"), "{up:?}");
    down.reverse();
    assert_eq!(up, down);
}

#[test]
fn a_hundred_thousand_findings_are_a_few_rows() {
    let desk = desk();
    let text = std::fs::read_to_string(desk.path().join("x.html")).unwrap();
    let (head, rest) = text.split_once("\"rows\":[\n").unwrap();
    let (rows, end) = rest.split_once("\n]}").unwrap();
    let last = rows.lines().last().unwrap();
    let many = vec![last; 99_999].join(",\n");
    std::fs::write(desk.path().join("many.html"), format!("{head}\"rows\":[\n{rows},\n{many}\n]}}{end}"))
        .unwrap();
    let Some(page) = page(desk.path(), "many.html", "q=zoe&open=50000") else { return };
    assert!(page.contains("aria-rowcount=\"100001\""), "{}", &page[..2000]);
    assert!(page.contains("100\u{202f}000 of 100\u{202f}002 findings"), "{}", &page[..2000]);
    let rows = count(&page, "class=\"row\"");
    assert!((10..100).contains(&rows), "{rows} rows are there");
}

#[test]
fn a_run_that_could_not_be_done_says_why() {
    let desk = Desk::with(&[("rules.yaml", "rules: [{id: x, rule: eech}]"), ("a.ldif", "")]);
    desk.check(&["a.ldif", "--output", "html=x.html"]).exits(2);
    let Some(page) = page(desk.path(), "x.html", "") else { return };
    assert!(page.contains("nothing was checked") && page.contains("<section id=\"problems\""), "{page}");
    assert!(texts(&page, "tone").iter().any(|text| text.starts_with("error")), "{page}");
}

#[test]
fn a_forecast_has_the_same_page() {
    let example =
        |name: &str| std::fs::read(format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let desk = Desk::new().file("a.ldif", example("contoso.ldif")).file("t.json", example("tenant.json"));
    let arguments = ["forecast", "a.ldif", "--tenant", "t.json", "--now", "2026-01-01T00:00:00Z"];
    let printed = desk.run(&[&arguments[..], &["--format", "html"]].concat());
    printed.exits(0);
    desk.run(&[&arguments[..], &["--output", "html=f.html", "--output", "json=f.json"]].concat()).exits(0);
    let file = std::fs::read_to_string(desk.path().join("f.html")).unwrap();
    assert_eq!(file, printed.out);
    let document = std::fs::read_to_string(desk.path().join("f.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let objects = document["objects"].as_array().unwrap();
    let outcomes: usize = objects.iter().map(|object| object["outcomes"].as_array().unwrap().len()).sum();
    let Some(all) = page(desk.path(), "f.html", "open=0") else { return };
    assert!(all.contains(&format!("aria-rowcount=\"{}\"", outcomes + 1)), "{outcomes}");
    assert!(all.contains("<dt>object</dt>") && count(&all, "<mark>") > 0, "{all}");
    let taken = page(desk.path(), "f.html", "outcome=takeover&sort=object").unwrap();
    let wanted = objects.iter().flat_map(|object| object["outcomes"].as_array().unwrap());
    let wanted = wanted.filter(|outcome| outcome["kind"] == "takeover").count();
    assert_eq!(count(&taken, "class=\"row\""), wanted);
}

#[test]
fn a_table_of_matches_has_no_page() {
    let desk = desk();
    let ran = desk.run(&["forecast", "a.ldif", "--matches", "--output", "html=m.html"]);
    ran.exits(2).says(&["there is no page of `--matches`", "choose `json` or `csv`"]);
    assert!(!desk.path().join("m.html").exists());
    let ran = desk.run(&["forecast", "a.ldif", "--output", "csv=a.ldif"]);
    ran.exits(2).says(&["`a.ldif` is read, and would be replaced by a report"]);
}
