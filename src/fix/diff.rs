//! What edits change in a file, line by line: the hunks of a unified diff. They follow from the edits, so nothing is compared.

use std::io;

use super::in_place::Splice;
use crate::source::{FileId, Location, Store};

/// How many lines are shown around a change.
const CONTEXT: usize = 3;
/// How many bytes are read at a time to find the end of a line.
const CHUNK: u64 = 512;

/// What a line of a hunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both files.
    Both,
    /// In the old one only.
    Old,
    /// In the new one only.
    New,
}

/// A line of a hunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// In which of the files it stands.
    pub side: Side,
    /// The line with its end; the last line of a file may have none.
    pub text: Vec<u8>,
    /// Where it begins in the old file; of a new line, where the old ones begin that it takes the place of.
    pub begin: u64,
}

/// Lines that change, with some around them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hunk {
    /// The number of the first line in the old file, and in the new one, from 1.
    pub start: (u64, u64),
    /// The lines, in order.
    pub lines: Vec<Line>,
}

impl Hunk {
    /// How many lines stand in the old file, and in the new one.
    #[must_use]
    pub fn lengths(&self) -> (usize, usize) {
        let count = |other: Side| self.lines.iter().filter(|line| line.side != other).count();
        (count(Side::New), count(Side::Old))
    }
}

/// Whole lines with the edits in them.
struct Block {
    start: u64,
    end: u64,
    new: Vec<u8>,
}

/// Hands over the hunks of the edits of one file, which are in order.
///
/// # Errors
/// What the operating system says, or what `each` says.
pub fn hunks(
    store: &Store,
    splices: &[Splice],
    each: &mut dyn FnMut(Hunk) -> io::Result<()>,
) -> io::Result<()> {
    let Some(first) = splices.first() else { return Ok(()) };
    let lines = Lines { store, file: first.location.file };
    let mut blocks = lines.blocks(splices)?.into_iter().peekable();
    let (mut line, mut at, mut shift) = (1_u64, store.start(lines.file), 0_i64);
    while let Some(block) = blocks.next() {
        let mut together = vec![block];
        while let (Some(last), Some(next)) = (together.last(), blocks.peek()) {
            if lines.between(last.end, next.start, 2 * CONTEXT)?.is_none() {
                break;
            }
            together.extend(blocks.next());
        }
        let begin = lines.back(together.first().map_or(at, |block| block.start), CONTEXT)?.max(at);
        line += lines.count(at, begin)?;
        let start = (line, line.saturating_add_signed(shift));
        let mut hunk = Hunk { start, lines: Vec::new() };
        let mut from = begin;
        for block in &together {
            hunk.push(Side::Both, &lines.text(from, block.start)?, from);
            hunk.push(Side::Old, &lines.text(block.start, block.end)?, block.start);
            hunk.push(Side::New, &block.new, block.start);
            from = block.end;
        }
        let end = lines.forward(from, CONTEXT)?;
        hunk.push(Side::Both, &lines.text(from, end)?, from);
        let (old, new) = hunk.lengths();
        line += old as u64;
        shift += i64::try_from(new).unwrap_or(0) - i64::try_from(old).unwrap_or(0);
        at = end;
        each(hunk)?;
    }
    Ok(())
}

impl Hunk {
    fn push(&mut self, side: Side, text: &[u8], begin: u64) {
        let mut at = begin;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            self.lines.push(Line { side, text: line.to_vec(), begin: at });
            if side != Side::New {
                at += line.len() as u64;
            }
        }
    }
}

/// The lines of a file.
struct Lines<'s> {
    store: &'s Store,
    file: FileId,
}

impl Lines<'_> {
    fn text(&self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        self.store.bytes(Location::new(self.file, start, end.saturating_sub(start)))
    }

    fn blocks(&self, splices: &[Splice]) -> io::Result<Vec<Block>> {
        let mut blocks: Vec<Block> = Vec::new();
        for splice in splices {
            let (start, end) = (splice.location.span.offset, splice.location.span.end());
            match blocks.last_mut() {
                // another one in the same lines: what stands between them is kept
                Some(last) if start < last.end => {
                    let kept = last.end - start;
                    let kept = last.new.len().saturating_sub(usize::try_from(kept).unwrap_or(0));
                    last.new.truncate(kept);
                    last.new.extend_from_slice(&splice.insert);
                    let more = if end >= last.end { self.end(end)? } else { last.end };
                    last.new.extend(self.text(end, more)?);
                    last.end = more;
                }
                _ => {
                    let begin = self.back(start, 0)?;
                    let whole_lines = end > start && self.text(end - 1, end)? == b"\n" && begin == start;
                    // lines that go, or come, as a whole leave the next one alone
                    let stop =
                        if whole_lines || start == end && begin == start { end } else { self.end(end)? };
                    let mut new = self.text(begin, start)?;
                    new.extend_from_slice(&splice.insert);
                    new.extend(self.text(end, stop)?);
                    blocks.push(Block { start: begin, end: stop, new });
                }
            }
        }
        Ok(blocks)
    }

    /// The beginning of the line that holds a byte, or of one some lines before it.
    fn back(&self, offset: u64, lines: usize) -> io::Result<u64> {
        let first = self.store.start(self.file);
        let (mut left, mut end) = (lines, offset);
        while end > first {
            let start = end.saturating_sub(CHUNK).max(first);
            let text = self.text(start, end)?;
            for at in memchr::memrchr_iter(b'\n', &text) {
                if left == 0 {
                    return Ok(start + at as u64 + 1);
                }
                left -= 1;
            }
            end = start;
        }
        Ok(first)
    }

    /// The first byte behind the line that holds a byte.
    fn end(&self, offset: u64) -> io::Result<u64> {
        self.forward(offset, 1)
    }

    /// The first byte behind some line ends.
    fn forward(&self, offset: u64, lines: usize) -> io::Result<u64> {
        let length = self.store.length(self.file);
        let (mut left, mut start) = (lines, offset);
        while start < length {
            let end = start.saturating_add(CHUNK).min(length);
            let text = self.text(start, end)?;
            for at in memchr::memchr_iter(b'\n', &text) {
                left -= 1;
                if left == 0 {
                    return Ok(start + at as u64 + 1);
                }
            }
            start = end;
        }
        Ok(length.max(offset))
    }

    /// The text between two places if it has few lines.
    fn between(&self, start: u64, end: u64, lines: usize) -> io::Result<Option<()>> {
        Ok((start >= end || self.forward(start, lines)? >= end).then_some(()))
    }

    /// How many lines end between two places.
    fn count(&self, start: u64, end: u64) -> io::Result<u64> {
        let (mut count, mut at, mut buffer) = (0, start, Vec::new());
        while at < end {
            let length = usize::try_from((end - at).min(1 << 20)).unwrap_or(1 << 20);
            self.store.read(self.file, at, length, &mut buffer)?;
            if buffer.is_empty() {
                break;
            }
            count += memchr::memchr_iter(b'\n', &buffer).count() as u64;
            at += buffer.len() as u64;
        }
        Ok(count)
    }
}
