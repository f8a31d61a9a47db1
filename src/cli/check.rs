//! `presync check`.

use std::io::{self, Write};

use super::arguments::{Check, Common, Format, Level};
use super::prepared::prepare;
use super::session::{fail, standard_output, style, threads};
use crate::finding::{Outcome, Problem, Severity};
use crate::govern::verdict;
use crate::pack::Rulebook;
use crate::report;
use crate::source::Store;

pub(super) fn run(options: &Check, common: &Common) -> io::Result<u8> {
    threads(common);
    let mut store = Store::new();
    let prepared = match prepare(&mut store, &options.checking, common) {
        Ok(prepared) => prepared,
        Err(problems) => return refuse(problems, &store, options, common),
    };
    let outcome = prepared.check(&store);
    write(&outcome, &store, &prepared.book, options, common)?;
    Ok(verdict(&outcome, options.fail_level.into()).code())
}

/// Says what is wrong before anything could be read: to people, and to programs that wait for a document.
fn refuse(problems: Vec<Problem>, store: &Store, options: &Check, common: &Common) -> io::Result<u8> {
    let code = fail(&problems, store, common)?;
    if matches!(options.format, Format::Json | Format::Jsonl) {
        let outcome = Outcome { problems, ..Outcome::default() };
        let mut out = standard_output();
        report::write(shape(options.format), &outcome, store, &style(common, &|_| false), &mut out)?;
        out.flush()?;
    }
    Ok(code)
}

fn shape(format: Format) -> report::Format {
    match format {
        Format::Human => report::Format::Human,
        Format::Concise => report::Format::Concise,
        Format::Json => report::Format::Json,
        Format::Jsonl => report::Format::JsonLines,
    }
}

fn write(
    outcome: &Outcome,
    store: &Store,
    book: &Rulebook,
    options: &Check,
    common: &Common,
) -> io::Result<()> {
    let secret = |name: &str| {
        let name = name.split(';').next().unwrap_or_default();
        book.secrets.contains(&name.to_ascii_lowercase())
    };
    let mut style = style(common, &secret);
    if options.all {
        style.limit = None;
    }
    let format = shape(options.format);
    let mut out = standard_output();
    report::write(format, outcome, store, &style, &mut out)?;
    out.flush()?;
    if matches!(format, report::Format::Human | report::Format::Concise) {
        let mut error = io::stderr().lock();
        report::problems(&outcome.problems, store, &style, &mut error)?;
        if !common.quiet {
            report::summary(outcome, &style, &mut error)?;
        }
        error.flush()?;
    }
    Ok(())
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }
}
