//! Bad input from end to end: the exit code, the code word, the place and the remedy of each kind. A broken record never
//! hides the faults of others.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::io::Read;
use std::process::Stdio;

use common::{Desk, MAIL_SPACE as RULES, Ran, checking};

/// The fault of [`RULES`].
const SPACED: &str = "dn: CN=Spaced,DC=c\nobjectClass: user\nmail: a b@c.com\n";

/// Checks one file with the rule.
fn check(name: &str, content: impl AsRef<[u8]>) -> Ran {
    Desk::with(&[("rules.yaml", RULES)]).file(name, content).check(&[name])
}

/// A file with a fault, between two records of which one breaks a rule: exit code 2, and the finding is there.
#[track_caller]
fn broken(fault: &str, said: &[&str]) {
    let ran = check("a.ldif", format!("{fault}\n{SPACED}"));
    ran.exits(2).says(said).shows(&["error[mail-space]: `a b@c.com` has a space"]);
    let ran = check("a.ldif", format!("{SPACED}\n{fault}"));
    ran.exits(2).says(&said[..1]).shows(&["error[mail-space]: `a b@c.com` has a space"]);
}

#[test]
fn files_that_are_not_there() {
    let desk = Desk::with(&[("rules.yaml", RULES), ("contoso.ldif", SPACED), ("notes/readme.txt", "x")]);
    desk.check(&["contosso.ldif"])
        .exits(2)
        .says(&["error[source-not-found]: there is no file `contosso.ldif`", "did you mean `contoso.ldif`?"]);
    desk.check(&["elsewhere.csv"]).exits(2).says(&["source-not-found", "paths are relative to the folder"]);
    desk.check(&["notes"]).exits(2).says(&[
        "error[source-no-snapshots]: the folder `notes` holds no snapshots",
        "presync reads LDIF, CSV, JSON, YAML and XML",
    ]);
    // the file that is there is checked all the same
    desk.check(&["contosso.ldif", "contoso.ldif"])
        .exits(2)
        .says(&["source-not-found"])
        .shows(&["error[mail-space]"]);
}

#[test]
fn files_that_are_no_snapshots() {
    check("a.ldif", "").exits(2).says(&["error[source-empty]: `a.ldif` is empty", "help: the export failed"]);
    check("a.ldif", b"\xEF\xBB\xBF").exits(2).says(&["error[source-empty]: `a.ldif` is empty"]);
    check("a.ldif", "\n \r\n\n").exits(2).says(&["error[source-empty]"]);
    check("a.ldif", "# nothing\n").exits(2).says(&["error[source-no-objects]", "check the filter"]);
    let bytes: Vec<u8> = (0..=255).collect();
    check("a.ldif", bytes).exits(2).says(&["error[source-binary]: `a.ldif` is not text", "export-command"]);
    check("a.ldif", "{\"value\": []}\n").exits(2).says(&["error[source-no-objects]"]);
    check("a.json", "#!/bin/sh\necho hello\n")
        .exits(2)
        .says(&["error[source-not-a-snapshot]: `a.json` is no snapshot: it begins with `#!/bin/sh`"]);
    let hostile = check("a.ldif", "hello\u{1b}[2J, this is no export but a letter to you\n");
    hostile.exits(2).says(&["begins with `hello<U+001B>[2J, this is"]);
    assert!(!hostile.err.contains('\u{1b}'));
}

#[test]
fn broken_records() {
    let head = "dn: CN=A,DC=c\nobjectClass: user\n";
    broken(
        &format!("{head}this is broken\nsn: x\n"),
        &["error[ldif-no-colon]", "a.ldif:3:1", "3 │ this is broken", "write `name: value`"],
    );
    broken(
        &format!("{head}mail:: YWJj!ZGVm\n"),
        &["error[ldif-bad-base64]", "a.ldif:3:12", "two colons (`::`) announce base64"],
    );
    broken(
        &format!("{head}mail:: YWJj\n ZG!m\n"),
        &["error[ldif-bad-base64]", "a.ldif:4:4", "cannot be decoded from here"],
    );
    broken(
        &format!("{head}\nmail: b@c.com\n"),
        &[
            "error[ldif-missing-dn]",
            "a.ldif:4:1",
            "a.ldif:2:1",
            "the empty line behind this one ended the record",
        ],
    );
    broken(&format!("{head}sn: a\n\tb\n"), &["error[ldif-tab-continuation]", "a.ldif:4:1"]);
    broken(&format!("{head}changetype: ad\n"), &["error[ldif-bad-changetype]", "a.ldif:3:13"]);
}

