//! What objects have to do with fingerprints: which names they bear, which keys they give, and which of both they ask
//! for. A mark takes 16 bytes; marks are all that stays of the values of a directory, so that a million objects fit into
//! little memory. Equal fingerprints come together by sorting, one part of all fingerprints after the other.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// How many parts there are, by the highest bits of the fingerprint: enough for two threads to share evenly, few enough
/// for a block of records to fill each.
const PARTS: usize = 64;

/// What an object has to do with one fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// The fingerprint.
    pub(super) hash: u64,
    /// The number of the record.
    pub(super) record: u32,
    role: u32,
}

/// The part that an object plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It gives the key to the indexes of this [set](Sets).
    Gives(u32),
    /// The name is its own.
    Named,
    /// References find it by this name too.
    AlsoNamed,
    /// The rule of this number asks whether others have it.
    Asks(u16),
}

const ASKS: u32 = 1 << 31;
const NAMED: u32 = 1 << 30;
const ALSO_NAMED: u32 = NAMED + 1;

impl Mark {
    /// A mark of a record.
    #[must_use]
    pub(super) fn new(hash: u64, record: u32, role: Role) -> Self {
        let role = match role {
            Role::Gives(set) => set,
            Role::Named => NAMED,
            Role::AlsoNamed => ALSO_NAMED,
            Role::Asks(rule) => ASKS | u32::from(rule),
        };
        Self { hash, record, role }
    }

    /// The part that the object plays.
    #[must_use]
    pub(super) fn role(self) -> Role {
        match self.role {
            NAMED => Role::Named,
            ALSO_NAMED => Role::AlsoNamed,
            role if role & ASKS != 0 => Role::Asks(u16::try_from(role ^ ASKS).unwrap_or(u16::MAX)),
            set => Role::Gives(set),
        }
    }

    /// Whether the record has the name.
    #[must_use]
    pub(super) fn is_name(self) -> bool {
        matches!(self.role(), Role::Named | Role::AlsoNamed)
    }
}

fn part_of(hash: u64) -> usize {
    usize::try_from(hash >> (64 - PARTS.ilog2())).unwrap_or(0)
}

/// How many marks of a part are distributed before they are sorted.
const MANY: usize = 256;

/// Sorts the marks of a part. Fingerprints are spread evenly: by their next bits, many marks come close to their places at
/// once, in lots of about four.
fn sort(part: &mut Vec<Mark>) {
    if part.len() < MANY {
        part.sort_unstable();
        return;
    }
    let bits = (part.len() / 4).ilog2();
    let lot_of = |mark: &Mark| usize::try_from(mark.hash << PARTS.ilog2() >> (64 - bits)).unwrap_or(0);
    // how many marks each lot has, then where it begins, then where it goes on
    let mut places = vec![0_u32; 1 << bits];
    for mark in part.iter() {
        if let Some(count) = places.get_mut(lot_of(mark)) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for place in &mut places {
        sum += std::mem::replace(place, sum);
    }
    let mut distributed = vec![Mark { hash: 0, record: 0, role: 0 }; part.len()];
    for mark in part.iter() {
        let Some(next) = places.get_mut(lot_of(mark)) else { continue };
        if let Some(place) = distributed.get_mut(*next as usize) {
            *place = *mark;
        }
        *next += 1;
    }
    // by now each lot goes on where the next one begins
    let mut start = 0;
    for end in places {
        if let Some(lot) = distributed.get_mut(start..end as usize) {
            lot.sort_unstable();
        }
        start = end as usize;
    }
    *part = distributed;
}

/// The marks of a run of records, unsorted.
#[derive(Debug, Clone)]
pub(super) struct Unsorted(Vec<Vec<Mark>>);

impl Default for Unsorted {
    fn default() -> Self {
        Self(vec![Vec::new(); PARTS])
    }
}

impl Unsorted {
    /// Adds a mark.
    pub(super) fn push(&mut self, mark: Mark) {
        if let Some(part) = self.0.get_mut(part_of(mark.hash)) {
            part.push(mark);
        }
    }

    /// Adds the marks of a later run of records, whose numbers begin at `first`.
    pub(super) fn append(&mut self, later: Self, first: u32) {
        for (part, marks) in self.0.iter_mut().zip(later.0) {
            part.extend(marks.into_iter().map(|mark| Mark { record: mark.record + first, ..mark }));
        }
    }

    /// The marks part by part, each in order; their records count from 0 among some records, and are these now.
    pub(super) fn of_records(self, records: &[u32]) -> Vec<Vec<Mark>> {
        let Self(mut parts) = self;
        parts.par_iter_mut().for_each(|part| {
            for mark in part.iter_mut() {
                mark.record = records.get(mark.record as usize).copied().unwrap_or(u32::MAX);
            }
            sort(part);
        });
        parts
    }

    /// Takes all marks out, in no more memory than they need; that in which they were gathered serves the next ones.
    pub(super) fn take(&mut self) -> Self {
        let taken = self.0.iter_mut().map(|part| {
            let marks = part.as_slice().to_vec();
            part.clear();
            marks
        });
        Self(taken.collect())
    }
}

/// All marks, in order of their fingerprints.
#[derive(Debug, Default)]
pub(super) struct Marks {
    parts: Vec<Part>,
}

/// The marks whose fingerprints begin alike.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// As they were at first.
    pub(super) marks: Vec<Mark>,
    /// The marks of fingerprints of which some have come or gone, in place of the first ones.
    renewed: FxHashMap<u64, Vec<Mark>>,
}

