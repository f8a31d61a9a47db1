//! No text leaves the literal that it is written as.

use std::fs;
use std::process::Command;

use presync::sql::{Dialect, unwritten, written};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::postgres::Server;
use crate::{beside, duckdb, printed, python};

/// Texts of chance, and those that are known to be dangerous somewhere.
fn texts() -> Vec<Vec<u8>> {
    let part = prop_oneof![
        Just("'".to_owned()),
        Just("\\".to_owned()),
        Just("''; DROP TABLE x; --".to_owned()),
        Just("${user.home}".to_owned()),
        Just("$$".to_owned()),
        Just("\n;\n\n.quit\n\\q\n".to_owned()),
        Just("/*".to_owned()),
        Just("\u{0}\u{1}\u{7f}\u{85}".to_owned()),
        Just("E'\\x27 U&'\\0027 :name :'name' ?".to_owned()),
        any::<char>().prop_map(String::from),
        proptest::char::range('\u{eeff}', '\u{f001}').prop_map(String::from),
        any::<String>(),
    ];
    let text = prop_oneof![
        4 => proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..12),
    ];
    let mut runner = TestRunner::default();
    proptest::collection::vec(text, 300).new_tree(&mut runner).unwrap().current()
}

/// A script that keeps each text with its number, by literals.
fn script(dialect: Dialect, texts: &[Vec<u8>]) -> String {
    let rows: Vec<String> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| format!("({number}, {})", dialect.literal(&written(text))))
        .collect();
    let (kind, using) = match dialect {
        Dialect::Spark => ("STRING", " USING parquet"),
        _ => ("TEXT", ""),
    };
    format!(
        "CREATE TABLE held (number INT, held {kind}){using};\n\nINSERT INTO held VALUES {};\n",
        rows.join(",\n")
    )
}

const HELD: &str = "SELECT number, held FROM held ORDER BY number";

/// Every text came back.
fn compare(texts: &[Vec<u8>], lines: &str) {
    let held: Vec<(usize, String)> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(held.len(), texts.len());
    for (number, text) in held {
        assert_eq!(unwritten(&text), texts[number], "{text:?}");
    }
}

#[test]
fn duckdb_gives_back_every_literal() {
    let Some(python) = python("duckdb") else { return };
    let (folder, texts) = (TempDir::new().unwrap(), texts());
    let file = folder.path().join("script.sql");
    fs::write(&file, script(Dialect::DuckDb, &texts)).unwrap();
    compare(&texts, &duckdb::run(&python, &file, HELD));
}

#[test]
fn postgres_gives_back_every_literal() {
    let Some(server) = Server::start() else { return };
    let (folder, texts) = (TempDir::new().unwrap(), texts());
    let file = folder.path().join("script.sql");
    fs::write(&file, script(Dialect::Postgres, &texts)).unwrap();
    compare(&texts, &server.run(&file, HELD));
}

#[test]
fn spark_gives_back_every_literal() {
    let Some(python) = python("pyspark") else { return };
    let (folder, texts) = (TempDir::new().unwrap(), texts());
    let file = folder.path().join("script.sql");
    fs::write(&file, script(Dialect::Spark, &texts)).unwrap();
    let mut command = Command::new(python);
    command.arg(beside("spark_run.py")).arg(folder.path().join("warehouse")).arg(HELD).arg(file);
    compare(&texts, printed(command.current_dir(folder.path())).trim_end());
}
