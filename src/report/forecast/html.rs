//! The page of a forecast: a row for each outcome.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::human::{sites, stopped};
use super::wording::{holder, numbers, sentence, severity as harm};
use super::{Chosen, name, spot};
use crate::entra::{Fate, Kind, Outcome, Party};
use crate::finding::printable;
use crate::report::Style;
use crate::report::concise::severity;
use crate::report::html::{Facet, Frame, at, excerpts, harmless, stands};
use crate::report::human::shown_sites;
use crate::report::json::batches;
use crate::report::place::Places;
use crate::run::forecast::Foretold;

/// What happens to one object.
#[derive(Clone, Copy)]
enum Event<'f> {
    /// An outcome of a source object.
    Outcome(usize, &'f Fate, &'f Outcome),
    /// An object of the tenant is deleted.
    Deletion(u32),
}

type Row<'f> = ([usize; 6], Event<'f>);

pub(super) fn write(
    foretold: &Foretold,
    chosen: &Chosen,
    places: &Places<'_>,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let objects = chosen.objects(foretold);
    let (facets, rows) = counted(foretold, chosen, &objects);
    let failed = foretold.problems.iter().any(|one| one.severity == crate::finding::Severity::Error);
    let frame = Frame {
        title: "presync forecast",
        verdict: if failed { "nothing is forecast".to_owned() } else { numbers(foretold, &objects) },
        facts: foretold.forecast.stops.iter().map(stopped).collect(),
        notes: notes(foretold),
        rows: ["outcome", "outcomes"],
        facets: &facets,
        texts: &["outcome", "object", "from", "to", "place"],
        columns: columns(),
        problems: &foretold.problems,
    };
    frame.write(places, out, |take| {
        batches(&rows, |row| made(row, foretold, places, style), &mut |text| take(&text))
    })
}

fn notes(foretold: &Foretold) -> Vec<(String, Vec<String>)> {
    let lines: Vec<String> = foretold.notes.iter().map(|note| printable(note).into_owned()).collect();
    if lines.is_empty() { Vec::new() } else { vec![("what was assumed".to_owned(), lines)] }
}

fn columns() -> Value {
    json!([
        { "key": "kind", "name": "outcome", "facet": 1, "tone": true, "width": "minmax(0, 1.1fr)" },
        { "key": "object", "name": "object", "text": 1, "width": "minmax(0, 1.8fr)" },
        { "key": "outcome", "name": "what happens", "text": 0, "prose": true, "wide": true, "width": "minmax(0, 2.4fr)" },
        { "key": "from", "name": "from", "text": 2, "width": "minmax(0, 1.1fr)", "extra": true },
        { "key": "to", "name": "to", "text": 3, "width": "minmax(0, 1.1fr)", "extra": true },
        { "key": "place", "name": "place", "text": 4, "mono": true, "width": "minmax(0, 0.9fr)", "extra": true },
    ])
}

fn counted<'f>(foretold: &'f Foretold, chosen: &Chosen, objects: &[usize]) -> (Vec<Facet>, Vec<Row<'f>>) {
    let mut how_bad = Facet::severities();
    let mut kind = Facet::new("outcome", "outcome");
    let mut class = Facet::new("class", "class");
    let mut matched = Facet::new("match", "match");
    let mut unit = Facet::new("ou", "organizational unit");
    let mut certainty = Facet::new("certainty", "certainty");
    let mut rows = Vec::new();
    for number in objects.iter().copied() {
        let (Some(object), Some(fate)) = (foretold.objects.get(number), foretold.forecast.fates.get(number))
        else {
            continue;
        };
        let (above, _) = stands(&object.dn);
        for outcome in fate.outcomes.iter().filter(|outcome| chosen.takes(outcome)) {
            let numbers = [
                how_bad.number(severity(harm(outcome.kind))),
                kind.number(outcome.kind.name()),
                class.number(object.class.name()),
                matched.number(fate.twin.kind.name()),
                unit.number(&above),
                certainty.number(outcome.certainty.name()),
            ];
            rows.push((numbers, Event::Outcome(number, fate, outcome)));
        }
    }
    let is_asked = chosen.kinds.is_empty() || chosen.kinds.contains(&Kind::Delete);
    for deletion in foretold.forecast.deletions.iter().filter(|_| is_asked) {
        let object = foretold.cloud.get(deletion.cloud as usize);
        let numbers = [
            how_bad.number(severity(harm(Kind::Delete))),
            kind.number(Kind::Delete.name()),
            class.number(object.map_or("", |object| object.class.name())),
            matched.number(""),
            unit.number(""),
            certainty.number(crate::entra::Certainty::Documented.name()),
        ];
        rows.push((numbers, Event::Deletion(deletion.cloud)));
    }
    // the worst first; what is as bad stays in the order of the files
    rows.sort_by_key(|(numbers, event)| {
        let harm = match event {
            Event::Outcome(_, _, outcome) => outcome.harm(),
            Event::Deletion(_) => Outcome::new(Kind::Delete, crate::entra::Certainty::Documented, &[]).harm(),
        };
        (numbers.first().copied(), std::cmp::Reverse(harm))
    });
    (vec![how_bad, kind, class, matched, unit, certainty], rows)
}

