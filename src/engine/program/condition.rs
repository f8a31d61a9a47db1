//! Conditions as far as the shape of an object leaves them open.
//!
//! A condition of the plan is folded for objects of one shape: what the class and the absence of attributes decide is
//! decided once, and what only looks at texts becomes a [`Predicate`]. Whatever is neither stays as it was and is left to
//! the [`Evaluator`](crate::engine::evaluate::Evaluator), which can evaluate everything.

use std::cell::RefCell;

use super::predicate::Predicate;
use crate::engine::signature::Signature;
use crate::language::function::{Function, Takes};
use crate::language::plan::{ClassSet, Comparand, Field, Operand, OperandKind, Range, Test};
use crate::language::syntax::Root;
use crate::snapshot::Slot;
use crate::snapshot::value::Type;

/// A condition, folded.
#[derive(Debug, PartialEq)]
pub(super) enum Condition<'p> {
    /// The shape decides it.
    Known(bool),
    /// All of them hold.
    All(Vec<Condition<'p>>),
    /// One of them holds.
    Any(Vec<Condition<'p>>),
    /// It does not hold.
    Not(Box<Condition<'p>>),
    /// One that speaks only of the object, by its number: answered once for each object.
    Once(u16, Box<Condition<'p>>),
    /// Some value meets a predicate.
    Some(Chain<'p>, Predicate<'p>),
    /// The number of values is in the range.
    Count(Range, Chain<'p>),
    /// Some value of the one equals some value of the other.
    Same { left: Chain<'p>, right: Chain<'p>, kind: Type, exact: bool },
    /// Some value is among the keys that other objects give to the index of this number.
    Asks(Chain<'p>, usize),
    /// Some value names an object of one of the classes that meets the condition.
    Refers(Chain<'p>, &'p ClassSet, Option<&'p Test>),
    /// Left to the evaluator.
    Open(&'p Test),
}

/// Values of an object, through steps.
#[derive(Debug, PartialEq)]
pub(super) struct Chain<'p> {
    pub(super) start: Start,
    pub(super) steps: Vec<Step<'p>>,
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
    Keep(Condition<'p>),
    /// Goes on with what the function makes of the value.
    Apply(Function),
}

/// What an operand is for a shape.
pub(super) enum Folded<'p> {
    /// It has no values.
    Never,
    Chain(Chain<'p>),
    /// It is left to the evaluator.
    Open,
}

/// What is known of the objects of a shape.
#[derive(Clone, Copy)]
pub(super) struct Shape<'s> {
    pub(super) signature: &'s Signature,
    /// The attributes that the objects have, one bit each; only those among `decides` are known.
    pub(super) present: &'s [u64],
    pub(super) decides: &'s [u64],
    /// Takes note of the attributes whose presence would decide something.
    pub(super) asked: &'s RefCell<Vec<u64>>,
    /// The object whose sentence it is is the object at hand.
    pub(super) is_itself: bool,
}

/// Sets the bit of a slot.
pub(super) fn set(bits: &mut Vec<u64>, slot: Slot) {
    let word = usize::from(slot.0 / 64);
    if bits.len() <= word {
        bits.resize(word + 1, 0);
    }
    if let Some(word) = bits.get_mut(word) {
        *word |= 1 << (slot.0 % 64);
    }
}

/// Whether the bit of a slot is set.
pub(super) fn has(bits: &[u64], slot: Slot) -> bool {
    bits.get(usize::from(slot.0 / 64)).is_some_and(|word| word >> (slot.0 % 64) & 1 == 1)
}

impl Shape<'_> {
    fn is_absent(&self, slot: Slot) -> bool {
        set(&mut self.asked.borrow_mut(), slot);
        has(self.decides, slot) && !has(self.present, slot)
    }

    fn is_present(&self, slot: Slot) -> bool {
        has(self.decides, slot) && has(self.present, slot)
    }

    /// Folds a condition.
    pub(super) fn fold<'p>(&self, test: &'p Test) -> Condition<'p> {
        match test {
            Test::Constant(holds) => Condition::Known(*holds),
            Test::And(parts) => all(parts.iter().map(|part| self.fold(part))),
            Test::Or(parts) => any(parts.iter().map(|part| self.fold(part))),
            Test::Not(inner) => not(self.fold(inner)),
            Test::Named(inner, number) => match (self.fold(inner), number) {
                (Condition::Known(holds), _) => Condition::Known(holds),
                (inner, Some(number)) => Condition::Once(*number, Box::new(inner)),
                (inner, None) => inner,
            },
            Test::Format(operand, format) => self.some(operand, Predicate::Format(*format), test),
            Test::Defined(operand, regex, _) | Test::Match(operand, regex) => {
                self.some(operand, Predicate::matches(regex), test)
            }
            Test::Flag(operand, bits) => self.some(operand, Predicate::Bits(*bits), test),
            Test::Have(range, operand, filter) => self.have(*range, operand, filter.as_deref(), test),
            Test::Equal { left, right, kind, exact, negated } => {
                self.equal(left, right, (*kind, *exact, *negated), test)
            }
            Test::Order { left, comparator, right, .. } => match (&left.kind, &right.kind) {
                (
                    OperandKind::Call(function @ (Function::Length | Function::Bytes), arguments),
                    OperandKind::Numbers(numbers),
                ) => match arguments.as_slice() {
                    [text] => self.some(text, Predicate::length(*function, *comparator, numbers), test),
                    _ => Condition::Open(test),
                },
                _ => self.open(&[left, right], test),
            },
            Test::Text { left, place, right, exact } => match &right.kind {
                OperandKind::Texts(texts) => self.some(left, Predicate::text(*place, texts, *exact), test),
                _ => self.open(&[left, right], test),
            },
            Test::Under(operand, _) => self.open(&[operand], test),
            Test::EqualAny { operand, index } => match self.operand(operand) {
                Folded::Never => Condition::Known(false),
                Folded::Chain(chain) => Condition::Asks(chain, *index),
                Folded::Open => Condition::Open(test),
            },
            Test::Refer { operand, classes, filter } => match self.operand(operand) {
                Folded::Never => Condition::Known(false),
                Folded::Chain(chain) => Condition::Refers(chain, classes, filter.as_deref()),
                Folded::Open => Condition::Open(test),
            },
        }
    }

    /// What is left to the evaluator, unless there is nothing to evaluate.
    fn open<'p>(&self, operands: &[&'p Operand], test: &'p Test) -> Condition<'p> {
        let never = operands.iter().any(|operand| matches!(self.operand(operand), Folded::Never));
        if never { Condition::Known(false) } else { Condition::Open(test) }
    }

    fn some<'p>(&self, operand: &'p Operand, predicate: Predicate<'p>, test: &'p Test) -> Condition<'p> {
        match self.operand(operand) {
            Folded::Never => Condition::Known(false),
            Folded::Open => Condition::Open(test),
            Folded::Chain(chain) if chain.start == Start::Class && chain.steps.is_empty() => {
                Condition::Known(predicate.holds(self.signature.class.as_bytes()))
            }
            Folded::Chain(chain) => Condition::Some(chain, predicate),
        }
    }

    fn have<'p>(
        &self,
        range: Range,
        operand: &'p Operand,
        filter: Option<&'p Test>,
        test: &'p Test,
    ) -> Condition<'p> {
        let (kept, mut chain) = match (filter.map(|filter| self.fold(filter)), self.operand(operand)) {
            (_, Folded::Open) => return Condition::Open(test),
            (Some(Condition::Known(false)), _) | (_, Folded::Never) => {
                return Condition::Known(range.least == 0);
            }
            (None | Some(Condition::Known(true)), Folded::Chain(chain)) => (None, chain),
            (filter, Folded::Chain(chain)) => (filter, chain),
        };
        if let (None, Start::Slot(slot), [], 0 | 1, u64::MAX) =
            (&kept, chain.start, chain.steps.as_slice(), range.least, range.most)
            && self.is_present(slot)
        {
            return Condition::Known(true);
        }
        chain.steps.extend(kept.map(Step::Keep));
        Condition::Count(range, chain)
    }

    fn equal<'p>(
        &self,
        left: &'p Operand,
        right: &'p Comparand,
        (kind, exact, negated): (Type, bool, bool),
        test: &'p Test,
    ) -> Condition<'p> {
        let equal = match right {
            Comparand::Keys(keys) if keys.is_empty() => return Condition::Known(false),
            Comparand::Keys(keys) => self.some(left, Predicate::among(keys, kind, exact), test),
            Comparand::Operand(right) => match (self.operand(left), self.operand(right)) {
                (Folded::Never, _) | (_, Folded::Never) => return Condition::Known(false),
                (Folded::Chain(left), Folded::Chain(right)) => Condition::Same { left, right, kind, exact },
                _ => return Condition::Open(test),
            },
        };
        if !negated {
            return equal;
        }
        let there = |operand: &'p Operand| self.some(operand, Predicate::Any, test);
        match (equal, right) {
            (open @ Condition::Open(_), _) => open,
            (equal, Comparand::Keys(_)) => all([there(left), not(equal)]),
            (equal, Comparand::Operand(right)) => all([there(left), there(right), not(equal)]),
        }
    }

    /// Folds an operand.
    pub(super) fn operand<'p>(&self, operand: &'p Operand) -> Folded<'p> {
        match &operand.kind {
            OperandKind::Path { root, references, field, options: None } if references.is_empty() => {
                let start = match (root, field) {
                    (Root::It, None) => Start::It,
                    (Root::Itself, _) if !self.is_itself => return Folded::Open,
                    (Root::Here | Root::Itself, Some(Field::Slot(slot))) if self.is_absent(*slot) => {
                        return Folded::Never;
                    }
                    (Root::Here | Root::Itself, Some(Field::Slot(slot))) => Start::Slot(*slot),
                    (Root::Here | Root::Itself, Some(Field::Dn)) => Start::Dn,
                    (Root::Here | Root::Itself, Some(Field::Class)) if self.signature.class.is_empty() => {
                        return Folded::Never;
                    }
                    (Root::Here | Root::Itself, Some(Field::Class)) => Start::Class,
                    _ => return Folded::Open,
                };
                Folded::Chain(Chain { start, steps: Vec::new() })
            }
            OperandKind::Selection(inner, test) => match (self.operand(inner), self.fold(test)) {
                (Folded::Chain(_), Condition::Known(false)) => Folded::Never,
                (folded, Condition::Known(true)) => folded,
                (Folded::Chain(chain), condition) => chain.then(Step::Keep(condition)),
                (folded, _) => folded,
            },
            OperandKind::Call(function, arguments) => match arguments.as_slice() {
                [only] if is_plain(*function) => match self.operand(only) {
                    Folded::Chain(chain) => chain.then(Step::Apply(*function)),
                    folded => folded,
                },
                _ => Folded::Open,
            },
            _ => Folded::Open,
        }
    }
}

