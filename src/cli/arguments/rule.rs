//! The arguments of `presync rule` and `presync test`.

use std::path::PathBuf;

use clap::Args;

use super::{Profiles, RuleAction};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RuleOptions {
    #[command(subcommand)]
    pub(crate) action: Option<RuleAction>,
    /// The id of the rule to explain, of whatever profile; without it the rules are listed
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) profiles: Profiles,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Packs, tests (`*.test.yaml`, `*.ldif` with `# expect:`), or folders of them; without it the built-in packs
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Say of each rule how many examples and tests show it
    #[arg(long)]
    pub(crate) coverage: bool,
    /// Write what is found into the `# expect:` lines of LDIF tests
    #[arg(long)]
    pub(crate) update: bool,
}
