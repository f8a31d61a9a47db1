//! Rules made ready for objects of one profile.
//!
//! Objects of one shape whose values are of the same kinds, and as many of each, are of one *profile*. Most objects of a directory
//! share theirs with thousands of others; for these the rules are folded once more, and what the kinds of values decide is gone.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::condition::{Condition, Numbered};
use super::domain::{Classes, Known};
use super::kinds::{Kinds, Watched};
use super::plain::{Plain, Start};
use super::quiet::{Passed, Texts, settled};
use super::{Group, Keys, Program};
use crate::snapshot::Slot;

/// What is known of objects of one profile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Profile<'s> {
    /// What was found out.
    pub(super) watched: &'s Arc<Watched>,
    /// What came out.
    pub(super) kinds: &'s [Kinds],
    /// The classes of domains.
    pub(super) domains: &'s Classes,
}

impl Profile<'_> {
    /// The kinds of the values of an attribute, if they are known.
    pub(super) fn of(self, slot: Slot) -> Option<Kinds> {
        self.watched.place(slot).and_then(|place| self.kinds.get(place)).copied()
    }

    /// The kind of the distinguished names.
    pub(super) fn name(self) -> Option<Kinds> {
        self.kinds.first().copied()
    }
}

/// The profiles of a shape that were met.
#[derive(Debug, Default)]
pub(super) struct Profiles(FxHashMap<Box<[Kinds]>, Met>);

/// What there is for a profile.
#[derive(Debug, Clone, Copy)]
enum Met {
    /// So many objects, and no program yet.
    Objects(u32),
    /// A program, by its number among those in use.
    Program(usize),
}

/// Which program judges an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Choice {
    /// That of its shape.
    Shape,
    /// That of its profile, by its number among those in use.
    Profile(usize),
    /// A program for its profile is worth making.
    New,
}

/// When a profile gets a program of its own.
#[derive(Debug)]
pub(in crate::engine) struct Terms {
    /// After how many objects; and after how many addresses a domain gets a class.
    pub(in crate::engine) worth: u32,
    /// How many more profiles are counted.
    pub(in crate::engine) room: usize,
}

impl Profiles {
    /// Which program judges an object of a profile.
    pub(super) fn choose(&mut self, kinds: &[Kinds], terms: &mut Terms) -> Choice {
        let objects = match self.0.get_mut(kinds) {
            Some(Met::Program(number)) => return Choice::Profile(*number),
            Some(Met::Objects(objects)) => {
                *objects = objects.saturating_add(1);
                *objects
            }
            None if terms.room == 0 => return Choice::Shape,
            None => {
                terms.room -= 1;
                self.0.insert(kinds.into(), Met::Objects(1));
                1
            }
        };
        if objects == terms.worth { Choice::New } else { Choice::Shape }
    }

    /// Forgets the profiles that have no program.
    pub(super) fn forget(&mut self) {
        self.0.retain(|_, met| matches!(met, Met::Program(_)));
    }

    /// The program of this number among those in use judges objects of a profile from now on.
    pub(super) fn set(&mut self, kinds: &[Kinds], number: usize) {
        if let Some(met) = self.0.get_mut(kinds) {
            *met = Met::Program(number);
        }
    }
}

/// The conditions that have a number and that texts decide: as they were folded, or else as they were for all profiles.
pub(super) fn answered<'p>(
    mut folded: Vec<Option<Numbered<'p>>>,
    mut of_shape: Vec<Option<Numbered<'p>>>,
) -> Vec<Option<Plain<'p>>> {
    let count = folded.len().max(of_shape.len());
    folded.resize_with(count, || None);
    of_shape.resize_with(count, || None);
    let plain = |numbered| match numbered {
        Some(Numbered::Plain(plain)) => Some(plain),
        Some(Numbered::Known(holds)) => Some(Plain::Known(holds)),
        Some(Numbered::Open) | None => None,
    };
    folded
        .into_iter()
        .zip(of_shape)
        .map(|(folded, of_shape)| plain(folded).or_else(|| plain(of_shape)))
        .collect()
}

impl<'p> Program<'p> {
    /// Takes out what a profile decides.
    pub(super) fn settle(&mut self, profile: Profile<'_>) {
        self.watched = Arc::clone(profile.watched);
        let groups = std::mem::take(&mut self.groups);
        for mut group in groups {
            if let Start::Slot(slot) = group.chain.start
                && let Some(kinds) = profile.of(slot)
                && !self.is_open(&mut group, kinds, &profile.domains.known(kinds))
            {
                continue;
            }
            self.groups.push(group);
        }
    }

    /// Takes out of a group what the kinds of its values decide. False if nothing is left to do but what is done at once.
    fn is_open(&mut self, group: &mut Group<'p>, kinds: Kinds, domains: &Known) -> bool {
        let set = kinds.set();
        if kinds.is_empty() || set & !(group.told & !group.kept) == 0 {
            return false;
        }
        group.settle(kinds, domains);
        let is_asked = |keys: &mut Keys<'_>| {
            keys.indexes.retain(|index| self.guards.get(index.guard) != Some(&Plain::Known(false)));
            !keys.indexes.is_empty()
        };
        group.keys.retain_mut(is_asked);
        if !group.rules.is_empty() || !group.keys.is_empty() || set & !group.told != 0 {
            return true;
        }
        let Some(count) = kinds.count(group.kept) else { return true };
        for _ in 0..count {
            self.judges.extend_from_slice(&group.judges);
        }
        false
    }
}

impl Group<'_> {
    /// Takes out what is decided of values of these kinds, with domains of these classes.
    fn settle(&mut self, kinds: Kinds, domains: &Known) {
        let Self { chain, rules, longest, .. } = self;
        rules.retain_mut(|rule| {
            let read = Texts::of(kinds.set() & !rule.quiet, *longest, domains);
            let behind = read.map(|texts| match texts.through(&chain.steps) {
                Passed::On(kind) => Some(Texts { kind, ..texts }),
                Passed::Dropped | Passed::Unknown => None,
            });
            let Some(behind) = behind.collect::<Option<Vec<Texts>>>() else { return true };
            let fault = std::mem::replace(&mut rule.fault, Condition::Unknown);
            rule.fault = settled(fault, &behind);
            !behind.is_empty() && !rule.fault.is_known(false)
        });
    }
}
