//! From a field to the values of an attribute.

use super::fill::{Filler, in_arena};
use super::node::{Kind, NodeId, Tree};
use crate::snapshot::health::Loss;
use crate::snapshot::lost::{is_cut_off, is_type_name};
use crate::snapshot::names::Slot;
use crate::snapshot::{Elsewhere, Place, Record, Text};
use crate::source::{Form, Location, decode};

/// An attribute to which values are added.
pub(super) struct Attribute<'t> {
    pub(super) name: &'t [u8],
    pub(super) slot: Option<Slot>,
    pub(super) prefix: &'t [u8],
    /// The name as it stands in the record; none until it is needed.
    pub(super) text: Option<Text>,
}

impl<'a> Filler<'a> {
    /// Adds the values of a node to an attribute.
    pub(super) fn values(
        &mut self,
        tree: &Tree,
        node: NodeId,
        attribute: &mut Attribute<'_>,
        record: &mut Record,
    ) {
        match tree.kind(node) {
            Kind::Null => record.empty.extend(attribute.slot),
            Kind::Scalar { text, .. } if text.is_empty() => record.empty.extend(attribute.slot),
            Kind::Scalar { text, .. } => self.value(tree, node, attribute, text, tree.place(node), record),
            Kind::List if self.is_bytes(tree, node, attribute.slot) => {
                let place = Place { form: Form::JsonBytes, ..tree.place(node) };
                let raw = self.raw(place);
                let (bytes, _) = decode(raw, Form::JsonBytes);
                let text = in_arena(&bytes, record);
                self.push(attribute, text, place, record);
            }
            Kind::List => {
                record.empty.extend(attribute.slot);
                for child in tree.children(node) {
                    self.values(tree, child, attribute, record);
                }
            }
            Kind::Map => match self.wrapped(tree, node, record) {
                Some(inner) => self.values(tree, inner, attribute, record),
                None => self.nested(tree, node, attribute, record),
            },
        }
    }

    /// The fields of a mapping below an attribute: `signInActivity/lastSignInDateTime`.
    fn nested(&mut self, tree: &Tree, node: NodeId, attribute: &Attribute<'_>, record: &mut Record) {
        for child in tree.children(node) {
            let Some((key, _)) = tree.key(child) else { continue };
            let name = [attribute.name, b"/", record.bytes(self.part.block, key)].concat();
            let slot = self.part.names.slot(&name);
            if slot.is_some() || self.part.names.keeps_all() || tree.is_nested(child) {
                let mut inner = Attribute { name: &name, slot, prefix: b"", text: None };
                self.values(tree, child, &mut inner, record);
            }
        }
    }

    /// What PowerShell wraps in an object of its own: `{"value": [..], "Count": 2}`, `{"value": .., "DateTime": ..}`, the
    /// parts of a SID.
    fn wrapped(&self, tree: &Tree, node: NodeId, record: &Record) -> Option<NodeId> {
        let mut inner = None;
        let mut marks = 0;
        let mut others = 0;
        for child in tree.children(node) {
            let (key, _) = tree.key(child)?;
            let key = record.bytes(self.part.block, key);
            if key.eq_ignore_ascii_case(b"value") {
                inner = Some(child);
            } else if [b"Count".as_slice(), b"DisplayHint", b"DateTime", b"BinaryLength", b"AccountDomainSid"]
                .contains(&key)
            {
                marks += 1;
            } else {
                others += 1;
            }
        }
        inner.filter(|_| marks > 0 && others == 0)
    }

    fn value(
        &mut self,
        tree: &Tree,
        node: NodeId,
        attribute: &mut Attribute<'_>,
        text: Text,
        place: Place,
        record: &mut Record,
    ) {
        if place.form == Form::JsonBytes {
            return self.bytes(tree, node, attribute, (text, place), record);
        }
        let bytes = record.bytes(self.part.block, text);
        let loss = if is_type_name(bytes) {
            Some(Loss::TypeName)
        } else if is_cut_off(bytes) {
            Some(Loss::Depth)
        } else {
            None
        };
        if let Some(loss) = loss {
            let offset = self.part.offset + u64::from(place.start);
            let location = Location::new(self.part.file, offset, u64::from(place.length));
            self.health.lose(loss, &String::from_utf8_lossy(attribute.name), location);
            record.partial.extend(attribute.slot);
            return;
        }
        let (text, place) = if attribute.prefix.is_empty() {
            (text, place)
        } else {
            let whole: Vec<u8> = [attribute.prefix, bytes].concat();
            let added = u8::try_from(attribute.prefix.len()).unwrap_or(0);
            (in_arena(&whole, record), Place { added, ..place })
        };
        if let Some((span, form)) = tree.elsewhere(node) {
            let entry = u32::try_from(record.entries().len()).unwrap_or(u32::MAX);
            record.elsewhere.push(Elsewhere { entry, span, form });
        }
        self.push(attribute, text, place, record);
    }

    /// Adds bytes that are written as a list of numbers, as one value, or as many to an attribute of another type.
    fn bytes(
        &mut self,
        tree: &Tree,
        node: NodeId,
        attribute: &mut Attribute<'_>,
        (text, place): (Text, Place),
        record: &mut Record,
    ) {
        if self.holds_bytes(attribute.slot) {
            return self.push(attribute, text, place, record);
        }
        record.empty.extend(attribute.slot);
        let begin = place.start as usize;
        let raw = self.raw(place);
        let mut at = 0;
        while let Some(start) = digits(raw, at, true) {
            let end = digits(raw, start, false).unwrap_or(raw.len());
            let range = begin + start..begin + end;
            let place = Place::new(range.clone(), Form::Plain);
            self.value(tree, node, attribute, Text::of_block(range), place, record);
            at = end;
        }
    }

    /// Whether the values of an attribute are bytes.
    fn holds_bytes(&self, slot: Option<Slot>) -> bool {
        slot.is_some_and(|slot| self.part.names.described(slot).kind.is_bytes())
    }

    pub(super) fn push(&self, attribute: &mut Attribute<'_>, text: Text, place: Place, record: &mut Record) {
        if attribute.slot.is_none() && !self.part.names.keeps_all() {
            return;
        }
        let name = *attribute.text.get_or_insert_with(|| in_arena(attribute.name, record));
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        record.push(attribute.slot, name, length, text, place);
    }

    /// Whether a list is one value of bytes, written as numbers.
    fn is_bytes(&self, tree: &Tree, node: NodeId, slot: Option<Slot>) -> bool {
        let is_number = |child| {
            let raw = std::str::from_utf8(self.raw(tree.place(child)));
            matches!(tree.kind(child), Kind::Scalar { number: true, .. })
                && raw.is_ok_and(|raw| raw.parse::<u8>().is_ok())
        };
        self.holds_bytes(slot) && tree.children(node).next().is_some() && tree.children(node).all(is_number)
    }

    fn raw(&self, place: Place) -> &'a [u8] {
        let start = place.start as usize;
        self.part.block.get(start..start + place.length as usize).unwrap_or_default()
    }
}

/// The next byte that is a digit, or none.
fn digits(raw: &[u8], from: usize, wanted: bool) -> Option<usize> {
    let found = raw.get(from..)?.iter().position(|byte| byte.is_ascii_digit() == wanted)?;
    Some(from + found)
}
