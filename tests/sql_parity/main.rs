//! The statements of `presync sql`, run by the engines that they are for, find what `presync check` finds: the same rules, objects,
//! attributes and values. An engine that is not there is skipped, unless `PRESYNC_REQUIRE_SQL` is set. `.ci/run` installs all of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, dead_code)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../examples/generate/directory/mod.rs"]
mod directory;
mod duckdb;
mod literals;
mod postgres;
mod refusals;
mod spark;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::Desk;
use directory::{Export, Format, Style};
use presync::finding::printable;
use serde_json::Value;

/// The time that all commands count as now.
const NOW: &str = "2026-01-01T00:00:00Z";
/// What is compared: a query for it.
const QUERY: &str =
    "SELECT rule, object, attribute, COALESCE(value, value_base64), message FROM presync_finding";

/// The directory in which each rule finds something.
const CATALOGUE: [&str; 1] = ["tests/catalogue/faulty.ldif"];

/// A finding: the rule, the object, the attribute, the value, the message.
type Finding = (String, String, Option<String>, Option<String>, String);

/// A directory, and how it is judged.
struct Judged {
    name: &'static str,
    desk: Desk,
    /// The files of the directory.
    files: Vec<String>,
    /// Sources beside the directory: the name that rules call each by, and its file.
    beside: Vec<(&'static str, String)>,
    /// Options of all commands that choose rules.
    chosen: Vec<String>,
    complete: bool,
    /// Whether messages are compared, too: not where texts hold bytes that are no text, which an engine has under other names, or
    /// where a message shows a part of a text that was made of several, which is `…` there.
    messages: bool,
}

impl Judged {
    fn new(name: &'static str, files: &[&str], chosen: &str) -> Self {
        let files = files.iter().map(|file| ours(file)).collect();
        let chosen = chosen.split_whitespace().map(str::to_owned).collect();
        Self { name, desk: Desk::new(), files, beside: Vec::new(), chosen, complete: false, messages: true }
    }

    /// The same with a file that the generator wrote.
    fn generated(name: &'static str, file: &str, format: Format, objects: u64) -> Self {
        Self::new(name, &[], "--set verified_domains=contoso.com").and_generated(file, format, objects)
    }

    fn and_generated(mut self, file: &str, format: Format, objects: u64) -> Self {
        let mut bytes = Vec::new();
        Export { objects, seed: 3, faults: 0.5, format, style: Style::Ldifde }.write(&mut bytes).unwrap();
        self.desk = self.desk.file(file, bytes);
        self.files.push(file.to_owned());
        self
    }

    /// The same with another source.
    fn beside(mut self, source: &'static str, file: &str) -> Self {
        self.beside.push((source, ours(file)));
        self
    }

    fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// What a command prints; of those that print what an engine is to take nothing may be lost.
    fn print(&self, arguments: &[&str], codes: &[i32]) -> String {
        let ran = self.desk.run(arguments);
        assert!(codes.contains(&ran.code), "{}: {arguments:?}: exit {}\n{}", self.name, ran.code, ran.err);
        ran.out
    }

    /// Writes what the engine needs; the statements, and the rules that they leave out.
    fn script(&self, dialect: &str) -> (PathBuf, BTreeSet<String>) {
        self.script_of(dialect, &[])
    }

