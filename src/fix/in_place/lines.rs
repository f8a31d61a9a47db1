//! Values in LDIF (RFC 2849): plain or in base64, folded as they were.

use std::ops::Range;

use data_encoding::BASE64;

use super::{Cut, Refusal, Spot};
use crate::fix::ldif_value::{fold, is_safe};
use crate::source::Form;

/// Writes another value in place of one, or takes its line away.
pub(super) fn change(spot: &Spot<'_>, new: Option<&[u8]>) -> Result<Cut, Refusal> {
    let line = line_of(spot);
    let colon = memchr::memchr(b':', spot.text.get(line.clone()).unwrap_or_default());
    let colon = line.start + colon.filter(|at| line.start + at < spot.start).ok_or(Refusal::Unreadable)?;
    let between = spot.text.get(colon + 1..spot.start).unwrap_or_default();
    if memchr::memchr(b'<', between).is_some() {
        return Err(Refusal::Written);
    }
    let Some(new) = new else { return Ok((line, Vec::new())) };
    let was_base64 = memchr::memchr(b':', between).is_some();
    let (first, width, end) = widths(spot.raw());
    if was_base64 || spot.form == Form::LdifBase64 {
        let text = BASE64.encode(new).into_bytes();
        return Ok((spot.start..spot.end, fold(&text, first, width, end)));
    }
    let keeps_letters = !spot.raw().is_ascii() && std::str::from_utf8(new).is_ok();
    if is_safe(new, keeps_letters) {
        return Ok((spot.start..spot.end, fold(new, first, width, end)));
    }
    // one more colon says that base64 follows
    let text = BASE64.encode(new).into_bytes();
    let fill: &[u8] = if between.is_empty() { b" " } else { between };
    Ok((colon + 1..spot.end, [b":", fill, &fold(&text, first.saturating_sub(1), width, end)].concat()))
}

/// The line of a value, with those that continue it, and its line end.
fn line_of(spot: &Spot<'_>) -> Range<usize> {
    let mut start = spot.start;
    loop {
        match memchr::memrchr(b'\n', spot.text.get(..start).unwrap_or_default()) {
            // a fold directly behind the colon
            Some(lf) if spot.text.get(lf + 1) == Some(&b' ') => start = lf,
            Some(lf) => {
                start = lf + 1;
                break;
            }
            None => {
                start = spot.object;
                break;
            }
        }
    }
    let end = memchr::memchr(b'\n', spot.behind()).map_or(spot.text.len(), |lf| spot.end + lf + 1);
    start..end
}

/// How a folded value is folded: the length of its first line and of the others, and its line end. One that is not folded is
/// not folded afterwards.
fn widths(raw: &[u8]) -> (usize, usize, &'static [u8]) {
    let mut lines = raw.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let Some(second) = lines.next() else { return (usize::MAX, usize::MAX, b"\n") };
    let end: &[u8] = if first.ends_with(b"\r") { b"\r\n" } else { b"\n" };
    let first = first.strip_suffix(b"\r").unwrap_or(first).len();
    let longest = lines.map(<[u8]>::len).chain([second.len()]).max().unwrap_or(0).saturating_sub(1);
    (first.max(1), longest.max(first).max(1), end)
}

/// Adds a line behind the last value of an attribute, else behind the last line of the object.
pub(super) fn add(text: &[u8], record: Range<usize>, attribute: &str, value: &[u8]) -> Result<Cut, Refusal> {
    let whole = text.get(record.clone()).unwrap_or_default();
    let (mut last, mut same, mut at) = (None, None, record.start);
    let mut is_same = false;
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() || line.starts_with(b"#") {
            continue;
        }
        if !line.starts_with(b" ") {
            let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
            is_same = name.eq_ignore_ascii_case(attribute.as_bytes());
        }
        last = Some(at);
        if is_same {
            same = Some(at);
        }
    }
    let at = same.or(last).ok_or(Refusal::NoPlace)?;
    // the line end of the last line may stand behind the object
    let ended = text.get(..at).is_some_and(|head| head.ends_with(b"\n"));
    let rest = text.get(at..).unwrap_or_default();
    let at = if ended { at } else { at + rest.iter().position(|byte| *byte == b'\n').map_or(0, |lf| lf + 1) };
    let ended = text.get(..at).is_some_and(|head| head.ends_with(b"\n"));
    let end: &[u8] = if memchr::memmem::find(text, b"\r\n").is_some() { b"\r\n" } else { b"\n" };
    let name = attribute.as_bytes();
    let line = if is_safe(value, false) {
        [name, b": ", value].concat()
    } else {
        [name, b":: ", BASE64.encode(value).as_bytes()].concat()
    };
    let made = if ended { [&line, end].concat() } else { [end, &line].concat() };
    Ok((at..at, made))
}
