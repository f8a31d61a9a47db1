//! The table of IdFix: a row for each fault that it found. Rows of one object that stand together are one record.

use super::head::Field;
use super::layout::find;
use super::reader::CsvReader;
use crate::finding::Problem;
use crate::snapshot::record::{Place, Record, Text};
use crate::source::Form;

/// The columns of IdFix.
#[derive(Debug, Clone, Copy)]
pub(super) struct IdFix {
    name: usize,
    common_name: Option<usize>,
    class: usize,
    attribute: usize,
    error: usize,
    value: usize,
}

impl IdFix {
    /// The columns, if a header is the one of IdFix.
    pub(super) fn of(fields: &[Option<Field>]) -> Option<Self> {
        find(fields, "update")?;
        Some(Self {
            name: find(fields, "distinguishedname")?,
            common_name: find(fields, "commonname"),
            class: find(fields, "objectclass")?,
            attribute: find(fields, "attribute")?,
            error: find(fields, "error")?,
            value: find(fields, "value")?,
        })
    }
}

impl CsvReader<'_> {
    /// Takes the row, and all behind it that are about the same object.
    pub(super) fn errors_of_object(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        let Some(columns) = self.table.idfix else { return };
        let class = self.part.names.slot(b"objectClass");
        record.unasked.extend(self.part.names.slots().filter(|slot| Some(*slot) != class));
        record.dn_place = Place::new(record.start..record.start, Form::Plain);
        if let Some((text, place)) = self.cell(columns.name).and_then(|cell| self.text(cell, record)) {
            (record.dn, record.dn_place) = (text, place);
        }
        let name = self.cell(columns.name).map(|cell| self.raw(cell));
        self.push_as(b"objectClass", Some(columns.class), record);
        self.push_as(b"cn", columns.common_name, record);
        loop {
            self.check_row(record, problems);
            self.error(columns, record);
            record.end = self.at;
            let (here, said) = (self.here(), problems.len());
            let next = self.row(problems).and_then(|_| self.cell(columns.name)).map(|cell| self.raw(cell));
            if next.is_none() || next != name {
                problems.truncate(said);
                return self.go_back(here);
            }
        }
    }

    /// The value of one row.
    fn error(&mut self, columns: IdFix, record: &mut Record) {
        let Some(cell) = self.cell(columns.attribute) else { return };
        let attribute = self.raw(cell);
        let slot = self.part.names.slot(attribute);
        if slot.is_none() && !self.part.names.keeps_all() {
            return;
        }
        let name = Text::of_block(cell.start..cell.end);
        let options = u32::try_from(attribute.len()).unwrap_or(u32::MAX);
        match self.cell(columns.value).and_then(|cell| self.text(cell, record)) {
            Some((text, place)) => {
                record.push(slot, name, options, text, place);
                // it tells of the values at fault only
                record.unasked.retain(|known| Some(*known) != slot);
                record.partial.extend(slot);
            }
            // what IdFix found to be blank is known to be so
            None if self
                .cell(columns.error)
                .is_some_and(|cell| self.raw(cell).eq_ignore_ascii_case(b"blank")) =>
            {
                record.unasked.retain(|known| Some(*known) != slot);
            }
            None => {}
        }
    }

    /// Takes a cell as the value of an attribute.
    fn push_as(&self, attribute: &[u8], column: Option<usize>, record: &mut Record) {
        let slot = self.part.names.slot(attribute);
        let Some(cell) = column.and_then(|column| self.cell(column)) else { return };
        if slot.is_none() && !self.part.names.keeps_all() {
            return;
        }
        let arena = record.arena();
        let begin = arena.len();
        arena.extend_from_slice(attribute);
        let name = Text::of_arena(begin..arena.len());
        if let Some((text, place)) = self.text(cell, record) {
            let options = u32::try_from(attribute.len()).unwrap_or(u32::MAX);
            record.push(slot, name, options, text, place);
        }
    }
}
