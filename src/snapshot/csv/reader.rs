//! Rows, one after the other.

use std::ops::Range;

use super::cell::{Cell, read_row};
use super::fault::FaultKind;
use super::layout::{Layout, Wanted};
use super::table::Table;
use super::value::{self, Writing};
use crate::finding::Problem;
use crate::snapshot::file::Part;
use crate::snapshot::health::{Health, Loss};
use crate::snapshot::lost::{has_lost_letters, is_rounded, is_type_name};
use crate::snapshot::record::{Place, Record, Text};
use crate::source::{Form, Location};

/// Reads the rows of a part of a table. Nothing is copied but what has to be decoded.
#[derive(Debug)]
pub struct CsvReader<'a> {
    pub(super) part: Part<'a>,
    pub(super) table: &'a Table,
    /// The number of the next stretch of rows.
    frame: usize,
    pub(super) at: usize,
    end: usize,
    cells: Vec<Cell>,
    health: Health,
}

impl<'a> CsvReader<'a> {
    pub(in crate::snapshot) fn new(part: Part<'a>, table: &'a Table) -> Self {
        Self { part, table, frame: 0, at: 0, end: 0, cells: Vec::new(), health: Health::default() }
    }

    /// See [`super::super::Reader::next`].
    pub fn next(&mut self, record: &mut Record, problems: &mut Vec<Problem>) -> bool {
        record.clear();
        while let Some(start) = self.row(problems) {
            record.start = start;
            record.end = self.at;
            if self.table.idfix.is_some() {
                self.errors_of_object(record, problems);
            } else if let Some(layout) = self.layout() {
                self.object(layout, record, problems);
            } else {
                continue;
            }
            self.health.objects += 1;
            return true;
        }
        false
    }

    /// See [`super::super::Reader::health`].
    #[must_use]
    pub fn health(self) -> Health {
        self.health
    }

    /// Takes the cells of the next row that holds something: its first byte; none at the end of the part.
    pub(super) fn row(&mut self, problems: &mut Vec<Problem>) -> Option<usize> {
        let syntax = self.table.syntax();
        let block = self.part.block;
        loop {
            while self.at >= self.end {
                let frame = self.part.frames.get(self.frame)?;
                self.frame += 1;
                let at = |offset: u64| {
                    usize::try_from(offset.saturating_sub(self.part.offset)).unwrap_or(usize::MAX)
                };
                self.at = at(frame.start).min(block.len());
                self.end = at(frame.end()).min(block.len());
            }
            let start = self.at;
            self.at = read_row(block, start, self.end, syntax, &mut self.cells);
            if self.is_blank() {
                continue;
            }
            if self.is_header(start) {
                let line = start..self.cells.last().map_or(start, |cell| cell.end);
                problems.push(FaultKind::HeaderAgain.problem().at(self.location(line)));
                continue;
            }
            return Some(start);
        }
    }

    /// Where the reader stands, for [`Self::go_back`].
    pub(super) fn here(&self) -> (usize, usize, usize, Vec<Cell>) {
        (self.frame, self.at, self.end, self.cells.clone())
    }

    /// Stands where it stood.
    pub(super) fn go_back(&mut self, here: (usize, usize, usize, Vec<Cell>)) {
        (self.frame, self.at, self.end, self.cells) = here;
    }

    /// Rows of nothing but separators are what spreadsheets leave behind.
    fn is_blank(&self) -> bool {
        match self.cells.as_slice() {
            [only] => self.raw(*only).trim_ascii().is_empty(),
            cells => cells.iter().all(|cell| cell.start >= cell.end),
        }
    }

    fn is_header(&self, start: usize) -> bool {
        let Some(head) = &self.table.head else { return false };
        let block = self.part.block;
        let line = block.get(start..start + head.line.len()).filter(|line| *line == head.line.as_slice());
        line.is_some()
            && block.get(start + head.line.len()..self.at).unwrap_or_default().trim_ascii().is_empty()
    }

