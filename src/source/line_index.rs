//! Line and column of an offset, through a sparse index: it is made only for files of which something is printed, from what
//! was counted when they were read.

use std::cell::RefCell;
use std::io;
use std::sync::OnceLock;

use super::place::{FileId, Location};
use super::store::Store;

/// How many bytes lie between two entries: half of it is read for each place that is asked for.
const STEP: usize = 1 << 10;
/// How many bytes are read at a time while lines are counted.
const BLOCK: usize = 1 << 20;
/// How much of that a thread keeps for the next time.
const KEPT: usize = 1 << 17;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = RefCell::default();
}

/// A place as people count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in Unicode scalar values; a byte that is no UTF-8 counts as one.
    pub column: u64,
}

/// What is known of a place, at the beginning of a character.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The place.
    pub(super) offset: u64,
    /// Line ends before it.
    pub(super) lines: u64,
    /// Characters between the last line end, or the beginning of the file, and it.
    pub(super) columns: u64,
}

impl Step {
    /// What is known behind a text that begins here.
    #[must_use]
    pub fn behind(self, text: &[u8]) -> Self {
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

    /// The line and column of the place.
    #[must_use]
    pub fn position(self) -> Position {
        Position { line: 1 + self.lines, column: 1 + self.columns }
    }
}

/// A stretch whose lines were counted together: what is known where it begins and, once somebody asks for a place in it, at
/// every kB of it.
#[derive(Debug)]
struct Coarse {
    step: Step,
    length: u64,
    fine: OnceLock<Vec<Step>>,
}

/// The lines of a file.
#[derive(Debug)]
pub struct LineIndex {
    file: FileId,
    stretches: Vec<Coarse>,
}

impl LineIndex {
    /// The lines of a file: those that were counted when it was read are not counted again. What cannot be read has no lines.
    #[must_use]
    pub fn of(store: &Store, file: FileId) -> Self {
        let (mut step, end) = (Step { offset: store.start(file), lines: 0, columns: 0 }, store.length(file));
        let mut stretches = Vec::new();
        for counted in store.counted(file) {
            if counted.offset < step.offset {
                continue;
            }
            step = read(store, file, step, counted.offset, &mut stretches);
            if counted.offset == step.offset {
                stretches.push(Coarse { step, length: counted.length, fine: OnceLock::new() });
                step = counted.behind(step);
            }
        }
        read(store, file, step, end, &mut stretches);
        Self { file, stretches }
    }

    /// The line and column of the byte at `offset`.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn position(&self, store: &Store, offset: u64) -> io::Result<Position> {
        let (step, between) = self.known(store, offset);
        Ok(step.behind(&store.bytes(between)?).position())
    }

    /// The nearest place before `offset` of which lines and columns are known, and the bytes between them.
    #[must_use]
    pub fn known(&self, store: &Store, offset: u64) -> (Step, Location) {
        let number =
            self.stretches.partition_point(|stretch| stretch.step.offset <= offset).saturating_sub(1);
        let Some(stretch) = self.stretches.get(number) else {
            return (Step { offset, lines: 0, columns: 0 }, Location::new(self.file, offset, 0));
        };
        let fine = self.fine(stretch, store);
        let number = fine.partition_point(|step| step.offset <= offset).saturating_sub(1);
        let step = fine.get(number).copied().unwrap_or(stretch.step);
        (step, Location::new(self.file, step.offset, offset.saturating_sub(step.offset)))
    }

    /// What is known at every kB of a stretch; nothing if it is no longer than that.
    fn fine<'a>(&self, stretch: &'a Coarse, store: &Store) -> &'a [Step] {
        if stretch.length <= STEP as u64 {
            return &[];
        }
        if let Some(known) = stretch.fine.get() {
            return known;
        }
        let mut fine = Vec::new();
        read(store, self.file, stretch.step, stretch.step.offset + stretch.length, &mut fine);
        stretch.fine.get_or_init(|| fine.into_iter().map(|coarse| coarse.step).collect())
    }
}

