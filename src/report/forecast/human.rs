//! A forecast for people: the numbers, then a block for each object to which something happens, the worst first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::wording::{numbers, sentence, severity};
use super::{Chosen, holder_spot, name, spot};
use crate::entra::{Attribute, Kind, Outcome, Party, Stop};
use crate::finding::{Site, printable};
use crate::report::Style;
use crate::report::human::draw_sites;
use crate::report::place::Places;
use crate::run::forecast::Foretold;
use crate::snapshot::Spot;

/// What is only counted, unless it is asked for.
const QUIET: [Kind; 2] = [Kind::Create, Kind::Update];

pub(super) fn write(
    foretold: &Foretold,
    chosen: &Chosen,
    places: &Places<'_>,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let chosen_objects = chosen.objects(foretold);
    writeln!(out, "{}", numbers(foretold, &chosen_objects))?;
    for stop in &foretold.forecast.stops {
        writeln!(out, "{}", stopped(stop))?;
    }
    for note in &foretold.notes {
        writeln!(out, "note: {}", printable(note))?;
    }
    writeln!(out)?;
    let asks_all = !chosen.kinds.is_empty() || chosen.object.is_some();
    let outcomes = |number: usize| -> Vec<&Outcome> {
        let fate = foretold.forecast.fates.get(number);
        let all = fate.into_iter().flat_map(|fate| &fate.outcomes);
        all.filter(|outcome| chosen.takes(outcome)).collect()
    };
    // of several that are as bad, the first one: outcomes stand in order
    let worst =
        |number: usize| outcomes(number).into_iter().rev().max_by_key(|outcome| outcome.harm()).cloned();
    let mut shown: Vec<(usize, Outcome)> = chosen_objects
        .into_iter()
        .filter_map(|number| Some((number, worst(number)?)))
        .filter(|(_, worst)| asks_all || !QUIET.contains(&worst.kind))
        .collect();
    let place = |number: usize| foretold.shown.get(number).map(|shown| shown.spot.location);
    shown.sort_by_key(|(number, worst)| (std::cmp::Reverse(worst.harm()), worst.kind, place(*number)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, worst) in shown {
        let count = counts.entry(worst.kind.name()).or_default();
        *count += 1;
        if style.limit.is_none_or(|limit| *count <= limit) {
            writeln!(out, "{}", block(foretold, (number, &worst), &outcomes(number), places, style)?)?;
        }
    }
    for (kind, count) in counts {
        let hidden = count - count.min(style.limit.unwrap_or(count));
        if hidden > 0 {
            writeln!(out, "… and {hidden} more of `{kind}` (`--all` shows them)\n")?;
        }
    }
    for deletion in &foretold.forecast.deletions {
        let party = Party::Cloud(deletion.cloud);
        writeln!(out, "deleted, since the source lacks it: {}", super::wording::holder(foretold, party))?;
    }
    Ok(())
}

pub(super) fn stopped(stop: &Stop) -> String {
    match stop {
        Stop::Quota { objects, quota } => {
            format!("the run stops: the tenant would hold {objects} objects, and may hold {quota}")
        }
        Stop::Errors(count) => format!("the run stops: {count} objects fail, and 5000 are the limit"),
        Stop::Deletions(count) => format!("the run stops: {count} deletions are more than the threshold"),
    }
}

/// The worst that happens to an object with the places of it, and below it everything else.
fn block(
    foretold: &Foretold,
    (number, worst): (usize, &Outcome),
    outcomes: &[&Outcome],
    places: &Places<'_>,
    style: &Style<'_>,
) -> io::Result<String> {
    let object = foretold.objects.get(number);
    let class = object.map_or("object", |object| object.class.name());
    let own = name(foretold, Party::Source(u32::try_from(number).unwrap_or(u32::MAX)));
    let message = format!("{class} {}: {}", printable(own), sentence(foretold, worst));
    let sites = sites(foretold, number, worst);
    // a second cycle that is as the first is nothing new
    let is_news = |outcome: &&&Outcome| {
        let first = Outcome { cycle: 1, ..(**outcome).clone() };
        **outcome != worst && !(outcome.cycle == 2 && outcomes.iter().any(|other| **other == first))
    };
    let mut help: Vec<String> =
        outcomes.iter().filter(is_news).map(|outcome| sentence(foretold, outcome)).collect();
    if outcomes.iter().any(|outcome| outcome.kind == worst.kind && outcome.cycle == 2) {
        help.push("the same in every cycle, until it is mended".to_owned());
    }
    if let Some(text) = worst.text() {
        help.push(format!("the error says: {}", printable(&text)));
    }
    help.push(format!("see {}", worst.sources.join(", ")));
    draw_sites(severity(worst.kind), worst.kind.name(), message, &help, &sites, places, style)
}

/// The places of an outcome: the value that it is about, and where the other object holds it.
pub(super) fn sites(foretold: &Foretold, number: usize, outcome: &Outcome) -> Vec<Site> {
    let class = foretold.objects.get(number).map_or("object", |object| object.class.name());
    let own = name(foretold, Party::Source(u32::try_from(number).unwrap_or(u32::MAX)));
    let mut sites = Vec::new();
    if let Some(spot) = spot(foretold, number, outcome) {
        let what = outcome.attribute.filter(|_| outcome.place != crate::entra::Place::NONE);
        sites.push(site(own, class, spot, &label(what, class)));
    }
    if let Some((party, spot)) = outcome.holder.zip(holder_spot(foretold, outcome)) {
        let other = super::wording::holder(foretold, party);
        let held = outcome.holder_attribute.map(Attribute::source_name).filter(|name| !name.is_empty());
        let label = held.map_or_else(|| other.clone(), |attribute| format!("{attribute} of {other}"));
        sites.push(site(name(foretold, party), "", spot, &label));
    }
    sites
}

fn label(attribute: Option<Attribute>, class: &str) -> String {
    attribute.map_or_else(|| format!("this {class}"), |attribute| attribute.source_name().to_owned())
}

fn site(object: &str, class: &str, spot: Spot, label: &str) -> Site {
    Site {
        object: object.to_owned(),
        class: class.to_owned(),
        attribute: None,
        value: Some(Vec::new()),
        label: label.to_owned(),
        location: spot.location,
        form: spot.form,
        added: usize::from(spot.added),
        via: None,
        highlights: Vec::new(),
    }
}
