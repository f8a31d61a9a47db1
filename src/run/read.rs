//! Reading all files in parallel, part by part.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::files::{Files, Input};
use super::in_order::in_order;
use super::seen::Seen;
use super::{Overlay, TENANT, global_catalog, whole};
use crate::engine::{Directory, Partial, Scan, Signatures};
use crate::finding::{Problem, Severity, printable};
use crate::language::plan::Plan;
use crate::pack::Rulebook;
use crate::snapshot::shape::{FileMapping, Mappings};
use crate::snapshot::{Change, Health, Kind, Mapped, Names, Opening, Record, Requested, Snapshot};
use crate::source::{FileId, Location, Store};

/// How many problems of one file are kept; whoever has more has the wrong file.
pub(super) const PROBLEMS: usize = 10_000;

/// How many bytes the files have together that are read side by side.
const BATCH: u64 = 1 << 22;

/// What reading gave.
#[derive(Debug, Default)]
pub struct Reading {
    /// What the scan found, in file order.
    pub(super) partial: Partial,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
    /// The first record of each file, with the file.
    files: Vec<(u32, Snapshot)>,
    /// Files in folders that are no directories.
    pub(super) not_read: Vec<String>,
    health: Vec<(u16, Health)>,
    /// The number of objects that each mapping led to, file by file.
    mapped: Vec<(Arc<FileMapping>, u64)>,
    counts: FxHashMap<u32, u64>,
}

/// What some parts of a file gave, or all of them.
struct Part<T> {
    partial: Partial,
    taken: Vec<T>,
    problems: Vec<Problem>,
    health: Health,
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        let (partial, health) = (Partial::default(), Health::default());
        Self { partial, taken: Vec::new(), problems: Vec::new(), health }
    }
}

impl<T> Part<T> {
    /// Adds what the parts behind these gave.
    fn append(&mut self, later: Self) {
        self.partial.append(later.partial);
        self.taken.extend(later.taken);
        self.problems.extend(later.problems);
        self.problems.truncate(PROBLEMS);
        self.health += later.health;
    }
}

/// What reading needs to know.
struct Terms<'t, 'p> {
    store: &'t Store,
    plan: &'p Plan,
    signatures: &'t Signatures<'p>,
    now: i64,
    overlay: &'t Overlay,
}

/// Reads all files, as if the changes of an overlay had been made. `take` makes something of the objects that are wanted
/// beside, in file order.
pub(super) fn all<'p, T: Send>(
    store: &Store,
    files: &Files,
    book: &'p Rulebook,
    (signatures, now, overlay): (&Signatures<'p>, i64, &Overlay),
    take: &(impl Fn(&Seen<'_>) -> Option<T> + Sync),
) -> (Reading, Vec<T>) {
    let plan = &book.plan;
    let mut all = Vec::new();
    let mut reading = Reading { problems: files.problems.clone(), ..Reading::default() };
    let mappings = Arc::new(Mappings::new(&book.shapes, &plan.names));
    let terms = Terms { store, plan, signatures, now, overlay };
    for batch in batches(&files.inputs, store) {
        let opened: Vec<(Vec<Problem>, Option<Opened<T>>)> = batch
            .par_iter()
            .map_init(Thread::default, |thread, input| open(&terms, input, &mappings, thread, take))
            .collect();
        for (input, (problems, opened)) in batch.iter().zip(opened) {
            reading.problems.extend(problems);
            let Some(Opened { snapshot, parts }) = opened else { continue };
            let Some(mut parts) = parts else {
                reading.not_read.push(store.name(input.file).to_owned());
                continue;
            };
            all.append(&mut parts.taken);
            let is_tenant = plan.sources.get(usize::from(input.source)).is_some_and(|name| name == TENANT);
            reading.add(snapshot, input, is_tenant, parts, store);
        }
    }
    let whole = whole::problems(&reading.mapped, &reading.health);
    reading.problems.extend(whole);
    (reading, all)
}

/// A file, and what its parts gave; none if it was found in a folder and is no directory.
struct Opened<T> {
    snapshot: Snapshot,
    parts: Option<Part<T>>,
}

/// Files that are read side by side: many small ones, and a large one with nothing beside it.
fn batches<'f>(inputs: &'f [Input], store: &Store) -> impl Iterator<Item = &'f [Input]> {
    let mut rest = inputs;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fits = |input: &&Input| {
            bytes += store.length(input.file);
            bytes <= BATCH
        };
        let count = rest.iter().take_while(fits).count().max(1).min(rest.len());
        let (batch, behind) = rest.split_at_checked(count)?;
        rest = behind;
        (!batch.is_empty()).then_some(batch)
    })
}

