//! JSON: answers of Microsoft Graph, `ConvertTo-Json`, the Azure command line, Exchange Online, BloodHound, SCIM; one value,
//! several, or one a line.

mod cursor;
mod fault;
mod outline;
mod page;
mod parse;
mod pass;
mod pieces;
mod recover;
mod scan;
mod text;

use std::io;
use std::sync::Arc;

use cursor::Cursor;
use parse::Parser;
use scan::Scan;
use text::Ends;

use super::file::{Opening, STRIDE};
use super::frame::Frames;
use super::tree::{Context, Found, Objects, Source, Tree};
use super::{Health, Record};
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
    if path.is_some() || !scan.run_in_pieces(opening.store, pieces::PIECE)? {
        scan.run(path.map(|path| path.map_or(&[][..], |path| path.steps.as_slice())))?;
    }
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

/// Reads one object.
pub(super) fn read(
    source: &Source<'_>,
    tree: &mut Tree,
    record: &mut Record,
    problems: &mut Vec<Problem>,
) -> Option<Found> {
    let ends = Ends::find(source.part.block, source.range.clone(), tree.take_marks());
    let mut parser = Parser {
        block: source.part.block,
        at: source.range.start,
        end: source.range.end,
        file: source.part.file,
        offset: source.part.offset,
        names: source.part.names,
        shapes: source.context.mapping.is_none().then_some(&*source.objects.mappings),
        record,
        problems,
        ends,
    };
    let read = parser.keyed(tree, source.context.keyed);
    tree.keep_marks(parser.ends.into_memory());
    read.ok()
}
