//! GUIDs and security identifiers: as text, and as the bytes that Active Directory stores.

/// The 16 bytes of a GUID as Active Directory stores them (the first three fields little-endian), from those bytes or
/// from its text, with or without braces.
#[must_use]
pub fn guid(value: &[u8]) -> Option<[u8; 16]> {
    let text = value.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).unwrap_or(value);
    if text.len() == 36 {
        return guid_text(text);
    }
    <[u8; 16]>::try_from(value).ok()
}

fn guid_text(text: &[u8]) -> Option<[u8; 16]> {
    let mut digits = Vec::with_capacity(32);
    for (at, byte) in text.iter().enumerate() {
        if matches!(at, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return None;
            }
        } else {
            digits.push(byte.to_ascii_lowercase());
        }
    }
    let bytes = data_encoding::HEXLOWER.decode(&digits).ok()?;
    let stored: Vec<u8> = [3, 2, 1, 0, 5, 4, 7, 6]
        .into_iter()
        .chain(8..16)
        .filter_map(|at: usize| bytes.get(at).copied())
        .collect();
    stored.try_into().ok()
}

/// The text of a security identifier (`S-1-5-21-..`), from its bytes (MS-DTYP 2.4.2.2) or its text.
#[must_use]
pub fn sid(value: &[u8]) -> Option<String> {
    if let Ok(text) = std::str::from_utf8(value)
        && text.len() > 3
        && text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("S-"))
        && text.split('-').skip(1).all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    {
        return Some(text.to_ascii_uppercase());
    }
    let [1, count, authority @ ..] = value else { return None };
    let (authority, parts) = authority.split_at_checked(6)?;
    if parts.len() != usize::from(*count) * 4 || *count > 15 {
        return None;
    }
    let authority = authority.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut text = format!("S-1-{authority}");
    for part in parts.chunks_exact(4) {
        let number = part.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        text.push_str(&format!("-{number}"));
    }
    Some(text)
}

/// Appends the bytes of a security identifier, by which two are compared. False if it is none; nothing is appended then.
#[must_use]
pub(super) fn sid_into(value: &[u8], into: &mut Vec<u8>) -> bool {
    if is_stored_sid(value) {
        into.extend_from_slice(value);
        return true;
    }
    let start = into.len();
    let Some(text) = sid(value) else { return false };
    if stored_sid(&text, into).is_none() {
        // numbers that no stored one can hold
        into.truncate(start);
        into.extend_from_slice(text.as_bytes());
    }
    true
}

fn is_stored_sid(value: &[u8]) -> bool {
    matches!(value, [1, count @ 0..=15, parts @ ..] if parts.len() == 6 + usize::from(*count) * 4)
}

/// Appends what Active Directory stores for the text of a security identifier.
fn stored_sid(text: &str, into: &mut Vec<u8>) -> Option<()> {
    let mut numbers = text.split('-').skip(1);
    let revision: u8 = numbers.next()?.parse().ok()?;
    let authority: u64 = numbers.next()?.parse().ok().filter(|number| *number < 1 << 48)?;
    let parts: Vec<u32> = numbers.map(|part| part.parse().ok()).collect::<Option<_>>()?;
    into.extend([revision, u8::try_from(parts.len()).ok().filter(|count| *count <= 15)?]);
    into.extend_from_slice(authority.to_be_bytes().get(2..)?);
    into.extend(parts.iter().flat_map(|part| part.to_le_bytes()));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_the_same_as_text_and_as_bytes() {
        let bytes = guid(b"b074c416-0a1b-2c3d-4e5f-60718293a4b5").unwrap();
        assert_eq!(bytes[..4], [0x16, 0xc4, 0x74, 0xb0]);
        assert_eq!(guid(&bytes), Some(bytes));
        assert_eq!(guid(b"{B074C416-0A1B-2C3D-4E5F-60718293A4B5}"), Some(bytes));
        assert_eq!(guid(b"b074c416"), None);
    }

    #[test]
    fn a_sid_is_the_same_as_text_and_as_bytes() {
        let bytes = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
        assert_eq!(sid(&bytes).as_deref(), Some("S-1-5-32-544"));
        assert_eq!(sid(b"s-1-5-32-544").as_deref(), Some("S-1-5-32-544"));
        assert_eq!(sid(b"S-1-"), None);
        let key = |value: &[u8]| {
            let mut key = Vec::new();
            sid_into(value, &mut key).then_some(key)
        };
        assert_eq!(key(&bytes), key(b"s-1-5-32-544"));
        assert_ne!(key(&bytes), key(b"S-1-5-32-545"));
        assert!(key(b"S-1-5-32-99999999999").is_some() && key(b"S-1-").is_none());
    }
}
