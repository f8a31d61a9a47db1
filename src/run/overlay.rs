//! Changes that are thought of, not written: objects are read as if they had been made.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Change;
use crate::snapshot::{Names, Place, Record, Slot, Text};
use crate::source::{FileId, Form, Span};

/// Changes by the object that they change. One that is copied shares them, so that a copy with a few more costs little.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    objects: FxHashMap<(FileId, u64), Arc<Vec<Arc<Change>>>>,
}

impl Overlay {
    /// The overlay of some changes. Of two changes of one value the last one counts.
    #[must_use]
    pub fn of<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Self {
        let mut overlay = Self::default();
        for change in changes {
            overlay.object(change).push(Arc::new(change.clone()));
        }
        overlay
    }

    /// The changes of the object that one more change is about, in the order in which they are made.
    pub fn object(&mut self, change: &Change) -> &mut Vec<Arc<Change>> {
        let at = (change.record.file, change.record.span.offset);
        Arc::make_mut(self.objects.entry(at).or_default())
    }

    /// All changes, object by object; the objects have no order.
    pub fn changes(&self) -> impl Iterator<Item = &Arc<Change>> {
        self.objects.values().flat_map(|changes| changes.iter())
    }

    /// The objects that another overlay changes in another way, by their places.
    pub(super) fn differs(&self, other: &Self) -> FxHashSet<(FileId, u64)> {
        let is_other = |(place, changes): &(&(FileId, u64), &Arc<Vec<Arc<Change>>>)| {
            other.objects.get(place).is_none_or(|others| !are_same(changes, others))
        };
        let changed = self.objects.iter().filter(is_other).map(|(place, _)| *place);
        let come = other.objects.keys().filter(|place| !self.objects.contains_key(place));
        changed.chain(come.copied()).collect()
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
        let Some(changes) = self.objects.get(&(file, offset + record.start as u64)) else { return };
        let mut gone = Vec::new();
        let of_value = |change: &Change| Some((place(change)?, slot_of(names, &change.attribute)));
        let numbers = numbers(record, offset, changes.iter().filter_map(|change| of_value(change)));
        for change in changes.iter() {
            let Some(number) = of_value(change).and_then(|place| *numbers.get(&place)?) else { continue };
            match &change.new {
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
        for change in changes.iter().filter(|change| change.old.is_none()) {
            if let Some(new) = &change.new {
                add(record, &change.attribute, new, names);
            }
        }
    }
}

/// Where the value stands that is changed, or the reference to it; none if one is added.
fn place(change: &Change) -> Option<Span> {
    change.old.as_ref().map(|old| old.via.unwrap_or(old.location).span)
}

/// Whether changes make the same of an object.
fn are_same(some: &Arc<Vec<Arc<Change>>>, others: &Arc<Vec<Arc<Change>>>) -> bool {
    let is_same = |(one, other): (&Arc<Change>, &Arc<Change>)| {
        Arc::ptr_eq(one, other)
            || (place(one), &one.attribute, &one.new) == (place(other), &other.attribute, &other.new)
    };
    Arc::ptr_eq(some, others) || some.len() == others.len() && some.iter().zip(others.iter()).all(is_same)
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
