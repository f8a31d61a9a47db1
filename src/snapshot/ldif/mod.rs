//! LDIF: RFC 2849, and the dialects that ldifde, ldapsearch, ldbsearch, slapcat and db2ldif write.

mod block;
mod change;
mod ends;
mod fault;
mod learned;
mod line;
mod plain;
mod reader;
mod remarks;
mod search;
mod value;

use std::io;

use super::file::STRIDE;
use super::frame::{Frame, Frames};
use crate::source::{FileId, Store};

pub use block::{Blocks, MAX_BLOCK};
pub use fault::FaultKind;
pub(super) use learned::Learned;
pub use reader::LdifReader;
pub use search::Searches;

/// Looks a file through for the places where it can be cut between records.
///
/// # Errors
/// What the operating system says.
pub(super) fn frames(store: &Store, file: FileId) -> io::Result<Frames> {
    let ranges = Blocks::new(store, file, STRIDE).ranges()?;
    let frame = |range: std::ops::Range<u64>| Frame {
        start: range.start,
        length: u32::try_from(range.end - range.start).unwrap_or(u32::MAX),
        context: 0,
    };
    Ok(Frames::new(ranges.into_iter().map(frame).collect(), 1))
}
