//! The same bytes from any number of threads, and from paths in any order.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Desk, FORMATS};

const RULES: &str = "\
rules:
  - id: mail-twice
    rule: unique mail across user, contact
    message: \"`{it}` belongs to {holders} objects\"
  - id: upn-is-mail-of-a-group
    rule: |
      no userPrincipalName of user where it equals any mail of group
    message: \"`{it}` is the address of a group\"
  - id: title-space
    severity: warning
    rule: |
      each title of user: not it contains \" \"
    message: \"`{it}` has a space\"
  - id: manager-gone
    rule: |
      each manager of user must refer to user
    message: \"`{it}` is no user\"
  - id: manager-circle
    rule: acyclic manager of user
    message: a circle of managers
  - id: no-mail
    severity: info
    rule: each user must have mail
    message: \"{dn} has no mail\"
";

/// Three hundred objects with faults of every rule, some records twice, one in a hundred broken.
fn objects(from: usize, to: usize) -> String {
    let object = |n: usize| {
        let class = ["user", "user", "user", "group", "contact"][n % 5];
        let mut text = format!("dn: CN=O{},OU=o{},DC=c\nobjectClass: {class}\n", n, n % 3);
        if !n.is_multiple_of(11) {
            text.push_str(&format!("mail: m{}@c.com\n", n * 7 % 170));
        }
        if class == "user" {
            text.push_str(&format!(
                "userPrincipalName: m{}@c.com\ntitle: t{}{n}\n",
                n % 90,
                if n.is_multiple_of(4) { " " } else { "" }
            ));
            let manager = (n * 13 + 5) % 300;
            text.push_str(&format!("manager: CN=O{manager},OU=o{},DC=c\n", manager % 3));
        }
        if n % 100 == 99 {
            text.push_str("broken\n");
        }
        if n % 50 == 49 {
            text.push_str(&format!(
                "\ndn: cn=o{n}, ou=o{}, dc=c\nobjectClass: {class}\nmail: m{}@c.com\n",
                n % 3,
                n % 170
            ));
        }
        text.push('\n');
        text
    };
    (from..to).map(object).collect()
}

/// Standard output and everything that is said.
fn outputs(desk: &Desk, paths: &[&str], threads: &str, format: &str) -> (String, String) {
    let ran = desk.check(&[paths, &["--format", format, "--threads", threads, "--all"]].concat());
    ran.exits(2);
    (ran.out.clone(), ran.seen())
}

#[test]
fn threads_and_the_order_of_paths_change_nothing() {
    let desk = Desk::with(&[
        ("rules.yaml", RULES),
        ("all/a.ldif", &objects(0, 120)),
        ("all/b.ldif", &objects(120, 200)),
        ("all/c/d.ldif", &objects(200, 260)),
        ("all/c/e.ldf", &objects(260, 300)),
    ]);
    for format in FORMATS {
        let wanted = outputs(&desk, &["all"], "1", format);
        for rule in [
            "mail-twice",
            "upn-is-mail-of-a-group",
            "title-space",
            "manager-gone",
            "manager-circle",
            "no-mail",
        ] {
            assert!(wanted.0.contains(rule), "{format}: no finding of {rule}");
        }
        for threads in ["1", "4"] {
            for paths in [
                &["all"][..],
                &["all/a.ldif", "all/b.ldif", "all/c"],
                &["all/c", "all/b.ldif", "all/a.ldif"],
                &["all/b.ldif", "./all/c/e.ldf", "all/a.ldif", "all/c/d.ldif", "all"],
            ] {
                let got = outputs(&desk, paths, threads, format);
                let differing = got.1.lines().zip(wanted.1.lines()).find(|(one, other)| one != other);
                assert!(got == wanted, "{format}, {threads} threads, {paths:?}: {differing:#?}");
            }
        }
    }
}

#[test]
fn files_larger_than_a_block_are_read_by_many() {
    // the blocks of a file are about a megabyte
    let filler = format!("description: {}\n", "x".repeat(8000));
    let large = objects(0, 300).replace("objectClass:", &format!("{filler}objectClass:"));
    assert!(large.len() > 2 << 20);
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &large)]);
    for format in ["json", "human"] {
        let one = outputs(&desk, &["a.ldif"], "1", format);
        for threads in ["2", "4", "7"] {
            assert!(outputs(&desk, &["a.ldif"], threads, format) == one, "{format}, {threads} threads");
        }
    }
}

/// Conditions with a name are answered once for an object: in files with one object each, every object is the first one.
#[test]
fn objects_in_files_of_their_own_are_judged_alike() {
    const KEPT: &str = "\
define:
  kept: description = \"kept\"
rules:
  - id: mail-space
    rule: \"each mail of group where not kept: not it contains \\\" \\\"\"
    message: a space
  - id: members
    rule: each group where not kept must have at least 2 member
    message: few members
  - id: old
    rule: no user where not kept and age(whenChanged) > 30 days
    message: old
";
    let object = |n: usize| {
        let description = if n.is_multiple_of(2) { "kept" } else { "other" };
        // some of the members were kept back, so that the group is not judged by what is known of groups
        format!(
            "dn: CN=G{n},DC=c\nobjectClass: group\ndescription: {description}\nmail: a b@c.com\nmember;range=0-1: CN=X,DC=c\n\n\
             dn: CN=U{n},DC=c\nobjectClass: user\ndescription: {description}\nwhenChanged: 20200101000000.0Z\n\n"
        )
    };
    let objects: Vec<String> = (0..200).map(object).collect();
    let records: Vec<String> = objects.concat().split_inclusive("\n\n").map(str::to_owned).collect();
    let names: Vec<String> = (0..records.len()).map(|n| format!("each/{n:03}.ldif")).collect();
    let mut files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(records.iter().map(String::as_str)).collect();
    let whole = objects.concat();
    files.extend([("rules.yaml", KEPT), ("all.ldif", &whole)]);
    let desk = Desk::with(&files);
    for path in ["all.ldif", "each"] {
        for threads in ["1", "2"] {
            let ran = desk.check(&[path, "--format", "concise", "--threads", threads, "--all"]);
            for rule in ["mail-space", "old"] {
                let found = ran.out.lines().filter(|line| line.contains(&format!("[{rule}]"))).count();
                assert_eq!(found, 100, "{path}, {threads} threads: {rule}\n{}", ran.seen());
            }
        }
    }
}
