//! The text of one object, read into a tree; what it refers to is read where it stands.

use granit_parser::{Event, Options, Parser, Span, StrInput};

use super::scalar::{bytes, form, is_null, written};
use crate::snapshot::tree::{Anchor, Context, Kind, NodeId, Objects, Tree};
use crate::snapshot::{Place, Record, Text};
use crate::source::{self, Form};

/// How deep values may be nested, through references too.
const DEPTH: usize = 255;

/// Why an object could not be read as a whole.
pub(super) enum Stop {
    /// Its values are nested too deep, at a byte of the block.
    TooDeep(usize),
    /// It is no YAML taken alone.
    Syntax,
}

type Read<T> = Result<T, Stop>;

/// Where a text stands.
#[derive(Clone, Copy)]
enum Home {
    /// In the block: the text begins at this byte of it.
    Block(usize),
    /// Elsewhere in the file, from this byte on; the reference to it stands at this place of the block.
    File(u64, Place),
}

/// Reads one object.
pub(super) struct Reading<'r> {
    pub(super) tree: &'r mut Tree,
    pub(super) record: &'r mut Record,
    pub(super) objects: &'r Objects,
    /// Where the block begins in the file.
    pub(super) offset: u64,
    /// How deep the value is that is read.
    pub(super) depth: usize,
}

/// A text that is read, and how far.
struct Fragment<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    home: Home,
    /// The number of bytes before the text: spaces, or a brace.
    before: usize,
}

impl<'t> Fragment<'t> {
    fn new(text: &'t str, home: Home, before: usize) -> Self {
        let mut options = Options::default();
        options.emit_unresolved_aliases = true;
        options.emit_comments = false;
        Self { text, parser: Parser::new_from_str_with_options(text, options), home, before }
    }

    fn event(&mut self) -> Read<(Event<'t>, Span)> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            _ => Err(Stop::Syntax),
        }
    }

    /// Where bytes of the text stand without what is before it.
    fn at(&self, at: usize) -> usize {
        at.saturating_sub(self.before)
    }

    /// The place in the block of a part of the text.
    fn place(&self, range: std::ops::Range<usize>, form: Form) -> Place {
        match self.home {
            Home::Block(start) => Place::new(start + self.at(range.start)..start + self.at(range.end), form),
            Home::File(_, reference) => reference,
        }
    }
}

