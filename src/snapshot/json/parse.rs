//! The text of one object, read into a tree. Faults are reported, and reading goes on where that makes sense.

use std::hash::Hasher;

use rustc_hash::FxHasher;
use smallvec::SmallVec;

use super::fault::Fault;
use super::scan::DEPTH;
use crate::finding::Problem;
use crate::snapshot::tree::{Kind, NodeId, Tree};
use crate::snapshot::{Place, Record, Text};
use crate::source::{FileId, Form, Location, decode, escape};

/// Reads values from a block.
pub(super) struct Parser<'b, 'r> {
    pub(super) block: &'b [u8],
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) file: FileId,
    pub(super) offset: u64,
    pub(super) record: &'r mut Record,
    pub(super) problems: &'r mut Vec<Problem>,
}

/// Reading cannot go on; it was reported.
pub(super) struct Broken;

type Parsed<T> = Result<T, Broken>;

impl Parser<'_, '_> {
    /// The next byte that is no white space.
    pub(super) fn token(&mut self) -> Option<u8> {
        while self.at < self.end {
            match self.block.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
        None
    }

    fn report(&mut self, fault: Fault, at: usize, length: usize) {
        let place = Location::new(self.file, self.offset + at as u64, length as u64);
        self.problems.push(fault.at(place));
        self.record.damaged |= fault != Fault::SameKey;
    }

    fn broken<T>(&mut self, fault: Fault, at: usize) -> Parsed<T> {
        self.report(fault, at, 1);
        Err(Broken)
    }

    /// Reads the value of a frame into the tree; of a broken one what was read counts.
    pub(super) fn object(&mut self, tree: &mut Tree) -> Parsed<NodeId> {
        let id = self.value(tree, None, None, 0)?;
        if !self.record.damaged && self.token().is_some() {
            self.report(Fault::Unexpected, self.at, 1);
        }
        Ok(id)
    }

    /// Reads a value into the tree.
    pub(super) fn value(
        &mut self,
        tree: &mut Tree,
        parent: Option<NodeId>,
        key: Option<(Text, Place)>,
        depth: usize,
    ) -> Parsed<NodeId> {
        let start = self.at;
        if depth > DEPTH {
            return self.broken(Fault::TooDeep, start);
        }
        match self.token() {
            None => self.broken(Fault::CutShort, start.saturating_sub(1)),
            Some(b'{') => {
                let id = tree.push(parent, key, Kind::Map, Place::new(self.at..self.at + 1, Form::Plain));
                let read = self.fields(tree, id, depth);
                tree.close(id, self.at);
                self.same_keys(tree, id);
                // of a broken object what was read counts, at every level
                read.map_or_else(|Broken| if parent.is_none() { Ok(id) } else { Err(Broken) }, |()| Ok(id))
            }
            Some(b'[') => {
                let id = tree.push(parent, key, Kind::List, Place::new(self.at..self.at + 1, Form::Plain));
                self.members(tree, id, depth)?;
                tree.close(id, self.at);
                Ok(id)
            }
            Some(b'"') => {
                let (text, place) = self.text()?;
                Ok(tree.push(parent, key, Kind::Scalar { text, place, number: false }, place))
            }
            Some(_) => {
                let (kind, place) = self.literal()?;
                Ok(tree.push(parent, key, kind, place))
            }
        }
    }

    fn fields(&mut self, tree: &mut Tree, id: NodeId, depth: usize) -> Parsed<()> {
        let open = self.at;
        self.at += 1;
        if self.token() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            match self.token() {
                Some(b'"') => {}
                None => return self.broken(Fault::CutShort, open),
                Some(_) => return self.broken(Fault::Unexpected, self.at),
            }
            let key = self.text()?;
            if self.token() != Some(b':') {
                return self.broken(Fault::Unexpected, self.at.min(self.end.saturating_sub(1)));
            }
            self.at += 1;
            self.value(tree, Some(id), Some(key), depth + 1)?;
            if self.next(b'}', open)? {
                return Ok(());
            }
        }
    }

