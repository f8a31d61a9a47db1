//! The next synchronisation: what it does to every object of a directory (entra.md 1.2).
//!
//! One pass over the objects in the order in which they are expected to arrive, with a ledger of who holds which value.
//! Objects that are connected come first: the cloud keeps a value with whoever has it (entra.md 2.6). All joins are by
//! hash, so that the time grows with the number of values.

mod before;
mod compare;
mod find;
mod index;
mod wants;
mod write;

use super::cloud::{CloudObject, Origin};
use super::join::{People, arrival, people};
use super::object::{Scope, SourceObject};
use super::outcome::{Fate, Kind, Match, Outcome, Party};
use super::tenant::Tenant;
use super::unique::{Ledger, held};
use index::Index;

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

/// Says what the next synchronisation does to each object of a directory. The result does not depend on the order of
/// either list.
#[must_use]
pub fn forecast(objects: &[SourceObject], cloud: &[CloudObject], tenant: &Tenant) -> Forecast {
    let order = arrival(objects);
    let mut cycle = Cycle::new(objects, cloud, tenant, &order);
    let mut fates: Vec<Option<Fate>> = Vec::new();
    fates.resize_with(objects.len(), || None);
    // of two objects with one twin, the one that takes part in the synchronisation has it
    for is_in in [true, false] {
        for number in &order {
            if objects.get(*number as usize).is_some_and(|object| is_in_scope(object) == is_in)
                && let Some(place) = fates.get_mut(*number as usize)
            {
                *place = cycle.before(*number);
            }
        }
    }
    let (deletions, missing) = cycle.leftovers();
    let is_waiting = |fates: &[Option<Fate>], number: u32| matches!(fates.get(number as usize), Some(None));
    for is_connected in [true, false] {
        for number in &order {
            if is_waiting(&fates, *number) && cycle.twin_of(*number).is_some() == is_connected {
                let fate = cycle.settle(*number);
                if let Some(place) = fates.get_mut(*number as usize) {
                    *place = Some(fate);
                }
            }
        }
    }
    let nothing = || Fate { twin: Match::NONE, becomes: None, outcomes: Vec::new() };
    let fates: Vec<Fate> = fates.into_iter().map(|fate| fate.unwrap_or_else(nothing)).collect();
    let stops = stops(&fates, deletions.len(), cloud, tenant);
    Forecast { fates, deletions, missing, stops }
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
    people: People,
    index: Index<'a>,
    /// Who holds which value. What is connected or taken over holds its values as the cloud object, what is new as the
    /// source object.
    ledger: Ledger,
    /// The cloud object of each source object.
    twins: Vec<Option<u32>>,
    /// The source object of each cloud object.
    bound: Vec<Option<u32>>,
}

impl<'a> Cycle<'a> {
    fn new(objects: &'a [SourceObject], cloud: &'a [CloudObject], tenant: &'a Tenant, order: &[u32]) -> Self {
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
            people: people(objects, order, tenant),
            index: Index::new(cloud),
            ledger,
            twins: vec![None; objects.len()],
            bound: vec![None; cloud.len()],
        }
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

    /// The object itself, or what it was merged into: a cloud object with a twin is spoken of as that.
    fn spoken(&self, party: Party) -> Party {
        match party {
            Party::Cloud(cloud) => self.bound_to(cloud).map_or(party, Party::Source),
            Party::Source(_) => party,
        }
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
    }
}

fn is_in_scope(object: &SourceObject) -> bool {
    object.scope == Scope::In
}
