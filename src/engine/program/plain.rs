//! Conditions that the texts of one object decide: nothing in them asks for another object, and nothing is unknown.

use std::cell::{Cell, RefCell};

use super::kind::{Kind, Set};
use super::kinds::{Kinds, Sorted, Watched};
use super::predicate::{Predicate, is_one_of};
use super::question::Remembered;
use super::quiet::{Cut, Cuts, Met, Shown, cuts};
use crate::engine::object::{Content, Object, Value};
use crate::engine::operand::append_key;
use crate::language::format::Format;
use crate::language::function::{Function, Outcome};
use crate::language::plan::Range;
use crate::snapshot::Slot;
use crate::snapshot::value::Type;

/// A condition that texts decide.
#[derive(Debug, PartialEq)]
pub(super) enum Plain<'p> {
    /// The shape decides it.
    Known(bool),
    /// All of them hold.
    All(Vec<Plain<'p>>),
    /// One of them holds.
    Any(Vec<Plain<'p>>),
    /// It does not hold.
    Not(Box<Plain<'p>>),
    /// One that speaks only of the object, by its number: answered once for each object.
    Once(u16),
    /// Some value meets a predicate.
    Some(Chain<'p>, Predicate<'p>),
    /// The same of values of an attribute; which kinds of stored texts meet it is known.
    Stored(Chain<'p>, Predicate<'p>, Met),
    /// The number of values is in the range; what is shown of stored texts of each kind is known.
    Count(Range, Chain<'p>, Shown),
    /// Some value of the one equals some value of the other.
    Same { left: Chain<'p>, right: Chain<'p>, kind: Type, exact: bool },
}

/// Values of an object, through steps.
#[derive(Debug, PartialEq)]
pub(super) struct Chain<'p> {
    pub(super) start: Start,
    pub(super) steps: Vec<Step<'p>>,
    /// What the steps leave of stored texts of each kind, once they are [all there](Chain::whole).
    cuts: Option<Box<Cuts>>,
}

/// Where a chain begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// The value at hand.
    It,
    /// The values of an attribute.
    Slot(Slot),
    /// The distinguished name.
    Dn,
    /// The class.
    Class,
}

/// One step of a chain.
#[derive(Debug, PartialEq)]
pub(super) enum Step<'p> {
    /// Goes on with values that meet the condition.
    Keep(Plain<'p>),
    /// Goes on with addresses whose type is one of these.
    OfType { types: &'p [Vec<u8>], exact: bool },
    /// Goes on with what the function makes of the value.
    Apply(Function),
}

impl Plain<'_> {
    /// Whether it may speak of the value at hand.
    pub(super) fn speaks_of_it(&self) -> bool {
        match self {
            Self::Known(_) | Self::Once(_) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::speaks_of_it),
            Self::Not(inner) => inner.speaks_of_it(),
            // what a step says of `it` is said of the value at that step
            Self::Some(chain, _) | Self::Stored(chain, ..) | Self::Count(_, chain, _) => {
                chain.start == Start::It
            }
            Self::Same { left, right, .. } => left.start == Start::It || right.start == Start::It,
        }
    }
}

impl<'p> Chain<'p> {
    /// A chain without steps.
    pub(super) fn new(start: Start) -> Self {
        Self { start, steps: Vec::new(), cuts: None }
    }

    /// The same, to which no step is added any more.
    pub(super) fn whole(mut self) -> Self {
        if matches!(self.start, Start::Slot(_)) && !self.steps.is_empty() {
            self.cuts = Some(Box::new(cuts(&self.steps, usize::MAX)));
        }
        self
    }

    /// What the steps leave of a stored text that is of the kind with this bit.
    fn leaves(&self, bit: Set) -> Cut {
        let cut = self.cuts.as_ref().and_then(|cuts| cuts.get(Kind::number(bit)));
        cut.copied().unwrap_or_default()
    }

