//! Encodings: which one a file is in, and UTF-16 and UTF-32 made UTF-8.

use std::io::{self, Read, Write};

/// How the text of a file is encoded, as far as its beginning tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, or a code page; `usize` bytes of byte order mark.
    Bytes(usize),
    Utf16 {
        big: bool,
        mark: usize,
    },
    Utf32 {
        big: bool,
    },
    /// Not text.
    Binary,
}

/// Looks at the first bytes of a file.
pub(super) fn sniff(head: &[u8]) -> Encoding {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => Encoding::Bytes(3),
        [0xFF, 0xFE, 0, 0, ..] => Encoding::Utf32 { big: false },
        [0, 0, 0xFE, 0xFF, ..] => Encoding::Utf32 { big: true },
        [0xFF, 0xFE, ..] => Encoding::Utf16 { big: false, mark: 2 },
        [0xFE, 0xFF, ..] => Encoding::Utf16 { big: true, mark: 2 },
        _ => without_mark(head),
    }
}

/// NUL in every second byte is UTF-16 of mostly Latin text; many other control characters are no text at all.
fn without_mark(head: &[u8]) -> Encoding {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = head.len() / 2;
    if half >= 4 && odd * 10 >= half * 8 && even * 10 <= half {
        return Encoding::Utf16 { big: false, mark: 0 };
    }
    if half >= 4 && even * 10 >= half * 8 && odd * 10 <= half {
        return Encoding::Utf16 { big: true, mark: 0 };
    }
    let control = |byte: &&u8| **byte < 32 && !matches!(**byte, b'\t' | b'\n' | b'\r');
    if head.iter().filter(control).count() * 20 > head.len() { Encoding::Binary } else { Encoding::Bytes(0) }
}

/// Writes the text of `from` as UTF-8. Whatever is no text becomes U+FFFD.
pub(super) fn transcode(encoding: Encoding, mut from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let (big, width) = match encoding {
        Encoding::Utf32 { big } => (big, 4),
        Encoding::Utf16 { big, .. } => (big, 2),
        Encoding::Bytes(_) | Encoding::Binary => return io::copy(&mut from, to).map(|_| ()),
    };
    let mut units: Vec<u32> = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    let mut kept = 0;
    let mut first = true;
    loop {
        let count = from.read(buffer.get_mut(kept..).unwrap_or_default())?;
        let filled = kept + count;
        let whole = if count == 0 { filled } else { filled / width * width };
        units.extend(buffer.get(..whole).unwrap_or_default().chunks(width).map(|unit| number(unit, big)));
        buffer.copy_within(whole..filled, 0);
        kept = filled - whole;
        // the first half of a pair waits for the second
        let waiting = units.pop_if(|unit| count > 0 && width == 2 && (0xD800..0xDC00).contains(unit));
        let mut text = text(&units, width);
        if std::mem::take(&mut first) {
            text = text.strip_prefix('\u{FEFF}').map_or(text.clone(), str::to_owned);
        }
        to.write_all(text.as_bytes())?;
        units.clear();
        units.extend(waiting);
        if count == 0 {
            return Ok(());
        }
    }
}

fn number(unit: &[u8], big: bool) -> u32 {
    let fold = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
    if big { unit.iter().fold(0, fold) } else { unit.iter().rev().fold(0, fold) }
}

fn text(units: &[u32], width: usize) -> String {
    if width == 4 {
        return units.iter().map(|unit| char::from_u32(*unit).unwrap_or('\u{FFFD}')).collect();
    }
    let units = units.iter().map(|unit| u16::try_from(*unit).unwrap_or(0xFFFD));
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_and_utf_32_become_utf_8() {
        let text = "dn: CN=Žofie 🙂\r\n".repeat(9000);
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let wide: Vec<u8> = text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for (mark, bytes) in [(&[0xFF, 0xFE][..], little), (&[0xFE, 0xFF], big), (&[0xFF, 0xFE, 0, 0], wide)]
        {
            let file: Vec<u8> = mark.iter().copied().chain(bytes).collect();
            let mut out = Vec::new();
            transcode(sniff(&file), file.as_slice(), &mut out).unwrap();
            assert!(out == text.as_bytes());
        }
    }

    #[test]
    fn utf_16_is_known_without_a_mark() {
        let file: Vec<u8> = "dn: CN=Joe".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(sniff(&file), Encoding::Utf16 { big: false, mark: 0 });
        assert_eq!(sniff(&[1, 2, 3, 4, 0, 0, 9, 5, 1, 200, 7]), Encoding::Binary);
    }
}
