//! Values in the cells of CSV tables (RFC 4180, and the lists of csvde).

use std::ops::Range;

use data_encoding::{BASE64, HEXLOWER, HEXUPPER};

use super::{Cut, Refusal, Spot};
use crate::source::Form;

/// What may part the cells of a row.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// What parts the cells of a table, by its header: what stands there most often. None if it has one column.
pub(super) fn delimiter(head: &[u8]) -> Option<u8> {
    let header = heads(head).next()?;
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

/// The lines of a table from its header on, or from the line before it that names the delimiter.
fn heads(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_header = |line: &&[u8]| !line.starts_with(b"#") && !line.trim_ascii().is_empty();
    head.split(|byte| *byte == b'\n').filter(is_header)
}

/// The cells of a row, with the quotes around them. Line ends within quotes are theirs.
fn cells(row: &[u8], delimiter: Option<u8>) -> Vec<Range<usize>> {
    let (mut cells, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, byte) in row.iter().enumerate() {
        quoted ^= *byte == b'"';
        if Some(*byte) == delimiter && !quoted {
            cells.push(start..at);
            start = at + 1;
        }
    }
    let end = row.trim_ascii_end().len().max(start);
    cells.push(start..end);
    cells
}

/// A text as a cell of its own, in quotes if it needs them.
fn cell(text: &[u8], delimiter: Option<u8>) -> Vec<u8> {
    let is_special = |byte: &u8| Some(*byte) == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if text.iter().any(is_special) || text.trim_ascii() != text {
        return [b"\"", doubled(text).as_slice(), b"\""].concat();
    }
    text.to_vec()
}

/// Writes the first value of an attribute into its cell, which is empty.
pub(super) fn fill(
    text: &[u8],
    record: Range<usize>,
    attribute: &str,
    new: &[u8],
    head: &[u8],
) -> Result<Cut, Refusal> {
    let delimiter = delimiter(head);
    let is_hint = |line: &&[u8]| line.starts_with(b"sep=");
    let header = heads(head).find(|line| !is_hint(line)).ok_or(Refusal::NoPlace)?;
    let header = header.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(header);
    let is_meant = |cell: &Range<usize>| {
        let name = header.get(cell.clone()).unwrap_or_default().trim_ascii();
        let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
        name.eq_ignore_ascii_case(attribute.as_bytes())
    };
    let column = cells(header, delimiter).iter().position(is_meant).ok_or(Refusal::NoPlace)?;
    let row = text.get(record.clone()).unwrap_or_default();
    let place = cells(row, delimiter).get(column).cloned().ok_or(Refusal::NoPlace)?;
    let held = row.get(place.clone()).unwrap_or_default().trim_ascii();
    if !matches!(held, b"" | b"\"\"") {
        return Err(Refusal::NoPlace);
    }
    let made = match held {
        b"" => cell(new, delimiter),
        _ => [b"\"", doubled(new).as_slice(), b"\""].concat(),
    };
    Ok((record.start + place.start..record.start + place.end, made))
}

/// Adds a value behind the last one of a cell, as those before it are parted; addresses are parted by semicolons.
pub(super) fn add(
    spot: &Spot<'_>,
    attribute: &str,
    new: &[u8],
    delimiter: Option<u8>,
) -> Result<Cut, Refusal> {
    let is_list = matches!(spot.form, Form::Csv { list: true, .. });
    let lower = attribute.to_ascii_lowercase();
    let holds_addresses = lower.ends_with("proxyaddresses") || lower == "emailaddresses";
    let is_address = |text: &[u8]| {
        let colon = memchr::memchr(b':', text).unwrap_or(0);
        colon > 0 && text.get(..colon).is_some_and(|head| head.iter().all(u8::is_ascii_alphanumeric))
    };
    if matches!(spot.form, Form::Hex | Form::LdifBase64) {
        return Err(Refusal::NoPlace);
    }
    let is_quoted = memchr::memchr_iter(b'"', spot.own()).count() % 2 == 1;
    let is_separator = |byte: &&u8| match **byte {
        byte if Some(byte) == delimiter && !is_quoted => false,
        b';' | b' ' | b'|' | b',' => true,
        b'\n' | b'\r' => is_quoted,
        _ => false,
    };
    let blanks = spot.own().iter().rev().take_while(is_separator).count();
    let open = spot.own().len() - blanks;
    let begins = |byte: &u8| if is_quoted { *byte == b'"' } else { Some(*byte) == delimiter };
    let is_first = spot.own().get(..open).is_none_or(|head| head.last().is_none_or(begins));
    let part: &[u8] = match spot.own().get(open..) {
        Some(part) if !part.is_empty() && !is_first => part,
        _ if is_list || holds_addresses && is_address(new) => b";",
        _ => return Err(Refusal::NoPlace),
    };
    let text = if is_list { escaped(new) } else { new.to_vec() };
    let at = spot.end;
    if is_quoted {
        return Ok((at..at, [part, &doubled(&text)].concat()));
    }
    let needs_quotes = |byte: &u8| Some(*byte) == delimiter || matches!(byte, b'"' | b'\n' | b'\r');
    if !part.iter().chain(&text).any(needs_quotes) {
        return Ok((at..at, [part, &text].concat()));
    }
    // quotes can be put around a whole cell only
    let ends = |byte: &u8| Some(*byte) == delimiter || matches!(byte, b'\n' | b'\r');
    if !spot.own().last().is_none_or(ends) || !spot.behind().first().is_none_or(ends) {
        return Err(Refusal::Form);
    }
    let whole = [spot.raw(), part, &text].concat();
    Ok((spot.start..spot.end, [b"\"", doubled(&whole).as_slice(), b"\""].concat()))
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
fn removed(spot: &Spot<'_>, is_quoted: bool, delimiter: Option<u8>) -> Range<usize> {
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
