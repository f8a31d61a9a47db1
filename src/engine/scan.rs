//! The first step: every object on its own. What can be decided is decided; what needs other objects waits, with the
//! fingerprints of what it asked for. Nothing of an object is kept but numbers.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::evaluate::{Evaluator, Scene};
use super::key::{key_hash, name_hash};
use super::mark::{Mark, Role, Unsorted};
use super::object::{Answer, Object, Value};
use super::operand::append_key;
use super::program::{Memory, Programs, Told, Used};
use super::signature::{Signature, Signatures};
use super::strategy::Strategy;
use super::subtree::Subtrees;
use super::world::{Asker, Followed, World};
use crate::language::plan::{ClassSet, Judgement, Plan};
use crate::snapshot::value::dn;
use crate::snapshot::{Record, Slot};
use crate::source::FileId;

/// A world of which nothing is known but what was asked.
#[derive(Debug)]
pub(super) struct Unread<'p> {
    plan: &'p Plan,
    /// The fingerprints of what was looked up in vain.
    probes: RefCell<Vec<u64>>,
    buffer: RefCell<Vec<u8>>,
    /// The name that was looked up last, and its fingerprint for each source.
    last: RefCell<LastName>,
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
        let mut last = self.last.borrow_mut();
        let LastName { name: known, hashes } = &mut *last;
        // conditions beside each other often ask for one name
        if known != name {
            known.clear();
            known.extend_from_slice(name);
            hashes.clear();
        }
        let tests = classes.iter().filter_map(|test| self.plan.class_tests.get(usize::from(*test)));
        let mut sources: Vec<u16> = tests.map(|test| test.source).collect();
        sources.dedup();
        let mut probes = self.probes.borrow_mut();
        for source in sources {
            let hash = match hashes.iter().find(|(known, _)| *known == source) {
                Some((_, hash)) => *hash,
                None => {
                    let hash = self.name(source, name);
                    hashes.push((source, hash));
                    hash
                }
            };
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
        let mut buffer = self.buffer.borrow_mut();
        buffer.clear();
        append_key(value, definition.kind, definition.exact, &mut buffer);
        let made = (definition.kind, definition.exact);
        self.probes.borrow_mut().push(key_hash(made, &buffer, &[]));
        Answer::Unknown
    }
}

impl Unread<'_> {
    fn name(&self, source: u16, name: &[u8]) -> u64 {
        let mut buffer = self.buffer.borrow_mut();
        buffer.clear();
        if !dn::normalize_into(name, &mut buffer) {
            // objects of other formats have other names; whether there are any is not known yet
            buffer.extend(dn::normalized(name));
        }
        name_hash(source, &buffer)
    }
}

/// Where a record stands, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The first byte in the file.
    pub offset: u64,
    /// The number of bytes.
    pub length: u32,
    /// The number of its signature.
    pub signature: u32,
    /// The fingerprint of its name.
    pub name: u64,
}

/// A rule that an object may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The number of the record.
    pub record: u32,
    /// The number of the rule.
    pub rule: u16,
}

/// One step of a reference that may run in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The number of the record.
    pub record: u32,
    /// The number of the rule.
    pub rule: u16,
    /// The fingerprint of the name that it refers to.
    pub to: u64,
}

/// What was met of one source.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Which attributes some object has, by slot.
    pub seen: Vec<bool>,
    /// What was exported.
    pub subtrees: Subtrees,
    /// Some object has a name that is no distinguished name.
    pub plain_names: bool,
}

impl Facts {
    fn join(&mut self, later: &Self) {
        self.subtrees.join(&later.subtrees);
        self.plain_names |= later.plain_names;
        self.seen.resize(self.seen.len().max(later.seen.len()), false);
        for (known, more) in self.seen.iter_mut().zip(&later.seen) {
            *known |= more;
        }
    }
}

