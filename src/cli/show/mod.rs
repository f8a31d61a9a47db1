//! `presync show`: the objects as presync read them.

mod facts;
mod json;
mod listing;
mod rows;

use std::io::{self, Write};
use std::sync::Arc;

use super::arguments::{Common, Show, ShowFormat};
use super::session::{Packs, fail, nothing_named, packs, settings, standard_output, style};

use crate::finding::{Problem, Severity};
use crate::language::symbols::Symbols;
use crate::run::{Wanted, open, opened};
use crate::snapshot::shape::Mappings;
use crate::snapshot::{Classes, Described, Health, Names, Record, Snapshot};
use crate::source::{FileId, LineIndex, Store};

/// How objects are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A listing for people.
    Listing,
    /// One JSON object a line, with or without the place of each value.
    JsonLines {
        /// Whether each value has its place.
        positions: bool,
    },
}

/// What is needed to show records besides the records.
struct Context<'a> {
    store: &'a Store,
    file: FileId,
    lines: Option<&'a LineIndex>,
    classes: &'a Classes,
    secret: &'a dyn Fn(&str) -> bool,
    block: &'a [u8],
    offset: u64,
}

pub(super) fn run(options: &Show, common: &Common, store: &mut Store) -> io::Result<u8> {
    let settings = match settings(store, common, &options.paths) {
        Ok(settings) => settings,
        Err(problems) => return fail(&problems, store, common),
    };
    if options.paths.is_empty() && settings.sources.is_empty() {
        return fail(&[nothing_named()], store, common);
    }
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return fail(&problems, store, common);
    }
    let (symbols, _) = library.symbols(store, &[], &[]);
    let asked = match options.format {
        ShowFormat::Facts => match facts::Asked::of(store, options, common, &settings) {
            Ok(asked) => Some(asked),
            Err(problems) => return fail(&problems, store, common),
        },
        _ => None,
    };
    let wanted = Wanted {
        sources: vec![options.paths.clone()],
        configured: settings.sources.iter().map(|files| (files.clone(), None)).collect(),
        format: common.input_format.map(Into::into),
        bounds: settings.bounds.clone(),
        ..Wanted::default()
    };
    let files = open(store, &wanted);
    let mut problems = files.problems;
    let mut out = standard_output();
    let shape = match options.format {
        ShowFormat::Human => Shape::Listing,
        ShowFormat::Jsonl | ShowFormat::Rows | ShowFormat::Facts => {
            Shape::JsonLines { positions: options.positions }
        }
    };
    let secret = |name: &str| symbols.is_secret(name);
    let names = every_name(&symbols);
    let mappings = Arc::new(Mappings::of_everything(&library.shapes(), &names));
    let mut not_read = files.not_read;
    let mut known = asked.as_ref().map(|asked| facts::Writer::new(asked, &names));
    for input in &files.inputs {
        let Some(snapshot) = opened(store, input, &names, &mappings, &mut problems) else { continue };
        if input.walked && !snapshot.is_directory(store, &names) {
            not_read.push(store.name(input.file).to_owned());
            continue;
        }
        problems.extend(match (options.format, &mut known) {
            (ShowFormat::Rows, _) => {
                rows::write(store, &snapshot, &options.source, &symbols, &names, &mut out)?
            }
            (ShowFormat::Facts, Some(facts)) => {
                facts.write(store, &snapshot, (&names, &symbols.classes), &mut out)?
            }
            _ => show(store, &snapshot, shape, &symbols.classes, &names, &secret, &mut out)?.0,
        });
    }
    out.flush()?;
    let mut error = io::stderr().lock();
    crate::report::problems(&problems, store, &style(common, &secret), &mut error)?;
    if common.verbose {
        for name in &not_read {
            writeln!(error, "not read: {}", crate::finding::printable(name))?;
        }
    }
    let failed = problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if failed { 2 } else { 0 })
}

/// Every attribute that the packs declare: readers need to know what kind of values each has.
pub(super) fn every_name(symbols: &Symbols) -> Names {
    let mut names = Names::all();
    for attribute in symbols.attributes.values() {
        let described = Described { kind: attribute.kind, single: attribute.single };
        names.add(&attribute.name, described);
    }
    names
}

/// Writes the objects and changes of a file; what is wrong with it is returned, with what the file says of itself.
///
/// # Errors
/// What the operating system says of reading or writing.
pub fn show(
    store: &Store,
    snapshot: &Snapshot,
    shape: Shape,
    classes: &Classes,
    names: &Names,
    secret: &dyn Fn(&str) -> bool,
    out: &mut dyn Write,
) -> io::Result<(Vec<Problem>, Health)> {
    let file = snapshot.file;
    let mut problems = Vec::new();
    let mut health = snapshot.health.clone();
    let mut record = Record::default();
    let mut block = Vec::new();
    let positions = shape == Shape::JsonLines { positions: true };
    let index = if positions { Some(LineIndex::of(store, file)) } else { None };
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, store, &mut block)?;
        let context = Context { store, file, lines: index.as_ref(), classes, secret, block: &block, offset };
        let mut reader = snapshot.reader(part, &block, offset, names);
        while reader.next(&mut record, &mut problems) {
            match shape {
                Shape::Listing => listing::write(&record, &context, out)?,
                Shape::JsonLines { .. } => json::write(&record, &context, out)?,
            }
        }
        health += reader.health();
    }
    problems.extend(health.problems());
    Ok((problems, health))
}

/// The values of a record by attribute: names as first spelled, in file order.
fn grouped<'r>(record: &'r Record, block: &[u8]) -> Vec<(String, Vec<&'r crate::snapshot::Entry>)> {
    let mut groups: Vec<(String, Vec<&crate::snapshot::Entry>)> = Vec::new();
    let mut known: rustc_hash::FxHashMap<Vec<u8>, usize> = rustc_hash::FxHashMap::default();
    // a class that the shape of the object gives stands nowhere in the file
    let written = |entry: &&crate::snapshot::Entry| entry.place.length > 0 || entry.place.added == 0;
    for entry in record.entries().iter().filter(written) {
        let name = record.bytes(block, entry.name);
        let number = *known.entry(name.to_ascii_lowercase()).or_insert_with(|| {
            groups.push((String::from_utf8_lossy(name).into_owned(), Vec::new()));
            groups.len() - 1
        });
        if let Some((_, values)) = groups.get_mut(number) {
            values.push(entry);
        }
    }
    groups
}

/// The class of an object.
fn class_of(record: &Record, context: &Context<'_>) -> String {
    class_name(record, context.block, context.classes)
}

/// The class of an object that was read from a block.
fn class_name(record: &Record, block: &[u8], classes: &Classes) -> String {
    let object_classes: Vec<&[u8]> = record
        .entries()
        .iter()
        .filter(|entry| record.bytes(block, entry.name).eq_ignore_ascii_case(b"objectClass"))
        .map(|entry| record.bytes(block, entry.value))
        .collect();
    classes
        .class_of(&object_classes)
        .map_or(String::new(), |class| String::from_utf8_lossy(class).into_owned())
}
