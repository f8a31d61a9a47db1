//! Names of attributes as they are compared.

use std::hash::{Hash, Hasher};

/// The name of an attribute with its options: the same in any case.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute<'n>(pub(super) &'n str);

impl Attribute<'_> {
    /// The name in small letters.
    pub(super) fn lower(self) -> String {
        self.0.to_ascii_lowercase()
    }

    fn letters(self) -> impl Iterator<Item = u8> {
        self.0.bytes().map(|byte| byte.to_ascii_lowercase())
    }
}

impl PartialEq for Attribute<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(other.0)
    }
}

impl Eq for Attribute<'_> {}

impl PartialOrd for Attribute<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Attribute<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.letters().cmp(other.letters())
    }
}

impl Hash for Attribute<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // beside a place, the first letters and the length tell names apart well enough
        let first = self.letters().take(8).fold(0, |sum: u64, letter| sum << 8 | u64::from(letter));
        (first, self.0.len()).hash(state);
    }
}
