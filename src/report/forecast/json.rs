//! JSON, `presync-forecast/1`: fields may be added, never changed or removed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Chosen, name, spot};
use crate::entra::{Attribute, Fate, Kind, Outcome, Stop, SyncError, Values};
use crate::finding::{Problem, printable_json};
use crate::report::json::{location, of_problem};
use crate::report::place::Places;
use crate::run::forecast::Foretold;

/// Attributes that hold one value in Graph.
const SEVERAL: [Attribute; 4] =
    [Attribute::ProxyAddresses, Attribute::SipAddress, Attribute::Telephone, Attribute::SignInName];

/// The document.
pub(super) fn write(
    foretold: &Foretold,
    chosen: &Chosen,
    places: &Places<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let numbers = chosen.objects(foretold);
    let summary = summary(foretold, chosen, &numbers);
    write!(out, "{{\"schema\":\"presync-forecast/1\",\"summary\":{summary},\"objects\":[")?;
    let mut comma = "\n";
    for number in numbers {
        let text = object(foretold, chosen, number, places)?.to_string();
        write!(out, "{comma}{}", printable_json(text))?;
        comma = ",\n";
    }
    let deletions = foretold.forecast.deletions.iter().map(|deletion| {
        foretold.cloud.get(deletion.cloud as usize).map_or(Value::Null, |object| json!(object.id))
    });
    let deletions = printable_json(Value::Array(deletions.collect()).to_string());
    let stops: Vec<Value> = foretold.forecast.stops.iter().map(stop).collect();
    let notes = printable_json(json!(foretold.notes).to_string());
    let problems: io::Result<Vec<Value>> =
        foretold.problems.iter().map(|known| problem(known, places)).collect();
    let problems = printable_json(Value::Array(problems?).to_string());
    writeln!(
        out,
        "],\n\"deletions\":{deletions},\"missing\":{},\"stops\":{},\"notes\":{notes},\"problems\":{problems}}}",
        foretold.forecast.missing,
        json!(stops)
    )
}

fn problem(known: &Problem, places: &Places<'_>) -> io::Result<Value> {
    Ok(Value::Object(of_problem(known, places, Map::new())?))
}

fn stop(stop: &Stop) -> Value {
    match stop {
        Stop::Quota { objects, quota } => json!({ "kind": "quota", "objects": objects, "quota": quota }),
        Stop::Errors(count) => json!({ "kind": "errors", "objects": count }),
        Stop::Deletions(count) => json!({ "kind": "deletions", "objects": count }),
    }
}

/// How many objects of each class there are, and to how many of them each kind of outcome happens.
fn summary(foretold: &Foretold, chosen: &Chosen, numbers: &[usize]) -> Value {
    let mut objects: BTreeMap<&str, u64> = BTreeMap::new();
    let mut outcomes: Map<String, Value> = Map::new();
    for object in numbers.iter().filter_map(|number| foretold.objects.get(*number)) {
        *objects.entry(object.class.name()).or_default() += 1;
    }
    for (kind, word) in Kind::NAMES {
        let happens =
            |fate: &&Fate| fate.outcomes.iter().any(|outcome| outcome.kind == kind && chosen.takes(outcome));
        let fates = numbers.iter().filter_map(|number| foretold.forecast.fates.get(*number));
        let count = fates.filter(happens).count();
        if count > 0 {
            outcomes.insert(word.to_owned(), json!(count));
        }
    }
    json!({ "objects": objects, "outcomes": outcomes })
}

fn object(foretold: &Foretold, chosen: &Chosen, number: usize, places: &Places<'_>) -> io::Result<Value> {
    let (Some(object), Some(shown), Some(fate)) =
        (foretold.objects.get(number), foretold.shown.get(number), foretold.forecast.fates.get(number))
    else {
        return Ok(Value::Null);
    };
    let outcomes = fate.outcomes.iter().filter(|outcome| chosen.takes(outcome));
    let outcomes: io::Result<Vec<Value>> =
        outcomes.map(|outcome| self::outcome(foretold, number, outcome, places)).collect();
    Ok(json!({
        "object": object.dn,
        "class": object.class.name(),
        "source": places.store.name(shown.spot.location.file),
        "match": matched(foretold, fate),
        "becomes": fate.becomes.as_ref().map(becomes),
        "outcomes": outcomes?,
    }))
}

/// The twin of an object.
pub(super) fn matched(foretold: &Foretold, fate: &Fate) -> Value {
    let mut fields = Map::new();
    fields.insert("kind".to_owned(), json!(fate.twin.kind.name()));
    let cloud = fate.twin.cloud.and_then(|cloud| foretold.cloud.get(cloud as usize));
    fields.insert("cloud_id".to_owned(), json!(cloud.map(|object| &*object.id)));
    if fate.twin.is_blocked {
        fields.insert("blocked".to_owned(), json!(true));
    }
    Value::Object(fields)
}

fn becomes(values: &Values) -> Value {
    let mut fields = Map::new();
    for value in values.iter() {
        let name = value.attribute.graph_name();
        if name.is_empty() {
            continue;
        }
        if !SEVERAL.contains(&value.attribute) {
            fields.insert(name.to_owned(), json!(value.text));
        } else if let Some(Value::Array(known)) = fields.get_mut(name) {
            known.push(json!(value.text));
        } else {
            fields.insert(name.to_owned(), json!([value.text]));
        }
    }
    Value::Object(fields)
}

fn outcome(foretold: &Foretold, number: usize, outcome: &Outcome, places: &Places<'_>) -> io::Result<Value> {
    let place = match spot(foretold, number, outcome) {
        Some(spot) => location(spot.location, places)?,
        None => Value::Null,
    };
    Ok(json!({
        "kind": outcome.kind.name(),
        "cycle": outcome.cycle,
        "attribute": outcome.attribute.map(Attribute::source_name),
        "value": outcome.value,
        "holder": outcome.holder.map(|party| name(foretold, party)),
        "holder_attribute": outcome.holder_attribute.map(Attribute::source_name),
        "error": outcome.error.map(SyncError::name),
        "code": outcome.error.and_then(SyncError::code),
        "text": outcome.text(),
        "from": outcome.from,
        "to": outcome.to,
        "certainty": outcome.certainty.name(),
        "sources": outcome.sources,
        "location": place,
    }))
}
