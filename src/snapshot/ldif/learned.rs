//! Attribute names as they were met. An export spells a few dozen names the same way in every record, so that a name that
//! was met before is told from the first bytes of a line: nothing has to be searched, and most lines are passed over at
//! once. Names mostly follow each other as they did in the record before, so the one that is expected is tried first.

use crate::snapshot::names::Slot;

/// How many lists there are; a power of two.
const LISTS: usize = 128;
/// How long a list may become: whoever has more names looks them up as others do.
const LENGTH: usize = 32;

/// Names of lines that are no attributes: each of them needs a closer look, wherever it stands.
const LINES: [&[u8]; 3] = [b"dn", b"changetype", b"control"];

/// The names that were met.
#[derive(Debug, Default)]
pub(in crate::snapshot) struct Learned {
    known: Vec<Known>,
    /// Their numbers, in lists by their first bytes.
    lists: Vec<Vec<u16>>,
    /// The number of the name that was found last, and of the one that followed it before.
    last: usize,
    expected: usize,
    learns_nothing: bool,
}

/// A name without options.
#[derive(Debug)]
struct Known {
    name: Box<[u8]>,
    /// How many bytes it has.
    length: u32,
    /// The first eight bytes, and the last ones of a longer name: most names are told by these alone.
    head: u64,
    tail: u64,
    /// The bytes of the head that a short name has.
    mask: u64,
    slot: Option<Slot>,
    /// The number of the name that followed last.
    follower: u16,
}

impl Known {
    /// Whether a line with these first bytes begins with the name and a colon.
    #[inline]
    fn begins(&self, line: &[u8], first: u64) -> bool {
        let length = self.length as usize;
        if first & self.mask != self.head || line.get(length) != Some(&b':') {
            return false;
        }
        let tail =
            || line.get(..length).and_then(|name| name.last_chunk()).map(|tail| u64::from_le_bytes(*tail));
        match length {
            ..=8 => true,
            9..=16 => tail() == Some(self.tail),
            _ => line.get(..length) == Some(&*self.name),
        }
    }
}

impl Learned {
    /// Names that are met are not remembered.
    pub(super) fn nothing() -> Self {
        Self { learns_nothing: true, ..Self::default() }
    }

    /// Takes note of a name.
    pub(super) fn add(&mut self, name: &[u8], slot: Option<Slot>) {
        // NUL stands for what is behind a short name
        let is_line = LINES.iter().any(|line| line.eq_ignore_ascii_case(name));
        if self.learns_nothing || is_line || name.contains(&0) {
            return;
        }
        if self.lists.is_empty() {
            self.lists.resize_with(LISTS, Vec::new);
        }
        let mut line = [b':'; 8];
        line.iter_mut().zip(name).for_each(|(to, from)| *to = *from);
        let head = head(line);
        let Some(list) = self.lists.get_mut(list_of(head)).filter(|list| list.len() < LENGTH) else { return };
        let mut known = list.iter().filter_map(|number| self.known.get(usize::from(*number)));
        let (Ok(number), Ok(length)) = (u16::try_from(self.known.len()), u32::try_from(name.len())) else {
            return;
        };
        if known.any(|known| *known.name == *name) {
            return;
        }
        list.push(number);
        let tail = name.last_chunk().map_or(0, |tail| u64::from_le_bytes(*tail));
        let mask = if name.len() < 8 { (1 << (8 * name.len())) - 1 } else { u64::MAX };
        self.known.push(Known { name: name.into(), length, head, tail, mask, slot, follower: number });
    }

    /// The length of the known name that a line begins with, with a colon behind it, and its slot.
    #[inline]
    pub(super) fn find(&mut self, line: &[u8]) -> Option<(u32, Option<Slot>)> {
        let first = *line.first_chunk()?;
        let known = self.known.get(self.expected);
        let known = match known.filter(|known| known.begins(line, u64::from_le_bytes(first))) {
            Some(known) => known,
            None => {
                self.expected = self.search(line, first)?;
                self.known.get(self.expected)?
            }
        };
        (self.last, self.expected) = (self.expected, usize::from(known.follower));
        Some((known.length, known.slot))
    }

    /// The number of the name of a line; it will be expected behind the last one.
    fn search(&mut self, line: &[u8], first: [u8; 8]) -> Option<usize> {
        let list = self.lists.get(list_of(head(first)))?;
        let first = u64::from_le_bytes(first);
        let begins = |number: &&u16| {
            self.known.get(usize::from(**number)).is_some_and(|known| known.begins(line, first))
        };
        let number = *list.iter().find(begins)?;
        if let Some(last) = self.known.get_mut(self.last) {
            last.follower = number;
        }
        Some(usize::from(number))
    }
}

/// What stands before the colon in the first eight bytes of a line.
#[inline]
fn head(line: [u8; 8]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let first = u64::from_le_bytes(line);
    let no_colon = first ^ (ONES * u64::from(b':'));
    // the lowest byte that is zero has its highest bit set here
    let colons = no_colon.wrapping_sub(ONES) & !no_colon & (ONES << 7);
    let before = (colons & colons.wrapping_neg()).wrapping_sub(1);
    // without a colon all bits are set
    if colons == 0 { first } else { first & (before >> 7) }
}

/// The list for names with this head.
#[inline]
fn list_of(head: u64) -> usize {
    let mixed = head.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> (64 - LISTS.ilog2())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_by_its_name() {
        let mut learned = Learned::default();
        let names = [
            "sn",
            "c",
            "mail",
            "mailNickname",
            "extensionAttribute1",
            "extensionAttribute10",
            "objectSid",
            "objectCategory",
            "whenever",
        ];
        for (slot, name) in (0..).zip(names) {
            learned.add(name.as_bytes(), Some(Slot(slot)));
        }
        for (slot, name) in (0..).zip(names) {
            for value in [": a long value", "::", ": x:y"] {
                let line = format!("{name}{value}        ");
                let length = u32::try_from(name.len()).ok();
                let found = learned.find(line.as_bytes());
                assert_eq!(found, length.map(|length| (length, Some(Slot(slot)))), "{line}");
            }
        }
        for line in ["Mail: value", "mai: value", "mailN: value", "sn;lang-de: value", "sn: x", ""] {
            let found = learned.find(line.as_bytes());
            assert_eq!(found, None, "{line}: other names, or too short a line");
        }
    }
}