/// A function of each text that gives a text.
fn is_plain(function: Function) -> bool {
    matches!(function.signature().takes, Takes::EachText | Takes::EachName)
        && !matches!(function, Function::Length | Function::Bytes)
}

impl<'p> Chain<'p> {
    fn then(mut self, step: Step<'p>) -> Folded<'p> {
        self.steps.push(step);
        Folded::Chain(self)
    }
}

impl Condition<'_> {
    /// Whether it may speak of the value at hand.
    pub(super) fn speaks_of_it(&self) -> bool {
        match self {
            Self::Known(_) | Self::Once(..) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::speaks_of_it),
            Self::Not(inner) => inner.speaks_of_it(),
            // what a step says of `it` is said of the value at that step
            Self::Some(chain, _) | Self::Count(_, chain) | Self::Asks(chain, _) | Self::Refers(chain, ..) => {
                chain.start == Start::It
            }
            Self::Same { left, right, .. } => left.start == Start::It || right.start == Start::It,
            Self::Open(_) => true,
        }
    }

    /// Whether it may be unknown, or some part of it is left to the evaluator.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Known(_) => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::is_open),
            Self::Not(inner) | Self::Once(_, inner) => inner.is_open(),
            Self::Some(chain, _) | Self::Count(_, chain) => chain.is_open(),
            Self::Same { left, right, .. } => left.is_open() || right.is_open(),
            Self::Asks(..) | Self::Refers(..) | Self::Open(_) => true,
        }
    }
}

