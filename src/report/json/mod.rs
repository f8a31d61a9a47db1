//! JSON, version 1: fields may be added, never changed or removed. Documents are made of types from which their JSON Schemas
//! are made as well; lists in them are written piece by piece, so that none has to be in memory as a whole.

mod finding;
mod schema;
mod summary;
mod value;

use std::io::{self, Write};

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::place::Places;
use crate::finding::{Outcome, is_plain_json, printable_json};
use crate::source::Store;

pub(super) use finding::{Change, Edit, Finding};
pub use schema::schemas;
pub(super) use summary::BySeverity;
use summary::Summary;
pub(super) use value::{Place, Problem, Value};

/// How many findings are made ready at a time, and how many of them one thread makes in a row.
const BATCH: usize = 4096;
const RUN: usize = 128;
/// About how many bytes a finding takes.
const USUAL: usize = 1 << 11;

/// The name of the form of `presync check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync/1")]
    Version1,
}

/// What stands before the lists of a document: the name of its form, and what was done.
#[derive(Serialize)]
pub(super) struct Head<N, S> {
    pub(super) schema: N,
    pub(super) summary: S,
}

/// What a check found.
#[derive(JsonSchema)]
#[allow(dead_code)] // it is written piece by piece
pub(super) struct Document<'a> {
    schema: Schema,
    summary: Summary<'a>,
    findings: Vec<Finding<'a>>,
    problems: Vec<Problem<'a>>,
}

/// A line of JSON Lines.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
#[allow(clippy::large_enum_variant)] // none is kept
enum Line<'a> {
    /// A finding.
    Finding(Finding<'a>),
    /// What is wrong with a file or a rule.
    Problem(Problem<'a>),
    /// The last line: what was done.
    Summary {
        schema: Schema,
        #[serde(flatten)]
        summary: Summary<'a>,
    },
}

/// One document.
pub(super) fn document(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store);
    begin(&Head { schema: Schema::Version1, summary: Summary::of(&outcome.summary) }, out)?;
    list(",\"findings\":", &outcome.findings, |finding| Finding::of(finding, &places), out)?;
    list(",\"problems\":", &outcome.problems, |problem| Problem::of(problem, &places), out)?;
    writeln!(out, "}}")
}

/// One value a line.
pub(super) fn lines(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store);
    each(&outcome.findings, |finding| Line::Finding(Finding::of(finding, &places)), "\n", out)?;
    each(&outcome.problems, |problem| Line::Problem(Problem::of(problem, &places)), "\n", out)?;
    let last = Line::Summary { schema: Schema::Version1, summary: Summary::of(&outcome.summary) };
    out.write_all(text(&last)?.as_bytes())?;
    writeln!(out)
}

/// Writes an object without its end, for lists to follow.
pub(super) fn begin(head: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let head = text(head)?;
    out.write_all(head.strip_suffix('}').unwrap_or(&head).as_bytes())
}

/// Writes a list, one item a line, behind what stands before it.
pub(super) fn list<'i, T: Sync, M: Serialize>(
    before: &str,
    items: &'i [T],
    make: impl Fn(&'i T) -> M + Sync,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "{before}[")?;
    let mut tail: &[u8] = b"\n";
    runs(items, make, ",\n", |run| {
        out.write_all(std::mem::replace(&mut tail, b",\n"))?;
        out.write_all(run.strip_suffix(b",\n").unwrap_or(run))
    })?;
    write!(out, "]")
}

/// Writes values, each with an end behind it.
fn each<'i, T: Sync, M: Serialize>(
    items: &'i [T],
    make: impl Fn(&'i T) -> M + Sync,
    end: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    runs(items, make, end, |run| out.write_all(run))
}

/// Makes the texts of values in parallel, and hands them on in order, many at a time.
fn runs<'i, T: Sync, M: Serialize>(
    items: &'i [T],
    make: impl Fn(&'i T) -> M + Sync,
    end: &str,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let made = |run: &'i [T]| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(run.len() * USUAL);
        for item in run {
            let from = bytes.len();
            serde_json::to_writer(&mut bytes, &make(item))?;
            obey_nothing(&mut bytes, from);
            bytes.extend_from_slice(end.as_bytes());
        }
        Ok(bytes)
    };
    for batch in items.chunks(BATCH) {
        let texts: Vec<io::Result<Vec<u8>>> = batch.par_chunks(RUN).map(made).collect();
        for text in texts {
            take(&text?)?;
        }
    }
    Ok(())
}

/// Writes out what a terminal would obey in the JSON that begins at a byte.
fn obey_nothing(bytes: &mut Vec<u8>, from: usize) {
    let made = bytes.get(from..).unwrap_or_default();
    if is_plain_json(made) {
        return;
    }
    let Some(Ok(text)) = bytes.get(from..).map(std::str::from_utf8) else { return };
    if let std::borrow::Cow::Owned(shown) = printable_json(text) {
        bytes.truncate(from);
        bytes.extend_from_slice(shown.as_bytes());
    }
}

/// A value as text in which nothing is obeyed by a terminal.
pub(super) fn text(value: &impl Serialize) -> io::Result<String> {
    let text = serde_json::to_string(value)?;
    let shown = match printable_json(&text) {
        std::borrow::Cow::Borrowed(_) => None,
        std::borrow::Cow::Owned(shown) => Some(shown),
    };
    Ok(shown.unwrap_or(text))
}

/// Makes texts in parallel, and hands them on in order.
pub(super) fn batches<T: Sync>(
    items: &[T],
    make: impl Fn(&T) -> String + Sync,
    take: &mut dyn FnMut(String) -> io::Result<()>,
) -> io::Result<()> {
    for batch in items.chunks(BATCH) {
        let texts: Vec<String> = batch.par_iter().map(&make).collect();
        for text in texts {
            take(text)?;
        }
    }
    Ok(())
}
