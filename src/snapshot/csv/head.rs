//! What stands before the rows: comments, `#TYPE`, `sep=;` and the header.

use std::io;

use memchr::{memchr, memchr2};

use super::cell::{Cell, Syntax, read_row};
use crate::source::{FileId, Store};

/// How much is read at first.
const LOOK: usize = 1 << 16;
/// No header is larger.
const MOST: usize = 1 << 24;
/// What may part cells, the likely first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The head of a table.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) syntax: Syntax,
    /// The last word of the type that `#TYPE` names, in lower case.
    pub(super) list: Option<String>,
    /// The line that says that the objects were exported as they are: the first one alone decided which columns there are.
    pub(super) first_object: Option<(u64, u64)>,
    pub(super) fields: Vec<Field>,
    /// The header as it stands in the file, without its line end.
    pub(super) line: Vec<u8>,
    /// Its first byte in the file.
    pub(super) start: u64,
    /// The first byte behind it.
    pub(super) rows: u64,
}

/// The name of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// The name, without spaces around it.
    pub(super) name: String,
    /// The same in lower case.
    pub(super) lower: String,
    /// The same without any spaces: `User principal name` is `userprincipalname`.
    pub(super) joined: String,
    /// Where it stands in the file.
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// Reads the head of a file; none if nothing but comments stands in it.
pub(super) fn read(store: &Store, file: FileId) -> io::Result<Option<Head>> {
    let start = store.start(file);
    let mut text = Vec::new();
    let mut look = LOOK;
    let line_end = loop {
        store.read(file, start, look, &mut text)?;
        let whole = start + text.len() as u64 >= store.length(file) || look >= MOST;
        // a CR at the very end may be half of a line end
        match memchr2(b'\n', b'\r', &text) {
            Some(at) if text.get(at) == Some(&b'\n') => break b'\n',
            Some(at) if text.get(at + 1) == Some(&b'\n') => break b'\n',
            Some(at) if at + 1 < text.len() || whole => {
                break if has_line_feed(store, file, start)? { b'\n' } else { b'\r' };
            }
            None if whole => break b'\n',
            _ => look *= 4,
        }
    };
    loop {
        let whole = start + text.len() as u64 >= store.length(file) || look >= MOST;
        let head = parse(&text, start, line_end);
        let complete = head.as_ref().is_some_and(|head| head.rows < start + text.len() as u64);
        if complete || whole {
            return Ok(head);
        }
        look *= 4;
        store.read(file, start, look, &mut text)?;
    }
}

fn has_line_feed(store: &Store, file: FileId, start: u64) -> io::Result<bool> {
    let mut chunk = Vec::new();
    let mut offset = start;
    loop {
        store.read(file, offset, MOST, &mut chunk)?;
        if chunk.is_empty() {
            return Ok(false);
        }
        if memchr(b'\n', &chunk).is_some() {
            return Ok(true);
        }
        offset += chunk.len() as u64;
    }
}

fn parse(text: &[u8], offset: u64, line_end: u8) -> Option<Head> {
    let mut list = None;
    let mut first_object = None;
    let mut told = None;
    let mut at = 0;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let length = memchr(line_end, rest).unwrap_or(rest.len());
        let line = rest.get(..length).unwrap_or_default().trim_ascii();
        if let Some(name) = line.strip_prefix(b"#TYPE ") {
            let name = String::from_utf8_lossy(name).trim().to_ascii_lowercase();
            list = name.rsplit('.').next().map(str::to_owned);
            // objects as they are; what `Select-Object` made is called `Selected.`
            first_object =
                (!name.starts_with("selected.")).then_some((offset + at as u64, line.len() as u64));
        } else if told.is_none() && delimiter_told(line).is_some() {
            told = delimiter_told(line);
        } else if !line.is_empty() && !line.starts_with(b"#") {
            break;
        }
        at += length + 1;
    }
    if at >= text.len() {
        return None;
    }
    let delimiter = told.unwrap_or_else(|| sniff(text.get(at..).unwrap_or_default(), line_end));
    let syntax = Syntax { delimiter, line_end, lenient: false };
    let mut cells = Vec::new();
    let rows = read_row(text, at, text.len(), syntax, &mut cells);
    let line = text.get(at..rows).unwrap_or_default().trim_ascii_end();
    let fields = cells.iter().map(|cell| field(text, offset, cell)).collect();
    Some(Head {
        syntax,
        list,
        first_object,
        fields,
        line: line.to_vec(),
        start: offset + at as u64,
        rows: offset + rows as u64,
    })
}

