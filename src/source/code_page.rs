//! Files of which some bytes are no UTF-8.

use std::io::{self, Write};

use super::place::FileId;
use super::store::Store;

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// What was found in a file that is no UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePage {
    /// Where the first character that was no UTF-8 stands in the text that was made of the file.
    pub first: u64,
    /// Its length there.
    pub length: u64,
    /// Other characters of the file are UTF-8, and not ASCII.
    pub mixed: bool,
}

/// Whether some bytes of a file are no UTF-8.
pub(super) fn has_other_bytes(store: &Store, file: FileId) -> io::Result<bool> {
    let mut found = false;
    chunks(store, file, &mut |chunk| {
        found |= std::str::from_utf8(chunk).is_err();
        Ok(!found)
    })?;
    Ok(found)
}

/// Writes the text of a file as UTF-8: bytes that are none become characters of Windows-1252.
pub(super) fn from_code_page(store: &Store, file: FileId, to: &mut dyn Write) -> io::Result<CodePage> {
    let mut found = CodePage { first: 0, length: 0, mixed: false };
    let mut written = 0;
    chunks(store, file, &mut |chunk| {
        for part in chunk.utf8_chunks() {
            found.mixed |= !part.valid().is_ascii();
            to.write_all(part.valid().as_bytes())?;
            written += part.valid().len() as u64;
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(part.invalid());
            if found.length == 0 && !text.is_empty() {
                found.first = written;
                found.length = text.chars().next().map_or(0, |first| first.len_utf8() as u64);
            }
            to.write_all(text.as_bytes())?;
            written += text.len() as u64;
        }
        Ok(true)
    })?;
    Ok(found)
}

/// Shows a file in pieces that end where a character does; `show` says whether to go on.
fn chunks(store: &Store, file: FileId, show: &mut dyn FnMut(&[u8]) -> io::Result<bool>) -> io::Result<()> {
    let mut buffer = Vec::new();
    let mut offset = store.start(file);
    loop {
        store.read(file, offset, CHUNK, &mut buffer)?;
        let whole = offset + buffer.len() as u64 >= store.length(file);
        // a character may lie over the end of the piece
        let kept = if whole { 0 } else { tail(&buffer) };
        let chunk = buffer.get(..buffer.len() - kept).unwrap_or_default();
        if chunk.is_empty() || !show(chunk)? || whole {
            return Ok(());
        }
        offset += chunk.len() as u64;
    }
}

/// The bytes at the end that may be the beginning of a character.
fn tail(text: &[u8]) -> usize {
    let back = text.iter().rev().take(3).position(|byte| *byte >= 0xC0);
    back.map_or(0, |back| back + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(bytes: &[u8]) -> (Option<CodePage>, Vec<u8>) {
        let mut store = Store::new();
        let file = store.text("t", bytes.to_vec());
        let found = store.make_utf8(file).unwrap();
        let mut text = Vec::new();
        store.copy(file, &mut text).unwrap();
        (found, text)
    }

    #[test]
    fn a_code_page_becomes_utf_8() {
        assert_eq!(made("Jos\u{E9}".as_bytes()).0, None);
        let (found, text) = made(b"M\xFCller \x80");
        assert_eq!(text, "M\u{FC}ller \u{20AC}".as_bytes());
        assert_eq!(found, Some(CodePage { first: 1, length: 2, mixed: false }));
        assert!(made(b"\xC3\xBC and \xFC").0.unwrap().mixed);
    }

    #[test]
    fn a_character_over_the_end_of_a_piece_is_one() {
        let text = "x".repeat(CHUNK - 1) + "\u{E9}\u{1F642}";
        assert_eq!(made(text.as_bytes()).0, None);
    }
}
