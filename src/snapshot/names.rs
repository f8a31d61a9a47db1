//! Attribute names: the ones that a run asks for get a small number each, and readers skip all others.

use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use super::value::Type;

/// The number of an attribute name among the [`Names`] of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u16);

/// What the schema says of an attribute, as far as readers need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Described {
    /// How its values are read.
    pub kind: Type,
    /// It has one value at most.
    pub single: bool,
}

/// The attribute names that a run asks for. Names compare without regard to the case of ASCII letters; a name here has
/// no options (`userCertificate`, never `userCertificate;binary`).
#[derive(Debug, Clone, Default)]
pub struct Names {
    slots: FxHashMap<Box<[u8]>, Slot>,
    spelled: Vec<String>,
    described: Vec<Described>,
    /// The lengths of the names that begin with a letter, as bits: most names of a file are ruled out by them.
    lengths: [u64; 32],
    /// Whether readers keep values of attributes that are not among the names.
    keeps_all: bool,
    edition: u64,
}

/// The number of the next edition of any names.
static EDITIONS: AtomicU64 = AtomicU64::new(1);

impl Names {
    /// No names, and nothing else is kept either: for `check`, which parses only what some rule asks for.
    #[must_use]
    pub fn projected() -> Self {
        Self::default()
    }

    /// Every attribute is kept: for `show`. An attribute that is not among the names has no slot.
    #[must_use]
    pub fn all() -> Self {
        Self { keeps_all: true, edition: EDITIONS.fetch_add(1, Ordering::Relaxed), ..Self::default() }
    }

    /// Names of the same edition are the same names: what was learnt from them holds.
    #[must_use]
    pub(super) fn edition(&self) -> u64 {
        self.edition
    }

    /// Whether values of attributes without a slot are kept.
    #[must_use]
    pub fn keeps_all(&self) -> bool {
        self.keeps_all
    }

    /// The slot of `name`, which gets one if it has none yet. None when all 65,535 are given away.
    pub fn add(&mut self, name: &str, described: Described) -> Option<Slot> {
        let key = name.as_bytes().to_ascii_lowercase().into_boxed_slice();
        if let Some(slot) = self.slots.get(&key) {
            return Some(*slot);
        }
        let slot = Slot(u16::try_from(self.spelled.len()).ok().filter(|n| *n < u16::MAX)?);
        if let Some(lengths) = key.first().and_then(|first| self.lengths.get_mut(usize::from(*first & 31))) {
            *lengths |= 1 << (key.len() & 63);
        }
        self.edition = EDITIONS.fetch_add(1, Ordering::Relaxed);
        self.slots.insert(key, slot);
        self.spelled.push(name.to_owned());
        self.described.push(described);
        Some(slot)
    }

    /// What the schema says of the attribute of a slot.
    #[must_use]
    pub fn described(&self, slot: Slot) -> Described {
        let known = self.described.get(usize::from(slot.0)).copied();
        known.unwrap_or(Described { kind: Type::Text, single: false })
    }

    /// All slots, in order.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        (0..u16::try_from(self.spelled.len()).unwrap_or(u16::MAX)).map(Slot)
    }

    /// The slot of a name as it stands in a file, without options.
    #[must_use]
    #[inline]
    pub fn slot(&self, name: &[u8]) -> Option<Slot> {
        let lengths = self.lengths.get(usize::from(*name.first()? & 31))?;
        if lengths & (1 << (name.len() & 63)) == 0 {
            return None;
        }
        self.known(name)
    }

    fn known(&self, name: &[u8]) -> Option<Slot> {
        let mut lower = [0_u8; 64];
        match lower.get_mut(..name.len()) {
            Some(buffer) => {
                buffer.copy_from_slice(name);
                buffer.make_ascii_lowercase();
                self.slots.get(&*buffer).copied()
            }
            None => self.slots.get(name.to_ascii_lowercase().as_slice()).copied(),
        }
    }

    /// The name of a slot, spelled as it was added.
    #[must_use]
    pub fn name(&self, slot: Slot) -> &str {
        self.spelled.get(usize::from(slot.0)).map_or("", String::as_str)
    }

    /// How many names have a slot.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spelled.len()
    }

    /// Whether no name has a slot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spelled.is_empty()
    }
}
