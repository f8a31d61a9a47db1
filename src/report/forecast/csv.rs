//! CSV (RFC 4180) that a spreadsheet may open: no cell is taken for a formula.

use std::borrow::Cow;
use std::io::{self, Write};

use super::{Chosen, name, spot};
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

/// A line for each outcome.
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
        let cloud = fate.twin.cloud.and_then(|cloud| foretold.cloud_shown.get(cloud as usize));
        for outcome in fate.outcomes.iter().filter(|outcome| chosen.takes(outcome)) {
            let Some(spot) = spot(foretold, number, outcome) else { continue };
            let position = places.position(spot.location.file, spot.location.span.offset)?;
            let text = outcome.text().unwrap_or_default();
            row(
                &[
                    &object.dn,
                    object.class.name(),
                    source,
                    fate.twin.kind.name(),
                    cloud.map_or("", |shown| shown.name.as_str()),
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

/// One line of cells.
pub(in crate::report) fn row(cells: &[&str], out: &mut dyn Write) -> io::Result<()> {
    for (number, text) in cells.iter().enumerate() {
        if number > 0 {
            out.write_all(b",")?;
        }
        out.write_all(cell(text).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// A cell. What a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV Injection").
fn cell(text: &str) -> Cow<'_, str> {
    let shown = crate::finding::printable(text);
    let is_formula = shown.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '|', '%']);
    let safe = if is_formula { Cow::Owned(format!("'{shown}")) } else { shown };
    if safe.contains([',', '"', '\n', '\r']) || is_formula {
        return Cow::Owned(format!("\"{}\"", safe.replace('"', "\"\"")));
    }
    safe
}
