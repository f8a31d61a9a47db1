//! The files of a configuration made one: lists grow, and of single values the last one wins.

use std::path::PathBuf;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::bounds::Bounds;
use super::layer::{Layer, is_profile, outside};
use super::raw_policy::{RawLevel, RawOverride, RawSuppression};
use super::settings::{ConfigSuppression, OutputFile, Override, Settings, Word};
use super::sources::Entry;
use crate::finding::{Problem, Severity};
use crate::pack::Entries;
use crate::snapshot::shape::Texts;
use crate::snapshot::value::time;
use crate::source::{Location, Tree};

/// One day, in seconds.
const DAY: i64 = 86_400;

/// Makes one of several files, each of which comes after what it builds on.
pub(super) fn merge(layers: Vec<Layer>, bounds: Bounds, tree: Tree) -> Result<Settings, Vec<Problem>> {
    let mut merge = Merge { settings: Settings::default(), problems: Vec::new(), bounds };
    for (number, layer) in layers.iter().enumerate() {
        One { layer, number }.add_to(&mut merge);
    }
    if !merge.problems.is_empty() {
        return Err(merge.problems);
    }
    Ok(Settings { layers, bounds: merge.bounds, tree, ..merge.settings })
}

struct Merge {
    settings: Settings,
    problems: Vec<Problem>,
    bounds: Bounds,
}

/// One file, and its number.
struct One<'l> {
    layer: &'l Layer,
    number: usize,
}

