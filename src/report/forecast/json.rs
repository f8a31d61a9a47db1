//! JSON, `presync-forecast/1`: fields may be added, never changed or removed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Chosen, name, spot};
use crate::entra::{self, Attribute, Fate, Kind, Stop, SyncError, Values};
use crate::report::json::{Head, Place, Problem, begin, list, text};
use crate::report::place::Places;
use crate::run::forecast::Foretold;

/// Attributes that hold several values in Graph.
const SEVERAL: [Attribute; 4] =
    [Attribute::ProxyAddresses, Attribute::SipAddress, Attribute::Telephone, Attribute::SignInName];

/// The name of the form of `presync forecast`.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync-forecast/1")]
    Version1,
}

/// What the next synchronisation does.
#[derive(JsonSchema)]
#[allow(dead_code)] // it is written piece by piece
pub(in crate::report) struct Document<'a> {
    schema: Schema,
    summary: Summary<'a>,
    objects: Vec<Object<'a>>,
    /// Cloud objects that are deleted, by their ids.
    deletions: Vec<Option<&'a str>>,
    /// How many synchronised cloud objects have no source object in what was read.
    missing: usize,
    /// What stops the synchronisation as a whole.
    stops: Vec<Stopped>,
    /// What has to be known to read the forecast.
    notes: &'a [String],
    problems: Vec<Problem<'a>>,
}

/// How many objects of each class there are, and to how many of them each kind of outcome happens.
#[derive(Serialize, JsonSchema)]
struct Summary<'a> {
    objects: BTreeMap<&'a str, u64>,
    #[serde(serialize_with = "in_order")]
    #[schemars(with = "BTreeMap<String, u64>")]
    outcomes: Vec<(&'static str, usize)>,
}

/// Pairs as an object, in their own order.
fn in_order<S: Serializer>(pairs: &[(&str, usize)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().copied())
}

/// What stops the synchronisation as a whole.
#[derive(Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Stopped {
    /// The tenant would hold more objects than it may.
    Quota { objects: u64, quota: u64 },
    /// There are too many errors.
    Errors { objects: usize },
    /// There are too many deletions.
    Deletions { objects: usize },
}

/// A source object, and what happens to it.
#[derive(Serialize, JsonSchema)]
struct Object<'a> {
    /// Its distinguished name.
    object: &'a str,
    class: &'a str,
    /// The file that it stands in.
    source: &'a str,
    #[serde(rename = "match")]
    matched: Match<'a>,
    /// What is written of it, in attributes of Graph; null if it is not written.
    becomes: Option<Becomes<'a>>,
    outcomes: Vec<Outcome<'a>>,
}

/// The twin of an object.
#[derive(Serialize, JsonSchema)]
struct Match<'a> {
    #[schemars(extend("enum" = ["none", "hard", "soft-smtp", "soft-upn", "connected"]))]
    kind: &'static str,
    cloud_id: Option<&'a str>,
    /// The match was found, and is not allowed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    blocked: bool,
}

/// Attributes of Graph with their values, in the order in which they are calculated.
#[derive(JsonSchema)]
#[schemars(with = "BTreeMap<String, Held<'_>>")]
struct Becomes<'a>(Vec<(&'static str, Held<'a>)>);

impl Serialize for Becomes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, held)| (name, held)))
    }
}

/// What an attribute of Graph holds.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Held<'a> {
    /// It holds one value.
    One(&'a str),
    /// It may hold several.
    Several(Vec<&'a str>),
}

/// What happens to an object. `from` and `to` are what something was and will be.
#[derive(Serialize, JsonSchema)]
struct Outcome<'a> {
    #[schemars(extend("enum" = Kind::NAMES.map(|(_, name)| name)))]
    kind: &'static str,
    /// 1 for the next synchronisation, 2 for the one after it.
    cycle: u8,
    /// The attribute of the source directory.
    attribute: Option<&'static str>,
    value: Option<&'a str>,
    /// The distinguished name of a source object, or the id of a cloud object, that holds the value.
    holder: Option<&'a str>,
    holder_attribute: Option<&'static str>,
    /// The name of the error.
    error: Option<&'static str>,
    code: Option<&'static str>,
    /// The error as an administrator is shown it.
    text: Option<String>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    #[schemars(extend("enum" = ["documented", "likely", "disputed"]))]
    certainty: &'static str,
    /// The pages that say so.
    sources: &'a [&'static str],
    location: Option<Place<'a>>,
}

