//! The world while records are scanned.

use std::cell::RefCell;

use super::key::{key_hash, name_hash};
use super::object::{Answer, Content, Object, Value};
use super::operand::append_key;
use super::world::{Asker, Followed, World};
use crate::language::plan::{ClassSet, Plan};
use crate::snapshot::value::{Parents, Type, fold_into};

/// A world of which nothing is known but what was asked.
#[derive(Debug)]
pub(super) struct Unread<'p> {
    plan: &'p Plan,
    /// The fingerprints of what was looked up in vain.
    pub(super) probes: RefCell<Vec<u64>>,
    buffer: RefCell<Vec<u8>>,
    parents: RefCell<Parents>,
    /// What was looked up last; conditions beside each other often ask for one thing.
    name: RefCell<LastName>,
    key: RefCell<LastKey>,
    followed: RefCell<FollowedNames>,
}

/// A text that was looked up as a key, how the key was made of it, and the fingerprint.
#[derive(Debug, Default)]
struct LastKey {
    text: Vec<u8>,
    made: Option<(Type, bool)>,
    hash: u64,
}

/// Names of the record at hand whose fingerprints are known, by where they stand in memory: what follows references and
/// what looks them up meet the same ones in the same order. They are never read from there.
#[derive(Debug, Default)]
struct FollowedNames {
    source: u16,
    names: Vec<(usize, usize, u64)>,
    next: usize,
}

/// A name, and its fingerprint in each source.
#[derive(Debug, Default)]
struct LastName {
    name: Vec<u8>,
    hashes: Vec<(u16, u64)>,
}

impl World for Unread<'_> {
    fn follow(&self, _: u16, _: &[u8], _: &mut dyn FnMut(&Object<'_>)) -> Followed {
        Followed::Unknown
    }

    fn refers(
        &self,
        name: &[u8],
        classes: &ClassSet,
        _: Option<&mut dyn FnMut(&Object<'_>) -> Answer>,
    ) -> Answer {
        let mut probes = self.probes.borrow_mut();
        for source in self.plan.sources_of(classes) {
            let hash = self.looked_up(source, name);
            if probes.last() != Some(&hash) {
                probes.push(hash);
            }
        }
        Answer::Unknown
    }

    fn equals_any(
        &self,
        index: usize,
        _: Asker<'_>,
        value: &Value<'_>,
        _: &mut dyn FnMut(&Object<'_>, &Value<'_>) -> Answer,
    ) -> Answer {
        let Some(definition) = self.plan.indexes.get(index) else { return Answer::No };
        let made = (definition.kind, definition.exact);
        let hash = match value.content {
            Content::Text(text) => self.text_hash(text, value, made),
            Content::Number(_) => self.key_hash(value, made),
        };
        self.probes.borrow_mut().push(hash);
        Answer::Unknown
    }
}

impl<'p> Unread<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            probes: RefCell::default(),
            buffer: RefCell::default(),
            parents: RefCell::default(),
            name: RefCell::default(),
            key: RefCell::default(),
            followed: RefCell::default(),
        }
    }

    /// Another record comes to hand.
    pub(super) fn begin(&self) {
        let mut followed = self.followed.borrow_mut();
        followed.names.clear();
        followed.next = 0;
    }

    /// The fingerprint of a name that stands in the record at hand as it is; it is known from then on.
    pub(super) fn followed_hash(&self, source: u16, name: &[u8]) -> u64 {
        let hash = self.name_hash(source, name);
        let mut followed = self.followed.borrow_mut();
        if followed.source != source {
            followed.source = source;
            followed.names.clear();
            followed.next = 0;
        }
        followed.names.push((name.as_ptr() as usize, name.len(), hash));
        hash
    }

    fn known_hash(&self, source: u16, name: &[u8]) -> Option<u64> {
        let mut followed = self.followed.borrow_mut();
        let next = if followed.next < followed.names.len() { followed.next } else { 0 };
        let (start, length, hash) = *followed.names.get(next)?;
        let is_known = followed.source == source && (start, length) == (name.as_ptr() as usize, name.len());
        is_known.then(|| {
            followed.next = next + 1;
            hash
        })
    }

    fn text_hash(&self, text: &[u8], value: &Value<'_>, made: (Type, bool)) -> u64 {
        let mut last = self.key.borrow_mut();
        if last.made != Some(made) || last.text != text {
            last.text.clear();
            last.text.extend_from_slice(text);
            last.made = Some(made);
            last.hash = self.key_hash(value, made);
        }
        last.hash
    }

    fn key_hash(&self, value: &Value<'_>, made: (Type, bool)) -> u64 {
        let mut buffer = self.buffer.borrow_mut();
        buffer.clear();
        append_key(value, made.0, made.1, &mut buffer);
        key_hash(made, &buffer, &[])
    }

    /// The same, remembered from one question to the next.
    fn looked_up(&self, source: u16, name: &[u8]) -> u64 {
        if let Some(known) = self.known_hash(source, name) {
            return known;
        }
        let mut last = self.name.borrow_mut();
        let LastName { name: known, hashes } = &mut *last;
        if known != name {
            known.clear();
            known.extend_from_slice(name);
            hashes.clear();
        }
        if let Some((_, hash)) = hashes.iter().find(|(known, _)| *known == source) {
            return *hash;
        }
        let hash = self.name_hash(source, name);
        hashes.push((source, hash));
        hash
    }

    /// The fingerprint of a name that a reference means.
    pub(super) fn name_hash(&self, source: u16, name: &[u8]) -> u64 {
        if let Some(known) = self.known_hash(source, name) {
            return known;
        }
        let mut buffer = self.buffer.borrow_mut();
        buffer.clear();
        if !self.parents.borrow_mut().normalize_into(name, &mut buffer) {
            // objects of other formats have other names; whether there are any is not known yet
            fold_into(name, &mut buffer);
        }
        name_hash(source, &buffer)
    }
}
