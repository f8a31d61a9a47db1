//! Values in JSON and YAML: a text is replaced, an item of a list is taken out, and the value of a field becomes `null`.

use super::scalar;
use super::{Cut, Refusal, Spot};
use crate::source::Form;

/// Writes another value in place of one of JSON (RFC 8259), or takes it away.
pub(super) fn json(spot: &Spot<'_>, new: Option<&[u8]>) -> Result<Cut, Refusal> {
    let is_quoted = spot.form != Form::JsonBytes && is_in(spot, b"\"");
    let Some(new) = new else {
        let own = usize::from(is_quoted);
        return Ok(without(spot, spot.start - own, spot.end + own));
    };
    let range = spot.start..spot.end;
    if spot.form == Form::JsonBytes {
        let numbers: Vec<String> = new.iter().map(u8::to_string).collect();
        return Ok((range, format!("[{}]", numbers.join(",")).into_bytes()));
    }
    let text = std::str::from_utf8(new).map_err(|_| Refusal::Form)?;
    let ascii_only = memchr::memmem::find(spot.raw(), b"\\u").is_some();
    let made = scalar::json_text(text, ascii_only);
    let is_number = !text.is_empty() && text.len() < 19 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = is_number && (text == "0" || !text.starts_with('0'));
    Ok(if is_quoted || is_number { (range, made) } else { (range, [b"\"", &made[..], b"\""].concat()) })
}

/// Adds an item behind one of a list of JSON, as those before it are parted. What is no item of a list has no place for another.
pub(super) fn add_to_json(spot: &Spot<'_>, new: &[u8]) -> Result<Cut, Refusal> {
    let is_quoted = spot.form != Form::JsonBytes && is_in(spot, b"\"");
    let own = usize::from(is_quoted);
    let part = between(spot, spot.start - own).ok_or(Refusal::NoPlace)?;
    let text = if spot.form == Form::JsonBytes {
        let numbers: Vec<String> = new.iter().map(u8::to_string).collect();
        format!("[{}]", numbers.join(",")).into_bytes()
    } else {
        let text = std::str::from_utf8(new).map_err(|_| Refusal::Form)?;
        let ascii_only = memchr::memmem::find(spot.raw(), b"\\u").is_some();
        [b"\"", scalar::json_text(text, ascii_only).as_slice(), b"\""].concat()
    };
    let at = spot.end + own;
    Ok((at..at, [part, text].concat()))
}

/// Adds an item behind one of a list of YAML: a line behind the lines of the other, or between brackets.
pub(super) fn add_to_yaml(spot: &Spot<'_>, new: &[u8]) -> Result<Cut, Refusal> {
    let text = std::str::from_utf8(new).map_err(|_| Refusal::Form)?;
    let (form, own) = yaml_form(spot);
    let (start, end) = (spot.start - own, spot.end + own);
    let raw = spot.text.get(start..end).unwrap_or_default();
    let before = spot.text.get(..start).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(0, |lf| lf + 1);
    let head = spot.text.get(line..start).unwrap_or_default();
    if head.trim_ascii() != b"-" {
        let part = between(spot, start).ok_or(Refusal::NoPlace)?;
        let made = scalar::yaml(text, form, raw).ok_or(Refusal::Form)?;
        return Ok((end..end, [part, made].concat()));
    }
    // a comment behind the other item belongs to it
    let behind = spot.text.get(end..).unwrap_or_default();
    let next =
        if raw.ends_with(b"\n") { Some(end) } else { memchr::memchr(b'\n', behind).map(|lf| end + lf + 1) };
    let crlf = memchr::memmem::find(spot.text, b"\r\n").is_some();
    let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let form = if matches!(form, Form::YamlLiteral | Form::YamlFolded) { Form::YamlPlain } else { form };
    let made = scalar::yaml(text, form, raw).ok_or(Refusal::Form)?;
    Ok(match next {
        Some(at) => (at..at, [head, &made, line_end].concat()),
        None => (spot.text.len()..spot.text.len(), [line_end, head, &made].concat()),
    })
}

