//! The arguments of `presync show`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Files and folders to show, `-` is standard input; without any, the `sources` of presync.yaml
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to write the objects
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ShowFormat,
    /// Give the place of each value (with `--format jsonl`)
    #[arg(long)]
    pub(crate) positions: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShowFormat {
    Human,
    Jsonl,
}
