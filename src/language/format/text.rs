//! Formats of text as such.

use super::{Faults, fault};
use crate::finding::{code_point, is_invisible};

/// A character as a person is told of it: as it stands, or by code point and name where it cannot be seen.
pub(super) fn described(character: char) -> String {
    if character == ' ' {
        return "a space".to_owned();
    }
    if character == '\t' {
        return "a tab".to_owned();
    }
    let name = unicode_names2::name(character).map(|name| format!(" {name}")).unwrap_or_default();
    if is_invisible(character) || character.is_whitespace() {
        format!("`{}`{name}", code_point(character))
    } else if character.is_ascii() {
        format!("`{character}`")
    } else {
        format!("`{character}` ({}{name})", code_point(character))
    }
}

/// One fault for each run of characters that are not allowed, and one for each run of bytes that are no UTF-8.
pub(super) fn forbidden(value: &[u8], base: usize, is_forbidden: impl Fn(char) -> bool) -> Faults {
    let mut faults: Faults = Vec::new();
    let mut last = None;
    let mut at = base;
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            let end = at + character.len_utf8();
            if is_forbidden(character) {
                match faults.last_mut() {
                    Some(previous) if last == Some(character) && previous.range.end == at => {
                        previous.range.end = end;
                    }
                    _ => faults.push(fault(at..end, described(character))),
                }
                last = Some(character);
            } else {
                last = None;
            }
            at = end;
        }
        let invalid = chunk.invalid().len();
        if invalid > 0 {
            faults.push(fault(at..at + invalid, "bytes that are not UTF-8"));
            at += invalid;
            last = None;
        }
    }
    faults
}

pub(super) fn ascii(value: &[u8]) -> Faults {
    forbidden(value, 0, |character| !character.is_ascii())
}

pub(super) fn printable(value: &[u8]) -> Faults {
    forbidden(value, 0, is_invisible)
}

pub(super) fn is_blank(value: &[u8]) -> bool {
    match std::str::from_utf8(value) {
        Ok(text) => text.chars().all(|character| character.is_whitespace() || is_invisible(character)),
        Err(_) => false,
    }
}

pub(super) fn blank(value: &[u8]) -> Faults {
    if is_blank(value) { Vec::new() } else { vec![fault(0..value.len(), "text")] }
}