/// What parts an item of a list in brackets, which begins at an offset, from one behind it. None if it is no such item.
fn between(spot: &Spot<'_>, start: usize) -> Option<Vec<u8>> {
    let before = spot.text.get(..start).unwrap_or_default();
    let head = before.trim_ascii_end();
    let blanks = before.get(head.len()..).unwrap_or_default();
    match head.last()? {
        b',' => Some([b",", blanks].concat()),
        b'[' if memchr::memchr(b'\n', blanks).is_some() => Some([b",", blanks].concat()),
        // alone in its line: as wide as the rest of the object is written
        b'[' if memchr::memmem::find(spot.text, b": ").is_some() => Some(b", ".to_vec()),
        b'[' => Some(b",".to_vec()),
        _ => None,
    }
}

fn is_in(spot: &Spot<'_>, quote: &[u8]) -> bool {
    spot.before().ends_with(quote) && spot.behind().starts_with(quote)
}

/// The style of a scalar of YAML, and how many quotes stand on each side of its place: one that is quoted without escapes is
/// read as the text between its quotes.
fn yaml_form(spot: &Spot<'_>) -> (Form, usize) {
    match spot.form {
        Form::Plain if is_in(spot, b"'") => (Form::YamlSingle, 1),
        Form::Plain if is_in(spot, b"\"") => (Form::YamlDouble, 1),
        Form::Plain => (Form::YamlPlain, 0),
        form => (form, 0),
    }
}

/// Writes another value in place of one of YAML (YAML 1.2.2), in its style as far as that can hold it.
fn yaml_value(spot: &Spot<'_>, new: &[u8]) -> Result<Cut, Refusal> {
    let text = std::str::from_utf8(new).map_err(|_| Refusal::Form)?;
    let (form, own) = yaml_form(spot);
    let range = spot.start - own..spot.end + own;
    let raw = spot.text.get(range.clone()).unwrap_or_default();
    scalar::yaml(text, form, raw).map(|made| (range, made)).ok_or(Refusal::Form)
}

/// Writes another value in place of one of YAML, or takes it away.
pub(super) fn yaml(spot: &Spot<'_>, new: Option<&[u8]>) -> Result<Cut, Refusal> {
    if let Some(new) = new {
        return yaml_value(spot, new);
    }
    let (_, own) = yaml_form(spot);
    let (start, end) = (spot.start - own, spot.end + own);
    if matches!(spot.form, Form::YamlLiteral | Form::YamlFolded) {
        let ended = spot.raw().ends_with(b"\n");
        return Ok((start..end, if ended { b"null\n".to_vec() } else { b"null".to_vec() }));
    }
    let before = spot.text.get(..start).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(0, |lf| lf + 1);
    let head = spot.text.get(line..start).unwrap_or_default();
    if head.trim_ascii() == b"-" {
        // the whole line is the item, and a comment behind it belongs to it
        let behind = spot.text.get(end..).unwrap_or_default();
        let next = memchr::memchr(b'\n', behind).map_or(spot.text.len(), |lf| end + lf + 1);
        return Ok((line..next, Vec::new()));
    }
    Ok(without(spot, start, end))
}

/// Takes an item out of a list in brackets, with one comma; anything else becomes `null`.
fn without(spot: &Spot<'_>, start: usize, end: usize) -> Cut {
    let null = (start..end, b"null".to_vec());
    let before = spot.text.get(..start).unwrap_or_default();
    let behind = spot.text.get(end..).unwrap_or_default();
    let head = before.trim_ascii_end();
    match head.last() {
        Some(b',' | b'[') => {}
        _ => return null,
    }
    let blanks = behind.len() - behind.trim_ascii_start().len();
    let rest = behind.trim_ascii_start();
    if let Some(tail) = rest.strip_prefix(b",") {
        let more = tail.len() - tail.trim_ascii_start().len();
        return (start..end + blanks + 1 + more, Vec::new());
    }
    if head.ends_with(b",") { (head.len() - 1..end, Vec::new()) } else { (start..end, Vec::new()) }
}