    pub(super) fn raw(&self, cell: Cell) -> &'a [u8] {
        self.part.block.get(cell.start..cell.end).unwrap_or_default()
    }

    pub(super) fn cell(&self, column: usize) -> Option<Cell> {
        self.cells.get(column).copied().filter(|cell| cell.end > cell.start)
    }

    pub(super) fn location(&self, range: Range<usize>) -> Location {
        Location::new(self.part.file, self.part.offset + range.start as u64, range.len() as u64)
    }

    /// What the columns are in this row.
    fn layout(&self) -> Option<&'a Layout> {
        let case = self.table.cases.iter().find(|case| {
            case.cells.iter().all(|(column, text)| {
                self.cell(*column).is_some_and(|cell| self.raw(cell).eq_ignore_ascii_case(text))
            })
        });
        self.table.layouts.get(case.map_or(0, |case| case.layout))
    }

    fn object(&mut self, layout: &'a Layout, record: &mut Record, problems: &mut Vec<Problem>) {
        self.health.recognised += u64::from(layout.recognised);
        record.arena().extend_from_slice(&layout.words);
        record.unasked.extend_from_slice(&layout.unasked);
        record.partial.extend_from_slice(&layout.partial);
        self.check_row(record, problems);
        self.name(layout, record);
        for wanted in &layout.wanted {
            if let Some(cell) = self.cell(wanted.column) {
                self.column(wanted, cell, record, problems);
            }
        }
        self.class(layout, record);
    }

    /// The faults of a row as a whole.
    pub(super) fn check_row(&self, record: &mut Record, problems: &mut Vec<Problem>) {
        let columns = self.table.head.as_ref().map_or(usize::MAX, |head| head.fields.len());
        let extra = self.cells.iter().skip(columns).find(|cell| cell.end > cell.start);
        if let Some(cell) = extra {
            problems.push(FaultKind::LongRow.problem().at(self.location(cell.start..cell.end)));
            record.damaged = true;
        }
        for quote in self.cells.iter().filter_map(|cell| cell.stray) {
            let quote = quote as usize;
            problems.push(FaultKind::StrayQuote.problem().at(self.location(quote..quote + 1)));
            record.damaged = true;
        }
    }

    fn name(&mut self, layout: &Layout, record: &mut Record) {
        record.dn_place = Place::new(record.start..record.start, Form::Plain);
        let mut named = None;
        for column in &layout.names {
            let Some(cell) = self.cell(*column) else { continue };
            let Some((text, place)) = self.text(cell, record) else { continue };
            if self.table.ascii && has_lost_letters(self.raw(cell)) {
                self.health.lose(Loss::Letters, "distinguishedName", self.location(cell.start..cell.end));
            }
            if named.is_none() {
                (record.dn, record.dn_place) = (text, place);
                named = Some(*column);
            } else {
                record.other_names.push(text);
            }
        }
        let titles = layout.titles.iter().find_map(|column| Some((*column, self.cell(*column)?)));
        if let Some((_, cell)) = titles.filter(|(column, _)| Some(*column) != named) {
            record.title = self.text(cell, record).map_or(Text::default(), |(text, _)| text);
        }
    }

    /// The text of a cell as a whole.
    pub(super) fn text(&self, cell: Cell, record: &mut Record) -> Option<(Text, Place)> {
        let doubled = cell.doubled && !self.table.syntax().lenient;
        let writing = Writing { doubled, list: false, hex: false, base64: false };
        value::read(self.part.block, cell.start..cell.end, &[], writing, record).ok()
    }

    /// Takes the values of a cell.
    fn column(&mut self, wanted: &Wanted, cell: Cell, record: &mut Record, problems: &mut Vec<Problem>) {
        let raw = self.raw(cell);
        let range = cell.start..cell.end;
        if is_type_name(raw) {
            return self.lose(Loss::TypeName, wanted, range, record);
        }
        if wanted.digits && is_rounded(raw) {
            return self.lose(Loss::Digits, wanted, range, record);
        }
        if wanted.letters && self.table.ascii && has_lost_letters(raw) {
            self.health.lose(Loss::Letters, &wanted.attribute, self.location(range));
        }
        let hex = self.table.csvde;
        let writing =
            Writing { doubled: cell.doubled, list: wanted.escaped, hex, base64: wanted.bytes && !hex };
        let name = Text::of_arena(wanted.name.clone());
        for part in wanted.split.parts(raw) {
            let range = cell.start + part.start..cell.start + part.end;
            match value::read(self.part.block, range.clone(), &wanted.prefix, writing, record) {
                Ok((text, place)) => record.push(wanted.slot, name, wanted.options, text, place),
                Err(bad) if wanted.strict => {
                    let rest = bad..range.end;
                    problems.push(FaultKind::BadHex.problem().at(self.location(rest)));
                    record.damaged = true;
                }
                // a text that happens to begin like bytes
                Err(_) => {
                    let writing = Writing { hex: false, ..writing };
                    let read = value::read(self.part.block, range, &wanted.prefix, writing, record);
                    if let Ok((text, place)) = read {
                        record.push(wanted.slot, name, wanted.options, text, place);
                    }
                }
            }
        }
    }

    /// Takes note of values that the export lost: the object may have them.
    fn lose(&mut self, loss: Loss, wanted: &Wanted, range: Range<usize>, record: &mut Record) {
        self.health.lose(loss, &wanted.attribute, self.location(range));
        record.partial.extend(wanted.slot);
    }

    /// Gives the object the class of its shape if it has no object class of its own.
    fn class(&self, layout: &Layout, record: &mut Record) {
        let Some(class) = layout.class.clone() else { return };
        let slot = layout.object_class;
        if slot.is_some_and(|slot| record.has(slot)) || slot.is_none() && !self.part.names.keeps_all() {
            return;
        }
        let added = u8::try_from(class.len()).unwrap_or(u8::MAX);
        let place = Place { added, ..Place::new(record.start..record.start, Form::Plain) };
        let name = layout.class_name.clone();
        let options = u32::try_from(name.len()).unwrap_or_default();
        record.push(slot, Text::of_arena(name), options, Text::of_arena(class), place);
    }
}
