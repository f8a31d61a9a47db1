//! Hints for what people write who know another language.

use std::ops::Range;

use super::super::Rule;
use super::token;
use crate::language::suggest::nearest;

pub(super) struct Hint {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: String,
}

fn hint(
    span: Range<usize>,
    message: impl Into<String>,
    label: &str,
    help: impl Into<String>,
) -> Option<Hint> {
    Some(Hint { span, message: message.into(), label: label.to_owned(), help: help.into() })
}

/// The hint for a text that was refused at a place, if there is one.
pub(super) fn of(text: &str, at: usize, expected: &[Rule]) -> Option<Hint> {
    sign(text, at)
        .or_else(|| quote(text, at))
        .or_else(|| distinguished_name(text, at))
        .or_else(|| word(text, at, expected))
        .or_else(|| open_end(text, at))
}

/// Signs of other languages.
fn sign(text: &str, at: usize) -> Option<Hint> {
    let near = at.saturating_sub(1);
    for (sign, word) in [("==", "="), ("&&", "and"), ("||", "or"), ("<>", "!=")] {
        let place =
            [near, at].into_iter().find(|place| text.get(*place..).is_some_and(|t| t.starts_with(sign)));
        if let Some(place) = place {
            let span = place..place + sign.len();
            return hint(
                span,
                format!("`{sign}` is not known"),
                "not a word of rules",
                format!("write `{word}`"),
            );
        }
    }
    let rest = text.get(at..)?.trim_start();
    let start = text.len() - rest.len();
    if rest.starts_with('!') && !rest.starts_with("!=") {
        return hint(start..start + 1, "`!` is not known", "not a word of rules", "write `not`");
    }
    if rest.starts_with('^') {
        let message = "a regular expression stands between slashes";
        return hint(start..start + 1, message, "begins here", "write `/^svc-/`");
    }
    None
}

/// Single and curly quotes, and texts and expressions without an end.
fn quote(text: &str, at: usize) -> Option<Hint> {
    let rest = text.get(at..)?.trim_start();
    let start = text.len() - rest.len();
    let word = token(text, at);
    if let Some(apostrophe) = text.get(word.end..)?.chars().next().filter(|next| matches!(next, '\'' | '’'))
    {
        return contraction(text, word.start, word.end + apostrophe.len_utf8());
    }
    let first = rest.chars().next()?;
    let before = text.get(..start).unwrap_or_default();
    let inside_word = before.ends_with(|c: char| c.is_alphabetic());
    match first {
        '\'' | '’' if inside_word => {
            let word = before.rfind(|c: char| !c.is_alphabetic()).map_or(0, |space| space + 1);
            contraction(text, word, start + first.len_utf8())
        }
        '\'' | '“' | '”' | '‘' | '’' | '„' | '«' => {
            let message = format!("`{first}` is no quotation mark of rules");
            hint(
                start..start + first.len_utf8(),
                message,
                "this mark",
                "texts stand in straight double quotes: `\"joe\"`",
            )
        }
        '"' => {
            hint(start..start + 1, "a text is not closed", "begins here", "write a double quote at its end")
        }
        '/' => hint(
            start..start + 1,
            "a regular expression is not closed",
            "begins here",
            "write a slash at its end; a slash inside is written `\\/`",
        ),
        _ => None,
    }
}

/// `doesn't`, from its first letter to behind its apostrophe.
fn contraction(text: &str, start: usize, apostrophe: usize) -> Option<Hint> {
    let end = token(text, apostrophe).end;
    let whole = text.get(start..end)?;
    let help = match whole.to_lowercase().replace('’', "'").as_str() {
        "isn't" => "write `is not`",
        "hasn't" | "haven't" => "write `has no`",
        _ => "write `does not`",
    };
    hint(start..end, format!("`{whole}` is not known"), "not a word of rules", help)
}

