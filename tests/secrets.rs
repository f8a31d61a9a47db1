//! Values of secret attributes come out nowhere, not even where their lines are broken.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Desk, FORMATS};

const RULES: &str = "\
rules:
  - id: no-password
    rule: no unicodePwd of user
    message: \"{dn} has the password `{it}`\"
    help: \"remove `{unicodePwd}`\"
  - id: title-space
    rule: |
      each title of user: not it contains \" \"
    message: \"`{it}` has a space\"
";

#[track_caller]
fn hides(ldif: &str, secret: &str, code: i32) {
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", ldif)]);
    for format in FORMATS {
        let ran = desk.check(&["a.ldif", "--format", format, "-v"]);
        ran.exits(code);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(!all.contains(secret), "{format}:\n{all}");
    }
    for format in ["human", "jsonl"] {
        let ran = desk.run(&["show", "a.ldif", "--format", format]);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(!all.contains(secret), "show {format}:\n{all}");
    }
}

const HEAD: &str = "dn: CN=Joe,DC=c\nobjectClass: user\n";

#[test]
fn of_findings_and_of_the_lines_around_them() {
    hides(&format!("{HEAD}unicodePwd: hunter2\ntitle: a b\n"), "hunter2", 1);
    hides(&format!("{HEAD}UNICODEPWD;x-opt:: aHVudGVyMg==\ntitle: a b\n"), "aHVudGVyMg", 1);
    hides(&format!("{HEAD}unicodePwd: hun\n ter2\ntitle: a b\n"), "ter2", 1);
}

#[test]
fn of_broken_values() {
    hides(&format!("{HEAD}unicodePwd:: hunter2!!\ntitle: a b\n"), "hunter2", 2);
    // the fault stands in a continued line, with either kind of line end
    let folded = format!("{HEAD}unicodePwd:: aHVu\n dGVy\n hunter!2!!\ntitle: a b\n");
    hides(&folded, "hunter", 2);
    hides(&folded.replace('\n', "\r\n"), "hunter", 2);
    // the space of a continued line was lost
    hides(&format!("{HEAD}unicodePwd: hun\nter2\ntitle:: !!\n"), "ter2", 2);
    hides(&format!("{HEAD}unicodePwd: hunter2\n\tmore-of-it\ntitle:: !!\n"), "more-of-it", 2);
}

#[test]
fn of_values_whose_name_stands_far_above() {
    hides(&format!("{HEAD}unicodePwd:: {}!\ntitle: a b\n", "SECR".repeat(2500)), "SECR", 2);
    let lines = vec!["SECR".repeat(19); 1200].join("\n ");
    hides(&format!("{HEAD}unicodePwd:: {lines}\n !!!!\ntitle: a b\n"), "SECR", 2);
}

#[test]
fn of_other_lines_nothing_is_hidden() {
    let ldif = format!("{HEAD}unicodePwd: hunter2\n\ndn: CN=Ann,DC=c\nobjectClass: user\ntitle: an\nannex\n");
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &ldif)]);
    desk.check(&["a.ldif"]).exits(2).says(&["8 │ annex", "a.ldif:8:1"]);
    let ldif = format!("{HEAD}unicodePwd: hunter2\ntitle:: YWJj\n ZGV!\n");
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &ldif)]);
    desk.check(&["a.ldif"]).exits(2).says(&["5 │  ZGV!", "a.ldif:5:5"]);
}
