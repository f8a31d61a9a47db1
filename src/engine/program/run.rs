//! A program at work on one object.

use std::cell::{Cell, RefCell};

use rustc_hash::FxHashMap;

use super::condition::{Chain, Condition, Start, Step};
use super::predicate::Predicate;
use super::{Group, Keys, Program, Programs};
use crate::engine::evaluate::{Evaluator, Scene};
use crate::engine::key::key_hash;
use crate::engine::object::{Answer, Content, Object, Origin, Value};
use crate::engine::operand::append_key;
use crate::engine::world::World;
use crate::language::format::Format;
use crate::language::function::Outcome;
use crate::language::plan::Range;
use crate::snapshot::value::Type;

/// Memory that is used for object after object.
#[derive(Debug, Default)]
pub(in crate::engine) struct Memory {
    /// What numbered conditions answered for the object at hand.
    answers: Vec<Cell<Option<Answer>>>,
    /// The values of the group at hand.
    spots: Vec<Spot>,
    keys: RefCell<Vec<u8>>,
    key: Vec<u8>,
    withins: Vec<Vec<u8>>,
    indexes: Vec<u16>,
    domains: RefCell<Domains>,
}

/// A part of a stored value.
#[derive(Debug, Clone, Copy)]
struct Spot {
    entry: u32,
    start: u32,
    length: u32,
}

/// What a program says of a rule: how it is told.
pub(in crate::engine) trait Told {
    /// A rule is about to be judged.
    fn begin(&self);
    /// What came out.
    fn end(&mut self, rule: u16, answer: Answer);
    /// The object gives a key to the indexes of a set.
    fn gives(&mut self, hash: u64, set: u32);
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
        memory.answers.clear();
        memory.answers.resize(usize::from(evaluator.plan.numbered), Cell::new(None));
        for (rule, fault) in &self.objects {
            told.begin();
            let answer = Judge { evaluator, object, itself: Some(object), memory }.holds(fault, None);
            told.end(*rule, answer);
        }
        for (group, seen) in self.groups.iter().zip(seen) {
            *seen += group.run(evaluator, object, memory, programs, told);
        }
    }
}

impl Group<'_> {
    /// Judges the values of the group; their number.
    fn run<W: World>(
        &self,
        evaluator: &Evaluator<'_, W>,
        object: &Object<'_>,
        memory: &mut Memory,
        programs: &Programs<'_>,
        told: &mut impl Told,
    ) -> u64 {
        if let Start::Slot(slot) = self.chain.start
            && !object.record.has(slot)
        {
            return 0;
        }
        let mut spots = std::mem::take(&mut memory.spots);
        spots.clear();
        let judge = Judge { evaluator, object, itself: Some(object), memory };
        judge.stored(self.chain.start, &mut |value| {
            if let Passed::Value(value) = judge.through(&self.chain.steps, value)
                && let Some(Origin { entry, part: Some((start, length)), .. }) = value.origin
            {
                spots.push(Spot { entry, start, length });
            }
            true
        });
        if !spots.is_empty() {
            for rule in &self.rules {
                told.begin();
                let answer = match judge.holds(&rule.guard, None) {
                    Answer::No => Answer::No,
                    guard => {
                        let mut answer = Answer::No;
                        for spot in &spots {
                            let value = spot.value(object);
                            match judge.holds(&rule.fault, Some(&value)) {
                                Answer::Yes => answer = guard,
                                Answer::Unknown if answer == Answer::No => answer = Answer::Unknown,
                                _ => {}
                            }
                            if answer == Answer::Yes {
                                break;
                            }
                        }
                        answer
                    }
                };
                told.end(rule.rule, answer);
            }
        }
        for keys in &self.keys {
            keys.give(evaluator, object, (&mut *memory, &spots), programs, told);
        }
        let seen = spots.len() as u64;
        memory.spots = spots;
        seen
    }
}

