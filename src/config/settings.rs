//! A configuration, ready: patterns compiled, paths parsed, names looked up.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::raw::{RawConfig, RawSource, RawValue};
use crate::finding::Problem;
use crate::language::symbols::Symbols;
use crate::language::{Fault, did_you_mean};
use crate::pack::{
    CONFIG, Extension, Library, Place, RawParameterType, UNKNOWN_PARAMETER, bad_yaml, text_of,
};
use crate::snapshot::Format;
use crate::snapshot::shape::{FileMapping, Texts};
use crate::source::{FileId, Location, Store};

/// The name of a configuration.
pub const NAME: &str = "presync.yaml";

/// Some of the files of a repository, and how they are read.
#[derive(Debug, Clone)]
pub struct SourceFiles {
    /// Which files, by their paths relative to the folder of the configuration.
    pub matcher: GlobSet,
    /// The folder of the configuration.
    pub root: PathBuf,
    /// The name by which rules address these objects; none for the source under check.
    pub source: Option<String>,
    /// The format, where the user says so.
    pub format: Option<Format>,
    /// How their objects are read, where the user says so.
    pub mapping: Option<Arc<FileMapping>>,
    /// Where the configuration names the files.
    pub location: Location,
}

impl SourceFiles {
    /// Whether a file is one of these.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        let absolute = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (path, root) = (absolute(path), absolute(&self.root));
        path.strip_prefix(root).is_ok_and(|relative| self.matcher.is_match(relative))
    }
}

/// What a configuration says.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The files that are checked, and how they are read.
    pub sources: Vec<SourceFiles>,
    /// Packs, and folders of packs.
    pub rules: Vec<PathBuf>,
    /// Values of parameters, as `--set` takes them.
    pub params: Vec<(String, String)>,
    /// The profiles of which the rules run, where it says so.
    pub profiles: Option<Vec<String>>,
    raw: RawConfig,
    file: Option<FileId>,
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

/// Reads a configuration.
///
/// # Errors
/// What is wrong with it, each with its place.
pub fn load(store: &mut Store, path: &Path) -> Result<Settings, Vec<Problem>> {
    let file = store.open(path).map_err(|complaint| vec![Problem::from(complaint)])?;
    let text = text_of(store, file, &CONFIG).map_err(|problem| vec![*problem])?;
    let raw: Option<RawConfig> =
        serde_yaml::from_str(&text).map_err(|error| vec![bad_yaml(&error, &text, store, file, &CONFIG)])?;
    let raw = raw.unwrap_or_default();
    let root = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut problems = Vec::new();
    let mut sources = Vec::new();
    for (number, source) in raw.sources.iter().enumerate() {
        let reading = Reading { place: Place { store, file }, number, source };
        match reading.files(root) {
            Ok(files) => sources.push(files),
            Err(more) => problems.extend(more),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Settings {
        sources,
        rules: raw.rules.iter().map(|path| root.join(path)).collect(),
        params: raw.params.0.iter().map(|(name, value)| (name.clone(), value.text())).collect(),
        profiles: raw.profiles.as_ref().map(|names| names.iter().map(str::to_owned).collect()),
        raw,
        file: Some(file),
    })
}

/// The condition of packs that an object does not synchronise.
const FILTERED: &str = "filtered";

impl Settings {
    /// What the configuration adds to the condition of packs that says which objects do not synchronise.
    #[must_use]
    pub fn scope(&self) -> Vec<Extension> {
        let Some(file) = self.file else { return Vec::new() };
        let scope = &self.raw.scope;
        let mut extensions = Vec::new();
        let mut add = |text: String, field: &str, verbatim: bool| {
            let path = format!("scope/{field}");
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
        extensions
    }
}

/// Texts as a list of the rule language.
fn list(texts: &Texts) -> String {
    let quoted = texts.iter().map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
}

impl Settings {
    /// Attributes that mappings name and no pack declares: they would be read and never judged.
    #[must_use]
    pub fn unknown_attributes(&self, symbols: &Symbols, store: &Store) -> Vec<Problem> {
        let Some(file) = self.file else { return Vec::new() };
        let place = Place { store, file };
        let mut problems = Vec::new();
        for (number, source) in self.raw.sources.iter().enumerate() {
            for name in source.attributes.keys().filter(|name| symbols.attribute(name).is_none()) {
                let at = place.scalar(&format!("sources/{number}/attributes/{name}:key"));
                let help = did_you_mean(name, symbols.attributes.values().map(|known| known.name.as_str()))
                    .unwrap_or_else(|| {
                        "declare it in a pack: `attributes: { NAME: { type: text } }`".to_owned()
                    });
                let problem = Problem::error(
                    "config-unknown-attribute",
                    format!("no pack declares the attribute `{name}`"),
                );
                problems
                    .push(problem.at(at.unwrap_or(Location::new(file, 0, 0))).label("not known").help(help));
            }
        }
        problems
    }
}

impl Settings {
    /// Parameters that no pack declares, and values that they cannot have.
    #[must_use]
    pub fn bad_params(&self, library: &Library, store: &Store) -> Vec<Problem> {
        let Some(file) = self.file else { return Vec::new() };
        let place = Place { store, file };
        let mut problems = Vec::new();
        for (name, value) in &self.raw.params.0 {
            let mut bad = |path: String, text: &str| {
                let Some(fault) = library.bad_setting(name, text) else { return false };
                let path = if fault.code == UNKNOWN_PARAMETER { format!("params/{name}:key") } else { path };
                let span = if path.ends_with(":key") { 0..name.len() } else { fault.span.clone() };
                let message = format!("`{name}`: {}", fault.message);
                problems.push(place.problem(&path, &Fault { message, span, ..fault }));
                true
            };
            let is_list = library.declaration(name).is_some_and(|raw| raw.kind == RawParameterType::List);
            match value {
                RawValue::Several(items) if is_list => {
                    for (number, item) in items.iter().enumerate() {
                        bad(format!("params/{name}/{number}"), &item.text());
                    }
                }
                // the text of several values stands nowhere in the file
                RawValue::Several(_) => _ = bad(format!("params/{name}:key"), &value.text()),
                _ => _ = bad(format!("params/{name}"), &value.text()),
            }
        }
        problems
    }

    /// Profiles that it names and no pack belongs to: their rules would quietly not run.
    #[must_use]
    pub fn unknown_profiles(&self, known: &[&str], store: &Store) -> Vec<Problem> {
        let (Some(names), Some(file)) = (&self.profiles, self.file) else { return Vec::new() };
        let place = Place { store, file };
        let whole = Location::new(file, 0, 0);
        if names.is_empty() {
            let problem = Problem::error("config-unknown-profile", "`profiles` names none")
                .at(place.scalar("profiles:key").unwrap_or(whole));
            let help = format!("known are `{}`; without `profiles`, `default` is chosen", known.join("`, `"));
            return vec![problem.label("here").help(help)];
        }
        let unknown = names.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str()));
        unknown
            .map(|(number, name)| {
                let at = place.scalar(&format!("profiles/{number}")).or_else(|| place.scalar("profiles"));
                let help = did_you_mean(name, known.iter().copied())
                    .unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
                Problem::error("config-unknown-profile", format!("no pack belongs to the profile `{name}`"))
                    .at(at.unwrap_or(whole))
                    .label("not known")
                    .help(help)
            })
            .collect()
    }
}

