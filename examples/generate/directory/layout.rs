//! Which object stands where in the file, and who belongs to which group: pure arithmetic, nothing is remembered.

use super::random::Random;

/// The kinds of objects below the organizational units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// 80 of 100 objects.
    User,
    /// 12 of 100 objects.
    Group,
    /// 5 of 100 objects.
    Contact,
    /// 3 of 100 objects.
    Computer,
}

/// The kind of the object at this place of each hundred.
fn kind_at(place: u64) -> Kind {
    match place {
        13 | 45 | 77 => Kind::Computer,
        _ if place % 20 == 6 => Kind::Contact,
        _ if place % 8 == 3 && place < 96 => Kind::Group,
        _ => Kind::User,
    }
}

/// The largest group has this many members, if there are enough users.
const LARGEST: u64 = 20_000;

/// Of 1,000 groups so many could have 12, 24 and 45 members; the rest share all users, some 370 each. Half of them are members.
const SHARES: [u64; 3] = [556, 278, 148];

/// The numbers of objects of each kind, and the memberships.
pub(crate) struct Layout {
    seed: u64,
    /// How many users there are.
    pub(crate) users: u64,
    /// How many groups there are.
    pub(crate) groups: u64,
    largest: Family,
    families: Vec<Family>,
}

impl Layout {
    /// The layout of a file with so many objects behind the organizational units.
    pub(crate) fn new(seed: u64, objects: u64) -> Self {
        let users = number_before(Kind::User, objects);
        let groups = number_before(Kind::Group, objects);
        let small = groups.saturating_sub(1);
        let mut families = Vec::new();
        let mut first = 1;
        for share in SHARES {
            families.push(Family::new(families.len() as u64 + 1, first, small * share / 1_000, users));
            first += small * share / 1_000;
        }
        families.push(Family::new(families.len() as u64 + 1, first, groups.saturating_sub(first), users));
        Self { seed, users, groups, largest: Family::new(0, 0, groups.min(1), users), families }
    }

    /// The kind of the object at this place, and its number among its kind.
    pub(crate) fn object(&self, index: u64) -> (Kind, u64) {
        let kind = kind_at(index % 100);
        (kind, number_before(kind, index))
    }

    /// The manager of a user: every manager has eight reports, and user 0 has no manager.
    pub(crate) fn manager(&self, user: u64) -> Option<u64> {
        user.checked_sub(1).map(|below| below / 8)
    }

    /// The users that this one manages.
    pub(crate) fn reports(&self, user: u64) -> impl Iterator<Item = u64> {
        let users = self.users;
        (user * 8 + 1..user * 8 + 9).filter(move |report| *report < users)
    }

    /// The groups that a user belongs to.
    pub(crate) fn groups_of(&self, user: u64) -> impl Iterator<Item = u64> {
        let largest = (self.groups > 0 && self.largest.position(user) < self.largest_size()).then_some(0);
        let others = self.families.iter().filter_map(move |family| {
            let (group, keeps) = family.group_of(user)?;
            (keeps || self.belongs(family, user)).then_some(group)
        });
        largest.into_iter().chain(others)
    }

    /// The users that belong to a group.
    pub(crate) fn members_of(&self, group: u64) -> Vec<u64> {
        if group == 0 {
            return (0..self.largest_size()).map(|position| self.largest.user_at(position)).collect();
        }
        let Some(family) = self.families.iter().find(|family| family.holds(group)) else { return Vec::new() };
        let (start, end) = family.positions(group);
        (start..end)
            .map(|position| (position == start, family.user_at(position)))
            .filter(|(keeps, user)| *keeps || self.belongs(family, *user))
            .map(|(_, user)| user)
            .collect()
    }

    /// The group that a group itself belongs to: the small ones are nested in the large ones.
    pub(crate) fn parent_of(&self, group: u64) -> Option<u64> {
        let (small, large) = (self.families.first()?, self.families.last()?);
        let nested = small.holds(group) && large.groups > 0;
        nested.then(|| large.first + (group - small.first) % large.groups)
    }

    /// The groups that are nested in a group.
    pub(crate) fn nested_in(&self, group: u64) -> Vec<u64> {
        let (Some(small), Some(large)) = (self.families.first(), self.families.last()) else {
            return Vec::new();
        };
        if !large.holds(group) {
            return Vec::new();
        }
        let step = large.groups as usize;
        (group - large.first..small.groups).step_by(step).map(|nth| small.first + nth).collect()
    }

    /// Whether a group has an address: the three hundred or so of a thousand that are not teams.
    pub(crate) fn has_mail(&self, group: u64) -> bool {
        !self.families.first().is_some_and(|family| family.holds(group))
            && !self.families.get(1).is_some_and(|family| family.holds(group) && group.is_multiple_of(2))
    }

    fn largest_size(&self) -> u64 {
        LARGEST.min(self.users / 4)
    }

    /// Half of the users are members where they could be, so that the sizes of groups differ.
    fn belongs(&self, family: &Family, user: u64) -> bool {
        Random::of(self.seed, 100 + family.stream, user).one_in(2)
    }
}

/// How many objects of a kind stand before this place.
fn number_before(kind: Kind, index: u64) -> u64 {
    let each = match kind {
        Kind::User => 80,
        Kind::Group => 12,
        Kind::Contact => 5,
        Kind::Computer => 3,
    };
    index / 100 * each + (0..index % 100).filter(|place| kind_at(*place) == kind).count() as u64
}

/// Groups of about one size that share all users: the users are shuffled by `position = factor * user + 1 (mod users)`, which can
/// be undone, and each group takes the next few positions.
struct Family {
    stream: u64,
    first: u64,
    groups: u64,
    users: u64,
    factor: u64,
    inverse: u64,
}

impl Family {
    fn new(stream: u64, first: u64, groups: u64, users: u64) -> Self {
        let modulus = users.max(1);
        let start = modulus / (stream + 2) + 1;
        let (factor, inverse) = (start..start + modulus)
            .find_map(|factor| Some((factor, inverse(factor, modulus)?)))
            .unwrap_or((1, 1));
        Self { stream, first, groups, users: modulus, factor, inverse }
    }

    fn holds(&self, group: u64) -> bool {
        (self.first..self.first + self.groups).contains(&group)
    }

    fn position(&self, user: u64) -> u64 {
        (self.factor * user + 1) % self.users
    }

    fn user_at(&self, position: u64) -> u64 {
        let before = (position + self.users - 1) % self.users;
        before * self.inverse % self.users
    }

    /// The group of a user in this family, and whether the user is its first member, which always stays.
    fn group_of(&self, user: u64) -> Option<(u64, bool)> {
        if self.groups == 0 {
            return None;
        }
        let position = self.position(user);
        let group = self.first + ((position + 1) * self.groups - 1) / self.users;
        Some((group, self.positions(group).0 == position))
    }

    fn positions(&self, group: u64) -> (u64, u64) {
        let nth = group - self.first;
        (nth * self.users / self.groups, (nth + 1) * self.users / self.groups)
    }
}

/// The number whose product with `value` leaves 1 when divided by `modulus`, if there is one (extended Euclid).
fn inverse(value: u64, modulus: u64) -> Option<u64> {
    let (mut low, mut high) = ((i128::from(value % modulus), 1_i128), (i128::from(modulus), 0_i128));
    while low.0 != 0 {
        let times = high.0 / low.0;
        (high, low) = (low, (high.0 - times * low.0, high.1 - times * low.1));
    }
    (high.0 == 1).then(|| high.1.rem_euclid(i128::from(modulus)) as u64)
}
