//! From a nested value to a record: names, class and attributes, as the shape of the object says.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::fields::{Fields, Spelling};
use super::node::{Kind, NodeId, Tree};
use super::objects::{Context, Objects};
use super::select::{Found, first, select};
use super::values::Attribute;
use crate::snapshot::file::Part;
use crate::snapshot::health::Health;
use crate::snapshot::names::Slot;
use crate::snapshot::shape::{Mapping, Step, Target};
use crate::snapshot::{Change, Kind as RecordKind, Place, Record, Text};
use crate::source::{Form, Location};

/// Fields that name an object whose shape says nothing.
const NAMES: [&str; 6] = ["dn", "distinguishedname", "id", "userprincipalname", "name", "uid"];

/// Stands for the key of an object in a shape.
const KEY: &str = "$key";
/// Stands for an object that is a text.
const VALUE: &str = "$value";

/// Makes records of the objects of a part.
#[derive(Debug)]
pub struct Filler<'a> {
    pub(super) part: Part<'a>,
    objects: &'a Objects,
    /// What the objects say of the export.
    pub health: Health,
    learned: Learned,
}

/// What was learnt from objects of a file: others are spelled the same way.
#[derive(Debug, Default)]
pub(in crate::snapshot) struct Learned {
    /// The shape of objects with certain fields, by a hash of these.
    known: FxHashMap<u128, Arc<Mapping>>,
    fields: Fields,
    /// What becomes of each field of the objects of a mapping, by the number of its name; none as long as nobody asked.
    becomes: Vec<(Arc<Mapping>, Vec<Option<Becomes>>)>,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Becomes {
    /// Nothing.
    Nothing,
    /// Values of attributes that the shape names.
    Named,
    /// Values of the attribute of its own name.
    Own(Slot),
    /// The same, where nobody asked for that attribute: what is nested in it may be asked for.
    Unasked,
}

impl Drop for Filler<'_> {
    fn drop(&mut self) {
        self.objects.learned.put(self.part.names, std::mem::take(&mut self.learned));
    }
}

impl<'a> Filler<'a> {
    /// Makes records of the objects of a part.
    #[must_use]
    pub fn new(part: Part<'a>, objects: &'a Objects) -> Self {
        Self { part, objects, health: Health::default(), learned: objects.learned.take(part.names) }
    }

    /// Fills a record from an object; `key` is its key, where it is the value of one. False if the user's mapping is about other
    /// objects, or if the object tells of the tenant and objects of a directory are wanted.
    pub fn fill(
        &mut self,
        tree: &Tree,
        object: NodeId,
        key: Option<(Text, Place)>,
        context: &Context,
        record: &mut Record,
    ) -> bool {
        if context.mapping.as_ref().is_some_and(|mapping| !self.is_meant(tree, object, mapping, record)) {
            return false;
        }
        let mut fields = std::mem::take(&mut self.learned.fields);
        if fields.of(tree, object, record, self.part.block) {
            self.learned.known.clear();
            self.learned.becomes.clear();
        }
        let mapping = self.mapping(tree, &fields, context, record);
        self.names(tree, object, key, &mapping, &fields, record);
        self.health.recognised += u64::from(!mapping.shape.is_empty() || context.mapping.is_some());
        if !self.objects.mappings.wants(&mapping) {
            self.health.parameters += u64::from(mapping.parameters);
            self.learned.fields = fields;
            return false;
        }
        // a delta answer of Microsoft Graph says that the object is gone
        if fields.find(b"@removed").is_some() {
            self.removed(record);
            self.learned.fields = fields;
            return true;
        }
        self.fields(tree, &mapping, &fields, record);
        for target in &mapping.whole {
            if !self.target(tree, object, target, record) && self.has_field(tree, object, target, record) {
                record.empty.extend(target.slot);
            }
        }
        if let Some((text, place)) = key {
            self.whole(KEY, text, place, &mapping, record);
        }
        if let Kind::Scalar { text, .. } = tree.kind(object) {
            self.whole(VALUE, text, tree.place(object), &mapping, record);
        }
        self.class(&mapping, record);
        if mapping.selected {
            let names = self.part.names;
            let unasked = names.slots().filter(|slot| !record.has(*slot) && !record.empty.contains(slot));
            let unasked: Vec<Slot> = unasked.collect();
            record.unasked.extend(unasked);
        }
        self.health.objects += 1;
        self.learned.fields = fields;
        true
    }