impl Reading<'_> {
    /// Reads the object of a frame: `text` stands at a byte of the block. The root is the value, or the mapping of its key
    /// to it.
    pub(super) fn object(&mut self, text: &str, start: usize, context: &Context) -> Read<NodeId> {
        let (whole, before) = if context.flow {
            (format!("{{{text}}}"), 1)
        } else {
            (" ".repeat(context.column) + text, context.column)
        };
        self.fragment(&mut Fragment::new(&whole, Home::Block(start), before), None, None)
    }

    fn fragment(
        &mut self,
        fragment: &mut Fragment<'_>,
        parent: Option<NodeId>,
        key: Option<(Text, Place)>,
    ) -> Read<NodeId> {
        loop {
            let (event, span) = fragment.event()?;
            match event {
                Event::StreamStart | Event::DocumentStart(..) => {}
                Event::StreamEnd | Event::DocumentEnd => return Err(Stop::Syntax),
                event => return self.node(fragment, event, &span, parent, key),
            }
        }
    }

    fn node(
        &mut self,
        fragment: &mut Fragment<'_>,
        event: Event<'_>,
        span: &Span,
        parent: Option<NodeId>,
        key: Option<(Text, Place)>,
    ) -> Read<NodeId> {
        let start = bytes(span).start;
        if self.depth > DEPTH {
            return Err(Stop::TooDeep(fragment.place(start..start, Form::Plain).start as usize));
        }
        self.depth += 1;
        let read = self.value(fragment, event, span, parent, key);
        self.depth -= 1;
        read
    }

    fn value(
        &mut self,
        fragment: &mut Fragment<'_>,
        event: Event<'_>,
        span: &Span,
        parent: Option<NodeId>,
        key: Option<(Text, Place)>,
    ) -> Read<NodeId> {
        let start = bytes(span).start;
        let open = fragment.place(start..start + 1, Form::Plain);
        match event {
            Event::Scalar(value, style, _, tag) => {
                let is_null = is_null(&value, style, tag.as_deref());
                let form = form(style);
                let range = written(fragment.text, span, form);
                let plain = form == Form::YamlPlain && tag.is_none();
                if is_null {
                    return Ok(self.tree.push(parent, key, Kind::Null, fragment.place(range, form)));
                }
                let number = plain && value.bytes().all(|byte| byte.is_ascii_digit());
                let (text, place, elsewhere) = self.text(fragment, &value, range, form);
                let id = self.tree.push(parent, key, Kind::Scalar { text, number }, place);
                if let Some((span, form)) = elsewhere {
                    self.tree.refer(id, span, form);
                }
                Ok(id)
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.alias(fragment, span, parent, key),
            Event::SequenceStart(..) => {
                let id = self.tree.push(parent, key, Kind::List, open);
                loop {
                    let (event, span) = fragment.event()?;
                    if matches!(event, Event::SequenceEnd) {
                        self.close(fragment, id, &span);
                        return Ok(id);
                    }
                    self.node(fragment, event, &span, Some(id), None)?;
                }
            }
            Event::MappingStart(..) => {
                let id = self.tree.push(parent, key, Kind::Map, open);
                self.mapping(fragment, id)?;
                Ok(id)
            }
            _ => Err(Stop::Syntax),
        }
    }

    fn close(&mut self, fragment: &Fragment<'_>, id: NodeId, span: &Span) {
        let range = bytes(span);
        let place = fragment.place(range, Form::Plain);
        self.tree.close(id, (place.start + place.length) as usize);
    }

    fn mapping(&mut self, fragment: &mut Fragment<'_>, id: NodeId) -> Read<()> {
        let mut merged: Vec<NodeId> = Vec::new();
        loop {
            let (event, span) = fragment.event()?;
            match event {
                Event::MappingEnd => {
                    self.close(fragment, id, &span);
                    break;
                }
                Event::Scalar(name, style, ..) => {
                    let form = form(style);
                    let range = written(fragment.text, &span, form);
                    let is_merge = name == "<<" && form == Form::YamlPlain;
                    let (text, place, _) = self.text(fragment, &name, range, form);
                    let (event, span) = fragment.event()?;
                    if is_merge {
                        merged.push(self.node(fragment, event, &span, None, None)?);
                    } else {
                        self.node(fragment, event, &span, Some(id), Some((text, place)))?;
                    }
                }
                event => {
                    // a key that is no text names no attribute
                    self.node(fragment, event, &span, None, None)?;
                    let (event, span) = fragment.event()?;
                    self.node(fragment, event, &span, None, None)?;
                }
            }
        }
        for node in merged {
            self.merge(id, node);
        }
        Ok(())
    }

    /// Gives a mapping what another one has and it has not: its own keys win.
    fn merge(&mut self, map: NodeId, from: NodeId) {
        let sources: Vec<NodeId> = match self.tree.kind(from) {
            Kind::List => self.tree.children(from).collect(),
            _ => vec![from],
        };
        for source in sources {
            let new: Vec<NodeId> =
                self.tree.children(source).filter(|child| !self.has_key(map, *child)).collect();
            for child in new {
                self.tree.adopt(map, child);
            }
        }
    }

    fn has_key(&self, map: NodeId, of: NodeId) -> bool {
        // keys of merged mappings are in the arena, since they stand elsewhere
        let name = |id: NodeId| self.tree.key(id).map(|(text, _)| text);
        let Some(wanted) = name(of) else { return true };
        self.tree.children(map).filter_map(name).any(|known| self.record.same(known, wanted))
    }

    /// A scalar's text: in the block if it stands there as it is, else in the arena.
    fn text(
        &mut self,
        fragment: &Fragment<'_>,
        value: &str,
        range: std::ops::Range<usize>,
        form: Form,
    ) -> (Text, Place, Option<(source::Span, Form)>) {
        let raw = fragment.text.get(range.clone()).unwrap_or_default();
        let quoted = matches!(form, Form::YamlSingle | Form::YamlDouble);
        let (range, form) = if raw == value {
            (range, Form::Plain)
        } else if quoted && raw.get(1..raw.len().saturating_sub(1)) == Some(value) {
            (range.start + 1..range.end - 1, Form::Plain)
        } else {
            (range, form)
        };
        let arena = self.record.arena();
        let begin = arena.len();
        arena.extend_from_slice(value.as_bytes());
        let text = Text::of_arena(begin..arena.len());
        let place = fragment.place(range.clone(), form);
        let elsewhere = match fragment.home {
            Home::Block(_) => None,
            Home::File(start, _) => {
                let offset = start + fragment.at(range.start) as u64;
                Some((source::Span::new(offset, range.len() as u64), form))
            }
        };
        (text, place, elsewhere)
    }

    /// Reads what an alias refers to.
    fn alias(
        &mut self,
        fragment: &Fragment<'_>,
        span: &Span,
        parent: Option<NodeId>,
        key: Option<(Text, Place)>,
    ) -> Read<NodeId> {
        let range = bytes(span);
        let name = fragment.text.get(range.clone()).unwrap_or_default();
        let name = name.strip_prefix('*').unwrap_or(name);
        let here = match fragment.home {
            Home::Block(start) => self.offset + (start + fragment.at(range.start)) as u64,
            Home::File(start, _) => start + fragment.at(range.start) as u64,
        };
        let place = fragment.place(range, Form::Plain);
        let anchors = &self.objects.anchors;
        let is_before = |anchor: &Anchor| (anchor.name.as_str(), anchor.start) < (name, here);
        let behind = anchors.partition_point(is_before);
        let found = behind.checked_sub(1).and_then(|last| anchors.get(last));
        // a value without any text is none
        let found = found.filter(|anchor| anchor.name == name && !anchor.text.trim().is_empty());
        let Some(anchor) = found.filter(|_| self.objects.dropped.binary_search(&here).is_err()) else {
            return Ok(self.tree.push(parent, key, Kind::Null, place));
        };
        let padded = " ".repeat(anchor.column) + &anchor.text;
        let mut inner = Fragment::new(&padded, Home::File(anchor.start, place), anchor.column);
        self.fragment(&mut inner, parent, key)
    }
}
