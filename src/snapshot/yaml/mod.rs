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

use super::Record;
use super::file::{Opening, STRIDE};
use super::frame::Frames;
use super::ldif::MAX_BLOCK;
use super::tree::{Context, Found, Objects, Source, Tree};
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
        ..Objects::default()
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

/// Reads one object.
pub(super) fn read(
    source: &Source<'_>,
    tree: &mut Tree,
    record: &mut Record,
    problems: &mut Vec<Problem>,
) -> Option<Found> {
    let (part, start) = (source.part, source.range.start);
    let text = text_of(part.block.get(source.range.clone()).unwrap_or_default());
    let mut reading = Reading { tree, record, objects: source.objects, offset: part.offset, depth: 0 };
    let root = match reading.object(&text, start, source.context) {
        Ok(root) => root,
        Err(stop) => {
            let (fault, at) = match stop {
                Stop::Syntax => (Fault::NotAlone, start),
                Stop::TooDeep(at) => (Fault::TooDeep, at),
            };
            problems.push(fault.at(Location::new(part.file, part.offset + at as u64, 1)));
            return None;
        }
    };
    // the root of a value with a key is the mapping of the key to it
    match tree.children(root).next().filter(|_| source.context.keyed) {
        Some(value) => Some((value, tree.key(value))),
        None => Some((root, None)),
    }
}
