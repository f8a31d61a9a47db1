//! The value of a line: plain, base64 or a URL.

use data_encoding::BASE64;
use memchr::memchr;

use super::line::{Line, skip_fill, unfold_into};
use crate::snapshot::record::{Place, Record, Text};
use crate::snapshot::value::base64;
use crate::source::Form;

/// A value as far as it could be read, and the byte at which it could not.
pub(super) struct Value {
    pub(super) text: Text,
    pub(super) place: Place,
    pub(super) fault: Option<(ValueFault, usize)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueFault {
    Base64,
    SpaceBehind,
    Nul,
    NotUtf8,
}

/// Reads the value behind the colon at `colon` of a line.
pub(super) fn read(block: &[u8], line: Line, colon: usize, record: &mut Record) -> Value {
    let behind = skip_folds(block, colon + 1, line.end);
    match block.get(behind).filter(|_| behind < line.end) {
        Some(b':') => coded(block, line, behind + 1, record),
        Some(b'<') => {
            let mut value = plain(block, line, behind + 1, record);
            let url = record.bytes(block, value.text);
            let spaces = url.len() - url.trim_ascii_end().len();
            value.text = value.text.without_tail(spaces);
            value.place.url = true;
            value
        }
        _ => plain(block, line, colon + 1, record),
    }
}

/// A fold directly behind the colon belongs to no value.
fn skip_folds(block: &[u8], at: usize, end: usize) -> usize {
    match block.get(at..end.max(at)) {
        Some([b'\n', b' ', ..]) => at + 2,
        Some([b'\r', b'\n', b' ', ..]) => at + 3,
        _ => at,
    }
}

fn plain(block: &[u8], line: Line, from: usize, record: &mut Record) -> Value {
    let start = skip_fill(block, from, line.end);
    let raw = block.get(start..line.end).unwrap_or_default();
    let folded = line.folded && memchr(b'\n', raw).is_some();
    let (text, fault) = if folded {
        let arena = record.arena();
        let begin = arena.len();
        unfold_into(raw, arena);
        let fault = text_fault(arena.get(begin..).unwrap_or_default()).map(|(kind, _)| (kind, start));
        (Text::of_arena(begin..arena.len()), fault)
    } else {
        let fault = text_fault(raw).map(|(kind, at)| (kind, start + at));
        (Text::of_block(start..line.end), fault)
    };
    let form = if folded { Form::LdifText } else { Form::Plain };
    Value { text, place: place(start, line.end, form), fault }
}

/// The first byte that no plain value may hold.
#[inline]
fn text_fault(text: &[u8]) -> Option<(ValueFault, usize)> {
    if let Some(at) = memchr(0, text) {
        return Some((ValueFault::Nul, at));
    }
    if text.is_ascii() {
        return None;
    }
    match std::str::from_utf8(text) {
        Ok(_) => None,
        Err(error) => Some((ValueFault::NotUtf8, error.valid_up_to())),
    }
}

fn coded(block: &[u8], line: Line, from: usize, record: &mut Record) -> Value {
    let start = skip_fill(block, from, line.end);
    let raw = block.get(start..line.end).unwrap_or_default();
    let mut joined = record.scratch();
    let text: &[u8] = if line.folded && memchr(b'\n', raw).is_some() {
        unfold_into(raw, &mut joined);
        &joined
    } else {
        raw
    };
    let trimmed = text.trim_ascii_end();
    let arena = record.arena();
    let begin = arena.len();
    let decoded = decode_behind(trimmed, arena);
    let mut end = start + raw.trim_ascii_end().len();
    let fault = match decoded {
        Ok(()) => (trimmed.len() < text.len()).then_some((ValueFault::SpaceBehind, end)),
        Err(position) => {
            arena.truncate(begin);
            let bad = first_bad(trimmed).unwrap_or(position);
            Some((ValueFault::Base64, start + raw_offset(raw, bad)))
        }
    };
    end = end.max(start);
    let text = Text::of_arena(begin..record.arena().len());
    record.keep_scratch(joined);
    Value { text, place: place(start, end, Form::LdifBase64), fault }
}

/// Appends what is coded; the place of the fault if it is no base64.
fn decode_behind(coded: &[u8], arena: &mut Vec<u8>) -> Result<(), usize> {
    if base64::decode_into(coded, arena) {
        return Ok(());
    }
    let bytes = BASE64.decode(coded).map_err(|error| error.position)?;
    arena.extend_from_slice(&bytes);
    Ok(())
}

/// The first byte outside the alphabet.
fn first_bad(coded: &[u8]) -> Option<usize> {
    coded.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'+' | b'/' | b'='))
}

/// Where the byte `offset` of the unfolded text stands in the raw one.
fn raw_offset(raw: &[u8], offset: usize) -> usize {
    let mut left = offset;
    let mut at = 0;
    while at < raw.len() {
        let next = skip_folds(raw, at, raw.len());
        if next == at {
            if left == 0 {
                return at;
            }
            left -= 1;
            at += 1;
        } else {
            at = next;
        }
    }
    raw.len().saturating_sub(1)
}

fn place(start: usize, end: usize, form: Form) -> Place {
    Place::new(start..end, form)
}