#[test]
fn exports_that_were_cut() {
    let search = "# extended LDIF\n#\n# LDAPv3\n\n";
    let ran = check(
        "a.ldif",
        format!("{search}{SPACED}\n# search result\nsearch: 2\nresult: 4 Size limit exceeded\n"),
    );
    ran.exits(2).shows(&["error[mail-space]"]).says(&[
        "error[ldif-search-failed]",
        "ended with `4 Size limit exceeded`",
        "a.ldif:11:9",
        "export again in pages",
    ]);
    assert_eq!(ran.underlined(), ["4 Size limit exceeded"]);
    let ran =
        check("a.ldif", format!("dn: CN=G,DC=c\nobjectClass: group\nmember;range=0-1499: CN=A\n\n{SPACED}"));
    ran.exits(2)
        .shows(&["error[mail-space]"])
        .says(&["error[ldif-partial-attribute]: `member` was cut short by the server", "a.ldif:3:1"]);
    assert_eq!(ran.underlined(), ["member;range=0-1499"]);
    check("a.ldif", format!("{search}{SPACED}"))
        .exits(2)
        .says(&["error[ldif-search-cut-short]", "a.ldif:1:1"]);
    check("a.ldif", format!("{search}{SPACED}\nsearch: 2\nresult: 0 Success\npagedresults: cookie=AAE=\n"))
        .exits(2)
        .says(&["error[ldif-search-cut-short]: the export ends before its last page", "a.ldif:11:15"]);
    // a comment of ldapsearch that is folded begins no text
    check("a.ldif", format!("# Name, of a unit, of another unit, of a very long na\n me, com\n{SPACED}"))
        .exits(1);
    check("a.ldif", format!("{search}{SPACED}\nsearch: 2\nresult: 0 Success\n\n# numEntries: 3\n"))
        .exits(2)
        .says(&["error[ldif-entries-missing]: the search found 3 objects, the file holds 1", "a.ldif:12:1"]);
}

#[test]
fn an_object_that_stands_twice_is_one() {
    let unique = "rules:\n  - id: mail-twice\n    rule: unique mail across user\n    message: taken\n";
    let twice = "dn: CN=A,DC=c\nobjectClass: user\nmail: a@c.com\n\ndn: cn=a, dc=C\nobjectClass: user\nmail: a@c.com\n";
    let desk = Desk::with(&[("rules.yaml", unique), ("a.ldif", twice), ("b/b.ldif", twice)]);
    let ran = desk.check(&["a.ldif"]);
    ran.exits(0).says(&[
        "warning[duplicate-name]: `CN=A,DC=c` stands in the files 2 times",
        "a.ldif:1:5",
        "a.ldif:5:5",
    ]);
    assert_eq!(
        (ran.out.as_str(), ran.underlined()),
        ("", vec!["CN=A,DC=c".to_owned(), "cn=a, dc=C".to_owned()])
    );
    let ran = desk.check(&["b", "a.ldif"]);
    ran.exits(0).says(&["4 times", "a.ldif:1:5", "b/b.ldif:1:5"]);
    // another object with the value is a finding, which names the place of the first one
    let desk = desk.file("c.ldif", "dn: CN=B,DC=c\nobjectClass: user\nmail: A@c.com\n");
    desk.check(&["a.ldif", "c.ldif"]).exits(1).shows(&["error[mail-twice]", "a.ldif:3:7", "c.ldif:3:7"]);
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let desk = Desk::with(&[("rules.yaml", RULES), ("all/a.ldif", SPACED)]);
    let absolute = desk.path().canonicalize().unwrap().join("all/a.ldif");
    // in a folder that is named too it is no surprise
    desk.check(&["all/a.ldif", "all"]).exits(1).says(&["1 error\n", "checked 1 user in 1 file"]);
    for again in ["all/a.ldif", "./all/a.ldif", absolute.to_str().unwrap()] {
        let ran = desk.check(&["all/a.ldif", again]);
        ran.exits(2)
            .shows(&["error[mail-space]"])
            .says(&["error[source-twice]: the file `all/a.ldif` is named twice", "checked 1 user in 1 file"]);
        assert!(!ran.err.contains("duplicate-name"), "{}", ran.err);
    }
}

