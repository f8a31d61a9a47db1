//! Any LDIF that is written is read back, and every value stands where it is said to stand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use data_encoding::BASE64;
use presync::finding::Problem;
use presync::snapshot::ldif::{Blocks, LdifReader};
use presync::snapshot::value::Type;
use presync::snapshot::{Described, Entry, Names, Record};
use presync::source::{FileId, Form, Store, decode};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Line {
    name: String,
    value: Vec<u8>,
    base64: bool,
    folds: Vec<usize>,
    comment: bool,
}

fn line() -> impl Strategy<Value = Line> {
    let value = prop_oneof![
        "[!-9;=?-~][ -~]{0,40}".prop_map(String::into_bytes),
        "[a-zé🙂]{1,12}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..24),
        Just(Vec::new()),
    ];
    let name = "[a-bd-z][a-zA-Z0-9-]{0,8}(;[a-qs-z][a-z]{1,4})?";
    let name = name.prop_filter("these words mean something", |name| {
        !["dn", "changetype", "control"].iter().any(|word| name.eq_ignore_ascii_case(word))
    });
    (name, value, any::<bool>(), prop::collection::vec(1_usize..30, 0..4), any::<bool>())
        .prop_map(|(name, value, base64, folds, comment)| Line { name, value, base64, folds, comment })
}

/// Whether a value may stand as it is (RFC 2849: SAFE-STRING, and UTF-8, which every reader takes).
fn is_safe(value: &[u8]) -> bool {
    let first = value.first().is_none_or(|byte| !matches!(byte, b' ' | b':' | b'<'));
    let text = std::str::from_utf8(value).is_ok();
    first && text && !value.iter().any(|byte| matches!(byte, 0 | b'\n' | b'\r'))
}

fn write(records: &[(String, Vec<Line>)], crlf: bool, out: &mut Vec<u8>) {
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    for (name, lines) in records {
        out.extend_from_slice(format!("dn: {name}").as_bytes());
        out.extend_from_slice(end);
        for line in lines {
            if line.comment {
                out.extend_from_slice(b"# a comment");
                out.extend_from_slice(end);
            }
            let text = if line.base64 || !is_safe(&line.value) {
                format!("{}:: {}", line.name, BASE64.encode(&line.value)).into_bytes()
            } else {
                [line.name.as_bytes(), b": ", &line.value].concat()
            };
            let mut rest = text.as_slice();
            for width in &line.folds {
                if rest.len() <= *width {
                    break;
                }
                let (head, tail) = rest.split_at(*width);
                out.extend_from_slice(head);
                out.extend_from_slice(end);
                out.push(b' ');
                rest = tail;
            }
            out.extend_from_slice(rest);
            out.extend_from_slice(end);
        }
        out.extend_from_slice(end);
    }
}

type Values = Vec<(Vec<u8>, Vec<u8>)>;

/// Reads a block; checks that every place, decoded, is the value.
fn read(block: &[u8], file: FileId, offset: u64, into: &mut Vec<(Vec<u8>, Values)>) -> Vec<&'static str> {
    let names = Names::all();
    let mut problems = Vec::new();
    let mut record = Record::default();
    let mut reader = LdifReader::new(block, file, offset, &names);
    while reader.next(&mut record, &mut problems) {
        let mut values = Vec::new();
        for entry in record.entries() {
            let value = record.bytes(block, entry.value);
            let start = entry.place.start as usize;
            let raw = &block[start..start + entry.place.length as usize];
            let (decoded, map) = decode(raw, entry.place.form);
            assert_eq!(decoded, value);
            if entry.place.form != Form::LdifBase64 {
                let ranges = map.raw_ranges(&(0..value.len()));
                let joined: Vec<u8> = ranges.into_iter().flat_map(|range| raw[range].to_vec()).collect();
                assert_eq!(joined, value);
            }
            values.push((record.bytes(block, entry.name).to_vec(), value.to_vec()));
        }
        into.push((record.bytes(block, record.dn).to_vec(), values));
    }
    problems.iter().map(|problem| problem.code).collect()
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        records in prop::collection::vec(("CN=[a-zA-Z ]{0,8}[a-z],DC=x", prop::collection::vec(line(), 1..6)), 1..6),
        crlf: bool,
        stride in 16_u64..200,
    ) {
        let mut text = Vec::new();
        write(&records, crlf, &mut text);
        let mut store = Store::new();
        let file = store.text("t", text.clone());
        let mut whole = Vec::new();
        let codes = read(&text, file, 0, &mut whole);
        prop_assert_eq!(codes, Vec::<&str>::new());
        let wanted: Vec<(Vec<u8>, Values)> = records
            .iter()
            .map(|(name, lines)| {
                let values = lines.iter().map(|line| (line.name.clone().into_bytes(), line.value.clone()));
                (name.clone().into_bytes(), values.collect())
            })
            .collect();
        prop_assert_eq!(&whole, &wanted);
        // and in blocks of any size
        let blocks = Blocks::new(&store, file, stride);
        let mut parts = Vec::new();
        let mut block = Vec::new();
        for number in 0..blocks.count() {
            let offset = blocks.read(number, &mut block).unwrap();
            read(&block, file, offset, &mut parts);
        }
        prop_assert_eq!(&parts, &wanted);
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(&bytes, FileId(0), 0, &mut Vec::new());
    }

    #[test]
    fn any_soup_of_lines_is_read_to_its_end(
        lines in prop::collection::vec(
            prop::sample::select(&["dn: CN=a", "dn:: Q049", "a: b", "a:: !", " fold", "", " ", "-", "changetype: modify",
                "add: a", "changetype: modrdn", "newrdn: x", "# c", "\tt", ": x", "version: 1", "control: 1", "result: 4 x"][..]),
            0..24,
        ),
    ) {
        read(lines.join("\n").as_bytes(), FileId(0), 0, &mut Vec::new());
    }
}

