//! The text of a report with the place in the file that each character came from: markup, tables and encodings of mail
//! are taken off, and what is found still points into the file.

use std::ops::Range;

/// Stands behind a cell of a table.
pub(super) const CELL: char = '\u{1F}';
/// Stands behind a row of a table, and behind an event.
pub(super) const ROW: char = '\u{1E}';

/// A text, and the bytes of the file that each of its bytes came from.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    text: String,
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Text {
    /// The text of a file; bytes that are no UTF-8 are replaced, and the separators of tables that stand in it are blanks.
    pub(super) fn of(raw: &[u8]) -> Self {
        let mut text = Self::default();
        let mut at = 0;
        for chunk in raw.utf8_chunks() {
            for character in chunk.valid().chars() {
                let kept = if matches!(character, CELL | ROW) { ' ' } else { character };
                text.push(kept, at..at + character.len_utf8());
                at += character.len_utf8();
            }
            for _ in chunk.invalid() {
                text.push(char::REPLACEMENT_CHARACTER, at..at + 1);
                at += 1;
            }
        }
        text
    }

    /// Adds a character that stands for bytes of the file.
    pub(super) fn push(&mut self, character: char, from: Range<usize>) {
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.text.push(character);
        self.starts.resize(self.text.len(), number(from.start));
        self.ends.resize(self.text.len(), number(from.end));
    }

    /// The text.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes of the file that a range of the text came from.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.starts.get(range.start).or(self.ends.last()).copied().unwrap_or(0) as usize;
        let last = range.end.checked_sub(1).filter(|last| *last >= range.start);
        let end = last.and_then(|last| self.ends.get(last)).map_or(start, |end| *end as usize);
        start..end.max(start)
    }

    /// The characters, each with where it stands in the text, and its bytes in the file.
    pub(super) fn characters(&self) -> impl Iterator<Item = (usize, char, Range<usize>)> {
        self.text
            .char_indices()
            .map(|(at, character)| (at, character, self.place(&(at..at + character.len_utf8()))))
    }

    /// The part of the text with its places.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        for (at, character) in self.text.get(range.clone()).unwrap_or_default().char_indices() {
            let at = range.start + at;
            part.push(character, self.place(&(at..at + character.len_utf8())));
        }
        part
    }
}

/// Whether a text holds another one, without regard to the case of ASCII letters.
pub(super) fn find(text: &str, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    let first = wanted.first()?;
    let is_here =
        |at: &usize| text.get(*at..*at + wanted.len()).is_some_and(|here| here.eq_ignore_ascii_case(wanted));
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text).find(is_here)
}

/// A range without white space at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}
