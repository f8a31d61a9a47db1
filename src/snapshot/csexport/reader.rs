//! Objects, one after the other.

use std::ops::Range;

use super::fault::FaultKind;
use super::item::{Attribute, Item, Piece, Section, What};
use super::value::{self, Value};
use super::walk::{Buffers, Fault, Found, walk};
use crate::finding::Problem;
use crate::snapshot::file::Part;
use crate::snapshot::health::Health;
use crate::snapshot::names::Slot;
use crate::snapshot::record::{Change, Kind, Place, Record, Text};
use crate::source::Location;

/// Object classes that are compared with a new one; no object has more.
const CLASSES: usize = 16;
const CLASS: &str = "objectClass";

/// Reads objects: each as it will be when what waits is exported, else as it is, else what the change says of it.
#[derive(Debug)]
pub struct CsexportReader<'a> {
    part: Part<'a>,
    at: usize,
    health: Health,
    buffers: Buffers,
}

impl<'a> CsexportReader<'a> {
    pub(in crate::snapshot) fn new(part: Part<'a>) -> Self {
        Self { part, at: 0, health: Health::default(), buffers: Buffers::default() }
    }

    /// See [`crate::snapshot::Reader::next`].
    pub fn next(&mut self, record: &mut Record, problems: &mut Vec<Problem>) -> bool {
        record.clear();
        let Some(frame) = self.part.frames.get(self.at) else { return false };
        self.at += 1;
        let start = usize::try_from(frame.start.saturating_sub(self.part.offset)).unwrap_or(usize::MAX);
        // a file that became shorter while it was read has less
        let end = start.saturating_add(frame.length as usize).min(self.part.block.len());
        if start >= end {
            return false;
        }
        let mut buffers = std::mem::take(&mut self.buffers);
        let found = walk(self.part.block, start..end, self.part.names, &mut buffers);
        (record.start, record.end) = (start, end);
        self.fill(found, &buffers.items, record, problems);
        self.buffers = buffers;
        true
    }

    /// See [`crate::snapshot::Reader::health`].
    #[must_use]
    pub fn health(self) -> Health {
        self.health
    }

    fn fill(&mut self, found: Found, items: &[Item], record: &mut Record, problems: &mut Vec<Problem>) {
        record.damaged = found.damaged;
        problems.extend(found.faults.into_iter().map(|fault| self.problem(fault)));
        if let Some(dn) = found.dn {
            let value = value::text(self.part.block, dn, record);
            (record.dn, record.dn_place) = self.checked(value, problems);
        }
        let section = found.sections.iter().min().copied();
        let counts = |item: &Item| item.section == Section::Always || Some(item.section) == section;
        let mut classes = Vec::new();
        let mains = items.iter().filter(|item| counts(item) && item.what == What::MainClass);
        let mains: Vec<Value> =
            mains.filter_map(|item| self.new_class(item.raw.range(), &mut classes, record)).collect();
        let mut title = None;
        for item in items.iter().filter(|item| counts(item)) {
            match item.what {
                What::Value => {
                    let better = item.attribute.title.filter(|rank| title.is_none_or(|best| *rank < best));
                    if item.attribute.wanted || better.is_some() {
                        let text = self.value(item, record, problems);
                        if better.is_some() && !text.is_empty() {
                            (title, record.title) = (better, text);
                        }
                    }
                }
                What::NoValue => record.empty.extend(item.attribute.slot),
                What::Class => {
                    if let Some(class) = self.new_class(item.raw.range(), &mut classes, record) {
                        self.add_class(class, record, problems);
                    }
                }
                What::MainClass => {}
                What::Piece(piece) => self.piece(piece, item.raw.range(), record, problems),
            }
        }
        // as in a directory of LDAP, the class that says most stands last
        mains.into_iter().for_each(|class| self.add_class(class, record, problems));
        // every object but those of the directory of Entra has a name that people can read
        if !record.bytes(self.part.block, record.dn).starts_with(b"CN={") {
            record.title = Text::default();
        }
        if section.is_none() || section == Some(Section::Delta) && !found.whole {
            self.rest_is_unknown(items.iter().filter(|item| counts(item)), record);
        }
        if found.deleted {
            record.kind = Kind::Change(Change::Delete);
            self.health.changes += 1;
            let name = match record.dn_place {
                place if place.length > 0 => place.start as usize..(place.start + place.length) as usize,
                _ => record.start..record.start + 1,
            };
            self.health.first_change = self.health.first_change.or(Some(self.location(&name)));
        } else {
            self.health.objects += 1;
        }
    }

