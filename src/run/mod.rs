//! The drive: opens sources, scans them in parallel, joins, reads suspicious records again, and gathers all that there is
//! to say. Here the engine meets files; and here a program that uses presync as a library begins ([`check`]).

mod alike;
mod code_page;
mod coverage;
pub mod diagnose;
pub mod difference;
mod examples;
mod fetch;
mod files;
mod fixtures;
pub mod forecast;
mod gather;
mod global_catalog;
mod in_order;
mod overlay;
mod proof;
mod provisioning;
mod read;
mod rechecked;
mod recorded;
mod seen;
mod tenant;
mod whole;

use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashSet;

use crate::engine::{Confirm, Confirmed, Directory, Known, Signatures, join};
use crate::finding::{Finding, Outcome, Problem, RuleCost, RuleInfo, Severity, Summary};
use crate::language::plan::Plan;
use crate::pack::Rulebook;
use crate::source::Store;

pub use alike::alike;
pub use coverage::{Trial, undecided};
pub use examples::{Example, ExampleResult, Kind, Proved, examples, run_example, shows_fixes};
pub use files::{Files, Input, Wanted, open};
pub use fixtures::{Tested, is_fixture, run_fixture};
pub use gather::{Gathered, Object, Search, Value};
pub use overlay::Overlay;
pub use provisioning::{Party, Placeholder, Provisioning, Recorded, provisioning};
pub use read::{Reading, failed, opened};
pub use rechecked::Rechecked;
pub use seen::{Modelled, Seen};
pub use tenant::{Fact, TENANT, TenantFacts};

/// What a check needs besides rules and files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The time that counts as now, in seconds since 1970.
    pub now: i64,
    /// Everything is exported: what is absent is not there.
    pub complete: bool,
    /// It is an error if a rule cannot be judged since something was not exported.
    pub require_complete: bool,
    /// What rules cost is measured.
    pub metered: bool,
}

/// Checks opened files with the rules of a book.
#[must_use]
pub fn check(store: &Store, files: &Files, book: &Rulebook, terms: Terms) -> Outcome {
    check_with(store, files, book, terms, &Overlay::default())
}

/// Checks opened files as if the changes of an overlay had been made. Whatever is found points at the files as they are.
#[must_use]
pub fn check_with(store: &Store, files: &Files, book: &Rulebook, terms: Terms, overlay: &Overlay) -> Outcome {
    let begun = Instant::now();
    let plan = &book.plan;
    let signatures = Signatures::new(plan).metered(terms.metered);
    let nothing = |_: &Seen<'_>| None::<()>;
    let (mut reading, _) = read::all(store, files, book, (&signatures, terms.now, overlay), &nothing);
    let partial = std::mem::take(&mut reading.partial);
    let (directory, mut suspects) = join(plan, partial, &signatures);
    let absent = not_exported(book, &directory, &reading, terms);
    let forgotten: FxHashSet<usize> = absent.iter().map(|absent| absent.rule).collect();
    suspects.forget(|rule| forgotten.contains(&usize::from(rule)));
    let fetch = fetch::Records { store, reading: &reading, plan, directory: &directory, overlay };
    let world = Known::new(plan, &directory, &fetch, terms.now, terms.complete);
    let confirmed = Confirm { rules: &book.infos }.all(&suspects, &world);
    let checked =
        Judged { store, files, book, terms, reading: &reading, directory: &directory, absent: &absent };
    checked.outcome(confirmed, begun)
}

/// What all files were judged to be.
struct Judged<'j> {
    store: &'j Store,
    files: &'j Files,
    book: &'j Rulebook,
    terms: Terms,
    reading: &'j Reading,
    directory: &'j Directory,
    absent: &'j [Absent],
}

