//! What the values of the object at hand are, attribute by attribute.

use std::collections::BTreeMap;

use super::domain::{Domains, Sorting};
use super::kind::{Kind, STORED, Set};
use crate::engine::object::Object;
use crate::snapshot::{Record, Slot};

/// What is to be found out of the values of an attribute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    /// Whether some are longer than so many bytes.
    pub(super) longest: usize,
    /// Of which kinds they are.
    pub(super) is_sorted: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self { longest: usize::MAX, is_sorted: false }
    }
}

/// What is to be found out of values, by attribute.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// By the number of the attribute: its watch, and where that stands among all; nothing is watched at 0, the place of the name.
    watches: Vec<(u16, Watch)>,
    /// How many places there are.
    places: usize,
}

impl Watched {
    pub(super) fn new(attributes: &BTreeMap<Slot, Watch>) -> Self {
        let mut watches = Vec::new();
        for ((slot, watch), place) in attributes.iter().zip(1..=u16::MAX) {
            watches.resize(usize::from(slot.0), (0, Watch::default()));
            watches.push((place, *watch));
        }
        Self { watches, places: attributes.len() + 1 }
    }

    /// How long values of an attribute are that are not too long, in bytes.
    pub(super) fn longest(&self, slot: Slot) -> usize {
        self.watch(slot).map_or(usize::MAX, |(_, watch)| watch.longest)
    }

    /// Where the watch of an attribute stands, if it is watched.
    pub(super) fn place(&self, slot: Slot) -> Option<usize> {
        self.watch(slot).map(|(place, _)| place)
    }

    #[inline]
    fn watch(&self, slot: Slot) -> Option<(usize, Watch)> {
        let (place, watch) = *self.watches.get(usize::from(slot.0))?;
        (place > 0).then_some((usize::from(place), watch))
    }
}

/// Of which kinds the values of an attribute are, and how many there are of each, up to three: two bits for each kind. Behind them
/// which classes the domains of addresses of each kind have, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Kinds(u64);

/// One of the values is too long for what is known of short ones.
const LONG: u64 = 1 << (u64::BITS - 1);

/// How many bits kinds take.
const KIND_BITS: usize = 2 * STORED.len();

/// The lower bit of each kind.
const LOWER: Set = 0x5555_5555 & ((1 << KIND_BITS) - 1);

/// How many classes of domains may have a number: three kinds of addresses share the bits but that of long values, and each has a
/// bit for other domains.
pub(super) const CLASSES: usize = (u64::BITS as usize - 1 - KIND_BITS) / 3 - 1;

/// The bit of a kind of addresses with domains of the class that has this number.
fn class_bit(kind: Kind, number: usize) -> u64 {
    let first = KIND_BITS + (kind as usize - Kind::Address as usize) * (CLASSES + 1);
    1 << (first + number)
}

/// How many values of one kind count as many.
const MANY: Set = 3;

impl Kinds {
    /// Takes note of a value of a kind; if that is one of addresses, `class` is the number of the class of its domain.
    fn add(&mut self, kind: Kind, class: usize, is_long: bool) {
        let (bit, count) = (u64::from(kind.bit()), u64::from(kind.bit() * MANY));
        if self.0 & count != count {
            self.0 += bit;
        }
        if kind.is_address() {
            self.0 |= class_bit(kind, class);
        }
        if is_long {
            self.0 |= LONG;
        }
    }

    /// Whether the attribute has no values.
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a value is too long for what is known of short ones.
    pub(super) fn is_long(self) -> bool {
        self.0 & LONG != 0
    }

    /// The bits of the kinds.
    pub(super) fn set(self) -> Set {
        let counts = self.counts();
        (counts | counts >> 1) & LOWER
    }

    /// How many values there are of each kind.
    fn counts(self) -> Set {
        self.0 as Set & (LOWER | LOWER << 1)
    }

    /// The numbers of the classes that the domains of addresses of a kind have; none if some of them have no number.
    pub(super) fn classes(self, kind: Kind) -> Option<impl Iterator<Item = usize>> {
        let has = move |number: &usize| self.0 & class_bit(kind, *number) != 0;
        (!has(&CLASSES)).then(|| (0..CLASSES).filter(has))
    }

    /// How many of the values are of the kinds with these bits, at least.
    pub(super) fn least(self, bits: Set) -> u64 {
        let counts = self.counts();
        u64::from((counts & bits).count_ones() + 2 * (counts >> 1 & bits).count_ones())
    }

