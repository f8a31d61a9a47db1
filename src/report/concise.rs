//! One line for each finding: for `grep`, and for editors that jump to places.

use std::io::{self, Write};

use super::place::Places;
use crate::finding::{Outcome, Severity, printable};
use crate::source::Store;

pub(super) fn write(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store);
    for finding in &outcome.findings {
        let first = places.fault(&finding.primary);
        let position = places.position(first.file, first.span.offset);
        writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            printable(store.name(first.file)),
            position.line,
            position.column,
            severity(finding.rule.severity),
            finding.rule.id,
            printable(&finding.message),
        )?;
    }
    Ok(())
}

/// The word for a severity.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
