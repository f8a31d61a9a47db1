//! What an organisation has for rules of its own: a beginning that works, tests beside packs, and a page whose samples are tests.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use common::Desk;

const RULE: &str = "language: 1
rules:
  - id: member-unknown
    rule: each member of group must refer to user, group
    message: \"`{it}` is nobody\"
";

const FIXTURE: &str = "# expect: member-unknown member
dn: CN=A,DC=c
objectClass: group
member: CN=Nobody,DC=c

dn: CN=B,DC=c
objectClass: group
member: CN=A,DC=c
";

fn read(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.path().join(name)).unwrap()
}

#[test]
fn a_beginning_works_and_writes_over_nothing() {
    let desk = Desk::new();
    desk.run(&["init"]).exits(0).says(&["wrote `presync.yaml`"]);
    desk.run(&["test", "policy"]).exits(0).shows(&["2 passed, 0 failed"]);
    desk.run(&["check", "--show-settings"]).exits(0).shows(&["rules: [\"policy/\"]"]);
    desk.run(&["rule", "new", "admin-without-card"])
        .exits(0)
        .says(&["wrote `policy/admin-without-card.yaml`"]);
    desk.run(&["test", "policy"]).exits(0).shows(&["4 passed, 0 failed"]);
    desk.run(&["rule", "admin-without-card"]).exits(0).shows(&["service accounts say what they are for"]);
    let before = read(&desk, "policy/admin-without-card.yaml");
    desk.run(&["rule", "new", "admin-without-card"])
        .exits(2)
        .says(&["there is a rule `admin-without-card` already"]);
    desk.run(&["rule", "new", "upn-taken"]).exits(2).says(&["there is a rule `upn-taken` already"]);
    desk.run(&["rule", "new", "other", "--file", "policy/admin-without-card.yaml"])
        .exits(2)
        .says(&["file-exists"]);
    assert_eq!(read(&desk, "policy/admin-without-card.yaml"), before);
    desk.run(&["rule", "new", "Admin"]).exits(2).says(&["`Admin` is no id"]);
    // one file that is there, and none of the others is written
    let desk = Desk::with(&[("presync.yaml", "rules: []\n")]);
    desk.run(&["init"]).exits(2).says(&["`presync.yaml` is there already"]);
    assert!(!desk.path().join("policy").exists());
    // all that the configuration proposes is right when it is taken in
    let desk = Desk::new();
    desk.run(&["init"]).exits(0);
    let taken: String = read(&desk, "presync.yaml")
        .lines()
        .filter(|line| !line.contains("# presync:") && !line.starts_with("# baseline"))
        .map(|line| {
            line.strip_prefix("# ")
                .filter(|rest| rest.contains(": ") || rest.starts_with("  ") || rest.ends_with(':'))
                .unwrap_or(line)
        })
        .filter(|line| line.starts_with([' ', '#']) || line.contains(':') && !line.contains("`"))
        .map(|line| format!("{line}\n"))
        .collect();
    let desk = desk.file("presync.yaml", &taken).file("a.ldif", "dn: CN=A,DC=c\nobjectClass: user\n");
    let ran = desk.run(&["check", "a.ldif", "--show-settings"]);
    ran.exits(0).shows(&["fail-level: error", "suppressions:", "service-account-undescribed: error"]);
}

#[test]
fn tests_stand_beside_packs() {
    let tests = "tests:
  - rule: member-unknown
    bad: |
      dn: CN=A,DC=c
      objectClass: group
      member: CN=B,DC=c   # <-
    good: |
      dn: CN=A,DC=c
      objectClass: group
      member: CN=A,DC=c
";
    let desk = Desk::with(&[("policy/a.yaml", RULE), ("policy/a.test.yaml", tests)]);
    desk.run(&["test", "policy"]).exits(0).shows(&["2 passed, 0 failed"]);
    desk.run(&["test", "policy", "--coverage"]).shows(&["member-unknown: 1 bad, 1 good, 0 in LDIF"]);
    let desk = desk.file("policy/a.test.yaml", tests.replace("CN=B,DC=c   # <-", "CN=A,DC=c   # <-"));
    desk.run(&["test", "policy"]).exits(1).shows(&["failed: member-unknown (bad example 1)"]);
    let desk = desk.file("policy/a.test.yaml", tests.replace("rule: member-unknown", "rule: member-unknwon"));
    desk.run(&["test", "policy"]).exits(2).says(&[
        "test-unknown-rule",
        "a.test.yaml:2:11",
        "did you mean `member-unknown`?",
    ]);
    let desk = desk.file("policy/a.test.yaml", tests.replace("bad:", "bat:"));
    desk.run(&["test", "policy"]).exits(2).says(&["unknown field `bat`", "did you mean `bad`?"]);
}