/// `sep=;`, which Excel reads and writes.
fn delimiter_told(line: &[u8]) -> Option<u8> {
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line.split_at_checked(4)? {
        (name, [delimiter]) if name.eq_ignore_ascii_case(b"sep=") => Some(*delimiter),
        // a tab at the end of the line was taken for white space
        (name, []) if name.eq_ignore_ascii_case(b"sep=") => Some(b'\t'),
        _ => None,
    }
}

/// What parts the names of a header: the likely separator that stands there most often, outside of quotes.
fn sniff(text: &[u8], line_end: u8) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut inside = false;
    for byte in text {
        match byte {
            b'"' => inside = !inside,
            _ if inside => {}
            byte if *byte == line_end => break,
            byte => {
                let known = DELIMITERS.iter().position(|known| known == byte);
                if let Some(count) = known.and_then(|at| counts.get_mut(at)) {
                    *count += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let found = counts.iter().position(|count| *count == most && most > 0);
    found.and_then(|at| DELIMITERS.get(at)).copied().unwrap_or(b',')
}

fn field(text: &[u8], offset: u64, cell: &Cell) -> Field {
    let raw = text.get(cell.start..cell.end).unwrap_or_default();
    let spaces = raw.len() - raw.trim_ascii_start().len();
    let trimmed = raw.trim_ascii();
    let name = String::from_utf8_lossy(trimmed).replace("\"\"", "\"");
    let lower = name.to_lowercase();
    let joined = lower.split_whitespace().collect();
    let start = offset + (cell.start + if trimmed.is_empty() { 0 } else { spaces }) as u64;
    Field { name, lower, joined, offset: start, length: trimmed.len() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        let line_end = if text.contains('\n') { b'\n' } else { b'\r' };
        parse(text.as_bytes(), 0, line_end).unwrap()
    }

    fn names(head: &Head) -> Vec<&str> {
        head.fields.iter().map(|field| field.name.as_str()).collect()
    }

    #[test]
    fn the_separator_is_what_parts_the_names() {
        for (text, delimiter) in [
            ("DN,cn\n", b','),
            ("DN;cn;mail\n", b';'),
            ("\"DN\"\t\"cn\"\n", b'\t'),
            ("DN|cn", b'|'),
            ("DN,member;range=0-*,userCertificate;binary\n", b','),
            ("\"a,b,c\";cn\n", b';'),
            ("mail\n", b','),
            ("sep=|\nmail\n", b'|'),
            ("\"sep=;\"\r\na,b;c\r\n", b';'),
        ] {
            assert_eq!(head(text).syntax.delimiter, delimiter, "{text}");
        }
    }

    #[test]
    fn comments_stand_before_the_header() {
        let text = "#TYPE Selected.Microsoft.ActiveDirectory.Management.ADUser\r\n# by hand\r\n\r\n\"DN\", \"cn\" \r\nx\r\n";
        let head = head(text);
        assert_eq!(head.list.as_deref(), Some("aduser"));
        assert_eq!(names(&head), ["DN", "\"cn\""]);
        assert_eq!(text.get(head.rows as usize..), Some("x\r\n"));
        assert_eq!(head.line, b"\"DN\", \"cn\"");
        assert!(parse(b"# nothing\n\n", 0, b'\n').is_none());
    }

    #[test]
    fn names_stand_where_they_are() {
        let text = "\"DN\";  User principal name ;\"a\"\"b\"\n";
        let head = head(text);
        assert_eq!(names(&head), ["DN", "User principal name", "a\"b"]);
        assert_eq!(head.fields[1].joined, "userprincipalname");
        let end = |field: &Field| (field.offset + field.length) as usize;
        let raw = |field: &Field| text.get(field.offset as usize..end(field)).unwrap();
        assert_eq!(head.fields.iter().map(raw).collect::<Vec<_>>(), ["DN", "User principal name", "a\"\"b"]);
    }
}
