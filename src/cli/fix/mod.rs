//! `presync fix`: plans mends, shows them, and writes what was asked for.

mod dialogue;
mod interactive;
mod outputs;

use std::cell::RefCell;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::arguments::{Common, Fix, FixFormat};
use super::prepared::{Prepared, prepare};
use super::session::{FAILED, fail, leave, standard_output, style, threads};
use super::show::every_name;
use crate::finding::{Change, Problem, Severity};
use crate::fix::{Asked, Decision, Plan, Planner, choices, refused, review, rewrite, splice};
use crate::govern::{Verdict, verdict};
use crate::language::did_you_mean;
use crate::report::{self, Done};
use crate::run::{Overlay, alike};
use crate::snapshot::shape::Mappings;
use crate::source::{FileId, Notation, Store};
use outputs::Outputs;

pub(super) fn run(options: &Fix, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let prepared = match prepare(store, &options.checking, common) {
        Ok(prepared) => prepared,
        Err(problems) => return fail(&problems, store, common),
    };
    let asked = asked(options);
    let mut problems = misspelt(&asked, &prepared, store);
    let outputs = Outputs::of(options, &prepared, store);
    problems.extend(outputs.problems());
    if options.in_place {
        problems.extend(
            prepared
                .files
                .inputs
                .iter()
                .filter(|input| input.source == 0)
                .filter_map(|input| refused(store, input.file)),
        );
    }
    if !problems.is_empty() {
        return fail(&problems, store, common);
    }
    if options.interactive {
        let terms = interactive::Terms { options, common, prepared: &prepared };
        return match interactive::decide(&terms, store)? {
            Ok(Some(decisions)) => {
                let plan = planned(options, &terms.asked(), decisions, &prepared, store);
                finish(&plan, outputs, &prepared, store, options, common)
            }
            Ok(None) => Ok(Verdict::Findings.code()),
            Err(problems) => fail(&problems, store, common),
        };
    }
    let decisions = match options.from_csv.as_deref().map(|path| reviewed(path, &prepared, store)) {
        None => Vec::new(),
        Some(Ok(decisions)) => decisions,
        Some(Err(problems)) => return fail(&problems, store, common),
    };
    let plan = planned(options, &asked, decisions, &prepared, store);
    let code = finish(&plan, outputs, &prepared, store, options, common);
    leave(plan);
    code
}

fn asked(options: &Fix) -> Asked {
    let trimmed = |names: &[String]| names.iter().map(|name| name.trim().to_owned()).collect();
    Asked {
        unsafe_ones: options.unsafe_ones,
        rules: trimmed(&options.rule),
        only: trimmed(&options.only),
        nothing: options.from_csv.is_some(),
    }
}

/// Rules and attributes that nobody knows.
fn misspelt(asked: &Asked, prepared: &Prepared, store: &Store) -> Vec<Problem> {
    let ids = || prepared.book.infos.iter().map(|info| info.id.as_str());
    let mut problems = Vec::new();
    for id in asked.rules.iter().filter(|id| !ids().any(|known| known == id.as_str())) {
        let problem = Problem::error("rule-unknown", format!("`--rule {id}`: no rule that runs has this id"));
        let help = did_you_mean(id, ids());
        problems.push(problem.help(help.unwrap_or_else(|| "`presync rule` lists the rules".to_owned())));
    }
    let (symbols, _) = prepared.library.symbols(store, &[], &[]);
    let names = || symbols.attributes.values().map(|attribute| attribute.name.as_str());
    for name in asked.only.iter().filter(|name| symbols.attribute(name).is_none()) {
        let message = format!("`--only {name}`: no pack knows this attribute");
        let problem = Problem::error("attribute-unknown", message);
        problems.push(match did_you_mean(name, names()) {
            Some(help) => problem.help(help),
            None => problem,
        });
    }
    problems
}

/// What the rows of a reviewed table ask for.
fn reviewed(path: &Path, prepared: &Prepared, store: &mut Store) -> Result<Vec<Decision>, Vec<Problem>> {
    let table = if path == Path::new("-") { store.standard_input() } else { store.open(path) };
    let table = table.map_err(|complaint| vec![complaint.into()])?;
    store.set_notation(table, Notation::Table);
    let reviewed = review::read(store, table);
    if !reviewed.problems.is_empty() {
        return Err(reviewed.problems);
    }
    let (symbols, _) = prepared.library.symbols(store, &[], &[]);
    let shapes = prepared.library.shapes();
    review::resolve(&reviewed.wishes, (store, &prepared.files), (&symbols, shapes))
}

/// Makes the plan. What cannot be done where it has to be done is no part of it.
fn planned(
    options: &Fix,
    asked: &Asked,
    decisions: Vec<Decision>,
    prepared: &Prepared,
    store: &Store,
) -> Plan {
    let refuses = |change: &Change| {
        if change.old.as_ref().is_some_and(|old| old.value.is_none()) {
            return Some("the value is secret, and comes out nowhere: change it by hand".to_owned());
        }
        if options.in_place {
            return splice(store, change).err().map(str::to_owned);
        }
        None
    };
    let again = RefCell::new(prepared.again(store));
    let check = |overlay: &Overlay| again.borrow_mut().with(overlay);
    let mut plan = Planner { asked, check: &check, refuses: &refuses }.plan(decisions);
    let (symbols, _) = prepared.library.symbols(store, &[], &[]);
    let shapes = prepared.library.shapes();
    plan.choices = choices(&plan.after.findings, (store, &prepared.files), (&symbols, shapes));
    leave(again);
    plan
}

