//! The five styles of a YAML scalar (YAML 1.2.2, chapters 7.3 and 8.1).

use super::TextMap;
use crate::source::Form;

pub(super) fn decode(raw: &[u8], form: Form) -> (Vec<u8>, TextMap) {
    let mut text = Decoded { raw, text: Vec::with_capacity(raw.len()), map: TextMap::default() };
    match form {
        Form::YamlSingle => text.flow(1, raw.len().saturating_sub(1).max(1), b'\''),
        Form::YamlDouble => text.flow(1, raw.len().saturating_sub(1).max(1), b'"'),
        Form::YamlLiteral => text.block(false),
        Form::YamlFolded => text.block(true),
        _ => text.flow(0, raw.len(), 0),
    }
    (text.text, text.map)
}

struct Decoded<'r> {
    raw: &'r [u8],
    text: Vec<u8>,
    map: TextMap,
}

impl Decoded<'_> {
    /// Takes raw bytes as they are.
    fn take(&mut self, start: usize, end: usize) {
        let from = self.text.len();
        self.text.extend_from_slice(self.raw.get(start..end).unwrap_or_default());
        self.map.push(from..self.text.len(), start..end);
    }

    /// Puts a text in place of raw bytes.
    fn put(&mut self, text: &[u8], start: usize, end: usize) {
        let from = self.text.len();
        self.text.extend_from_slice(text);
        self.map.push_whole(from..self.text.len(), start..end);
    }

    /// Plain, single- and double-quoted scalars: lines are folded, quotes and escapes resolved.
    fn flow(&mut self, start: usize, end: usize, quote: u8) {
        let mut at = start;
        let mut run = start;
        while at < end {
            match self.raw.get(at) {
                Some(b'\n' | b'\r') => {
                    // white space around a line end is no part of the text
                    let kept = self.raw.get(run..at).unwrap_or_default();
                    self.take(run, run + kept.trim_ascii_end().len());
                    let next = self.fold(at, end);
                    (at, run) = (next, next);
                }
                Some(b'\'') if quote == b'\'' => {
                    self.take(run, at);
                    self.put(b"'", at, at + 2);
                    at += 2;
                    run = at;
                }
                Some(b'\\') if quote == b'"' => {
                    self.take(run, at);
                    at = self.escape(at, end);
                    run = at;
                }
                _ => at += 1,
            }
        }
        self.take(run, at.min(end).max(run));
    }

    /// One line end is a space, more are line ends less one. Where the next line begins.
    fn fold(&mut self, start: usize, end: usize) -> usize {
        let mut breaks = 0;
        let mut at = start;
        while at < end {
            match self.raw.get(at) {
                Some(b'\n') => breaks += 1,
                Some(b' ' | b'\t' | b'\r') => {}
                _ => break,
            }
            at += 1;
        }
        let text: &[u8] = if breaks == 1 { b" " } else { &vec![b'\n'; breaks.max(1) - 1] };
        self.put(text, start, at);
        at
    }

    fn escape(&mut self, start: usize, end: usize) -> usize {
        let code = self.raw.get(start + 1).copied().unwrap_or(b'\\');
        let digits = match code {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            b'\n' | b'\r' => {
                // an escaped line end joins two lines
                let rest = self.raw.get(start + 1..end).unwrap_or_default();
                let skipped = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                self.put(b"", start, start + 1 + skipped);
                return start + 1 + skipped;
            }
            _ => 0,
        };
        let next = start + 2 + digits;
        let character = if digits > 0 {
            let text = self.raw.get(start + 2..next).and_then(|digits| std::str::from_utf8(digits).ok());
            text.and_then(|text| u32::from_str_radix(text, 16).ok())
                .and_then(char::from_u32)
                .unwrap_or('\u{FFFD}')
        } else {
            named(code)
        };
        self.put(character.encode_utf8(&mut [0; 4]).as_bytes(), start, next);
        next
    }

    /// Literal and folded blocks: the first line is the header.
    fn block(&mut self, folded: bool) {
        let header = self.raw.iter().position(|byte| *byte == b'\n').map_or(self.raw.len(), |lf| lf + 1);
        let indicators = self.raw.get(..header).unwrap_or_default();
        let comment = indicators.iter().position(|byte| *byte == b'#').unwrap_or(header);
        let indicators = indicators.get(..comment).unwrap_or_default();
        let lines = self.lines(header);
        let indent = self.indent(&lines, indicators.iter().any(u8::is_ascii_digit));
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        let mut previous: Option<bool> = None;
        for (start, end, next) in lines {
            let content = (start + indent).min(end);
            let blank = self.raw.get(start..end).is_some_and(|line| line.iter().all(|byte| *byte == b' '));
            if blank && end - start <= indent {
                waiting.push((end, next));
                continue;
            }
            let more = matches!(self.raw.get(content), Some(b' ' | b'\t'));
            self.breaks(&waiting, folded && previous == Some(false) && !more);
            waiting.clear();
            self.take(content, end);
            waiting.push((end, next));
            previous = Some(more);
        }
        self.chomp(&waiting, previous.is_some(), indicators);
    }

    /// Line ends between two lines: all of them, or folded.
    fn breaks(&mut self, waiting: &[(usize, usize)], fold: bool) {
        match waiting {
            [(start, end)] if fold => self.put(b" ", *start, *end),
            _ => {
                for (start, end) in waiting.iter().skip(usize::from(fold)) {
                    self.put(b"\n", *start, *end);
                }
            }
        }
    }

    /// Line ends behind the last line: none with `-`, all with `+`, else one.
    fn chomp(&mut self, waiting: &[(usize, usize)], any: bool, indicators: &[u8]) {
        let keep = indicators.contains(&b'+');
        let count = match (keep, indicators.contains(&b'-')) {
            (true, _) => waiting.len(),
            (_, true) => 0,
            _ => usize::from(any),
        };
        for (start, end) in waiting.iter().take(count).filter(|(start, end)| start < end || any) {
            self.put(b"\n", *start, *end);
        }
    }

    fn lines(&self, from: usize) -> Vec<(usize, usize, usize)> {
        let mut lines = Vec::new();
        let mut start = from;
        while start < self.raw.len() {
            let rest = self.raw.get(start..).unwrap_or_default();
            let last = !rest.contains(&b'\n');
            if last && rest.iter().all(|byte| *byte == b' ') {
                break;
            }
            let (length, next) = match rest.iter().position(|byte| *byte == b'\n') {
                Some(lf) => (lf, start + lf + 1),
                None => (rest.len(), self.raw.len()),
            };
            let line = rest.get(..length).unwrap_or_default();
            lines.push((start, start + line.strip_suffix(b"\r").unwrap_or(line).len(), next));
            start = next;
        }
        lines
    }

    /// The indentation: of the first line that says something; with a digit in the header, of the least indented.
    fn indent(&self, lines: &[(usize, usize, usize)], explicit: bool) -> usize {
        let mut indents = lines.iter().filter_map(|(start, end, _)| {
            let line = self.raw.get(*start..*end)?;
            let spaces = line.iter().take_while(|byte| **byte == b' ').count();
            (spaces < line.len()).then_some(spaces)
        });
        if explicit { indents.min().unwrap_or(0) } else { indents.next().unwrap_or(0) }
    }
}

fn named(code: u8) -> char {
    match code {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' => '\t',
        b'n' => '\n',
        b'v' => '\u{B}',
        b'f' => '\u{C}',
        b'r' => '\r',
        b'e' => '\u{1B}',
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        other => char::from(other),
    }
}
