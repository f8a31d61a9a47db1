//! What came of every suspicion, and what it depends on. When some objects change, only what depends on them is looked at
//! again; all else stays what it was.
//!
//! What comes of a suspicion follows from the rules, from what is known of the directory as a whole ([`Directory`]), and from
//! what [`Known`] answers. Everything that it answers with goes through a record or a fingerprint, both of which are noted:
//! where neither the record nor the marks of the fingerprint are others, the answer is the same.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::confirm::{Confirm, Confirmed, Placed, Skipped, in_order, same_name};
use super::count::counting;
use super::cycle;
use super::join::{Directory, Runs, Suspects, joined};
use super::known::{Known, Touched};
use super::mark::{Mark, Part};
use super::partial::{Candidate, Counted, Edge, Facts, Partial, Row};
use super::signature::Signatures;
use crate::language::plan::Plan;
use crate::source::Location;

/// Something that may be wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Suspicion {
    /// A rule that an object may break.
    Object(Candidate),
    /// A key that several objects share: its fingerprint, the index, the records.
    Shared(u64, u16, Vec<u32>),
    /// A circle: the rule, and the records in it.
    Circle(u16, Vec<u32>),
    /// Too many objects, or too few, of a rule.
    Count(u16),
    /// Records that have one name.
    SameName(Vec<u32>),
}

/// What came of a suspicion.
#[derive(Debug, Default)]
struct Verdict {
    placed: Vec<Placed>,
    /// The rule, if it stayed unknown whether it is broken.
    unknown: Option<u16>,
    same_name: Option<Vec<(String, Location)>>,
}

#[derive(Debug, Default)]
struct Entry {
    /// What came of it, and what that depends on; none as long as nobody looked.
    looked: Option<(Verdict, Touched)>,
    /// How many reasons there are for the suspicion.
    reasons: u32,
}

/// What is no longer as it was.
#[derive(Debug, Default)]
pub struct Renewed {
    records: FxHashSet<u32>,
    hashes: FxHashSet<u64>,
    /// The objects that rules count.
    counted: bool,
}

/// Every suspicion about a directory.
#[derive(Debug)]
pub struct Ledger {
    entries: IndexMap<Suspicion, Entry, FxBuildHasher>,
    /// What the marks of a fingerprint make suspicious.
    by_hash: FxHashMap<u64, Vec<Suspicion>>,
    /// What scans gave beside the marks, in the order of the records.
    broken: Vec<Candidate>,
    counted: Vec<Counted>,
    edges: Vec<Edge>,
    circles: Vec<Suspicion>,
    /// Rules that are not evaluated.
    forgotten: FxHashSet<u16>,
}

impl Ledger {
    /// The directory that scans gave, and what is suspicious about it.
    #[must_use]
    pub fn new(plan: &Plan, mut partial: Partial, signatures: &Signatures<'_>) -> (Directory, Self) {
        let directory = joined(plan, &mut partial, signatures);
        let runs = Runs::new(&directory, plan, signatures);
        let of_part = |part: &Part| {
            let of_run = |run: &[Mark]| Some((run.first()?.hash, suspicions(&runs, run)));
            let found = part.marks.chunk_by(|one, other| one.hash == other.hash).filter_map(of_run);
            found.filter(|(_, suspicions)| !suspicions.is_empty()).collect::<Vec<_>>()
        };
        let by_hash = directory.marks.parts().par_iter().flat_map_iter(of_part).collect();
        let mut ledger = Self {
            entries: IndexMap::default(),
            by_hash,
            circles: circles(&directory, &partial.edges),
            broken: partial.broken,
            counted: partial.counted,
            edges: partial.edges,
            forgotten: FxHashSet::default(),
        };
        let by_hash = std::mem::take(&mut ledger.by_hash);
        by_hash.values().flatten().for_each(|suspicion| ledger.add(suspicion));
        ledger.by_hash = by_hash;
        ledger.broken.clone().into_iter().for_each(|broken| ledger.add(&Suspicion::Object(broken)));
        ledger.circles.clone().iter().for_each(|circle| ledger.add(circle));
        counting(plan).for_each(|rule| ledger.add(&Suspicion::Count(rule)));
        (directory, ledger)
    }

    /// Leaves out rules that are not evaluated.
    pub fn forget(&mut self, rules: FxHashSet<u16>) {
        self.entries.retain(|suspicion, _| suspicion.rule().is_none_or(|rule| !rules.contains(&rule)));
        self.forgotten = rules;
    }

    fn add(&mut self, suspicion: &Suspicion) {
        if suspicion.rule().is_some_and(|rule| self.forgotten.contains(&rule)) {
            return;
        }
        match self.entries.get_mut(suspicion) {
            Some(entry) => entry.reasons += 1,
            None => drop(self.entries.insert(suspicion.clone(), Entry { reasons: 1, ..Entry::default() })),
        }
    }

