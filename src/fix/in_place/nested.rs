//! Values in JSON and YAML: a text is replaced, an item of a list is taken out, and the value of a field becomes `null`.

use super::scalar;
use super::{Cut, Refusal, Spot};
use crate::source::Form;

/// Writes another value in place of one of JSON (RFC 8259), or takes it away.
pub(super) fn json(spot: &Spot<'_>, new: Option<&[u8]>) -> Result<Cut, Refusal> {
    let is_quoted =
        spot.form != Form::JsonBytes && spot.before().ends_with(b"\"") && spot.behind().starts_with(b"\"");
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

/// Writes another value in place of one of YAML (YAML 1.2.2), in its style as far as that can hold it.
fn yaml_value(spot: &Spot<'_>, new: &[u8]) -> Result<Cut, Refusal> {
    let text = std::str::from_utf8(new).map_err(|_| Refusal::Form)?;
    // a quoted scalar without escapes is read as the text between its quotes
    let quote = match (spot.form, spot.before().last(), spot.behind().first()) {
        (Form::Plain, Some(quote @ (b'\'' | b'"')), Some(other)) if quote == other => Some(*quote),
        _ => None,
    };
    let form = match (spot.form, quote) {
        (_, Some(b'\'')) => Form::YamlSingle,
        (_, Some(_)) => Form::YamlDouble,
        (Form::Plain, None) => Form::YamlPlain,
        (form, None) => form,
    };
    let own = usize::from(quote.is_some());
    let range = spot.start - own..spot.end + own;
    let raw = spot.text.get(range.clone()).unwrap_or_default();
    scalar::yaml(text, form, raw).map(|made| (range, made)).ok_or(Refusal::Form)
}

/// Writes another value in place of one of YAML, or takes it away.
pub(super) fn yaml(spot: &Spot<'_>, new: Option<&[u8]>) -> Result<Cut, Refusal> {
    if let Some(new) = new {
        return yaml_value(spot, new);
    }
    let quoted = spot.form == Form::Plain
        && matches!(spot.before().last(), Some(b'\'' | b'"'))
        && spot.before().last() == spot.behind().first();
    let own = usize::from(quoted);
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
