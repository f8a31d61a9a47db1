//! The second step: all objects together. Fingerprints that several objects share, look-ups that hit or miss, and circles
//! of references are found; all of them are only suspicions until they are confirmed.

use std::sync::Arc;

use rayon::prelude::*;

use super::cycle;
use super::scan::{Candidate, Facts, KeyRow, Partial, Probe, Row};
use super::signature::Signature;
use super::strategy::{self, Strategy};
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
    names: Vec<(u64, u32)>,
    keys: Vec<KeyRow>,
}

/// What may be wrong.
#[derive(Debug, Default)]
pub struct Suspects {
    /// Rules that single objects may break, by object and rule.
    pub objects: Vec<Candidate>,
    /// Keys that several objects share: the index, the fingerprint, the records.
    pub shared: Vec<(u16, u64, Vec<u32>)>,
    /// Objects that rules count, by rule.
    pub counted: Vec<Candidate>,
    /// Circles: the rule, and the records in it.
    pub circles: Vec<(u16, Vec<u32>)>,
    /// Records that have one name.
    pub same_name: Vec<Vec<u32>>,
}

impl Suspects {
    /// Leaves out what is suspicious only to rules that are not evaluated.
    pub fn forget(&mut self, is_forgotten: impl Fn(u16) -> bool) {
        self.objects.retain(|candidate| !is_forgotten(candidate.rule));
        self.counted.retain(|candidate| !is_forgotten(candidate.rule));
        self.circles.retain(|(rule, _)| !is_forgotten(*rule));
    }
}

impl Directory {
    /// The records of the objects whose name has this fingerprint.
    pub fn named(&self, hash: u64) -> impl Iterator<Item = u32> {
        let start = self.names.partition_point(|(known, _)| *known < hash);
        let rest = self.names.get(start..).unwrap_or_default();
        rest.iter().take_while(move |(known, _)| *known == hash).map(|(_, record)| *record)
    }

    /// The records that gave a key with this fingerprint.
    pub fn keyed(&self, hash: u64) -> impl Iterator<Item = u32> {
        let start = self.keys.partition_point(|row| row.hash < hash);
        let rest = self.keys.get(start..).unwrap_or_default();
        rest.iter().take_while(move |row| row.hash == hash).map(|row| row.record)
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

    fn hits(&self, candidate: Candidate, probe: Probe, classes: &ClassSet) -> bool {
        match probe {
            Probe::Key(hash) => self.keyed(hash).any(|record| !self.is_same(record, candidate.record)),
            Probe::Name(hash) => self.named(hash).any(|record| {
                classes.is_empty() || self.signature(record).is_some_and(|signature| signature.is_of(classes))
            }),
        }
    }
}

/// Joins what all scans gave.
#[must_use]
pub fn join(plan: &Plan, mut partial: Partial, signatures: Vec<Arc<Signature>>) -> (Directory, Suspects) {
    let mut names: Vec<(u64, u32)> = partial
        .rows
        .iter()
        .enumerate()
        .filter_map(|(number, row)| Some((row.name, u32::try_from(number).ok()?)))
        .collect();
    let same_name = same_name(&mut names);
    names.extend(&partial.other_names);
    let mut keys = std::mem::take(&mut partial.keys);
    rayon::join(|| names.par_sort_unstable(), || keys.par_sort_unstable());
    let mut class_counts = vec![0; plan.class_tests.len()];
    for signature in &signatures {
        let count = partial.counts.get(&signature.number).copied().unwrap_or(0);
        for (sum, meets) in class_counts.iter_mut().zip(&signature.tests) {
            *sum += if *meets { count } else { 0 };
        }
    }
    let directory = Directory {
        rows: std::mem::take(&mut partial.rows),
        facts: std::mem::take(&mut partial.facts),
        judged: std::mem::take(&mut partial.judged),
        unasked: std::mem::take(&mut partial.unasked),
        signatures,
        class_counts,
        names,
        keys,
    };
    let suspects = Suspects {
        objects: objects(plan, &directory, &partial),
        shared: shared(plan, &directory),
        circles: cycle::circles(&directory, &partial.edges),
        same_name,
        counted: partial.counted,
    };
    (directory, suspects)
}

fn objects(plan: &Plan, directory: &Directory, partial: &Partial) -> Vec<Candidate> {
    let strategies: Vec<Strategy> =
        plan.rules.iter().map(|rule| strategy::of(&rule.judgement, plan)).collect();
    let everything = ClassSet::new();
    let suspicious = |(candidate, probe): &(Candidate, Probe)| match strategies
        .get(usize::from(candidate.rule))
        .unwrap_or(&Strategy::Look)
    {
        Strategy::Hit => directory.hits(*candidate, *probe, &everything),
        Strategy::Miss(classes) => !directory.hits(*candidate, *probe, classes),
        Strategy::Look => true,
    };
    let waiting = partial.waiting.par_iter().filter(|waiting| suspicious(waiting)).map(|waiting| waiting.0);
    let mut objects: Vec<Candidate> = waiting.collect();
    objects.extend(&partial.broken);
    objects.par_sort_unstable();
    objects.dedup();
    objects
}

/// Keys of `unique` rules that more than one object gave.
fn shared(plan: &Plan, directory: &Directory) -> Vec<(u16, u64, Vec<u32>)> {
    let mut unique = vec![false; plan.indexes.len()];
    for rule in &plan.rules {
        if let Judgement::Unique { index } = rule.judgement
            && let Some(is_unique) = unique.get_mut(index)
        {
            *is_unique = true;
        }
    }
    let mut shared = Vec::new();
    for run in directory.keys.chunk_by(|one, other| one.hash == other.hash) {
        let Some(first) = run.first().filter(|_| run.len() > 1) else { continue };
        let is_unique = unique.get(usize::from(first.index)).copied().unwrap_or(false);
        if is_unique && run.iter().any(|row| !directory.is_same(row.record, first.record)) {
            let mut records: Vec<u32> = run.iter().map(|row| row.record).collect();
            records.dedup();
            shared.push((first.index, first.hash, records));
        }
    }
    shared
}

fn same_name(names: &mut [(u64, u32)]) -> Vec<Vec<u32>> {
    names.par_sort_unstable();
    let runs = names.chunk_by(|one, other| one.0 == other.0);
    let several = runs.filter(|run| run.len() > 1);
    let mut found: Vec<Vec<u32>> =
        several.map(|run| run.iter().map(|(_, record)| *record).collect()).collect();
    found.sort_unstable();
    found
}
