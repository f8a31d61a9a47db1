//! Excerpts: small clean texts in which a finding is shown, one segment a place. Base64 stands decoded in its place,
//! folds are joined, what cannot be seen is written out, long values are cut, secrets are hidden. miette reads excerpts
//! and never a file, so nothing of a file reaches a terminal that did not pass here.

use std::ops::Range;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::Style;
use super::around::{Around, cut};
use super::place::{Places, uri};
use crate::finding::{Problem, Site, code_point, is_invisible, is_pipeline_command};
use crate::source::{Location, Position, decode};

/// Values longer than this are cut where nothing is at fault.
const LONG: usize = 100;
/// How many characters around a fault are kept in a long value, and at its ends.
const AROUND: usize = 24;
/// How far from a place the ends of its line are looked for: most lines are short.
const REACHES: [u64; 2] = [1 << 8, 1 << 12];

/// What a label underlines, and its text.
pub(super) struct Mark {
    pub(super) span: Range<usize>,
    pub(super) text: Option<String>,
}

#[derive(Debug)]
struct Segment {
    name: String,
    span: Range<usize>,
    /// The number of its first line.
    line: u64,
    /// Where each line begins.
    starts: Vec<usize>,
    /// Places in the file of the beginnings of labels.
    labels: Vec<(usize, Position)>,
}

/// A text made of pieces of files.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    /// Places are links.
    links: bool,
    text: String,
    segments: Vec<Segment>,
}

/// A segment, line by line.
pub(super) struct Piece<'e> {
    /// The file.
    pub(super) name: &'e str,
    /// Where what is at fault stands in it.
    pub(super) position: Option<Position>,
    /// The number of the first line.
    pub(super) line: u64,
    /// The lines, each cut into what is not marked and what is, by turns.
    pub(super) lines: Vec<Vec<&'e str>>,
    /// What the marks say.
    pub(super) label: Option<&'e str>,
}

impl Excerpt {
    /// Nothing yet; the places will be links, or not.
    pub(super) fn new(links: bool) -> Self {
        Self { links, ..Self::default() }
    }

    /// The segments with their marks.
    pub(super) fn pieces<'e>(&'e self, marks: &'e [Mark]) -> Vec<Piece<'e>> {
        let within =
            |span: &Range<usize>, mark: &Mark| span.start <= mark.span.start && mark.span.end <= span.end;
        let pieces = self.segments.iter().map(|segment| {
            let ends = segment.starts.iter().skip(1).map(|next| next - 1).chain([segment.span.end]);
            let lines = segment.starts.iter().zip(ends).map(|(start, end)| {
                let mut at = *start;
                let mut line = Vec::new();
                for mark in marks.iter().filter(|mark| within(&(*start..end), mark)) {
                    // marks stand in order, and what two of them hold is marked once
                    let begin = mark.span.start.max(at);
                    line.push(self.text.get(at..begin).unwrap_or_default());
                    line.push(self.text.get(begin..mark.span.end).unwrap_or_default());
                    at = mark.span.end.max(at);
                }
                line.push(self.text.get(at..end).unwrap_or_default());
                line
            });
            let own = marks.iter().filter(|mark| within(&segment.span, mark));
            Piece {
                name: &segment.name,
                position: segment.labels.first().map(|(_, position)| *position),
                line: segment.line,
                lines: lines.collect(),
                label: own.filter_map(|mark| mark.text.as_deref()).next(),
            }
        });
        pieces.collect()
    }

