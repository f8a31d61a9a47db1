//! The programs of all shapes that were met.

use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, RwLock, RwLockWriteGuard};

use rustc_hash::FxHashMap;

use super::domain;
use super::kinds::Kinds;
use super::profile::{Choice, Profile, Profiles, Terms};
use super::run::Memory;
use super::told::{append_to, told};
use super::{Numbers, Presence, Program};
use crate::engine::object::Object;
use crate::engine::roles::{Cast, Roles};
use crate::engine::signature::Signature;
use crate::language::plan::Plan;
use crate::snapshot::{Record, Slot};

/// How many shapes get a program of their own; the objects of all others share one for each signature.
const SHAPES: usize = 4096;

/// How many profiles get a program of their own.
const PROFILES: usize = 1024;

/// Stands for the attributes of an object in the key of a program that is not made for any.
const ANY: u64 = u64::MAX;

/// How many shapes of a signature may know values; if there are more, the attributes have more values than was thought, and
/// no further shape of it knows any.
const VALUED: u32 = 256;

/// Marks the keys of shapes that know no values.
const WITHOUT_VALUES: u64 = 1 << 63;

/// All programs of a run.
#[derive(Debug)]
pub(in crate::engine) struct Programs<'p> {
    plan: &'p Plan,
    known: RwLock<FxHashMap<Vec<u64>, Arc<Program<'p>>>>,
    /// What decides something for objects of each signature.
    decides: RwLock<FxHashMap<u32, Arc<Decides>>>,
    numbers: RwLock<Numbers<'p>>,
    /// The numbers of roles that are met all the time: to have a name, to have it besides, to be asked for by each rule.
    pub(in crate::engine) named: u32,
    pub(in crate::engine) also_named: u32,
    asking: Vec<u32>,
    profiled: RwLock<FxHashMap<ProfileKey, Arc<Program<'p>>>>,
    domains: domain::Classes,
}

/// What tells a profile: the key of its shape, and the kinds of values by attribute.
type ProfileKey = (Box<[u64]>, Box<[Kinds]>);

/// What decides something for the objects of a signature.
#[derive(Debug)]
pub(in crate::engine) struct Decides {
    /// The attributes whose presence does, one bit each.
    present: Vec<u64>,
    /// The attributes whose value does, if they have one.
    values: Vec<Slot>,
    /// How many shapes know values.
    valued: AtomicU32,
}

impl Decides {
    /// The attributes whose values are a part of the shape.
    fn values(&self) -> Option<&[Slot]> {
        (self.valued.load(Ordering::Relaxed) < VALUED).then_some(self.values.as_slice())
    }
}

/// A program, and what it was used for.
#[derive(Debug)]
pub(in crate::engine) struct Used<'p> {
    pub(in crate::engine) program: Arc<Program<'p>>,
    /// The number of objects.
    pub(in crate::engine) objects: u64,
    /// The number of values of each group.
    pub(in crate::engine) seen: Vec<u64>,
    /// The profiles of the objects.
    profiles: Profiles,
}

impl<'p> Programs<'p> {
    pub(in crate::engine) fn new(plan: &'p Plan) -> Self {
        let mut cast = Cast::default();
        let (named, also_named) = (cast.number(Roles::named()), cast.number(Roles::also_named()));
        let rules = (0..u16::MAX).take(plan.rules.len());
        let asking = rules.map(|rule| cast.number(Roles::asking(rule))).collect();
        Self {
            plan,
            known: RwLock::default(),
            decides: RwLock::default(),
            numbers: RwLock::new(Numbers { cast, ..Numbers::default() }),
            named,
            also_named,
            asking,
            profiled: RwLock::default(),
            domains: domain::Classes::default(),
        }
    }

