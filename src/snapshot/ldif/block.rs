//! Where a block of a file may be cut so that no record is torn.

use memchr::memmem;

/// The length of the longest prefix of `block` that ends behind an empty line, so that it holds whole records only; 0 if
/// there is no empty line. An empty line always ends a record (RFC 2849).
#[must_use]
pub fn cut(block: &[u8]) -> usize {
    let mut end = block.len();
    while let Some(at) = block.get(..end).and_then(|head| memchr::memrchr(b'\n', head)) {
        let before = block.get(..at).unwrap_or_default();
        let before = before.strip_suffix(b"\r").unwrap_or(before);
        if before.last() == Some(&b'\n') {
            return at + 1;
        }
        end = at;
    }
    cut_at_white_line(block)
}

/// Some files part their records by a line of spaces: the name line behind it begins a record.
fn cut_at_white_line(block: &[u8]) -> usize {
    let mut end = block.len();
    while let Some(at) = block.get(..end).and_then(|head| memmem::rfind(head, b"\ndn:")) {
        let start_of_line =
            block.get(..at).and_then(|head| memchr::memrchr(b'\n', head)).map_or(0, |lf| lf + 1);
        let line = block.get(start_of_line..at).unwrap_or_default();
        if line.first() == Some(&b' ') && line.iter().all(u8::is_ascii_whitespace) {
            return at + 1;
        }
        end = at;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_block_is_cut_behind_its_last_empty_line() {
        assert_eq!(cut(b"dn: a\nb: c\n\ndn: d\n"), 12);
        assert_eq!(cut(b"dn: a\r\n\r\ndn: d\r\n"), 9);
        assert_eq!(cut(b"dn: a\nb: c\n"), 0);
        assert_eq!(cut(b"dn: a\n \ndn: b\n"), 8);
    }
}
