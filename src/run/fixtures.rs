//! Tests of rules in LDIF files: `# expect: rule-id attribute` before or in an object says that the rule has a finding there, and
//! no other rule that is tested may have one.

use std::collections::BTreeSet;

use super::examples::{NOW, line_of};
use super::files::{Files, Input};
use super::{Terms, check};
use crate::finding::Severity;
use crate::pack::Rulebook;
use crate::snapshot::Format;
use crate::source::Store;

/// What marks a line.
const MARK: &str = "# expect:";

/// What is expected of an object, or found in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    /// The number of the object in the file.
    block: usize,
    rule: String,
    /// In lower case; any attribute, or the object as a whole, if there is none.
    attribute: Option<String>,
}

/// What came of a test in LDIF.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tested {
    /// What is wrong, each with its line, counted from 1.
    pub wrong: Vec<(usize, String)>,
    /// The rules that had a finding where one was expected.
    pub shown: BTreeSet<String>,
    /// The text with what was found in place of what was expected.
    pub updated: String,
}

/// Whether a text is such a test.
#[must_use]
pub fn is_fixture(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(MARK))
}

/// Runs a test.
///
/// # Errors
/// Why it cannot be run, in words for its author.
pub fn run_fixture(text: &str, book: &Rulebook) -> Result<Tested, String> {
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(&lines);
    let mut expected: Vec<(usize, Expected)> = Vec::new();
    for ((number, line), block) in lines.iter().enumerate().zip(&blocks) {
        let Some(rest) = line.strip_prefix(MARK) else { continue };
        let mut words = rest.split_whitespace();
        let Some(rule) = words.next() else {
            return Err(format!("line {}: `# expect:` names no rule", number + 1));
        };
        let known = book.infos.iter().any(|info| info.id == rule)
            || book.not_evaluated.iter().any(|(id, _)| id == rule);
        if !known {
            return Err(format!("line {}: no rule that is tested is called `{rule}`", number + 1));
        }
        let attribute = words.next().map(str::to_lowercase);
        expected.push((number + 1, Expected { block: *block, rule: rule.to_owned(), attribute }));
    }
    let found = found(text, &blocks, book)?;
    let fits = |one: &Expected, other: &Expected| {
        one.block == other.block
            && one.rule == other.rule
            && (one.attribute.is_none() || one.attribute == other.attribute)
    };
    let mut tested = Tested { updated: updated(&lines, &blocks, &found), ..Tested::default() };
    for (line, one) in &expected {
        if found.iter().any(|(_, other)| fits(one, other)) {
            tested.shown.insert(one.rule.clone());
        } else {
            tested.wrong.push((*line, format!("expected `{}`, and it is not found", words(one))));
        }
    }
    for (line, one) in &found {
        if !expected.iter().any(|(_, other)| fits(other, one)) {
            tested.wrong.push((*line, format!("found `{}`, and it is not expected", words(one))));
        }
    }
    tested.wrong.sort();
    Ok(tested)
}

fn words(one: &Expected) -> String {
    format!("{} {}", one.rule, one.attribute.as_deref().unwrap_or_default()).trim_end().to_owned()
}

/// The number of the object that each line belongs to: empty lines stand between objects.
fn blocks(lines: &[&str]) -> Vec<usize> {
    let mut block = 0;
    let mut in_object = false;
    let number = |line: &&str| {
        if line.trim().is_empty() {
            block += usize::from(std::mem::take(&mut in_object));
        } else if !line.starts_with('#') {
            in_object = true;
        }
        block
    };
    lines.iter().map(number).collect()
}

/// What the rules find, with the line of each.
fn found(text: &str, blocks: &[usize], book: &Rulebook) -> Result<Vec<(usize, Expected)>, String> {
    let mut store = Store::new();
    let file = store.text("test.ldif", text.as_bytes().to_vec());
    let files = Files { inputs: vec![Input::of(file, Format::Ldif)], ..Files::default() };
    let outcome = check(
        &store,
        &files,
        book,
        Terms { now: NOW, complete: true, require_complete: false, metered: false },
    );
    if let Some(problem) = outcome.problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(format!("the test cannot be read: {}", problem.message));
    }
    let mut all = BTreeSet::new();
    for finding in &outcome.findings {
        let Some(line) = line_of(&store, finding.primary.location) else { continue };
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        let block = blocks.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let attribute = finding.primary.attribute.as_ref().map(|name| name.to_lowercase());
        all.insert((line, Expected { block, rule: finding.rule.id.clone(), attribute }));
    }
    Ok(all.into_iter().collect())
}

/// The text with what was found before each object.
fn updated(lines: &[&str], blocks: &[usize], found: &[(usize, Expected)]) -> String {
    let mut text = String::new();
    let mut told = BTreeSet::new();
    for (line, block) in lines.iter().zip(blocks) {
        if line.starts_with(MARK) {
            continue;
        }
        if !line.trim().is_empty() && !line.starts_with('#') && told.insert(*block) {
            let of_block: BTreeSet<String> =
                found.iter().filter(|(_, one)| one.block == *block).map(|(_, one)| words(one)).collect();
            for one in of_block {
                text.push_str(&format!("{MARK} {one}\n"));
            }
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}