    fn is_meant(&self, tree: &Tree, object: NodeId, mapping: &Mapping, record: &Record) -> bool {
        let block = self.part.block;
        mapping.when.iter().all(|(path, text)| {
            first(tree, object, path, record, block).is_some_and(|node| match tree.kind(node) {
                Kind::Scalar { text: given, .. } => {
                    record.bytes(block, given).eq_ignore_ascii_case(text.as_bytes())
                }
                _ => false,
            })
        })
    }

    fn removed(&mut self, record: &mut Record) {
        record.kind = RecordKind::Change(Change::Delete);
        self.health.changes += 1;
        let place = record.dn_place;
        let offset = self.part.offset + u64::from(place.start);
        let location = Location::new(self.part.file, offset, u64::from(place.length));
        self.health.first_change.get_or_insert(location);
    }

    fn mapping(&mut self, tree: &Tree, fields: &Fields, context: &Context, record: &Record) -> Arc<Mapping> {
        if let Some(mapping) = &context.mapping {
            return Arc::clone(mapping);
        }
        let block = self.part.block;
        let text = |node: NodeId| match tree.kind(node) {
            Kind::Scalar { text, .. } => record.bytes(block, text),
            _ => b"".as_slice(),
        };
        let kind = fields.find(b"@odata.type").map(text);
        let list = kind.map(|kind| String::from_utf8_lossy(kind).to_ascii_lowercase());
        let list = list.as_deref().or(context.list.as_deref());
        let mut key = Vec::with_capacity(4 * fields.list.len() + 64);
        for (number, _) in &fields.list {
            key.extend_from_slice(&number.to_ne_bytes());
        }
        key.extend_from_slice(&[u8::MAX; 4]);
        key.extend_from_slice(list.unwrap_or_default().as_bytes());
        for field in self.objects.mappings.telling() {
            key.push(0);
            key.extend_from_slice(fields.find(field.as_bytes()).map(text).unwrap_or_default());
        }
        let hash = xxh3_128(&key);
        if let Some(known) = self.learned.known.get(&hash).filter(|_| fields.are_remembered()) {
            return Arc::clone(known);
        }
        let field = |name: &str| fields.find(name.as_bytes()).map(text);
        let found = Arc::clone(self.objects.mappings.of(list, &field));
        if fields.are_remembered() {
            self.learned.known.insert(hash, Arc::clone(&found));
        }
        found
    }

    /// The names of the object, and what people call it.
    fn names(
        &self,
        tree: &Tree,
        object: NodeId,
        key: Option<(Text, Place)>,
        mapping: &Mapping,
        fields: &Fields,
        record: &mut Record,
    ) {
        let block = self.part.block;
        let scalar = |node: NodeId| match tree.kind(node) {
            Kind::Scalar { text, .. } if !text.is_empty() => {
                Some((text, tree.place(node))).filter(|(_, place)| place.form != Form::JsonBytes)
            }
            _ => None,
        };
        let mut names: Vec<(Text, Place)> = Vec::new();
        for path in &mapping.names {
            match path.first_field().as_deref() {
                Some(KEY) => names.extend(key),
                _ => names.extend(first(tree, object, path, record, block).and_then(scalar)),
            }
        }
        if let Some(whole) = scalar(object) {
            names.push(whole);
        } else if mapping.names.is_empty() {
            let known = NAMES.iter().filter_map(|name| fields.find(name.as_bytes()));
            names.extend(key.into_iter().chain(known.filter_map(scalar).take(1)));
        } else if !names.iter().any(|(name, _)| key.is_some_and(|(key, _)| key == *name)) {
            names.extend(key);
        }
        let mut names = names.into_iter();
        if let Some((text, place)) = names.next() {
            (record.dn, record.dn_place) = (text, place);
        } else {
            record.dn_place = Place::new(record.start..record.start, Form::Plain);
        }
        record.other_names.extend(names.map(|(text, _)| text));
        let titles = mapping.titles.iter();
        let mut titles = titles.filter_map(|path| first(tree, object, path, record, block).and_then(scalar));
        record.title = titles.next().map(|(text, _)| text).unwrap_or_default();
    }

