//! JSON, version 1: fields may be added, never changed or removed.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{parties, places};
use crate::entra::report::{ClueKind, choices, meaning};
use crate::report::json::{Place, Problem, Value, text};
use crate::report::place::Places;
use crate::run::diagnose::{self, Diagnosed, Diagnosis};
use crate::source::Store;

/// The name of the form of `presync diagnose`.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync-diagnose/1")]
    Version1,
}

/// What a report of errors is about.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Document<'a> {
    schema: Schema,
    errors: Vec<Error<'a>>,
    problems: Vec<Problem<'a>>,
}

/// An error of the report.
#[derive(Serialize, JsonSchema)]
struct Error<'a> {
    /// Its name, such as `AttributeValueMustBeUnique`.
    name: &'a str,
    code: Option<&'static str>,
    meaning: Option<&'static str>,
    /// What the report says.
    text: &'a str,
    /// How often the report says the same.
    repeated: u32,
    location: Place<'a>,
    /// Values of other objects that the report names.
    values: Vec<&'a str>,
    /// Source anchors that it names.
    anchors: Vec<&'a str>,
    /// What it calls the objects.
    identities: Vec<&'a str>,
    culprits: Vec<Culprit<'a>>,
    /// What can be done, in words.
    choices: Vec<String>,
}

/// An object that an error is about.
#[derive(Serialize, JsonSchema)]
struct Culprit<'a> {
    object: &'a str,
    name: &'a str,
    /// Its id in the tenant.
    cloud_id: Option<&'a str>,
    class: &'a str,
    /// Where it was found.
    #[schemars(extend("enum" = ["main", "tenant"]))]
    source: &'static str,
    attribute: Option<&'a str>,
    value: Option<Value<'a>>,
    #[schemars(extend("enum" = ["victim", "holder", "unknown"]))]
    role: &'static str,
    #[schemars(extend("enum" = ["documented", "likely"]))]
    certainty: &'static str,
    location: Place<'a>,
}

pub(super) fn write(diagnosis: &Diagnosis, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = places(diagnosis, store);
    let errors = diagnosis.errors.iter().map(|error| Error::of(error, &places));
    let problems = diagnosis.problems.iter().map(|problem| Problem::of(problem, &places));
    let document =
        Document { schema: Schema::Version1, errors: errors.collect(), problems: problems.collect() };
    writeln!(out, "{}", text(&document)?)
}

impl<'a> Error<'a> {
    fn of(error: &'a Diagnosed, places: &Places<'a>) -> Self {
        let reported = &error.reported;
        let clues = |is: fn(ClueKind) -> bool| -> Vec<&'a str> {
            let fitting = reported.clues.iter().filter(|clue| is(clue.kind));
            fitting.map(|clue| clue.text.as_str()).collect()
        };
        let culprits = error.culprits.iter().map(|culprit| Culprit::of(culprit, places));
        Self {
            name: &reported.name,
            code: reported.error.and_then(|error| error.code()),
            meaning: reported.error.map(meaning),
            text: &reported.text,
            repeated: reported.repeated,
            location: Place::of(error.location, places),
            values: clues(|kind| matches!(kind, ClueKind::Value(_))),
            anchors: clues(|kind| kind == ClueKind::Anchor),
            identities: clues(|kind| kind == ClueKind::Identity),
            culprits: culprits.collect(),
            choices: reported.error.map(|name| choices(name, &parties(error))).unwrap_or_default(),
        }
    }
}

impl<'a> Culprit<'a> {
    fn of(culprit: &'a diagnose::Culprit, places: &Places<'a>) -> Self {
        let site = &culprit.site;
        Self {
            object: &site.object,
            name: &culprit.name,
            cloud_id: culprit.cloud_id.as_deref(),
            class: &site.class,
            source: if culprit.is_cloud { "tenant" } else { "main" },
            attribute: site.attribute.as_deref(),
            value: site.value.as_deref().map(Value::from),
            role: culprit.side.name(),
            certainty: if culprit.likely { "likely" } else { "documented" },
            location: Place::of(site.location, places),
        }
    }
}
