//! What every command that checks has to do first: configuration, packs, parameters, sources and rules become one thing that can
//! be run.

use std::path::PathBuf;
use std::sync::Arc;

use super::arguments::{Checking, Common};
use super::policy::{self, Way};
use super::session::{Packs, choose, left_out, nothing_named, now, packs_of, pairs, parameters, settings};
use crate::config::Settings;
use crate::finding::{Finding, Outcome, Problem, Severity};
use crate::govern::{Comments, Earlier, Known, Locks, Policy, Selection, Subject, Wishes};
use crate::pack::{Library, Rulebook};
use crate::run::{Files, Overlay, Rechecked, TENANT, TenantFacts, Terms, Wanted, check, open};
use crate::source::{Store, Tree};

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
    /// What becomes of the findings.
    pub(super) policy: Policy,
    pub(super) settings: Settings,
    /// Values of parameters, as `--set` takes them.
    pub(super) set: Vec<(String, String)>,
    /// What the files were opened by.
    pub(super) wanted: Wanted,
    /// Files of an earlier state, and what the user calls it.
    pub(super) earlier: Option<(String, Files)>,
    /// Rules that no pack of the run holds, though suppressions may name them.
    left_out: Library,
}

impl Prepared {
    /// Runs the rules over the files.
    ///
    /// # Errors
    /// What is wrong with suppressions that were [met on the way](Comments::Late).
    pub(super) fn check(&self, store: &Store) -> Result<Outcome, Vec<Problem>> {
        let outcome = check(store, &self.files, &self.book, self.terms);
        if self.policy.is_late(store) {
            let locks = Locks::new(&self.settings, &self.library, store);
            let known = Known { library: &self.library, left_out: &self.left_out, locks: &locks };
            let problems = self.policy.find_late(store, &known);
            if !problems.is_empty() {
                return Err(problems.to_vec());
            }
        }
        let earlier = self.earlier(store);
        let (mut outcome, notices) = self.governed(store, outcome, earlier);
        outcome.findings.extend(notices.into_iter().map(Arc::new));
        outcome.summary.count(&outcome.findings);
        Ok(outcome)
    }

    /// The same again and again, as if changes had been made.
    pub(super) fn again<'p>(&'p self, store: &'p Store) -> Again<'p> {
        let rechecked = Rechecked::new(store, &self.files, &self.book, self.terms);
        Again { prepared: self, store, rechecked, earlier: self.earlier(store) }
    }

    /// What was found in an earlier state, and what is wrong with it.
    fn earlier(&self, store: &Store) -> Option<(Earlier, Option<Problem>)> {
        let (name, files) = self.earlier.as_ref()?;
        let before = check(store, files, &self.book, self.terms);
        let problem = unhealthy(name, &before);
        Some((Earlier { name: name.clone(), findings: before.findings }, problem))
    }

    fn governed(
        &self,
        store: &Store,
        mut outcome: Outcome,
        earlier: Option<(Earlier, Option<Problem>)>,
    ) -> (Outcome, Vec<Finding>) {
        outcome.problems.extend(self.notes.iter().cloned());
        warn_unused(&mut outcome, &self.book, &self.library);
        let earlier = earlier.map(|(earlier, problem)| {
            outcome.problems.extend(problem);
            earlier
        });
        let now = self.terms.now;
        let subject = Subject { library: &self.library, book: &self.book, store, now };
        let notices = self.policy.apply(&mut outcome, subject, earlier);
        (outcome, notices)
    }
}

/// A check that is made again and again, as if changes had been made; what they make of suppressions is not told.
pub(super) struct Again<'p> {
    prepared: &'p Prepared,
    store: &'p Store,
    rechecked: Rechecked<'p>,
    earlier: Option<(Earlier, Option<Problem>)>,
}

impl Again<'_> {
    /// What is found as if the changes of an overlay had been made.
    pub(super) fn with(&mut self, overlay: &Overlay) -> Outcome {
        let outcome = self.rechecked.with(overlay);
        self.prepared.governed(self.store, outcome, self.earlier.clone()).0
    }
}

