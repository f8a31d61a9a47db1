//! Conditions: whether they hold for an object. One evaluator serves the scan, in which other objects are unknown, and
//! the confirmation, in which they are not.

use std::cell::RefCell;

use super::object::{Answer, Content, Object, Value};
use super::operand::{Reach, append_key, text_of};
use super::world::{Asker, World};
use crate::language::plan::{ClassSet, Comparand, Operand, Plan, Range, Reads, Test};
use crate::language::syntax::{Comparator, TextPlace};
use crate::snapshot::value::{Type, dn, fold_into, number, time};

/// Evaluates the conditions of a plan.
#[derive(Debug)]
pub struct Evaluator<'p, W> {
    pub(super) plan: &'p Plan,
    /// Other objects.
    pub(super) world: W,
    /// The time that counts as now, in seconds since 1970.
    pub(super) now: i64,
    /// The last answers of numbered conditions, each with the object that it was given for.
    answers: RefCell<Vec<(u32, Answer)>>,
}

impl<'p, W> Evaluator<'p, W> {
    /// An evaluator of the conditions of a plan.
    pub(super) fn new(plan: &'p Plan, world: W, now: i64) -> Self {
        Self { plan, world, now, answers: RefCell::default() }
    }
}

/// Whom a condition speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    /// The object that names mean.
    pub here: &'s Object<'s>,
    /// The object that the sentence is about; none while keys are collected.
    pub itself: Option<&'s Object<'s>>,
    /// The innermost value.
    pub it: Option<&'s Value<'s>>,
}

impl<'s> Scene<'s> {
    /// An object, and nothing else.
    #[must_use]
    pub fn of(object: &'s Object<'s>) -> Self {
        Self { here: object, itself: Some(object), it: None }
    }

    /// The same with another innermost value.
    #[must_use]
    pub fn with<'t>(&'t self, value: &'t Value<'t>) -> Scene<'t> {
        Scene { it: Some(value), ..*self }
    }
}

