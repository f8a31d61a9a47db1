//! The fields of one object, by name. An export spells a few dozen names the same way in every object, and mostly in the same
//! order, so each gets a number, and the name that followed another one the last time is tried first.

use rustc_hash::FxHashMap;

use super::node::{NodeId, Tree};
use crate::snapshot::Record;

/// How many spellings are remembered.
const SPELLINGS: usize = 4096;
/// Stands in the numbers of names that are not remembered: those of an object with very many fields.
const OTHER: Spelling = 1 << 31;

/// The number of a name as it is spelled.
pub(super) type Spelling = u32;

/// A name as it is spelled.
#[derive(Debug)]
struct Spelled {
    name: Box<[u8]>,
    /// The same in lower case, and the number of the first spelling of that.
    lower: Box<[u8]>,
    first: Spelling,
    /// The one that followed last.
    follower: Spelling,
}

/// The fields of an object.
#[derive(Debug, Default)]
pub(super) struct Fields {
    spelled: Vec<Spelled>,
    numbers: FxHashMap<Box<[u8]>, Spelling>,
    /// By the name in lower case.
    firsts: FxHashMap<Box<[u8]>, Spelling>,
    /// Each field with its value.
    pub(super) list: Vec<(Spelling, NodeId)>,
    /// The names of the object at hand that are not remembered, in lower case, and where each ends.
    others: Vec<u8>,
    ends: Vec<usize>,
}

impl Fields {
    /// Takes the fields of an object. True if numbers mean other names than before.
    pub(super) fn of(&mut self, tree: &Tree, object: NodeId, record: &Record, block: &[u8]) -> bool {
        self.list.clear();
        self.others.clear();
        self.ends.clear();
        let is_full = self.spelled.len() >= SPELLINGS;
        if is_full {
            self.spelled.clear();
            self.numbers.clear();
            self.firsts.clear();
        }
        let mut last = None;
        for child in tree.children(object) {
            let Some((key, _)) = tree.key(child) else { continue };
            let number = self.number(record.bytes(block, key), last);
            self.list.push((number, child));
            last = Some(number);
        }
        is_full
    }

    /// The number of a name that follows another one.
    fn number(&mut self, name: &[u8], last: Option<Spelling>) -> Spelling {
        let before = last.unwrap_or(OTHER) as usize;
        // objects mostly begin with what the first one began with
        let guess = last.map_or(Some(0), |_| self.spelled.get(before).map(|spelled| spelled.follower));
        if let Some(guess) = guess
            && self.spelled.get(guess as usize).is_some_and(|spelled| *spelled.name == *name)
        {
            return guess;
        }
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None if self.spelled.len() >= SPELLINGS => return self.add_other(name),
            None => self.add(name),
        };
        if let Some(spelled) = self.spelled.get_mut(before) {
            spelled.follower = number;
        }
        number
    }

    fn add(&mut self, name: &[u8]) -> Spelling {
        let number = Spelling::try_from(self.spelled.len()).unwrap_or(Spelling::MAX);
        let lower: Box<[u8]> = name.to_ascii_lowercase().into();
        let first = *self.firsts.entry(lower.clone()).or_insert(number);
        self.spelled.push(Spelled { name: name.into(), lower, first, follower: 0 });
        self.numbers.insert(name.into(), number);
        number
    }

    fn add_other(&mut self, name: &[u8]) -> Spelling {
        self.others.extend(name.iter().map(u8::to_ascii_lowercase));
        self.ends.push(self.others.len());
        OTHER | Spelling::try_from(self.ends.len() - 1).unwrap_or(OTHER)
    }

    /// Whether a number means the same name in another object.
    pub(super) fn is_remembered(number: Spelling) -> bool {
        number < OTHER
    }

    /// Whether all names of the object at hand are remembered.
    pub(super) fn are_remembered(&self) -> bool {
        self.ends.is_empty()
    }

    /// A name as it is spelled; nothing of one that is not remembered.
    pub(super) fn spelled(&self, number: Spelling) -> &[u8] {
        self.spelled.get(number as usize).map_or(&[], |spelled| &spelled.name)
    }

    /// A name in lower case.
    pub(super) fn lower(&self, number: Spelling) -> &[u8] {
        if Self::is_remembered(number) {
            return self.spelled.get(number as usize).map_or(&[], |spelled| &spelled.lower);
        }
        let other = (number & !OTHER) as usize;
        let start = other.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(other).copied().unwrap_or(start);
        self.others.get(start..end).unwrap_or_default()
    }

    /// The value of the first field of a name, which is given in lower case.
    pub(super) fn find(&self, name: &[u8]) -> Option<NodeId> {
        if !self.are_remembered() {
            return self.list.iter().find(|(number, _)| self.lower(*number) == name).map(|(_, node)| *node);
        }
        let wanted = *self.firsts.get(name)?;
        let first = |number: Spelling| self.spelled.get(number as usize).map(|spelled| spelled.first);
        self.list.iter().find(|(number, _)| first(*number) == Some(wanted)).map(|(_, node)| *node)
    }
}
