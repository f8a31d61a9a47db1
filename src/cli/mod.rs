//! The commands: one file each.

mod arguments;
mod baseline;
mod check;
mod compare;
mod completions;
mod diagnose;
mod diff;
mod errors;
mod export_command;
mod fix;
mod forecast;
mod outputs;
mod policy;
mod prepared;
mod progress;
mod report;
mod rule;
mod rulebook;
mod scaffold;
mod session;
mod settings;
pub mod show;
mod sql;
mod terminal;
mod test;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::Parser;

use arguments::{Arguments, Command};

/// Runs presync; the exit code: 0 clean, 1 findings, 2 presync could not do its work.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            return if error.print().is_ok() { code } else { 2 };
        }
    };
    let mut store = session::store(&arguments.common);
    let done = match &arguments.command {
        Command::Check(options) => check::run(options, &arguments.common, &mut store),
        Command::Fix(options) => fix::run(options, &arguments.common, &mut store),
        Command::Diff(options) => diff::run(options, &arguments.common, &mut store),
        Command::Baseline(options) => baseline::run(options, &arguments.common, &mut store),
        Command::Forecast(options) => forecast::run(options, &arguments.common, &mut store),
        Command::Rule(options) => rule::run(options, &arguments.common, &mut store),
        Command::Init(options) => scaffold::init(options, &arguments.common),
        Command::Test(options) => test::run(options, &arguments.common, &mut store),
        Command::Show(options) => show::run(options, &arguments.common, &mut store),
        Command::Errors(options) => errors::run(options, &arguments.common, &mut store),
        Command::Diagnose(options) => diagnose::run(options, &arguments.common, &mut store),
        Command::ExportCommand(options) => export_command::run(options, &arguments.common, &mut store),
        Command::Sql(options) => sql::run(options, &arguments.common, &mut store),
        Command::Report(options) => report::run(options, &arguments.common, &mut store),
        Command::Completions(options) => completions::completions(options),
        Command::Man(options) => completions::man(options, &arguments.common),
    };
    match done.and_then(|code| session::told(code, &store, &arguments.common)) {
        Ok(code) => code,
        // whoever reads has seen enough
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            // a file that could not be read says more than what the operating system calls it
            if !matches!(session::told(0, &store, &arguments.common), Ok(session::FAILED)) {
                let _ = writeln!(io::stderr(), "error: {error}");
            }
            session::FAILED
        }
    }
}
