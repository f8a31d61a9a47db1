//! `presync test`: the examples in packs.

use std::io::{self, Write};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::arguments::{Common, Test};
use super::session::{FAILED, Packs, fail, packs, parameters, standard_output, threads};
use crate::config::Settings;
use crate::finding::Problem;
use crate::pack::{RuleOrigin, Rulebook};
use crate::run::{Example, ExampleResult, Kind, Proved, examples, run_example, shows_fixes};

pub(super) fn run(options: &Test, common: &Common) -> io::Result<u8> {
    threads(common);
    let mut store = super::session::store(common);
    let Packs { library, problems } = packs(&mut store, common, &options.paths);
    if !problems.is_empty() {
        return fail(&problems, &store, common);
    }
    let set = match parameters(&library, &Settings::default(), common, &store) {
        Ok(set) => set,
        Err(problems) => return fail(&problems, &store, common),
    };
    // whoever names packs wants to test these; the built-in ones only give them names
    let own = !options.paths.is_empty() || !common.rules.is_empty();
    let is_built_in = |origin: RuleOrigin| library.packs().get(origin.pack).is_some_and(|pack| pack.built_in);
    let tested: Vec<Example<'_>> =
        examples(&library).filter(|example| !own || !is_built_in(example.origin)).collect();
    let mut books: FxHashMap<Terms, Rulebook> = FxHashMap::default();
    for example in &tested {
        let (sources, all) = terms(&set, example);
        books
            .entry((sources.clone(), all.clone()))
            .or_insert_with(|| library.compile(&store, &sources, &all, &|rule| Some(rule.severity.into())));
    }
    let mut book_problems: Vec<Problem> = Vec::new();
    for problem in
        tested.iter().filter_map(|example| books.get(&terms(&set, example))).flat_map(|book| &book.problems)
    {
        if !book_problems.contains(problem) {
            book_problems.push(problem.clone());
        }
    }
    if !book_problems.is_empty() {
        return fail(&book_problems, &store, common);
    }
    if tested.is_empty() {
        let problem = Problem::error("no-examples", "there are no examples to test");
        return fail(&[problem.help("a rule has `examples:` with `bad:` and `good:`")], &store, common);
    }
    let results: Vec<(&Example<'_>, ExampleResult)> = tested
        .par_iter()
        .map(|example| {
            let none = Rulebook::default();
            let book = books.get(&terms(&set, example)).unwrap_or(&none);
            (example, run_example(example, book))
        })
        .collect();
    let mut out = standard_output();
    let mut failed = 0;
    for (example, result) in &results {
        let kind = if example.kind == Kind::Bad { "bad" } else { "good" };
        if let Err(reason) = result {
            failed += 1;
            writeln!(out, "failed: {} ({kind} example {}): {reason}", example.rule.id, example.number + 1)?;
        } else if common.verbose {
            writeln!(out, "passed: {} ({kind} example {})", example.rule.id, example.number + 1)?;
        }
    }
    let lacking: Vec<&str> = library
        .rules()
        .filter(|(origin, _)| !own || !is_built_in(*origin))
        .filter(|(_, rule)| {
            let has =
                |wanted: Kind| results.iter().any(|(one, _)| one.rule.id == rule.id && one.kind == wanted);
            !(has(Kind::Bad) && has(Kind::Good))
        })
        .map(|(_, rule)| rule.id.as_str())
        .collect();
    if !lacking.is_empty() {
        writeln!(out, "without a bad and a good example: {}", lacking.join(", "))?;
    }
    let unshown: Vec<&str> = library
        .rules()
        .filter(|(origin, rule)| !rule.fix.all.is_empty() && (!own || !is_built_in(*origin)))
        .filter(|(_, rule)| {
            let of = results.iter().filter(|(one, _)| one.rule.id == rule.id && one.kind == Kind::Bad);
            let proven: Option<Vec<Proved>> = of.map(|(_, result)| result.as_ref().ok().copied()).collect();
            // what failed was told
            proven.is_some_and(|proven| !proven.is_empty() && !shows_fixes(&proven, &rule.fix))
        })
        .map(|(_, rule)| rule.id.as_str())
        .collect();
    if !unshown.is_empty() {
        writeln!(out, "with a fix that no bad example shows: {}", unshown.join(", "))?;
    }
    writeln!(out, "{} passed, {failed} failed", results.len() - failed)?;
    out.flush()?;
    Ok(if failed > 0 { 1 } else { 0 }.min(FAILED))
}

/// The sources and the parameters that an example is compiled with.
type Terms = (Vec<String>, Vec<(String, String)>);

fn terms(common: &[(String, String)], example: &Example<'_>) -> Terms {
    (example.sources(), common.iter().chain(&example.set.0).cloned().collect())
}
