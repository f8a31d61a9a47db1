//! Packed files: gzip (RFC 1952) and Zstandard (RFC 8878). They are unpacked once, to an unnamed temporary file.

use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

/// A directory packs to a tenth or a thirtieth of its size; what grows more than this is made to fill the disk.
const RATIO: u64 = 200;
/// Small files may grow more.
const SPARE: u64 = 64 << 20;

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstandard,
}

/// Why a file could not be unpacked.
#[derive(Debug)]
pub(super) enum Unpacked {
    Whole,
    /// It grows beyond measure.
    TooLarge,
    /// It is damaged, or cut short.
    Damaged(io::Error),
}

/// How a file is packed, as far as its first bytes tell.
pub(super) fn packing(head: &[u8]) -> Option<Packing> {
    match head {
        [0x1F, 0x8B, 8, ..] => Some(Packing::Gzip),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Packing::Zstandard),
        _ => None,
    }
}

/// Unpacks a file of `length` bytes.
///
/// # Errors
/// What the operating system says of writing.
pub(super) fn unpack(
    packing: Packing,
    from: impl Read,
    length: u64,
    to: &mut impl Write,
) -> io::Result<Unpacked> {
    let limit = length.saturating_mul(RATIO).saturating_add(SPARE);
    let mut from = BufReader::with_capacity(1 << 16, from);
    let mut written = 0;
    match packing {
        Packing::Gzip => copy(&mut MultiGzDecoder::new(from), to, limit, &mut written),
        Packing::Zstandard => loop {
            // several frames may stand one behind the other
            match from.fill_buf() {
                Ok([]) => return Ok(Unpacked::Whole),
                Ok(_) => {}
                Err(error) => return Ok(Unpacked::Damaged(error)),
            }
            let mut frame = match StreamingDecoder::new(&mut from) {
                Ok(frame) => frame,
                Err(error) => return Ok(Unpacked::Damaged(io::Error::other(error.to_string()))),
            };
            match copy(&mut frame, to, limit, &mut written)? {
                Unpacked::Whole => {}
                other => return Ok(other),
            }
        },
    }
}

fn copy(from: &mut impl Read, to: &mut impl Write, limit: u64, written: &mut u64) -> io::Result<Unpacked> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = match from.read(&mut buffer) {
            Ok(0) => return Ok(Unpacked::Whole),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Ok(Unpacked::Damaged(error)),
        };
        *written += count as u64;
        if *written > limit {
            return Ok(Unpacked::TooLarge);
        }
        to.write_all(buffer.get(..count).unwrap_or_default())?;
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text).unwrap();
        packed.finish().unwrap()
    }

    fn unpacked(packed: &[u8]) -> (Unpacked, Vec<u8>) {
        let mut text = Vec::new();
        let ended = unpack(packing(packed).unwrap(), packed, packed.len() as u64, &mut text).unwrap();
        (ended, text)
    }

    #[test]
    fn both_kinds_are_unpacked_also_in_several_pieces() {
        let text = b"dn: CN=Joe\n".repeat(10_000);
        for pack in [gzip, |text: &[u8]| compress_to_vec(text, CompressionLevel::Fastest)] {
            let (ended, got) = unpacked(&[pack(&text), pack(b"more")].concat());
            assert!(matches!(ended, Unpacked::Whole), "{ended:?}");
            assert!(got == [text.as_slice(), b"more"].concat());
        }
        assert_eq!(packing(b"dn: x"), None);
    }

    #[test]
    fn what_is_cut_or_grows_beyond_measure_is_refused() {
        let packed = gzip(&b"dn: CN=Joe\n".repeat(1000));
        assert!(matches!(unpacked(&packed[..packed.len() / 2]).0, Unpacked::Damaged(_)));
        let zeros = gzip(&vec![b' '; 200 << 20]);
        assert!(matches!(unpacked(&zeros).0, Unpacked::TooLarge));
    }
}
