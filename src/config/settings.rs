//! A configuration, ready: its files merged, patterns compiled, paths parsed.

use std::path::{Path, PathBuf};

use globset::GlobSet;

use super::bounds::Bounds;
use super::layer::{Layer, Reading};
use super::merge::merge;
use super::sources::SourceFiles;
use crate::finding::{Problem, Severity};
use crate::pack::Extension;
use crate::snapshot::shape::Texts;
use crate::source::{Location, Store, Tree, real};

/// The name of a configuration.
pub const NAME: &str = "presync.yaml";

/// A word of a configuration, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Where it stands.
    pub location: Location,
    /// The number of the file among those of the configuration; what comes later builds on what comes before.
    pub layer: usize,
}

/// What differs for some of the files.
#[derive(Debug, Clone)]
pub struct Override {
    /// Which files, by their paths relative to the folder.
    pub matcher: GlobSet,
    /// The folder of the configuration that says so.
    pub root: PathBuf,
    /// How bad findings in them are, by id, tag or pack.
    pub severity: Vec<(Word, Severity)>,
    /// Rules whose findings in them are left out.
    pub ignore: Vec<Word>,
}

/// Findings that are left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigSuppression {
    /// The rules.
    pub rules: Vec<Word>,
    /// The object.
    pub object: String,
    /// The attribute; any if there is none.
    pub attribute: Option<String>,
    /// The value; any if there is none.
    pub value: Option<String>,
    /// Why.
    pub reason: String,
    /// The first moment at which it does not count any more, in seconds since 1970.
    pub end: Option<i64>,
    /// The last day on which it counts, as it is written.
    pub until: Option<String>,
    /// Where it stands.
    pub location: Location,
    /// The number of the file of the configuration.
    pub layer: usize,
}

/// A report that is written to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// The format, as `--format` takes it; not proven to be one.
    pub format: String,
    /// The file.
    pub path: PathBuf,
    /// Where the configuration names the format.
    pub location: Location,
    /// Where it names the file.
    pub named: Location,
}

/// What a configuration says.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The files that are checked, and how they are read.
    pub sources: Vec<SourceFiles>,
    /// Packs, and folders of packs.
    pub rules: Vec<PathBuf>,
    /// Values of parameters, as `--set` takes them, each with the place of its name.
    pub params: Vec<(Word, String)>,
    /// The profiles of which the rules run, where it says so.
    pub profiles: Option<Vec<Word>>,
    /// Only these rules run, where it says so.
    pub select: Option<Vec<Word>>,
    /// These rules do not run.
    pub ignore: Vec<Word>,
    /// How bad findings of rules are; what comes later wins.
    pub severity: Vec<(Word, Severity)>,
    /// Findings of this severity or worse fail.
    pub fail_level: Option<(Word, Severity)>,
    /// What differs for some of the files; what comes later wins.
    pub overrides: Vec<Override>,
    /// Rules that later files cannot weaken.
    pub locked: Vec<Word>,
    /// The file of recorded findings.
    pub baseline: Option<(Word, PathBuf)>,
    /// Reports that are written beside the one on standard output.
    pub outputs: Vec<OutputFile>,
    /// Findings that are left out on purpose.
    pub suppressions: Vec<ConfigSuppression>,
    /// How far its paths, and links, may lead.
    pub bounds: Bounds,
    /// The files of the configuration, each after what it builds on.
    pub layers: Vec<Layer>,
    /// Where its files are read from.
    pub tree: Tree,
}

/// How a configuration is read.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Where files are read from.
    pub tree: Tree,
    /// Paths may lead anywhere.
    pub allow_outside: bool,
}

/// The configuration that belongs to a path: in its folder, or in the nearest folder above.
#[must_use]
pub fn find(path: &Path) -> Option<PathBuf> {
    let begin = path.canonicalize().ok()?;
    let folder = if begin.is_dir() { begin.as_path() } else { begin.parent()? };
    let found = folder.ancestors().map(|folder| folder.join(NAME)).find(|file| file.is_file())?;
    let here = std::env::current_dir().ok();
    Some(here.and_then(|here| found.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or(found))
}

/// The configuration that belongs to a path where files are read from: in its folder, or in the nearest folder above.
#[must_use]
pub fn find_in(tree: &Tree, path: &Path) -> Option<PathBuf> {
    let begin = real(path);
    let found = begin.ancestors().map(|folder| folder.join(NAME)).find(|file| tree.is_file(file))?;
    let here = std::env::current_dir().ok();
    Some(here.and_then(|here| found.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or(found))
}

/// Reads a configuration and what it builds on.
///
/// # Errors
/// What is wrong with it, each with its place.
pub fn load(store: &mut Store, path: &Path, reach: &Reach) -> Result<Settings, Vec<Problem>> {
    let bounds = if reach.allow_outside { Bounds::none() } else { Bounds::of(path) };
    let mut reading = Reading::new(store, &reach.tree, &bounds);
    reading.read(path, None);
    let Reading { layers, problems, .. } = reading;
    if !problems.is_empty() {
        return Err(problems);
    }
    merge(layers, bounds, reach.tree.clone())
}

/// The condition of packs that an object does not synchronise.
const FILTERED: &str = "filtered";

impl Settings {
    /// The same as if its files stood in another folder: a policy that is kept elsewhere speaks of the files under check.
    #[must_use]
    pub fn moved(mut self, from: &Path, to: &Path) -> Self {
        let from = real(from);
        if self.bounds.root().is_some() {
            self.bounds = Bounds::of(&to.join(NAME));
        }
        let moved = |root: &Path| real(root).strip_prefix(&from).map(|rest| to.join(rest)).ok();
        for files in &mut self.sources {
            files.root = moved(&files.root).unwrap_or_else(|| files.root.clone());
        }
        for one in &mut self.overrides {
            one.root = moved(&one.root).unwrap_or_else(|| one.root.clone());
        }
        self
    }

    /// What the configuration adds to the condition of packs that says which objects do not synchronise.
    #[must_use]
    pub fn scope(&self) -> Vec<Extension> {
        let mut extensions = Vec::new();
        for layer in &self.layers {
            let scope = &layer.raw.scope;
            let mut add = |text: String, field: &str, verbatim: bool| {
                let (path, file) = (format!("scope/{field}"), layer.file);
                extensions.push(Extension { condition: FILTERED.to_owned(), text, file, path, verbatim });
            };
            if !scope.include.is_empty() {
                add(format!("not (dn is under {})", list(&scope.include)), "include", false);
            }
            if !scope.exclude.is_empty() {
                add(format!("dn is under {}", list(&scope.exclude)), "exclude", false);
            }
            if let Some(text) = &scope.filtered {
                add(text.clone(), "filtered", true);
            }
        }
        extensions
    }
}

/// Texts as a list of the rule language.
fn list(texts: &Texts) -> String {
    let quoted = texts.iter().map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
}
