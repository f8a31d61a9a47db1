//! What may be shown beside a value: pieces of its own line and the line above, as far as nothing secret stands in them.

use std::borrow::Cow;
use std::ops::Range;

use super::place::Places;
use crate::source::{FileId, Location, Notation};

/// How far back the attribute is looked for to which a line belongs.
const OWNER: u64 = 1 << 16;
/// Stands in place of what is secret.
const SECRET: &[u8] = b"(secret)";
/// Stands in place of what is left out.
const LEFT_OUT: &str = "… ";

/// The surroundings of a place in a file.
pub(super) struct Around<'a> {
    pub(super) places: &'a Places<'a>,
    pub(super) file: FileId,
    pub(super) secret: &'a dyn Fn(&str) -> bool,
}

impl Around<'_> {
    fn notation(&self) -> Notation {
        self.places.store.notation(self.file)
    }

    /// A line as it may be shown, which begins at a byte of the file. None if it says nothing, or too much.
    pub(super) fn line(&self, line: Vec<u8>, begin: u64) -> Option<Vec<u8>> {
        match self.notation() {
            Notation::Lines => {}
            Notation::Table => return None,
            Notation::Brackets if names(&line, b"\":") > 1 => return None,
            Notation::Indented if names(&line, b": ") > 1 => return None,
            Notation::Markup if !is_plain_element(&line) => return None,
            _ => {}
        }
        Some(self.masked(&line, begin).unwrap_or(line))
    }

    /// A part of a line with what stands before it, as far as it may be shown, and where the part stands in it.
    pub(super) fn piece<'l>(&self, line: &'l [u8], part: Range<usize>) -> (Cow<'l, [u8]>, Range<usize>) {
        let notation = self.notation();
        if notation == Notation::Lines {
            return (Cow::Borrowed(line), part);
        }
        let (head, added) = cut(line.get(..part.start).unwrap_or_default(), notation);
        let start = head.len();
        let mut piece = head.into_owned();
        piece.extend_from_slice(line.get(part.clone()).unwrap_or_default());
        let end = piece.len();
        let rest = line.get(part.end..).unwrap_or_default();
        if rest.len() > 2 || added {
            piece.extend_from_slice(" …".as_bytes());
        } else {
            piece.extend_from_slice(rest);
        }
        (Cow::Owned(piece), start..end)
    }

    /// What is shown in place of a line that is secret, or a part of something that is. The line begins at a byte of the file.
    pub(super) fn masked(&self, line: &[u8], begin: u64) -> Option<Vec<u8>> {
        if let Some((name, colon)) = name_of(line, self.notation()) {
            let head = line.get(..=colon).unwrap_or_default();
            return (self.secret)(&name).then(|| [head, b" ", SECRET].concat());
        }
        match self.notation() {
            Notation::Lines => self.continued(line, begin),
            Notation::Indented | Notation::Brackets => self.nested(line, begin),
            Notation::Table | Notation::Markup => None,
        }
    }

    /// The lines above a byte of the file, the last one first, and whether they reach its beginning.
    fn above(&self, begin: u64) -> (Vec<Vec<u8>>, bool, bool) {
        let first = self.places.store.start(self.file);
        let from = begin.saturating_sub(OWNER).max(first).min(begin);
        let head = self.places.store.bytes(Location::new(self.file, from, begin - from)).unwrap_or_default();
        // the line itself began further back than was looked
        let cut = !head.is_empty() && !head.ends_with(b"\n");
        let mut lines: Vec<Vec<u8>> = head.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        if !cut {
            lines.pop();
        }
        lines.reverse();
        (lines, from <= first, cut)
    }

    /// A line of LDIF without a name of its own continues, or follows, one that has.
    fn continued(&self, line: &[u8], begin: u64) -> Option<Vec<u8>> {
        let (above, whole, cut) = self.above(begin);
        if !cut && matches!(line.trim_ascii(), b"" | b"-") {
            return None;
        }
        for line in &above {
            if line.trim_ascii().is_empty() {
                return None;
            }
            if let Some((name, _)) = name_of(line, Notation::Lines) {
                return (self.secret)(&name).then(|| SECRET.to_vec());
            }
        }
        (!whole).then(|| SECRET.to_vec())
    }

    /// A line of a list, or of a text over several lines, belongs to the nearest one above that is indented less.
    fn nested(&self, line: &[u8], begin: u64) -> Option<Vec<u8>> {
        let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
        let item = |line: &[u8]| line.trim_ascii_start().starts_with(b"- ");
        let mut own = indent(line) + usize::from(item(line));
        let (above, whole, _) = self.above(begin);
        for line in above.iter().filter(|line| !line.trim_ascii().is_empty()) {
            if indent(line) >= own {
                continue;
            }
            if let Some((name, _)) = name_of(line, self.notation()) {
                return (self.secret)(&name).then(|| SECRET.to_vec());
            }
            own = indent(line);
        }
        (!whole).then(|| SECRET.to_vec())
    }
}