    /// What decides something for objects of a signature.
    pub(in crate::engine) fn decides(&self, signature: &Signature) -> Arc<Decides> {
        if let Ok(known) = self.decides.read()
            && let Some(known) = known.get(&signature.number)
        {
            return Arc::clone(known);
        }
        let nothing = Presence { present: &[], decides: &[], told: &[], unasked: &[], profile: None };
        let (_, present, values) = Program::new(self.plan, signature, nothing, &mut self.numbers());
        let decides = Arc::new(Decides { present, values, valued: AtomicU32::new(0) });
        if let Ok(mut known) = self.decides.write() {
            known.insert(signature.number, Arc::clone(&decides));
        }
        decides
    }

    fn numbers(&self) -> RwLockWriteGuard<'_, Numbers<'p>> {
        match self.numbers.write() {
            Ok(numbers) => numbers,
            Err(poisoned) => poisoned.into_inner(),
        }
    }

    /// Makes a program, unless another thread has made it meanwhile.
    fn share<K: Eq + Hash>(
        &self,
        programs: &RwLock<FxHashMap<K, Arc<Program<'p>>>>,
        key: K,
        signature: &Signature,
        presence: Presence<'_>,
    ) -> Arc<Program<'p>> {
        let mut numbers = self.numbers();
        if let Ok(known) = programs.read()
            && let Some(program) = known.get(&key)
        {
            return Arc::clone(program);
        }
        let program = Arc::new(Program::new(self.plan, signature, presence, &mut numbers).0);
        if let Ok(mut known) = programs.write() {
            known.insert(key, Arc::clone(&program));
        }
        program
    }

    /// The number of the class of a domain, by all that is asked of domains so far.
    fn class_of(&self, domain: &[u8]) -> Option<usize> {
        let answers = self.numbers.read().ok()?.questions.answers(domain);
        self.domains.number(answers)
    }

    /// The number of giving keys to some indexes.
    pub(in crate::engine) fn giving(&self, indexes: &[u16]) -> u32 {
        if let Ok(numbers) = self.numbers.read()
            && let Some(known) = numbers.cast.known_giving(indexes)
        {
            return known;
        }
        self.numbers().cast.giving(indexes)
    }

    /// The number of what two roles are together.
    pub(in crate::engine) fn both(&self, one: u32, other: u32) -> u32 {
        self.numbers().cast.both(one, other)
    }

    /// The number of being asked for by a rule.
    pub(in crate::engine) fn asking(&self, rule: u16) -> Option<u32> {
        self.asking.get(usize::from(rule)).copied()
    }

    /// All roles that were met.
    pub(in crate::engine) fn cast(&self) -> Cast {
        match self.numbers.read() {
            Ok(numbers) => numbers.cast.clone(),
            Err(poisoned) => poisoned.into_inner().cast.clone(),
        }
    }

    /// Writes what tells the shape of a record.
    pub(in crate::engine) fn key(
        signature: &Signature,
        decides: &Decides,
        (record, block): (&Record, &[u8]),
        key: &mut Vec<u64>,
    ) {
        let values = decides.values();
        key.clear();
        key.push(u64::from(signature.number) | if values.is_some() { 0 } else { WITHOUT_VALUES });
        let present = record.present().iter().chain(std::iter::repeat(&0));
        key.extend(decides.present.iter().zip(present).map(|(decides, present)| decides & present));
        append_to(key, record, block, values.unwrap_or_default());
        key.extend(record.unasked.iter().map(|slot| u64::from(slot.0)));
    }

    /// The program for the shape of a record.
    pub(in crate::engine) fn of(
        &self,
        signature: &Signature,
        decides: &Decides,
        (record, block): (&Record, &[u8]),
        key: &[u64],
    ) -> Arc<Program<'p>> {
        let mut key = key.to_vec();
        let has_values = key.first().is_some_and(|first| first & WITHOUT_VALUES == 0);
        let values = if has_values { told(record, block, &decides.values) } else { Vec::new() };
        let mut presence = Presence {
            present: record.present(),
            decides: &decides.present,
            told: &values,
            unasked: &record.unasked,
            profile: None,
        };
        if let Ok(known) = self.known.read() {
            if let Some(program) = known.get(&key) {
                return Arc::clone(program);
            }
            if known.len() >= SHAPES {
                let count = decides.present.len() + if has_values { 2 * decides.values.len() } else { 0 };
                for word in key.iter_mut().skip(1).take(count) {
                    *word = ANY;
                }
                if let Some(program) = known.get(&key) {
                    return Arc::clone(program);
                }
                presence.decides = &[];
                presence.told = &[];
            }
        }
        if !presence.told.is_empty() {
            decides.valued.fetch_add(1, Ordering::Relaxed);
        }
        self.share(&self.known, key, signature, presence)
    }

    /// A program for the profile of the record at hand, whose shape has this program and this key; none if there are too many, or
    /// if the shape has no program of its own.
    pub(in crate::engine) fn profiled(
        &self,
        signature: &Signature,
        decides: &Decides,
        (record, block): (&Record, &[u8]),
        (shape, key): (&Program<'p>, &[u64]),
        memory: &Memory,
    ) -> Option<Arc<Program<'p>>> {
        let kinds = memory.profile()?;
        let profile = (Box::from(key), Box::from(kinds));
        if let Ok(known) = self.profiled.read() {
            match known.get(&profile) {
                Some(program) => return Some(Arc::clone(program)),
                None if known.len() >= PROFILES => return None,
                None => {}
            }
        }
        let is_own = |known: &Arc<Program<'p>>| std::ptr::eq(Arc::as_ptr(known), shape);
        if !self.known.read().is_ok_and(|known| known.get(key).is_some_and(is_own)) {
            return None;
        }
        let has_values = key.first().is_some_and(|first| first & WITHOUT_VALUES == 0);
        let presence = Presence {
            present: record.present(),
            decides: &decides.present,
            told: &if has_values { told(record, block, &decides.values) } else { Vec::new() },
            unasked: &record.unasked,
            profile: Some(Profile { watched: &shape.watched, kinds, domains: &self.domains }),
        };
        Some(self.share(&self.profiled, profile, signature, presence))
    }
}

