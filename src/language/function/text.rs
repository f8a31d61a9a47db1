//! Functions of text. Bytes that are no UTF-8 are kept, and count as one character each.

use std::ops::Range;

use memchr::memmem;
use unicode_normalization::UnicodeNormalization;

use crate::finding::is_invisible;
use crate::snapshot::value::folded;

/// Applies a function to the text between bytes that are no UTF-8.
fn through(value: &[u8], make: impl Fn(&str) -> String) -> Vec<u8> {
    let mut made = Vec::with_capacity(value.len());
    for chunk in value.utf8_chunks() {
        made.extend_from_slice(make(chunk.valid()).as_bytes());
        made.extend_from_slice(chunk.invalid());
    }
    made
}

pub(super) fn lower(value: &[u8]) -> Vec<u8> {
    through(value, str::to_lowercase)
}

pub(super) fn upper(value: &[u8]) -> Vec<u8> {
    through(value, str::to_uppercase)
}

pub(super) fn nfc(value: &[u8]) -> Vec<u8> {
    through(value, |text| text.nfc().collect())
}

/// Without white space (Unicode `White_Space`) and other characters on either side.
pub(super) fn trim(value: &[u8], others: &[u8]) -> Range<usize> {
    let stays = |end: Option<&u8>| end.is_some_and(|byte| byte.is_ascii_graphic() && !others.contains(byte));
    if stays(value.first()) && stays(value.last()) {
        return 0..value.len();
    }
    match std::str::from_utf8(value) {
        Ok(text) => {
            let others = String::from_utf8_lossy(others);
            let goes = |character: char| character.is_whitespace() || others.contains(character);
            let start = text.len() - text.trim_start_matches(goes).len();
            start..start.max(text.trim_end_matches(goes).len())
        }
        Err(_) => {
            let goes = |byte: &u8| byte.is_ascii_whitespace() || (byte.is_ascii() && others.contains(byte));
            let start = value.iter().take_while(|byte| goes(byte)).count();
            start..start.max(value.len() - value.iter().rev().take_while(|byte| goes(byte)).count())
        }
    }
}

/// Without characters that nobody sees, and with plain spaces: what is left is what is seen.
pub(super) fn visible(value: &[u8]) -> Vec<u8> {
    through(value, |text| {
        let seen = |character: char| match character.is_whitespace() {
            true => Some(' '),
            false => (!is_invisible(character)).then_some(character),
        };
        text.chars().filter_map(seen).collect()
    })
}

pub(super) fn collapse(value: &[u8]) -> Vec<u8> {
    through(value, |text| {
        let mut made = String::with_capacity(text.len());
        let mut in_space = false;
        for character in text.chars() {
            let space = character.is_whitespace();
            if !space {
                made.push(character);
            } else if !in_space {
                made.push(' ');
            }
            in_space = space;
        }
        made
    })
}

/// As Microsoft's limits count: in UTF-16 code units, so that an emoji counts as two.
pub(super) fn length(value: &[u8]) -> i64 {
    let count = if value.is_ascii() {
        value.len()
    } else {
        value.utf8_chunks().map(|chunk| chunk.valid().encode_utf16().count() + chunk.invalid().len()).sum()
    };
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Where a text begins and ends in a value, without regard to case where folding keeps lengths.
fn find(value: &[u8], text: &[u8]) -> Option<Range<usize>> {
    let found = |start: usize| start..start + text.len();
    if let Some(start) = memmem::find(value, text) {
        return Some(found(start));
    }
    let (value_folded, text_folded) = (folded(value), folded(text));
    if value_folded.len() != value.len() || text_folded.len() != text.len() {
        return None;
    }
    memmem::find(&value_folded, &text_folded).map(found)
}

pub(super) fn before(value: &[u8], text: &[u8]) -> Range<usize> {
    0..find(value, text).map_or(value.len(), |range| range.start)
}

pub(super) fn after(value: &[u8], text: &[u8]) -> Range<usize> {
    find(value, text).map_or(value.len(), |range| range.end)..value.len()
}

pub(super) fn replace(value: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    if from.is_empty() {
        return value.to_vec();
    }
    let mut made = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(range) = find(rest, from) {
        made.extend_from_slice(rest.get(..range.start).unwrap_or_default());
        made.extend_from_slice(to);
        rest = rest.get(range.end..).unwrap_or_default();
    }
    made.extend_from_slice(rest);
    made
}

/// Letters that do not fall apart into a letter and an accent.
const PLAIN: &[(char, &str)] = &[
    ('ß', "ss"),
    ('ẞ', "SS"),
    ('æ', "ae"),
    ('Æ', "AE"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('ø', "o"),
    ('Ø', "O"),
    ('ł', "l"),
    ('Ł', "L"),
    ('đ', "d"),
    ('Đ', "D"),
    ('ð', "d"),
    ('Ð', "D"),
    ('þ', "th"),
    ('Þ', "Th"),
    ('ı', "i"),
    ('ħ', "h"),
    ('Ħ', "H"),
    ('’', "'"),
    ('‘', "'"),
    ('‐', "-"),
    ('–', "-"),
    ('—', "-"),
];

pub(super) fn ascii(value: &[u8]) -> Vec<u8> {
    let mut made = Vec::with_capacity(value.len());
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            match PLAIN.iter().find(|(known, _)| *known == character) {
                Some((_, plain)) => made.extend_from_slice(plain.as_bytes()),
                None => made.extend(
                    std::iter::once(character)
                        .nfkd()
                        .filter_map(|part| u8::try_from(part).ok())
                        .filter(u8::is_ascii),
                ),
            }
        }
    }
    made
}

pub(super) fn skeleton(value: &[u8]) -> Vec<u8> {
    let text = folded(value);
    through(&text, |text| unicode_security::skeleton(text).collect())
}
