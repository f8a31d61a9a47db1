//! Texts as scalars of JSON and YAML.

use std::fmt::Write;

use crate::source::{Form, decode};

/// A text between the quotes of JSON; with `ascii_only`, other characters are escaped as well.
pub(super) fn json_text(text: &str, ascii_only: bool) -> Vec<u8> {
    let mut made = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            _ if character.is_control() || ascii_only && !character.is_ascii() => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(made, "\\u{unit:04x}");
                }
            }
            _ => made.push(character),
        }
    }
    made.into_bytes()
}

/// A text as a scalar of YAML, in the form that another one has; in double quotes if that form cannot hold it. None if the
/// place cannot hold it at all.
pub(super) fn yaml(text: &str, form: Form, raw: &[u8]) -> Option<Vec<u8>> {
    let is_line = !text.chars().any(char::is_control) && !text.contains(['\u{2028}', '\u{2029}', '\u{FEFF}']);
    let made = match form {
        Form::YamlPlain if is_plain(text) => text.as_bytes().to_vec(),
        Form::YamlPlain | Form::YamlSingle if is_line => {
            format!("'{}'", text.replace('\'', "''")).into_bytes()
        }
        Form::YamlLiteral | Form::YamlFolded => return block(text, form, raw),
        _ => double(text),
    };
    Some(made)
}

/// Whether a text means itself without quotes, also within brackets and to readers of YAML 1.1.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 10] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan"];
    let first = |c: char| c.is_alphabetic() || c == '/' || c == '_';
    let inner = |c: char| c.is_alphanumeric() || "/_@.+-=()' ".contains(c);
    let colon_inside = |at: usize| {
        text.get(at + 1..)
            .and_then(|rest| rest.chars().next())
            .is_some_and(|c| c.is_alphanumeric() || c == '/')
    };
    text.starts_with(first)
        && !text.ends_with(' ')
        && text.char_indices().all(|(at, c)| inner(c) || c == ':' && colon_inside(at))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

fn double(text: &str) -> Vec<u8> {
    let mut made = String::with_capacity(text.len() + 2);
    made.push('"');
    for character in text.chars() {
        match character {
            '"' => made.push_str("\\\""),
            '\\' => made.push_str("\\\\"),
            '\n' => made.push_str("\\n"),
            '\r' => made.push_str("\\r"),
            '\t' => made.push_str("\\t"),
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' => {
                let _ = write!(made, "\\u{:04X}", u32::from(character));
            }
            _ if character.is_control() => {
                let _ = write!(made, "\\x{:02X}", u32::from(character));
            }
            _ => made.push(character),
        }
    }
    made.push('"');
    made.into_bytes()
}

/// A block keeps its header and its indentation; one that cannot hold the text becomes a text in quotes.
fn block(text: &str, form: Form, raw: &[u8]) -> Option<Vec<u8>> {
    let header = memchr::memchr(b'\n', raw)? + 1;
    let (head, body) = raw.split_at_checked(header)?;
    let end: &[u8] = if head.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
    let line = body.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let indent = line.iter().take_while(|byte| **byte == b' ').count();
    let ended = raw.ends_with(b"\n");
    let mut made = head.to_vec();
    let content = text.strip_suffix('\n').unwrap_or(text);
    // a line end of the text is an empty line where lines are folded
    let part: &[u8] = if form == Form::YamlFolded { &[end, end].concat() } else { end };
    for (number, line) in content.split('\n').enumerate() {
        if number > 0 {
            made.extend_from_slice(part);
        }
        made.extend(std::iter::repeat_n(b' ', indent));
        made.extend_from_slice(line.as_bytes());
    }
    if ended {
        made.extend_from_slice(end);
    }
    let is_header = |byte: &u8| matches!(byte, b'|' | b'>');
    let odd =
        |c: char| c.is_control() && c != '\n' || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}');
    // blanks at the beginning, or alone in a line, would be taken for indentation
    let blank = |line: &str| !line.is_empty() && line.trim().is_empty();
    if !text.contains(odd)
        && !text.starts_with([' ', '\n'])
        && !text.lines().any(blank)
        && head.first().is_some_and(is_header)
        && decode(&made, form).0 == text.as_bytes()
    {
        return Some(made);
    }
    let mut quoted = double(text);
    if ended {
        quoted.extend_from_slice(end);
    }
    Some(quoted)
}
