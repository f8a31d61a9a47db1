//! The text of a JSON string (RFC 8259, section 7), and bytes as a list of numbers.

use super::TextMap;

/// The text between the quotes.
pub(super) fn text(raw: &[u8]) -> (Vec<u8>, TextMap) {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut map = TextMap::default();
    let mut at = 0;
    while at < raw.len() {
        let rest = raw.get(at..).unwrap_or_default();
        let run = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        let start = decoded.len();
        decoded.extend_from_slice(rest.get(..run).unwrap_or_default());
        map.push(start..start + run, at..at + run);
        at += run;
        if at == raw.len() {
            break;
        }
        let (character, length) = escape(raw.get(at..).unwrap_or_default());
        let start = decoded.len();
        decoded.extend_from_slice(character.unwrap_or('\u{FFFD}').encode_utf8(&mut [0; 4]).as_bytes());
        map.push_whole(start..decoded.len(), at..at + length);
        at += length;
    }
    (decoded, map)
}

/// The character of the escape at the beginning of a text, and how many bytes it takes. None for what is no escape, and
/// for half of a pair (`\ud83d` alone), which is no character.
#[must_use]
pub fn escape(text: &[u8]) -> (Option<char>, usize) {
    let short = |character| (Some(character), 2);
    match text.get(1) {
        Some(b'"') => short('"'),
        Some(b'\\') => short('\\'),
        Some(b'/') => short('/'),
        Some(b'b') => short('\u{8}'),
        Some(b'f') => short('\u{C}'),
        Some(b'n') => short('\n'),
        Some(b'r') => short('\r'),
        Some(b't') => short('\t'),
        Some(b'u') => match unit(text.get(2..6)) {
            None => (None, 2),
            Some(first @ 0xD800..0xDC00) => {
                let second =
                    text.get(6..8).filter(|next| *next == b"\\u").and_then(|_| unit(text.get(8..12)));
                let pair = second.filter(|second| (0xDC00..0xE000).contains(second));
                match pair {
                    Some(second) => {
                        (char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)), 12)
                    }
                    None => (None, 6),
                }
            }
            Some(unit) => (char::from_u32(unit), 6),
        },
        _ => (None, text.len().min(2)),
    }
}

fn unit(digits: Option<&[u8]>) -> Option<u32> {
    let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Each number is a byte.
pub(super) fn bytes(raw: &[u8]) -> (Vec<u8>, TextMap) {
    let mut decoded = Vec::new();
    let mut map = TextMap::default();
    let mut at = 0;
    while at < raw.len() {
        let rest = raw.get(at..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            at += 1;
            continue;
        }
        let number = rest.get(..digits).and_then(|text| std::str::from_utf8(text).ok());
        let Some(byte) = number.and_then(|text| text.parse::<u8>().ok()) else { break };
        let start = decoded.len();
        decoded.push(byte);
        map.push_whole(start..start + 1, at..at + digits);
        at += digits;
    }
    (decoded, map)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::source::{Form, decode};

    #[test]
    fn an_escape_maps_as_a_whole() {
        let (decoded, map) = decode(br"M\u00fcller \ud83d\ude42\n", Form::JsonText);
        assert_eq!(decoded, "Müller 🙂\n".as_bytes());
        assert_eq!(map.raw_ranges(&(1..3)), [1..7]);
        assert_eq!(map.raw_ranges(&(8..12)), [12..24]);
    }

    #[test]
    fn half_a_pair_is_no_character() {
        assert_eq!(decode(br"a\ud800b", Form::JsonText).0, "a\u{FFFD}b".as_bytes());
        assert_eq!(decode(br"a\ud800\u0041", Form::JsonText).0, "a\u{FFFD}A".as_bytes());
    }

    #[test]
    fn numbers_are_bytes() {
        let (decoded, map) = decode(b"[1,  200,\n 3]", Form::JsonBytes);
        assert_eq!(decoded, [1, 200, 3]);
        assert_eq!(map.raw_ranges(&(1..2)), [5..8]);
    }

    proptest! {
        #[test]
        fn any_text_decodes(text in any::<String>()) {
            let coded = serde_json::to_string(&text).unwrap();
            let (decoded, _) = decode(&coded.as_bytes()[1..coded.len() - 1], Form::JsonText);
            prop_assert_eq!(decoded, text.into_bytes());
        }
    }
}