impl Judged<'_> {
    /// All that there is to say.
    fn outcome(&self, confirmed: Confirmed, begun: Instant) -> Outcome {
        let Self { store, files, book, terms, reading, directory, absent } = *self;
        let mut outcome = Outcome {
            summary: summary(book, directory, files, reading, &confirmed, absent, terms),
            problems: problems(store, files, reading, &confirmed),
            ..Outcome::default()
        };
        // what no object has may be what nobody has: only what the files say not to have asked for is known to be missing
        let perhaps = absent.iter().filter(|absent| !absent.said).count();
        let unjudged = outcome.summary.rules_not_evaluated.len() - book.not_evaluated.len() - perhaps;
        if let Some(problem) = without_class(reading, directory, &book.plan) {
            // every object has a class (RFC 4512, section 2.4.1), so it was not exported
            let severity = if terms.require_complete { Severity::Error } else { problem.severity };
            outcome.problems.push(Problem { severity, ..problem });
        }
        if terms.require_complete && unjudged > 0 {
            let (count, verb) = if unjudged == 1 {
                ("1 rule".to_owned(), "needs")
            } else {
                (format!("{unjudged} rules"), "need")
            };
            let message = format!("{count} could not be judged, since not all that they {verb} was exported");
            let help = "`presync export-command` prints a command that exports it; the end of the output lists the rules";
            outcome.problems.push(Problem::error("export-incomplete", message).help(help));
        }
        if terms.metered {
            outcome.costs = costs(book, directory);
        }
        outcome.findings = evaluated(book, confirmed.findings, absent);
        outcome.summary.count(&outcome.findings);
        outcome.summary.healthy = !outcome
            .problems
            .iter()
            .any(|problem| problem.severity >= Severity::Warning && loses(problem.code));
        outcome.summary.milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        outcome
    }
}

/// What each rule cost.
fn costs(book: &Rulebook, directory: &Directory) -> Vec<RuleCost> {
    let rules = book.infos.iter().enumerate();
    let cost = |(number, rule): (usize, &Arc<RuleInfo>)| RuleCost {
        rule: Arc::clone(rule),
        nanoseconds: directory.costs.nanoseconds(number),
        judged: directory.judged.get(number).copied().unwrap_or(0),
        keys: directory.costs.keys(number),
    };
    rules.map(cost).collect()
}

/// Whether a problem means that data may be missing or was not read.
fn loses(code: &str) -> bool {
    !matches!(
        code,
        "duplicate-name"
            | "csv-header-again"
            | "ldif-version-not-first"
            | "ldif-white-line"
            | "ldif-empty-line-missing"
    )
}

/// A rule whose findings would mean nothing, since what it needs was not exported.
struct Absent {
    rule: usize,
    reason: String,
    /// The files say so (a header, a list of columns); else no object has it, and perhaps nobody has.
    said: bool,
}

/// Rules whose findings mean nothing, since what they need was not exported.
fn not_exported(book: &Rulebook, directory: &Directory, reading: &Reading, terms: Terms) -> Vec<Absent> {
    if terms.complete {
        return Vec::new();
    }
    let is_exported = |(source, slot): &(u16, crate::snapshot::Slot)| {
        let name = book.plan.names.name(*slot);
        let seen =
            directory.facts.get(usize::from(*source)).and_then(|facts| facts.seen.get(usize::from(slot.0)));
        seen.copied().unwrap_or(false) || reading.was_requested(*source, name).unwrap_or(false)
    };
    let name = |(source, slot): &(u16, crate::snapshot::Slot)| {
        let attribute = book.plan.names.name(*slot);
        match book.plan.sources.get(usize::from(*source)) {
            Some(source_name) if *source > 0 => format!("`{attribute}` of `{source_name}`"),
            _ => format!("`{attribute}`"),
        }
    };
    let is_said = |(source, slot): &(u16, crate::snapshot::Slot)| {
        reading.was_requested(*source, book.plan.names.name(*slot)) == Some(false)
    };
    let mut absent = Vec::new();
    for (number, rule) in book.plan.rules.iter().enumerate() {
        let need = rule.needs.iter().find(|need| !is_exported(need)).map(std::slice::from_ref);
        let groups = || rule.subjects.iter().filter(|group| !group.iter().any(is_exported));
        let Some(missing) = need.or_else(|| groups().next().map(Vec::as_slice)) else { continue };
        let what = missing.iter().map(name).collect::<Vec<_>>().join(", ");
        let needs = rule.needs.iter().filter(|need| !is_exported(need));
        let said = needs.chain(groups().flatten()).any(is_said);
        absent.push(Absent {
            rule: number,
            reason: format!("{what} was not exported, or no object has it"),
            said,
        });
    }
    absent
}

/// The findings of rules that were evaluated.
fn evaluated(book: &Rulebook, findings: Vec<Arc<Finding>>, absent: &[Absent]) -> Vec<Arc<Finding>> {
    let absent = absent.iter().filter_map(|absent| book.infos.get(absent.rule));
    let absent: FxHashSet<&str> = absent.map(|info| info.id.as_str()).collect();
    if absent.is_empty() {
        return findings;
    }
    findings.into_iter().filter(|finding| !absent.contains(finding.rule.id.as_str())).collect()
}

