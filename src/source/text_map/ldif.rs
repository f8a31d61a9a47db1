//! The two forms of a value in LDIF: folded text and folded base64.

use data_encoding::BASE64;

use super::TextMap;

/// The pieces of a folded value: each physical line without its line end and its leading SPACE.
fn pieces(raw: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for lf in memchr::memchr_iter(b'\n', raw) {
        if raw.get(lf + 1) != Some(&b' ') {
            continue;
        }
        let end = if lf > start && raw.get(lf - 1) == Some(&b'\r') { lf - 1 } else { lf };
        pieces.push(start..end);
        start = lf + 2;
    }
    pieces.push(start..raw.len().max(start));
    pieces
}

pub(super) fn text(raw: &[u8]) -> (Vec<u8>, TextMap) {
    let mut decoded = Vec::with_capacity(raw.len());
    let mut map = TextMap::default();
    for piece in pieces(raw) {
        let start = decoded.len();
        decoded.extend_from_slice(raw.get(piece.clone()).unwrap_or_default());
        map.push(start..decoded.len(), piece);
    }
    (decoded, map)
}

/// Quanta of four characters give three bytes; a quantum that lies over a fold has several segments.
pub(super) fn base64(raw: &[u8]) -> (Vec<u8>, TextMap) {
    let places: Vec<usize> = pieces(raw)
        .into_iter()
        .flatten()
        .filter(|at| raw.get(*at).is_some_and(|byte| !byte.is_ascii_whitespace()))
        .collect();
    let mut decoded = Vec::with_capacity(places.len() / 4 * 3);
    let mut map = TextMap::default();
    for quantum in places.chunks(4) {
        let text: Vec<u8> = quantum.iter().filter_map(|at| raw.get(*at).copied()).collect();
        let Ok(bytes) = BASE64.decode(&text) else { break };
        let start = decoded.len();
        decoded.extend_from_slice(&bytes);
        let mut rest = quantum;
        while let Some(first) = rest.first() {
            let run = rest.iter().zip(*first..).take_while(|(at, expected)| **at == *expected).count();
            map.push_whole(start..decoded.len(), *first..first + run);
            rest = rest.get(run..).unwrap_or_default();
        }
    }
    (decoded, map)
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use crate::source::{Form, decode};

    /// Folds a text at the given widths.
    fn fold(text: &[u8], widths: &[usize], end: &str) -> Vec<u8> {
        let mut folded = Vec::new();
        let mut rest = text;
        for width in widths {
            if rest.len() <= *width {
                break;
            }
            let (head, tail) = rest.split_at(*width);
            folded.extend_from_slice(head);
            folded.extend_from_slice(end.as_bytes());
            folded.push(b' ');
            rest = tail;
        }
        folded.extend_from_slice(rest);
        folded
    }

    proptest! {
        #[test]
        fn any_folding_of_text_decodes_and_maps_back(
            text in "[ -~]{0,80}",
            widths in prop::collection::vec(1_usize..20, 0..6),
            crlf: bool,
        ) {
            let raw = fold(text.as_bytes(), &widths, if crlf { "\r\n" } else { "\n" });
            let (decoded, map) = decode(&raw, Form::LdifText);
            prop_assert_eq!(&decoded, text.as_bytes());
            for at in 0..decoded.len() {
                let ranges = map.raw_ranges(&(at..at + 1));
                prop_assert_eq!(ranges.len(), 1);
                prop_assert_eq!(&raw[ranges[0].clone()], &decoded[at..=at]);
            }
        }

        #[test]
        fn any_folding_of_base64_decodes_and_maps_back_to_quanta(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            widths in prop::collection::vec(1_usize..20, 0..6),
        ) {
            let coded = BASE64.encode(&bytes);
            let raw = fold(coded.as_bytes(), &widths, "\n");
            let (decoded, map) = decode(&raw, Form::LdifBase64);
            prop_assert_eq!(&decoded, &bytes);
            for at in 0..decoded.len() {
                let quantum: Vec<u8> =
                    map.raw_ranges(&(at..at + 1)).into_iter().flat_map(|range| raw[range].to_vec()).collect();
                prop_assert_eq!(&quantum, &coded.as_bytes()[at / 3 * 4..at / 3 * 4 + 4]);
            }
        }
    }

    #[test]
    fn a_range_over_a_fold_has_a_range_for_each_line() {
        let (_, map) = decode(b"abc\n def", Form::LdifText);
        assert_eq!(map.raw_ranges(&(1..5)), [1..3, 5..7]);
    }
}