    pub(super) fn then(mut self, step: Step<'p>) -> Self {
        self.steps.push(match step {
            // as nearly all rules about addresses choose them
            Step::Keep(Plain::Some(
                Chain { start: Start::It, steps, .. },
                Predicate::Among { keys, kind: Type::Text, exact },
            )) if steps == [Step::Apply(Function::Scheme)] => Step::OfType { types: keys, exact },
            step => step,
        });
        self
    }

    /// Whether it shows the value at hand as it is.
    pub(super) fn is_it(&self) -> bool {
        self.start == Start::It && self.steps.is_empty()
    }

    /// What is made of the name of the container of the object at hand, if the chain shows nothing else.
    pub(super) fn behind_parent(&self) -> Option<Vec<Function>> {
        let (Start::Dn, [Step::Apply(Function::Parent), rest @ ..]) = (self.start, self.steps.as_slice())
        else {
            return None;
        };
        let functions = rest.iter().map(|step| match step {
            Step::Apply(function) => Some(*function),
            Step::Keep(_) | Step::OfType { .. } => None,
        });
        functions.collect()
    }

    /// Whether every value is a part of a stored one.
    pub(super) fn is_cut(&self) -> bool {
        matches!(self.start, Start::Slot(_) | Start::Dn)
            && self.steps.iter().all(|step| match step {
                Step::Keep(_) | Step::OfType { .. } => true,
                Step::Apply(function) => function.cuts(),
            })
    }
}

/// What is remembered from one question to the next.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// What numbered conditions answered for the object at hand.
    once: Vec<Cell<Option<bool>>>,
    formats: Formats,
    /// The part of the name of the object at hand that is its first value, once it was asked for.
    rdn: Cell<Option<(usize, usize)>>,
    remembered: RefCell<Remembered>,
    keys: RefCell<Vec<u8>>,
}

impl Answers {
    /// Another object comes to hand; so many conditions have a number.
    pub(super) fn begin(&mut self, numbered: u16) {
        self.formats.forget();
        self.remembered.get_mut().forget_last();
        self.rdn.set(None);
        self.once.clear();
        self.once.resize(usize::from(numbered), Cell::new(None));
    }

    /// Forgets what is known of the text that was asked about last.
    fn forget(&self) {
        self.formats.forget();
        if let Ok(mut remembered) = self.remembered.try_borrow_mut() {
            remembered.forget_last();
        }
    }
}

/// Answers plain conditions about one object.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r> {
    pub(super) object: &'r Object<'r>,
    pub(super) answers: &'r Answers,
    /// The conditions that have a number.
    pub(super) numbered: &'r [Option<Plain<'r>>],
    /// What is found out of values.
    pub(super) watched: &'r Watched,
    /// What the values of the object are.
    pub(super) sorted: &'r Sorted,
}

impl<'r> Reader<'r> {
    /// Whether a condition holds; `it` is the value at hand.
    #[inline]
    pub(super) fn holds(self, condition: &Plain<'_>, it: &[u8]) -> bool {
        match condition {
            Plain::Known(holds) => *holds,
            Plain::Once(number) => self.once(*number),
            Plain::Some(Chain { start: Start::It, steps, .. }, predicate) if steps.is_empty() => {
                self.meets(predicate, it)
            }
            condition => self.holds_farther(condition, it),
        }
    }

    #[inline(never)]
    fn holds_farther(self, condition: &Plain<'_>, it: &[u8]) -> bool {
        match condition {
            Plain::Known(holds) => *holds,
            Plain::All(parts) => parts.iter().all(|part| self.holds(part, it)),
            Plain::Any(parts) => parts.iter().any(|part| self.holds(part, it)),
            Plain::Not(inner) => !self.holds(inner, it),
            Plain::Once(number) => self.once(*number),
            Plain::Some(Chain { start: Start::It, steps, .. }, predicate) if steps.is_empty() => {
                self.meets(predicate, it)
            }
            Plain::Some(chain, predicate) => self.some(chain, it, &mut |text| self.meets(predicate, text)),
            Plain::Stored(chain, predicate, met) => {
                let told = self.kinds(chain).and_then(|kinds| met.decides(kinds.set()));
                told.unwrap_or_else(|| self.some(chain, it, &mut |text| self.meets(predicate, text)))
            }
            Plain::Count(range, chain, shown) => match self.counted(chain, *shown) {
                Some(count) => (range.least..=range.most).contains(&count),
                None => self.count(*range, chain, it),
            },
            Plain::Same { left, right, kind, exact } => self.some(left, it, &mut |one| {
                self.some(right, it, &mut |other| self.same(one, other, *kind, *exact))
            }),
        }
    }