/// Writes what was asked for, and says what was done.
fn finish(
    plan: &Plan,
    outputs: Outputs<'_>,
    prepared: &Prepared,
    store: &mut Store,
    options: &Fix,
    common: &Common,
) -> io::Result<u8> {
    // what a trial could not read proves nothing
    let is_failed = |outcome| verdict(outcome, Severity::Error) == Verdict::Failed;
    let failed = is_failed(&plan.before) || is_failed(&plan.after);
    let written = if failed { Ok(Vec::new()) } else { write(plan, outputs, prepared, store, options) };
    let (done, problems) = match written {
        Ok(done) => (done, Vec::new()),
        Err(problems) => (Vec::new(), problems),
    };
    let secret = |name: &str| {
        let name = name.split(';').next().unwrap_or_default();
        prepared.book.secrets.contains(&name.to_ascii_lowercase())
    };
    let mut style = style(common, &secret);
    if options.all {
        style.limit = None;
    }
    let mut out = standard_output();
    match options.format {
        FixFormat::Json => report::fix_json(plan, &done, store, &mut out)?,
        FixFormat::Human if options.diff || !options.writes() => {
            report::fix_diff(plan, store, &style, &mut out)?;
        }
        FixFormat::Human => {}
    }
    out.flush()?;
    let mut error = io::stderr().lock();
    report::problems(&plan.before.problems, store, &style, &mut error)?;
    let of_trials = plan.after.problems.iter().filter(|problem| !plan.before.problems.contains(problem));
    report::problems(&of_trials.cloned().collect::<Vec<_>>(), store, &style, &mut error)?;
    report::problems(&problems, store, &style, &mut error)?;
    // where something could not be written, the problem says what became of it
    if options.format == FixFormat::Human && !common.quiet && problems.is_empty() {
        report::fix_summary(plan, &done, &style, &mut error)?;
    }
    error.flush()?;
    if failed || !problems.is_empty() {
        return Ok(FAILED);
    }
    let refused = plan.withdrawn.iter().any(|withdrawn| withdrawn.asked);
    Ok(match verdict(&plan.after, options.fail_level.into()) {
        Verdict::Clean if refused => Verdict::Findings.code(),
        verdict => verdict.code(),
    })
}

/// Writes everything beside its place, proves what has to be proven, and only then puts all of it there, or nothing.
fn write(
    plan: &Plan,
    mut outputs: Outputs<'_>,
    prepared: &Prepared,
    store: &mut Store,
    options: &Fix,
) -> Result<Vec<Done>, Vec<Problem>> {
    outputs.stage(plan, prepared)?;
    let mut rewritten = Vec::new();
    if options.in_place {
        rewritten = rewrite(store, &plan.changes)?;
        let problems: Vec<Problem> = rewritten
            .iter()
            .filter_map(|file| proven(file.file, file.path(), plan, prepared, store))
            .collect();
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    let beside =
        rewritten.into_iter().map(|file| Ok((store.name(file.file).to_owned(), file.beside(store)?)));
    let edited: Result<Vec<_>, Problem> = beside.collect();
    outputs.put(edited.map_err(|problem| vec![problem])?)
}

/// Reads a file again that was edited: it has to say what was planned, and nothing else.
fn proven(old: FileId, path: &Path, plan: &Plan, prepared: &Prepared, store: &mut Store) -> Option<Problem> {
    let (symbols, _) = prepared.library.symbols(store, &[], &[]);
    let names = every_name(&symbols);
    let mappings = Arc::new(Mappings::of_everything(&prepared.library.shapes(), &names));
    let shown = store.name(old).to_owned();
    let read = store.open(path).map_err(Problem::from);
    let new = match read {
        Ok(new) => new,
        Err(problem) => return Some(problem),
    };
    store.set_notation(new, store.notation(old));
    let overlay = Overlay::of(&plan.changes);
    match alike(store, &prepared.files, (old, new), &overlay, (&names, &mappings)) {
        Ok(true) => None,
        Ok(false) => {
            let message = format!("the edits of `{shown}` would not read as planned, so nothing was written");
            let help = "write `--ldif changes.ldif` instead, and tell the authors of presync";
            Some(Problem::error("fix-in-place", message).help(help))
        }
        Err(error) => Some(Problem::error("source-unreadable", format!("cannot read `{shown}`: {error}"))),
    }
}

impl Fix {
    /// Whether anything is written but the diff.
    fn writes(&self) -> bool {
        let files = [&self.ldif, &self.undo, &self.powershell, &self.csv];
        self.in_place || files.iter().any(|file| file.is_some())
    }
}