/// What a run of records gave. Numbers of records count from 0 in it until parts are joined.
#[derive(Debug, Clone, Default)]
pub struct Partial {
    /// The records, in file order.
    pub rows: Vec<Row>,
    /// Rules that were broken, or may have been, whatever look-ups say.
    pub broken: Vec<Candidate>,
    /// Objects that rules count.
    pub counted: Vec<Candidate>,
    /// Some object has more names than one.
    pub other_names: bool,
    /// Names, keys and look-ups, by runs: the first record of each.
    pub(super) marks: Vec<(u32, Unsorted)>,
    /// References that may run in circles.
    pub edges: Vec<Edge>,
    /// How many objects (or values) each rule judged.
    pub judged: Vec<u64>,
    /// For how many objects an attribute was not exported that each rule needs.
    pub unasked: Vec<u64>,
    /// What was met of each source, by its number.
    pub facts: Vec<Facts>,
    /// The number of objects of each signature.
    pub counts: FxHashMap<u32, u64>,
}

/// Scans records of one source.
#[derive(Debug)]
pub struct Scan<'s, 'p> {
    evaluator: Evaluator<'p, Unread<'p>>,
    signatures: &'s Signatures<'p>,
    source: u16,
    object_class: Option<Slot>,
    object_classes: Vec<u8>,
    memo: FxHashMap<Vec<u8>, Met>,
    programs: FxHashMap<Vec<u64>, Used<'p>>,
    shape: Vec<u64>,
    memory: Memory,
    name: Vec<u8>,
    marks: Unsorted,
    partial: Partial,
}

/// A signature, and the attributes that decide something for its objects.
#[derive(Debug, Clone)]
struct Met {
    signature: Arc<Signature>,
    decides: Arc<[u64]>,
}

impl<'s, 'p> Scan<'s, 'p> {
    /// A scan of records of the source of this number.
    #[must_use]
    pub fn new(plan: &'p Plan, signatures: &'s Signatures<'p>, source: u16, now: i64) -> Self {
        let world =
            Unread { plan, probes: RefCell::default(), buffer: RefCell::default(), last: RefCell::default() };
        let partial = Partial {
            judged: vec![0; plan.rules.len()],
            unasked: vec![0; plan.rules.len()],
            facts: vec![
                Facts { seen: vec![false; plan.names.len()], ..Facts::default() };
                plan.sources.len()
            ],
            ..Partial::default()
        };
        Self {
            evaluator: Evaluator::new(plan, world, now),
            signatures,
            source,
            object_class: plan.names.slot(b"objectClass"),
            object_classes: Vec::new(),
            memo: FxHashMap::default(),
            programs: FxHashMap::default(),
            shape: Vec::new(),
            memory: Memory::default(),
            name: Vec::new(),
            marks: Unsorted::default(),
            partial,
        }
    }

    /// Judges a record of `block`, which begins at `offset` of the file.
    pub fn record(&mut self, record: &Record, block: &[u8], offset: u64, file: FileId, file_name: &str) {
        let Met { signature, decides } = self.signature(record, block);
        let number = u32::try_from(self.partial.rows.len()).unwrap_or(u32::MAX);
        let object = Object { number, record, block, offset, file, file_name, signature: &signature };
        self.name.clear();
        let is_plain = object.name().is_empty() || !dn::normalize_into(object.name(), &mut self.name);
        if is_plain {
            self.name = object.identity();
        }
        let name = name_hash(self.source, &self.name);
        self.marks.push(Mark::new(name, number, Role::Named));
        self.partial.rows.push(Row {
            offset: offset + record.start as u64,
            length: u32::try_from(record.end - record.start).unwrap_or(u32::MAX),
            signature: signature.number,
            name,
        });
        *self.partial.counts.entry(signature.number).or_default() += 1;
        if let Some(facts) = self.partial.facts.get_mut(usize::from(self.source)) {
            if is_plain {
                facts.plain_names = true;
            } else {
                facts.subtrees.add(&self.name);
            }
            for slot in &record.empty {
                if let Some(seen) = facts.seen.get_mut(usize::from(slot.0)) {
                    *seen = true;
                }
            }
            for (slot, seen) in facts.seen.iter_mut().enumerate() {
                *seen = *seen || u16::try_from(slot).is_ok_and(|slot| record.has(Slot(slot)));
            }
        }
        self.partial.other_names |= !record.other_names.is_empty();
        for name in &record.other_names {
            let name = dn::normalized(record.bytes(block, *name));
            self.marks.push(Mark::new(name_hash(self.source, &name), number, Role::AlsoNamed));
        }
        if record.partial.is_empty() {
            self.run(&object, &decides);
        } else {
            // what the server kept back is nothing that a shape could know
            for rule in &signature.rules {
                if record.unasked.is_empty() || self.was_asked(*rule, record) {
                    self.judge(*rule, &object);
                }
            }
            for index in &signature.indexes {
                self.collect(*index, &object);
            }
        }
    }

