//! Regular expressions, and what they say of whole languages of texts.

use std::collections::{HashSet, VecDeque};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use regex::bytes::Regex;
use regex_automata::dfa::{Automaton, StartKind, dense};
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
            let texts = automaton(&format!("(?:{language})\\z"), StartKind::Anchored)?;
            let found = automaton(self.regex.as_str(), StartKind::Unanchored)?;
            agreed(&texts, &found)
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

fn automaton(expression: &str, start: StartKind) -> Option<dense::DFA<Vec<u32>>> {
    let limits = dense::Config::new()
        .start_kind(start)
        .match_kind(MatchKind::All)
        .dfa_size_limit(Some(LARGEST))
        .determinize_size_limit(Some(LARGEST));
    dense::Builder::new()
        .configure(limits)
        .syntax(syntax::Config::new().utf8(false))
        .thompson(thompson::Config::new().utf8(false).nfa_size_limit(Some(LARGEST)))
        .build(expression)
        .ok()
}

/// Whether all texts that the first automaton takes as a whole have a part that the second one takes, or none has: all pairs of
/// states are walked through that one text can lead to.
fn agreed(texts: &dense::DFA<Vec<u32>>, found: &dense::DFA<Vec<u32>>) -> Option<bool> {
    let begin =
        |dfa: &dense::DFA<Vec<u32>>, anchored| dfa.start_state(&start::Config::new().anchored(anchored)).ok();
    let first = (begin(texts, Anchored::Yes)?, begin(found, Anchored::No)?);
    let first = (first.0, first.1, found.is_match_state(first.1));
    let (mut met, mut open) = (HashSet::from([first]), VecDeque::from([first]));
    let mut answer = None;
    while let Some((text, part, is_found)) = open.pop_front() {
        if texts.is_match_state(texts.next_eoi_state(text)) {
            let is_found = is_found || found.is_match_state(found.next_eoi_state(part));
            if answer.is_some_and(|answer| answer != is_found) {
                return None;
            }
            answer = Some(is_found);
        }
        for byte in 0..=u8::MAX {
            let (text, part) = (texts.next_state(text, byte), found.next_state(part, byte));
            if texts.is_quit_state(text) || found.is_quit_state(part) || met.len() > PAIRS {
                return None;
            }
            let next = (text, part, is_found || found.is_match_state(part));
            if !texts.is_dead_state(text) && met.insert(next) {
                open.push_back(next);
            }
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
