//! The program as a shell sees it: exit codes, what goes to which output, and bad input of every kind.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const USER: &str =
    "dn: CN=Joe,OU=Staff,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: joe@contoso.com\n";
const FAULTY: &str =
    "dn: CN=Ann,OU=Staff,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: a nn@contoso.com\n";

struct Shell {
    folder: TempDir,
}

impl Shell {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let shell = Self { folder: tempfile::tempdir().unwrap() };
        for (name, bytes) in files {
            let path = shell.folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        shell
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_presync"));
        command.args(arguments).current_dir(self.folder.path()).env_remove("FORCE_COLOR");
        command.env("NO_COLOR", "1").env("COLUMNS", "100").env("SOURCE_DATE_EPOCH", "1767225600");
        command
    }

    /// Exit code, standard output, standard error.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        text(self.command(arguments).output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let (code, out, error) = self.run(&[arguments, &["--format", "json"]].concat());
        (code, serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{error}")))
    }
}

fn text(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn exit_codes_and_outputs() {
    let both = format!("{USER}\n{FAULTY}");
    let shell = Shell::with(&[("good.ldif", USER.as_bytes()), ("bad.ldif", both.as_bytes())]);
    let (code, out, error) = shell.run(&["check", "good.ldif"]);
    assert_eq!((code, out.as_str()), (0, ""));
    assert!(error.starts_with("no finding, as far as "), "{error}");
    let (code, out, error) = shell.run(&["check", "bad.ldif"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("error[upn-malformed]: `a nn@contoso.com`") && error.starts_with("1 error\n"),
        "{out}{error}"
    );
    let (code, out, _) = shell.run(&["check", "bad.ldif", "--format", "concise", "-q"]);
    let line = "bad.ldif:7:21: error[upn-malformed] `a nn@contoso.com` is no user principal name that Entra ID accepts\n";
    assert_eq!((code, out.as_str()), (1, line));
    assert_eq!(shell.run(&["check", "bad.ldif", "--ignore", "upn-malformed"]).0, 0);
    assert_eq!(shell.run(&["check", "bad.ldif", "--select", "mail"]).0, 0);
    assert_eq!(shell.run(&["check"]).0, 2);
    assert_eq!(shell.run(&["chek"]).0, 2);
}

/// The list decides which domains are routable, so the version says which one it is; and what it says is what was built in.
#[test]
fn the_version_says_which_public_suffix_list_it_is() {
    use presync::language::format::{PUBLIC_SUFFIX_CRATE, PUBLIC_SUFFIX_DATE};
    let (code, out, _) = Shell::with(&[]).run(&["--version"]);
    assert_eq!(code, 0);
    let list = format!("(public suffix list of {PUBLIC_SUFFIX_DATE}, crate psl {PUBLIC_SUFFIX_CRATE})");
    assert_eq!(out, format!("presync {} {list}\n", env!("CARGO_PKG_VERSION")));
    let manifest = include_str!("../Cargo.toml");
    assert!(
        manifest.contains(&format!("\npsl = \"={PUBLIC_SUFFIX_CRATE}\"\n")),
        "change the date with the version"
    );
    let lock = include_str!("../Cargo.lock");
    assert!(lock.contains(&format!("name = \"psl\"\nversion = \"{PUBLIC_SUFFIX_CRATE}\"\n")));
    assert!(PUBLIC_SUFFIX_DATE.parse::<jiff::civil::Date>().is_ok());
}

/// Bad input: the files, the arguments, and words of what is said of it.
#[test]
fn bad_input_is_never_clean() {
    let after = format!("\n{FAULTY}");
    let with = |text: &str| format!("{text}{after}").into_bytes();
    let search = "# extended LDIF\n#\n\n";
    for (name, bytes, said) in [
        ("empty.ldif", Vec::new(), &["source-empty", "`empty.ldif` is empty"][..]),
        ("mark.ldif", b"\xEF\xBB\xBF".to_vec(), &["source-empty"]),
        ("binary.ldif", vec![0, 1, 2, 3, 0, 5, 255, 7, 1, 1, 1, 9, 4], &["source-binary", "is not text"]),
        ("prose.ldif", b"Dear all\nhello\n".to_vec(), &["source-not-a-snapshot", "begins with `Dear all`"]),
        ("line.ldif", with("dn: CN=a\ncn a\nsn: b\n"), &["ldif-no-colon", "line.ldif:2:1"]),
        ("base64.ldif", with("dn: CN=a\nmail:: am9l!A==\n"), &["ldif-bad-base64", "base64.ldif:2:12"]),
        (
            "blank.ldif",
            with("dn: CN=a\nobjectClass: user\n\nmail: a@b.de\n"),
            &["ldif-missing-dn", "the empty line behind this one ended the record"],
        ),
        (
            "changes.ldif",
            b"dn: CN=a\nchangetype: modify\nreplace: mail\nmail: b@c.de\n-\n".to_vec(),
            &["source-no-objects", "holds no objects, only changes"],
        ),
        (
            "tab.ldif",
            with("dn: CN=a\ncn: b\n\tc\n"),
            &["ldif-tab-continuation", "begins with exactly one space"],
        ),
        (
            "result.ldif",
            format!("{search}{USER}{after}\nsearch: 2\nresult: 4 Size limit exceeded\n").into_bytes(),
            &["ldif-search-failed", "`4 Size limit exceeded`"],
        ),
        (
            "range.ldif",
            with("dn: CN=g\nobjectClass: group\nmember;range=0-1: CN=a\n"),
            &["ldif-partial-attribute", "`member` was cut short"],
        ),
        (
            "count.ldif",
            format!(
                "{search}{USER}{after}\n# search result\nsearch: 2\nresult: 0 Success\n\n# numEntries: 9\n"
            )
            .into_bytes(),
            &["ldif-entries-missing", "found 9 objects"],
        ),
    ] {
        let shell = Shell::with(&[(name, &bytes)]);
        let (code, out, error) = shell.run(&["check", name]);
        assert_eq!(code, 2, "{name}: {out}{error}");
        for words in said {
            assert!(error.contains(words), "{name}: {words} in {error}");
        }
        assert!(!error.contains("clean"), "{name}: {error}");
        // a broken record does not hide the faults of the others
        if bytes.ends_with(b"contoso.com\n") {
            assert!(out.contains("upn-malformed"), "{name}: {out}{error}");
        }
    }
}

#[test]
fn files_and_folders_that_are_not_there() {
    let shell = Shell::with(&[
        ("contoso.ldif", USER.as_bytes()),
        ("notes/readme.txt", b"x"),
        ("all/a.ldif", USER.as_bytes()),
        ("all/b.json", b"{}"),
    ]);
    let (code, _, error) = shell.run(&["check", "contosso.ldif"]);
    assert!(code == 2 && error.contains("did you mean `contoso.ldif`?"), "{error}");
    let (code, _, error) = shell.run(&["check", "notes"]);
    assert!(code == 2 && error.contains("the folder `notes` holds no snapshots"), "{error}");
    let (code, _, error) = shell.run(&["check", "all"]);
    assert!(code == 0 && error.contains("1 other file not read"), "{error}");
    let (code, _, error) = shell.run(&["check", "contoso.ldif", "--select", "upn-takn"]);
    assert!(code == 2 && error.contains("did you mean `upn-taken`?"), "{error}");
    let (code, _, error) = shell.run(&["check", "contoso.ldif", "--set", "verified_domain=x"]);
    assert!(code == 2 && error.contains("did you mean `verified_domains`?"), "{error}");
    let (code, _, error) = shell.run(&["check", "contoso.ldif", "--no-builtin"]);
    assert!(code == 2 && error.contains("there are no rules to check with"), "{error}");
    let (code, _, error) = shell.run(&["rule", "upn-takn"]);
    assert!(code == 2 && error.contains("did you mean `upn-taken`?"), "{error}");
}

#[test]
fn standard_input_is_read() {
    let shell = Shell::with(&[]);
    let mut child = shell
        .command(&["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(FAULTY.as_bytes()).unwrap();
    let (code, out, _) = text(child.wait_with_output().unwrap());
    assert!(code == 1 && out.contains("╭─[-:3:21]"), "{out}");
}

#[test]
fn whoever_stops_reading_is_not_told_of_a_broken_pipe() {
    let many: String = (0..5000)
        .map(|n| format!("dn: CN=U{n},DC=x\nobjectClass: user\nuserPrincipalName: a {n}@x.com\n\n"))
        .collect();
    let shell = Shell::with(&[("many.ldif", many.as_bytes())]);
    let mut child = shell
        .command(&["check", "many.ldif", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 100]).unwrap();
    drop(out);
    let (code, _, error) = text(child.wait_with_output().unwrap());
    assert!(code <= 1 && error.is_empty(), "{code} {error}");
}

#[cfg(unix)]
#[test]
fn names_need_not_be_unicode() {
    use std::os::unix::ffi::OsStrExt;
    let shell = Shell::with(&[]);
    let name = std::ffi::OsStr::from_bytes(b"b\xFFd.ldif");
    std::fs::write(shell.folder.path().join(name), FAULTY).unwrap();
    let mut command = shell.command(&["check"]);
    let (code, out, _) = text(command.arg(name).output().unwrap());
    assert!(code == 1 && out.contains("b\u{FFFD}d.ldif:3:21"), "{out}");
}

#[test]
fn any_number_of_threads_and_any_order_give_the_same_bytes() {
    let part = |from: usize| -> String {
        let user = |n: usize| {
            format!(
                "dn: CN=U{n},OU=o,DC=x\nobjectClass: user\nuserPrincipalName: u {}@x.com\nmail: m{}@x.com\nmanager: CN=U{},OU=o,DC=x\n\n",
                n % 7,
                n % 50,
                n + 1
            )
        };
        (from..from + 300).map(user).collect()
    };
    let shell = Shell::with(&[
        ("a.ldif", part(0).as_bytes()),
        ("b.ldif", part(300).as_bytes()),
        ("c/c.ldif", part(600).as_bytes()),
    ]);
    for format in ["json", "human", "concise"] {
        let one = shell.run(&["check", "a.ldif", "b.ldif", "c", "--format", format, "--threads", "1", "-q"]);
        let four = shell.run(&["check", "c", "b.ldif", "a.ldif", "--format", format, "--threads", "4", "-q"]);
        assert!(one == four, "{format}");
        assert_eq!(one.0, 1);
    }
}

#[test]
fn json_gives_places_in_the_file() {
    // folded, base64 with a zero-width space, and UTF-16
    let folded = "dn: CN=Joe,DC=x\nobjectClass: user\nproxyAddresses: smtp:jo\n e@conto,so.c\n om\n";
    let base64 = "dn: CN=Ann,DC=x\nobjectClass: user\nuserPrincipalName:: am9l4oCLQGNvbnRvc28uY29t\n";
    let wide: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(FAULTY.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let shell = Shell::with(&[
        ("folded.ldif", folded.as_bytes()),
        ("base64.ldif", base64.as_bytes()),
        ("wide.ldif", &wide),
    ]);
    let (code, document) = shell.json(&["check", "folded.ldif"]);
    assert_eq!((code, &document["schema"]), (1, &Value::from("presync/1")));
    let finding = &document["findings"][0];
    assert_eq!(finding["value"], "smtp:joe@conto,so.com");
    let place = &finding["location"];
    assert_eq!(
        (
            &place["line"],
            &place["column"],
            &place["end_line"],
            &place["end_column"],
            &place["offset"],
            &place["length"]
        ),
        (&3.into(), &17.into(), &5.into(), &4.into(), &50.into(), &25.into())
    );
    let highlight = &finding["highlights"][0];
    assert_eq!(
        (&highlight["line"], &highlight["column"], &highlight["length"]),
        (&4.into(), &9.into(), &1.into())
    );
    assert_eq!(highlight["in_value"], serde_json::json!({ "offset": 14, "length": 1 }));
    let (_, document) = shell.json(&["check", "base64.ldif"]);
    let highlight = &document["findings"][0]["highlights"][0];
    // the three bytes of U+200B stand in one quantum of four characters
    assert_eq!((&highlight["column"], &highlight["length"]), (&25.into(), &4.into()));
    let (_, document) = shell.json(&["check", "wide.ldif"]);
    assert_eq!(document["findings"][0]["location"]["transcoded"], true);
    let (_, out, _) = shell.run(&["check", "folded.ldif", "--format", "jsonl"]);
    let types: Vec<Value> =
        out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].clone()).collect();
    assert_eq!(types, ["finding", "finding", "summary"]);
}

const OWN: &str = "rules:\n  - id: secret-set\n    rule: no userPassword of user\n    message: \"the password is `{it}`\"\n  - id: described\n    rule: each description of user must be printable\n    message: \"`{it}` of {dn}\"\n";

#[test]
fn secrets_and_terminal_controls_never_come_out() {
    let hostile = "dn: CN=Joe\u{202e},DC=x\nobjectClass: user\nuserPassword: hunter2\ndescription: a\u{1b}]8;;http://x\u{7}b\u{1b}[31m\n";
    let shell = Shell::with(&[("a.ldif", hostile.as_bytes()), ("own.yaml", OWN.as_bytes())]);
    for format in ["human", "concise", "json", "jsonl"] {
        let (code, out, error) =
            shell.run(&["check", "a.ldif", "--no-builtin", "--rules", "own.yaml", "--format", format]);
        assert_eq!(code, 1, "{error}");
        let all = out + &error;
        assert!(!all.contains("hunter2"), "{format}: {all}");
        let raw = |c: char| matches!(c, '\u{1b}' | '\u{7}' | '\u{202e}');
        assert!(!all.contains(raw), "{format}: {all:?}");
        if format == "human" {
            assert!(
                all.contains("userPassword: (secret)") && all.contains("<U+001B>]8;;http://x<U+0007>b"),
                "{all}"
            );
        }
    }
    let (_, out, _) = shell.run(&["show", "a.ldif", "--format", "jsonl"]);
    assert!(!out.contains("hunter2"), "{out}");
}

#[test]
fn twenty_findings_of_a_rule_are_shown() {
    let many: String = (0..25)
        .map(|n| format!("dn: CN=U{n},DC=x\nobjectClass: user\nuserPrincipalName: a {n}@x.com\n\n"))
        .collect();
    let shell = Shell::with(&[("many.ldif", many.as_bytes())]);
    let (_, out, error) = shell.run(&["check", "many.ldif"]);
    assert_eq!(out.matches("error[upn-malformed]").count(), 20);
    assert!(
        out.contains("… and 5 more of `upn-malformed` (`--all` shows them)")
            && error.starts_with("25 errors")
    );
    assert_eq!(shell.run(&["check", "many.ldif", "--all"]).1.matches("error[upn-malformed]").count(), 25);
}

#[test]
fn the_example_is_reported_as_the_readme_shows() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/contoso.ldif");
    let shell = Shell::with(&[]);
    let (code, out, error) = shell.run(&["check", example, "--set", "verified_domains=contoso.com"]);
    assert_eq!(code, 1);
    let out = out.replace(example, "examples/contoso.ldif");
    let error: String =
        error.lines().filter(|line| !line.starts_with("checked ")).map(|line| format!("{line}\n")).collect();
    insta::assert_snapshot!("contoso", format!("{out}{error}"));
}

#[test]
fn packs_are_tested_and_explained() {
    let pack = "rules:\n  - id: no-mail\n    rule: each user must have mail\n    message: no mail\n    examples:\n      - bad: |\n          dn: CN=a,DC=x   # <- here\n          objectClass: user\n        good: |\n          dn: CN=a,DC=x\n          objectClass: user\n";
    let shell = Shell::with(&[("pack.yaml", pack.as_bytes())]);
    let (code, out, _) = shell.run(&["test", "pack.yaml"]);
    assert_eq!(
        (code, out.as_str()),
        (
            1,
            "failed: no-mail (good example 1): the good example has a finding: no mail\n1 passed, 1 failed\n"
        )
    );
    let (code, out, _) = shell.run(&["test"]);
    assert!(code == 0 && out.ends_with(" passed, 0 failed\n"), "{out}");
    let (code, out, _) = shell.run(&["rule", "no-mail", "--rules", "pack.yaml"]);
    assert!(code == 0 && out.contains("    each user must have mail\n"), "{out}");
}
