//! A disk that fails while it is read: whatever could be read is judged and shown, the rest is told, and the exit code is 2. A
//! library that is loaded before the system's plays the disk.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]
#![cfg(target_os = "linux")]

mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{Desk, MAIL_SPACE as RULES};

/// Files of at least this size are on the bad disk.
const LEAST: usize = 1 << 20;

/// Reading from `BAD_FROM` on, up to `BAD_TO`, fails if no more than `BAD_UP_TO` bytes are asked for, after `BAD_AFTER` such reads.
const DISK: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
static long number(const char *name) { const char *text = getenv(name); return text ? atol(text) : 0; }
static atomic_long good;
ssize_t pread64(int file, void *into, size_t length, off64_t offset) {
    static ssize_t (*real)(int, void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pread64");
    struct stat known;
    int is_bad = fstat(file, &known) == 0 && S_ISREG(known.st_mode) && known.st_size >= number("BAD_LEAST")
        && offset < number("BAD_TO") && offset + (off64_t)length > number("BAD_FROM") && length <= number("BAD_UP_TO");
    if (is_bad && atomic_fetch_add(&good, 1) >= number("BAD_AFTER")) { errno = EIO; return -1; }
    return real(file, into, length, offset);
}
ssize_t pread(int file, void *into, size_t length, off_t offset) { return pread64(file, into, length, offset); }
"#;

/// The library; none where there is no compiler for it.
fn disk(folder: &Path) -> Option<PathBuf> {
    let (source, library) = (folder.join("disk.c"), folder.join("disk.so"));
    std::fs::write(&source, DISK).unwrap();
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).arg("-ldl").status();
    built.is_ok_and(|status| status.success()).then_some(library)
}

/// Users with a blank in each hundredth address.
fn directory() -> String {
    let mut text = String::new();
    for number in 0..20_000 {
        let blank = if number % 100 == 0 { " " } else { "" };
        write!(text, "dn: CN={number},DC=c\nobjectClass: user\nmail: a{number}{blank}@contoso.com\n")
            .unwrap();
        writeln!(text, "description: {}\n", "x".repeat(60)).unwrap();
    }
    assert!(text.len() > 2 * LEAST);
    text
}

/// Where the disk is bad, for reads of how many bytes, and after how many of them.
struct Bad {
    from: usize,
    to: usize,
    up_to: usize,
    after: usize,
}

const GOOD: Bad = Bad { from: 0, to: 0, up_to: 0, after: 0 };

/// A desk on a disk, and the library that plays it; none where there is no compiler.
fn desk(text: &str) -> Option<(Desk, PathBuf)> {
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", text)]);
    let library = disk(desk.path());
    if library.is_none() {
        println!("skipped: no C compiler");
    }
    Some((desk, library?))
}

