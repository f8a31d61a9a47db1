//! Any bytes: the reader ends, values lie in the file, and each row can be read again.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use presync::snapshot::{Format, Names, Opening, Record, Snapshot};
use presync::source::{Store, decode};

fuzz_target!(|bytes: &[u8]| {
    let mut store = Store::new();
    let file = store.text("fuzz", bytes.to_vec());
    let names = Names::all();
    let mappings = Arc::default();
    let opening =
        Opening { store: &store, file, format: Format::Csv, names: &names, mappings: &mappings, mapped: None };
    let snapshot = Snapshot::open(&opening, &mut Vec::new()).unwrap();
    let (mut block, mut record) = (Vec::new(), Record::default());
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, &store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut Vec::new()) {
            for entry in record.entries() {
                let start = entry.place.start as usize;
                let raw = &block[start..start + entry.place.length as usize];
                assert_eq!(decode(raw, entry.place.form).0, record.bytes(&block, entry.value));
            }
            let length = record.end - record.start;
            let place = (offset + record.start as u64, length);
            let (mut again, mut own) = (Record::default(), Vec::new());
            assert!(snapshot.again(&store, &names, place, &mut again, &mut own));
            assert_eq!(again.entries().len(), record.entries().len());
        }
    }
});
