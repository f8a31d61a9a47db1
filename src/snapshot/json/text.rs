//! The texts of an object. Most are written as they are: where they end is found for all of them together, 64 bytes at a time.

use std::ops::Range;

use super::fault::Fault;
use super::parse::{Parsed, Parser};
use crate::snapshot::lanes::add_places;
use crate::snapshot::{Place, Text};
use crate::source::{Form, decode, escape};

/// How many bytes of an object are looked through; those of nearly all have fewer.
const MOST: usize = 1 << 22;

/// Where texts may end.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// The quotes in the block, and what is more than itself in a text: backslashes, control characters.
    at: Vec<u32>,
    /// How many of them are passed.
    passed: usize,
    /// Some bytes are no ASCII.
    has_letters: bool,
}

impl Ends {
    /// Looks for them in a range of a block; `at` is memory for them.
    pub(super) fn find(block: &[u8], range: Range<usize>, mut at: Vec<u32>) -> Self {
        let mut has_letters = false;
        let text = block.get(range.clone()).unwrap_or_default();
        let text = text.get(..MOST).unwrap_or(text);
        add_places(text, u32::try_from(range.start).unwrap_or(u32::MAX), &mut at, |lanes| {
            has_letters |= lanes.high() != 0;
            lanes.quotes_or_controls()
        });
        Self { at, passed: 0, has_letters }
    }

    /// The memory that it took.
    pub(super) fn into_memory(self) -> Vec<u32> {
        self.at
    }

    /// The closing quote of a text that begins at a byte, if it is written as it is: without escapes, and without a fault.
    #[inline]
    fn of(&mut self, start: usize, block: &[u8]) -> Option<usize> {
        let end = loop {
            let end = *self.at.get(self.passed)? as usize;
            if end >= start {
                break end;
            }
            self.passed += 1;
        };
        if block.get(end) != Some(&b'"') {
            return None;
        }
        let is_text = !self.has_letters || std::str::from_utf8(block.get(start..end)?).is_ok();
        is_text.then_some(end)
    }
}

impl Parser<'_, '_> {
    /// The text at the opening quote: its decoded text, and the place between the quotes.
    pub(super) fn text(&mut self) -> Parsed<(Text, Place)> {
        let open = self.at;
        let start = open + 1;
        if let Some(end) = self.ends.of(start, self.block) {
            self.at = end + 1;
            return Ok((Text::of_block(start..end), Place::new(start..end, Form::Plain)));
        }
        let mut at = start;
        let mut escaped = false;
        loop {
            let rest = self.block.get(at..self.end).unwrap_or_default();
            let Some(next) = memchr::memchr2(b'"', b'\\', rest) else {
                return self.broken(Fault::OpenText, open);
            };
            at += next;
            if self.block.get(at) == Some(&b'"') {
                break;
            }
            escaped = true;
            let (character, length) = escape(self.block.get(at..self.end).unwrap_or_default());
            if character.is_none() {
                let half = length == 6;
                self.report(if half { Fault::HalfPair } else { Fault::BadEscape }, at, length);
            }
            at += length.max(1);
        }
        self.at = at + 1;
        let raw = self.block.get(start..at).unwrap_or_default();
        let lines = raw.contains(&b'\n');
        if lines && !matches!(self.token(), None | Some(b',' | b':' | b'}' | b']')) {
            return self.broken(Fault::OpenText, open);
        }
        if let Some(control) = raw.iter().position(|byte| *byte < 0x20) {
            self.report(Fault::Control, start + control, 1);
        }
        if let Err(error) = std::str::from_utf8(raw) {
            self.report(Fault::NotUtf8, start + error.valid_up_to(), 1);
        }
        if !escaped {
            return Ok((Text::of_block(start..at), Place::new(start..at, Form::Plain)));
        }
        let (decoded, _) = decode(raw, Form::JsonText);
        let arena = self.record.arena();
        let begin = arena.len();
        arena.extend_from_slice(&decoded);
        Ok((Text::of_arena(begin..arena.len()), Place::new(start..at, Form::JsonText)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_without_escapes_and_faults_ends_at_its_quote(
            text in r#"["\\\\aé\n]{0,8}.{0,90}["\\\\aé\n]{0,300}"#,
            start: prop::sample::Index,
            cut in 0_usize..20,
        ) {
            let block = text.as_bytes();
            let cut = cut.min(block.len());
            let mut ends = Ends::find(block, cut..block.len(), Vec::new());
            let mut start = cut + start.index(block.len() - cut + 1);
            while start < block.len() {
                let length = block[start..].iter().position(|byte| *byte == b'"' || *byte == b'\\' || *byte < b' ');
                let end = length.map(|length| start + length).filter(|end| block[*end] == b'"');
                prop_assert_eq!(ends.of(start, block), end.filter(|end| text.get(start..*end).is_some()));
                start += 1 + start % 7;
            }
        }
    }
}
