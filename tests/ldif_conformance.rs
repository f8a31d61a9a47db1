//! LDIF files of other projects, read from the folder that `PRESYNC_CORPUS` names: the conformance cases, and real
//! directories.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use presync::cli::show::{Shape, show};
use presync::finding::{Problem, Severity};
use presync::run::{Input, opened};
use presync::snapshot::{Classes, Format, Names};
use presync::source::{LineIndex, Store};
use serde_json::{Value, json};

fn corpus(folder: &str) -> Option<PathBuf> {
    match std::env::var_os("PRESYNC_CORPUS") {
        Some(root) => Some(Path::new(&root).join(folder)),
        None => {
            println!("skipped: PRESYNC_CORPUS is not set");
            None
        }
    }
}

/// What presync makes of a file: its records as in the expected files, and its problems with their lines.
fn read(path: &Path) -> (Vec<Value>, Vec<(Problem, u64)>) {
    let mut store = Store::new();
    let file = match store.open(path) {
        Ok(file) => file,
        Err(complaint) => return (Vec::new(), vec![(complaint.into(), 0)]),
    };
    let mut out = Vec::new();
    let shape = Shape::JsonLines { positions: false };
    let mut problems = Vec::new();
    let (names, input) = (Names::all(), Input::of(file, Format::Ldif));
    let snapshot = opened(&store, &input, &names, &Arc::default(), &mut problems).unwrap();
    let (problems, _) =
        show(&store, &snapshot, shape, &Classes::new(), &names, &|_| false, &mut out).unwrap();
    let lines = LineIndex::of(&store, file);
    let records = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let records = records.map(|line| serde_json::from_slice(line).unwrap()).collect();
    let line = |problem: &Problem| {
        problem.location.map_or(0, |at| lines.position(&store, at.span.offset).unwrap().line)
    };
    (records, problems.into_iter().map(|problem| (problem.clone(), line(&problem))).collect())
}

/// The expected record without its line, `b64` as `base64`.
fn expected(record: &Value) -> Value {
    let mut record = record.clone();
    let fields = record.as_object_mut().unwrap();
    fields.remove("line");
    serde_json::from_str(&record.to_string().replace("\"b64\"", "\"base64\"")).unwrap()
}

fn actual(record: &Value) -> Value {
    let mut record = record.clone();
    let fields = record.as_object_mut().unwrap();
    fields.remove("class");
    fields.remove("source");
    record
}

/// Divergent cases that presync reads otherwise than the expected file, and why.
const OTHERWISE: &[(&str, &str)] = &[
    ("044", "a version line in the middle is a warning: joined files have one, and nothing is lost"),
    ("150", "the same; each value that is not UTF-8 is a warning at its first bad byte"),
    ("111", "a lone CR is data (RFC 2849), not the end of a line"),
];

