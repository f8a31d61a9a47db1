//! Reports of errors, in every form in which an administrator meets them (entra.md 9): the error report mail as text, HTML or
//! saved message; event 6941 as text, XML, CSV or JSON; the block of the Synchronization Service Manager and of Connect Health; the
//! XML of a run history; texts of the portal; what `Get-MsolDirSyncProvisioningError` wrote. Brand and language of a report do not matter: it is read by the names of errors, by the lists in
//! brackets, by source anchors, and by its shape.

mod advice;
mod bracket;
mod cmdlet;
mod detail;
mod entry;
mod event;
mod mail;
mod markup;
mod name;
mod table;
mod text;

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::anchor::AnchorFault;
use super::attribute::Attribute;
use super::catalogue::SyncError;
use text::{ROW, Text};

pub use advice::{Parties, choices, meaning};

/// What a report names of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClueKind {
    /// What the report calls the object: its user principal name in the directory, else an address.
    Identity,
    /// A source anchor.
    Anchor,
    /// What stands in the place of an anchor, and is one only if anchors are those of an attribute that may hold any text.
    DoubtfulAnchor,
    /// A value that belongs to another object, and its attribute if the report says it.
    Value(Option<Attribute>),
    /// The id of the object in the tenant, or its GUID in the directory.
    WrittenId,
    /// The id in the tenant of the object that holds the value.
    HolderId,
}

/// A clue to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clue {
    /// What it is.
    pub kind: ClueKind,
    /// Its text; the anchor itself where the report has the name of an object in the connector space.
    pub text: String,
    /// The bytes of the report.
    pub place: Range<usize>,
}

/// An error of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// The error; none if the report names one that is not known.
    pub error: Option<SyncError>,
    /// Its name.
    pub name: String,
    /// The words of the report.
    pub text: String,
    /// The bytes of the report that say most: the value, else the name, else the words.
    pub place: Range<usize>,
    /// The clues.
    pub clues: Vec<Clue>,
    /// How often the report has it.
    pub repeated: u32,
}

/// What stands in the place of an anchor and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAnchor {
    /// What stands there.
    pub text: String,
    /// Why it is none.
    pub fault: AnchorFault,
    /// The bytes of the report.
    pub place: Range<usize>,
}

/// What a report says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The errors, in order; those that come again once.
    pub errors: Vec<Reported>,
    /// Anchors that are none.
    pub bad_anchors: Vec<BadAnchor>,
}

/// The errors so far, by name and clues, with their numbers.
type Seen = FxHashMap<(String, Vec<(ClueKind, String)>), usize>;

impl Report {
    /// Reads a report.
    #[must_use]
    pub fn read(raw: &[u8]) -> Self {
        let whole = Text::of(raw);
        let whole = mail::body(&whole).unwrap_or(whole);
        let table = if let Some(table) = table::json(&whole) {
            table
        } else if markup::is_history(whole.as_str()) {
            markup::history(&whole)
        } else if let Some(table) = cmdlet::table(&whole) {
            table
        } else if markup::is_markup(whole.as_str()) {
            markup::plain(&whole)
        } else if let Some(table) = table::csv(&whole).or_else(|| mail::piped(&whole)) {
            table
        } else {
            whole
        };
        let mut report = Self::default();
        let mut seen = Seen::default();
        if table.as_str().contains(ROW) {
            let mut at = 0;
            for row in table.as_str().split_inclusive(ROW) {
                let length = row.trim_end_matches(ROW).len();
                report.part(&table, at..at + length, row.ends_with(ROW), &mut seen);
                at += row.len();
            }
        } else {
            report.part(&table, 0..table.as_str().len(), false, &mut seen);
        }
        report
    }

    /// Takes any text in the place of an anchor for one: the anchor is an attribute of one's own.
    pub fn trust_anchors(&mut self) {
        for clue in self.errors.iter_mut().flat_map(|error| &mut error.clues) {
            if clue.kind == ClueKind::DoubtfulAnchor {
                clue.kind = ClueKind::Anchor;
            }
        }
        self.bad_anchors
            .retain(|bad| matches!(bad.fault, AnchorFault::NotConnectorName | AnchorFault::Length(0)));
    }