    /// The same with further options of `presync sql`.
    fn script_of(&self, dialect: &str, more: &[&str]) -> (PathBuf, BTreeSet<String>) {
        let file = |name: &str| self.desk.path().join(name).to_str().unwrap().to_owned();
        let files: Vec<&str> = self.files.iter().map(String::as_str).collect();
        let chosen: Vec<&str> = self.chosen.iter().map(String::as_str).collect();
        let show = |files: &[&str], format: &str, more: &[&str], to: &str| {
            let arguments = [&["show", "--isolated", "--format", format], files, more].concat();
            // what is wrong with a file is told, and the rest of it is judged
            fs::write(file(to), self.print(&arguments, &[0, 2])).unwrap();
        };
        show(&files, "rows", &[], "rows.jsonl");
        let mut all = files.clone();
        let mut given = vec![file("rows.jsonl")];
        for (source, path) in &self.beside {
            let rows = format!("{source}.jsonl");
            show(&[path], "rows", &["--source", source], &rows);
            all.push(path);
            given.push(file(&rows));
        }
        show(&all, "facts", &chosen, "facts.jsonl");
        let facts = file("facts.jsonl");
        let mut arguments = vec!["sql", "--isolated", "--allow-partial", "--dialect", dialect, "--now", NOW];
        arguments.extend(["--facts", &facts]);
        arguments.extend(given.iter().flat_map(|path| ["--rows", path]));
        arguments.extend(self.beside.iter().flat_map(|(source, _)| ["--source", source]));
        arguments.extend(self.complete.then_some("--complete"));
        arguments.extend(more);
        arguments.extend(&chosen);
        let ran = self.desk.run(&arguments);
        assert_eq!(ran.code, 0, "{}: {}", self.name, ran.err);
        let left_out = ran.err.lines().filter_map(|line| line.strip_prefix("left out: ")?.split(':').next());
        let left_out = left_out.map(str::to_owned).collect();
        fs::write(file("script.sql"), ran.out).unwrap();
        (self.desk.path().join("script.sql"), left_out)
    }

    /// What the engine of presync finds.
    fn checked(&self, left_out: &BTreeSet<String>) -> BTreeSet<Finding> {
        let mut arguments = vec!["check", "--isolated", "--format", "json", "--now", NOW];
        arguments.extend(self.files.iter().chain(&self.chosen).map(String::as_str));
        arguments.extend(self.complete.then_some("--complete"));
        let named: Vec<String> =
            self.beside.iter().map(|(source, path)| format!("{source}={path}")).collect();
        for (one, (source, path)) in named.iter().zip(&self.beside) {
            arguments.extend(if *source == "tenant" { ["--tenant", path] } else { ["--source", one] });
        }
        let document: Value = serde_json::from_str(&self.print(&arguments, &[0, 1, 2])).unwrap();
        let text = |value: &Value| match value {
            Value::Object(coded) => Some(coded["base64"].as_str().unwrap().to_owned()),
            other => other.as_str().map(str::to_owned),
        };
        let findings = document["findings"].as_array().unwrap().iter();
        let of = |finding: &Value| {
            let place = [&finding["attribute"], &finding["value"]].map(&text);
            let [attribute, value] = place;
            let [rule, object, message] =
                ["rule", "object", "message"].map(|name| text(&finding[name]).unwrap());
            (rule, object, attribute, value, message)
        };
        findings.map(of).filter(|(rule, ..)| !left_out.contains(rule)).collect()
    }

