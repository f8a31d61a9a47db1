//! The XML of csexport, a tool of Entra Connect: the objects of a connector space with what waits to be exported.

use std::io;

use super::file::{Opening, Part};
use super::{Frames, Health, Record};
use crate::finding::Problem;

/// Looks a file through for its objects.
///
/// # Errors
/// What the operating system says.
pub(super) fn open(_: &Opening<'_>, _: &mut Vec<Problem>) -> io::Result<Frames> {
    Ok(Frames::default())
}

/// Reads objects.
#[derive(Debug)]
pub struct CsexportReader<'a> {
    _part: Part<'a>,
    health: Health,
}

impl<'a> CsexportReader<'a> {
    pub(super) fn new(part: Part<'a>) -> Self {
        Self { _part: part, health: Health::default() }
    }

    /// See [`super::Reader::next`].
    pub fn next(&mut self, record: &mut Record, _: &mut Vec<Problem>) -> bool {
        record.clear();
        false
    }

    /// See [`super::Reader::health`].
    #[must_use]
    pub fn health(self) -> Health {
        self.health
    }
}
