//! What one text can be asked. Each answer is the same as that of the evaluator, which is asked in its place where a
//! text has a corner.

use memchr::{memchr, memchr2};

use crate::engine::evaluate::{find, is_among};
use crate::engine::object::{Content, Value};
use crate::language::format::Format;
use crate::language::function::{Function, Outcome};
use crate::language::plan::Expression;
use crate::language::syntax::{Comparator, TextPlace};
use crate::snapshot::value::{Type, number};

/// A question about one text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Predicate<'p> {
    /// None: it is there.
    Any,
    /// It has the format.
    Format(Format),
    /// The expression is found in it.
    Matches(&'p Expression),
    /// It is among sorted keys.
    Among { keys: &'p [Vec<u8>], kind: Type, exact: bool },
    /// One of the texts stands at a place in it.
    Text { place: TextPlace, texts: Vec<Wanted<'p>>, exact: bool },
    /// Its length compares to one of the numbers.
    Length { function: Function, comparator: Comparator, numbers: &'p [i64] },
    /// The byte stands in it, or an escape, which may stand for the byte.
    Holds(u8),
    /// It is a number with all bits of one of these.
    Bits(Vec<i64>),
    /// What functions make of it, one after the other, meets another one.
    Behind(Vec<Function>, Box<Predicate<'p>>),
    /// One with a number, whose answers are worth remembering.
    Remembered(u8, Box<Predicate<'p>>),
}

/// A text that is looked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wanted<'p> {
    pub(super) text: &'p [u8],
    /// A byte that every value has in which the text is found: one that no other folds to.
    needs: Option<u8>,
}

impl<'p> Predicate<'p> {
    pub(super) fn matches(regex: &'p Expression) -> Self {
        Self::Matches(regex)
    }

    pub(super) fn among(keys: &'p [Vec<u8>], kind: Type, exact: bool) -> Self {
        Self::Among { keys, kind, exact }
    }

    pub(super) fn text(place: TextPlace, texts: &'p [String], exact: bool) -> Self {
        let texts = texts.iter().map(|text| {
            let text = text.as_bytes();
            let needs = text.iter().find(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic());
            Wanted { text, needs: needs.copied() }
        });
        Self::Text { place, texts: texts.collect(), exact }
    }

    pub(super) fn length(function: Function, comparator: Comparator, numbers: &'p [i64]) -> Self {
        Self::Length { function, comparator, numbers }
    }

    /// A byte that every text has that meets it.
    pub(super) fn needs(&self) -> Option<u8> {
        let Self::Text { texts, .. } = self else { return None };
        let needed = texts.first()?.needs?;
        texts.iter().all(|wanted| wanted.needs == Some(needed)).then_some(needed)
    }

    /// Whether a text meets it.
    pub(super) fn holds(&self, text: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Format(format) => format.holds(text),
            Self::Matches(regex) => regex.is_match(text),
            Self::Among { keys, kind, exact } => is_one_of(text, keys, *kind, *exact),
            Self::Text { place, texts, exact } => {
                texts.iter().any(|wanted| wanted.stands_in(text, *place, *exact))
            }
            Self::Length { comparator: Comparator::AtMost, numbers: [most], .. }
                if i64::try_from(text.len()).is_ok_and(|bytes| bytes <= *most) =>
            {
                // a text has no more characters than bytes
                true
            }
            Self::Length { comparator: Comparator::Greater, numbers: [0], .. } => !text.is_empty(),
            Self::Length { function, comparator, numbers } => {
                let Outcome::Number(length) = function.apply(text, &[]) else { return false };
                numbers.iter().any(|number| comparator.holds(length, *number))
            }
            Self::Holds(byte) => memchr2(*byte, b'\\', text).is_some(),
            Self::Behind(functions, predicate) => behind(functions, predicate, text),
            Self::Remembered(_, predicate) => predicate.holds(text),
            Self::Bits(masks) => {
                number(text).is_some_and(|given| masks.iter().any(|bits| given & bits == *bits))
            }
        }
    }
}

fn behind(functions: &[Function], predicate: &Predicate<'_>, text: &[u8]) -> bool {
    let Some((first, rest)) = functions.split_first() else { return predicate.holds(text) };
    match first.apply(text, &[]) {
        Outcome::Part(part) => behind(rest, predicate, text.get(part).unwrap_or_default()),
        Outcome::Made(made) => behind(rest, predicate, &made),
        Outcome::Number(_) => false,
    }
}

/// How many keys are compared one after the other.
const FEW: usize = 8;

/// Whether a text is among sorted keys.
pub(super) fn is_one_of(text: &[u8], keys: &[Vec<u8>], kind: Type, exact: bool) -> bool {
    if keys.len() <= FEW && exact {
        return keys.iter().any(|key| key == text);
    }
    if keys.len() <= FEW && kind == Type::Text && text.is_ascii() {
        return keys.iter().any(|key| key.eq_ignore_ascii_case(text));
    }
    is_among(&plain(text), keys, kind, exact, &mut Vec::new())
}

impl Wanted<'_> {
    fn stands_in(&self, text: &[u8], place: TextPlace, exact: bool) -> bool {
        let end = match place {
            TextPlace::Start => text.get(..self.text.len()),
            TextPlace::End => text.len().checked_sub(self.text.len()).and_then(|start| text.get(start..)),
            TextPlace::Anywhere => None,
        };
        if let (Some(end), false) = (end, exact) {
            if end.eq_ignore_ascii_case(self.text) {
                return true;
            }
            // other letters that fold to the same ones are not ASCII
            if end.is_ascii() && self.text.is_ascii() {
                return false;
            }
        }
        if let Some(byte) = self.needs {
            if memchr(byte, text).is_none() {
                return false;
            }
            if self.text.len() == 1 && place == TextPlace::Anywhere {
                return true;
            }
        }
        find(&plain(text), place, &plain(self.text), exact).is_some()
    }
}

fn plain(text: &[u8]) -> Value<'_> {
    Value { content: Content::Text(text), origin: None }
}
