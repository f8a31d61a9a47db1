//! What stands in every document: values, places, and what is wrong with files and rules.

use std::borrow::Cow;

use data_encoding::BASE64;
use schemars::JsonSchema;
use serde::Serialize;

use super::super::place::Places;
use crate::finding::{self, Severity};
use crate::source::Location;

/// A decoded value: text if it is UTF-8 without NUL, else its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::report) enum Value<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes that are no text.
    Bytes {
        /// The bytes in base64.
        base64: String,
    },
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Self::Text(text.into()),
            _ => Self::Bytes { base64: BASE64.encode(bytes) },
        }
    }
}

impl Value<'static> {
    /// The same of bytes that nobody else keeps.
    pub(in crate::report) fn owned(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Self::Text(text.into()),
            Ok(text) => Self::Bytes { base64: BASE64.encode(text.as_bytes()) },
            Err(error) => Self::Bytes { base64: BASE64.encode(error.as_bytes()) },
        }
    }
}

/// A place in a file. Lines and columns count from 1, columns in Unicode scalar values; the end is exclusive. Offset and
/// length count bytes, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::report) struct Place<'a> {
    /// Its path with `/`, `-` for standard input.
    file: &'a str,
    line: u64,
    column: u64,
    end_line: u64,
    end_column: u64,
    offset: u64,
    length: u64,
    /// The bytes are those of the text of the file in UTF-8: it had to be transcoded or unpacked.
    #[serde(skip_serializing_if = "is_false")]
    transcoded: bool,
}

impl<'a> Place<'a> {
    pub(in crate::report) fn of(place: Location, places: &Places<'a>) -> Self {
        let (start, end) = places.extent(place);
        Self {
            file: places.store.name(place.file),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            offset: place.span.offset,
            length: place.span.length,
            transcoded: places.store.transcoded(place.file),
        }
    }
}

/// For fields that are left out where they say nothing.
#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands on a reference
pub(super) fn is_false(truth: &bool) -> bool {
    !truth
}

/// What is wrong with a file or a rule. An error among them makes exit code 2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::report) struct Problem<'a> {
    /// A name in kebab-case that never changes.
    code: &'a str,
    severity: Severity,
    message: &'a str,
    /// The remedy.
    help: Option<&'a str>,
    /// Where; null if the whole run is meant.
    location: Option<Place<'a>>,
    /// Other places that belong to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Labelled<'a>>,
}

/// A place, and what it has to do with the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Labelled<'a> {
    location: Place<'a>,
    label: &'a str,
}

impl<'a> Problem<'a> {
    pub(in crate::report) fn of(problem: &'a finding::Problem, places: &Places<'a>) -> Self {
        let related = problem
            .related
            .iter()
            .map(|(place, label)| Labelled { location: Place::of(*place, places), label });
        Self {
            code: problem.code,
            severity: problem.severity,
            message: &problem.message,
            help: problem.help.as_deref(),
            location: problem.location.map(|place| Place::of(place, places)),
            related: related.collect(),
        }
    }
}
