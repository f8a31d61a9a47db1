//! HTML of mails and the XML of the event log: rows and events end with [`ROW`], cells with [`CELL`].

use super::text::{CELL, ROW, Text, find};

/// Elements that show that a text is markup.
const MARKS: [&str; 8] = ["<html", "<!doctype html", "<body", "<table", "<td", "<event", "<div", "<br"];
/// Elements whose content nobody reads.
const HIDDEN: [&str; 3] = ["style", "script", "head"];
/// The longest tag.
const TAG: usize = 1 << 14;
/// The longest entity.
const ENTITY: usize = 10;

/// Whether a text is HTML, or XML of the event log.
pub(super) fn is_markup(text: &str) -> bool {
    MARKS.iter().any(|mark| find(text, mark).is_some())
}

/// What stands around the error of one object in a run history.
const HISTORY: [&str; 2] = ["</export-error>", "</import-error>"];

/// Whether a text is the history of runs of the Synchronization Service, as XML (entra.md 8.6).
pub(super) fn is_history(text: &str) -> bool {
    find(text, "<run-history").is_some() || HISTORY.iter().any(|end| find(text, end).is_some())
}

/// A run history as rows, an error in each; names and values of attributes in tags stay, since they name the object.
pub(super) fn history(text: &Text) -> Text {
    let whole = text.as_str();
    let mut plain = Text::default();
    let mut skip = 0;
    for (at, character, place) in text.characters() {
        if at < skip {
            continue;
        }
        let rest = whole.get(at..).unwrap_or_default();
        let ends = |end: &&&str| rest.get(..end.len()).is_some_and(|head| head.eq_ignore_ascii_case(end));
        if let Some(end) = HISTORY.iter().find(ends) {
            skip = at + end.len();
            plain.push(ROW, place);
        } else if let Some((decoded, length)) = entity(rest).filter(|_| character == '&') {
            skip = at + length;
            plain.push(decoded, text.place(&(at..at + length)));
        } else {
            plain.push(if matches!(character, '<' | '>') { '\n' } else { character }, place);
        }
    }
    plain
}

/// The text without its tags.
pub(super) fn plain(text: &Text) -> Text {
    let whole = text.as_str();
    let mut plain = Text::default();
    let mut hidden: Option<String> = None;
    let mut skip = 0;
    for (at, character, place) in text.characters() {
        if at < skip {
            continue;
        }
        let rest = whole.get(at..).unwrap_or_default();
        if character == '<'
            && let Some(tag) = tag(rest)
        {
            skip = at + tag.length;
            let name = tag.name.to_ascii_lowercase();
            match (&hidden, tag.closes) {
                (Some(inside), true) if *inside == name => hidden = None,
                (None, false) if HIDDEN.contains(&name.as_str()) && !tag.is_empty => hidden = Some(name),
                (None, closes) => {
                    let separator = match (name.as_str(), closes) {
                        ("tr" | "event", true) => Some(ROW),
                        ("td" | "th" | "data" | "message", true) => Some(CELL),
                        ("br" | "hr", _) | ("p" | "div" | "li" | "h1" | "h2" | "h3" | "table", true) => {
                            Some('\n')
                        }
                        ("td" | "th" | "tr" | "p" | "div" | "table", false) => Some('\n'),
                        _ => None,
                    };
                    if let Some(separator) = separator {
                        plain.push(separator, place);
                    }
                }
                _ => {}
            }
            continue;
        }
        if hidden.is_some() {
            continue;
        }
        match entity(rest).filter(|_| character == '&') {
            Some((decoded, length)) => {
                skip = at + length;
                plain.push(decoded, text.place(&(at..at + length)));
            }
            None => plain.push(character, place),
        }
    }
    plain
}

struct Tag<'t> {
    name: &'t str,
    length: usize,
    closes: bool,
    is_empty: bool,
}

/// The tag at the beginning of a text.
fn tag(text: &str) -> Option<Tag<'_>> {
    if text.starts_with("<!--") {
        let end = text.find("-->")?;
        let length = end + 3;
        return Some(Tag { name: "", length, closes: false, is_empty: true });
    }
    let inner = text.strip_prefix('<')?;
    let closes = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
        return None;
    }
    let length = memchr::memchr(b'>', text.as_bytes().get(..TAG.min(text.len()))?)? + 1;
    let end = inner.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(inner.len());
    let name = inner.get(..end)?;
    // prefixes of names mean nothing here
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    Some(Tag { name, length, closes, is_empty: text.get(..length)?.ends_with("/>") })
}

/// The character of the entity at the beginning of a text, and the number of its bytes.
fn entity(text: &str) -> Option<(char, usize)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(ENTITY).position(|byte| byte == b';')?;
    let name = inner.get(..end)?;
    let character = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number).filter(|c| !matches!(*c, CELL | ROW))?
        }
    };
    Some((character, end + 2))
}
