//! The arguments of `presync export-command`.

use clap::{Args, ValueEnum};

use super::Profiles;

#[derive(Debug, Args)]
pub(crate) struct ExportCommand {
    /// Where the directory is exported from
    #[arg(value_name = "SOURCE")]
    pub(crate) source: ExportSource,
    /// The server to ask; for `graph` and `csexport` the tenant (contoso.onmicrosoft.com)
    #[arg(long, value_name = "NAME")]
    pub(crate) host: Option<String>,
    /// The distinguished name below which to search (DC=contoso,DC=com)
    #[arg(long, value_name = "DN")]
    pub(crate) base: Option<String>,
    /// Whom to sign in as (joe@contoso.com); the password is asked for when the command runs
    #[arg(long, value_name = "NAME")]
    pub(crate) bind: Option<String>,
    /// The source that the export is for, as rules name it: `main`, `tenant`, or a name of `presync check --source`
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) profiles: Profiles,
    /// Export for these rules only: ids, tags or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave these rules out: ids, tags or `all`, by commas
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportSource {
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
