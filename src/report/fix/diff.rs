//! The unified diff of a plan, as far as nothing secret stands in it.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style as Paint};

use crate::finding::{Change, printable};
use crate::fix::{Hunk, Line, Plan, Side, Splice, hunks, splice, splices};
use crate::report::Style;
use crate::report::around::Around;
use crate::report::place::Places;
use crate::report::proposal::words;
use crate::source::{FileId, Form, Location, Notation, Store};

/// Stands for a line that may not be shown.
const HIDDEN: &str = "…";

pub(super) fn write(plan: &Plan, store: &Store, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (shown, others): (Vec<&Change>, Vec<&Change>) =
        plan.changes.iter().partition(|change| splice(store, change).is_ok());
    let shown: Vec<Change> = shown.into_iter().cloned().collect();
    let all = splices(store, &shown).unwrap_or_default();
    for of_file in all.chunk_by(|one, other| one.location.file == other.location.file) {
        let Some(first) = of_file.first() else { continue };
        file(&shown, of_file, first.location.file, store, style, out)?;
    }
    for of_file in others.chunk_by(|one, other| one.record.file == other.record.file) {
        in_words(of_file, store, out)?;
    }
    Ok(())
}

/// Changes that have no place in the lines of their file.
fn in_words(changes: &[&Change], store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let Some(first) = changes.first() else { return Ok(()) };
    writeln!(out, "# objects of {}", printable(store.name(first.record.file)))?;
    for of_object in changes.chunk_by(|one, other| one.object == other.object) {
        writeln!(out, "# {}", printable(of_object.first().map_or("", |change| &change.object)))?;
        for change in of_object {
            writeln!(out, "#   {}", words(change))?;
        }
    }
    Ok(())
}

fn file(
    changes: &[Change],
    splices: &[Splice],
    file: FileId,
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let places = Places::of_files(std::iter::empty(), store);
    let around = Around { places: &places, file, secret: style.secret };
    let mut encoded: Vec<&Change> =
        changes.iter().filter(|change| change.record.file == file && is_encoded(change)).collect();
    encoded.sort_by_key(|change| place(change));
    let sheet =
        Sheet { around, names: secret_header(store, file, style.secret), encoded, colour: style.colour };
    let name = printable(store.name(file));
    sheet.line(out, Paint::new().bold(), &format!("--- {name}"))?;
    sheet.line(out, Paint::new().bold(), &format!("+++ {name}"))?;
    hunks(store, splices, &mut |hunk| sheet.hunk(&hunk, out))
}

fn is_encoded(change: &&Change) -> bool {
    change.old.as_ref().is_some_and(|old| old.form == Form::LdifBase64)
}

/// How the lines of a file are shown.
struct Sheet<'a> {
    around: Around<'a>,
    /// A column of the table is secret.
    names: bool,
    /// Changes of values that nobody can read in the file.
    encoded: Vec<&'a Change>,
    colour: bool,
}

