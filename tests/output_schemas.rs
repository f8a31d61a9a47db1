//! What is printed as JSON fits the schemas in `schemas/`, and holds no field that they do not know.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::Desk;
use jsonschema::Validator;
use serde_json::Value;

const FAULTY: &str = include_str!("catalogue/faulty.ldif");
const CLOUD: &str = include_str!("catalogue/tenant.ldif");
const CONTOSO: &str = include_str!("../examples/contoso.ldif");
const TENANT: &str = include_str!("../examples/tenant.json");
const ERRORS: &str = include_str!("provisioning_errors/tenant.jsonl");
const MAIL: &str = include_str!("diagnose/mail.txt");
const REPORTED: &str = include_str!("diagnose/contoso.ldif");

fn schema(name: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A schema that knows no other fields than those it names.
fn validator(name: &str) -> Validator {
    let mut schema = schema(name);
    close(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("properties") {
                fields.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[track_caller]
fn fits(validator: &Validator, text: &str) -> Value {
    let value: Value = serde_json::from_str(text).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

fn desk() -> Desk {
    Desk::with(&[
        ("faulty.ldif", FAULTY),
        ("cloud.ldif", CLOUD),
        ("contoso.ldif", CONTOSO),
        ("tenant.json", TENANT),
    ])
    .file("errors.jsonl", ERRORS)
    .file("mail.txt", MAIL)
    .file("reported.ldif", REPORTED)
    .file(
        "broken.ldif",
        "dn: CN=A,DC=c\nobjectClass: user\nbroken\n\ndn: CN=A,DC=c\nobjectClass: user\ncn:: ////\n",
    )
    .file(
        "wide.ldif",
        "dn: CN=A,DC=c\nobjectClass: user\nmail: a\u{200b}@c\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    )
}

#[test]
fn a_check() {
    let (desk, schema) = (desk(), validator("presync-1.schema.json"));
    let check = |arguments: &[&str]| {
        let ran = desk.run(&[&["check", "--format", "json"], arguments].concat());
        fits(&schema, &ran.out)
    };
    let all = ["--profile", "default,hygiene,delta,idfix-multi-tenant,idfix-dedicated"];
    let whole = check(&[&["faulty.ldif", "--tenant", "cloud.ldif"], &all[..]].concat());
    let rules: std::collections::BTreeSet<&str> = whole["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert!(rules.len() > 100, "{} rules have findings", rules.len());
    let fixes = whole["findings"].as_array().unwrap().iter().filter(|finding| !finding["fix"].is_null());
    assert!(fixes.count() > 10);
    check(&["contoso.ldif", "--since", "faulty.ldif"]);
    let broken = check(&["broken.ldif", "wide.ldif"]);
    assert!(broken["problems"].as_array().unwrap().len() > 1);
    let none = check(&["missing.ldif"]);
    assert_eq!(none["problems"][0]["code"], "source-not-found");
    check(&["contoso.ldif", "--select", "no-such-rule"]);
}

#[test]
fn the_lines_of_a_check() {
    // a line is put together of its type and of what the document has, each of which is a schema that allows the other
    let schema = jsonschema::validator_for(&schema("presync-1-lines.schema.json")).unwrap();
    let desk = desk();
    for files in [["faulty.ldif", "contoso.ldif"], ["broken.ldif", "wide.ldif"]] {
        let ran = desk.run(&[&["check", "--format", "jsonl"], &files[..]].concat());
        let lines: Vec<Value> = ran.out.lines().map(|line| fits(&schema, line)).collect();
        assert_eq!(lines.last().unwrap()["type"], "summary");
        // what the line is, and nothing else, makes the difference
        let mut wrong = lines[0].clone();
        wrong["type"] = "nothing".into();
        assert!(!schema.is_valid(&wrong));
    }
}

#[test]
fn every_other_document() {
    let desk = desk();
    let tenant = ["--tenant", "tenant.json"];
    let runs: &[(&str, &[&str])] = &[
        ("forecast", &["forecast", "contoso.ldif", tenant[0], tenant[1]]),
        ("forecast", &["forecast", "faulty.ldif", tenant[0], tenant[1], "--complete"]),
        ("forecast", &["forecast", "missing.ldif", tenant[0], tenant[1]]),
        ("matches", &["forecast", "contoso.ldif", tenant[0], tenant[1], "--matches"]),
        ("errors", &["errors", "errors.jsonl"]),
        ("errors", &["errors", "errors.jsonl", "--property", "nothing"]),
        ("diagnose", &["diagnose", "mail.txt", "reported.ldif"]),
        ("diagnose", &["diagnose", "contoso.ldif", "reported.ldif"]),
        ("diff", &["diff", "faulty.ldif", "contoso.ldif"]),
        ("fix", &["fix", "faulty.ldif", "--unsafe"]),
        ("fix", &["fix", "contoso.ldif"]),
        ("fix", &["fix", "missing.ldif"]),
    ];
    for (name, arguments) in runs {
        let ran = desk.run(&[arguments, &["--format", "json"][..]].concat());
        let document = fits(&validator(&format!("presync-{name}-1.schema.json")), &ran.out);
        assert_eq!(document["schema"], format!("presync-{name}/1"), "{arguments:?}");
    }
}
