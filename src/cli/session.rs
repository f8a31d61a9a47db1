//! What every command needs: packs, parameters, the terminal.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;

use super::arguments::{Common, InputFormat, Profiles};
use super::terminal::on_errors;
pub(super) use super::terminal::style;
use crate::config::{self, Reach, Settings};
use crate::entra::AnchorAttribute;
use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::language::symbols::{Setting, Symbols};
use crate::pack::{
    BUILT_IN, DEFAULT_PROFILE, EXAMPLES, Library, Pack, READY, bad_option, give_examples, load, load_ready,
};
use crate::snapshot::Format;
use crate::source::{FileId, Store, Tree, order_key};

/// Leaves memory to the end of the program, which gives all of it back at once: 100,000 findings that are freed one by one take
/// as long as a fifth of the check that made them.
pub(super) fn leave<T>(made: T) {
    std::mem::forget(made);
}

/// The exit code of a run that could not do its work.
pub(super) const FAILED: u8 = 2;

/// Packs, and what is wrong with them.
pub(super) struct Packs {
    pub(super) library: Library,
    pub(super) problems: Vec<Problem>,
}

/// Loads the built-in packs and those that are named.
pub(super) fn packs(store: &mut Store, common: &Common, more: &[PathBuf]) -> Packs {
    let mut packs = packs_of(store, common, more, &Tree::Disk);
    for pack in packs.library.packs_mut().iter_mut().filter(|pack| pack.built_in) {
        let examples = BUILT_IN.iter().zip(EXAMPLES).find(|((name, _), _)| *name == store.name(pack.file));
        if let Some((_, examples)) = examples {
            give_examples(pack, examples);
        }
    }
    packs
}

