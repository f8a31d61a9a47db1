//! Looking a file through for its objects and for the values that others refer to. What stands in an object is read
//! afterwards.

use granit_parser::{Event, Options, Parser, ScanError, Span, StrInput};
use rustc_hash::FxHashMap;

use super::fault::Fault;
use super::scalar::{bytes, form, is_null, written};
use crate::finding::Problem;
use crate::snapshot::frame::Frame;
use crate::snapshot::shape::Step;
use crate::snapshot::tree::Anchor;
use crate::source::{FileId, Location};

/// The field that holds the objects of presync's own shape.
const OBJECTS: &str = "objects";

/// How many values one reference may stand for.
const REFERENCE: u64 = 50_000;
/// How many values all references of a file may stand for.
const REFERENCES: u64 = 500_000;
/// Of how many values that are too large it is said.
const TOLD: usize = 10;

/// Where an object begins, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    at: usize,
    /// It begins with its key.
    pub(super) keyed: bool,
    /// The key stands in a mapping in braces.
    pub(super) flow: bool,
    /// The column, where it matters.
    pub(super) column: usize,
}

impl Start {
    fn at(at: usize) -> Self {
        Self { at, keyed: false, flow: false, column: 0 }
    }
}

/// Reading of a document cannot go on.
pub(super) struct Stop(ScanError);

impl From<ScanError> for Stop {
    fn from(error: ScanError) -> Self {
        Self(error)
    }
}

type Scanned<T> = Result<T, Stop>;

/// What is wanted of a value.
#[derive(Clone, Copy)]
enum Want<'s> {
    /// Nothing.
    Pass,
    /// The root of a document: an object, a list of objects, or a mapping with `objects`.
    Root,
    /// The objects at the end of a path.
    Path(&'s [Step], Option<&'s str>),
}

/// Finds the objects of a file.
pub(super) struct Outline<'t, 'p> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    file: FileId,
    base: u64,
    pub(super) frames: Vec<Frame>,
    pub(super) contexts: Vec<Start>,
    pub(super) anchors: Vec<Anchor>,
    /// References that are not followed.
    pub(super) dropped: Vec<u64>,
    names: FxHashMap<usize, String>,
    unnamed: FxHashMap<usize, usize>,
    /// How many values each anchor stands for, references counted as often as they stand.
    sizes: FxHashMap<usize, u64>,
    /// How many values there were so far, and how many of them by references.
    values: (u64, u64),
    /// Anchors of which it was said that they are too large.
    told: Vec<usize>,
    /// The end of the last token that is part of a value.
    end: usize,
    problems: &'p mut Vec<Problem>,
}

impl<'t, 'p> Outline<'t, 'p> {
    pub(super) fn new(text: &'t str, file: FileId, base: u64, problems: &'p mut Vec<Problem>) -> Self {
        let mut options = Options::default();
        options.emit_anchor_events = true;
        options.emit_comments = false;
        Self {
            text,
            parser: Parser::new_from_str_with_options(text, options),
            file,
            base,
            frames: Vec::new(),
            contexts: Vec::new(),
            anchors: Vec::new(),
            dropped: Vec::new(),
            names: FxHashMap::default(),
            unnamed: FxHashMap::default(),
            sizes: FxHashMap::default(),
            values: (0, 0),
            told: Vec::new(),
            end: 0,
            problems,
        }
    }

    fn place(&self, start: usize, length: usize) -> Location {
        Location::new(self.file, self.base + start as u64, length as u64)
    }

    /// Finds the objects of one document after the other.
    pub(super) fn run(&mut self, steps: Option<&[Step]>) {
        let want = steps.map_or(Want::Root, |steps| Want::Path(steps, None));
        loop {
            match self.document(want) {
                Ok(true) => {}
                Ok(false) => break,
                Err(Stop(error)) => {
                    let at = error.marker().byte_offset().unwrap_or(self.text.len());
                    let at = at.min(self.text.trim_end().len().saturating_sub(1));
                    let said = error.info();
                    let fault = if said.contains("recursion limit") { Fault::TooDeep } else { Fault::Syntax };
                    let mut problem = fault.at(self.place(at, 1));
                    if fault == Fault::Syntax && !said.is_empty() {
                        problem.message = format!("this is no YAML: {said}");
                    }
                    self.problems.push(problem);
                    if self.parser.proceed_next_document().is_err() {
                        break;
                    }
                }
            }
        }
    }

    /// The next event that is not about an anchor.
    fn event(&mut self) -> Scanned<Option<(Event<'t>, Span)>> {
        while let Some(next) = self.parser.next_event() {
            let (event, span) = next?;
            match event {
                Event::Anchor(id, name) => {
                    self.named(id, name.into_owned());
                }
                event => return Ok(Some((event, span))),
            }
        }
        Ok(None)
    }

