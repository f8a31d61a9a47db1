//! Values that a shape knows. Flags and types have few values in a directory, and nearly all rules ask for them: which
//! accounts are disabled, which mailboxes are rooms. Where an object has one short value of such an attribute, the value
//! belongs to its shape, and what asks for it is decided when rules are folded.

use super::condition::Condition;
use super::plain::{Chain, Plain, Start};
use super::quiet::each;
use crate::snapshot::value::Type;
use crate::snapshot::{Record, Slot};

/// How long a value may be, in bytes: two words hold it with its length.
const LONGEST: usize = 15;

/// The values that a shape knows, by attribute.
pub(super) type Told<'s> = Vec<(Slot, &'s [u8])>;

/// Whether attributes of a type have few values.
pub(super) fn has_few(kind: Type) -> bool {
    matches!(kind, Type::Number | Type::Boolean)
}

/// The value of an attribute, if it is the only one and short.
fn only<'s>(record: &'s Record, block: &'s [u8], slot: Slot) -> Option<&'s [u8]> {
    let entry = record.only(slot)?;
    (entry.value.len() <= LONGEST).then(|| record.bytes(block, entry.value))
}

/// The values of these attributes that the shape of a record knows.
pub(super) fn told<'s>(record: &'s Record, block: &'s [u8], slots: &[Slot]) -> Told<'s> {
    slots.iter().filter_map(|slot| Some((*slot, only(record, block, *slot)?))).collect()
}

/// Appends the values of these attributes to the key of a shape.
pub(super) fn append_to(key: &mut Vec<u64>, record: &Record, block: &[u8], slots: &[Slot]) {
    for slot in slots {
        let mut packed = [0; LONGEST + 1];
        // no length is so large
        let mut length = u8::MAX;
        if let Some(text) = only(record, block, *slot) {
            packed.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
            length = u8::try_from(text.len()).unwrap_or(u8::MAX);
        }
        if let Some(last) = packed.last_mut() {
            *last = length;
        }
        let packed = u128::from_le_bytes(packed);
        key.extend([packed as u64, (packed >> 64) as u64]);
    }
}

impl Chain<'_> {
    /// The attribute whose values it shows as they are.
    pub(super) fn whole_values_of(&self) -> Option<Slot> {
        match self.start {
            Start::Slot(slot) if self.steps.is_empty() => Some(slot),
            _ => None,
        }
    }
}

impl Condition<'_> {
    /// Whether it holds for no object that has this value at hand.
    pub(super) fn is_ruled_out_by(&self, it: &[u8]) -> bool {
        match self {
            Self::Plain(plain) => plain.decided_by(it) == Some(false),
            Self::All(parts) => parts.iter().any(|part| part.is_ruled_out_by(it)),
            Self::Any(parts) => parts.iter().all(|part| part.is_ruled_out_by(it)),
            _ => false,
        }
    }
}

impl Plain<'_> {
    /// What the value at hand decides.
    fn decided_by(&self, it: &[u8]) -> Option<bool> {
        match self {
            Self::Known(holds) => Some(*holds),
            Self::All(parts) => each(parts.iter().map(|part| part.decided_by(it)), false),
            Self::Any(parts) => each(parts.iter().map(|part| part.decided_by(it)), true),
            Self::Not(inner) => inner.decided_by(it).map(|holds| !holds),
            Self::Some(Chain { start: Start::It, steps, .. }, predicate) if steps.is_empty() => {
                Some(predicate.holds(it))
            }
            _ => None,
        }
    }
}
