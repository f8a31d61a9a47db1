//! Where the lines of a block end. All ends are found before anything is read, many bytes at a time: a search for each end
//! would cost more than most lines do.

use crate::snapshot::lanes::{Cleanness, add_places};

/// The line ends of a block.
#[derive(Debug, Default)]
pub(super) struct Ends {
    /// The place of each LF.
    places: Vec<u32>,
    /// The number of the end that was asked for last.
    last: usize,
    /// The block is ASCII without NUL.
    pub(super) is_clean: bool,
}

impl Ends {
    pub(super) fn of(block: &[u8]) -> Self {
        let mut places = Vec::with_capacity(block.len() / 16);
        let mut cleanness = Cleanness::new();
        add_places(block, 0, &mut places, |lanes| {
            cleanness.add(lanes);
            lanes.equal(b'\n')
        });
        Self { places, last: 0, is_clean: cleanness.is_clean() }
    }

    /// The number of the first line end that does not stand before a place of the block. Places mostly follow each other.
    pub(super) fn number(&mut self, at: usize) -> usize {
        let stands_before = |end: &u32| (*end as usize) < at;
        let (before, later) = self.places.split_at_checked(self.last).unwrap_or_default();
        self.last = match before.last() {
            Some(end) if !stands_before(end) => before.partition_point(stands_before),
            _ => self.last + later.iter().take_while(|end| stands_before(end)).count(),
        };
        self.last
    }

    /// Goes on behind a line end, by its number.
    #[inline]
    pub(super) fn pass(&mut self, number: usize) -> usize {
        self.last = number + 1;
        self.last
    }

    /// The place of a line end, by its number.
    #[inline]
    pub(super) fn place(&self, number: usize) -> Option<u32> {
        self.places.get(number).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ends_are_where_they_are(lines: Vec<String>, places: Vec<prop::sample::Index>) {
            let text = lines.join("\n");
            let mut ends = Ends::of(text.as_bytes());
            prop_assert_eq!(ends.is_clean, text.is_ascii() && !text.contains('\0'));
            for place in places {
                let at = place.index(text.len() + 1);
                let number = ends.number(at);
                let end = text.get(at..).and_then(|rest| rest.find('\n')).map(|end| at + end);
                if text.is_char_boundary(at) {
                    prop_assert_eq!(ends.place(number).map(|end| end as usize), end);
                }
            }
        }
    }
}
