//! Change records: `changetype:` and what follows it (RFC 2849; `increment` of RFC 4525).

use super::fault::FaultKind;
use super::reader::{LdifReader, Named, Next, value_span};
use super::value;
use crate::finding::Problem;
use crate::snapshot::record::{Change, Kind, Modification, ModifyOp, Record, Text};

impl LdifReader<'_> {
    /// The lines from `changetype:` on.
    pub(super) fn change(&mut self, named: Named, record: &mut Record, problems: &mut Vec<Problem>) {
        let line = named.line.start..named.line.end;
        if self.block.get(named.colon + 1) == Some(&b':') {
            record.kind = Kind::Change(Change::Modify);
            self.broken(record, FaultKind::NonRfcChangeSpelling, line, problems);
            return self.skip_lines(record, problems);
        }
        let value = value::read(self.block, named.line, named.colon, record);
        let text = record.bytes(self.block, value.text).trim_ascii_end().to_ascii_lowercase();
        match text.as_slice() {
            b"add" | b"ntdsschemaadd" => {
                record.kind = Kind::Change(Change::Add);
                self.added(line, record, problems);
            }
            b"delete" | b"ntdsschemadelete" => {
                record.kind = Kind::Change(Change::Delete);
                self.deleted(record, problems);
            }
            b"modify" | b"ntdsschemamodify" => {
                record.kind = Kind::Change(Change::Modify);
                self.modified(line, record, problems);
            }
            b"modrdn" | b"moddn" | b"ntdsschemamodrdn" => {
                record.kind = Kind::Change(Change::Rename);
                self.renamed(line, record, problems);
            }
            _ => {
                record.kind = Kind::Change(Change::Modify);
                let span = if text.is_empty() { line } else { value_span(&value) };
                self.broken(record, FaultKind::BadChangetype, span, problems);
                self.skip_lines(record, problems);
            }
        }
    }

    fn skip_lines(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        while !matches!(self.next_line(record, problems), Next::End) {}
    }

    fn added(&mut self, line: std::ops::Range<usize>, record: &mut Record, problems: &mut Vec<Problem>) {
        let mut any = false;
        loop {
            match self.next_line(record, problems) {
                Next::End => break,
                Next::Broken | Next::Dash => record.damaged = true,
                Next::Attribute(named) => {
                    any = true;
                    self.attribute(named, record, problems);
                }
            }
        }
        if !any {
            self.broken(record, FaultKind::AddWithoutAttributes, line, problems);
        }
    }

    fn deleted(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        loop {
            match self.next_line(record, problems) {
                Next::End => return,
                Next::Broken | Next::Dash => record.damaged = true,
                Next::Attribute(named) => {
                    let span = named.line.start..named.line.end;
                    self.broken(record, FaultKind::ExtraLinesAfterDelete, span, problems);
                    return self.skip_lines(record, problems);
                }
            }
        }
    }

    fn modified(&mut self, line: std::ops::Range<usize>, record: &mut Record, problems: &mut Vec<Problem>) {
        let mut open: Option<(Modification, std::ops::Range<usize>)> = None;
        let mut any = false;
        // values of attributes that nobody asked for are counted, not kept
        let mut given = 0;
        loop {
            let next = self.next_line(record, problems);
            if matches!(next, Next::Dash | Next::End)
                && let Some((mut modification, span)) = open.take()
            {
                modification.values.end = record.entries().len();
                if modification.op == ModifyOp::Add && given == 0 {
                    self.broken(record, FaultKind::ModifyAddWithoutValues, span, problems);
                }
                record.modifications.push(modification);
            }
            match next {
                Next::End => break,
                Next::Broken => record.damaged = true,
                Next::Dash => {}
                Next::Attribute(named) => {
                    any = true;
                    if open.is_none() {
                        given = 0;
                        open = self.modification(named, record, problems);
                        if open.is_none() {
                            return self.skip_lines(record, problems);
                        }
                    } else {
                        given += 1;
                        self.modified_value(named, open.as_ref(), record, problems);
                    }
                }
            }
        }
        if !any {
            self.report(FaultKind::ModifyWithoutChanges, line, problems);
        }
    }

    /// `add: mail`.
    fn modification(
        &mut self,
        named: Named,
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) -> Option<(Modification, std::ops::Range<usize>)> {
        let line = named.line.start..named.line.end;
        let op = match record.bytes(self.block, named.name).to_ascii_lowercase().as_slice() {
            b"add" => ModifyOp::Add,
            b"delete" => ModifyOp::Delete,
            b"replace" => ModifyOp::Replace,
            b"increment" => ModifyOp::Increment,
            _ => {
                self.broken(record, FaultKind::BadModifyOperation, line, problems);
                return None;
            }
        };
        if self.block.get(named.colon + 1) == Some(&b':') {
            self.broken(record, FaultKind::NonRfcChangeSpelling, line, problems);
            return None;
        }
        let value = value::read(self.block, named.line, named.colon, record);
        let attribute = self.trimmed(value.text, record);
        if attribute.is_empty() {
            self.broken(record, FaultKind::ModifyMissingAttribute, line, problems);
            return None;
        }
        let values = record.entries().len()..record.entries().len();
        Some((Modification { op, attribute, values }, line))
    }

    fn trimmed(&self, text: Text, record: &mut Record) -> Text {
        let bytes = record.bytes(self.block, text).trim_ascii_end();
        if bytes.len() == text.len() {
            return text;
        }
        let bytes = bytes.to_vec();
        let arena = record.arena();
        let begin = arena.len();
        arena.extend_from_slice(&bytes);
        Text::of_arena(begin..arena.len())
    }

    fn modified_value(
        &mut self,
        named: Named,
        open: Option<&(Modification, std::ops::Range<usize>)>,
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) {
        let same = open.is_some_and(|(modification, _)| {
            let attribute = record.bytes(self.block, modification.attribute);
            attribute.eq_ignore_ascii_case(record.bytes(self.block, named.name))
        });
        if same {
            self.attribute(named, record, problems);
        } else {
            let span = named.line.start..named.line.end;
            self.broken(record, FaultKind::ModifyAttributeMismatch, span, problems);
        }
    }

    fn renamed(&mut self, line: std::ops::Range<usize>, record: &mut Record, problems: &mut Vec<Problem>) {
        let mut step = 0;
        let mut last = line;
        loop {
            let named = match self.next_line(record, problems) {
                Next::End => break,
                Next::Broken | Next::Dash => {
                    record.damaged = true;
                    continue;
                }
                Next::Attribute(named) => named,
            };
            let span = named.line.start..named.line.end;
            let name = record.bytes(self.block, named.name).to_ascii_lowercase();
            let fault = match (step, name.as_slice()) {
                (0, b"newrdn") | (1, b"deleteoldrdn") | (2, b"newsuperior") => {
                    self.rename_part(named, step, record, problems)
                }
                (0, _) => Some(FaultKind::RenameMissingNewRdn),
                (1, _) => Some(FaultKind::RenameMissingDeleteOldRdn),
                _ => Some(FaultKind::RenameUnexpectedLine),
            };
            if let Some(fault) = fault {
                let at = match fault {
                    FaultKind::RenameMissingDeleteOldRdn => last,
                    _ => span,
                };
                self.broken(record, fault, at, problems);
                return self.skip_lines(record, problems);
            }
            last = span;
            step += 1;
        }
        match step {
            0 => self.broken(record, FaultKind::RenameMissingNewRdn, last, problems),
            1 => self.broken(record, FaultKind::RenameMissingDeleteOldRdn, last, problems),
            _ => {}
        }
    }

    fn rename_part(
        &mut self,
        named: Named,
        step: u8,
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) -> Option<FaultKind> {
        let value = value::read(self.block, named.line, named.colon, record);
        self.check_value(&value, record, problems);
        let text = record.bytes(self.block, value.text).trim_ascii_end();
        let fault = match step {
            0 if text.is_empty() => Some(FaultKind::RenameEmptyNewRdn),
            1 if text != b"0" && text != b"1" => Some(FaultKind::RenameBadDeleteOldRdn),
            _ => None,
        };
        let options = u32::try_from(named.name.len()).unwrap_or(u32::MAX);
        record.push(None, named.name, options, value.text, value.place);
        fault
    }

    /// `control: 1.2.840.113556.1.4.805 true: value`.
    pub(super) fn read_control(&mut self, named: Named, record: &mut Record, problems: &mut Vec<Problem>) {
        self.control = self.control.or(Some(named.line.start));
        let value = value::read(self.block, named.line, named.colon, record);
        let text = record.bytes(self.block, value.text);
        let oid = text.split(|byte| matches!(byte, b' ' | b':')).next().unwrap_or_default();
        let digits = oid
            .split(|byte| *byte == b'.')
            .all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_digit));
        if digits && oid.contains(&b'.') {
            record.controls.push(value.text);
        } else {
            let span = named.line.start..named.line.end;
            self.broken(record, FaultKind::BadControl, span, problems);
        }
    }
}
