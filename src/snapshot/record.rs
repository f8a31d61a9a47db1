//! One object as a reader yields it. A record owns no text: its values are ranges of the block that was read, or of the
//! record's own arena where they had to be decoded (unfolded, or from base64). A record is filled again and again, so
//! that reading a million objects allocates nothing.

use std::ops::Range;

use super::names::{Names, Slot};
use crate::source::{Form, Span};

/// Decoded text: a range of the block that the record was read from, or of its arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Text {
    start: u32,
    length: u32,
    decoded: bool,
}

impl Text {
    /// How many bytes it has.
    #[must_use]
    pub fn length(self) -> usize {
        self.length as usize
    }

    /// The bytes `range` of the block.
    #[must_use]
    pub fn of_block(range: Range<usize>) -> Self {
        Self::new(range, false)
    }

    /// The bytes from `start` of the block up to `end`.
    #[must_use]
    #[inline]
    pub fn between(start: u32, end: u32) -> Self {
        Self { start, length: end.saturating_sub(start), decoded: false }
    }

    /// The bytes `range` of the arena.
    #[must_use]
    pub fn of_arena(range: Range<usize>) -> Self {
        Self::new(range, true)
    }

    fn new(range: Range<usize>, decoded: bool) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: number(range.start), length: number(range.len()), decoded }
    }

    /// The same without the last `count` bytes.
    #[must_use]
    pub fn without_tail(self, count: usize) -> Self {
        Self { length: self.length.saturating_sub(u32::try_from(count).unwrap_or(u32::MAX)), ..self }
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.length as usize
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.length == 0
    }
}

/// Where a value stands in the block: the raw bytes as stored, and how they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// The first raw byte, counted from the beginning of the block.
    pub start: u32,
    /// The number of raw bytes.
    pub length: u32,
    /// How they are written.
    pub form: Form,
    /// Whether the raw bytes are a URL whose content is the value (`name:< url`); it is never opened, and the text
    /// is the URL itself.
    pub url: bool,
    /// How many bytes at the beginning of the value stand nowhere in the file (`SMTP:` before an address of SCIM).
    pub added: u8,
}

impl Place {
    /// The bytes of a text of the block, which is written as it is.
    #[must_use]
    #[inline]
    pub fn plain(text: Text) -> Self {
        Self { start: text.start, length: text.length, form: Form::Plain, url: false, added: 0 }
    }

    /// The bytes `range` of the block, written in a form.
    #[must_use]
    pub fn new(range: Range<usize>, form: Form) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: number(range.start), length: number(range.len()), form, url: false, added: 0 }
    }
}

/// One value of one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The slot of the name without options; none if the name is not among the names that were asked for.
    pub slot: Option<Slot>,
    /// The name as it stands in the block, with options.
    pub name: Text,
    /// Where the options begin in the name (`;binary`), counted from its beginning; its length if it has none.
    pub options: u32,
    /// The decoded value.
    pub value: Text,
    /// Where it stands.
    pub place: Place,
    /// The next entry of the same slot in this record.
    next: u32,
}

/// A value that stands elsewhere in the file: its place in the record is a reference (`*name` in YAML).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    /// The number of the value among all values of the record.
    pub entry: u32,
    /// The value itself, in the file.
    pub span: Span,
    /// How it is written there.
    pub form: Form,
}

/// What kind of record it is. Only content records and added ones are objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// An object.
    #[default]
    Content,
    /// A change record; `Change::Add` is an object too.
    Change(Change),
}

/// The change types of RFC 2849.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// `add`: the object as it will be.
    Add,
    /// `delete`.
    Delete,
    /// `modify`; see [`Record::modifications`].
    Modify,
    /// `modrdn` or `moddn`; its parts are entries named `newrdn`, `deleteoldrdn`, `newsuperior`.
    Rename,
}

/// What a modification does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModifyOp {
    /// Adds values.
    Add,
    /// Deletes values, or the whole attribute if none are given.
    Delete,
    /// Replaces all values.
    Replace,
    /// Adds to a number (RFC 4525).
    Increment,
}

/// One modification of a `modify` record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modification {
    /// What it does.
    pub op: ModifyOp,
    /// The attribute, with options.
    pub attribute: Text,
    /// Its values: a range of the record's entries.
    pub values: Range<usize>,
}

