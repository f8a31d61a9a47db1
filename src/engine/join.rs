//! The second step: all objects together. Fingerprints that several objects share, look-ups that hit or miss, and circles
//! of references are found; all of them are only suspicions until they are confirmed.

use std::sync::Arc;

use rayon::prelude::*;

use super::cost::Costs;
use super::cycle;
use super::mark::{Mark, Marks};
use super::partial::{Candidate, Counted, Facts, Partial, Row};
use super::roles::{Cast, Roles};
use super::signature::{Signature, Signatures};
use super::strategy::{Lookup, Strategy};
use crate::language::plan::{ClassSet, Judgement, Plan};

/// What is known of a directory once all its records were scanned: numbers, no text.
#[derive(Debug)]
pub struct Directory {
    /// Every record.
    pub rows: Vec<Row>,
    /// What each source said of itself, by its number.
    pub facts: Vec<Facts>,
    /// Every signature, by its number.
    pub signatures: Vec<Arc<Signature>>,
    /// The number of objects that meet each class test.
    pub class_counts: Vec<u64>,
    /// How many objects (or values) each rule judged.
    pub judged: Vec<u64>,
    /// For how many objects an attribute was not exported that each rule needs.
    pub unasked: Vec<u64>,
    /// Some object has more names than one.
    pub other_names: bool,
    /// What rules cost, if that was measured.
    pub costs: Costs,
    pub(super) marks: Marks,
    pub(super) cast: Cast,
}

/// What may be wrong.
#[derive(Debug, Default)]
pub struct Suspects {
    /// Rules that single objects may break, by object and rule.
    pub objects: Vec<Candidate>,
    /// Keys that several objects share: the index, the fingerprint, the records.
    pub shared: Vec<(u16, u64, Vec<u32>)>,
    /// Objects that rules count, by rule.
    pub counted: Vec<Counted>,
    /// Circles: the rule, and the records in it.
    pub circles: Vec<(u16, Vec<u32>)>,
    /// Records that have one name.
    pub same_name: Vec<Vec<u32>>,
}

impl Suspects {
    /// Leaves out what is suspicious only to rules that are not evaluated.
    pub fn forget(&mut self, is_forgotten: impl Fn(u16) -> bool) {
        self.objects.retain(|candidate| !is_forgotten(candidate.rule));
        self.counted.retain(|counted| !is_forgotten(counted.rule));
        self.circles.retain(|(rule, _)| !is_forgotten(*rule));
    }
}

impl Directory {
    /// The records of the objects whose name has this fingerprint.
    pub fn named(&self, hash: u64) -> impl Iterator<Item = u32> {
        self.marks.of(hash).iter().filter(|mark| self.roles(mark).is_name()).map(|mark| mark.record)
    }

    /// The records that gave a key with this fingerprint to an index.
    pub fn keyed(&self, index: u16, hash: u64) -> impl Iterator<Item = u32> {
        let gives = move |mark: &&Mark| self.roles(mark).gives_to(usize::from(index));
        self.marks.of(hash).iter().filter(gives).map(|mark| mark.record)
    }

    /// What the record of a mark has to do with its fingerprint.
    fn roles(&self, mark: &Mark) -> &Roles {
        self.cast.of(mark.roles)
    }

    /// The row of a record.
    #[must_use]
    pub fn row(&self, record: u32) -> Option<&Row> {
        self.rows.get(record as usize)
    }

    /// The signature of a record.
    #[must_use]
    pub fn signature(&self, record: u32) -> Option<&Arc<Signature>> {
        self.row(record).and_then(|row| self.signatures.get(row.signature as usize))
    }

    /// The number of objects of a class test.
    #[must_use]
    pub fn count_of(&self, test: u16) -> u64 {
        self.class_counts.get(usize::from(test)).copied().unwrap_or(0)
    }

    fn is_same(&self, one: u32, other: u32) -> bool {
        one == other || self.row(one).map(|row| row.name) == self.row(other).map(|row| row.name)
    }

