//! Line and column of an offset, through a sparse index: it is made only for files of which something is printed.

use std::io;

use super::place::FileId;
use super::store::Store;

/// How many bytes lie between two entries.
const STEP: usize = 1 << 16;

/// A place as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in Unicode scalar values; a byte that is no UTF-8 counts as one.
    pub column: u64,
}

/// The lines of a file, counted once for every 64 kB.
#[derive(Debug)]
pub struct LineIndex {
    file: FileId,
    start: u64,
    /// Line ends before each step.
    before: Vec<u64>,
}

impl LineIndex {
    /// Counts the lines of a file.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn of(store: &Store, file: FileId) -> io::Result<Self> {
        let mut before = vec![0];
        let mut buffer = Vec::new();
        let mut lines = 0;
        let mut offset = 0;
        loop {
            store.read(file, offset, STEP * 16, &mut buffer)?;
            if buffer.is_empty() {
                break;
            }
            for step in buffer.chunks(STEP) {
                lines += memchr::memchr_iter(b'\n', step).count() as u64;
                before.push(lines);
            }
            offset += buffer.len() as u64;
        }
        Ok(Self { file, start: store.start(file), before })
    }

    /// The line and column of the byte at `offset`.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn position(&self, store: &Store, offset: u64) -> io::Result<Position> {
        let step = offset / STEP as u64;
        let base = step * STEP as u64;
        let mut buffer = Vec::new();
        store.read(self.file, base, usize::try_from(offset - base).unwrap_or(0), &mut buffer)?;
        let known = usize::try_from(step).ok().and_then(|step| self.before.get(step)).copied().unwrap_or(0);
        let line = 1 + known + memchr::memchr_iter(b'\n', &buffer).count() as u64;
        let start_of_line = self.line_start(store, offset, &buffer, base)?;
        let length = usize::try_from(offset - start_of_line).unwrap_or(0);
        store.read(self.file, start_of_line, length, &mut buffer)?;
        Ok(Position { line, column: 1 + columns(&buffer) })
    }

    /// Where the line begins that holds `offset`; `read` are the bytes from `base` to it.
    fn line_start(&self, store: &Store, offset: u64, read: &[u8], base: u64) -> io::Result<u64> {
        let mut base = base;
        let mut found = memchr::memrchr(b'\n', read);
        let mut buffer = Vec::new();
        while found.is_none() && base > 0 {
            base = base.saturating_sub(STEP as u64);
            store.read(self.file, base, STEP, &mut buffer)?;
            found = memchr::memrchr(b'\n', &buffer);
        }
        let start = found.map_or(0, |at| base + at as u64 + 1);
        Ok(if start == 0 { self.start.min(offset) } else { start })
    }
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
    fn a_byte_order_mark_is_no_column() {
        let mut store = Store::new();
        let file = store.text("t", b"\xEF\xBB\xBFdn: x".to_vec());
        let index = LineIndex::of(&store, file).unwrap();
        assert_eq!(index.position(&store, 7).unwrap(), Position { line: 1, column: 5 });
    }
}
