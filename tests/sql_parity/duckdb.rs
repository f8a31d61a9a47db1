//! DuckDB.

use std::path::Path;
use std::process::Command;

use crate::{QUERY, all, beside, findings, printed, python};

/// What a query gives after a script, a JSON list a line.
pub(crate) fn run(python: &Path, script: &Path, query: &str) -> String {
    printed(Command::new(python).arg(beside("duckdb_run.py")).arg(script).arg(query))
}

#[test]
fn duckdb_finds_what_presync_finds() {
    let Some(python) = python("duckdb") else { return };
    for judged in all() {
        let (script, left_out) = judged.script("duckdb");
        assert!(left_out.is_empty(), "{left_out:?}");
        judged.compare(findings(&run(&python, &script, QUERY)), &left_out);
    }
}

#[test]
fn other_rules_over_the_same_tables_find_what_they_would_alone() {
    let Some(python) = python("duckdb") else { return };
    let judged = |profile: &str| crate::Judged::new("again", &crate::CATALOGUE, profile);
    let (both, alone) = (
        judged("--select filtered,reference-dangles,mail-overwritten"),
        judged("--select reference-dangles,mail-overwritten"),
    );
    let (script, _) = both.script("duckdb");
    let (second, _) = alone.script_of("duckdb", &["--no-load"]);
    let rules = std::fs::read_to_string(&script).unwrap() + "DELETE FROM presync_finding;\n";
    std::fs::write(&script, rules + &std::fs::read_to_string(second).unwrap()).unwrap();
    let counted = format!(
        "{QUERY} UNION ALL SELECT 'rows', CAST(COUNT(*) AS TEXT), NULL, NULL, '' FROM presync_finding"
    );
    let mut found = findings(&run(&python, &script, &counted));
    let rows = found.iter().find(|(rule, ..)| rule == "rows").cloned().unwrap();
    found.remove(&rows);
    assert_eq!(rows.1, found.len().to_string(), "a finding is there twice");
    alone.compare(found, &std::collections::BTreeSet::new());
}