const NONE: u32 = u32::MAX;

/// The first and the last entry of a slot.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: u32,
    last: u32,
}

impl Run {
    const EMPTY: Self = Self { first: NONE, last: NONE };
}

/// The largest value, in bytes: 16 MB. Active Directory takes no request of more than 10 MB (`MaxReceiveBuffer` among its LDAP
/// policies).
const MAX_VALUE: usize = 16 << 20;

/// One object, or one change, of a snapshot.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// What it is.
    pub kind: Kind,
    /// The bytes of the block that it was read from.
    pub start: usize,
    /// The first byte behind it.
    pub end: usize,
    /// The decoded distinguished name (or the best name that the format gives).
    pub dn: Text,
    /// Where the name stands.
    pub dn_place: Place,
    /// Other names by which references find the object.
    pub other_names: Vec<Text>,
    /// What people call the object, where its name is a number that says nothing to them; empty if it says enough.
    pub title: Text,
    /// Values that are reached by a reference.
    pub elsewhere: Vec<Elsewhere>,
    /// Slots that are named without a value (`null`, `[]`): they were exported.
    pub empty: Vec<Slot>,
    /// LDAP controls of a change record: the text behind `control:`.
    pub controls: Vec<Text>,
    /// The modifications of a `modify` record.
    pub modifications: Vec<Modification>,
    /// Slots of which only a part was exported (`member;range=0-1499`).
    pub partial: Vec<Slot>,
    /// Slots that were not exported for this object (a column that is not there): it may have values all the same.
    pub unasked: Vec<Slot>,
    /// A fault in the record made the reader skip a part of it; the rest is judged.
    pub damaged: bool,
    entries: Vec<Entry>,
    runs: Vec<Run>,
    present: Vec<u64>,
    arena: Vec<u8>,
    scratch: Vec<u8>,
}

