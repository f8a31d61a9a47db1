//! How a scalar is written, and where.

use std::ops::Range;

use granit_parser::{ScalarStyle, Span};

use crate::source::Form;

/// The form of a style.
pub(crate) fn form(style: ScalarStyle) -> Form {
    match style {
        ScalarStyle::Plain => Form::YamlPlain,
        ScalarStyle::SingleQuoted => Form::YamlSingle,
        ScalarStyle::DoubleQuoted => Form::YamlDouble,
        ScalarStyle::Literal => Form::YamlLiteral,
        ScalarStyle::Folded => Form::YamlFolded,
    }
}

/// The bytes of a text that a span covers.
pub(crate) fn bytes(span: &Span) -> Range<usize> {
    let start = span.start.byte_offset().unwrap_or(0);
    start..span.end.byte_offset().unwrap_or(start).max(start)
}

/// The bytes of a scalar as written: of a block, from its indicator on.
pub(crate) fn written(text: &str, span: &Span, form: Form) -> Range<usize> {
    let range = bytes(span);
    match form {
        Form::YamlLiteral | Form::YamlFolded => header(text, range.start)..range.end,
        _ => range,
    }
}

/// The indicator of a block whose text begins at a place: the parser gives only the text.
fn header(text: &str, start: usize) -> usize {
    let mut end = text.get(..start).and_then(|head| head.rfind('\n')).unwrap_or(0);
    loop {
        let line = text.get(..end).and_then(|head| head.rfind('\n')).map_or(0, |lf| lf + 1);
        let shown = text.get(line..end).unwrap_or_default();
        let found = shown.char_indices().rev().find(|(at, character)| {
            let behind = shown.get(at + 1..).unwrap_or_default();
            let behind =
                behind.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+')).trim();
            matches!(character, '|' | '>') && (behind.is_empty() || behind.starts_with('#'))
        });
        match found {
            Some((at, _)) => return line + at,
            None if line == 0 || !shown.trim().is_empty() => return start,
            None => end = line - 1,
        }
    }
}