fn run(desk: &Desk, library: &Path, bad: &Bad, arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_presync"));
    program.args(arguments).args(["--isolated", "--no-builtin", "--rules", "rules.yaml", "a.ldif"]);
    program.current_dir(desk.path()).env("LD_PRELOAD", library).env("BAD_LEAST", LEAST.to_string());
    let Bad { from, to, up_to, after } = bad;
    for (name, value) in [("BAD_FROM", from), ("BAD_TO", to), ("BAD_UP_TO", up_to), ("BAD_AFTER", after)] {
        program.env(name, value.to_string());
    }
    program.output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The lines of the findings, in order.
fn lines(json: &serde_json::Value) -> Vec<u64> {
    let findings = json["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["location"]["line"].as_u64().unwrap()).collect()
}

fn told(json: &serde_json::Value) -> usize {
    let problems = json["problems"].as_array().unwrap().iter();
    problems.filter(|problem| problem["code"] == "source-unreadable").count()
}

const SAID: &str = "cannot read `a.ldif`: Input/output error";

#[test]
fn what_can_be_read_is_judged_and_the_rest_is_told() {
    let text = directory();
    let Some((desk, library)) = desk(&text) else { return };
    let whole = run(&desk, &library, &GOOD, &["check", "--format", "json"]);
    assert_eq!(whole.status.code(), Some(1), "{}", String::from_utf8_lossy(&whole.stderr));
    let whole = lines(&json(&whole));
    assert_eq!(whole.len(), 200);

    let middle = text.len() / 2;
    let bad = Bad { from: middle, to: middle + 4096, up_to: usize::MAX >> 1, after: 0 };
    let output = run(&desk, &library, &bad, &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2));
    let (found, all) = (lines(&json(&output)), json(&output));
    assert!((100..200).contains(&found.len()), "{}", found.len());
    // a part of 256 kB at most is lost before the bad place
    let line = |offset: usize| text[..offset].bytes().filter(|byte| *byte == b'\n').count() as u64;
    let sure = line(middle - (300 << 10));
    let before = |lines: &[u64]| lines.iter().copied().filter(|line| *line < sure).collect::<Vec<_>>();
    assert_eq!(before(&found), before(&whole), "what stands before it is found where it is");
    assert_eq!(told(&all), 1, "{all:#}");

    let output = run(&desk, &library, &bad, &["check", "--format", "human"]);
    assert_eq!(output.status.code(), Some(2));
    let (shown, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(error.contains(SAID), "{error}");
    assert!(shown.contains("`a0 @contoso.com` has a space"), "{shown}");
}

#[test]
fn what_is_suspicious_and_can_no_longer_be_read_is_told() {
    let text = directory();
    let Some((desk, library)) = desk(&text) else { return };
    // parts are read in large pieces; single records, which are read again, are small
    let bad = Bad { from: 0, to: text.len(), up_to: 256, after: 0 };
    let output = run(&desk, &library, &bad, &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let all = json(&output);
    assert_eq!(all["summary"]["objects"]["user"], 20_000, "the first reading was good");
    assert_eq!(told(&all), 1, "{all:#}");
}

#[test]
fn a_disk_that_fails_while_findings_are_shown_is_told() {
    let text = directory();
    let Some((desk, library)) = desk(&text) else { return };
    // what stands around a finding is read for people
    let bad = Bad { from: 0, to: text.len(), up_to: 1 << 14, after: 260 };
    let output = run(&desk, &library, &bad, &["check", "--format", "human", "--all"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains(SAID), "{error}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("`a0 @contoso.com` has a space"));
}

#[test]
fn a_plan_that_could_not_be_tried_is_not_written() {
    let text = directory();
    let Some((desk, library)) = desk(&text) else { return };
    let fixes = RULES.replace(
        "    tags: [mail]\n",
        "    tags: [mail]\n    fix: { set: 'replace(it, \" \", \"\")', safe: false }\n",
    );
    std::fs::write(desk.path().join("rules.yaml"), fixes).unwrap();
    let plan = ["fix", "--unsafe", "--ldif", "changes.ldif"];
    let good = run(&desk, &library, &GOOD, &plan);
    assert!(desk.path().join("changes.ldif").exists(), "{}", String::from_utf8_lossy(&good.stderr));
    std::fs::remove_file(desk.path().join("changes.ldif")).unwrap();
    // each of the 200 is read again for the check, then once more for the trial
    let bad = Bad { from: 0, to: text.len(), up_to: 256, after: 250 };
    let output = run(&desk, &library, &bad, &plan);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains(SAID), "{error}");
    assert!(!desk.path().join("changes.ldif").exists());
}

#[test]
fn other_commands_name_the_file_too() {
    let text = directory();
    let Some((desk, library)) = desk(&text) else { return };
    std::fs::write(desk.path().join("b.ldif"), "dn: CN=1,DC=c\nobjectClass: user\n").unwrap();
    let bad = Bad { from: text.len() / 2, to: text.len() / 2 + 4096, up_to: usize::MAX >> 1, after: 0 };
    for arguments in [&["show", "--format", "jsonl"][..], &["show", "--format", "rows"], &["diff", "b.ldif"]]
    {
        let output = run(&desk, &library, &bad, arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {error}");
        assert_eq!(error.matches(SAID).count(), 1, "{arguments:?}: {error}");
    }
}
