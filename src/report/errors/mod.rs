//! The provisioning errors of a tenant: for people, as JSON (`presync-errors/1`) and as CSV.

mod csv;
mod human;
mod json;

use std::io::{self, Write};

use super::Style;
use crate::entra::Attribute;
use crate::finding::Problem;
use crate::run::{Party, Placeholder, Provisioning, Recorded};
use crate::source::Store;

pub(super) use json::Document;

/// How errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON document, version 1.
    Json,
    /// A table: one row an error, or one a pair.
    Csv,
}

/// Which of two objects was there first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The one without the value, by the times when both were made.
    Victim,
    /// The one with the value, by the times when both were made.
    Holder,
    /// The one with the value, since it has it: when both were made was not exported.
    HolderByValue,
}

/// An object that is refused a value, and the one that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'f> {
    /// The error of the object that is refused the value.
    pub error: &'f Recorded,
    /// The number of the object that holds the value.
    pub holder: usize,
    /// What it holds the value as.
    pub held_as: Attribute,
    /// Which of them was there first.
    pub first: First,
}

/// What is listed.
#[derive(Debug)]
pub struct Listing<'f> {
    /// What the tenant records.
    pub found: &'f Provisioning,
    /// The errors to list, in order.
    pub errors: Vec<&'f Recorded>,
    /// The names to list that should have healed.
    pub placeholders: Vec<&'f Placeholder>,
    /// The pairs of the errors.
    pub pairs: Vec<Pair<'f>>,
    /// What is wrong with the files.
    pub problems: &'f [Problem],
    /// People see pairs, not errors.
    pub by_pair: bool,
}

impl Listing<'_> {
    fn party(&self, number: usize) -> Option<&Party> {
        self.found.parties.get(number)
    }
}

/// Writes what is listed.
///
/// # Errors
/// What the operating system says of writing.
pub fn write(
    format: Format,
    listing: &Listing<'_>,
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::write(listing, store, style, out),
        Format::Json => json::write(listing, store, out),
        Format::Csv => csv::write(listing, out),
    }
}

/// The last line for people.
///
/// # Errors
/// What the operating system says of writing.
pub fn summary(listing: &Listing<'_>, out: &mut dyn Write) -> io::Result<()> {
    human::summary(listing, out)
}
