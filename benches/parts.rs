//! The parts of a check, one by one: reading each format, judging what was read, comparing names, and getting the rules ready.
//! `cargo bench` runs them; `scripts/bench` measures the whole.

// Whatever goes wrong while it is measured may end it; and the command line of the generator is not used here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code)]

#[path = "../examples/generate/directory/mod.rs"]
mod directory;

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use directory::{Export, Format as Written, Style};
use presync::engine::{Scan, Signatures};
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::snapshot::ldif::LdifReader;
use presync::snapshot::shape::Mappings;
use presync::snapshot::value::{Parents, dn};
use presync::snapshot::{Format, Opening, Record, Snapshot};
use presync::source::Store;

/// Objects of the directories that are read.
const OBJECTS: u64 = 2_000;

fn export(format: Written) -> Vec<u8> {
    let mut bytes = Vec::new();
    let export = Export { objects: OBJECTS, seed: 7, faults: 0.001, format, style: Style::Ldapsearch };
    export.write(&mut bytes).unwrap();
    bytes
}

fn rulebook(store: &mut Store) -> Rulebook {
    let files: Vec<_> =
        BUILT_IN.iter().map(|(name, text)| store.text(name, text.as_bytes().to_vec())).collect();
    let packs = files.into_iter().map(|file| load(store, file, true).unwrap()).collect();
    Library::new(packs).compile(store, &["main".to_owned()], &[], &|rule| Some(rule.severity.into()))
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read");
    let formats = [
        (Written::Ldif, Format::Ldif, "ldif"),
        (Written::Csvde, Format::Csv, "csvde"),
        (Written::Jsonl, Format::Json, "jsonl"),
        (Written::Graph, Format::Json, "graph"),
        (Written::Yaml, Format::Yaml, "yaml"),
        (Written::Csexport, Format::Csexport, "csexport"),
    ];
    for (written, format, name) in formats {
        let text = export(written);
        group.throughput(Throughput::Bytes(text.len() as u64));
        let mut store = Store::new();
        let book = rulebook(&mut store);
        let file = store.text(name, text);
        let names = &book.plan.names;
        let mappings = Arc::new(Mappings::new(&book.shapes, names));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                let opening =
                    Opening { store: &store, file, format, names, mappings: &mappings, mapped: None };
                let snapshot = Snapshot::open(&opening, &mut Vec::new()).unwrap();
                let (mut block, mut record, mut count) = (Vec::new(), Record::default(), 0_u64);
                for part in 0..snapshot.parts() {
                    let offset = snapshot.read(part, &store, &mut block).unwrap();
                    let mut reader = snapshot.reader(part, &block, offset, names);
                    while reader.next(&mut record, &mut Vec::new()) {
                        count += 1;
                    }
                }
                assert_eq!(count, OBJECTS);
            });
        });
    }
}

/// Reading LDIF and judging it, by folded rules as always and by the evaluator that they are compared with.
fn judging(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("judge");
    group.throughput(Throughput::Elements(OBJECTS));
    let text = export(Written::Ldif);
    let mut store = Store::new();
    let book = rulebook(&mut store);
    let file = store.text("a.ldif", text.clone());
    let signatures = Signatures::new(&book.plan);
    for (name, by_evaluator) in [("folded", false), ("evaluator", true)] {
        let mut scan = Scan::new(&book.plan, &signatures, 0, 1_767_225_600);
        if by_evaluator {
            scan = scan.by_evaluator();
        }
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut reader = LdifReader::new(&text, file, 0, &book.plan.names);
                let mut record = Record::default();
                while reader.next(&mut record, &mut Vec::new()) {
                    scan.record(&record, &text, 0, file, "a.ldif");
                }
                black_box(scan.take())
            });
        });
    }
}

fn names(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("name");
    let names: Vec<String> = (0..1_000)
        .map(|number| format!("CN=Anna Müller {number},OU=Staff {},DC=contoso,DC=com", number % 20))
        .collect();
    group.throughput(Throughput::Elements(names.len() as u64));
    let mut key = Vec::new();
    group.bench_function("each on its own", |bencher| {
        bencher.iter(|| {
            for name in &names {
                key.clear();
                assert!(dn::normalize_into(black_box(name).as_bytes(), &mut key));
            }
        });
    });
    let mut parents = Parents::default();
    group.bench_function("by parents", |bencher| {
        bencher.iter(|| {
            for name in &names {
                key.clear();
                assert!(parents.normalize_into(black_box(name).as_bytes(), &mut key));
            }
        });
    });
}

fn rules(criterion: &mut Criterion) {
    criterion.bench_function("rules/read and checked", |bencher| {
        bencher.iter(|| rulebook(&mut Store::new()));
    });
}

criterion_group! {
    name = parts;
    config = Criterion::default().measurement_time(Duration::from_secs(3)).sample_size(20);
    targets = reading, judging, names, rules
}
criterion_main!(parts);
