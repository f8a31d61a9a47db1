//! A program at work on one object.

use smallvec::SmallVec;

use super::condition::Condition;
use super::domain::Sorting;
use super::kind::{Kind, Set};
use super::kinds::{Kinds, Sorted};
use super::plain::{Answers, Plain, Reader, Start, plain};
use super::quiet::Cut;
use super::{Group, Keys, NONE, Program, Programs};
use crate::engine::evaluate::{Evaluator, Scene};
use crate::engine::key::{key_hash_in, within_hash};
use crate::engine::object::{Answer, Object, Value};
use crate::engine::operand::append_key;
use crate::engine::world::World;
use crate::language::plan::Field;
use crate::snapshot::value::Type;

/// Memory that is used for object after object.
#[derive(Debug, Default)]
pub(in crate::engine) struct Memory {
    answers: Answers,
    /// What the values of the object at hand are.
    sorted: Sorted,
    /// Which guards hold for the object at hand, as far as they were asked.
    guards: Vec<Option<bool>>,
    giving: Giving,
}

/// What is needed to give keys.
#[derive(Debug, Default)]
struct Giving {
    key: Vec<u8>,
    /// The fingerprints of what the keys are within.
    withins: Vec<u64>,
    /// What keys were within last: objects that follow each other are of one domain.
    within: Within,
    indexes: Vec<u16>,
    /// Which of the indexes the object gives keys to.
    open: Vec<usize>,
}

/// A text that keys are within, how the keys are made, and its fingerprint.
#[derive(Debug, Default)]
struct Within {
    text: Vec<u8>,
    made: Option<(Type, Type, bool)>,
    hash: u64,
}

impl Within {
    /// The fingerprint of a text of a type, for keys that are made so.
    fn hash(&mut self, text: &[u8], kind: Type, made: (Type, bool), key: &mut Vec<u8>) -> u64 {
        if self.made != Some((kind, made.0, made.1)) || self.text != text {
            key.clear();
            append_key(&plain(text), kind, made.1, key);
            self.hash = within_hash(made, key);
            self.made = Some((kind, made.0, made.1));
            self.text.clear();
            self.text.extend_from_slice(text);
        }
        self.hash
    }
}

/// The values of a group, each with the bit of the kind of the stored value.
type Texts<'o> = SmallVec<[(&'o [u8], Set); 8]>;

/// Stands for any kind, where nothing is known of a text.
const ANY: Set = Set::MAX;

/// Whom a program tells what comes out.
pub(in crate::engine) trait Told {
    /// A rule is about to be judged.
    fn begin(&mut self);
    /// What came out.
    fn end(&mut self, rule: u16, answer: Answer);
    /// A rule counts the object, or may count it.
    fn counted(&mut self, rule: u16, certain: bool);
    /// A rule follows references of the object in search of circles.
    fn follows(&mut self, rule: u16, reference: Field);
    /// The object gives a key; the roles of this number say to which indexes.
    fn gives(&mut self, hash: u64, roles: u32);
}

impl Memory {
    /// Sorts the values of the object that comes to hand.
    pub(super) fn begin(&mut self, object: &Object<'_>, program: &Program<'_>, sorting: Sorting<'_>) {
        self.sorted.begin(object, &program.watched, sorting);
    }

    /// The kinds of all watched values of the object at hand, if none is too long.
    pub(super) fn profile(&self) -> Option<&[Kinds]> {
        self.sorted.profile()
    }
}

impl Program<'_> {
    /// Judges an object of the shape; `seen` counts the values of each group.
    pub(in crate::engine) fn run<W: World>(
        &self,
        evaluator: &Evaluator<'_, W>,
        object: &Object<'_>,
        (memory, seen): (&mut Memory, &mut [u64]),
        programs: &Programs<'_>,
        told: &mut impl Told,
    ) {
        let Memory { answers, sorted, guards, giving } = memory;
        guards.clear();
        guards.resize(self.guards.len(), None);
        answers.begin(evaluator.plan.numbered);
        let (answers, sorted) = (&*answers, &*sorted);
        let reader = Reader { object, answers, numbered: &self.numbered, watched: &self.watched, sorted };
        let judge = Judge { evaluator, itself: Some(object), reader };
        for (rule, fault) in &self.objects {
            told.begin();
            told.end(*rule, judge.holds(fault, None));
        }
        for (rule, filter) in &self.counts {
            told.begin();
            match judge.holds(filter, None) {
                Answer::No => {}
                answer => told.counted(*rule, answer == Answer::Yes),
            }
            told.end(*rule, Answer::No);
        }
        for (rule, filter, reference) in &self.follows {
            told.begin();
            if judge.holds(filter, None) != Answer::No {
                told.follows(*rule, *reference);
            }
            told.end(*rule, Answer::No);
        }
        for (group, seen) in self.groups.iter().zip(seen) {
            // nothing is known of values that are too long
            let mut set = ANY;
            if let Start::Slot(slot) = group.chain.start {
                if !object.record.has(slot) {
                    continue;
                }
                if let Some(place) = self.watched.place(slot)
                    && !sorted.of(place).is_long()
                {
                    set = sorted.of(place).set();
                    // the chain keeps none of them
                    if set & !(group.told & !group.kept) == 0 {
                        continue;
                    }
                    // without anybody to read them, values need only be counted
                    if set & !group.told == 0 && group.is_idle(set, &judge, (&self.guards, &mut *guards)) {
                        *seen += sorted.count(object.record, (slot, place), group.kept);
                        continue;
                    }
                }
            }
            let texts = group.texts(reader, set != ANY);
            if texts.is_empty() {
                continue;
            }
            *seen += texts.len() as u64;
            group.judge(&judge, (&texts, set), (&self.guards, &mut *guards), told);
            for keys in &group.keys {
                // whoever asks for the keys is not known yet
                let guards = (self.guards.as_slice(), guards.as_mut_slice());
                keys.give(&Judge { itself: None, ..judge }, guards, (&texts, giving), programs, told);
            }
        }
    }
}