fn summary(
    book: &Rulebook,
    directory: &Directory,
    files: &Files,
    reading: &Reading,
    confirmed: &Confirmed,
    absent: &[Absent],
    terms: Terms,
) -> Summary {
    let mut not_evaluated = book.not_evaluated.clone();
    let id = |number: usize| book.infos.get(number).map(|info| info.id.clone());
    not_evaluated.extend(absent.iter().filter_map(|absent| Some((id(absent.rule)?, absent.reason.clone()))));
    for skipped in &confirmed.skipped {
        let number = usize::from(skipped.rule);
        if let Some(id) = id(number).filter(|_| !absent.iter().any(|known| known.rule == number)) {
            let reason = match skipped.objects {
                1 => "1 object refers outside of what was exported, or was exported in part".to_owned(),
                count => {
                    format!("{count} objects refer outside of what was exported, or were exported in part")
                }
            };
            not_evaluated.push((id, reason));
        }
    }
    for (number, count) in directory.unasked.iter().enumerate().filter(|(_, count)| **count > 0) {
        let known = absent.iter().any(|known| known.rule == number);
        if let Some(id) = id(number).filter(|_| !known) {
            let objects = if *count == 1 { "1 object".to_owned() } else { format!("{count} objects") };
            not_evaluated.push((id, format!("for {objects} an attribute was not exported that it needs")));
        }
    }
    let without: Vec<String> = directory
        .judged
        .iter()
        .enumerate()
        .filter(|(number, judged)| {
            let is_unique = book.plan.rules.get(*number).is_some_and(|rule| {
                matches!(rule.judgement, crate::language::plan::Judgement::Unique { .. })
            });
            **judged == 0 && !is_unique && !absent.iter().any(|known| known.rule == *number)
        })
        .filter_map(|(number, _)| id(number))
        .collect();
    let is_absent = |number: &usize| absent.iter().any(|known| known.rule == *number);
    let evaluated = (0..book.infos.len()).filter(|number| !is_absent(number)).filter_map(id).collect();
    Summary {
        evaluated,
        objects: reading.objects(directory),
        files: reading.files(),
        not_read: files.not_read.iter().chain(&reading.not_read).cloned().collect(),
        rules: u64::try_from(book.infos.len() - absent.len()).unwrap_or(0),
        rules_not_evaluated: not_evaluated,
        rules_without_object: without,
        now: jiff::Timestamp::from_second(terms.now).map(|time| time.to_string()).unwrap_or_default(),
        changes: reading.changes(),
        ..Summary::default()
    }
}

/// Objects that no rule for a class judges.
fn without_class(reading: &Reading, directory: &Directory, plan: &Plan) -> Option<Problem> {
    let classless = directory.signatures.iter().filter(|signature| signature.class.is_empty());
    let count: u64 = classless.map(|signature| reading.count(signature.number)).sum();
    if count == 0 || plan.rules.is_empty() {
        return None;
    }
    let (verb, plural) = if count == 1 { ("has", "") } else { ("have", "s") };
    let message = format!(
        "{count} object{plural} {verb} no objectClass, so rules for users or groups do not judge them"
    );
    Some(Problem::warning("no-object-class", message).help("export `objectClass` as well"))
}

fn problems(store: &Store, files: &Files, reading: &Reading, confirmed: &Confirmed) -> Vec<Problem> {
    let mut problems = reading.problems.clone();
    for places in &confirmed.same_name {
        let Some(((name, first), rest)) = places.split_first() else { continue };
        let shown = crate::finding::printable(name);
        let mut problem = Problem::warning(
            "duplicate-name",
            format!("`{shown}` stands in the files {} times", places.len()),
        )
        .at(*first)
        .label("the first one")
        .help(
            "they count as one object where objects are compared; remove the older one if it is out of date",
        );
        for (_, place) in rest.iter().take(10) {
            problem = problem.also(*place, "again");
        }
        problems.push(problem);
    }
    for input in &files.inputs {
        // what was read well at first may fail when it is read again
        if let Some(error) = store.failure(input.file) {
            let problem = failed(store, input.file, error);
            if !problems.iter().any(|known| known.message == problem.message) {
                problems.push(problem);
            }
        }
        if store.changed(input.file) {
            let message = format!("`{}` changed while it was read", store.name(input.file));
            problems.push(
                Problem::error("source-changed", message).help("run presync again when nobody writes to it"),
            );
        }
    }
    problems
}
