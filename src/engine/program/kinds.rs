//! What the values of the object at hand are, attribute by attribute, as far as that was asked.

use super::kind::{Kind, STORED};
use crate::engine::object::Object;
use crate::snapshot::Slot;

/// What the values of an attribute of an object are.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kinds {
    /// The bits of the kinds.
    pub(super) set: u8,
    /// The length of the longest value, in bytes.
    pub(super) longest: usize,
    counts: [u32; STORED.len()],
    /// Where the bits of each value stand.
    first: usize,
}

impl Kinds {
    /// How many of the values are of the kinds with these bits.
    pub(super) fn count(&self, bits: u8) -> u64 {
        let counts = self.counts.iter().enumerate();
        counts.filter(|(number, _)| bits >> number & 1 == 1).map(|(_, count)| u64::from(*count)).sum()
    }
}

/// What was found out of the object at hand.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    /// The number of the object.
    object: u64,
    /// By the number of the attribute, with that of the object of which it was found out.
    attributes: Vec<(u64, Kinds)>,
    /// The bits of values.
    bits: Vec<u8>,
}

impl Sorted {
    /// Another object comes to hand.
    pub(super) fn begin(&mut self) {
        self.object += 1;
        self.bits.clear();
    }

    /// What the values of an attribute are; if they are not to be `sorted`, only how long.
    pub(super) fn of(&mut self, object: &Object<'_>, slot: Slot, sorted: bool) -> Kinds {
        let at = usize::from(slot.0);
        if self.attributes.len() <= at {
            self.attributes.resize(at + 1, Default::default());
        }
        let Some((of, kinds)) = self.attributes.get_mut(at) else { return Kinds::default() };
        if *of == self.object {
            return *kinds;
        }
        *of = self.object;
        *kinds = Kinds { first: self.bits.len(), ..Kinds::default() };
        for (_, value) in object.record.values(slot) {
            let text = object.record.bytes(object.block, value.value);
            let bit = if sorted { Kind::of(text) } else { Kind::Other }.bit();
            self.bits.push(bit);
            kinds.set |= bit;
            kinds.longest = kinds.longest.max(text.len());
            if let Some(count) = kinds.counts.get_mut(bit.trailing_zeros() as usize) {
                *count += 1;
            }
        }
        *kinds
    }

    /// The bits of each of the values, in their order.
    pub(super) fn bits(&self, kinds: &Kinds) -> &[u8] {
        self.bits.get(kinds.first..).unwrap_or_default()
    }
}
