//! The arguments of the command line: the one place that names options.

mod fix;
mod govern;
mod show;
mod sql;

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::language::format::{PUBLIC_SUFFIX_CRATE, PUBLIC_SUFFIX_DATE};

pub(super) use fix::{Fix, FixFormat};
pub(super) use govern::{
    BaselineAction, BaselineOptions, Diff, DiffFormat, Governing, Init, NewRule, Record, RuleAction,
};
pub(super) use show::{Chosen, Show, ShowFormat};
pub(super) use sql::{ReportOptions, Sql, SqlDialect};

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
}

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) checking: Checking,
    /// How to write the findings on standard output
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
    /// Write the findings to a file as well: `--output sarif=presync.sarif` (repeatable)
    ///
    /// The formats are those of `--format`. A file is replaced when the whole of its new text is there; if anything goes wrong, it stays
    /// as it was.
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    /// Findings of this severity or worse make the exit code 1; else what presync.yaml says, else errors
    #[arg(long, value_name = "SEVERITY")]
    pub(super) fail_level: Option<Level>,
    /// Only what came since this git revision, file or folder fails; what was there before is counted
    #[arg(long, value_name = "REV|PATH")]
    pub(super) since: Option<String>,
    /// Print the configuration that counts, and where each part of it is said, instead of checking
    #[arg(long)]
    pub(super) show_settings: bool,
    /// Print the files that would be read, and as what, instead of checking
    #[arg(long)]
    pub(super) show_files: bool,
    /// Show all findings, not only the first 20 of each rule
    #[arg(long)]
    pub(super) all: bool,
    /// Show how many findings each rule has, in place of the findings (with `human` and `concise`)
    #[arg(long)]
    pub(super) statistics: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
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
pub(super) enum Level {
    Error,
    Warning,
    Info,
}

