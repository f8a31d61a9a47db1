//! `presync baseline`: records findings, and takes out what is mended.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{BaselineAction, BaselineOptions, Checking, Common, Record};
use super::prepared::{Prepared, prepare_unrecorded};
use super::session::{FAILED, fail, style, threads};
use crate::config::{bad_day, day};
use crate::finding::{Finding, Outcome, Problem, Severity};
use crate::govern::baseline::{NAME, Terms, read, write};
use crate::govern::{Baseline, NOTICES};
use crate::report;
use crate::source::{Store, shown};

pub(super) fn run(options: &BaselineOptions, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let checking = match &options.action {
        Some(BaselineAction::Prune(prune)) => &prune.checking,
        None => &options.record.checking,
    };
    let found = match found(store, checking, common) {
        Ok(found) => found,
        Err(problems) => return fail(&problems, store, common),
    };
    if found.outcome.problems.iter().any(|problem| problem.severity == Severity::Error) {
        fail(&found.outcome.problems, store, common)?;
        writeln!(io::stderr().lock(), "nothing was written, since not everything could be read")?;
        return Ok(FAILED);
    }
    let done = match &options.action {
        Some(_) => found.prune(),
        None => found.record(&options.record),
    };
    match done {
        Ok(Done { said, code }) => {
            let mut error = io::stderr().lock();
            report::problems(&found.outcome.problems, store, &style(common, &|_| false), &mut error)?;
            writeln!(error, "{said}")?;
            if found.locked > 0 {
                writeln!(error, "{} of locked rules cannot be recorded", counted(found.locked))?;
            }
            Ok(code)
        }
        Err(problem) => fail(&[problem], store, common),
    }
}

/// Today's findings, and what is recorded.
struct Found {
    prepared: Prepared,
    outcome: Outcome,
    path: PathBuf,
    known: Option<Baseline>,
    /// A configuration names the file.
    named: bool,
    /// Findings of locked rules, which cannot be recorded.
    locked: usize,
}

struct Done {
    said: String,
    code: u8,
}

fn found(store: &mut Store, options: &Checking, common: &Common) -> Result<Found, Vec<Problem>> {
    let prepared = prepare_unrecorded(store, options, common)?;
    let configured = prepared.settings.baseline.as_ref().map(|(_, path)| path.clone());
    let named = configured.is_some();
    let beside = || {
        let folder = prepared.settings.layers.last().map(|layer| layer.folder.clone());
        folder.unwrap_or_else(|| PathBuf::from(".")).join(NAME)
    };
    let path = options.governing.baseline.clone().or(configured).unwrap_or_else(beside);
    let known = if path.exists() {
        let file = store.open(&path).map_err(|complaint| vec![Problem::from(complaint)])?;
        Some(read(store, file).map_err(|problem| vec![*problem])?)
    } else {
        None
    };
    let mut outcome = prepared.check(store)?;
    outcome.findings.retain(|finding| !NOTICES.contains(&finding.rule.id.as_str()));
    let before = outcome.findings.len();
    outcome.findings.retain(|finding| prepared.policy.may_record(&finding.rule.id));
    let locked = before - outcome.findings.len();
    Ok(Found { prepared, outcome, path, known, named, locked })
}

impl Found {
    /// Records all findings in a fresh file; in one that is there, new ones only if that is asked for.
    fn record(&self, options: &Record) -> Result<Done, Problem> {
        if let Some(text) = options.expires.as_deref().filter(|text| day(text).is_none()) {
            return Err(bad_day(text));
        }
        let terms = Terms {
            owner: options.owner.clone(),
            reason: options.reason.clone(),
            expires: options.expires.clone(),
        };
        let name = shown(&self.path);
        let Some(known) = &self.known else {
            let baseline = Baseline::of(&self.outcome.findings, &terms);
            self.write(&baseline)?;
            let hint = if self.named {
                String::new()
            } else {
                format!("; name it in presync.yaml: `baseline: {NAME}`")
            };
            let said = format!("recorded {} in `{name}`{hint}", counted(baseline.entries.len()));
            return Ok(Done { said, code: 0 });
        };
        let new = self.unrecorded(known);
        if new.is_empty() {
            return Ok(Done { said: format!("nothing new: `{name}` stays as it is"), code: 0 });
        }
        if !options.grow {
            let said = format!(
                "{} not recorded in `{name}`, which only shrinks: mend them, or say who answers for them with `--grow --owner NAME --reason TEXT`",
                if new.len() == 1 {
                    "1 finding is".to_owned()
                } else {
                    format!("{} findings are", new.len())
                },
            );
            return Ok(Done { said, code: 1 });
        }
        let mut baseline = known.clone();
        baseline.add(new.iter().copied(), &terms);
        self.write(&baseline)?;
        Ok(Done { said: format!("recorded {} more in `{name}`", counted(new.len())), code: 0 })
    }

    /// Findings that are not recorded.
    fn unrecorded(&self, known: &Baseline) -> Vec<&Arc<Finding>> {
        let compared = known.compare(self.outcome.findings.clone(), self.prepared.terms.now, &|_| true);
        let new: Vec<&str> = compared.new.iter().map(|finding| finding.fingerprint.as_str()).collect();
        self.outcome.findings.iter().filter(|finding| new.contains(&finding.fingerprint.as_str())).collect()
    }

    fn prune(&self) -> Result<Done, Problem> {
        let name = shown(&self.path);
        let Some(known) = &self.known else {
            let problem = Problem::error("baseline-missing", format!("there is no baseline `{name}`"));
            return Err(problem.help("`presync baseline` records today's findings in it"));
        };
        let mut baseline = known.clone();
        let not_judged = &self.outcome.summary.rules_not_evaluated;
        let gone = |id: &str| !self.prepared.library.rules().any(|(_, rule)| rule.id == id);
        let ran = |id: &str| {
            let judged = self.prepared.book.infos.iter().any(|info| info.id == id);
            gone(id) || judged && !not_judged.iter().any(|(rule, _)| rule == id)
        };
        let (entries, objects) = baseline.prune(&self.outcome.findings, &ran);
        if entries + objects == 0 {
            return Ok(Done { said: format!("nothing is mended: `{name}` stays as it is"), code: 0 });
        }
        self.write(&baseline)?;
        let left = counted(baseline.entries.len());
        Ok(Done { said: format!("took {} out of `{name}`; {left} stay", counted(entries.max(1))), code: 0 })
    }

    fn write(&self, baseline: &Baseline) -> Result<(), Problem> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        write(baseline, &self.path).map_err(|error| {
            let message = format!("cannot write `{}`: {error}", shown(&self.path));
            let there = folder.as_os_str().is_empty() || folder.is_dir();
            let help = if there { "what was there before is untouched" } else { "make the folder first" };
            Problem::error("baseline-unwritable", message).help(help)
        })
    }
}

fn counted(number: usize) -> String {
    if number == 1 { "1 finding".to_owned() } else { format!("{number} findings") }
}
