//! Keys of objects that have many of them, such as the members of a large group: they are gone through once, whoever asks.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

/// How many values make a crowd.
pub(super) const CROWD: usize = 256;

/// How many crowds are kept at hand.
const KEPT: usize = 4;

/// An object that gives keys to an index: the number of the index, and that of the record.
type Giver = (u16, u32);

/// The fingerprints of all keys of a giver.
type Crowd = Arc<FxHashSet<u128>>;

/// The crowds that were asked last, each by its keys.
#[derive(Debug, Default)]
pub(super) struct Crowds(Mutex<Vec<(Giver, Crowd)>>);

impl Crowds {
    /// Whether a key is among those of a giver, which are gone through only if they are not at hand.
    pub(super) fn holds(&self, giver: Giver, key: &[u8], all: impl FnOnce() -> FxHashSet<u128>) -> bool {
        let at_hand = |known: &[(Giver, Crowd)]| {
            known.iter().find(|(other, _)| *other == giver).map(|(_, crowd)| Arc::clone(crowd))
        };
        let known = at_hand(&self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let crowd = known.unwrap_or_else(|| {
            let crowd = Arc::new(all());
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= KEPT {
                known.remove(0);
            }
            known.push((giver, Arc::clone(&crowd)));
            crowd
        });
        crowd.contains(&xxh3_128(key))
    }
}
