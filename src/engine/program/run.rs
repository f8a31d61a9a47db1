//! A program at work on one object.

use super::condition::Condition;
use super::plain::{Answers, Reader, Start, plain};
use super::{Group, Keys, Program, Programs};
use crate::engine::evaluate::{Evaluator, Scene};
use crate::engine::key::key_hash;
use crate::engine::object::{Answer, Object, Origin};
use crate::engine::operand::append_key;
use crate::engine::world::World;
use crate::language::plan::Field;

/// Memory that is used for object after object.
#[derive(Debug, Default)]
pub(in crate::engine) struct Memory {
    answers: Answers,
    /// The values of the group at hand.
    spots: Vec<Spot>,
    giving: Giving,
}

/// What is needed to give keys.
#[derive(Debug, Default)]
struct Giving {
    key: Vec<u8>,
    withins: Vec<Vec<u8>>,
    indexes: Vec<u16>,
}

/// A part of a stored value, or of the name of the object.
#[derive(Debug, Clone, Copy)]
struct Spot {
    entry: u32,
    start: u32,
    length: u32,
}

/// Whom a program tells what comes out.
pub(in crate::engine) trait Told {
    /// A rule is about to be judged.
    fn begin(&self);
    /// What came out.
    fn end(&mut self, rule: u16, answer: Answer);
    /// A rule counts the object, or may count it.
    fn counted(&mut self, rule: u16);
    /// A rule follows references of the object in search of circles.
    fn follows(&mut self, rule: u16, reference: Field);
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
        let Memory { answers, spots, giving } = memory;
        answers.begin(evaluator.plan.numbered);
        let reader = Reader { object, answers, numbered: &self.numbered };
        let judge = Judge { evaluator, itself: Some(object), reader };
        for (rule, fault) in &self.objects {
            told.begin();
            told.end(*rule, judge.holds(fault, None));
        }
        for (rule, filter) in &self.counts {
            if judge.holds(filter, None) != Answer::No {
                told.counted(*rule);
            }
        }
        for (rule, filter, reference) in &self.follows {
            if judge.holds(filter, None) != Answer::No {
                told.follows(*rule, *reference);
            }
        }
        for (group, seen) in self.groups.iter().zip(seen) {
            if let Start::Slot(slot) = group.chain.start
                && !object.record.has(slot)
            {
                continue;
            }
            group.spots(reader, spots);
            if spots.is_empty() {
                continue;
            }
            *seen += spots.len() as u64;
            group.judge(&judge, spots, told);
            for keys in &group.keys {
                // whoever asks for the keys is not known yet
                keys.give(&Judge { itself: None, ..judge }, (spots, giving), programs, told);
            }
        }
    }
}

impl Group<'_> {
    /// The values of the group.
    fn spots(&self, reader: Reader<'_>, spots: &mut Vec<Spot>) {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (object, steps) = (reader.object, &self.chain.steps);
        spots.clear();
        let mut add = |entry: u32, text: &[u8]| {
            if let Some(part) = reader.cut(steps, text) {
                spots.push(Spot { entry, start: number(part.start), length: number(part.len()) });
            }
        };
        if let Start::Slot(slot) = self.chain.start {
            for (entry, value) in object.record.values(slot) {
                add(number(entry), object.record.bytes(object.block, value.value));
            }
        } else {
            add(Origin::NAME, object.name());
        }
    }

    fn judge<W: World>(&self, judge: &Judge<'_, '_, W>, spots: &[Spot], told: &mut impl Told) {
        for rule in &self.rules {
            told.begin();
            let guard = judge.holds(&rule.guard, None);
            if guard == Answer::No {
                continue;
            }
            let mut answer = Answer::No;
            for spot in spots {
                match judge.holds(&rule.fault, Some(spot.text(judge.reader.object))) {
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
    /// Gives the keys of values to the indexes.
    fn give<W: World>(
        &self,
        judge: &Judge<'_, '_, W>,
        (spots, giving): (&[Spot], &mut Giving),
        programs: &Programs<'_>,
        told: &mut impl Told,
    ) {
        let reader = judge.reader;
        giving.withins.clear();
        if let Some((chain, kind)) = &self.within {
            reader.some(chain, &[], &mut |text| {
                let mut key = Vec::new();
                append_key(&plain(text), *kind, self.exact, &mut key);
                giving.withins.push(key);
                false
            });
        }
        for spot in spots.iter().filter(|spot| spot.length > 0) {
            let text = spot.text(reader.object);
            giving.indexes.clear();
            for (index, filter) in &self.indexes {
                if judge.holds(filter, Some(text)) != Answer::No {
                    giving.indexes.push(*index);
                }
            }
            if giving.indexes.is_empty() {
                continue;
            }
            let whole = giving.indexes.len() == self.indexes.len();
            let set = if whole { self.all } else { programs.set(&giving.indexes) };
            giving.key.clear();
            append_key(&plain(text), self.kind, self.exact, &mut giving.key);
            let made = (self.kind, self.exact);
            if self.within.is_none() {
                told.gives(key_hash(made, &giving.key, &[]), set);
            }
            for within in &giving.withins {
                told.gives(key_hash(made, &giving.key, within), set);
            }
        }
    }
}

impl Spot {
    fn text<'o>(self, object: &'o Object<'_>) -> &'o [u8] {
        let whole = match object.record.entry(self.entry as usize) {
            Some(entry) if self.entry != Origin::NAME => object.record.bytes(object.block, entry.value),
            _ => object.name(),
        };
        let start = self.start as usize;
        whole.get(start..start + self.length as usize).unwrap_or_default()
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
    fn holds(&self, condition: &Condition<'_>, it: Option<&[u8]>) -> Answer {
        let reader = self.reader;
        match condition {
            Condition::Plain(plain) => Answer::of(reader.holds(plain, it.unwrap_or_default())),
            Condition::All(parts) => self.all(parts, it, Answer::No),
            Condition::Any(parts) => self.all(parts, it, Answer::Yes),
            Condition::Not(inner) => !self.holds(inner, it),
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
                self.evaluator
                    .test(test, &Scene { here: self.reader.object, itself: self.itself, it: it.as_ref() })
            }
        }
    }

    /// Whether one of several look-ups finds something.
    fn look_up(
        &self,
        it: Option<&[u8]>,
        each: impl FnOnce(&Scene<'_>, &mut dyn FnMut(Answer) -> bool),
    ) -> Answer {
        let it = it.map(plain);
        let scene = Scene { here: self.reader.object, itself: self.itself, it: it.as_ref() };
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
