//! What there is to know of a rule besides its own words: its profiles, and the parameters and definitions that it names.

use super::fix::RawFix;
use super::library::{Library, RuleOrigin};
use super::load::Pack;
use super::raw::{RawParameter, RawRule};

/// A rule with what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleFacts<'p> {
    /// The rule.
    pub rule: &'p RawRule,
    /// Its profiles; empty if it runs in every one.
    pub profiles: Vec<&'p str>,
    /// The conditions and formats of packs that it names, and those that they name, as they are written.
    pub definitions: Vec<(&'p str, &'p str)>,
    /// The parameters that it names, or that its definitions name.
    pub parameters: Vec<(&'p str, &'p RawParameter)>,
}

impl Library {
    /// What there is to know of a rule.
    #[must_use]
    pub fn facts<'p>(&'p self, origin: RuleOrigin, rule: &'p RawRule) -> RuleFacts<'p> {
        let mut facts = RuleFacts {
            rule,
            profiles: self.packs().get(origin.pack).map(|pack| pack.profiles().collect()).unwrap_or_default(),
            definitions: Vec::new(),
            parameters: Vec::new(),
        };
        self.names_in(&rule.rule, &mut facts);
        for text in rule.fix.all.iter().flat_map(RawFix::texts) {
            self.names_in(text, &mut facts);
        }
        // definitions that are found join the end, and are looked through in their turn
        let mut next = 0;
        while let Some((_, text)) = facts.definitions.get(next).copied() {
            self.names_in(text, &mut facts);
            next += 1;
        }
        for text in [Some(&rule.message), rule.help.as_ref()].into_iter().flatten() {
            for part in text.split('$').skip(1) {
                let end = part.find(|c| !is_part(c)).unwrap_or(part.len());
                self.parameter(part.get(..end).unwrap_or_default(), &mut facts);
            }
        }
        facts
    }

    fn names_in<'p>(&'p self, text: &str, facts: &mut RuleFacts<'p>) {
        for word in words(text) {
            match word.strip_prefix('$') {
                Some(name) => self.parameter(name, facts),
                None => self.definition(word, facts),
            }
        }
    }

    fn parameter<'p>(&'p self, name: &str, facts: &mut RuleFacts<'p>) {
        let all = self.packs().iter().flat_map(|pack| &pack.content.params.0);
        if let Some((name, raw)) = all.into_iter().find(|(known, _)| known == name)
            && !facts.parameters.iter().any(|(known, _)| known == name)
        {
            facts.parameters.push((name, raw));
        }
    }

    fn definition<'p>(&'p self, name: &str, facts: &mut RuleFacts<'p>) {
        let of = |pack: &'p Pack| pack.content.define.0.iter().chain(&pack.content.formats.0);
        if let Some((name, text)) = self.packs().iter().flat_map(of).find(|(known, _)| known == name)
            && !facts.definitions.iter().any(|(known, _)| known == name)
        {
            facts.definitions.push((name, text));
        }
    }
}

fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

/// The words of a sentence or condition outside of texts, regular expressions, quoted attributes and comments; those of
/// parameters with their `$`.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '/' | '`' => closed(rest, first),
            '#' => rest.find('\n').unwrap_or(rest.len()),
            c if is_part(c) || c == '$' => {
                let tail = rest.get(first.len_utf8()..).unwrap_or_default();
                let length = first.len_utf8() + tail.find(|c| !is_part(c)).unwrap_or(tail.len());
                words.extend(rest.get(..length));
                length
            }
            c => c.len_utf8(),
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    words
}

/// The length of what begins and ends with a mark.
fn closed(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == mark => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_of_texts_patterns_and_comments_are_none() {
        let text = "each `a b` of user # filtered\n where not filtered: it matches /^a \\/ b$/ and x = \"y \\\" z\" or it in $list";
        assert_eq!(
            words(text),
            [
                "each", "of", "user", "where", "not", "filtered", "it", "matches", "and", "x", "or", "it",
                "in", "$list"
            ]
        );
    }
}
