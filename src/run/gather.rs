//! Objects with what is asked of them, and its places: for commands that look for certain objects instead of judging all.

use std::sync::Arc;

use rayon::prelude::*;

use super::files::Files;
use super::read::{Buffers, PROBLEMS, failed, opened, part};
use super::seen::{Held, Seen};
use super::whole;
use crate::finding::{Problem, Severity, Site};
use crate::language::symbols::Symbols;
use crate::snapshot::shape::{Mappings, Shape};
use crate::snapshot::value::Type;
use crate::snapshot::{Classes, Described, Health, Names, Slot, Spot};
use crate::source::{Location, Store};

/// A value of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The attribute, by its number among the names that were asked for.
    pub slot: Slot,
    /// The decoded value.
    pub bytes: Vec<u8>,
    /// Where it stands.
    pub spot: Spot,
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

impl From<Held<'_>> for Value {
    fn from(held: Held<'_>) -> Self {
        let Held { slot, name, bytes, spot, via } = held;
        Self { slot, bytes: bytes.to_vec(), spot, via, options: options(name) }
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
    pub spot: Spot,
    /// The whole object in the file.
    pub record: Location,
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
            location: value.spot.location,
            form: value.spot.form,
            added: usize::from(value.spot.added),
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
            location: self.spot.location,
            form: self.spot.form,
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
        self.look(store, files, |seen| take(self.object(seen)))
    }

    /// Reads all files; `take` looks at each object as it passes by, and makes something of those that are wanted.
    pub fn look<T: Send>(
        &self,
        store: &Store,
        files: &Files,
        take: impl Fn(&Seen<'_>) -> Option<T> + Sync,
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
            let parts: Vec<(Vec<T>, Vec<Problem>, Health)> = (0..snapshot.parts())
                .into_par_iter()
                .map_init(Buffers::default, |buffers, number| {
                    let mut found = Vec::new();
                    let names = &self.names;
                    let (problems, read) =
                        part(store, &snapshot, number, names, buffers, |record, block, offset| {
                            let origin = (input.source, snapshot.file, offset);
                            let seen = Seen::new(record, block, origin, names, &self.classes);
                            found.extend(take(&seen));
                        });
                    (found, problems, read)
                })
                .collect();
            for (found, said, read) in parts {
                gathered.found.extend(found);
                problems.extend(said);
                health += read;
            }
            problems.truncate(PROBLEMS);
            problems.extend(store.failure(input.file).map(|error| failed(store, input.file, error)));
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

    /// An object with the values that were asked for.
    #[must_use]
    pub fn object(&self, seen: &Seen<'_>) -> Object {
        let class_slot = self.slot("objectClass");
        let values = seen.values().filter(|held| Some(held.slot) != class_slot);
        Object {
            source: seen.source,
            name: seen.name(),
            spot: seen.name_spot(),
            record: seen.whole(),
            title: seen.title(),
            class: seen.class().to_owned(),
            values: values.map(Value::from).collect(),
            empty: seen.record.empty.clone(),
            unasked: seen.record.unasked.clone(),
        }
    }
}

fn options(name: &[u8]) -> String {
    let at = memchr::memchr(b';', name).unwrap_or(name.len());
    String::from_utf8_lossy(name.get(at..).unwrap_or_default()).into_owned()
}
