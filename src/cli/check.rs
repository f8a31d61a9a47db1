//! `presync check`.

use std::io::{self, Write};

use super::arguments::{Check, Common, Format, Level};
use super::outputs::{Output, outputs};
use super::prepared::{Prepared, prepare_check};
use super::progress::shown;
use super::session::{FAILED, fail, leave, standard_output, style, threads};
use super::settings::{files, settings};
use super::terminal::on_errors;
use crate::finding::{Outcome, Problem, Severity};
use crate::govern::verdict;
use crate::pack::{Library, Rulebook};
use crate::report::{self, Report, Style};
use crate::source::Store;

pub(super) fn run(options: &Check, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    if options.show_settings {
        return show_settings(store, options, common);
    }
    let named = match asked(options) {
        Ok(named) => named,
        Err(problems) => return fail(&problems, store, common),
    };
    let mut prepared = match prepare_check(store, &options.checking, common) {
        Ok(prepared) => prepared,
        Err(problems) => return refuse(problems, &named, store, options, common),
    };
    prepared.terms.metered = options.timings;
    if options.show_files {
        return show_files(&prepared, store, common);
    }
    let written_to = match outputs(&options.output, &prepared.settings.outputs) {
        Ok(outputs) => outputs,
        Err(problems) => return refuse(problems, &named, store, options, common),
    };
    let since = options.since.as_deref().map(|name| prepared.since(store, name, &options.checking));
    if let Some(Err(problem)) = since {
        return refuse(vec![problem], &written_to, store, options, common);
    }
    let not_read = &prepared.files.not_read;
    let taken: Vec<Problem> =
        written_to.iter().filter_map(|output| output.is_input(store, not_read)).collect();
    if !taken.is_empty() {
        return fail(&taken, store, common);
    }
    let code = judge(&prepared, &written_to, store, options, common);
    leave(prepared);
    code
}

/// The files that the command line asks for, if nothing it asks for contradicts itself.
fn asked(options: &Check) -> Result<Vec<Output<Format>>, Vec<Problem>> {
    let outputs = outputs(&options.output, &[])?;
    if options.statistics && !matches!(options.format, Format::Human | Format::Concise) {
        let problem =
            Problem::error("bad-usage", "`--statistics` counts for people, and the format is for machines");
        let help = "leave `--format` out, and write the document with `--output FORMAT=PATH`";
        return Err(vec![problem.help(help)]);
    }
    Ok(outputs)
}

