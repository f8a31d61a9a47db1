//! Fingerprints of keys and names: 64 bits that may collide, so that whatever they find is confirmed against the text.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::evaluate::{Evaluator, Scene, is_empty};
use super::object::{Answer, Object, Value};
use super::operand::{Reach, append_key};
use super::world::World;
use crate::language::plan::Index;
use crate::snapshot::value::Type;

/// The fingerprint of a normalised distinguished name in a source.
#[must_use]
pub(super) fn name_hash(source: u16, normalized: &[u8]) -> u64 {
    xxh3_64_with_seed(normalized, u64::from(source) << 32 | 0x646E)
}

/// The fingerprint of a key that was made of a value by its type, or to the letter, within another key where there is one.
/// Indexes whose keys are made alike share it.
#[must_use]
pub(super) fn key_hash(made: (Type, bool), key: &[u8], within: &[u8]) -> u64 {
    key_hash_in(within_hash(made, within), key)
}

/// The same within a key whose fingerprint is known.
#[must_use]
pub(super) fn key_hash_in(within: u64, key: &[u8]) -> u64 {
    xxh3_64_with_seed(key, within ^ 0x6B65_7900)
}

/// The fingerprint of what keys made so are within; nothing if they are within nothing.
#[must_use]
pub(super) fn within_hash((kind, exact): (Type, bool), within: &[u8]) -> u64 {
    let made = u64::from(kind as u8) << 1 | u64::from(exact);
    if within.is_empty() { made } else { xxh3_64_with_seed(within, made) }
}

/// One key of an object: the value, its key, and the key that it is unique within.
pub(super) struct Key<'v> {
    pub(super) value: &'v Value<'v>,
    pub(super) key: &'v [u8],
    pub(super) within: &'v [u8],
}

impl<W: World> Evaluator<'_, W> {
    /// Shows every key that an object gives to an index, or may give. `asker` is whoever looks them up.
    pub(super) fn keys(
        &self,
        index: &Index,
        object: &Object<'_>,
        asker: Option<&Object<'_>>,
        show: &mut dyn FnMut(Key<'_>, Answer),
    ) {
        let scene = Scene { here: object, itself: asker, it: None };
        let mut withins: Vec<Vec<u8>> = Vec::new();
        if let Some(within) = &index.within {
            let kind = match within.reads {
                crate::language::plan::Reads::As(kind) => kind,
                crate::language::plan::Reads::Duration => crate::snapshot::value::Type::Number,
            };
            let reach = self.values(within, &scene, &mut |value| {
                let mut key = Vec::new();
                append_key(value, kind, index.exact, &mut key);
                withins.push(key);
                true
            });
            if withins.is_empty() || reach == Reach::Unknown {
                return;
            }
        } else {
            withins.push(Vec::new());
        }
        let mut key = Vec::new();
        for operand in &index.keys {
            self.values(operand, &scene, &mut |value| {
                if is_empty(value) {
                    return true;
                }
                let answer = match &index.filter {
                    None => Answer::Yes,
                    Some(filter) => self.test(filter, &scene.with(value)),
                };
                if answer != Answer::No {
                    key.clear();
                    append_key(value, index.kind, index.exact, &mut key);
                    for within in &withins {
                        show(Key { value, key: &key, within }, answer);
                    }
                }
                true
            });
        }
    }
}
