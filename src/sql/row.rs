//! Rows of the table of values: what a file says, one value a row, as `presync show --format rows` writes them.

use data_encoding::BASE64;
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::roots::Roots;
use super::text::{folded_text, is_ambiguous, key_text, written};
use crate::language::symbols::Symbols;
use crate::snapshot::value::{Type, dn, number, time};
use crate::snapshot::{Entry, Health, Names, Record, Requested, Slot};
use crate::source::{FileId, LineIndex, Location, Store};

/// What a row tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An object: its name (attribute `dn`), or its class (attribute `class`).
    Own,
    /// Another name by which references find an object.
    Also,
    /// A value of an attribute.
    Value,
    /// Only a part of the values of an attribute was exported for an object.
    Cut,
    /// An attribute was not exported for an object.
    Unasked,
    /// An attribute was exported.
    Exported,
    /// A name at or above all objects of a domain in a file; the attribute is the domain.
    Root,
}

impl Kind {
    /// The kind as rows write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Also => "also",
            Self::Value => "value",
            Self::Cut => "cut",
            Self::Unasked => "unasked",
            Self::Exported => "exported",
            Self::Root => "root",
        }
    }
}

/// One row. What is not there is left out.
#[derive(Debug, Serialize)]
struct Row<'r> {
    kind: Kind,
    source: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<&'r str>,
    attribute: &'r str,
    #[serde(skip_serializing_if = "str::is_empty")]
    options: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    folded: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<i64>,
    file: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

/// The position of the name of an object, which tells it from all of its values, as that of its class does.
const OF_NAME: i64 = -1;
const OF_CLASS: i64 = -2;
const OF_OTHER_NAME: i64 = -3;

/// Makes the rows of one file. Nothing is written: whoever asks gets each row as a line.
pub struct Rows<'s> {
    store: &'s Store,
    symbols: &'s Symbols,
    names: &'s Names,
    lines: Lines,
    source: &'s str,
    file: FileId,
    objects: u64,
    seen: FxHashSet<Slot>,
    roots: Roots,
    /// The place of a value that cannot be written without ambiguity, if there is one.
    pub ambiguous: Option<Location>,
}

/// A record, and the block that it was read from.
#[derive(Clone, Copy)]
pub struct Read<'r> {
    /// The record.
    pub record: &'r Record,
    /// The block.
    pub block: &'r [u8],
    /// Where the block begins in the file.
    pub offset: u64,
}

impl<'s> Rows<'s> {
    /// For a file of a source, whose attributes have these names.
    ///
    /// # Errors
    /// What the operating system says of reading the file.
    pub fn new(
        store: &'s Store,
        symbols: &'s Symbols,
        names: &'s Names,
        source: &'s str,
        file: FileId,
    ) -> std::io::Result<Self> {
        Ok(Self {
            lines: Lines { index: LineIndex::of(store, file), block: 0, behind: (0, 0) },
            store,
            symbols,
            names,
            source,
            file,
            objects: 0,
            seen: FxHashSet::default(),
            roots: Roots::default(),
            ambiguous: None,
        })
    }

    /// The rows of an object, each a line of JSON with its end.
    ///
    /// # Errors
    /// What the operating system says of reading the file again, to count its lines.
    pub fn of_object(&mut self, read: Read<'_>, class: &str, into: &mut Vec<u8>) -> std::io::Result<()> {
        let Read { record, block, .. } = read;
        let name = record.bytes(block, record.dn);
        let object = String::from_utf8_lossy(name).replace('\0', &written(b"\0"));
        let file = self.store.name(self.file);
        // sorts by the file, then by the order in it
        let id = format!("{}\t{file}\t{:012}", self.source, self.objects);
        self.objects += 1;
        let own = Own { id: &id, object: &object, class: &written(class.as_bytes()), file };
        self.note(record, name);
        let named = record.name_spot(self.file, read.offset).location;
        let mut rows = Out { rows: self, own, read, into };
        rows.value(Kind::Own, ("dn", ""), OF_NAME, (name, Type::Dn, false), named)?;
        if !class.is_empty() {
            rows.value(Kind::Own, ("class", ""), OF_CLASS, (class.as_bytes(), Type::Text, false), named)?;
        }
        for other in &record.other_names {
            let other = (record.bytes(block, *other), Type::Dn, false);
            rows.value(Kind::Also, ("dn", ""), OF_OTHER_NAME, other, named)?;
        }
        for (position, entry) in record.entries().iter().enumerate() {
            rows.entry(position, entry)?;
        }
        for (kind, slots) in [(Kind::Cut, &record.partial), (Kind::Unasked, &record.unasked)] {
            for slot in slots {
                rows.bare(kind, slot);
            }
        }
        Ok(())
    }

    /// What an object tells of its file.
    fn note(&mut self, record: &Record, name: &[u8]) {
        self.seen.extend(record.entries().iter().filter_map(|entry| entry.slot));
        self.seen.extend(&record.empty);
        let mut normalized = Vec::new();
        if !name.is_empty() && dn::normalize_into(name, &mut normalized) {
            self.roots.add(&normalized);
        }
    }

    /// What the file says as a whole: which attributes were exported, and which part of each domain.
    pub fn of_file(&self, health: &Health, into: &mut Vec<u8>) {
        let requested = health.requested.iter().filter_map(|requested| match requested {
            Requested::All => None,
            Requested::Names(names) => Some(names),
        });
        let requested = requested.flatten().map(|name| match self.names.slot(name.as_bytes()) {
            Some(slot) => self.names.name(slot).to_owned(),
            None => name.clone(),
        });
        let mut exported: Vec<String> =
            self.seen.iter().map(|slot| self.names.name(*slot).to_owned()).chain(requested).collect();
        exported.sort_unstable();
        exported.dedup();
        for attribute in &exported {
            self.whole(Kind::Exported, attribute, None, None, into);
        }
        for (domain, name) in self.roots.all() {
            let depth = i64::try_from(name.len()).ok();
            self.whole(Kind::Root, &written(domain), Some(&written(name)), depth, into);
        }
    }