impl One<'_> {
    fn add_to(&self, merge: &mut Merge) {
        let raw = &self.layer.raw;
        for (number, source) in raw.sources.iter().enumerate() {
            match (Entry { layer: self.layer, number, source }).files(&merge.bounds) {
                Ok(files) => merge.settings.sources.push(files),
                Err(more) => merge.problems.extend(more),
            }
        }
        for word in self.words("rules", &raw.rules) {
            if let Some(path) = self.path(&word.text, word.location, merge) {
                merge.settings.rules.push(path);
            }
        }
        for (name, value) in &raw.params.0 {
            let word = self.word(name.clone(), &format!("params/{name}:key"));
            merge.settings.params.retain(|(known, _)| known.text != word.text);
            merge.settings.params.push((word, value.text()));
        }
        let extended: Vec<Word> =
            self.words("extends", &raw.extends).into_iter().filter(|word| is_profile(&word.text)).collect();
        if let Some(profiles) = &raw.profiles {
            merge.settings.profiles = Some(self.words("profiles", profiles));
        } else if !extended.is_empty() {
            merge.settings.profiles.get_or_insert_default().extend(extended);
        }
        if let Some(select) = &raw.select {
            merge.settings.select = Some(self.words("select", select));
        }
        merge.settings.ignore.extend(self.words("ignore", &raw.ignore));
        merge.settings.severity.extend(self.levels("severity", &raw.severity));
        if let Some(level) = raw.fail_level {
            merge.settings.fail_level =
                Some((self.word("fail-level".to_owned(), "fail-level"), level.into()));
        }
        merge.settings.locked.extend(self.words("locked", &raw.locked));
        for (number, raw) in raw.overrides.iter().enumerate() {
            self.overriding(number, raw, merge);
        }
        if let Some(text) = &raw.baseline {
            let word = self.word(text.clone(), "baseline");
            if let Some(path) = self.path(text, word.location, merge) {
                merge.settings.baseline = Some((word, path));
            }
        }
        for (number, raw) in raw.outputs.iter().enumerate() {
            let at = self.layer.at(&format!("outputs/{number}/path"));
            if let Some(path) = self.path(&raw.path, at, merge) {
                let location = self.layer.at(&format!("outputs/{number}/format"));
                let format = raw.format.clone();
                merge.settings.outputs.push(OutputFile { format, path, location, named: at });
            }
        }
        for (number, raw) in raw.suppressions.iter().enumerate() {
            self.suppression(number, raw, merge);
        }
    }

    fn word(&self, text: String, path: &str) -> Word {
        Word { text, location: self.layer.at(path), layer: self.number }
    }

    fn words(&self, field: &str, texts: &Texts) -> Vec<Word> {
        let word = |(text, location)| Word { text, location, layer: self.number };
        self.layer.named(field, texts).into_iter().map(word).collect()
    }

    fn levels(&self, field: &str, levels: &Entries<RawLevel>) -> Vec<(Word, Severity)> {
        let level = |(name, level): &(String, RawLevel)| {
            (self.word(name.clone(), &format!("{field}/{name}:key")), (*level).into())
        };
        levels.0.iter().map(level).collect()
    }

    fn path(&self, text: &str, at: Location, merge: &mut Merge) -> Option<PathBuf> {
        let path = self.layer.path(text);
        let problem = outside(&merge.bounds, &path, text, at);
        let is_within = problem.is_none();
        merge.problems.extend(problem);
        is_within.then_some(path)
    }

    fn overriding(&self, number: usize, raw: &RawOverride, merge: &mut Merge) {
        let field = |name: &str| format!("overrides/{number}/{name}");
        if raw.files.is_empty() {
            let message = "an entry of `overrides` does not say which files it means";
            let problem = Problem::error("config-missing-field", message).at(self.layer.at("overrides:key"));
            merge.problems.push(problem.label("in here").help("write `files: groups/**/*.yaml`"));
            return;
        }
        match globs(&raw.files) {
            Ok(matcher) => merge.settings.overrides.push(Override {
                matcher,
                root: self.layer.folder.clone(),
                severity: self.levels(&field("severity"), &raw.severity),
                ignore: self.words(&field("ignore"), &raw.ignore),
            }),
            Err(message) => {
                let problem = Problem::error("config-pattern", message).at(self.layer.at(&field("files")));
                merge.problems.push(problem.label("here").help("write `groups/**/*.yaml`"));
            }
        }
    }

    fn suppression(&self, number: usize, raw: &RawSuppression, merge: &mut Merge) {
        let field = |name: &str| format!("suppressions/{number}/{name}");
        let whole = || {
            let first = ["rule", "object", "attribute", "reason", "until"];
            let marks = &self.layer.marks;
            let found = first.iter().find_map(|name| marks.scalar(&format!("{}:key", field(name))));
            found.unwrap_or_else(|| self.layer.at("suppressions:key"))
        };
        let mut missing = |code, name: &str, help: &str| {
            let problem = Problem::error(code, format!("a suppression does not say its `{name}`"));
            merge.problems.push(problem.at(whole()).label("in what begins here").help(help));
        };
        if raw.rule.is_empty() {
            missing("config-missing-field", "rule", "write `rule: address-taken`");
        }
        let object = raw.object.as_deref().map(str::trim).filter(|object| !object.is_empty());
        if object.is_none() {
            missing(
                "config-missing-field",
                "object",
                "write the name that the finding shows; what a whole rule should not say is said by `ignore`",
            );
        }
        let reason = raw.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_none() {
            missing("suppression-reason", "reason", "write why: `reason: shared mailbox, see ticket 4711`");
        }
        let end = raw.until.as_deref().map(|text| (day(text), text));
        if let Some((None, text)) = end {
            merge.problems.push(bad_day(text).at(self.layer.at(&field("until"))).label("no date"));
        }
        let (Some(object), Some(reason)) = (object, reason) else { return };
        merge.settings.suppressions.push(ConfigSuppression {
            rules: self.words(&field("rule"), &raw.rule),
            object: object.to_owned(),
            attribute: raw.attribute.clone(),
            value: raw.value.clone(),
            reason: reason.to_owned(),
            end: end.and_then(|(end, _)| end),
            until: raw.until.clone(),
            location: whole(),
            layer: self.number,
        });
    }
}

fn globs(texts: &Texts) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in texts.iter() {
        let glob = pattern.strip_prefix("./").unwrap_or(pattern);
        let built = GlobBuilder::new(glob).literal_separator(true).build();
        set.add(built.map_err(|error| format!("`{pattern}` is no pattern: {}", error.kind()))?);
    }
    set.build().map_err(|error| format!("these patterns cannot be matched: {error}"))
}

/// The first moment behind a day that is written `2027-01-31`, in seconds since 1970.
#[must_use]
pub fn day(text: &str) -> Option<i64> {
    let is_day = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
    time::seconds(text.as_bytes()).filter(|_| is_day).map(|begin| begin + DAY)
}

/// What is said of a day that is none.
#[must_use]
pub fn bad_day(text: &str) -> Problem {
    let problem = Problem::error("suppression-until", format!("`{text}` is no date"));
    problem.help("write the last day on which it counts: `2027-01-31`")
}
