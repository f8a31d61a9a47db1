//! What is asked of domains, countries and the names of containers. A directory has few of them, so answers are remembered.

use rustc_hash::FxHashMap;

use super::predicate::Predicate;
use crate::language::format::Format;

/// How many questions are remembered: one bit each.
const QUESTIONS: usize = 64;

/// How many texts are remembered, and how long they may be, in bytes.
const TEXTS: usize = 4096;
const LONGEST: usize = 128;

/// The questions of a run whose answers are remembered, each with a number.
#[derive(Debug, Default)]
pub(super) struct Questions<'p>(Vec<Predicate<'p>>);

impl<'p> Questions<'p> {
    /// The same predicate as one that is remembered, if that is worth it and there are not too many.
    pub(super) fn remembered(&mut self, predicate: Predicate<'p>) -> Predicate<'p> {
        let is_dear = match &predicate {
            Predicate::Format(format) => matches!(format, Format::RoutableDomain | Format::CountryCode),
            Predicate::Text { .. }
            | Predicate::Among { .. }
            | Predicate::Matches(_)
            | Predicate::Behind(..) => true,
            _ => false,
        };
        if !is_dear {
            return predicate;
        }
        let known = self.0.iter().position(|known| *known == predicate);
        let number = known.unwrap_or_else(|| {
            self.0.push(predicate.clone());
            self.0.len() - 1
        });
        match u8::try_from(number) {
            Ok(number) if usize::from(number) < QUESTIONS => {
                Predicate::Remembered(number, Box::new(predicate))
            }
            _ => predicate,
        }
    }
}

impl Questions<'_> {
    /// What all of them are answered of a text.
    pub(super) fn answers(&self, text: &[u8]) -> Answers {
        let count = u8::try_from(self.0.len().min(QUESTIONS)).unwrap_or(0);
        Answers::first(count, |number| self.0.get(number).is_some_and(|predicate| predicate.holds(text)))
    }
}

/// Texts, with what was answered of them.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    places: FxHashMap<Box<[u8]>, usize>,
    answers: Vec<Answers>,
    /// Where the text stands in memory that was asked about last, its length, and its place among the answers. It is never
    /// read from there.
    last: (usize, usize, usize),
}

/// By the number of the question, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Answers {
    known: u64,
    holds: u64,
}

impl Answers {
    /// Those to the first questions.
    pub(super) fn first(count: u8, holds: impl Fn(usize) -> bool) -> Self {
        let mut answers = Self::default();
        for number in 0..usize::from(count) {
            answers.known |= 1 << number;
            answers.holds |= u64::from(holds(number)) << number;
        }
        answers
    }

    /// Whether the text meets a predicate, if that was asked.
    pub(super) fn to(self, predicate: &Predicate<'_>) -> Option<bool> {
        let Predicate::Remembered(number, _) = predicate else { return None };
        let bit = 1 << number;
        (self.known & bit != 0).then_some(self.holds & bit != 0)
    }
}

impl Remembered {
    /// Forgets where the text stood that was asked about last: another may come to stand there.
    pub(super) fn forget_last(&mut self) {
        self.last = (0, 0, 0);
    }

    /// Whether a text meets the predicate that has this number.
    pub(super) fn holds(&mut self, number: u8, predicate: &Predicate<'_>, text: &[u8]) -> bool {
        if text.len() > LONGEST {
            return predicate.holds(text);
        }
        let place = self.place(text);
        let bit = 1 << number;
        let Some(answers) = self.answers.get_mut(place) else { return predicate.holds(text) };
        if answers.known & bit == 0 {
            answers.known |= bit;
            answers.holds |= if predicate.holds(text) { bit } else { 0 };
        }
        answers.holds & bit != 0
    }

    fn place(&mut self, text: &[u8]) -> usize {
        let (start, length) = (text.as_ptr() as usize, text.len());
        if (self.last.0, self.last.1) == (start, length) {
            return self.last.2;
        }
        let place = self.places.get(text).copied().unwrap_or_else(|| {
            if self.answers.len() >= TEXTS {
                self.places.clear();
                self.answers.clear();
            }
            self.places.insert(text.into(), self.answers.len());
            self.answers.push(Answers::default());
            self.answers.len() - 1
        });
        self.last = (start, length, place);
        place
    }
}
