//! Values in the cells of CSV tables (RFC 4180, and the lists of csvde).

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};

use super::{Cut, Refusal, Spot};
use crate::source::Form;

/// What may part the cells of a row.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// What parts the cells of a table, by its header: what stands there most often. None if it has one column.
pub(super) fn delimiter(head: &[u8]) -> Option<u8> {
    let mut lines = head.split(|byte| *byte == b'\n');
    let is_header = |line: &&[u8]| !line.starts_with(b"#") && !line.trim_ascii().is_empty();
    let header = lines.find(is_header)?;
    if let Some([said]) = header.trim_ascii_end().strip_prefix(b"sep=") {
        return Some(*said);
    }
    let outside = |text: &[u8], byte: u8| {
        let mut quoted = false;
        let is_counted = |known: &&u8| {
            quoted ^= **known == b'"';
            **known == byte && !quoted
        };
        text.iter().filter(is_counted).count()
    };
    let counts = DELIMITERS.map(|byte| (outside(header, byte), byte));
    counts
        .into_iter()
        .rev()
        .max_by_key(|(count, _)| *count)
        .filter(|(count, _)| *count > 0)
        .map(|(_, byte)| byte)
}

/// Writes another value in place of one, or takes it out of its cell.
pub(super) fn change(spot: &Spot<'_>, new: Option<&[u8]>, delimiter: Option<u8>) -> Result<Cut, Refusal> {
    // two quotes within a cell are one, so that an odd number of them means that a cell is open
    let is_quoted = memchr::memchr_iter(b'"', spot.own()).count() % 2 == 1;
    let Some(new) = new else { return Ok((removed(spot, is_quoted, delimiter), Vec::new())) };
    match spot.form {
        Form::Hex => {
            let upper = spot.raw().iter().any(u8::is_ascii_uppercase);
            let digits = if upper { HEXUPPER.encode(new) } else { HEXLOWER.encode(new) };
            return Ok((spot.start..spot.end, digits.into_bytes()));
        }
        Form::LdifBase64 => return Ok((spot.start..spot.end, BASE64.encode(new).into_bytes())),
        _ => {}
    }
    let text = match spot.form {
        Form::Csv { list: true, .. } => escaped(new),
        _ => new.to_vec(),
    };
    if is_quoted {
        return Ok((spot.start..spot.end, doubled(&text)));
    }
    let is_delimiter = |byte: &u8| Some(*byte) == delimiter;
    let opens = spot.own().last().is_none_or(is_delimiter);
    let ends = |byte: &u8| is_delimiter(byte) || matches!(byte, b'\n' | b'\r');
    let closes = spot.behind().first().is_none_or(ends);
    if opens && closes && (text.contains(&b'"') || text.iter().any(ends) || text.trim_ascii() != text) {
        return Ok((spot.start..spot.end, [b"\"", doubled(&text).as_slice(), b"\""].concat()));
    }
    // quotes can be put around a whole cell only, and within one that begins without they are data
    if text.iter().any(ends) || opens && text.starts_with(b"\"") {
        return Err(Refusal::Form);
    }
    Ok((spot.start..spot.end, text))
}

/// The bytes that go with a value: those up to the next one of its cell, else those behind the last one.
fn removed(spot: &Spot<'_>, is_quoted: bool, delimiter: Option<u8>) -> std::ops::Range<usize> {
    if spot.form == Form::Hex {
        // `X'` before the digits, `'` behind them
        return spot.start.saturating_sub(2)..spot.end + 1;
    }
    let is_separator = |byte: &&u8| match **byte {
        byte if Some(byte) == delimiter && !is_quoted => false,
        b';' | b' ' | b'|' | b',' => true,
        b'\n' | b'\r' => is_quoted,
        _ => false,
    };
    let ends = |byte: Option<&u8>| match byte {
        None => true,
        Some(b'"') => is_quoted,
        Some(byte) => !is_quoted && (Some(*byte) == delimiter || matches!(byte, b'\n' | b'\r')),
    };
    let behind = spot.behind().iter().take_while(is_separator).count();
    let next = spot.behind().get(behind);
    if behind > 0 && !ends(next) {
        return spot.start..spot.end + behind;
    }
    let before = spot.before().iter().rev().take_while(is_separator).count();
    let open = spot.before().len() - before;
    let previous = open.checked_sub(1).filter(|at| *at >= spot.object).and_then(|at| spot.text.get(at));
    if before > 0 && !previous.is_none_or(|byte| ends(Some(byte))) {
        return open..spot.end;
    }
    spot.start..spot.end
}

fn doubled(text: &[u8]) -> Vec<u8> {
    let twice = |byte: &u8| std::iter::repeat_n(*byte, if *byte == b'"' { 2 } else { 1 });
    text.iter().flat_map(twice).collect()
}

fn escaped(text: &[u8]) -> Vec<u8> {
    let escape = |byte: &u8| (*byte == b';').then_some(b'\\').into_iter().chain([*byte]);
    text.iter().flat_map(escape).collect()
}