/// Runs the rules, and writes what they find.
fn judge(
    prepared: &Prepared,
    written_to: &[Output<Format>],
    store: &Store,
    options: &Check,
    common: &Common,
) -> io::Result<u8> {
    let outcome = match shown(store, &prepared.files, common, || prepared.check(store)) {
        Ok(outcome) => outcome,
        Err(problems) => return refuse(problems, written_to, store, options, common),
    };
    let configured = prepared.policy.fail_level.unwrap_or(Severity::Error);
    let fail_level = options.fail_level.map_or(configured, Into::into);
    let report = Report { outcome: &outcome, store, library: &prepared.library, fail_level };
    let secret = |name: &str| is_secret(&prepared.book, name);
    let mut style = style(common, &secret);
    if options.all {
        style.limit = None;
    }
    let written = write_files(written_to, &report, &style);
    match print(options, common, &report, &style) {
        // whoever reads has seen enough; what was found is found all the same
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    let code = verdict(&outcome, fail_level).code();
    leave(outcome);
    if written.is_empty() { Ok(code) } else { fail(&written, store, common) }
}

/// Prints the configuration that counts.
fn show_settings(store: &mut Store, options: &Check, common: &Common) -> io::Result<u8> {
    let checking = &options.checking;
    let loaded = match &checking.governing.policy_from {
        Some(name) => super::policy::settings(store, name, checking, common),
        None => super::session::settings(store, common, &checking.paths),
    };
    match loaded {
        Ok(loaded) => {
            let mut out = standard_output();
            write!(out, "{}", settings(&loaded, store))?;
            out.flush()?;
            Ok(0)
        }
        Err(problems) => fail(&problems, store, common),
    }
}

/// Prints the files that would be read.
fn show_files(prepared: &Prepared, store: &Store, common: &Common) -> io::Result<u8> {
    let mut out = standard_output();
    write!(out, "{}", files(&prepared.files, &prepared.book.plan.sources, store))?;
    out.flush()?;
    let problems = &prepared.files.problems;
    if problems.is_empty() { Ok(0) } else { fail(problems, store, common) }
}

/// Says what is wrong before anything could be read: to people, and to programs that wait for a document.
fn refuse(
    problems: Vec<Problem>,
    outputs: &[Output<Format>],
    store: &Store,
    options: &Check,
    common: &Common,
) -> io::Result<u8> {
    fail(&problems, store, common)?;
    let outcome = Outcome { problems, ..Outcome::default() };
    let library = Library::default();
    let report = Report { outcome: &outcome, store, library: &library, fail_level: Severity::Error };
    let style = style(common, &|_| false);
    let outputs = outputs.iter().filter(|output| report::Format::from(output.format).holds_problems());
    let written = write_files(outputs, &report, &style);
    let format = report::Format::from(options.format);
    if format.holds_problems() && format != report::Format::Human {
        let mut out = standard_output();
        report::write(format, &report, &style, &mut out)?;
        out.flush()?;
    }
    fail(&written, store, common)?;
    Ok(FAILED)
}

/// Writes the files; what could not be written. One that fails does not keep the others from being written.
fn write_files<'o>(
    outputs: impl IntoIterator<Item = &'o Output<Format>>,
    report: &Report<'_>,
    style: &Style<'_>,
) -> Vec<Problem> {
    let style = Style { colour: false, links: false, width: 100, timed: false, ..*style };
    let written = outputs.into_iter().map(|output| {
        let format = output.format.into();
        output.write(|out| {
            report::write(format, report, &style, out)?;
            if format == report::Format::Human {
                report::problems(&report.outcome.problems, report.store, &style, out)?;
                report::summary(report.outcome, &style, out)?;
            }
            Ok(())
        })
    });
    written.filter_map(Result::err).collect()
}

/// Writes the findings to standard output, and what people want to know besides to standard error.
fn print(options: &Check, common: &Common, report: &Report<'_>, style: &Style<'_>) -> io::Result<()> {
    let format = report::Format::from(options.format);
    let mut out = standard_output();
    if options.statistics {
        report::statistics(report, style, &mut out)?;
    } else {
        report::write(format, report, style, &mut out)?;
    }
    out.flush()?;
    if !format.tells_all() {
        let style = on_errors(*style, common);
        let mut error = io::stderr().lock();
        report::problems(&report.outcome.problems, report.store, &style, &mut error)?;
        if !style.quiet {
            report::summary(report.outcome, &style, &mut error)?;
        }
        error.flush()?;
    }
    if options.timings {
        let mut error = io::stderr().lock();
        report::timings(&report.outcome.costs, &mut error)?;
        error.flush()?;
    }
    Ok(())
}

fn is_secret(book: &Rulebook, name: &str) -> bool {
    let name = name.split(';').next().unwrap_or_default();
    book.secrets.contains(&name.to_ascii_lowercase())
}

impl From<Format> for report::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Human => Self::Human,
            Format::Concise => Self::Concise,
            Format::Json => Self::Json,
            Format::Jsonl => Self::JsonLines,
            Format::Sarif => Self::Sarif,
            Format::Github => Self::Github,
            Format::Gitlab => Self::Gitlab,
            Format::Junit => Self::Junit,
            Format::Checkstyle => Self::Checkstyle,
            Format::Csv => Self::Csv,
            Format::Markdown => Self::Markdown,
            Format::Html => Self::Html,
        }
    }
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
