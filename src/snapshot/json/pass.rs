//! Passing over values by their quotes and brackets.

use super::fault::Fault;
use super::outline::outline;
use super::scan::{Scan, Scanned};
use crate::source::{Form, decode};

/// How deep values may be nested that are passed over; what is too deep to be read is told when it is read.
const DEPTH: usize = 100_000;
/// How long a text may be that is read on the way.
const READ: usize = 1 << 16;

impl Scan<'_, '_> {
    /// Reads the text at the cursor; the cursor stands behind it.
    pub(super) fn text(&mut self) -> Scanned<Vec<u8>> {
        let mut text = Vec::new();
        self.text_into(&mut text)?;
        Ok(text)
    }

    /// The same in place of what stood in `text`.
    pub(super) fn text_into(&mut self, text: &mut Vec<u8>) -> Scanned<()> {
        let open = self.cursor.offset();
        self.cursor.skip(1);
        text.clear();
        self.quoted(open, &mut |part| {
            let room = READ.saturating_sub(text.len()).min(part.len());
            text.extend_from_slice(part.get(..room).unwrap_or_default());
        })?;
        if text.contains(&b'\\') {
            *text = decode(text, Form::JsonText).0;
        }
        Ok(())
    }

    /// Passes over the rest of a text, up to its closing quote.
    fn quoted(&mut self, open: u64, show: &mut dyn FnMut(&[u8])) -> Scanned<()> {
        let mut lines = false;
        loop {
            let rest = self.cursor.rest()?;
            if rest.is_empty() {
                return self.fault(if lines { Fault::OpenText } else { Fault::CutShort }, open);
            }
            let Some(at) = memchr::memchr3(b'"', b'\\', b'\n', rest) else {
                show(rest);
                let all = rest.len();
                self.cursor.skip(all);
                continue;
            };
            show(rest.get(..at).unwrap_or_default());
            match rest.get(at) {
                Some(b'"') => {
                    self.cursor.skip(at + 1);
                    // a line break in a text is one fault, which is told later, a quote that is missing another
                    if lines && !matches!(self.cursor.token()?, None | Some(b',' | b':' | b'}' | b']')) {
                        return self.fault(Fault::OpenText, open);
                    }
                    return Ok(());
                }
                Some(b'\\') => {
                    show(b"\\");
                    self.cursor.skip(at + 1);
                    let escaped = self.cursor.peek()?;
                    show(escaped.as_slice());
                    self.cursor.skip(1);
                }
                _ => {
                    show(b"\n");
                    self.cursor.skip(at + 1);
                    lines = true;
                }
            }
        }
    }

    /// Passes over one value.
    pub(super) fn pass(&mut self) -> Scanned<()> {
        let start = self.cursor.offset();
        match self.token(start)? {
            b'"' => {
                self.cursor.skip(1);
                self.quoted(start, &mut |_| {})
            }
            b'{' | b'[' => self.nested(start),
            0..=b'!' | b'#'..=b'&' | b'('..=b'*' | b',' | b'/' | b':'..=b'@' | b']' | b'}' => {
                self.fault(Fault::Unexpected, start)
            }
            _ => loop {
                let rest = self.cursor.rest()?;
                let end = rest.iter().position(|byte| {
                    matches!(byte, b',' | b'}' | b']' | b'{' | b'[' | b'"' | b':') || *byte <= b' '
                });
                let (length, whole) = (end.unwrap_or(rest.len()), rest.is_empty());
                self.cursor.skip(length);
                if end.is_some() || whole {
                    return Ok(());
                }
            },
        }
    }

    /// Passes over a list or an object by its brackets.
    fn nested(&mut self, start: u64) -> Scanned<()> {
        if let Some(length) = outline(self.cursor.rest()?, |_| true) {
            self.cursor.skip(length);
            return Ok(());
        }
        self.nested_by_bytes(start)
    }

    /// The same, one byte after the other.
    pub(super) fn nested_by_bytes(&mut self, start: u64) -> Scanned<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let rest = self.cursor.rest()?;
            if rest.is_empty() {
                return self.fault(Fault::CutShort, start);
            }
            let mark = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
            let Some(at) = rest.iter().position(mark) else {
                let all = rest.len();
                self.cursor.skip(all);
                continue;
            };
            let byte = rest.get(at).copied().unwrap_or(b'"');
            self.cursor.skip(at);
            let here = self.cursor.offset();
            self.cursor.skip(1);
            match byte {
                b'"' => self.quoted(here, &mut |_| {})?,
                b'{' if !open.is_empty() && self.cursor.begins_line() => {
                    // values in lines of their own: this one was cut
                    return self.fault(Fault::CutShort, start);
                }
                b'{' | b'[' if open.len() >= DEPTH => return self.fault(Fault::TooDeep, here),
                b'{' => open.push(b'}'),
                b'[' => open.push(b']'),
                _ => {
                    if open.pop() != Some(byte) {
                        return self.fault(Fault::Unexpected, here);
                    }
                    if open.is_empty() {
                        return Ok(());
                    }
                }
            }
        }
    }
}
