//! The arguments of `presync check`.

use clap::{Args, ValueEnum};

use super::Checking;

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) checking: Checking,
    /// How to write the findings on standard output
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: Format,
    /// Write the findings to a file as well: `--output sarif=presync.sarif` (repeatable)
    ///
    /// The formats are those of `--format`. A file is replaced when the whole of its new text is there; if anything goes wrong, it stays
    /// as it was.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) output: Vec<String>,
    /// Findings of this severity or worse make the exit code 1; else what presync.yaml says, else errors
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_level: Option<Level>,
    /// Only what came since this git revision, file or folder fails; what was there before is counted
    #[arg(long, value_name = "REV|PATH")]
    pub(crate) since: Option<String>,
    /// Print the configuration that counts, and where each part of it is said, instead of checking
    #[arg(long)]
    pub(crate) show_settings: bool,
    /// Print the files that would be read, and as what, instead of checking
    #[arg(long)]
    pub(crate) show_files: bool,
    /// Show all findings, not only the first 20 of each rule
    #[arg(long)]
    pub(crate) all: bool,
    /// Show how many findings each rule has, in place of the findings (with `human` and `concise`)
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Show what each rule cost: how long it judged, how many values, and how many keys it looked up or gave (on standard error)
    #[arg(long)]
    pub(crate) timings: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Excerpts with what is at fault underlined
    Human,
    /// One line for each finding
    Concise,
    /// One document, presync/1
    Json,
    /// One JSON value a line, presync/1
    Jsonl,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// JUnit, a suite for each rule
    Junit,
    /// Checkstyle
    Checkstyle,
    /// A table in the columns of IdFix
    Csv,
    /// A summary in Markdown
    Markdown,
    /// One page to look at, which works offline
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    Error,
    Warning,
    Info,
}