    /// How many of the values are of the kinds with these bits; none if there are many of one of them.
    pub(super) fn count(self, bits: Set) -> Option<u64> {
        let counts = self.counts();
        let are_many = counts & counts >> 1 & bits != 0;
        (!are_many).then(|| self.least(bits))
    }
}

/// What was found out of the object at hand.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// By the place of the watch.
    kinds: Vec<Kinds>,
    /// The bit of each value of the object, by its number; nothing for those that nobody watches.
    bits: Vec<Set>,
    /// Some value is too long for what is known of short ones.
    is_long: bool,
    domains: Domains,
}

impl Sorted {
    /// Sorts the values of another object.
    pub(super) fn begin(&mut self, object: &Object<'_>, watched: &Watched, sorting: Sorting<'_>) {
        self.kinds.clear();
        self.kinds.resize(watched.places.max(1), Kinds::default());
        if let Some(name) = self.kinds.first_mut() {
            name.add(Kind::of_name(object.name()), 0, false);
        }
        let entries = object.record.entries();
        self.bits.clear();
        self.bits.resize(entries.len(), 0);
        self.is_long = false;
        for (entry, of_value) in entries.iter().zip(&mut self.bits) {
            let Some((place, watch)) = entry.slot.and_then(|slot| watched.watch(slot)) else { continue };
            let Some(kinds) = self.kinds.get_mut(place) else { continue };
            let (kind, class) = if watch.is_sorted {
                let text = object.record.bytes(object.block, entry.value);
                let kind = Kind::of(text);
                let class = if kind.is_address() { self.domains.class(text, sorting) } else { 0 };
                (kind, class)
            } else {
                (Kind::Other, 0)
            };
            let is_long = entry.value.len() > watch.longest;
            self.is_long |= is_long;
            kinds.add(kind, class, is_long);
            *of_value = kind.bit();
        }
    }

    /// The kinds of all values, by the place of the watch, if no value is too long.
    pub(super) fn profile(&self) -> Option<&[Kinds]> {
        (!self.is_long).then_some(self.kinds.as_slice())
    }

    /// What the values are for which a watch is.
    pub(super) fn of(&self, place: usize) -> Kinds {
        self.kinds.get(place).copied().unwrap_or_default()
    }

    /// The bit of a value, by its number.
    pub(super) fn bit(&self, value: usize) -> Set {
        self.bits.get(value).copied().unwrap_or_default()
    }

    /// How many values of an attribute, for which a watch is, are of the kinds with these bits.
    pub(super) fn count(&self, record: &Record, (slot, place): (Slot, usize), bits: Set) -> u64 {
        let count = || record.values(slot).filter(|(value, _)| self.bit(*value) & bits != 0).count() as u64;
        self.of(place).count(bits).unwrap_or_else(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_up_to_three() {
        let mut kinds = Kinds::default();
        let (word, x500) = (Kind::Word, Kind::X500);
        let (word_bit, x500_bit) = (word.bit(), x500.bit());
        assert!(kinds.is_empty());
        for count in [Some(1), Some(2), None, None] {
            kinds.add(word, 0, false);
            assert_eq!((kinds.count(word_bit), kinds.count(x500_bit)), (count, Some(0)));
        }
        kinds.add(x500, 0, true);
        assert_eq!((kinds.count(x500_bit), kinds.count(word_bit | x500_bit)), (Some(1), None));
        assert_eq!(kinds.set(), word_bit | x500_bit);
        assert!(kinds.is_long() && !kinds.is_empty());
    }

    #[test]
    fn classes_of_domains_are_told_apart() {
        let mut kinds = Kinds::default();
        for (kind, number) in [(Kind::Address, 3), (Kind::Secondary, 0), (Kind::Address, CLASSES - 1)] {
            kinds.add(kind, number, false);
        }
        let numbers = |kinds: Kinds, kind| kinds.classes(kind).map(Iterator::collect::<Vec<usize>>);
        assert_eq!(numbers(kinds, Kind::Address), Some(vec![3, CLASSES - 1]));
        assert_eq!(numbers(kinds, Kind::Primary), Some(Vec::new()));
        assert_eq!(numbers(kinds, Kind::Secondary), Some(vec![0]));
        let (address, secondary) = (Kind::Address.bit(), Kind::Secondary.bit());
        assert_eq!((kinds.set(), kinds.count(address)), (address | secondary, Some(2)));
        kinds.add(Kind::Secondary, CLASSES, false);
        assert_eq!(numbers(kinds, Kind::Secondary), None, "one of them has a domain of no class");
        assert_eq!(numbers(kinds, Kind::Address), Some(vec![3, CLASSES - 1]));
        assert!(!kinds.is_long(), "all bits have a place of their own");
    }
}
