//! Edits in place: any value of any file becomes any other, or goes, and nothing else changes: no other value, and no byte that
//! does not belong to the value.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

#[path = "common/nested.rs"]
mod nested;

use std::sync::Arc;

use data_encoding::BASE64;
use nested::{json, objects, style, text, yaml};
use presync::finding::{Change, Stored};
use presync::fix::{Splice, splice};
use presync::snapshot::shape::Mappings;
use presync::snapshot::{Format, Names, Opening, Record, Snapshot};
use presync::source::{Location, Span, Store};
use proptest::prelude::*;
use proptest::sample::Index;

/// A value with its place.
#[derive(Debug, Clone)]
struct Found {
    object: usize,
    name: String,
    value: Vec<u8>,
    record: Location,
    stored: Stored,
}

/// Every value of a file.
fn read(text: &[u8], format: Format) -> (Store, Vec<Found>) {
    let mut store = Store::new();
    let file = store.text("t", text.to_vec());
    store.set_notation(file, format.notation());
    let names = Names::all();
    let mappings: Arc<Mappings> = Arc::default();
    let mut problems = Vec::new();
    let opening = Opening { store: &store, file, format, names: &names, mappings: &mappings, mapped: None };
    let snapshot = Snapshot::open(&opening, &mut problems).unwrap();
    let (mut found, mut block, mut record, mut object) = (Vec::new(), Vec::new(), Record::default(), 0);
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, &store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut problems) {
            let start = offset + record.start as u64;
            for (number, entry) in record.entries().iter().enumerate() {
                let value = record.bytes(&block, entry.value).to_vec();
                let place = entry.place;
                let here = Location::new(file, offset + u64::from(place.start), u64::from(place.length));
                let elsewhere = record.elsewhere.iter().find(|known| known.entry as usize == number);
                found.push(Found {
                    object,
                    name: String::from_utf8_lossy(record.bytes(&block, entry.name)).into_owned(),
                    record: Location::new(file, start, (record.end - record.start) as u64),
                    stored: Stored {
                        value: Some(value.clone()),
                        location: elsewhere.map_or(here, |known| Location { file, span: known.span }),
                        form: elsewhere.map_or(place.form, |known| known.form),
                        added: usize::from(place.added),
                        via: elsewhere.map(|_| here),
                    },
                    value,
                });
            }
            object += 1;
        }
    }
    assert!(
        problems.iter().all(|problem| problem.severity < presync::finding::Severity::Error),
        "{problems:?}"
    );
    (store, found)
}

/// The file with an edit.
fn edited(text: &[u8], splice: &Splice) -> Vec<u8> {
    let Span { offset, .. } = splice.location.span;
    let (start, end) =
        (usize::try_from(offset).unwrap(), usize::try_from(splice.location.span.end()).unwrap());
    [&text[..start], &splice.insert, &text[end..]].concat()
}

/// Changes one value, and proves that all others are what they were. False if the file has no way to do so.
fn change(text: &[u8], format: Format, which: Index, new: Option<&[u8]>) -> Result<bool, TestCaseError> {
    change_to(text, format, which, |_| new.map(<[u8]>::to_vec))
}

