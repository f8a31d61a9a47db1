//! What a report of errors is about: for people, and as JSON (`presync-diagnose/1`).

mod human;
mod json;

use std::io::{self, Write};

use super::Style;
use super::place::Places;
use crate::entra::conflict::Side;
use crate::entra::report::{ClueKind, Parties};
use crate::run::diagnose::{Diagnosed, Diagnosis};
use crate::source::Store;

pub(super) use json::Document;

/// Writes a diagnosis for people.
///
/// # Errors
/// What the operating system says of writing.
pub fn human(diagnosis: &Diagnosis, store: &Store, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    human::write(diagnosis, store, style, out)
}

/// Writes a diagnosis as one JSON document.
///
/// # Errors
/// What the operating system says of writing.
pub fn json(diagnosis: &Diagnosis, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    json::write(diagnosis, store, out)
}

/// The objects of an error, as people call them.
fn parties(diagnosed: &Diagnosed) -> Parties {
    let name = |is: fn(Side) -> bool| {
        let found = diagnosed.culprits.iter().find(|culprit| is(culprit.side));
        found.map(|culprit| crate::finding::printable(&culprit.name).into_owned())
    };
    let clue = diagnosed.reported.clues.iter().find(|clue| matches!(clue.kind, ClueKind::Value(_)));
    let holder = diagnosed.culprits.iter().find(|culprit| culprit.side == Side::Holder);
    // of several values of the report the holder has one
    let held = holder.and_then(|holder| holder.site.value.as_deref()).map(String::from_utf8_lossy);
    let value = held.or_else(|| clue.map(|clue| clue.text.as_str().into()));
    Parties {
        victim: name(|side| side == Side::Victim),
        holder: name(|side| side == Side::Holder),
        value: value.map(|value| crate::finding::printable(&value).into_owned()),
        may_be_one: holder.is_none_or(|holder| holder.is_cloud && holder.site.class == "user"),
    }
}

fn places<'s>(diagnosis: &Diagnosis, store: &'s Store) -> Places<'s> {
    let of_errors = diagnosis.errors.iter().flat_map(|error| {
        let culprits = error.culprits.iter().map(|culprit| culprit.site.location.file);
        std::iter::once(error.location.file).chain(culprits)
    });
    let of_problems = diagnosis.problems.iter().flat_map(|problem| {
        let related = problem.related.iter().map(|(place, _)| place.file);
        problem.location.iter().map(|place| place.file).chain(related)
    });
    Places::of_files(of_errors.chain(of_problems), store)
}
