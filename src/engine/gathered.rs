//! The marks of the object at hand: one for each fingerprint, with all that the object has to do with it. Most objects have
//! one address as mail, as sign-in name and as primary address, and rules ask whether others have it too.

use super::mark::{Mark, Unsorted};
use super::program::Programs;

/// How many marks of the object at hand, and how many pairs of roles, are found again at once.
const PLACES: usize = 64;

/// How many marks of one object are gathered: one with millions of members needs no more memory.
const MANY: usize = 4096;

/// Gathers the marks of one object after the other. Two marks with one fingerprint are two at times, where another one has
/// come to stand in its place: whoever reads marks does not rely on there being one only. Which ones are, follows from the object
/// alone.
#[derive(Debug)]
pub(super) struct Gathered {
    /// Those of objects before, and those of the object at hand that were too many.
    all: Unsorted,
    /// The number of the object at hand.
    record: u32,
    /// Fingerprints, and the numbers of the roles.
    marks: Vec<(u64, u32)>,
    /// Where the last mark stands, by the lowest bits of the fingerprint. It may be one of an earlier object.
    last: [u32; PLACES],
    /// Pairs of roles, and what both are together.
    both: [((u32, u32), u32); PLACES],
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            all: Unsorted::default(),
            record: 0,
            marks: Vec::new(),
            last: [0; PLACES],
            both: [((u32::MAX, u32::MAX), 0); PLACES],
        }
    }
}

impl Gathered {
    /// Another object comes to hand, which has this number.
    pub(super) fn begin(&mut self, record: u32) {
        self.finish();
        self.record = record;
    }

    /// The object at hand has something to do with a fingerprint.
    #[inline]
    pub(super) fn add(&mut self, hash: u64, roles: u32, programs: &Programs<'_>) {
        let Some(last) = self.last.get_mut(hash as usize % PLACES) else { return };
        if let Some((_, known)) = self.marks.get_mut(*last as usize).filter(|(known, _)| *known == hash) {
            if *known != roles {
                let pair = (*known, roles);
                let place = known.wrapping_mul(31).wrapping_add(roles) as usize % PLACES;
                let Some((of, both)) = self.both.get_mut(place) else { return };
                if *of != pair {
                    (*of, *both) = (pair, programs.both(pair.0, pair.1));
                }
                *known = *both;
            }
            return;
        }
        *last = u32::try_from(self.marks.len()).unwrap_or(u32::MAX);
        self.marks.push((hash, roles));
        if self.marks.len() >= MANY {
            self.finish();
        }
    }

    fn finish(&mut self) {
        let Self { all, record, marks, .. } = self;
        for (hash, roles) in marks.drain(..) {
            all.push(Mark { hash, record: *record, roles });
        }
    }

    /// Takes the marks of all objects out.
    pub(super) fn take(&mut self) -> Unsorted {
        self.finish();
        self.all.take()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::engine::mark::Marks;
    use crate::language::plan::Plan;

    proptest! {
        /// Many fingerprints end with the same bits, so that they stand in each other's place.
        #[test]
        fn an_object_has_all_the_roles_that_it_was_given(
            given in prop::collection::vec((any::<bool>(), 0_u64..9, 0_u16..4), 0..200),
            many in prop_oneof![Just(0), Just(2 * MANY as u64)],
        ) {
            let plan = Plan::default();
            let programs = Programs::new(&plan);
            let mut gathered = Gathered::default();
            let mut expected: BTreeMap<(u64, u32), Vec<u16>> = BTreeMap::new();
            let mut record = 0;
            gathered.begin(record);
            let filler = (0..many).map(|number| (false, 1_000 + number, 0));
            for (is_next, number, index) in given.clone().into_iter().chain(filler).chain(given) {
                if is_next {
                    record += 1;
                    gathered.begin(record);
                }
                let hash = number << 50 | (number & 1);
                gathered.add(hash, programs.giving(&[index]), &programs);
                let roles = expected.entry((hash, record)).or_default();
                roles.push(index);
                roles.sort_unstable();
                roles.dedup();
            }
            let marks = Marks::sorted(gathered.take());
            let cast = programs.cast();
            let mut found: BTreeMap<(u64, u32), Vec<u16>> = BTreeMap::new();
            for mark in marks.parts().iter().flat_map(|part| &part.marks) {
                let roles = found.entry((mark.hash, mark.record)).or_default();
                roles.extend(&cast.of(mark.roles).gives);
                roles.sort_unstable();
                roles.dedup();
            }
            prop_assert_eq!(found, expected);
            prop_assert!(Marks::sorted(gathered.take()).parts().iter().all(|part| part.marks.is_empty()));
        }
    }

    #[test]
    fn one_fingerprint_has_one_mark() {
        let plan = Plan::default();
        let programs = Programs::new(&plan);
        let mut gathered = Gathered::default();
        for record in 0..2 {
            gathered.begin(record);
            for index in [3, 1, 3] {
                gathered.add(7, programs.giving(&[index]), &programs);
            }
            gathered.add(7, programs.named, &programs);
        }
        let marks = Marks::sorted(gathered.take());
        let cast = programs.cast();
        let of: Vec<_> = marks.of(7).iter().map(|mark| (mark.record, cast.of(mark.roles))).collect();
        assert_eq!(of.len(), 2, "one for each object");
        for (record, (number, roles)) in (0..).zip(of) {
            assert_eq!(number, record);
            assert_eq!((roles.gives.as_slice(), roles.is_named), (&[1, 3][..], true));
        }
    }
}
