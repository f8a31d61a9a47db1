//! What records have to do with fingerprints. There are few different answers in a directory, so each has a number.

use rustc_hash::FxHashMap;

/// What a record has to do with one fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Roles {
    /// It gives the key to the indexes of these numbers, in order.
    pub(super) gives: Vec<u16>,
    /// The rules of these numbers ask whether others have it, in order.
    pub(super) asks: Vec<u16>,
    /// The name is its own.
    pub(super) is_named: bool,
    /// References find it by this name too.
    pub(super) is_also_named: bool,
}

/// A record has nothing to do with it.
static NOTHING: Roles = Roles { gives: Vec::new(), asks: Vec::new(), is_named: false, is_also_named: false };

impl Roles {
    /// It gives the key to these indexes.
    pub(super) fn giving(indexes: &[u16]) -> Self {
        Self { gives: in_order(indexes.to_vec()), ..Self::default() }
    }

    /// A rule asks whether others have it.
    pub(super) fn asking(rule: u16) -> Self {
        Self { asks: vec![rule], ..Self::default() }
    }

    /// The name is its own.
    pub(super) fn named() -> Self {
        Self { is_named: true, ..Self::default() }
    }

    /// References find it by this name too.
    pub(super) fn also_named() -> Self {
        Self { is_also_named: true, ..Self::default() }
    }

    /// Whether references find the record by it.
    pub(super) fn is_name(&self) -> bool {
        self.is_named || self.is_also_named
    }

    /// Whether look-ups of others may find the record by it.
    pub(super) fn is_found(&self) -> bool {
        self.is_name() || !self.gives.is_empty()
    }

    /// Whether the record gives it to an index.
    pub(super) fn gives_to(&self, index: usize) -> bool {
        self.gives.iter().any(|known| usize::from(*known) == index)
    }

    /// What both say.
    fn and(&self, other: &Self) -> Self {
        let both = |one: &[u16], other: &[u16]| in_order([one, other].concat());
        Self {
            gives: both(&self.gives, &other.gives),
            asks: both(&self.asks, &other.asks),
            is_named: self.is_named || other.is_named,
            is_also_named: self.is_also_named || other.is_also_named,
        }
    }
}

fn in_order(mut numbers: Vec<u16>) -> Vec<u16> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// All roles that were met, each with a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Cast {
    numbers: FxHashMap<Roles, u32>,
    all: Vec<Roles>,
    /// The numbers of those that only give keys, by the indexes as they are named.
    giving: FxHashMap<Vec<u16>, u32>,
}

impl Cast {
    /// The number of roles.
    pub(super) fn number(&mut self, roles: Roles) -> u32 {
        if let Some(known) = self.numbers.get(&roles) {
            return *known;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(roles.clone());
        self.numbers.insert(roles, number);
        number
    }

    /// The number of giving a key to some indexes, if it has one.
    #[must_use]
    pub(super) fn known_giving(&self, indexes: &[u16]) -> Option<u32> {
        self.giving.get(indexes).copied()
    }

    /// The number of giving a key to some indexes.
    pub(super) fn giving(&mut self, indexes: &[u16]) -> u32 {
        if let Some(known) = self.giving.get(indexes) {
            return *known;
        }
        let number = self.number(Roles::giving(indexes));
        self.giving.insert(indexes.to_vec(), number);
        number
    }

    /// The number of what both say.
    pub(super) fn both(&mut self, one: u32, other: u32) -> u32 {
        let both = self.of(one).and(self.of(other));
        self.number(both)
    }

    /// The roles that have a number.
    #[must_use]
    pub(super) fn of(&self, number: u32) -> &Roles {
        self.all.get(number as usize).unwrap_or(&NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_one_number_however_they_come_together() {
        let mut cast = Cast::default();
        let (giving, asking) = (cast.giving(&[3, 1]), cast.number(Roles::asking(7)));
        assert_eq!(cast.known_giving(&[3, 1]), Some(giving));
        assert_eq!(cast.giving(&[1, 3]), giving, "the order of the indexes tells nothing");
        assert_eq!(cast.known_giving(&[1]), None);
        let both = cast.both(giving, asking);
        assert_eq!(cast.both(asking, giving), both);
        assert_eq!(cast.both(both, asking), both);
        let expected = Roles { gives: vec![1, 3], asks: vec![7], ..Roles::default() };
        assert_eq!(cast.of(both), &expected);
        assert!(expected.is_found() && expected.gives_to(3) && !expected.gives_to(2) && !expected.is_name());
        let name = cast.number(Roles::also_named());
        let all = cast.both(name, both);
        assert!(cast.of(all).is_name() && cast.of(all).asks == [7]);
        assert_eq!(cast.of(u32::MAX), &NOTHING);
    }
}
