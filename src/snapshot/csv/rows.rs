//! Where rows end. The file is looked through once, block by block; what is kept is where stretches of whole rows lie.

use std::io;

use memchr::{memchr, memchr2};

use super::cell::Syntax;
use crate::snapshot::frame::Frame;
use crate::snapshot::ldif::MAX_BLOCK;
use crate::source::{FileId, Store};

/// How much is read at once.
const CHUNK: usize = 1 << 20;
/// About how large a stretch of rows is.
const STRETCH: u64 = 1 << 18;

/// What was found in the rows of a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) frames: Vec<Frame>,
    /// A byte is not ASCII.
    pub(super) letters: bool,
    /// The first NUL.
    pub(super) nul: Option<u64>,
    /// The quote that is open at the end of the file.
    pub(super) open: Option<u64>,
    /// The row that is too large.
    pub(super) large: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Outside of quotes.
    Outside,
    /// Inside of quotes.
    Inside,
    /// Behind a quote that closes a cell, unless the next byte says otherwise.
    Behind,
}

struct Rows {
    syntax: Syntax,
    state: State,
    /// The byte before the chunk.
    before: u8,
    /// The quote that was opened last.
    opened: u64,
    /// The first byte of the row.
    row: u64,
    /// The first byte of the stretch.
    stretch: u64,
    frames: Vec<Frame>,
}

/// Looks through the rows from `start` to the end of a file.
pub(super) fn find(store: &Store, file: FileId, start: u64, syntax: Syntax) -> io::Result<Found> {
    let mut rows = Rows {
        syntax,
        state: State::Outside,
        before: syntax.line_end,
        opened: start,
        row: start,
        stretch: start,
        frames: Vec::new(),
    };
    let mut found = Found::default();
    let mut chunk = Vec::new();
    let mut offset = start;
    loop {
        store.read(file, offset, CHUNK, &mut chunk)?;
        if chunk.is_empty() {
            break;
        }
        found.letters |= !chunk.is_ascii();
        found.nul = found.nul.or_else(|| memchr(0, &chunk).map(|at| offset + at as u64));
        rows.feed(offset, &chunk);
        offset += chunk.len() as u64;
        if offset - rows.row > MAX_BLOCK {
            found.large = Some(rows.row);
            break;
        }
    }
    if rows.state == State::Inside {
        found.open = Some(rows.opened);
    } else if found.large.is_none() {
        rows.row = offset;
    }
    rows.cut();
    found.frames = rows.frames;
    Ok(found)
}

impl Rows {
    fn feed(&mut self, offset: u64, chunk: &[u8]) {
        let mut at = 0;
        while at < chunk.len() {
            let rest = chunk.get(at..).unwrap_or_default();
            match self.state {
                State::Outside => {
                    let Some(length) = memchr2(b'"', self.syntax.line_end, rest) else { break };
                    let found = at + length;
                    at = found + 1;
                    if rest.get(length) == Some(&b'"') {
                        let before =
                            found.checked_sub(1).and_then(|at| chunk.get(at)).unwrap_or(&self.before);
                        if *before == self.syntax.delimiter || *before == self.syntax.line_end {
                            self.state = State::Inside;
                            self.opened = offset + found as u64;
                        }
                    } else {
                        self.row = offset + at as u64;
                        if self.row - self.stretch >= STRETCH {
                            self.cut();
                        }
                    }
                }
                State::Inside => {
                    let Some(length) = memchr(b'"', rest) else { break };
                    at += length + 1;
                    self.state = State::Behind;
                }
                State::Behind => {
                    // the first byte of the rest is there: the loop says so
                    let byte = rest.first().copied().unwrap_or_default();
                    let inside = match byte {
                        b'"' if !self.syntax.lenient => {
                            at += 1;
                            true
                        }
                        byte => self.syntax.lenient && !self.syntax.ends_cell(byte),
                    };
                    self.state = if inside { State::Inside } else { State::Outside };
                }
            }
        }
        self.before = chunk.last().copied().unwrap_or(self.before);
    }

    /// Ends the stretch before the row.
    fn cut(&mut self) {
        let mut start = self.stretch;
        while start < self.row {
            // one row may be larger than a stretch, and is then a stretch of its own
            let length = u32::try_from(self.row - start).unwrap_or(u32::MAX);
            self.frames.push(Frame { start, length, context: 0 });
            start += u64::from(length);
        }
        self.stretch = self.row;
    }
}