    /// Judges an object by the program of its shape.
    fn run(&mut self, object: &Object<'_>, decides: &[u64]) {
        let programs = &self.signatures.programs;
        Programs::key(object.signature, decides, object.record, &mut self.shape);
        if !self.programs.contains_key(&self.shape) {
            let program = programs.of(object.signature, decides, object.record, &self.shape);
            self.programs.insert(self.shape.clone(), Used::new(program));
        }
        let Some(used) = self.programs.get_mut(&self.shape) else { return };
        used.objects += 1;
        let program = Arc::clone(&used.program);
        let mut waits = Waits {
            probes: &self.evaluator.world.probes,
            strategies: self.signatures.strategies(),
            marks: &mut self.marks,
            broken: &mut self.partial.broken,
            counted: &mut self.partial.counted,
            record: object.number,
        };
        program.run(&self.evaluator, object, (&mut self.memory, &mut used.seen), programs, &mut waits);
        for rule in &program.open {
            self.judge(*rule, object);
        }
        for index in &program.open_indexes {
            self.collect(*index, object);
        }
    }

    /// Whether a record has everything exported that a rule needs; it is counted if not.
    fn was_asked(&mut self, number: u16, record: &Record) -> bool {
        let number = usize::from(number);
        let Some(rule) = self.evaluator.plan.rules.get(number) else { return true };
        let is_unasked =
            |(source, slot): &(u16, Slot)| *source == self.source && record.unasked.contains(slot);
        let lacks = rule.needs.iter().any(is_unasked);
        if lacks && let Some(count) = self.partial.unasked.get_mut(number) {
            *count += 1;
        }
        !lacks
    }

    /// What was found.
    #[must_use]
    pub fn finish(mut self) -> Partial {
        for used in self.programs.values() {
            used.count(&mut self.partial.judged, &mut self.partial.unasked);
        }
        self.marks.shrink();
        self.partial.marks.push((0, self.marks));
        self.partial
    }

    fn signature(&mut self, record: &Record, block: &[u8]) -> Met {
        self.object_classes.clear();
        for (_, entry) in self.object_class.into_iter().flat_map(|slot| record.values(slot)) {
            self.object_classes.extend_from_slice(record.bytes(block, entry.value));
            self.object_classes.push(0);
        }
        if let Some(known) = self.memo.get(&self.object_classes) {
            return known.clone();
        }
        let signature = self.signatures.of(self.source, &self.object_classes);
        let decides = self.signatures.programs.decides(&signature);
        let met = Met { signature, decides };
        self.memo.insert(self.object_classes.clone(), met.clone());
        met
    }

    fn judge(&mut self, number: u16, object: &Object<'_>) {
        let Some(rule) = self.evaluator.plan.rules.get(usize::from(number)) else { return };
        let candidate = Candidate { record: object.number, rule: number };
        let scene = Scene::of(object);
        self.evaluator.world.probes.borrow_mut().clear();
        let mut judged = 1;
        let answer = match &rule.judgement {
            Judgement::Objects { fault, .. } => self.evaluator.test(fault, &scene),
            Judgement::Values { keys, fault, .. } => {
                judged = 0;
                let mut answer = Answer::No;
                for key in keys {
                    let reach = self.evaluator.values(key, &scene, &mut |value| {
                        judged += 1;
                        match self.evaluator.test(fault, &scene.with(value)) {
                            Answer::Yes => answer = Answer::Yes,
                            Answer::Unknown if answer == Answer::No => answer = Answer::Unknown,
                            _ => {}
                        }
                        answer != Answer::Yes
                    });
                    if reach == super::operand::Reach::Unknown {
                        judged = judged.max(1);
                        answer = if answer == Answer::No { Answer::Unknown } else { answer };
                    }
                }
                answer
            }
            Judgement::Count { filter, .. } => {
                if self.evaluator.test(filter, &scene) != Answer::No {
                    self.partial.counted.push(candidate);
                }
                Answer::No
            }
            Judgement::Acyclic { filter, reference, .. } => {
                self.edges(filter, *reference, object, candidate);
                Answer::No
            }
            Judgement::Unique { .. } => Answer::No,
        };
        if let Some(count) = self.partial.judged.get_mut(usize::from(number)) {
            *count += judged;
        }
        let mut waits = Waits {
            probes: &self.evaluator.world.probes,
            strategies: self.signatures.strategies(),
            marks: &mut self.marks,
            broken: &mut self.partial.broken,
            counted: &mut self.partial.counted,
            record: object.number,
        };
        waits.end(number, answer);
    }

