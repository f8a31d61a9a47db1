//! What fixes did to the findings of a directory: which are still there, and which have come.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::attribute::Attribute;
use super::edits::{Spot, spot};
use super::plan::{Candidate, Key, key};
use crate::finding::{Finding, Outcome, Site};
use crate::snapshot::value::folded;
use crate::source::Location;

/// A rule, and where it finds fault: the stored value with its attribute, or the name of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place<'f> {
    pub(super) rule: &'f str,
    pub(super) location: Location,
    pub(super) attribute: Option<Attribute<'f>>,
}

impl Hash for Place<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // few rules find fault with one text
        self.location.hash(state);
    }
}

/// Where a finding is.
pub(super) fn place(finding: &Finding) -> Place<'_> {
    place_of(finding, &finding.primary)
}

fn place_of<'f>(finding: &'f Finding, site: &'f Site) -> Place<'f> {
    let attribute = site.attribute.as_deref().map(Attribute);
    Place { rule: &finding.rule.id, location: site.via.unwrap_or(site.location), attribute }
}

fn sites(finding: &Finding) -> impl Iterator<Item = &Site> {
    std::iter::once(&finding.primary).chain(&finding.related)
}

/// The findings before candidates. Most of them are the very same ones behind them, and nothing is asked of those; the rest is
/// worked out when somebody asks.
#[derive(Debug)]
pub(super) struct Before<'f> {
    outcome: &'f Outcome,
    /// Where each finding stands in memory.
    known: FxHashSet<usize>,
    all: OnceLock<FxHashMap<Place<'f>, usize>>,
    involved: OnceLock<FxHashSet<(&'f str, &'f str)>>,
    objects: OnceLock<FxHashSet<(&'f str, &'f str)>>,
}

/// Where a finding stands in memory. It is never read from there.
fn address(finding: &Arc<Finding>) -> usize {
    Arc::as_ptr(finding) as usize
}

/// How many findings there are at some places, by the place that each is about.
fn counted<'f>(outcome: &'f Outcome, places: &FxHashSet<Place<'_>>) -> FxHashMap<Place<'f>, usize> {
    let mut counts = FxHashMap::default();
    let of_interest = outcome.findings.iter().map(|finding| place(finding));
    for place in of_interest.filter(|place| places.contains(place)) {
        *counts.entry(place).or_default() += 1;
    }
    counts
}

impl<'f> Before<'f> {
    pub(super) fn of(outcome: &'f Outcome) -> Self {
        let known = outcome.findings.iter().map(address).collect();
        let (all, involved, objects) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { outcome, known, all, involved, objects }
    }

    /// Whether it is the very same finding.
    fn holds(&self, finding: &Arc<Finding>) -> bool {
        self.known.contains(&address(finding))
    }

    /// How many findings there are at all their places.
    fn all(&self) -> &FxHashMap<Place<'f>, usize> {
        self.all.get_or_init(|| {
            let mut counts = FxHashMap::default();
            for finding in &self.outcome.findings {
                let mut places: Vec<Place<'_>> = sites(finding).map(|site| place_of(finding, site)).collect();
                places.sort_unstable();
                places.dedup();
                for place in places {
                    *counts.entry(place).or_default() += 1;
                }
            }
            counts
        })
    }

    /// Whether an object has a part in a finding of the same rule.
    fn involves(&self, finding: &Finding, site: &Site) -> bool {
        let involved = self.involved.get_or_init(|| {
            let findings = self.outcome.findings.iter();
            let of = |finding: &'f Arc<Finding>| {
                sites(finding).map(|site| (finding.rule.id.as_str(), site.object.as_str()))
            };
            findings.flat_map(of).collect()
        });
        involved.contains(&(finding.rule.id.as_str(), site.object.as_str()))
    }

    /// Whether something is no news of a rule: it was found before, if perhaps on the first of several holders, or on the
    /// object as a whole.
    fn knows(&self, finding: &Finding, how_many: usize) -> bool {
        if self.all().get(&place(finding)).is_some_and(|known| *known >= how_many) {
            return true;
        }
        let objects = self.objects.get_or_init(|| {
            let findings = self.outcome.findings.iter();
            let as_a_whole = findings.filter(|finding| finding.primary.attribute.is_none());
            as_a_whole.map(|finding| (finding.rule.id.as_str(), finding.primary.object.as_str())).collect()
        });
        objects.contains(&(finding.rule.id.as_str(), finding.primary.object.as_str()))
    }
}

/// Why a candidate cannot stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Culprit {
    pub(super) candidate: usize,
    pub(super) reason: String,
}

/// What candidates did that they should not.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Candidates to blame.
    pub(super) culprits: Vec<Culprit>,
    /// A finding that came, and of which nobody can say by whom, with what is to be said of it.
    pub(super) unexplained: Option<(Key, String)>,
}

