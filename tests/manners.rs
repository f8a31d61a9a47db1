//! How the program behaves towards terminals, pipes and shells.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::{Desk, checking};

const RULES: &str = "\
rules:
  - id: title-plain
    title: titles are plain
    rule: |
      each title of user: not it contains \"!\"
    message: \"`{it}` is a bad title\"
  - id: mail-lower
    severity: warning
    rule: |
      each mail of user: not it contains \"A\"
    message: \"`{it}` is not in lower case\"
";

fn directory(users: usize) -> String {
    let user = |n| format!("dn: CN=U{n},DC=c\nobjectClass: user\ntitle: t{n}!\nmail: A@c.com\n\n");
    (0..users).map(user).collect()
}

fn desk(users: usize) -> Desk {
    Desk::with(&[("rules.yaml", RULES), ("a.ldif", &directory(users))])
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let desk = desk(1200);
    let desk = desk.file("b.ldif", "dn: CN=V,DC=c\nobjectClass: user\ntitle: x!\nmail: b@c.com\n");
    let ran = desk.check(&["a.ldif", "b.ldif", "--statistics"]);
    ran.exits(1).says(&["1201 errors, 1200 warnings"]);
    assert_eq!(
        ran.out,
        "     1201  error    title-plain  titles are plain\n     1200  warning  mail-lower   mail lower\n"
    );
    desk.check(&["a.ldif", "--statistics", "--format", "json"])
        .exits(2)
        .says(&["the format is for machines", "`--output FORMAT=PATH`"]);
}

#[test]
fn timings_tell_what_each_rule_did() {
    let desk = desk(1200);
    let ran = desk.check(&["a.ldif", "--timings", "--format", "json", "-q"]);
    let judged = |rule: &str| {
        let row = ran.err.lines().find(|line| line.ends_with(rule)).unwrap();
        let columns: Vec<&str> = row.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
        assert!(columns[0].parse::<f64>().is_ok(), "{row}");
        columns[2].to_owned()
    };
    ran.exits(1).says(&["rules judged for ", "judged           keys  rule"]);
    assert_eq!((judged("title-plain"), judged("mail-lower")), ("1200".to_owned(), "1200".to_owned()));
    assert!(!desk.check(&["a.ldif"]).err.contains("rules judged for"));
}

#[test]
fn standard_input_is_called_what_one_says() {
    let desk = desk(1);
    let ran = desk.check_input(&["-", "--stdin-name", "from/dc1.ldif", "--format", "concise"], &directory(1));
    ran.exits(1).shows(&["from/dc1.ldif:3:10: error[title-plain]"]);
    let ran = desk.check_input(&["-", "--format", "concise"], &directory(1));
    ran.exits(1).shows(&["-:3:10: error[title-plain]"]);
    desk.check(&["-", "--stdin-name", ""]).exits(2);
}

#[test]
fn a_pipe_that_is_closed_changes_no_exit_code() {
    let desk = desk(20_000);
    for format in ["human", "json", "html"] {
        let mut command = desk.command(&checking(&["a.ldif", "--all", "--format", format]));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(1), "{format}: {said}");
        assert!(!said.to_lowercase().contains("broken pipe") && !said.contains("panicked"), "{said}");
    }
}

#[test]
fn colours_and_links_are_for_those_who_ask() {
    let desk = desk(1);
    let run = |set: &[(&str, &str)], format: &str| {
        let mut command = desk.command(&checking(&["a.ldif", "--format", format]));
        command.env_remove("NO_COLOR").envs(set.iter().copied());
        let done = command.output().unwrap();
        (String::from_utf8(done.stdout).unwrap(), String::from_utf8(done.stderr).unwrap())
    };
    let (out, error) = run(&[], "human");
    assert!(!out.contains('\u{1b}') && !error.contains('\u{1b}'), "{out}{error}");
    for name in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
        let (out, error) = run(&[(name, "1")], "human");
        assert!(out.contains("\u{1b}[31m") && error.contains("\u{1b}["), "{name}: {out}{error}");
    }
    let (out, _) = run(&[("FORCE_HYPERLINK", "1")], "human");
    let folder = desk.path().canonicalize().unwrap();
    let link = format!("\u{1b}]8;;file://{}/a.ldif\u{1b}\\a.ldif\u{1b}]8;;\u{1b}\\:3:10]", folder.display());
    assert!(out.contains(&link), "{out:?}");
    // a document is no terminal
    for format in ["json", "html", "concise", "sarif"] {
        let (out, _) = run(&[("FORCE_HYPERLINK", "1"), ("FORCE_COLOR", "1")], format);
        assert!(!out.contains('\u{1b}') && !out.contains("]8;;"), "{format}: {out}");
    }
}

#[test]
fn shells_get_completions_and_a_manual() {
    let desk = Desk::new();
    for (shell, sign) in
        [("bash", "complete -F"), ("zsh", "#compdef presync"), ("fish", "complete -c presync")]
    {
        desk.run(&["completions", shell]).exits(0).shows(&[sign, "stdin-name", "sarif"]);
    }
    desk.run(&["completions", "powershell"]).exits(0).shows(&["Register-ArgumentCompleter"]);
    desk.run(&["man"]).exits(0).shows(&[".TH presync 1", "presync\\-check"]);
    desk.run(&["man", "check"]).exits(0).shows(&[".TH presync-check 1", "\\-\\-output"]);
    desk.run(&["man", "chek"]).exits(2).says(&["there is no command `chek`", "did you mean `check`?"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_repository_of_many_files_needs_few_handles() {
    let desk = Desk::with(&[("rules.yaml", "rules:\n  - { id: a-user, rule: no user, message: one }\n")]);
    // small files, and some that are too large to be kept
    let filler = format!("description: {}\n", "x".repeat(60)).repeat(1200);
    let desk = (0..500).fold(desk, |desk, n| {
        let more = if n % 3 == 0 { filler.as_str() } else { "" };
        desk.file(&format!("people/{n:03}.ldif"), format!("dn: CN={n},DC=c\nobjectClass: user\n{more}"))
    });
    let program = env!("CARGO_BIN_EXE_presync");
    let script =
        format!("ulimit -n 128; {program} check --no-builtin --rules rules.yaml people --format concise");
    let output = Command::new("sh").args(["-c", &script]).current_dir(desk.path()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 500, "{err}");
}
