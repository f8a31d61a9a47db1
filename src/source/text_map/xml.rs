//! The text of an XML element: entities and sections of CDATA (XML 1.0, sections 2.4, 2.7, 2.11 and 4.1).

use super::TextMap;

const CDATA: &[u8] = b"<![CDATA[";

/// The five entities of XML and numbers of characters are resolved, other entities are kept as they stand; a document
/// type, which could declare some, is never read.
pub(super) fn text(raw: &[u8]) -> (Vec<u8>, TextMap) {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut map = TextMap::default();
    let mut at = 0;
    let mut inside = false;
    while at < raw.len() {
        let rest = raw.get(at..).unwrap_or_default();
        if !inside && rest.starts_with(CDATA) {
            inside = true;
            at += CDATA.len();
            continue;
        }
        if inside && rest.starts_with(b"]]>") {
            inside = false;
            at += 3;
            continue;
        }
        if !inside && rest.starts_with(b"<!--") {
            at += memchr::memmem::find(rest, b"-->").map_or(rest.len(), |end| end + 3);
            continue;
        }
        let start = decoded.len();
        let found = if inside { None } else { entity(rest) };
        let (text, length) = match found {
            Some((character, length)) => (character, length),
            // a line end is one line feed
            None if rest.starts_with(b"\r\n") => ('\n', 2),
            None => {
                let run = rest
                    .iter()
                    .skip(1)
                    .position(|byte| matches!(byte, b'&' | b'<' | b']' | b'\r'))
                    .map_or(rest.len(), |next| next + 1);
                decoded.extend_from_slice(rest.get(..run).unwrap_or_default());
                map.push(start..start + run, at..at + run);
                at += run;
                continue;
            }
        };
        decoded.extend_from_slice(text.encode_utf8(&mut [0; 4]).as_bytes());
        map.push_whole(start..decoded.len(), at..at + length);
        at += length;
    }
    (decoded, map)
}

/// The character of the entity at the beginning of a text, and how many bytes it takes.
fn entity(text: &[u8]) -> Option<(char, usize)> {
    let inner = text.strip_prefix(b"&")?;
    let end = inner.iter().take(12).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(inner.get(..end)?).ok()?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number)?
        }
    };
    Some((character, end + 2))
}

#[cfg(test)]
mod tests {
    use crate::source::{Form, decode};

    #[test]
    fn entities_and_sections_map_back() {
        let (decoded, map) = decode(b"a&amp;b<![CDATA[<&amp;>]]>&#xE9;&unknown;\r\n", Form::XmlText);
        assert_eq!(decoded, "a&b<&amp;>\u{E9}&unknown;\n".as_bytes());
        assert_eq!(map.raw_ranges(&(1..2)), [1..6]);
        assert_eq!(map.raw_ranges(&(3..4)), [16..17]);
        assert_eq!(map.raw_ranges(&(10..12)), [26..32]);
    }
}
