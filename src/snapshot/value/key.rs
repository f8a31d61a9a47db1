//! The key of a value: two values of a type are equal if and only if their keys are.

use super::Type;
use super::dn::normalize_into;
use super::fold::fold_into;
use super::identifier::{guid, sid_into};
use super::time::seconds;

/// The number that a text is: decimal or `0x`, of 64 bits with a sign.
#[must_use]
pub fn number(value: &[u8]) -> Option<i64> {
    // as nearly all are: digits that cannot overflow
    if (1..=18).contains(&value.len()) && value.iter().all(u8::is_ascii_digit) {
        return Some(value.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')));
    }
    let text = std::str::from_utf8(value).ok()?.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The truth value that a text is, in any case.
#[must_use]
pub fn boolean(value: &[u8]) -> Option<bool> {
    let text = value.trim_ascii();
    if text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if text.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

/// Appends the key of a value. What does not read as its type gets a key of its own, by its folded text, which equals no
/// key of what does.
pub fn key_into(kind: Type, value: &[u8], into: &mut Vec<u8>) {
    match kind {
        Type::Text => fold_into(value, into),
        Type::Binary => into.extend_from_slice(value),
        Type::Number => exactly(number(value).map(i64::to_be_bytes), value, into),
        Type::Time => exactly(seconds(value).map(i64::to_be_bytes), value, into),
        Type::Boolean => exactly(boolean(value).map(|truth| [u8::from(truth)]), value, into),
        Type::Guid => exactly(guid(value), value, into),
        Type::Sid => {
            if !sid_into(value, into) {
                unread(value, into);
            }
        }
        Type::Dn => {
            if !normalize_into(value, into) {
                unread(value, into);
            }
        }
    }
}

fn exactly<const N: usize>(bytes: Option<[u8; N]>, value: &[u8], into: &mut Vec<u8>) {
    match bytes {
        Some(bytes) => into.extend_from_slice(&bytes),
        None => unread(value, into),
    }
}

fn unread(value: &[u8], into: &mut Vec<u8>) {
    // no name, number or identifier begins with this byte and is as long
    into.extend_from_slice(b"\xFFunread:");
    fold_into(value, into);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(kind: Type, a: &str, b: &str) -> bool {
        let key = |text: &str| {
            let mut key = Vec::new();
            key_into(kind, text.as_bytes(), &mut key);
            key
        };
        key(a) == key(b)
    }

    #[test]
    fn values_compare_by_their_type() {
        assert!(same(Type::Number, "0042", "42"));
        assert!(same(Type::Number, "0x2", "2"));
        assert!(same(Type::Number, "-2147483646", "-2147483646"));
        assert!(!same(Type::Text, "0042", "42"));
        assert!(same(Type::Boolean, "TRUE", "true"));
        assert!(same(Type::Time, "20260101120000.0Z", "2026-01-01T12:00:00Z"));
        assert!(same(Type::Dn, "CN=a, DC=b", "cn=A,dc=b"));
        assert!(!same(Type::Number, "x", "y"));
        assert!(!same(Type::Binary, "A", "a"));
    }
}
