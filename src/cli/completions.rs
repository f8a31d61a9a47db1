//! `presync completions` and `presync man`: both are made from the arguments themselves.

use std::io::{self, Write};

use clap::CommandFactory;

use super::arguments::{Arguments, Common, Completions, Man};
use super::session::{fail, standard_output, store};
use crate::finding::Problem;
use crate::language::did_you_mean;

/// Prints the completions of a shell.
pub(super) fn completions(options: &Completions) -> io::Result<u8> {
    // the generator wants a writer that cannot fail, and a pipe can
    let mut made = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "presync", &mut made);
    let mut out = standard_output();
    out.write_all(&made)?;
    out.flush()?;
    Ok(0)
}

/// Prints a page of the manual.
pub(super) fn man(options: &Man, common: &Common) -> io::Result<u8> {
    let mut whole = Arguments::command();
    whole.build();
    let page = match &options.command {
        None => whole.clone(),
        Some(name) => match whole.find_subcommand(name) {
            Some(command) => command.clone(),
            None => {
                let known: Vec<&str> = whole.get_subcommands().map(clap::Command::get_name).collect();
                let problem = Problem::error("bad-usage", format!("there is no command `{name}`"));
                let near = did_you_mean(name, known.iter().copied());
                let help = near.unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
                return fail(&[problem.help(help)], &store(common), common);
            }
        },
    };
    let mut out = standard_output();
    clap_mangen::Man::new(page).render(&mut out)?;
    out.flush()?;
    Ok(0)
}
