//! Physical lines, and the logical lines that folding makes of them.

use memchr::memchr;

/// One logical line: everything up to a line end that is not followed by a SPACE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// The first byte.
    pub(super) start: usize,
    /// The first byte of the last line end; folds lie between.
    pub(super) end: usize,
    /// The first byte of the next line.
    pub(super) next: usize,
    /// Whether it has folds.
    pub(super) folded: bool,
    /// It ended at a line of spaces that parts two records.
    pub(super) white_line: Option<usize>,
}

/// The logical line that begins at `start`; none at the end of the block.
#[inline]
pub(super) fn line_at(block: &[u8], start: usize) -> Option<Line> {
    let rest = block.get(start..)?;
    if rest.is_empty() {
        return None;
    }
    let (mut end, mut next) = physical(block, start);
    let mut line = Line { start, end, next, folded: false, white_line: None };
    if end == start {
        return Some(line);
    }
    while block.get(next) == Some(&b' ') {
        let (fold_end, fold_next) = physical(block, next);
        if parts_records(block, next, fold_end, fold_next) {
            line.white_line = Some(next);
            line.next = fold_next;
            return Some(line);
        }
        (end, next) = (fold_end, fold_next);
        line = Line { end, next, folded: true, ..line };
    }
    Some(line)
}

/// The end of the physical line at `start` without its line end, and the beginning of the next one.
#[inline]
pub(super) fn physical(block: &[u8], start: usize) -> (usize, usize) {
    let rest = block.get(start..).unwrap_or_default();
    match memchr(b'\n', rest) {
        Some(length) => {
            let end = start + length;
            let line = block.get(start..end).unwrap_or_default();
            match line.last() {
                // a line of carriage returns only is an empty one
                Some(b'\r') if line.iter().all(|byte| *byte == b'\r') => (start, end + 1),
                Some(b'\r') => (end - 1, end + 1),
                _ => (end, end + 1),
            }
        }
        None => {
            let end = start + rest.strip_suffix(b"\r").unwrap_or(rest).len();
            (end, block.len())
        }
    }
}

/// A line of spaces only, in front of a name line: people and tools mean an empty line.
fn parts_records(block: &[u8], start: usize, end: usize, next: usize) -> bool {
    let line = block.get(start..end).unwrap_or_default();
    line.iter().all(|byte| matches!(byte, b' ' | b'\t'))
        && begins_record(block.get(next..).unwrap_or_default())
}

/// Whether a line begins with `dn:`, in any case.
pub(super) fn begins_record(rest: &[u8]) -> bool {
    matches!(rest, [b'd' | b'D', b'n' | b'N', b':', ..])
}

/// The text of a logical line without its folds, behind `from`.
pub(super) fn unfold_into(raw: &[u8], into: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr(b'\n', rest) {
        if rest.get(at + 1) != Some(&b' ') {
            break;
        }
        let head = rest.get(..at).unwrap_or_default();
        into.extend_from_slice(head.strip_suffix(b"\r").unwrap_or(head));
        rest = rest.get(at + 2..).unwrap_or_default();
    }
    into.extend_from_slice(rest);
}

/// Where a run of spaces from `at` ends; a fold does not end it.
pub(super) fn skip_fill(block: &[u8], mut at: usize, end: usize) -> usize {
    while at < end {
        match block.get(at) {
            Some(b' ') => at += 1,
            Some(b'\n') if block.get(at + 1) == Some(&b' ') => at += 2,
            Some(b'\r') if block.get(at + 1) == Some(&b'\n') && block.get(at + 2) == Some(&b' ') => at += 3,
            _ => break,
        }
    }
    at.min(end)
}
