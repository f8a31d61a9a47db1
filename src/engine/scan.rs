//! The first step: every object on its own. What can be decided is decided; what needs other objects waits, with the
//! fingerprints of what it asked for. Nothing of an object is kept but numbers.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cost::Meter;
use super::evaluate::{Evaluator, Scene};
use super::gathered::Gathered;
use super::key::{key_hash, name_hash};
use super::object::{Answer, Object};
use super::operand::Reach;
use super::partial::{Candidate, Counted, Edge, Facts, Partial, Row};
use super::program::{Choice, Decides, Memory, Programs, Terms, Told, Used};
use super::signature::{Signature, Signatures};
use super::strategy::Strategy;
use super::unread::Unread;
use crate::language::plan::{Field, Judgement, Plan};
use crate::snapshot::value::{Parents, dn};
use crate::snapshot::{Record, Slot};
use crate::source::FileId;

/// How many programs are remembered from one run to the next.
const PROGRAMS: usize = 8192;

/// After how many objects of one profile a program is made for it: making one takes as long as judging some thirty objects.
const WORTH: u32 = 64;

/// How many profiles without a program are counted from one run to the next.
const PROFILES: usize = 16_384;

/// Scans records of one source, run after run. What it learns of signatures, shapes and names serves all runs.
#[derive(Debug)]
pub struct Scan<'s, 'p> {
    evaluator: Evaluator<'p, Unread<'p>>,
    signatures: &'s Signatures<'p>,
    source: u16,
    object_class: Option<Slot>,
    object_classes: Vec<u8>,
    memo: FxHashMap<Vec<u8>, Rc<Met>>,
    /// The attributes that some object has, one bit each.
    seen: Vec<u64>,
    /// Where the program of each shape stands among those in use.
    shapes: FxHashMap<Vec<u64>, usize>,
    programs: Vec<Used<'p>>,
    shape: Vec<u64>,
    memory: Memory,
    name: Vec<u8>,
    parents: Parents,
    gathered: Gathered,
    meter: Meter,
    partial: Partial,
    /// Every object is judged by the evaluator.
    by_evaluator: bool,
    /// When a profile gets a program of its own.
    terms: Terms,
}

/// A signature, and what decides something for its objects.
#[derive(Debug)]
struct Met {
    signature: Arc<Signature>,
    decides: Arc<Decides>,
    /// How many objects are of it.
    objects: Cell<u64>,
}

impl<'s, 'p> Scan<'s, 'p> {
    /// A scan of records of the source of this number.
    #[must_use]
    pub fn new(plan: &'p Plan, signatures: &'s Signatures<'p>, source: u16, now: i64) -> Self {
        Self {
            evaluator: Evaluator::new(plan, Unread::new(plan), now),
            signatures,
            source,
            object_class: plan.names.slot(b"objectClass"),
            object_classes: Vec::new(),
            memo: FxHashMap::default(),
            seen: Vec::new(),
            shapes: FxHashMap::default(),
            programs: Vec::new(),
            shape: Vec::new(),
            memory: Memory::default(),
            name: Vec::new(),
            parents: Parents::default(),
            gathered: Gathered::default(),
            meter: Meter::new(signatures.is_metered, plan.rules.len()),
            partial: nothing(plan),
            by_evaluator: false,
            terms: Terms { worth: WORTH, room: PROFILES },
        }
    }

    /// The same with rules that are folded for the profile of each object, however few objects share it.
    #[must_use]
    pub fn by_profile(self) -> Self {
        Self { terms: Terms { worth: 1, room: PROFILES }, ..self }
    }

    /// The same without folded rules: every object is judged by the evaluator alone. This is the slow twin that tests
    /// compare with.
    #[must_use]
    pub fn by_evaluator(self) -> Self {
        Self { by_evaluator: true, ..self }
    }