impl Chain<'_> {
    fn is_open(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Keep(condition) if condition.is_open()))
    }
}

/// All of the conditions.
pub(super) fn all<'p>(parts: impl IntoIterator<Item = Condition<'p>>) -> Condition<'p> {
    let mut open = Vec::new();
    for part in parts {
        match part {
            Condition::Known(true) => {}
            Condition::Known(false) => return Condition::Known(false),
            Condition::All(parts) => open.extend(parts),
            part => open.push(part),
        }
    }
    only(open, true, Condition::All)
}

fn any<'p>(parts: impl IntoIterator<Item = Condition<'p>>) -> Condition<'p> {
    let mut open = Vec::new();
    for part in parts {
        match part {
            Condition::Known(false) => {}
            Condition::Known(true) => return Condition::Known(true),
            Condition::Any(parts) => open.extend(parts),
            part => open.push(part),
        }
    }
    only(open, false, Condition::Any)
}

fn only<'p>(
    mut open: Vec<Condition<'p>>,
    empty: bool,
    several: impl FnOnce(Vec<Condition<'p>>) -> Condition<'p>,
) -> Condition<'p> {
    match (open.pop(), open.is_empty()) {
        (None, _) => Condition::Known(empty),
        (Some(only), true) => only,
        (Some(last), false) => {
            open.push(last);
            several(open)
        }
    }
}

fn not(condition: Condition<'_>) -> Condition<'_> {
    match condition {
        Condition::Known(holds) => Condition::Known(!holds),
        Condition::Not(inner) => *inner,
        condition => Condition::Not(Box::new(condition)),
    }
}
