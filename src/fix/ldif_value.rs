//! How a value is written in LDIF.

/// Whether a value can be written as it is (RFC 2849, SAFE-STRING, and its notes on spaces at the end); with `letters`, also if
/// it holds others than those of ASCII.
pub(super) fn is_safe(value: &[u8], letters: bool) -> bool {
    let safe = |byte: &u8| !matches!(byte, 0 | b'\n' | b'\r') && (letters || byte.is_ascii());
    let first = |byte: &u8| !matches!(byte, b' ' | b':' | b'<' | b'\t');
    value.iter().all(safe)
        && value.first().is_none_or(first)
        && !value.last().is_some_and(|last| matches!(last, b' ' | b'\t'))
}

/// A text in lines: the first of one length, the others of another, with the space that continues a line. Characters of several
/// bytes are not parted.
pub(super) fn fold(text: &[u8], first: usize, others: usize, end: &[u8]) -> Vec<u8> {
    let mut folded = Vec::with_capacity(text.len() + text.len() / 32);
    let (mut rest, mut width) = (text, first.max(1));
    while rest.len() > width {
        let mut cut = width;
        while cut > 1 && rest.get(cut).is_some_and(|byte| byte & 0xC0 == 0x80) {
            cut -= 1;
        }
        let (head, tail) = rest.split_at_checked(cut).unwrap_or((rest, &[]));
        folded.extend_from_slice(head);
        folded.extend_from_slice(end);
        folded.push(b' ');
        (rest, width) = (tail, others.max(1));
    }
    folded.extend_from_slice(rest);
    folded
}
