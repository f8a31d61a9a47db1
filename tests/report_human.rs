//! What people see, whole: findings, problems and the last lines.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

mod common;

use common::Desk;
use data_encoding::BASE64;

const RULES: &str = "\
rules:
  - id: mail-twice
    rule: unique mail across user
    message: \"`{it}` belongs to {holders} users\"
    help: change one of them
  - id: mail-proper
    rule: |
      each mail of user: it is printable
    message: \"`{it}` has characters that cannot be seen\"
    help: type it again
  - id: title-space
    severity: warning
    rule: |
      each title of user: not it contains \" \"
    message: \"`{it}` has a space\"
  - id: no-mail
    severity: info
    rule: each user must have mail
    message: \"{dn} has no mail\"
";

/// What is seen of a check of these files.
fn seen(files: &[(&str, &str)], arguments: &[&str]) -> String {
    let desk =
        files.iter().fold(Desk::with(&[("rules.yaml", RULES)]), |desk, (name, text)| desk.file(name, text));
    let ran = desk.check(arguments);
    let hostile = |c: char| matches!(c, '\u{1b}' | '\u{7}' | '\u{9b}' | '\u{200b}' | '\u{202e}' | '\r');
    assert!(!ran.out.contains(hostile) && !ran.err.contains(hostile), "{:?}{:?}", ran.out, ran.err);
    // spaces at the ends of lines are not seen
    ran.seen().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What is seen of one user with these lines.
fn user(lines: &str) -> String {
    let text = format!("dn: CN=Joe,DC=c\nobjectClass: user\n{lines}\n");
    seen(&[("a.ldif", &text)], &["a.ldif", "-q", "--select", "mail-proper,title-space,no-mail,mail-twice"])
}

#[test]
fn one_place() {
    let text = "dn: CN=Joe,DC=c\nobjectClass: user\nmail: joe@c.com\ntitle: Head of IT\n";
    insta::assert_snapshot!(seen(&[("a.ldif", text)], &["a.ldif"]), @r#"
  warning[title-space]: `Head of IT` has a space
   ╭─[a.ldif:4:12]
 3 │ mail: joe@c.com
 4 │ title: Head of IT
   ·            ┬
   ·            ╰── title of CN=Joe
   ╰────
  help: see `presync rule title-space`

---- exit 0
1 warning
checked 1 user in 1 file with 4 rules in .. s
"#);
}

#[test]
fn two_places_in_one_file() {
    let text = "dn: CN=Joe,DC=c\nobjectClass: user\nmail: joe@c.com\n\ndn: CN=Ann,DC=c\nobjectClass: user\nmail: Joe@C.com\n";
    insta::assert_snapshot!(seen(&[("a.ldif", text)], &["a.ldif"]), @r#"
  error[mail-twice]: `joe@c.com` belongs to 2 users
   ╭─[a.ldif:3:7]
 2 │ objectClass: user
 3 │ mail: joe@c.com
   ·       ────┬────
   ·           ╰── mail address of CN=Joe
   ╰────
   ╭─[a.ldif:7:7]
 6 │ objectClass: user
 7 │ mail: Joe@C.com
   ·       ────┬────
   ·           ╰── mail address of CN=Ann
   ╰────
  help: change one of them
        see `presync rule mail-twice`

---- exit 1
1 error
checked 2 users in 1 file with 3 rules in .. s
1 rule could not be judged:
  title-space: `title` was not exported, or no object has it
"#);
}

#[test]
fn two_files_of_a_folder() {
    let files = [
        ("all/b.ldf", "version: 1\n\ndn: CN=Joe,DC=c\nobjectClass: user\nmail: joe@c.com\ntitle: x\n"),
        ("all/a.ldif", "dn: CN=Ann,DC=c\nobjectClass: user\nsn: Ann\nmail: Joe@C.com\n"),
        ("all/readme.txt", "x"),
    ];
    insta::assert_snapshot!(seen(&files, &["all"]), @r#"
  error[mail-twice]: `Joe@C.com` belongs to 2 users
   ╭─[all/a.ldif:4:7]
 3 │ sn: Ann
 4 │ mail: Joe@C.com
   ·       ────┬────
   ·           ╰── mail address of CN=Ann
   ╰────
   ╭─[all/b.ldf:5:7]
 4 │ objectClass: user
 5 │ mail: joe@c.com
   ·       ────┬────
   ·           ╰── mail address of CN=Joe
   ╰────
  help: change one of them
        see `presync rule mail-twice`

---- exit 1
1 error
checked 2 users in 2 files with 4 rules in .. s
1 other file not read (`-v` lists them)
"#);
    insta::assert_snapshot!(seen(&files, &["all", "-v", "--select", "title-space"]), @r#"
---- exit 0
no finding: the snapshot is clean
checked 2 users in 2 files with 1 rule in .. s
not read:
  all/readme.txt
now: 2026-01-01T00:00:00Z
"#);
}

#[test]
fn base64_stands_decoded() {
    let mail = BASE64.encode("joe\u{200b}@contoso.com".as_bytes());
    insta::assert_snapshot!(user(&format!("mail:: {mail}")), @r#"
  error[mail-proper]: `joe<U+200B>@contoso.com` has characters that cannot be seen
   ╭─[a.ldif:3:12]
 2 │ objectClass: user
 3 │ mail:: joe<U+200B>@contoso.com
   ·           ────┬───
   ·               ╰── mail address of CN=Joe
   ╰────
  help: type it again
        see `presync rule mail-proper`

---- exit 1
"#);
}

#[test]
fn folded_values_are_joined() {
    insta::assert_snapshot!(user("mail: x@c.com\ntitle: Head\n  of\n  IT\nsn: x"), @r#"
  warning[title-space]: `Head of IT` has a space
   ╭─[a.ldif:5:2]
 3 │ mail: x@c.com
 4 │ title: Head of IT
   ·            ┬
   ·            ╰── title of CN=Joe
   ╰────
  help: see `presync rule title-space`

---- exit 0
"#);
}

#[test]
fn what_a_terminal_would_obey_is_written_out() {
    let text = "dn: CN=\u{202e}eoJ,DC=c\nobjectClass: user\nmail: a\u{1b}[2J\u{1b}]8;;http://x\u{7}b\u{202e}\u{9b}m@c.com\n\ndn: CN=Bo\u{1b}[31mb,DC=c\nobjectClass: user\nsn\u{1b}[1m: x\n\u{1b}broken\n";
    insta::assert_snapshot!(seen(&[("a.ldif", text)], &["a.ldif"]), @r#"
  error[mail-proper]: `a<U+001B>[2J<U+001B>]8;;http://x<U+0007>b<U+202E><U+009B>m@c.com` has
  │ characters that cannot be seen
   ╭─[a.ldif:3:8]
 2 │ objectClass: user
 3 │ mail: a<U+001B>[2J<U+001B>]8;;http://x<U+0007>b<U+202E><U+009B>m@c.com
   ·        ────┬───   ────────            ──────── ────────────────
   ·            ╰── mail address of CN=<U+202E>eoJ
   ╰────
  help: type it again
        see `presync rule mail-proper`

  info[no-mail]: CN=Bo<U+001B>[31mb,DC=c has no mail
   ╭─[a.ldif:5:5]
 5 │ dn: CN=Bo<U+001B>[31mb,DC=c
   ·     ───────────┬───────────
   ·                ╰── CN=Bo<U+001B>[31mb
   ╰────
  help: see `presync rule no-mail`

---- exit 2
  error[ldif-no-colon]: this line is no attribute: it has no colon
   ╭─[a.ldif:8:1]
 7 │ sn<U+001B>[1m: x
 8 │ <U+001B>broken
   · ───────┬──────
   ·        ╰── no `:` in this line
   ╰────
  help: write `name: value`; a line that continues the one above begins with exactly one space

1 error, 1 note
checked 2 users in 1 file with 3 rules in .. s
1 rule could not be judged:
  title-space: `title` was not exported, or no object has it
"#);
}

#[test]
fn wide_characters_keep_their_marks() {
    insta::assert_snapshot!(user("mail: x@c.com\ntitle: 部長 課長"), @r#"
  warning[title-space]: `部長 課長` has a space
   ╭─[a.ldif:4:10]
 3 │ mail: x@c.com
 4 │ title: 部長 課長
   ·            ┬
   ·            ╰── title of CN=Joe
   ╰────
  help: see `presync rule title-space`

---- exit 0
"#);
}

#[test]
fn values_that_are_not_utf_8() {
    let desk = Desk::with(&[("rules.yaml", RULES)]);
    let desk = desk.file("a.ldif", b"dn: CN=Joe,DC=c\nobjectClass: user\nmail: x@c.com\ntitle: J\xF6rg x\n");
    insta::assert_snapshot!(desk.check(&["a.ldif", "-q"]).seen(), @r#"
  warning[title-space]: `(6 bytes)` has a space
   ╭─[a.ldif:4:12]
 3 │ mail: x@c.com
 4 │ title: J<F6>rg x
   ·               ┬
   ·               ╰── title of CN=Joe
   ╰────
  help: see `presync rule title-space`

---- exit 0
  warning[ldif-not-utf8]: this value is not UTF-8
   ╭─[a.ldif:4:9]
 3 │ mail: x@c.com
 4 │ title: J<F6>rg x
   ·         ──┬─
   ·           ╰── the first byte that is none
   ╰────
  help: the file is probably in a Windows code page; export it again as UTF-8, or with `ldifde -u`
"#);
}

#[test]
fn long_values_are_cut() {
    let (a, b) = ("a".repeat(300), "b".repeat(300));
    let text = user(&format!("mail: {a}\u{200b}{b}@c.com\ntitle: {a} {b}"));
    let line = |wanted: &str| text.lines().find(|line| line.contains(wanted)).unwrap().to_owned();
    // the beginning, what is at fault with its neighbours, and the end
    let mail = line("3 │ mail: ");
    assert!(
        mail.contains("mail: aaaa") && mail.contains("aaaa<U+200B>bbbb") && mail.ends_with("bbbb@c.com"),
        "{text}"
    );
    assert_eq!(mail.matches('…').count(), 2, "{text}");
    let title = line("4 │ title: ");
    assert!(title.contains("aaaa bbbb") && title.matches('…').count() == 2, "{text}");
    // the mark stands below what is at fault
    let lines: Vec<&str> = text.lines().collect();
    let below = |line: &str| lines[lines.iter().position(|known| *known == line).unwrap() + 1];
    let column = |line: &str, wanted: &str| line[..line.find(wanted).unwrap()].chars().count();
    assert_eq!(column(below(&mail), "────┬───"), column(&mail, "<U+200B>"), "{text}");
    assert_eq!(column(below(&title), "┬"), column(&title, " bbbb"), "{text}");
    assert!(!text.contains(&"a".repeat(120)) && !text.contains(&"b".repeat(120)), "{text}");
}

#[test]
fn objects_are_shown_by_their_names() {
    let name = BASE64.encode("CN=Žofie,DC=c".as_bytes());
    let text =
        format!("dn: CN=Joe,DC=c\nobjectClass: user\nmail: joe@c.com\n\ndn:: {name}\nobjectClass: user\n");
    insta::assert_snapshot!(seen(&[("a.ldif", &text)], &["a.ldif", "-q"]), @r#"
  info[no-mail]: CN=Žofie,DC=c has no mail
   ╭─[a.ldif:5:6]
 5 │ dn:: CN=Žofie,DC=c
   ·      ──────┬──────
   ·            ╰── CN=Žofie
   ╰────
  help: see `presync rule no-mail`

---- exit 0
"#);
}

#[test]
fn secrets_stay_secret() {
    let rules = "rules:\n  - id: no-password\n    rule: no unicodePwd of user\n    message: \"the password is `{it}`\"\n    help: remove it\n  - id: title-space\n    rule: |\n      each title of user: not it contains \" \"\n    message: \"`{it}` has a space\"\n";
    let text = "dn: CN=Joe,DC=c\nobjectClass: user\nunicodePwd:: aHVudGVyMg==\ntitle: a b\n";
    let ran = Desk::with(&[("rules.yaml", rules), ("a.ldif", text)]).check(&["a.ldif", "-q"]);
    insta::assert_snapshot!(ran.seen(), @r#"
  error[no-password]: the password is `(secret)`
   ╭─[a.ldif:3:14]
 2 │ objectClass: user
 3 │ unicodePwd:: (secret)
   ·              ────┬───
   ·                  ╰── unicodePwd of CN=Joe
   ╰────
  help: remove it
        see `presync rule no-password`

  error[title-space]: `a b` has a space
   ╭─[a.ldif:4:9]
 3 │ unicodePwd: (secret)
 4 │ title: a b
   ·         ┬
   ·         ╰── title of CN=Joe
   ╰────
  help: see `presync rule title-space`

---- exit 1
"#);
}

#[test]
fn findings_beyond_twenty_are_counted() {
    let many: String = (1..=1025)
        .map(|n| format!("dn: CN=U{n},DC=c\nobjectClass: user\nmail: u{n}@c.com\ntitle: a {n}\n\n"))
        .collect();
    let files = [("a.ldif", many.as_str())];
    let text = seen(&files, &["a.ldif", "--select", "title-space"]);
    assert_eq!(text.matches("warning[title-space]").count(), 20);
    let last = text.find("`a 20` has a space").unwrap();
    insta::assert_snapshot!(text[last..].trim_start(), @r#"
`a 20` has a space
    ╭─[a.ldif:99:9]
 98 │ mail: u20@c.com
 99 │ title: a 20
    ·         ┬
    ·         ╰── title of CN=U20
    ╰────
  help: see `presync rule title-space`

… and 1005 more of `title-space` (`--all` shows them)

---- exit 0
1025 warnings
checked 1025 users in 1 file with 1 rule in .. s
"#);
    let text = seen(&files, &["a.ldif", "--all", "--select", "title-space"]);
    assert_eq!(text.matches("warning[title-space]").count(), 1025);
    assert!(!text.contains(" more of "), "{text}");
}

#[test]
fn one_line_for_each_finding() {
    let text = "dn: CN=Joe,DC=c\nobjectClass: user\nmail: a\u{1b}b@c.com\ntitle: Head\n  of IT\n\ndn: CN=Ann,DC=c\nobjectClass: user\n";
    insta::assert_snapshot!(seen(&[("a.ldif", text)], &["a.ldif", "--format", "concise"]), @r#"
a.ldif:3:8: error[mail-proper] `a<U+001B>b@c.com` has characters that cannot be seen
a.ldif:5:2: warning[title-space] `Head of IT` has a space
a.ldif:7:5: info[no-mail] CN=Ann,DC=c has no mail
---- exit 1
1 error, 1 warning, 1 note
checked 2 users in 1 file with 4 rules in .. s
"#);
}

#[test]
fn places_beyond_six_are_counted() {
    let many: String =
        (1..=8).map(|n| format!("dn: CN=U{n},DC=c\nobjectClass: user\nmail: u@c.com\n\n")).collect();
    let text = seen(&[("a.ldif", &many)], &["a.ldif", "-q"]);
    assert_eq!(text.matches("mail address of CN=U").count(), 6);
    let end = text.find("  help:").unwrap();
    insta::assert_snapshot!(text[end..].trim_start(), @r#"
help: change one of them
        and 2 more places
        see `presync rule mail-twice`

---- exit 1
"#);
}

#[test]
fn a_clean_file() {
    let text = "dn: CN=Joe,DC=c\nobjectClass: user\nmail: joe@c.com\ntitle: x\n\ndn: CN=G,DC=c\nobjectClass: group\n";
    insta::assert_snapshot!(seen(&[("a.ldif", text)], &["a.ldif"]), @r#"
---- exit 0
no finding: the snapshot is clean
checked 1 group, 1 user in 1 file with 4 rules in .. s
"#);
    let cut = format!("# extended LDIF\n\n{text}");
    insta::assert_snapshot!(seen(&[("a.ldif", &cut)], &["a.ldif"]), @r#"
---- exit 2
  error[ldif-search-cut-short]: the export ends before its result, so objects may be missing
   ╭─[a.ldif:1:1]
 1 │ # extended LDIF
   · ───────┬───────
   ·        ╰── a search began here
   ╰────
  help: the file was cut short: export again

no finding, but the input is not in order: see above
checked 1 group, 1 user in 1 file with 4 rules in .. s
"#);
    assert_eq!(seen(&[("a.ldif", text)], &["a.ldif", "-q"]), "---- exit 0\n");
}

#[test]
fn summaries_name_what_was_read() {
    let object =
        |class: &str| format!("dn: CN={class},DC=c\nobjectClass: {class}\nmail: {class}@c.com\ntitle: x\n\n");
    let classes = ["user", "group", "contact", "organizationalUnit", "container", "device", "printQueue"];
    let text: String = classes.iter().map(|class| object(class)).collect();
    insta::assert_snapshot!(seen(&[("a.ldif", &text)], &["a.ldif"]), @r#"
---- exit 0
no finding: the snapshot is clean
checked 1 contact, 1 container, 1 device, 1 group, 1 organizationalUnit, 2 others in 1 file with 4 rules in .. s
"#);
    let nameless = "dn: CN=A,DC=c\nmail: a@c.com\ntitle: x\n";
    insta::assert_snapshot!(seen(&[("a.ldif", nameless)], &["a.ldif", "--complete"]), @r#"
---- exit 0
  warning[no-object-class]: 1 object has no objectClass, so rules for users or groups do not judge
  │ them
  help: export `objectClass` as well

  warning[rule-met-nothing]: the rule `mail-proper` met no object
  help: check the classes and attributes that it names; `presync show` prints what was read

  warning[rule-met-nothing]: the rule `title-space` met no object
  help: check the classes and attributes that it names; `presync show` prints what was read

  warning[rule-met-nothing]: the rule `no-mail` met no object
  help: check the classes and attributes that it names; `presync show` prints what was read

no finding, but the input is not in order: see above
checked 1 object without a class in 1 file with 4 rules in .. s
"#);
}
