//! A part of a cell of a CSV table, and bytes in hexadecimal digits.

use super::TextMap;

/// Two quotes are one in a quoted cell; `\;` is `;` in a list of csvde.
pub(super) fn text(raw: &[u8], quoted: bool, list: bool) -> (Vec<u8>, TextMap) {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut map = TextMap::default();
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let next = raw.get(at + 1);
        let pair =
            quoted && *byte == b'"' && next == Some(&b'"') || list && *byte == b'\\' && next == Some(&b';');
        let start = decoded.len();
        if pair {
            decoded.extend(next);
            map.push_whole(start..start + 1, at..at + 2);
            at += 2;
        } else {
            decoded.push(*byte);
            map.push(start..start + 1, at..at + 1);
            at += 1;
        }
    }
    (decoded, map)
}

/// Two digits are a byte.
pub(super) fn hex(raw: &[u8]) -> (Vec<u8>, TextMap) {
    let mut decoded = Vec::with_capacity(raw.len() / 2);
    let mut map = TextMap::default();
    for (number, pair) in raw.chunks(2).enumerate() {
        let Ok(byte) = data_encoding::HEXLOWER_PERMISSIVE.decode(pair) else { break };
        let start = decoded.len();
        decoded.extend(byte);
        map.push_whole(start..decoded.len(), number * 2..number * 2 + 2);
    }
    (decoded, map)
}

#[cfg(test)]
mod tests {
    use crate::source::{Form, decode};

    #[test]
    fn quotes_and_escaped_separators_are_one_character() {
        let (decoded, map) = decode(br#"a""b\;c"#, Form::Csv { quoted: true, list: true });
        assert_eq!(decoded, br#"a"b;c"#);
        assert_eq!(map.raw_ranges(&(1..2)), [1..3]);
        assert_eq!(map.raw_ranges(&(2..5)), [3..7]);
    }

    #[test]
    fn digits_map_to_bytes() {
        let (decoded, map) = decode(b"0aFF10", Form::Hex);
        assert_eq!(decoded, [10, 255, 16]);
        assert_eq!(map.raw_ranges(&(1..2)), [2..4]);
    }
}
