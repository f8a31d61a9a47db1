//! YAML.

use std::io;

use super::file::{Opening, Part};
use super::tree::Objects;
use super::{Health, Record};
use crate::finding::Problem;

pub(super) fn open(_: &Opening<'_>, _: &mut Vec<Problem>) -> io::Result<Objects> {
    Ok(Objects::default())
}

/// Reads objects.
#[derive(Debug)]
pub struct YamlReader<'a> {
    _part: Part<'a>,
    health: Health,
}

impl<'a> YamlReader<'a> {
    pub(super) fn new(part: Part<'a>, _: &'a Objects) -> Self {
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