/// Opens a file and reads its parts, in parallel where there are several. What is wrong with it as a whole comes first.
fn open<'t, 'p, T: Send>(
    terms: &Terms<'t, 'p>,
    input: &Input,
    mappings: &Arc<Mappings>,
    thread: &mut Thread<'t, 'p>,
    take: &(impl Fn(&Seen<'_>) -> Option<T> + Sync),
) -> (Vec<Problem>, Option<Opened<T>>) {
    let mut problems = Vec::new();
    let names = &terms.plan.names;
    let Some(snapshot) = opened(terms.store, input, names, mappings, &mut problems) else {
        return (problems, None);
    };
    if input.walked && !snapshot.is_directory(terms.store, names) {
        return (problems, Some(Opened { snapshot, parts: None }));
    }
    let parts = match snapshot.parts() {
        1 => scan(terms, &snapshot, (0..1, input.source), thread, take),
        count => {
            let (together, mut all) = (together(count), None);
            let work = |thread: &mut Thread<'t, 'p>, number: u64| {
                let numbers = number * together..((number + 1) * together).min(count);
                scan(terms, &snapshot, (numbers, input.source), thread, take)
            };
            in_order(count.div_ceil(together), Thread::default, work, |part: Part<T>| match &mut all {
                None => all = Some(part),
                Some(all) => all.append(part),
            });
            all.unwrap_or_default()
        }
    };
    (problems, Some(Opened { snapshot, parts: Some(parts) }))
}

/// How many parts of a file are scanned one after the other: enough of them to be worth an account of their own, few enough
/// for all threads to end at about the same time.
fn together(parts: u64) -> u64 {
    (parts / (rayon::current_num_threads() as u64 * 64)).clamp(1, 16)
}

/// Opens a file as a snapshot; what is wrong with it is added to `problems`.
pub fn opened(
    store: &Store,
    input: &Input,
    names: &Names,
    mappings: &Arc<Mappings>,
    problems: &mut Vec<Problem>,
) -> Option<Snapshot> {
    let mapped = input.mapping.as_ref().map(|mapping| Mapped {
        objects: mapping.objects.clone(),
        mapping: mappings.of_file(mapping, names),
    });
    let opening =
        Opening { store, file: input.file, format: input.format, names, mappings, mapped: mapped.as_ref() };
    let opened = Snapshot::open(&opening, problems);
    opened.map_err(|error| problems.push(unreadable(store, input.file, 0, &error))).ok()
}

/// Memory that one thread uses again and again.
#[derive(Default)]
pub(super) struct Buffers {
    block: Vec<u8>,
    record: Record,
}

/// What one thread needs for part after part.
#[derive(Default)]
struct Thread<'t, 'p> {
    buffers: Buffers,
    /// By the number of the source.
    scans: FxHashMap<u16, Scan<'t, 'p>>,
}

/// Scans parts of a file that follow each other.
fn scan<'t, 'p, T>(
    terms: &Terms<'t, 'p>,
    snapshot: &Snapshot,
    (numbers, source): (Range<u64>, u16),
    Thread { buffers, scans }: &mut Thread<'t, 'p>,
    take: &impl Fn(&Seen<'_>) -> Option<T>,
) -> Part<T> {
    let (plan, file) = (terms.plan, snapshot.file);
    let name = terms.store.name(file);
    let scan = scans.entry(source).or_insert_with(|| Scan::new(plan, terms.signatures, source, terms.now));
    let (mut taken, mut problems, mut health) = (Vec::new(), Vec::new(), Health::default());
    for number in numbers {
        let (wrong, said) =
            part(terms.store, snapshot, number, &plan.names, buffers, |record, block, offset| {
                if terms.overlay.touches((file, offset + record.start as u64)) {
                    scan.exported(record);
                    terms.overlay.apply(record, (file, offset), &plan.names);
                }
                scan.record(record, block, offset, file, name);
                let seen = Seen::new(record, block, (source, file, offset), &plan.names, &plan.classes);
                taken.extend(take(&seen));
            });
        problems.extend(wrong);
        problems.truncate(PROBLEMS);
        health += said;
    }
    Part { partial: scan.take(), taken, problems, health }
}

/// Shows the objects in one part of a file, each with its block and where that begins.
pub(super) fn part(
    store: &Store,
    snapshot: &Snapshot,
    number: u64,
    names: &Names,
    Buffers { block, record }: &mut Buffers,
    mut each: impl FnMut(&mut Record, &[u8], u64),
) -> (Vec<Problem>, Health) {
    let offset = match snapshot.read(number, store, block) {
        Ok(offset) => offset,
        // a disk that fails is told of once, by whoever reads all parts
        Err(error) if error.kind() != std::io::ErrorKind::FileTooLarge => {
            return (Vec::new(), Health::default());
        }
        Err(error) => {
            let problem = unreadable(store, snapshot.file, snapshot.start(number), &error);
            return (vec![problem], Health::default());
        }
    };
    if snapshot.parts() > 1 {
        store.count_lines(snapshot.file, offset, block);
    }
    store.watch().read(snapshot.file, block);
    let mut problems = Vec::new();
    let mut reader = snapshot.reader(number, block, offset, names);
    while reader.next(record, &mut problems) {
        let large = record.remove_large(block, names).into_iter();
        problems.extend(large.map(|(name, place)| too_large(&name, place.located(snapshot.file, offset))));
        if matches!(record.kind, Kind::Content | Kind::Change(Change::Add)) {
            each(record, block, offset);
        }
        problems.truncate(PROBLEMS);
    }
    (problems, reader.health())
}

/// What is said of a value that is not read.
fn too_large(attribute: &str, place: Location) -> Problem {
    let message = format!("a value of `{}` is larger than 16 MB", printable(attribute));
    let begin = Location::new(place.file, place.span.offset, 0);
    let help = "no directory server takes such a value: a quote or a line end may be missing";
    Problem::error("value-too-large", message).at(begin).label("begins here").help(help)
}

/// What is said of a part of a file that cannot be read.
fn unreadable(store: &Store, file: FileId, offset: u64, error: &std::io::Error) -> Problem {
    let name = store.name(file);
    if error.kind() == std::io::ErrorKind::FileTooLarge {
        return Problem::error("record-too-large", format!("a record of `{name}` is larger than 512 MB"))
            .at(Location::new(file, offset, 0))
            .help("an empty line may be missing between the objects");
    }
    failed(store, file, &error.to_string())
}

/// What is said of a file of which a part could not be read.
#[must_use]
pub fn failed(store: &Store, file: FileId, error: &str) -> Problem {
    let message = format!("cannot read `{}`: {error}", store.name(file));
    let help = "what stands there was not judged, and the lines behind it are counted without it: copy the file to another disk, and check the copy";
    Problem::error("source-unreadable", message).help(help)
}

impl Reading {
    fn add<T>(
        &mut self,
        mut snapshot: Snapshot,
        input: &Input,
        is_tenant: bool,
        parts: Part<T>,
        store: &Store,
    ) {
        let first = u32::try_from(self.partial.rows.len()).unwrap_or(u32::MAX);
        let mut health = std::mem::take(&mut snapshot.health);
        let name = store.name(snapshot.file);
        for (signature, count) in &parts.partial.counts {
            *self.counts.entry(*signature).or_default() += count;
        }
        if first == 0 {
            let before = std::mem::replace(&mut self.partial, parts.partial);
            self.partial.append(before);
        } else {
            self.partial.append(parts.partial);
        }
        let mut problems = parts.problems;
        problems.extend(store.failure(snapshot.file).map(|error| failed(store, snapshot.file, error)));
        health += parts.health;
        problems.extend(health.problems());
        problems.extend(global_catalog::problem(&snapshot, &health, store));
        // of the files of a mapping some may have nothing to say
        self.mapped.extend(input.mapping.iter().map(|mapping| (Arc::clone(mapping), health.objects)));
        let empty = health.objects == 0 && health.parameters == 0 && input.mapping.is_none();
        if health.parameters > 0 && !is_tenant {
            let message = format!("`{name}` tells of a tenant, which nobody asks for here");
            let problem = Problem::warning("tenant-answer-misplaced", message);
            problems.push(problem.help("give it with `--tenant`, not as objects"));
        }
        let file = snapshot.file;
        let opening =
            self.problems.iter().filter(|problem| problem.location.is_some_and(|at| at.file == file));
        if empty && !problems.iter().chain(opening).any(|problem| problem.severity == Severity::Error) {
            let only = if health.changes > 0 { ", only changes" } else { "" };
            let problem = Problem::error("source-no-objects", format!("`{name}` holds no objects{only}"));
            problems.push(
                problem.help("export the objects themselves; check the filter and the base of the export"),
            );
        }
        if let Some(location) = health.first_change {
            let message = match health.changes {
                1 => format!("a change record in `{name}` is shown, not judged"),
                count => format!("{count} change records in `{name}` are shown, not judged"),
            };
            problems.push(Problem::info("changes-not-judged", message).at(location).label("the first one"));
        }
        self.problems.extend(problems);
        self.health.push((input.source, health));
        self.files.push((first, snapshot));
    }

    /// The file of a record.
    pub(super) fn file_of(&self, record: u32) -> Option<&Snapshot> {
        let behind = self.files.partition_point(|(first, _)| *first <= record);
        // files without records share their first number with the next one
        self.files.get(behind.checked_sub(1)?).map(|(_, snapshot)| snapshot)
    }

    /// The records that stand at some places, in order.
    pub(super) fn records_at(&self, places: &FxHashSet<(FileId, u64)>, directory: &Directory) -> Vec<u32> {
        let mut records = Vec::new();
        for (number, (first, snapshot)) in self.files.iter().enumerate() {
            let end = self.files.get(number + 1).map_or(directory.rows.len(), |(next, _)| *next as usize);
            let rows = directory.rows.get(*first as usize..end).unwrap_or_default();
            let meant = (*first..).zip(rows).filter(|(_, row)| places.contains(&(snapshot.file, row.offset)));
            records.extend(meant.map(|(record, _)| record));
        }
        records
    }

    /// Whether a source was asked for an attribute; none if its files do not say.
    pub(super) fn was_requested(&self, source: u16, name: &str) -> Option<bool> {
        let mut said = None;
        for requested in
            self.health.iter().filter(|(of, _)| *of == source).flat_map(|(_, health)| &health.requested)
        {
            match requested {
                Requested::All => {}
                Requested::Names(names) => {
                    let named = names.iter().any(|known| known.eq_ignore_ascii_case(name));
                    said = Some(said.unwrap_or(false) || named);
                }
            }
        }
        said
    }

    /// Whether a source has pages of a collection of Microsoft Graph, whose name is in lower case, even of no objects.
    pub(super) fn has_page(&self, source: u16, collection: &str) -> bool {
        let healths = self.health.iter().filter(|(of, _)| *of == source);
        let mut pages = healths.flat_map(|(_, health)| &health.pages);
        pages.any(|page| page.collection.eq_ignore_ascii_case(collection))
    }

    /// The number of files that were read.
    pub(super) fn files(&self) -> u64 {
        self.files.len() as u64
    }

    /// The number of objects of a signature.
    pub(super) fn count(&self, signature: u32) -> u64 {
        self.counts.get(&signature).copied().unwrap_or(0)
    }

    /// Change records that were not judged.
    pub(super) fn changes(&self) -> u64 {
        self.health.iter().map(|(_, health)| health.changes).sum()
    }

    /// Objects by class, the largest class first.
    pub(super) fn objects(&self, directory: &Directory) -> Vec<(String, u64)> {
        let mut objects: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
        for signature in directory.signatures.iter().filter(|signature| signature.source == 0) {
            *objects.entry(signature.class.clone()).or_default() += self.count(signature.number);
        }
        let mut objects: Vec<(String, u64)> = objects.into_iter().collect();
        objects.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        objects
    }
}
