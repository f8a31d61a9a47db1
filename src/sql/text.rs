//! Values as texts that every engine takes, and that mean the same in each.
//!
//! SQL has no text for a NUL (PostgreSQL) or for bytes that are no UTF-8. Each such byte is written as one character of the private
//! use area, U+EF00 to U+EFFF (as MirBSD's OPTU-8 does), so that comparing, cutting and counting come out as they do on the bytes.

use std::borrow::Cow;

use data_encoding::{BASE64, HEXLOWER};

use crate::snapshot::value::{Type, folded, key_into};

/// The first character that stands for a byte, and the last one.
const FIRST: char = '\u{ef00}';
const LAST: char = '\u{efff}';

/// Stands before the key of a value that does not read as its type; no key of one that does begins so.
pub(super) const UNREAD: &str = "?";

/// The bytes as text, with stand-ins for what is no text. A character that is a stand-in itself is written as its bytes are.
#[must_use]
pub fn written(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
        && !is_ambiguous(bytes)
    {
        return Cow::Borrowed(text);
    }
    let mut made = String::with_capacity(bytes.len());
    let mut buffer = [0; 4];
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\0' => made.push(stand_in(0)),
                FIRST..=LAST => {
                    made.extend(character.encode_utf8(&mut buffer).bytes().map(stand_in));
                }
                other => made.push(other),
            }
        }
        made.extend(chunk.invalid().iter().map(|byte| stand_in(*byte)));
    }
    Cow::Owned(made)
}

/// The bytes that a text stands for: what [`written`] made of them.
#[must_use]
pub fn unwritten(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0; 4];
    for character in text.chars() {
        match byte_of(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes()),
        }
    }
    bytes
}

/// Whether a text holds a character that is a stand-in: written, it is three characters, and so counts as more than it does.
#[must_use]
pub fn is_ambiguous(bytes: &[u8]) -> bool {
    // U+EF00 to U+EFFF are EE BC 80 to EE BF BF
    memchr::memchr_iter(0xEE, bytes).any(|at| matches!(bytes.get(at + 1), Some(0xBC..=0xBF)))
}

fn stand_in(byte: u8) -> char {
    char::from_u32(u32::from(FIRST) + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn byte_of(character: char) -> Option<u8> {
    let number = u32::from(character).checked_sub(u32::from(FIRST))?;
    u8::try_from(number).ok().filter(|byte| *byte == 0 || *byte >= 0x80)
}

/// The text without regard to case, with stand-ins.
#[must_use]
pub fn folded_text(bytes: &[u8]) -> String {
    written(&folded(bytes)).into_owned()
}

/// What [`key_into`] puts before the folded text of a value that does not read as its type.
const UNREAD_KEY: &[u8] = b"\xFFunread:";

/// The text by which values of a type compare.
#[must_use]
pub fn key_text(kind: Type, bytes: &[u8]) -> String {
    let mut key = Vec::new();
    key_into(kind, bytes, &mut key);
    key_as_text(kind, &key)
}

/// A key that [`key_into`] made as text: texts are equal if and only if keys are.
#[must_use]
pub(super) fn key_as_text(kind: Type, key: &[u8]) -> String {
    if let Some(folded) = key.strip_prefix(UNREAD_KEY) {
        return UNREAD.to_owned() + &written(folded);
    }
    match kind {
        Type::Text | Type::Dn => written(key).into_owned(),
        Type::Binary => BASE64.encode(key),
        Type::Number | Type::Time => match <[u8; 8]>::try_from(key) {
            Ok(bytes) => i64::from_be_bytes(bytes).to_string(),
            Err(_) => HEXLOWER.encode(key),
        },
        Type::Boolean | Type::Guid | Type::Sid => HEXLOWER.encode(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_has_a_stand_in() {
        assert_eq!(written(b"a\0b\xFF"), "a\u{ef00}b\u{efff}");
        for bytes in [&b"a\0b\xFFc"[..], b"\xE2\x82", "Łódź".as_bytes(), b"", "\u{ef80}\u{ef01}".as_bytes()]
        {
            assert_eq!(unwritten(&written(bytes)), bytes);
        }
        assert_ne!(written("\u{efff}".as_bytes()), written(b"\xFF"));
        assert!(is_ambiguous("a\u{ef80}".as_bytes()) && is_ambiguous("\u{ef00}".as_bytes()));
        assert!(!is_ambiguous("\u{eeff}\u{f000}".as_bytes()));
    }

    #[test]
    fn keys_of_a_type_are_equal_as_texts() {
        let same =
            |kind, one: &str, other: &str| key_text(kind, one.as_bytes()) == key_text(kind, other.as_bytes());
        assert!(same(Type::Dn, "CN=Joe , DC=x", "cn=joe,dc=X"));
        assert!(same(Type::Number, "0x10", "16") && !same(Type::Number, "x", "16"));
        assert!(same(Type::Boolean, "TRUE", "true") && same(Type::Text, "JOSÉ", "josé"));
        assert!(!same(Type::Binary, "a", "A"));
    }
}