/// The same, where what comes depends on what stands there.
fn change_to(
    text: &[u8],
    format: Format,
    which: Index,
    new: impl Fn(&[u8]) -> Option<Vec<u8>>,
) -> Result<bool, TestCaseError> {
    let (store, before) = read(text, format);
    // the name of an object is no value that a fix changes
    let is_name =
        |name: &str| ["dn", "distinguishedName"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let values: Vec<usize> = (0..before.len()).filter(|at| !is_name(&before[*at].name)).collect();
    if values.is_empty() {
        return Ok(true);
    }
    let at = values[which.index(values.len())];
    let chosen = &before[at];
    let new = new(&chosen.value);
    let change = Change {
        object: String::new(),
        name: chosen.record,
        record: chosen.record,
        attribute: chosen.name.clone(),
        old: Some(chosen.stored.clone()),
        new: new.clone(),
        beside: None,
    };
    let Ok(splice) = splice(&store, &change) else { return Ok(false) };
    let shown = String::from_utf8_lossy(text);
    // quotes and separators belong to the value; of LDIF the line does, if the value goes
    let (span, place) = (splice.location.span, chosen.stored.location.span);
    let before_value = place.offset.saturating_sub(span.offset);
    let around = if new.is_some() { 12 } else { 200 };
    prop_assert!(
        before_value <= around && span.end() <= place.end() + around,
        "{splice:?} {place:?}\n{shown}"
    );
    let text = edited(text, &splice);
    let (_, after) = read(&text, format);
    let plain = |found: &[Found]| -> Vec<(usize, String, Vec<u8>)> {
        found.iter().map(|found| (found.object, found.name.clone(), found.value.clone())).collect()
    };
    let mut wanted = plain(&before);
    match new {
        Some(new) => wanted[at].2 = new,
        None => drop(wanted.remove(at)),
    }
    let edited = String::from_utf8_lossy(&text);
    prop_assert_eq!(plain(&after), wanted, "{:?}\n{}\n----\n{}", splice, shown, edited);
    Ok(true)
}

/// Adds a value behind another one, and proves that all others are what they were. False if the file has no place for it.
fn add(
    text: &[u8],
    format: Format,
    which: Index,
    new: impl Fn(&[u8]) -> Vec<u8>,
) -> Result<bool, TestCaseError> {
    let (store, before) = read(text, format);
    let same =
        |one: &Found, other: &Found| one.object == other.object && one.name.eq_ignore_ascii_case(&other.name);
    let is_last = |at: &usize| before[at + 1..].iter().all(|later| !same(later, &before[*at]));
    let is_value = |at: &usize| !before[*at].name.eq_ignore_ascii_case("dn");
    let values: Vec<usize> = (0..before.len()).filter(is_value).filter(is_last).collect();
    if values.is_empty() {
        return Ok(false);
    }
    let at = values[which.index(values.len())];
    let chosen = &before[at];
    let new = new(&chosen.value);
    let change = Change {
        object: String::new(),
        name: chosen.record,
        record: chosen.record,
        attribute: chosen.name.clone(),
        old: None,
        new: Some(new.clone()),
        beside: Some(chosen.stored.clone()),
    };
    let Ok(splice) = splice(&store, &change) else { return Ok(false) };
    let text = edited(text, &splice);
    let (_, after) = read(&text, format);
    let plain = |found: &[Found]| -> Vec<(usize, String, Vec<u8>)> {
        found.iter().map(|found| (found.object, found.name.clone(), found.value.clone())).collect()
    };
    let mut wanted = plain(&before);
    wanted.insert(at + 1, (chosen.object, chosen.name.clone(), new));
    prop_assert_eq!(plain(&after), wanted, "{:?}\n{}", splice, String::from_utf8_lossy(&text));
    Ok(true)
}

/// A text that is a value to every reader.
fn value() -> impl Strategy<Value = Option<String>> {
    let is_value = |text: &String| !(text.is_empty() || text.starts_with("@{") && text.contains('='));
    prop_oneof![4 => text().prop_filter("a value", is_value).prop_map(Some), 1 => Just(None)]
}

/// Attributes with values as LDIF, in base64 or plain, folded or not.
fn ldif() -> impl Strategy<Value = String> {
    let plain = "[!-9;=-~][ -~]{0,60}[!-~]";
    let line = ("[a-z]{1,6}(;[a-z]{1,3})?", plain, any::<bool>(), prop::option::of(3_usize..20));
    let line = line.prop_map(|(name, value, base64, width)| {
        let line = if base64 {
            format!("{name}:: {}", BASE64.encode(value.as_bytes()))
        } else {
            format!("{name}: {value}")
        };
        let Some(width) = width else { return line };
        let pieces: Vec<&[u8]> = line.as_bytes().chunks(width.max(12)).collect();
        String::from_utf8(pieces.join(&b"\n "[..])).unwrap()
    });
    let object = prop::collection::vec(line, 1..5);
    let file = prop::collection::vec(object, 1..4);
    (file, any::<bool>(), any::<bool>()).prop_map(|(objects, crlf, ended)| {
        let mut text = String::from("version: 1\n\n");
        for (number, lines) in objects.iter().enumerate() {
            text.push_str(&format!("dn: CN={number},DC=c\n# a note\n{}\n\n", lines.join("\n")));
        }
        let text = text.trim_end().to_owned() + if ended { "\n" } else { "" };
        if crlf { text.replace('\n', "\r\n") } else { text }
    })
}

/// A table of some columns; lists are joined by semicolons.
fn csv() -> impl Strategy<Value = String> {
    let cell = (prop_oneof!["[a-zé🙂]{0,6}", "[!-~][ -~]{0,12}[!-~]", "[a,;|\"é ]{1,8}"], any::<bool>());
    let addresses = prop::collection::vec("smtp:[a-z]{1,4}@[a-z]{1,3}", 0..4);
    let row = (prop::collection::vec(cell, 2), addresses, any::<bool>());
    (prop::collection::vec(row, 1..4), prop::sample::select(&[",", ";", "\t"][..]), any::<bool>()).prop_map(
        |(rows, delimiter, crlf)| {
            let mut text = ["DistinguishedName", "title", "description", "proxyAddresses"].join(delimiter);
            for (number, (cells, addresses, quoted)) in rows.iter().enumerate() {
                let mut line = vec![format!("\"CN={number},DC=c\"")];
                for (text, quoted) in cells {
                    let text = text.trim();
                    let must = text.contains([',', ';', '\t', '"', '|']) || *quoted;
                    line.push(if must {
                        format!("\"{}\"", text.replace('"', "\"\""))
                    } else {
                        text.to_owned()
                    });
                }
                let list = addresses.join(";");
                line.push(if *quoted || delimiter == ";" { format!("\"{list}\"") } else { list });
                text.push('\n');
                text.push_str(&line.join(delimiter));
            }
            text.push('\n');
            if crlf { text.replace('\n', "\r\n") } else { text }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_ldif(text in ldif(), which: Index, new in prop_oneof![
        1 => Just(None),
        2 => prop::collection::vec(any::<u8>(), 1..40).prop_map(Some),
        4 => nested::text().prop_filter("a value", |text| !text.is_empty()).prop_map(|text| Some(text.into_bytes())),
    ]) {
        prop_assert!(change(text.as_bytes(), Format::Ldif, which, new.as_deref())?);
    }

    #[test]
    fn of_json(objects in objects(), mut style in style(), which: Index, new in value()) {
        let text = json::file(&objects, &mut style);
        prop_assert!(change(text.as_bytes(), Format::Json, which, new.as_deref().map(str::as_bytes))?);
    }

    #[test]
    fn of_yaml(objects in objects(), mut style in style(), crlf: bool, which: Index, new in value()) {
        let text = yaml::file(&objects, &mut style);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        prop_assert!(change(text.as_bytes(), Format::Yaml, which, new.as_deref().map(str::as_bytes))?);
    }

    #[test]
    fn added_to_json(objects in objects(), mut style in style(), which: Index, new in value()) {
        let new = new.unwrap_or_else(|| "x".to_owned());
        add(json::file(&objects, &mut style).as_bytes(), Format::Json, which, |_| new.clone().into_bytes())?;
    }

    #[test]
    fn added_to_yaml(objects in objects(), mut style in style(), crlf: bool, which: Index, new in value()) {
        let new = new.unwrap_or_else(|| "x".to_owned());
        let text = yaml::file(&objects, &mut style);
        let text = if crlf { text.replace('\n', "\r\n") } else { text };
        add(text.as_bytes(), Format::Yaml, which, |_| new.clone().into_bytes())?;
    }

    #[test]
    fn added_to_csv(text in csv(), which: Index, address in "[a-zé\"]{1,4}@[a-z]{1,3}") {
        add(text.as_bytes(), Format::Csv, which, |_| format!("smtp:{address}").into_bytes())?;
    }

    #[test]
    fn of_csv(text in csv(), which: Index, new in prop::option::of("[!-~]([ -~]{0,9}[!-~])?"), address in "[a-zé\"]{1,4}@[a-z]{1,3}") {
        // among addresses only an address is a value of its own
        let to = |old: &[u8]| match &new {
            Some(_) if old.starts_with(b"smtp:") => Some(format!("smtp:{address}").into_bytes()),
            new => new.clone().map(String::into_bytes),
        };
        prop_assert!(change_to(text.as_bytes(), Format::Csv, which, to)?);
    }
}

/// What is added is written as what stands beside it.
#[test]
fn adds_as_the_file_is_written() {
    let cases: [(Format, &str, &str); 7] = [
        (
            Format::Json,
            "[{\"dn\": \"CN=a\", \"x\": [\"b\"]}]",
            "[{\"dn\": \"CN=a\", \"x\": [\"b\", \"new\"]}]",
        ),
        (
            Format::Json,
            "[{\"dn\":\"CN=a\",\"x\":[\n  \"b\"\n]}]",
            "[{\"dn\":\"CN=a\",\"x\":[\n  \"b\",\n  \"new\"\n]}]",
        ),
        (Format::Yaml, "- dn: CN=a\n  x:\n    - b # why\n", "- dn: CN=a\n  x:\n    - b # why\n    - new\n"),
        (Format::Yaml, "- dn: CN=a\n  x:\n    - b", "- dn: CN=a\n  x:\n    - b\n    - new"),
        (Format::Yaml, "- dn: CN=a\n  x: [b, 'c']\n", "- dn: CN=a\n  x: [b, 'c', 'new']\n"),
        (Format::Yaml, "- dn: CN=a\n  x: b\n", ""),
        (
            Format::Csv,
            "DN,proxyAddresses\n\"CN=a\",smtp:b;smtp:c\n",
            "DN,proxyAddresses\n\"CN=a\",smtp:b;smtp:c;new\n",
        ),
    ];
    for (format, text, wanted) in cases {
        let (store, found) = read(text.as_bytes(), format);
        let last = found.last().unwrap();
        let change = Change {
            object: String::new(),
            name: last.record,
            record: last.record,
            attribute: last.name.clone(),
            old: None,
            new: Some(b"new".to_vec()),
            beside: Some(last.stored.clone()),
        };
        let made = splice(&store, &change)
            .map(|splice| String::from_utf8(edited(text.as_bytes(), &splice)).unwrap());
        assert_eq!(made.unwrap_or_default(), wanted, "{text}");
    }
}
