//! Text without regard to case: Unicode simple case folding (CaseFolding.txt, status C and S), which depends on no
//! locale and keeps accents. Bytes that are no UTF-8 stay as they are.

use std::borrow::Cow;

/// Appends the folded text.
#[inline]
pub fn fold_into(text: &[u8], into: &mut Vec<u8>) {
    let start = into.len();
    into.extend_from_slice(text);
    if text.is_ascii() {
        if let Some(added) = into.get_mut(start..) {
            added.make_ascii_lowercase();
        }
        return;
    }
    into.truncate(start);
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
    use super::folded;

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