    /// Takes the values of all fields.
    fn fields(&mut self, tree: &Tree, mapping: &Arc<Mapping>, fields: &Fields, record: &mut Record) {
        let place = self.learned.becomes.iter().position(|(known, _)| Arc::ptr_eq(known, mapping));
        let place = place.unwrap_or_else(|| {
            self.learned.becomes.push((Arc::clone(mapping), Vec::new()));
            self.learned.becomes.len() - 1
        });
        let kept = self.learned.becomes.get_mut(place).map(|(_, becomes)| std::mem::take(becomes));
        let mut becomes = kept.unwrap_or_default();
        for (number, node) in &fields.list {
            if !Fields::is_remembered(*number) {
                self.named(tree, (*number, *node), mapping, fields, record);
                continue;
            }
            let at = *number as usize;
            if becomes.len() <= at {
                becomes.resize(at + 1, None);
            }
            let Some(known) = becomes.get_mut(at) else { continue };
            let known = *known.get_or_insert_with(|| self.becomes(*number, mapping, fields));
            let own = |slot| Attribute {
                name: fields.spelled(*number),
                slot,
                prefix: b"",
                text: tree.key(*node).map(|(key, _)| key),
            };
            match known {
                Becomes::Nothing => {}
                Becomes::Named => self.named(tree, (*number, *node), mapping, fields, record),
                Becomes::Own(slot) => self.values(tree, *node, &mut own(Some(slot)), record),
                Becomes::Unasked if self.part.names.keeps_all() || tree.is_nested(*node) => {
                    self.values(tree, *node, &mut own(None), record);
                }
                Becomes::Unasked => {}
            }
        }
        if let Some((_, kept)) = self.learned.becomes.get_mut(place) {
            *kept = becomes;
        }
    }

    fn becomes(&self, number: Spelling, mapping: &Mapping, fields: &Fields) -> Becomes {
        let name = fields.lower(number);
        if !mapping.targets(name).is_empty() || mapping.alias(name).is_some() {
            return Becomes::Named;
        }
        self.own(number, mapping, fields)
    }

    /// What becomes of a field that the shape does not name.
    fn own(&self, number: Spelling, mapping: &Mapping, fields: &Fields) -> Becomes {
        let name = fields.lower(number);
        if mapping.only || name.contains(&b'@') || name == b"dn" {
            return Becomes::Nothing;
        }
        self.part.names.slot(name).map_or(Becomes::Unasked, Becomes::Own)
    }

    /// Takes the values of a field that the shape names, or may name.
    fn named(
        &mut self,
        tree: &Tree,
        (number, node): (Spelling, NodeId),
        mapping: &Mapping,
        fields: &Fields,
        record: &mut Record,
    ) {
        let name = fields.lower(number);
        let targets = mapping.targets(name);
        for target in targets {
            if &*target.attribute == "*" {
                self.own_names(tree, node, target, record);
            } else if !self.target(tree, node, target, record) {
                // the field was exported, and holds nothing of the kind
                record.empty.extend(target.slot);
            }
        }
        if !targets.is_empty() {
            return;
        }
        let alias = mapping.alias(name).filter(|attribute| {
            let own = attribute.to_ascii_lowercase();
            fields.find(own.as_bytes()).is_none()
        });
        match alias {
            Some(attribute) => {
                let mut attribute = Attribute {
                    name: attribute.as_bytes(),
                    slot: self.part.names.slot(attribute.as_bytes()),
                    prefix: b"",
                    text: None,
                };
                self.values(tree, node, &mut attribute, record);
            }
            None if self.own(number, mapping, fields) == Becomes::Nothing => {}
            None => self.own_name(tree, node, record),
        }
    }

