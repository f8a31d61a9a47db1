//! The arguments of `presync fix`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Checking, Level};

#[derive(Debug, Args)]
pub(in crate::cli) struct Fix {
    #[command(flatten)]
    pub(in crate::cli) checking: Checking,
    /// Take fixes that are not safe as well: they may change how somebody signs in, or where mail goes
    #[arg(long = "unsafe")]
    pub(in crate::cli) unsafe_ones: bool,
    /// Take only the fixes of these rules, safe or not: ids, by commas
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(in crate::cli) rule: Vec<String>,
    /// Take only fixes that change these attributes, safe or not, by commas
    #[arg(long, value_name = "ATTRIBUTE", value_delimiter = ',')]
    pub(in crate::cli) only: Vec<String>,
    /// Decide finding by finding, on a terminal
    #[arg(short, long, conflicts_with_all = ["unsafe_ones", "from_csv", "format"])]
    pub(in crate::cli) interactive: bool,
    /// Where `-i` keeps what was decided; `--from-csv` takes it up again
    #[arg(long, value_name = "FILE", default_value = "presync-plan.csv", requires = "interactive")]
    pub(in crate::cli) plan: PathBuf,
    /// Write LDIF for `ldapmodify` and `ldifde -i` (`-` is standard output)
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ldif: Option<PathBuf>,
    /// Write LDIF that takes all of it back
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) undo: Option<PathBuf>,
    /// Write a script for the Active Directory module of PowerShell
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) powershell: Option<PathBuf>,
    /// Write a table in the layout of IdFix, for review: fill the column ACTION, and hand it back with `--from-csv`
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) csv: Option<PathBuf>,
    /// Take nothing but the rows of a reviewed table whose ACTION is EDIT or REMOVE
    #[arg(long, value_name = "FILE", conflicts_with_all = ["unsafe_ones", "rule", "only"])]
    pub(in crate::cli) from_csv: Option<PathBuf>,
    /// Edit the files themselves: nothing changes but the bytes of the values
    #[arg(long)]
    pub(in crate::cli) in_place: bool,
    /// Print the diff even if something is written
    #[arg(long)]
    pub(in crate::cli) diff: bool,
    /// Let files that are written take the place of others
    #[arg(long)]
    pub(in crate::cli) force: bool,
    /// How to write the plan
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(in crate::cli) format: FixFormat,
    /// Findings of this severity or worse that stay make the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    pub(in crate::cli) fail_level: Level,
    /// Tell of all that was withdrawn, not only of the first 20
    #[arg(long)]
    pub(in crate::cli) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum FixFormat {
    Human,
    Json,
}
