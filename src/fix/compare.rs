//! What fixes did to the findings of a directory: which are still there, and which have come.

use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::attribute::Attribute;
use super::edits::{Spot, spot};
use super::plan::{Candidate, Key, key};
use crate::finding::{Finding, Outcome, Site};
use crate::snapshot::value::folded;
use crate::source::Location;

/// A rule, and where it finds fault: the stored value with its attribute, or the name of an object.
pub(super) type Place<'f> = (&'f str, Location, Option<Attribute<'f>>);

/// Where a finding is.
pub(super) fn place(finding: &Finding) -> Place<'_> {
    place_of(finding, &finding.primary)
}

fn place_of<'f>(finding: &'f Finding, site: &'f Site) -> Place<'f> {
    let attribute = site.attribute.as_deref().map(Attribute);
    (&finding.rule.id, site.via.unwrap_or(site.location), attribute)
}

fn sites(finding: &Finding) -> impl Iterator<Item = &Site> {
    std::iter::once(&finding.primary).chain(&finding.related)
}

/// The findings of a run, counted.
#[derive(Debug, Default)]
pub(super) struct Counts<'f> {
    /// At the place that each is about.
    primary: FxHashMap<Place<'f>, usize>,
    /// At all their places.
    all: FxHashMap<Place<'f>, usize>,
    /// Objects that have a part in a finding of each rule.
    involved: FxHashSet<(&'f str, &'f str)>,
    /// Of each rule for each object as a whole.
    objects: FxHashMap<(&'f str, &'f str), usize>,
}

/// How many findings there are at the place that each is about.
fn primary(outcome: &Outcome) -> FxHashMap<Place<'_>, usize> {
    let mut counts = FxHashMap::with_capacity_and_hasher(outcome.findings.len(), FxBuildHasher);
    for finding in &outcome.findings {
        *counts.entry(place(finding)).or_default() += 1;
    }
    counts
}

impl<'f> Counts<'f> {
    pub(super) fn of(outcome: &'f Outcome) -> Self {
        let mut counts = Self { primary: primary(outcome), ..Self::default() };
        for finding in &outcome.findings {
            let mut places: Vec<Place<'f>> = sites(finding).map(|site| place_of(finding, site)).collect();
            places.sort_unstable();
            places.dedup();
            for place in places {
                *counts.all.entry(place).or_default() += 1;
            }
            let rule = finding.rule.id.as_str();
            counts.involved.extend(sites(finding).map(|site| (rule, site.object.as_str())));
            if finding.primary.attribute.is_none() {
                let of = (finding.rule.id.as_str(), finding.primary.object.as_str());
                *counts.objects.entry(of).or_default() += 1;
            }
        }
        counts
    }

    fn involves(&self, finding: &Finding, site: &Site) -> bool {
        self.involved.contains(&(finding.rule.id.as_str(), site.object.as_str()))
    }

    fn at(&self, place: &Place<'_>) -> usize {
        self.primary.get(place).copied().unwrap_or(0)
    }

    /// Whether something is no news of a rule: it was found before, if perhaps on the first of several holders, or on the
    /// object as a whole.
    fn knows(&self, finding: &Finding, how_many: usize) -> bool {
        let of = (finding.rule.id.as_str(), finding.primary.object.as_str());
        self.all.get(&place(finding)).is_some_and(|known| *known >= how_many)
            || self.objects.contains_key(&of)
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
pub(super) fn faults(before: &Counts<'_>, candidates: &[Candidate], after: &Outcome) -> Faults {
    let now = primary(after);
    let now_at = |place: &Place<'_>| now.get(place).copied().unwrap_or(0);
    let mut mended: FxHashMap<Place<'_>, usize> = FxHashMap::default();
    for finding in candidates.iter().flat_map(|candidate| &candidate.findings) {
        *mended.entry(place(finding)).or_default() += 1;
    }
    let mut faults = Faults::default();
    for (number, candidate) in candidates.iter().enumerate() {
        let stays = candidate.findings.iter().find(|finding| {
            let place = place(finding);
            let gone = mended.get(&place).copied().unwrap_or(0);
            now_at(&place) > before.at(&place).saturating_sub(gone)
        });
        if let Some(stays) = stays {
            let reason = format!("it would not remove its finding: {}", stays.message);
            faults.culprits.push(Culprit { candidate: number, reason });
        }
    }
    let by = By::of(candidates);
    let is_new = |finding: &&Arc<Finding>| {
        // a value that was changed may have joined others that are at fault together
        let joined = |site: &Site| !before.involves(finding, site);
        !before.knows(finding, now_at(&place(finding)))
            || sites(finding).any(|site| by.changed(site)) && finding.related.iter().any(joined)
    };
    for new in after.findings.iter().filter(is_new) {
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
