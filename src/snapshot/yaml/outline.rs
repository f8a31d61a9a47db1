//! Looking a file through for its objects and for the values that others refer to. What stands in an object is read
//! afterwards.

use granit_parser::{Event, Options, Parser, ScanError, Span, StrInput};
use rustc_hash::FxHashMap;

use super::fault::Fault;
use super::scalar::{bytes, form, written};
use crate::finding::Problem;
use crate::snapshot::frame::Frame;
use crate::snapshot::shape::Step;
use crate::snapshot::tree::Anchor;
use crate::source::{FileId, Location};

/// The field that holds the objects of presync's own shape.
const OBJECTS: &str = "objects";

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
    /// Whether objects are values of keys, and the column in which they begin.
    pub(super) contexts: Vec<(bool, usize)>,
    pub(super) anchors: Vec<Anchor>,
    names: FxHashMap<usize, String>,
    document: u64,
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
            names: FxHashMap::default(),
            document: base,
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
                    self.names.insert(id, name.into_owned());
                }
                event => return Ok(Some((event, span))),
            }
        }
        Ok(None)
    }

    fn document(&mut self, want: Want<'_>) -> Scanned<bool> {
        while let Some((event, span)) = self.event()? {
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) => {
                    self.document = self.base + bytes(&span).start as u64;
                    self.names.clear();
                }
                Event::StreamEnd => return Ok(false),
                event => {
                    self.value(event, &span, want, None)?;
                }
            }
        }
        Ok(false)
    }

    /// Goes through a value; `key` is where its key stands.
    fn value(&mut self, event: Event<'t>, span: &Span, want: Want<'_>, key: Option<usize>) -> Scanned<()> {
        let start = bytes(span).start;
        let anchor = match &event {
            Event::Scalar(_, _, id, _) | Event::SequenceStart(_, id, _) | Event::MappingStart(_, id, _) => {
                *id
            }
            _ => 0,
        };
        let mut begin = start;
        match event {
            Event::Scalar(value, style, _, _) => {
                let range = written(self.text, span, form(style));
                begin = range.start;
                self.end = range.end.max(range.start);
                let is_text = !value.is_empty() && !matches!(&*value, "~" | "null");
                if let Want::Path([], _) = want
                    && (is_text || key.is_some())
                {
                    self.frame(key.unwrap_or(begin), key.is_some());
                }
            }
            Event::Alias(_) => {
                self.end = bytes(span).end;
                if matches!(want, Want::Path([], _)) {
                    self.frame(key.unwrap_or(start), key.is_some());
                }
            }
            Event::SequenceStart(..) => self.list(want)?,
            Event::MappingStart(..) => self.mapping(start, want, key)?,
            _ => {}
        }
        if anchor > 0 {
            let name = self.names.get(&anchor).cloned().unwrap_or_default();
            self.anchors.push(Anchor {
                name,
                start: self.base + begin as u64,
                column: self.column(begin),
                text: self.text.get(begin..self.end).unwrap_or_default().to_owned(),
                document: self.document,
            });
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

    fn mapping(&mut self, start: usize, want: Want<'_>, key: Option<usize>) -> Scanned<()> {
        let before = self.frames.len();
        let mut keys: FxHashMap<String, (usize, usize)> = FxHashMap::default();
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
            let keyed = matches!(want, Want::Path([Step::Values | Step::Nested, ..], _)).then_some(at);
            let key_end = self.end;
            let Some((event, span)) = self.event()? else { break };
            self.value(event, &span, inner, keyed)?;
            if self.end <= key_end {
                // of a key without a value the colon counts
                let rest = self.text.get(key_end..).unwrap_or_default();
                self.end = key_end + rest.find(':').map_or(0, |colon| colon + 1);
            }
        }
        match want {
            Want::Path([], _) => self.frame(key.unwrap_or(start), key.is_some()),
            Want::Root if !has_objects || others > 0 => {
                self.frames.truncate(before);
                self.frame(start, false);
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

    /// The object that ends where the last value did.
    fn frame(&mut self, start: usize, keyed: bool) {
        let wanted = (keyed, self.column(start));
        let context = self.contexts.iter().position(|known| *known == wanted).unwrap_or_else(|| {
            self.contexts.push(wanted);
            self.contexts.len() - 1
        });
        self.frames.push(Frame {
            start: self.base + start as u64,
            length: u32::try_from(self.end.saturating_sub(start)).unwrap_or(u32::MAX),
            context: u32::try_from(context).unwrap_or(0),
        });
    }

    fn column(&self, at: usize) -> usize {
        let head = self.text.get(..at).unwrap_or_default();
        let line = head.rfind('\n').map_or(0, |lf| lf + 1);
        head.get(line..).unwrap_or_default().chars().count()
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
