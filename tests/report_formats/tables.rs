//! The table of IdFix, and the summary in Markdown.

use super::{Desk, RULES, check, check_broken};

#[test]
fn the_table_of_idfix() {
    let ran = check("csv");
    ran.exits(1);
    let mut lines = ran.out.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("DISTINGUISHEDNAME,COMMONNAME,OBJECTCLASS,ATTRIBUTE,ERROR,VALUE,UPDATE,PROPOSEDACTION,ACTION")
    );
    // both holders have a row
    assert_eq!(lines.next(), Some("\"CN=Ann,DC=c\",Ann,user,mail,mail-twice,joe@c.com,,,"));
    assert_eq!(lines.next(), Some("\"CN=J\u{f6}e,DC=c\",J\u{f6}e,user,mail,mail-twice,Joe@C.com,,,"));
    let title = ran.out.split("\r\n").find(|line| line.contains("title-plain")).unwrap();
    // no formula, quotes doubled, and what is proposed
    assert!(title.contains(",\"'=cmd|' /C calc'!A0 ]]>&<\"\"'>"), "{title}");
    assert!(title.ends_with(",plain,EDIT,"), "{title}");
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}', '\u{200b}']), "{}", ran.out);
    // every row has nine cells
    for line in ran.out.split("\r\n").filter(|line| !line.is_empty()) {
        let mut quoted = false;
        let cells = line.chars().filter(|c| {
            quoted ^= *c == '"';
            *c == ',' && !quoted
        });
        assert_eq!(cells.count(), 8, "{line}");
    }
}

#[test]
fn a_table_is_not_written_where_nothing_could_be_judged() {
    let desk =
        Desk::with(&[("rules.yaml", "rules: [{id: x, rule: eech}]"), ("a.ldif", ""), ("t.csv", "old")]);
    let ran = desk.check(&["a.ldif", "--output", "csv=t.csv", "--output", "markdown=t.md"]);
    ran.exits(2);
    assert_eq!(std::fs::read_to_string(desk.path().join("t.csv")).unwrap(), "old");
    let summary = std::fs::read_to_string(desk.path().join("t.md")).unwrap();
    assert!(summary.contains("- **error** "), "{summary}");
}

#[test]
fn a_summary_in_markdown() {
    let ran = check("markdown");
    ran.exits(1);
    ran.shows(&[
        "## presync: 2 errors, 1 warning, 1 note\n",
        "checked 4 users in 1 file with 5 rules\n",
        "| `mail-twice` | error | 1 | no two users have one mail |",
        "| error | `joe@c.com` belongs to 2 users | `CN=Ann,DC=c` | `a.ldif:3:7` |",
        "<details><summary>1 rule could not be judged</summary>",
        "- department-short: `department` was not exported, or no object has it",
    ]);
    let title = ran.out.lines().find(|line| line.contains("is a bad title")).unwrap();
    // neither HTML, nor a link, nor a cell more
    for raw in ["</script>", "<!-- ", " [a](http", "\u{1b}"] {
        assert!(!title.contains(raw), "{raw} in {title}");
    }
    let cells = title.replace("\\|", "").matches('|').count();
    assert_eq!(cells, 5, "{title}");
}

#[test]
fn a_summary_says_what_is_wrong_with_the_input() {
    let ran = check_broken("markdown");
    ran.shows(&["### What is wrong with the input", "- **error** ", "(`b%,:<.ldif:2:1`)"]);
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let users: String = (0..150).map(|n| format!("dn: CN=U{n},DC=c\nobjectClass: user\nsn: x\n\n")).collect();
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &(users + &super::directory()))]);
    let ran = desk.check(&["a.ldif", "--format", "markdown"]);
    ran.shows(&["… and 54 more findings", "| `no-mail` | info | 151 |"]);
}