/// What stands before a value in its line, without what belongs to other values, and whether something was left out.
pub(super) fn cut(head: &[u8], notation: Notation) -> (Cow<'_, [u8]>, bool) {
    let from = match notation {
        Notation::Lines => None,
        Notation::Table => Some(head.len()).filter(|_| !head.is_empty()),
        Notation::Brackets => last(head, b"{,"),
        Notation::Indented => last(head, b"{").and_then(|_| last(head, b"{,")),
        Notation::Markup => memchr::memmem::rfind(head, b"</").map(|at| {
            let rest = head.get(at..).unwrap_or_default();
            at + memchr::memchr(b'>', rest).map_or(rest.len(), |end| end + 1)
        }),
    };
    // what is indented only is not left out
    let from = from.filter(|from| !head.get(..*from).unwrap_or_default().trim_ascii().is_empty());
    match from {
        Some(from) if !matches!(head.get(..from).map(<[u8]>::trim_ascii), Some(b"{" | b"- {")) => {
            let rest = head.get(from..).unwrap_or_default().trim_ascii_start();
            (Cow::Owned([LEFT_OUT.as_bytes(), rest].concat()), true)
        }
        _ => (Cow::Borrowed(head), false),
    }
}

/// The first byte behind the last of some.
fn last(text: &[u8], of: &[u8]) -> Option<usize> {
    text.iter().rposition(|byte| of.contains(byte)).map(|at| at + 1)
}

/// The name that a line gives its value, and where the colon behind it stands.
fn name_of(line: &[u8], notation: Notation) -> Option<(String, usize)> {
    let colon = memchr::memchr(b':', line)?;
    let name = line.get(..colon)?;
    let name = match notation {
        Notation::Lines => Some(name).filter(|name| !matches!(name.first(), Some(b' ' | b'\t')))?,
        Notation::Table | Notation::Markup => return None,
        Notation::Indented | Notation::Brackets => {
            let name = name.trim_ascii();
            let name = name.strip_prefix("…".as_bytes()).unwrap_or(name).trim_ascii();
            let name = name.strip_prefix(b"- ").unwrap_or(name).trim_ascii();
            let name = name.strip_prefix(b"{").unwrap_or(name).trim_ascii();
            if name.starts_with(b"- ") || notation == Notation::Brackets && !name.ends_with(b"\"") {
                return None;
            }
            let quote = |byte: &u8| matches!(byte, b'"' | b'\'');
            let name = name.strip_prefix(b"\"").or(name.strip_prefix(b"'")).unwrap_or(name);
            if name.last().is_some_and(quote) { name.get(..name.len() - 1)? } else { name }
        }
    };
    Some((std::str::from_utf8(name).ok()?.trim().to_owned(), colon))
}

fn names(line: &[u8], mark: &[u8]) -> usize {
    memchr::memmem::find_iter(line, mark).count()
}

/// An element that holds no text.
fn is_plain_element(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"<") && line.ends_with(b">") && memchr::memmem::find(line, b"</").is_none()
}
