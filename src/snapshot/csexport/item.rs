//! What stands in an object, by place. An object holds several states of itself; which of them counts is known at its end.

use std::ops::Range;

use crate::snapshot::names::{Names, Slot};

/// A range of the block, in few bytes: large groups have many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Bytes {
    start: u32,
    end: u32,
}

impl From<Range<usize>> for Bytes {
    fn from(range: Range<usize>) -> Self {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { start: number(range.start), end: number(range.end) }
    }
}

impl Bytes {
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The states of an object, the one that counts most first, and what belongs to none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    /// What it will be.
    UnappliedExport,
    EscrowedExport,
    UnconfirmedExport,
    Synchronized,
    PendingImport,
    /// The change itself.
    Delta,
    /// In every state.
    Always,
}

impl Section {
    /// The state that an element of this name holds.
    pub(super) fn of_hologram(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"unapplied-export-hologram" => Self::UnappliedExport,
            b"escrowed-export-hologram" => Self::EscrowedExport,
            b"unconfirmed-export-hologram" => Self::UnconfirmedExport,
            b"synchronized-hologram" => Self::Synchronized,
            b"pending-import-hologram" => Self::PendingImport,
            _ => return None,
        })
    }
}

/// What else csexport says of an object; it becomes an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Connector,
    Agent,
    Operation,
    Metaverse,
    ErrorType,
    ErrorCode,
    ErrorText,
    /// What the service says in detail.
    ErrorDetail,
}

impl Piece {
    /// All of them.
    pub(super) const ALL: [Self; 8] = [
        Self::Connector,
        Self::Agent,
        Self::Operation,
        Self::Metaverse,
        Self::ErrorType,
        Self::ErrorCode,
        Self::ErrorText,
        Self::ErrorDetail,
    ];
    /// Those that may stand in the description of an error, in the order of [`super::tag::Tag::errors`].
    pub(super) const ERRORS: [Self; 4] =
        [Self::ErrorType, Self::ErrorCode, Self::ErrorText, Self::ErrorDetail];

    /// The one that an element of an object is.
    pub(super) fn of_object(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"connector" => Self::Connector,
            b"ma-name" => Self::Agent,
            b"export-delta-operation" => Self::Operation,
            b"mv-link" => Self::Metaverse,
            _ => return None,
        })
    }

    /// The one that an element of the description of an error is.
    pub(super) fn of_error(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"error-type" => Self::ErrorType,
            b"error-code" => Self::ErrorCode,
            b"error-literal" => Self::ErrorText,
            b"server-error-detail" => Self::ErrorDetail,
            _ => return None,
        })
    }

    /// The attribute that it becomes.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Self::Connector => "connector",
            Self::Agent => "ma-name",
            Self::Operation => "exportOperation",
            Self::Metaverse => "metaverseLink",
            Self::ErrorType => "exportError",
            Self::ErrorCode => "exportErrorCode",
            Self::ErrorText => "exportErrorText",
            Self::ErrorDetail => "exportErrorDetail",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A value of an attribute.
    Value,
    /// An attribute without values.
    NoValue,
    /// An object class.
    Class,
    /// The object class that says most of the object.
    MainClass,
    Piece(Piece),
}

/// A value, or something like it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Item {
    pub(super) section: Section,
    pub(super) what: What,
    /// The attribute, if it is a value of one.
    pub(super) attribute: Attribute,
    pub(super) raw: Bytes,
    pub(super) base64: bool,
}

/// An attribute as its tag names it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Attribute {
    pub(super) name: Bytes,
    pub(super) slot: Option<Slot>,
    /// The place of the attribute among those that people know an object by.
    pub(super) title: Option<u8>,
    /// The run asked for it.
    pub(super) wanted: bool,
    /// All values are given.
    pub(super) whole: bool,
}

/// The attributes that people know an object by, the best first.
const TITLES: [&[u8]; 4] = [b"userPrincipalName", b"displayName", b"mail", b"commonName"];

impl Attribute {
    /// The attribute named by a range of the block; none if nobody asked for it.
    pub(super) fn of(block: &[u8], name: Range<usize>, whole: bool, names: &Names) -> Option<Self> {
        let text = block.get(name.clone())?;
        let options = memchr::memchr(b';', text).unwrap_or(text.len());
        let slot = names.slot(text.get(..options)?);
        let title = TITLES.iter().position(|known| known.eq_ignore_ascii_case(text));
        let title = title.and_then(|rank| u8::try_from(rank).ok());
        let wanted = slot.is_some() || names.keeps_all();
        (wanted || title.is_some()).then_some(Self { name: name.into(), slot, title, wanted, whole })
    }
}
