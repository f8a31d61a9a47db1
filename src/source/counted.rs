//! Lines that are counted while a file is read for something else, so that it is not read a second time for them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use memchr::{memchr, memrchr};

use super::line_index::{Step, columns};
use super::place::FileId;

/// About how many bytes are counted together.
const STRETCH: usize = 1 << 16;

/// The lines of a stretch of a file, which begins and ends at the beginning of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The first byte.
    pub(super) offset: u64,
    /// The number of bytes.
    pub(super) length: u64,
    /// The line ends in it.
    ends: u64,
    /// Characters behind the last line end, or of the whole stretch if there is none.
    columns: u64,
}

impl Stretch {
    fn of(offset: u64, text: &[u8]) -> Self {
        let last = memrchr(b'\n', text);
        Self {
            offset,
            length: text.len() as u64,
            ends: last.map_or(0, |_| memchr::memchr_iter(b'\n', text).count() as u64),
            columns: columns(text.get(last.map_or(0, |last| last + 1)..).unwrap_or_default()),
        }
    }

    /// What is known behind it, if that is known where it begins.
    pub(super) fn behind(self, step: Step) -> Step {
        let columns = if self.ends == 0 { step.columns + self.columns } else { self.columns };
        Step { offset: self.offset + self.length, lines: step.lines + self.ends, columns }
    }
}

/// The stretches of a text that begins at an offset and ends with a character. Each ends with a line if one ends in it.
fn stretches(offset: u64, text: &[u8]) -> impl Iterator<Item = Stretch> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let tail = rest.get(STRETCH..).unwrap_or_default();
        let end = memchr(b'\n', tail).map_or(rest.len(), |end| STRETCH + end + 1);
        let stretch = Stretch::of(offset + at as u64, rest.get(..end)?);
        at += end;
        Some(stretch)
    })
}

/// What was counted of all files.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<BTreeMap<(FileId, u64), Stretch>>);

impl Counted {
    /// Counts the lines of a text of a file, which begins and ends at the beginning of a character.
    pub(super) fn add(&self, file: FileId, offset: u64, text: &[u8]) {
        let found: Vec<Stretch> = stretches(offset, text).collect();
        if let Ok(mut known) = self.0.lock() {
            known.extend(found.into_iter().map(|stretch| ((file, stretch.offset), stretch)));
        }
    }

    /// What was counted of a file, in order.
    pub(super) fn of(&self, file: FileId) -> Vec<Stretch> {
        self.0.lock().map_or_else(
            |_| Vec::new(),
            |known| known.range((file, 0)..=(file, u64::MAX)).map(|(_, stretch)| *stretch).collect(),
        )
    }
}
