//! Conditions as far as the shape of an object leaves them open.
//!
//! A condition of the plan is folded for objects of one shape: what the class and the absence of attributes decide is
//! decided once, and what only looks at texts becomes a [`Predicate`]. Whatever is neither stays as it was and is left to
//! the [`Evaluator`](crate::engine::evaluate::Evaluator), which can evaluate everything.

use std::borrow::Cow;
use std::cell::RefCell;

use super::combine::{all, any, known, not};
use super::kinds::Kinds;
use super::plain::{Chain, Plain, Start, Step};
use super::predicate::Predicate;
use super::profile::Profile;
use super::question::Questions;
use super::quiet::{Met, Shown};
use super::told::has_few;
use crate::engine::signature::Signature;
use crate::language::format::Format;
use crate::language::function::{Function, Takes};
use crate::language::plan::{ClassSet, Comparand, Field, Index, Operand, OperandKind, Range, Test};
use crate::language::syntax::Root;
use crate::snapshot::value::Type;
use crate::snapshot::{Names, Slot};

/// A condition, folded.
#[derive(Debug, PartialEq)]
pub(super) enum Condition<'p> {
    /// One that texts of the object decide.
    Plain(Plain<'p>),
    /// All of them hold.
    All(Vec<Condition<'p>>),
    /// One of them holds.
    Any(Vec<Condition<'p>>),
    /// It does not hold.
    Not(Box<Condition<'p>>),
    /// Some value is among the keys that other objects give to the index of this number.
    Asks(Chain<'p>, usize),
    /// Some value names an object of one of the classes that meets the condition.
    Refers(Chain<'p>, Cow<'p, ClassSet>, Option<&'p Test>),
    /// Nobody knows while keys are given: it asks for the object that will look for them, or for other objects.
    Unknown,
    /// Left to the evaluator.
    Open(&'p Test),
}

/// What an operand is for a shape.
pub(super) enum Folded<'p> {
    /// It has no values.
    Never,
    Chain(Chain<'p>),
    /// They are written in the rule, or set.
    Written(&'p [String]),
    /// They are those of an object that is not known.
    Unknown,
    /// It is left to the evaluator.
    Open,
}

/// What a condition with a number is for a shape.
#[derive(Debug)]
pub(super) enum Numbered<'p> {
    Known(bool),
    Plain(Plain<'p>),
    Open,
}

/// What is known of the objects of a shape.
#[derive(Clone, Copy)]
pub(super) struct Shape<'s, 'p> {
    pub(super) signature: &'s Signature,
    /// The attributes that the objects have, one bit each; only those among `decides` are known.
    pub(super) present: &'s [u64],
    pub(super) decides: &'s [u64],
    /// Takes note of the attributes whose presence would decide something.
    pub(super) asked: &'s RefCell<Vec<u64>>,
    /// The values that the objects have of some attributes.
    pub(super) told: &'s [(Slot, &'s [u8])],
    /// Takes note of the attributes whose values would decide something.
    pub(super) asked_values: &'s RefCell<Vec<Slot>>,
    pub(super) names: &'p Names,
    /// The conditions with a number that were folded.
    pub(super) numbered: &'s RefCell<Vec<Option<Numbered<'p>>>>,
    /// Takes note of the attributes whose values are worth sorting by kind, one bit each.
    pub(super) sorted: &'s RefCell<Vec<u64>>,
    /// The kinds of all values of the objects, if they are of one profile.
    pub(super) profile: Option<Profile<'s>>,
    /// What is asked of domains.
    pub(super) questions: &'s RefCell<Questions<'p>>,
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

/// The slots whose bits are set.
pub(super) fn slots(bits: &[u64]) -> impl Iterator<Item = Slot> {
    bits.iter().zip(0_u16..).flat_map(|(word, number)| {
        (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| Slot(64 * number + bit))
    })
}

impl<'p> Shape<'_, 'p> {
    fn is_absent(&self, slot: Slot) -> bool {
        set(&mut self.asked.borrow_mut(), slot);
        match self.kinds(slot) {
            Some(kinds) => kinds.is_empty(),
            None => has(self.decides, slot) && !has(self.present, slot),
        }
    }

    fn is_present(&self, slot: Slot) -> bool {
        has(self.decides, slot) && has(self.present, slot)
    }

    /// The kinds of the values of an attribute, if the objects are of one profile.
    fn kinds(&self, slot: Slot) -> Option<Kinds> {
        self.profile.and_then(|profile| profile.of(slot))
    }

    /// The same of the values with which a chain begins.
    fn kinds_of(&self, start: Start) -> Option<Kinds> {
        match start {
            Start::Slot(slot) => self.kinds(slot),
            Start::Dn => self.profile.and_then(Profile::name),
            Start::It | Start::Class => None,
        }
    }

    /// The only value of a chain, if the shape knows it.
    pub(super) fn told(&self, chain: &Chain<'_>) -> Option<&[u8]> {
        let slot = chain.whole_values_of().filter(|slot| has_few(self.names.described(*slot).kind))?;
        let mut asked = self.asked_values.borrow_mut();
        if !asked.contains(&slot) {
            asked.push(slot);
        }
        self.told.iter().find(|(known, _)| *known == slot).map(|(_, text)| *text)
    }

    /// Folds a condition.
    pub(super) fn fold(&self, test: &'p Test) -> Condition<'p> {
        match test {
            Test::Constant(holds) => known(*holds),
            Test::And(parts) => all(parts.iter().map(|part| self.fold(part))),
            Test::Or(parts) => any(parts.iter().map(|part| self.fold(part))),
            Test::Not(inner) => not(self.fold(inner)),
            Test::Named(inner, Some(number)) => self.numbered(*number, inner, test),
            Test::Named(inner, None) => self.fold(inner),
            Test::Format(operand, format) => self.some(operand, Predicate::Format(*format), test),
            Test::Defined(operand, regex, _) | Test::Match(operand, regex) => {
                self.some(operand, Predicate::matches(regex), test)
            }
            Test::Flag(operand, bits) => self.some(operand, Predicate::Bits(vec![*bits]), test),
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
                Folded::Never => known(false),
                _ if !self.is_itself => Condition::Unknown,
                Folded::Chain(chain) => Condition::Asks(self.whole(chain), *index),
                Folded::Open | Folded::Unknown | Folded::Written(_) => Condition::Open(test),
            },
            Test::Refer { operand, classes, filter } => match self.operand(operand) {
                Folded::Never => known(false),
                _ if !self.is_itself => Condition::Unknown,
                Folded::Chain(chain) => {
                    Condition::Refers(self.whole(chain), Cow::Borrowed(classes), filter.as_deref())
                }
                Folded::Open | Folded::Unknown | Folded::Written(_) => Condition::Open(test),
            },
        }
    }

    /// What must hold for keys to go to an index, as far as it can be told while they are given.
    pub(super) fn possible(&self, index: &'p Index) -> Condition<'p> {
        let Some(filter) = &index.filter else { return known(true) };
        all(self.fold(filter).parts().into_iter().filter(|part| !part.is_never_ruled_out()))
    }

    /// A condition with a number is folded once.
    fn numbered(&self, number: u16, inner: &'p Test, test: &'p Test) -> Condition<'p> {
        let at = usize::from(number);
        let known = |folded: &Numbered<'p>| match folded {
            Numbered::Known(holds) => known(*holds),
            Numbered::Plain(_) => Condition::Plain(Plain::Once(number)),
            // the evaluator answers it once as well
            Numbered::Open => Condition::Open(test),
        };
        if let Some(folded) = self.numbered.borrow().get(at).and_then(Option::as_ref) {
            return known(folded);
        }
        let folded = match self.fold(inner) {
            Condition::Plain(Plain::Known(holds)) => Numbered::Known(holds),
            Condition::Plain(plain) => Numbered::Plain(plain),
            _ => Numbered::Open,
        };
        let condition = known(&folded);
        let mut numbered = self.numbered.borrow_mut();
        if numbered.len() <= at {
            numbered.resize_with(at + 1, || None);
        }
        if let Some(place) = numbered.get_mut(at) {
            *place = Some(folded);
        }
        condition
    }

    /// What is left to the evaluator, unless there is nothing to evaluate.
    fn open(&self, operands: &[&'p Operand], test: &'p Test) -> Condition<'p> {
        let never = operands.iter().any(|operand| matches!(self.operand(operand), Folded::Never));
        if never { known(false) } else { Condition::Open(test) }
    }

    fn some(&self, operand: &'p Operand, predicate: Predicate<'p>, test: &'p Test) -> Condition<'p> {
        match self.operand(operand) {
            Folded::Never => known(false),
            Folded::Open => Condition::Open(test),
            Folded::Unknown => Condition::Unknown,
            Folded::Chain(chain) if chain.start == Start::Class && chain.steps.is_empty() => {
                known(predicate.holds(self.signature.class.as_bytes()))
            }
            Folded::Chain(chain) => match self.told(&chain) {
                Some(text) => known(predicate.holds(text)),
                None => Condition::Plain(self.asked_of(chain, predicate)),
            },
            Folded::Written(texts) => known(texts.iter().any(|text| predicate.holds(text.as_bytes()))),
        }
    }

    /// Some value of a chain meets a predicate.
    fn asked_of(&self, chain: Chain<'p>, predicate: Predicate<'p>) -> Plain<'p> {
        let has_few = chain.steps.last() == Some(&Step::Apply(Function::Domain))
            || predicate == Predicate::Format(Format::CountryCode);
        let remembered = |predicate| self.questions.borrow_mut().remembered(predicate);
        let predicate = if has_few { remembered(predicate) } else { predicate };
        let kinds = self.kinds_of(chain.start);
        let domains = self.profile.zip(kinds).map(|(profile, kinds)| profile.domains.known(kinds));
        let met = Met::by(&chain.steps, &predicate, &domains.unwrap_or_default());
        if let Some(holds) = kinds.and_then(|kinds| met.decides(kinds.set())) {
            return Plain::Known(holds);
        }
        let chain = self.whole(chain);
        if let Some(functions) = chain.behind_parent() {
            let parent = Chain::new(Start::Dn).then(Step::Apply(Function::Parent));
            return Plain::Some(parent, remembered(Predicate::Behind(functions, Box::new(predicate))));
        }
        let Start::Slot(slot) = chain.start else { return looked_for(chain, predicate) };
        if !met.is_worth_sorting() {
            return Plain::Some(chain, predicate);
        }
        set(&mut self.sorted.borrow_mut(), slot);
        Plain::Stored(chain, predicate, met)
    }

    /// A chain to which no step is added any more. What it cuts is worth finding out for many objects.
    fn whole(&self, chain: Chain<'p>) -> Chain<'p> {
        if self.profile.is_some() { chain.whole() } else { chain }
    }

    fn have(
        &self,
        range: Range,
        operand: &'p Operand,
        filter: Option<&'p Test>,
        test: &'p Test,
    ) -> Condition<'p> {
        let (kept, mut chain) = match (filter.map(|filter| self.fold(filter)), self.operand(operand)) {
            (_, Folded::Open | Folded::Written(_)) => return Condition::Open(test),
            (_, Folded::Unknown) => return Condition::Unknown,
            (Some(Condition::Plain(Plain::Known(false))), _) | (_, Folded::Never) => {
                return known(range.least == 0);
            }
            (None | Some(Condition::Plain(Plain::Known(true))), Folded::Chain(chain)) => (None, chain),
            (Some(Condition::Plain(filter)), Folded::Chain(chain)) => (Some(filter), chain),
            (Some(_), Folded::Chain(_)) => return Condition::Open(test),
        };
        if let (None, Start::Slot(slot), [], 0 | 1, u64::MAX) =
            (&kept, chain.start, chain.steps.as_slice(), range.least, range.most)
            && self.is_present(slot)
        {
            return known(true);
        }
        chain.steps.extend(kept.map(Step::Keep));
        let shown = Shown::through(&chain.steps);
        let kinds = self.kinds_of(chain.start);
        if let Some(holds) = kinds.and_then(|kinds| shown.decides(range, kinds)) {
            return known(holds);
        }
        Condition::Plain(Plain::Count(range, self.whole(chain), shown))
    }

    fn equal(
        &self,
        left: &'p Operand,
        right: &'p Comparand,
        (kind, exact, negated): (Type, bool, bool),
        test: &'p Test,
    ) -> Condition<'p> {
        let equal = match right {
            Comparand::Keys(keys) if keys.is_empty() => return known(false),
            Comparand::Keys(keys) => self.some(left, Predicate::among(keys, kind, exact), test),
            Comparand::Operand(right) => match (self.operand(left), self.operand(right)) {
                (Folded::Never, _) | (_, Folded::Never) => return known(false),
                (Folded::Unknown, _) | (_, Folded::Unknown) => return Condition::Unknown,
                (Folded::Chain(left), Folded::Chain(right)) => Condition::Plain(Plain::Same {
                    left: self.whole(left),
                    right: self.whole(right),
                    kind,
                    exact,
                }),
                _ => return Condition::Open(test),
            },
        };
        if !negated {
            return equal;
        }
        let there = |operand: &'p Operand| self.some(operand, Predicate::Any, test);
        match (equal, right) {
            (open @ (Condition::Open(_) | Condition::Unknown), _) => open,
            (equal, Comparand::Keys(_)) => all([there(left), not(equal)]),
            (equal, Comparand::Operand(right)) => all([there(left), there(right), not(equal)]),
        }
    }

    /// Folds an operand.
    pub(super) fn operand(&self, operand: &'p Operand) -> Folded<'p> {
        match &operand.kind {
            OperandKind::Path { root, references, field, options: None } if references.is_empty() => {
                let start = match (root, field) {
                    (Root::It, None) => Start::It,
                    (Root::Itself, _) if !self.is_itself => return Folded::Unknown,
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
                Folded::Chain(Chain::new(start))
            }
            OperandKind::Selection(inner, test) => match (self.operand(inner), self.fold(test)) {
                (Folded::Chain(_), Condition::Plain(Plain::Known(false))) => Folded::Never,
                (folded, Condition::Plain(Plain::Known(true))) => folded,
                (Folded::Chain(chain), Condition::Plain(condition)) => {
                    Folded::Chain(chain.then(Step::Keep(condition)))
                }
                (Folded::Never, _) => Folded::Never,
                _ => Folded::Open,
            },
            OperandKind::Call(function, arguments) => match arguments.as_slice() {
                [only] if is_plain(*function) => match self.operand(only) {
                    Folded::Chain(chain) => Folded::Chain(chain.then(Step::Apply(*function))),
                    Folded::Written(_) => Folded::Open,
                    folded => folded,
                },
                _ => Folded::Open,
            },
            OperandKind::Texts(texts) if texts.is_empty() => Folded::Never,
            OperandKind::Texts(texts) => Folded::Written(texts),
            _ => Folded::Open,
        }
    }
}

/// Some value of a chain meets a predicate. Whether a name holds a byte at all is seen before it is taken apart.
fn looked_for<'p>(chain: Chain<'p>, predicate: Predicate<'p>) -> Plain<'p> {
    let of_name = chain.start == Start::It && chain.steps == [Step::Apply(Function::Rdn)];
    let Some(byte) = predicate.needs().filter(|_| of_name) else { return Plain::Some(chain, predicate) };
    let holds = Plain::Some(Chain::new(Start::It), Predicate::Holds(byte));
    Plain::All(vec![holds, Plain::Some(chain, predicate)])
}

/// A function of each text that gives a text.
fn is_plain(function: Function) -> bool {
    matches!(function.signature().takes, Takes::EachText | Takes::EachName)
        && !matches!(function, Function::Length | Function::Bytes)
}

impl<'p> Condition<'p> {
    /// What must hold for it to hold, part by part.
    pub(super) fn parts(self) -> Vec<Self> {
        match self {
            Self::Plain(Plain::All(parts)) => parts.into_iter().map(Self::Plain).collect(),
            Self::All(parts) => parts.into_iter().flat_map(Self::parts).collect(),
            whole => vec![whole],
        }
    }

    /// Whether it may speak of the value at hand.
    pub(super) fn speaks_of_it(&self) -> bool {
        match self {
            Self::Plain(plain) => plain.speaks_of_it(),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::speaks_of_it),
            Self::Not(inner) => inner.speaks_of_it(),
            Self::Asks(chain, _) | Self::Refers(chain, ..) => chain.start == Start::It,
            Self::Unknown => false,
            Self::Open(_) => true,
        }
    }

    /// Whether it cannot be ruled out for any object, since what is left of it is unknown while keys are given.
    pub(super) fn is_never_ruled_out(&self) -> bool {
        match self {
            Self::Plain(plain) => *plain == Plain::Known(true),
            Self::Unknown => true,
            Self::All(parts) => parts.iter().all(Self::is_never_ruled_out),
            Self::Any(parts) => parts.iter().any(Self::is_never_ruled_out),
            Self::Not(inner) => inner.is_never_certain(),
            Self::Asks(..) | Self::Refers(..) | Self::Open(_) => false,
        }
    }

    fn is_never_certain(&self) -> bool {
        match self {
            Self::Plain(plain) => *plain == Plain::Known(false),
            Self::Unknown => true,
            Self::All(parts) => parts.iter().any(Self::is_never_certain),
            Self::Any(parts) => parts.iter().all(Self::is_never_certain),
            Self::Not(inner) => inner.is_never_ruled_out(),
            Self::Asks(..) | Self::Refers(..) | Self::Open(_) => false,
        }
    }

    /// Whether the shape decides it so.
    pub(super) fn is_known(&self, answer: bool) -> bool {
        matches!(self, Self::Plain(Plain::Known(holds)) if *holds == answer)
    }
}
