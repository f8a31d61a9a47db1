//! Any bytes as a file of csexport: the reader ends, values lie in the file, and their places decode to them.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use presync::snapshot::shape::Mappings;
use presync::snapshot::{Format, Names, Opening, Record, Snapshot};
use presync::source::{Store, decode};

fuzz_target!(|bytes: &[u8]| {
    let mut store = Store::new();
    let file = store.text("fuzz", bytes.to_vec());
    let names = Names::all();
    let mappings = Arc::new(Mappings::default());
    let format = Format::Csexport;
    let opening = Opening { store: &store, file, format, names: &names, mappings: &mappings, mapped: None };
    let mut problems = Vec::new();
    let snapshot = Snapshot::open(&opening, &mut problems).unwrap();
    let (mut block, mut record) = (Vec::new(), Record::default());
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, &store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut problems) {
            assert!(record.start < record.end && record.end <= block.len());
            for entry in record.entries() {
                let start = entry.place.start as usize;
                let raw = block.get(start..start + entry.place.length as usize).unwrap();
                assert_eq!(decode(raw, entry.place.form).0, record.bytes(&block, entry.value));
            }
        }
    }
    for location in problems.iter().filter_map(|problem| problem.location) {
        assert!(location.span.end() <= bytes.len() as u64);
    }
});