#[test]
fn objects_in_ldif_say_what_is_expected_of_them() {
    let desk = Desk::with(&[
        ("policy/a.yaml", RULE),
        ("policy/a.ldif", FIXTURE),
        ("policy/other.ldif", "dn: CN=X\n"),
    ]);
    desk.run(&["test", "policy"]).exits(0).shows(&["1 passed, 0 failed"]);
    desk.run(&["test", "policy", "--coverage"]).shows(&["member-unknown: 0 bad, 0 good, 1 in LDIF"]);
    let wrong =
        FIXTURE.replace("member: CN=A,DC=c", "member: CN=Gone,DC=c").replace("CN=Nobody,DC=c", "CN=A,DC=c");
    let desk = desk.file("policy/a.ldif", &wrong);
    desk.run(&["test", "policy"]).exits(1).shows(&[
        "failed: policy/a.ldif:1: expected `member-unknown member`, and it is not found",
        "failed: policy/a.ldif:8: found `member-unknown member`, and it is not expected",
        "0 passed, 1 failed",
    ]);
    assert_eq!(read(&desk, "policy/a.ldif"), wrong);
    desk.run(&["test", "policy", "--update"]).exits(0).shows(&["updated: policy/a.ldif"]);
    desk.run(&["test", "policy"]).exits(0);
    let text = read(&desk, "policy/a.ldif");
    assert!(
        text.contains("\n\n# expect: member-unknown member\ndn: CN=B") && text.starts_with("dn: CN=A"),
        "{text}"
    );
    let desk = desk.file("policy/a.ldif", FIXTURE.replace("member-unknown", "member-unknwon"));
    desk.run(&["test", "policy"])
        .exits(2)
        .says(&["line 1: no rule that is tested is called", "`member-unknwon`"]);
}

/// The samples of a page, each with its language.
fn samples(page: &str) -> Vec<(String, String)> {
    let mut samples = Vec::new();
    let mut parts = page.split("\n```");
    parts.next();
    while let (Some(sample), _) = (parts.next(), parts.next()) {
        let (language, text) = sample.split_once('\n').unwrap();
        samples.push((language.to_owned(), format!("{text}\n")));
    }
    samples
}

#[test]
fn every_sample_about_writing_rules_works() {
    let page = include_str!("../docs/writing-rules.md");
    let desk = Desk::new();
    let (mut packs, mut others) = (0, 0);
    for (language, text) in samples(page) {
        match language.as_str() {
            "yaml" if text.starts_with("language: 1") => {
                packs += 1;
                std::fs::write(desk.path().join("pack.yaml"), &text).unwrap();
                let ran = desk.run(&["test", "pack.yaml"]);
                assert!(ran.exits(0).out.ends_with(" passed, 0 failed\n"), "{}\n{text}", ran.seen());
                assert!(!ran.out.contains("without a bad"), "{}\n{text}", ran.out);
            }
            "yaml" => {
                others += 1;
                std::fs::write(desk.path().join("pack.test.yaml"), &text).unwrap();
                desk.run(&["test", "pack.yaml", "pack.test.yaml"]).exits(0);
            }
            "ldif" => {
                others += 1;
                std::fs::write(desk.path().join("test.ldif"), &text).unwrap();
                desk.run(&["test", "pack.yaml", "test.ldif"]).exits(0);
            }
            _ => {}
        }
    }
    assert!(packs >= 6 && others >= 2, "{packs} packs and {others} tests were found");
}

#[test]
fn coverage_points_at_what_no_example_decides() {
    let pack = "rules:
  - id: admin-plain
    rule: |
      no user where sAMAccountName starts with \"adm-\" or title = \"Admin\" and not has employeeID
    message: bad
    examples:
      - bad: |
          dn: CN=A,DC=c
          objectClass: user
          sAMAccountName: adm-a
        good: |
          dn: CN=A,DC=c
          objectClass: user
          sAMAccountName: a
";
    let desk = Desk::with(&[("policy/a.yaml", pack)]);
    let ran = desk.run(&["test", "policy", "--coverage"]);
    ran.exits(0).says(&["branch-untested", "a part of `admin-plain` decides nothing", "policy/a.yaml:4:"]);
    // what is a part of it is not told again
    assert_eq!(ran.underlined(), ["title = \"Admin\" and not has employeeID"]);
    // without the option nothing is said of it
    assert_eq!(desk.run(&["test", "policy"]).exits(0).err, "");
    // an example, and a test in LDIF, of each of them
    let example = "      - bad: |
          dn: CN=A,DC=c
          objectClass: user
          title: Admin
";
    let fixture = "# expect: admin-plain
dn: CN=A,DC=c
objectClass: user
sAMAccountName: adm-a
title: Admin
employeeID: 1

dn: CN=B,DC=c
objectClass: user
title: Admin
employeeID: 1

dn: CN=C,DC=c
objectClass: user
";
    let desk = desk.file("policy/a.yaml", format!("{pack}{example}")).file("policy/a.ldif", fixture);
    let ran = desk.run(&["test", "policy", "--coverage"]);
    ran.exits(0);
    assert_eq!(ran.err, "");
}
