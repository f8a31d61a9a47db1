//! Which parts of rules no example and no test shows to matter. Each part is left out in its turn: if every directory still
//! shows the same findings, nothing has proven that it is there for a reason.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::examples::{Example, judged};
use crate::language::syntax::Span;
use crate::language::{Branch, branches};
use crate::pack::{Library, Pack, RuleOrigin, Rulebook};
use crate::source::Store;

/// A directory that a rule is tried on: an example of one rule, or a test of all.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The rule that it is an example of; none means all.
    rule: Option<RuleOrigin>,
    /// The names of its sources, and the text of each.
    sources: Vec<String>,
    texts: Vec<String>,
    /// The values of parameters.
    set: Vec<(String, String)>,
}

impl Trial {
    /// The directory of an example.
    #[must_use]
    pub fn example(example: &Example<'_>, common: &[(String, String)]) -> Self {
        Self {
            rule: Some(example.origin),
            sources: example.sources(),
            texts: example.texts(),
            set: common.iter().chain(&example.set.0).cloned().collect(),
        }
    }

    /// A test of all rules.
    #[must_use]
    pub fn test(text: String, common: &[(String, String)]) -> Self {
        Self { rule: None, sources: vec!["main".to_owned()], texts: vec![text], set: common.to_vec() }
    }
}

/// What a rule finds: fingerprints, each with the objects that share the fault.
type Found = BTreeSet<(String, Vec<String>)>;
/// What the rules of a run find, by their ids; rules that could not be judged are missing.
type Shown = FxHashMap<String, Found>;

/// The parts of these rules that decide nothing in any directory that they are tried on, by their places in the text of the rule.
#[must_use]
pub fn undecided(
    library: &Library,
    rules: &[RuleOrigin],
    trials: &[Trial],
    store: &Store,
) -> Vec<(RuleOrigin, Span)> {
    let parts: Vec<(RuleOrigin, String, Vec<Branch>)> = library
        .rules()
        .filter(|(origin, _)| rules.contains(origin))
        .map(|(origin, rule)| (origin, rule.id.clone(), branches(&rule.rule)))
        .collect();
    let all: FxHashMap<RuleOrigin, &str> =
        parts.iter().map(|(origin, id, _)| (*origin, id.as_str())).collect();
    let plain = shown(library, &all, trials, store);
    let mut found = Vec::new();
    let rounds = parts.iter().map(|(_, _, branches)| branches.len()).max().unwrap_or_default();
    // one part of every rule at a time
    for round in 0..rounds {
        let left_out: Vec<(RuleOrigin, &str, &Branch)> = parts
            .iter()
            .filter_map(|(origin, id, branches)| Some((*origin, id.as_str(), branches.get(round)?)))
            .collect();
        let mut packs: Vec<Pack> = library.packs().to_vec();
        for (origin, _, branch) in &left_out {
            let rules = packs.get_mut(origin.pack).map(|pack| &mut pack.content.rules);
            if let Some(rule) = rules.and_then(|rules| rules.get_mut(origin.rule)) {
                rule.rule.clone_from(&branch.without);
            }
        }
        let asked = left_out.iter().map(|(origin, id, _)| (*origin, *id)).collect();
        let without = shown(&Library::new(packs), &asked, trials, store);
        for (origin, id, branch) in left_out {
            let of_rule =
                |trial: &&(&Trial, (&Shown, &Shown))| trial.0.rule.is_none_or(|rule| rule == origin);
            let trials: Vec<_> = trials.iter().zip(plain.iter().zip(&without)).collect();
            // what is no rule any more cannot be left out
            let is_rule = trials.iter().filter(of_rule).all(|(_, (_, without))| without.contains_key(id));
            let mut differs =
                trials.iter().filter(of_rule).map(|(_, (with, out))| with.get(id) != out.get(id));
            if is_rule && !differs.any(|differs| differs) {
                found.push((origin, branch.span.clone()));
            }
        }
    }
    found.sort_by_key(|(origin, span)| (origin.pack, origin.rule, span.start, Reverse(span.end)));
    // of what is told as a whole, no part is told again
    found.dedup_by(|(rule, part), (of, whole)| rule == of && part.end <= whole.end);
    found
}

/// The sources and the parameters that rules are compiled with.
type Terms<'t> = (&'t [String], &'t [(String, String)]);

/// What some rules find in each directory that they are tried on.
fn shown(
    library: &Library,
    rules: &FxHashMap<RuleOrigin, &str>,
    trials: &[Trial],
    store: &Store,
) -> Vec<Shown> {
    let ids: FxHashSet<&str> = rules.values().copied().collect();
    let is_asked = |trial: &Trial| trial.rule.is_none_or(|rule| rules.contains_key(&rule));
    let mut books: FxHashMap<Terms<'_>, Rulebook> = FxHashMap::default();
    for trial in trials.iter().filter(|trial| is_asked(trial)) {
        books.entry((&trial.sources, &trial.set)).or_insert_with(|| {
            let severity =
                |rule: &crate::pack::RawRule| ids.contains(rule.id.as_str()).then(|| rule.severity.into());
            library.compile(store, &trial.sources, &trial.set, &severity)
        });
    }
    let of_trial = |trial: &Trial| {
        let mut shown = Shown::default();
        let book = books.get(&(trial.sources.as_slice(), trial.set.as_slice()));
        let Some(book) = book.filter(|_| is_asked(trial)) else { return shown };
        shown.extend(book.infos.iter().map(|info| (info.id.clone(), Found::new())));
        for finding in judged(&trial.texts, book).1.findings {
            let objects = finding.shared.as_ref().map(|shared| shared.objects.clone()).unwrap_or_default();
            let found = (finding.fingerprint.clone(), objects);
            shown.entry(finding.rule.id.clone()).or_default().insert(found);
        }
        shown
    };
    trials.par_iter().map(of_trial).collect()
}
