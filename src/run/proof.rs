//! Fixes are proven by examples: what a rule proposes about a faulty directory is done, all rules run again, and the finding
//! has to be gone and no other one may have come.

use std::collections::BTreeMap;
use std::ops::Range;

use data_encoding::BASE64;

use super::examples::{Example, Proved, judged, line_of};
use crate::finding::{Change, Finding, Outcome, Severity};
use crate::pack::{DEFAULT_PROFILE, Rulebook};
use crate::snapshot::value::dn;
use crate::source::Store;

/// Proves the fixes that an example shows. `texts` are its sources as LDIF, the one under check first.
///
/// # Errors
/// What is wrong with the fix, in words for the author of the rule.
pub(super) fn proven(
    example: &Example<'_>,
    texts: &[String],
    (store, before): (&Store, &Outcome),
    book: &Rulebook,
) -> Result<Proved, String> {
    let id = &example.rule.id;
    let is_fixed = |finding: &&Finding| finding.rule.id == *id && finding.fix.is_some();
    let fixed: Vec<&Finding> = before.findings.iter().map(AsRef::as_ref).filter(is_fixed).collect();
    let Some((first, (text, others))) = fixed.first().zip(texts.split_first()) else {
        return Ok(Proved::default());
    };
    let line = |finding: &Finding| {
        let line = line_of(store, finding.primary.location);
        line.map(|line| format!("line {line}: ")).unwrap_or_default()
    };
    let changes: Vec<&Change> = fixed
        .iter()
        .filter_map(|finding| finding.fix.as_ref())
        .flat_map(|fix| &fix.changes)
        .map(AsRef::as_ref)
        .collect();
    let text = mended(text, &changes).map_err(|reason| line(first) + &reason)?;
    let texts: Vec<String> = [text].into_iter().chain(others.iter().cloned()).collect();
    let (_, after) = judged(&texts, book);
    if let Some(problem) = after.problems.iter().find(|problem| problem.severity == Severity::Error) {
        return Err(format!("{}what the fix leaves cannot be read: {}", line(first), problem.message));
    }
    let (counts, was) = (count(all(&after), false), count(all(before), true));
    let (own, gone) = (count(all(before), false), count(fixed.iter().copied(), false));
    for finding in &fixed {
        let place = place(finding);
        let of = |counts: &BTreeMap<Place, usize>| counts.get(&place).copied().unwrap_or_default();
        if of(&counts) > of(&own).saturating_sub(of(&gone)) {
            return Err(format!("{}the fix does not remove its finding", line(finding)));
        }
    }
    if let Some(again) = after.findings.iter().find(|finding| finding.rule.id == *id && finding.fix.is_some())
    {
        return Err(format!("{}the fix has to be done twice: {}", line(first), again.message));
    }
    let new = after.findings.iter().filter(|finding| runs_with(example, finding, book)).find(|finding| {
        let place = place(finding);
        counts.get(&place) > was.get(&place)
    });
    match new {
        Some(new) => Err(format!("{}the fix raises `{}`: {}", line(first), new.rule.id, new.message)),
        None => {
            let is_safe = |finding: &&&Finding| finding.fix.as_ref().is_some_and(|fix| fix.safe);
            let safe = fixed.iter().filter(is_safe).count();
            Ok(Proved { safe, unsafe_ones: fixed.len() - safe })
        }
    }
}

/// Whether the rule of a finding runs where the rule of the example does: in one of its profiles, or in the usual one.
fn runs_with(example: &Example<'_>, finding: &Finding, book: &Rulebook) -> bool {
    let profiles = |id: &str| {
        let number = book.infos.iter().position(|info| info.id == id)?;
        book.profiles.get(number)
    };
    let own = profiles(&example.rule.id);
    profiles(&finding.rule.id).is_none_or(|names| {
        let known = |name: &String| name == DEFAULT_PROFILE || own.is_some_and(|own| own.contains(name));
        names.is_empty() || names.iter().any(known)
    })
}

/// A rule, an object by its normalised name, and an attribute.
type Place = (String, Vec<u8>, Option<String>);

fn place(finding: &Finding) -> Place {
    place_of(finding, &finding.primary)
}

fn place_of(finding: &Finding, site: &crate::finding::Site) -> Place {
    let attribute = site.attribute.as_ref().map(|name| name.to_ascii_lowercase());
    (finding.rule.id.clone(), dn::normalized(site.object.as_bytes()), attribute)
}

fn all(outcome: &Outcome) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().map(AsRef::as_ref)
}

/// How many findings there are of each rule, object and attribute; with `related`, at all their places.
fn count<'f>(findings: impl Iterator<Item = &'f Finding>, related: bool) -> BTreeMap<Place, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        let others = finding.related.iter().filter(|_| related);
        let mut places: Vec<Place> =
            std::iter::once(&finding.primary).chain(others).map(|site| place_of(finding, site)).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            *counts.entry(place).or_default() += 1;
        }
    }
    counts
}

/// LDIF in which changes are made. What is written is written in base64, which fits every value.
fn mended(text: &str, changes: &[&Change]) -> Result<String, String> {
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for change in changes {
        let line = change.new.as_ref().map(|new| format!("{}:: {}\n", change.attribute, BASE64.encode(new)));
        let place = change.old.as_ref().map_or(change.name, |old| old.location);
        let offset = usize::try_from(place.span.offset).unwrap_or(usize::MAX);
        let lines = folded_lines(text, offset);
        let range = if change.old.is_some() { lines } else { lines.end..lines.end };
        edits.push((range, line.unwrap_or_default()));
    }
    edits.sort_unstable_by_key(|(range, _)| (range.start, range.end));
    edits.dedup();
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    for (range, line) in edits {
        if range.start < at {
            return Err("two findings change one value in different ways".to_owned());
        }
        mended.push_str(text.get(at..range.start).unwrap_or_default());
        mended.push_str(&line);
        at = range.end;
    }
    mended.push_str(text.get(at..).unwrap_or_default());
    Ok(mended)
}

/// The line that holds a byte, with those that continue it and those that it continues.
fn folded_lines(text: &str, offset: usize) -> Range<usize> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        match lines.last_mut() {
            Some(last) if line.starts_with(' ') => last.end = end,
            _ => lines.push(start..end),
        }
        start = end;
    }
    let holds = |line: &&Range<usize>| offset < line.end;
    lines.iter().find(holds).cloned().unwrap_or(text.len()..text.len())
}