    /// The key of an object, or an object that is a text, where the shape makes an attribute of it.
    fn whole(&self, name: &str, text: Text, place: Place, mapping: &Mapping, record: &mut Record) {
        for target in mapping.targets(name.as_bytes()) {
            let (attribute, slot) = (target.attribute.as_bytes(), target.slot);
            let mut attribute = Attribute { name: attribute, slot, prefix: b"", text: None };
            self.push(&mut attribute, text, place, record);
        }
    }

    /// A field that is an attribute of its own name.
    fn own_name(&mut self, tree: &Tree, node: NodeId, record: &mut Record) {
        let Some((key, _)) = tree.key(node) else { return };
        let block = self.part.block;
        let name = record.bytes(block, key);
        let slot = self.part.names.slot(name);
        if slot.is_none() && !self.part.names.keeps_all() && !tree.is_nested(node) {
            return;
        }
        let name = name.to_vec();
        let mut attribute = Attribute { name: &name, slot, prefix: b"", text: Some(key) };
        self.values(tree, node, &mut attribute, record);
    }

    /// The fields of a mapping, each an attribute of its own name.
    fn own_names(&mut self, tree: &Tree, node: NodeId, target: &Target, record: &mut Record) {
        let mut found = Vec::new();
        select(tree, node, &target.rest, record, self.part.block, &mut |node| {
            found.push(node);
            true
        });
        for node in found {
            for child in tree.children(node) {
                self.own_name(tree, child, record);
            }
        }
    }

    /// Adds what a target leads to; whether it leads to anything.
    fn target(&mut self, tree: &Tree, node: NodeId, target: &Target, record: &mut Record) -> bool {
        if target.slot.is_none() && !self.part.names.keeps_all() {
            return false;
        }
        let mut found: Vec<Found> = Vec::new();
        select(tree, node, &target.rest, record, self.part.block, &mut |node| {
            found.push(node);
            true
        });
        let is_found = !found.is_empty();
        let mut attribute = Attribute {
            name: target.attribute.as_bytes(),
            slot: target.slot,
            prefix: &target.prefix,
            text: None,
        };
        for node in found {
            self.values(tree, node, &mut attribute, record);
        }
        is_found
    }

    /// Whether an object has the field that the path of a target names first.
    fn has_field(&self, tree: &Tree, object: NodeId, target: &Target, record: &Record) -> bool {
        let Some(at) = target.rest.iter().position(|step| matches!(step, Step::Field(_))) else {
            return false;
        };
        let steps = target.rest.get(..=at).unwrap_or_default();
        // whoever is shown the field says not to go on
        !select(tree, object, steps, record, self.part.block, &mut |_| false)
    }

    /// The class that the shape gives, for objects without an object class.
    fn class(&self, mapping: &Mapping, record: &mut Record) {
        let Some(class) = &mapping.class else { return };
        let Some(slot) = self.part.names.slot(b"objectClass") else { return };
        if record.has(slot) {
            return;
        }
        let name = in_arena(b"objectClass", record);
        let text = in_arena(class.as_bytes(), record);
        let added = u8::try_from(class.len()).unwrap_or(u8::MAX);
        let place = Place { added, ..Place::new(record.start..record.start, Form::Plain) };
        let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
        record.push(Some(slot), name, length, text, place);
    }
}

pub(super) fn in_arena(bytes: &[u8], record: &mut Record) -> Text {
    let arena = record.arena();
    let start = arena.len();
    arena.extend_from_slice(bytes);
    Text::of_arena(start..arena.len())
}