    fn once(self, number: u16) -> bool {
        let known = self.answers.once.get(usize::from(number));
        if let Some(answer) = known.and_then(Cell::get) {
            return answer;
        }
        let numbered = self.numbered.get(usize::from(number));
        let answer = numbered.and_then(Option::as_ref).is_some_and(|inner| self.holds(inner, &[]));
        if let Some(known) = known {
            known.set(Some(answer));
        }
        answer
    }

    fn meets(self, predicate: &Predicate<'_>, text: &[u8]) -> bool {
        match predicate {
            Predicate::Remembered(number, predicate) => {
                self.answers.remembered.borrow_mut().holds(*number, predicate, text)
            }
            Predicate::Format(format) => self.answers.formats.get(*format, text),
            predicate => predicate.holds(text),
        }
    }

    /// How many values a chain shows, if the kinds of the stored ones tell that.
    fn counted(self, chain: &Chain<'_>, shown: Shown) -> Option<u64> {
        let Start::Slot(slot) = chain.start else { return None };
        let place = self.watched.place(slot)?;
        let is_told = self.sorted.of(place).set() & shown.some == 0;
        is_told.then(|| self.sorted.count(self.object.record, (slot, place), shown.all))
    }

    /// What the stored values are with which a chain begins, if somebody watches them.
    fn kinds(self, chain: &Chain<'_>) -> Option<Kinds> {
        let Start::Slot(slot) = chain.start else { return None };
        self.watched.place(slot).map(|place| self.sorted.of(place))
    }

    fn count(self, range: Range, chain: &Chain<'_>, it: &[u8]) -> bool {
        let mut count = 0_u64;
        self.some(chain, it, &mut |_| {
            count += 1;
            // nothing is gained by counting on
            count > range.most || (range.most == u64::MAX && count >= range.least)
        });
        (range.least..=range.most).contains(&count)
    }

    fn same(self, one: &[u8], other: &[u8], kind: Type, exact: bool) -> bool {
        if exact || one == other {
            return one == other;
        }
        if kind == Type::Text && one.is_ascii() && other.is_ascii() {
            return one.eq_ignore_ascii_case(other);
        }
        let mut keys = self.answers.keys.borrow_mut();
        keys.clear();
        append_key(&plain(one), kind, exact, &mut keys);
        let end = keys.len();
        append_key(&plain(other), kind, exact, &mut keys);
        keys.split_at_checked(end).is_some_and(|(one, other)| one == other)
    }

    /// Whether a visitor says yes to some value of a chain; no other is shown then.
    pub(super) fn some(self, chain: &Chain<'_>, it: &[u8], visit: &mut impl FnMut(&[u8]) -> bool) -> bool {
        let object = self.object;
        match chain.start {
            Start::It => self.through(&chain.steps, it, visit),
            Start::Slot(slot) => object.record.values(slot).any(|(number, entry)| {
                let text = object.record.bytes(object.block, entry.value);
                match chain.leaves(self.sorted.bit(number)) {
                    Cut::From(from) => visit(text.get(from..).unwrap_or_default()),
                    Cut::Dropped => false,
                    Cut::Asked => self.through(&chain.steps, text, visit),
                }
            }),
            Start::Dn => {
                let known = match chain.steps.split_first() {
                    Some((Step::Apply(Function::Rdn), rest)) => self.first_value().map(|first| (rest, first)),
                    _ => None,
                };
                let (steps, text) = known.unwrap_or((&chain.steps, object.name()));
                self.through(steps, text, visit)
            }
            Start::Class => self.through(&chain.steps, object.signature.class.as_bytes(), visit),
        }
    }

