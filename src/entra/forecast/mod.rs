//! The next synchronisation: what it does to every object of a directory (entra.md 1.2).
//!
//! One pass over the objects in the order in which they are expected to arrive, with a ledger of who holds which value.
//! Objects that are connected come first: the cloud keeps a value with whoever has it (entra.md 2.6). All joins are by
//! hash, so that the time grows with the number of values.

mod before;
mod compare;
mod contest;
mod draft;
mod find;
mod index;
mod wants;
mod write;

use super::cloud::{CloudObject, Origin};
use super::join::{People, arrival, people};
use super::object::{Scope, SourceObject};
use super::outcome::{Fate, Kind, Match, Outcome, Party};
use super::tenant::Tenant;
use super::unique::{Key, Ledger, held, keys};
use crate::entra::quarantine::Stage;
use find::Found;
use index::Index;
use rustc_hash::{FxHashMap, FxHashSet};

/// A synchronised object of the tenant that the source lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deletion {
    /// Its number.
    pub cloud: u32,
}

/// Something that stops a whole run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The tenant would hold more objects than it may: error 016 (S-2812409).
    Quota {
        /// The number of objects that it would hold; deleted ones count a quarter (E-LIMITS).
        objects: u64,
        /// How many it may.
        quota: u64,
    },
    /// More than 5,000 errors (E-NOTSYNC).
    Errors(usize),
    /// More deletions than the threshold against accidents (C-ATTR).
    Deletions(usize),
}

/// What the next synchronisation does.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forecast {
    /// One fate for each source object, in their order.
    pub fates: Vec<Fate>,
    /// Objects that are deleted because a complete source lacks them (decision 12).
    pub deletions: Vec<Deletion>,
    /// How many synchronised objects the source lacks, where it is not declared complete.
    pub missing: usize,
    /// What stops the run.
    pub stops: Vec<Stop>,
}

/// How often the synchronisation is gone through at most, see [`forecast()`].
const ROUNDS: usize = 8;

/// Says what the next synchronisation does to each object of a directory. The result does not depend on the order of
/// either list.
///
/// What an object gives up is free for others only if the object is written, which shows in the end. So the
/// synchronisation is gone through again as long as an object is refused that gave something up, with the knowledge that
/// it will be; one round is enough for almost every directory.
#[must_use]
pub fn forecast(objects: &[SourceObject], cloud: &[CloudObject], tenant: &Tenant) -> Forecast {
    let order = arrival(objects);
    let people = people(objects, &order, tenant);
    let index = Index::new(cloud);
    let mut hopeless = FxHashSet::default();
    let mut round = 1;
    loop {
        let mut cycle = Cycle::new(objects, cloud, tenant, &people, &index, &hopeless);
        let told = cycle.run(&order);
        let failed = std::mem::take(&mut cycle.failed);
        if failed.is_empty() || round == ROUNDS {
            return told;
        }
        hopeless.extend(failed);
        round += 1;
    }
}

fn stops(fates: &[Fate], deletions: usize, cloud: &[CloudObject], tenant: &Tenant) -> Vec<Stop> {
    let count = |is: fn(&Outcome) -> bool| fates.iter().filter(|fate| fate.outcomes.iter().any(is)).count();
    let mut stops = Vec::new();
    if let Some(quota) = tenant.object_quota {
        let deleted = cloud.iter().filter(|object| object.deleted.is_some()).count() as u64;
        let created = count(|outcome| outcome.kind == Kind::Create) as u64;
        let objects = cloud.len() as u64 - deleted + deleted / 4 + created;
        if objects > quota {
            stops.push(Stop::Quota { objects, quota });
        }
    }
    let errors = count(|outcome| outcome.kind == Kind::ExportError && outcome.cycle == 1);
    if errors > super::calculate::limits::ERRORS {
        stops.push(Stop::Errors(errors));
    }
    let deletions = deletions + count(|outcome| outcome.kind == Kind::Delete);
    if deletions > tenant.deletion_threshold as usize {
        stops.push(Stop::Deletions(deletions));
    }
    stops
}

/// The state of one synchronisation.
struct Cycle<'a> {
    objects: &'a [SourceObject],
    cloud: &'a [CloudObject],
    tenant: &'a Tenant,
    people: &'a People,
    index: &'a Index<'a>,
    /// Objects that are known to be refused, so that they give nothing up.
    hopeless: &'a FxHashSet<u32>,
    /// Objects that were refused though they gave something up.
    failed: FxHashSet<u32>,
    gave_up: FxHashSet<u32>,
    /// Who holds which value. What is connected or taken over holds its values as the cloud object, what is new as the
    /// source object.
    ledger: Ledger,
    /// The cloud object of each source object.
    twins: Vec<Option<u32>>,
    /// The source object of each cloud object.
    bound: Vec<Option<u32>>,
    /// Objects that take over one of the tenant.
    takeovers: FxHashMap<u32, Found>,
}

impl<'a> Cycle<'a> {
    fn new(
        objects: &'a [SourceObject],
        cloud: &'a [CloudObject],
        tenant: &'a Tenant,
        people: &'a People,
        index: &'a Index<'a>,
        hopeless: &'a FxHashSet<u32>,
    ) -> Self {
        let mut ledger = Ledger::with_capacity(3 * cloud.len().max(objects.len()));
        // the addresses of deleted objects do not block (decision 12)
        for (number, object) in (0..).zip(cloud).filter(|(_, object)| object.deleted.is_none()) {
            for (key, as_what) in held(object) {
                ledger.claim(key, Party::Cloud(number), as_what);
            }
        }
        Self {
            objects,
            cloud,
            tenant,
            people,
            index,
            hopeless,
            failed: FxHashSet::default(),
            gave_up: FxHashSet::default(),
            ledger,
            twins: vec![None; objects.len()],
            bound: vec![None; cloud.len()],
            takeovers: FxHashMap::default(),
        }
    }

