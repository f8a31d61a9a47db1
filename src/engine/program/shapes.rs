//! The programs of all shapes that were met.

use std::sync::{Arc, RwLock};

use rustc_hash::FxHashMap;

use super::{Presence, Program};
use crate::engine::mark::Sets;
use crate::engine::signature::Signature;
use crate::language::plan::Plan;
use crate::snapshot::Record;

/// How many shapes get a program of their own; the objects of all others share one for each signature.
const SHAPES: usize = 4096;

/// Stands for the attributes of an object in the key of a program that is not made for any.
const ANY: u64 = u64::MAX;

/// All programs of a run.
#[derive(Debug)]
pub(in crate::engine) struct Programs<'p> {
    plan: &'p Plan,
    known: RwLock<FxHashMap<Vec<u64>, Arc<Program<'p>>>>,
    /// The attributes that decide something for objects of each signature.
    decides: RwLock<FxHashMap<u32, Arc<[u64]>>>,
    sets: RwLock<Sets>,
}

/// A program, and what it was used for.
#[derive(Debug)]
pub(in crate::engine) struct Used<'p> {
    pub(in crate::engine) program: Arc<Program<'p>>,
    /// The number of objects.
    pub(in crate::engine) objects: u64,
    /// The number of values of each group.
    pub(in crate::engine) seen: Vec<u64>,
}

impl<'p> Programs<'p> {
    pub(in crate::engine) fn new(plan: &'p Plan) -> Self {
        Self { plan, known: RwLock::default(), decides: RwLock::default(), sets: RwLock::default() }
    }

    /// The attributes whose presence decides something for objects of a signature.
    pub(in crate::engine) fn decides(&self, signature: &Signature) -> Arc<[u64]> {
        if let Ok(known) = self.decides.read()
            && let Some(known) = known.get(&signature.number)
        {
            return Arc::clone(known);
        }
        let nothing = Presence { present: &[], decides: &[], unasked: &[] };
        let (_, decides) = self.make(signature, nothing);
        let decides: Arc<[u64]> = decides.into();
        if let Ok(mut known) = self.decides.write() {
            known.insert(signature.number, Arc::clone(&decides));
        }
        decides
    }

    fn make(&self, signature: &Signature, presence: Presence<'_>) -> (Program<'p>, Vec<u64>) {
        let mut sets = match self.sets.write() {
            Ok(sets) => sets,
            Err(poisoned) => poisoned.into_inner(),
        };
        Program::new(self.plan, signature, presence, &mut sets)
    }

    /// The number of a set of indexes.
    pub(in crate::engine) fn set(&self, indexes: &[u16]) -> u32 {
        if let Ok(sets) = self.sets.read()
            && let Some(known) = sets.known(indexes)
        {
            return known;
        }
        match self.sets.write() {
            Ok(mut sets) => sets.number(indexes),
            Err(poisoned) => poisoned.into_inner().number(indexes),
        }
    }

    /// All sets of indexes.
    pub(in crate::engine) fn sets(&self) -> Sets {
        match self.sets.read() {
            Ok(sets) => sets.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// Writes what tells the shape of a record.
    pub(in crate::engine) fn key(
        signature: &Signature,
        decides: &[u64],
        record: &Record,
        key: &mut Vec<u64>,
    ) {
        key.clear();
        key.push(u64::from(signature.number));
        let present = record.present().iter().chain(std::iter::repeat(&0));
        key.extend(decides.iter().zip(present).map(|(decides, present)| decides & present));
        key.extend(record.unasked.iter().map(|slot| u64::from(slot.0)));
    }

    /// The program for the shape of a record.
    pub(in crate::engine) fn of(
        &self,
        signature: &Signature,
        decides: &[u64],
        record: &Record,
        key: &[u64],
    ) -> Arc<Program<'p>> {
        let mut key = key.to_vec();
        let mut presence = Presence { present: record.present(), decides, unasked: &record.unasked };
        if let Ok(known) = self.known.read() {
            if let Some(program) = known.get(&key) {
                return Arc::clone(program);
            }
            if known.len() >= SHAPES {
                for word in key.iter_mut().skip(1).take(decides.len()) {
                    *word = ANY;
                }
                if let Some(program) = known.get(&key) {
                    return Arc::clone(program);
                }
                presence.decides = &[];
            }
        }
        let program = Arc::new(self.make(signature, presence).0);
        match self.known.write() {
            Ok(mut known) => Arc::clone(known.entry(key).or_insert(program)),
            Err(_) => program,
        }
    }
}

impl<'p> Used<'p> {
    pub(in crate::engine) fn new(program: Arc<Program<'p>>) -> Self {
        let seen = vec![0; program.groups.len()];
        Self { program, objects: 0, seen }
    }

    /// Adds how many objects (or values) each rule judged, and for how many objects it lacked an attribute.
    pub(in crate::engine) fn count(&self, judged: &mut [u64], unasked: &mut [u64]) {
        let add = |counts: &mut [u64], rules: &[u16], number: u64| {
            for rule in rules {
                if let Some(count) = counts.get_mut(usize::from(*rule)) {
                    *count += number;
                }
            }
        };
        add(judged, &self.program.judges, self.objects);
        add(unasked, &self.program.lacking, self.objects);
        for (group, seen) in self.program.groups.iter().zip(&self.seen) {
            add(judged, &group.judges, *seen);
        }
    }
}
