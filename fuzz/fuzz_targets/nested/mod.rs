//! Reading a file of nested values in every way.

use std::sync::Arc;

use presync::snapshot::shape::{Mapping, Mappings, Path, Shape};
use presync::snapshot::{Format, Mapped, Names, Opening, Record, Snapshot};
use presync::source::{Store, decode};

/// Reads a file without a mapping, and with some.
pub fn read(bytes: &[u8], format: Format) {
    read_with(bytes, format, None);
    for path in ["a.*", "a.**", "[*]", "objects[x=1]"] {
        let mapping = Arc::new(Mapping::new(&Shape::default(), &Names::all()));
        let objects: Option<Path> = path.parse().ok();
        read_with(bytes, format, Some(&Mapped { objects, mapping }));
    }
}

fn read_with(bytes: &[u8], format: Format, mapped: Option<&Mapped>) {
    let mut store = Store::new();
    let file = store.text("fuzz", bytes.to_vec());
    let names = Names::all();
    let mappings: Arc<Mappings> = Arc::default();
    let mut problems = Vec::new();
    let opening = Opening { store: &store, file, format, names: &names, mappings: &mappings, mapped };
    let snapshot = Snapshot::open(&opening, &mut problems).unwrap();
    let mut block = Vec::new();
    let mut record = Record::default();
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, &store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut problems) {
            for entry in record.entries() {
                let start = entry.place.start as usize;
                let raw = block.get(start..start + entry.place.length as usize).unwrap();
                let _ = decode(raw, entry.place.form);
            }
            if mapped.is_none() {
                let length = record.end - record.start;
                let place = (offset + record.start as u64, length);
                let (mut again, mut own) = (Record::default(), Vec::new());
                assert!(snapshot.again(&store, &names, place, &mut again, &mut own));
                assert_eq!(again.entries().len(), record.entries().len());
            }
        }
    }
    for problem in &problems {
        let span = problem.location.unwrap().span;
        assert!(span.end() <= store.start(file) + store.length(file).max(1), "{problem:?}");
    }
}
