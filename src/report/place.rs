//! Lines and columns of places. An index is made once for each file of which something is printed.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;

use crate::finding::{Outcome, Problem, Site};
use crate::source::{FileId, LineIndex, Location, Position, Step, Store, decode};

/// How much before and behind a place is read with it: the lines around it, and the nearest place whose line is known.
const NEAR: u64 = 5 << 8;
/// How far behind what was read a place may lie that goes on from there, and how much is read then.
const NEXT: u64 = 1 << 13;
const AHEAD: u64 = 1 << 15;
/// Where nothing is known of a file.
const FIRST: Position = Position { line: 1, column: 1 };
/// What is larger is read on its own.
const LARGE: u64 = 1 << 20;

/// The line indexes of the files that are printed.
pub(super) struct Places<'s> {
    pub(super) store: &'s Store,
    indexes: FxHashMap<FileId, LineIndex>,
    /// Tells it from others, so that no thread takes the bytes of one for those of another.
    number: u64,
}

/// What a thread read last, and from where.
#[derive(Default)]
struct Window {
    /// The number of the places, and the file; none if nothing was read.
    of: Option<(u64, FileId)>,
    from: u64,
    bytes: Vec<u8>,
    /// The file ends with it.
    is_last: bool,
}

/// Findings go through a file from its beginning to its end; what belongs to them may stand elsewhere.
#[derive(Default)]
struct Windows {
    /// The one that was asked last, and the other one.
    both: [Window; 2],
}

thread_local! {
    static WINDOWS: RefCell<Windows> = RefCell::default();
}

impl Windows {
    /// A window that holds a place; if the place cannot be read, it is blank there, and says so.
    fn on(&mut self, place: Location, store: &Store, number: u64) -> &Window {
        let [last, other] = &mut self.both;
        let is_last =
            last.holds(place, number) || !other.holds(place, number) && last.leads_to(place, number);
        if !is_last {
            std::mem::swap(last, other);
        }
        if !last.holds(place, number) {
            let ahead = if last.leads_to(place, number) { AHEAD } else { NEAR };
            last.read(place, ahead, store, number);
        }
        last
    }
}

impl Window {
    fn holds(&self, place: Location, number: u64) -> bool {
        self.of == Some((number, place.file))
            && self.from <= place.span.offset
            && (self.is_last || place.span.end() <= self.end())
    }

    /// Whether a place lies a little behind it.
    fn leads_to(&self, place: Location, number: u64) -> bool {
        self.of == Some((number, place.file)) && (self.from..self.end() + NEXT).contains(&place.span.offset)
    }

    fn end(&self) -> u64 {
        self.from + self.bytes.len() as u64
    }

    fn read(&mut self, place: Location, ahead: u64, store: &Store, number: u64) {
        self.of = None;
        self.from = place.span.offset.saturating_sub(NEAR);
        let length = place.span.offset - self.from + place.span.length + ahead;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if store.read(place.file, self.from, length, &mut self.bytes).is_err() {
            // what lies around it cannot be read, and may not be what is asked for
            self.from = place.span.offset;
            let length = usize::try_from(place.span.length).unwrap_or(usize::MAX);
            store.read_or_blank(place.file, self.from, length, &mut self.bytes);
            return;
        }
        self.is_last = self.bytes.len() < length;
        self.of = Some((number, place.file));
    }

    fn part(&self, place: Location) -> &[u8] {
        let start =
            usize::try_from(place.span.offset - self.from).unwrap_or(usize::MAX).min(self.bytes.len());
        let length = usize::try_from(place.span.length).unwrap_or(usize::MAX);
        self.bytes.get(start..start.saturating_add(length).min(self.bytes.len())).unwrap_or_default()
    }
}

/// A highlight: a run of bytes in the file, and the part of the decoded value that it stands for.
pub(super) struct Highlight {
    pub(super) location: Location,
    pub(super) in_value: Range<usize>,
}

impl<'s> Places<'s> {
    /// Indexes every file that an outcome points at.
    pub(super) fn of(outcome: &Outcome, store: &'s Store) -> Self {
        let sites = outcome.findings.iter().flat_map(|finding| {
            let sites = std::iter::once(&finding.primary).chain(&finding.related);
            sites
                .flat_map(|site| [Some(site.location), site.via].into_iter().flatten())
                .map(|place| place.file)
        });
        Self::of_files(sites.chain(outcome.problems.iter().flat_map(Problem::files)), store)
    }