/// The document.
pub(super) fn write<'a>(
    foretold: &'a Foretold,
    chosen: &Chosen,
    places: &Places<'a>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let numbers = chosen.objects(foretold);
    begin(&Head { schema: Schema::Version1, summary: Summary::of(foretold, chosen, &numbers) }, out)?;
    list(",\"objects\":", &numbers, |number| Object::of(foretold, chosen, *number, places), out)?;
    let cloud = |number: u32| foretold.cloud.get(number as usize).map(|object| &*object.id);
    let deletions: Vec<Option<&str>> =
        foretold.forecast.deletions.iter().map(|deletion| cloud(deletion.cloud)).collect();
    let stops: Vec<Stopped> = foretold.forecast.stops.iter().map(Stopped::of).collect();
    write!(out, ",\n\"deletions\":{},\"missing\":{}", text(&deletions)?, foretold.forecast.missing)?;
    write!(out, ",\"stops\":{},\"notes\":{}", text(&stops)?, text(&foretold.notes)?)?;
    list(",\"problems\":", &foretold.problems, |problem| Problem::of(problem, places), out)?;
    writeln!(out, "}}")
}

impl<'a> Summary<'a> {
    fn of(foretold: &'a Foretold, chosen: &Chosen, numbers: &[usize]) -> Self {
        let mut objects: BTreeMap<&str, u64> = BTreeMap::new();
        let mut outcomes = Vec::new();
        for object in numbers.iter().filter_map(|number| foretold.objects.get(*number)) {
            *objects.entry(object.class.name()).or_default() += 1;
        }
        for (kind, word) in Kind::NAMES {
            let happens = |fate: &&Fate| {
                fate.outcomes.iter().any(|outcome| outcome.kind == kind && chosen.takes(outcome))
            };
            let fates = numbers.iter().filter_map(|number| foretold.forecast.fates.get(*number));
            let count = fates.filter(happens).count();
            if count > 0 {
                outcomes.push((word, count));
            }
        }
        Self { objects, outcomes }
    }
}

impl Stopped {
    fn of(stop: &Stop) -> Self {
        match *stop {
            Stop::Quota { objects, quota } => Self::Quota { objects, quota },
            Stop::Errors(objects) => Self::Errors { objects },
            Stop::Deletions(objects) => Self::Deletions { objects },
        }
    }
}

impl<'a> Object<'a> {
    fn of(foretold: &'a Foretold, chosen: &Chosen, number: usize, places: &Places<'a>) -> Option<Self> {
        let (Some(object), Some(shown), Some(fate)) =
            (foretold.objects.get(number), foretold.shown.get(number), foretold.forecast.fates.get(number))
        else {
            return None;
        };
        let outcomes = fate.outcomes.iter().filter(|outcome| chosen.takes(outcome));
        let outcomes: Vec<Outcome<'_>> =
            outcomes.map(|outcome| Outcome::of(foretold, number, outcome, places)).collect();
        Some(Self {
            object: &object.dn,
            class: object.class.name(),
            source: places.store.name(shown.spot.location.file),
            matched: Match::of(foretold, fate),
            becomes: fate.becomes.as_ref().map(Becomes::of),
            outcomes,
        })
    }
}

impl<'a> Match<'a> {
    fn of(foretold: &'a Foretold, fate: &Fate) -> Self {
        let cloud = fate.twin.cloud.and_then(|cloud| foretold.cloud.get(cloud as usize));
        Self {
            kind: fate.twin.kind.name(),
            cloud_id: cloud.map(|object| &*object.id),
            blocked: fate.twin.is_blocked,
        }
    }
}

impl<'a> Becomes<'a> {
    fn of(values: &'a Values) -> Self {
        let mut fields: Vec<(&'static str, Held<'a>)> = Vec::new();
        for value in values.iter() {
            let name = value.attribute.graph_name();
            if name.is_empty() {
                continue;
            }
            let known = fields.iter_mut().find(|(known, _)| *known == name).map(|(_, held)| held);
            match known {
                Some(Held::Several(texts)) => texts.push(value.text),
                Some(known) => *known = Held::One(value.text),
                None if SEVERAL.contains(&value.attribute) => {
                    fields.push((name, Held::Several(vec![value.text])));
                }
                None => fields.push((name, Held::One(value.text))),
            }
        }
        Self(fields)
    }
}

impl<'a> Outcome<'a> {
    fn of(foretold: &'a Foretold, number: usize, outcome: &'a entra::Outcome, places: &Places<'a>) -> Self {
        let place = spot(foretold, number, outcome);
        Self {
            kind: outcome.kind.name(),
            cycle: outcome.cycle,
            attribute: outcome.attribute.map(Attribute::source_name),
            value: outcome.value.as_deref(),
            holder: outcome.holder.map(|party| name(foretold, party)),
            holder_attribute: outcome.holder_attribute.map(Attribute::source_name),
            error: outcome.error.map(SyncError::name),
            code: outcome.error.and_then(SyncError::code),
            text: outcome.text(),
            from: outcome.from.as_deref(),
            to: outcome.to.as_deref(),
            certainty: outcome.certainty.name(),
            sources: outcome.sources,
            location: place.map(|spot| Place::of(spot.location, places)),
        }
    }
}
