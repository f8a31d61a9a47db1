//! The cells of a table as RFC 4180 writes them, with nothing forgiven: whoever writes into a directory guesses nothing.

use std::borrow::Cow;
use std::ops::Range;

/// A cell: its text, and its bytes in the file without the quotes around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) place: Range<usize>,
}

/// What is wrong with the quotes of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// A quote opens a cell, and none closes it.
    Open(usize),
    /// Text stands behind the closing quote.
    Behind(usize),
    /// A quote stands in a cell that does not begin with one.
    Inside(usize),
}

/// The rows of a table, each with its cells.
pub(super) fn rows(text: &str, delimiter: char) -> Result<Vec<Vec<Cell<'_>>>, Broken> {
    let (mut rows, mut row, mut at) = (Vec::new(), Vec::new(), 0);
    while at < text.len() || !row.is_empty() {
        let (cell, next) = cell(text, at, delimiter)?;
        row.push(cell);
        let rest = text.get(next..).unwrap_or_default();
        if rest.starts_with(delimiter) {
            at = next + delimiter.len_utf8();
            continue;
        }
        at = next + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        let is_blank = matches!(row.as_slice(), [cell] if cell.text.is_empty() && cell.place.is_empty());
        let whole = std::mem::take(&mut row);
        if !is_blank {
            rows.push(whole);
        }
    }
    Ok(rows)
}

/// The cell that begins at a byte, and the first byte behind it.
fn cell(text: &str, start: usize, delimiter: char) -> Result<(Cell<'_>, usize), Broken> {
    let rest = text.get(start..).unwrap_or_default();
    let ends = |c: char| c == delimiter || matches!(c, '\n' | '\r');
    let Some(inner) = rest.strip_prefix('"') else {
        let length = rest.find(ends).unwrap_or(rest.len());
        let (cell, _) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if let Some(quote) = cell.find('"') {
            return Err(Broken::Inside(start + quote));
        }
        return Ok((Cell { text: cell.into(), place: start..start + length }, start + length));
    };
    let mut from = 0;
    loop {
        let found = inner.get(from..).and_then(|rest| rest.find('"'));
        let Some(quote) = found.map(|length| from + length) else { return Err(Broken::Open(start)) };
        let behind = inner.get(quote + 1..).unwrap_or_default();
        if behind.starts_with('"') {
            from = quote + 2;
            continue;
        }
        let next = start + 1 + quote + 1;
        if !behind.is_empty() && !behind.starts_with(ends) {
            return Err(Broken::Behind(next));
        }
        let raw = inner.get(..quote).unwrap_or_default();
        let text = if raw.contains('"') { raw.replace("\"\"", "\"").into() } else { raw.into() };
        return Ok((Cell { text, place: start + 1..start + 1 + quote }, next));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_written() {
        let texts = |text| {
            let rows = rows(text, ',').unwrap();
            rows.iter()
                .map(|row| row.iter().map(|cell| cell.text.to_string()).collect())
                .collect::<Vec<Vec<_>>>()
        };
        assert_eq!(texts("a,\"b\"\"\nc\",\r\n\r\nd"), [vec!["a", "b\"\nc", ""], vec!["d"]]);
        assert_eq!(texts(",\n"), [vec!["", ""]]);
    }

    #[test]
    fn nothing_is_guessed() {
        assert_eq!(rows("a,\"b\n", ','), Err(Broken::Open(2)));
        assert_eq!(rows("\"a\"b", ','), Err(Broken::Behind(3)));
        assert_eq!(rows("a\"b", ','), Err(Broken::Inside(1)));
    }
}
