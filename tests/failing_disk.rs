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

/// Reading from `BAD_FROM` on, up to `BAD_TO`, fails after `BAD_AFTER` good reads of it.
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
        && offset < number("BAD_TO") && offset + (off64_t)length > number("BAD_FROM");
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

fn check(desk: &Desk, library: &Path, bad: (usize, usize, usize), format: &str) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_presync"));
    program.args([
        "check",
        "--isolated",
        "--no-builtin",
        "--rules",
        "rules.yaml",
        "--format",
        format,
        "a.ldif",
    ]);
    program.current_dir(desk.path()).env("LD_PRELOAD", library).env("BAD_LEAST", LEAST.to_string());
    let (from, to, after) = bad;
    for (name, value) in [("BAD_FROM", from), ("BAD_TO", to), ("BAD_AFTER", after)] {
        program.env(name, value.to_string());
    }
    program.output().unwrap()
}

/// The lines of the findings, in order.
fn lines(output: &Output) -> Vec<u64> {
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["location"]["line"].as_u64().unwrap()).collect()
}

#[test]
fn what_can_be_read_is_judged_and_the_rest_is_told() {
    let text = directory();
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &text)]);
    let Some(library) = disk(desk.path()) else {
        println!("skipped: no C compiler");
        return;
    };
    let whole = check(&desk, &library, (0, 0, 0), "json");
    assert_eq!(whole.status.code(), Some(1), "{}", String::from_utf8_lossy(&whole.stderr));
    let whole = lines(&whole);
    assert_eq!(whole.len(), 200);

    let middle = text.len() / 2;
    let bad = (middle, middle + 4096, 0);
    let output = check(&desk, &library, bad, "json");
    assert_eq!(output.status.code(), Some(2));
    let found = lines(&output);
    assert!((100..200).contains(&found.len()), "{}", found.len());
    let before = found.iter().filter(|line| whole.contains(line)).count();
    assert!(before >= 50, "what stands before it has its lines");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let codes = json["problems"].as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap());
    assert_eq!(codes.filter(|code| *code == "source-unreadable").count(), 1, "told once");

    let output = check(&desk, &library, bad, "human");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("cannot read `a.ldif`: Input/output error"), "{error}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("mail"), "findings are shown");
}

#[test]
fn what_is_suspicious_and_can_no_longer_be_read_is_told() {
    let text = directory();
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", &text)]);
    let Some(library) = disk(desk.path()) else {
        println!("skipped: no C compiler");
        return;
    };
    // it can be read once, and fails when what is at fault is read again
    let all_once = text.len() / (256 << 10) + 8;
    let output = check(&desk, &library, (0, text.len(), all_once), "json");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let error = String::from_utf8_lossy(&output.stdout);
    assert!(error.contains("cannot read `a.ldif`: Input/output error"), "{error}");
}