impl Sheet<'_> {
    fn line(&self, out: &mut dyn Write, paint: Paint, text: &str) -> io::Result<()> {
        if self.colour { writeln!(out, "{paint}{text}{paint:#}") } else { writeln!(out, "{text}") }
    }

    fn hunk(&self, hunk: &Hunk, out: &mut dyn Write) -> io::Result<()> {
        let (old, new) = hunk.lengths();
        // a side without lines is named by the line before it
        let start = |start: u64, length: usize| if length == 0 { start.saturating_sub(1) } else { start };
        let head = format!("@@ -{},{old} +{},{new} @@", start(hunk.start.0, old), start(hunk.start.1, new));
        let cyan = Paint::new().fg_color(Some(AnsiColor::Cyan.into()));
        self.line(out, cyan, &head)?;
        for (number, line) in hunk.lines.iter().enumerate() {
            let (mark, paint) = match line.side {
                Side::Both => (' ', Paint::new()),
                Side::Old => ('-', Paint::new().fg_color(Some(AnsiColor::Red.into()))),
                Side::New => ('+', Paint::new().fg_color(Some(AnsiColor::Green.into()))),
            };
            let text = line.text.strip_suffix(b"\n").unwrap_or(&line.text);
            let text = text.strip_suffix(b"\r").unwrap_or(text);
            let shown = self.shown(hunk, number, line, text);
            self.line(out, paint, &format!("{mark}{}", printable(&String::from_utf8_lossy(&shown))))?;
            if !line.text.ends_with(b"\n") {
                self.line(out, Paint::new(), "\\ No newline at end of file")?;
            }
        }
        let dimmed = Paint::new().dimmed();
        let begin = hunk.lines.first().map_or(0, |line| line.begin);
        let first = self.encoded.partition_point(|change| place(change) < begin);
        let last = hunk.lines.last().map_or(0, |line| line.begin);
        let near = self.encoded.iter().skip(first).take_while(|change| place(change) <= last);
        for change in near.filter(|change| holds(hunk, change)) {
            self.line(out, dimmed, &format!("\\ base64: {}", words(change)))?;
        }
        Ok(())
    }

    /// A line as far as nothing secret stands in it.
    fn shown<'l>(
        &self,
        hunk: &Hunk,
        number: usize,
        line: &Line,
        text: &'l [u8],
    ) -> std::borrow::Cow<'l, [u8]> {
        let notation = self.around.places.store.notation(self.around.file);
        let may_hide = match notation {
            Notation::Table => self.names,
            Notation::Brackets | Notation::Indented => self.names_secret(text),
            Notation::Lines | Notation::Markup => false,
        };
        if may_hide {
            let Some(part) = differs(hunk, number, text) else { return HIDDEN.as_bytes().into() };
            return self.around.piece(text, part).0.into_owned().into();
        }
        match self.around.masked(text, line.begin) {
            Some(masked) => masked.into(),
            None => text.into(),
        }
    }

    /// Whether a secret attribute is named somewhere in a line that has more than one name.
    fn names_secret(&self, line: &[u8]) -> bool {
        let words = line.split(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
        let named = |word: &[u8]| std::str::from_utf8(word).is_ok_and(|word| (self.around.secret)(word));
        memchr::memchr_iter(b':', line).count() > 1 && words.filter(|word| !word.is_empty()).any(named)
    }
}

fn place(change: &Change) -> u64 {
    change.old.as_ref().map_or(change.name, |old| old.location).span.offset
}

fn holds(hunk: &Hunk, change: &Change) -> bool {
    let place = place(change);
    let holds = |line: &&Line| {
        line.side == Side::Old && line.begin <= place && place < line.begin + line.text.len() as u64
    };
    hunk.lines.iter().any(|line| holds(&line))
}

/// The part of a changed line in which it differs from its fellow on the other side.
fn differs(hunk: &Hunk, number: usize, text: &[u8]) -> Option<Range<usize>> {
    let own = hunk.lines.get(number)?;
    let other = match own.side {
        Side::Both => return None,
        Side::Old => Side::New,
        Side::New => Side::Old,
    };
    let mut fellows = hunk.lines.iter().filter(|line| line.side == other && line.begin == own.begin);
    let fellow = fellows.next()?;
    let fellow = fellow.text.trim_ascii_end();
    let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
    let head = text.iter().zip(fellow).take_while(same).count();
    let rest = text.len().min(fellow.len()) - head;
    let tail = text.iter().rev().zip(fellow.iter().rev()).take(rest).take_while(same).count();
    // the whole value is shown, not only what changes of it
    let ends = |byte: &u8| b",;\t|\"'".contains(byte);
    let before = text.get(..head).unwrap_or_default();
    let start = before.iter().rposition(ends).map_or(0, |at| at + 1);
    let end = text.len() - tail;
    let behind = text.get(end..).unwrap_or_default();
    Some(start..end + behind.iter().position(ends).unwrap_or(behind.len()))
}

/// Whether a table has a column that is secret.
fn secret_header(store: &Store, file: FileId, secret: &dyn Fn(&str) -> bool) -> bool {
    if store.notation(file) != Notation::Table {
        return false;
    }
    let head = store.bytes(Location::new(file, store.start(file), 1 << 16)).unwrap_or_default();
    let lines = head.split(|byte| *byte == b'\n').take(2);
    let mut words =
        lines.flat_map(|line| line.split(|byte| matches!(byte, b',' | b';' | b'\t' | b'|' | b'\r')));
    words.any(|word| {
        let word = String::from_utf8_lossy(word);
        secret(word.trim().trim_matches('"'))
    })
}
