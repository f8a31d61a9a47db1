//! The third step: what is suspicious is read again, and becomes a finding if it is true.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::Scene;
use super::explain::Evidence;
use super::join::Suspects;
use super::key::key_hash;
use super::known::{Knowing, Known};
use super::object::{Answer, Object, Origin, Value};
use super::partial::Candidate;
use super::propose::{Standing, proposed};
use super::site::{fingerprint, shared_fingerprint, site, sites, stored};
use crate::finding::{Finding, RuleInfo, Shared, SharedBy, Site};
use crate::language::plan::{Judgement, Rule, Test};
use crate::snapshot::value::dn;
use crate::source::Location;

/// Objects that a rule could not judge, since what it asks for lies outside of what was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The number of the rule.
    pub rule: u16,
    /// How many objects.
    pub objects: u64,
}

/// What was confirmed.
#[derive(Debug, Default)]
pub struct Confirmed {
    /// The findings, in the order of harm, then of the files.
    pub findings: Vec<Arc<Finding>>,
    /// What could not be judged.
    pub skipped: Vec<Skipped>,
    /// Records that have one name, with the places of the names.
    pub same_name: Vec<Vec<(String, Location)>>,
}

/// Makes findings of suspicions.
#[derive(Debug)]
pub struct Confirm<'c> {
    /// The facts of each rule, by its number.
    pub rules: &'c [Arc<RuleInfo>],
}

/// A finding, and where it stands in the order of all.
pub(super) type Placed = ((u32, u16, Location), Arc<Finding>);

/// What a finding is about: its places, and how many objects share it.
pub(super) struct About {
    pub(super) primary: Site,
    pub(super) related: Vec<Site>,
    pub(super) holders: u64,
}

/// How many other places a finding names at most.
pub(super) const RELATED: usize = crate::finding::MAX_RELATED;

