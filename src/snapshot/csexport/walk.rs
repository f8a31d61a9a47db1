//! Walks through one object and takes down what stands in it, by place.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::Event;

use super::fault::FaultKind;
use super::item::{Attribute, Item, Piece, Section, What};
use super::tag::{Operation, Tag};
use super::value::trimmed;
use crate::snapshot::names::Names;

/// Elements in elements.
const DEPTH: usize = 1000;
/// Faults of one object; whoever has more wrote no XML.
const FAULTS: usize = 100;

/// A fault, where it is, and where the element begins that it is about.
pub(super) type Fault = (FaultKind, Range<usize>, Option<Range<usize>>);

/// What an element is, by its name and by what it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Object,
    /// The change that waits to be exported.
    Export,
    Hologram,
    /// A state of the object, or a change of it.
    Entry,
    ObjectClasses,
    Attribute,
    /// A value of a reference: the reference stands in it.
    Reference,
    /// Text.
    Text(What),
    Errors,
    /// Nothing that anybody asked for.
    Other,
}

/// An element that is not closed.
#[derive(Debug)]
pub(super) struct Open {
    /// The range of its start tag.
    tag: Range<usize>,
    /// The length of its name, which stands behind `<`.
    name: usize,
    role: Role,
    section: Section,
    attribute: Attribute,
    base64: bool,
    /// For an attribute: the first item of it. For a text: whether elements stand in it.
    seen: usize,
}

/// What was found in an object.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) dn: Option<Range<usize>>,
    /// The states that it holds.
    pub(super) sections: Vec<Section>,
    pub(super) deleted: bool,
    /// The change gives the whole object.
    pub(super) whole: bool,
    /// A part of it was not read.
    pub(super) damaged: bool,
    pub(super) faults: Vec<Fault>,
}

/// Memory that is used again and again.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    pub(super) items: Vec<Item>,
    stack: Vec<Open>,
}

/// Walks through the object `range` of a block.
pub(super) fn walk(block: &[u8], range: Range<usize>, names: &Names, buffers: &mut Buffers) -> Found {
    buffers.items.clear();
    buffers.stack.clear();
    let Buffers { items, stack } = buffers;
    let mut walk = Walk { block, names, items, stack, found: Found::default() };
    walk.events(range);
    walk.found
}

struct Walk<'w> {
    block: &'w [u8],
    names: &'w Names,
    items: &'w mut Vec<Item>,
    stack: &'w mut Vec<Open>,
    found: Found,
}