/// `under OU=Staff`: the grammar reads `OU` as an attribute.
fn distinguished_name(text: &str, at: usize) -> Option<Hint> {
    let here = text.get(..at)?.trim_end();
    let rest = text.get(at..)?.trim_start();
    let word = here.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |space| space + 1);
    let kind = here.get(word..)?;
    let known = ["ou", "cn", "dc", "o", "uid"].iter().any(|known| kind.eq_ignore_ascii_case(known));
    if !known || !rest.starts_with('=') {
        return None;
    }
    let from = text.get(word..)?;
    let length = from.find(char::is_whitespace).unwrap_or(from.len());
    let name = from.get(..length)?;
    let message = "a distinguished name stands in quotes";
    hint(word..word + length, message, "without quotes", format!("write `\"{name}\"`"))
}

/// Words that are reserved: an attribute of such a name stands in backquotes.
const RESERVED: &[&str] =
    &["of", "in", "is", "have", "has", "under", "be", "are", "it", "no", "match", "may"];
/// Every keyword, for those that are misspelt.
const KEYWORDS: &[&str] = &[
    "each", "only", "unique", "acyclic", "must", "where", "across", "within", "and", "not", "matches",
    "starts", "ends", "contains", "refers", "equals", "under", "exactly", "most", "least", "flag", "exact",
    "may", "have",
];

fn word(text: &str, at: usize, expected: &[Rule]) -> Option<Hint> {
    let span = token(text, at);
    let word = text.get(span.clone()).filter(|word| word.starts_with(|c: char| c.is_alphabetic()))?;
    let lower = word.to_lowercase();
    let unknown = format!("`{word}` is not known here");
    let label = "not a word of rules";
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    if lower != word
        && (KEYWORDS.contains(&lower.as_str()) || ["or", "no", "is", "has"].contains(&lower.as_str()))
    {
        return hint(
            span,
            unknown,
            "in capitals",
            format!("the words of rules are lower case: write `{lower}`"),
        );
    }
    let help = match lower.as_str() {
        "like" => "write `contains \"x\"`, `starts with \"x\"` or `matches /x/`",
        "null" | "empty" | "nil" | "none" => "write `has no ATTRIBUTE`",
        "if" | "when" => "write `where`",
        "then" => "write `must`, or `:`",
        "can" | "should" | "shall" => "write `may` after `only`, and `must` after `each`",
        "month" | "months" | "year" | "years" => "months differ in length: write days or weeks",
        "now" => "write `age(ATTRIBUTE) > 30 days`",
        "all" | "every" | "any" if at == 0 => "write `each`",
        "users" | "groups" | "contacts" | "devices" if at == 0 => {
            "a rule begins with `each`, `no`, `only` or `unique`"
        }
        "else" => "write two rules",
        _ => "",
    };
    if !help.is_empty() {
        return hint(span, unknown, label, help);
    }
    let wants_name = expected.iter().any(|node| {
        matches!(
            node,
            Rule::attribute | Rule::path | Rule::operand | Rule::subject | Rule::class | Rule::string
        )
    });
    if wants_name && RESERVED.contains(&lower.as_str()) {
        let message = format!("`{word}` is a word of the language");
        return hint(
            span,
            message,
            "not a name here",
            format!("an attribute of this name is written `` `{word}` ``"),
        );
    }
    if matches!(lower.as_str(), "of" | "across") && before.ends_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let near = nearest(word, KEYWORDS.iter().copied()).filter(|near| *near != word)?;
    hint(span, unknown, label, format!("did you mean `{near}`?"))
}

/// A text that ends while a parenthesis is open.
fn open_end(text: &str, at: usize) -> Option<Hint> {
    let mut open = Vec::new();
    let mut quoted = false;
    for (place, byte) in text.bytes().enumerate().take(at) {
        match byte {
            b'"' => quoted = !quoted,
            b'(' | b'[' if !quoted => open.push(place),
            b')' | b']' if !quoted => {
                open.pop();
            }
            _ => {}
        }
    }
    let last = open.pop()?;
    let at_end = text.get(at..).is_some_and(|rest| rest.trim().is_empty());
    let closing = if text.as_bytes().get(last) == Some(&b'[') { "]" } else { ")" };
    if !at_end {
        return None;
    }
    hint(
        last..last + 1,
        "a parenthesis is not closed",
        "opens here",
        format!("write `{closing}` where it ends"),
    )
}