    /// Adds the value of a site, with the line before it.
    pub(super) fn site(
        &mut self,
        site: &Site,
        places: &Places<'_>,
        secret: &dyn Fn(&str) -> bool,
    ) -> Vec<Mark> {
        let place = site.location;
        let start = places.position(place.file, place.span.offset);
        let begin = self.begin(place, start, places, secret);
        self.prefix(place, places);
        let decoded;
        let (text, highlights): (&[u8], &[Range<usize>]) = match &site.value {
            None => (b"(secret)", &[]),
            Some(_) => {
                decoded = decode(&places.bytes(place), site.form).0;
                (&decoded, &site.highlights)
            }
        };
        let whole = [0..text.len()];
        let stored: Vec<Range<usize>> = highlights
            .iter()
            .map(|part| part.start.saturating_sub(site.added)..part.end.saturating_sub(site.added))
            .collect();
        let parts = if highlights.is_empty() { whole.as_slice() } else { &stored };
        let spans = self.value(text, parts, !highlights.is_empty());
        let positions: Vec<Position> = places
            .highlights(site)
            .iter()
            .map(|highlight| places.position(place.file, highlight.location.span.offset))
            .collect();
        let first = positions.first().copied().filter(|_| site.value.is_some()).unwrap_or(start);
        let mut marks = Vec::new();
        let mut labels = Vec::new();
        for (number, span) in spans.into_iter().enumerate() {
            labels.push((span.start, positions.get(number).copied().unwrap_or(first)));
            marks.push(Mark {
                span,
                text: (number == 0).then(|| crate::finding::printable(&site.label).into_owned()),
            });
        }
        self.end(begin, place, places, labels);
        marks
    }

    /// Adds the line of a problem.
    pub(super) fn line(
        &mut self,
        place: Location,
        label: &str,
        places: &Places<'_>,
        secret: &dyn Fn(&str) -> bool,
    ) -> Mark {
        let start = places.position(place.file, place.span.offset);
        let begin = self.begin(place, start, places, secret);
        let (line, column) = line_around(place, places);
        let from = column.min(line.len());
        let length = usize::try_from(place.span.length).unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(line.len());
        let around = Around { places, file: place.file, secret };
        let begin_of_line = place.span.offset.saturating_sub(column as u64);
        let (line, span) = around.piece(&line, from..to);
        let shown = around.masked(&line, begin_of_line);
        let spans = match &shown {
            Some(masked) => self.value(masked, &[0..masked.len()], false),
            None => self.value(&line, &[span], true),
        };
        let mut span = spans.into_iter().next().unwrap_or(self.text.len()..self.text.len());
        if span == (self.text.len()..self.text.len()) {
            // a place behind the last character is drawn only if something stands there
            self.text.push(' ');
            span.end += 1;
        }
        self.end(begin, place, places, vec![(span.start, start)]);
        Mark { span, text: Some(label.to_owned()) }
    }

    /// Opens a segment with the line before the place.
    fn begin(
        &mut self,
        place: Location,
        start: Position,
        places: &Places<'_>,
        secret: &dyn Fn(&str) -> bool,
    ) -> (usize, u64, Vec<usize>) {
        let begin = self.text.len();
        let mut starts = vec![begin];
        let mut line = start.line;
        if let Some(before) = line_before(place, start, places) {
            let (before, begin) = before;
            let around = Around { places, file: place.file, secret };
            if let Some(shown) = around.line(before, begin) {
                self.value(&shown, &[0..0], shown.len() > LONG);
                self.text.push('\n');
                starts.push(self.text.len());
                line -= 1;
            }
        }
        (begin, line, starts)
    }

    fn end(
        &mut self,
        begin: (usize, u64, Vec<usize>),
        place: Location,
        places: &Places<'_>,
        labels: Vec<(usize, Position)>,
    ) {
        let (start, line, starts) = begin;
        let span = start..self.text.len();
        let shown = crate::finding::printable(places.store.name(place.file)).into_owned();
        let target = places.store.path(place.file).filter(|_| self.links);
        let name = match target.and_then(|path| std::path::absolute(path).ok()) {
            // a link of a terminal (OSC 8)
            Some(path) => {
                format!("\u{1b}]8;;{}\u{1b}\\{shown}\u{1b}]8;;\u{1b}\\", uri(&path.to_string_lossy()))
            }
            None => shown,
        };
        self.text.push('\n');
        self.segments.push(Segment { name, span, line, starts, labels });
    }