    fn remove(&mut self, suspicion: &Suspicion) {
        let Some(entry) = self.entries.get_mut(suspicion) else { return };
        entry.reasons -= 1;
        if entry.reasons == 0 {
            self.entries.swap_remove(suspicion);
        }
    }

    /// Takes note that some records, given in order, are others now: `after` is what scanning them gives. `before` is what it
    /// gave so far, or none to have its marks looked for among all others, which is faster for many records. None, and
    /// nothing is noted, if the directory as a whole would be another: then everything has to be looked at again.
    pub fn renew(
        &mut self,
        directory: &mut Directory,
        (plan, signatures): (&Plan, &Signatures<'_>),
        records: &[u32],
        (before, mut after): (Option<Partial>, Partial),
    ) -> Option<Renewed> {
        let scanned = before.iter().chain([&after]);
        let is_complete = scanned.into_iter().all(|partial| partial.rows.len() == records.len());
        if !is_complete || !is_same_whole(directory, records, &after) {
            return None;
        }
        directory.cast = signatures.cast();
        let mut renewed = Renewed { records: records.iter().copied().collect(), ..Renewed::default() };
        let mut is_named_as_before = true;
        for (record, row) in records.iter().zip(&after.rows) {
            if let Some(known) = directory.rows.get_mut(*record as usize) {
                is_named_as_before &= known.name == row.name;
                known.name = row.name;
            }
        }
        for (sum, more) in directory.judged.iter_mut().zip(&after.judged) {
            *sum += more;
        }
        let gone = match before {
            Some(before) => before.marks.of_records(records),
            None => directory.marks.of_records(&renewed.records),
        };
        let come = std::mem::take(&mut after.marks).of_records(records);
        renewed.hashes = directory.marks.renew(&gone, &come);
        if !is_named_as_before {
            // whether two records are one object is told by their names
            renewed.hashes.extend(gone.iter().chain(&come).flatten().map(|mark| mark.hash));
        }
        let runs = Runs::new(directory, plan, signatures);
        let suspicions = |hash: &u64| (*hash, suspicions(&runs, directory.marks.of(*hash)));
        let suspicions: Vec<(u64, Vec<Suspicion>)> = renewed.hashes.par_iter().map(suspicions).collect();
        for (hash, new) in suspicions {
            new.iter().for_each(|suspicion| self.add(suspicion));
            let old =
                if new.is_empty() { self.by_hash.remove(&hash) } else { self.by_hash.insert(hash, new) };
            old.iter().flatten().for_each(|suspicion| self.remove(suspicion));
        }
        let number = |local: u32| records.get(local as usize).copied().unwrap_or(u32::MAX);
        let of = &renewed.records;
        let come = after.broken.iter();
        let come = come.map(|broken| Candidate { record: number(broken.record), ..*broken }).collect();
        if let Some((gone, come)) = replaced(&mut self.broken, of, come, |broken| broken.record) {
            come.into_iter().for_each(|broken| self.add(&Suspicion::Object(broken)));
            gone.into_iter().for_each(|broken| self.remove(&Suspicion::Object(broken)));
        }
        let come = after.counted.iter();
        let come = come.map(|counted| Counted { record: number(counted.record), ..*counted }).collect();
        renewed.counted = replaced(&mut self.counted, of, come, |counted| counted.record).is_some();
        let come = after.edges.iter();
        let come = come.map(|edge| Edge { record: number(edge.record), ..*edge }).collect();
        let follows_others = replaced(&mut self.edges, of, come, |edge| edge.record).is_some();
        if follows_others || !is_named_as_before {
            let new = circles(directory, &self.edges);
            new.iter().for_each(|circle| self.add(circle));
            let old = std::mem::replace(&mut self.circles, new);
            old.iter().for_each(|circle| self.remove(circle));
        }
        Some(renewed)
    }

    /// Looks at every suspicion that is new, or that depends on what was renewed.
    pub fn confirm(&mut self, renewed: &Renewed, confirm: &Confirm<'_>, world: &Known<'_>) {
        let Self { entries, counted, .. } = self;
        let is_open = |(suspicion, entry): &(&Suspicion, &mut Entry)| match &entry.looked {
            None => true,
            Some((_, touched)) => {
                renewed.counted && matches!(suspicion, Suspicion::Count(_)) || touched.is_any_of(renewed)
            }
        };
        let mut open: Vec<(&Suspicion, &mut Entry)> = entries.par_iter_mut().filter(is_open).collect();
        // in the order of the files, so that what is read again serves all that is asked of it
        open.par_sort_by_key(|(suspicion, _)| suspicion.first_record());
        open.par_iter_mut().for_each(|(suspicion, entry)| {
            let noting = world.noting();
            let verdict = suspicion.verdict(confirm, counted, &noting);
            entry.looked = Some((verdict, noting.touched()));
        });
    }

    /// What was confirmed.
    #[must_use]
    pub fn confirmed(&self) -> Confirmed {
        let mut skipped: BTreeMap<u16, u64> = BTreeMap::new();
        let (mut placed, mut same_name) = (Vec::new(), Vec::new());
        for (verdict, _) in self.entries.values().filter_map(|entry| entry.looked.as_ref()) {
            placed.extend(verdict.placed.iter().cloned());
            same_name.extend(verdict.same_name.iter().cloned());
            if let Some(rule) = verdict.unknown {
                *skipped.entry(rule).or_default() += 1;
            }
        }
        // in the order of the files
        same_name.sort_by_key(|places: &Vec<(String, Location)>| places.first().map(|(_, place)| *place));
        Confirmed {
            findings: in_order(placed),
            skipped: skipped.into_iter().map(|(rule, objects)| Skipped { rule, objects }).collect(),
            same_name,
        }
    }
}

impl Touched {
    fn is_any_of(&self, renewed: &Renewed) -> bool {
        self.records.iter().any(|record| renewed.records.contains(record))
            || self.hashes.iter().any(|hash| renewed.hashes.contains(hash))
    }
}

impl Suspicion {
    /// The rule that has it, if it is the suspicion of one.
    fn rule(&self) -> Option<u16> {
        match self {
            Self::Object(Candidate { rule, .. }) | Self::Circle(rule, _) | Self::Count(rule) => Some(*rule),
            Self::Shared(..) | Self::SameName(_) => None,
        }
    }

