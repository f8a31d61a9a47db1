//! A table: what its columns are, and where its rows stand.

use std::io;
use std::sync::Arc;

use super::cell::Syntax;
use super::fault::FaultKind;
use super::head::{self, Field, Head};
use super::idfix::IdFix;
use super::layout::{Layout, find};
use super::rows;
use crate::finding::Problem;
use crate::snapshot::file::{Opening, STRIDE};
use crate::snapshot::frame::Frames;
use crate::snapshot::health::{Health, Requested};
use crate::snapshot::names::Names;
use crate::snapshot::shape::Mapping;
use crate::source::{FileId, Location};

/// The columns of a list of hashtables.
const HASHTABLE: [&str; 5] = ["isreadonly", "isfixedsize", "issynchronized", "keys", "values"];

/// A table: its header, and where its rows stand.
#[derive(Debug, Default)]
pub struct Table {
    pub(in crate::snapshot) frames: Frames,
    pub(super) head: Option<Head>,
    /// The first is for rows that no case is about.
    pub(super) layouts: Vec<Layout>,
    pub(super) cases: Vec<Case>,
    pub(super) idfix: Option<IdFix>,
    /// It was written by csvde.
    pub(super) csvde: bool,
    /// Its rows hold nothing but ASCII.
    pub(super) ascii: bool,
}

/// Rows that have certain texts in certain columns are objects of another shape.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) cells: Vec<(usize, Box<[u8]>)>,
    pub(super) layout: usize,
}

impl Table {
    /// Looks a table through.
    ///
    /// # Errors
    /// What the operating system says.
    pub(in crate::snapshot) fn open(
        opening: &Opening<'_>,
        health: &mut Health,
        problems: &mut Vec<Problem>,
    ) -> io::Result<Self> {
        let Some(mut head) = head::read(opening.store, opening.file)? else { return Ok(Self::default()) };
        let fields = named_fields(&head, opening.file, problems);
        let mut table =
            Self { csvde: head.fields.first().is_some_and(|first| first.name == "DN"), ..Self::default() };
        let whole = Location::new(opening.file, head.start, head.line.len() as u64);
        if HASHTABLE.iter().all(|name| find(&fields, name).is_some()) {
            problems.push(FaultKind::Hashtables.problem().at(whole));
            return Ok(table);
        }
        table.idfix = IdFix::of(&fields);
        if table.idfix.is_some() {
            head.syntax.lenient = true;
            problems.push(FaultKind::IdFix.problem().at(whole));
        } else {
            table.lay_out(opening, &head, &fields);
            let Some(layout) = table.layouts.first() else { return Ok(table) };
            let known = layout.recognised || layout.knows_a_column() || opening.mapped.is_some();
            if !known && !opening.names.is_empty() {
                problems.push(no_attributes(&fields, opening.names).at(whole));
                return Ok(table);
            }
            for field in layout.ranges.iter().filter_map(|column| fields.get(*column)?.as_ref()) {
                problems.push(FaultKind::Partial.problem().at(place(opening.file, field)));
            }
            if let Some((start, length)) = head.first_object.filter(|_| !layout.unasked.is_empty()) {
                let place = Location::new(opening.file, start, length);
                problems.push(FaultKind::FirstObject.problem().at(place));
            }
            health.requested.push(Requested::Names(layout.attributes.clone()));
        }
        table.find_rows(opening, &head, problems)?;
        table.head = Some(head);
        Ok(table)
    }

