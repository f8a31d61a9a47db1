//! Regular expressions, and what they say of whole languages of texts.

use std::collections::{HashSet, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use regex::bytes::Regex;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};
use rustc_hash::FxHashMap;

/// How many bytes an automaton may take: what needs more is left to a look at each text.
const LARGEST: usize = 1 << 19;

/// How many pairs of states are looked at.
const PAIRS: usize = 1 << 14;

/// A regular expression; it is the same as another that is written alike.
#[derive(Debug, Clone)]
pub struct Expression {
    regex: Regex,
    /// What was found out of languages, by how they are written.
    told: Arc<Mutex<FxHashMap<&'static str, Option<bool>>>>,
}

impl Expression {
    /// An expression that is searched for in texts.
    #[must_use]
    pub fn new(regex: Regex) -> Self {
        Self { regex, told: Arc::default() }
    }

    /// Whether it is found in all texts of a language, or in none of them; none if that differs, or takes too long to find out. The
    /// language is a regular expression of all that its texts hold. What was found out once is remembered.
    #[must_use]
    pub fn is_found_in_all(&self, language: &'static str) -> Option<bool> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        *told.entry(language).or_insert_with(|| {
            agreed(&mut States::of(&format!("(?:{language})\\z"))?, &mut States::of(self.regex.as_str())?)
        })
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.regex.as_str() == other.regex.as_str()
    }
}

impl Deref for Expression {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.regex
    }
}

/// An automaton, and the states of it that were met.
struct States {
    dfa: DFA,
    met: Cache,
}

impl States {
    fn of(expression: &str) -> Option<Self> {
        let limits = DFA::config()
            .match_kind(MatchKind::All)
            .cache_capacity(LARGEST)
            // a state that was forgotten would be another one
            .minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder()
            .configure(limits)
            .syntax(syntax::Config::new().utf8(false))
            .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(LARGEST)))
            .build(expression)
            .ok()?;
        let met = dfa.create_cache();
        Some(Self { dfa, met })
    }

    fn first(&mut self, anchored: Anchored) -> Option<LazyStateID> {
        self.dfa.start_state(&mut self.met, &start::Config::new().anchored(anchored)).ok()
    }

    fn next(&mut self, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        self.dfa.next_state(&mut self.met, state, byte).ok().filter(|next| !next.is_quit())
    }

    fn is_found_at_end(&mut self, state: LazyStateID) -> Option<bool> {
        self.dfa.next_eoi_state(&mut self.met, state).ok().map(|state| state.is_match())
    }
}

/// Whether all texts that the first automaton takes as a whole have a part that the second one takes, or none has: all pairs of
/// states are walked through that one text can lead to.
fn agreed(texts: &mut States, found: &mut States) -> Option<bool> {
    let first = (texts.first(Anchored::Yes)?, found.first(Anchored::No)?, false);
    let (mut met, mut open) = (HashSet::from([first]), VecDeque::from([first]));
    let mut answer = None;
    while let Some((text, part, is_found)) = open.pop_front() {
        if texts.is_found_at_end(text)? {
            let is_found = is_found || found.is_found_at_end(part)?;
            if answer.is_some_and(|answer| answer != is_found) {
                return None;
            }
            answer = Some(is_found);
        }
        for byte in 0..=u8::MAX {
            let text = texts.next(text, byte)?;
            if text.is_dead() {
                continue;
            }
            let part = found.next(part, byte)?;
            let next = (text, part, is_found || part.is_match());
            if met.insert(next) {
                open.push_back(next);
            }
        }
        if met.len() > PAIRS {
            return None;
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of_all(expression: &str, language: &'static str) -> Option<bool> {
        Expression::new(Regex::new(expression).unwrap()).is_found_in_all(language)
    }

    #[test]
    fn what_holds_of_a_language_holds_of_all_its_texts() {
        const WORD: &str = "[a-z]+([.-][a-z]+)*";
        for (expression, expected) in [
            ("^(?:[a-z.-]+)$", Some(true)),
            ("^(?:[A-Za-z.\\x{A1}-\\x{FF}-]+)$", Some(true)),
            ("[a-z]", Some(true)),
            ("", Some(true)),
            ("a", None),
            ("^(?:[a-z]+)$", None),
            ("^(?:[a-z.]+)$", None),
            ("[0-9]", Some(false)),
            ("[.-]{2}", Some(false)),
            ("^[.]|[.]$", Some(false)),
            ("(?i)^[A-Z.-]+$", Some(true)),
            ("^[^@]*$", Some(true)),
            ("\\b", None),
            ("(?m)^$", Some(false)),
        ] {
            assert_eq!(of_all(expression, WORD), expected, "{expression}");
        }
        assert_eq!(of_all("a", "a|bab"), Some(true));
        assert_eq!(of_all("^a", "a|bab"), None);
        assert_eq!(of_all("a$", "a|ba"), Some(true));
        assert_eq!(of_all("x{200}{200}", "a"), None, "too large to be worth it");
        let both = Expression::new(Regex::new("^a").unwrap());
        assert_eq!([both.is_found_in_all("ab*"), both.is_found_in_all("ba*")], [Some(true), Some(false)]);
        assert_eq!(both.is_found_in_all("ab*"), Some(true), "it is remembered");
    }

    proptest! {
        #[test]
        fn texts_of_a_language_agree_with_what_is_known_of_it(
            expression in "(\\^|[ab.]|\\[ab\\][*+?]|\\(a\\|b\\)|\\$){0,5}",
            texts in prop::collection::vec("[a-c]{1,3}(\\.[a-c]{1,3}){0,2}", 1..9),
        ) {
            if let Ok(regex) = Regex::new(&expression)
                && let Some(all) = Expression::new(regex.clone()).is_found_in_all("[a-c]+(\\.[a-c]+)*")
            {
                for text in texts {
                    prop_assert_eq!(regex.is_match(text.as_bytes()), all, "{} {}", expression, text);
                }
            }
        }
    }
}
