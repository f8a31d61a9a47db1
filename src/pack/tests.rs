//! Examples that stand beside packs: files that end in `.test.yaml`.

use serde::Deserialize;

use super::load::{Marks, Pack};
use super::raw::{Entries, RawExample};
use super::yaml_fault::{PACK, bad_yaml, text_of};
use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::source::{FileId, Location, Store};

/// A file of tests as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTests {
    tests: Vec<RawTest>,
}

/// A test: an example of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTest {
    rule: String,
    #[serde(default)]
    bad: Option<String>,
    #[serde(default)]
    good: Option<String>,
    #[serde(default)]
    set: Entries<String>,
}

/// Adds the examples of a file of tests to the rules that they are of.
///
/// # Errors
/// What is wrong with the file: its YAML, or a rule that no pack has.
pub fn add_tests(packs: &mut [Pack], store: &Store, file: FileId) -> Result<(), Vec<Problem>> {
    let text = text_of(store, file, &PACK).map_err(|problem| vec![*problem])?;
    let raw: RawTests =
        serde_yaml::from_str(&text).map_err(|error| vec![bad_yaml(&error, &text, store, file, &PACK)])?;
    let marks = Marks::of(store, file, &text);
    let mut problems = Vec::new();
    for (number, test) in raw.tests.into_iter().enumerate() {
        let mut rules = packs.iter_mut().flat_map(|pack| pack.content.rules.iter_mut());
        if let Some(rule) = rules.find(|rule| rule.id == test.rule) {
            rule.examples.push(RawExample { bad: test.bad, good: test.good, set: test.set });
            continue;
        }
        let known = packs.iter().flat_map(|pack| &pack.content.rules).map(|rule| rule.id.as_str());
        let help = did_you_mean(&test.rule, known)
            .unwrap_or_else(|| "name the pack that has it on the command line as well".to_owned());
        let at = marks.scalar(&format!("tests/{number}/rule")).unwrap_or(Location::new(file, 0, 0));
        let problem = Problem::error("test-unknown-rule", format!("there is no rule `{}`", test.rule));
        problems.push(problem.at(at).label("not known").help(help));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
