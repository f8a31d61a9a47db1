//! What fixes did to the findings of a directory: which are still there, and which have come.

use std::cell::OnceCell;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::attribute::Attribute;
use super::edits::{Spot, spot};
use super::plan::{Candidate, Key, key};
use crate::finding::{Change, Finding, Outcome, Site};
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

/// The findings before candidates. Most of them are the very same ones behind them, and nothing is asked of those.
#[derive(Debug)]
pub(super) struct Before<'f> {
    outcome: &'f Outcome,
    /// Where each finding stands in memory.
    known: FxHashSet<usize>,
}

/// Where a finding stands in memory. It is never read from there.
fn address(finding: &Arc<Finding>) -> usize {
    Arc::as_ptr(finding) as usize
}

impl<'f> Before<'f> {
    pub(super) fn of(outcome: &'f Outcome) -> Self {
        Self { outcome, known: outcome.findings.iter().map(address).collect() }
    }

    /// Whether it is the very same finding.
    fn holds(&self, finding: &Arc<Finding>) -> bool {
        self.known.contains(&address(finding))
    }
}

/// How often something is there.
type Counts<'f> = FxHashMap<Place<'f>, usize>;

/// An object, and a rule.
type Of<'f> = (&'f str, &'f str);

/// How many findings there are at some places, by the place that each is about.
fn counted<'f>(outcome: &'f Outcome, places: &FxHashSet<Place<'_>>) -> Counts<'f> {
    let mut counts = Counts::default();
    let of_interest = outcome.findings.iter().map(|finding| place(finding));
    for place in of_interest.filter(|place| places.contains(place)) {
        *counts.entry(place).or_default() += 1;
    }
    counts
}

/// The same by all their places.
fn counted_at_all<'f>(outcome: &'f Outcome, wanted: &FxHashSet<Place<'_>>) -> Counts<'f> {
    let mut counts = Counts::default();
    for finding in &outcome.findings {
        let places = sites(finding).map(|site| place_of(finding, site));
        let mut places: SmallVec<[Place<'_>; 4]> = places.filter(|place| wanted.contains(place)).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            *counts.entry(place).or_default() += 1;
        }
    }
    counts
}

/// What findings that came are compared with.
#[derive(Debug)]
struct Comparison<'f> {
    /// How many findings were at the place that each is about, and are now.
    was: Counts<'f>,
    is: Counts<'f>,
    /// How many were there at all their places.
    was_at_all: Counts<'f>,
    /// Objects that had a part in a finding of a rule.
    involved: FxHashSet<Of<'f>>,
    /// Objects in which a rule found fault as a whole.
    as_a_whole: FxHashSet<Of<'f>>,
}

impl<'f> Comparison<'f> {
    /// Compares at the places of candidates and of findings that came.
    fn new(
        before: &Before<'f>,
        after: &'f Outcome,
        places: &FxHashSet<Place<'_>>,
        come: &[&Arc<Finding>],
    ) -> Self {
        let wanted: FxHashSet<Of<'_>> = come.iter().flat_map(|finding| objects(finding)).collect();
        let findings = &before.outcome.findings;
        let by_object = || {
            let (mut involved, mut as_a_whole) = (FxHashSet::default(), FxHashSet::default());
            if wanted.is_empty() {
                return (involved, as_a_whole);
            }
            for finding in findings {
                involved.extend(objects(finding).filter(|of| wanted.contains(of)));
                if finding.primary.attribute.is_none() {
                    as_a_whole.extend(objects(finding).take(1).filter(|of| wanted.contains(of)));
                }
            }
            (involved, as_a_whole)
        };
        let of_interest: FxHashSet<Place<'_>> = come.iter().map(|finding| place(finding)).collect();
        let by_place = || (counted(before.outcome, places), counted(after, places));
        let (((was, is), was_at_all), (involved, as_a_whole)) =
            rayon::join(|| rayon::join(by_place, || counted_at_all(before.outcome, &of_interest)), by_object);
        Self { was, is, was_at_all, involved, as_a_whole }
    }

    fn was_at(&self, place: &Place<'_>) -> usize {
        self.was.get(place).copied().unwrap_or(0)
    }

    fn is_at(&self, place: &Place<'_>) -> usize {
        self.is.get(place).copied().unwrap_or(0)
    }

    /// Whether something is no news of a rule: it was found before, if perhaps on the first of several holders, or on the
    /// object as a whole.
    fn knew(&self, finding: &Finding) -> bool {
        let place = place(finding);
        self.was_at_all.get(&place).is_some_and(|known| *known >= self.is_at(&place))
            || self.as_a_whole.contains(&(finding.rule.id.as_str(), finding.primary.object.as_str()))
    }

    /// Whether an object has come to have a part in a finding of a rule.
    fn joined(&self, finding: &Finding, site: &Site) -> bool {
        !self.involved.contains(&(finding.rule.id.as_str(), site.object.as_str()))
    }
}

