//! Locked rules: what builds on the configuration that locks them cannot weaken them.

use super::select::Names;
use crate::config::{Settings, Word};
use crate::finding::{Problem, Severity};
use crate::pack::{Library, RawRule};
use crate::source::{Location, Store};

/// The condition of packs that an object does not synchronise, which `scope` adds to.
const FILTERED: &str = "filtered";

/// The rules that a configuration locks.
#[derive(Debug)]
pub struct Locks<'l> {
    library: &'l Library,
    settings: &'l Settings,
    packs: Vec<Vec<String>>,
}

impl<'l> Locks<'l> {
    /// The locks of a configuration.
    #[must_use]
    pub fn new(settings: &'l Settings, library: &'l Library, store: &Store) -> Self {
        let packs = library.packs().iter().map(|pack| pack.names(store)).collect();
        Self { library, settings, packs }
    }

    /// The first lock of a rule.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&'l Word> {
        let (pack, rule) = self.rules().find(|(_, rule)| rule.id == id)?;
        self.lock(pack, rule)
    }

    fn rules(&self) -> impl Iterator<Item = (usize, &'l RawRule)> + use<'l> {
        self.library.rules().map(|(origin, rule)| (origin.pack, rule))
    }

    fn have(&self, pack: usize, rule: &RawRule, name: &str) -> bool {
        Names { rule, packs: self.packs.get(pack).map(Vec::as_slice).unwrap_or_default() }.have(name)
    }

    fn lock(&self, pack: usize, rule: &RawRule) -> Option<&'l Word> {
        self.settings.locked.iter().find(|word| self.have(pack, rule, &word.text))
    }

    /// What later files of the configuration, and the command line, weaken.
    #[must_use]
    pub fn problems(&self, ignore: &[String], severity: &[(String, Severity)]) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.settings.locked.is_empty() {
            return problems;
        }
        self.fail_level(&mut problems);
        for (pack, rule) in self.rules() {
            let Some(lock) = self.lock(pack, rule) else { continue };
            let means = |name: &str| self.have(pack, rule, name);
            let mut weakened =
                |what: &str, at: Option<Location>| problems.push(self.weakened(rule, lock, what, at));
            let later = |word: &&Word| word.layer > lock.layer && means(&word.text);
            for word in self.settings.ignore.iter().filter(later) {
                weakened("left out", Some(word.location));
            }
            let before = self.severity_at(pack, rule, lock.layer);
            for (word, level) in self.settings.severity.iter().filter(|(word, _)| later(&word)) {
                if *level < before {
                    weakened("made milder", Some(word.location));
                }
            }
            for one in &self.settings.overrides {
                for word in one.ignore.iter().filter(later) {
                    weakened("left out", Some(word.location));
                }
                for (word, level) in one.severity.iter().filter(|(word, _)| later(&word)) {
                    if *level < before {
                        weakened("made milder", Some(word.location));
                    }
                }
            }
            for suppression in &self.settings.suppressions {
                for word in suppression.rules.iter().filter(later) {
                    weakened("suppressed", Some(word.location));
                }
            }
            let reads = self.library.reads(rule);
            for (word, _) in &self.settings.params {
                if word.layer > lock.layer && reads.parameters.contains(&word.text) {
                    weakened("given another parameter", Some(word.location));
                }
            }
            if reads.conditions.contains(FILTERED) {
                for layer in self.settings.layers.iter().skip(lock.layer + 1) {
                    let scope = &layer.raw.scope;
                    if !scope.include.is_empty() || !scope.exclude.is_empty() || scope.filtered.is_some() {
                        weakened("given another scope", Some(layer.at("scope")));
                    }
                }
            }
            let runs = self.library.packs().get(pack).is_some_and(|pack| self.library.takes(pack));
            let profiles = self.settings.profiles.as_ref().and_then(|words| words.first());
            if let Some(word) = profiles.filter(|word| !runs && word.layer > lock.layer) {
                weakened("left out with its profile", Some(word.location));
            }
            if ignore.iter().any(|name| means(name)) {
                weakened("left out by `--ignore`", None);
            }
            if severity.iter().any(|(name, level)| means(name) && *level < before) {
                weakened("made milder by `--severity`", None);
            }
        }
        problems
    }

    fn weakened(&self, rule: &RawRule, lock: &Word, what: &str, at: Option<Location>) -> Problem {
        let problem =
            Problem::error("config-locked", format!("`{}` is locked, and cannot be {what}", rule.id));
        let problem = match at {
            Some(at) => problem.at(at).label("here").also(lock.location, "locked here"),
            None => problem.at(lock.location).label("locked here"),
        };
        problem.help("whoever keeps the configuration that locks it can unlock it")
    }

    /// A level that fails cannot be raised over what was locked to fail.
    fn fail_level(&self, problems: &mut Vec<Problem>) {
        let first = self.settings.locked.iter().map(|word| word.layer).min().unwrap_or_default();
        let at_lock = self.settings.layers.iter().take(first + 1);
        let before = at_lock.filter_map(|layer| layer.raw.fail_level).next_back();
        let before = before.map_or(Severity::Error, Severity::from);
        if let Some((word, level)) = self.settings.fail_level.as_ref()
            && word.layer > first
            && *level > before
            && let Some(lock) = self.settings.locked.first()
        {
            let problem = Problem::error("config-locked", "with locked rules, `fail-level` cannot be raised");
            let problem =
                problem.at(word.location).label("here").also(lock.location, "rules are locked here");
            problems.push(problem.help("leave it out, or lower it"));
        }
    }

    /// How bad findings of a rule are as far as the files up to one say.
    fn severity_at(&self, pack: usize, rule: &RawRule, layer: usize) -> Severity {
        let known = || self.settings.severity.iter().rev().filter(|(word, _)| word.layer <= layer);
        let id = known().find(|(word, _)| word.text == rule.id);
        let other = || known().find(|(word, _)| self.have(pack, rule, &word.text));
        id.or_else(other).map_or(rule.severity.into(), |(_, level)| *level)
    }
}