    /// Reads the error that csexport gives an object: its type, code and words.
    #[must_use]
    pub fn of_export(kind: &str, code: &str, words: &str) -> Option<Reported> {
        let known = |text: &str| name::named(text).map(|(error, _)| error).or_else(|| name::numbered(text));
        let error = known(kind).or_else(|| known(code)).or_else(|| name::told(words));
        let error = error.map(|error| name::refined(error, words));
        if kind.trim().is_empty() && error.is_none() {
            return None;
        }
        let mut reported = entry::entry(words, &[]).map_or_else(
            || Reported {
                error: None,
                name: String::new(),
                text: words.trim().to_owned(),
                place: 0..0,
                clues: Vec::new(),
                repeated: 1,
            },
            |(reported, _)| reported,
        );
        reported.error = error.or(reported.error);
        reported.name =
            reported.error.map_or_else(|| kind.trim().to_owned(), |error| error.name().to_owned());
        Some(reported)
    }

    /// Reads a part of the report: a row of a table, or text in which several errors may stand.
    fn part(&mut self, text: &Text, range: Range<usize>, is_row: bool, seen: &mut Seen) {
        let part = text.as_str().get(range.clone()).unwrap_or_default();
        let pieces = if is_row { vec![(0..part.len(), entry::cells(part))] } else { pieces(part) };
        for (piece, cells) in pieces {
            let found = entry::entry(part.get(piece.clone()).unwrap_or_default(), &cells);
            let Some((mut reported, bad)) = found else { continue };
            let place = |inner: &Range<usize>| {
                let from = range.start + piece.start;
                text.place(&(from + inner.start..from + inner.end))
            };
            reported.place = place(&reported.place);
            for clue in &mut reported.clues {
                clue.place = place(&clue.place);
            }
            self.bad_anchors.extend(bad.into_iter().map(|bad| BadAnchor { place: place(&bad.place), ..bad }));
            // events come again in every cycle
            let clues = reported.clues.iter().map(|clue| (clue.kind, clue.text.clone())).collect();
            let told = (reported.name.clone(), clues);
            match seen.get(&told).and_then(|number| self.errors.get_mut(*number)) {
                Some(known) if !reported.clues.is_empty() => known.repeated += 1,
                _ => {
                    seen.insert(told, self.errors.len());
                    self.errors.push(reported);
                }
            }
        }
    }
}

/// The errors of a text, each with where it stands, and its cells if it is a row.
fn pieces(part: &str) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
    let is_anchor = |line: &str| line.len() <= 60 && entry::is_padded(line);
    let rows = mail::paragraphs(part, is_anchor);
    if !rows.is_empty() {
        let behind = rows.last().map_or(0, |[_, _, anchor]| anchor.end);
        let rows = rows.into_iter().map(|cells| {
            let [identity, _, anchor] = &cells;
            let (start, end) = (identity.start, anchor.end);
            let cells = cells.into_iter().filter(|cell| !cell.is_empty());
            (start..end, cells.map(|cell| cell.start - start..cell.end - start).collect())
        });
        return rows.chain([(behind..part.len(), Vec::new())]).collect();
    }
    let starts = event::starts(part);
    let ends = starts.iter().skip(1).copied().chain([part.len()]);
    let blocks: Vec<Range<usize>> = starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect();
    blocks.into_iter().flat_map(|block| sentences(part, block)).map(|piece| (piece, Vec::new())).collect()
}

/// A text without labels may tell of several errors, one a line.
fn sentences(part: &str, block: Range<usize>) -> Vec<Range<usize>> {
    let text = part.get(block.clone()).unwrap_or_default();
    let tells = |line: &str| !bracket::items(line).is_empty() || name::told(line).is_some();
    if event::labelled(text).iter().any(|label| label.is_name() || label.is_text())
        || text.lines().filter(|line| tells(line)).count() < 2
    {
        return vec![block];
    }
    let mut pieces = Vec::new();
    let mut at = block.start;
    for line in text.split_inclusive('\n') {
        if tells(line) {
            pieces.push(at..at + line.len());
        }
        at += line.len();
    }
    pieces
}
