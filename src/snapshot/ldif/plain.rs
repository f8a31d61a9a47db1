//! Plain lines, which most are: a name that was met before, and a value. Comments, the lines between records, names that are new
//! or have options, and whatever is out of order are left to the closer look of the [reader](super::reader).

use super::line::Line;
use super::reader::{LdifReader, Named};
use crate::finding::Problem;
use crate::snapshot::record::{Place, Record, Text};

impl LdifReader<'_> {
    /// Takes lines with names that were met before up to one that needs a closer look.
    pub(super) fn plain_lines(&mut self, record: &mut Record, problems: &mut Vec<Problem>) {
        let skips = !self.names.keeps_all();
        let mut number = self.ends.number(self.at);
        while let Some(first_end) = self.ends.place(number)
            && let Ok(start) = u32::try_from(self.at)
            && let Some(rest) = self.block.get(self.at..)
            && let Some((length, slot)) = self.learned.find(rest)
        {
            let mut end = first_end;
            // what is folded goes on behind a space
            while self.block.get(end as usize + 1) == Some(&b' ') {
                // a line of spaces may part two records
                let behind = self.block.get(end as usize + 2);
                let is_fold = behind.is_some_and(|byte| !byte.is_ascii_whitespace());
                let (true, Some(behind)) = (is_fold, self.ends.place(number + 1)) else { return };
                (end, number) = (behind, number + 1);
            }
            let next = end as usize + 1;
            if next >= self.block.len() {
                return;
            }
            (self.at, number) = (next, self.ends.pass(number));
            if slot.is_none() && skips {
                continue;
            }
            let folded = end != first_end;
            if self.block.get((end as usize).saturating_sub(1)) == Some(&b'\r') {
                end -= 1;
            }
            let colon = start.saturating_add(length);
            let name = Text::between(start, colon);
            if !folded && self.is_plain(colon as usize, end as usize) {
                let value = Text::between(colon + 2, end);
                record.push(slot, name, length, value, Place::plain(value));
            } else {
                let line = Line { start: start as usize, end: end as usize, next, folded, white_line: None };
                let named = Named { line, name, colon: colon as usize };
                self.value(named, (slot, length as usize), record, problems);
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
