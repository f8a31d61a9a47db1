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
    /// The number of its [roles](super::roles::Cast).
    pub(super) roles: u32,
}

fn part_of(hash: u64) -> usize {
    usize::try_from(hash >> (64 - PARTS.ilog2())).unwrap_or(0)
}

/// How many marks of a part are distributed before they are sorted.
const MANY: usize = 256;

/// How many marks lie in one piece of memory, 256 kB: none of them is copied when more come, and the memory of a piece serves
/// others as soon as it is given back, which that of smaller ones does not.
const PIECE: usize = 1 << 14;

/// The marks of a part, unsorted, in pieces.
#[derive(Debug, Clone, Default)]
struct Pieces(Vec<Vec<Mark>>);

impl Pieces {
    /// Adds marks whose records are counted from `first`.
    fn append(&mut self, mut marks: &[Mark], first: u32) {
        while !marks.is_empty() {
            let is_first = self.0.is_empty();
            match self.0.last_mut().filter(|last| last.len() < PIECE) {
                Some(last) => {
                    let room = PIECE - last.len();
                    let (fit, rest) = marks.split_at_checked(room).unwrap_or((marks, &[]));
                    last.extend(fit.iter().map(|mark| Mark { record: mark.record + first, ..*mark }));
                    marks = rest;
                }
                // a small directory fills no piece
                None => self.0.push(Vec::with_capacity(if is_first { 0 } else { PIECE })),
            }
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Mark> {
        self.0.iter().flatten()
    }

    /// All of them in order. Fingerprints are spread evenly: by their next bits, many marks come close to their places at
    /// once, in lots of about four.
    fn sorted(mut self) -> Vec<Mark> {
        let count: usize = self.0.iter().map(Vec::len).sum();
        if count < MANY {
            let mut few = if self.0.len() == 1 { self.0.pop().unwrap_or_default() } else { self.0.concat() };
            few.sort_unstable();
            return few;
        }
        let bits = (count / 4).ilog2();
        let lot_of = |mark: &Mark| usize::try_from(mark.hash << PARTS.ilog2() >> (64 - bits)).unwrap_or(0);
        // how many marks each lot has, then where it begins, then where it goes on
        let mut places = vec![0_u32; 1 << bits];
        for mark in self.iter() {
            if let Some(count) = places.get_mut(lot_of(mark)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        let mut distributed = vec![Mark { hash: 0, record: 0, roles: 0 }; count];
        for mark in self.0.into_iter().flatten() {
            let Some(next) = places.get_mut(lot_of(&mark)) else { continue };
            if let Some(place) = distributed.get_mut(*next as usize) {
                *place = mark;
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
        distributed
    }
}

/// The marks of a run of records, unsorted.
#[derive(Debug, Clone)]
pub(super) struct Unsorted(Vec<Pieces>);

impl Default for Unsorted {
    fn default() -> Self {
        Self(vec![Pieces::default(); PARTS])
    }
}

impl Unsorted {
    /// Adds a mark.
    pub(super) fn push(&mut self, mark: Mark) {
        if let Some(Pieces(pieces)) = self.0.get_mut(part_of(mark.hash)) {
            match pieces.last_mut() {
                Some(last) if last.len() < PIECE => last.push(mark),
                _ => pieces.push(vec![mark]),
            }
        }
    }

    /// Adds the marks of a later run of records, whose numbers begin at `first`.
    pub(super) fn append(&mut self, later: Self, first: u32) {
        for (part, marks) in self.0.iter_mut().zip(later.0) {
            for piece in marks.0 {
                part.append(&piece, first);
            }
        }
    }

    /// The marks part by part, each in order; their records count from 0 among some records, and are these now.
    pub(super) fn of_records(self, records: &[u32]) -> Vec<Vec<Mark>> {
        let of_records = |mut pieces: Pieces| {
            for mark in pieces.0.iter_mut().flatten() {
                mark.record = records.get(mark.record as usize).copied().unwrap_or(u32::MAX);
            }
            pieces.sorted()
        };
        self.0.into_par_iter().map(of_records).collect()
    }

    /// Takes all marks out, in no more memory than they need; that in which they were gathered serves the next ones.
    pub(super) fn take(&mut self) -> Self {
        let taken = self.0.iter_mut().map(|Pieces(pieces)| {
            let marks = Pieces(pieces.iter().filter(|piece| !piece.is_empty()).cloned().collect());
            pieces.truncate(1);
            pieces.iter_mut().for_each(Vec::clear);
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
    pub(super) fn sorted(Unsorted(parts): Unsorted) -> Self {
        let part = |pieces: Pieces| Part { marks: pieces.sorted(), ..Part::default() };
        Self { parts: parts.into_par_iter().map(part).collect() }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_marks_come_in_order(
            marks in prop::collection::vec((any::<bool>(), any::<u64>(), 0_u32..9, 0_u32..3), 0..2000),
        ) {
            // of one part, many with the same few fingerprints
            let hash = |is_same, hash: u64| if is_same { hash & 7 << 50 } else { hash >> PARTS.ilog2() };
            let mark = |(is_same, given, record, roles)| Mark { hash: hash(is_same, given), record, roles };
            let mut marks: Vec<Mark> = marks.into_iter().map(mark).collect();
            let pieces = Pieces(marks.chunks(700).map(<[Mark]>::to_vec).collect());
            marks.sort_unstable();
            prop_assert_eq!(pieces.sorted(), marks);
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
            let marks: Vec<Mark> = hashes.iter().map(|hash| Mark { hash: *hash, record: 0, roles: 0 }).collect();
            for hash in hashes.iter().chain(&wanted) {
                let expected = hashes.partition_point(|other| other < hash);
                prop_assert_eq!(place(&marks, *hash), expected, "{}", hash);
            }
        }
    }

    #[test]
    fn pieces_are_filled_one_after_the_other() {
        let mut all = Unsorted::default();
        let mut expected = Vec::new();
        for (first, count) in [(0, 3), (3, 5000), (5003, 0), (5003, 4000), (9003, 9000)] {
            let mut run = Unsorted::default();
            for record in 0..count {
                run.push(Mark { hash: u64::from(record * 7 % 11), record, roles: 1 });
                expected.push(Mark { hash: u64::from(record * 7 % 11), record: first + record, roles: 1 });
            }
            let taken = run.take();
            assert!(run.0.iter().all(|part| part.iter().next().is_none()));
            all.append(taken, first);
        }
        assert!(all.0[0].0.iter().rev().skip(1).all(|piece| piece.len() == PIECE));
        expected.sort_unstable();
        assert_eq!(Marks::sorted(all).parts()[0].marks, expected);
        assert_eq!(size_of::<Mark>(), 16);
    }

    #[test]
    fn equal_fingerprints_stand_side_by_side() {
        let mut all = Unsorted::default();
        for first in [0, 10] {
            let mut run = Unsorted::default();
            for (record, hash) in [(2, u64::MAX), (1, 5), (0, u64::MAX)] {
                run.push(Mark { hash, record, roles: 0 });
            }
            all.append(run, first);
        }
        let marks = Marks::sorted(all);
        let records = |marks: &Marks, hash| marks.of(hash).iter().map(|mark| mark.record).collect::<Vec<_>>();
        assert_eq!(records(&marks, u64::MAX), [0, 2, 10, 12]);
        assert_eq!(records(&marks, 5), [1, 11]);
        assert!(records(&marks, 6).is_empty());

        let mut marks = marks;
        let named = |hash, record| Mark { hash, record, roles: 0 };
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