impl Record {
    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        for entry in &self.entries {
            if let Some(slot) = entry.slot
                && let Some(run) = self.runs.get_mut(usize::from(slot.0))
            {
                *run = Run::EMPTY;
            }
        }
        self.entries.clear();
        self.present.fill(0);
        self.arena.clear();
        self.controls.clear();
        self.modifications.clear();
        self.partial.clear();
        self.unasked.clear();
        self.other_names.clear();
        self.elsewhere.clear();
        self.empty.clear();
        self.title = Text::default();
        self.kind = Kind::Content;
        self.dn = Text::default();
        self.dn_place = Place::default();
        self.damaged = false;
        (self.start, self.end) = (0, 0);
    }

    /// About how many bytes of memory it holds.
    #[must_use]
    pub fn bytes_of_memory(&self) -> usize {
        self.entries.capacity() * size_of::<Entry>()
            + self.runs.capacity() * size_of::<Run>()
            + self.present.capacity() * size_of::<u64>()
            + self.arena.capacity()
            + self.scratch.capacity()
    }

    /// Adds a value behind the others.
    #[inline]
    pub fn push(&mut self, slot: Option<Slot>, name: Text, options: u32, value: Text, place: Place) {
        let index = u32::try_from(self.entries.len()).unwrap_or(NONE);
        self.entries.push(Entry { slot, name, options, value, place, next: NONE });
        let Some(slot) = slot else { return };
        let slot = usize::from(slot.0);
        if self.runs.len() <= slot {
            self.make_room(slot);
        }
        if let Some(word) = self.present.get_mut(slot / 64) {
            *word |= 1 << (slot % 64);
        }
        let Some(run) = self.runs.get_mut(slot) else { return };
        let before = std::mem::replace(&mut run.last, index);
        if run.first == NONE {
            run.first = index;
        } else if let Some(previous) = self.entries.get_mut(before as usize) {
            previous.next = index;
        }
    }

    #[cold]
    fn make_room(&mut self, slot: usize) {
        self.runs.resize(slot + 1, Run::EMPTY);
        self.present.resize(slot / 64 + 1, 0);
    }

    /// Puts another text in place of value number `index`, which keeps its place.
    pub fn set_value(&mut self, index: usize, value: Text) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.value = value;
        }
    }

    /// Takes out values that are larger than 16 MB; the attribute and the place of each. The record is damaged then.
    pub fn remove_large(&mut self, block: &[u8], names: &Names) -> Vec<(String, Place)> {
        // most objects as a whole are smaller than that
        if self.end.saturating_sub(self.start) < MAX_VALUE && self.arena.len() < MAX_VALUE {
            return Vec::new();
        }
        let large = |(_, entry): &(usize, &Entry)| entry.value.len() > MAX_VALUE;
        let name = |entry: &Entry| match entry.slot {
            Some(slot) => names.name(slot).to_owned(),
            None => String::from_utf8_lossy(self.bytes(block, entry.name)).into_owned(),
        };
        let entries = self.entries.iter().enumerate().filter(large);
        let (gone, told): (Vec<usize>, Vec<_>) =
            entries.map(|(number, entry)| (number, (name(entry), entry.place))).unzip();
        if !gone.is_empty() {
            self.remove(&gone);
            self.damaged = true;
        }
        told
    }

    /// Takes values out, by their numbers, in order; those behind get smaller ones.
    pub fn remove(&mut self, gone: &[usize]) {
        let entries = std::mem::take(&mut self.entries);
        self.runs.fill(Run::EMPTY);
        self.present.fill(0);
        let elsewhere = std::mem::take(&mut self.elsewhere);
        for (number, entry) in
            entries.into_iter().enumerate().filter(|(number, _)| gone.binary_search(number).is_err())
        {
            let now = u32::try_from(self.entries.len()).unwrap_or(NONE);
            let known = elsewhere.iter().find(|known| known.entry as usize == number);
            self.elsewhere.extend(known.map(|known| Elsewhere { entry: now, ..*known }));
            self.push(entry.slot, entry.name, entry.options, entry.value, entry.place);
        }
    }

    /// All values, in file order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The name of the last value that was added, with options.
    #[must_use]
    pub fn last_name<'a>(&'a self, block: &'a [u8]) -> Option<&'a [u8]> {
        self.entries.last().map(|entry| self.bytes(block, entry.name))
    }

    /// The value number `index`.
    #[must_use]
    pub fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    /// Whether the attribute has a value.
    #[must_use]
    pub fn has(&self, slot: Slot) -> bool {
        self.runs.get(usize::from(slot.0)).is_some_and(|run| run.first != NONE)
    }

    /// The slots that have a value, one bit each: bit 0 of word 0 is slot 0.
    #[must_use]
    pub fn present(&self) -> &[u64] {
        &self.present
    }

    /// The values of one attribute (with any options), in file order, each with its number among all entries.
    pub fn values(&self, slot: Slot) -> impl Iterator<Item = (usize, &Entry)> {
        let mut next = self.runs.get(usize::from(slot.0)).map_or(NONE, |run| run.first);
        std::iter::from_fn(move || {
            let index = next as usize;
            let entry = self.entries.get(index)?;
            next = entry.next;
            Some((index, entry))
        })
    }

    /// The value of an attribute that has no other.
    #[must_use]
    pub fn only(&self, slot: Slot) -> Option<&Entry> {
        let run = self.runs.get(usize::from(slot.0))?;
        self.entries.get(run.first as usize).filter(|entry| entry.next == NONE)
    }

    /// The bytes of a text; `block` is what the record was read from.
    #[must_use]
    pub fn bytes<'a>(&'a self, block: &'a [u8], text: Text) -> &'a [u8] {
        let from = if text.decoded { &self.arena } else { block };
        let start = text.start as usize;
        from.get(start..start + text.length as usize).unwrap_or_default()
    }

    /// Whether two texts of the arena are the same, without regard to the case of ASCII letters.
    #[must_use]
    pub fn same(&self, one: Text, other: Text) -> bool {
        one.decoded && other.decoded && self.bytes(&[], one).eq_ignore_ascii_case(self.bytes(&[], other))
    }

    /// Empty memory for something that is needed while a value is read; give it back with [`Record::keep_scratch`].
    #[must_use]
    pub fn scratch(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.scratch)
    }

    /// Keeps memory for the next value.
    pub fn keep_scratch(&mut self, mut scratch: Vec<u8>) {
        scratch.clear();
        self.scratch = scratch;
    }

    /// Where readers put what they decode: append to it, and make a [`Text::of_arena`] of the range.
    pub fn arena(&mut self) -> &mut Vec<u8> {
        &mut self.arena
    }
}