/// The same from where the files of a configuration are read; the built-in ones without examples.
pub(super) fn packs_of(store: &mut Store, common: &Common, more: &[PathBuf], tree: &Tree) -> Packs {
    let (mut packs, mut problems) = built_in(store, |name| !common.no_builtin || is_schema(name));
    let mut opening = Vec::new();
    for path in common.rules.iter().chain(more) {
        opening.extend(pack_files(path, tree));
    }
    let mut found = Vec::new();
    for opened in opening {
        match opened.and_then(|path| tree.open(store, &path).map_err(Problem::from)) {
            Ok(file) => found.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    let mut add = |store: &Store, file| match load(store, file, false) {
        Ok(pack) => packs.push(pack),
        Err(problem) => problems.push(*problem),
    };
    for file in found {
        add(store, file);
    }
    Packs { library: Library::new(packs), problems }
}

/// The configuration of a run: the one that is named, or the nearest one to what is checked.
pub(super) fn settings(
    store: &mut Store,
    common: &Common,
    paths: &[PathBuf],
) -> Result<Settings, Vec<Problem>> {
    if common.isolated {
        return Ok(Settings::default());
    }
    let here = PathBuf::from(".");
    let near = paths.iter().find(|path| path.as_path() != Path::new("-")).unwrap_or(&here);
    match common.config.clone().or_else(|| config::find(near)) {
        Some(path) => {
            let reach = Reach { allow_outside: common.allow_outside, ..Reach::default() };
            config::load(store, &path, &reach)
        }
        None => Ok(Settings::default()),
    }
}

/// Loads those of the built-in packs whose names are wanted.
fn built_in(store: &mut Store, is_wanted: impl Fn(&str) -> bool) -> (Vec<Pack>, Vec<Problem>) {
    let wanted = BUILT_IN.iter().zip(READY).filter(|((name, _), _)| is_wanted(name));
    let files: Vec<_> =
        wanted.map(|((name, text), ready)| (store.text(name, text.as_bytes()), ready)).collect();
    let store = &*store;
    let read =
        |(file, ready): (FileId, &&str)| load_ready(file, ready).map_or_else(|| load(store, file, true), Ok);
    let loaded: Vec<_> = files.into_par_iter().map(read).collect();
    let (mut packs, mut problems) = (Vec::new(), Vec::new());
    for pack in loaded {
        match pack {
            Ok(pack) => packs.push(pack),
            Err(problem) => problems.push(*problem),
        }
    }
    (packs, problems)
}

/// The packs that are left out: a name does not become wrong because what it belongs to is.
pub(super) fn left_out(common: &Common) -> Library {
    Library::new(if common.no_builtin { built_in(&mut Store::new(), |_| true).0 } else { Vec::new() })
}

/// The library with the profiles that were asked for: on the command line, else in the configuration, else `default`.
pub(super) fn choose(
    library: Library,
    (profiles, common): (&Profiles, &Common),
    settings: &Settings,
) -> Result<Library, Vec<Problem>> {
    let left_out = left_out(common);
    let mut known = library.profiles();
    for name in left_out.profiles() {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    let named: Vec<String> = profiles.profile.iter().map(|name| name.trim().to_owned()).collect();
    let unknown = |name: &&String| !known.contains(&name.as_str());
    let mut problems: Vec<Problem> =
        named.iter().filter(unknown).map(|name| unknown_profile(name, &known)).collect();
    problems.extend(settings.unknown_profiles(&known));
    if !problems.is_empty() {
        return Err(problems);
    }
    let configured = || match &settings.profiles {
        Some(words) => words.iter().map(|word| word.text.clone()).collect(),
        None => vec![DEFAULT_PROFILE.to_owned()],
    };
    let chosen = if named.is_empty() { configured() } else { named };
    Ok(library.choose(chosen).extended(settings.scope()))
}

fn unknown_profile(name: &str, known: &[&str]) -> Problem {
    let help = did_you_mean(name, known.iter().copied())
        .unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
    Problem::error("profile-unknown", format!("`--profile {name}`: no pack belongs to this profile"))
        .help(help)
}

/// What is said when there is nothing to read.
pub(super) fn nothing_named() -> Problem {
    Problem::error("bad-usage", "no files are named, and no `presync.yaml` says which to read")
        .help("name files or folders, `-` for standard input; or write a `presync.yaml` with `sources:`")
}

/// Names of attributes and classes stay known when the built-in rules are left out.
fn is_schema(name: &str) -> bool {
    name.starts_with("rules/schema/")
}

/// Whether a file in a folder of packs is one: tests that stand beside them are none.
pub(super) fn is_pack(name: &str) -> bool {
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    stem.is_some_and(|stem| !stem.ends_with(".test"))
}

fn pack_files(path: &Path, tree: &Tree) -> Vec<Result<PathBuf, Problem>> {
    if !tree.is_folder(path) {
        return vec![Ok(path.to_owned())];
    }
    let mut walked = tree.walk(path, &is_pack);
    walked.wanted.sort_by_key(|path| order_key(path));
    if walked.wanted.is_empty() {
        let message = format!("the folder `{}` holds no rule packs", path.display());
        return vec![Err(
            Problem::error("pack-none", message).help("a pack is a file with the extension `.yaml`")
        )];
    }
    walked.wanted.into_iter().map(Ok).collect()
}

/// What the configuration and the command line give parameters, in this order: what comes later wins.
pub(super) fn parameters(
    library: &Library,
    settings: &Settings,
    common: &Common,
    store: &Store,
) -> Result<Vec<(String, String)>, Vec<Problem>> {
    let mut problems = settings.bad_params(library, store);
    let set = pairs("--set", &common.set).map_err(|problem| vec![problem])?;
    problems.extend(
        set.iter().filter_map(|(name, text)| Some(bad_option(name, &library.bad_setting(name, text)?))),
    );
    let configured = settings.params.iter().map(|(word, value)| (word.text.clone(), value.clone()));
    if problems.is_empty() { Ok(configured.chain(set).collect()) } else { Err(problems) }
}

/// What the source anchor of users is, and the attribute where it is one of one's own.
pub(super) fn source_anchor(symbols: &Symbols) -> (AnchorAttribute, Option<String>) {
    let setting = symbols.parameters.get("source_anchor").and_then(|parameter| parameter.value.as_ref());
    let Some(Setting::Text(attribute)) = setting else { return (AnchorAttribute::ConsistencyGuid, None) };
    match attribute.to_ascii_lowercase().as_str() {
        "ms-ds-consistencyguid" | "" => (AnchorAttribute::ConsistencyGuid, None),
        "objectguid" => (AnchorAttribute::ObjectGuid, None),
        _ => (AnchorAttribute::Other, Some(attribute.clone())),
    }
}

/// `NAME=VALUE` pairs of an option.
pub(super) fn pairs(option: &str, given: &[String]) -> Result<Vec<(String, String)>, Problem> {
    let pair = |text: &String| match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err(Problem::error("bad-usage", format!("`{option} {text}` has no name"))
            .help(format!("write `{option} NAME=VALUE`"))),
    };
    given.iter().map(pair).collect()
}

/// The files of a run: none yet, but standard input has its name.
pub(super) fn store(common: &Common) -> Store {
    Store::new().with_input_name(common.stdin_name.clone())
}

/// Standard output, buffered.
pub(super) fn standard_output() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Says what is wrong before anything could be done; the exit code.
pub(super) fn fail(problems: &[Problem], store: &Store, common: &Common) -> io::Result<u8> {
    say(problems, store, common)?;
    Ok(FAILED)
}

/// The exit code of a run that may not have told that a file could not be read: a disk may fail at any time, even when what was
/// found is shown. Whoever could not do its work has said why.
pub(super) fn told(code: u8, store: &Store, common: &Common) -> io::Result<u8> {
    let failed = |file| Some(crate::run::failed(store, file, store.failure(file)?));
    let problems: Vec<Problem> = store.files().filter_map(failed).collect();
    if code == FAILED || problems.is_empty() { Ok(code) } else { fail(&problems, store, common) }
}

/// Says what is to be said on standard error.
pub(super) fn say(problems: &[Problem], store: &Store, common: &Common) -> io::Result<()> {
    let style = on_errors(style(common, &|_| false), common);
    let mut error = io::stderr().lock();
    crate::report::problems(problems, store, &style, &mut error)?;
    error.flush()
}

/// The same for a command whose document has a schema of its own: with `--format json` programs are told as well.
pub(super) fn fail_as(
    schema: Option<&str>,
    problems: &[Problem],
    store: &Store,
    common: &Common,
) -> io::Result<u8> {
    if let Some(schema) = schema {
        let mut out = standard_output();
        crate::report::failure(schema, problems, store, &mut out)?;
        out.flush()?;
    }
    fail(problems, store, common)
}

/// The time that counts as now, in seconds since 1970.
pub(super) fn now(given: Option<&str>) -> Result<i64, Problem> {
    if let Some(text) = given {
        return crate::snapshot::value::time::seconds(text.as_bytes()).ok_or_else(|| {
            Problem::error("bad-usage", format!("`--now {text}` is no time"))
                .help("write `--now 2026-11-20T08:00:00Z`")
        });
    }
    if let Some(seconds) = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok()) {
        return Ok(seconds);
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// Lets rayon use as many threads as were asked for.
pub(super) fn threads(common: &Common) {
    if let Some(count) = common.threads {
        // a second call in one process keeps the first number
        let _ = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    }
}

impl From<InputFormat> for Format {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Ldif => Self::Ldif,
            InputFormat::Csv => Self::Csv,
            InputFormat::Json => Self::Json,
            InputFormat::Yaml => Self::Yaml,
            InputFormat::Csexport => Self::Csexport,
        }
    }
}
