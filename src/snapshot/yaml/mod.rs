//! YAML 1.2: presync's own shape, and directories kept as code.

mod fault;
mod outline;
mod scalar;
mod value;

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use fault::Fault;
use outline::{Outline, Start};
use value::{Reading, Stop};

pub(crate) use scalar::{form, written};

use super::file::{Opening, Part, STRIDE};
use super::frame::{Frame, Frames};
use super::ldif::MAX_BLOCK;
use super::tree::{Context, Filler, Kind as NodeKind, NodeId, Objects, Tree};
use super::{Health, Place, Record, Text};
use crate::finding::Problem;
use crate::source::Location;

/// Looks a file through for its objects. The whole file is in memory meanwhile.
///
/// # Errors
/// What the operating system says.
pub(super) fn open(opening: &Opening<'_>, problems: &mut Vec<Problem>) -> io::Result<Objects> {
    let (store, file) = (opening.store, opening.file);
    let begin = store.start(file);
    if store.length(file) > MAX_BLOCK {
        problems.push(Fault::TooLarge.at(Location::new(file, begin, 1)));
        return Ok(Objects::default());
    }
    let mut bytes = Vec::new();
    store.read(file, begin, usize::try_from(store.length(file)).unwrap_or(usize::MAX), &mut bytes)?;
    let text = text_of(&bytes);
    let mut outline = Outline::new(&text, file, begin, problems);
    let path = opening.mapped.map(|mapped| mapped.objects.as_ref());
    outline.run(path.map(|path| path.map_or(&[][..], |path| path.steps.as_slice())));
    let mapping = opening.mapped.map(|mapped| Arc::clone(&mapped.mapping));
    let contexts = std::mem::take(&mut outline.contexts);
    let context = |start: Start| Context {
        mapping: mapping.clone(),
        keyed: start.keyed,
        column: start.column,
        flow: start.flow,
        list: None,
    };
    let mut anchors = std::mem::take(&mut outline.anchors);
    anchors.sort_by(|one, other| one.name.cmp(&other.name).then(one.start.cmp(&other.start)));
    Ok(Objects {
        frames: Frames::new(std::mem::take(&mut outline.frames), STRIDE),
        contexts: contexts.into_iter().map(context).collect(),
        anchors,
        dropped: std::mem::take(&mut outline.dropped),
        mappings: Arc::clone(opening.mappings),
    })
}

/// The text of bytes; what is not UTF-8, of which was told before, is as many question marks.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut text = String::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '?'));
            }
            Cow::Owned(text)
        }
    }
}

/// Reads the objects of a part.
#[derive(Debug)]
pub struct YamlReader<'a> {
    part: Part<'a>,
    objects: &'a Objects,
    frames: std::slice::Iter<'a, Frame>,
    filler: Filler<'a>,
    tree: Tree,
}

impl<'a> YamlReader<'a> {
    pub(super) fn new(part: Part<'a>, objects: &'a Objects) -> Self {
        Self {
            part,
            objects,
            frames: part.frames.iter(),
            filler: Filler::new(part, objects),
            tree: Tree::default(),
        }
    }

    /// See [`super::Reader::next`].
    pub fn next(&mut self, record: &mut Record, problems: &mut Vec<Problem>) -> bool {
        let none = Context::default();
        while let Some(frame) = self.frames.next() {
            record.clear();
            let context = self.objects.contexts.get(frame.context as usize).unwrap_or(&none);
            if self.object(frame, context, record, problems) {
                return true;
            }
        }
        false
    }

    fn object(
        &mut self,
        frame: &Frame,
        context: &Context,
        record: &mut Record,
        problems: &mut Vec<Problem>,
    ) -> bool {
        let start = usize::try_from(frame.start.saturating_sub(self.part.offset)).unwrap_or(usize::MAX);
        let end = (start + frame.length as usize).min(self.part.block.len());
        let raw = self.part.block.get(start..end).unwrap_or_default();
        (record.start, record.end) = (start, end);
        self.tree.clear();
        let text = text_of(raw);
        let mut reading = Reading {
            tree: &mut self.tree,
            record: &mut *record,
            objects: self.objects,
            offset: self.part.offset,
            depth: 0,
        };
        let root = match reading.object(&text, start, context) {
            Ok(root) => root,
            Err(stop) => {
                let (fault, at) = match stop {
                    Stop::Syntax => (Fault::NotAlone, start),
                    Stop::TooDeep(at) => (Fault::TooDeep, at),
                };
                let place = Location::new(self.part.file, self.part.offset + at as u64, 1);
                problems.push(fault.at(place));
                return false;
            }
        };
        let (object, key) = self.keyed(root, context);
        let scalar = matches!(self.tree.kind(object), NodeKind::Scalar { .. });
        if self.tree.kind(object) != NodeKind::Map && key.is_none() && !(scalar && context.mapping.is_some())
        {
            return false;
        }
        self.filler.fill(&self.tree, object, key, context, record)
    }

    /// The object, and its key if it is the value of one.
    fn keyed(&self, root: NodeId, context: &Context) -> (NodeId, Option<(Text, Place)>) {
        if !context.keyed {
            return (root, None);
        }
        match self.tree.children(root).next() {
            Some(value) => (value, self.tree.key(value)),
            None => (root, None),
        }
    }

    /// See [`super::Reader::health`].
    #[must_use]
    pub fn health(self) -> Health {
        self.filler.health
    }
}
