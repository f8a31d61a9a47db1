//! Changes that are thought of, not written: objects are read as if they had been made.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Change;
use crate::snapshot::{Names, Place, Record, Slot, Text};
use crate::source::{FileId, Form, Span};

/// Changes by the object that they change.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    objects: FxHashMap<(FileId, u64), Vec<Patch>>,
}

/// One change of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Patch {
    /// The attribute with its options.
    attribute: Box<str>,
    /// Where the value stands, or the reference to it; none if one is added.
    place: Option<Span>,
    new: Option<Box<[u8]>>,
}

impl Overlay {
    /// The overlay of some changes. Of two changes of one value the last one counts.
    #[must_use]
    pub fn of<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut overlay = Self::default();
        for change in changes {
            let place = change.old.as_ref().map(|old| old.via.unwrap_or(old.location).span);
            let at = (change.record.file, change.record.span.offset);
            overlay.objects.entry(at).or_default().push(Patch {
                attribute: change.attribute.as_str().into(),
                place,
                new: change.new.as_deref().map(Into::into),
            });
        }
        overlay
    }

    /// The objects that another overlay changes in another way, by their places.
    pub(super) fn differs(&self, other: &Self) -> FxHashSet<(FileId, u64)> {
        let places = self.objects.keys().chain(other.objects.keys());
        places.filter(|place| self.objects.get(place) != other.objects.get(place)).copied().collect()
    }

    /// Whether it changes an object.
    pub(super) fn touches(&self, place: (FileId, u64)) -> bool {
        !self.objects.is_empty() && self.objects.contains_key(&place)
    }

    /// Changes a record, which was read from a block that begins at an offset of the file.
    pub(super) fn apply(&self, record: &mut Record, (file, offset): (FileId, u64), names: &Names) {
        // most objects are not changed, and `check` changes none
        if self.objects.is_empty() {
            return;
        }
        let Some(patches) = self.objects.get(&(file, offset + record.start as u64)) else { return };
        let mut gone = Vec::new();
        let of_value = |patch: &Patch| Some((patch.place?, slot_of(names, &patch.attribute)));
        let numbers = numbers(record, offset, patches.iter().filter_map(of_value));
        for patch in patches {
            let Some(number) = of_value(patch).and_then(|place| *numbers.get(&place)?) else { continue };
            match &patch.new {
                Some(new) => {
                    let text = kept(record, new);
                    record.set_value(number, text);
                    // in a table without distinguished names, the sign-in name is the name
                    let named = record.dn_place;
                    if record.entry(number).is_some_and(|entry| entry.place == named) {
                        record.dn = text;
                    }
                }
                None => gone.push(number),
            }
        }
        if !gone.is_empty() {
            gone.sort_unstable();
            record.remove(&gone);
        }
        for patch in patches.iter().filter(|patch| patch.place.is_none()) {
            if let Some(new) = &patch.new {
                add(record, &patch.attribute, new, names);
            }
        }
    }
}

/// Where a value stands in the file, and its attribute: one text may be the value of two.
type ValuePlace = (Span, Option<Slot>);

/// The numbers of the values of a record that stand at some places; none where there is none.
fn numbers(
    record: &Record,
    offset: u64,
    wanted: impl Iterator<Item = ValuePlace>,
) -> FxHashMap<ValuePlace, Option<usize>> {
    let mut numbers: FxHashMap<ValuePlace, Option<usize>> = wanted.map(|place| (place, None)).collect();
    for (number, entry) in record.entries().iter().enumerate() {
        let length = u64::from(entry.place.length);
        let span = Span { offset: offset + u64::from(entry.place.start), length };
        if let Some(known) = numbers.get_mut(&(span, entry.slot)) {
            known.get_or_insert(number);
        }
    }
    numbers
}

/// A text that is kept by the record.
fn kept(record: &mut Record, text: &[u8]) -> Text {
    let arena = record.arena();
    let start = arena.len();
    arena.extend_from_slice(text);
    Text::of_arena(start..arena.len())
}

/// A value that stands nowhere in the file: its place is where the name of the object begins.
fn add(record: &mut Record, attribute: &str, value: &[u8], names: &Names) {
    let slot = slot_of(names, attribute);
    if slot.is_none() && !names.keeps_all() {
        return;
    }
    let (name, value) = (kept(record, attribute.as_bytes()), kept(record, value));
    let start = record.dn_place.start as usize;
    let options = attribute.find(';').unwrap_or(attribute.len());
    let options = u32::try_from(options).unwrap_or(u32::MAX);
    record.push(slot, name, options, value, Place::new(start..start, Form::Plain));
}

fn slot_of(names: &Names, attribute: &str) -> Option<Slot> {
    names.slot(attribute.split(';').next().unwrap_or(attribute).as_bytes())
}
