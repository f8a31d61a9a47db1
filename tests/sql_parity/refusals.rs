//! Tables that lack what rules judge end the statements with an error, in every engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::postgres::Server;
use crate::{Judged, QUERY, beside, hostile, python};

/// Scripts that must fail, and what is told.
fn scripts(dialect: &str) -> Vec<(Judged, PathBuf, &'static str)> {
    let without = Judged::new("without the tenant", &["tests/sql_parity/now.ldif"], "--select duplicate");
    let twice = Judged::new("loaded twice", &["tests/sql_parity/now.ldif"], "--select duplicate");
    let (lacking, _) = without.script_of(dialect, &["--source", "tenant"]);
    let rows = twice.desk.path().join("rows.jsonl");
    let (doubled, _) = twice.script_of(dialect, &["--rows", rows.to_str().unwrap()]);
    // the facts are those of another directory
    let strange = hostile();
    let (unknown, _) = strange.script(dialect);
    std::fs::write(strange.desk.path().join("facts.jsonl"), "").unwrap();
    vec![
        (without, lacking, "presync: load the rows of the source `tenant`; there are 0"),
        (
            twice,
            doubled,
            "presync: empty presync_value before rows are loaded again; objects that are there twice: 5",
        ),
        (strange, unknown, "presync: write the facts again, there is none for "),
    ]
}

fn refused(command: &mut Command, told: &str) {
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && error.contains(told), "{told}\n{error}");
}

#[test]
fn duckdb_refuses_tables_that_lack_something() {
    let Some(python) = python("duckdb") else { return };
    for (_judged, script, told) in scripts("duckdb") {
        refused(Command::new(&python).arg(beside("duckdb_run.py")).arg(script).arg(QUERY), told);
    }
}

#[test]
fn postgres_refuses_tables_that_lack_something() {
    let Some(server) = Server::start() else { return };
    for (_judged, script, told) in scripts("postgres") {
        refused(server.psql().arg("-f").arg(script), told);
    }
}

#[test]
fn spark_refuses_tables_that_lack_something() {
    let Some(python) = python("pyspark") else { return };
    for (judged, script, told) in scripts("spark").into_iter().take(1) {
        let folder: &Path = judged.desk.path();
        let mut command = Command::new(&python);
        command.arg(beside("spark_run.py")).arg(folder.join("warehouse")).arg(QUERY).arg(script);
        refused(command.current_dir(folder), told);
    }
}
