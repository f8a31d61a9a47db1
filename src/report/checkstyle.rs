//! Checkstyle, which most build servers read: the findings and problems of each file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::concise::severity;
use super::place::Places;
use super::xml::text;
use crate::finding::{Outcome, Severity};
use crate::source::{Location, Store};

/// What stands for the whole run where no file is to blame.
const RUN: &str = ".";

pub(super) fn write(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store);
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    for finding in &outcome.findings {
        let place = places.fault(&finding.primary);
        let lines = files.entry(store.name(place.file)).or_default();
        lines.push_str(&error(
            Some(place),
            finding.rule.severity,
            &finding.message,
            &finding.rule.id,
            &places,
        ));
    }
    for problem in &outcome.problems {
        let lines = files.entry(problem.location.map_or(RUN, |place| store.name(place.file))).or_default();
        lines.push_str(&error(problem.location, problem.severity, &problem.message, problem.code, &places));
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"8.0\">")?;
    for (name, lines) in files {
        write!(out, "  <file name=\"{}\">\n{lines}  </file>\n", text(name))?;
    }
    writeln!(out, "</checkstyle>")
}

fn error(place: Option<Location>, level: Severity, message: &str, id: &str, places: &Places<'_>) -> String {
    let position = match place {
        None => String::new(),
        Some(place) => {
            let start = places.position(place.file, place.span.offset);
            format!(" line=\"{}\" column=\"{}\"", start.line, start.column)
        }
    };
    let (message, id) = (text(message), text(id));
    format!(
        "    <error{position} severity=\"{}\" message=\"{message}\" source=\"presync.{id}\"/>\n",
        severity(level)
    )
}
