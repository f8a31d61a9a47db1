//! Values of records as the model takes them, each with its place.

use super::Spot;
use crate::engine::Object;
use crate::entra::{Attribute, Place, Value, Values};
use crate::language::plan::Plan;
use crate::snapshot::Entry;
use crate::snapshot::value::sid;
use crate::source::{Form, Location};

/// A value with its place.
pub(super) struct Collected {
    pub(super) attribute: Attribute,
    pub(super) text: String,
    pub(super) spot: Spot,
}

impl Collected {
    /// The values of an object; their places are added to `spots`, and known by their numbers there.
    pub(super) fn placed(values: Vec<Self>, spots: &mut Vec<Spot>) -> Values {
        let first = spots.len();
        spots.extend(values.iter().map(|value| value.spot));
        let number = |at: usize| u32::try_from(first + at).map_or(Place::NONE, Place);
        let placed = values.iter().enumerate();
        placed
            .map(|(at, value)| Value { attribute: value.attribute, text: &value.text, place: number(at) })
            .collect()
    }
}

/// The values of an attribute by its name, with the number of each in the record.
pub(super) fn entries<'o>(
    object: &Object<'o>,
    plan: &Plan,
    name: &str,
) -> impl Iterator<Item = (usize, &'o Entry)> + use<'o> {
    let slot = plan.names.slot(name.as_bytes());
    let record = object.record;
    slot.into_iter().flat_map(move |slot| record.values(slot))
}

/// The bytes of the first value of an attribute.
pub(super) fn first<'o>(object: &Object<'o>, plan: &Plan, name: &str) -> Option<&'o [u8]> {
    let (_, entry) = entries(object, plan, name).next()?;
    Some(object.record.bytes(object.block, entry.value))
}

/// The same as text.
pub(super) fn text(object: &Object<'_>, plan: &Plan, name: &str) -> Option<String> {
    first(object, plan, name).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// All values of an attribute as text.
pub(super) fn texts(object: &Object<'_>, plan: &Plan, name: &str) -> Vec<String> {
    let bytes = entries(object, plan, name).map(|(_, entry)| object.record.bytes(object.block, entry.value));
    bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
}

/// How many values an attribute has.
pub(super) fn count(object: &Object<'_>, plan: &Plan, name: &str) -> usize {
    entries(object, plan, name).count()
}

/// Adds the values of one attribute.
pub(super) fn collect(
    object: &Object<'_>,
    plan: &Plan,
    (attribute, name): (Attribute, &str),
    into: &mut Vec<Collected>,
) {
    for (number, entry) in entries(object, plan, name) {
        let bytes = object.record.bytes(object.block, entry.value);
        let text = match attribute {
            Attribute::ObjectSid | Attribute::MasterAccountSid => sid(bytes).unwrap_or_default(),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        };
        if !text.is_empty() {
            into.push(Collected { attribute, text, spot: spot(object, number, entry) });
        }
    }
}

/// The place of a value.
pub(super) fn spot(object: &Object<'_>, number: usize, entry: &Entry) -> Spot {
    let elsewhere = object.record.elsewhere.iter().find(|elsewhere| elsewhere.entry as usize == number);
    let here = Location::new(
        object.file,
        object.offset + u64::from(entry.place.start),
        u64::from(entry.place.length),
    );
    let (location, form) = match elsewhere {
        Some(value) => (Location { file: object.file, span: value.span }, value.form),
        None if entry.place.url => (here, Form::Plain),
        None => (here, entry.place.form),
    };
    Spot { location, form, added: entry.place.added }
}
