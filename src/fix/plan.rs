//! A plan that is checked: the fixes that were asked for are applied to the directory as it was read, all rules run again, and
//! whatever does not mend its own finding, or raises another one, is withdrawn.

use std::rc::Rc;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::asked::{Asked, Takes};
use super::attribute::Attribute;
use super::choice::Choice;
use super::compare::{Before, Culprit, Place, faults, place};
use super::edits::{Along, Edits, Spot, Touched, spot};
use crate::finding::{Change, Finding, Outcome, ProposedFix};
use crate::run::Overlay;
use crate::source::Location;

/// What is to be changed, and what comes of it.
#[derive(Debug, Default)]
pub struct Plan {
    /// What was found.
    pub before: Outcome,
    /// What will be found when all changes are made.
    pub after: Outcome,
    /// Fixes that are part of the plan.
    pub mends: Vec<Mend>,
    /// What they come to, value by value, in the order of the files.
    pub changes: Vec<Change>,
    /// Fixes that were asked for and are not part of the plan.
    pub withdrawn: Vec<Withdrawn>,
    /// Findings that stay, and have a fix that is not safe.
    pub waiting: Vec<Arc<Finding>>,
    /// Values of several objects, of which a person has to say who keeps them.
    pub choices: Vec<Choice>,
}

/// A fix that is part of a plan.
#[derive(Debug, Clone)]
pub struct Mend {
    /// The finding; none if a person asked for the change.
    pub finding: Option<Arc<Finding>>,
    /// It cannot change who somebody is, or where mail goes.
    pub safe: bool,
    /// What it changes.
    pub changes: Vec<Arc<Change>>,
}

/// A fix that was asked for and is not done.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    /// The finding; none if a person asked for the change.
    pub finding: Option<Arc<Finding>>,
    /// What it would have changed.
    pub changes: Vec<Arc<Change>>,
    /// Why.
    pub reason: String,
    /// A person asked for it.
    pub asked: bool,
}

/// A change that a person asked for, perhaps to mend a finding.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What it mends, if that is known: then it has to be mended.
    pub finding: Option<Arc<Finding>>,
    /// The changes, which belong together.
    pub changes: Vec<Arc<Change>>,
}

/// Fixes that make the same changes.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) findings: Vec<Arc<Finding>>,
    pub(super) safe: bool,
    pub(super) changes: Vec<Arc<Change>>,
    /// A person asked for it.
    pub(super) asked: bool,
}

/// A finding by its rule and its place.
pub(super) type Key = (String, Location, Option<String>);

pub(super) fn key(finding: &Finding) -> Key {
    let Place { rule, location, attribute } = place(finding);
    (rule.to_owned(), location, attribute.map(Attribute::lower))
}

/// What a plan is made with.
pub struct Planner<'p> {
    /// Which fixes are taken.
    pub asked: &'p Asked,
    /// Checks the directory as if changes had been made.
    pub check: &'p dyn Fn(&Overlay) -> Outcome,
    /// Why a change cannot be made where it has to be made; none if it can.
    pub refuses: &'p dyn Fn(&Change) -> Option<String>,
}

/// A plan while it is made.
struct Draft {
    edits: Edits,
    current: Rc<Outcome>,
    mends: Vec<Mend>,
    withdrawn: Vec<Withdrawn>,
    /// Fixes that are not tried again.
    refused: Refused,
}

/// Findings, by the places of their own.
#[derive(Debug, Default)]
struct Refused(FxHashMap<Location, SmallVec<[Key; 1]>>);

impl Refused {
    fn insert(&mut self, finding: &Finding) {
        self.0.entry(place(finding).location).or_default().push(key(finding));
    }

    fn holds(&self, finding: &Finding) -> bool {
        let known = self.0.get(&place(finding).location);
        known.is_some_and(|known| known.contains(&key(finding)))
    }
}

