//! A line of CSV for each outcome.

use std::io::{self, Write};

use super::{Chosen, name, spot};
use crate::report::cells::row;
use crate::report::place::Places;
use crate::run::forecast::Foretold;

const HEADER: [&str; 21] = [
    "object",
    "class",
    "source",
    "match",
    "cloud_id",
    "kind",
    "cycle",
    "certainty",
    "attribute",
    "value",
    "holder",
    "holder_attribute",
    "error",
    "code",
    "text",
    "from",
    "to",
    "sources",
    "file",
    "line",
    "column",
];

/// Writes the header and the lines.
pub(super) fn write(
    foretold: &Foretold,
    chosen: &Chosen,
    places: &Places<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    row(&HEADER, out)?;
    for number in chosen.objects(foretold) {
        let (Some(object), Some(shown), Some(fate)) =
            (foretold.objects.get(number), foretold.shown.get(number), foretold.forecast.fates.get(number))
        else {
            continue;
        };
        let source = places.store.name(shown.spot.location.file);
        let cloud = fate.twin.cloud.and_then(|cloud| foretold.cloud.get(cloud as usize));
        for outcome in fate.outcomes.iter().filter(|outcome| chosen.takes(outcome)) {
            let Some(spot) = spot(foretold, number, outcome) else { continue };
            let position = places.position(spot.location.file, spot.location.span.offset);
            let text = outcome.text().unwrap_or_default();
            row(
                &[
                    &object.dn,
                    object.class.name(),
                    source,
                    fate.twin.kind.name(),
                    cloud.map_or("", |object| &*object.id),
                    outcome.kind.name(),
                    &outcome.cycle.to_string(),
                    outcome.certainty.name(),
                    outcome.attribute.map_or("", crate::entra::Attribute::source_name),
                    outcome.value.as_deref().unwrap_or_default(),
                    outcome.holder.map_or("", |party| name(foretold, party)),
                    outcome.holder_attribute.map_or("", crate::entra::Attribute::source_name),
                    outcome.error.map_or("", crate::entra::SyncError::name),
                    outcome.error.and_then(crate::entra::SyncError::code).unwrap_or_default(),
                    &text,
                    outcome.from.as_deref().unwrap_or_default(),
                    outcome.to.as_deref().unwrap_or_default(),
                    &outcome.sources.join(" "),
                    places.store.name(spot.location.file),
                    &position.line.to_string(),
                    &position.column.to_string(),
                ],
                out,
            )?;
        }
    }
    Ok(())
}
