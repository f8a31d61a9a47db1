//! One object as it passes by while files are read: the only view of records that commands other than `check` have.

use crate::entra::{Attribute, Values};
use crate::snapshot::value::sid;
use crate::snapshot::{Classes, Entry, KeptSpot, Names, Record, Slot, Spot};
use crate::source::{FileId, Location};

/// An object, as long as its block is in memory.
#[derive(Clone, Copy)]
pub struct Seen<'r> {
    /// The number of its source.
    pub source: u16,
    /// Its attributes.
    pub record: &'r Record,
    names: &'r Names,
    classes: &'r Classes,
    block: &'r [u8],
    file: FileId,
    offset: u64,
}

/// A value that the object holds.
#[derive(Debug, Clone, Copy)]
pub struct Held<'r> {
    /// The attribute.
    pub slot: Slot,
    /// Its name as it is written, with its options.
    pub name: &'r [u8],
    /// The decoded value.
    pub bytes: &'r [u8],
    /// Where it stands.
    pub spot: Spot,
    /// The reference by which the object has it, if it stands elsewhere.
    pub via: Option<Location>,
}

/// Where a record was read: the source, the file, and where its block begins there.
pub(super) type Origin = (u16, FileId, u64);

impl<'r> Seen<'r> {
    /// A record, read from a block.
    pub(super) fn new(
        record: &'r Record,
        block: &'r [u8],
        (source, file, offset): Origin,
        names: &'r Names,
        classes: &'r Classes,
    ) -> Self {
        Self { source, record, names, classes, block, file, offset }
    }

    /// Its class; nothing if it has no object class.
    #[must_use]
    pub fn class(&self) -> &'r str {
        let values: Vec<&[u8]> = self.all("objectClass").collect();
        let class = self.classes.class_of(&values).unwrap_or_default();
        std::str::from_utf8(class).unwrap_or_default()
    }

    /// Its distinguished name, or the best name that the format gives.
    #[must_use]
    pub fn name(&self) -> String {
        String::from_utf8_lossy(self.name_bytes()).into_owned()
    }

    /// The same as bytes, as they stand there.
    #[must_use]
    pub fn name_bytes(&self) -> &'r [u8] {
        self.record.bytes(self.block, self.record.dn)
    }

    /// What people call it, where its name is a number that says nothing to them.
    #[must_use]
    pub fn title(&self) -> String {
        String::from_utf8_lossy(self.record.bytes(self.block, self.record.title)).into_owned()
    }

    /// Where the name stands.
    #[must_use]
    pub fn name_spot(&self) -> Spot {
        self.record.name_spot(self.file, self.offset)
    }

    /// The whole object in the file.
    #[must_use]
    pub fn whole(&self) -> Location {
        let Record { start, end, .. } = *self.record;
        Location::new(self.file, self.offset + start as u64, end.saturating_sub(start) as u64)
    }

    /// All values that were asked for, in file order.
    pub fn values(&self) -> impl Iterator<Item = Held<'r>> + use<'r> {
        let (record, seen) = (self.record, *self);
        let entries = record.entries().iter().enumerate();
        entries.filter_map(move |(number, entry)| {
            let (spot, via) = record.spot(number, seen.file, seen.offset)?;
            let name = record.bytes(seen.block, entry.name);
            Some(Held { slot: entry.slot?, name, bytes: seen.bytes(entry), spot, via })
        })
    }

    /// The values of an attribute, in file order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &'r [u8]> + use<'r> {
        let seen = *self;
        self.entries(name).map(move |(_, entry)| seen.bytes(entry))
    }

    /// The first value of an attribute.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&'r [u8]> {
        self.all(name).next()
    }

    /// The first value of an attribute as text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.first(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The place of the first value of an attribute.
    #[must_use]
    pub fn first_spot(&self, name: &str) -> Option<Spot> {
        let (number, _) = self.entries(name).next()?;
        self.spot(number)
    }

    /// How many values an attribute has.
    #[must_use]
    pub fn count(&self, name: &str) -> usize {
        self.entries(name).count()
    }

    /// Whether a value of an attribute is this text, in any case.
    #[must_use]
    pub fn has(&self, name: &str, wanted: &str) -> bool {
        self.all(name).any(|value| value.eq_ignore_ascii_case(wanted.as_bytes()))
    }

    /// The names of attributes that were not exported for this object.
    pub fn unasked(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let names = self.names;
        self.record.unasked.iter().map(move |slot| names.name(*slot))
    }

    /// The values of attributes of the model, and their places: value number n has place number n.
    #[must_use]
    pub fn modelled(&self, attributes: &Modelled) -> (Values, Box<[KeptSpot]>) {
        let mut found: Vec<(Attribute, std::borrow::Cow<'_, str>, usize)> = Vec::new();
        for (number, entry) in self.record.entries().iter().enumerate() {
            let Some(slot) = entry.slot else { continue };
            for attribute in attributes.of(slot) {
                let bytes = self.bytes(entry);
                let text = match attribute {
                    Attribute::ObjectSid | Attribute::MasterAccountSid => {
                        sid(bytes).unwrap_or_default().into()
                    }
                    _ => String::from_utf8_lossy(bytes),
                };
                if !text.is_empty() {
                    found.push((*attribute, text, number));
                }
            }
        }
        let spots =
            found.iter().filter_map(|(_, _, number)| self.spot(*number)).map(KeptSpot::from).collect();
        let values = found.iter().map(|(attribute, text, _)| (*attribute, &**text));
        (Values::numbered(values), spots)
    }

    fn entries(&self, name: &str) -> impl Iterator<Item = (usize, &'r Entry)> + use<'r> {
        let record = self.record;
        self.names.slot(name.as_bytes()).into_iter().flat_map(move |slot| record.values(slot))
    }

    fn bytes(&self, entry: &Entry) -> &'r [u8] {
        self.record.bytes(self.block, entry.value)
    }

    fn spot(&self, number: usize) -> Option<Spot> {
        self.record.spot(number, self.file, self.offset).map(|(spot, _)| spot)
    }
}

/// The attributes of the model by the numbers that a reader gives their names.
#[derive(Debug, Default)]
pub struct Modelled(Vec<Vec<Attribute>>);

impl Modelled {
    /// Attributes by their names.
    #[must_use]
    pub fn new<'n>(attributes: impl Iterator<Item = (Attribute, &'n str)>, names: &Names) -> Self {
        let mut of_slots = Vec::new();
        for (attribute, name) in attributes {
            let Some(slot) = names.slot(name.as_bytes()) else { continue };
            let at = usize::from(slot.0);
            if of_slots.len() <= at {
                of_slots.resize(at + 1, Vec::new());
            }
            if let Some(known) = of_slots.get_mut(at) {
                known.push(attribute);
            }
        }
        Self(of_slots)
    }

    fn of(&self, slot: Slot) -> &[Attribute] {
        self.0.get(usize::from(slot.0)).map(Vec::as_slice).unwrap_or_default()
    }
}
