//! Findings that are left out on purpose, by comments beside the values or by entries of the configuration.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::comments::{Comment, comments, watched};
use super::locks::Locks;
use super::notice::{EXPIRED, NOTICES, Notice, UNUSED};
use crate::config::{ConfigSuppression, Settings};
use crate::finding::{Finding, Problem, SharedBy, Site};
use crate::language::did_you_mean;
use crate::pack::Library;
use crate::run::Files;
use crate::snapshot::Format;
use crate::snapshot::value::dn;
use crate::source::{FileId, Location, Store};

/// All suppressions of a run.
#[derive(Debug, Default)]
pub struct Suppressions {
    entries: Vec<Entry>,
    /// Files whose comments are read once it is known whether they hold any.
    watched: Vec<(FileId, Format)>,
    late: OnceLock<Late>,
}

/// The suppressions of files that were watched, and what is wrong with them.
#[derive(Debug, Default)]
struct Late {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

/// When comments of large files are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// At once, so that what is wrong with them is known before anything is judged.
    First,
    /// While the files are judged, which are not read twice then: [`Suppressions::find_late`] has to be called behind that.
    Late,
}

/// One rule of one suppression.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) rule: String,
    /// Where the rule is named.
    pub(super) at: Location,
    pub(super) reason: String,
    /// The first moment at which it does not count any more.
    end: Option<i64>,
    until: String,
    pub(super) target: Target,
}

/// What a suppression covers.
#[derive(Debug)]
pub(super) enum Target {
    /// What stands here.
    Place(Location),
    /// An object, one of its attributes, one of its values.
    Object { name: Vec<u8>, shown: String, attribute: Option<String>, value: Option<String> },
}

impl Target {
    fn covers(&self, site: &Site) -> bool {
        match self {
            Self::Place(place) => {
                let within = |at: Location| {
                    at.file == place.file
                        && at.span.offset >= place.span.offset
                        && at.span.offset < place.span.end()
                };
                within(site.location) || site.via.is_some_and(within)
            }
            Self::Object { name, attribute, value, .. } => {
                let is_attribute = |wanted: &String| {
                    site.attribute.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(wanted))
                };
                let is_value = |wanted: &String| {
                    let known = site.value.as_deref().map(String::from_utf8_lossy);
                    known.is_some_and(|known| known.to_lowercase() == wanted.to_lowercase())
                };
                dn::normalized(site.object.as_bytes()) == *name
                    && attribute.as_ref().is_none_or(is_attribute)
                    && value.as_ref().is_none_or(is_value)
            }
        }
    }
}

impl Suppressions {
    /// The suppressions of the configuration, and of comments in the files under check; what is wrong with them is added to
    /// `problems`.
    #[must_use]
    pub fn read(
        settings: &Settings,
        files: &Files,
        store: &Store,
        (rules, comments): (&Known<'_>, Comments),
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut all = Self::default();
        for suppression in &settings.suppressions {
            all.of_config(suppression);
        }
        let mut read: FxHashSet<FileId> = FxHashSet::default();
        for input in files.inputs.iter().filter(|input| input.source == 0 && read.insert(input.file)) {
            if comments == Comments::Late && watched(store, input.file, input.format) {
                all.watched.push((input.file, input.format));
            } else {
                all.entries.extend(entries_of(store, (input.file, input.format), problems));
            }
        }
        for entry in &all.entries {
            problems.extend(rules.wrong(entry));
        }
        all
    }

    /// Whether some of the files that were watched may hold suppressions.
    pub(super) fn are_late(&self, store: &Store) -> bool {
        self.watched.iter().any(|(file, _)| store.watch().is_found(*file))
    }

    /// Reads the suppressions in files that were watched while they were judged; what is wrong with them.
    pub fn find_late(&self, store: &Store, rules: &Known<'_>) -> &[Problem] {
        let late = self.late.get_or_init(|| {
            let mut late = Late::default();
            for file in self.watched.iter().filter(|(file, _)| store.watch().is_found(*file)) {
                late.entries.extend(entries_of(store, *file, &mut late.problems));
            }
            late.problems.extend(late.entries.iter().filter_map(|entry| rules.wrong(entry)));
            late
        });
        &late.problems
    }

    fn all(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().chain(self.late.get().into_iter().flat_map(|late| &late.entries))
    }

    fn of_config(&mut self, one: &ConfigSuppression) {
        for rule in &one.rules {
            let target = Target::Object {
                name: dn::normalized(one.object.as_bytes()),
                shown: one.object.clone(),
                attribute: one.attribute.clone(),
                value: one.value.clone(),
            };
            self.entries.push(Entry {
                rule: rule.text.clone(),
                at: rule.location,
                reason: one.reason.clone(),
                end: one.end,
                until: one.until.clone().unwrap_or_default(),
                target,
            });
        }
    }

    /// Leaves out those that a test does not want.
    pub(super) fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.entries.retain(keep);
    }

    /// Takes the findings out that are suppressed; which of the entries had one to take out.
    pub(super) fn apply(&self, findings: &mut Vec<Arc<Finding>>, now: i64) -> Vec<bool> {
        let entries: Vec<&Entry> = self.all().collect();
        let mut used = vec![false; entries.len()];
        let mut by_rule: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (number, entry) in entries.iter().enumerate() {
            if entry.end.is_none_or(|end| now < end) {
                by_rule.entry(&entry.rule).or_default().push(number);
            }
        }
        findings.retain(|finding| match by_rule.get(finding.rule.id.as_str()) {
            Some(of_rule) => !suppress(finding, (&entries, of_rule), &mut used),
            None => true,
        });
        used
    }

