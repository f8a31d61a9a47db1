//! The world when findings are confirmed: every object can be read again.

use std::sync::{Arc, Mutex};

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::xxh3_128;

use super::crowd::{CROWD, Crowds};
use super::evaluate::Evaluator;
use super::join::Directory;
use super::kept::{Fetch, Kept, Loaded};
use super::key::{key_hash, name_hash};
use super::object::{Answer, Object, Value};
use super::operand::append_key;
use super::world::{Asker, Followed, World};
use crate::language::plan::{ClassSet, Index, Plan};
use crate::snapshot::Slot;
use crate::snapshot::value::dn;

/// Everything that was scanned.
pub struct Known<'d> {
    pub(super) plan: &'d Plan,
    pub(super) directory: &'d Directory,
    fetch: &'d dyn Fetch,
    now: i64,
    complete: bool,
    kept: Arc<Kept>,
    crowds: Arc<Crowds>,
    /// What was looked at, if somebody wants to know.
    touched: Option<Mutex<Touched>>,
}

/// What an answer depends on: whoever looks at the same finds the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Touched {
    /// The numbers of the records that were read.
    pub(super) records: Vec<u32>,
    /// The fingerprints that were looked up.
    pub(super) hashes: Vec<u64>,
}

/// Evaluates conditions where all objects are known; what it answered about the last object it remembers.
pub(super) type Knowing<'k> = Evaluator<'k, &'k Known<'k>>;

impl<'d> Known<'d> {
    /// The world of a directory. `complete` says that nothing lies outside of it.
    #[must_use]
    pub fn new(
        plan: &'d Plan,
        directory: &'d Directory,
        fetch: &'d dyn Fetch,
        now: i64,
        complete: bool,
    ) -> Self {
        Self {
            plan,
            directory,
            fetch,
            now,
            complete,
            kept: Arc::default(),
            crowds: Arc::default(),
            touched: None,
        }
    }

    /// The same world, which takes note of what is looked at.
    pub(super) fn noting(&self) -> Self {
        let touched = Some(Mutex::default());
        Self { kept: Arc::clone(&self.kept), crowds: Arc::clone(&self.crowds), touched, ..*self }
    }

    /// What was looked at.
    pub(super) fn touched(self) -> Touched {
        let touched = self.touched.map(|touched| touched.into_inner().unwrap_or_default());
        let mut touched = touched.unwrap_or_default();
        touched.records.sort_unstable();
        touched.records.dedup();
        touched.hashes.sort_unstable();
        touched.hashes.dedup();
        touched
    }

    fn note(&self, touch: impl FnOnce(&mut Touched)) {
        if let Some(touched) = &self.touched {
            match touched.lock() {
                Ok(mut touched) => touch(&mut touched),
                Err(poisoned) => touch(&mut poisoned.into_inner()),
            }
        }
    }