    /// What stands before the value in its line.
    fn prefix(&mut self, place: Location, places: &Places<'_>) {
        let (head, start) = head(place, places);
        let prefix = head.get(start..).unwrap_or_default();
        let (prefix, _) = cut(prefix, places.store.notation(place.file));
        self.value(&prefix, &[0..0], false);
    }

    /// Writes text so that it does no harm; gives the spans that its parts got. Long text is cut away from the parts.
    fn value(&mut self, text: &[u8], parts: &[Range<usize>], cut: bool) -> Vec<Range<usize>> {
        if let Some(spans) = self.plain_value(text, parts) {
            return spans;
        }
        let mut characters: Vec<(usize, Option<char>, usize)> = Vec::new();
        let mut at = 0;
        for chunk in text.utf8_chunks() {
            for character in chunk.valid().chars() {
                characters.push((at, Some(character), character.len_utf8()));
                at += character.len_utf8();
            }
            for _ in chunk.invalid() {
                characters.push((at, None, 1));
                at += 1;
            }
        }
        let keep = kept(&characters, parts, cut);
        let mut begins: Vec<Option<usize>> = vec![None; parts.len()];
        let mut ends: Vec<usize> = vec![self.text.len(); parts.len()];
        let mut skipping = false;
        for ((at, character, length), keep) in characters.iter().zip(keep) {
            let from = self.text.len();
            if keep {
                self.character(*character, text.get(*at..).unwrap_or_default());
            } else if !skipping {
                self.text.push('…');
            }
            skipping = !keep;
            for ((part, begin), end) in parts.iter().zip(&mut begins).zip(&mut ends) {
                if *at < part.end && at + length > part.start {
                    begin.get_or_insert(from);
                    *end = self.text.len();
                } else if part.is_empty() && *at == part.start {
                    *begin = Some(from);
                    *end = from;
                }
            }
        }
        let last = self.text.len();
        begins
            .into_iter()
            .zip(ends)
            .map(|(begin, end)| begin.map_or(last..last, |begin| begin..end.max(begin)))
            .collect()
    }

    /// The same of a text that is written as it stands: a short one of visible ASCII, as most are.
    fn plain_value(&mut self, text: &[u8], parts: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
        let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'#';
        if text.len() > LONG || !text.iter().fold(true, |all, byte| all & is_plain(byte)) {
            return None;
        }
        let begin = self.text.len();
        self.text.push_str(std::str::from_utf8(text).ok()?);
        let place = |at: usize| begin + at.min(text.len());
        Some(parts.iter().map(|part| place(part.start)..place(part.end.max(part.start))).collect())
    }

    /// Writes the first character of a text; none if it begins with a byte that is none.
    fn character(&mut self, character: Option<char>, text: &[u8]) {
        match character {
            Some('#') if is_pipeline_command(text) => self.text.push_str("<U+0023>"),
            Some('\t') => self.text.push_str("<TAB>"),
            Some(character) if is_invisible(character) => {
                self.text.push('<');
                self.text.push_str(&code_point(character));
                self.text.push('>');
            }
            Some(character) => self.text.push(character),
            None => {
                let byte = text.first().copied().unwrap_or_default();
                self.text.push_str(&format!("<{byte:02X}>"));
            }
        }
    }
}

/// Which characters of a long text are kept: its ends, and what lies around its parts.
fn kept(characters: &[(usize, Option<char>, usize)], parts: &[Range<usize>], cut: bool) -> Vec<bool> {
    let count = characters.len();
    if count <= LONG {
        return vec![true; count];
    }
    let mut keep = vec![false; count];
    let mut windows = vec![0..LONG / 2, count.saturating_sub(AROUND)..count];
    if cut {
        for part in parts {
            let first = characters.partition_point(|(at, _, _)| *at < part.start);
            let last = characters.partition_point(|(at, _, _)| *at < part.end);
            let end = last.min(first + LONG);
            windows.push(first.saturating_sub(AROUND)..(end + AROUND).min(count));
        }
    }
    for window in windows {
        if let Some(window) = keep.get_mut(window) {
            window.fill(true);
        }
    }
    keep
}

