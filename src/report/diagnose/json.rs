//! JSON, version 1: fields may be added, never changed or removed.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{parties, places};
use crate::entra::report::{ClueKind, choices, meaning};
use crate::finding::printable_json;
use crate::report::json::{location, of_problem, value};
use crate::run::diagnose::Diagnosis;
use crate::source::Store;

pub(super) fn write(diagnosis: &Diagnosis, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = places(diagnosis, store)?;
    let mut errors = Vec::new();
    for error in &diagnosis.errors {
        let reported = &error.reported;
        let mut culprits = Vec::new();
        for culprit in &error.culprits {
            let site = &culprit.site;
            culprits.push(json!({
                "object": site.object, "name": culprit.name, "cloud_id": culprit.cloud_id, "class": site.class,
                "source": if culprit.is_cloud { "tenant" } else { "main" },
                "attribute": site.attribute, "value": site.value.as_deref().map_or(Value::Null, value),
                "role": culprit.side.name(), "certainty": if culprit.likely { "likely" } else { "documented" },
                "location": location(site.location, &places)?,
            }));
        }
        let clues = |is: fn(ClueKind) -> bool| -> Vec<&str> {
            let fitting = reported.clues.iter().filter(|clue| is(clue.kind));
            fitting.map(|clue| clue.text.as_str()).collect()
        };
        errors.push(json!({
            "name": reported.name, "code": reported.error.and_then(|error| error.code()),
            "meaning": reported.error.map(meaning), "text": reported.text, "repeated": reported.repeated,
            "location": location(error.location, &places)?,
            "values": clues(|kind| matches!(kind, ClueKind::Value(_))),
            "anchors": clues(|kind| kind == ClueKind::Anchor),
            "identities": clues(|kind| kind == ClueKind::Identity),
            "culprits": culprits,
            "choices": reported.error.map(|name| choices(name, &parties(error))).unwrap_or_default(),
        }));
    }
    let problems: io::Result<Vec<Value>> = diagnosis
        .problems
        .iter()
        .map(|problem| Ok(Value::Object(of_problem(problem, &places, Map::new())?)))
        .collect();
    let document = json!({ "schema": "presync-diagnose/1", "errors": errors, "problems": problems? });
    writeln!(out, "{}", printable_json(document.to_string()))
}