    /// Suppressions that have expired, and those that leave nothing out although their rule ran.
    pub(super) fn notices(&self, used: &[bool], now: i64, ran: &dyn Fn(&str) -> bool) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (entry, used) in self.all().zip(used) {
            let what = match &entry.target {
                Target::Place(_) => String::new(),
                Target::Object { shown, .. } => format!(" for `{shown}`"),
            };
            if entry.end.is_some_and(|end| now >= end) {
                notices.push(Notice {
                    id: EXPIRED,
                    message: format!("the suppression of `{}`{what} ended on {}", entry.rule, entry.until),
                    help: "mend the fault, or give it a new date and say why".to_owned(),
                    label: "counts no more".to_owned(),
                    location: entry.at,
                    value: entry.rule.clone(),
                    key: format!("{}\0{what}\0{}", entry.rule, entry.reason),
                });
            } else if !used && ran(&entry.rule) {
                notices.push(Notice {
                    id: UNUSED,
                    message: format!("the suppression of `{}`{what} leaves nothing out", entry.rule),
                    help: "remove it: the fault is gone".to_owned(),
                    label: "not needed".to_owned(),
                    location: entry.at,
                    value: entry.rule.clone(),
                    key: format!("{}\0{what}\0{}", entry.rule, entry.reason),
                });
            }
        }
        notices
    }
}

/// Whether a finding is left out by entries of its rule, which are given by their numbers; which of them had a part in it.
fn suppress(finding: &Finding, (entries, of_rule): (&[&Entry], &[usize]), used: &mut [bool]) -> bool {
    let mut covered: Vec<&Site> = Vec::new();
    for site in std::iter::once(&finding.primary).chain(&finding.related) {
        let mut hit = false;
        for number in of_rule {
            let covers = entries.get(*number).is_some_and(|entry| entry.target.covers(site));
            if let Some(used) = used.get_mut(*number).filter(|_| covers) {
                (*used, hit) = (true, true);
            }
        }
        if hit {
            covered.push(site);
        }
    }
    match &finding.shared {
        None => covered.iter().any(|site| std::ptr::eq(*site, &finding.primary)),
        Some(shared) => {
            let names: FxHashSet<&str> = covered.iter().map(|site| site.object.as_str()).collect();
            let rest = shared.objects.iter().filter(|name| !names.contains(name.as_str())).count();
            match shared.by {
                // whoever is left alone with a key shares it with nobody
                SharedBy::Key => !covered.is_empty() && rest <= 1,
                // a circle that is broken at one place is none
                SharedBy::Circle => !covered.is_empty(),
                SharedBy::Count => covered.len() > finding.related.len(),
            }
        }
    }
}

/// The suppressions that stand in a file; what is wrong with its comments is added to `problems`.
fn entries_of(store: &Store, (file, format): (FileId, Format), problems: &mut Vec<Problem>) -> Vec<Entry> {
    let (found, wrong) = comments(store, file, format);
    problems.extend(wrong);
    let entries = found.into_iter().flat_map(|Comment { directive, rules, covers, .. }| {
        let directive = Arc::new(directive);
        let ids = directive.rules.clone().into_iter().zip(rules);
        ids.map(move |((rule, _), at)| Entry {
            rule,
            at,
            reason: directive.reason.clone(),
            end: directive.end,
            until: directive.until.clone().unwrap_or_default(),
            target: Target::Place(Location { file, span: covers }),
        })
    });
    entries.collect()
}

/// The rules that suppressions may name.
#[derive(Debug)]
pub struct Known<'k> {
    /// All rules of the run, whatever runs of them.
    pub library: &'k Library,
    /// Rules that were left out of the run.
    pub left_out: &'k Library,
    /// Rules that cannot be suppressed.
    pub locks: &'k Locks<'k>,
}

impl Known<'_> {
    fn wrong(&self, entry: &Entry) -> Option<Problem> {
        let at = |problem: Problem| problem.at(entry.at);
        if NOTICES.contains(&entry.rule.as_str()) {
            let problem =
                Problem::error("suppression-unknown-rule", format!("`{}` cannot be suppressed", entry.rule));
            return Some(at(problem).label("not by this").help("do what it asks for"));
        }
        if let Some(lock) = self.locks.of(&entry.rule) {
            let message = format!("`{}` is locked, and cannot be suppressed", entry.rule);
            let problem = at(Problem::error("suppression-locked", message)).label("here");
            let help = "mend the fault; whoever keeps the configuration that locks the rule can unlock it";
            return Some(problem.also(lock.location, "locked here").help(help));
        }
        let all = || self.library.rules().chain(self.left_out.rules()).map(|(_, rule)| rule.id.as_str());
        if all().any(|id| id == entry.rule) {
            return None;
        }
        let help = did_you_mean(&entry.rule, all()).unwrap_or_else(|| {
            "a suppression names rules by their ids; `presync rule` lists them".to_owned()
        });
        let problem =
            Problem::error("suppression-unknown-rule", format!("there is no rule `{}`", entry.rule));
        Some(at(problem).label("not known").help(help))
    }
}
