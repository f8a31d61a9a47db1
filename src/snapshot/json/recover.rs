//! Going on behind a fault: one broken object must not hide the others.

use std::io;

use super::scan::{Scan, Scanned, Stop};

/// How often as many bytes as the file has may be read again after faults.
const AGAIN: u64 = 8;
/// How many bytes may be read again however small the file is.
const AGAIN_ANYWAY: u64 = 1 << 24;

/// How much had been found before a member of a list.
#[derive(Clone, Copy)]
pub(super) struct Before {
    problems: usize,
    frames: usize,
}

impl Before {
    pub(super) fn of(scan: &Scan<'_, '_>) -> Self {
        Self { problems: scan.problems.len(), frames: scan.frames.len() }
    }
}

impl Scan<'_, '_> {
    /// After a fault in the top-level value at `start`, goes on to the next one: values in lines of their own may be whole.
    pub(super) fn next_value(&mut self, start: u64) -> io::Result<()> {
        let reached = self.cursor.offset();
        let found = self.frames.iter().map(|frame| frame.end()).max().unwrap_or(start);
        let from = found.max(start);
        if self.is_spent(reached.saturating_sub(from)) {
            let end = self.cursor.end();
            self.cursor.seek(end);
            return Ok(());
        }
        self.cursor.seek(from);
        loop {
            self.cursor.next_line()?;
            if matches!(self.cursor.peek()?, None | Some(b'{')) {
                return Ok(());
            }
        }
    }

    /// After a fault in the object at `start`, a member of a list, goes on to the next object of the list. The broken one is
    /// read as far as it goes; its fault is told then.
    pub(super) fn skip_broken(&mut self, start: u64, before: Before, objects: bool) -> Scanned<()> {
        let told = self.problems.len();
        let reached = self.cursor.offset();
        self.cursor.seek(start);
        let from = self.first_fault()?;
        self.problems.truncate(told);
        if self.is_spent(reached.max(self.cursor.offset()).saturating_sub(start)) {
            return Err(Stop::Fault);
        }
        let Some(next) = self.next_object(start, start, from)? else { return Err(Stop::Fault) };
        self.cursor.seek(next);
        if objects && self.frames.len() == before.frames {
            self.problems.truncate(before.problems);
            self.frame(start, 0)?;
        }
        Ok(())
    }

    /// After a fault between the members of a list, goes on to the next object; `object` is the last one.
    pub(super) fn go_on(&mut self, object: Option<u64>, from: u64) -> Scanned<()> {
        let Some(object) = object.filter(|_| !self.is_spent(1 << 10)) else { return Err(Stop::Fault) };
        let Some(next) = self.next_object(object, from, from)? else { return Err(Stop::Fault) };
        self.cursor.seek(next);
        Ok(())
    }

    fn is_spent(&mut self, bytes: u64) -> bool {
        self.again += bytes;
        self.again > AGAIN_ANYWAY + AGAIN * self.cursor.length()
    }

    /// The place of the first fault of the value at the cursor; of the text before it, which may be the one that is not
    /// closed where it should be.
    fn first_fault(&mut self) -> Scanned<u64> {
        /// What may follow.
        #[derive(Clone, Copy, PartialEq)]
        enum Next {
            Value,
            ValueOrEnd,
            Key,
            KeyOrEnd,
            Colon,
            CommaOrEnd,
        }
        let mut open: Vec<u8> = Vec::new();
        let mut next = Next::Value;
        let mut text = self.cursor.offset();
        loop {
            let Some(byte) = self.cursor.token()? else { return Ok(text) };
            let here = self.cursor.offset();
            next = match (byte, next) {
                (b'"', Next::Value | Next::ValueOrEnd | Next::Key | Next::KeyOrEnd) => {
                    text = here;
                    if let Err(stop) = self.pass() {
                        return if matches!(stop, Stop::Fault) { Ok(here) } else { Err(stop) };
                    }
                    if matches!(next, Next::Key | Next::KeyOrEnd) { Next::Colon } else { Next::CommaOrEnd }
                }
                (b'{' | b'[', Next::Value | Next::ValueOrEnd) => {
                    self.cursor.skip(1);
                    open.push(byte);
                    if byte == b'{' { Next::KeyOrEnd } else { Next::ValueOrEnd }
                }
                (b'}', Next::KeyOrEnd | Next::CommaOrEnd) | (b']', Next::ValueOrEnd | Next::CommaOrEnd) => {
                    self.cursor.skip(1);
                    if open.pop() != Some(if byte == b'}' { b'{' } else { b'[' }) {
                        return Ok(text.min(here));
                    }
                    Next::CommaOrEnd
                }
                (b':', Next::Colon) => {
                    self.cursor.skip(1);
                    Next::Value
                }
                (b',', Next::CommaOrEnd) => {
                    self.cursor.skip(1);
                    if open.last() == Some(&b'{') { Next::Key } else { Next::Value }
                }
                (b'{' | b'}' | b'[' | b']' | b':' | b',' | b'"', _) => return Ok(text.min(here)),
                (_, Next::Value | Next::ValueOrEnd) => {
                    self.pass()?;
                    Next::CommaOrEnd
                }
                _ => return Ok(text.min(here)),
            };
            if open.is_empty() {
                return Ok(self.cursor.offset());
            }
        }
    }

    /// Where the next object of a list begins behind the broken one at `start`: in a line of its own in the same column, or
    /// behind a comma or a closing bracket and with the same first key; searched for from `column` or `key` on.
    fn next_object(&mut self, start: u64, column: u64, key: u64) -> Scanned<Option<u64>> {
        match self.cursor.before(start)? {
            Some(indent) if indent.iter().all(|byte| matches!(byte, b' ' | b'\t')) => {
                self.same_column(&indent, column)
            }
            head => self.same_key(start, key, head.is_some_and(|head| head.first() == Some(&b'{'))),
        }
    }

    fn same_column(&mut self, indent: &[u8], from: u64) -> Scanned<Option<u64>> {
        self.cursor.seek(from);
        'lines: loop {
            self.cursor.next_line()?;
            if self.cursor.peek()?.is_none() {
                return Ok(None);
            }
            for byte in indent {
                if self.cursor.peek()? != Some(*byte) {
                    continue 'lines;
                }
                self.cursor.skip(1);
            }
            if self.cursor.peek()? == Some(b'{') {
                return Ok(Some(self.cursor.offset()));
            }
        }
    }

    fn same_key(&mut self, start: u64, from: u64, lines: bool) -> Scanned<Option<u64>> {
        self.cursor.seek(start + 1);
        let told = self.problems.len();
        let key = if self.cursor.token()? == Some(b'"') { self.text() } else { Err(Stop::Fault) };
        let Ok(key) = key else {
            self.problems.truncate(told);
            return Ok(None);
        };
        self.cursor.seek(from.max(start + 1));
        let mut last = b' ';
        loop {
            let Some(byte) = self.cursor.token()? else { return Ok(None) };
            let here = self.cursor.offset();
            // values in lines of their own: the list does not go beyond its line
            if lines && byte == b'{' && self.cursor.after_line() {
                return Ok(None);
            }
            self.cursor.skip(1);
            if byte == b'{'
                && matches!(last, ..b' ' | b',' | b'}' | b'/')
                && self.cursor.token()? == Some(b'"')
            {
                let inside = self.cursor.offset();
                if matches!(self.text(), Ok(found) if found == key) {
                    return Ok(Some(here));
                }
                self.problems.truncate(told);
                self.cursor.seek(inside);
            }
            last = byte;
        }
    }
}
