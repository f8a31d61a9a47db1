//! Arguments of whatever decides which rules run and which findings count.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Checking, Level, Profiles};
use crate::finding::Severity;

/// How the policy is chosen: options of every command that checks.
#[derive(Debug, Clone, Args)]
pub(crate) struct Governing {
    /// How bad findings of a rule are: `--severity group-empty=error`; also by tag or pack (repeatable)
    #[arg(long, value_name = "RULE=LEVEL", value_parser = level)]
    pub(crate) severity: Vec<(String, Severity)>,
    /// Run rules that may still change as well
    #[arg(long)]
    pub(crate) preview: bool,
    /// Show findings that are suppressed as well
    #[arg(long)]
    pub(crate) no_suppressions: bool,
    /// Recorded findings, which do not fail; else those that presync.yaml names
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Use no recorded findings
    #[arg(long, conflicts_with = "baseline")]
    pub(crate) no_baseline: bool,
    /// Take configuration, packs and recorded findings from this git revision, file or folder; what is checked cannot weaken them
    #[arg(long, value_name = "REV|PATH", conflicts_with_all = ["isolated", "config"])]
    pub(crate) policy_from: Option<String>,
}

/// `RULE=LEVEL`.
fn level(text: &str) -> Result<(String, Severity), String> {
    let Some((name, level)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
        return Err("write `--severity group-empty=error`".to_owned());
    };
    let level = match level.trim() {
        "error" => Level::Error,
        "warning" => Level::Warning,
        "info" => Level::Info,
        other => return Err(format!("`{other}` is no severity; known are `error`, `warning`, `info`")),
    };
    Ok((name.trim().to_owned(), level.into()))
}

/// Record findings.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BaselineOptions {
    #[command(subcommand)]
    pub(crate) action: Option<BaselineAction>,
    #[command(flatten)]
    pub(crate) record: Record,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BaselineAction {
    /// Take out what is mended
    Prune(Prune),
}

#[derive(Debug, Args)]
pub(crate) struct Record {
    #[command(flatten)]
    pub(crate) checking: Checking,
    /// Add what is new to a baseline that is there already; `--owner` and `--reason` say who answers for it, and why
    #[arg(long, requires_all = ["owner", "reason"])]
    pub(crate) grow: bool,
    /// Who answers for what is recorded
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Why it is recorded
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// The last day on which it counts: 2027-01-31
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Prune {
    #[command(flatten)]
    pub(crate) checking: Checking,
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The earlier export: a file, a folder, or a git revision in which NEW is read
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The later export: a file or a folder
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    #[command(flatten)]
    pub(crate) profiles: Profiles,
    /// Judge by these rules only: ids, tags, packs or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave these rules out: ids, tags, packs or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    #[command(flatten)]
    pub(crate) governing: Governing,
    /// Findings of this severity or worse make the exit code 1; else what presync.yaml says, else errors
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_level: Option<Level>,
    /// How to write the changes
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: DiffFormat,
    /// Show all changes, not only the first 20 of each kind
    #[arg(long)]
    pub(crate) all: bool,
    /// The time that counts as now (RFC 3339); else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The folder to begin in; this one if it is not given
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuleAction {
    /// Write a new rule with examples that pass
    New(NewRule),
}

#[derive(Debug, Args)]
pub(crate) struct NewRule {
    /// The id: lower-case words with hyphens, which name the fault
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// The file to write; else ID.yaml in the folder of packs that presync.yaml names
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}
