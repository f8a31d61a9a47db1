//! Records, one after the other.

use memchr::memchr2;

use super::ends::Ends;
use super::fault::FaultKind;
use super::learned::Learned;
use super::line::{Line, begins_record, line_at, unfold_into};
use super::value::{self, Value, ValueFault};
use crate::finding::Problem;
use crate::snapshot::health::Health;
use crate::snapshot::names::{Names, Slot};
use crate::snapshot::record::{Change, Kind, Record, Text};
use crate::snapshot::shelf::Shelf;
use crate::source::{FileId, Location};

/// Reads the records of a block of whole records. Nothing is copied but what has to be decoded.
#[derive(Debug)]
pub struct LdifReader<'a> {
    pub(super) block: &'a [u8],
    pub(super) file: FileId,
    pub(super) offset: u64,
    pub(super) names: &'a Names,
    pub(super) at: usize,
    pub(super) health: Health,
    /// The empty line that ended the last record.
    last_blank: Option<usize>,
    pub(super) seen_record: bool,
    pub(super) control: Option<usize>,
    pub(super) learned: Learned,
    /// Where what was learnt comes from, and goes.
    shelf: Option<&'a Shelf<Learned>>,
    pub(super) ends: Ends,
}

impl Drop for LdifReader<'_> {
    fn drop(&mut self) {
        if let Some(shelf) = self.shelf {
            shelf.put(self.names, std::mem::take(&mut self.learned));
        }
    }
}

/// A line of a record: its name, and where its colon stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    pub(super) line: Line,
    pub(super) name: Text,
    pub(super) colon: usize,
}

/// What the next line of a record is.
pub(super) enum Next {
    Attribute(Named),
    /// A line that holds only `-`.
    Dash,
    /// A line that is none; it was reported.
    Broken,
    End,
}

impl<'a> LdifReader<'a> {
    /// A reader of `block`, which begins at `offset` of the file and holds whole records. Values of attributes that are
    /// not among `names` are skipped, unless these keep all.
    #[must_use]
    pub fn new(block: &'a [u8], file: FileId, offset: u64, names: &'a Names) -> Self {
        let seen_record = offset > 3;
        Self {
            block,
            file,
            offset,
            names,
            at: 0,
            health: Health::default(),
            last_blank: None,
            seen_record,
            control: None,
            learned: Learned::default(),
            shelf: None,
            ends: Ends::of(block),
        }
    }

    /// The same with what other readers of the file learnt.
    #[must_use]
    pub(in crate::snapshot) fn with(mut self, shelf: &'a Shelf<Learned>) -> Self {
        self.learned = shelf.take(self.names);
        self.shelf = Some(shelf);
        self
    }