    fn is_of(&self, record: u32, classes: &ClassSet) -> bool {
        classes.is_empty() || self.signature(record).is_some_and(|signature| signature.is_of(classes))
    }
}

/// Joins what all scans gave.
#[must_use]
pub fn join(plan: &Plan, mut partial: Partial, signatures: &Signatures<'_>) -> (Directory, Suspects) {
    let directory = joined(plan, &mut partial, signatures);
    let mut suspects = Runs::new(&directory, plan, signatures).all();
    suspects.objects.append(&mut partial.broken);
    suspects.objects.par_sort_unstable();
    suspects.objects.dedup();
    suspects.circles = cycle::circles(&directory, &partial.edges);
    suspects.counted = partial.counted;
    (directory, suspects)
}

/// The directory that scans gave; what may be wrong with it is left in them.
pub(super) fn joined(plan: &Plan, partial: &mut Partial, signatures: &Signatures<'_>) -> Directory {
    let (all, cast) = (signatures.all(), signatures.cast());
    let mut class_counts = vec![0; plan.class_tests.len()];
    for signature in &all {
        let count = partial.counts.get(&signature.number).copied().unwrap_or(0);
        for (sum, meets) in class_counts.iter_mut().zip(&signature.tests) {
            *sum += if *meets { count } else { 0 };
        }
    }
    let mut costs = std::mem::take(&mut partial.costs);
    costs.settle(plan, &cast);
    Directory {
        costs,
        rows: std::mem::take(&mut partial.rows),
        facts: std::mem::take(&mut partial.facts),
        judged: std::mem::take(&mut partial.judged),
        unasked: std::mem::take(&mut partial.unasked),
        signatures: all,
        class_counts,
        other_names: partial.other_names,
        marks: Marks::sorted(std::mem::take(&mut partial.marks)),
        cast,
    }
}

/// Which indexes hold keys that must be unique.
fn unique(plan: &Plan) -> Vec<bool> {
    let mut unique = vec![false; plan.indexes.len()];
    for rule in &plan.rules {
        if let Judgement::Unique { index } = rule.judgement
            && let Some(is_unique) = unique.get_mut(index)
        {
            *is_unique = true;
        }
    }
    unique
}

/// How many marks are looked at one by one.
const FEW: usize = 16;

/// Looks at marks that have one fingerprint.
pub(super) struct Runs<'d> {
    directory: &'d Directory,
    strategies: &'d [Strategy],
    unique: Vec<bool>,
}

impl<'d> Runs<'d> {
    /// Looks at the marks of a directory.
    pub(super) fn new(directory: &'d Directory, plan: &Plan, signatures: &'d Signatures<'_>) -> Self {
        Self { directory, strategies: signatures.strategies(), unique: unique(plan) }
    }

    /// What some marks that have one fingerprint make suspicious.
    pub(super) fn look(&self, run: &[Mark], suspects: &mut Suspects) {
        if let [mark] = run
            && self.directory.roles(mark).asks.is_empty()
        {
            return;
        }
        self.run(run, suspects);
    }

    fn all(&self) -> Suspects {
        let parts = self.directory.marks.parts().par_iter().map(|part| {
            let mut suspects = Suspects::default();
            for run in part.marks.chunk_by(|one, other| one.hash == other.hash) {
                self.look(run, &mut suspects);
            }
            suspects
        });
        let mut all = parts.reduce(Suspects::default, |mut all, part| {
            all.objects.extend(part.objects);
            all.shared.extend(part.shared);
            all.same_name.extend(part.same_name);
            all
        });
        all.same_name.sort_unstable();
        all
    }

