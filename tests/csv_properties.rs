//! Any table that is written is read back, and every value stands where it is said to stand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::sync::Arc;

use presync::finding::Problem;
use presync::snapshot::shape::{Mapping, Shape};
use presync::snapshot::{Format, Mapped, Names, Opening, Record, Snapshot};
use presync::source::{FileId, Store, decode};
use proptest::prelude::*;

/// What a row says: its name, and its values by attribute.
type Row = (Vec<u8>, Vec<(String, Vec<u8>)>);

/// Reads a table, part by part and then each row again; checks that every place, decoded, is the value.
fn read(store: &Store, file: FileId, mapped: Option<&Mapped>) -> (Vec<Row>, Vec<&'static str>) {
    let names = Names::all();
    let mut problems: Vec<Problem> = Vec::new();
    let mappings = Arc::default();
    let opening = Opening { store, file, format: Format::Csv, names: &names, mappings: &mappings, mapped };
    let snapshot = Snapshot::open(&opening, &mut problems).unwrap();
    let (mut rows, mut block, mut record) = (Vec::new(), Vec::new(), Record::default());
    let mut end = 0;
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut problems) {
            let row = row(&record, &block);
            let start = offset + record.start as u64;
            assert!(end <= start && record.start < record.end && record.end <= block.len());
            end = offset + record.end as u64;
            let length = record.end - record.start;
            let (mut again, mut own) = (Record::default(), Vec::new());
            assert!(snapshot.again(store, &names, (start, length), &mut again, &mut own));
            assert_eq!(self::row(&again, &own), row);
            rows.push(row);
        }
    }
    (rows, problems.iter().map(|problem| problem.code).collect())
}

fn row(record: &Record, block: &[u8]) -> Row {
    let mut values = Vec::new();
    for entry in record.entries() {
        let value = record.bytes(block, entry.value);
        let start = entry.place.start as usize;
        let raw = &block[start..start + entry.place.length as usize];
        let (decoded, map) = decode(raw, entry.place.form);
        assert_eq!(decoded, value);
        for range in map.raw_ranges(&(0..value.len())) {
            assert!(range.end <= raw.len());
        }
        let name = String::from_utf8(record.bytes(block, entry.name).to_vec()).unwrap();
        values.push((name, value.to_vec()));
    }
    (record.bytes(block, record.dn).to_vec(), values)
}

#[derive(Debug, Clone)]
struct Cell {
    text: String,
    quoted: bool,
}

fn cell() -> impl Strategy<Value = Cell> {
    let text = prop_oneof!["[a-zé🙂]{0,6}", "[ -~]{0,12}", "[a,;|\t\"\r\n' ]{0,8}"];
    (text, any::<bool>()).prop_map(|(text, quoted)| Cell { text, quoted })
}

fn write(cell: &Cell, delimiter: char, into: &mut String) {
    let special = |c: char| c == delimiter || matches!(c, '\n' | '\r');
    if cell.quoted || cell.text.starts_with('"') || cell.text.contains(special) {
        into.push('"');
        into.push_str(&cell.text.replace('"', "\"\""));
        into.push('"');
    } else {
        into.push_str(&cell.text);
    }
}

/// The first column is the name.
fn mapped() -> Mapped {
    let shape = Shape { name: presync::snapshot::shape::Texts::One("c0".to_owned()), ..Shape::default() };
    Mapped { objects: None, mapping: Arc::new(Mapping::new(&shape, &Names::all())) }
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        rows in prop::collection::vec(prop::collection::vec(cell(), 4), 0..8),
        delimiter in prop::sample::select(&[',', ';', '\t', '|'][..]),
        end in prop::sample::select(&["\n", "\r\n", "\r"][..]),
        head in prop::sample::select(&["", "#TYPE A.B\n", "# c\n\n", "\u{feff}"][..]),
        quoted: bool,
        last: bool,
    ) {
        let mut text = head.replace('\n', end);
        for number in 0..4 {
            let name = Cell { text: format!("c{number}"), quoted };
            write(&name, delimiter, &mut text);
            text += &if number < 3 { delimiter.to_string() } else { end.to_owned() };
        }
        let whole = rows.len();
        for (number, row) in rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                // a file whose lines end with CR holds no LF
                let text_of = if end == "\r" { cell.text.replace('\n', " ") } else { cell.text.clone() };
                let cell = Cell { text: text_of, quoted: cell.quoted };
                write(&cell, delimiter, &mut text);
                if column < 3 {
                    text.push(delimiter);
                }
            }
            if last || number + 1 < whole {
                text.push_str(end);
            }
        }
        let mut store = Store::new();
        let file = store.text("t.csv", text.clone().into_bytes());
        let (got, codes) = read(&store, file, Some(&mapped()));
        prop_assert_eq!(codes, Vec::<&str>::new(), "{:?}", text);
        let wanted: Vec<Row> = rows
            .iter()
            .map(|row| {
                let text = |cell: &Cell| {
                    if end == "\r" { cell.text.replace('\n', " ") } else { cell.text.clone() }.into_bytes()
                };
                let values = row.iter().enumerate().map(|(column, cell)| (format!("c{column}"), text(cell)));
                (text(&row[0]), values.filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>())
            })
            .filter(|(_, values): &Row| !values.is_empty())
            .collect();
        prop_assert_eq!(got, wanted, "{:?}", text);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut store = Store::new();
        let file = store.text("t.csv", bytes);
        read(&store, file, None);
    }

    #[test]
    fn any_soup_is_read_to_its_end(
        head in prop::sample::select(&[
            "DN,objectClass,proxyAddresses,member\n", "a;b;c\n", "\"x\"\t\"y\"\r\n", "sep=|\nDN|b\r",
            "DISTINGUISHEDNAME,COMMONNAME,OBJECTCLASS,ATTRIBUTE,ERROR,VALUE,UPDATE\n", "DN\n", "",
        ][..]),
        words in prop::collection::vec(
            prop::sample::select(&["\"", "\"\"", ",", ";", "\t", "|", "\n", "\r\n", "\r", "a", "X'0a'", "X'0", "SMTP:a@b", "\\;",
                "CN=a", " ", "smtp:", "@", "é", "System.Object[]", "DN,objectClass,proxyAddresses,member\n"][..]),
            0..40,
        ),
    ) {
        let mut store = Store::new();
        let file = store.text("t.csv", (head.to_owned() + &words.concat()).into_bytes());
        read(&store, file, None);
    }
}
