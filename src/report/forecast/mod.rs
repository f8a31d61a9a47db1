//! Forecasts to bytes: for people, as JSON and as CSV; and the table of matches in the same three forms.

mod csv;
mod html;
mod human;
mod json;
mod matches;
mod wording;

use std::io::{self, Write};

use super::Style;
use super::place::Places;
use crate::entra::{Attribute, Class, Fate, Kind, Outcome, Party};
use crate::run::forecast::Foretold;
use crate::snapshot::Spot;
use crate::source::Store;

pub(super) use json::Document;
pub(super) use matches::Document as Matches;

/// How a forecast is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForecastFormat {
    /// Numbers, then a block for each object to which something happens.
    Human,
    /// One document, `presync-forecast/1` or `presync-matches/1`.
    Json,
    /// A line for each outcome, or for each match.
    Csv,
    /// One page that works offline; there is none of matches.
    Html,
}

/// Which objects of a forecast are written.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Only outcomes of these kinds; all if there are none.
    pub kinds: Vec<Kind>,
    /// Only objects of this class.
    pub class: Option<Class>,
    /// Only the object with this distinguished name, user principal name or address.
    pub object: Option<String>,
}

impl Chosen {
    /// The numbers of the objects, in their order.
    #[must_use]
    pub fn objects(&self, foretold: &Foretold) -> Vec<usize> {
        let fates = foretold.forecast.fates.iter().enumerate();
        let wanted = self.object.as_deref().map(plain);
        let is_chosen = |number: usize, fate: &Fate| {
            let Some(object) = foretold.objects.get(number) else { return false };
            let is_named = wanted.as_deref().is_none_or(|wanted| {
                let names = [Attribute::UserPrincipalName, Attribute::Mail, Attribute::ProxyAddresses];
                plain(&object.dn) == wanted
                    || object
                        .values
                        .iter()
                        .any(|value| names.contains(&value.attribute) && plain(address(value.text)) == wanted)
            });
            is_named
                && self.class.is_none_or(|class| class == object.class)
                && fate.outcomes.iter().any(|outcome| self.takes(outcome))
        };
        fates.filter(|(number, fate)| is_chosen(*number, fate)).map(|(number, _)| number).collect()
    }

    /// Whether an outcome is of a kind that is asked for.
    #[must_use]
    pub fn takes(&self, outcome: &Outcome) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&outcome.kind)
    }
}

/// Writes a forecast.
///
/// # Errors
/// What the operating system says of writing.
pub fn forecast(
    format: ForecastFormat,
    foretold: &Foretold,
    chosen: &Chosen,
    (store, style): (&Store, &Style<'_>),
    out: &mut dyn Write,
) -> io::Result<()> {
    let places = places(foretold, store);
    let style = &Style { links: style.links && format == ForecastFormat::Human, ..*style };
    match format {
        ForecastFormat::Human => human::write(foretold, chosen, &places, style, out),
        ForecastFormat::Json => json::write(foretold, chosen, &places, out),
        ForecastFormat::Csv => csv::write(foretold, chosen, &places, out),
        ForecastFormat::Html => html::write(foretold, chosen, &places, style, out),
    }
}

/// Writes which objects of the two sides belong together.
///
/// # Errors
/// What the operating system says of writing.
pub fn matches(
    format: ForecastFormat,
    foretold: &Foretold,
    chosen: &Chosen,
    store: &Store,
    out: &mut dyn Write,
) -> io::Result<()> {
    let places = places(foretold, store);
    let table = matches::table(foretold, chosen);
    match format {
        ForecastFormat::Human => matches::human(&table, out),
        ForecastFormat::Json => matches::json(&table, foretold, &places, out),
        ForecastFormat::Csv => matches::csv(&table, out),
        ForecastFormat::Html => Ok(()),
    }
}

fn places<'s>(foretold: &Foretold, store: &'s Store) -> Places<'s> {
    let shown = foretold.shown.iter().chain(&foretold.cloud_shown);
    Places::of_files(shown.map(|shown| shown.spot.location.file), store)
}

/// The name of an object of either side: a distinguished name, or an id.
fn name(foretold: &Foretold, party: Party) -> &str {
    let name = match party {
        Party::Source(number) => foretold.objects.get(number as usize).map(|object| &*object.dn),
        Party::Cloud(number) => foretold.cloud.get(number as usize).map(|object| &*object.id),
    };
    name.unwrap_or_default()
}

/// The place of what an outcome is about; the name of the object if it is about no value.
fn spot(foretold: &Foretold, number: usize, outcome: &Outcome) -> Option<Spot> {
    let of_value = foretold.spots.get(outcome.place.0 as usize).copied().map(Spot::from);
    of_value.or_else(|| foretold.shown.get(number).map(|shown| shown.spot))
}

/// Where the other object of an outcome holds the value; its name if it stands nowhere.
fn holder_spot(foretold: &Foretold, outcome: &Outcome) -> Option<Spot> {
    let party = outcome.holder?;
    let (values, shown) = match party {
        Party::Source(number) => (
            foretold.objects.get(number as usize).map(|object| &object.values),
            foretold.shown.get(number as usize),
        ),
        Party::Cloud(number) => (
            foretold.cloud.get(number as usize).map(|object| &object.values),
            foretold.cloud_shown.get(number as usize),
        ),
    };
    let wanted = plain(address(outcome.value.as_deref().unwrap_or_default()));
    let is_held = |value: &crate::entra::Value<'_>| {
        outcome.holder_attribute.is_none_or(|attribute| attribute == value.attribute)
            && plain(address(value.text)) == wanted
    };
    let held = values.into_iter().flat_map(|values| values.iter()).find(is_held);
    let of_value = held.and_then(|value| foretold.spots.get(value.place.0 as usize).copied()).map(Spot::from);
    of_value.or_else(|| shown.map(|shown| shown.spot))
}

/// A text by which names compare.
fn plain(text: &str) -> String {
    let folded = crate::snapshot::value::folded(text.trim().as_bytes());
    String::from_utf8_lossy(&folded).into_owned()
}

/// An address without its type.
fn address(text: &str) -> &str {
    text.split_once(':').map_or(text, |(_, address)| address)
}
