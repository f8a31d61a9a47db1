//! JSON, version 1: fields may be added, never changed or removed.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{First, Listing};
use crate::finding::printable_json;
use crate::report::json::{location, of_problem};
use crate::report::place::Places;
use crate::run::Party;
use crate::source::Store;

pub(super) fn write(listing: &Listing<'_>, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let of_errors = listing.errors.iter().map(|error| error.location.file);
    let of_names = listing.placeholders.iter().map(|placeholder| placeholder.location.file);
    let of_problems = listing.problems.iter().flat_map(|problem| {
        let related = problem.related.iter().map(|(place, _)| place.file);
        problem.location.iter().map(|place| place.file).chain(related)
    });
    let places = Places::of_files(of_errors.chain(of_names).chain(of_problems), store)?;
    let errors: io::Result<Vec<Value>> = listing
        .errors
        .iter()
        .map(|error| {
            let mut fields = party(listing.party(error.party));
            fields.insert("property".to_owned(), json!(error.property));
            fields.insert("value".to_owned(), json!(error.value));
            fields.insert("occurred".to_owned(), json!(error.occurred));
            fields.insert("category".to_owned(), json!(error.category));
            fields.insert("state".to_owned(), json!(error.state.name()));
            fields.insert("role".to_owned(), json!(error.side.name()));
            let holders = error.holders.iter().map(|(number, attribute)| {
                let mut fields = party(listing.party(*number));
                fields.insert("attribute".to_owned(), json!(attribute.graph_name()));
                Value::Object(fields)
            });
            fields.insert("holders".to_owned(), holders.collect());
            fields.insert("placeholder".to_owned(), json!(error.placeholder));
            fields.insert("location".to_owned(), location(error.location, &places)?);
            Ok(Value::Object(fields))
        })
        .collect();
    let pairs = listing.pairs.iter().map(|pair| {
        json!({
            "victim": party(listing.party(pair.error.party)), "holder": party(listing.party(pair.holder)),
            "property": pair.error.property, "value": pair.error.value, "occurred": pair.error.occurred,
            "held_as": pair.held_as.graph_name(),
            "first": if pair.first == First::Victim { "victim" } else { "holder" },
            "first_by": if pair.first == First::HolderByValue { "value" } else { "created" },
        })
    });
    let pairs: Vec<Value> = pairs.collect();
    let placeholders: io::Result<Vec<Value>> = listing
        .placeholders
        .iter()
        .map(|placeholder| {
            let mut fields = party(listing.party(placeholder.party));
            fields.insert("userPrincipalName".to_owned(), json!(placeholder.name));
            fields.insert("value".to_owned(), json!(placeholder.wanted));
            fields.insert("location".to_owned(), location(placeholder.location, &places)?);
            Ok(Value::Object(fields))
        })
        .collect();
    let problems: io::Result<Vec<Value>> = listing
        .problems
        .iter()
        .map(|problem| Ok(Value::Object(of_problem(problem, &places, Map::new())?)))
        .collect();
    let document = json!({
        "schema": "presync-errors/1", "errors": errors?, "pairs": pairs, "placeholders": placeholders?,
        "problems": problems?,
    });
    writeln!(out, "{}", printable_json(document.to_string()))
}

fn party(party: Option<&Party>) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), json!(party.map(|party| &party.id)));
    fields.insert("displayName".to_owned(), json!(party.map(|party| &party.name)));
    fields.insert("class".to_owned(), json!(party.map(|party| &party.class)));
    fields
}