/// The objects that have a part in a finding, with its rule; the one that it is about comes first.
fn objects(finding: &Finding) -> impl Iterator<Item = Of<'_>> {
    sites(finding).map(|site| (finding.rule.id.as_str(), site.object.as_str()))
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
    let comparison = Comparison::new(before, after, &places, &come);
    let mut faults = Faults::default();
    for (number, candidate) in candidates.iter().enumerate() {
        let stays = candidate.findings.iter().find(|finding| {
            let place = place(finding);
            let gone = mended.get(&place).copied().unwrap_or(0);
            comparison.is_at(&place) > comparison.was_at(&place).saturating_sub(gone)
        });
        if let Some(stays) = stays {
            let reason = format!("it would not remove its finding: {}", stays.message);
            faults.culprits.push(Culprit { candidate: number, reason });
        }
    }
    let is_new = |finding: &&Arc<Finding>| {
        if before.holds(finding) {
            // it is no other one, unless it has company
            let place = place(finding);
            return comparison.is_at(&place) > comparison.was_at(&place) && !comparison.knew(finding);
        }
        // a value that was changed may have joined others that are at fault together
        !comparison.knew(finding)
            || sites(finding).any(|site| by.changed(site))
                && finding.related.iter().any(|site| comparison.joined(finding, site))
    };
    let new: Vec<&Arc<Finding>> = after.findings.par_iter().filter(is_new).collect();
    let farther = Farther::default();
    for new in new {
        let culprits = by.culprits(new, &farther);
        if culprits.is_empty() {
            faults.unexplained.get_or_insert_with(|| (key(new), raises(new)));
        }
        for candidate in &culprits {
            let candidate = *candidate;
            let other = by.other(new, candidate, &culprits);
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
    candidates: &'c [Candidate],
    spots: FxHashMap<Spot<'c>, SmallVec<[usize; 1]>>,
}

/// The same by what few findings have to be asked for.
#[derive(Default)]
struct Farther<'c> {
    objects: OnceCell<FxHashMap<&'c str, Vec<usize>>>,
    /// By the addresses and names that come or go.
    texts: OnceCell<FxHashMap<Vec<u8>, Vec<usize>>>,
}

/// What is compared of a value: an address without its type.
fn text(value: &[u8]) -> Vec<u8> {
    let is_type = |head: &[u8]| head.iter().all(u8::is_ascii_alphanumeric);
    let colon = memchr::memchr(b':', value).filter(|at| value.get(..*at).is_some_and(is_type));
    let rest = value.get(colon.map_or(0, |at| at + 1)..).unwrap_or_default();
    folded(rest.trim_ascii()).into_owned()
}

impl<'c> Farther<'c> {
    fn objects(&self, by: &By<'c>) -> &FxHashMap<&'c str, Vec<usize>> {
        self.objects.get_or_init(|| {
            let mut objects: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
            for (number, change) in by.changes() {
                objects.entry(&change.object).or_default().push(number);
            }
            objects
        })
    }

    fn texts(&self, by: &By<'c>) -> &FxHashMap<Vec<u8>, Vec<usize>> {
        self.texts.get_or_init(|| {
            let mut texts: FxHashMap<Vec<u8>, Vec<usize>> = FxHashMap::default();
            for (number, change) in by.changes() {
                let old = change.old.as_ref().and_then(|old| old.value.as_deref());
                for value in old.into_iter().chain(change.new.as_deref()) {
                    texts.entry(text(value)).or_default().push(number);
                }
            }
            texts
        })
    }
}

impl<'c> By<'c> {
    fn of(candidates: &'c [Candidate]) -> Self {
        let mut by = Self { candidates, spots: FxHashMap::default() };
        for (number, change) in by.changes() {
            by.spots.entry(spot(change)).or_default().push(number);
        }
        by
    }

    /// Every change, with the number of its candidate.
    fn changes(&self) -> impl Iterator<Item = (usize, &'c Change)> + use<'c> {
        let candidates = self.candidates.iter().enumerate();
        candidates
            .flat_map(|(number, candidate)| candidate.changes.iter().map(move |change| (number, &**change)))
    }

    /// Who changes a value.
    fn at(&self, site: &'c Site) -> Option<&SmallVec<[usize; 1]>> {
        let attribute = Attribute(site.attribute.as_deref()?);
        self.spots.get(&(site.via.unwrap_or(site.location), attribute))
    }

    fn changed(&self, site: &Site) -> bool {
        self.at(site).is_some()
    }

    /// Who changed one of the values that a finding speaks of; else who changed one of its objects; else who had, or gets, the
    /// same value.
    fn culprits(&self, finding: &Finding, farther: &Farther<'c>) -> Vec<usize> {
        let mut found: Vec<usize> =
            sites(finding).filter_map(|site| self.at(site)).flatten().copied().collect();
        if found.is_empty() {
            let of = |site: &Site| farther.objects(self).get(site.object.as_str());
            found = sites(finding).filter_map(of).flatten().copied().collect();
        }
        if found.is_empty() {
            let of = |site: &Site| farther.texts(self).get(&text(site.value.as_deref()?));
            found = sites(finding).filter_map(of).flatten().copied().collect();
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The object of another candidate that has a part in a finding.
    fn other(&self, finding: &Finding, candidate: usize, culprits: &[usize]) -> Option<String> {
        let changes_of = |number: &usize| self.candidates.get(*number).into_iter().flat_map(|of| &of.changes);
        let own = |name: &str| changes_of(&candidate).any(|change| change.object == name);
        let others = culprits.iter().filter(|number| **number != candidate);
        let other = others.flat_map(changes_of).find(|change| !own(&change.object))?;
        let known = sites(finding).any(|site| site.object == other.object);
        known.then(|| format!("`{}`", crate::finding::printable(&other.object)))
    }
}
