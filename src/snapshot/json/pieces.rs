//! Several threads look a large file through, if its values stand in lines of their own.
//!
//! Between a closing and an opening brace stands a comma in every list, and no text holds a line end: where the one ends a line
//! and the other begins the next, a value at the top ends. That is true of files without faults; if a piece has any, or
//! does not end where a value does, the whole file is looked through from its beginning.

use std::io;
use std::ops::Range;

use memchr::memchr_iter;
use rayon::prelude::*;

use super::cursor::Cursor;
use super::scan::Scan;
use crate::snapshot::file::STRIDE;
use crate::snapshot::frame::Frame;
use crate::snapshot::health::{Page, Requested};
use crate::source::{FileId, Store};

/// About how many bytes a piece has.
pub(super) const PIECE: u64 = 16 * STRIDE;
/// How far a line end is looked for.
const LOOK: usize = 1 << 16;

/// What one piece holds, in the terms of a [`Scan`] of its own.
struct Found {
    frames: Vec<Frame>,
    lists: Vec<(Option<String>, bool)>,
    pages: Vec<Page>,
    requested: Vec<Requested>,
}

/// The pieces of a file, of about so many bytes; none if it is small, or if its values do not stand in lines.
fn pieces(store: &Store, file: FileId, size: u64) -> io::Result<Vec<Range<u64>>> {
    let (start, end) = (store.start(file), store.length(file));
    let mut buffer = Vec::new();
    let mut cuts = vec![start];
    for number in 1..end.saturating_sub(start).div_ceil(size) {
        let at = start + number * size;
        store.read(file, at, LOOK, &mut buffer)?;
        match cut(&buffer).map(|cut| at + cut as u64) {
            Some(cut) if cuts.last() != Some(&cut) => cuts.push(cut),
            None if number == 1 => return Ok(Vec::new()),
            _ => {}
        }
    }
    let ends = cuts.iter().skip(1).copied().chain([end]);
    let pieces = cuts.iter().zip(ends).map(|(start, end)| *start..end);
    Ok(if cuts.len() > 1 { pieces.collect() } else { Vec::new() })
}

/// The first opening brace that begins a line behind a closing one.
fn cut(text: &[u8]) -> Option<usize> {
    let is_cut = |end: &usize| {
        let before = text.get(..*end).map(|before| before.strip_suffix(b"\r").unwrap_or(before));
        text.get(end + 1) == Some(&b'{') && before.is_some_and(|before| before.ends_with(b"}"))
    };
    memchr_iter(b'\n', text).find(is_cut).map(|end| end + 1)
}

impl Scan<'_, '_> {
    /// Finds the objects of a file without faults whose values stand in lines, in pieces of about `size` bytes; false, and nothing
    /// is found, if it is none.
    pub(super) fn run_in_pieces(&mut self, store: &Store, size: u64) -> io::Result<bool> {
        let file = self.file;
        let pieces = pieces(store, file, size)?;
        if pieces.is_empty() {
            return Ok(false);
        }
        let scanned = pieces.into_par_iter().map(|piece| {
            let mut problems = Vec::new();
            let mut scan = Scan::new(Cursor::within(store, file, piece), file, &mut problems);
            scan.run(None)?;
            let Scan { frames, lists, pages, requested, .. } = scan;
            Ok(problems.is_empty().then_some(Found { frames, lists, pages, requested }))
        });
        let Some(all) = scanned.collect::<io::Result<Option<Vec<Found>>>>()? else { return Ok(false) };
        all.into_iter().for_each(|found| self.take(found));
        Ok(true)
    }

    fn take(&mut self, found: Found) {
        let contexts: Vec<u32> =
            found.lists.into_iter().map(|(list, keyed)| self.context(list, keyed)).collect();
        let own = |frame: Frame| {
            let context = contexts.get(frame.context as usize).copied().unwrap_or(0);
            Frame { context, ..frame }
        };
        self.frames.extend(found.frames.into_iter().map(own));
        self.pages.extend(found.pages);
        self.requested.extend(found.requested);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pieces_hold_what_the_whole_holds(
            lines in prop::collection::vec(
                prop_oneof![
                    6 => Just(r#"{"id":"a","mail":"b}"}"#),
                    2 => Just("{\n\"a\": [{},\n{\"b\": 1}]}"),
                    2 => Just(r#"{"@odata.context":"https://g/$metadata#users(id,mail)","value":[{"id":1},{}]}"#),
                    1 => Just("[{\"a\":1},\n{}]"),
                    1 => Just("7"),
                    1 => Just("[{}\n{}]"),
                    1 => Just(r#"{"a":"open}"#),
                    1 => Just("{\"a\":[}"),
                ],
                0..12,
            ),
            end in prop_oneof![Just("\n"), Just("\r\n"), Just(" \n")],
            size in 4_u64..200,
        ) {
            let text = lines.join(end);
            let mut store = Store::new();
            let file = store.text("t.json", text.into_bytes());
            let (mut faults, mut faults_of_pieces) = (Vec::new(), Vec::new());
            let mut whole = Scan::new(Cursor::new(&store, file), file, &mut faults);
            whole.run(None).unwrap();
            let mut parts = Scan::new(Cursor::new(&store, file), file, &mut faults_of_pieces);
            if parts.run_in_pieces(&store, size).unwrap() {
                let of = |frame: &Frame, lists: &[(Option<String>, bool)]| {
                    (frame.start, frame.length, lists[frame.context as usize].clone())
                };
                let frames = |scan: &Scan<'_, '_>| -> Vec<_> {
                    scan.frames.iter().map(|frame| of(frame, &scan.lists)).collect()
                };
                prop_assert_eq!(frames(&whole), frames(&parts));
                prop_assert_eq!(&whole.pages, &parts.pages);
                prop_assert_eq!(&whole.requested, &parts.requested);
                prop_assert!(faults.is_empty());
            }
        }
    }

    #[test]
    fn lines_are_cut_between_values() {
        let mut store = Store::new();
        let file = store.text("t.jsonl", "{\"a\":1}\n".repeat(100).into_bytes());
        let mut problems = Vec::new();
        let mut scan = Scan::new(Cursor::new(&store, file), file, &mut problems);
        assert!(scan.run_in_pieces(&store, 50).unwrap());
        assert_eq!(scan.frames.len(), 100);
        let file = store.text("t.json", format!("[{}]", "{\"a\":1},\n".repeat(99) + "{}").into_bytes());
        let mut scan = Scan::new(Cursor::new(&store, file), file, &mut problems);
        assert!(!scan.run_in_pieces(&store, 50).unwrap(), "a list is one value");
        assert_eq!(scan.frames.len(), 0);
    }
}
