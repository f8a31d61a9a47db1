//! The text of an element or of an XML attribute as a value: decoded only if it has to be.

use std::ops::Range;

use data_encoding::BASE64;
use memchr::memmem::find;
use memchr::{memchr, memchr3};

use super::fault::FaultKind;
use crate::snapshot::record::{Place, Record, Text};
use crate::source::{Form, decode};

/// A value, and what is wrong with it.
pub(super) struct Value {
    pub(super) text: Text,
    pub(super) place: Place,
    pub(super) fault: Option<(FaultKind, Range<usize>)>,
}

/// Reads the text `range` of a block.
pub(super) fn text(block: &[u8], range: Range<usize>, record: &mut Record) -> Value {
    let raw = block.get(range.clone()).unwrap_or_default();
    if memchr3(b'&', b'<', b'\r', raw).is_none() {
        let place = Place::new(range.clone(), Form::Plain);
        return Value { text: Text::of_block(range), place, fault: None };
    }
    let (decoded, _) = decode(raw, Form::XmlText);
    let fault = bad_reference(raw)
        .map(|bad| (FaultKind::BadReference, range.start + bad.start..range.start + bad.end));
    let text = add(record, &decoded);
    Value { text, place: Place::new(range, Form::XmlText), fault }
}

/// Reads the bytes that the base64 `range` of a block stands for; white space does not count, and it may stand in a section of
/// CDATA.
pub(super) fn base64(block: &[u8], range: Range<usize>, record: &mut Record) -> Value {
    let mut range = trimmed(block, range);
    let raw = block.get(range.clone()).unwrap_or_default();
    if raw.starts_with(b"<![CDATA[") && raw.ends_with(b"]]>") && raw.len() >= 12 {
        range = trimmed(block, range.start + 9..range.end - 3);
    }
    let raw = block.get(range.clone()).unwrap_or_default();
    let coded: Vec<u8> = raw.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let decoded = BASE64.decode(&coded);
    let fault = decoded.is_err().then(|| {
        let in_alphabet = |byte: &u8| {
            byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || matches!(byte, b'+' | b'/' | b'=')
        };
        let bad = raw.iter().position(|byte| !in_alphabet(byte)).map(|at| range.start + at);
        (FaultKind::BadBase64, bad.map_or(range.clone(), |at| at..at + 1))
    });
    let text = add(record, &decoded.unwrap_or_default());
    Value { text, place: Place::new(range, Form::LdifBase64), fault }
}

/// A range without the white space around it.
pub(super) fn trimmed(block: &[u8], range: Range<usize>) -> Range<usize> {
    let raw = block.get(range.clone()).unwrap_or_default();
    let start = range.start + (raw.len() - raw.trim_ascii_start().len());
    start..start + raw.trim_ascii().len()
}

fn add(record: &mut Record, bytes: &[u8]) -> Text {
    let arena = record.arena();
    let begin = arena.len();
    arena.extend_from_slice(bytes);
    Text::of_arena(begin..arena.len())
}

/// The first `&` that stands for no character.
fn bad_reference(raw: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        let rest = raw.get(at..)?;
        let found = memchr::memchr2(b'&', b'<', rest)?;
        let rest = rest.get(found..)?;
        at += found;
        let behind = |end: &[u8]| find(rest, end).map_or(rest.len(), |place| place + end.len());
        at += match rest {
            [b'<', ..] if rest.starts_with(b"<![CDATA[") => behind(b"]]>"),
            [b'<', ..] if rest.starts_with(b"<!--") => behind(b"-->"),
            [b'<', ..] => 1,
            _ => {
                let word = memchr(b';', rest.get(..rest.len().min(16))?).map_or(1, |end| end + 1);
                let reference = rest.get(..word)?;
                if decode(reference, Form::XmlText).0 == reference {
                    return Some(at..at + word);
                }
                word
            }
        };
    }
}