    /// Works out what the columns are: for most rows, and for those of each case.
    fn lay_out(&mut self, opening: &Opening<'_>, head: &Head, fields: &[Option<Field>]) {
        let layout = |mapping: &Mapping| Layout::new(fields, mapping, opening.names, self.csvde);
        if let Some(mapped) = opening.mapped {
            self.layouts.push(layout(&mapped.mapping));
            return;
        }
        let list = head.list.as_deref();
        let plain = |name: &str| find(fields, name).map(|_| &[][..]);
        let main = Arc::clone(opening.mappings.of(list, &plain));
        self.layouts.push(layout(&main));
        for when in opening.mappings.cases() {
            let column = |(name, text): &(String, String)| {
                find(fields, name)
                    .map(|column| (column, text.as_bytes().to_ascii_lowercase().into_boxed_slice()))
            };
            let Some(cells) = when.iter().map(column).collect::<Option<Vec<_>>>() else { continue };
            let given = |name: &str| {
                let text = when.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_bytes());
                find(fields, name).map(|_| text.unwrap_or_default())
            };
            let mapping = opening.mappings.of(list, &given);
            if !Arc::ptr_eq(mapping, &main) {
                self.cases.push(Case { cells, layout: self.layouts.len() });
                self.layouts.push(layout(mapping));
            }
        }
    }

    fn find_rows(
        &mut self,
        opening: &Opening<'_>,
        head: &Head,
        problems: &mut Vec<Problem>,
    ) -> io::Result<()> {
        let found = rows::find(opening.store, opening.file, head.rows, head.syntax)?;
        let at = |offset: u64, length: u64| Location::new(opening.file, offset, length);
        self.ascii = !found.letters && head.line.is_ascii();
        self.frames = Frames::new(found.frames, STRIDE);
        problems.extend(found.nul.map(|offset| FaultKind::Nul.problem().at(at(offset, 1))));
        let open = found.open.map(|offset| at(offset, 1));
        match found.large {
            Some(row) => {
                let problem = FaultKind::LargeRow.problem().at(at(row, 0));
                problems.push(match open {
                    Some(quote) => problem.also(quote, "this quote is not closed"),
                    None => problem,
                });
            }
            None => problems.extend(open.map(|quote| FaultKind::OpenQuote.problem().at(quote))),
        }
        Ok(())
    }

    /// How the cells are parted.
    pub(super) fn syntax(&self) -> Syntax {
        let any = Syntax { delimiter: b',', line_end: b'\n', lenient: false };
        self.head.as_ref().map_or(any, |head| head.syntax)
    }
}

fn place(file: FileId, field: &Field) -> Location {
    Location::new(file, field.offset, field.length)
}

/// The columns; those without a name of their own are none, and are reported.
fn named_fields(head: &Head, file: FileId, problems: &mut Vec<Problem>) -> Vec<Option<Field>> {
    let mut fields: Vec<Option<Field>> = Vec::with_capacity(head.fields.len());
    let mut known: rustc_hash::FxHashMap<&str, &Field> = rustc_hash::FxHashMap::default();
    // separators at the end of the header are what spreadsheets leave behind
    let used = head.fields.iter().rposition(|field| !field.name.is_empty()).map_or(0, |last| last + 1);
    for (column, field) in head.fields.iter().enumerate() {
        let first = (!field.name.is_empty()).then(|| known.get(field.lower.as_str()).copied()).flatten();
        if field.name.is_empty() {
            if column < used {
                problems.push(FaultKind::EmptyHeader.problem().at(place(file, field)));
            }
            fields.push(None);
        } else if let Some(first) = first {
            let mut problem = FaultKind::DuplicateHeader.problem().at(place(file, field));
            problem.message =
                format!("two columns have the name `{}`", crate::finding::printable(&field.name));
            problems.push(problem.also(place(file, first), "the first one"));
            fields.push(None);
        } else {
            known.insert(&field.lower, field);
            fields.push(Some(field.clone()));
        }
    }
    fields
}

/// Says which names the header has, and which may be meant.
fn no_attributes(fields: &[Option<Field>], names: &Names) -> Problem {
    let given: Vec<&str> = fields.iter().flatten().map(|field| field.name.as_str()).collect();
    let shown: Vec<String> = given.iter().take(6).map(|name| format!("`{}`", short(name))).collect();
    let more = if given.len() > shown.len() { ", .." } else { "" };
    let mut problem = FaultKind::NoAttributes.problem();
    problem.message =
        format!("no column of this table is a known attribute: it has {}{more}", shown.join(", "));
    let near = fields.iter().flatten().take(32).find_map(|field| {
        let known = names.slots().map(|slot| names.name(slot));
        nearest(&field.joined, known).map(|near| (field, near))
    });
    match near {
        Some((field, near)) => problem.help(format!("`{}`: did you mean `{near}`?", short(&field.name))),
        None => problem,
    }
}

fn short(name: &str) -> String {
    crate::finding::printable(name).chars().take(40).collect()
}

/// The known name that differs least from `name`, in a quarter of its letters at most.
fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let limit = (name.chars().count() / 4).min(3);
    let near = known.filter(|known| known.len().abs_diff(name.len()) <= limit);
    let near = near.map(|known| (strsim::damerau_levenshtein(name, &known.to_lowercase()), known));
    near.filter(|(distance, _)| *distance <= limit).min().map(|(_, known)| known)
}
