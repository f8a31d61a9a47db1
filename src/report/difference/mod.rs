//! What changed between two exports, for people and for programs.

mod json;

use std::io::{self, Write};

use super::place::Places;
use super::summary::grouped;
use crate::finding::printable;
use crate::run::difference::{AttributeChange, Difference, ObjectChange};
use crate::source::Store;

pub(super) use json::Document;
pub use json::json;

/// The longest value that people are shown, in characters.
const LONGEST: usize = 80;
/// How many values of an attribute people are shown.
const VALUES: usize = 5;

/// What kind of change it is: an object that moved and has other values is one that moved.
fn kind(change: &ObjectChange) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "created",
        (_, None) => "deleted",
        _ if change.moved => "moved",
        _ if change.renamed => "renamed",
        _ => "changed",
    }
}

/// The kinds, in the order of the summary.
const KINDS: [&str; 5] = ["created", "deleted", "moved", "renamed", "changed"];

/// Writes the changes for people; of each kind no more than `limit`.
///
/// # Errors
/// What the operating system says.
pub fn human(
    difference: &Difference,
    store: &Store,
    limit: Option<usize>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let places = places(difference, store);
    for wanted in KINDS {
        let of_kind: Vec<&ObjectChange> =
            difference.changes.iter().filter(|change| kind(change) == wanted).collect();
        let shown = limit.unwrap_or(of_kind.len());
        for change in of_kind.iter().take(shown) {
            one(change, &places, out)?;
        }
        let hidden = of_kind.len().saturating_sub(shown);
        if hidden > 0 {
            let hidden = grouped(u64::try_from(hidden).unwrap_or(u64::MAX));
            writeln!(out, "… and {hidden} more {wanted} (`--all` shows them)")?;
        }
    }
    Ok(())
}

fn places<'s>(difference: &Difference, store: &'s Store) -> Places<'s> {
    let sides = difference.changes.iter().flat_map(|change| change.before.iter().chain(&change.after));
    Places::of_files(sides.map(|side| side.location.file), store)
}

fn one(change: &ObjectChange, places: &Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(side) = change.after.as_ref().or(change.before.as_ref()) else { return Ok(()) };
    let position = places.position(side.location.file, side.location.span.offset);
    let class = if change.class.is_empty() { "object" } else { &change.class };
    writeln!(
        out,
        "{} {} `{}`  {}:{}",
        kind(change),
        printable(class),
        printable(&side.name),
        printable(places.store.name(side.location.file)),
        position.line,
    )?;
    if let Some(before) = change.before.as_ref().filter(|_| change.moved || change.renamed) {
        writeln!(out, "  from `{}`", printable(&before.name))?;
    }
    for attribute in &change.attributes {
        line(attribute, out)?;
    }
    Ok(())
}

fn line(change: &AttributeChange, out: &mut dyn Write) -> io::Result<()> {
    let name = printable(&change.attribute);
    match (change.removed.as_slice(), change.added.as_slice()) {
        _ if change.secret => writeln!(out, "  {name}: changed (secret)"),
        ([old], [new]) => writeln!(out, "  {name}: {} → {}", shown(old), shown(new)),
        (removed, added) => {
            for (sign, values) in [('-', removed), ('+', added)] {
                for value in values.iter().take(VALUES) {
                    writeln!(out, "  {name}: {sign} {}", shown(value))?;
                }
                if values.len() > VALUES {
                    writeln!(out, "  {name}: {sign} and {} more", values.len() - VALUES)?;
                }
            }
            Ok(())
        }
    }
}

/// A value as people are shown it, cut at the end.
fn shown(bytes: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let hex: String = bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        return if bytes.len() > 16 { format!("{hex}…") } else { hex };
    };
    let cut: String = text.chars().take(LONGEST).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", printable(&cut))
}

/// The numbers, in one line.
#[must_use]
pub fn summary(difference: &Difference) -> String {
    let counts = KINDS.iter().map(|wanted| {
        let count = difference.changes.iter().filter(|change| kind(change) == *wanted).count();
        format!("{} {wanted}", grouped(u64::try_from(count).unwrap_or(u64::MAX)))
    });
    format!("{}, {} the same", counts.collect::<Vec<_>>().join(", "), grouped(difference.same))
}
