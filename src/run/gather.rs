//! Objects with what is asked of them, and its places: for commands that look for certain objects instead of judging all.

use std::sync::Arc;

use rayon::prelude::*;

use super::files::{Files, Input};
use super::read::{opened, unreadable};
use super::whole;
use crate::finding::{Problem, Severity, Site};
use crate::language::symbols::Symbols;
use crate::snapshot::shape::{Mappings, Shape};
use crate::snapshot::value::Type;
use crate::snapshot::{Change, Classes, Described, Health, Kind, Names, Record, Slot, Snapshot, Text};
use crate::source::{FileId, Form, Location, Store};

/// How many problems of one file are kept.
const PROBLEMS: usize = 10_000;

/// A value of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The attribute, by its number among the names that were asked for.
    pub slot: Slot,
    /// The decoded value.
    pub bytes: Vec<u8>,
    /// Where it stands.
    pub location: Location,
    /// How it is written there.
    pub form: Form,
    /// How many bytes at its beginning stand nowhere in the file.
    pub added: usize,
    /// The reference by which the object has it, if it stands elsewhere.
    pub via: Option<Location>,
    /// The options of the attribute, from the semicolon on (`;lang-de`); mostly nothing.
    pub options: String,
}

impl Value {
    /// The value as text; what is no UTF-8 is replaced.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The number of its source.
    pub source: u16,
    /// Its distinguished name, or the best name that the format gives.
    pub name: String,
    /// Where the name stands.
    pub location: Location,
    /// The whole object in the file.
    pub record: Location,
    /// How the name is written there.
    pub form: Form,
    /// What people call it, where its name is a number that says nothing to them.
    pub title: String,
    /// Its class; nothing if it has no object class.
    pub class: String,
    /// The values that were asked for, in file order.
    pub values: Vec<Value>,
    /// Attributes that are named without a value.
    pub empty: Vec<Slot>,
    /// Attributes that were not exported for this object.
    pub unasked: Vec<Slot>,
}

impl Object {
    /// The values of an attribute.
    pub fn all(&self, slot: Option<Slot>) -> impl Iterator<Item = &Value> {
        self.values.iter().filter(move |value| Some(value.slot) == slot)
    }

    /// The text of the first value of an attribute.
    #[must_use]
    pub fn text(&self, slot: Option<Slot>) -> Option<String> {
        self.all(slot).next().map(Value::text)
    }

    /// A value as a place of a finding.
    #[must_use]
    pub fn site(&self, value: &Value, names: &Names, label: String) -> Site {
        Site {
            object: self.name.clone(),
            class: self.class.clone(),
            attribute: Some(names.name(value.slot).to_owned()),
            value: Some(value.bytes.clone()),
            label,
            location: value.location,
            form: value.form,
            added: value.added,
            via: None,
            highlights: Vec::new(),
        }
    }

    /// The name as a place of a finding.
    #[must_use]
    pub fn name_site(&self, label: String) -> Site {
        Site {
            object: self.name.clone(),
            class: self.class.clone(),
            attribute: None,
            value: Some(self.name.clone().into_bytes()),
            label,
            location: self.location,
            form: self.form,
            added: 0,
            via: None,
            highlights: Vec::new(),
        }
    }
}

/// What is looked for.
#[derive(Debug)]
pub struct Search {
    /// The attributes that the objects are read with.
    pub names: Names,
    shapes: Vec<Shape>,
    classes: Classes,
}

/// What was found.
#[derive(Debug)]
pub struct Gathered<T> {
    /// What was made of the objects, in file order.
    pub found: Vec<T>,
    /// How many objects were read.
    pub objects: u64,
    /// The collections of which there were pages, as answers of Microsoft Graph name them (`users`).
    pub collections: Vec<String>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
    /// Files in folders that are no directories.
    pub not_read: Vec<String>,
}

impl Search {
    /// A search that reads objects with these attributes.
    #[must_use]
    pub fn new(attributes: &[&str], symbols: &Symbols, shapes: Vec<Shape>) -> Self {
        let mut names = Names::projected();
        for attribute in attributes.iter().chain(&["objectClass"]) {
            let known = symbols.attributes.get(&attribute.to_ascii_lowercase());
            let (kind, single) =
                known.map_or((Type::Text, false), |attribute| (attribute.kind, attribute.single));
            names.add(attribute, Described { kind, single });
        }
        Self { names, shapes, classes: symbols.classes.clone() }
    }

    /// The number of an attribute.
    #[must_use]
    pub fn slot(&self, name: &str) -> Option<Slot> {
        self.names.slot(name.as_bytes())
    }