impl Keys<'_> {
    /// Gives the keys of values to the indexes.
    fn give<W: World>(
        &self,
        evaluator: &Evaluator<'_, W>,
        object: &Object<'_>,
        (memory, spots): (&mut Memory, &[Spot]),
        programs: &Programs<'_>,
        told: &mut impl Told,
    ) {
        let (mut key, mut withins) = (std::mem::take(&mut memory.key), std::mem::take(&mut memory.withins));
        let mut indexes = std::mem::take(&mut memory.indexes);
        // whoever asks for the keys is not known yet
        let judge = Judge { evaluator, object, itself: None, memory };
        let known = self.within.is_none() || judge.within(self, &mut withins);
        for spot in spots.iter().filter(|spot| known && spot.length > 0) {
            let value = spot.value(object);
            indexes.clear();
            for (index, filter) in &self.indexes {
                if judge.holds(filter, Some(&value)) != Answer::No {
                    indexes.push(*index);
                }
            }
            if indexes.is_empty() {
                continue;
            }
            let set = if indexes.len() == self.indexes.len() { self.all } else { programs.set(&indexes) };
            key.clear();
            append_key(&value, self.kind, self.exact, &mut key);
            let made = (self.kind, self.exact);
            if self.within.is_none() {
                told.gives(key_hash(made, &key, &[]), set);
            }
            for within in &withins {
                told.gives(key_hash(made, &key, within), set);
            }
        }
        withins.clear();
        (memory.key, memory.withins, memory.indexes) = (key, withins, indexes);
    }
}

impl Spot {
    fn value<'o>(self, object: &Object<'o>) -> Value<'o> {
        let whole = match object.record.entry(self.entry as usize) {
            Some(entry) if self.entry != Origin::NAME => object.record.bytes(object.block, entry.value),
            _ => object.name(),
        };
        let start = self.start as usize;
        let text = whole.get(start..start + self.length as usize).unwrap_or_default();
        let part = Some((self.start, self.length));
        let origin = Origin { object: object.number, entry: self.entry, part };
        Value { content: Content::Text(text), origin: Some(origin) }
    }
}

/// What became of a value on its way through steps.
enum Passed<'v> {
    /// It is a part of what it was.
    Value(Value<'v>),
    /// It was made anew.
    Made(Vec<u8>, Option<Origin>),
    Dropped,
    Unknown,
}

/// Answers conditions about one object.
struct Judge<'j, 'p, W> {
    evaluator: &'j Evaluator<'p, W>,
    object: &'j Object<'j>,
    /// The object whose sentence it is; none where keys are given.
    itself: Option<&'j Object<'j>>,
    memory: &'j Memory,
}

impl<W: World> Judge<'_, '_, W> {
    fn holds(&self, condition: &Condition<'_>, it: Option<&Value<'_>>) -> Answer {
        match condition {
            Condition::Known(holds) => Answer::of(*holds),
            Condition::All(parts) => self.all(parts, it, Answer::No),
            Condition::Any(parts) => self.all(parts, it, Answer::Yes),
            Condition::Not(inner) => !self.holds(inner, it),
            Condition::Once(number, inner) => self.once(*number, inner),
            Condition::Some(chain, predicate) => {
                self.some(chain, it, &mut |value| Answer::of(self.meets(predicate, value.text())))
            }
            Condition::Count(range, chain) => self.count(*range, chain, it),
            Condition::Same { left, right, kind, exact } => self.same(left, right, (*kind, *exact), it),
            Condition::Asks(chain, index) => {
                self.some(chain, it, &mut |value| self.evaluator.equals_any(*index, value, &self.scene(it)))
            }
            Condition::Refers(chain, classes, filter) => self.some(chain, it, &mut |value| {
                self.evaluator.refers(value, classes, *filter, &self.scene(it))
            }),
            Condition::Open(test) => self.evaluator.test(test, &self.scene(it)),
        }
    }