#[test]
fn change_records_only() {
    let changes = "dn: CN=A,DC=c\nchangetype: modify\nreplace: mail\nmail: a b\n-\n\ndn: CN=B,DC=c\nchangetype: delete\n";
    let ran = check("a.ldif", changes);
    ran.says(&["nothing was checked: no object was read", "2 change records are not judged"]);
    assert_eq!(ran.out, "");
    let ran = check("a.ldif", format!("{SPACED}\ndn: CN=B,DC=c\nchangetype: delete\n"));
    ran.exits(1).says(&["1 change record is not judged"]);
    let added = SPACED.replace("objectClass", "changetype: add\nobjectClass");
    check("a.ldif", added).exits(1).shows(&["error[mail-space]", "a.ldif:4:8"]);
}

/// Checks a file in order with other rules.
fn ruled(rules: &str, more: &[&str]) -> Ran {
    let desk =
        Desk::with(&[("rules.yaml", rules), ("a.ldif", "dn: CN=A,DC=c\nobjectClass: user\nmail: a@c.com\n")]);
    desk.check(&[&["a.ldif"], more].concat())
}

#[test]
fn packs_that_cannot_be_read() {
    let rule = "  - id: tested\n    rule: no user where has mail\n    message: said\n";
    for (rules, said) in [
        (
            "rules:\n  - id: a\n    rule: `x`: y\n    message: m\n".to_owned(),
            &["error[pack-yaml]", "rules.yaml:3:5", "as a block: `rule: |`"][..],
        ),
        (
            format!("rules:\n{rule}    titel: x\n"),
            &["error[pack-unknown-field]: unknown field `titel`", "rules.yaml:5:5", "did you mean `title`?"],
        ),
        (
            format!("rules:\n{rule}{rule}"),
            &[
                "error[pack-duplicate]: the rule `tested` is declared twice",
                "rules.yaml:5:9",
                "rules.yaml:2:9",
            ],
        ),
        ("# nothing\n".to_owned(), &["error[pack-empty]", "rules.yaml:1:1", "a pack has `rules:`"]),
        (
            "params: { x: { type: text } }\n".to_owned(),
            &["error[no-rules]", "the packs that `--rules` names have no `rules:`"],
        ),
    ] {
        let ran = ruled(&rules, &[]);
        ran.exits(2).says(said);
        assert_eq!(ran.out, "");
    }
    let desk = Desk::with(&[("a.ldif", SPACED), ("packs/readme.md", "x"), ("own.yaml", RULES)]);
    desk.run(&["check", "a.ldif", "--no-builtin"])
        .exits(2)
        .says(&["error[no-rules]", "name a pack with `--rules PATH`"]);
    desk.run(&["check", "a.ldif", "--rules", "onw.yaml"])
        .exits(2)
        .says(&["source-not-found", "did you mean `own.yaml`?"]);
    desk.run(&["check", "a.ldif", "--rules", "packs"])
        .exits(2)
        .says(&["error[pack-none]: the folder `packs` holds no rule packs"]);
}

#[test]
fn rules_with_faults_underline_the_word() {
    for (rule, code, underlined) in [
        ("no user where maill = \"x\"", "rule-unknown-attribute", "maill"),
        ("no usr where has mail", "rule-unknown-class", "usr"),
        ("no mail of user where lenght(it) > 3", "rule-unknown-function", "lenght"),
        ("each mail of user must be smtp_adress", "rule-unknown-format", "smtp_adress"),
        ("no user where filterd", "rule-unknown-condition", "filterd"),
        ("each mail of user: domain(it) in $domans", "rule-unknown-parameter", "$domans"),
        ("no user where mail > 3", "rule-type", "mail > 3"),
        ("no mail of user where it matches /a(b/", "rule-regex", "/a(b/"),
        ("no mail of user where it matches /a(?=b)/", "rule-regex", "/a(?=b)/"),
        ("no mail of user where it matches /ab/x", "rule-regex-flag", "x"),
        ("no mail of user where length() > 3", "rule-arguments", "length()"),
        ("no mail of user where it in []", "rule-list", "[]"),
        ("each user where has mail", "rule-syntax", " "),
    ] {
        let ran = ruled(&format!("rules:\n  - id: tested\n    rule: |\n      {rule}\n    message: m\n"), &[]);
        let column = rule.rfind(underlined).filter(|_| underlined != " ").unwrap_or(rule.len()) + 7;
        ran.exits(2).says(&[&format!("error[{code}]: "), &format!("rules.yaml:4:{column}")]);
        assert_eq!(ran.underlined(), [underlined], "{}", ran.err);
        assert_eq!(ran.out, "");
    }
    let circle = "define:\n  one: two\n  two: not one\nrules:\n  - id: tested\n    rule: no user where one\n    message: m\n";
    let ran = ruled(circle, &[]);
    ran.exits(2)
        .says(&["error[rule-circle]: the condition `one` is defined by itself", "`one` → `two` → `one`"]);
    assert_eq!(ran.underlined(), ["two", "one", "one"]);
    assert!(!ran.err.contains("cannot be used here"), "{}", ran.err);
}