#[test]
fn conformance_cases_are_read_as_expected() {
    let Some(folder) = corpus("ldif") else { return };
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|e| e == "ldif")) {
        let case = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if OTHERWISE.iter().any(|(known, _)| *known == case) {
            continue;
        }
        count += 1;
        let text = std::fs::read_to_string(folder.join(format!("{case}.expected.json"))).unwrap();
        let wanted: Value = serde_json::from_str(&text).unwrap();
        let (records, problems) = read(path);
        let errors: Vec<_> = problems.iter().filter(|(p, _)| p.severity == Severity::Error).collect();
        if let Some(list) = wanted.as_array() {
            let wanted: Vec<Value> = list.iter().map(expected).collect();
            let got: Vec<Value> = records.iter().map(actual).collect();
            let allowed = |code: &str| {
                matches!(
                    code,
                    "ldif-nul"
                        | "ldif-search-failed"
                        | "ldif-search-cut-short"
                        | "ldif-partial-attribute"
                        | "ldif-entries-missing"
                )
            };
            let unexpected: Vec<_> = errors.iter().filter(|(p, _)| !allowed(p.code)).collect();
            if !unexpected.is_empty() {
                wrong.push(format!("{case}: {unexpected:?}"));
            }
            if wanted != got {
                let differs = wanted.iter().zip(&got).find(|(a, b)| a != b);
                wrong.push(format!("{case}: {} records, wanted {}: {differs:?}", got.len(), wanted.len()));
            }
        } else {
            let line = wanted["line"].as_u64().unwrap();
            let first = errors.first().map(|(problem, line)| (problem.code, *line));
            if first.is_none_or(|(_, at)| at != line) {
                wrong.push(format!("{case}: wanted {wanted}, got {first:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} cases");
}

/// Real files that are no whole LDIF, and why.
const NOT_LDIF: &[(&str, &str)] = &[
    ("samba/lib/ldb/tests/test.ldif", "line 217 is base64 without its padding"),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-deleted_objects-after-dbcheck.ldif",
        SEARCH,
    ),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-replpropertymetadata-after-dbcheck.ldif",
        SEARCH,
    ),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-replpropertymetadata-after-dbcheck2.ldif",
        SEARCH,
    ),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-replpropertymetadata-after-dbcheck3.ldif",
        SEARCH,
    ),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-replpropertymetadata-before-dbcheck.ldif",
        SEARCH,
    ),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-replpropertymetadata-before-dbcheck2.ldif",
        SEARCH,
    ),
    (
        "samba/source4/selftest/provisions/release-4-1-0rc3/expected-replpropertymetadata-before-dbcheck3.ldif",
        SEARCH,
    ),
    ("samba/source4/selftest/provisions/release-4-1-0rc3/sudoers.ldif", "a content record ends with `-`"),
    ("samba/source4/selftest/provisions/release-4-5-0-pre1/expected-objects-after-expunge.ldif", SEARCH),
    ("samba/source4/selftest/provisions/release-4-5-0-pre1/expected-objects-after-link-dbcheck.ldif", SEARCH),
    (
        "samba/source4/selftest/provisions/release-4-5-0-pre1/revive-links-on-deleted-group.ldif",
        "no `-` between the modifications",
    ),
    ("samba/source4/setup/extended-rights.ldif", TEMPLATE),
    ("samba/source4/setup/provision.ldif", TEMPLATE),
    ("samba/source4/setup/provision_configuration.ldif", TEMPLATE),
    ("samba/source4/setup/provision_users.ldif", TEMPLATE),
    ("samba/source4/setup/provision_well_known_sec_princ.ldif", TEMPLATE),
    (
        "spring-ldap/ldif/ldif-core/src/test/resources/test.ldif",
        "line 202 follows an empty line inside a record",
    ),
];

const SEARCH: &str = "the sorted output of a search: attributes without a name above";
const TEMPLATE: &str = "a template: `${..}` stands for lines and values";

#[test]
fn real_directories_are_read_without_a_false_error() {
    let Some(folder) = corpus("real") else { return };
    let found = presync::source::walk(&folder, &|name| name.ends_with(".ldif") || name.ends_with(".ldf"));
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    assert!(!found.wanted.is_empty());
    for path in &found.wanted {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        if NOT_LDIF.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let bytes = std::fs::read(path).unwrap();
        let (records, problems) = read(path);
        let errors: Vec<_> = problems
            .iter()
            .filter(|(p, _)| p.severity == Severity::Error)
            .map(|(p, l)| (p.code, l))
            .collect();
        let lines = bytes.split(|byte| *byte == b'\n');
        let names =
            lines.filter(|line| line.get(..3).is_some_and(|l| l.eq_ignore_ascii_case(b"dn:"))).count();
        if !errors.is_empty() || names != records.len() {
            let few: Vec<_> = errors.iter().take(5).collect();
            wrong.insert(name, format!("{} records, {names} names, {few:?}", records.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", json!(wrong).to_string().replace("\",\"", "\"\n\""));
    println!("{} files", found.wanted.len());
}
