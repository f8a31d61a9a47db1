//! What becomes of the findings of a run before anybody sees them.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::baseline::Baseline;
use super::notice::{NOTICES, Notice, severity_of};
use super::overrides;
use super::since::introduced;
use super::suppress::{Known, Suppressions};
use super::weaken::Weakened;
use crate::config::{Override, Settings};
use crate::finding::{Finding, Outcome, Problem, Severity};
use crate::pack::{Library, Rulebook};
use crate::source::Store;

/// What decides about findings.
#[derive(Debug, Default)]
pub struct Policy {
    overrides: Vec<Override>,
    suppressions: Suppressions,
    baseline: Option<Baseline>,
    /// Rules that the baseline cannot speak of.
    unrecorded: FxHashSet<String>,
    notices: Vec<Notice>,
    severities: FxHashMap<&'static str, Option<Severity>>,
    /// Findings of this severity or worse fail, where a configuration says so.
    pub fail_level: Option<Severity>,
}

/// The findings of an earlier state, and what the user calls it.
#[derive(Debug, Clone)]
pub struct Earlier {
    /// What the user calls it.
    pub name: String,
    /// Its findings.
    pub findings: Vec<Arc<Finding>>,
}

/// What the findings are about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'s> {
    /// The packs.
    pub library: &'s Library,
    /// The rules that ran.
    pub book: &'s Rulebook,
    /// The files.
    pub store: &'s Store,
    /// The time that counts as now, in seconds since 1970.
    pub now: i64,
}

impl Policy {
    /// The policy of a configuration. `locked` says which rules are locked by a file that the baseline comes after.
    #[must_use]
    pub fn new(
        settings: &Settings,
        suppressions: Suppressions,
        baseline: Option<Baseline>,
        unrecorded: FxHashSet<String>,
    ) -> Self {
        let level = |id: &'static str| {
            let ignored = settings.ignore.iter().any(|word| word.text == id);
            let set = settings.severity.iter().rev().find(|(word, _)| word.text == id);
            let level = set.map_or_else(|| severity_of(id), |(_, level)| *level);
            (id, (!ignored).then_some(level))
        };
        Self {
            overrides: settings.overrides.clone(),
            suppressions,
            baseline,
            unrecorded,
            notices: Vec::new(),
            severities: NOTICES.into_iter().map(level).collect(),
            fail_level: settings.fail_level.as_ref().map(|(_, level)| *level),
        }
    }

    /// Whether recorded findings may be of a rule.
    #[must_use]
    pub fn may_record(&self, rule: &str) -> bool {
        !self.unrecorded.contains(rule)
    }

    /// The same with what is checked would weaken; suppressions that it adds do not count.
    #[must_use]
    pub fn weakened(mut self, weakened: Weakened) -> Self {
        self.suppressions.retain(|entry| !weakened.added.contains(&entry.at));
        self.notices.extend(weakened.notices);
        self
    }

    /// Whether files that were [watched](super::Comments::Late) may hold suppressions.
    #[must_use]
    pub fn is_late(&self, store: &Store) -> bool {
        self.suppressions.are_late(store)
    }

    /// Reads the suppressions in files that were [watched](super::Comments::Late) while they were judged; what is wrong with them.
    pub fn find_late(&self, store: &Store, rules: &Known<'_>) -> &[Problem] {
        self.suppressions.find_late(store, rules)
    }

    /// Leaves out what the policy leaves out, and finds what is wrong with how it does. `earlier` is what is compared with.
    #[must_use]
    pub fn apply(
        &self,
        outcome: &mut Outcome,
        subject: Subject<'_>,
        earlier: Option<Earlier>,
    ) -> Vec<Finding> {
        let Subject { library, book, store, now } = subject;
        let mut findings = std::mem::take(&mut outcome.findings);
        let before = findings.len();
        overrides::apply(&mut findings, &self.overrides, (library, book), store);
        let used = self.suppressions.apply(&mut findings, now);
        outcome.summary.suppressed = u64::try_from(before - findings.len()).unwrap_or(u64::MAX);
        let not_judged: FxHashSet<&str> =
            outcome.summary.rules_not_evaluated.iter().map(|(id, _)| id.as_str()).collect();
        let ran = |id: &str| book.infos.iter().any(|info| info.id == id) && !not_judged.contains(id);
        let mut notices = self.suppressions.notices(&used, now, &ran);
        notices.extend(self.notices.iter().cloned());
        if let Some(mut earlier) = earlier {
            overrides::apply(&mut earlier.findings, &self.overrides, (library, book), store);
            outcome.summary.since = Some(introduced(&mut findings, &earlier.findings, &earlier.name));
        }
        if let Some(baseline) = &self.baseline {
            let compared = baseline.compare(findings, now, &|id| self.may_record(id));
            findings = compared.new;
            outcome.summary.recorded = Some(compared.known);
        }
        outcome.findings = findings;
        outcome.summary.count(&outcome.findings);
        let found = notices.into_iter().filter_map(|notice| {
            let severity = self.severities.get(notice.id).copied().flatten()?;
            Some(notice.finding(severity))
        });
        found.collect()
    }
}
