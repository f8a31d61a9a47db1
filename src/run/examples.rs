//! Examples of rules are tests: each faulty directory must show the fault at its marked lines and nowhere else, each
//! proper one must not show it.

use std::collections::BTreeSet;

use super::files::{Files, Input};
use super::proof::proven;
use super::{Terms, check};
use crate::finding::{Finding, Outcome, Severity};
use crate::pack::{Entries, Library, RawFixes, RawRule, RuleOrigin, Rulebook};
use crate::snapshot::Format;
use crate::source::{LineIndex, Location, Store};

/// The time that counts as now in examples: 2026-01-01.
pub(super) const NOW: i64 = 1_767_225_600;
/// What marks a line.
const MARK: &str = "# <-";
/// What begins the objects of another source.
const SOURCE: &str = "# source:";

/// What an example shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A directory with the fault.
    Bad,
    /// One without it.
    Good,
}

/// An example of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example<'p> {
    /// Where the rule stands.
    pub origin: RuleOrigin,
    /// The rule.
    pub rule: &'p RawRule,
    /// The number of the example.
    pub number: usize,
    /// What it shows.
    pub kind: Kind,
    /// The directory, as it is written.
    pub text: &'p str,
    /// Parameters that are set for it.
    pub set: &'p Entries<String>,
}

impl Example<'_> {
    /// The text of each of its sources, without marks.
    #[must_use]
    pub fn texts(&self) -> Vec<String> {
        let (text, _) = unmarked(self.text);
        self.sources().iter().map(|name| lines_of(&text, name)).collect()
    }

    /// The names of its sources; the one under check first.
    #[must_use]
    pub fn sources(&self) -> Vec<String> {
        let mut names = vec!["main".to_owned()];
        for name in self.text.lines().filter_map(source_of) {
            if names.iter().all(|known| known != name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

/// What an example proved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proved {
    /// How many findings of its rule came with a safe fix that mends them.
    pub safe: usize,
    /// How many came with an unsafe one.
    pub unsafe_ones: usize,
}

/// Whether what was proven shows each kind of fix that a rule has, safe and unsafe.
#[must_use]
pub fn shows_fixes(proven: &[Proved], fixes: &RawFixes) -> bool {
    let wanted = |safe: bool| fixes.all.iter().any(|fix| fix.safe == safe);
    let shown = |count: fn(&Proved) -> usize| proven.iter().any(|one| count(one) > 0);
    (!wanted(true) || shown(|one| one.safe)) && (!wanted(false) || shown(|one| one.unsafe_ones))
}

/// What came of an example; an error is what is wrong.
pub type ExampleResult = Result<Proved, String>;

/// Every example of a library.
pub fn examples(library: &Library) -> impl Iterator<Item = Example<'_>> {
    library.rules().flat_map(|(origin, rule)| {
        rule.examples.iter().enumerate().flat_map(move |(number, example)| {
            let kinds = [(Kind::Bad, &example.bad), (Kind::Good, &example.good)];
            kinds.into_iter().filter_map(move |(kind, text)| {
                let text = text.as_deref()?;
                Some(Example { origin, rule, number, kind, text, set: &example.set })
            })
        })
    })
}

/// Runs an example; `book` holds its rule, compiled with the sources and parameters of the example.
///
/// # Errors
/// What is wrong, in words for the author of the rule.
pub fn run_example(example: &Example<'_>, book: &Rulebook) -> ExampleResult {
    let id = &example.rule.id;
    if !book.infos.iter().any(|info| info.id == *id) {
        let reason = book.not_evaluated.iter().find(|(known, _)| known == id);
        return Err(match reason {
            Some((_, reason)) => format!("the rule was not evaluated: {reason}"),
            None => "the rule is faulty".to_owned(),
        });
    }
    let (text, marked) = unmarked(example.text);
    let texts: Vec<String> = example.sources().iter().map(|name| lines_of(&text, name)).collect();
    let (store, outcome) = judged(&texts, book);
    if let Some(problem) = outcome.problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(format!("the example is no LDIF: {}", problem.message));
    }
    let findings: Vec<&Finding> =
        outcome.findings.iter().map(AsRef::as_ref).filter(|finding| finding.rule.id == *id).collect();
    match (example.kind, findings.is_empty()) {
        (Kind::Good, true) => Ok(Proved::default()),
        (Kind::Good, false) => {
            let said = findings.first().map_or("", |finding| finding.message.as_str());
            Err(format!("the good example has a finding: {said}"))
        }
        (Kind::Bad, true) => Err("the bad example has no finding".to_owned()),
        (Kind::Bad, false) => {
            if !marked.is_empty() {
                compare(&store, &findings, &marked)?;
            }
            proven(example, &texts, (&store, &outcome), book)
        }
    }
}

/// What all rules say of directories in LDIF, the first of which is under check.
pub(super) fn judged(texts: &[String], book: &Rulebook) -> (Store, Outcome) {
    let mut store = Store::new();
    let inputs = (0..).zip(texts).map(|(source, text)| {
        let file = store.text("example.ldif", text.clone().into_bytes());
        Input { source, ..Input::of(file, Format::Ldif) }
    });
    let files = Files { inputs: inputs.collect(), ..Files::default() };
    let outcome = check(
        &store,
        &files,
        book,
        Terms { now: NOW, complete: true, require_complete: false, metered: false },
    );
    (store, outcome)
}

/// The line of a place, counted from 1.
pub(super) fn line_of(store: &Store, location: Location) -> Option<u64> {
    let index = LineIndex::of(store, location.file);
    index.position(store, location.span.offset).ok().map(|position| position.line)
}

/// The text without its marks, and the marked lines, counted from 1.
fn unmarked(text: &str) -> (String, BTreeSet<u64>) {
    let mut marked = BTreeSet::new();
    let mut plain = String::with_capacity(text.len());
    for (line, number) in text.lines().zip(1..) {
        match line.split_once(MARK) {
            Some((before, _)) => {
                marked.insert(number);
                plain.push_str(before.trim_end());
            }
            None => plain.push_str(line),
        }
        plain.push('\n');
    }
    (plain, marked)
}

/// The source that a line names.
fn source_of(line: &str) -> Option<&str> {
    line.strip_prefix(SOURCE).map(str::trim)
}

/// The lines of one source; those of the others are empty, so that all keep their numbers.
fn lines_of(text: &str, source: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut current = "main";
    for line in text.lines() {
        current = source_of(line).unwrap_or(current);
        lines.push_str(if current == source { line } else { "" });
        lines.push('\n');
    }
    lines
}

fn compare(store: &Store, findings: &[&Finding], marked: &BTreeSet<u64>) -> Result<(), String> {
    let sites = findings.iter().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related));
    let found: BTreeSet<u64> = sites.filter_map(|site| line_of(store, site.location)).collect();
    let list = |lines: Vec<&u64>| lines.iter().map(|line| line.to_string()).collect::<Vec<_>>().join(", ");
    let missing: Vec<&u64> = marked.difference(&found).collect();
    let extra: Vec<&u64> = found.difference(marked).collect();
    match (missing.is_empty(), extra.is_empty()) {
        (true, true) => Ok(()),
        (false, true) => Err(format!("marked, but not found: line {}", list(missing))),
        (true, false) => Err(format!("found, but not marked: line {}", list(extra))),
        (false, false) => Err(format!(
            "marked, but not found: line {}; found, but not marked: line {}",
            list(missing),
            list(extra)
        )),
    }
}
