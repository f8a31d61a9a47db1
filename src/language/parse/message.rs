//! What is wrong with a text that the grammar refuses, in the words of the one who wrote it.

mod hint;

use std::ops::Range;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::Rule;
use crate::language::fault::Fault;

/// A fault for a text that the grammar took and the builder did not.
pub(super) fn lost(text: &str) -> Box<Fault> {
    fault_at(0..text.len(), "this cannot be understood", "as a whole", None)
}

fn fault_at(span: Range<usize>, message: &str, label: &str, help: Option<String>) -> Box<Fault> {
    Box::new(Fault { code: "rule-syntax", message: message.to_owned(), label: label.to_owned(), help, span })
}

/// The fault that the grammar found.
pub(super) fn fault(text: &str, entry: Rule, error: &Error<Rule>) -> Box<Fault> {
    let at = match error.location {
        InputLocation::Pos(at) => at,
        InputLocation::Span((start, _)) => start,
    };
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    if text.trim().is_empty() {
        return fault_at(0..text.len(), "the text is empty", "nothing here", None);
    }
    if let Some(hint) = hint::of(text, at, expected) {
        return fault_at(hint.span, &hint.message, &hint.label, Some(hint.help));
    }
    let mut span = token(text, at);
    if span.is_empty() {
        // behind the last word, not in the line below a block
        let end = text.trim_end().len();
        span = end..end;
    }
    let words = words(expected);
    let message = match text.get(span.clone()).filter(|token| !token.is_empty()) {
        _ if words.is_empty() => "nothing more is expected here".to_owned(),
        Some(found) => format!("{words} is expected, not `{found}`"),
        None => format!("{words} is expected at the end"),
    };
    let label = if span.is_empty() { "the text ends here" } else { "not expected here" };
    fault_at(span, &message, label, general(entry, text))
}

/// The form of the sentence that was begun.
fn general(entry: Rule, text: &str) -> Option<String> {
    let first = text.split_whitespace().next().unwrap_or_default();
    if entry != Rule::rule {
        return None;
    }
    let form = match first {
        "each" => "each CLASSES [where CONDITION] must PREDICATE`, or `each ATTRIBUTES of CLASSES: CONDITION",
        "no" => "no CLASSES where CONDITION`, or `no ATTRIBUTES of CLASSES where CONDITION",
        "only" => "only CLASSES may have ATTRIBUTES [where CONDITION]",
        "unique" => "unique ATTRIBUTES across CLASSES [where CONDITION] [within ATTRIBUTE]",
        "acyclic" => "acyclic ATTRIBUTE of CLASSES [where CONDITION]",
        "at" => "at most NUMBER CLASSES [where CONDITION]",
        _ => "each ..`, `no ..`, `only ..`, `unique ..`, `acyclic ..`, `at most ..` or `at least ..",
    };
    Some(format!("the form is `{form}`"))
}

/// The word, number or sign at a place; nothing at the end.
pub(super) fn token(text: &str, at: usize) -> Range<usize> {
    let rest = text.get(at..).unwrap_or_default();
    let skipped = at + (rest.len() - rest.trim_start().len());
    let rest = text.get(skipped..).unwrap_or_default();
    let word = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(rest.len());
    let length = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
    skipped..skipped + length
}

/// What was expected, in the user's words, each once: `where`, `must` or a comma.
fn words(expected: &[Rule]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for wanted in expected {
        if let Some(word) = word(*wanted)
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
    words.sort_by_key(|word| !word.starts_with('`'));
    words.truncate(8);
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn word(wanted: Rule) -> Option<&'static str> {
    Some(match wanted {
        Rule::kw_each => "`each`",
        Rule::kw_no => "`no`",
        Rule::kw_only => "`only`",
        Rule::kw_unique => "`unique`",
        Rule::kw_acyclic => "`acyclic`",
        Rule::tally | Rule::kw_at_most => "`at most`",
        Rule::kw_at_least => "`at least`",
        Rule::kw_exactly => "`exactly`",
        Rule::must | Rule::kw_must => "`must`",
        Rule::colon => "`:`",
        Rule::kw_may => "`may`",
        Rule::kw_of => "`of`",
        Rule::kw_across => "`across`",
        Rule::kw_where | Rule::filter | Rule::nested => "`where`",
        Rule::kw_and => "`and`",
        Rule::kw_or => "`or`",
        Rule::kw_have => "`have`",
        Rule::kw_any => "`any`",
        Rule::kw_to => "`to`",
        Rule::close => "`)`",
        Rule::open => "`(`",
        Rule::comma => "a comma",
        Rule::class | Rule::classes => "a class",
        Rule::attribute | Rule::attributes | Rule::path | Rule::key | Rule::keys => "an attribute",
        Rule::operand | Rule::string | Rule::argument => "a value",
        Rule::number | Rule::figure => "a number",
        Rule::regex => "a regular expression such as `/^svc-/`",
        Rule::predicate | Rule::comparator | Rule::kw_be | Rule::comparison => {
            "a test such as `=`, `is`, `has`, `matches`"
        }
        Rule::condition | Rule::term | Rule::negation | Rule::name => "a condition",
        Rule::subject => "a class or an attribute",
        _ => return None,
    })
}