impl Group<'_> {
    /// Whether no rule reads values of these kinds, and no index takes their keys, for the object at hand.
    fn is_idle<W: World>(
        &self,
        kinds: Set,
        judge: &Judge<'_, '_, W>,
        (guards, known): (&[Plain<'_>], &mut [Option<bool>]),
    ) -> bool {
        let mut is_read = |guard: usize| judge.guarded(guard, guards, known);
        let is_key = |keys: &Keys<'_>| keys.indexes.iter().any(|index| is_read(index.guard));
        !(self.keys.iter().any(is_key)
            || self.rules.iter().any(|rule| kinds & !rule.quiet != 0 && is_read(rule.guard)))
    }

    /// The values of the group; something may be known of short ones.
    fn texts<'o>(&self, reader: Reader<'o>, are_short: bool) -> Texts<'o> {
        let mut texts = Texts::new();
        let object = reader.object;
        let Start::Slot(slot) = self.chain.start else {
            texts.extend(self.cut(reader, object.name(), ANY).map(|name| (name, ANY)));
            return texts;
        };
        for (number, value) in object.record.values(slot) {
            let text = object.record.bytes(object.block, value.value);
            let bit = if are_short { reader.sorted.bit(number) } else { ANY };
            if let Some(text) = self.cut(reader, text, bit) {
                texts.push((text, bit));
            }
        }
        texts
    }

    /// What the chain leaves of a value of this kind. A call for each value would cost more than most answers.
    #[inline(always)]
    fn cut<'o>(&self, reader: Reader<'o>, text: &'o [u8], bit: Set) -> Option<&'o [u8]> {
        if self.chain.steps.is_empty() {
            return Some(text);
        }
        let known = if bit == ANY { None } else { self.cuts.get(Kind::number(bit)) };
        match known {
            Some(Cut::From(from)) => text.get(*from..),
            Some(Cut::Dropped) => None,
            Some(Cut::Asked) | None => reader.cut(&self.chain.steps, text).and_then(|part| text.get(part)),
        }
    }

    fn judge<W: World>(
        &self,
        judge: &Judge<'_, '_, W>,
        (texts, kinds): (&[(&[u8], Set)], Set),
        (guards, known): (&[Plain<'_>], &mut [Option<bool>]),
        told: &mut impl Told,
    ) {
        for rule in self.rules.iter().filter(|rule| kinds & !rule.quiet != 0) {
            if !judge.guarded(rule.guard, guards, known) {
                continue;
            }
            told.begin();
            let guard = judge.holds(&rule.open, None);
            if guard == Answer::No {
                told.end(rule.rule, Answer::No);
                continue;
            }
            let mut answer = Answer::No;
            for (text, _) in texts.iter().filter(|(_, bit)| bit & !rule.quiet != 0) {
                match judge.holds(&rule.fault, Some(text)) {
                    Answer::Yes => answer = guard,
                    Answer::Unknown if answer == Answer::No => answer = Answer::Unknown,
                    _ => {}
                }
                if answer == Answer::Yes {
                    break;
                }
            }
            told.end(rule.rule, answer);
        }
    }
}

impl Keys<'_> {
    /// The number of giving to some of the indexes.
    fn giving(&self, some: &[u16], programs: &Programs<'_>) -> u32 {
        if some.len() == self.indexes.len() { self.all } else { programs.giving(some) }
    }

    /// Gives the keys of values to the indexes.
    fn give<W: World>(
        &self,
        judge: &Judge<'_, '_, W>,
        (guards, known): (&[Plain<'_>], &mut [Option<bool>]),
        (texts, giving): (&[(&[u8], Set)], &mut Giving),
        programs: &Programs<'_>,
        told: &mut impl Told,
    ) {
        let reader = judge.reader;
        // nearly always all values go to all indexes
        let mut roles = self.all;
        let mut is_same_for_all = self.only.is_some();
        if let Some(guard) = self.only {
            if !judge.guarded(guard, guards, known) {
                return;
            }
        } else {
            giving.open.clear();
            for (number, index) in self.indexes.iter().enumerate() {
                if judge.guarded(index.guard, guards, known) {
                    giving.open.push(number);
                }
            }
            if giving.open.is_empty() {
                return;
            }
            let open = || giving.open.iter().filter_map(|number| self.indexes.get(*number));
            is_same_for_all = open().all(|index| index.rest.is_known(true));
            giving.indexes.clear();
            giving.indexes.extend(open().map(|index| index.number));
            roles = self.giving(&giving.indexes, programs);
        }
        let made = (self.kind, self.exact);
        giving.withins.clear();
        match &self.within {
            None => giving.withins.push(within_hash(made, &[])),
            Some((chain, kind)) => {
                let Giving { key, withins, within, .. } = &mut *giving;
                reader.some(chain, &[], &mut |text| {
                    withins.push(within.hash(text, *kind, made, key));
                    false
                });
            }
        }
        for (text, _) in texts.iter().filter(|(text, _)| !text.is_empty()) {
            if !is_same_for_all {
                giving.indexes.clear();
                for index in giving.open.iter().filter_map(|number| self.indexes.get(*number)) {
                    if judge.holds(&index.rest, Some(text)) != Answer::No {
                        giving.indexes.push(index.number);
                    }
                }
                if giving.indexes.is_empty() {
                    continue;
                }
                roles = self.giving(&giving.indexes, programs);
            }
            giving.key.clear();
            append_key(&plain(text), self.kind, self.exact, &mut giving.key);
            for within in &giving.withins {
                told.gives(key_hash_in(*within, &giving.key), roles);
            }
        }
    }
}

/// Answers conditions about one object.
struct Judge<'j, 'p, W> {
    evaluator: &'j Evaluator<'p, W>,
    reader: Reader<'j>,
    /// The object whose sentence it is; none where keys are given.
    itself: Option<&'j Object<'j>>,
}

impl<W: World> Judge<'_, '_, W> {
    /// Whether a guard holds.
    fn guarded(&self, number: usize, guards: &[Plain<'_>], known: &mut [Option<bool>]) -> bool {
        if number == NONE {
            return true;
        }
        match (guards.get(number), known.get_mut(number)) {
            (Some(guard), Some(holds)) => *holds.get_or_insert_with(|| self.reader.holds(guard, &[])),
            _ => false,
        }
    }

    #[inline]
    fn holds(&self, condition: &Condition<'_>, it: Option<&[u8]>) -> Answer {
        match condition {
            Condition::Plain(plain) => Answer::of(self.reader.holds(plain, it.unwrap_or_default())),
            condition => self.holds_open(condition, it),
        }
    }

    // what texts alone decide shall not pay for the rest
    #[inline(never)]
    fn holds_open(&self, condition: &Condition<'_>, it: Option<&[u8]>) -> Answer {
        let reader = self.reader;
        match condition {
            Condition::Plain(plain) => Answer::of(reader.holds(plain, it.unwrap_or_default())),
            Condition::All(parts) => self.all(parts, it, Answer::No),
            Condition::Any(parts) => self.all(parts, it, Answer::Yes),
            Condition::Not(inner) => !self.holds(inner, it),
            // as most are
            Condition::Asks(chain, index) if chain.is_it() => {
                let it = plain(it.unwrap_or_default());
                self.evaluator.equals_any(*index, &it, &self.scene(Some(&it)))
            }
            Condition::Refers(chain, classes, filter) if chain.is_it() => {
                let it = plain(it.unwrap_or_default());
                self.evaluator.refers(&it, classes, *filter, &self.scene(Some(&it)))
            }
            Condition::Asks(chain, index) => self.look_up(it, |scene, show| {
                reader.some(chain, it.unwrap_or_default(), &mut |text| {
                    show(self.evaluator.equals_any(*index, &plain(text), scene))
                });
            }),
            Condition::Refers(chain, classes, filter) => self.look_up(it, |scene, show| {
                reader.some(chain, it.unwrap_or_default(), &mut |text| {
                    show(self.evaluator.refers(&plain(text), classes, *filter, scene))
                });
            }),
            Condition::Unknown => Answer::Unknown,
            Condition::Open(test) => {
                let it = it.map(plain);
                self.evaluator.test(test, &self.scene(it.as_ref()))
            }
        }
    }

    fn scene<'s>(&'s self, it: Option<&'s Value<'s>>) -> Scene<'s> {
        Scene { here: self.reader.object, itself: self.itself, it }
    }

    /// Whether one of several look-ups finds something.
    fn look_up(
        &self,
        it: Option<&[u8]>,
        each: impl FnOnce(&Scene<'_>, &mut dyn FnMut(Answer) -> bool),
    ) -> Answer {
        let it = it.map(plain);
        let scene = self.scene(it.as_ref());
        let mut whole = Answer::No;
        each(&scene, &mut |answer| {
            if answer != Answer::No {
                whole = answer;
            }
            answer == Answer::Yes
        });
        whole
    }

    fn all(&self, parts: &[Condition<'_>], it: Option<&[u8]>, end: Answer) -> Answer {
        let mut unknown = false;
        for part in parts {
            match self.holds(part, it) {
                answer if answer == end => return end,
                Answer::Unknown => unknown = true,
                _ => {}
            }
        }
        if unknown { Answer::Unknown } else { !end }
    }
}