impl Confirm<'_> {
    /// Confirms everything that is suspicious.
    #[must_use]
    pub fn all(&self, suspects: &Suspects, world: &Known<'_>) -> Confirmed {
        let judged: Vec<(Vec<Placed>, Option<u16>)> =
            // what was answered about an object holds for its other faults too
            suspects.objects.par_iter().map_init(
                || world.evaluator(),
                |evaluator, candidate| self.object(*candidate, evaluator),
            ).collect();
        let mut skipped: BTreeMap<u16, u64> = BTreeMap::new();
        let mut placed: Vec<Placed> = Vec::new();
        for (findings, unknown) in judged {
            placed.extend(findings);
            if let Some(rule) = unknown {
                *skipped.entry(rule).or_default() += 1;
            }
        }
        placed.par_extend(
            suspects
                .shared
                .par_iter()
                .flat_map_iter(|(index, hash, records)| self.shared(*index, *hash, records, world)),
        );
        placed
            .extend(suspects.circles.iter().filter_map(|(rule, records)| self.circle(*rule, records, world)));
        placed.extend(self.counts(&suspects.counted, world));
        Confirmed {
            findings: in_order(placed),
            skipped: skipped.into_iter().map(|(rule, objects)| Skipped { rule, objects }).collect(),
            same_name: suspects
                .same_name
                .par_iter()
                .filter_map(|records| same_name(records, world))
                .collect(),
        }
    }

    /// One rule for one object: the findings, and whether something stayed unknown.
    pub(super) fn object(&self, candidate: Candidate, evaluator: &Knowing<'_>) -> (Vec<Placed>, Option<u16>) {
        let world = evaluator.world;
        let Some(rule) = world.plan.rules.get(usize::from(candidate.rule)) else { return Default::default() };
        let mut placed = Vec::new();
        let mut unknown = false;
        let standing = Standing::default();
        world.with(candidate.record, |object| match &rule.judgement {
            Judgement::Objects { fault, must, .. } => match evaluator.test(fault, &Scene::of(object)) {
                Answer::Yes => placed.extend(self.object_finding(
                    candidate.rule,
                    rule,
                    (fault, *must),
                    object,
                    evaluator,
                )),
                Answer::Unknown => unknown = true,
                Answer::No => {}
            },
            Judgement::Values { keys, fault, must, .. } => {
                let scene = Scene::of(object);
                for key in keys {
                    evaluator.values(key, &scene, &mut |value| {
                        let scene = scene.with(value);
                        match evaluator.test(fault, &scene) {
                            Answer::Yes => placed.extend(self.value_finding(
                                candidate.rule,
                                rule,
                                (fault, *must),
                                &scene,
                                (evaluator, &standing),
                            )),
                            Answer::Unknown => unknown = true,
                            Answer::No => {}
                        }
                        true
                    });
                }
            }
            _ => {}
        });
        (placed, unknown.then_some(candidate.rule))
    }

    fn object_finding(
        &self,
        number: u16,
        rule: &Rule,
        (fault, must): (&Test, bool),
        object: &Object<'_>,
        evaluator: &Knowing<'_>,
    ) -> Option<Placed> {
        let world = evaluator.world;
        let scene = Scene::of(object);
        let mut evidence = Vec::new();
        evaluator.explain_fault(fault, must, &scene, &mut evidence);
        let is_own = |one: &Evidence| one.origin.object == object.number && one.origin.entry != Origin::NAME;
        if !evidence.iter().any(is_own) {
            evaluator.references(fault, &scene, &mut evidence);
        }
        let mut sites = sites(&evidence, world);
        let own = sites
            .iter()
            .position(|(origin, _)| origin.object == object.number && origin.entry != Origin::NAME);
        let primary = match own {
            Some(own) => sites.remove(own).1,
            None => {
                sites.retain(|(origin, _)| origin.object != object.number);
                site(object, Origin::NAME, &[], world)?
            }
        };
        let related = sites.into_iter().map(|(_, site)| site).take(RELATED).collect();
        let about = About { primary, related, holders: 1 };
        self.finding((number, rule), &scene, about, evaluator)
    }

    fn value_finding(
        &self,
        number: u16,
        rule: &Rule,
        (fault, must): (&Test, bool),
        scene: &Scene<'_>,
        (evaluator, standing): (&Knowing<'_>, &Standing),
    ) -> Option<Placed> {
        let world = evaluator.world;
        let value = scene.it?;
        let judged = Evidence::of(value)?;
        let mut evidence = Vec::new();
        evaluator.explain_fault(fault, must, scene, &mut evidence);
        let is_judged =
            |origin: &Origin| origin.object == judged.origin.object && origin.entry == judged.origin.entry;
        let mut parts: Vec<Range<usize>> =
            evidence.iter().filter(|one| is_judged(&one.origin)).filter_map(|one| one.part.clone()).collect();
        // whoever judges a part of a value points into that part
        let base = judged.part.clone();
        if let Some(base) = &base {
            parts.retain(|part| part != base && part.start >= base.start && part.end <= base.end);
        }
        if parts.is_empty() {
            parts.extend(base);
        }
        let primary = site(scene.here, judged.origin.entry, &parts, world)?;
        let others = evidence.iter().filter(|one| one.origin.object != judged.origin.object).cloned();
        let others: Vec<Evidence> = others.collect();
        let related = sites(&others, world).into_iter().map(|(_, site)| site).take(RELATED).collect();
        let about = About { primary, related, holders: 1 };
        self.finding_among((number, rule), scene, about, (evaluator, standing))
    }

    pub(super) fn finding(
        &self,
        rule: (u16, &Rule),
        scene: &Scene<'_>,
        about: About,
        evaluator: &Knowing<'_>,
    ) -> Option<Placed> {
        self.finding_among(rule, scene, about, (evaluator, &Standing::default()))
    }

    /// One of the findings of a rule about an object.
    fn finding_among(
        &self,
        (number, rule): (u16, &Rule),
        scene: &Scene<'_>,
        About { primary, related, holders }: About,
        (evaluator, standing): (&Knowing<'_>, &Standing),
    ) -> Option<Placed> {
        let info = self.rules.get(usize::from(number))?;
        let message = evaluator.message(&rule.message, scene, holders);
        let help = rule.help.as_ref().map(|help| evaluator.message(help, scene, holders));
        let place = (info.rank, number, primary.location);
        let (attribute, value) = (primary.attribute.as_deref(), primary.value.as_deref());
        let fingerprint = fingerprint(&info.id, &primary.object, attribute, value);
        let fix = proposed(&rule.fixes, scene, (evaluator, standing));
        let (rule, shared) = (Arc::clone(info), None);
        let finding = Finding { rule, message, help, fix, primary, related, fingerprint, shared };
        Some((place, Arc::new(finding)))
    }

    /// Keys that really are the same, on objects that really are different.
    pub(super) fn shared(&self, index: u16, hash: u64, records: &[u32], world: &Known<'_>) -> Vec<Placed> {
        let Some(definition) = world.plan.indexes.get(usize::from(index)) else { return Vec::new() };
        let is_meant = |rule: &Rule| matches!(rule.judgement, Judgement::Unique { index: known } if known == usize::from(index));
        let rules: Vec<(u16, &Rule)> =
            (0..).zip(&world.plan.rules).filter(|(_, rule)| is_meant(rule)).collect();
        let made = (definition.kind, definition.exact);
        // each key in full, with its holders: record, normalised name, places
        type Holders = Vec<(u32, Vec<u8>, Vec<Evidence>)>;
        let mut groups: FxHashMap<(Vec<u8>, Vec<u8>), Holders> = FxHashMap::default();
        let evaluator = world.evaluator();
        for record in records {
            world.with(*record, |object| {
                // the same name in another source is another object
                let mut name = object.signature.source.to_le_bytes().to_vec();
                name.extend(object.identity());
                evaluator.keys(definition, object, Some(object), &mut |key, answer| {
                    if answer != Answer::Yes || key_hash(made, key.key, key.within) != hash {
                        return;
                    }
                    let holders = groups.entry((key.key.to_vec(), key.within.to_vec())).or_default();
                    let evidence = Evidence::of(key.value);
                    match holders.last_mut() {
                        Some((last, _, places)) if last == record => places.extend(evidence),
                        _ => holders.push((*record, name.clone(), evidence.into_iter().collect())),
                    }
                });
            });
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        groups
            .into_iter()
            .flat_map(|((key, within), holders)| {
                let findings = rules.iter();
                findings
                    .filter_map(|(number, rule)| self.shared_finding(*number, rule, &holders, &evaluator))
                    .map(|placed| {
                        let records = holders.iter().map(|(record, ..)| *record);
                        together(placed, SharedBy::Key, &[&key, &within], names_of(records, world))
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    fn shared_finding(
        &self,
        number: u16,
        rule: &Rule,
        holders: &[(u32, Vec<u8>, Vec<Evidence>)],
        evaluator: &Knowing<'_>,
    ) -> Option<Placed> {
        let world = evaluator.world;
        let mut names: Vec<&[u8]> = holders.iter().map(|(_, name, _)| name.as_slice()).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            return None;
        }
        // one object holding the key in several attributes shows each place
        let evidence: Vec<Evidence> = holders.iter().flat_map(|(_, _, places)| places.clone()).collect();
        let mut sites: Vec<(Origin, Site)> = sites(&evidence, world);
        if sites.is_empty() {
            return None;
        }
        sites.sort_by_key(|(_, site)| site.location);
        let (origin, primary) = sites.remove(0);
        let related = sites.into_iter().map(|(_, site)| site).take(RELATED).collect();
        let first = evidence
            .iter()
            .find(|one| one.origin.object == origin.object && one.origin.entry == origin.entry)?;
        let count = u64::try_from(names.len()).unwrap_or(u64::MAX);
        world.with(origin.object, |object| {
            let text = stored(object, origin.entry)?;
            let text = match &first.part {
                Some(part) => text.get(part.clone())?,
                None => text,
            };
            let value = Value { content: super::object::Content::Text(text), origin: Some(first.origin) };
            let scene = Scene::of(object);
            let about = About { primary, related, holders: count };
            self.finding((number, rule), &scene.with(&value), about, evaluator)
        })?
    }

    pub(super) fn circle(&self, number: u16, records: &[u32], world: &Known<'_>) -> Option<Placed> {
        let rule = world.plan.rules.get(usize::from(number))?;
        let Judgement::Acyclic { filter, reference, .. } = &rule.judgement else { return None };
        let names: FxHashSet<Vec<u8>> = records
            .iter()
            .filter_map(|record| {
                world.with(*record, |object| {
                    let others = object.record.other_names.iter();
                    let others = others.map(|text| object.record.bytes(object.block, *text));
                    let names = std::iter::once(object.name()).chain(others);
                    names.map(dn::normalized).collect::<Vec<_>>()
                })
            })
            .flatten()
            .collect();
        let evaluator = world.evaluator();
        let mut evidence: Vec<Evidence> = Vec::new();
        for record in records {
            world.with(*record, |object| {
                if evaluator.test(filter, &Scene::of(object)) != Answer::Yes {
                    return;
                }
                evaluator.field(object, *reference, None, &mut |value| {
                    if names.contains(&dn::normalized(value.text())) {
                        evidence.extend(Evidence::of(value));
                    }
                    true
                });
            });
        }
        // every object of a circle refers to one of it, else the fingerprints have lied
        let referring: FxHashSet<u32> = evidence.iter().map(|one| one.origin.object).collect();
        let mut sites = sites(&evidence, world);
        if sites.is_empty() || referring.len() < records.len() {
            return None;
        }
        sites.sort_by_key(|(_, site)| site.location);
        let (origin, primary) = sites.remove(0);
        let related = sites.into_iter().map(|(_, site)| site).take(RELATED).collect();
        let count = u64::try_from(records.len()).unwrap_or(u64::MAX);
        let placed = world.with(origin.object, |object| {
            let text = stored(object, origin.entry)?;
            let value = Value { content: super::object::Content::Text(text), origin: Some(origin) };
            let about = About { primary, related, holders: count };
            self.finding((number, rule), &Scene::of(object).with(&value), about, &evaluator)
        })??;
        let members = names_of(records.iter().copied(), world);
        let first = dn::normalized(members.first()?.as_bytes());
        Some(together(placed, SharedBy::Circle, &[&first], members))
    }
}

/// Findings in the order of harm, then of the files.
pub(super) fn in_order(mut placed: Vec<Placed>) -> Vec<Arc<Finding>> {
    fn text(placed: &Placed) -> (&str, &str) {
        (&placed.1.message, &placed.1.fingerprint)
    }
    placed.par_sort_by(|one, other| one.0.cmp(&other.0).then_with(|| text(one).cmp(&text(other))));
    placed.into_iter().map(|(_, finding)| finding).collect()
}

/// A finding of several objects at once.
pub(super) fn together(placed: Placed, by: SharedBy, key: &[&[u8]], objects: Vec<String>) -> Placed {
    let (place, mut finding) = placed;
    let made = Arc::make_mut(&mut finding);
    made.fingerprint = shared_fingerprint(&made.rule.id, key);
    made.shared = Some(Shared { by, objects });
    (place, finding)
}

/// How many objects are read again by one thread.
const FEW: usize = 256;

/// The names of the objects of records, in order.
pub(super) fn names_of(records: impl Iterator<Item = u32>, world: &Known<'_>) -> Vec<String> {
    let name = |object: &Object<'_>| String::from_utf8_lossy(object.name()).into_owned();
    let records: Vec<u32> = records.collect();
    // a few are not worth waiting for other threads
    let names = records.into_par_iter().with_min_len(FEW).filter_map(|record| world.with(record, name));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Records that really have one name.
pub(super) fn same_name(records: &[u32], world: &Known<'_>) -> Option<Vec<(String, Location)>> {
    let mut first: Option<Vec<u8>> = None;
    let mut places = Vec::new();
    for record in records {
        world.with(*record, |object| {
            let name = object.identity();
            if first.get_or_insert_with(|| name.clone()) == &name {
                let place = object.record.dn_place;
                let shown = String::from_utf8_lossy(object.name()).into_owned();
                places.push((shown, place.located(object.file, object.offset)));
            }
        });
    }
    (places.len() > 1).then_some(places)
}
