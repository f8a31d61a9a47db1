//! What fixes did to the findings of a directory: which are still there, and which have come.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    /// The number of each finding, by where it stands in memory.
    numbers: FxHashMap<usize, usize>,
}

/// Where a finding stands in memory. It is never read from there.
fn address(finding: &Arc<Finding>) -> usize {
    Arc::as_ptr(finding) as usize
}

impl<'f> Before<'f> {
    pub(super) fn of(outcome: &'f Outcome) -> Self {
        let numbers = outcome.findings.iter().enumerate();
        Self { outcome, numbers: numbers.map(|(number, finding)| (address(finding), number)).collect() }
    }

    /// The number of a finding, if it is the very same one.
    fn number(&self, finding: &Arc<Finding>) -> Option<usize> {
        self.numbers.get(&address(finding)).copied()
    }
}

/// How often something is there.
type Counts<'f> = FxHashMap<Place<'f>, usize>;

fn count(counts: &Counts<'_>, place: &Place<'_>) -> usize {
    counts.get(place).copied().unwrap_or(0)
}

/// An object, and a rule.
type Of<'f> = (&'f str, &'f str);

/// Which findings went, and which came.
#[derive(Debug)]
struct Turnover<'f> {
    /// Whether each finding of before is still there, by its number.
    stays: Vec<AtomicBool>,
    /// How many came at the place that each is about.
    come: Counts<'f>,
    /// How many went where one came.
    gone: Counts<'f>,
}

impl<'f> Turnover<'f> {
    fn between(before: &Before<'f>, after: &'f Outcome) -> Self {
        let stays: Vec<AtomicBool> = before.outcome.findings.iter().map(|_| AtomicBool::new(false)).collect();
        let comes =
            |finding: &&Arc<Finding>| match before.number(finding).and_then(|number| stays.get(number)) {
                Some(stays) => {
                    stays.store(true, Ordering::Relaxed);
                    false
                }
                None => true,
            };
        let come: Vec<&Arc<Finding>> = after.findings.par_iter().filter(comes).collect();
        let mut turnover = Self { stays, come: Counts::default(), gone: Counts::default() };
        for finding in come {
            *turnover.come.entry(place(finding)).or_default() += 1;
        }
        let went = before.outcome.findings.par_iter().zip(&turnover.stays);
        let went =
            went.filter(|(_, stays)| !stays.load(Ordering::Relaxed)).map(|(finding, _)| place(finding));
        let went: Vec<Place<'_>> = went.filter(|place| turnover.come.contains_key(place)).collect();
        for place in went {
            *turnover.gone.entry(place).or_default() += 1;
        }
        turnover
    }

    fn is_gone(&self, number: usize) -> bool {
        self.stays.get(number).is_some_and(|stays| !stays.load(Ordering::Relaxed))
    }

    /// Whether more came than went at a place.
    fn grows(&self, place: &Place<'_>) -> bool {
        count(&self.come, place) > count(&self.gone, place)
    }
}

/// What is asked of the findings of before.
struct Wanted<'f> {
    places: FxHashSet<Place<'f>>,
    rules: FxHashSet<&'f str>,
    objects: FxHashSet<Of<'f>>,
}

/// What was found before where something is doubtful.
#[derive(Debug, Default)]
struct Past<'f> {
    /// How many findings there were at the place that each is about.
    at: Counts<'f>,
    /// The same at all their places.
    at_all: Counts<'f>,
    /// Objects that had a part in a finding of a rule.
    involved: FxHashSet<Of<'f>>,
    /// Objects in which a rule found fault as a whole.
    as_a_whole: FxHashSet<Of<'f>>,
}