    fn whole(&self, kind: Kind, attribute: &str, key: Option<&str>, number: Option<i64>, into: &mut Vec<u8>) {
        let row = Row {
            key: key.map(str::to_owned),
            number,
            ..Row::new(kind, self.source, attribute, self.store.name(self.file))
        };
        line(&row, into);
    }
}

impl<'r> Row<'r> {
    fn new(kind: Kind, source: &'r str, attribute: &'r str, file: &'r str) -> Self {
        Self {
            kind,
            source,
            record: None,
            object: None,
            class: None,
            attribute,
            options: "",
            position: None,
            value: None,
            value_base64: None,
            folded: None,
            key: None,
            number: None,
            file,
            line: None,
            offset: None,
            length: None,
        }
    }
}

/// What all rows of an object share.
struct Own<'o> {
    id: &'o str,
    object: &'o str,
    class: &'o str,
    file: &'o str,
}

/// Writes the rows of one object.
struct Out<'o, 's> {
    rows: &'o mut Rows<'s>,
    own: Own<'o>,
    read: Read<'o>,
    into: &'o mut Vec<u8>,
}

impl Out<'_, '_> {
    fn entry(&mut self, position: usize, entry: &Entry) -> std::io::Result<()> {
        let Read { record, block, .. } = self.read;
        let spelled = String::from_utf8_lossy(record.bytes(block, entry.name));
        let (spelled, options) = spelled.split_at_checked(entry.options as usize).unwrap_or((&spelled, ""));
        let declared = self.rows.symbols.attribute(spelled);
        let name = declared.map_or(spelled, |attribute| attribute.name.as_str());
        let kind = declared.map_or(Type::Text, |attribute| attribute.kind);
        let secret = declared.is_some_and(|attribute| attribute.secret);
        let bytes = record.bytes(block, entry.value);
        let Some((spot, _)) = record.spot(position, self.rows.file, self.read.offset) else { return Ok(()) };
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        self.value(Kind::Value, (name, options), position, (bytes, kind, secret), spot.location)
    }

    fn value(
        &mut self,
        kind: Kind,
        (attribute, options): (&str, &str),
        position: i64,
        (bytes, of, secret): (&[u8], Type, bool),
        at: Location,
    ) -> std::io::Result<()> {
        let rows = &mut *self.rows;
        let offset = at.span.offset;
        if is_ambiguous(bytes) && matches!(of, Type::Text | Type::Dn) {
            rows.ambiguous.get_or_insert(at);
        }
        let text = written(bytes);
        let is_text = matches!(text, std::borrow::Cow::Borrowed(_));
        let readable = !secret && of != Type::Binary;
        // what is the same as the column before it is left out, and comes back when it is loaded
        let folded = readable.then(|| folded_text(bytes));
        let row = Row {
            record: Some(self.own.id),
            object: Some(self.own.object),
            class: Some(self.own.class),
            options,
            position: Some(position),
            value: readable.then_some(&text),
            value_base64: (!secret && (!is_text || of == Type::Binary)).then(|| BASE64.encode(bytes)),
            folded: folded.clone().filter(|folded| **folded != *text),
            key: readable.then(|| key_text(of, bytes)).filter(|key| folded.as_ref() != Some(key)),
            number: match of {
                Type::Number if !secret => number(bytes),
                Type::Time if !secret => time::seconds(bytes),
                _ => None,
            },
            line: Some(rows.lines.of(rows.store, self.read, offset)?),
            offset: Some(offset),
            length: Some(at.span.length),
            ..Row::new(kind, rows.source, attribute, self.own.file)
        };
        line(&row, self.into);
        Ok(())
    }

    /// A row that says something of an attribute of the object, and has no value.
    fn bare(&mut self, kind: Kind, slot: &Slot) {
        let name = self.rows.names.name(*slot);
        let row = Row { record: Some(self.own.id), ..Row::new(kind, self.rows.source, name, self.own.file) };
        line(&row, self.into);
    }
}

fn line(row: &Row<'_>, into: &mut Vec<u8>) {
    // texts and numbers are always JSON
    if let Ok(text) = serde_json::to_string(row) {
        into.extend_from_slice(crate::finding::printable_json(&text).as_bytes());
        into.push(b'\n');
    }
}

/// Lines of places that mostly come in order: those of one block are counted on from the last one.
struct Lines {
    index: LineIndex,
    /// Where the block begins, and behind it the last place, counted from there, with its line; 0 if there is none.
    block: u64,
    behind: (usize, u64),
}

impl Lines {
    /// The line of an offset of the file, from 1 on.
    fn of(&mut self, store: &Store, read: Read<'_>, offset: u64) -> std::io::Result<u64> {
        let Some(at) = offset.checked_sub(read.offset).and_then(|at| usize::try_from(at).ok()) else {
            return Ok(self.index.position(store, offset)?.line);
        };
        let (from, line) = self.behind;
        let between = read.block.get(from..at).filter(|_| self.block == read.offset && line > 0);
        let line = match between {
            Some(between) => line + memchr::memchr_iter(b'\n', between).count() as u64,
            None => self.index.position(store, offset)?.line,
        };
        self.block = read.offset;
        self.behind = (at, line);
        Ok(line)
    }
}
