//! `presync check`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::arguments::{Check, Common, Format, Level};
use super::session::{
    Packs, choose, fail, nothing_named, now, packs, pairs, parameters, settings, standard_output, style,
    threads,
};
use crate::config::Settings;
use crate::finding::{Outcome, Problem, Severity};
use crate::govern::{Selection, verdict};
use crate::pack::{Library, Rulebook};
use crate::report;
use crate::run::{Files, TENANT, TenantFacts, Terms, Wanted, check, open};
use crate::source::Store;

/// The name of the source under check.
const MAIN: &str = "main";

pub(super) fn run(options: &Check, common: &Common) -> io::Result<u8> {
    threads(common);
    let mut store = Store::new();
    let settings = match settings(&mut store, common, &options.paths) {
        Ok(settings) => settings,
        Err(problems) => return refuse(problems, &store, options, common),
    };
    if options.paths.is_empty() && settings.sources.is_empty() {
        return refuse(vec![nothing_named()], &store, options, common);
    }
    let Packs { library, problems } = packs(&mut store, common, &settings.rules);
    if !problems.is_empty() {
        return refuse(problems, &store, options, common);
    }
    let library = match choose(library, (&options.profiles, common), &settings, &store) {
        Ok(library) => library,
        Err(problems) => return refuse(problems, &store, options, common),
    };
    let given = sources(options, &settings).and_then(|sources| Ok((sources, now(options.now.as_deref())?)));
    let given = given.map_err(|problem| vec![problem]);
    let given = given.and_then(|given| Ok((parameters(&library, &settings, common, &store)?, given)));
    let (set, (sources, now)) = match given {
        Ok(given) => given,
        Err(problems) => return refuse(problems, &store, options, common),
    };
    let selection = Selection { select: options.select.clone(), ignore: options.ignore.clone() };
    let mut problems = selection.problems(&library);
    if library.chosen_rules().next().is_none() {
        problems.push(no_rules(common, &library));
    }
    let names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
    let wanted = wanted(sources, &settings, common);
    let (tenant, opened) = tenant(&mut store, &names, &wanted, &library);
    problems.extend(tenant.problems.iter().cloned());
    let overruled = tenant.overruled(&set, &library);
    let set = [tenant.settings(&library), set].concat();
    let book =
        library.compile(&store, &names, &set, &|rule| selection.takes(rule).then_some(rule.severity.into()));
    problems.extend(book.problems.iter().cloned());
    if !settings.sources.is_empty() {
        problems.extend(settings.unknown_attributes(&library.symbols(&store, &names, &set).0, &store));
    }
    if !problems.is_empty() {
        return refuse(problems, &store, options, common);
    }
    let files = opened.unwrap_or_else(|| open(&mut store, &wanted));
    let mut outcome = check(
        &store,
        &files,
        &book,
        Terms { now, complete: options.complete, require_complete: options.require_complete },
    );
    outcome.problems.extend(overruled);
    warn_unused(&mut outcome, &book, &library);
    write(&outcome, &store, &book, options, common)?;
    Ok(verdict(&outcome, options.fail_level.into()).code())
}

/// Says what is wrong before anything could be read: to people, and to programs that wait for a document.
fn refuse(problems: Vec<Problem>, store: &Store, options: &Check, common: &Common) -> io::Result<u8> {
    let code = fail(&problems, store, common)?;
    if matches!(options.format, Format::Json | Format::Jsonl) {
        let outcome = Outcome { problems, ..Outcome::default() };
        let mut out = standard_output();
        report::write(shape(options.format), &outcome, store, &style(common, &|_| false), &mut out)?;
        out.flush()?;
    }
    Ok(code)
}

fn shape(format: Format) -> report::Format {
    match format {
        Format::Human => report::Format::Human,
        Format::Concise => report::Format::Concise,
        Format::Json => report::Format::Json,
        Format::Jsonl => report::Format::JsonLines,
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

fn write(
    outcome: &Outcome,
    store: &Store,
    book: &Rulebook,
    options: &Check,
    common: &Common,
) -> io::Result<()> {
    let secret = |name: &str| {
        let name = name.split(';').next().unwrap_or_default();
        book.secrets.contains(&name.to_ascii_lowercase())
    };
    let mut style = style(common, &secret);
    if options.all {
        style.limit = None;
    }
    let format = shape(options.format);
    let mut out = standard_output();
    report::write(format, outcome, store, &style, &mut out)?;
    out.flush()?;
    if matches!(format, report::Format::Human | report::Format::Concise) {
        let mut error = io::stderr().lock();
        report::problems(&outcome.problems, store, &style, &mut error)?;
        if !common.quiet {
            report::summary(outcome, &style, &mut error)?;
        }
        error.flush()?;
    }
    Ok(())
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
    }
}

/// The sources by name, the one under check first.
fn sources(options: &Check, settings: &Settings) -> Result<Vec<(String, Vec<PathBuf>)>, Problem> {
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

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info => Self::Info,
        }
    }
}
