//! Arguments of `presync sql` and `presync report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Chosen, Format, Level};

#[derive(Debug, Args)]
pub(in crate::cli) struct Sql {
    /// The engine that the statements are for
    #[arg(long, value_name = "DIALECT")]
    pub(in crate::cli) dialect: SqlDialect,
    #[command(flatten)]
    pub(in crate::cli) chosen: Chosen,
    /// Files that `presync show --format rows` wrote, as the engine finds them (repeatable)
    #[arg(long, value_name = "PATH", default_value = "rows.jsonl")]
    pub(in crate::cli) rows: Vec<String>,
    /// A source beside the directory whose rows are among them, as rules name it: `tenant` (repeatable)
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) source: Vec<String>,
    /// Files that `presync show --format facts` wrote, as the engine finds them (repeatable)
    #[arg(long, value_name = "PATH", default_value = "facts.jsonl")]
    pub(in crate::cli) facts: Vec<String>,
    /// Leave the statements that create and load tables out: they are there
    #[arg(long)]
    pub(in crate::cli) no_load: bool,
    /// Leave out rules that SQL cannot say, and end with exit code 0 all the same
    #[arg(long)]
    pub(in crate::cli) allow_partial: bool,
    /// The rows hold the whole directory: what is absent is not there
    #[arg(long)]
    pub(in crate::cli) complete: bool,
    /// The time that counts as now (RFC 3339); else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "TIME")]
    pub(in crate::cli) now: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SqlDialect {
    Duckdb,
    Postgres,
    Spark,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReportOptions {
    /// The table of findings: CSV with a header, or JSON Lines; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: PathBuf,
    /// How to write the findings
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(in crate::cli) format: Format,
    /// Findings of this severity or worse make the exit code 1
    #[arg(long, value_name = "SEVERITY")]
    pub(in crate::cli) fail_level: Option<Level>,
    /// Show all findings, not only the first 20 of each rule
    #[arg(long)]
    pub(in crate::cli) all: bool,
}
