//! How a scalar is written, and where.

use std::ops::Range;

use granit_parser::{ScalarStyle, Span, Tag};

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

/// Whether a scalar is no value (YAML 1.2.2, 10.3.2).
pub(super) fn is_null(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> bool {
    style == ScalarStyle::Plain && tag.is_none() && matches!(value, "" | "~" | "null" | "Null" | "NULL")
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
        Form::YamlLiteral | Form::YamlFolded => {
            // the parser goes on to the next value: its indentation is no part of the text
            let body = text.get(range.clone()).unwrap_or_default().trim_end_matches(' ');
            let end =
                if body.is_empty() || body.ends_with('\n') { range.start + body.len() } else { range.end };
            block(text, range.start, end)..end
        }
        _ => range,
    }
}

/// The first byte of a block: of one without any text the parser gives the indicator itself.
fn block(text: &str, start: usize, end: usize) -> usize {
    let line = text.get(..start).map_or("", |head| head.rsplit('\n').next().unwrap_or_default());
    let has_text =
        text.get(start..end).is_none_or(|body| body.lines().skip(1).any(|line| !line.trim().is_empty()));
    if line.trim().is_empty() || has_text || start == end { header(text, start) } else { start }
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