    /// Judges a record of `block`, which begins at `offset` of the file.
    pub fn record(&mut self, record: &Record, block: &[u8], offset: u64, file: FileId, file_name: &str) {
        self.evaluator.world.begin();
        let met = self.met(record, block);
        met.objects.set(met.objects.get() + 1);
        let signature = &*met.signature;
        let number = u32::try_from(self.partial.rows.len()).unwrap_or(u32::MAX);
        let object = Object { number, record, block, offset, file, file_name, signature };
        self.name.clear();
        let is_plain =
            object.name().is_empty() || !self.parents.normalize_into(object.name(), &mut self.name);
        if is_plain {
            self.name = object.identity();
        }
        let name = name_hash(self.source, &self.name);
        let programs = &self.signatures.programs;
        self.gathered.begin(number);
        self.gathered.add(name, programs.named, programs);
        self.partial.rows.push(Row {
            offset: offset + record.start as u64,
            length: u32::try_from(record.end - record.start).unwrap_or(u32::MAX),
            signature: signature.number,
            name,
        });
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
        }
        self.exported(record);
        self.partial.other_names |= !record.other_names.is_empty();
        for name in &record.other_names {
            let name = dn::normalized(record.bytes(block, *name));
            self.gathered.add(name_hash(self.source, &name), programs.also_named, programs);
        }
        if record.partial.is_empty() && !self.by_evaluator {
            self.run(&object, &met.decides);
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

    /// Takes note of the attributes of a record: they were exported, also if the record is judged as if it did not have them.
    pub fn exported(&mut self, record: &Record) {
        let words = record.present();
        self.seen.resize(self.seen.len().max(words.len()), 0);
        self.seen.iter_mut().zip(words).for_each(|(seen, word)| *seen |= word);
    }

    /// Judges an object by the program of its profile, or of its shape.
    fn run(&mut self, object: &Object<'_>, decides: &Decides) {
        let programs = &self.signatures.programs;
        let record = (object.record, object.block);
        Programs::key(object.signature, decides, record, &mut self.shape);
        let at = self.shapes.get(&self.shape).copied().unwrap_or_else(|| {
            let program = programs.of(object.signature, decides, record, &self.shape);
            self.programs.push(Used::new(program));
            self.shapes.insert(self.shape.clone(), self.programs.len() - 1);
            self.programs.len() - 1
        });
        let at = self.profiled(at, object, decides);
        let Some(Used { program, objects, seen, .. }) = self.programs.get_mut(at) else { return };
        *objects += 1;
        // counting who shares it is not free where threads do
        let opens = program.leaves_something_open().then(|| Arc::clone(program));
        let mut waits = Waits {
            evaluator: &self.evaluator,
            strategies: self.signatures.strategies(),
            programs: &self.signatures.programs,
            gathered: &mut self.gathered,
            meter: &mut self.meter,
            partial: &mut self.partial,
            object,
        };
        program.run(&self.evaluator, object, (&mut self.memory, seen), programs, &mut waits);
        let Some(program) = opens else { return };
        for rule in &program.open {
            self.judge(*rule, object);
        }
        for index in &program.open_indexes {
            self.collect(*index, object);
        }
    }

    /// The number of the program for the profile of an object, or else of that for its shape, which has this number.
    fn profiled(&mut self, shape: usize, object: &Object<'_>, decides: &Decides) -> usize {
        let Some(used) = self.programs.get_mut(shape) else { return shape };
        match used.begin(object, &mut self.memory, &mut self.terms, &self.signatures.programs) {
            Choice::Shape => shape,
            Choice::Profile(number) => number,
            Choice::New => {
                let of_shape = (&*used.program, self.shape.as_slice());
                let record = (object.record, object.block);
                let programs = &self.signatures.programs;
                let made = programs.profiled(object.signature, decides, record, of_shape, &self.memory);
                let Some(program) = made else { return shape };
                let number = self.programs.len();
                self.programs.push(Used::new(program));
                if let Some(used) = self.programs.get_mut(shape) {
                    used.leave(&self.memory, number);
                }
                number
            }
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

    /// What was found since this was asked for last; records count from 0 again.
    #[must_use]
    pub fn take(&mut self) -> Partial {
        let mut partial = std::mem::replace(&mut self.partial, nothing(self.evaluator.plan));
        self.evaluator.forget();
        for met in self.memo.values() {
            let objects = met.objects.take();
            if objects > 0 {
                *partial.counts.entry(met.signature.number).or_default() += objects;
            }
        }
        if let Some(facts) = partial.facts.get_mut(usize::from(self.source)) {
            for (slot, seen) in facts.seen.iter_mut().enumerate() {
                *seen |= self.seen.get(slot / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1);
            }
        }
        self.seen.fill(0);
        for used in &mut self.programs {
            used.count(&mut partial.judged, &mut partial.unasked);
        }
        if self.programs.len() > PROGRAMS {
            self.shapes.clear();
            self.programs.clear();
            self.terms.room = PROFILES;
        } else if self.terms.room == 0 {
            self.programs.iter_mut().for_each(Used::forget);
            self.terms.room = PROFILES;
        }
        partial.costs = self.meter.take();
        partial.marks = self.gathered.take();
        partial
    }

    fn met(&mut self, record: &Record, block: &[u8]) -> Rc<Met> {
        self.object_classes.clear();
        for (_, entry) in self.object_class.into_iter().flat_map(|slot| record.values(slot)) {
            self.object_classes.extend_from_slice(record.bytes(block, entry.value));
            self.object_classes.push(0);
        }
        if let Some(known) = self.memo.get(&self.object_classes) {
            return Rc::clone(known);
        }
        let signature = self.signatures.of(self.source, &self.object_classes);
        let decides = self.signatures.programs.decides(&signature);
        let met = Rc::new(Met { signature, decides, objects: Cell::new(0) });
        self.memo.insert(self.object_classes.clone(), Rc::clone(&met));
        met
    }

    fn judge(&mut self, number: u16, object: &Object<'_>) {
        let Some(rule) = self.evaluator.plan.rules.get(usize::from(number)) else { return };
        let scene = Scene::of(object);
        self.waits(object).begin();
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
                    if reach == Reach::Unknown {
                        judged = judged.max(1);
                        answer = if answer == Answer::No { Answer::Unknown } else { answer };
                    }
                }
                answer
            }
            Judgement::Count { filter, .. } => {
                match self.evaluator.test(filter, &scene) {
                    Answer::No => {}
                    answer => self.waits(object).counted(number, answer == Answer::Yes),
                }
                Answer::No
            }
            Judgement::Acyclic { filter, reference, .. } => {
                if self.evaluator.test(filter, &scene) != Answer::No {
                    self.waits(object).follows(number, *reference);
                }
                Answer::No
            }
            Judgement::Unique { .. } => Answer::No,
        };
        if let Some(count) = self.partial.judged.get_mut(usize::from(number)) {
            *count += judged;
        }
        self.waits(object).end(number, answer);
    }

