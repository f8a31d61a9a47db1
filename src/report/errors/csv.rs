//! A line for each error, or for each pair.

use std::io::{self, Write};

use super::{First, Listing};
use crate::report::cells::row;
use crate::run::Party;

pub(super) fn write(listing: &Listing<'_>, out: &mut dyn Write) -> io::Result<()> {
    if listing.by_pair {
        return pairs(listing, out);
    }
    row(
        &[
            "id",
            "displayName",
            "class",
            "property",
            "value",
            "occurred",
            "category",
            "state",
            "role",
            "holderId",
            "holderName",
        ],
        out,
    )?;
    for error in &listing.errors {
        let [id, name, class] = party(listing.party(error.party));
        let first = error.holders.first().and_then(|(number, _)| listing.party(*number));
        let [holder, holder_name, _] = party(first);
        let occurred = error.occurred.as_deref().unwrap_or_default();
        let category = error.category.as_deref().unwrap_or_default();
        let (state, side) = (error.state.name(), error.side.name());
        row(
            &[
                id,
                name,
                class,
                &error.property,
                &error.value,
                occurred,
                category,
                state,
                side,
                holder,
                holder_name,
            ],
            out,
        )?;
    }
    Ok(())
}

fn pairs(listing: &Listing<'_>, out: &mut dyn Write) -> io::Result<()> {
    row(
        &[
            "victimId",
            "victimName",
            "victimClass",
            "holderId",
            "holderName",
            "holderClass",
            "property",
            "value",
            "occurred",
            "first",
        ],
        out,
    )?;
    for pair in &listing.pairs {
        let [id, name, class] = party(listing.party(pair.error.party));
        let [holder, holder_name, holder_class] = party(listing.party(pair.holder));
        let occurred = pair.error.occurred.as_deref().unwrap_or_default();
        let first = if pair.first == First::Victim { "victim" } else { "holder" };
        let (property, value) = (&pair.error.property, &pair.error.value);
        row(&[id, name, class, holder, holder_name, holder_class, property, value, occurred, first], out)?;
    }
    Ok(())
}

fn party(party: Option<&Party>) -> [&str; 3] {
    party.map_or([""; 3], |party| [&party.id, &party.name, &party.class])
}
