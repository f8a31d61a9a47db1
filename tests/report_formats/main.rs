//! The formats for machines: what each says of one directory, which is meant to break them, and whether it holds up.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

#[path = "../common/mod.rs"]
mod common;
mod sarif;
mod tables;
mod xml;

use common::{Desk, FORMATS, Ran};

const RULES: &str = "\
rules:
  - id: mail-twice
    title: no two users have one mail
    rule: unique mail across user
    message: \"`{it}` belongs to {holders} users\"
    help: change one of them
    rationale: Mail goes to one of them.
    tags: [mail, duplicate]
  - id: mail-proper
    rule: |
      each mail of user: it is printable
    message: \"`{it}` has characters that cannot be seen\"
  - id: title-plain
    severity: warning
    rule: |
      each title of user: not it contains \"!\"
    message: \"{it} is a bad title\"
    help: \"another one than {it}\"
    fix: { set: 'lower(\"PLAIN\")', safe: false }
  - id: no-mail
    severity: info
    rule: each user must have mail
    message: \"{dn} has no mail\"
  - id: description-short
    rule: |
      each description of user: length(it) <= 5
    message: too long
  - id: department-short
    rule: |
      each department of user: length(it) <= 5
    message: too long
";

/// Two users that share a mail, one with a title that each medium would obey, one without mail.
const HOSTILE: &str = "=cmd|' /C calc'!A0 ]]>&<\"'> </script><!-- ::error::x ##vso[task] `*[a](http://b)*` | \u{1b}[2J\u{202e} %0A!";

fn directory() -> String {
    format!(
        "dn: CN=Ann,DC=c\nobjectClass: user\nmail: joe@c.com\ndescription: short\n\n\
         dn: CN=J\u{f6}e,DC=c\nobjectClass: user\nmail: Joe@C.com\ntitle:: {}\n\n\
         dn: CN=None,DC=c\nobjectClass: user\n\n\
         dn: CN=Zoe,DC=c\nobjectClass: user\nmail: z\u{f6}e\u{200b}@c.com\n",
        data_encoding::BASE64.encode(HOSTILE.as_bytes())
    )
}

/// A check of the directory in a format.
fn check(format: &str) -> Ran {
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &directory())]);
    desk.check(&["a.ldif", "--format", format])
}

/// The same of a directory with a broken line.
fn check_broken(format: &str) -> Ran {
    let desk = Desk::with(&[("rules.yaml", RULES)]).file("b%,:<.ldif", "dn: CN=A,DC=c\nbroken\u{1b}\n");
    let ran = desk.check(&["b%,:<.ldif", "--format", format]);
    ran.exits(2);
    ran
}

#[test]
fn annotations_of_github() {
    let ran = check("github");
    ran.exits(1);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(
        lines[0],
        "::error file=a.ldif,line=3,endLine=3,col=7,endColumn=15,title=mail-twice::`joe@c.com` belongs to 2 users%0Achange one of them"
    );
    // one line, and nothing in it that is a command
    let title = lines.iter().find(|line| line.contains("title-plain")).unwrap();
    assert!(title.starts_with("::warning file=a.ldif,line=9,endLine=9,col=29,endColumn=32,"), "{title}");
    assert!(title.contains("title=title-plain::=cmd|' /C calc'!A0 ]]>&<"), "{title}");
    assert!(title.contains("<U+003A>:error::x <U+0023>#vso[task]"), "{title}");
    assert!(title.contains("<U+001B>[2J<U+202E> %250A! is a bad title%0Aanother one than"), "{title}");
    // the column of the character at fault, and of what follows the last one less one
    assert!(ran.out.contains("line=16,endLine=16,col=10,endColumn=10,title=mail-proper::"), "{}", ran.out);
    let broken = check_broken("github");
    assert!(broken.out.starts_with("::error file=b%25%2C%3A<.ldif,line=2,"), "{}", broken.out);
}

#[test]
fn issues_of_gitlab() {
    let ran = check("gitlab");
    ran.exits(1);
    let issues: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(issues.len(), 4);
    assert_eq!(issues[0]["check_name"], "mail-twice");
    assert_eq!(issues[0]["severity"], "major");
    assert_eq!(issues[0]["location"]["path"], "a.ldif");
    assert_eq!(issues[0]["location"]["lines"]["begin"], 3);
    for issue in &issues {
        assert!(
            !issue["description"].as_str().unwrap().contains(['\u{1b}', '\u{202e}', '\u{200b}']),
            "{issue}"
        );
    }
    let broken: Vec<serde_json::Value> = serde_json::from_str(&check_broken("gitlab").out).unwrap();
    assert!(broken.iter().any(|issue| issue["severity"] == "blocker"), "{broken:?}");
}

#[test]
fn issues_of_gitlab_have_fingerprints_of_their_own() {
    let user = "dn: CN=Joe,DC=c\nobjectClass: user\ntitle: x!\n";
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", user), ("b.ldif", user)]);
    let ran = desk.check(&["a.ldif", "b.ldif", "--format", "gitlab"]);
    let issues: Vec<serde_json::Value> = serde_json::from_str(&ran.out).unwrap();
    let prints: Vec<&str> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    let distinct: std::collections::BTreeSet<&str> = prints.iter().copied().collect();
    assert!(prints.len() > 1 && distinct.len() == prints.len(), "{prints:?}");
}

#[test]
fn one_run_writes_every_format() {
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &directory())]);
    let outputs: Vec<String> =
        FORMATS.iter().flat_map(|format| ["--output".to_owned(), format!("{format}=out.{format}")]).collect();
    let mut arguments = vec!["a.ldif"];
    arguments.extend(outputs.iter().map(String::as_str));
    let silent = desk.check(&arguments);
    silent.exits(1);
    for format in FORMATS {
        let file = std::fs::read_to_string(desk.path().join(format!("out.{format}"))).unwrap();
        let printed = desk.check(&["a.ldif", "--format", format]);
        match format {
            // the file holds what people see on both streams, but for the time
            "human" => {
                assert!(file.starts_with(&printed.out), "{file}");
                assert!(file.contains("2 errors, 1 warning") || file.contains("errors, 1 warning"), "{file}");
                assert!(file.contains("checked 4 users in 1 file with 5 rules\n"), "{file}");
            }
            _ => assert_eq!(file, printed.out, "{format}"),
        }
    }
}
