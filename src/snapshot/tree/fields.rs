//! The fields of one object, by name. An export spells a few dozen names the same way in every object, and mostly in the same
//! order, so each gets a number, and the name that followed another one the last time is tried first.

use rustc_hash::FxHashMap;

use super::node::{NodeId, Tree};
use crate::snapshot::Record;

/// How many spellings are remembered.
const SPELLINGS: usize = 4096;

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
}

impl Fields {
    /// Takes the fields of an object. True if numbers mean other names than before.
    pub(super) fn of(&mut self, tree: &Tree, object: NodeId, record: &Record, block: &[u8]) -> bool {
        self.list.clear();
        let is_full = self.spelled.len() > SPELLINGS;
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
        // the first field is found behind itself
        let before = last.unwrap_or(0) as usize;
        let guess = self.spelled.get(before).map(|spelled| spelled.follower);
        if let Some(guess) = guess
            && self.spelled.get(guess as usize).is_some_and(|spelled| *spelled.name == *name)
        {
            return guess;
        }
        let number = match self.numbers.get(name) {
            Some(number) => *number,
            None => self.add(name),
        };
        if let Some(spelled) = last.and(self.spelled.get_mut(before)) {
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

    /// A name as it is spelled.
    pub(super) fn spelled(&self, number: Spelling) -> &[u8] {
        self.spelled.get(number as usize).map_or(&[], |spelled| &spelled.name)
    }

    /// A name in lower case.
    pub(super) fn lower(&self, number: Spelling) -> &[u8] {
        self.spelled.get(number as usize).map_or(&[], |spelled| &spelled.lower)
    }

    /// The value of the first field of a name, which is given in lower case.
    pub(super) fn find(&self, name: &[u8]) -> Option<NodeId> {
        let wanted = *self.firsts.get(name)?;
        let first = |number: Spelling| self.spelled.get(number as usize).map(|spelled| spelled.first);
        self.list.iter().find(|(number, _)| first(*number) == Some(wanted)).map(|(_, node)| *node)
    }
}