impl Walk<'_> {
    fn events(&mut self, range: Range<usize>) {
        let bytes = self.block.get(range.clone()).unwrap_or_default();
        let mut reader = Reader::from_reader(bytes);
        let config = reader.config_mut();
        // which end tag belongs to which element is settled here: reading goes on behind one that does not fit
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let position = |offset: u64| range.start + usize::try_from(offset).unwrap_or(usize::MAX);
        loop {
            let start = position(reader.buffer_position());
            let event = reader.read_event();
            let tag = start..position(reader.buffer_position());
            match event {
                Ok(Event::Start(begin)) => self.open(begin.name().as_ref().len(), tag),
                Ok(Event::Empty(empty)) => {
                    let end = tag.end;
                    self.open(empty.name().as_ref().len(), tag);
                    if let Some(open) = self.stack.pop() {
                        self.close(&open, end);
                    }
                }
                Ok(Event::End(end)) => self.end(end.name().as_ref().as_bytes(), tag),
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => {
                    let at = position(reader.error_position()).clamp(start, range.end);
                    self.error(&error, at..range.end);
                    return;
                }
            }
            if self.stack.len() > DEPTH {
                let tag = self.stack.last().map_or(range.clone(), |open| open.tag.clone());
                return self.lose(FaultKind::TooDeep, tag, None);
            }
            if self.stack.is_empty() || self.found.faults.len() >= FAULTS {
                return;
            }
        }
        if let Some(open) = self.stack.last() {
            let tag = open.tag.clone();
            self.lose(FaultKind::BadTag, tag, None);
        }
    }

    /// XML that cannot be read any further.
    fn error(&mut self, error: &Error, rest: Range<usize>) {
        if let Error::Encoding(_) = error {
            let text = std::str::from_utf8(self.block.get(rest.clone()).unwrap_or_default());
            let at = rest.start + text.err().map_or(0, |error| error.valid_up_to());
            return self.lose(FaultKind::NotUtf8, at..at + 1, None);
        }
        let bytes = self.block.get(rest.clone()).unwrap_or_default();
        let line = memchr::memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
        let length = if matches!(error, Error::Syntax(SyntaxError::UnclosedPI)) { 2 } else { line };
        self.lose(FaultKind::BadTag, rest.start..rest.start + length.clamp(1, 60), None);
    }

    /// A start tag, whose name has so many bytes.
    fn open(&mut self, name: usize, tag: Range<usize>) {
        let text = self.block.get(tag.start + 1..tag.start + 1 + name).unwrap_or_default();
        let above = self.stack.last();
        let role = role(above, text);
        let mut open = Open {
            tag: tag.clone(),
            name,
            role,
            section: above.map_or(Section::Always, |above| above.section),
            attribute: above.map_or_else(Attribute::default, |above| above.attribute),
            base64: above.is_some_and(|above| above.base64),
            seen: 0,
        };
        if let Some(Open { role: Role::Text(_), seen, .. }) = self.stack.last_mut() {
            *seen += 1;
        }
        if role != Role::Other {
            self.describe(&mut open, text);
        }
        self.stack.push(open);
    }

    /// Reads the tag of an element that somebody asked for.
    fn describe(&mut self, open: &mut Open, name: &[u8]) {
        let (tag, fault) = Tag::read(self.block, open.tag.clone());
        if let Some(place) = fault {
            self.lose(FaultKind::BadTag, place, None);
        }
        open.base64 |= tag.base64;
        let deleted = tag.operation == Operation::Delete;
        match open.role {
            Role::Object => {
                self.found.dn = tag.dn;
                if let Some(class) = tag.object_type {
                    self.item(open, What::MainClass, class);
                }
                if self.found.dn.is_none() {
                    self.fault(FaultKind::NoDn, open.tag.start..open.tag.start + 1 + open.name, None);
                }
            }
            Role::Export => open.section = Section::Delta,
            Role::Hologram => open.section = Section::of_hologram(name).unwrap_or(Section::Always),
            Role::Entry => {
                self.found.sections.push(open.section);
                if open.section == Section::Delta {
                    self.found.deleted |= deleted;
                    self.found.whole = tag.operation == Operation::Whole;
                }
            }
            Role::Attribute => {
                open.seen = self.items.len();
                let full = open.section != Section::Delta
                    || tag.single
                    || matches!(tag.operation, Operation::Whole | Operation::Delete);
                let attribute = match tag.name {
                    Some(name) => Attribute::of(self.block, name, full, self.names),
                    None => {
                        self.lose(FaultKind::NoName, open.tag.clone(), None);
                        None
                    }
                };
                match attribute {
                    Some(attribute) => open.attribute = attribute,
                    None => open.role = Role::Other,
                }
                if deleted && attribute.is_some() {
                    self.item(open, What::NoValue, open.tag.clone());
                    open.role = Role::Other;
                }
            }
            Role::Reference | Role::Text(What::Value | What::Class | What::MainClass) if deleted => {
                open.role = Role::Other
            }
            Role::Errors | Role::Text(What::Piece(_)) => {
                for (piece, place) in Piece::ERRORS.into_iter().zip(tag.errors) {
                    if let Some(place) = place.filter(|place| !place.is_empty()) {
                        self.item(open, What::Piece(piece), place);
                    }
                }
            }
            _ => {}
        }
    }

    /// An end tag: it closes the last element of its name, and what is open in that.
    fn end(&mut self, name: &[u8], tag: Range<usize>) {
        let name = name.trim_ascii_end();
        let named = |open: &Open| {
            let start = open.tag.start + 1;
            self.block.get(start..start + open.name) == Some(name)
        };
        let Some(number) = self.stack.iter().rposition(named) else {
            return self.lose(FaultKind::MismatchedEnd, tag, None);
        };
        if number + 1 < self.stack.len() {
            let last = self.stack.last().map(|open| open.tag.clone());
            self.lose(FaultKind::MismatchedEnd, tag.clone(), last);
        }
        while self.stack.len() > number
            && let Some(open) = self.stack.pop()
        {
            self.close(&open, tag.start);
        }
    }

    /// An element ends in front of a byte.
    fn close(&mut self, open: &Open, end: usize) {
        let text = open.tag.end..end.max(open.tag.end);
        match open.role {
            Role::Text(_) if open.seen > 0 => self.lose(FaultKind::ElementInValue, text, None),
            Role::Text(What::Piece(piece)) => {
                let text = trimmed(self.block, text);
                let value = self.block.get(text.clone()).unwrap_or_default();
                self.found.deleted |= piece == Piece::Operation && value.eq_ignore_ascii_case(b"delete");
                if !text.is_empty() {
                    self.item(open, What::Piece(piece), text);
                }
            }
            Role::Text(what @ (What::Class | What::MainClass)) => {
                self.item(open, what, trimmed(self.block, text))
            }
            Role::Text(what) => self.item(open, what, text),
            Role::Attribute if open.seen == self.items.len() => self.item(open, What::NoValue, text),
            _ => {}
        }
    }

    fn item(&mut self, open: &Open, what: What, raw: Range<usize>) {
        let (section, attribute, base64) = (open.section, open.attribute, open.base64);
        self.items.push(Item { section, what, attribute, raw: raw.into(), base64 });
    }

    /// A fault by which a part of the object is lost.
    fn lose(&mut self, kind: FaultKind, at: Range<usize>, about: Option<Range<usize>>) {
        self.found.damaged = true;
        self.fault(kind, at, about);
    }

    fn fault(&mut self, kind: FaultKind, at: Range<usize>, about: Option<Range<usize>>) {
        self.found.faults.push((kind, at, about));
    }
}

/// What an element of this name is.
fn role(above: Option<&Open>, name: &[u8]) -> Role {
    let Some(above) = above else { return Role::Object };
    match (above.role, name) {
        (Role::Object, b"unapplied-export") => Role::Export,
        (Role::Object, b"export-errordetail" | b"export-error" | b"export-status") => Role::Errors,
        (Role::Object, name) if Section::of_hologram(name).is_some() => Role::Hologram,
        (Role::Object, name) => Piece::of_object(name).map_or(Role::Other, text),
        (Role::Export, b"delta") | (Role::Hologram, b"entry") => Role::Entry,
        (Role::Entry, b"primary-objectclass") => Role::Text(What::MainClass),
        (Role::ObjectClasses, b"oc-value") => Role::Text(What::Class),
        (Role::Entry, b"objectclass") => Role::ObjectClasses,
        (Role::Entry, b"attr" | b"dn-attr") => Role::Attribute,
        (Role::Attribute, b"value") | (Role::Reference, b"dn") => Role::Text(What::Value),
        (Role::Attribute, b"dn-value") => Role::Reference,
        (Role::Errors, name) => Piece::of_error(name).map_or(Role::Errors, text),
        _ => Role::Other,
    }
}

fn text(piece: Piece) -> Role {
    Role::Text(What::Piece(piece))
}