    /// Compares the findings of an engine with those of presync.
    fn compare(&self, found: BTreeSet<Finding>, left_out: &BTreeSet<String>) {
        let message = |message: String| match self.messages {
            true => printable(&message).into_owned(),
            false => String::new(),
        };
        let compared = |findings: BTreeSet<Finding>| -> BTreeSet<Finding> {
            findings.into_iter().map(|(r, o, a, v, m)| (r, o, a, v, message(m))).collect()
        };
        let (wanted, found) = (compared(self.checked(left_out)), compared(found));
        let missing: Vec<&Finding> = wanted.difference(&found).take(10).collect();
        let extra: Vec<&Finding> = found.difference(&wanted).take(10).collect();
        let name = self.name;
        assert!(missing.is_empty() && extra.is_empty(), "{name}:\nmissing {missing:#?}\nextra {extra:#?}");
        let mut error = std::io::stderr().lock();
        writeln!(error, "{name}: {} findings, {} rules left out", wanted.len(), left_out.len()).unwrap();
    }
}

/// Rules of the tests' own, about values that SQL could get wrong.
fn hostile() -> Judged {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql_parity/rules.yaml");
    let own = format!("--no-builtin --rules {}", rules.to_str().unwrap());
    let hostile = Judged::new("hostile values", &["tests/sql_parity/hostile.ldif"], &own);
    Judged { messages: false, ..hostile }
}

/// The directory in which each rule finds something, by all rules that find something there or in what it is compared with.
fn catalogue() -> Vec<Judged> {
    let tenant = "--set verified_domains=contoso.com,fabrikam.com --set federated_domains=contoso.com,fabrikam.com \
                  --set initial_domain=contoso.onmicrosoft.com --set object_quota=100 --set membership_limit=2 \
                  --set group_member_limit=4 --set cloud_sync_member_limit=3 --set photo_limit=48";
    let own = "--set group_member_limit=4 --set client=cloud-sync --set cloud_sync_member_limit=3";
    let other = |name, profile| Judged::new(name, &CATALOGUE, profile);
    let delta = "--profile delta --set most_deletions=1";
    let exports = Judged::new("two exports", &["tests/sql_parity/now.ldif"], delta);
    vec![
        hostile(),
        other("catalogue with a tenant", tenant).beside("tenant", "tests/catalogue/tenant.ldif"),
        other("catalogue alone", own).complete(),
        other("catalogue by IdFix", "--profile idfix-multi-tenant,idfix-dedicated"),
        Judged { messages: false, ..exports.beside("before", "tests/sql_parity/before.ldif") },
    ]
}

/// The formats that the generator writes, each with a file.
const FORMATS: [(&str, &str, Format); 5] = [
    ("generated LDIF", "a.ldif", Format::Ldif),
    ("generated table", "a.csv", Format::Csvde),
    ("generated pages", "a.json", Format::Graph),
    ("generated YAML", "a.yaml", Format::Yaml),
    ("generated connector space", "a.xml", Format::Csexport),
];

/// The catalogue, directories of every shape, and those of other people.
fn all() -> Vec<Judged> {
    let mut all = catalogue();
    all.push(Judged::new("example", &["examples/contoso.ldif"], "--profile default,hygiene"));
    all.extend(FORMATS.map(|(name, file, format)| Judged::generated(name, file, format, 200)));
    all.extend(real().into_iter().map(|(name, folder)| Judged::new(name, &[&folder], "")));
    all
}

/// The same for an engine that takes a second for a statement, however small the directory: what files of every shape and
/// directories of other people hold is judged as one directory each.
fn gathered() -> Vec<Judged> {
    let mut all = catalogue();
    let chosen = "--profile default,hygiene --set verified_domains=contoso.com";
    let generated = Judged::new("generated in every format", &["examples/contoso.ldif"], chosen);
    all.push(FORMATS.iter().fold(generated, |one, (_, file, format)| one.and_generated(file, *format, 200)));
    let folders: Vec<String> = real().into_iter().map(|(_, folder)| folder).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    if !folders.is_empty() {
        all.push(Judged::new("directories of other people", &folders, ""));
    }
    all
}

/// Directories of other people, with their folders.
fn real() -> Vec<(&'static str, String)> {
    let Ok(corpus) = env::var("PRESYNC_CORPUS") else {
        skipped("PRESYNC_CORPUS is not set, so directories of other people are not judged");
        return Vec::new();
    };
    let names = ["389ds", "dex", "graph-docs-mocks", "openldap", "samba-ad-lab", "scim"];
    names.map(|name| (name, format!("{corpus}/real/{name}"))).to_vec()
}

/// Says why something is not tested, past the capture of the test harness.
fn skipped(reason: &str) {
    let mut error = std::io::stderr().lock();
    writeln!(error, "skipped: {reason}").unwrap();
}

/// Says that an engine is not there; where it is required, that is a failure.
fn lacks(reason: &str) {
    assert!(env::var_os("PRESYNC_REQUIRE_SQL").is_none(), "PRESYNC_REQUIRE_SQL is set, but {reason}");
    skipped(reason);
}

/// Python with a module, in the environment that `.ci/run` makes.
fn python(module: &str) -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/sql-engines/bin/python");
    let known = Command::new(&python).args(["-c", &format!("import {module}")]).output();
    if known.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    lacks(&format!("{} has no module `{module}`", python.display()));
    None
}

/// The path of a file by that from the root of the repository.
fn ours(file: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file).to_str().unwrap().to_owned()
}

/// A file beside this one.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql_parity").join(name)
}

/// What a command prints.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{}", error.chars().take(6000).collect::<String>());
    String::from_utf8(output.stdout).unwrap()
}

/// Findings, a JSON list a line.
fn findings(lines: &str) -> BTreeSet<Finding> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