    /// The same, but no name is remembered: every line gets the closer look.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.learned = Learned::nothing();
        self
    }

    /// What the block says of the export as a whole.
    #[must_use]
    pub fn health(mut self) -> Health {
        std::mem::take(&mut self.health)
    }

    /// Reads the next record that has a name into `record`; false at the end. A record with a fault in it is read as
    /// far as it goes and marked as damaged; records without a name are reported and skipped.
    pub fn next(&mut self, record: &mut Record, problems: &mut Vec<Problem>) -> bool {
        record.clear();
        while let Some(line) = line_at(self.block, self.at) {
            let text = self.block.get(line.start..line.end).unwrap_or_default();
            match text.first() {
                None => {
                    self.last_blank = Some(line.start);
                    self.at = line.next;
                }
                Some(b'#') => self.comment(line),
                Some(b' ') => {
                    self.at = line.next;
                    if !text.iter().all(u8::is_ascii_whitespace) {
                        self.report(FaultKind::ContinuationWithoutLine, line.start..line.end, problems);
                        self.skip_record();
                    }
                }
                Some(_) => {
                    if self.begin(line, record, problems) {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// The first line of something: true if a record was read.
    fn begin(&mut self, line: Line, record: &mut Record, problems: &mut Vec<Problem>) -> bool {
        self.at = line.next;
        let Some(named) = self.named(line, record) else {
            let tab = self.block.get(line.start) == Some(&b'\t');
            let kind = if tab { FaultKind::TabContinuation } else { FaultKind::NoColon };
            self.report(kind, line.start..line.end, problems);
            self.seen_record = true;
            self.skip_record();
            return false;
        };
        let name = record.bytes(self.block, named.name);
        if name.eq_ignore_ascii_case(b"dn") {
            self.seen_record = true;
            self.record(named, record, problems);
            return true;
        }
        match name.to_ascii_lowercase().as_slice() {
            b"version" => self.version(named, record, problems),
            b"search" | b"result" | b"ref" => self.trailer(named, record),
            _ => {
                let mut problem = FaultKind::MissingDn.problem().at(self.location(line.start..line.end));
                if let Some(blank) = self.last_blank.filter(|_| self.seen_record) {
                    let above = self.block.get(..blank).unwrap_or_default().trim_ascii_end();
                    let start = memchr::memrchr(b'\n', above).map_or(0, |lf| lf + 1);
                    let place = self.location(start..above.len());
                    problem = problem.also(place, "the empty line behind this one ended the record");
                }
                problems.push(problem);
                self.skip_record();
            }
        }
        self.seen_record = true;
        false
    }

    fn record(&mut self, dn: Named, record: &mut Record, problems: &mut Vec<Problem>) {
        record.start = dn.line.start;
        self.control = None;
        let value = value::read(self.block, dn.line, dn.colon, record);
        record.dn = value.text;
        record.dn_place = value.place;
        self.check_value(&value, record, problems);
        if dn.line.white_line.is_none() {
            self.lines(record, problems);
        } else {
            self.white_line(dn.line, problems);
        }
        if let (Some(control), Kind::Content) = (self.control, record.kind) {
            let end = self.block.get(control..).and_then(|rest| memchr2(b'\n', b'\r', rest));
            let end = end.map_or(self.block.len(), |length| control + length);
            self.report(FaultKind::ControlInContentRecord, control..end, problems);
            record.damaged = true;
        }
        record.end = self.at;
        match record.kind {
            Kind::Content | Kind::Change(Change::Add) => self.health.objects += 1,
            Kind::Change(_) => {
                self.health.changes += 1;
                let name = value_span(&value);
                self.health.first_change = self.health.first_change.or(Some(self.location(name)));
            }
        }
    }

    /// The lines behind the name, up to the empty one.
    fn lines(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        loop {
            self.plain_lines(record, problems);
            match self.next_line(record, problems) {
                Next::End => return,
                Next::Broken => record.damaged = true,
                Next::Dash => self.broken(record, FaultKind::NoColon, self.last_line(), problems),
                Next::Attribute(named) => {
                    let name = record.bytes(self.block, named.name);
                    if name.len() == 10 && name.eq_ignore_ascii_case(b"changetype") {
                        return self.change(named, record, problems);
                    }
                    if name.len() == 7 && name.eq_ignore_ascii_case(b"control") {
                        self.read_control(named, record, problems);
                    } else {
                        self.attribute(named, record, problems);
                    }
                }
            }
        }
    }

    fn last_line(&self) -> std::ops::Range<usize> {
        self.at.saturating_sub(2)..self.at.saturating_sub(1)
    }

    /// The next line that is no comment.
    #[inline]
    pub(super) fn next_line(&mut self, record: &mut Record, problems: &mut Vec<Problem>) -> Next {
        loop {
            let Some(line) = line_at(self.block, self.at) else { return Next::End };
            let first = self.block.get(line.start).filter(|_| line.end > line.start);
            match first {
                None => {
                    self.last_blank = Some(line.start);
                    self.at = line.next;
                    return Next::End;
                }
                Some(b'#') => {
                    self.comment(line);
                    continue;
                }
                Some(_) => {}
            }
            // the line of spaces itself ends the record: the next call stands on it
            self.at = line.white_line.unwrap_or(line.next);
            if line.white_line == Some(line.start) {
                self.white_line(line, problems);
                return Next::End;
            }
            let text = self.block.get(line.start..line.end).unwrap_or_default();
            if matches!(first, Some(b'd' | b'D')) && begins_record(text) {
                self.report(FaultKind::EmptyLineMissing, line.start..line.end, problems);
                self.at = line.start;
                return Next::End;
            }
            if first == Some(&b'-') && text.trim_ascii_end() == b"-" {
                return Next::Dash;
            }
            if first == Some(&b' ') {
                self.at = line.next;
                if text.iter().all(u8::is_ascii_whitespace) {
                    self.report(FaultKind::WhiteLine, line.start..line.end, problems);
                    return Next::End;
                }
            }
            return match self.named(line, record) {
                Some(named) if named.name.is_empty() => {
                    self.report(FaultKind::EmptyAttributeName, line.start..line.end, problems);
                    Next::Broken
                }
                Some(named) => Next::Attribute(named),
                None => {
                    let tab = first == Some(&b'\t');
                    let kind = if tab { FaultKind::TabContinuation } else { FaultKind::NoColon };
                    self.report(kind, line.start..line.end, problems);
                    Next::Broken
                }
            };
        }
    }

    fn white_line(&mut self, line: Line, problems: &mut Vec<Problem>) {
        if let Some(white) = line.white_line {
            self.report(FaultKind::WhiteLine, white..line.next.saturating_sub(1).max(white), problems);
        }
        self.at = line.next;
    }

    /// The name of a line, up to its colon.
    #[inline]
    pub(super) fn named(&self, line: Line, record: &mut Record) -> Option<Named> {
        let text = self.block.get(line.start..line.end)?;
        let at = memchr2(b':', b'\n', text)?;
        let colon = line.start + at;
        if text.get(at) == Some(&b':') {
            return Some(Named { line, name: Text::of_block(line.start..colon), colon });
        }
        // the name itself is folded
        let colon = line.start + memchr::memchr(b':', text)?;
        let arena = record.arena();
        let begin = arena.len();
        unfold_into(self.block.get(line.start..colon)?, arena);
        Some(Named { line, name: Text::of_arena(begin..arena.len()), colon })
    }

    /// Takes an attribute line into the record, if somebody asked for it.
    #[inline]
    pub(super) fn attribute(&mut self, named: Named, record: &mut Record, problems: &mut Vec<Problem>) {
        let name = record.bytes(self.block, named.name);
        let options = memchr::memchr(b';', name).unwrap_or(name.len());
        let slot = self.names.slot(name.get(..options).unwrap_or_default());
        if options == name.len() {
            self.learned.add(name, slot);
        }
        if options < name.len() {
            let name = name.to_vec();
            self.range(&name, slot, named, record, problems);
        }
        if slot.is_none() && !self.names.keeps_all() {
            return;
        }
        self.value(named, (slot, options), record, problems);
    }

    /// Takes the value of an attribute into the record; `length` is that of the name without options.
    pub(super) fn value(
        &self,
        named: Named,
        (slot, length): (Option<Slot>, usize),
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) {
        let value = value::read(self.block, named.line, named.colon, record);
        self.check_value(&value, record, problems);
        if !matches!(value.fault, Some((ValueFault::Base64, _))) {
            record.push(slot, named.name, options(length), value.text, value.place);
        }
    }

    /// `member;range=0-1499`: the server gave only a part of the values, unless the range ends with `*`.
    fn range(
        &mut self,
        name: &[u8],
        slot: Option<Slot>,
        named: Named,
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) {
        let mut options = name.split(|byte| *byte == b';').skip(1);
        let Some(range) = options.find_map(|option| option.strip_prefix(b"range=")) else { return };
        if range.ends_with(b"*") {
            record.partial.retain(|known| Some(*known) != slot);
            return;
        }
        let new = slot.is_none_or(|slot| !record.partial.contains(&slot));
        record.partial.extend(slot.filter(|_| new));
        let repeated = record.last_name(self.block).is_some_and(|last| last.eq_ignore_ascii_case(name));
        if new && !repeated {
            let mut problem = FaultKind::Partial.problem().at(self.location(named.line.start..named.colon));
            let name = String::from_utf8_lossy(name);
            let name = name.split(';').next().unwrap_or_default();
            problem.message = format!("`{name}` was cut short by the server");
            problems.push(problem);
        }
    }

    pub(super) fn check_value(&self, value: &Value, record: &mut Record, problems: &mut Vec<Problem>) {
        let Some((fault, at)) = value.fault else { return };
        let kind = match fault {
            ValueFault::Base64 => {
                record.damaged = true;
                FaultKind::BadBase64
            }
            ValueFault::SpaceBehind => FaultKind::SpaceBehindBase64,
            ValueFault::Nul => {
                record.damaged = true;
                FaultKind::Nul
            }
            ValueFault::NotUtf8 => FaultKind::NotUtf8,
        };
        self.report(kind, at..at + 1, problems);
    }

    pub(super) fn broken(
        &self,
        record: &mut Record,
        kind: FaultKind,
        span: std::ops::Range<usize>,
        problems: &mut Vec<Problem>,
    ) {
        record.damaged = true;
        self.report(kind, span, problems);
    }

    pub(super) fn report(&self, kind: FaultKind, span: std::ops::Range<usize>, problems: &mut Vec<Problem>) {
        problems.push(kind.problem().at(self.location(span)));
    }

    pub(super) fn location(&self, span: std::ops::Range<usize>) -> Location {
        let end = span.end.min(self.block.len()).max(span.start);
        Location::new(self.file, self.offset + span.start as u64, (end - span.start) as u64)
    }

    /// Skips to the next empty line, or to the next name line.
    fn skip_record(&mut self) {
        while let Some(line) = line_at(self.block, self.at) {
            let text = self.block.get(line.start..line.end).unwrap_or_default();
            if text.is_empty() || begins_record(text) {
                return;
            }
            self.at = line.next;
        }
    }
}

/// Where the options of a name begin that is so long without them.
pub(super) fn options(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

pub(super) fn value_span(value: &Value) -> std::ops::Range<usize> {
    let start = value.place.start as usize;
    start..start + value.place.length as usize
}
