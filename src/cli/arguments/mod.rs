//! The arguments of the command line: the one place that names options.

mod check;
mod export;
mod fix;
mod forecast;
mod govern;
mod rule;
mod show;
mod sql;
mod tenant;

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::language::format::{PUBLIC_SUFFIX_CRATE, PUBLIC_SUFFIX_DATE};
use crate::source::Revision;

pub(super) use check::{Check, Format, Level};
pub(super) use export::{ExportCommand, ExportSource};
pub(super) use fix::{Fix, FixFormat};
pub(super) use forecast::{Forecast, ForecastClass, ForecastForm};
pub(super) use govern::{
    BaselineAction, BaselineOptions, Diff, DiffFormat, Governing, Init, NewRule, Record, RuleAction,
};
pub(super) use rule::{RuleOptions, Test};
pub(super) use show::{Chosen, Show, ShowFormat};
pub(super) use sql::{ReportOptions, Sql, SqlDialect};
pub(super) use tenant::{Diagnose, DiagnoseFormat, ErrorClass, ErrorFormat, ErrorOrder, Errors};

/// Checks identity directories before they synchronise.
#[derive(Debug, Parser)]
#[command(name = "presync", version = VERSION.as_str(), about, max_term_width = 100, propagate_version = false)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

/// The version of the program, and the day of the public suffix list that it carries.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let program = env!("CARGO_PKG_VERSION");
    format!("{program} (public suffix list of {PUBLIC_SUFFIX_DATE}, crate psl {PUBLIC_SUFFIX_CRATE})")
});

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Lint snapshots of directories: files, folders, or `-` for standard input
    Check(Check),
    /// Say what changed between two exports, and judge it
    ///
    /// Objects are known by objectGUID, else by their id, else by their names. The rules of the profile `delta` judge the changes; rules
    /// address the earlier export as `before.user`.
    Diff(Box<Diff>),
    /// Record today's findings, so that only new ones fail
    Baseline(Box<BaselineOptions>),
    /// Say what the next synchronisation does to each object, and why
    Forecast(Forecast),
    /// List the rules, explain one, or write a new one
    Rule(RuleOptions),
    /// Write a configuration and a first rule to begin with
    Init(Init),
    /// Run the examples of rule packs, and the tests beside them
    Test(Test),
    /// Print the objects as presync reads them
    Show(Show),
    /// List the provisioning errors that a tenant records
    ///
    /// Reads what Microsoft Graph returns of users, groups and contacts with `onPremisesProvisioningErrors`. The exit code is 1 if
    /// anything is listed.
    Errors(Errors),
    /// Find the objects that an error of the synchronisation is about
    ///
    /// Reads an error report mail (text or HTML), event 6941 (text, XML, CSV), a block of the Synchronization Service Manager or of Connect
    /// Health, or an export of csexport.
    Diagnose(Diagnose),
    /// Plan mends: a diff, change files for a directory server with their way back, or edits of the files themselves
    ///
    /// Nothing is changed unless an output is asked for. Every fix is proven before: all rules run again, and a fix that does not
    /// remove its finding, or raises another one, is withdrawn. The exit code is 1 while findings stay that no fix of the plan mends.
    Fix(Box<Fix>),
    /// Print the command that exports what the rules need
    ///
    /// The command goes to standard output, ready to be pasted or run; what to replace and what comes next goes to
    /// standard error, as comments of the same shell. Only what the enabled rules ask for is exported.
    ExportCommand(ExportCommand),
    /// Print the rules as SQL, for an engine that holds more than one machine does
    ///
    /// The statements create two tables, load what `presync show --format rows` and `--format facts` wrote, and fill a table of findings,
    /// which `presync report` turns into every format. A rule that SQL cannot say is listed with the reason, and the exit code is 2.
    Sql(Sql),
    /// Turn a table of findings, as the statements of `presync sql` make it, into a report
    Report(ReportOptions),
    /// Print the completions of a shell: `presync completions bash > /etc/bash_completion.d/presync`
    Completions(Completions),
    /// Print the manual page, or that of a command: `presync man check | man -l -`
    Man(Man),
}

#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct Man {
    /// The command; without it, presync as a whole
    #[arg(value_name = "COMMAND")]
    pub(super) command: Option<String>,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Add a rule pack, or a folder of packs (repeatable)
    #[arg(long, value_name = "PATH", global = true)]
    pub(super) rules: Vec<PathBuf>,
    /// The configuration to use; else the `presync.yaml` nearest to what is checked
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long, global = true, conflicts_with = "config")]
    pub(super) isolated: bool,
    /// Paths of the configuration, and links, may lead out of the repository that it belongs to
    #[arg(long, global = true)]
    pub(super) allow_outside: bool,
    /// Leave the built-in rules out
    #[arg(long, global = true)]
    pub(super) no_builtin: bool,
    /// Set a parameter of a pack: `--set verified_domains=contoso.com,fabrikam.com` (repeatable)
    #[arg(long, value_name = "NAME=VALUE", global = true)]
    pub(super) set: Vec<String>,
    /// Read all files in this format, whatever they look like
    #[arg(long, value_name = "FORMAT", global = true)]
    pub(super) input_format: Option<InputFormat>,
    /// What standard input is called in reports, instead of `-`
    #[arg(long, value_name = "NAME", global = true, value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(super) stdin_name: Option<String>,
    /// When to use colours; `auto` heeds NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub(super) color: Colour,
    /// Say less
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub(super) verbose: bool,
    /// How many threads to use; all cores if not given
    #[arg(long, value_name = "N", global = true)]
    pub(super) threads: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum InputFormat {
    Ldif,
    Csv,
    Json,
    Yaml,
    Csexport,
}

/// Which rules there are to choose from.
#[derive(Debug, Clone, Args)]
pub(super) struct Profiles {
    /// The profiles whose rules run, by commas; else those of presync.yaml, else `default` (`presync rule` says which there are)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub(super) profile: Vec<String>,
}

/// What is judged, and by which rules: options of every command that checks.
#[derive(Debug, Args)]
pub(super) struct Checking {
    /// Files and folders to check, `-` is standard input; without any, the `sources` of presync.yaml
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Load another directory beside the one under check; rules address it as `NAME.user` (repeatable)
    #[arg(long, value_name = "NAME=PATH")]
    pub(super) source: Vec<String>,
    /// Load the tenant; rules address it as `tenant.user` (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(super) tenant: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) profiles: Profiles,
    /// Run only these rules: ids, tags, packs or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Leave these rules out: ids, tags, packs or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
    #[command(flatten)]
    pub(super) governing: Governing,
    /// The time that counts as now (RFC 3339); else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<String>,
    /// The files hold the whole directory: what is absent is not there
    #[arg(long)]
    pub(super) complete: bool,
    /// Fail (exit 2) if a rule cannot be judged since the files say that not all that it needs was exported
    ///
    /// A column that is not there, an attribute that was not asked for, values that were cut off, references to what was left out.
    /// An attribute that no object has counts as one that nobody has where the file does not say what was asked for (ldifde, slapcat).
    #[arg(long)]
    pub(super) require_complete: bool,
    /// The revision that a source is read from, and the name of the source: `presync diff` says it.
    #[arg(skip)]
    pub(super) apart: Option<(&'static str, Arc<Revision>)>,
}