    /// The first of its records. Objects are counted last: what is asked of them was mostly answered by then.
    fn first_record(&self) -> u32 {
        match self {
            Self::Object(Candidate { record, .. }) => *record,
            Self::Shared(_, _, records) | Self::Circle(_, records) | Self::SameName(records) => {
                records.first().copied().unwrap_or(0)
            }
            Self::Count(_) => u32::MAX,
        }
    }

    fn verdict(&self, confirm: &Confirm<'_>, counted: &[Counted], world: &Known<'_>) -> Verdict {
        let mut verdict = Verdict::default();
        match self {
            Self::Object(candidate) => {
                (verdict.placed, verdict.unknown) = confirm.object(*candidate, &world.evaluator());
            }
            Self::Shared(hash, index, records) => {
                verdict.placed = confirm.shared(*index, *hash, records, world);
            }
            Self::Circle(rule, records) => {
                verdict.placed.extend(confirm.circle(*rule, records, world));
            }
            Self::Count(rule) => {
                let possible: Vec<&Counted> =
                    counted.iter().filter(|counted| counted.rule == *rule).collect();
                verdict.placed.extend(confirm.count(*rule, &possible, world));
            }
            Self::SameName(records) => verdict.same_name = same_name(records, world),
        }
        verdict
    }
}

/// What some marks that have one fingerprint make suspicious, each once.
fn suspicions(runs: &Runs<'_>, run: &[Mark]) -> Vec<Suspicion> {
    let mut suspects = Suspects::default();
    runs.look(run, &mut suspects);
    let objects = suspects.objects.into_iter().map(Suspicion::Object);
    let shared =
        suspects.shared.into_iter().map(|(index, hash, records)| Suspicion::Shared(hash, index, records));
    let mut found: Vec<Suspicion> =
        objects.chain(shared).chain(suspects.same_name.into_iter().map(Suspicion::SameName)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn circles(directory: &Directory, edges: &[Edge]) -> Vec<Suspicion> {
    let circles = cycle::circles(directory, edges).into_iter();
    circles.map(|(rule, records)| Suspicion::Circle(rule, records)).collect()
}

/// Puts what comes of some records in the place of what stood there, in the order of the records; what went and what came,
/// none if it is the same.
fn replaced<T: Copy + PartialEq>(
    all: &mut Vec<T>,
    records: &FxHashSet<u32>,
    come: Vec<T>,
    record: impl Fn(&T) -> u32,
) -> Option<(Vec<T>, Vec<T>)> {
    let gone: Vec<T> = all.iter().filter(|one| records.contains(&record(one))).copied().collect();
    if gone == come {
        return None;
    }
    all.retain(|one| !records.contains(&record(one)));
    all.extend_from_slice(&come);
    all.sort_by_key(record);
    Some((gone, come))
}

/// Whether what is known of the directory as a whole stays the same when records become others.
fn is_same_whole(directory: &Directory, records: &[u32], after: &Partial) -> bool {
    let is_of_same_kind = |(record, new): (&u32, &Row)| {
        let Some(row) = directory.row(*record) else { return false };
        let source = directory.signature(*record).map_or(0, |signature| usize::from(signature.source));
        let is_named = |facts: &[Facts]| facts.get(source).is_some_and(|facts| !facts.subtrees.is_empty());
        row.signature == new.signature
            && (row.name == new.name || !is_named(&directory.facts) && !is_named(&after.facts))
    };
    let knows = |(known, new): (&Facts, &Facts)| {
        let seen = known.seen.iter().zip(&new.seen);
        (known.plain_names || !new.plain_names) && seen.into_iter().all(|(known, new)| *known || !*new)
    };
    records.iter().zip(&after.rows).all(is_of_same_kind)
        && directory.facts.iter().zip(&after.facts).all(knows)
}
