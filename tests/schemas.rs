//! The JSON Schemas for editors are those of the types that read the files, and know what people write.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;

use serde_json::Value;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

#[test]
fn schemas_are_current() {
    for (name, text) in presync::config::schemas().into_iter().chain(presync::report::schemas()) {
        let written = std::fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(written == text, "`cargo run --example schemas` writes {name} anew");
    }
}

#[test]
fn schemas_know_what_people_write_and_nothing_else() {
    let read = |name: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder().join(name)).unwrap()).unwrap()
    };
    let known = |schema: &Value, yaml: &str| {
        let file: Value = serde_yaml::from_str(yaml).unwrap();
        assert_eq!(schema["additionalProperties"], false);
        for (key, _) in file.as_object().unwrap() {
            assert!(schema["properties"][key].is_object(), "`{key}` is not in the schema");
        }
    };
    let config = read("presync.schema.json");
    known(&config, include_str!("../presync.example.yaml"));
    assert_eq!(config["properties"]["fail-level"]["anyOf"][0]["$ref"], "#/definitions/RawLevel");
    let packs = read("pack.schema.json");
    known(&packs, include_str!("../rules/hygiene/privileged.yaml"));
    known(&packs, include_str!("../rules/schema/shapes.yaml"));
}

#[test]
fn the_schema_of_packs_knows_fixes() {
    let text = std::fs::read_to_string(folder().join("pack.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap();
    let is_valid = |fix: &str| {
        let pack = format!("rules:\n  - {{ id: a, rule: no user, message: m, fix: {fix} }}\n");
        schema.is_valid(&serde_yaml::from_str::<Value>(&pack).unwrap())
    };
    for fix in [
        "{ set: trim(it), safe: true }",
        "{ set: 0, safe: false }",
        "{ set: { mail: lower(mail) }, safe: false }",
        "[{ remove: it, safe: true }, { add: { proxyAddresses: mail }, safe: false }]",
    ] {
        assert!(is_valid(fix), "{fix}");
    }
    for fix in [
        "{ set: trim(it) }",
        "{ safe: true }",
        "{ set: it, remove: it, safe: true }",
        "{ sett: it, safe: true }",
        "it",
    ] {
        assert!(!is_valid(fix), "{fix}");
    }
    for (name, text) in presync::pack::BUILT_IN {
        let pack: Value = serde_yaml::from_str(text).unwrap();
        assert!(schema.is_valid(&pack), "{name}");
    }
}