    fn edges(
        &mut self,
        filter: &crate::language::plan::Test,
        reference: crate::language::plan::Field,
        object: &Object<'_>,
        candidate: Candidate,
    ) {
        if self.evaluator.test(filter, &Scene::of(object)) == Answer::No {
            return;
        }
        let (edges, source) = (&mut self.partial.edges, self.source);
        self.evaluator.field(object, reference, None, &mut |value| {
            let to = name_hash(source, &dn::normalized(value.text()));
            edges.push(Edge { record: candidate.record, rule: candidate.rule, to });
            true
        });
    }

    fn collect(&mut self, number: u16, object: &Object<'_>) {
        let Some(index) = self.evaluator.plan.indexes.get(usize::from(number)) else { return };
        let (marks, made) = (&mut self.marks, (index.kind, index.exact));
        let role = Role::Gives(self.signatures.programs.set(&[number]));
        self.evaluator.keys(index, object, None, &mut |key, _| {
            marks.push(Mark::new(key_hash(made, key.key, key.within), object.number, role));
        });
    }
}

/// Puts rules that an object may break where they wait.
struct Waits<'w> {
    probes: &'w RefCell<Vec<u64>>,
    strategies: &'w [Strategy],
    marks: &'w mut Unsorted,
    broken: &'w mut Vec<Candidate>,
    counted: &'w mut Vec<Candidate>,
    record: u32,
}

impl Told for Waits<'_> {
    fn begin(&self) {
        self.probes.borrow_mut().clear();
    }

    fn end(&mut self, rule: u16, answer: Answer) {
        let strategy = self.strategies.get(usize::from(rule));
        let waits = answer == Answer::Unknown && !matches!(strategy, None | Some(Strategy::Look));
        let probes = self.probes.borrow();
        if waits && !probes.is_empty() {
            for probe in probes.iter() {
                self.marks.push(Mark::new(*probe, self.record, Role::Asks(rule)));
            }
        } else if answer != Answer::No {
            self.broken.push(Candidate { record: self.record, rule });
        }
    }

    fn counted(&mut self, rule: u16) {
        self.counted.push(Candidate { record: self.record, rule });
    }

    fn gives(&mut self, hash: u64, set: u32) {
        self.marks.push(Mark::new(hash, self.record, Role::Gives(set)));
    }
}

impl Partial {
    /// Appends what a later run of records gave.
    pub fn append(&mut self, later: Self) {
        let base = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let moved = |candidate: Candidate| Candidate { record: candidate.record + base, ..candidate };
        self.rows.extend(later.rows);
        self.broken.extend(later.broken.into_iter().map(moved));
        self.counted.extend(later.counted.into_iter().map(moved));
        self.other_names |= later.other_names;
        self.marks.extend(later.marks.into_iter().map(|(first, marks)| (first + base, marks)));
        self.edges.extend(later.edges.into_iter().map(|edge| Edge { record: edge.record + base, ..edge }));
        add(&mut self.judged, &later.judged);
        add(&mut self.unasked, &later.unasked);
        self.facts.resize(self.facts.len().max(later.facts.len()), Facts::default());
        for (facts, more) in self.facts.iter_mut().zip(&later.facts) {
            facts.join(more);
        }
        for (signature, count) in later.counts {
            *self.counts.entry(signature).or_default() += count;
        }
    }
}

fn add(sums: &mut Vec<u64>, more: &[u64]) {
    sums.resize(sums.len().max(more.len()), 0);
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