impl Marks {
    /// Sorts marks.
    #[must_use]
    pub(super) fn sorted(Unsorted(mut parts): Unsorted) -> Self {
        parts.par_iter_mut().for_each(sort);
        let part = |marks| Part { marks, ..Part::default() };
        Self { parts: parts.into_iter().map(part).collect() }
    }

    /// The marks with a fingerprint, in order.
    pub(super) fn of(&self, hash: u64) -> &[Mark] {
        self.parts.get(part_of(hash)).map(|part| part.of(hash)).unwrap_or_default()
    }

    /// The parts.
    #[must_use]
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// All marks of some records, part by part, each in order.
    #[must_use]
    pub(super) fn of_records(&self, records: &FxHashSet<u32>) -> Vec<Vec<Mark>> {
        self.parts.par_iter().map(|part| part.of_records(records)).collect()
    }

    /// Takes away marks and adds others, part by part, each in order. The fingerprints whose marks are others then.
    pub(super) fn renew(&mut self, gone: &[Vec<Mark>], come: &[Vec<Mark>]) -> FxHashSet<u64> {
        let parts = self.parts.par_iter_mut().zip(gone.par_iter().zip(come));
        let renewed: Vec<Vec<u64>> = parts.map(|(part, (gone, come))| part.renew(gone, come)).collect();
        renewed.into_iter().flatten().collect()
    }
}

impl Part {
    fn of(&self, hash: u64) -> &[Mark] {
        self.renewed.get(&hash).map_or_else(|| self.first(hash), Vec::as_slice)
    }

    /// The marks that a fingerprint had at first.
    fn first(&self, hash: u64) -> &[Mark] {
        let rest = self.marks.get(place(&self.marks, hash)..).unwrap_or_default();
        let end = rest.iter().position(|mark| mark.hash != hash).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    fn of_records(&self, records: &FxHashSet<u32>) -> Vec<Mark> {
        let is_meant = |mark: &&Mark| records.contains(&mark.record);
        let first = self.marks.iter().filter(is_meant).filter(|mark| !self.renewed.contains_key(&mark.hash));
        let renewed = self.renewed.values().flatten().filter(is_meant);
        let mut marks: Vec<Mark> = first.chain(renewed).copied().collect();
        marks.sort_unstable();
        marks
    }

    fn renew(&mut self, gone: &[Mark], come: &[Mark]) -> Vec<u64> {
        let mut renewed = Vec::new();
        let (gone, come) = (without(gone, come), without(come, gone));
        for mark in &gone {
            let run = self.own(mark.hash);
            if let Ok(at) = run.binary_search(mark) {
                run.remove(at);
            }
            renewed.push(mark.hash);
        }
        for mark in come {
            let run = self.own(mark.hash);
            let at = run.partition_point(|known| *known <= mark);
            run.insert(at, mark);
            renewed.push(mark.hash);
        }
        renewed
    }

    fn own(&mut self, hash: u64) -> &mut Vec<Mark> {
        if !self.renewed.contains_key(&hash) {
            let first = self.first(hash).to_vec();
            self.renewed.insert(hash, first);
        }
        self.renewed.entry(hash).or_default()
    }
}

/// How far around a guess a fingerprint is looked for at first, in marks.
const NEAR: usize = 64;

/// Where the first mark in order stands, or would stand, that has a fingerprint or a greater one. Fingerprints are spread evenly,
/// so how great one is tells about where it stands: a search that halves all marks would wait for memory at each step.
fn place(marks: &[Mark], hash: u64) -> usize {
    let is_before = |mark: &Mark| mark.hash < hash;
    let share = (u128::from(hash << PARTS.ilog2()) * marks.len() as u128) >> 64;
    let guess = usize::try_from(share).unwrap_or(0);
    let (mut start, mut end, mut far) = (guess, guess, NEAR);
    while start > 0 && !marks.get(start).is_some_and(is_before) {
        start = start.saturating_sub(far);
        far *= 2;
    }
    far = NEAR;
    while marks.get(end).is_some_and(is_before) {
        end = end.saturating_add(far).min(marks.len());
        far *= 2;
    }
    start + marks.get(start..end).unwrap_or_default().partition_point(is_before)
}

/// What of some marks is not among others, each as often as it is there more; both are in order.
fn without(some: &[Mark], others: &[Mark]) -> Vec<Mark> {
    let mut others = others.iter().peekable();
    let is_left = |mark: &&Mark| {
        while others.next_if(|other| other < mark).is_some() {}
        others.next_if_eq(mark).is_none()
    };
    some.iter().filter(is_left).copied().collect()
}

/// Sets of indexes, each with a number.
#[derive(Debug, Clone, Default)]
pub(super) struct Sets {
    numbers: FxHashMap<Vec<u16>, u32>,
    sets: Vec<Vec<u16>>,
}

impl Sets {
    /// The number of a set of indexes that has one.
    #[must_use]
    pub(super) fn known(&self, indexes: &[u16]) -> Option<u32> {
        self.numbers.get(indexes).copied()
    }

