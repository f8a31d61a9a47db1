//! Texts of rules: those of built-in ones were read when the program was built, and only their trees are taken out.

use serde::Deserialize;

use super::built_in::{CONDITIONS, OPERANDS, SENTENCES, TEMPLATES};
use crate::language::syntax::{At, Condition, Operand, Sentence, Template};
use crate::language::{Fault, parse_condition, parse_operand, parse_sentence, parse_template};

/// What a rule says.
pub(super) fn sentence(text: &str) -> Result<At<Sentence>, Box<Fault>> {
    known(SENTENCES, text).map_or_else(|| parse_sentence(text), Ok)
}

/// A condition that a pack defines.
pub(super) fn condition(text: &str) -> Result<Condition, Box<Fault>> {
    known(CONDITIONS, text).map_or_else(|| parse_condition(text), Ok)
}

/// What a fix makes, or changes.
pub(super) fn operand(text: &str) -> Result<At<Operand>, Box<Fault>> {
    known(OPERANDS, text).map_or_else(|| parse_operand(text), Ok)
}

/// A text with operands in braces.
pub(super) fn template(text: &str) -> Result<Template, Box<Fault>> {
    known(TEMPLATES, text).map_or_else(|| parse_template(text), Ok)
}

/// The tree of a text, among texts in order; none if nobody knew it.
fn known<T: Deserialize<'static>>(trees: &'static [(&str, &[u8])], text: &str) -> Option<T> {
    let number = trees.binary_search_by_key(&text, |(known, _)| known).ok()?;
    postcard::from_bytes(trees.get(number)?.1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::fix::{RawFix, RawRemedy};
    use crate::pack::{BUILT_IN, load};
    use crate::source::Store;

    /// Holds the tree of a text that is among some against the one that the parser makes.
    fn holds<T: Deserialize<'static> + PartialEq + std::fmt::Debug, E>(
        trees: &'static [(&str, &[u8])],
        text: &str,
        parsed: Result<T, E>,
    ) {
        assert_eq!(known(trees, text), Some(parsed.ok().unwrap()), "{text}");
    }

    /// The operands of a fix.
    fn texts(fix: &RawFix) -> Vec<&str> {
        let remedies = [&fix.set, &fix.remove, &fix.add].into_iter().flatten();
        let texts = remedies.map(|remedy| match remedy {
            RawRemedy::Operand(text) => vec![text.as_str()],
            RawRemedy::Of(entries) => entries.0.iter().flat_map(|(key, text)| [key.as_str(), text]).collect(),
        });
        texts.flatten().collect()
    }

    #[test]
    fn what_was_read_says_what_the_texts_say() {
        for (name, text) in BUILT_IN {
            let mut store = Store::new();
            let file = store.text(name, text.as_bytes().to_vec());
            let pack = load(&store, file, true).unwrap().content;
            for (_, text) in &pack.define.0 {
                holds(CONDITIONS, text, parse_condition(text));
            }
            for rule in &pack.rules {
                holds(SENTENCES, &rule.rule, parse_sentence(&rule.rule));
                for text in [Some(&rule.message), rule.help.as_ref()].into_iter().flatten() {
                    holds(TEMPLATES, text, parse_template(text));
                }
                for text in rule.fix.all.iter().flat_map(texts) {
                    holds(OPERANDS, text, parse_operand(text));
                }
            }
        }
    }

    #[test]
    fn a_text_that_nobody_knew_is_parsed() {
        assert_eq!(
            condition("has mail and has mail").unwrap(),
            parse_condition("has mail and has mail").unwrap()
        );
        assert!(known::<Condition>(CONDITIONS, "has mail and has mail").is_none());
        assert!(sentence("each").is_err() && template("{").is_err() && operand("(").is_err());
    }
}
