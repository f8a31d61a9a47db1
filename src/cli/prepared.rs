//! What every command that checks has to do first: configuration, packs, parameters, sources and rules become one thing that can
//! be run.

use std::path::PathBuf;

use super::arguments::{Checking, Common};
use super::session::{Packs, choose, nothing_named, now, packs, pairs, parameters, settings};
use crate::config::Settings;
use crate::finding::{Outcome, Problem};
use crate::govern::Selection;
use crate::pack::{Library, Rulebook};
use crate::run::{Files, Overlay, TENANT, TenantFacts, Terms, Wanted, check_with, open};
use crate::source::Store;

/// The name of the source under check.
const MAIN: &str = "main";

/// A check that can be run.
pub(super) struct Prepared {
    pub(super) library: Library,
    pub(super) book: Rulebook,
    pub(super) files: Files,
    pub(super) terms: Terms,
    /// What is to be said besides, whatever the rules find.
    pub(super) notes: Vec<Problem>,
}

impl Prepared {
    /// Runs the rules over the files.
    pub(super) fn check(&self, store: &Store) -> Outcome {
        self.check_with(store, &Overlay::default())
    }

    /// The same as if changes had been made.
    pub(super) fn check_with(&self, store: &Store, overlay: &Overlay) -> Outcome {
        let mut outcome = check_with(store, &self.files, &self.book, self.terms, overlay);
        outcome.problems.extend(self.notes.iter().cloned());
        warn_unused(&mut outcome, &self.book, &self.library);
        outcome
    }
}

/// Reads the configuration and the packs, opens the files, and checks the rules.
///
/// # Errors
/// All that is wrong with what was asked for; nothing was judged then.
pub(super) fn prepare(
    store: &mut Store,
    options: &Checking,
    common: &Common,
) -> Result<Prepared, Vec<Problem>> {
    let settings = settings(store, common, &options.paths)?;
    if options.paths.is_empty() && settings.sources.is_empty() {
        return Err(vec![nothing_named()]);
    }
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return Err(problems);
    }
    let library = choose(library, (&options.profiles, common), &settings)?;
    let sources = sources(options, &settings).map_err(|problem| vec![problem])?;
    let now = now(options.now.as_deref()).map_err(|problem| vec![problem])?;
    let set = parameters(&library, &settings, common, store)?;
    let selection = Selection { select: options.select.clone(), ignore: options.ignore.clone() };
    let mut problems = selection.problems(&library);
    if library.chosen_rules().next().is_none() {
        problems.push(no_rules(common, &library));
    }
    let names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
    let wanted = wanted(sources, &settings, common);
    let (tenant, opened) = tenant(store, &names, &wanted, &library);
    problems.extend(tenant.problems.iter().cloned());
    let notes = tenant.overruled(&set, &library);
    let set = [tenant.settings(&library), set].concat();
    let book =
        library.compile(store, &names, &set, &|rule| selection.takes(rule).then_some(rule.severity.into()));
    problems.extend(book.problems.iter().cloned());
    if !settings.sources.is_empty() {
        problems.extend(settings.unknown_attributes(&library.symbols(store, &names, &set).0));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let files = opened.unwrap_or_else(|| open(store, &wanted));
    let terms = Terms { now, complete: options.complete, require_complete: options.require_complete };
    Ok(Prepared { library, book, files, terms, notes })
}

fn no_rules(common: &Common, library: &Library) -> Problem {
    let problem = Problem::error("no-rules", "there are no rules to check with");
    if library.rules().next().is_some() {
        let known = library.profiles().join("`, `");
        return problem
            .help(format!("all of them are of other profiles: choose with `--profile` among `{known}`"));
    }
    problem.help(if common.rules.is_empty() {
        "name a pack with `--rules PATH`, or leave `--no-builtin` out"
    } else {
        "the packs that `--rules` names have no `rules:`; add some, or leave `--no-builtin` out"
    })
}

/// A rule of one's own that met nothing is probably misspelt: that is said, not swallowed.
fn warn_unused(outcome: &mut Outcome, book: &Rulebook, library: &Library) {
    for id in &outcome.summary.rules_without_object {
        let Some(number) = book.infos.iter().position(|info| info.id == *id) else { continue };
        let own = book
            .origins
            .get(number)
            .and_then(|origin| library.packs().get(origin.pack))
            .is_some_and(|pack| !pack.built_in);
        if own {
            let message = format!("the rule `{id}` met no object");
            let help = "check the classes and attributes that it names; `presync show` prints what was read";
            outcome.problems.push(Problem::warning("rule-met-nothing", message).help(help));
        }
    }
}

/// What is known of the tenant, if there is one: then the files are opened before the rules are checked.
fn tenant(
    store: &mut Store,
    names: &[String],
    wanted: &Wanted,
    library: &Library,
) -> (TenantFacts, Option<Files>) {
    let number = names.iter().position(|name| name == TENANT).and_then(|number| u16::try_from(number).ok());
    let Some(number) = number else { return (TenantFacts::default(), None) };
    let files = open(store, wanted);
    (TenantFacts::read(store, &files, number, library), Some(files))
}

/// What is to be opened.
fn wanted(sources: Vec<(String, Vec<PathBuf>)>, settings: &Settings, common: &Common) -> Wanted {
    let number = |name: &String| sources.iter().position(|(known, _)| known == name);
    let configured = settings.sources.iter().map(|files| {
        let source = files.source.as_ref().and_then(number).and_then(|number| u16::try_from(number).ok());
        (files.clone(), source)
    });
    let configured = configured.collect();
    Wanted {
        configured,
        sources: sources.into_iter().map(|(_, paths)| paths).collect(),
        format: common.input_format.map(Into::into),
        bounds: settings.bounds.clone(),
        ..Wanted::default()
    }
}

/// The sources by name, the one under check first.
fn sources(options: &Checking, settings: &Settings) -> Result<Vec<(String, Vec<PathBuf>)>, Problem> {
    let mut sources = vec![(MAIN.to_owned(), options.paths.clone())];
    let named = pairs("--source", &options.source)?;
    let named = named.into_iter().map(|(name, path)| (name, PathBuf::from(path)));
    let tenant = options.tenant.iter().map(|path| (TENANT.to_owned(), path.clone()));
    for (name, path) in named.chain(tenant) {
        match sources.iter_mut().find(|(known, _)| *known == name) {
            Some((known, _)) if known == MAIN => {
                return Err(Problem::error("bad-usage", "`main` is the directory under check")
                    .help("give the other directory another name"));
            }
            Some((_, paths)) => paths.push(path),
            None => sources.push((name, vec![path])),
        }
    }
    for name in settings.sources.iter().filter_map(|files| files.source.as_ref()) {
        if !sources.iter().any(|(known, _)| known == name) {
            sources.push((name.clone(), Vec::new()));
        }
    }
    Ok(sources)
}