/// Counts the lines of a file from a step up to an offset; what is known there.
fn read(store: &Store, file: FileId, step: Step, end: u64, stretches: &mut Vec<Coarse>) -> Step {
    BUFFER.with_borrow_mut(|buffer| {
        let step = read_into(buffer, (store, file), step, end, stretches);
        buffer.shrink_to(KEPT);
        step
    })
}

fn read_into(
    buffer: &mut Vec<u8>,
    (store, file): (&Store, FileId),
    mut step: Step,
    end: u64,
    stretches: &mut Vec<Coarse>,
) -> Step {
    while step.offset < end {
        let length = usize::try_from(end - step.offset).map_or(BLOCK, |left| left.min(BLOCK));
        // the store keeps that it failed, and the end of the run tells it
        store.read_or_blank(file, step.offset, length, buffer);
        if buffer.is_empty() {
            break;
        }
        let is_last = buffer.len() < length || step.offset + buffer.len() as u64 >= end;
        let mut rest = buffer.as_slice();
        while !rest.is_empty() && (is_last || rest.len() > STEP) {
            let text = rest.get(..STEP).unwrap_or(rest);
            // a character that lies over the end belongs to the next step
            let kept = if text.len() < STEP || text.len() == rest.len() { 0 } else { begun(text) };
            let (text, behind) = rest.split_at_checked(text.len() - kept).unwrap_or((rest, &[]));
            stretches.push(Coarse { step, length: text.len() as u64, fine: OnceLock::new() });
            step = step.behind(text);
            rest = behind;
        }
        if is_last {
            break;
        }
    }
    step
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
        let index = LineIndex::of(&store, file);
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
        let index = LineIndex::of(&store, file);
        let column = |offset: usize| index.position(&store, offset as u64).unwrap().column;
        assert_eq!(column(STEP + 1), STEP as u64 + 1);
        assert_eq!(column(text.len() - 1), 2 * STEP as u64 + 2);
    }

    #[test]
    fn lines_are_counted_across_blocks() {
        let mut store = Store::new();
        let text = "x".repeat(BLOCK - 2) + "\u{20AC}y\n" + &"ab\n".repeat(BLOCK) + "z";
        let file = store.text("t", text.clone().into_bytes());
        let index = LineIndex::of(&store, file);
        let at = |offset: usize| index.position(&store, offset as u64).unwrap();
        let block = BLOCK as u64;
        assert_eq!(at(BLOCK + 1), Position { line: 1, column: block });
        assert_eq!(at(BLOCK + 3), Position { line: 2, column: 1 });
        assert_eq!(at(text.len() - 1), Position { line: 2 + block, column: 1 });
    }

    #[test]
    fn what_was_counted_before_is_not_counted_otherwise() {
        let mut store = Store::new();
        let text: String =
            (0..40_000).map(|number| format!("ž{number}: {}\n", "é".repeat(number % 97))).collect();
        let text = text + &"ü".repeat(200_000) + "\nend";
        let file = store.text("t", text.clone().into_bytes());
        let fresh = LineIndex::of(&store, file);
        let cut = |at: usize| (at..).find(|at| text.is_char_boundary(*at)).unwrap();
        // the last but one follows a gap, the one before begins in the middle of a line
        for (from, to) in [(0, 300_001), (300_001, 700_000), (900_000, 1_000_000), (1_000_000, text.len())] {
            let (from, to) = (cut(from), cut(to));
            store.count_lines(file, from as u64, text.as_bytes().get(from..to).unwrap());
        }
        let counted = LineIndex::of(&store, file);
        for offset in (0..text.len()).step_by(4_999).map(cut).chain([text.len()]) {
            let offset = offset as u64;
            assert_eq!(counted.position(&store, offset).unwrap(), fresh.position(&store, offset).unwrap());
        }
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let mut store = Store::new();
        let file = store.text("t", b"\xEF\xBB\xBFdn: x".to_vec());
        let index = LineIndex::of(&store, file);
        assert_eq!(index.position(&store, 7).unwrap(), Position { line: 1, column: 5 });
    }
}