    fn run(&mut self, order: &[u32]) -> Forecast {
        let mut fates: Vec<Option<Fate>> = Vec::new();
        fates.resize_with(self.objects.len(), || None);
        // of several objects with one twin, one that is sent has it, then what was merged, then what is filtered
        for now in 0..=2 {
            for number in
                order.iter().filter(|number| self.rank(**number) == now).copied().collect::<Vec<_>>()
            {
                if let Some(place) = fates.get_mut(number as usize) {
                    *place = self.before(number);
                }
            }
        }
        let (deletions, missing) = self.leftovers();
        self.take_over(order, &fates);
        for is_connected in [true, false] {
            for number in order {
                let is_waiting = matches!(fates.get(*number as usize), Some(None));
                if is_waiting && self.is_connected(*number) == is_connected {
                    let fate = self.settle(*number);
                    if let Some(place) = fates.get_mut(*number as usize) {
                        *place = Some(fate);
                    }
                }
            }
        }
        let nothing = || Fate { twin: Match::NONE, becomes: None, outcomes: Vec::new() };
        let fates: Vec<Fate> = fates.into_iter().map(|fate| fate.unwrap_or_else(nothing)).collect();
        let stops = stops(&fates, deletions.len(), self.cloud, self.tenant);
        Forecast { fates, deletions, missing, stops }
    }

    fn rank(&self, number: u32) -> u8 {
        let is_in = self.objects.get(number as usize).is_some_and(is_in_scope);
        if is_in { u8::from(self.people.join_of(number).is_some()) } else { 2 }
    }

    /// Looks for the twins of all new objects, before any value is given to one of them: what a takeover drops is free.
    fn take_over(&mut self, order: &[u32], fates: &[Option<Fate>]) {
        for number in order {
            let is_new = matches!(fates.get(*number as usize), Some(None))
                && self.twin_of(*number).is_none()
                && !self.hopeless.contains(number);
            let Some(object) = self.people.object(*number, self.objects).filter(|_| is_new) else { continue };
            let found = self.find(object);
            if found.stage == Stage::Takeover
                && let Some(cloud) = found.twin.cloud
            {
                self.bind(*number, cloud);
                self.give_up(*number, cloud);
                self.takeovers.insert(*number, found);
            }
        }
    }

    fn is_connected(&self, number: u32) -> bool {
        self.twin_of(number).is_some() && !self.takeovers.contains_key(&number)
    }

    fn twin_of(&self, number: u32) -> Option<u32> {
        self.twins.get(number as usize).copied().flatten()
    }

    fn bound_to(&self, cloud: u32) -> Option<u32> {
        self.bound.get(cloud as usize).copied().flatten()
    }

    fn cloud_object(&self, number: u32) -> Option<&'a CloudObject> {
        self.cloud.get(number as usize)
    }

    fn bind(&mut self, number: u32, cloud: u32) {
        if let Some(twin) = self.twins.get_mut(number as usize) {
            *twin = Some(cloud);
        }
        if let Some(bound) = self.bound.get_mut(cloud as usize) {
            *bound = Some(number);
        }
    }

    /// Whom to name as the holder of a value: of a cloud object with a twin that twin, if the value stands there.
    fn spoken(&self, party: Party, key: Key) -> Party {
        let Party::Cloud(cloud) = party else { return party };
        let twin = self.bound_to(cloud).filter(|number| {
            let object = self.people.object(*number, self.objects);
            object.is_some_and(|object| keys(&object.values).any(|(own, _)| own == key))
        });
        twin.map_or(party, Party::Source)
    }

    /// Everything that a cloud object holds becomes free.
    fn free(&mut self, cloud: u32) {
        let Some(object) = self.cloud_object(cloud) else { return };
        for (key, _) in held(object) {
            self.ledger.release(key, Party::Cloud(cloud));
        }
    }

    /// Synchronised objects that no source object is connected to: they go where the source is complete.
    fn leftovers(&mut self) -> (Vec<Deletion>, usize) {
        let is_left = |(number, object): (u32, &CloudObject)| {
            let is_left = object.origin == Origin::Synced
                && object.deleted.is_none()
                && !object.is_cloud_managed
                && self.bound_to(number).is_none();
            is_left.then_some(number)
        };
        let left: Vec<u32> = (0..).zip(self.cloud).filter_map(is_left).collect();
        if !self.tenant.is_complete {
            return (Vec::new(), left.len());
        }
        for number in &left {
            self.free(*number);
        }
        (left.into_iter().map(|cloud| Deletion { cloud }).collect(), 0)
    }
}

impl Fate {
    /// A fate without twin, of an object that is not written.
    fn of(outcomes: Vec<Outcome>) -> Self {
        let mut fate = Self { twin: Match::NONE, becomes: None, outcomes };
        fate.sort();
        fate
    }

    /// Puts the worst first.
    fn sort(&mut self) {
        self.outcomes.sort_by(|a, b| {
            let key = |outcome: &Outcome| {
                (outcome.cycle, std::cmp::Reverse(outcome.harm()), outcome.attribute, outcome.certainty)
            };
            key(a).cmp(&key(b)).then_with(|| a.value.cmp(&b.value)).then_with(|| a.to.cmp(&b.to))
        });
        self.outcomes.dedup();
        // most objects have one outcome, and a vector grows by four
        self.outcomes.shrink_to_fit();
    }
}

fn is_in_scope(object: &SourceObject) -> bool {
    object.scope == Scope::In
}