impl Planner<'_> {
    /// Makes a plan of what people decided, and of what the rules propose. Doing it and planning again plans nothing.
    #[must_use]
    pub fn plan(&self, decisions: Vec<Decision>) -> Plan {
        let before = (self.check)(&Overlay::default());
        let mut draft = Draft {
            edits: Edits::default(),
            current: Rc::new(before.clone()),
            mends: Vec::new(),
            withdrawn: Vec::new(),
            refused: Refused::default(),
        };
        let mut candidates = self.decided(decisions, &mut draft);
        candidates.extend(self.proposed(&candidates, &mut draft));
        let mut mended = 0;
        loop {
            while !candidates.is_empty() {
                self.round(candidates, &mut draft);
                candidates = self.proposed(&[], &mut draft);
            }
            if draft.mends.len() == mended {
                break;
            }
            mended = draft.mends.len();
            draft.forgive();
            candidates = self.proposed(&[], &mut draft);
        }
        let is_waiting = |finding: &&Arc<Finding>| {
            finding.fix.as_ref().is_some_and(|fix| self.asked.takes(&finding.rule.id, fix) == Takes::IfUnsafe)
        };
        let waiting = draft.current.findings.iter().filter(is_waiting).cloned().collect();
        Plan {
            before,
            after: Rc::unwrap_or_clone(draft.current),
            mends: draft.mends,
            changes: draft.edits.in_order(),
            withdrawn: draft.withdrawn,
            waiting,
            choices: Vec::new(),
        }
    }

    /// What people asked for. Of two changes of one value, the first one is made.
    fn decided(&self, decisions: Vec<Decision>, draft: &mut Draft) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        let mut asked: FxHashMap<(Location, String), Option<Vec<u8>>> = FxHashMap::default();
        // a person spoke of findings of an earlier check
        let current = Rc::clone(&draft.current);
        let mut present: FxHashMap<(Place<'_>, &str), &Arc<Finding>> = FxHashMap::default();
        if decisions.iter().any(|decision| decision.finding.is_some()) {
            let known = current.findings.iter();
            present.extend(known.map(|finding| ((place(finding), finding.fingerprint.as_str()), finding)));
        }
        let spot = |change: &Change| {
            let (place, attribute) = spot(change);
            (place, attribute.lower())
        };
        for Decision { finding, changes } in decisions {
            let clashes = changes
                .iter()
                .filter(|change| change.old.is_some())
                .any(|change| asked.get(&spot(change)).is_some_and(|known| *known != change.new));
            let clashes = clashes.then(|| "another change of the same value was asked for".to_owned());
            if let Some(reason) = clashes.or_else(|| changes.iter().find_map(|change| (self.refuses)(change)))
            {
                draft.withdrawn.push(Withdrawn { finding, changes, reason, asked: true });
                continue;
            }
            asked.extend(changes.iter().map(|change| (spot(change), change.new.clone())));
            // a choice is made between objects, and a value of several may still have several holders
            let findings = finding.into_iter().filter(|finding| finding.fix.is_some());
            let of_now =
                |finding: Arc<Finding>| match present.get(&(place(&finding), finding.fingerprint.as_str())) {
                    Some(known) => Arc::clone(known),
                    None => finding,
                };
            let findings = findings.map(of_now).collect();
            candidates.push(Candidate { findings, safe: false, changes, asked: true });
        }
        candidates
    }

    /// The fixes that are taken of what is found now, as far as they can be made together.
    fn proposed(&self, with: &[Candidate], draft: &mut Draft) -> Vec<Candidate> {
        let current = Rc::clone(&draft.current);
        let refused = &draft.refused;
        let is_meant = |finding: &&Arc<Finding>| {
            let takes = |fix: &ProposedFix| self.asked.takes(&finding.rule.id, fix) == Takes::Yes;
            finding.fix.as_ref().is_some_and(takes) && !refused.holds(finding)
        };
        let meant: Vec<&Arc<Finding>> = current.findings.par_iter().filter(is_meant).collect();
        let mut touched = Touched::of_about(with.len() + meant.len());
        let mut candidates: Vec<Candidate> = Vec::with_capacity(meant.len());
        let mut by_change: FxHashMap<Spot<'_>, usize> =
            FxHashMap::with_capacity_and_hasher(meant.len(), FxBuildHasher);
        for candidate in with {
            touched.takes("", &candidate.changes);
        }
        for finding in meant {
            let Some(fix) = &finding.fix else { continue };
            // another one of its place may have been refused just now
            if draft.refused.holds(finding) {
                continue;
            }
            if let Some(reason) = fix.changes.iter().find_map(|change| (self.refuses)(change)) {
                draft.refused.insert(finding);
                let (finding, changes) = (Some(finding.clone()), fix.changes.clone());
                draft.withdrawn.push(Withdrawn { finding, changes, reason, asked: false });
                continue;
            }
            let spots = || fix.changes.iter().map(|change| spot(change));
            match touched.takes(&finding.rule.id, &fix.changes) {
                Along::Waits => {}
                Along::Same => {
                    // several findings, one mend
                    let same = spots().find_map(|spot| by_change.get(&spot));
                    if let Some(same) = same.and_then(|number| candidates.get_mut(*number)) {
                        same.findings.push(finding.clone());
                        same.safe |= fix.safe;
                    }
                }
                Along::Well => {
                    by_change.extend(spots().map(|spot| (spot, candidates.len())));
                    let findings = vec![finding.clone()];
                    let changes = fix.changes.clone();
                    candidates.push(Candidate { findings, safe: fix.safe, changes, asked: false });
                }
            }
        }
        candidates
    }

    /// Tries candidates, without those that turn out to do harm, until what is left does none.
    fn round(&self, mut candidates: Vec<Candidate>, draft: &mut Draft) {
        let current = Rc::clone(&draft.current);
        let before = Before::of(&current);
        while !candidates.is_empty() {
            let (edits, after) = self.tried(&candidates, draft);
            let mut found = faults(&before, &candidates, &after);
            if found.culprits.is_empty()
                && let Some((new, reason)) = found.unexplained
            {
                let candidate = self.searched(&new, &candidates, draft);
                found.culprits = vec![Culprit { candidate, reason }];
            }
            if found.culprits.is_empty() {
                draft.edits = edits;
                draft.current = Rc::new(after);
                for candidate in candidates {
                    draft.mends.extend(mends(candidate));
                }
                return;
            }
            candidates = draft.withdraw(candidates, &found.culprits);
        }
    }

    fn tried(&self, candidates: &[Candidate], draft: &Draft) -> (Edits, Outcome) {
        let edits = draft.edits.with(candidates.iter().flat_map(|candidate| &candidate.changes));
        let after = (self.check)(&edits.overlay);
        (edits, after)
    }

    /// The candidate that raises a finding which nothing ties to it: half of them is tried, then a half of the half at fault.
    fn searched(&self, new: &Key, candidates: &[Candidate], draft: &Draft) -> usize {
        let (mut first, mut suspects) = (0, candidates);
        while let Some((head, tail)) = suspects.split_at_checked(suspects.len() / 2)
            && !head.is_empty()
        {
            let (_, after) = self.tried(head, draft);
            if after.findings.iter().any(|finding| key(finding) == *new) {
                suspects = head;
            } else {
                first += head.len();
                suspects = tail;
            }
        }
        first
    }
}

