//! What a part of a cell says: text, with quotes and separators that are escaped, or bytes.

use std::ops::Range;

use data_encoding::HEXLOWER_PERMISSIVE;
use memchr::{memchr, memmem};

use crate::snapshot::record::{Place, Record, Text};
use crate::snapshot::value::base64;
use crate::source::Form;

/// How the part of a cell is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    /// Two quotes are one.
    pub(super) doubled: bool,
    /// `\;` is `;`.
    pub(super) list: bool,
    /// Bytes are `X'..'`.
    pub(super) hex: bool,
    /// Base64 of 16 bytes is these bytes.
    pub(super) base64: bool,
}

/// The text of the raw bytes `range` of a block, and its place.
#[inline]
pub(super) fn read(
    block: &[u8],
    range: Range<usize>,
    prefix: &[u8],
    writing: Writing,
    record: &mut Record,
) -> Result<(Text, Place), usize> {
    let raw = block.get(range.clone()).unwrap_or_default();
    if writing.hex
        && let Some(digits) = raw.strip_prefix(b"X'")
    {
        return hex(digits, range.start + 2, record);
    }
    if writing.base64
        && raw.len() == 24
        && raw.ends_with(b"==")
        && let Some(read) = coded(raw, &range, record)
    {
        return Ok(read);
    }
    let quoted = writing.doubled && memchr(b'"', raw).is_some();
    // a backslash is seldom there at all
    let list = writing.list && memchr(b'\\', raw).is_some() && memmem::find(raw, b"\\;").is_some();
    if !quoted && !list && prefix.is_empty() {
        return Ok((Text::of_block(range.clone()), Place::new(range, Form::Plain)));
    }
    let arena = record.arena();
    let begin = arena.len();
    arena.extend_from_slice(prefix);
    let form = if quoted || list { Form::Csv { quoted, list } } else { Form::Plain };
    decode(raw, quoted, list, arena);
    let text = Text::of_arena(begin..arena.len());
    let added = u8::try_from(prefix.len()).unwrap_or(u8::MAX);
    Ok((text, Place { added, ..Place::new(range, form) }))
}

/// Appends the text of a part of a cell.
fn decode(raw: &[u8], quoted: bool, list: bool, into: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        into.extend_from_slice(head);
        rest = match tail {
            [b'"', b'"', rest @ ..] if quoted => {
                into.push(b'"');
                rest
            }
            [b'\\', b';', rest @ ..] if list => {
                into.push(b';');
                rest
            }
            [byte, rest @ ..] => {
                into.push(*byte);
                rest
            }
            [] => tail,
        };
    }
    into.extend_from_slice(rest);
}

/// Hexadecimal digits up to the closing apostrophe; the first byte that is none if they are no bytes.
fn hex(text: &[u8], start: usize, record: &mut Record) -> Result<(Text, Place), usize> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let closed = text.get(digits..) == Some(b"'");
    if !closed || digits % 2 == 1 {
        // an odd digit is as bad as the byte behind it
        return Err(start + digits.min(text.len().saturating_sub(1)));
    }
    let arena = record.arena();
    let begin = arena.len();
    arena.resize(begin + digits / 2, 0);
    let decoded = HEXLOWER_PERMISSIVE
        .decode_mut(text.get(..digits).unwrap_or_default(), arena.get_mut(begin..).unwrap_or_default());
    if decoded.is_err() {
        arena.truncate(begin);
        return Err(start);
    }
    let place = Place::new(start..start + digits, Form::Hex);
    Ok((Text::of_arena(begin..arena.len()), place))
}

fn coded(raw: &[u8], range: &Range<usize>, record: &mut Record) -> Option<(Text, Place)> {
    let arena = record.arena();
    let begin = arena.len();
    if !base64::decode_into(raw, arena) {
        return None;
    }
    Some((Text::of_arena(begin..arena.len()), Place::new(range.clone(), Form::LdifBase64)))
}
