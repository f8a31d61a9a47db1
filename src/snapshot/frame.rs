//! Stretches of a file that can be read on their own. Formats whose records are not parted by empty lines are looked through
//! once from the beginning to the end to find them; what stands in them is read afterwards, in parallel.

use std::io;
use std::ops::Range;

use super::file::STRIDE;
use super::ldif::MAX_BLOCK;
use crate::source::{FileId, Store};

/// A stretch of a file that can be read on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame {
    /// The first byte.
    pub start: u64,
    /// The number of bytes.
    pub length: u32,
    /// What has to be known to read it, by a number that the format gives.
    pub context: u32,
}

impl Frame {
    /// The first byte behind it.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.start + u64::from(self.length)
    }
}

/// The frames of a file, in parts of about one size.
#[derive(Debug, Clone, Default)]
pub struct Frames {
    frames: Vec<Frame>,
    parts: Vec<Range<usize>>,
}

impl Frames {
    /// Puts frames in order and in parts of about `stride` bytes.
    #[must_use]
    pub fn new(mut frames: Vec<Frame>, stride: u64) -> Self {
        frames.sort_unstable();
        frames.shrink_to_fit();
        let mut parts = Vec::new();
        let mut begin = 0;
        for (number, frame) in frames.iter().enumerate() {
            let start = frames.get(begin).map_or(frame.start, |first| first.start);
            if frame.end() - start >= stride {
                parts.push(begin..number + 1);
                begin = number + 1;
            }
        }
        if begin < frames.len() {
            parts.push(begin..frames.len());
        }
        Self { frames, parts }
    }

    /// The number of parts.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.parts.len() as u64
    }

    /// The frames of a part.
    #[must_use]
    pub fn part(&self, number: u64) -> &[Frame] {
        let range = usize::try_from(number).ok().and_then(|number| self.parts.get(number)).cloned();
        range.and_then(|range| self.frames.get(range)).unwrap_or_default()
    }

    /// Reads a part into `into`; the offset of its first byte.
    ///
    /// # Errors
    /// What the operating system says; `FileTooLarge` if one record is larger than 512 MB.
    pub fn read(&self, number: u64, store: &Store, file: FileId, into: &mut Vec<u8>) -> io::Result<u64> {
        let frames = self.part(number);
        let start = frames.first().map_or(0, |frame| frame.start);
        let end = frames.iter().map(Frame::end).max().unwrap_or(start);
        // a part has at most one frame that is larger than a part need be
        if end - start > MAX_BLOCK + STRIDE {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        store.read(file, start, usize::try_from(end - start).unwrap_or(0), into)?;
        Ok(start)
    }

    /// The last frame that begins at or before a byte of the file.
    #[must_use]
    pub fn find(&self, offset: u64) -> Option<&Frame> {
        let behind = self.frames.partition_point(|frame| frame.start <= offset);
        self.frames.get(behind.checked_sub(1)?)
    }

    /// All frames, in order.
    #[must_use]
    pub fn all(&self) -> &[Frame] {
        &self.frames
    }
}
