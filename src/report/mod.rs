//! Findings to bytes. Reports decide nothing: what is shown, and in which order, was decided before.

mod around;
mod concise;
pub mod diagnose;
pub mod errors;
mod excerpt;
mod fix;
mod forecast;
mod human;
mod json;
mod place;
mod proposal;
mod prose;
mod rule;
mod rule_page;
mod summary;

use std::io::{self, Write};

use crate::finding::Outcome;
use crate::source::Store;

pub use fix::{Done, fix_diff, fix_json, fix_summary};
pub use forecast::{Chosen, ForecastFormat, forecast, matches};
pub use human::{finding, problems};
pub use proposal::words as change_in_words;
pub use rule::rule;
pub use rule_page::rule_pages;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Excerpts with the faults underlined, for people.
    Human,
    /// One line for each finding.
    Concise,
    /// One JSON document, version 1.
    Json,
    /// One JSON value a line, version 1.
    JsonLines,
}

/// How a report looks.
#[derive(Clone, Copy)]
pub struct Style<'s> {
    /// Whether colours are used.
    pub colour: bool,
    /// How many columns there are.
    pub width: usize,
    /// How many findings of one rule people are shown; none is all.
    pub limit: Option<usize>,
    /// More is said: rules without objects, files that were not read.
    pub verbose: bool,
    /// Only findings are shown.
    pub quiet: bool,
    /// Whether values of an attribute never come out.
    pub secret: &'s (dyn Fn(&str) -> bool + Sync),
}

/// Writes the findings of a run, and for machines everything else.
///
/// # Errors
/// What the operating system says of reading the files again, or of writing.
pub fn write(
    format: Format,
    outcome: &Outcome,
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Human => human::findings(outcome, store, style, out),
        Format::Concise => concise::write(outcome, store, out),
        Format::Json => json::document(outcome, store, out),
        Format::JsonLines => json::lines(outcome, store, out),
    }
}

/// Writes the last lines for people: what was done, and what it means.
///
/// # Errors
/// What the operating system says of writing.
pub fn summary(outcome: &Outcome, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    summary::write(outcome, style, out)
}