    fn meets(&self, predicate: &Predicate<'_>, text: &[u8]) -> bool {
        match predicate {
            Predicate::Format(Format::RoutableDomain) => self.memory.domains.borrow_mut().is_routable(text),
            predicate => predicate.holds(text),
        }
    }

    fn scene<'s>(&'s self, it: Option<&'s Value<'s>>) -> Scene<'s> {
        Scene { here: self.object, itself: self.itself, it }
    }

    /// The keys within which others are given; false if there are none, or they are not known.
    fn within(&self, keys: &Keys<'_>, withins: &mut Vec<Vec<u8>>) -> bool {
        let Some((chain, kind)) = &keys.within else { return false };
        let answer = self.some(chain, None, &mut |value| {
            let mut key = Vec::new();
            append_key(value, *kind, keys.exact, &mut key);
            withins.push(key);
            Answer::No
        });
        answer == Answer::No && !withins.is_empty()
    }

    fn all(&self, parts: &[Condition<'_>], it: Option<&Value<'_>>, end: Answer) -> Answer {
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

    fn once(&self, number: u16, inner: &Condition<'_>) -> Answer {
        let known = self.memory.answers.get(usize::from(number));
        if let Some(answer) = known.and_then(Cell::get) {
            return answer;
        }
        let answer = self.holds(inner, None);
        // an unknown answer asked others, and has to ask again
        if let (Some(known), Answer::Yes | Answer::No) = (known, answer) {
            known.set(Some(answer));
        }
        answer
    }

    /// Whether some value of a chain meets a test.
    fn some(
        &self,
        chain: &Chain<'_>,
        it: Option<&Value<'_>>,
        meets: &mut impl FnMut(&Value<'_>) -> Answer,
    ) -> Answer {
        let mut unknown = false;
        let mut found = false;
        let mut visit = |value: Value<'_>| {
            let answer = match self.through(&chain.steps, value) {
                Passed::Value(value) => meets(&value),
                Passed::Made(text, origin) => meets(&Value { content: Content::Text(&text), origin }),
                Passed::Dropped => Answer::No,
                Passed::Unknown => Answer::Unknown,
            };
            unknown |= answer == Answer::Unknown;
            found = answer == Answer::Yes;
            !found
        };
        match (chain.start, it) {
            (Start::It, Some(it)) => {
                visit(*it);
            }
            (Start::It, None) => unknown = true,
            (start, _) => self.stored(start, &mut visit),
        }
        match (found, unknown) {
            (true, _) => Answer::Yes,
            (false, true) => Answer::Unknown,
            (false, false) => Answer::No,
        }
    }

    fn count(&self, range: Range, chain: &Chain<'_>, it: Option<&Value<'_>>) -> Answer {
        let (mut certain, mut possible) = (0_u64, 0_u64);
        let mut visit = |value: Value<'_>| {
            match self.through(&chain.steps, value) {
                Passed::Value(_) | Passed::Made(..) => certain += 1,
                Passed::Unknown => possible += 1,
                Passed::Dropped => {}
            }
            // nothing is gained by counting on
            !(certain > range.most || (range.most == u64::MAX && certain >= range.least))
        };
        match (chain.start, it) {
            (Start::It, Some(it)) => {
                visit(*it);
            }
            (Start::It, None) => return Answer::Unknown,
            (start, _) => self.stored(start, &mut visit),
        }
        let most = certain + possible;
        if certain > range.most || most < range.least {
            Answer::No
        } else if certain >= range.least && (most <= range.most || range.most == u64::MAX) {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }

    fn same(
        &self,
        left: &Chain<'_>,
        right: &Chain<'_>,
        (kind, exact): (Type, bool),
        it: Option<&Value<'_>>,
    ) -> Answer {
        self.some(left, it, &mut |one| {
            self.some(right, it, &mut |other| {
                let (one, other) = (one.text(), other.text());
                let plain = exact || (kind == Type::Text && one.is_ascii() && other.is_ascii());
                if plain {
                    return Answer::of(if exact { one == other } else { one.eq_ignore_ascii_case(other) });
                }
                let mut keys = self.memory.keys.borrow_mut();
                keys.clear();
                append_key(&text(one), kind, exact, &mut keys);
                let end = keys.len();
                append_key(&text(other), kind, exact, &mut keys);
                let (one, other) = keys.split_at_checked(end).unwrap_or_default();
                Answer::of(one == other)
            })
        })
    }

    /// Shows the stored values at the start of a chain.
    fn stored(&self, start: Start, visit: &mut impl FnMut(Value<'_>) -> bool) {
        let object = self.object;
        let part = |text: &[u8]| Some((0, u32::try_from(text.len()).unwrap_or(u32::MAX)));
        match start {
            Start::It => {}
            Start::Slot(slot) => {
                for (number, entry) in object.record.values(slot) {
                    let text = object.record.bytes(object.block, entry.value);
                    let entry = u32::try_from(number).unwrap_or(Origin::NAME);
                    let origin = Origin { object: object.number, entry, part: part(text) };
                    if !visit(Value { content: Content::Text(text), origin: Some(origin) }) {
                        return;
                    }
                }
            }
            Start::Dn => {
                let name = object.name();
                let origin = Origin { object: object.number, entry: Origin::NAME, part: part(name) };
                visit(Value { content: Content::Text(name), origin: Some(origin) });
            }
            Start::Class => {
                visit(text(object.signature.class.as_bytes()));
            }
        }
    }

    /// Takes a value through steps.
    fn through<'v>(&self, steps: &[Step<'_>], mut value: Value<'v>) -> Passed<'v> {
        for (done, step) in steps.iter().enumerate() {
            match step {
                Step::Keep(condition) => match self.holds(condition, Some(&value)) {
                    Answer::Yes => {}
                    Answer::No => return Passed::Dropped,
                    Answer::Unknown => return Passed::Unknown,
                },
                Step::Apply(function) => match function.apply(value.text(), &[]) {
                    Outcome::Part(range) => value = value.part(range),
                    Outcome::Made(made) => {
                        let origin = value.origin.map(|origin| Origin { part: None, ..origin });
                        return self.made(steps.get(done + 1..).unwrap_or_default(), made, origin);
                    }
                    Outcome::Number(_) => return Passed::Unknown,
                },
            }
        }
        Passed::Value(value)
    }

    /// Takes a text that was made through the rest of the steps.
    fn made<'v>(&self, steps: &[Step<'_>], made: Vec<u8>, origin: Option<Origin>) -> Passed<'v> {
        let value = Value { content: Content::Text(&made), origin };
        match self.through(steps, value) {
            Passed::Value(value) if value.text().len() == made.len() => Passed::Made(made, origin),
            Passed::Value(value) => Passed::Made(value.text().to_vec(), origin),
            Passed::Made(text, origin) => Passed::Made(text, origin),
            Passed::Dropped => Passed::Dropped,
            Passed::Unknown => Passed::Unknown,
        }
    }
}

/// Domains that were met: a directory has few, and each address has one.
#[derive(Debug, Default)]
struct Domains(FxHashMap<Vec<u8>, bool>);

/// How many domains are kept.
const DOMAINS: usize = 4096;

impl Domains {
    fn is_routable(&mut self, domain: &[u8]) -> bool {
        if let Some(known) = self.0.get(domain) {
            return *known;
        }
        let is_routable = Format::RoutableDomain.holds(domain);
        if self.0.len() >= DOMAINS {
            self.0.clear();
        }
        self.0.insert(domain.to_vec(), is_routable);
        is_routable
    }
}

fn text(text: &[u8]) -> Value<'_> {
    Value { content: Content::Text(text), origin: None }
}
