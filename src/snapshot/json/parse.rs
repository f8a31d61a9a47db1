//! The text of one object, read into a tree. Faults are reported, and reading goes on where that makes sense.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::fault::Fault;
use super::scan::DEPTH;
use super::text::Ends;
use crate::finding::Problem;
use crate::snapshot::shape::Mappings;
use crate::snapshot::tree::{Found, Kind, NodeId, Tree};
use crate::snapshot::{Names, Place, Record, Text};
use crate::source::{FileId, Form, Location};

/// How many fields an object mostly has at most, and for how many there is room: a power of two.
const FEW: usize = 64;
const ROOM: usize = 2 * FEW;

/// For each byte, whether it ends a word that stands without quotes.
// evaluated by the compiler, which checks the index
#[allow(clippy::indexing_slicing)]
const ENDS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let c = byte as u8;
        table[byte] = matches!(c, b',' | b'}' | b']' | b'{' | b'[' | b'"' | b':') || c.is_ascii_whitespace();
        byte += 1;
    }
    table
};

/// Reads values from a block.
pub(super) struct Parser<'b, 'r> {
    pub(super) block: &'b [u8],
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) file: FileId,
    pub(super) offset: u64,
    /// The attributes that are asked for.
    pub(super) names: &'b Names,
    /// The shapes of the file; none if the user gave one.
    pub(super) shapes: Option<&'b Mappings>,
    pub(super) record: &'r mut Record,
    pub(super) problems: &'r mut Vec<Problem>,
    /// Where texts may end.
    pub(super) ends: Ends,
}

/// Reading cannot go on; it was reported.
pub(super) struct Broken;

pub(super) type Parsed<T> = Result<T, Broken>;

impl Parser<'_, '_> {
    /// The next byte that is no white space.
    #[inline]
    pub(super) fn token(&mut self) -> Option<u8> {
        match self.block.get(self.at) {
            Some(byte) if *byte > b' ' && self.at < self.end => Some(*byte),
            _ => self.token_behind(),
        }
    }

