//! Base64 (RFC 4648, section 4) of short values: identifiers are 16 and 28 bytes, and a library that is made for long texts
//! takes longer to begin than to decode them.

/// What a character that is not in the alphabet stands for: no bits of a group of four.
const NONE: u32 = 0xFF << 24;

/// The six bits that each character stands for.
// evaluated by the compiler, which checks the index
#[allow(clippy::indexing_slicing)]
const BITS: [u32; 256] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bits = [NONE; 256];
    let mut number = 0;
    while number < alphabet.len() {
        bits[alphabet[number] as usize] = number as u32;
        number += 1;
    }
    bits
};

/// Appends what a canonical text stands for, with `=` at its end alone; false, and nothing is appended, if it is none: then a library
/// tells why, or what several texts behind each other stand for.
#[must_use]
pub fn decode_into(coded: &[u8], into: &mut Vec<u8>) -> bool {
    let begin = into.len();
    let decoded = decode(coded, into);
    if decoded.is_none() {
        into.truncate(begin);
    }
    decoded.is_some()
}

fn decode(coded: &[u8], into: &mut Vec<u8>) -> Option<()> {
    let (groups, rest) = coded.as_chunks::<4>();
    let Some((last, whole)) = groups.split_last() else { return rest.is_empty().then_some(()) };
    if !rest.is_empty() {
        return None;
    }
    let begin = into.len();
    into.resize(begin + 3 * whole.len(), 0);
    let (places, _) = into.get_mut(begin..)?.as_chunks_mut::<3>();
    let mut all = 0;
    for (group, place) in whole.iter().zip(places) {
        let number = bits(*group);
        all |= number;
        let [_, bytes @ ..] = number.to_be_bytes();
        *place = bytes;
    }
    // the last bits of a group that is not full are none
    let (length, unused, group) = match *last {
        [a, b, b'=', b'='] => (1, 0xFFFF, [a, b, b'A', b'A']),
        [a, b, c, b'='] => (2, 0xFF, [a, b, c, b'A']),
        group => (3, 0, group),
    };
    let number = bits(group);
    let [_, bytes @ ..] = number.to_be_bytes();
    into.extend_from_slice(bytes.get(..length)?);
    (number & unused == 0 && (all | number) & NONE == 0).then_some(())
}

/// The 24 bits of four characters; higher ones if one of them is none.
#[inline]
fn bits(group: [u8; 4]) -> u32 {
    let [a, b, c, d] = group.map(|byte| BITS.get(usize::from(byte)).copied().unwrap_or(NONE));
    a << 18 | b << 12 | c << 6 | d | (a | b | c | d) & NONE
}

#[cfg(test)]
mod tests {
    use data_encoding::BASE64;
    use proptest::prelude::*;

    use super::decode_into;

    proptest! {
        #[test]
        fn texts_stand_for_what_a_library_says(
            text in prop_oneof![
                "[A-Da-d01+/]{0,12}={0,3}",
                "[A-D=\n é_]{0,9}",
                "(A[AQ]==|AB[AE]=|ABCD){0,3}",
                prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| BASE64.encode(&bytes)),
            ]
        ) {
            let mut into = b"before".to_vec();
            let is_decoded = decode_into(text.as_bytes(), &mut into);
            let expected = BASE64.decode(text.as_bytes());
            let is_one = !text.trim_end_matches('=').contains('=');
            prop_assert_eq!(is_decoded, expected.is_ok() && is_one, "{}", text);
            let bytes = expected.ok().filter(|_| is_decoded).unwrap_or_default();
            prop_assert_eq!(&into, &[&b"before"[..], &bytes].concat());
        }
    }
}
