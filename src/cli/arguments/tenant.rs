//! The arguments of the commands that look at what a synchronisation left behind: `errors` and `diagnose`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Errors {
    /// What Microsoft Graph returned: files and folders, `-` is standard input
    #[arg(value_name = "TENANT", required = true)]
    pub(crate) tenant: Vec<PathBuf>,
    /// Only errors of this property: `upn` or `proxy`, or the names of Graph and of the retired cmdlet
    #[arg(long, value_name = "NAME")]
    pub(crate) property: Option<String>,
    /// Only errors of this value, with whatever prefix it is recorded
    #[arg(long, value_name = "VALUE")]
    pub(crate) value: Option<String>,
    /// Only errors with this text in the names of the object or in the value
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,
    /// Only objects of this class
    #[arg(long, value_name = "CLASS")]
    pub(crate) class: Option<ErrorClass>,
    /// Sort the errors; else they stand in the order of the files
    #[arg(long, value_name = "BY")]
    pub(crate) sort: Option<ErrorOrder>,
    /// The last one first
    #[arg(long)]
    pub(crate) reverse: bool,
    /// Only the errors of the first N objects
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Show each victim with the holder of its value, who came first, and what frees the value
    #[arg(long)]
    pub(crate) pair: bool,
    /// Only what nobody holds any more: the task that runs every hour gives it back
    #[arg(long)]
    pub(crate) healed: bool,
    /// How to write the errors
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ErrorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorClass {
    User,
    Group,
    Contact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorOrder {
    Name,
    Property,
    Time,
    Class,
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    Human,
    Json,
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Diagnose {
    /// The report, `-` is standard input
    #[arg(value_name = "REPORT")]
    pub(crate) report: PathBuf,
    /// The directory: files and folders; without any, the `sources` of presync.yaml
    #[arg(value_name = "SOURCE")]
    pub(crate) sources: Vec<PathBuf>,
    /// The tenant, as Microsoft Graph returns it (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(crate) tenant: Vec<PathBuf>,
    /// How to write the diagnosis
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: DiagnoseFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagnoseFormat {
    Human,
    Json,
}