/// What stands before a place, and where in it the line of the place begins.
fn head(place: Location, places: &Places<'_>) -> (Vec<u8>, usize) {
    let begin = places.store.start(place.file).min(place.span.offset);
    let mut head = Vec::new();
    for reach in REACHES {
        let from = place.span.offset.saturating_sub(reach).max(begin);
        head = places.bytes(Location::new(place.file, from, place.span.offset - from));
        if let Some(lf) = memchr::memrchr(b'\n', &head) {
            return (head, lf + 1);
        }
        if from == begin {
            break;
        }
    }
    (head, 0)
}

/// The line that holds a place, and where the place begins in it.
fn line_around(place: Location, places: &Places<'_>) -> (Vec<u8>, usize) {
    let (head, start) = head(place, places);
    let mut line = head.get(start..).unwrap_or_default().to_vec();
    let at = line.len();
    for reach in REACHES {
        line.truncate(at);
        line.extend(places.bytes(Location::new(place.file, place.span.offset, reach)));
        let behind = line.get(at..).unwrap_or_default();
        if let Some(lf) = memchr::memchr(b'\n', behind) {
            line.truncate(at + lf);
            break;
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    (line, at)
}

/// The line before the one of a place, if it says something, and where it begins.
fn line_before(place: Location, start: Position, places: &Places<'_>) -> Option<(Vec<u8>, u64)> {
    if start.line <= 1 {
        return None;
    }
    let (head, line) = head(place, places);
    let begin = place.span.offset.saturating_sub((head.len() - line) as u64);
    if begin <= places.store.start(place.file) {
        return None;
    }
    let (before, column) = line_around(Location::new(place.file, begin - 1, 0), places);
    // a continued line says nothing without its beginning, which may be secret
    let says = !before.trim_ascii().is_empty() && before.first() != Some(&b' ') && before.len() < 4000;
    says.then_some((before, begin - 1 - column as u64))
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let segment = self
            .segments
            .iter()
            .find(|segment| segment.span.start <= start && end <= segment.span.end)
            .ok_or(MietteError::OutOfBounds)?;
        let number = segment.starts.partition_point(|line| *line <= start).saturating_sub(1);
        let line = usize::try_from(segment.line).unwrap_or(1).saturating_sub(1);
        let name = segment.name.clone();
        if before == 0 && after == 0 {
            let position = segment.labels.iter().find(|(at, _)| *at == start).map(|(_, position)| *position);
            let (line, column) = position.map_or((line + number, 0), |position| {
                let from_zero = |n: u64| usize::try_from(n).unwrap_or(1).saturating_sub(1);
                (from_zero(position.line), from_zero(position.column))
            });
            let data = self.text.as_bytes().get(start..end).unwrap_or_default();
            return Ok(Box::new(MietteSpanContents::new_named(name, data, *span, line, column, 1)));
        }
        let first = number.saturating_sub(before);
        let from = segment.starts.get(first).copied().unwrap_or(segment.span.start);
        let data = self.text.as_bytes().get(from..segment.span.end).unwrap_or_default();
        let covered = SourceSpan::from((from, data.len()));
        let count = segment.starts.len() - first;
        Ok(Box::new(MietteSpanContents::new_named(name, data, covered, line + first, 0, count)))
    }
}

/// The places of a problem, shown.
pub(super) fn of_problem(problem: &Problem, places: &Places<'_>, style: &Style<'_>) -> (Excerpt, Vec<Mark>) {
    let secret = style.secret;
    let mut excerpt = Excerpt::new(style.links);
    let mut marks = Vec::new();
    if let Some(place) = problem.location {
        marks.push(excerpt.line(place, problem.label.as_deref().unwrap_or("here"), places, secret));
    }
    for (place, label) in problem.related.iter().take(3) {
        marks.push(excerpt.line(*place, label, places, secret));
    }
    (excerpt, marks)
}
