//! Line and column of an offset, through a sparse index: it is made only for files of which something is printed.

use std::io;

use super::place::{FileId, Location};
use super::store::Store;

/// How many bytes lie between two entries: half of it is read for each place that is asked for.
const STEP: usize = 1 << 12;
/// How many bytes are read at a time while lines are counted.
const BLOCK: usize = 1 << 20;

/// A place as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in Unicode scalar values; a byte that is no UTF-8 counts as one.
    pub column: u64,
}

/// What is known of a place at about every 4 kB, at the beginning of a character.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// The place.
    offset: u64,
    /// Line ends before it.
    lines: u64,
    /// Characters between the last line end, or the beginning of the file, and it.
    columns: u64,
}

impl Step {
    /// What is known behind a text that begins here.
    fn behind(self, text: &[u8]) -> Self {
        let offset = self.offset + text.len() as u64;
        match memchr::memrchr(b'\n', text) {
            None => Self { offset, columns: self.columns + columns(text), ..self },
            Some(last) => Self {
                offset,
                lines: self.lines + memchr::memchr_iter(b'\n', text).count() as u64,
                columns: columns(text.get(last + 1..).unwrap_or_default()),
            },
        }
    }
}

/// The lines of a file, counted once for every 4 kB.
#[derive(Debug)]
pub struct LineIndex {
    file: FileId,
    steps: Vec<Step>,
}

impl LineIndex {
    /// Counts the lines of a file.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn of(store: &Store, file: FileId) -> io::Result<Self> {
        let mut step = Step { offset: store.start(file), lines: 0, columns: 0 };
        let mut steps = vec![step];
        let mut buffer = Vec::new();
        loop {
            store.read(file, step.offset, BLOCK, &mut buffer)?;
            let is_last = buffer.len() < BLOCK;
            let mut rest = buffer.as_slice();
            while !rest.is_empty() && (is_last || rest.len() > STEP) {
                let text = rest.get(..STEP).unwrap_or(rest);
                // a character that lies over the end belongs to the next step
                let kept = if text.len() < STEP { 0 } else { begun(text) };
                let (text, behind) = rest.split_at_checked(text.len() - kept).unwrap_or((rest, &[]));
                step = step.behind(text);
                steps.push(step);
                rest = behind;
            }
            if is_last {
                break;
            }
        }
        Ok(Self { file, steps })
    }

    /// The line and column of the byte at `offset`.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn position(&self, store: &Store, offset: u64) -> io::Result<Position> {
        self.position_in(offset, |place| store.bytes(place))
    }

    /// The same for whoever has a shorter way to the bytes of the file.
    ///
    /// # Errors
    /// What `read` says.
    pub fn position_in(
        &self,
        offset: u64,
        read: impl FnOnce(Location) -> io::Result<Vec<u8>>,
    ) -> io::Result<Position> {
        let number = self.steps.partition_point(|step| step.offset <= offset).saturating_sub(1);
        let Some(step) = self.steps.get(number) else { return Ok(Position { line: 1, column: 1 }) };
        let length = offset.saturating_sub(step.offset);
        let here = step.behind(&read(Location::new(self.file, step.offset, length))?);
        Ok(Position { line: 1 + here.lines, column: 1 + here.columns })
    }
}

/// The number of bytes at the end of a text that may begin a character.
fn begun(text: &[u8]) -> usize {
    text.iter().rev().take(3).position(|byte| *byte >= 0xC0).map_or(0, |back| back + 1)
}

/// The number of Unicode scalar values; a byte that is no UTF-8 counts as one.
#[must_use]
pub fn columns(bytes: &[u8]) -> u64 {
    if bytes.is_ascii() {
        return bytes.len() as u64;
    }
    bytes.utf8_chunks().map(|chunk| (chunk.valid().chars().count() + chunk.invalid().len()) as u64).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_across_steps() {
        let mut store = Store::new();
        let mut text = "ž".repeat(STEP) + "\n";
        text.push_str("äb\n");
        let second = text.find("äb").unwrap();
        let file = store.text("t", text.clone().into_bytes());
        let index = LineIndex::of(&store, file).unwrap();
        let at = |offset: usize| index.position(&store, offset as u64).unwrap();
        assert_eq!(at(0), Position { line: 1, column: 1 });
        assert_eq!(at(2 * STEP - 2), Position { line: 1, column: STEP as u64 });
        assert_eq!(at(second), Position { line: 2, column: 1 });
        assert_eq!(at(second + 2), Position { line: 2, column: 2 });
    }

    #[test]
    fn a_character_over_the_end_of_a_step_is_one() {
        let mut store = Store::new();
        let text = "x".repeat(STEP - 1) + "\u{E9}y" + &"\u{1F642}".repeat(STEP) + "z";
        let file = store.text("t", text.clone().into_bytes());
        let index = LineIndex::of(&store, file).unwrap();
        let column = |offset: usize| index.position(&store, offset as u64).unwrap().column;
        assert_eq!(column(STEP + 1), STEP as u64 + 1);
        assert_eq!(column(text.len() - 1), 2 * STEP as u64 + 2);
    }

    #[test]
    fn lines_are_counted_across_blocks() {
        let mut store = Store::new();
        let text = "x".repeat(BLOCK - 2) + "\u{20AC}y\n" + &"ab\n".repeat(BLOCK) + "z";
        let file = store.text("t", text.clone().into_bytes());
        let index = LineIndex::of(&store, file).unwrap();
        let at = |offset: usize| index.position(&store, offset as u64).unwrap();
        let block = BLOCK as u64;
        assert_eq!(at(BLOCK + 1), Position { line: 1, column: block });
        assert_eq!(at(BLOCK + 3), Position { line: 2, column: 1 });
        assert_eq!(at(text.len() - 1), Position { line: 2 + block, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let mut store = Store::new();
        let file = store.text("t", b"\xEF\xBB\xBFdn: x".to_vec());
        let index = LineIndex::of(&store, file).unwrap();
        assert_eq!(index.position(&store, 7).unwrap(), Position { line: 1, column: 5 });
    }
}
