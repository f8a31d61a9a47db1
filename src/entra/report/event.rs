//! Labels of event 6941 and of the block that the Synchronization Service Manager and Connect Health show: `Error Name: ..`,
//! `ErrorType 114` (entra.md 9.2, 9.3).

use std::ops::Range;

use super::text::trimmed;

/// The labels; the longer ones first.
const LABELS: [&str; 30] = [
    "TimeOccurred (UTC)",
    "TimeOccurred",
    "CsObjectIdentifier",
    "ServerErrorDetail",
    "Connector Name",
    "ErrorExtraDetails",
    "ErrorLiteral",
    "Error Literal",
    "Error Detail",
    "Error Name",
    "Error Type",
    "ErrorDetail",
    "ErrorName",
    "ErrorType",
    "ErrorCode",
    "MachineId",
    "ProviderName",
    "TimeCreated",
    "Event ID",
    "Log Name",
    "Tracking Id",
    "Message",
    "Identity",
    "SourceAnchor",
    "ProvisioningErrors",
    "UserPrincipalName",
    "ImmutableId",
    "ExtensionData",
    "ObjectId",
    "Dn",
];
/// Labels that are words of other texts, too: a colon stands behind them in a list of PowerShell.
const LISTED: [&str; 5] =
    ["ProvisioningErrors", "UserPrincipalName", "ImmutableId", "ExtensionData", "ObjectId"];
/// Labels whose value is the name of an error.
const NAMES: [&str; 4] = ["Error Name", "ErrorName", "ErrorType", "Error Type"];
/// Labels whose value is its text.
const TEXTS: [&str; 4] = ["Error Detail", "ErrorDetail", "ErrorLiteral", "Error Literal"];

/// A labelled line.
#[derive(Debug, Clone)]
pub(super) struct Labelled {
    label: &'static str,
    line: Range<usize>,
    pub(super) value: Range<usize>,
}

impl Labelled {
    pub(super) fn is_name(&self) -> bool {
        NAMES.contains(&self.label)
    }

    pub(super) fn is_text(&self) -> bool {
        TEXTS.contains(&self.label)
    }

    pub(super) fn is(&self, label: &str) -> bool {
        self.label.eq_ignore_ascii_case(label)
    }
}

/// The labelled lines of a text; a value goes on to the next label.
pub(super) fn labelled(text: &str) -> Vec<Labelled> {
    let mut found: Vec<Labelled> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let range = trimmed(text, at..at + line.len());
        at += line.len();
        let content = text.get(range.clone()).unwrap_or_default();
        let label = LABELS.iter().find(|label| {
            let head = content.get(..label.len()).is_some_and(|head| head.eq_ignore_ascii_case(label));
            let rest = content.get(label.len()..).unwrap_or_default();
            let is_listed = !LISTED.contains(label) || rest.trim_start().starts_with(':');
            head && is_listed && rest.starts_with([':', ' ', '\t', '='])
        });
        match label {
            Some(label) => {
                let rest = content.get(label.len()..).unwrap_or_default();
                let value = rest.trim_start_matches([' ', '\t', ':', '=']);
                let value = range.end - value.len()..range.end;
                found.push(Labelled { label, line: range, value });
            }
            None => {
                if let Some(last) = found.last_mut().filter(|last| !content.is_empty() && last.is_text()) {
                    last.value.end = range.end;
                }
            }
        }
    }
    found
}

/// Where the errors of a text begin: where a label comes again, and where another run says that it failed.
pub(super) fn starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    let mut seen: Vec<&str> = Vec::new();
    let mut failed = 0;
    let labels = labelled(text);
    for labelled in &labels {
        // an event is told of by a line before its labels
        let between = text.get(failed..labelled.line.start).unwrap_or_default();
        let told = between.rfind("ECMA2 MA").map(|at| failed + at).filter(|at| *at > failed);
        if seen.contains(&labelled.label) {
            let begun = told.filter(|_| seen.iter().any(|label| NAMES.contains(label)));
            starts.push(begun.unwrap_or(labelled.line.start));
            seen.clear();
        }
        seen.push(labelled.label);
        failed = labelled.line.end;
    }
    starts
}
