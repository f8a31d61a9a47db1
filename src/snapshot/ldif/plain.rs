//! Plain lines, which most are: a name that was met before, a colon, a space, and a value without folds and without anything
//! that needs a closer look.

use super::reader::LdifReader;
use crate::snapshot::record::{Place, Record, Text};
use crate::source::Form;

impl LdifReader<'_> {
    /// Takes lines `name: value` with names that were met before, as most are, up to one that needs a closer look.
    pub(super) fn plain_lines(&mut self, record: &mut Record) {
        let skips = !self.names.keeps_all();
        while let Some(rest) = self.block.get(self.at..)
            && let Some(end) = memchr::memchr(b'\n', rest)
            && let Some(next) = rest.get(end + 1)
            && let Some((colon, slot)) = self.learned.find(rest)
            && colon < end
        {
            if *next == b' ' {
                if slot.is_some() || !skips || !self.pass_folds(end + 1) {
                    return;
                }
                continue;
            }
            if slot.is_some() || !skips {
                let end = if rest.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
                let Some([b' ', first, value @ ..]) = rest.get(colon + 1..end) else { return };
                let is_clean = self.is_clean || (value.is_ascii() && !value.contains(&0));
                if !is_clean || *first == b' ' || !first.is_ascii() || *first == 0 {
                    return;
                }
                let (start, end) = (self.at + colon + 2, self.at + end);
                let name = Text::of_block(self.at..self.at + colon);
                let options = u32::try_from(colon).unwrap_or(u32::MAX);
                record.push(
                    slot,
                    name,
                    options,
                    Text::of_block(start..end),
                    Place::new(start..end, Form::Plain),
                );
            }
            self.at += end + 1;
        }
    }

    /// Passes over the folds of a line that nobody asked for; `behind` is where the next physical line begins, counted from here.
    /// Nothing is passed over if a closer look is needed.
    fn pass_folds(&mut self, behind: usize) -> bool {
        let mut at = self.at + behind;
        while let Some([b' ', first, rest @ ..]) = self.block.get(at..) {
            let end = memchr::memchr(b'\n', rest);
            // a line of spaces may part two records
            let (false, Some(end)) = (first.is_ascii_whitespace(), end) else { return false };
            at += end + 3;
        }
        self.at = at;
        true
    }
}