#[test]
fn arguments_with_faults() {
    for (more, said) in [
        (
            &["--select", "mail-spce"][..],
            &["error[select-unknown]: `--select mail-spce`", "did you mean `mail-space`?"][..],
        ),
        (
            &["--ignore", "nothing-like-it"],
            &["error[select-unknown]: `--ignore nothing-like-it`", "`presync rule` lists all rules"],
        ),
        (&["--set", "domains=x"], &["error[set-unknown-parameter]: `--set domains`", "help: "]),
        (&["--set", "=x"], &["error[bad-usage]: `--set =x` has no name", "write `--set NAME=VALUE`"]),
        (&["--source", "main=b.ldif"], &["error[bad-usage]", "give the other directory another name"]),
        (&["--format", "xml"], &["possible values: human, concise, json, jsonl"]),
    ] {
        let ran = ruled(RULES, more);
        ran.exits(2).says(said);
        assert_eq!(ran.out, "");
    }
    let desk = Desk::with(&[("a.ldif", SPACED)]);
    desk.run(&["check", "a.ldif", "--now", "yesterday"])
        .exits(2)
        .says(&["error[bad-usage]: `--now yesterday` is no time"]);
    desk.run(&["check"]).exits(2).says(&["no files are named, and no `presync.yaml` says which to read"]);
    desk.run(&[]).exits(2);
}

#[test]
fn programs_are_told_of_faulty_rules_in_a_document() {
    let rules = "rules:\n  - id: tested\n    rule: no usr where has mail\n    message: m\n";
    let ran = ruled(rules, &["--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&ran.exits(2).out).unwrap();
    let problem = &document["problems"][0];
    assert_eq!(
        (&problem["code"], &problem["help"]),
        (&"rule-unknown-class".into(), &"did you mean `user`?".into())
    );
    assert_eq!(
        (&problem["location"]["file"], &problem["location"]["column"]),
        (&"rules.yaml".into(), &14.into())
    );
    assert_eq!(document["summary"]["healthy"], false);
    let ran = ruled(RULES, &["--format", "jsonl", "--select", "x"]);
    let types: Vec<serde_json::Value> =
        ran.exits(2).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&types[0]["code"], &types[1]["type"]), (&"select-unknown".into(), &"summary".into()));
}

#[test]
fn standard_input() {
    let desk = Desk::with(&[("rules.yaml", RULES)]);
    desk.check_input(&["-"], SPACED).exits(1).shows(&["╭─[-:3:8]"]);
    desk.check_input(&["-"], "").exits(2).says(&["error[source-empty]: standard input is empty"]);
    desk.check_input(&["-"], "hello\n")
        .exits(2)
        .says(&["standard input is no snapshot: it begins with `hello`"]);
    desk.check_input(&["-", "--source", "other=-"], SPACED).exits(2).says(&["error[source-twice]"]);
}

#[test]
fn a_reader_that_goes_away() {
    let many: String =
        (0..5000).map(|n| format!("dn: CN=U{n},DC=c\nobjectClass: user\nmail: a {n}@c.com\n\n")).collect();
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &many)]);
    for format in ["jsonl", "json", "human", "concise"] {
        let mut command = desk.command(&checking(&["a.ldif", "--all", "--format", format]));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = child.stdout.take().unwrap();
        out.read_exact(&mut [0; 64]).unwrap();
        drop(out);
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(matches!(ended.status.code(), Some(0 | 1)), "{format}: {:?} {said}", ended.status);
        assert!(
            !said.contains("panicked") && !said.to_lowercase().contains("broken pipe"),
            "{format}: {said}"
        );
    }
}

#[cfg(unix)]
#[test]
fn arguments_that_are_not_unicode() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::with(&[("rules.yaml", RULES)]);
    let name = OsStr::from_bytes(b"b\xFFd.ldif");
    let run = || {
        let mut command = desk.command(&checking(&[]));
        let output = command.arg(name).output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, _, err) = run();
    assert!(code == Some(2) && err.contains("there is no file `b\u{FFFD}d.ldif`"), "{err}");
    std::fs::write(desk.path().join(name), SPACED).unwrap();
    let (code, out, _) = run();
    assert!(code == Some(1) && out.contains("b\u{FFFD}d.ldif:3:8"), "{out}");
    let mut command = desk.command(&["check", "--select"]);
    let output = command.arg(name).arg("a.ldif").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