    /// Adds a value of an attribute, if the run asked for it; its text.
    fn value(&self, item: &Item, record: &mut Record, problems: &mut Vec<Problem>) -> Text {
        let (block, raw) = (self.part.block, item.raw.range());
        let value =
            if item.base64 { value::base64(block, raw, record) } else { value::text(block, raw, record) };
        let Attribute { name, slot, wanted, .. } = item.attribute;
        if !wanted {
            return value.text;
        }
        let lost = value.fault.as_ref().is_some_and(|(kind, _)| *kind == FaultKind::BadBase64);
        let (text, place) = self.checked(value, problems);
        if lost {
            record.damaged = true;
            return Text::default();
        }
        let spelled = block.get(name.range()).unwrap_or_default();
        let options = memchr::memchr(b';', spelled).unwrap_or(spelled.len());
        let options = u32::try_from(options).unwrap_or(u32::MAX);
        record.push(slot, Text::of_block(name.range()), options, text, place);
        text
    }

    /// Reads an object class, if it is not among `classes` yet: csexport names the same one several times.
    fn new_class(&self, raw: Range<usize>, classes: &mut Vec<Text>, record: &mut Record) -> Option<Value> {
        self.wanted(CLASS)?;
        let block = self.part.block;
        let value = value::text(block, raw, record);
        let new = record.bytes(block, value.text);
        let known = |class: &Text| record.bytes(block, *class).eq_ignore_ascii_case(new);
        if new.is_empty() || classes.iter().take(CLASSES).any(known) {
            return None;
        }
        classes.push(value.text);
        Some(value)
    }

    fn add_class(&self, class: Value, record: &mut Record, problems: &mut Vec<Problem>) {
        if let Some(slot) = self.wanted(CLASS) {
            self.add(slot, CLASS, class, record, problems);
        }
    }

    fn piece(&self, piece: Piece, raw: Range<usize>, record: &mut Record, problems: &mut Vec<Problem>) {
        let name = piece.attribute();
        let Some(slot) = self.wanted(name) else { return };
        let value = value::text(self.part.block, raw, record);
        self.add(slot, name, value, record, problems);
    }

    /// The slot of an attribute, if it has one; none if nobody asked for it.
    fn wanted(&self, name: &str) -> Option<Option<Slot>> {
        let slot = self.part.names.slot(name.as_bytes());
        (slot.is_some() || self.part.names.keeps_all()).then_some(slot)
    }

    fn add(
        &self,
        slot: Option<Slot>,
        name: &str,
        value: Value,
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) {
        let (text, place) = self.checked(value, problems);
        let options = u32::try_from(name.len()).unwrap_or(u32::MAX);
        let arena = record.arena();
        let begin = arena.len();
        arena.extend_from_slice(name.as_bytes());
        let name = Text::of_arena(begin..arena.len());
        record.push(slot, name, options, text, place);
    }

    /// A change, or nothing at all, says only what it says: of other attributes the object may have values.
    fn rest_is_unknown<'i>(&self, items: impl Iterator<Item = &'i Item>, record: &mut Record) {
        let given = |item: &Item| match item.what {
            What::Value | What::NoValue => item.attribute.slot.filter(|_| item.attribute.whole),
            What::Class | What::MainClass => self.part.names.slot(CLASS.as_bytes()),
            What::Piece(_) => None,
        };
        let mut known = vec![false; self.part.names.len()];
        let pieces = Piece::ALL.iter().filter_map(|piece| self.part.names.slot(piece.attribute().as_bytes()));
        for slot in items.filter_map(given).chain(pieces) {
            if let Some(known) = known.get_mut(usize::from(slot.0)) {
                *known = true;
            }
        }
        let unknown = self.part.names.slots().zip(known).filter(|(_, known)| !known);
        record.partial.extend(unknown.map(|(slot, _)| slot));
    }

    /// A value whose fault was told.
    fn checked(&self, value: Value, problems: &mut Vec<Problem>) -> (Text, Place) {
        problems.extend(value.fault.map(|(kind, at)| self.problem((kind, at, None))));
        (value.text, value.place)
    }

    fn problem(&self, (kind, at, about): Fault) -> Problem {
        let problem = kind.problem().at(self.location(&at));
        match about {
            Some(open) => problem.also(self.location(&open), "this element is open"),
            None => problem,
        }
    }

    fn location(&self, range: &Range<usize>) -> Location {
        let end = range.end.min(self.part.block.len()).max(range.start);
        Location::new(self.part.file, self.part.offset + range.start as u64, (end - range.start) as u64)
    }
}