    /// Reads all files; `take` makes something of the objects that are wanted.
    pub fn gather<T: Send>(
        &self,
        store: &Store,
        files: &Files,
        take: impl Fn(Object) -> Option<T> + Sync,
    ) -> Gathered<T> {
        let mappings = Arc::new(Mappings::new(&self.shapes, &self.names));
        let mut gathered = Gathered {
            found: Vec::new(),
            objects: 0,
            collections: Vec::new(),
            problems: files.problems.clone(),
            not_read: files.not_read.clone(),
        };
        let mut healths = Vec::new();
        for input in &files.inputs {
            let opened = opened(store, input, &self.names, &mappings, &mut gathered.problems);
            let Some(mut snapshot) = opened else { continue };
            if input.walked && !snapshot.is_directory(store, &self.names) {
                gathered.not_read.push(store.name(input.file).to_owned());
                continue;
            }
            let mut health = std::mem::take(&mut snapshot.health);
            let mut problems = Vec::new();
            let parts: Vec<Part<T>> = (0..snapshot.parts())
                .into_par_iter()
                .map(|part| self.part(store, &snapshot, part, input, &take))
                .collect();
            for part in parts {
                gathered.found.extend(part.found);
                problems.extend(part.problems);
                health += part.health;
            }
            problems.truncate(PROBLEMS);
            problems.extend(health.problems());
            let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
            let told = health.parameters > 0 || !health.pages.is_empty();
            if health.objects == 0 && !told && input.mapping.is_none() && !failed {
                let message = format!("`{}` holds no objects", store.name(input.file));
                let problem = Problem::error("source-no-objects", message);
                problems.push(problem.help("export the objects themselves"));
            }
            gathered.objects += health.objects;
            gathered.collections.extend(health.pages.iter().map(|page| page.collection.to_ascii_lowercase()));
            gathered.problems.extend(problems);
            healths.push((input.source, health));
        }
        gathered.problems.extend(whole::problems(&[], &healths));
        gathered
    }

    fn part<T>(
        &self,
        store: &Store,
        snapshot: &Snapshot,
        part: u64,
        input: &Input,
        take: &impl Fn(Object) -> Option<T>,
    ) -> Part<T> {
        let (mut found, mut problems, mut block) = (Vec::new(), Vec::new(), Vec::new());
        let offset = match snapshot.read(part, store, &mut block) {
            Ok(offset) => offset,
            Err(error) => {
                problems.push(unreadable(store, snapshot.file, snapshot.start(part), &error));
                return Part { found, problems, health: Health::default() };
            }
        };
        let mut record = Record::default();
        let mut reader = snapshot.reader(part, &block, offset, &self.names);
        while reader.next(&mut record, &mut problems) {
            if matches!(record.kind, Kind::Content | Kind::Change(Change::Add)) {
                let place = (snapshot.file, offset);
                found.extend(take(self.object(&record, &block, place, input.source)));
            }
            problems.truncate(PROBLEMS);
        }
        Part { found, problems, health: reader.health() }
    }

    fn object(&self, record: &Record, block: &[u8], (file, offset): (FileId, u64), source: u16) -> Object {
        let text = |text: Text| String::from_utf8_lossy(record.bytes(block, text)).into_owned();
        let place =
            |start: u32, length: u32| Location::new(file, offset + u64::from(start), u64::from(length));
        let class_slot = self.slot("objectClass");
        let classes: Vec<&[u8]> = record
            .entries()
            .iter()
            .filter(|entry| entry.slot.is_some() && entry.slot == class_slot)
            .map(|entry| record.bytes(block, entry.value))
            .collect();
        let class = self.classes.class_of(&classes).unwrap_or_default();
        let entries = record.entries().iter().enumerate();
        let values = entries.filter_map(|(number, entry)| {
            let elsewhere = record.elsewhere.iter().find(|known| known.entry as usize == number);
            let (location, form) = match elsewhere {
                Some(known) => (Location { file, span: known.span }, known.form),
                None => (place(entry.place.start, entry.place.length), entry.place.form),
            };
            Some(Value {
                slot: entry.slot.filter(|slot| Some(*slot) != class_slot)?,
                bytes: record.bytes(block, entry.value).to_vec(),
                location,
                form,
                added: usize::from(entry.place.added),
                via: elsewhere.map(|_| place(entry.place.start, entry.place.length)),
                options: options(record.bytes(block, entry.name)),
            })
        });
        Object {
            source,
            name: text(record.dn),
            location: place(record.dn_place.start, record.dn_place.length),
            record: Location::new(
                file,
                offset + record.start as u64,
                record.end.saturating_sub(record.start) as u64,
            ),
            form: record.dn_place.form,
            title: text(record.title),
            class: String::from_utf8_lossy(class).into_owned(),
            values: values.collect(),
            empty: record.empty.clone(),
            unasked: record.unasked.clone(),
        }
    }
}

fn options(name: &[u8]) -> String {
    let at = memchr::memchr(b';', name).unwrap_or(name.len());
    String::from_utf8_lossy(name.get(at..).unwrap_or_default()).into_owned()
}

/// What one part of a file gave.
struct Part<T> {
    found: Vec<T>,
    problems: Vec<Problem>,
    health: Health,
}
