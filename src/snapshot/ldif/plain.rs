//! Plain lines, which most are: a name that was met before, and a value. Comments, the lines between records, names that are new
//! or have options, and whatever is out of order are left to the closer look of the [reader](super::reader).

use super::line::Line;
use super::reader::{LdifReader, Named, options};
use crate::finding::Problem;
use crate::snapshot::record::{Place, Record, Text};
use crate::source::Form;

impl LdifReader<'_> {
    /// Takes lines with names that were met before up to one that needs a closer look.
    pub(super) fn plain_lines(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        let skips = !self.names.keeps_all();
        let mut number = self.ends.number(self.at);
        while let Some(mut end) = self.ends.place(number)
            && let Some(rest) = self.block.get(self.at..)
            && let Some((length, slot)) = self.learned.find(rest)
        {
            let start = self.at;
            let first_end = end;
            // what is folded goes on behind a space
            while self.block.get(end + 1) == Some(&b' ') {
                // a line of spaces may part two records
                let is_fold = self.block.get(end + 2).is_some_and(|byte| !byte.is_ascii_whitespace());
                let (true, Some(behind)) = (is_fold, self.ends.place(number + 1)) else { return };
                (end, number) = (behind, number + 1);
            }
            let next = end + 1;
            if next >= self.block.len() {
                return;
            }
            (self.at, number) = (next, self.ends.pass(number));
            if slot.is_none() && skips {
                continue;
            }
            if self.block.get(end.saturating_sub(1)) == Some(&b'\r') {
                end -= 1;
            }
            let (colon, folded) = (start + length, first_end != next - 1);
            let name = Text::of_block(start..colon);
            if !folded && self.is_plain(colon, end) {
                let value = colon + 2..end;
                let place = Place::new(value.clone(), Form::Plain);
                record.push(slot, name, options(length), Text::of_block(value), place);
            } else {
                let line = Line { start, end, next, folded, white_line: None };
                self.value(Named { line, name, colon }, (slot, length), record, problems);
            }
        }
    }

    /// Whether a value stands behind a colon and one space, without anything that would have to be looked at.
    #[inline]
    fn is_plain(&self, colon: usize, end: usize) -> bool {
        let Some([b' ', first, value @ ..]) = self.block.get(colon + 1..end) else { return false };
        let is_clean = self.ends.is_clean || (value.is_ascii() && !value.contains(&0));
        is_clean && *first != b' ' && first.is_ascii() && *first != 0
    }
}
