//! The arguments of `presync forecast`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct Forecast {
    /// Exports of the directory: files and folders, `-` is standard input; without any, the `sources` of presync.yaml
    #[arg(value_name = "SOURCE")]
    pub(crate) paths: Vec<PathBuf>,
    /// What Microsoft Graph answers of the tenant: users, groups, contacts, deleted items, domains, settings (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(crate) tenant: Vec<PathBuf>,
    /// An earlier export of the directory, `before=PATH`: what it has and the source lacks is gone (repeatable)
    #[arg(long, value_name = "NAME=PATH")]
    pub(crate) source: Vec<String>,
    /// Only which objects of the two sides belong together, and why
    #[arg(long)]
    pub(crate) matches: bool,
    /// How to write the forecast
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ForecastForm,
    /// Write the forecast to a file as well: `--output html=forecast.html` (repeatable)
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(crate) output: Vec<String>,
    /// Only outcomes of these kinds, by commas: `quarantine`, `export-error`, ..
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) outcome: Vec<String>,
    /// Only objects of this class
    #[arg(long, value_name = "CLASS")]
    pub(crate) class: Option<ForecastClass>,
    /// Only the object with this distinguished name, user principal name or address
    #[arg(long, value_name = "NAME")]
    pub(crate) object: Option<String>,
    /// What if: `verified-domain=contoso.com`, `soft-match=off`, `hard-match=off`, `resiliency=off`, .. (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) assume: Vec<String>,
    /// An outcome of one of these kinds makes the exit code 1, by commas
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) fail_on: Vec<String>,
    /// The source holds the whole directory: what it lacks is deleted in the tenant
    #[arg(long)]
    pub(crate) complete: bool,
    /// The time that counts as now (RFC 3339); else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Show all objects, not only the first 20 of each kind
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForecastForm {
    Human,
    Json,
    Csv,
    /// One page to look at, which works offline
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForecastClass {
    User,
    Group,
    Contact,
}
