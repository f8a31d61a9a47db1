//! A plan of mends: as a unified diff with what is to be said about it, and for machines.

mod diff;
mod json;
mod words;

use std::io::{self, Write};

use super::Style;
use crate::fix::Plan;
use crate::source::Store;

pub(super) use json::Document;
pub use words::Done;

/// Writes what a plan changes, file by file; what cannot be shown as lines of a file is said in words.
///
/// # Errors
/// What the operating system says of writing.
pub fn fix_diff(plan: &Plan, store: &Store, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    diff::write(plan, store, style, out)
}

/// Writes what people have to know besides: what was withdrawn, what they have to choose, and how much there is.
///
/// # Errors
/// What the operating system says of writing.
pub fn fix_summary(plan: &Plan, done: &[Done], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    words::write(plan, done, style, out)
}

/// Writes a plan as one JSON document, version 1.
///
/// # Errors
/// What the operating system says of writing.
pub fn fix_json(plan: &Plan, done: &[Done], store: &Store, out: &mut dyn Write) -> io::Result<()> {
    json::write(plan, done, store, out)
}
