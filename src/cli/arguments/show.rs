//! The arguments of `presync show`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Profiles;

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Files and folders to show, `-` is standard input; without any, the `sources` of presync.yaml
    #[arg(value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// How to write the objects
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(in crate::cli) format: ShowFormat,
    /// Give the place of each value (with `--format jsonl`)
    #[arg(long)]
    pub(in crate::cli) positions: bool,
    /// The source that the rows belong to: `tenant` for what Microsoft Graph answered (with `--format rows`)
    #[arg(long, value_name = "NAME", default_value = "main", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(in crate::cli) source: String,
    #[command(flatten)]
    pub(in crate::cli) chosen: Chosen,
}

/// The rules that are meant.
#[derive(Debug, Args)]
pub(in crate::cli) struct Chosen {
    #[command(flatten)]
    pub(in crate::cli) profiles: Profiles,
    /// Only these rules: ids, tags, packs or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(in crate::cli) select: Vec<String>,
    /// Without these rules: ids, tags, packs or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(in crate::cli) ignore: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ShowFormat {
    /// A listing for people
    Human,
    /// One JSON object a line
    Jsonl,
    /// One JSON object for each value: the rows that the statements of `presync sql` load
    Rows,
    /// What the rules (`--profile`, `--select`, `--ignore`) need to know of single texts and SQL cannot say, one JSON object a line
    Facts,
}
