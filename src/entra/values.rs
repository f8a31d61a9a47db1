//! The values of one object, packed: one text for all of them, and a few bytes for each.

use super::attribute::Attribute;

/// Where a value stands: a number that whoever makes the object gives and the model only hands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub u32);

impl Place {
    /// The place of a value that stands in no file, because it was computed.
    pub const NONE: Self = Self(u32::MAX);
}

/// A value of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'a> {
    /// What it is a value of.
    pub attribute: Attribute,
    /// Its text, as it stands in the directory.
    pub text: &'a str,
    /// Where it stands.
    pub place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    end: u32,
    place: Place,
    attribute: Attribute,
}

/// The values of one object, in the order in which they were given. Each costs its text and 12 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    text: Box<str>,
    slots: Box<[Slot]>,
}

impl Values {
    /// Values whose places are their numbers, the first being 0.
    pub fn numbered<'a>(values: impl Iterator<Item = (Attribute, &'a str)>) -> Self {
        let placed = (0..).zip(values);
        placed.map(|(number, (attribute, text))| Value { attribute, text, place: Place(number) }).collect()
    }

    /// The same with places that are larger by `first`.
    #[must_use]
    pub fn shifted(mut self, first: usize) -> Self {
        for slot in &mut self.slots {
            let place = u32::try_from(first).ok().and_then(|first| slot.place.0.checked_add(first));
            slot.place = place.map_or(Place::NONE, Place);
        }
        self
    }

    /// All values.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        let mut start = 0;
        self.slots.iter().map(move |slot| {
            let end = slot.end as usize;
            let text = self.text.get(start..end).unwrap_or_default();
            start = end;
            Value { attribute: slot.attribute, text, place: slot.place }
        })
    }

    /// The values of an attribute.
    pub fn all(&self, attribute: Attribute) -> impl Iterator<Item = Value<'_>> {
        self.iter().filter(move |value| value.attribute == attribute)
    }

    /// The first value of an attribute.
    #[must_use]
    pub fn first(&self, attribute: Attribute) -> Option<Value<'_>> {
        self.all(attribute).next()
    }

    /// The text of the first value of an attribute.
    #[must_use]
    pub fn text(&self, attribute: Attribute) -> Option<&str> {
        self.first(attribute).map(|value| value.text)
    }

    /// The text of the first value of an attribute without white space around it, as the default rules send it (`Trim`,
    /// R-17); none if nothing is left.
    #[must_use]
    pub fn trimmed(&self, attribute: Attribute) -> Option<Value<'_>> {
        let value = self.first(attribute)?;
        let text = value.text.trim();
        (!text.is_empty()).then_some(Value { text, ..value })
    }

    /// Whether the attribute has a value.
    #[must_use]
    pub fn has(&self, attribute: Attribute) -> bool {
        self.slots.iter().any(|slot| slot.attribute == attribute)
    }
}

impl<'a> FromIterator<Value<'a>> for Values {
    fn from_iter<I: IntoIterator<Item = Value<'a>>>(values: I) -> Self {
        let mut text = String::new();
        let mut slots = Vec::new();
        for value in values {
            // what does not fit into 4 GB belongs to no directory
            let Ok(end) = u32::try_from(text.len() + value.text.len()) else { break };
            text.push_str(value.text);
            slots.push(Slot { end, place: value.place, attribute: value.attribute });
        }
        Self { text: text.into(), slots: slots.into() }
    }
}