    /// An evaluator in this world.
    #[must_use]
    pub fn evaluator(&self) -> Evaluator<'_, &Self> {
        Evaluator::new(self.plan, self, self.now)
    }

    /// A record, read again or still at hand.
    pub(super) fn load(&self, record: u32) -> Option<Arc<Loaded>> {
        self.note(|touched| touched.records.push(record));
        self.kept.load(record, self.fetch)
    }

    /// Shows a record as an object; none if its file is no longer what it was.
    pub fn with<T>(&self, record: u32, show: impl FnOnce(&Object<'_>) -> T) -> Option<T> {
        let loaded = self.load(record)?;
        let signature = self.directory.signature(record)?;
        Some(show(&Object {
            number: record,
            record: &loaded.record,
            block: &loaded.block,
            offset: loaded.offset,
            file: loaded.file,
            file_name: self.fetch.file_name(loaded.file),
            signature,
        }))
    }

    /// Whether it is known which values of an attribute an object has: the attribute was exported.
    pub(super) fn is_told(&self, object: &Object<'_>, slot: Slot) -> bool {
        let facts = self.directory.facts.get(usize::from(object.signature.source));
        let seen = facts.and_then(|facts| facts.seen.get(usize::from(slot.0))).copied().unwrap_or(false);
        (self.complete || seen) && !object.record.unasked.contains(&slot)
    }

    /// The first record of a source that has this normalised name, for which `is_meant` answers other than no.
    fn find(
        &self,
        source: u16,
        name: &[u8],
        mut is_meant: impl FnMut(&Object<'_>) -> Option<Answer>,
    ) -> (bool, Answer) {
        let mut found = false;
        let mut answer = Answer::No;
        let hash = name_hash(source, name);
        self.note(|touched| touched.hashes.push(hash));
        for record in self.directory.named(hash) {
            let given = self.with(record, |object| {
                if !object.is_named(name) {
                    return None;
                }
                found = true;
                is_meant(object)
            });
            match given.flatten() {
                Some(Answer::Yes) => return (true, Answer::Yes),
                Some(Answer::Unknown) => answer = Answer::Unknown,
                _ => {}
            }
        }
        (found, answer)
    }

    /// The normalised name that a reference means. None if no object of the source can have such a name: it is no distinguished
    /// name, and all objects have one.
    fn reference(&self, source: u16, name: &[u8]) -> Option<Vec<u8>> {
        let mut normalized = Vec::new();
        if dn::normalize_into(name, &mut normalized) {
            return Some(normalized);
        }
        let facts = self.directory.facts.get(usize::from(source))?;
        facts.plain_names.then(|| dn::normalized(name))
    }

    /// All keys that an object gives to an index without a condition.
    fn every_key(&self, definition: &Index, object: &Object<'_>) -> FxHashSet<u128> {
        let mut keys = FxHashSet::default();
        self.evaluator().keys(definition, object, None, &mut |key, _| {
            keys.insert(xxh3_128(key.key));
        });
        keys
    }

    fn is_inside(&self, source: u16, name: &[u8]) -> bool {
        let facts = self.directory.facts.get(usize::from(source));
        self.complete || facts.is_some_and(|facts| facts.plain_names || facts.subtrees.holds(name))
    }
}

impl World for Known<'_> {
    fn follow(&self, source: u16, name: &[u8], show: &mut dyn FnMut(&Object<'_>)) -> Followed {
        let Some(normalized) = self.reference(source, name) else { return Followed::Missing };
        let (found, _) = self.find(source, &normalized, |object| {
            show(object);
            Some(Answer::Yes)
        });
        if found {
            Followed::Found
        } else if self.is_inside(source, &normalized) {
            Followed::Missing
        } else {
            Followed::Unknown
        }
    }

    fn refers(
        &self,
        name: &[u8],
        classes: &ClassSet,
        mut is_meant: Option<&mut dyn FnMut(&Object<'_>) -> Answer>,
    ) -> Answer {
        let mut whole = Answer::No;
        for source in self.plan.sources_of(classes) {
            let Some(normalized) = self.reference(source, name) else { continue };
            let (found, answer) = self.find(source, &normalized, |object| {
                if !object.signature.is_of(classes) {
                    return Some(Answer::No);
                }
                Some(is_meant.as_mut().map_or(Answer::Yes, |is_meant| is_meant(object)))
            });
            let unread = !self.complete && classes.iter().any(|test| self.directory.count_of(*test) == 0);
            match answer {
                Answer::Yes => return Answer::Yes,
                Answer::Unknown => whole = Answer::Unknown,
                Answer::No if !found && (unread || !self.is_inside(source, &normalized)) => {
                    whole = Answer::Unknown;
                }
                Answer::No => {}
            }
        }
        whole
    }

    fn equals_any(
        &self,
        index: usize,
        Asker { here, itself }: Asker<'_>,
        value: &Value<'_>,
        is_meant: &mut dyn FnMut(&Object<'_>, &Value<'_>) -> Answer,
    ) -> Answer {
        let Some(definition) = self.plan.indexes.get(index) else { return Answer::No };
        let mut wanted = Vec::new();
        append_key(value, definition.kind, definition.exact, &mut wanted);
        let own = here.identity();
        let mut whole = Answer::No;
        let number = u16::try_from(index).unwrap_or(u16::MAX);
        let hash = key_hash((definition.kind, definition.exact), &wanted, &[]);
        self.note(|touched| touched.hashes.push(hash));
        for record in self.directory.keyed(number, hash) {
            self.with(record, |object| {
                let same_source = object.signature.source == here.signature.source;
                if same_source && object.identity() == own {
                    return;
                }
                if definition.filter.is_none() && object.record.entries().len() >= CROWD {
                    if self.crowds.holds((number, record), &wanted, || self.every_key(definition, object)) {
                        whole = Answer::Yes;
                    }
                    return;
                }
                self.evaluator().keys(definition, object, itself, &mut |key, answer| {
                    if key.key != wanted || whole == Answer::Yes {
                        return;
                    }
                    whole = match answer {
                        Answer::Yes => is_meant(object, key.value),
                        _ => Answer::Unknown,
                    };
                });
            });
            if whole == Answer::Yes {
                break;
            }
        }
        whole
    }
}
