//! Limits that are checked before the grammar runs: it follows every parenthesis on the stack.

use super::{Node, Rule, operand};
use crate::language::fault::Fault;

/// How deep parentheses, brackets and `not` may be nested.
const NESTING: usize = 64;
/// The longest text of a rule, in bytes.
const LENGTH: usize = 1 << 16;

pub(super) fn check(text: &str) -> Result<(), Box<Fault>> {
    if text.len() > LENGTH {
        return Err(limit(
            0..1,
            format!("a rule may have {LENGTH} bytes, this one has {}", text.len()),
            "too long",
        ));
    }
    let mut depth = 0_usize;
    let mut nots = 0_usize;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'`' => at = behind(bytes, at, *byte),
            b'#' => at += bytes.iter().skip(at).position(|byte| *byte == b'\n').unwrap_or(bytes.len()),
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'n' | b'd' if is_word(bytes, at, b"not") || is_word(bytes, at, b"does") => nots += 1,
            b'\t' | b'\n' | b'\r' | b' ' | b'o' | b't' | b'e' | b's' => {}
            _ => nots = 0,
        }
        if depth + nots > NESTING {
            let message = format!("parentheses and `not` may be nested {NESTING} deep");
            return Err(limit(at..at + 1, message, "deeper than that"));
        }
        at += 1;
    }
    Ok(())
}

fn is_word(bytes: &[u8], at: usize, word: &[u8]) -> bool {
    bytes.get(at..at + word.len()) == Some(word)
}

/// The closing quote, or the end.
fn behind(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            _ if *byte == quote => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

/// A regular expression takes no flag but `i`.
pub(super) fn check_flags(node: &Node<'_>) -> Result<(), Box<Fault>> {
    for inner in node.clone().into_inner().flatten().filter(|inner| inner.as_rule() == Rule::regex) {
        let text = inner.as_str();
        let flags = text.rsplit('/').next().unwrap_or_default();
        if !matches!(flags, "" | "i") {
            let end = inner.as_span().end();
            return Err(Box::new(Fault {
                code: "rule-regex-flag",
                message: format!("unknown flag `{flags}` of a regular expression"),
                label: "only `i` is known".to_owned(),
                help: Some(
                    "`i` matches letters without regard to case; `^`, `$` and `(?m)` say the rest".to_owned(),
                ),
                span: end - flags.len()..end,
            }));
        }
    }
    Ok(())
}

/// What the grammar takes and no rule can mean: a number of more than 64 bits, a code point that is none, a `where`
/// behind something else than a path.
pub(super) fn check_values(node: &Node<'_>) -> Result<(), Box<Fault>> {
    for inner in node.clone().into_inner().flatten() {
        let (text, place) = (inner.as_str(), inner.as_span().start()..inner.as_span().end());
        let fault = |message: String, label: &str, help: &str| {
            let (label, help) = (label.to_owned(), Some(help.to_owned()));
            Err(Box::new(Fault { code: "rule-syntax", message, label, help, span: place.clone() }))
        };
        match inner.as_rule() {
            Rule::number if operand::number(text).is_none() => {
                return fault(
                    format!("`{text}` does not fit into 64 bits"),
                    "too large",
                    "numbers go from -9223372036854775808 to 9223372036854775807",
                );
            }
            Rule::duration if operand::duration(inner.clone()).is_none() => {
                return fault(format!("`{text}` is too long"), "too long", "write a shorter time span");
            }
            Rule::string if operand::unescaped(text).is_none() => {
                return fault(
                    "the text holds a code point that does not exist".to_owned(),
                    "in this text",
                    "code points go from `\\u{0}` to `\\u{10FFFF}`, without `\\u{D800}` to `\\u{DFFF}`",
                );
            }
            Rule::argument if is_filtered_other(&inner) => {
                return fault(
                    "only the values of an attribute can be chosen with `where`".to_owned(),
                    "no attribute",
                    "functions go outside: `lower(mail where it contains \"@\")`",
                );
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_filtered_other(argument: &Node<'_>) -> bool {
    let mut parts = argument.clone().into_inner();
    let first = parts.next().and_then(|operand| operand.into_inner().next());
    parts.next().is_some() && first.is_some_and(|first| first.as_rule() != Rule::path)
}

fn limit(span: std::ops::Range<usize>, message: String, label: &str) -> Box<Fault> {
    Box::new(Fault {
        code: "rule-too-large",
        message,
        label: label.to_owned(),
        help: Some("put a part of it under a name of its own in `define:`".to_owned()),
        span,
    })
}