fn made((numbers, event): &Row<'_>, foretold: &Foretold, places: &Places<'_>, style: &Style<'_>) -> String {
    let mut row: Vec<Value> = numbers.iter().map(|number| json!(number)).collect();
    let texts = match event {
        Event::Outcome(number, fate, outcome) => {
            let own = name(foretold, Party::Source(u32::try_from(*number).unwrap_or(u32::MAX)));
            let spot = spot(foretold, *number, outcome);
            let place = spot.map(|spot| at(spot.location, places)).unwrap_or_default();
            let sites = sites(foretold, *number, outcome);
            let (excerpt, marks) = shown_sites(&sites, places, style);
            let text = |text: &Option<Box<str>>| printable(text.as_deref().unwrap_or_default()).into_owned();
            let details = json!({
                "fields": fields(foretold, own, fate, outcome), "excerpts": excerpts(&excerpt, &marks),
                "help": outcome.text().as_deref().map(|text| format!("the error says: {}", printable(text))),
            });
            let said = sentence(foretold, outcome);
            [
                json!(said),
                json!(printable(own)),
                json!(text(&outcome.from)),
                json!(text(&outcome.to)),
                json!(place),
                details,
            ]
        }
        Event::Deletion(cloud) => {
            let spot = foretold.cloud_shown.get(*cloud as usize).map(|shown| shown.spot);
            let place = spot.map(|spot| at(spot.location, places)).unwrap_or_default();
            let said =
                format!("deleted, since the source lacks it: {}", holder(foretold, Party::Cloud(*cloud)));
            let own = printable(name(foretold, Party::Cloud(*cloud)));
            [json!(said), json!(own), json!(""), json!(""), json!(place), json!({})]
        }
    };
    row.extend(texts);
    harmless(Value::Array(row).to_string())
}

/// What there is to know of an outcome, and of an object that is written what it becomes.
fn fields(foretold: &Foretold, own: &str, fate: &Fate, outcome: &Outcome) -> Vec<[String; 2]> {
    let mut fields = vec![["object".to_owned(), printable(own).into_owned()]];
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            fields.push([name.to_owned(), value]);
        }
    };
    let cloud = fate.twin.cloud.map(|cloud| holder(foretold, Party::Cloud(cloud))).unwrap_or_default();
    add("matches", cloud);
    add("cycle", outcome.cycle.to_string());
    add(
        "holder",
        outcome.holder.map(|party| printable(name(foretold, party)).into_owned()).unwrap_or_default(),
    );
    add("error", outcome.error.map_or("", crate::entra::SyncError::name).to_owned());
    add("by", outcome.sources.join(", "));
    if matches!(outcome.kind, Kind::Create | Kind::Update | Kind::Takeover) {
        for value in fate.becomes.iter().flat_map(|values| values.iter()) {
            let name = value.attribute.graph_name();
            if !name.is_empty() {
                add(name, printable(value.text).into_owned());
            }
        }
    }
    fields
}
