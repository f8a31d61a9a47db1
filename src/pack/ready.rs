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
    use crate::pack::{BUILT_IN, load};
    use crate::source::Store;

    #[test]
    fn what_was_read_says_what_the_texts_say() {
        let mut count = 0;
        for (name, text) in BUILT_IN {
            let mut store = Store::new();
            let file = store.text(name, text.as_bytes().to_vec());
            let pack = load(&store, file, true).unwrap().content;
            for (_, text) in &pack.define.0 {
                assert_eq!(known(CONDITIONS, text).as_ref(), parse_condition(text).ok().as_ref(), "{text}");
                count += 1;
            }
            for rule in &pack.rules {
                let text = &rule.rule;
                assert_eq!(known(SENTENCES, text).as_ref(), parse_sentence(text).ok().as_ref(), "{text}");
                for text in [Some(&rule.message), rule.help.as_ref()].into_iter().flatten() {
                    assert_eq!(known(TEMPLATES, text).as_ref(), parse_template(text).ok().as_ref(), "{text}");
                }
                count += 1;
            }
        }
        for (text, _) in OPERANDS {
            assert_eq!(known(OPERANDS, text).as_ref(), parse_operand(text).ok().as_ref(), "{text}");
        }
        assert!(!OPERANDS.is_empty());
        assert_eq!(count, SENTENCES.len() + CONDITIONS.len(), "each of them is ready");
    }
}
