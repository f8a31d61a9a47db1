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