    fn members(&mut self, tree: &mut Tree, id: NodeId, depth: usize) -> Parsed<()> {
        let open = self.at;
        self.at += 1;
        if self.token() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.value(tree, Some(id), None, depth + 1)?;
            if self.next(b']', open)? {
                return Ok(());
            }
        }
    }

    /// What follows a member: a comma and another one, or the end.
    fn next(&mut self, close: u8, open: usize) -> Parsed<bool> {
        match self.token() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                if self.token() == Some(close) {
                    self.report(Fault::TrailingComma, comma, 1);
                    self.at += 1;
                    return Ok(true);
                }
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(true)
            }
            None => self.broken(Fault::CutShort, open),
            Some(b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') if close == b']' => {
                // what follows is clear enough to go on
                self.report(Fault::MissingComma, self.at, 1);
                Ok(false)
            }
            Some(b'"') => {
                // what follows is clear enough to go on
                self.report(Fault::MissingComma, self.at, 1);
                Ok(false)
            }
            Some(_) => self.broken(Fault::Unexpected, self.at),
        }
    }

    /// The text at the opening quote: its decoded text, and the place between the quotes.
    pub(super) fn text(&mut self) -> Parsed<(Text, Place)> {
        let open = self.at;
        let start = open + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            let rest = self.block.get(at..self.end).unwrap_or_default();
            let Some(next) = memchr::memchr2(b'"', b'\\', rest) else {
                return self.broken(Fault::OpenText, open);
            };
            at += next;
            if self.block.get(at) == Some(&b'"') {
                break;
            }
            escaped = true;
            let (character, length) = escape(self.block.get(at..self.end).unwrap_or_default());
            if character.is_none() {
                let half = length == 6;
                self.report(if half { Fault::HalfPair } else { Fault::BadEscape }, at, length);
            }
            at += length.max(1);
        }
        self.at = at + 1;
        let raw = self.block.get(start..at).unwrap_or_default();
        // of most texts nothing more has to be known
        let (least, bits) =
            raw.iter().fold((u8::MAX, 0), |(least, bits), byte| (least.min(*byte), bits | byte));
        if least < 0x20 {
            let lines = raw.contains(&b'\n');
            if lines && !matches!(self.token(), None | Some(b',' | b':' | b'}' | b']')) {
                return self.broken(Fault::OpenText, open);
            }
            if let Some(control) = raw.iter().position(|byte| *byte < 0x20) {
                self.report(Fault::Control, start + control, 1);
            }
        }
        if bits >= 0x80
            && let Err(error) = std::str::from_utf8(raw)
        {
            self.report(Fault::NotUtf8, start + error.valid_up_to(), 1);
        }
        if !escaped {
            return Ok((Text::of_block(start..at), Place::new(start..at, Form::Plain)));
        }
        let (decoded, _) = decode(raw, Form::JsonText);
        let arena = self.record.arena();
        let begin = arena.len();
        arena.extend_from_slice(&decoded);
        Ok((Text::of_arena(begin..arena.len()), Place::new(start..at, Form::JsonText)))
    }

    fn literal(&mut self) -> Parsed<(Kind, Place)> {
        let start = self.at;
        let rest = self.block.get(start..self.end).unwrap_or_default();
        let length = rest.iter().position(|byte| {
            matches!(byte, b',' | b'}' | b']' | b'{' | b'[' | b'"' | b':') || byte.is_ascii_whitespace()
        });
        let length = length.unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default();
        let place = Place::new(start..start + length, Form::Plain);
        if word.is_empty() {
            return self.broken(Fault::Unexpected, start);
        }
        self.at += length;
        let text = Text::of_block(start..start + length);
        Ok(match word {
            b"null" => (Kind::Null, place),
            b"true" | b"false" => (Kind::Scalar { text, place, number: false }, place),
            _ => {
                if !is_number(word) {
                    self.report(Fault::BadLiteral, start, length);
                }
                (Kind::Scalar { text, place, number: true }, place)
            }
        })
    }

    /// Reports fields that an object has twice.
    fn same_keys(&mut self, tree: &Tree, id: NodeId) {
        let mut hashes = SmallVec::<[u64; 64]>::new();
        for child in tree.children(id) {
            let Some((text, _)) = tree.key(child) else { continue };
            let mut hasher = FxHasher::default();
            hasher.write(self.record.bytes(self.block, text));
            hashes.push(hasher.finish());
        }
        hashes.sort_unstable();
        if hashes.windows(2).any(|pair| pair.first() == pair.last()) {
            self.keys_told_twice(tree, id);
        }
    }

    #[cold]
    fn keys_told_twice(&mut self, tree: &Tree, id: NodeId) {
        let mut keys: Vec<(&[u8], Place)> = Vec::new();
        let mut same = Vec::new();
        for child in tree.children(id) {
            let Some((text, place)) = tree.key(child) else { continue };
            keys.push((self.record.bytes(self.block, text), place));
        }
        keys.sort_unstable_by_key(|(text, place)| (*text, place.start));
        for pair in keys.windows(2) {
            if let [(one, first), (other, second)] = pair
                && one == other
            {
                same.push((*first, *second));
            }
        }
        for (first, second) in same {
            let place = |place: Place| {
                Location::new(self.file, self.offset + u64::from(place.start), u64::from(place.length))
            };
            self.problems.push(Fault::SameKey.at(place(second)).also(place(first), "the first one"));
        }
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
fn is_number(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"-").unwrap_or(word);
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(word);
    if whole == 0 || whole > 1 && word.first() == Some(&b'0') {
        return false;
    }
    let mut rest = word.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = fraction.get(count..).unwrap_or_default();
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}