/// The values of `mail`, record by record, as far as they are read with these names.
fn mails(text: &[u8], mut names: Names) -> Vec<(Vec<u8>, Vec<Vec<u8>>)> {
    let slot = names.add("mail", Described { kind: Type::Text, single: false }).unwrap();
    let mut reader = LdifReader::new(text, FileId(0), 0, &names);
    let mut record = Record::default();
    let mut all = Vec::new();
    while reader.next(&mut record, &mut Vec::new()) {
        let values = record.values(slot).map(|(_, entry)| record.bytes(text, entry.value).to_vec());
        all.push((record.bytes(text, record.dn).to_vec(), values.collect()));
    }
    all
}

proptest! {
    #[test]
    fn what_nobody_asked_for_is_passed_over_without_losing_the_rest(
        lines in prop::collection::vec("(dn: [a-c]=1|mail: x|sn: y|sn:: eA==|sn|-)?( |  |\r)?(\n [x ]?[\r ]?)*\r?\n?", 0..20)
    ) {
        let text = format!("dn: a=1\n{}", lines.concat());
        prop_assert_eq!(mails(text.as_bytes(), Names::projected()), mails(text.as_bytes(), Names::all()), "{:?}", text);
    }
}

/// All that is read, with its places, and all that is said of it; by readers that remember names, or by one that does not.
fn everything(text: &[u8], names: &Names, remembers: bool) -> (Vec<String>, Vec<Problem>) {
    let reader = LdifReader::new(text, FileId(0), 0, names);
    let mut reader = if remembers { reader } else { reader.alone() };
    let (mut record, mut all, mut problems) = (Record::default(), Vec::new(), Vec::new());
    while reader.next(&mut record, &mut problems) {
        let entry = |entry: &Entry| {
            let value = record.bytes(text, entry.value).escape_ascii();
            let name = record.bytes(text, entry.name).escape_ascii();
            format!("{name} {} {:?} {value} {:?}", entry.options, entry.slot, entry.place)
        };
        let entries: Vec<String> = record.entries().iter().map(entry).collect();
        let partial = &record.partial;
        all.push(format!("{:?} {} {partial:?} {entries:#?}", record.start..record.end, record.damaged));
    }
    (all, problems)
}

proptest! {
    #[test]
    fn names_that_were_met_before_change_nothing(
        lines in prop::collection::vec(
            "(dn|sn|Sn|mail|mailNickname|extensionAttribute1|member;range=0-9|control|changetype|-|#|)(:|::|:<|: |:: |:  |)(add|eA==|eA= |x|é|\u{0}|\r| )?(\n [x ]?[=\r ]?)*\r?\n?",
            0..30,
        ),
        asked: bool,
    ) {
        let text = format!("dn: a=1\nsn: 1\nmail: x\nmailNickname: y\nextensionAttribute1: z\n\n{}", lines.concat());
        let mut names = if asked { Names::all() } else { Names::projected() };
        for name in ["mail", "extensionAttribute1", "member"] {
            names.add(name, Described { kind: Type::Text, single: false }).unwrap();
        }
        let (with, without) = (everything(text.as_bytes(), &names, true), everything(text.as_bytes(), &names, false));
        prop_assert_eq!(with, without, "{:?}", text);
    }
}

#[test]
fn lines_that_are_no_attributes_are_never_taken_for_some() {
    let learnt = "dn: a=1\nchangetype: add\nmail: x\nchangetype: add\ncontrol: 1.2\nd\n n: x\nmail: y\n\n";
    let records = "dn: a=2\nchangetype: delete\n\ndn: a=3\nmail: z\ndn: a=4\nmail: z\n\ndn: a=5\ncontrol: 1.2\nmail: z\n\n";
    let text = [learnt, records, records].concat();
    let with = everything(text.as_bytes(), &Names::all(), true);
    assert_eq!(with, everything(text.as_bytes(), &Names::all(), false));
    // a record that is deleted has no attributes, and one without an empty line behind it is one of its own
    let (all, problems) = with;
    assert_eq!(all.len(), 9);
    assert_eq!(problems.iter().filter(|problem| problem.code == "ldif-empty-line-missing").count(), 2);
}
