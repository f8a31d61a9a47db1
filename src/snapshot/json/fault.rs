//! Every fault of a JSON file: its code, how bad it is, and its words.

use crate::finding::{Problem, Severity};
use crate::source::Location;

/// A fault of a JSON file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    CutShort,
    OpenText,
    Unexpected,
    TrailingComma,
    MissingComma,
    TooDeep,
    BadLiteral,
    BadEscape,
    HalfPair,
    Control,
    NotUtf8,
    SameKey,
    ServiceError,
    TooLarge,
}

use Fault as F;

const ERROR: Severity = Severity::Error;

/// Fault, code, severity, message, label, remedy.
type Row = (Fault, &'static str, Severity, &'static str, &'static str, &'static str);

const TABLE: &[Row] = &[
    (
        F::CutShort,
        "json-cut-short",
        ERROR,
        "the file ends within a value: objects are missing",
        "this is never closed",
        "export again; the disk may have been full, or the command was interrupted",
    ),
    (
        F::OpenText,
        "json-open-text",
        ERROR,
        "a text is not closed in its line",
        "begins here",
        "write the closing quote; a line break within a text is `\\n`",
    ),
    (
        F::Unexpected,
        "json-unexpected",
        ERROR,
        "this is no JSON",
        "not expected here",
        "export again, or mend the file by hand; what stands behind is not judged",
    ),
    (
        F::TrailingComma,
        "json-trailing-comma",
        ERROR,
        "nothing follows this comma",
        "one too many",
        "remove it",
    ),
    (F::MissingComma, "json-missing-comma", ERROR, "a comma is missing", "expected before this", "write `,`"),
    (
        F::TooDeep,
        "json-too-deep",
        ERROR,
        "values are nested more than 1,000 deep",
        "too deep",
        "no directory looks like this; the rest of the file is not judged",
    ),
    (
        F::BadLiteral,
        "json-bad-literal",
        ERROR,
        "this is no value",
        "neither a number, nor `true`, `false` or `null`",
        "put it in quotes if it is text",
    ),
    (
        F::BadEscape,
        "json-bad-escape",
        ERROR,
        "this is no escape",
        "not known",
        "write `\\\\` for a backslash, `\\u` with four digits for a character",
    ),
    (
        F::HalfPair,
        "json-half-pair",
        ERROR,
        "half of a character stands here",
        "its other half is missing",
        "the text was cut within a character; export it again",
    ),
    (
        F::Control,
        "json-control",
        ERROR,
        "a text holds a control character",
        "must be written as an escape",
        "write `\\u` with four digits",
    ),
    (
        F::NotUtf8,
        "json-not-utf8",
        ERROR,
        "this text is not UTF-8",
        "the first byte that is none",
        "export as UTF-8",
    ),
    (
        F::SameKey,
        "json-same-key",
        Severity::Warning,
        "an object has a field twice",
        "again",
        "most programs see only the last one; presync judges both",
    ),
    (
        F::ServiceError,
        "json-service-error",
        ERROR,
        "the file holds an error of the service in place of objects",
        "the service said no",
        "read its message, and export again",
    ),
    (
        F::TooLarge,
        "record-too-large",
        ERROR,
        "an object is larger than 512 MB",
        "begins here",
        "split the file",
    ),
];

impl Fault {
    /// The problem at a place.
    pub(super) fn at(self, location: Location) -> Problem {
        let row = TABLE.iter().find(|row| row.0 == self);
        let Some((_, code, severity, message, label, help)) = row else {
            return Problem::error("json", "this is no JSON").at(location);
        };
        Problem { severity: *severity, ..Problem::error(code, *message) }
            .at(location)
            .label(*label)
            .help(*help)
    }
}
