//! Objects and values as the evaluator sees them.

use crate::snapshot::Record;
use crate::snapshot::value::dn;
use crate::source::FileId;

use super::signature::Signature;

/// One object.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// Its number among all objects of the run.
    pub number: u32,
    /// Its attributes.
    pub record: &'a Record,
    /// The bytes that the record was read from.
    pub block: &'a [u8],
    /// Where these begin in the file.
    pub offset: u64,
    /// The file.
    pub file: FileId,
    /// The name of the file.
    pub file_name: &'a str,
    /// What its object classes say.
    pub signature: &'a Signature,
}

impl<'a> Object<'a> {
    /// The distinguished name.
    #[must_use]
    pub fn name(&self) -> &'a [u8] {
        self.record.bytes(self.block, self.record.dn)
    }

    /// What tells it from all other objects of its source: its normalised name; its place if it has no name.
    #[must_use]
    pub fn identity(&self) -> Vec<u8> {
        let name = self.name();
        if !name.is_empty() {
            return dn::normalized(name);
        }
        let place = self.offset + self.record.start as u64;
        [&[0][..], &self.file.0.to_le_bytes(), &place.to_le_bytes()].concat()
    }

    /// Whether references find it by a normalised name.
    #[must_use]
    pub fn is_named(&self, normalized: &[u8]) -> bool {
        let others = self.record.other_names.iter().map(|text| self.record.bytes(self.block, *text));
        std::iter::once(self.name()).chain(others).any(|name| dn::normalized(name) == normalized)
    }
}

/// Which value of which object a value was made from, and which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The number of the object.
    pub object: u32,
    /// The number of the value among all values of the record; [`Origin::NAME`] is the distinguished name.
    pub entry: u32,
    /// The first byte of the part, and its length; none if the value was made from the whole.
    pub part: Option<(u32, u32)>,
}

impl Origin {
    /// Stands for the distinguished name in place of a value.
    pub const NAME: u32 = u32::MAX;
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content<'v> {
    /// Text, or bytes.
    Text(&'v [u8]),
    /// A number that a function made.
    Number(i64),
}

/// One value of an operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value<'v> {
    /// What it is.
    pub content: Content<'v>,
    /// Where it came from; none if it stands in the rule, or was made from several.
    pub origin: Option<Origin>,
}

impl<'v> Value<'v> {
    /// The text; empty if it is a number.
    #[must_use]
    pub fn text(&self) -> &'v [u8] {
        match self.content {
            Content::Text(text) => text,
            Content::Number(_) => &[],
        }
    }

    /// The part of this value that a function cut out.
    #[must_use]
    pub fn part(&self, range: std::ops::Range<usize>) -> Value<'v> {
        let text = self.text();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let origin = self.origin.map(|origin| Origin {
            part: origin.part.map(|(start, _)| (start + number(range.start), number(range.len()))),
            ..origin
        });
        Value { content: Content::Text(text.get(range).unwrap_or_default()), origin }
    }
}

/// An answer that may be unknown, since it lies in what was not read (yet, or at all).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It does not hold.
    No,
    /// It holds.
    Yes,
    /// Nobody knows.
    Unknown,
}

impl Answer {
    /// An answer that is known.
    #[must_use]
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl std::ops::Not for Answer {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            Self::Unknown => Self::Unknown,
        }
    }
}