#[derive(Debug, Args)]
pub(super) struct Forecast {
    /// Exports of the directory: files and folders, `-` is standard input; without any, the `sources` of presync.yaml
    #[arg(value_name = "SOURCE")]
    pub(super) paths: Vec<PathBuf>,
    /// What Microsoft Graph answers of the tenant: users, groups, contacts, deleted items, domains, settings (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(super) tenant: Vec<PathBuf>,
    /// An earlier export of the directory, `before=PATH`: what it has and the source lacks is gone (repeatable)
    #[arg(long, value_name = "NAME=PATH")]
    pub(super) source: Vec<String>,
    /// Only which objects of the two sides belong together, and why
    #[arg(long)]
    pub(super) matches: bool,
    /// How to write the forecast
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: ForecastForm,
    /// Write the forecast to a file as well: `--output html=forecast.html` (repeatable)
    #[arg(long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    /// Only outcomes of these kinds, by commas: `quarantine`, `export-error`, ..
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(super) outcome: Vec<String>,
    /// Only objects of this class
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<ForecastClass>,
    /// Only the object with this distinguished name, user principal name or address
    #[arg(long, value_name = "NAME")]
    pub(super) object: Option<String>,
    /// What if: `verified-domain=contoso.com`, `soft-match=off`, `hard-match=off`, `resiliency=off`, .. (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) assume: Vec<String>,
    /// An outcome of one of these kinds makes the exit code 1, by commas
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(super) fail_on: Vec<String>,
    /// The source holds the whole directory: what it lacks is deleted in the tenant
    #[arg(long)]
    pub(super) complete: bool,
    /// The time that counts as now (RFC 3339); else SOURCE_DATE_EPOCH, else the clock
    #[arg(long, value_name = "TIME")]
    pub(super) now: Option<String>,
    /// Show all objects, not only the first 20 of each kind
    #[arg(long)]
    pub(super) all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ForecastForm {
    Human,
    Json,
    Csv,
    /// One page to look at, which works offline
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ForecastClass {
    User,
    Group,
    Contact,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RuleOptions {
    #[command(subcommand)]
    pub(super) action: Option<RuleAction>,
    /// The id of the rule to explain, of whatever profile; without it the rules are listed
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,
    #[command(flatten)]
    pub(super) profiles: Profiles,
}

#[derive(Debug, Args)]
pub(super) struct Test {
    /// Packs, tests (`*.test.yaml`, `*.ldif` with `# expect:`), or folders of them; without it the built-in packs
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Say of each rule how many examples and tests show it
    #[arg(long)]
    pub(super) coverage: bool,
    /// Write what is found into the `# expect:` lines of LDIF tests
    #[arg(long)]
    pub(super) update: bool,
}

#[derive(Debug, Args)]
pub(super) struct Errors {
    /// What Microsoft Graph returned: files and folders, `-` is standard input
    #[arg(value_name = "TENANT", required = true)]
    pub(super) tenant: Vec<PathBuf>,
    /// Only errors of this property: `upn` or `proxy`, or the names of Graph and of the retired cmdlet
    #[arg(long, value_name = "NAME")]
    pub(super) property: Option<String>,
    /// Only errors of this value, with whatever prefix it is recorded
    #[arg(long, value_name = "VALUE")]
    pub(super) value: Option<String>,
    /// Only errors with this text in the names of the object or in the value
    #[arg(long, value_name = "TEXT")]
    pub(super) search: Option<String>,
    /// Only objects of this class
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<ErrorClass>,
    /// Sort the errors; else they stand in the order of the files
    #[arg(long, value_name = "BY")]
    pub(super) sort: Option<ErrorOrder>,
    /// The last one first
    #[arg(long)]
    pub(super) reverse: bool,
    /// Only the errors of the first N objects
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<usize>,
    /// Show each victim with the holder of its value, who came first, and what frees the value
    #[arg(long)]
    pub(super) pair: bool,
    /// Only what nobody holds any more: the task that runs every hour gives it back
    #[arg(long)]
    pub(super) healed: bool,
    /// How to write the errors
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: ErrorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ErrorClass {
    User,
    Group,
    Contact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ErrorOrder {
    Name,
    Property,
    Time,
    Class,
    Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ErrorFormat {
    Human,
    Json,
    Csv,
}

#[derive(Debug, Args)]
pub(super) struct Diagnose {
    /// The report, `-` is standard input
    #[arg(value_name = "REPORT")]
    pub(super) report: PathBuf,
    /// The directory: files and folders; without any, the `sources` of presync.yaml
    #[arg(value_name = "SOURCE")]
    pub(super) sources: Vec<PathBuf>,
    /// The tenant, as Microsoft Graph returns it (repeatable)
    #[arg(long, value_name = "PATH")]
    pub(super) tenant: Vec<PathBuf>,
    /// How to write the diagnosis
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: DiagnoseFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiagnoseFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(super) struct ExportCommand {
    /// Where the directory is exported from
    #[arg(value_name = "SOURCE")]
    pub(super) source: ExportSource,
    /// The server to ask; for `graph` and `csexport` the tenant (contoso.onmicrosoft.com)
    #[arg(long, value_name = "NAME")]
    pub(super) host: Option<String>,
    /// The distinguished name below which to search (DC=contoso,DC=com)
    #[arg(long, value_name = "DN")]
    pub(super) base: Option<String>,
    /// Whom to sign in as (joe@contoso.com); the password is asked for when the command runs
    #[arg(long, value_name = "NAME")]
    pub(super) bind: Option<String>,
    /// The source that the export is for, as rules name it: `main`, `tenant`, or a name of `presync check --source`
    #[arg(long = "as", value_name = "NAME")]
    pub(super) name: Option<String>,
    #[command(flatten)]
    pub(super) profiles: Profiles,
    /// Export for these rules only: ids, tags or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(super) select: Vec<String>,
    /// Leave these rules out: ids, tags or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ExportSource {
    Ldifde,
    Csvde,
    Ldapsearch,
    Powershell,
    Graph,
    Exchange,
    Csexport,
    #[value(alias = "ldbsearch")]
    Samba,
}