/// Compares the findings before and after candidates.
pub(super) fn faults(before: &Before<'_>, candidates: &[Candidate], after: &Outcome) -> Faults {
    let come = || after.findings.par_iter().filter(|finding| !before.holds(finding)).collect::<Vec<_>>();
    let (come, by) = rayon::join(come, || By::of(candidates));
    let mut mended: FxHashMap<Place<'_>, usize> = FxHashMap::default();
    for finding in candidates.iter().flat_map(|candidate| &candidate.findings) {
        *mended.entry(place(finding)).or_default() += 1;
    }
    let places: FxHashSet<Place<'_>> =
        mended.keys().copied().chain(come.iter().map(|finding| place(finding))).collect();
    let (was, is) = rayon::join(|| counted(before.outcome, &places), || counted(after, &places));
    let at =
        |counts: &FxHashMap<Place<'_>, usize>, place: &Place<'_>| counts.get(place).copied().unwrap_or(0);
    let mut faults = Faults::default();
    for (number, candidate) in candidates.iter().enumerate() {
        let stays = candidate.findings.iter().find(|finding| {
            let place = place(finding);
            at(&is, &place) > at(&was, &place).saturating_sub(at(&mended, &place))
        });
        if let Some(stays) = stays {
            let reason = format!("it would not remove its finding: {}", stays.message);
            faults.culprits.push(Culprit { candidate: number, reason });
        }
    }
    let is_new = |finding: &&Arc<Finding>| {
        let place = place(finding);
        let is_same = before.holds(finding);
        if is_same && at(&is, &place) <= at(&was, &place) {
            return false;
        }
        // a value that was changed may have joined others that are at fault together
        let joined = |site: &Site| !before.involves(finding, site);
        !before.knows(finding, at(&is, &place))
            || !is_same && sites(finding).any(|site| by.changed(site)) && finding.related.iter().any(joined)
    };
    let new: Vec<&Arc<Finding>> = after.findings.par_iter().filter(is_new).collect();
    for new in new {
        let culprits = by.culprits(new);
        if culprits.is_empty() {
            faults.unexplained.get_or_insert_with(|| (key(new), raises(new)));
        }
        for candidate in culprits {
            let other = by.other(new, candidate, candidates);
            let reason = match other {
                Some(name) => format!("it collides with the fix of {name}: {}", new.message),
                None => raises(new),
            };
            faults.culprits.push(Culprit { candidate, reason });
        }
    }
    faults.culprits.sort_by_key(|culprit| culprit.candidate);
    faults.culprits.dedup_by_key(|culprit| culprit.candidate);
    faults
}

fn raises(new: &Finding) -> String {
    format!("it would raise `{}`: {}", new.rule.id, new.message)
}

/// Candidates by what they change.
struct By<'c> {
    spots: FxHashMap<Spot<'c>, Vec<usize>>,
    objects: FxHashMap<&'c str, Vec<usize>>,
    /// By the addresses and names that come or go.
    texts: FxHashMap<Vec<u8>, Vec<usize>>,
}

/// What is compared of a value: an address without its type.
fn text(value: &[u8]) -> Vec<u8> {
    let is_type = |head: &[u8]| head.iter().all(u8::is_ascii_alphanumeric);
    let colon = memchr::memchr(b':', value).filter(|at| value.get(..*at).is_some_and(is_type));
    let rest = value.get(colon.map_or(0, |at| at + 1)..).unwrap_or_default();
    folded(rest.trim_ascii()).into_owned()
}

impl<'c> By<'c> {
    fn of(candidates: &'c [Candidate]) -> Self {
        let mut by =
            Self { spots: FxHashMap::default(), objects: FxHashMap::default(), texts: FxHashMap::default() };
        for (number, candidate) in candidates.iter().enumerate() {
            for change in &candidate.changes {
                by.spots.entry(spot(change)).or_default().push(number);
                by.objects.entry(&change.object).or_default().push(number);
                let old = change.old.as_ref().and_then(|old| old.value.as_deref());
                for value in old.into_iter().chain(change.new.as_deref()) {
                    by.texts.entry(text(value)).or_default().push(number);
                }
            }
        }
        by
    }

    /// Who changes a value.
    fn at(&self, site: &'c Site) -> Option<&Vec<usize>> {
        let attribute = Attribute(site.attribute.as_deref()?);
        self.spots.get(&(site.via.unwrap_or(site.location), attribute))
    }

    fn changed(&self, site: &Site) -> bool {
        self.at(site).is_some()
    }

    /// Who changed one of the values that a finding speaks of; else who changed one of its objects; else who had, or gets, the
    /// same value.
    fn culprits(&self, finding: &Finding) -> Vec<usize> {
        let mut found: Vec<usize> =
            sites(finding).filter_map(|site| self.at(site)).flatten().copied().collect();
        if found.is_empty() {
            let of = |site: &Site| self.objects.get(site.object.as_str());
            found = sites(finding).filter_map(of).flatten().copied().collect();
        }
        if found.is_empty() {
            let of = |site: &Site| self.texts.get(&text(site.value.as_deref()?));
            found = sites(finding).filter_map(of).flatten().copied().collect();
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The object of another candidate that has a part in a finding.
    fn other(&self, finding: &Finding, candidate: usize, candidates: &[Candidate]) -> Option<String> {
        let own = |name: &str| {
            candidates
                .get(candidate)
                .is_some_and(|own| own.changes.iter().any(|change| change.object == name))
        };
        let culprits = self.culprits(finding);
        let others = culprits.iter().filter(|number| **number != candidate);
        let changes = others.filter_map(|number| candidates.get(*number)).flat_map(|other| &other.changes);
        let other = changes.into_iter().find(|change| !own(&change.object))?;
        let known = sites(finding).any(|site| site.object == other.object);
        known.then(|| format!("`{}`", crate::finding::printable(&other.object)))
    }
}
