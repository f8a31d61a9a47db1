//! What is wrong before anything could be done, for programs.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::json::{self, text};
use super::place::Places;
use crate::finding::Problem;
use crate::source::Store;

/// Nothing could be done.
#[derive(Serialize, JsonSchema)]
pub(super) struct Failure<'a> {
    /// The form that the document would have had.
    schema: &'a str,
    problems: Vec<json::Problem<'a>>,
}

/// Writes a document of a schema (`presync-forecast/1`) that holds nothing but problems.
///
/// # Errors
/// What the operating system says of writing.
pub fn failure(schema: &str, problems: &[Problem], store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let files = problems.iter().flat_map(|problem| {
        let related = problem.related.iter().map(|(place, _)| place.file);
        problem.location.iter().map(|place| place.file).chain(related)
    });
    let places = Places::of_files(files, store);
    let problems = problems.iter().map(|problem| json::Problem::of(problem, &places));
    let failure = Failure { schema, problems: problems.collect() };
    writeln!(out, "{}", text(&failure)?)
}
