//! Error report mails: the message as mail programs save it (RFC 5322 with MIME), and the table in its text.

use std::ops::Range;

use data_encoding::BASE64;

use super::text::{CELL, ROW, Text, find, trimmed};

/// The body of a saved message, decoded; none if the text is no such message. Of several bodies the one in HTML is
/// taken: its table says where a cell ends.
pub(super) fn body(text: &Text) -> Option<Text> {
    let whole = text.as_str();
    let head = whole.get(..blank_line(whole, 0)?.start)?;
    let is_message = find(head, "\nMIME-Version:").is_some()
        || ["Received:", "From:", "MIME-Version:", "Return-Path:"]
            .iter()
            .any(|name| find(head, name) == Some(0));
    if !is_message {
        return None;
    }
    let mut bodies: Vec<(bool, Text)> = Vec::new();
    let mut at = 0;
    while let Some(blank) = blank_line(whole, at) {
        let header = whole.get(at..blank.start).unwrap_or_default();
        let end = boundary(whole, blank.end);
        let encoding = field(header, "Content-Transfer-Encoding").unwrap_or_default();
        let kind = field(header, "Content-Type").unwrap_or_default().to_ascii_lowercase();
        if kind.is_empty() || kind.starts_with("text/") {
            let part = text.part(blank.end..end);
            let decoded = match encoding.to_ascii_lowercase().as_str() {
                "quoted-printable" => quoted_printable(&part),
                "base64" => base64(&part),
                _ => part,
            };
            bodies.push((kind.starts_with("text/html"), decoded));
        }
        // behind the line of the boundary stands the next header
        let Some(next) = whole.get(end..).and_then(|rest| rest.find('\n').filter(|_| !rest.is_empty()))
        else {
            break;
        };
        at = end + next + 1;
    }
    let html = bodies.iter().position(|(is_html, _)| *is_html).unwrap_or(0);
    (html < bodies.len()).then(|| bodies.swap_remove(html).1)
}

/// The first empty line behind a place.
fn blank_line(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let one = rest.find("\n\n").map(|at| at + 1..at + 2);
    let other = rest.find("\r\n\r\n").map(|at| at + 2..at + 4);
    let found = match (one, other) {
        (Some(one), Some(other)) if other.start < one.start => other,
        (one, other) => one.or(other)?,
    };
    Some(from + found.start..from + found.end)
}

/// Where a part ends: before the line of a boundary.
fn boundary(text: &str, from: usize) -> usize {
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let name = line.trim_end();
        if name.len() > 12 && name.starts_with("--") && !name.contains(' ') {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// The value of a header field up to its first parameter.
fn field<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let line = header.lines().find(|line| {
        line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && line.get(name.len()..).is_some_and(|rest| rest.starts_with(':'))
    })?;
    let value = line.get(name.len() + 1..)?;
    Some(value.split(';').next().unwrap_or_default().trim())
}

/// Decodes quoted-printable (RFC 2045, 6.7).
fn quoted_printable(text: &Text) -> Text {
    let whole = text.as_str();
    let mut bytes: Vec<(u8, Range<usize>)> = Vec::new();
    let mut skip = 0;
    for (at, character, place) in text.characters() {
        if at < skip {
            continue;
        }
        let rest = whole.get(at + character.len_utf8()..).unwrap_or_default();
        let soft = ["\r\n", "\n"].into_iter().find(|end| character == '=' && rest.starts_with(end));
        let hex = rest.get(..2).filter(|_| character == '=').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let Some(end) = soft {
            skip = at + 1 + end.len();
        } else if let Some(byte) = hex {
            skip = at + 3;
            bytes.push((byte, text.place(&(at..at + 3))));
        } else {
            let mut buffer = [0; 4];
            bytes.extend(character.encode_utf8(&mut buffer).bytes().map(|byte| (byte, place.clone())));
        }
    }
    of_bytes(&bytes)
}

fn base64(text: &Text) -> Text {
    let letters: Vec<(char, Range<usize>)> = text
        .characters()
        .filter(|(_, character, _)| !character.is_whitespace())
        .map(|(_, character, place)| (character, place))
        .collect();
    let mut bytes = Vec::new();
    for four in letters.chunks(4) {
        let quantum: String = four.iter().map(|(character, _)| *character).collect();
        let Ok(decoded) = BASE64.decode(quantum.as_bytes()) else { break };
        let start = four.first().map_or(0, |(_, place)| place.start);
        let end = four.last().map_or(start, |(_, place)| place.end);
        bytes.extend(decoded.into_iter().map(|byte| (byte, start..end)));
    }
    of_bytes(&bytes)
}

fn of_bytes(bytes: &[(u8, Range<usize>)]) -> Text {
    let raw: Vec<u8> = bytes.iter().map(|(byte, _)| *byte).collect();
    let decoded = Text::of(&raw);
    let mut text = Text::default();
    for (_, character, place) in decoded.characters() {
        let start = bytes.get(place.start).map_or(0, |(_, place)| place.start);
        let end =
            place.end.checked_sub(1).and_then(|last| bytes.get(last)).map_or(start, |(_, place)| place.end);
        text.push(character, start..end);
    }
    text
}

/// A table of a mail in plain text, one row a line, whose cells are parted by `|`; none if there is none.
pub(super) fn piped(text: &Text) -> Option<Text> {
    let whole = text.as_str();
    let is_row = |line: &str| line.matches('|').count() >= 2;
    if !whole.lines().any(is_row) {
        return None;
    }
    let mut table = Text::default();
    let mut at = 0;
    for line in whole.split_inclusive('\n') {
        let row = is_row(line);
        for (offset, character, place) in text.part(at..at + line.len()).characters() {
            let last = offset + character.len_utf8() == line.len();
            table.push(if row && character == '|' { CELL } else { character }, place.clone());
            if last && row {
                table.push(ROW, place);
            }
        }
        at += line.len();
    }
    Some(table)
}

/// The rows of a mail in plain text whose cells are paragraphs: identity, description, source anchor. Each row ends with a
/// line that holds nothing but an anchor, by `is_anchor`.
pub(super) fn paragraphs(text: &str, is_anchor: impl Fn(&str) -> bool) -> Vec<[Range<usize>; 3]> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut rows = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = trimmed(text, at..at + line.len());
        at += line.len();
        let content = text.get(range.clone()).unwrap_or_default();
        if content.is_empty() {
            continue;
        }
        if !is_anchor(content) {
            lines.push(range);
            continue;
        }
        let is_word = |range: &&Range<usize>| {
            let word = text.get((*range).clone()).unwrap_or_default();
            !word.contains(char::is_whitespace) && !word.ends_with([',', '.', ':'])
        };
        // the description may be broken into lines: the identity is the last word that stands alone before it
        let before = lines.len().saturating_sub(1);
        let identity = lines.iter().take(before).rposition(|line| is_word(&line));
        let first = identity.map_or(before, |identity| identity + 1);
        let start = lines.get(first).map_or(range.start, |line| line.start);
        let end = lines.last().map_or(range.start, |line| line.end);
        let identity = identity.and_then(|identity| lines.get(identity).cloned()).unwrap_or(start..start);
        rows.push([identity, start..end.max(start), range]);
        lines.clear();
    }
    rows
}