impl<'p> Used<'p> {
    pub(in crate::engine) fn new(program: Arc<Program<'p>>) -> Self {
        let seen = vec![0; program.groups.len()];
        Self { program, objects: 0, seen, profiles: Profiles::default() }
    }

    /// Sorts the values of an object of the shape, and says which program judges it.
    pub(in crate::engine) fn begin(
        &mut self,
        object: &Object<'_>,
        memory: &mut Memory,
        terms: &mut Terms,
        programs: &Programs<'_>,
    ) -> Choice {
        memory.begin(object, &self.program, (terms.worth, &|domain| programs.class_of(domain)));
        memory.profile().map_or(Choice::Shape, |kinds| self.profiles.choose(kinds, terms))
    }

    /// Forgets how many objects there are of profiles that have no program.
    pub(in crate::engine) fn forget(&mut self) {
        self.profiles.forget();
    }

    /// The program of this number among those in use judges objects of the profile at hand from now on.
    pub(in crate::engine) fn leave(&mut self, memory: &Memory, number: usize) {
        if let Some(kinds) = memory.profile() {
            self.profiles.set(kinds, number);
        }
    }

    /// Adds how many objects (or values) each rule judged, and for how many objects it lacked an attribute; counting begins anew.
    pub(in crate::engine) fn count(&mut self, judged: &mut [u64], unasked: &mut [u64]) {
        let objects = std::mem::take(&mut self.objects);
        if objects == 0 {
            return;
        }
        let add = |counts: &mut [u64], rules: &[u16], number: u64| {
            for rule in rules {
                if let Some(count) = counts.get_mut(usize::from(*rule)) {
                    *count += number;
                }
            }
        };
        add(judged, &self.program.judges, objects);
        add(unasked, &self.program.lacking, objects);
        for (group, seen) in self.program.groups.iter().zip(&mut self.seen) {
            add(judged, &group.judges, std::mem::take(seen));
        }
    }
}
