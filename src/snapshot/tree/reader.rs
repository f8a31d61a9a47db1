//! The objects of a part, one after the other, whatever the syntax of the nested values is.

use super::fill::Filler;
use super::node::{Kind, NodeId, Tree};
use super::objects::{Context, Objects};
use crate::finding::Problem;
use crate::snapshot::file::Part;
use crate::snapshot::frame::Frame;
use crate::snapshot::{Health, Place, Record, Text};

/// What a syntax needs to read one object.
pub struct Source<'a> {
    /// The part that holds it.
    pub part: Part<'a>,
    /// What has to be known to read it.
    pub objects: &'a Objects,
    /// What its list says of it.
    pub context: &'a Context,
    /// The bytes of the block that it stands in.
    pub range: std::ops::Range<usize>,
}

/// An object that was read into a tree: its node, and its key where it is the value of one.
pub type Found = (NodeId, Option<(Text, Place)>);

/// Reads one object into a tree; what is wrong with it is added to the problems. None if nothing of it can be judged.
pub type ReadObject = fn(&Source<'_>, &mut Tree, &mut Record, &mut Vec<Problem>) -> Option<Found>;

/// Reads the objects of a part.
#[derive(Debug)]
pub struct ObjectReader<'a> {
    part: Part<'a>,
    objects: &'a Objects,
    frames: std::slice::Iter<'a, Frame>,
    filler: Filler<'a>,
    tree: Tree,
    read: ReadObject,
}

impl<'a> ObjectReader<'a> {
    /// A reader of a part whose objects are read so.
    #[must_use]
    pub fn new(part: Part<'a>, objects: &'a Objects, read: ReadObject) -> Self {
        let filler = Filler::new(part, objects);
        Self { part, objects, frames: part.frames.iter(), filler, tree: Tree::default(), read }
    }

    /// See [`crate::snapshot::Reader::next`].
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
        (record.start, record.end) = (start, end);
        self.tree.clear();
        let source = Source { part: self.part, objects: self.objects, context, range: start..end };
        let Some((object, key)) = (self.read)(&source, &mut self.tree, record, problems) else {
            return false;
        };
        // a text is an object only where the user says so
        let is_object = match self.tree.kind(object) {
            Kind::Map => true,
            Kind::Scalar { .. } => key.is_some() || context.mapping.is_some(),
            Kind::Null | Kind::List => key.is_some(),
        };
        is_object && self.filler.fill(&self.tree, object, key, context, record)
    }

    /// See [`crate::snapshot::Reader::health`].
    #[must_use]
    pub fn health(mut self) -> Health {
        std::mem::take(&mut self.filler.health)
    }
}
