//! A directory is judged the same in whatever format it was exported.

// Whatever goes wrong in a test may end it; and the command line of the generator is not used here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, dead_code)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../../examples/generate/directory/mod.rs"]
mod directory;
mod written;

use common::{Desk, checking};
use directory::{Export, Format, Style};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use written::{Kind, Object, WRITERS};

/// What is compared of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    rule: String,
    class: String,
    /// The object, the attribute and the value; then the same of each that is told with it.
    places: Vec<(String, String, String)>,
}

/// The findings of one file, and what is said of the file as a whole.
fn findings(desk: &Desk, arguments: &[&str]) -> (BTreeSet<Finding>, [Value; 3]) {
    let ran = desk.run(arguments);
    assert!(ran.code < 2, "{arguments:?}: {}{}", ran.out, ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let place = |place: &Value| {
        let text = |name: &str| match &place[name] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        // names of objects are the same in any case
        (text("object").to_lowercase(), text("attribute"), text("value"))
    };
    let finding = |finding: &Value| Finding {
        rule: finding["rule"].as_str().unwrap().to_owned(),
        class: finding["class"].to_string(),
        places: std::iter::once(finding)
            .chain(finding["related"].as_array().into_iter().flatten())
            .map(place)
            .collect(),
    };
    let summary = &document["summary"];
    let whole = [&document["problems"], &summary["objects"], &summary["rules_not_evaluated"]];
    (document["findings"].as_array().unwrap().iter().map(finding).collect(), whole.map(Value::clone))
}

/// The first finding that is only in one of two sets.
fn difference(one: &BTreeSet<Finding>, other: &BTreeSet<Finding>) -> Option<Finding> {
    one.symmetric_difference(other).next().cloned()
}

const FILES: [(Format, &str); 6] = [
    (Format::Ldif, "a.ldif"),
    (Format::Csvde, "a.csv"),
    (Format::Graph, "a.json"),
    (Format::Jsonl, "a.jsonl"),
    (Format::Yaml, "a.yaml"),
    (Format::Csexport, "a.xml"),
];

#[test]
fn a_generated_directory_has_the_same_findings_in_every_format() {
    let check = |format: Format, name: &str| {
        let mut bytes = Vec::new();
        let export = Export { objects: 400, seed: 3, faults: 0.5, format, style: Style::Ldifde };
        export.write(&mut bytes).unwrap();
        let desk = Desk::new().file(name, bytes);
        let verified = "verified_domains=contoso.com,contoso.mail.onmicrosoft.com";
        let now = "2026-11-16T12:00:00Z";
        findings(&desk, &["check", name, "--format", "json", "--all", "--now", now, "--set", verified])
    };
    let (wanted, whole) = check(Format::Ldif, "a.ldif");
    assert_eq!(whole[0], Value::Array(Vec::new()));
    assert!(wanted.len() > 200, "{} findings", wanted.len());
    for (format, name) in FILES {
        let (got, of) = check(format, name);
        assert_eq!((difference(&wanted, &got), &of), (None, &whole), "{format:?}");
    }
}

/// Rules that speak of every value, so that each must be read as it was written.
const RULES: &str = r#"
rules:
  - id: mail-twice
    rule: unique mail across user, contact
    message: "`{it}` belongs to {holders} objects"
  - id: address-twice
    rule: unique proxyAddresses across user, group, contact
    message: "`{it}` belongs to {holders} objects"
  - id: guid-twice
    rule: unique objectGUID across user, group, contact
    message: "`{it}` belongs to {holders} objects"
  - id: manager-gone
    rule: |
      each manager of user must refer to user
    message: "`{it}` is no user"
  - id: member-gone
    rule: |
      each member of group must refer to user, contact
    message: "`{it}` is no member"
  - id: no-mail
    rule: each user must have mail
    message: "{dn} has no mail"
  - id: name-format
    rule: |
      each displayName of user, group, contact: it contains "<>"
    message: "`{it}` is one"
  - id: description-format
    rule: |
      each description of user, group, contact: it contains "<>"
    message: "`{it}` is one"
  - id: address-format
    rule: |
      each proxyAddresses of user, group, contact: it contains "<>"
    message: "`{it}` is one"
  - id: control
    rule: |
      each userAccountControl of user: it < 512
    message: "`{it}` is large"
"#;

/// Text of one line or several; what tools write in place of lost values is left out.
fn text() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[a-zé🙂]{1,8}",
        "[ -~]{1,16}",
        "[a;,|:#'\"\\\\<>&{}\\[\\]\u{e9} -]{1,12}",
        "[a \n\r\t;,]{1,8}",
        prop::sample::select(
            &["null", "true", "0012", "1e3", "no", "~", "- a", "a: b", "a #b", "]]>", "&amp;"][..]
        )
        .prop_map(str::to_owned),
    ];
    text.prop_filter("stands for something else in a table", |text| {
        !text.contains('?') && !text.starts_with("X'") && !text.ends_with('\\')
    })
}

fn address() -> impl Strategy<Value = String> {
    let known = prop::sample::select(
        &[
            "SMTP:a@b.c",
            "smtp:A@b.c",
            "smtp:\"a b\"@c.d",
            "X400:c=US;a= ;p=First;o=Exchange;s=Joe",
            "x500:/o=A B/cn=Recipients/cn=a",
            "sip:ö@b.c",
            "smtp:a@b.c ",
            " smtp:a@b.c",
            "smtp:a,smtp:b@c.d",
            "smtp:a smtp:b@c.d",
            "smtp:a;smtp:b@c.d",
            "smtp:a|b@c.d",
        ][..],
    );
    prop_oneof![known.prop_map(str::to_owned), "(smtp|SMTP|x500):[a-z.]{1,6}@[a-z]{1,3}\\.c"]
}

/// Bytes of which some stand for separators.
const GUIDS: [[u8; 16]; 4] = [[0; 16], [34; 16], [59; 16], *b"0123456789abcdef"];

/// The attributes of an object; references are numbers of objects, some of which do not exist.
fn object() -> impl Strategy<Value = Object> {
    let mail = prop::option::of("[aA][bé]?@(c|C)\\.(d|ö)");
    let references = prop::collection::vec(0_usize..8, 0..4);
    let description = prop::collection::vec(text(), 0..4);
    let addresses = prop::collection::vec(address(), 0..4);
    let guid = prop::option::of(prop::sample::select(&GUIDS[..]));
    let kind = prop::sample::select(&[Kind::User, Kind::User, Kind::Group, Kind::Contact][..]);
    let single = (mail, prop::option::of(text()), guid, prop::option::of(0_u32..1_000));
    (kind, text(), single, description, addresses, references).prop_map(
        |(kind, name, (mail, display_name, guid, control), description, addresses, references)| Object {
            kind,
            name,
            mail,
            display_name,
            guid,
            control,
            description,
            addresses,
            references,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_directory_has_the_same_findings_in_every_format(objects in prop::collection::vec(object(), 1..7)) {
        let mut desk = Desk::with(&[("rules.yaml", RULES)]);
        for (name, write) in WRITERS {
            desk = desk.file(name, write(&objects));
        }
        let check = |name: &str| findings(&desk, &checking(&[name, "--format", "json", "--all"]));
        let wanted = check(WRITERS[0].0);
        for (name, write) in &WRITERS[1..] {
            let got = check(name);
            let written = || String::from_utf8_lossy(&write(&objects)).into_owned();
            prop_assert_eq!(difference(&wanted.0, &got.0), None, "{}:\n{}", name, written());
            prop_assert_eq!(&wanted.1, &got.1, "{}:\n{}", name, written());
        }
    }
}