    fn run(&self, run: &[Mark], suspects: &mut Suspects) {
        if run.len() <= FEW && self.is_in_order(run) {
            return;
        }
        let found = self.found(run);
        for mark in run {
            for rule in &self.directory.roles(mark).asks {
                if self.is_suspicious(*rule, |lookup| found.answers(lookup, mark.record, self.directory)) {
                    suspects.objects.push(Candidate { record: mark.record, rule: *rule });
                }
            }
        }
        for (index, records) in found.givers {
            let is_unique = self.unique.get(usize::from(index)).copied().unwrap_or(false);
            if let (true, [first, rest @ ..], Some(mark)) = (is_unique, records.as_slice(), run.first())
                && rest.iter().any(|record| !self.directory.is_same(*record, *first))
            {
                suspects.shared.push((index, mark.hash, records));
            }
        }
        let named = run.iter().filter(|mark| self.directory.roles(mark).is_named);
        let named: Vec<u32> = named.map(|mark| mark.record).collect();
        if named.len() > 1 {
            suspects.same_name.push(named);
        }
    }

    fn is_suspicious(&self, rule: u16, is_found: impl FnOnce(&Lookup) -> bool) -> bool {
        match self.strategies.get(usize::from(rule)) {
            Some(Strategy::Hit(lookup)) => is_found(lookup),
            Some(Strategy::Miss(lookup)) => !is_found(lookup),
            _ => true,
        }
    }

    /// Whether nothing about a few marks is suspicious: one object's own, or one that others refer to. It need not be told of
    /// all that are in order.
    fn is_in_order(&self, run: &[Mark]) -> bool {
        let mut owners = run.iter().filter(|mark| self.directory.roles(mark).is_found());
        if let Some(owner) = owners.next()
            && owners.any(|other| other.record != owner.record)
        {
            return false;
        }
        // whether a name is found does not depend on who asks, and mostly one rule asks for it
        let mut last = None;
        let mut is_suspicious = |mark: &Mark, rule: u16| match last {
            Some((known, is_suspicious)) if known == rule => is_suspicious,
            _ => {
                let answer = self.is_suspicious(rule, |lookup| self.answers(lookup, mark.record, run));
                last = self.asks_for_names(rule).then_some((rule, answer));
                answer
            }
        };
        run.iter().all(|mark| {
            let roles = self.directory.roles(mark);
            !roles.asks.iter().any(|rule| is_suspicious(mark, *rule))
        })
    }

    fn asks_for_names(&self, rule: u16) -> bool {
        let strategy = self.strategies.get(usize::from(rule));
        matches!(strategy, Some(Strategy::Hit(Lookup::Name(_)) | Strategy::Miss(Lookup::Name(_))))
    }

    /// The same as [`Found::answers`] for a few marks.
    fn answers(&self, lookup: &Lookup, record: u32, run: &[Mark]) -> bool {
        let directory = self.directory;
        match lookup {
            Lookup::Key(index) => run.iter().any(|mark| {
                directory.roles(mark).gives_to(*index) && !directory.is_same(mark.record, record)
            }),
            Lookup::Name(classes) => run
                .iter()
                .any(|mark| directory.roles(mark).is_name() && directory.is_of(mark.record, classes)),
        }
    }

    fn found(&self, run: &[Mark]) -> Found {
        let mut found = Found::default();
        for mark in run {
            let roles = self.directory.roles(mark);
            if roles.is_name() {
                found.named.push(mark.record);
            }
            for index in &roles.gives {
                match found.givers.iter_mut().find(|(known, _)| known == index) {
                    Some((_, records)) if records.last() != Some(&mark.record) => records.push(mark.record),
                    Some(_) => {}
                    None => found.givers.push((*index, vec![mark.record])),
                }
            }
        }
        found
    }
}

/// Who bears a name, or gives a key.
#[derive(Default)]
struct Found {
    named: Vec<u32>,
    /// The records by index.
    givers: Vec<(u16, Vec<u32>)>,
}

impl Found {
    /// Whether a look-up of a record finds something; a key must be that of another object.
    fn answers(&self, lookup: &Lookup, record: u32, directory: &Directory) -> bool {
        match lookup {
            Lookup::Name(classes) => self.named.iter().any(|named| directory.is_of(*named, classes)),
            Lookup::Key(index) => {
                let givers = self.givers.iter().find(|(known, _)| usize::from(*known) == *index);
                givers.is_some_and(|(_, records)| {
                    records.iter().any(|giver| !directory.is_same(*giver, record))
                })
            }
        }
    }
}
