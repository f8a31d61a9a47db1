//! Tables: csvde, `Export-Csv`, and whatever else parts its cells by a separator.

use std::io;

use super::file::{Opening, Part};
use super::{Frames, Health, Record};
use crate::finding::Problem;

/// A table: its header, and where its rows stand.
#[derive(Debug)]
pub struct Table {
    pub(super) frames: Frames,
}

impl Table {
    /// Looks a table through.
    ///
    /// # Errors
    /// What the operating system says.
    pub(super) fn open(_: &Opening<'_>, _: &mut Health, _: &mut Vec<Problem>) -> io::Result<Self> {
        Ok(Self { frames: Frames::default() })
    }
}

/// Reads rows.
#[derive(Debug)]
pub struct CsvReader<'a> {
    _part: Part<'a>,
    health: Health,
}

impl<'a> CsvReader<'a> {
    pub(super) fn new(part: Part<'a>, _: &'a Table) -> Self {
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
