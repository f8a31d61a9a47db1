//! JSON Schemas of the files that people write, for their editors.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::raw::RawConfig;
use crate::pack::RawPack;

/// The schemas, each with the name of its file below `schemas/`. They are made of the types that read the files.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    let made = |schema: &Schema| {
        let text = serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
        format!("{text}\n")
    };
    vec![
        ("presync.schema.json", made(&schema::<RawConfig>("presync.yaml"))),
        ("pack.schema.json", made(&schema::<RawPack>("a pack of rules of presync"))),
    ]
}

/// The schema of a kind of file, in the version of the standard that editors know best.
fn schema<T: JsonSchema>(title: &str) -> Schema {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema
}
