//! Looks a file through once, from the beginning to the end, for its objects. Only a window of it is in memory.

use std::io;

use memchr::memchr;
use memchr::memmem::find;

use super::fault::FaultKind;
use crate::finding::Problem;
use crate::snapshot::file::{Opening, STRIDE};
use crate::snapshot::frame::{Frame, Frames};
use crate::snapshot::ldif::MAX_BLOCK;
use crate::source::Location;

/// How many bytes tell what begins with a `<`.
const LOOK: usize = 16;
/// Faults that are told; whoever has more has the wrong file.
const FAULTS: usize = 1000;

const OBJECT: &[u8] = b"cs-object";
const ROOT: &[u8] = b"cs-objects";

/// Looks a file through for its objects.
///
/// # Errors
/// What the operating system says.
pub(in crate::snapshot) fn open(opening: &Opening<'_>, problems: &mut Vec<Problem>) -> io::Result<Frames> {
    Ok(Frames::new(look(opening, STRIDE, problems)?, STRIDE))
}

/// Looks a file through in windows of `width` bytes.
fn look(opening: &Opening<'_>, width: u64, problems: &mut Vec<Problem>) -> io::Result<Vec<Frame>> {
    let mut scan = Scan {
        opening,
        problems,
        told: 0,
        frames: Vec::new(),
        state: State::Text,
        root: None,
        inside: false,
        object: None,
    };
    let (store, file) = (opening.store, opening.file);
    let (mut at, end) = (store.start(file), store.length(file));
    let mut window = Vec::new();
    loop {
        store.read(file, at, usize::try_from(width).unwrap_or(usize::MAX), &mut window)?;
        // a file that became shorter ends where it ends
        let last = (window.len() as u64) < width || at + window.len() as u64 >= end;
        match scan.feed(&window, at, last) {
            None => break,
            Some(_) if last => {
                scan.end(at + window.len() as u64);
                break;
            }
            Some(count) => at += count as u64,
        }
    }
    Ok(scan.frames)
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Between tags, or in one that is of no interest here.
    Text,
    /// In a tag that began at `start`.
    Tag { kind: Kind, start: u64, quote: Option<u8>, last: u8 },
    /// In something that began at `start` and ends with these bytes.
    Until { end: &'static [u8], start: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Root,
    RootEnd,
    Object,
    ObjectEnd,
}

struct Scan<'o, 'p> {
    opening: &'o Opening<'o>,
    problems: &'p mut Vec<Problem>,
    told: usize,
    frames: Vec<Frame>,
    state: State,
    /// Where the root begins.
    root: Option<u64>,
    /// The root is not closed.
    inside: bool,
    /// Where the object begins that is not closed.
    object: Option<u64>,
}

impl Scan<'_, '_> {
    /// Looks at the bytes from `base` on; how many of them are done with, none if there is nothing more to look for.
    fn feed(&mut self, window: &[u8], base: u64, last: bool) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = window.get(at..).unwrap_or_default();
            match self.state {
                State::Text => {
                    let Some(less) = memchr(b'<', rest) else { return Some(window.len()) };
                    at += less;
                    let rest = rest.get(less..).unwrap_or_default();
                    if rest.len() < LOOK && !last {
                        return Some(at);
                    }
                    at += self.markup(rest, base + at as u64)?;
                }
                State::Until { end, .. } => match find(rest, end) {
                    Some(found) => {
                        at += found + end.len();
                        self.state = State::Text;
                    }
                    None if last => return Some(window.len()),
                    None => return Some(window.len().saturating_sub(end.len() - 1).max(at)),
                },
                State::Tag { .. } => match self.tag(rest, base + at as u64) {
                    Some(count) => at += count,
                    None => return Some(window.len()),
                },
            }
        }
    }

    /// What begins with a `<`: how many bytes of it are done with.
    fn markup(&mut self, rest: &[u8], start: u64) -> Option<usize> {
        if !matches!(rest.get(1), Some(b'c' | b'/' | b'!' | b'?')) && self.root.is_some() {
            return Some(1);
        }
        let until = |end| State::Until { end, start };
        let tag = |kind| State::Tag { kind, start, quote: None, last: 0 };
        let (state, count) = if rest.starts_with(b"<!--") {
            (until(b"-->"), 4)
        } else if rest.starts_with(b"<![CDATA[") {
            (until(b"]]>"), 9)
        } else if rest.starts_with(b"<?") {
            (until(b"?>"), 2)
        } else if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!DOCTYPE")) {
            self.tell(FaultKind::Doctype, start, 9);
            self.frames.clear();
            return None;
        } else if let Some(name) = rest.strip_prefix(b"</") {
            match name {
                _ if is(name, OBJECT) => (tag(Kind::ObjectEnd), 2 + OBJECT.len()),
                _ if is(name, ROOT) => (tag(Kind::RootEnd), 2 + ROOT.len()),
                _ => (State::Text, 2),
            }
        } else {
            match rest.get(1..).unwrap_or_default() {
                name if is(name, ROOT) => (tag(Kind::Root), 1 + ROOT.len()),
                _ if self.root.is_none() => {
                    let end = rest.iter().position(|byte| matches!(byte, b'>' | b'/') || is_space(*byte));
                    self.tell(FaultKind::NotCsexport, start, end.unwrap_or(rest.len()) as u64);
                    return None;
                }
                name if is(name, OBJECT) => (tag(Kind::Object), 1 + OBJECT.len()),
                _ => (State::Text, 1),
            }
        };
        self.state = state;
        Some(count)
    }

    /// Goes on in a tag: how many bytes of it are done with, none if it does not end here. A `<` ends it as well, since no tag
    /// holds one: a quote that is missing spoils one object, not the whole file.
    fn tag(&mut self, rest: &[u8], base: u64) -> Option<usize> {
        let State::Tag { kind, start, mut quote, mut last } = self.state else { return Some(0) };
        for (at, byte) in rest.iter().enumerate() {
            let end = base + at as u64;
            match (byte, quote) {
                (b'<', _) => {
                    self.state = State::Text;
                    self.found(kind, start, end, false);
                    return Some(at);
                }
                (b'>', None) => {
                    self.state = State::Text;
                    self.found(kind, start, end + 1, last == b'/');
                    return Some(at + 1);
                }
                (b'"' | b'\'', None) => quote = Some(*byte),
                (_, Some(open)) if *byte == open => quote = None,
                _ => {}
            }
            last = *byte;
        }
        self.state = State::Tag { kind, start, quote, last };
        None
    }

    /// A tag that begins at `start` and ends in front of `end`.
    fn found(&mut self, kind: Kind, start: u64, end: u64, closed: bool) {
        match kind {
            Kind::Root => {
                self.root = Some(start);
                self.inside = !closed;
            }
            Kind::RootEnd => {
                self.inside = false;
                self.not_closed();
            }
            Kind::Object => {
                self.not_closed();
                if closed {
                    self.frame(start, end);
                } else {
                    self.object = Some(start);
                }
            }
            Kind::ObjectEnd => match self.object.take() {
                Some(begin) => self.frame(begin, end),
                None => self.tell(FaultKind::MismatchedEnd, start, end - start),
            },
        }
    }

    fn not_closed(&mut self) {
        if let Some(start) = self.object.take() {
            self.tell_object(FaultKind::NotClosed, start);
        }
    }

    fn frame(&mut self, start: u64, end: u64) {
        match u32::try_from(end - start) {
            Ok(length) if u64::from(length) <= MAX_BLOCK => {
                self.frames.push(Frame { start, length, context: 0 });
            }
            _ => self.tell_object(FaultKind::TooLarge, start),
        }
    }

    /// The end of the file.
    fn end(&mut self, end: u64) {
        let began = match self.state {
            State::Tag { start, .. } | State::Until { start, .. } => Some(start),
            State::Text => None,
        };
        let length = |start: u64| (end - start).min(1 + OBJECT.len() as u64);
        if let Some(start) = self.object.or(began) {
            self.tell(FaultKind::CutShort, start, length(start));
        } else if let Some(root) = self.root.filter(|_| self.inside) {
            self.tell(FaultKind::CutShort, root, (end - root).min(1 + ROOT.len() as u64));
        } else if self.root.is_none() {
            let start = self.opening.store.start(self.opening.file);
            self.tell(FaultKind::NotCsexport, start, (end - start).min(1));
        }
    }

    fn tell_object(&mut self, kind: FaultKind, start: u64) {
        self.tell(kind, start, 1 + OBJECT.len() as u64);
    }

    fn tell(&mut self, kind: FaultKind, start: u64, length: u64) {
        self.told += 1;
        if self.told <= FAULTS {
            let location = Location::new(self.opening.file, start, length);
            self.problems.push(kind.problem().at(location));
        }
    }
}