/// What could not be read of an earlier state may count as new.
fn unhealthy(name: &str, before: &Outcome) -> Option<Problem> {
    let first = before.problems.iter().find(|problem| problem.severity == Severity::Error)?;
    let message =
        format!("`{name}` could not be read as a whole, so what is new may be old: {}", first.message);
    Some(Problem::warning("since-unhealthy", message))
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
    prepared(store, options, common, Way { recorded: true, comments: Comments::First })
}

/// The same for a command that does nothing but [check](Prepared::check) the files once.
pub(super) fn prepare_check(
    store: &mut Store,
    options: &Checking,
    common: &Common,
) -> Result<Prepared, Vec<Problem>> {
    prepared(store, options, common, Way { recorded: true, comments: Comments::Late })
}

/// The same without recorded findings: what is there today is found.
pub(super) fn prepare_unrecorded(
    store: &mut Store,
    options: &Checking,
    common: &Common,
) -> Result<Prepared, Vec<Problem>> {
    prepared(store, options, common, Way { recorded: false, comments: Comments::Late })
}

fn prepared(
    store: &mut Store,
    options: &Checking,
    common: &Common,
    way: Way,
) -> Result<Prepared, Vec<Problem>> {
    let settings = match &options.governing.policy_from {
        Some(name) => policy::settings(store, name, options, common)?,
        None => settings(store, common, &options.paths)?,
    };
    if options.paths.is_empty() && settings.sources.is_empty() {
        return Err(vec![nothing_named()]);
    }
    let library = library(store, options, common, &settings)?;
    let sources = sources(options, &settings).map_err(|problem| vec![problem])?;
    let now = now(options.now.as_deref()).map_err(|problem| vec![problem])?;
    let set = parameters(&library, &settings, common, store)?;
    let left_out = left_out(common);
    let selection = Selection::new(&wishes(options), &settings);
    let mut problems = selection.problems(&library, &left_out, store);
    let locks = Locks::new(&settings, &library, store);
    problems.extend(locks.problems(&options.ignore, &options.governing.severity));
    if library.chosen_rules().next().is_none() {
        problems.push(no_rules(common, &library));
    }
    let decided = selection.decide(&library, store);
    let names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
    let apart = options.apart.as_ref().and_then(|(name, revision)| {
        let number = names.iter().position(|known| known == name)?;
        Some((number, Tree::Revision(Arc::clone(revision))))
    });
    let wanted = Wanted { apart, ..wanted(sources, &settings, common) };
    let (tenant, opened) = tenant(store, &names, &wanted, &library);
    problems.extend(tenant.problems.iter().cloned());
    let mut notes = tenant.overruled(&set, &library);
    notes.extend(decided.notes.iter().cloned());
    let set = [tenant.settings(&library), set].concat();
    let book = library.compile(store, &names, &set, &|rule| decided.rules.get(&rule.id).copied());
    problems.extend(book.problems.iter().cloned());
    notes.extend(book.slow.iter().cloned());
    if !settings.sources.is_empty() {
        problems.extend(settings.unknown_attributes(&library.symbols(store, &names, &set).0));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let files = opened.unwrap_or_else(|| open(store, &wanted));
    let base = policy::Base { settings: &settings, library: &library, decided: &decided, locks: &locks };
    let policy = base.policy(store, &files, (options, common), &left_out, way)?;
    let terms =
        Terms { now, complete: options.complete, require_complete: options.require_complete, metered: false };
    Ok(Prepared {
        library,
        book,
        files,
        terms,
        notes,
        policy,
        settings,
        set,
        wanted,
        earlier: None,
        left_out,
    })
}

/// The packs that a configuration names, of the profiles that were chosen.
pub(super) fn library(
    store: &mut Store,
    options: &Checking,
    common: &Common,
    settings: &Settings,
) -> Result<Library, Vec<Problem>> {
    let Packs { library, problems } = packs_of(store, common, &settings.rules, &settings.tree);
    if !problems.is_empty() {
        return Err(problems);
    }
    choose(library, (&options.profiles, common), settings)
}

/// What the command line says of rules.
pub(super) fn wishes(options: &Checking) -> Wishes<'_> {
    let governing = &options.governing;
    Wishes {
        select: &options.select,
        ignore: &options.ignore,
        severity: &governing.severity,
        preview: governing.preview,
    }
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
