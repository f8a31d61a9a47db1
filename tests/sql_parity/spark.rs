//! Spark, in local mode.

use std::process::Command;

use tempfile::TempDir;

use crate::{QUERY, beside, findings, gathered, lacks, printed, python};

#[test]
fn spark_finds_what_presync_finds() {
    let Some(python) = python("pyspark") else { return };
    if !Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success()) {
        return lacks("java is not installed");
    }
    let judged = gathered();
    let scripts: Vec<_> = judged.iter().map(|one| one.script("spark")).collect();
    let warehouse = TempDir::new().unwrap();
    let mut command = Command::new(python);
    command.arg(beside("spark_run.py")).arg(warehouse.path()).arg(QUERY);
    command.args(scripts.iter().map(|(script, _)| script)).current_dir(warehouse.path());
    let answers = printed(&mut command);
    let answers: Vec<&str> = answers.split("\n\n").collect();
    for (number, (one, (_, left_out))) in judged.iter().zip(&scripts).enumerate() {
        assert!(left_out.is_empty(), "{left_out:?}");
        one.compare(findings(answers[number].trim_start()), left_out);
    }
}