/// Whether a tag has this name.
fn is(tag: &[u8], name: &[u8]) -> bool {
    let behind = tag.strip_prefix(name);
    behind.is_some_and(|rest| rest.first().is_none_or(|byte| matches!(byte, b'>' | b'/') || is_space(*byte)))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::snapshot::shape::Mappings;
    use crate::snapshot::{Format, Names};
    use crate::source::Store;

    #[test]
    fn windows_of_any_width_show_the_same() {
        let text = "<?xml <cs-object ?>\n<!-- <cs-objects> --><cs-objects x='>'>\n<cs-object cs-dn=\"a > b/\" id='\"'/>\
                    <cs-object\ncs-dn=\"c\"><value><![CDATA[</cs-object> ]]]></value></cs-object ><cs-objectx/><cs-object a='b>\
                    <attr/></cs-object><!-- -- -></cs-object>--></cs-object><cs-object><cs-object></cs-object></cs-objects><cs-object>";
        let mut store = Store::new();
        let file = store.text("t", text.as_bytes().to_vec());
        let mappings = Arc::new(Mappings::default());
        let (names, format) = (Names::all(), Format::Csexport);
        let opening =
            Opening { store: &store, file, format, names: &names, mappings: &mappings, mapped: None };
        let seen = |width: u64| {
            let mut problems = Vec::new();
            let frames = look(&opening, width, &mut problems).unwrap();
            let problems: Vec<_> = problems.iter().map(|problem| (problem.code, problem.location)).collect();
            (frames, problems)
        };
        let whole = seen(STRIDE);
        assert_eq!((whole.0.len(), whole.1.len()), (4, 3));
        for width in LOOK as u64 + 1..text.len() as u64 + 2 {
            assert_eq!(seen(width), whole, "width {width}");
        }
    }
}