impl<W: World> Evaluator<'_, W> {
    /// Forgets what was answered: other objects get the numbers.
    pub(super) fn forget(&self) {
        self.answers.borrow_mut().clear();
    }

    /// Whether a condition holds.
    pub fn test(&self, test: &Test, scene: &Scene<'_>) -> Answer {
        match test {
            Test::Constant(holds) => Answer::of(*holds),
            Test::And(parts) => self.all(parts, scene, Answer::No),
            Test::Or(parts) => self.all(parts, scene, Answer::Yes),
            Test::Not(inner) => !self.test(inner, scene),
            Test::Named(inner, number) => self.named(inner, *number, scene),
            Test::Format(operand, format) => {
                self.some(operand, scene, |value| self.text_holds(value, |text| format.holds(text)))
            }
            Test::Defined(operand, regex, _) | Test::Match(operand, regex) => {
                self.some(operand, scene, |value| self.text_holds(value, |text| regex.is_match(text)))
            }
            Test::Under(operand, parents) => self.under(operand, parents, scene),
            Test::Have(range, operand, filter) => self.have(*range, operand, filter.as_deref(), scene),
            Test::Flag(operand, bits) => self.some(operand, scene, |value| {
                Answer::of(figure(value, Reads::As(Type::Number)).is_some_and(|given| has_bits(given, *bits)))
            }),
            Test::Equal { left, right, kind, exact, negated } => {
                self.equal(left, right, *kind, *exact, *negated, scene)
            }
            Test::Order { left, comparator, right, kind } => {
                self.order(left, *comparator, right, *kind, scene)
            }
            Test::Text { left, place, right, exact } => self.text(left, *place, right, *exact, scene),
            Test::Refer { operand, classes, filter } => {
                self.some(operand, scene, |value| self.refers(value, classes, filter.as_deref(), scene))
            }
            Test::EqualAny { operand, index } => {
                self.some(operand, scene, |value| self.equals_any(*index, value, scene))
            }
        }
    }

    /// A condition that speaks only of the object at hand is answered once for each object.
    fn named(&self, inner: &Test, number: Option<u16>, scene: &Scene<'_>) -> Answer {
        let Some(number) = number.map(usize::from) else { return self.test(inner, scene) };
        let object = scene.here.number;
        if let Some((known, answer)) = self.answers.borrow().get(number)
            && *known == object
        {
            return *answer;
        }
        let answer = self.test(inner, scene);
        // an unknown answer asked others, and has to ask again
        if answer != Answer::Unknown {
            let mut answers = self.answers.borrow_mut();
            if answers.len() <= number {
                answers.resize(usize::from(self.plan.numbered), (u32::MAX, Answer::Unknown));
            }
            if let Some(place) = answers.get_mut(number) {
                *place = (object, answer);
            }
        }
        answer
    }

    /// `and` ends at the first no, `or` at the first yes.
    fn all(&self, parts: &[Test], scene: &Scene<'_>, end: Answer) -> Answer {
        let mut unknown = false;
        for part in parts {
            match self.test(part, scene) {
                answer if answer == end => return end,
                Answer::Unknown => unknown = true,
                _ => {}
            }
        }
        if unknown { Answer::Unknown } else { !end }
    }

    /// Whether some value meets a test.
    fn some(
        &self,
        operand: &Operand,
        scene: &Scene<'_>,
        mut meets: impl FnMut(&Value<'_>) -> Answer,
    ) -> Answer {
        let mut unknown = false;
        let reach = self.values(operand, scene, &mut |value| {
            let answer = meets(value);
            unknown |= answer == Answer::Unknown;
            answer != Answer::Yes
        });
        match reach {
            Reach::Ended => Answer::Yes,
            Reach::Unknown => Answer::Unknown,
            Reach::All if unknown => Answer::Unknown,
            Reach::All => Answer::No,
        }
    }

    fn text_holds(&self, value: &Value<'_>, holds: impl Fn(&[u8]) -> bool) -> Answer {
        match value.content {
            Content::Text(text) => Answer::of(holds(text)),
            Content::Number(_) => Answer::of(holds(&text_of(value))),
        }
    }

    fn have(&self, range: Range, operand: &Operand, filter: Option<&Test>, scene: &Scene<'_>) -> Answer {
        let (mut certain, mut possible) = (0_u64, 0_u64);
        let reach = self.values(operand, scene, &mut |value| {
            match filter.map_or(Answer::Yes, |filter| self.test(filter, &scene.with(value))) {
                Answer::Yes => certain += 1,
                Answer::Unknown => possible += 1,
                Answer::No => {}
            }
            // nothing is gained by counting on
            !(certain > range.most || (range.most == u64::MAX && certain >= range.least))
        });
        let most = match reach {
            Reach::Unknown => u64::MAX,
            _ => certain + possible,
        };
        if certain > range.most || most < range.least {
            Answer::No
        } else if certain >= range.least && (most <= range.most || range.most == u64::MAX) {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }

    fn equal(
        &self,
        left: &Operand,
        right: &Comparand,
        kind: Type,
        exact: bool,
        negated: bool,
        scene: &Scene<'_>,
    ) -> Answer {
        let owned;
        let mut unknown = false;
        let keys: &[Vec<u8>] = match right {
            Comparand::Keys(keys) => keys,
            Comparand::Operand(operand) => {
                let mut keys = Vec::new();
                let reach = self.values(operand, scene, &mut |value| {
                    let mut key = Vec::new();
                    append_key(value, kind, exact, &mut key);
                    keys.push(key);
                    true
                });
                unknown = reach == Reach::Unknown;
                keys.sort_unstable();
                owned = keys;
                &owned
            }
        };
        let mut any = false;
        let mut key = Vec::new();
        let mut found = false;
        let reach = self.values(left, scene, &mut |value| {
            any = true;
            found = is_among(value, keys, kind, exact, &mut key);
            !found
        });
        unknown |= reach == Reach::Unknown;
        match (found, unknown) {
            (true, _) => Answer::of(!negated),
            (false, true) => Answer::Unknown,
            (false, false) => Answer::of(negated && any && !keys.is_empty()),
        }
    }

    fn order(
        &self,
        left: &Operand,
        comparator: Comparator,
        right: &Operand,
        kind: Reads,
        scene: &Scene<'_>,
    ) -> Answer {
        self.some(left, scene, |one| {
            let Some(a) = figure(one, kind) else { return Answer::No };
            self.some(right, scene, |other| {
                let Some(b) = figure(other, kind) else { return Answer::No };
                Answer::of(comparator.holds(a, b))
            })
        })
    }

    fn under(&self, operand: &Operand, parents: &Comparand, scene: &Scene<'_>) -> Answer {
        self.some(operand, scene, |value| {
            let mut child = Vec::new();
            if !dn::normalize_into(value.text(), &mut child) {
                return Answer::No;
            }
            match parents {
                Comparand::Keys(keys) => Answer::of(keys.iter().any(|key| dn::is_under(&child, key))),
                Comparand::Operand(operand) => self.some(operand, scene, |parent| {
                    Answer::of(dn::is_under(&child, &dn::normalized(parent.text())))
                }),
            }
        })
    }

    fn text(
        &self,
        left: &Operand,
        place: TextPlace,
        right: &Operand,
        exact: bool,
        scene: &Scene<'_>,
    ) -> Answer {
        self.some(left, scene, |value| {
            self.some(right, scene, |wanted| Answer::of(find(value, place, wanted, exact).is_some()))
        })
    }

    /// Whether a value is among the keys of another object.
    pub(super) fn equals_any(&self, index: usize, value: &Value<'_>, scene: &Scene<'_>) -> Answer {
        if is_empty(value) {
            return Answer::No;
        }
        let filter = self.plan.indexes.get(index).and_then(|index| index.filter.as_ref());
        let asker = Asker { here: scene.here, itself: scene.itself };
        self.world.equals_any(index, asker, value, &mut |object, key| {
            filter.map_or(Answer::Yes, |filter| {
                self.test(filter, &Scene { here: object, itself: scene.itself, it: Some(key) })
            })
        })
    }

    /// Whether a value names an object of one of the classes that meets the condition.
    pub(super) fn refers(
        &self,
        value: &Value<'_>,
        classes: &ClassSet,
        filter: Option<&Test>,
        scene: &Scene<'_>,
    ) -> Answer {
        let name = value.text();
        if name.is_empty() {
            return Answer::No;
        }
        match filter {
            None => self.world.refers(name, classes, None),
            Some(filter) => {
                let mut is_meant = |object: &Object<'_>| {
                    self.test(filter, &Scene { here: object, itself: scene.itself, it: Some(value) })
                };
                self.world.refers(name, classes, Some(&mut is_meant))
            }
        }
    }
}

