//! Any bytes: the reader ends, values lie in the file, and blocks give what the whole gives.

#![no_main]

use libfuzzer_sys::fuzz_target;
use presync::snapshot::ldif::{Blocks, LdifReader};
use presync::snapshot::{Names, Record};
use presync::source::Store;

fuzz_target!(|bytes: &[u8]| {
    let mut store = Store::new();
    let file = store.text("fuzz", bytes.to_vec());
    let names = Names::all();
    let start = store.start(file);
    let whole = bytes.get(start as usize..).unwrap_or_default();
    let read = |block: &[u8], offset: u64, seen: &mut Vec<(u64, usize)>| {
        let mut record = Record::default();
        let mut reader = LdifReader::new(block, file, offset, &names);
        while reader.next(&mut record, &mut Vec::new()) {
            seen.push((offset + record.start as u64, record.entries().len()));
            for entry in record.entries() {
                let end = entry.place.start as usize + entry.place.length as usize;
                assert!(end <= block.len());
            }
        }
    };
    let mut at_once = Vec::new();
    read(whole, start, &mut at_once);
    let blocks = Blocks::new(&store, file, 64);
    let mut in_blocks = Vec::new();
    let mut block = Vec::new();
    for number in 0..blocks.count() {
        let offset = blocks.read(number, &mut block).unwrap();
        read(&block, offset, &mut in_blocks);
    }
    assert_eq!(at_once, in_blocks);
});