    fn waits<'w>(&'w mut self, object: &'w Object<'w>) -> Waits<'w, 'p> {
        Waits {
            evaluator: &self.evaluator,
            strategies: self.signatures.strategies(),
            programs: &self.signatures.programs,
            gathered: &mut self.gathered,
            meter: &mut self.meter,
            partial: &mut self.partial,
            object,
        }
    }

    fn collect(&mut self, number: u16, object: &Object<'_>) {
        let Some(index) = self.evaluator.plan.indexes.get(usize::from(number)) else { return };
        let (gathered, meter, made) = (&mut self.gathered, &mut self.meter, (index.kind, index.exact));
        let programs = &self.signatures.programs;
        let giving = programs.giving(&[number]);
        self.evaluator.keys(index, object, None, &mut |key, _| {
            meter.given(giving);
            gathered.add(key_hash(made, key.key, key.within), giving, programs);
        });
    }
}

/// What no record gives.
fn nothing(plan: &Plan) -> Partial {
    Partial {
        judged: vec![0; plan.rules.len()],
        unasked: vec![0; plan.rules.len()],
        facts: vec![Facts { seen: vec![false; plan.names.len()], ..Facts::default() }; plan.sources.len()],
        ..Partial::default()
    }
}

/// Puts rules that an object may break where they wait.
struct Waits<'w, 'p> {
    evaluator: &'w Evaluator<'p, Unread<'p>>,
    strategies: &'w [Strategy],
    programs: &'w Programs<'p>,
    gathered: &'w mut Gathered,
    meter: &'w mut Meter,
    partial: &'w mut Partial,
    object: &'w Object<'w>,
}

impl Told for Waits<'_, '_> {
    fn begin(&mut self) {
        self.evaluator.world.probes.borrow_mut().clear();
        self.meter.begin();
    }

    fn end(&mut self, rule: u16, answer: Answer) {
        let probes = &self.evaluator.world.probes;
        self.meter.end(rule, || probes.borrow().len());
        if answer == Answer::No {
            return;
        }
        let strategy = self.strategies.get(usize::from(rule));
        let waits = answer == Answer::Unknown && !matches!(strategy, None | Some(Strategy::Look));
        let probes = self.evaluator.world.probes.borrow();
        if let Some(asking) = self.programs.asking(rule).filter(|_| waits && !probes.is_empty()) {
            for probe in probes.iter() {
                self.gathered.add(*probe, asking, self.programs);
            }
        } else {
            self.partial.broken.push(Candidate { record: self.object.number, rule });
        }
    }

    fn counted(&mut self, rule: u16, certain: bool) {
        self.partial.counted.push(Counted { record: self.object.number, rule, certain });
    }

    fn follows(&mut self, rule: u16, reference: Field) {
        let (record, source) = (self.object.number, self.object.signature.source);
        self.evaluator.field(self.object, reference, None, &mut |value| {
            let to = self.evaluator.world.followed_hash(source, value.text());
            self.partial.edges.push(Edge { record, rule, to });
            true
        });
    }

    fn gives(&mut self, hash: u64, roles: u32) {
        self.meter.given(roles);
        self.gathered.add(hash, roles, self.programs);
    }
}
