//! What is wrong before anything could be done, for programs.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::json::of_problem;
use super::place::Places;
use crate::finding::{Problem, printable_json};
use crate::source::Store;

/// Writes a document of a schema (`presync-forecast/1`) that holds nothing but problems.
///
/// # Errors
/// What the operating system says of reading the files again, or of writing.
pub fn failure(schema: &str, problems: &[Problem], store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let files = problems.iter().flat_map(|problem| {
        let related = problem.related.iter().map(|(place, _)| place.file);
        problem.location.iter().map(|place| place.file).chain(related)
    });
    let places = Places::of_files(files, store)?;
    let problems: io::Result<Vec<Value>> =
        problems.iter().map(|problem| Ok(Value::Object(of_problem(problem, &places, Map::new())?))).collect();
    writeln!(out, "{}", printable_json(json!({ "schema": schema, "problems": problems? }).to_string()))
}
