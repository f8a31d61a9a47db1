//! Any object that is written as JSON or YAML is read back, each value stands where it is said to stand, and no text makes
//! the readers fail.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

#[path = "common/nested.rs"]
mod nested;

use std::sync::Arc;

use nested::{Values, json, objects, style, wanted_of, yaml};
use presync::finding::Problem;
use presync::snapshot::shape::Mappings;
use presync::snapshot::{Format, Names, Opening, Record, Snapshot};
use presync::source::{Store, decode};
use proptest::prelude::*;

/// What is read of a text: the objects, each with its values, and the problems. Each place, decoded, must be the value.
fn read(bytes: &[u8], format: Format) -> (Vec<(String, Values)>, Vec<Problem>) {
    let mut store = Store::new();
    let file = store.text("t", bytes.to_vec());
    let names = Names::all();
    let mappings: Arc<Mappings> = Arc::default();
    let mut problems = Vec::new();
    let opening = Opening { store: &store, file, format, names: &names, mappings: &mappings, mapped: None };
    let snapshot = Snapshot::open(&opening, &mut problems).unwrap();
    let mut objects = Vec::new();
    let mut block = Vec::new();
    let mut record = Record::default();
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, &store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut problems) {
            let string = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let one = |record: &Record, block: &[u8]| {
                let values = record.entries().iter().map(|entry| {
                    let name = record.bytes(block, entry.name);
                    (string(name), string(record.bytes(block, entry.value)))
                });
                (string(record.bytes(block, record.dn)), values.collect::<Values>())
            };
            for (number, entry) in record.entries().iter().enumerate() {
                if record.elsewhere.iter().any(|elsewhere| elsewhere.entry as usize == number) {
                    continue;
                }
                let start = entry.place.start as usize;
                let raw = &block[start..start + entry.place.length as usize];
                if !record.damaged && std::str::from_utf8(raw).is_ok() {
                    let (decoded, _) = decode(raw, entry.place.form);
                    let value = record.bytes(&block, entry.value);
                    assert_eq!(string(&decoded), string(value), "{:?} {:?}", entry.place, string(raw));
                }
            }
            let found = one(&record, &block);
            // the same when it is read again, alone
            let length = record.end - record.start;
            let place = (offset + record.start as u64, length);
            let (mut record, mut block) = (Record::default(), Vec::new());
            assert!(snapshot.again(&store, &names, place, &mut record, &mut block));
            assert_eq!(one(&record, &block), found);
            objects.push(found);
        }
    }
    (objects, problems)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_as_json_is_read_back(objects in objects(), mut style in style()) {
        let text = json::file(&objects, &mut style);
        let (found, problems) = read(text.as_bytes(), Format::Json);
        prop_assert_eq!(problems, Vec::new(), "{}", text);
        let wanted: Vec<_> = objects.iter().enumerate().map(|(number, object)| wanted_of(number, object)).collect();
        prop_assert_eq!(found, wanted, "{}", text);
    }

    #[test]
    fn what_is_written_as_yaml_is_read_back(objects in objects(), mut style in style(), crlf: bool) {
        let text = yaml::file(&objects, &mut style);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        let (found, problems) = read(text.as_bytes(), Format::Yaml);
        prop_assert_eq!(problems, Vec::new(), "{}", text);
        let wanted: Vec<_> = objects
            .iter()
            .enumerate()
            .map(|(number, object)| (format!("CN{number}"), wanted_of(number, object).1))
            .collect();
        prop_assert_eq!(found, wanted, "{}", text);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&bytes, Format::Json);
        read(&bytes, Format::Yaml);
    }

    #[test]
    fn any_soup_is_read_to_its_end(
        parts in prop::collection::vec(
            prop::sample::select(&["{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"dn\"", "\n", " ", "- ", "dn: x", "a:", "&a ", "*a", "<<: ", "|\n",
                ">-\n  x", "? ", "'", "---\n", "...\n", "#", "1", "null", "\\", "\\u00e9", "\\ud800", "é", "\t", "!!str ", "%TAG ! x\n", "\r\n",
                "\"value\":[", "\"objects\":[", "objects:\n", "{\"dn\":\"x\"}", "\u{FEFF}", "x: &b [*b]", "//"][..]),
            0..40,
        ),
    ) {
        let text = parts.concat();
        read(text.as_bytes(), Format::Json);
        read(text.as_bytes(), Format::Yaml);
    }

    #[test]
    fn a_fault_in_one_line_hides_no_other(objects in objects(), mut style in style(), cut in any::<prop::sample::Index>()) {
        let lines: Vec<String> = objects.iter().map(|object| {
            let mut out = String::new();
            json::object(object, &mut style, &mut out);
            out.replace(['\n', '\r', '\t'], " ")
        }).collect();
        let broken = &lines[0];
        let end = (0..=cut.index(broken.len())).rev().find(|end| broken.is_char_boundary(*end)).unwrap();
        let text = format!("{{\"dn\": \"A\"}}\n{}\n{{\"dn\": \"B\"}}\n{{\"dn\": \"C\"}}\n", &broken[..end]);
        let (found, _) = read(text.as_bytes(), Format::Json);
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).filter(|name| ["A", "B", "C"].contains(name)).collect();
        prop_assert!(names.starts_with(&["A"]) && names.ends_with(&["C"]), "{:?} {}", names, text);
    }
}
