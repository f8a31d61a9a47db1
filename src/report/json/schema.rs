//! JSON Schemas of what is printed, for programs that read it.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::super::failure::Failure;
use super::super::{diagnose, difference, errors, fix, forecast};
use super::{Document, Line};

/// The schemas, each with the name of its file below `schemas/`. They are made of the types that are written. Fields may be
/// added to a version, so that none forbids those that it does not know.
#[must_use]
pub fn schemas() -> Vec<(&'static str, String)> {
    let made = [
        ("presync-1.schema.json", schema::<Document<'_>>("what `presync check --format json` prints")),
        (
            "presync-1-lines.schema.json",
            schema::<Line<'_>>("a line of what `presync check --format jsonl` prints"),
        ),
        (
            "presync-forecast-1.schema.json",
            or_failure::<forecast::Document<'_>>("what `presync forecast --format json` prints"),
        ),
        (
            "presync-matches-1.schema.json",
            or_failure::<forecast::Matches<'_>>("what `presync forecast --matches --format json` prints"),
        ),
        (
            "presync-errors-1.schema.json",
            or_failure::<errors::Document<'_>>("what `presync errors --format json` prints"),
        ),
        (
            "presync-diagnose-1.schema.json",
            or_failure::<diagnose::Document<'_>>("what `presync diagnose --format json` prints"),
        ),
        (
            "presync-diff-1.schema.json",
            schema::<difference::Document<'_>>("what `presync diff --format json` prints"),
        ),
        (
            "presync-fix-1.schema.json",
            or_failure::<fix::Document<'_>>("what `presync fix --format json` prints"),
        ),
    ];
    let text = |schema: &Schema| serde_json::to_string_pretty(schema.as_value()).unwrap_or_default();
    made.iter().map(|(name, schema)| (*name, format!("{}\n", text(schema)))).collect()
}

fn schema<T: JsonSchema>(title: &str) -> Schema {
    let settings = SchemaSettings::draft07().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    schema
}

/// A document, or what is wrong before there could be one.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)] // either is written on its own
enum OrFailure<T> {
    Document(T),
    Failure(Failure<'static>),
}

fn or_failure<T: JsonSchema>(title: &str) -> Schema {
    schema::<OrFailure<T>>(title)
}