    /// The number of a set of indexes, given in order.
    pub(super) fn number(&mut self, indexes: &[u16]) -> u32 {
        if let Some(known) = self.numbers.get(indexes) {
            return *known;
        }
        let number = u32::try_from(self.sets.len()).unwrap_or(u32::MAX) & !(ASKS | NAMED);
        self.numbers.insert(indexes.to_vec(), number);
        self.sets.push(indexes.to_vec());
        number
    }

    /// The indexes of a set.
    #[must_use]
    pub(super) fn of(&self, number: u32) -> &[u16] {
        self.sets.get(number as usize).map(Vec::as_slice).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_marks_come_in_order(
            marks in prop::collection::vec((any::<bool>(), any::<u64>(), 0_u32..9, 0_u16..3), 0..2000),
        ) {
            // of one part, many with the same few fingerprints
            let hash = |is_same, hash: u64| if is_same { hash & 7 << 50 } else { hash >> PARTS.ilog2() };
            let mark = |(is_same, given, record, rule)| Mark::new(hash(is_same, given), record, Role::Asks(rule));
            let marks: Vec<Mark> = marks.into_iter().map(mark).collect();
            let (mut sorted, mut expected) = (marks.clone(), marks);
            sort(&mut sorted);
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }

    proptest! {
        #[test]
        fn a_fingerprint_stands_where_halving_finds_it(
            hashes in prop_oneof![
                prop::collection::vec(any::<u64>(), 0..2000),
                prop::collection::vec(prop_oneof![0_u64..9, Just(u64::MAX), any::<u64>()], 0..2000),
            ],
            wanted: Vec<u64>,
        ) {
            let mut hashes = hashes;
            hashes.sort_unstable();
            let marks: Vec<Mark> = hashes.iter().map(|hash| Mark::new(*hash, 0, Role::Named)).collect();
            for hash in hashes.iter().chain(&wanted) {
                let expected = hashes.partition_point(|other| other < hash);
                prop_assert_eq!(place(&marks, *hash), expected, "{}", hash);
            }
        }
    }

    #[test]
    fn marks_keep_what_they_were_made_of() {
        let mut sets = Sets::default();
        let roles = [Role::Gives(sets.number(&[1, 3])), Role::Named, Role::AlsoNamed, Role::Asks(u16::MAX)];
        for role in roles {
            assert_eq!(Mark::new(7, 9, role).role(), role);
        }
        assert_eq!(size_of::<Mark>(), 16);
    }

    #[test]
    fn equal_fingerprints_stand_side_by_side() {
        let mut all = Unsorted::default();
        for first in [0, 10] {
            let mut run = Unsorted::default();
            for (record, hash) in [(2, u64::MAX), (1, 5), (0, u64::MAX)] {
                run.push(Mark::new(hash, record, Role::Named));
            }
            all.append(run, first);
        }
        let marks = Marks::sorted(all);
        let records = |marks: &Marks, hash| marks.of(hash).iter().map(|mark| mark.record).collect::<Vec<_>>();
        assert_eq!(records(&marks, u64::MAX), [0, 2, 10, 12]);
        assert_eq!(records(&marks, 5), [1, 11]);
        assert!(records(&marks, 6).is_empty());

        let mut marks = marks;
        let named = |hash, record| Mark::new(hash, record, Role::Named);
        let parts = |all: &[Mark]| {
            let mut parts = Unsorted::default();
            all.iter().for_each(|mark| parts.push(*mark));
            parts.of_records(&[0, 1, 2, 3])
        };
        let gone = [named(5, 1), named(7, 3), named(u64::MAX, 2)];
        let renewed = marks.renew(&parts(&gone), &parts(&[named(6, 1), named(7, 3)]));
        assert_eq!(renewed, [5, 6, u64::MAX].into_iter().collect());
        assert_eq!(records(&marks, u64::MAX), [0, 10, 12]);
        assert_eq!(records(&marks, 5), [11]);
        assert_eq!(records(&marks, 6), [1]);
        let of_one = marks.of_records(&[1].into_iter().collect()).concat();
        assert_eq!(of_one, [named(6, 1)]);
    }
}
