//! Blocks of whole records. A file is cut at fixed strides, each moved on to the next empty line, so that every block
//! can be read on its own and the cuts do not depend on who reads first.

use std::io;

use memchr::memchr_iter;
use rayon::prelude::*;

use crate::source::{FileId, Store};

/// How far a search for an empty line reads at first.
const LOOK: usize = 1 << 12;
/// How far it reads at most at once, and by how much what it reads overlaps.
const FAR: usize = LOOK << 10;
const OVERLAP: usize = 1 << 16;
/// No block, and so no record, may be larger: 512 MB.
pub const MAX_BLOCK: u64 = 512 << 20;

/// The blocks of one file.
#[derive(Debug, Clone, Copy)]
pub struct Blocks<'a> {
    store: &'a Store,
    file: FileId,
    stride: u64,
}

impl<'a> Blocks<'a> {
    /// The blocks of about `stride` bytes of a file.
    #[must_use]
    pub fn new(store: &'a Store, file: FileId, stride: u64) -> Self {
        Self { store, file, stride: stride.max(16) }
    }

    /// How many there are; some may be empty.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.store.length(self.file).div_ceil(self.stride)
    }

    /// Where all blocks lie that are not empty, in order. A record over many strides is looked through once.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn ranges(&self) -> io::Result<Vec<std::ops::Range<u64>>> {
        // most ends are near, and found side by side; what lies farther is looked for one after the other
        let near = (0..self.count()).into_par_iter();
        let near = near.map_init(Vec::new, |buffer, number| self.near(number, buffer));
        let near: Vec<Option<u64>> = near.collect::<io::Result<_>>()?;
        let mut ranges = Vec::new();
        let mut start = self.store.start(self.file);
        for number in 1..=self.count() {
            let last = number == self.count();
            // the last boundary lies behind this stride as well
            if start > (number * self.stride).saturating_sub(3) && !last {
                continue;
            }
            let known = usize::try_from(number).ok().and_then(|number| near.get(number).copied().flatten());
            let end = match known {
                _ if last => self.store.length(self.file),
                Some(end) => end,
                None => self.boundary(number)?,
            };
            if end > start {
                ranges.push(start..end);
                start = end;
            }
        }
        Ok(ranges)
    }

    /// Where block `number` lies in the file.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn range(&self, number: u64) -> io::Result<std::ops::Range<u64>> {
        let start = self.boundary(number)?;
        Ok(start..self.boundary(number + 1)?.max(start))
    }

    /// Reads block `number` into `into`; the offset of its first byte.
    ///
    /// # Errors
    /// What the operating system says; `FileTooLarge` if one record is larger than [`MAX_BLOCK`].
    pub fn read(&self, number: u64, into: &mut Vec<u8>) -> io::Result<u64> {
        let range = self.range(number)?;
        let length = range.end - range.start;
        if length > MAX_BLOCK.max(self.stride * 2) {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.store.read(self.file, range.start, usize::try_from(length).unwrap_or(0), into)?;
        Ok(range.start)
    }

    /// Where the search for the end of block `number` begins.
    fn base(&self, number: u64) -> u64 {
        (number * self.stride).saturating_sub(3).max(self.store.start(self.file))
    }

    /// The same as [`Blocks::boundary`], if that is found at the first look.
    fn near(&self, number: u64, buffer: &mut Vec<u8>) -> io::Result<Option<u64>> {
        let (start, length) = (self.store.start(self.file), self.store.length(self.file));
        let base = self.base(number);
        if number == 0 {
            return Ok(Some(start));
        }
        if base >= length {
            return Ok(Some(length));
        }
        self.store.read(self.file, base, LOOK, buffer)?;
        Ok(first_cut(buffer).map(|cut| base + cut as u64))
    }

    /// The first byte behind the first empty line that ends at or behind `number` strides.
    fn boundary(&self, number: u64) -> io::Result<u64> {
        let length = self.store.length(self.file);
        let mut buffer = Vec::new();
        if let Some(near) = self.near(number, &mut buffer)? {
            return Ok(near);
        }
        let (mut base, mut look) = (self.base(number), LOOK);
        loop {
            self.store.read(self.file, base, look, &mut buffer)?;
            let whole = base + buffer.len() as u64 >= length || buffer.is_empty();
            match first_cut(&buffer) {
                Some(cut) => return Ok(base + cut as u64),
                None if whole => return Ok(length),
                None if look < FAR => look *= 4,
                // a record of this size is looked through piece by piece; what ends a record may lie over two
                None => base += (look - OVERLAP) as u64,
            }
        }
    }
}

/// The first byte behind the first empty line, which always ends a record (RFC 2849), or behind a line of spaces in front
/// of a name line, which some tools write instead.
fn first_cut(text: &[u8]) -> Option<usize> {
    memchr_iter(b'\n', text).find_map(|lf| match text.get(lf + 1..)? {
        [b'\n', ..] => Some(lf + 2),
        [b'\r', b'\n', ..] => Some(lf + 3),
        [b' ', ..] => behind_white_line(text, lf + 1),
        _ => None,
    })
}

fn behind_white_line(text: &[u8], start: usize) -> Option<usize> {
    let (end, next) = super::line::physical(text, start);
    let white = text.get(start..end)?.iter().all(|byte| matches!(byte, b' ' | b'\t'));
    (white && super::line::begins_record(text.get(next..)?)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_lies_behind_an_empty_line() {
        assert_eq!(first_cut(b"dn: a\nb: c\n\ndn: d\n\n"), Some(12));
        assert_eq!(first_cut(b"dn: a\r\n\r\ndn: d\r\n"), Some(9));
        assert_eq!(first_cut(b"dn: a\nb: c\n"), None);
        assert_eq!(first_cut(b"dn: a\n \ndn: b\n"), Some(8));
    }

    #[test]
    fn blocks_of_any_size_join_to_the_whole() {
        let text = "dn: a\nb: c\n\n\ndn: d\n e\n\r\ndn: f\n \ndn: g\nh: i".repeat(3).into_bytes();
        let mut store = Store::new();
        let file = store.text("t", text.clone());
        for stride in 16..=text.len() as u64 + 1 {
            let blocks = Blocks::new(&store, file, stride);
            let mut joined = Vec::new();
            let mut block = Vec::new();
            for number in 0..blocks.count() {
                assert_eq!(blocks.read(number, &mut block).unwrap(), joined.len() as u64);
                joined.extend_from_slice(&block);
            }
            assert!(joined == text, "stride {stride}");
            let ranges = blocks.ranges().unwrap();
            let several: Vec<_> = (0..blocks.count()).map(|number| blocks.range(number).unwrap()).collect();
            assert!(several.into_iter().filter(|range| !range.is_empty()).eq(ranges), "stride {stride}");
        }
    }
}