    pub(super) fn of_files(files: impl Iterator<Item = FileId>, store: &'s Store) -> Self {
        let mut indexes = FxHashMap::default();
        for file in files {
            if let std::collections::hash_map::Entry::Vacant(vacant) = indexes.entry(file) {
                vacant.insert(LineIndex::of(store, file));
            }
        }
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        Self { store, indexes, number: NUMBERS.fetch_add(1, Ordering::Relaxed) }
    }

    /// The bytes at a place; less only at the end of the file.
    pub(super) fn bytes(&self, place: Location) -> Vec<u8> {
        self.near(place, <[u8]>::to_vec)
    }

    /// Looks at the bytes of a place. What is asked for next often stands near it, and was read with it. While they are looked
    /// at, none can be asked for.
    fn near<R>(&self, place: Location, look: impl FnOnce(&[u8]) -> R) -> R {
        if place.span.length > LARGE {
            let mut bytes = Vec::new();
            let length = usize::try_from(place.span.length).unwrap_or(usize::MAX);
            self.store.read_or_blank(place.file, place.span.offset, length, &mut bytes);
            return look(&bytes);
        }
        WINDOWS.with_borrow_mut(|windows| look(windows.on(place, self.store, self.number).part(place)))
    }

    /// The same for whoever must not take blanks for what stands there: none if it cannot be read.
    pub(super) fn read_near<R>(&self, place: Location, look: impl FnOnce(&[u8]) -> R) -> Option<R> {
        if place.span.length > LARGE {
            return self.store.bytes(place).ok().map(|bytes| look(&bytes));
        }
        WINDOWS.with_borrow_mut(|windows| {
            let window = windows.on(place, self.store, self.number);
            window.of.is_some().then(|| look(window.part(place)))
        })
    }

    /// The line and column of a byte.
    pub(super) fn position(&self, file: FileId, offset: u64) -> Position {
        self.step(file, offset).map_or(FIRST, Step::position)
    }

    fn step(&self, file: FileId, offset: u64) -> Option<Step> {
        let (step, between) = self.indexes.get(&file)?.known(self.store, offset);
        Some(self.near(between, |bytes| step.behind(bytes)))
    }

    /// Where a place begins, and where what follows it begins.
    pub(super) fn extent(&self, place: Location) -> (Position, Position) {
        let Some(start) = self.step(place.file, place.span.offset) else { return (FIRST, FIRST) };
        let end = if place.span.length < NEAR {
            self.near(place, |bytes| start.behind(bytes)).position()
        } else {
            self.position(place.file, place.span.end())
        };
        (start.position(), end)
    }

    /// The first characters at fault of a site, else its whole value.
    pub(super) fn fault(&self, site: &Site) -> Location {
        let first = self.highlights(site).into_iter().next();
        first.map_or(site.location, |highlight| highlight.location)
    }

    /// The highlights of a site: one for each physical line of each part at fault.
    pub(super) fn highlights(&self, site: &Site) -> Vec<Highlight> {
        if site.highlights.is_empty() {
            return Vec::new();
        }
        let raw = self.bytes(site.location);
        let (_, map) = decode(&raw, site.form);
        let mut found = Vec::new();
        for part in &site.highlights {
            let stored = part.start.saturating_sub(site.added)..part.end.saturating_sub(site.added);
            for range in map.raw_ranges(&stored) {
                let offset = site.location.span.offset + range.start as u64;
                found.push(Highlight {
                    location: Location::new(site.location.file, offset, range.len() as u64),
                    in_value: part.clone(),
                });
            }
        }
        found
    }
}

/// A path as a reference (RFC 3986): relative as it is shown, or with the scheme of files.
pub(super) fn uri(name: &str) -> String {
    let mut made = String::new();
    let is_drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes().get(2) == Some(&b'/');
    if name.starts_with('/') {
        made.push_str("file://");
    } else if is_drive {
        made.push_str("file:///");
    }
    for (at, byte) in name.bytes().enumerate() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                made.push(byte.into())
            }
            b':' if is_drive && at == 1 => made.push(':'),
            _ => made.push_str(&format!("%{byte:02X}")),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_is_a_reference() {
        assert_eq!(uri("a b/ž:1.ldif"), "a%20b/%C5%BE%3A1.ldif");
        assert_eq!(uri("/srv/x.ldif"), "file:///srv/x.ldif");
        assert_eq!(uri("C:/x.ldif"), "file:///C:/x.ldif");
    }
}