/// One entry of `sources`.
struct Reading<'s> {
    place: Place<'s>,
    number: usize,
    source: &'s RawSource,
}

impl Reading<'_> {
    fn problem(&self, field: &str, code: &'static str, message: String, help: String) -> Problem {
        let path = |field: &str| format!("sources/{}/{field}", self.number);
        let at = self
            .place
            .scalar(&path(field))
            .or_else(|| self.place.scalar(&path(&format!("{field}:key"))))
            .or_else(|| self.place.scalar("sources:key"));
        let at = at.unwrap_or(Location::new(self.place.file, 0, 0));
        Problem::error(code, message).at(at).label("here").help(help)
    }

    fn files(&self, root: &Path) -> Result<SourceFiles, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut matcher = GlobSetBuilder::new();
        for pattern in self.source.files.iter() {
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
            match GlobBuilder::new(pattern).literal_separator(true).build() {
                Ok(glob) => {
                    matcher.add(glob);
                }
                Err(error) => problems.push(self.problem(
                    "files",
                    "config-pattern",
                    format!("`{pattern}` is no pattern: {}", error.kind()),
                    "write `groups/**/*.yaml`".to_owned(),
                )),
            }
        }
        if self.source.files.is_empty() {
            problems.push(self.problem(
                "files",
                "config-missing-field",
                "an entry of `sources` does not say which files it means".to_owned(),
                "write `files: groups/**/*.yaml`".to_owned(),
            ));
        }
        let format = self.source.format.as_deref().and_then(|name| {
            let known = Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
            if known.is_none() {
                let names: Vec<&str> = Format::NAMES.iter().map(|(name, _)| *name).collect();
                let help = format!("known are `{}`", names.join("`, `"));
                problems.push(self.problem(
                    "format",
                    "config-unknown-value",
                    format!("`{name}` is no format"),
                    help,
                ));
            }
            known
        });
        let objects = self.source.objects.as_deref().map(str::parse).transpose();
        let objects = objects.unwrap_or_else(|error| {
            problems.push(self.problem(
                "objects",
                "config-path",
                format!("{error}"),
                "write `groups[*]`, `users.*` or `teams.**`".to_owned(),
            ));
            None
        });
        let shape = self.source.shape();
        for error in shape.bad_paths() {
            let help = "write `email-id`, `spec.members[*]` or `emails[primary=true].value`".to_owned();
            problems.push(self.problem("attributes", "config-path", error.to_string(), help));
        }
        let matcher = match matcher.build() {
            Ok(matcher) if problems.is_empty() => matcher,
            _ => return Err(problems),
        };
        let is_mapping = self.source.is_mapping();
        let place = |field| self.problem(field, "", String::new(), String::new()).location;
        let named = place("objects");
        Ok(SourceFiles {
            matcher,
            root: root.to_owned(),
            source: self.source.source.clone(),
            format,
            mapping: is_mapping.then(|| Arc::new(FileMapping { objects, shape, location: named })),
            location: place("files").unwrap_or(Location::new(self.place.file, 0, 0)),
        })
    }
}