impl<'f> Past<'f> {
    /// What was found where there is more now, and in the objects of doubtful findings.
    fn of(before: &Before<'f>, doubtful: &[&Arc<Finding>], turnover: &Turnover<'_>) -> Self {
        if doubtful.is_empty() {
            return Self::default();
        }
        let places = doubtful.iter().map(|finding| place(finding)).filter(|place| turnover.grows(place));
        let wanted = Wanted {
            places: places.collect(),
            rules: doubtful.iter().map(|finding| finding.rule.id.as_str()).collect(),
            objects: doubtful.iter().flat_map(|finding| objects(finding)).collect(),
        };
        let noted = |mut past: Self, finding: &'f Arc<Finding>| {
            past.note(finding, &wanted);
            past
        };
        before.outcome.findings.par_iter().fold(Self::default, noted).reduce(Self::default, Self::and)
    }

    fn note(&mut self, finding: &'f Finding, wanted: &Wanted<'_>) {
        if !wanted.rules.contains(finding.rule.id.as_str()) {
            return;
        }
        let own = place(finding);
        if wanted.places.contains(&own) {
            *self.at.entry(own).or_default() += 1;
        }
        let places = sites(finding).map(|site| place_of(finding, site));
        let mut places: SmallVec<[Place<'_>; 4]> =
            places.filter(|place| wanted.places.contains(place)).collect();
        places.sort_unstable();
        places.dedup();
        for place in places {
            *self.at_all.entry(place).or_default() += 1;
        }
        self.involved.extend(objects(finding).filter(|one| wanted.objects.contains(one)));
        if finding.primary.attribute.is_none() {
            self.as_a_whole.extend(objects(finding).take(1).filter(|one| wanted.objects.contains(one)));
        }
    }

    fn and(mut self, other: Self) -> Self {
        for (counts, more) in [(&mut self.at, other.at), (&mut self.at_all, other.at_all)] {
            more.into_iter().for_each(|(place, more)| *counts.entry(place).or_default() += more);
        }
        self.involved.extend(other.involved);
        self.as_a_whole.extend(other.as_a_whole);
        self
    }

    /// Whether something is no news of a rule: it was found before, if perhaps on the first of several holders, or on the
    /// object as a whole.
    fn knew(&self, finding: &Finding, turnover: &Turnover<'_>) -> bool {
        let place = place(finding);
        let is = (count(&self.at, &place) + count(&turnover.come, &place))
            .saturating_sub(count(&turnover.gone, &place));
        !turnover.grows(&place)
            || self.at_all.get(&place).is_some_and(|known| *known >= is)
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
    let (turnover, by) = rayon::join(|| Turnover::between(before, after), || By::of(candidates));
    let mut faults = Faults { culprits: stays(before, candidates, &turnover), ..Faults::default() };
    let grows = turnover.come.keys().any(|place| turnover.grows(place));
    // a value that was changed may have joined others that are at fault together
    let may_join =
        |finding: &Finding| !finding.related.is_empty() && sites(finding).any(|site| by.at(site).is_some());
    let is_doubtful = |finding: &&Arc<Finding>| {
        grows && turnover.grows(&place(finding)) || before.number(finding).is_none() && may_join(finding)
    };
    let doubtful: Vec<&Arc<Finding>> = after.findings.par_iter().filter(is_doubtful).collect();
    let past = Past::of(before, &doubtful, &turnover);
    let is_new = |finding: &&&Arc<Finding>| {
        !past.knew(finding, &turnover)
            || before.number(finding).is_none()
                && may_join(finding)
                && finding.related.iter().any(|site| past.joined(finding, site))
    };
    let new: Vec<&Arc<Finding>> = doubtful.iter().filter(is_new).copied().collect();
    let farther = Farther::of(&new, &by);
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

/// Candidates whose findings are still there.
fn stays(before: &Before<'_>, candidates: &[Candidate], turnover: &Turnover<'_>) -> Vec<Culprit> {
    let findings = candidates.par_iter().flat_map_iter(|candidate| &candidate.findings);
    let returns = |finding: &&Arc<Finding>| turnover.come.contains_key(&place(finding));
    // where something came again, it may be what was to go, or its neighbour
    let returned: Vec<&Arc<Finding>> =
        findings.filter(returns).filter(|finding| before.number(finding).is_some()).collect();
    let mut mended = Counts::default();
    for finding in returned {
        *mended.entry(place(finding)).or_default() += 1;
    }
    let is_there = |finding: &&Arc<Finding>| {
        let place = place(finding);
        let come = count(&turnover.come, &place);
        before.number(finding).is_some_and(|number| !turnover.is_gone(number))
            || come > 0 && come + count(&mended, &place) > count(&turnover.gone, &place)
    };
    let culprit = |(number, candidate): (usize, &Candidate)| {
        let stays = candidate.findings.iter().find(is_there)?;
        let reason = format!("it would not remove its finding: {}", stays.message);
        Some(Culprit { candidate: number, reason })
    };
    candidates.par_iter().enumerate().filter_map(culprit).collect()
}

fn raises(new: &Finding) -> String {
    format!("it would raise `{}`: {}", new.rule.id, new.message)
}

/// Candidates by what they change.
struct By<'c> {
    candidates: &'c [Candidate],
    spots: FxHashMap<Spot<'c>, SmallVec<[usize; 1]>>,
}

/// Candidates by what else ties them to findings of which nobody changed a place.
#[derive(Default)]
struct Farther {
    objects: FxHashMap<String, Vec<usize>>,
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

impl Farther {
    /// What candidates have to do with findings that came.
    fn of(new: &[&Arc<Finding>], by: &By<'_>) -> Self {
        let is_lost = |finding: &&&Arc<Finding>| sites(finding).all(|site| by.at(site).is_none());
        let sites = || new.iter().filter(is_lost).flat_map(|finding| sites(finding));
        let mut farther = Self::default();
        farther.objects.extend(sites().map(|site| (site.object.clone(), Vec::new())));
        farther.texts.extend(sites().filter_map(|site| Some((text(site.value.as_deref()?), Vec::new()))));
        if farther.objects.is_empty() {
            return farther;
        }
        let values = |change: &Change| {
            let old = change.old.as_ref().and_then(|old| old.value.as_deref());
            old.into_iter().chain(change.new.as_deref()).map(text).collect::<SmallVec<[Vec<u8>; 2]>>()
        };
        let is_tied = |change: &Change| {
            farther.objects.contains_key(&change.object)
                || values(change).iter().any(|text| farther.texts.contains_key(text))
        };
        let changes: Vec<(usize, &Change)> = by.changes().collect();
        let tied: Vec<(usize, &Change)> =
            changes.into_par_iter().filter(|(_, change)| is_tied(change)).collect();
        for (number, change) in tied {
            if let Some(known) = farther.objects.get_mut(&change.object) {
                known.push(number);
            }
            for text in values(change) {
                if let Some(known) = farther.texts.get_mut(&text) {
                    known.push(number);
                }
            }
        }
        farther
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
    fn at<'s>(&'s self, site: &'s Site) -> Option<&'s SmallVec<[usize; 1]>> {
        let attribute = Attribute(site.attribute.as_deref()?);
        self.spots.get(&(site.via.unwrap_or(site.location), attribute))
    }

    /// Who changed one of the values that a finding speaks of; else who changed one of its objects; else who had, or gets, the
    /// same value.
    fn culprits(&self, finding: &Finding, farther: &Farther) -> Vec<usize> {
        let mut found: Vec<usize> =
            sites(finding).filter_map(|site| self.at(site)).flatten().copied().collect();
        if found.is_empty() {
            let of = |site: &Site| farther.objects.get(&site.object);
            found = sites(finding).filter_map(of).flatten().copied().collect();
        }
        if found.is_empty() {
            let of = |site: &Site| farther.texts.get(&text(site.value.as_deref()?));
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
