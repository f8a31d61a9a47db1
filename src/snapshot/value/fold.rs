//! Text without regard to case: Unicode simple case folding (CaseFolding.txt, status C and S), which depends on no
//! locale and keeps accents. Bytes that are no UTF-8 stay as they are.

use std::borrow::Cow;

/// Appends the folded text.
#[inline]
pub fn fold_into(text: &[u8], into: &mut Vec<u8>) {
    let start = into.len();
    if !fold_ascii_into(text, into) {
        into.truncate(start);
        fold_all_into(text, into);
    }
}

/// The same, as far as the text is ASCII; false if it is not. Texts are short: eight bytes at once are faster than more.
fn fold_ascii_into(text: &[u8], into: &mut Vec<u8>) -> bool {
    let start = into.len();
    into.extend_from_slice(text);
    let added = into.get_mut(start..).unwrap_or_default();
    let (words, rest) = added.as_chunks_mut();
    if !words.iter_mut().all(fold_word) {
        return false;
    }
    if rest.is_empty() {
        return true;
    }
    // bytes that are folded twice stay what they are
    if let Some(last) = added.last_chunk_mut() {
        return fold_word(last);
    }
    added.make_ascii_lowercase();
    added.is_ascii()
}

/// Puts eight bytes of ASCII in lower case; false if they are none.
#[inline]
fn fold_word(bytes: &mut [u8; 8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = EACH << 7;
    let word = u64::from_le_bytes(*bytes);
    if word & HIGH != 0 {
        return false;
    }
    // the highest bit of each byte: whether it is `A` or behind, and whether it is behind `Z`
    let from_a = word + EACH * (0x80 - b'A' as u64);
    let behind_z = word + EACH * (0x7F - b'Z' as u64);
    let upper = (from_a & !behind_z) & HIGH;
    *bytes = (word | upper >> 2).to_le_bytes();
    true
}

/// The same for any text.
#[cold]
fn fold_all_into(text: &[u8], into: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            into.extend_from_slice(fold_character(character).encode_utf8(&mut buffer).as_bytes());
        }
        into.extend_from_slice(chunk.invalid());
    }
}

fn fold_character(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    unicode_case_mapping::case_folded(character)
        .and_then(|folded| char::from_u32(folded.get()))
        .unwrap_or(character)
}

/// The folded text; the text itself if nothing changes.
#[must_use]
pub fn folded(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let mut owned = Vec::with_capacity(text.len());
    fold_into(text, &mut owned);
    Cow::Owned(owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn many_bytes_at_once_fold_as_each_character(
            text in prop_oneof![
                prop::collection::vec(prop_oneof![0_u8..128, Just(b'Z'), Just(b'[')], 0..40),
                prop::collection::vec(any::<u8>(), 0..20),
                "[A-Za-z\u{c4}\u{130} ]{0,20}".prop_map(String::into_bytes),
            ],
            before: Vec<u8>,
        ) {
            let (mut fast, mut slow) = (before.clone(), before);
            fold_into(&text, &mut fast);
            fold_all_into(&text, &mut slow);
            prop_assert_eq!(fast, slow);
        }
    }

    #[test]
    fn case_goes_and_accents_stay() {
        let same = |a: &str, b: &str| folded(a.as_bytes()) == folded(b.as_bytes());
        assert!(same("JOSÉ@Contoso.com", "josé@contoso.COM"));
        assert!(!same("jose", "josé"));
        assert!(same("ΣΊΣΥΦΟΣ", "σίσυφος"));
        assert!(!same("Straße", "STRASSE"));
        assert_eq!(&*folded(b"A\xFFB"), b"a\xFFb");
    }
}
