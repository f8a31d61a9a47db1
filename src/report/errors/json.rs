//! JSON, version 1: fields may be added, never changed or removed.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{First, Listing, Pair};
use crate::report::json::{Place, Problem, text};
use crate::report::place::Places;
use crate::run::{self, Recorded};
use crate::source::Store;

/// The name of the form of `presync errors`.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync-errors/1")]
    Version1,
}

/// The provisioning errors that a tenant records.
#[derive(Serialize, JsonSchema)]
pub(in crate::report) struct Document<'a> {
    schema: Schema,
    errors: Vec<Error<'a>>,
    /// Each object that is refused a value with one that holds it.
    pairs: Vec<Paired<'a>>,
    /// Users with a placeholder for a sign-in name that nobody holds any more.
    placeholders: Vec<Placeholder<'a>>,
    problems: Vec<Problem<'a>>,
}

/// An object of the tenant.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Party<'a> {
    id: Option<&'a str>,
    display_name: Option<&'a str>,
    class: Option<&'a str>,
}

/// One error of one object.
#[derive(Serialize, JsonSchema)]
struct Error<'a> {
    #[serde(flatten)]
    party: Party<'a>,
    /// The property, as it is recorded.
    property: &'a str,
    /// The value, as it is recorded.
    value: &'a str,
    occurred: Option<&'a str>,
    category: Option<&'a str>,
    /// Whether somebody holds the value, or the task that runs every hour gives it back.
    #[schemars(extend("enum" = ["conflict", "healing"]))]
    state: &'static str,
    #[schemars(extend("enum" = ["victim", "holder", "unknown"]))]
    role: &'static str,
    /// Who else holds the value.
    holders: Vec<Holder<'a>>,
    /// The sign-in name that the object has in place of the value.
    placeholder: Option<&'a str>,
    location: Place<'a>,
}

/// Who holds a value, and as what.
#[derive(Serialize, JsonSchema)]
struct Holder<'a> {
    #[serde(flatten)]
    party: Party<'a>,
    attribute: &'static str,
}

/// An object that is refused a value, and the one that holds it.
#[derive(Serialize, JsonSchema)]
struct Paired<'a> {
    victim: Party<'a>,
    holder: Party<'a>,
    property: &'a str,
    value: &'a str,
    occurred: Option<&'a str>,
    /// The attribute that the holder has the value in.
    held_as: &'static str,
    /// Which of them was there first.
    #[schemars(extend("enum" = ["victim", "holder"]))]
    first: &'static str,
    /// What tells so: when both were made, or who has the value.
    #[schemars(extend("enum" = ["created", "value"]))]
    first_by: &'static str,
}

/// A user with a placeholder for a sign-in name that nobody holds any more.
#[derive(Serialize, JsonSchema)]
struct Placeholder<'a> {
    #[serde(flatten)]
    party: Party<'a>,
    /// The sign-in name that it has.
    #[serde(rename = "userPrincipalName")]
    user_principal_name: &'a str,
    /// The one that the directory sends.
    value: &'a str,
    location: Place<'a>,
}

pub(super) fn write(listing: &Listing<'_>, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let of_errors = listing.errors.iter().map(|error| error.location.file);
    let of_names = listing.placeholders.iter().map(|placeholder| placeholder.location.file);
    let of_problems = listing.problems.iter().flat_map(|problem| {
        let related = problem.related.iter().map(|(place, _)| place.file);
        problem.location.iter().map(|place| place.file).chain(related)
    });
    let places = Places::of_files(of_errors.chain(of_names).chain(of_problems), store);
    let errors = listing.errors.iter().map(|error| Error::of(error, listing, &places));
    let placeholders = listing.placeholders.iter().map(|placeholder| Placeholder {
        party: Party::of(listing.party(placeholder.party)),
        user_principal_name: &placeholder.name,
        value: &placeholder.wanted,
        location: Place::of(placeholder.location, &places),
    });
    let problems = listing.problems.iter().map(|problem| Problem::of(problem, &places));
    let document = Document {
        schema: Schema::Version1,
        errors: errors.collect(),
        pairs: listing.pairs.iter().map(|pair| Paired::of(pair, listing)).collect(),
        placeholders: placeholders.collect(),
        problems: problems.collect(),
    };
    writeln!(out, "{}", text(&document)?)
}

impl<'a> Party<'a> {
    fn of(party: Option<&'a run::Party>) -> Self {
        Self {
            id: party.map(|party| party.id.as_str()),
            display_name: party.map(|party| party.name.as_str()),
            class: party.map(|party| party.class.as_str()),
        }
    }
}

impl<'a> Error<'a> {
    fn of(error: &'a Recorded, listing: &'a Listing<'_>, places: &Places<'a>) -> Self {
        let holders = error.holders.iter().map(|(number, attribute)| Holder {
            party: Party::of(listing.party(*number)),
            attribute: attribute.graph_name(),
        });
        Self {
            party: Party::of(listing.party(error.party)),
            property: &error.property,
            value: &error.value,
            occurred: error.occurred.as_deref(),
            category: error.category.as_deref(),
            state: error.state.name(),
            role: error.side.name(),
            holders: holders.collect(),
            placeholder: error.placeholder.as_deref(),
            location: Place::of(error.location, places),
        }
    }
}

impl<'a> Paired<'a> {
    fn of(pair: &'a Pair<'_>, listing: &'a Listing<'_>) -> Self {
        Self {
            victim: Party::of(listing.party(pair.error.party)),
            holder: Party::of(listing.party(pair.holder)),
            property: &pair.error.property,
            value: &pair.error.value,
            occurred: pair.error.occurred.as_deref(),
            held_as: pair.held_as.graph_name(),
            first: if pair.first == First::Victim { "victim" } else { "holder" },
            first_by: if pair.first == First::HolderByValue { "value" } else { "created" },
        }
    }
}
