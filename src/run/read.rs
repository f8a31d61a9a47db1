//! Reading all files in parallel, block by block.

use rayon::prelude::*;

use super::files::Files;
use crate::engine::{Directory, Partial, Scan, Signatures};
use crate::finding::{Problem, Severity};
use crate::language::plan::Plan;
use crate::snapshot::ldif::{Blocks, Health, LdifReader, Requested};
use crate::snapshot::{Change, Kind, Record};
use crate::source::{FileId, Location, Store};

/// About how many bytes one task reads.
const STRIDE: u64 = 1 << 20;
/// How many problems of one file are kept; whoever has more has the wrong file.
const PROBLEMS: usize = 10_000;

/// What reading gave.
#[derive(Debug, Default)]
pub struct Reading {
    /// What the scan found, in file order.
    pub(super) partial: Partial,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
    /// The first record of each file, with the file and its source.
    files: Vec<(u32, FileId, u16)>,
    health: Vec<(u16, Health)>,
    counts: rustc_hash::FxHashMap<u32, u64>,
}

/// One block of one file.
struct Task {
    file: FileId,
    source: u16,
    number: u64,
}

/// What one block gave.
struct Part {
    partial: Partial,
    problems: Vec<Problem>,
    health: Health,
}

/// Reads all files.
pub(super) fn all(
    store: &Store,
    files: &Files,
    plan: &Plan,
    signatures: &Signatures<'_>,
    now: i64,
) -> Reading {
    let mut reading = Reading { problems: files.problems.clone(), ..Reading::default() };
    for input in &files.inputs {
        let count = Blocks::new(store, input.file, STRIDE).count();
        let tasks: Vec<Task> =
            (0..count).map(|number| Task { file: input.file, source: input.source, number }).collect();
        let parts: Vec<Part> = tasks
            .par_iter()
            .map_init(Buffers::default, |buffers, task| scan(store, task, plan, signatures, now, buffers))
            .collect();
        reading.add(input.file, input.source, parts, store);
    }
    reading
}

/// Memory that one thread uses again and again.
#[derive(Default)]
struct Buffers {
    block: Vec<u8>,
    record: Record,
}

fn scan(
    store: &Store,
    task: &Task,
    plan: &Plan,
    signatures: &Signatures<'_>,
    now: i64,
    buffers: &mut Buffers,
) -> Part {
    let mut problems = Vec::new();
    let mut scan = Scan::new(plan, signatures, task.source, now);
    let blocks = Blocks::new(store, task.file, STRIDE);
    let offset = match blocks.read(task.number, &mut buffers.block) {
        Ok(offset) => offset,
        Err(error) => {
            problems.push(unreadable(store, task.file, task.number * STRIDE, &error));
            return Part { partial: scan.finish(), problems, health: Health::default() };
        }
    };
    let name = store.name(task.file);
    let mut reader = LdifReader::new(&buffers.block, task.file, offset, &plan.names);
    while reader.next(&mut buffers.record, &mut problems) {
        if matches!(buffers.record.kind, Kind::Content | Kind::Change(Change::Add)) {
            scan.record(&buffers.record, &buffers.block, offset, task.file, name);
        }
        problems.truncate(PROBLEMS);
    }
    Part { health: reader.health(), partial: scan.finish(), problems }
}

fn unreadable(store: &Store, file: FileId, offset: u64, error: &std::io::Error) -> Problem {
    let name = store.name(file);
    if error.kind() == std::io::ErrorKind::FileTooLarge {
        return Problem::error("record-too-large", format!("a record of `{name}` is larger than 512 MB"))
            .at(Location::new(file, offset, 0))
            .help("an empty line may be missing between the objects");
    }
    Problem::error("source-unreadable", format!("cannot read `{name}`: {error}"))
}

impl Reading {
    fn add(&mut self, file: FileId, source: u16, parts: Vec<Part>, store: &Store) {
        let first = u32::try_from(self.partial.rows.len()).unwrap_or(u32::MAX);
        self.files.push((first, file, source));
        let mut health = Health::default();
        let mut problems = Vec::new();
        for part in parts {
            for (signature, count) in &part.partial.counts {
                *self.counts.entry(*signature).or_default() += count;
            }
            self.partial.append(part.partial);
            problems.extend(part.problems);
            health += part.health;
        }
        problems.truncate(PROBLEMS);
        problems.extend(health.problems());
        let name = store.name(file);
        if health.objects == 0 && !problems.iter().any(|problem| problem.severity == Severity::Error) {
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
        self.health.push((source, health));
    }

    /// The file and source of a record.
    pub(super) fn file_of(&self, record: u32) -> Option<FileId> {
        let behind = self.files.partition_point(|(first, _, _)| *first <= record);
        // files without records share their first number with the next one
        self.files.get(behind.checked_sub(1)?).map(|(_, file, _)| *file)
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