    /// The first value of the name of the object, if it stands there without escapes.
    fn first_value(self) -> Option<&'r [u8]> {
        let name = self.object.name();
        if let Some((start, end)) = self.answers.rdn.get() {
            return name.get(start..end);
        }
        let Outcome::Part(part) = Function::Rdn.apply(name, &[]) else { return None };
        self.answers.rdn.set(Some((part.start, part.end)));
        name.get(part)
    }

    /// Takes a text through steps, and shows what becomes of it.
    fn through(self, steps: &[Step<'_>], mut text: &[u8], visit: &mut impl FnMut(&[u8]) -> bool) -> bool {
        for (done, step) in steps.iter().enumerate() {
            match step {
                Step::Keep(condition) => {
                    if !self.holds(condition, text) {
                        return false;
                    }
                }
                Step::OfType { types, exact } => {
                    if !is_of_type(text, types, *exact) {
                        return false;
                    }
                }
                Step::Apply(function) => match function.apply(text, &[]) {
                    Outcome::Part(range) => text = text.get(range).unwrap_or_default(),
                    Outcome::Made(made) => {
                        // the next text that is made may come to stand in the same memory
                        self.answers.forget();
                        let answer =
                            self.through_made(steps.get(done + 1..).unwrap_or_default(), &made, visit);
                        self.answers.forget();
                        return answer;
                    }
                    Outcome::Number(_) => return false,
                },
            }
        }
        visit(text)
    }

    // a function of its own, lest every text pay for those that are made
    #[cold]
    fn through_made(self, steps: &[Step<'_>], made: &[u8], visit: &mut impl FnMut(&[u8]) -> bool) -> bool {
        self.through(steps, made, visit)
    }

    /// The part that is left of a stored text behind the steps of a [cut](Chain::is_cut) chain; none if it is dropped.
    pub(super) fn cut(self, steps: &[Step<'_>], text: &[u8]) -> Option<std::ops::Range<usize>> {
        let mut part = 0..text.len();
        for step in steps {
            let rest = text.get(part.clone()).unwrap_or_default();
            match step {
                Step::Keep(condition) if self.holds(condition, rest) => {}
                Step::Keep(_) => return None,
                Step::OfType { types, exact } => {
                    if !is_of_type(rest, types, *exact) {
                        return None;
                    }
                }
                Step::Apply(function) => {
                    let Outcome::Part(range) = function.apply(rest, &[]) else { return None };
                    part = part.start + range.start..part.start + range.end;
                }
            }
        }
        Some(part)
    }
}

/// Whether what stands before the first colon of an address is one of the types.
fn is_of_type(address: &[u8], types: &[Vec<u8>], exact: bool) -> bool {
    let end = address.iter().position(|byte| *byte == b':').unwrap_or(0);
    let given = address.get(..end).unwrap_or_default();
    is_one_of(given, types, Type::Text, exact)
}

/// A text as a value that stands nowhere.
pub(super) fn plain(text: &[u8]) -> Value<'_> {
    Value { content: Content::Text(text), origin: None }
}

/// Which formats the text has that was asked about last: several rules ask the same of one value.
#[derive(Debug, Default)]
struct Formats {
    /// Where the text stands in memory, and its length. It is never read from there.
    text: Cell<(usize, usize)>,
    known: Cell<u32>,
    holds: Cell<u32>,
}

impl Formats {
    fn forget(&self) {
        self.text.set((0, 0));
    }

    fn get(&self, format: Format, text: &[u8]) -> bool {
        let place = (text.as_ptr() as usize, text.len());
        if self.text.get() != place {
            self.text.set(place);
            self.known.set(0);
            self.holds.set(0);
        }
        let bit = 1 << (format as u32);
        if self.known.get() & bit == 0 {
            self.known.set(self.known.get() | bit);
            if format.holds(text) {
                self.holds.set(self.holds.get() | bit);
            }
        }
        self.holds.get() & bit != 0
    }
}