fn mends(candidate: Candidate) -> Vec<Mend> {
    let Candidate { findings, safe, changes, .. } = candidate;
    if findings.is_empty() {
        return vec![Mend { finding: None, safe, changes }];
    }
    let of = |finding| Mend { finding: Some(finding), safe, changes: changes.clone() };
    findings.into_iter().map(of).collect()
}

impl Draft {
    /// A directory that was changed may take what it could not take before.
    fn forgive(&mut self) {
        self.refused.0.clear();
        self.withdrawn.retain(|withdrawn| withdrawn.asked || withdrawn.finding.is_none());
    }

    /// Takes culprits out, which are in the order of the candidates.
    fn withdraw(&mut self, candidates: Vec<Candidate>, culprits: &[Culprit]) -> Vec<Candidate> {
        let mut left = Vec::new();
        for (number, candidate) in candidates.into_iter().enumerate() {
            let found = culprits.binary_search_by_key(&number, |culprit| culprit.candidate);
            let Some(culprit) = found.ok().and_then(|at| culprits.get(at)) else {
                left.push(candidate);
                continue;
            };
            let of = |finding| Withdrawn {
                finding,
                changes: candidate.changes.clone(),
                reason: culprit.reason.clone(),
                asked: candidate.asked,
            };
            if candidate.findings.is_empty() {
                self.withdrawn.push(of(None));
            }
            for finding in candidate.findings {
                self.refused.insert(&finding);
                self.withdrawn.push(of(Some(finding)));
            }
        }
        left
    }
}
