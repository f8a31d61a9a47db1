//! The code quality report of GitLab: a list of issues, each with a fingerprint of its own, by which a merge request tells
//! new ones from those of the target branch.

use std::io::{self, Write};

use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_128;

use super::place::Places;
use crate::finding::{Finding, Outcome, Problem, Severity, printable, printable_json};
use crate::source::{Location, Store};

pub(super) fn write(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store);
    let mut met: FxHashMap<String, u64> = FxHashMap::default();
    let mut comma = "";
    write!(out, "[")?;
    let problems = outcome.problems.iter().map(|problem| of_problem(problem, &places));
    let findings = outcome.findings.iter().map(|finding| of_finding(finding, &places));
    for (mut fingerprint, mut issue) in problems.chain(findings) {
        // the same fault in two files that overlap has one fingerprint; GitLab wants another for each
        let count = met.entry(fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            fingerprint = format!("{fingerprint}-{count}");
        }
        if let Some(fields) = issue.as_object_mut() {
            fields.insert("fingerprint".to_owned(), json!(fingerprint));
        }
        write!(out, "{comma}\n{}", printable_json(&issue.to_string()))?;
        comma = ",";
    }
    writeln!(out, "\n]")
}

fn of_finding(finding: &Finding, places: &Places<'_>) -> (String, Value) {
    let place = places.fault(&finding.primary);
    let severity = match finding.rule.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    let issue = json!({
        "description": printable(&finding.message), "check_name": finding.rule.id, "severity": severity,
        "location": location(Some(place), places),
    });
    (finding.fingerprint.clone(), issue)
}

fn of_problem(problem: &Problem, places: &Places<'_>) -> (String, Value) {
    let severity = match problem.severity {
        Severity::Error => "blocker",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    let issue = json!({
        "description": printable(&problem.message), "check_name": problem.code, "severity": severity,
        "location": location(problem.location, places),
    });
    let file = problem.location.map_or("", |place| places.store.name(place.file));
    let digest = xxh3_128(format!("{}\0{file}\0{}", problem.code, problem.message).as_bytes());
    (format!("{digest:032x}"), issue)
}

/// GitLab asks for a file and a line of every issue; what is about the whole run stands at the first line of its folder.
fn location(place: Option<Location>, places: &Places<'_>) -> Value {
    let Some(place) = place else { return json!({ "path": ".", "lines": { "begin": 1 } }) };
    let (start, end) = places.extent(place);
    json!({ "path": places.store.name(place.file), "lines": { "begin": start.line, "end": end.line } })
}