    fn named(&mut self, id: usize, name: String) {
        match self.unnamed.remove(&id).and_then(|number| self.anchors.get_mut(number)) {
            Some(anchor) => anchor.name = name,
            None => {
                self.names.insert(id, name);
            }
        }
    }

    /// Where a list begins: of one that is indented no more than its key the parser gives what stands behind its first `-`.
    fn dash(&self, start: usize) -> usize {
        let (head, list) = self.text.split_at_checked(start).unwrap_or((self.text, ""));
        if list.starts_with('[') {
            return start;
        }
        let line = head.get(head.rfind('\n').map_or(0, |lf| lf + 1)..).unwrap_or_default().trim();
        let is_list = list.starts_with('-') && line.is_empty();
        let before = head.trim_end();
        if !is_list && before.ends_with('-') { before.len() - 1 } else { start }
    }

    /// The end of a value that is not there: behind the colon of its key.
    fn nothing(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let shown = rest.trim_start();
        if shown.starts_with(':') { at + rest.len() - shown.len() + 1 } else { at }
    }

    fn document(&mut self, want: Want<'_>) -> Scanned<bool> {
        while let Some((event, span)) = self.event()? {
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) => {}
                Event::StreamEnd => return Ok(false),
                event => {
                    self.value(event, &span, want, None)?;
                }
            }
        }
        Ok(false)
    }

    /// Goes through a value; `key` is where its key stands.
    fn value(&mut self, event: Event<'t>, span: &Span, want: Want<'_>, key: Option<Start>) -> Scanned<()> {
        let start = bytes(span).start;
        self.values.0 += 1;
        let before = self.values.0;
        let anchor = match &event {
            Event::Scalar(_, _, id, _) | Event::SequenceStart(_, id, _) | Event::MappingStart(_, id, _) => {
                *id
            }
            _ => 0,
        };
        let mut begin = start;
        match event {
            Event::Scalar(value, style, _, tag) => {
                let range = written(self.text, span, form(style));
                begin = range.start;
                self.end = if range.is_empty() { self.nothing(range.start) } else { range.end };
                let is_text = !value.is_empty() && !is_null(&value, style, tag.as_deref());
                if let Want::Path([], _) = want
                    && (is_text || key.is_some())
                {
                    self.frame(key.unwrap_or_else(|| Start::at(begin)));
                }
            }
            Event::Alias(id) => {
                self.end = bytes(span).end;
                self.reference(id, span);
                if matches!(want, Want::Path([], _)) {
                    self.frame(key.unwrap_or_else(|| Start::at(start)));
                }
            }
            Event::SequenceStart(..) => {
                begin = if anchor > 0 { self.dash(start) } else { start };
                self.list(want)?;
            }
            Event::MappingStart(..) => self.mapping(start, want, key)?,
            _ => {}
        }
        if anchor > 0 {
            let name = self.names.remove(&anchor).unwrap_or_else(|| {
                // the parser says the name behind a scalar
                self.unnamed.insert(anchor, self.anchors.len());
                String::new()
            });
            self.anchors.push(Anchor {
                name,
                start: self.base + begin as u64,
                column: self.column(begin),
                text: self.text.get(begin..self.end).unwrap_or_default().to_owned(),
            });
            self.sizes.insert(anchor, self.values.0 + 1 - before);
        }
        Ok(())
    }

    fn list(&mut self, want: Want<'_>) -> Scanned<()> {
        let inner = match want {
            Want::Root => Want::Path(&[], None),
            Want::Path([Step::Each | Step::Where { .. }, rest @ ..], nested) => Want::Path(rest, nested),
            // people forget `[*]`
            Want::Path(steps @ ([] | [Step::Field(_), ..]), nested) => Want::Path(steps, nested),
            _ => Want::Pass,
        };
        while let Some((event, span)) = self.event()? {
            if matches!(event, Event::SequenceEnd) {
                self.end = self.end.max(closed(self.text, &span));
                break;
            }
            self.value(event, &span, inner, None)?;
        }
        Ok(())
    }

    fn mapping(&mut self, start: usize, want: Want<'_>, key: Option<Start>) -> Scanned<()> {
        let before = self.frames.len();
        let mut keys: FxHashMap<String, (usize, usize)> = FxHashMap::default();
        let flow = self.text.get(start..).is_some_and(|text| text.starts_with('{'));
        let mut has_objects = false;
        let mut others = 0;
        while let Some((event, span)) = self.event()? {
            let (name, at) = match event {
                Event::MappingEnd => {
                    self.end = self.end.max(closed(self.text, &span));
                    break;
                }
                Event::Scalar(name, style, ..) => {
                    let range = written(self.text, &span, form(style));
                    self.end = range.end;
                    self.same_key(&mut keys, &name, &range);
                    (name.into_owned(), range.start)
                }
                event => {
                    self.value(event, &span, Want::Pass, None)?;
                    (String::new(), bytes(&span).start)
                }
            };
            let inner = match want {
                Want::Root if name == OBJECTS => {
                    has_objects = true;
                    Want::Path(&[], None)
                }
                Want::Root => {
                    others += usize::from(!matches!(name.as_str(), "tenant" | "version" | "language"));
                    Want::Pass
                }
                Want::Path([Step::Field(field), rest @ ..], nested) if name.eq_ignore_ascii_case(field) => {
                    let nests = matches!(rest.first(), Some(Step::Nested));
                    Want::Path(rest, if nests { Some(field.as_str()) } else { nested })
                }
                Want::Path([Step::Values, rest @ ..], _) => Want::Path(rest, None),
                Want::Path([Step::Nested, rest @ ..], nested) => Want::Path(rest, nested),
                Want::Path([], Some(field)) if name.eq_ignore_ascii_case(field) => {
                    Want::Path(&[Step::Nested], Some(field))
                }
                _ => Want::Pass,
            };
            let is_key = matches!(want, Want::Path([Step::Values | Step::Nested, ..], _));
            let keyed = is_key.then(|| self.key(at, flow));
            let Some((event, span)) = self.event()? else { break };
            self.value(event, &span, inner, keyed)?;
        }
        match want {
            Want::Path([], _) => self.frame(key.unwrap_or_else(|| Start::at(start))),
            Want::Root if !has_objects || others > 0 => {
                self.frames.truncate(before);
                self.frame(Start::at(start));
            }
            _ => {}
        }
        Ok(())
    }

    fn same_key(
        &mut self,
        keys: &mut FxHashMap<String, (usize, usize)>,
        name: &str,
        range: &std::ops::Range<usize>,
    ) {
        if name == "<<" {
            return;
        }
        match keys.get(name) {
            None => {
                keys.insert(name.to_owned(), (range.start, range.len()));
            }
            Some((first, length)) => {
                let problem = Fault::SameKey.at(self.place(range.start, range.len()));
                self.problems.push(problem.also(self.place(*first, *length), "the first one"));
            }
        }
    }

    /// Where an object begins whose key stands at a place: `?` before the key belongs to it.
    fn key(&self, at: usize, flow: bool) -> Start {
        let head = self.text.get(..at).unwrap_or_default().trim_end_matches(' ');
        let at = if head.ends_with('?') { head.len() - 1 } else { at };
        Start { at, keyed: true, flow, column: 0 }
    }

    /// The object that ends where the last value did.
    fn frame(&mut self, start: Start) {
        let at = start.at;
        let column = if start.flow { 0 } else { self.column(at) };
        let wanted = Start { at: 0, column, ..start };
        let context = self.contexts.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.contexts.push(wanted);
            self.contexts.len() - 1
        });
        self.frames.push(Frame {
            start: self.base + at as u64,
            length: u32::try_from(self.end.saturating_sub(at)).unwrap_or(u32::MAX),
            context: u32::try_from(context).unwrap_or(0),
        });
    }

    /// The column in which a value begins that ends where the last one did; 0 if nothing in it depends on columns.
    fn column(&self, at: usize) -> usize {
        let value = self.text.get(at..self.end).unwrap_or_default();
        if value.starts_with(['{', '[']) || !value.contains('\n') {
            return 0;
        }
        let head = self.text.get(..at).unwrap_or_default();
        let line = head.rfind('\n').map_or(0, |lf| lf + 1);
        head.get(line..).unwrap_or_default().chars().count()
    }

    /// A reference: says so if what it leads to is too large, or holds the reference itself.
    fn reference(&mut self, id: usize, span: &Span) {
        let range = bytes(span);
        let size = self.sizes.get(&id).copied();
        let by_references = self.values.1 + size.unwrap_or(0);
        let fault = match size {
            None => Fault::Circle,
            Some(size) if size > REFERENCE || by_references > REFERENCES => Fault::Bomb,
            Some(size) => {
                self.values.0 += size - 1;
                self.values.1 = by_references;
                return;
            }
        };
        self.dropped.push(self.base + range.start as u64);
        if !self.told.contains(&id) && self.told.len() < TOLD {
            self.told.push(id);
            self.problems.push(fault.at(self.place(range.start, range.len())));
        }
    }
}

/// The end of a list or mapping in brackets; nothing of one without.
fn closed(text: &str, span: &Span) -> usize {
    let range = bytes(span);
    match text.get(range.clone()) {
        Some("]" | "}") => range.end,
        _ => 0,
    }
}
