//! `presync test`: the examples in packs.

use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::arguments::{Common, Test};
use super::session::{FAILED, Packs, fail, is_pack, packs, parameters, say, standard_output, threads};
use crate::config::Settings;
use crate::finding::{Problem, Severity, printable};
use crate::language::Fault;
use crate::pack::{Library, Place, RawRule, RuleOrigin, Rulebook, add_tests};
use crate::run::{
    Example, ExampleResult, Kind, Proved, Tested, Trial, examples, is_fixture, run_example, run_fixture,
    shows_fixes, undecided,
};
use crate::source::{Store, shown, walk};

pub(super) fn run(options: &Test, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let Given { packs: named, tests, fixtures } = given(&options.paths);
    let Packs { mut library, mut problems } = packs(store, common, &named);
    for path in &tests {
        let added = store.open(path).map_err(|complaint| vec![Problem::from(complaint)]);
        let added = added.and_then(|file| add_tests(library.packs_mut(), store, file));
        problems.extend(added.err().into_iter().flatten());
    }
    if !problems.is_empty() {
        return fail(&problems, store, common);
    }
    let set = match parameters(&library, &Settings::default(), common, store) {
        Ok(set) => set,
        Err(problems) => return fail(&problems, store, common),
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
            .or_insert_with(|| library.compile(store, &sources, &all, &|rule| Some(rule.severity.into())));
    }
    let said = |of: &dyn Fn(&Rulebook) -> Vec<Problem>| {
        let mut said: Vec<Problem> = Vec::new();
        for book in tested.iter().filter_map(|example| books.get(&terms(&set, example))) {
            let new: Vec<Problem> = of(book).into_iter().filter(|problem| !said.contains(problem)).collect();
            said.extend(new);
        }
        said
    };
    let book_problems = said(&|book| book.problems.clone());
    if !book_problems.is_empty() {
        return fail(&book_problems, store, common);
    }
    say(&said(&|book| book.slow.clone()), store, common)?;
    let fixtures = match judged(&fixtures, options, &library, &set, store) {
        Ok(fixtures) => fixtures,
        Err(problems) => return fail(&problems, store, common),
    };
    if tested.is_empty() && fixtures.is_empty() {
        let problem = Problem::error("no-examples", "there are no examples to test");
        return fail(&[problem.help("a rule has `examples:` with `bad:` and `good:`")], store, common);
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
    for fixture in &fixtures {
        for (line, reason) in &fixture.tested.wrong {
            writeln!(out, "failed: {}:{line}: {reason}", printable(&fixture.name))?;
        }
        failed += usize::from(!fixture.tested.wrong.is_empty());
        if fixture.written {
            writeln!(out, "updated: {}", printable(&fixture.name))?;
        } else if common.verbose && fixture.tested.wrong.is_empty() {
            writeln!(out, "passed: {}", printable(&fixture.name))?;
        }
    }
    let lacking: Vec<&str> = library
        .rules()
        .filter(|(origin, _)| !own || !is_built_in(*origin))
        .filter(|(_, rule)| {
            let has =
                |wanted: Kind| results.iter().any(|(one, _)| one.rule.id == rule.id && one.kind == wanted);
            let shown = fixtures.iter().any(|fixture| fixture.tested.shown.contains(&rule.id));
            !(shown || has(Kind::Bad) && has(Kind::Good))
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
    if options.coverage {
        for (origin, rule) in library.rules().filter(|(origin, _)| !own || !is_built_in(*origin)) {
            let count = |kind: Kind| {
                results.iter().filter(|(one, _)| one.origin == origin && one.kind == kind).count()
            };
            let shown = fixtures.iter().filter(|fixture| fixture.tested.shown.contains(&rule.id)).count();
            let (bad, good) = (count(Kind::Bad), count(Kind::Good));
            writeln!(out, "{}: {bad} bad, {good} good, {shown} in LDIF", rule.id)?;
        }
        out.flush()?;
        let rules = library.rules().map(|(origin, _)| origin);
        let rules: Vec<RuleOrigin> = rules.filter(|origin| !own || !is_built_in(*origin)).collect();
        let trials: Vec<Trial> = tested
            .iter()
            .map(|example| Trial::example(example, &set))
            .chain(fixtures.iter().map(|fixture| Trial::test(fixture.text.clone(), &set)))
            .collect();
        let problems = undecided(&library, &rules, &trials, store);
        let problems: Vec<Problem> =
            problems.iter().filter_map(|(origin, span)| untested(&library, *origin, span, store)).collect();
        say(&problems, store, common)?;
    }
    writeln!(out, "{} passed, {failed} failed", results.len() + fixtures.len() - failed)?;
    out.flush()?;
    Ok(if failed > 0 { 1 } else { 0 }.min(FAILED))
}

/// A part of a rule that no example and no test shows to matter, at its place.
fn untested(library: &Library, origin: RuleOrigin, span: &Range<usize>, store: &Store) -> Option<Problem> {
    let pack = library.packs().get(origin.pack)?;
    let rule = pack.content.rules.get(origin.rule)?;
    let fault = Fault {
        code: "branch-untested",
        message: format!("a part of `{}` decides nothing in any example or test", rule.id),
        label: "without it they show the same".to_owned(),
        help: Some("add an example that differs by this part alone, or leave the part out".to_owned()),
        span: span.clone(),
    };
    let problem = Place { store, file: pack.file }.problem(&format!("rules/{}/rule", origin.rule), &fault);
    Some(Problem { severity: Severity::Warning, ..problem })
}

/// What is to be tested.
#[derive(Default)]
struct Given {
    packs: Vec<PathBuf>,
    /// Files of examples beside packs.
    tests: Vec<PathBuf>,
    /// Files in LDIF; of those that are found in a folder, only tests count.
    fixtures: Vec<(PathBuf, bool)>,
}

/// Tells packs, tests and folders of them apart.
fn given(paths: &[PathBuf]) -> Given {
    let mut given = Given::default();
    let is_test = |name: &str| name.ends_with(".test.yaml") || name.ends_with(".test.yml");
    let is_ldif = |name: &str| name.ends_with(".ldif") || name.ends_with(".ldf");
    for path in paths {
        let name = path.to_string_lossy().to_lowercase();
        if path.is_dir() {
            let tests = walk(path, &is_test).wanted;
            let fixtures = walk(path, &is_ldif).wanted;
            // a folder may hold nothing but tests of packs elsewhere
            if tests.is_empty() && fixtures.is_empty() || !walk(path, &is_pack).wanted.is_empty() {
                given.packs.push(path.clone());
            }
            given.tests.extend(tests);
            given.fixtures.extend(fixtures.into_iter().map(|path| (path, true)));
        } else if is_test(&name) {
            given.tests.push(path.clone());
        } else if is_ldif(&name) {
            given.fixtures.push((path.clone(), false));
        } else {
            given.packs.push(path.clone());
        }
    }
    given
}

/// A test in LDIF, and what came of it.
struct Fixture {
    name: String,
    text: String,
    tested: Tested,
    /// It was written anew.
    written: bool,
}

/// Runs the tests in LDIF with the rules of one's own packs.
fn judged(
    fixtures: &[(PathBuf, bool)],
    options: &Test,
    library: &Library,
    set: &[(String, String)],
    store: &mut Store,
) -> Result<Vec<Fixture>, Vec<Problem>> {
    let own: FxHashSet<&str> = library
        .packs()
        .iter()
        .filter(|pack| !pack.built_in)
        .flat_map(|pack| pack.content.rules.iter().map(|rule| rule.id.as_str()))
        .collect();
    let severity = |rule: &RawRule| own.contains(rule.id.as_str()).then_some(rule.severity.into());
    let book = library.compile(store, &["main".to_owned()], set, &severity);
    let (mut done, mut problems) = (Vec::new(), Vec::new());
    for (path, walked) in fixtures {
        let name = shown(path);
        let bad = |message: String| Problem::error("test-unreadable", message);
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(_) if *walked => continue,
            Err(error) => {
                problems.push(bad(format!("cannot read `{name}`: {error}")));
                continue;
            }
        };
        if *walked && !is_fixture(&text) {
            continue;
        }
        match run_fixture(&text, &book) {
            Err(reason) => problems.push(bad(format!("`{name}`: {reason}"))),
            Ok(mut tested) => {
                let written = options.update && !tested.wrong.is_empty();
                if written {
                    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                    let file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
                    let done = file.and_then(|mut file| {
                        file.write_all(tested.updated.as_bytes())?;
                        let mode = std::fs::metadata(path)?.permissions();
                        file.as_file().set_permissions(mode)?;
                        file.persist(path).map_err(io::Error::from)
                    });
                    match done {
                        Ok(_) => tested.wrong.clear(),
                        Err(error) => problems.push(bad(format!("cannot write `{name}`: {error}"))),
                    }
                }
                done.push(Fixture { name, text, tested, written });
            }
        }
    }
    if problems.is_empty() { Ok(done) } else { Err(problems) }
}

/// The sources and the parameters that an example is compiled with.
type Terms = (Vec<String>, Vec<(String, String)>);

fn terms(common: &[(String, String)], example: &Example<'_>) -> Terms {
    (example.sources(), common.iter().chain(&example.set.0).cloned().collect())
}
