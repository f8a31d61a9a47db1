//! JSON: answers of Microsoft Graph, `ConvertTo-Json`, the Azure command line, Exchange Online, BloodHound, SCIM; one value,
//! several, or one a line.

mod cursor;
mod fault;
mod page;
mod parse;
mod pass;
mod recover;
mod scan;

use std::io;
use std::sync::Arc;

use cursor::Cursor;
use parse::{Broken, Parser};
use scan::Scan;

use super::file::{Opening, Part, STRIDE};
use super::frame::{Frame, Frames};
use super::tree::{Context, Filler, Kind as NodeKind, Objects, Tree};
use super::{Health, Place, Record, Text};
use crate::finding::Problem;

/// Looks a file through for its objects.
///
/// # Errors
/// What the operating system says.
pub(super) fn open(
    opening: &Opening<'_>,
    health: &mut Health,
    problems: &mut Vec<Problem>,
) -> io::Result<Objects> {
    let mut scan = Scan::new(Cursor::new(opening.store, opening.file), opening.file, problems);
    let path = opening.mapped.map(|mapped| mapped.objects.as_ref());
    scan.run(path.map(|path| path.map_or(&[][..], |path| path.steps.as_slice())))?;
    health.pages = std::mem::take(&mut scan.pages);
    health.requested = std::mem::take(&mut scan.requested);
    let mapping = opening.mapped.map(|mapped| Arc::clone(&mapped.mapping));
    let contexts = std::mem::take(&mut scan.lists);
    let contexts = contexts.into_iter().map(|(list, keyed)| Context {
        mapping: mapping.clone(),
        list,
        keyed,
        ..Context::default()
    });
    Ok(Objects {
        frames: Frames::new(std::mem::take(&mut scan.frames), STRIDE),
        contexts: contexts.collect(),
        mappings: Arc::clone(opening.mappings),
        ..Objects::default()
    })
}

/// Reads the objects of a part.
#[derive(Debug)]
pub struct JsonReader<'a> {
    part: Part<'a>,
    objects: &'a Objects,
    frames: std::slice::Iter<'a, Frame>,
    filler: Filler<'a>,
    tree: Tree,
}

impl<'a> JsonReader<'a> {
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
        (record.start, record.end) = (start, end);
        self.tree.clear();
        let mut parser = Parser {
            block: self.part.block,
            at: start,
            end,
            file: self.part.file,
            offset: self.part.offset,
            record,
            problems,
        };
        let mut key: Option<(Text, Place)> = None;
        if context.keyed {
            let Ok(text) = parser.text() else { return false };
            key = Some(text);
            if parser.token() == Some(b':') {
                parser.at += 1;
            }
        }
        let object = match parser.object(&mut self.tree) {
            Ok(object) => object,
            Err(Broken) => return false,
        };
        let scalar = matches!(self.tree.kind(object), NodeKind::Scalar { .. });
        if self.tree.kind(object) != NodeKind::Map && key.is_none() && !(scalar && context.mapping.is_some())
        {
            return false;
        }
        self.filler.fill(&self.tree, object, key, context, record)
    }

    /// See [`super::Reader::health`].
    #[must_use]
    pub fn health(self) -> Health {
        self.filler.health
    }
}
