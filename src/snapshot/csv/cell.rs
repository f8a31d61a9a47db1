//! Cells, one after the other, as RFC 4180 writes them: any line end, and a quote opens a quoted cell only where it is the
//! first character of the cell.

use memchr::{memchr, memchr2};

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    /// What parts the cells of a row.
    pub(super) delimiter: u8,
    /// What ends a row: LF, with or without CR before it; CR only in a file without LF.
    pub(super) line_end: u8,
    /// Quotes inside of quoted cells are not doubled: the one in front of a delimiter or a line end closes the cell.
    pub(super) lenient: bool,
}

impl Syntax {
    /// Whether a byte behind a quote makes it the closing one even if quotes are not doubled.
    #[inline]
    pub(super) fn ends_cell(self, byte: u8) -> bool {
        byte == self.delimiter || matches!(byte, b'\n' | b'\r')
    }
}

/// A cell: its text without the quotes around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Cell {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Two quotes in it are one.
    pub(super) doubled: bool,
    /// The closing quote, if text stands behind it.
    pub(super) stray: Option<u32>,
    /// The first byte of the next cell, or of the next row.
    next: usize,
    last: bool,
}

/// Reads the cells of the row at `at` of a stretch that ends before `end`: the first byte of the next row.
#[inline]
pub(super) fn read_row(
    block: &[u8],
    mut at: usize,
    end: usize,
    syntax: Syntax,
    into: &mut Vec<Cell>,
) -> usize {
    into.clear();
    let block = block.get(..end).unwrap_or(block);
    loop {
        let cell = match block.get(at) {
            Some(b'"') => quoted(block, at, syntax),
            Some(byte) if *byte == syntax.delimiter => {
                Cell { start: at, end: at, next: at + 1, ..Cell::default() }
            }
            _ => plain(block, at, syntax),
        };
        at = cell.next;
        into.push(cell);
        if cell.last {
            return at;
        }
    }
}

#[inline]
fn plain(block: &[u8], start: usize, syntax: Syntax) -> Cell {
    let (stop, next, last) = stop(block, start, syntax);
    let end = if last { without_returns(block, start, stop, syntax) } else { stop };
    Cell { start, end, next, last, ..Cell::default() }
}

/// The first delimiter or line end behind `from`, and what follows it.
#[inline]
fn stop(block: &[u8], from: usize, syntax: Syntax) -> (usize, usize, bool) {
    let rest = block.get(from..).unwrap_or_default();
    match memchr2(syntax.delimiter, syntax.line_end, rest) {
        Some(length) => (from + length, from + length + 1, rest.get(length) == Some(&syntax.line_end)),
        None => (block.len().max(from), block.len().max(from), true),
    }
}

/// The carriage returns before a line end are no data.
fn without_returns(block: &[u8], start: usize, mut end: usize, syntax: Syntax) -> usize {
    while syntax.line_end == b'\n' && end > start && block.get(end - 1) == Some(&b'\r') {
        end -= 1;
    }
    end
}

#[inline]
fn quoted(block: &[u8], open: usize, syntax: Syntax) -> Cell {
    let start = open + 1;
    let mut from = start;
    let mut doubled = false;
    while let Some(length) = memchr(b'"', block.get(from..).unwrap_or_default()) {
        let quote = from + length;
        let next = block.get(quote + 1).copied();
        match next {
            Some(b'"') if !syntax.lenient => {
                doubled = true;
                from = quote + 2;
                continue;
            }
            Some(byte) if syntax.lenient && !syntax.ends_cell(byte) => {
                from = quote + 1;
                continue;
            }
            _ => {}
        }
        if next == Some(syntax.delimiter) {
            return Cell { start, end: quote, doubled, stray: None, next: quote + 2, last: false };
        }
        let (stop, next, last) = stop(block, quote + 1, syntax);
        let behind = block.get(quote + 1..stop).unwrap_or_default();
        if behind.trim_ascii().is_empty() {
            return Cell { start, end: quote, doubled, stray: None, next, last };
        }
        let end = if last { without_returns(block, start, stop, syntax) } else { stop };
        return Cell { start, end, doubled: true, stray: u32::try_from(quote).ok(), next, last };
    }
    // only in a row that was cut: whoever cut it has said so
    Cell {
        start,
        end: block.len().max(start),
        doubled,
        stray: None,
        next: block.len().max(start),
        last: true,
    }
}