pub(super) fn is_empty(value: &Value<'_>) -> bool {
    matches!(value.content, Content::Text([]))
}

/// Whether a value is among sorted keys.
pub(super) fn is_among(
    value: &Value<'_>,
    keys: &[Vec<u8>],
    kind: Type,
    exact: bool,
    buffer: &mut Vec<u8>,
) -> bool {
    if let (Content::Text(text), [only]) = (value.content, keys)
        && (exact || (kind == Type::Text && text.is_ascii()))
    {
        return if exact { text == only } else { text.eq_ignore_ascii_case(only) };
    }
    buffer.clear();
    append_key(value, kind, exact, buffer);
    keys.binary_search_by(|key| key.as_slice().cmp(buffer)).is_ok()
}

/// The number that a value is, read as a number, a time or a time span.
fn figure(value: &Value<'_>, reads: Reads) -> Option<i64> {
    match (value.content, reads) {
        (Content::Number(number), _) => Some(number),
        (Content::Text(text), Reads::As(Type::Time)) => time::seconds(text),
        (Content::Text(text), _) => number(text),
    }
}

/// All bits are set; a number of 32 bits with a sign (`groupType`) is also read without it.
fn has_bits(given: i64, bits: i64) -> bool {
    given & bits == bits
}

/// Where a text stands in a value: the part of the value, if folding keeps places; else the whole of it.
pub(super) fn find(
    value: &Value<'_>,
    place: TextPlace,
    wanted: &Value<'_>,
    exact: bool,
) -> Option<std::ops::Range<usize>> {
    if let (Content::Text(given), Content::Text(wanted)) = (value.content, wanted.content)
        && (exact || (given.is_ascii() && wanted.is_ascii()))
    {
        return find_ascii(given, place, wanted, exact);
    }
    let (given, wanted) = (text_of(value), text_of(wanted));
    let fold = |text: &[u8]| {
        let mut folded = Vec::with_capacity(text.len());
        if exact {
            folded.extend_from_slice(text);
        } else {
            fold_into(text, &mut folded);
        }
        folded
    };
    let (folded, wanted) = (fold(&given), fold(&wanted));
    let start = match place {
        TextPlace::Start => folded.starts_with(&wanted).then_some(0),
        TextPlace::End => folded.ends_with(&wanted).then(|| folded.len() - wanted.len()),
        TextPlace::Anywhere => memchr::memmem::find(&folded, &wanted),
    }?;
    if folded.len() == given.len() { Some(start..start + wanted.len()) } else { Some(0..given.len()) }
}

/// The same where a letter and its other case are of one length.
fn find_ascii(given: &[u8], place: TextPlace, wanted: &[u8], exact: bool) -> Option<std::ops::Range<usize>> {
    let same = |part: &[u8]| if exact { part == wanted } else { part.eq_ignore_ascii_case(wanted) };
    let start = match place {
        TextPlace::Start => 0,
        TextPlace::End => given.len().checked_sub(wanted.len())?,
        TextPlace::Anywhere if exact || !wanted.iter().any(u8::is_ascii_alphabetic) => {
            memchr::memmem::find(given, wanted)?
        }
        TextPlace::Anywhere => given.windows(wanted.len().max(1)).position(same)?,
    };
    let range = start..start + wanted.len();
    given.get(range.clone()).filter(|part| same(part)).map(|_| range)
}