    /// The same where white space may stand before it.
    fn token_behind(&mut self) -> Option<u8> {
        while self.at < self.end {
            match self.block.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
        None
    }

    pub(super) fn report(&mut self, fault: Fault, at: usize, length: usize) {
        let place = Location::new(self.file, self.offset + at as u64, length as u64);
        self.problems.push(fault.at(place));
        self.record.damaged |= fault != Fault::SameKey;
    }

    pub(super) fn broken<T>(&mut self, fault: Fault, at: usize) -> Parsed<T> {
        self.report(fault, at, 1);
        Err(Broken)
    }

    /// Reads what a frame holds: an object, or a key and its value.
    pub(super) fn keyed(&mut self, tree: &mut Tree, has_key: bool) -> Parsed<Found> {
        let mut key = None;
        if has_key {
            key = Some(self.text()?);
            if self.token() == Some(b':') {
                self.at += 1;
            }
        }
        Ok((self.object(tree)?, key))
    }

    /// Reads the value of a frame into the tree; of a broken one what was read counts.
    fn object(&mut self, tree: &mut Tree) -> Parsed<NodeId> {
        let id = self.value(tree, None, None, 0)?;
        if !self.record.damaged && self.token().is_some() {
            self.report(Fault::Unexpected, self.at, 1);
        }
        Ok(id)
    }

    /// Reads a value into the tree.
    fn value(
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
                let field = key.filter(|_| depth == 1);
                if let Some(bytes) = field.and_then(|(key, _)| self.bytes(key)) {
                    return Ok(tree.push(parent, key, bytes.0, bytes.1));
                }
                let id = tree.push(parent, key, Kind::List, Place::new(self.at..self.at + 1, Form::Plain));
                self.members(tree, id, depth)?;
                tree.close(id, self.at);
                Ok(id)
            }
            Some(b'"') => {
                let (text, place) = self.text()?;
                Ok(tree.push(parent, key, Kind::Scalar { text, number: false }, place))
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

    /// The list of numbers at the bracket as one value, if it is a field of the object that is an attribute of bytes: a node for
    /// each of them would cost more than the rest of the object. Where a shape may ask for one of them, they are read as others.
    fn bytes(&mut self, key: Text) -> Option<(Kind, Place)> {
        let name = self.record.bytes(self.block, key);
        self.names.slot(name).filter(|slot| self.names.described(*slot).kind.is_bytes())?;
        self.shapes.filter(|shapes| !shapes.looks_into(name))?;
        let raw = self.block.get(self.at..self.end)?;
        let arena = self.record.arena();
        let begin = arena.len();
        let Some(length) = byte_list(raw, arena) else {
            arena.truncate(begin);
            return None;
        };
        let text = Text::of_arena(begin..arena.len());
        let place = Place::new(self.at..self.at + length, Form::JsonBytes);
        self.at += length;
        Some((Kind::Scalar { text, number: false }, place))
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

    fn literal(&mut self) -> Parsed<(Kind, Place)> {
        let start = self.at;
        let rest = self.block.get(start..self.end).unwrap_or_default();
        // a table has a row for every byte
        let length = rest.iter().position(|byte| ENDS_WORD.get(usize::from(*byte)) == Some(&true));
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
            b"true" | b"false" => (Kind::Scalar { text, number: false }, place),
            _ => {
                if !is_number(word) {
                    self.report(Fault::BadLiteral, start, length);
                }
                (Kind::Scalar { text, number: true }, place)
            }
        })
    }

    /// Reports fields that an object has twice.
    fn same_keys(&mut self, tree: &Tree, id: NodeId) {
        // the hashes that were met, each where it says or behind that; 0 is free
        let mut met = [0_u64; ROOM];
        for (number, child) in tree.children(id).enumerate() {
            let Some((text, _)) = tree.key(child) else { continue };
            let hash = hash_of(self.record.bytes(self.block, text)) | 1;
            let mut place = usize::try_from(hash >> (64 - ROOM.ilog2())).unwrap_or(0);
            loop {
                match met.get_mut(place) {
                    Some(free @ 0) if number < FEW => {
                        *free = hash;
                        break;
                    }
                    Some(known) if *known != hash && number < FEW => place = (place + 1) % ROOM,
                    // one is there twice, or there are many
                    _ => return self.keys_told_twice(tree, id),
                }
            }
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

/// A number for a name; others seldom have the same.
#[inline]
fn hash_of(name: &[u8]) -> u64 {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = match (name.first_chunk(), name.last_chunk()) {
        (Some(head), Some(tail)) if name.len() <= 16 => {
            u64::from_le_bytes(*head) ^ u64::from_le_bytes(*tail).rotate_left(29)
        }
        (Some(_), _) => {
            let mut hasher = FxHasher::default();
            hasher.write(name);
            hasher.finish()
        }
        _ => name.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    };
    (mixed ^ name.len() as u64).wrapping_mul(MIX)
}

/// Reads the list of bytes with which a text begins; its length. None if it is none, or if anything is wrong with it.
fn byte_list(raw: &[u8], into: &mut Vec<u8>) -> Option<usize> {
    let mut at = 1;
    loop {
        let (number, behind) = match raw.get(at..)? {
            // as programs write them
            [a @ b'0'..=b'9', b',' | b']', ..] => (number_of(&[*a]), at + 1),
            [a @ b'1'..=b'9', b @ b'0'..=b'9', b',' | b']', ..] => (number_of(&[*a, *b]), at + 2),
            [a @ b'1'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', b',' | b']', ..] => {
                (number_of(&[*a, *b, *c]), at + 3)
            }
            _ => spaced_number(raw, at)?,
        };
        into.push(u8::try_from(number).ok()?);
        match raw.get(behind)? {
            b',' => at = behind + 1,
            b']' => return Some(behind + 1),
            _ => return None,
        }
    }
}

/// A number of a list that may have spaces around it, and what is behind these.
fn spaced_number(raw: &[u8], at: usize) -> Option<(u32, usize)> {
    let space = |at: usize| {
        let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        at + raw.get(at..).unwrap_or_default().iter().take_while(is_space).count()
    };
    let first = space(at);
    let count = raw.get(first..)?.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    let word = raw.get(first..first + count)?;
    if word.is_empty() || (count > 1 && word.first() == Some(&b'0')) {
        return None;
    }
    Some((number_of(word), space(first + count)))
}

/// The number that digits say.
#[inline]
fn number_of(word: &[u8]) -> u32 {
    word.iter().fold(0, |number, digit| 10 * number + u32::from(digit - b'0'))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_of_bytes_is_what_json_says(
            list in prop::collection::vec(
                prop_oneof![
                    8 => (0_u16..300).prop_map(|number| number.to_string()),
                    1 => prop_oneof![Just("07"), Just("1.5"), Just("-1"), Just(""), Just("1e1"), Just("[1]"), Just("\"1\"")]
                        .prop_map(str::to_owned),
                ],
                0..5,
            ),
            between in prop_oneof![4 => Just(","), 1 => Just(" , "), 1 => Just(",\r\n\t"), 1 => Just(" ")],
            end in prop_oneof![6 => Just("]"), 1 => Just(" ]"), 1 => Just(""), 1 => Just(",]")],
        ) {
            let text = format!("[{}{end}", list.join(between));
            let mut bytes = Vec::new();
            let found = byte_list(format!("{text},\"next\": [1]").as_bytes(), &mut bytes);
            let said = serde_json::from_str::<Vec<u8>>(&text).ok().filter(|bytes| !bytes.is_empty());
            prop_assert_eq!(found.map(|length| (length, bytes)), said.map(|bytes| (text.len(), bytes)));
        }

        #[test]
        fn a_field_that_is_there_twice_is_told(keys in prop::collection::vec("[a-h]{1,3}", 0..90)) {
            let fields: Vec<String> = keys.iter().map(|key| format!("\"{key}\":1")).collect();
            let text = format!("{{{}}}", fields.join(","));
            let (names, mut record, mut problems) = (Names::all(), Record::default(), Vec::new());
            let mut parser = Parser {
                block: text.as_bytes(),
                at: 0,
                end: text.len(),
                file: FileId::default(),
                offset: 0,
                names: &names,
                shapes: None,
                record: &mut record,
                problems: &mut problems,
                ends: Ends::find(text.as_bytes(), 0..text.len(), Vec::new()),
            };
            prop_assert!(parser.keyed(&mut Tree::default(), false).is_ok());
            let different: std::collections::HashSet<&String> = keys.iter().collect();
            prop_assert_eq!(problems.len(), keys.len() - different.len());
        }
    }
}
