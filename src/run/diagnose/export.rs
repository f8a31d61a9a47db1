//! The errors in an export of csexport, object by object.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::entra::anchor::from_connector_name;
use crate::entra::report::{Clue, ClueKind, Report, Reported};
use crate::finding::Problem;
use crate::language::symbols::Symbols;
use crate::run::files::{Files, Input};
use crate::run::gather::{Object, Search};
use crate::snapshot::Format;
use crate::snapshot::shape::Shape;
use crate::source::{FileId, Location, Store};

/// How many bytes tell what a report is.
const HEAD: usize = 1 << 16;
const ASKED: &[&str] =
    &["exportError", "exportErrorCode", "exportErrorText", "exportErrorDetail", "ma-name", "sourceAnchor"];

/// Whether a report is an export of csexport.
#[must_use]
pub fn is_export(store: &Store, report: FileId) -> bool {
    let mut head = Vec::new();
    store.read(report, store.start(report), HEAD, &mut head).is_ok()
        && memchr::memmem::find(&head, b"<cs-object").is_some()
}

/// The errors of the objects, each with where it stands.
pub(super) fn read(
    store: &Store,
    report: FileId,
    symbols: &Symbols,
    shapes: Vec<Shape>,
    problems: &mut Vec<Problem>,
) -> Vec<(Reported, Location)> {
    let search = Search::new(ASKED, symbols, shapes);
    let files = Files { inputs: vec![Input::of(report, Format::Csexport)], ..Files::default() };
    let ours = AtomicU64::new(0);
    let found = search.gather(store, &files, |object| {
        let is_ours = from_connector_name(&object.name).is_ok();
        ours.fetch_add(u64::from(is_ours), Ordering::Relaxed);
        let fails = object.all(search.slot("exportError")).next().is_some();
        (!is_ours || fails).then_some(object)
    });
    problems.extend(found.problems);
    let others = found.found.iter().filter(|object| from_connector_name(&object.name).is_err());
    if let Some(other) = others.into_iter().next().filter(|_| ours.into_inner() == 0) {
        let agent = other.text(search.slot("ma-name"));
        let agent =
            agent.map(|name| format!(" (`{}`)", crate::finding::printable(&name))).unwrap_or_default();
        let message = format!(
            "`{}` is an export of another connector{agent}: its objects are not those of Entra",
            store.name(report)
        );
        let help = "export the connector of Entra, whose name ends with `- AAD`: `presync export-command csexport --host contoso.onmicrosoft.com` \
                    prints the command";
        problems.push(
            Problem::error("report-other-connector", message)
                .at(other.spot.location)
                .label("no name of Entra's connector")
                .help(help),
        );
        return Vec::new();
    }
    found.found.iter().filter_map(|object| reported(object, &search, problems)).collect()
}

fn reported(object: &Object, search: &Search, problems: &mut Vec<Problem>) -> Option<(Reported, Location)> {
    let text = |name: &str| object.text(search.slot(name)).unwrap_or_default();
    let kind = object.all(search.slot("exportError")).next()?;
    let (said, detail) = (text("exportErrorText"), text("exportErrorDetail"));
    // the detail names the other object; `N/A` stands there if the service gave none
    let said = if detail.contains('[') { format!("{said}\n{detail}") } else { said };
    let mut reported = Report::of_export(&kind.text(), &text("exportErrorCode"), &said)?;
    let words = object.all(search.slot("exportErrorText")).next();
    let location = words.map_or(kind.spot.location, |words| words.spot.location);
    let anchor = match from_connector_name(&object.name) {
        Ok(anchor) => Some(anchor),
        Err(fault) => {
            let message =
                format!("`{}` is no source anchor: {fault}", crate::finding::printable(&object.name));
            let help = "is the file an export of the connector of Entra, and whole?";
            problems.push(
                Problem::error("report-bad-anchor", message)
                    .at(object.spot.location)
                    .label("this is no source anchor")
                    .help(help),
            );
            None
        }
    };
    let anchors = anchor.into_iter().chain(object.text(search.slot("sourceAnchor")));
    for text in anchors {
        let clue = Clue { kind: ClueKind::Anchor, text, place: 0..0 };
        if !reported.clues.contains(&clue) {
            reported.clues.push(clue);
        }
    }
    Some((reported, location))
}
