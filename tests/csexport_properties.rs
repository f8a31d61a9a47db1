//! Any values that are written into a file of csexport are read back, and every value stands where it is said to stand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fmt::Write;
use std::sync::Arc;

use data_encoding::BASE64;
use presync::snapshot::shape::Mappings;
use presync::snapshot::{Format, Names, Opening, Record, Snapshot};
use presync::source::{Form, Store, decode};
use proptest::prelude::*;

/// How a value is written.
#[derive(Debug, Clone, Copy)]
enum Written {
    Entities,
    Numbers,
    Sections,
    Base64,
    /// Base64 over several lines.
    Folded,
}

fn written() -> impl Strategy<Value = Written> {
    use Written::{Base64, Entities, Folded, Numbers, Sections};
    prop::sample::select(vec![Entities, Numbers, Sections, Base64, Folded])
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,30}", "[a-z<>&\"'é🙂\\]\n\t-]{0,20}", Just("]]>".to_owned()), Just(String::new())]
}

type Attribute = (String, Vec<(String, Written)>);

fn objects() -> impl Strategy<Value = Vec<(String, Vec<Attribute>)>> {
    // single letters are no names that mean something
    let attribute = ("[a-z]", prop::collection::vec((value(), written()), 1..4));
    prop::collection::vec((value(), prop::collection::vec(attribute, 0..4)), 0..5)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn element(value: &str, written: Written) -> String {
    match written {
        Written::Entities => format!("<value>{}</value>", escaped(value)),
        Written::Numbers => {
            let numbers: String =
                value.chars().map(|character| format!("&#x{:X};", u32::from(character))).collect();
            format!("<value>{numbers}</value>")
        }
        Written::Sections => {
            format!("<value><!-- > --><![CDATA[{}]]></value>", value.replace("]]>", "]]]]><![CDATA[>"))
        }
        Written::Base64 => format!("<value encoding=\"base64\">{}</value>", BASE64.encode(value.as_bytes())),
        Written::Folded => {
            let coded = BASE64.encode(value.as_bytes());
            let lines: Vec<&str> =
                coded.as_bytes().chunks(3).map(|line| str::from_utf8(line).unwrap()).collect();
            format!("<value encoding='base64'>\n  {}\n</value>", lines.join("\n  "))
        }
    }
}

fn write(objects: &[(String, Vec<Attribute>)]) -> String {
    let mut text = "<?xml version=\"1.0\"?>\n<cs-objects>\n".to_owned();
    for (name, attributes) in objects {
        write!(text, "<cs-object cs-dn=\"{}\"><unapplied-export-hologram><entry>", escaped(name)).unwrap();
        for (attribute, values) in attributes {
            write!(text, "<attr name=\"{attribute}\">").unwrap();
            values.iter().for_each(|(value, written)| text.push_str(&element(value, *written)));
            text.push_str("</attr>\n");
        }
        text.push_str("</entry></unapplied-export-hologram></cs-object>\n");
    }
    text + "</cs-objects>"
}

type Values = Vec<(String, Vec<u8>)>;

/// Reads a file; checks that every place, decoded, is the value.
fn read(bytes: Vec<u8>) -> (Vec<(Vec<u8>, Values)>, Vec<&'static str>) {
    let mut store = Store::new();
    let file = store.text("t", bytes);
    let names = Names::all();
    let mappings = Arc::new(Mappings::default());
    let opening = Opening {
        store: &store,
        file,
        format: Format::Csexport,
        names: &names,
        mappings: &mappings,
        mapped: None,
    };
    let mut problems = Vec::new();
    let snapshot = Snapshot::open(&opening, &mut problems).unwrap();
    let (mut objects, mut block, mut record) = (Vec::new(), Vec::new(), Record::default());
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, &store, &mut block).unwrap();
        let mut reader = snapshot.reader(part, &block, offset, &names);
        while reader.next(&mut record, &mut problems) {
            let place = (offset + record.start as u64, record.end - record.start);
            let (mut again, mut own) = (Record::default(), Vec::new());
            assert!(snapshot.again(&store, &names, place, &mut again, &mut own));
            assert_eq!(again.bytes(&own, again.dn), record.bytes(&block, record.dn));
            assert_eq!(again.entries().len(), record.entries().len());
            let mut values = Vec::new();
            for entry in record.entries() {
                let value = record.bytes(&block, entry.value);
                let start = entry.place.start as usize;
                let raw = &block[start..start + entry.place.length as usize];
                let (decoded, map) = decode(raw, entry.place.form);
                assert_eq!(decoded, value);
                if entry.place.form == Form::Plain {
                    assert_eq!(map.raw_ranges(&(0..value.len())), [0..value.len()]);
                }
                let name = String::from_utf8_lossy(record.bytes(&block, entry.name)).into_owned();
                values.push((name, value.to_vec()));
            }
            objects.push((record.bytes(&block, record.dn).to_vec(), values));
        }
    }
    (objects, problems.iter().map(|problem| problem.code).collect())
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(objects in objects()) {
        let (read, codes) = read(write(&objects).into_bytes());
        prop_assert_eq!(codes, Vec::<&str>::new());
        let values = |attributes: &Vec<Attribute>| -> Values {
            let one = |(name, values): &Attribute| {
                values.iter().map(|(value, _)| (name.clone(), value.clone().into_bytes())).collect::<Vec<_>>()
            };
            attributes.iter().flat_map(one).collect()
        };
        let wanted: Vec<(Vec<u8>, Values)> =
            objects.iter().map(|(name, attributes)| (name.clone().into_bytes(), values(attributes))).collect();
        prop_assert_eq!(read, wanted);
    }

    #[test]
    fn a_file_that_was_damaged_is_read_to_its_end(
        objects in objects(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
    ) {
        let mut bytes = write(&objects).into_bytes();
        for (at, byte, remove) in cuts {
            let at = at.index(bytes.len());
            if remove {
                bytes.remove(at);
            } else {
                bytes[at] = byte;
            }
        }
        read(bytes);
    }

    #[test]
    fn any_soup_of_tags_is_read_to_its_end(
        tags in prop::collection::vec(
            prop::sample::select(&["<cs-object cs-dn=\"a\">", "</cs-object>", "<cs-object", "</cs-objects>", "<entry>", "</entry>",
                "<unapplied-export-hologram>", "</unapplied-export-hologram>", "<attr name='a'>", "</attr>", "<value>", "</value>",
                "<value encoding='base64'>", "YQ==", "x", "&amp;", "&", ";", "<![CDATA[", "]]>", "<!--", "-->", "<?", "?>", "<", ">", "\"",
                "'", "<!", "<!>", "</", "<a/>", "<unapplied-export>", "<delta operation=\"delete\">", "<dn-attr name=\"b\">", "<dn>",
                "<dn-value>", "<export-errordetail>", "<error-type>", "é", "\r\n", "<!DOCTYPE a>", "\u{0}"][..]),
            0..40,
        ),
    ) {
        read(format!("<cs-objects><cs-object cs-dn=\"o\">{}</cs-object></cs-objects>", tags.concat()).into_bytes());
        read(format!("<cs-objects>{}", tags.concat()).into_bytes());
    }
}
