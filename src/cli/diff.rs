//! `presync diff`: what changed between two exports, judged.

use std::io::{self, Write};

use rustc_hash::FxHashSet;

use super::arguments::{Checking, Common, Diff, DiffFormat, Profiles};
use super::policy::{Against, against};
use super::prepared::{Prepared, prepare};
use super::session::{fail, standard_output, style, threads};
use crate::finding::{Problem, Severity};
use crate::govern::verdict;
use crate::language::symbols::{Setting, Symbols};
use crate::report::{self, Format, Report, difference as shown};
use crate::run::Files;
use crate::run::difference::difference;
use crate::source::Store;

/// The name of the earlier state, as rules write it.
const BEFORE: &str = "before";
/// The profile of the rules that judge changes.
const DELTA: &str = "delta";
/// The parameter that names attributes which change by themselves.
const VOLATILE: &str = "volatile_attributes";

pub(super) fn run(options: &Diff, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let prepared = match checking(options).and_then(|checking| prepare(store, &checking, common)) {
        Ok(prepared) => prepared,
        Err(problems) => return fail(&problems, store, common),
    };
    // what is missing on one side would look as if it had come or gone
    if prepared.files.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return fail(&prepared.files.problems, store, common);
    }
    let symbols = prepared.library.symbols(store, &prepared.book.plan.sources, &prepared.set).0;
    let number = |name: &str| prepared.book.plan.sources.iter().position(|known| known == name);
    let found = difference(
        store,
        (&side(&prepared, number(BEFORE)), &side(&prepared, Some(0))),
        &symbols,
        &prepared.book.shapes,
        &volatile(&symbols),
    );
    let mut outcome = match prepared.check(store) {
        Ok(outcome) => outcome,
        Err(problems) => return fail(&problems, store, common),
    };
    let more: Vec<_> =
        found.problems.iter().filter(|problem| !outcome.problems.contains(problem)).cloned().collect();
    outcome.problems.extend(more);
    let configured = prepared.policy.fail_level.unwrap_or(Severity::Error);
    let fail_level = options.fail_level.map_or(configured, Into::into);
    let secret = |name: &str| symbols.is_secret(name);
    let mut style = style(common, &secret);
    if options.all {
        style.limit = None;
    }
    let report = Report { outcome: &outcome, store, library: &prepared.library, fail_level };
    let mut out = standard_output();
    match options.format {
        DiffFormat::Json => {
            let mut check = Vec::new();
            report::write(Format::Json, &report, &style, &mut check)?;
            shown::json(&found, store, &check, &mut out)?;
        }
        DiffFormat::Human => {
            shown::human(&found, store, style.limit, &mut out)?;
            if !outcome.findings.is_empty() {
                writeln!(out)?;
            }
            report::write(Format::Human, &report, &style, &mut out)?;
        }
    }
    out.flush()?;
    if options.format == DiffFormat::Human {
        let mut error = io::stderr().lock();
        report::problems(&outcome.problems, store, &style, &mut error)?;
        if !common.quiet {
            writeln!(error, "{}", shown::summary(&found))?;
            report::summary(&outcome, &style, &mut error)?;
        }
        error.flush()?;
    }
    Ok(verdict(&outcome, fail_level).code())
}

/// A check of the later state with the earlier one beside it: another export, or the same files in a revision.
fn checking(options: &Diff) -> Result<Checking, Vec<Problem>> {
    let (path, revision) = match against(&options.old, std::slice::from_ref(&options.new)) {
        Ok(Against::Path(path)) => (path, None),
        Ok(Against::Revision(revision)) => (options.new.clone(), Some(revision)),
        Err(problem) => return Err(vec![problem]),
    };
    let profile = &options.profiles.profile;
    let profile = if profile.is_empty() { vec![DELTA.to_owned()] } else { profile.clone() };
    Ok(Checking {
        paths: vec![options.new.clone()],
        source: vec![format!("{BEFORE}={}", path.display())],
        tenant: Vec::new(),
        profiles: Profiles { profile },
        select: options.select.clone(),
        ignore: options.ignore.clone(),
        governing: options.governing.clone(),
        now: options.now.clone(),
        complete: false,
        require_complete: false,
        apart: revision.map(|revision| (BEFORE, revision)),
    })
}

/// The files of one of the two states.
fn side(prepared: &Prepared, number: Option<usize>) -> Files {
    let inputs = prepared.files.inputs.iter().filter(|input| Some(usize::from(input.source)) == number);
    Files { inputs: inputs.cloned().collect(), ..Files::default() }
}

/// Attributes that change by themselves, in lower case.
fn volatile(symbols: &Symbols) -> FxHashSet<String> {
    match symbols.parameters.get(VOLATILE).and_then(|parameter| parameter.value.as_ref()) {
        Some(Setting::List(names)) => names.iter().map(|name| name.to_lowercase()).collect(),
        _ => FxHashSet::default(),
    }
}
