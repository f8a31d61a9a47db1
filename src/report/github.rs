//! Annotations of GitHub Actions: commands in the log of a step, as the page "Workflow commands for GitHub Actions" has them.
//! GitHub shows ten of each kind for a step and fifty for a job; the log holds all of them, those first that harm most.

use std::io::{self, Write};

use super::place::Places;
use crate::finding::{Outcome, Severity, printable};
use crate::source::{Location, Store};

pub(super) fn write(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store);
    for problem in &outcome.problems {
        let help = problem.help.as_deref();
        let said = [&problem.message, help.unwrap_or_default()];
        command(problem.severity, problem.location, problem.code, said, &places, out)?;
    }
    for finding in &outcome.findings {
        let place = Some(places.fault(&finding.primary));
        let said = [&finding.message, finding.help.as_deref().unwrap_or_default()];
        command(finding.rule.severity, place, &finding.rule.id, said, &places, out)?;
    }
    Ok(())
}

fn command(
    severity: Severity,
    place: Option<Location>,
    title: &str,
    said: [&str; 2],
    places: &Places<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let word = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    write!(out, "::{word} ")?;
    if let Some(place) = place {
        let (start, end) = places.extent(place);
        write!(
            out,
            "file={},line={},endLine={}",
            property(places.store.name(place.file)),
            start.line,
            end.line
        )?;
        // GitHub takes columns only within one line, and the last one with it
        if start.line == end.line {
            let last = end.column.saturating_sub(1).max(start.column);
            write!(out, ",col={},endColumn={last}", start.column)?;
        }
        write!(out, ",")?;
    }
    let said: Vec<String> = said.iter().filter(|text| !text.is_empty()).map(|text| data(text)).collect();
    writeln!(out, "title={}::{}", property(title), said.join("%0A"))
}

/// The text of a command.
fn data(text: &str) -> String {
    printable(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
