//! A file, byte after byte, without having it in memory.

use std::io;

use crate::source::{FileId, Store};

/// How much is read at once.
const CHUNK: usize = 1 << 18;

/// A place in a file that moves on.
pub(super) struct Cursor<'s> {
    store: &'s Store,
    file: FileId,
    buffer: Vec<u8>,
    base: u64,
    at: usize,
    /// Nothing is read from here on.
    end: u64,
}

impl<'s> Cursor<'s> {
    pub(super) fn new(store: &'s Store, file: FileId) -> Self {
        Self::within(store, file, store.start(file)..u64::MAX)
    }

    /// A cursor for which the file begins and ends here.
    pub(super) fn within(store: &'s Store, file: FileId, range: std::ops::Range<u64>) -> Self {
        Self { store, file, buffer: Vec::new(), base: range.start, at: 0, end: range.end }
    }

    /// The place, in the file.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Goes back, or on, to a place in the file.
    pub(super) fn seek(&mut self, offset: u64) {
        match offset.checked_sub(self.base).and_then(|at| usize::try_from(at).ok()) {
            Some(at) if at <= self.buffer.len() => self.at = at,
            _ => {
                self.buffer.clear();
                (self.base, self.at) = (offset, 0);
            }
        }
    }

    /// What is left of the piece that was read; empty only at the end of the file.
    pub(super) fn rest(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.buffer.len() {
            self.base += self.buffer.len() as u64;
            self.at = 0;
            let left = usize::try_from(self.end.saturating_sub(self.base)).unwrap_or(usize::MAX);
            self.store.read(self.file, self.base, CHUNK.min(left), &mut self.buffer)?;
        }
        Ok(self.buffer.get(self.at..).unwrap_or_default())
    }

    /// Goes on by `count` bytes of what is left of the piece.
    pub(super) fn skip(&mut self, count: usize) {
        self.at = (self.at + count).min(self.buffer.len());
    }

    /// Whether the byte before the cursor begins a line and does not follow a comma, a colon or an opening bracket.
    pub(super) fn begins_line(&self) -> bool {
        let Some([before @ .., _]) = self.buffer.get(..self.at) else { return false };
        if before.last() != Some(&b'\n') {
            return false;
        }
        let last = before.trim_ascii_end().last();
        last.is_some_and(|last| !matches!(last, b',' | b':' | b'[' | b'{'))
    }

    /// Whether a line begins here.
    pub(super) fn after_line(&self) -> bool {
        self.at.checked_sub(1).and_then(|before| self.buffer.get(before)) == Some(&b'\n')
    }

    /// What stands before a place in its line, at most 256 bytes; none if the line does not begin there.
    pub(super) fn before(&mut self, offset: u64) -> io::Result<Option<Vec<u8>>> {
        let begin = self.store.start(self.file);
        let from = offset.saturating_sub(256).max(begin);
        let mut head = Vec::new();
        self.store.read(self.file, from, usize::try_from(offset - from).unwrap_or(0), &mut head)?;
        let line = memchr::memrchr(b'\n', &head).map(|lf| lf + 1).or((from == begin).then_some(0));
        Ok(line.and_then(|line| head.get(line..)).map(<[u8]>::to_vec))
    }

    /// The end of the file.
    pub(super) fn end(&self) -> u64 {
        self.store.start(self.file) + self.store.length(self.file)
    }

    /// The number of bytes of the file.
    pub(super) fn length(&self) -> u64 {
        self.store.length(self.file)
    }

    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.rest()?.first().copied())
    }

    /// The next byte that is no white space.
    pub(super) fn token(&mut self) -> io::Result<Option<u8>> {
        loop {
            let rest = self.rest()?;
            if rest.is_empty() {
                return Ok(None);
            }
            let white = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            let found = rest.get(white).copied();
            self.skip(white);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    /// Goes on to the beginning of the next line.
    pub(super) fn next_line(&mut self) -> io::Result<()> {
        loop {
            let rest = self.rest()?;
            if rest.is_empty() {
                return Ok(());
            }
            match memchr::memchr(b'\n', rest) {
                Some(lf) => {
                    self.skip(lf + 1);
                    return Ok(());
                }
                None => {
                    let all = rest.len();
                    self.skip(all);
                }
            }
        }
    }
}
