//! Rules that count objects: too many, or too few.

use rayon::prelude::*;

use super::confirm::{About, Confirm, Placed, RELATED, names_of, together};
use super::evaluate::Scene;
use super::known::{Knowing, Known};
use super::object::{Answer, Object, Origin};
use super::partial::Counted;
use super::site::site;
use crate::finding::SharedBy;
use crate::language::plan::{Judgement, Plan};

impl Confirm<'_> {
    /// Too many, or too few, objects.
    pub(super) fn counts(&self, counted: &[Counted], world: &Known<'_>) -> Vec<Placed> {
        let mut placed = Vec::new();
        for number in counting(world.plan) {
            let possible: Vec<&Counted> = counted.iter().filter(|counted| counted.rule == number).collect();
            placed.extend(self.count(number, &possible, world));
        }
        placed
    }

    /// Too many, or too few, of the objects that one rule may count.
    pub(super) fn count(&self, number: u16, possible: &[&Counted], world: &Known<'_>) -> Option<Placed> {
        let rule = world.plan.rules.get(usize::from(number))?;
        let Judgement::Count { classes, filter, range } = &rule.judgement else { return None };
        let exists = classes.iter().any(|test| world.directory.count_of(*test) > 0);
        if range.least == 0 && u64::try_from(possible.len()).is_ok_and(|most| most <= range.most) {
            return None;
        }
        let evaluator = world.evaluator();
        let is_meant = |evaluator: &mut Knowing<'_>, counted: &&Counted| {
            let holds = |object: &Object<'_>| evaluator.test(filter, &Scene::of(object));
            let is_meant = counted.certain || world.with(counted.record, holds) == Some(Answer::Yes);
            is_meant.then_some(counted.record)
        };
        let meant = possible.par_iter().map_init(|| world.evaluator(), is_meant);
        let meant: Vec<u32> = meant.flatten_iter().collect();
        let count = u64::try_from(meant.len()).unwrap_or(u64::MAX);
        if !exists || (count >= range.least && count <= range.most) {
            return None;
        }
        let first = usize::try_from(range.most).unwrap_or(usize::MAX).min(meant.len());
        let mut beyond: Vec<u32> = meant.get(first..).unwrap_or_default().to_vec();
        if beyond.is_empty() {
            // too few: the first object of the class stands for all
            let of_class = |record: &u32| {
                world.directory.signature(*record).is_some_and(|signature| signature.is_of(classes))
            };
            let all = 0..u32::try_from(world.directory.rows.len()).unwrap_or(u32::MAX);
            beyond.extend(meant.first().copied().or_else(|| all.into_iter().find(of_class)));
        }
        let mut places = beyond.iter().filter_map(|record| {
            world.with(*record, |object| site(object, Origin::NAME, &[], world)).flatten()
        });
        let primary = places.next()?;
        let related = places.take(RELATED).collect();
        let made = world.with(*beyond.first()?, |object| {
            let about = About { primary, related, holders: count };
            self.finding((number, rule), &Scene::of(object), about, &evaluator)
        })??;
        let objects = if meant.is_empty() { &beyond } else { &meant };
        Some(together(made, SharedBy::Count, &[], names_of(objects.iter().take(NAMED).copied(), world)))
    }
}

/// How many of the objects that a rule counts are named, in the order of the files: each has to be read again, and who counts a
/// million of them asks how many there are.
const NAMED: usize = 10_000;

/// The rules that count objects, by number.
pub(super) fn counting(plan: &Plan) -> impl Iterator<Item = u16> {
    let rules = (0..).zip(&plan.rules);
    rules.filter(|(_, rule)| matches!(rule.judgement, Judgement::Count { .. })).map(|(number, _)| number)
}
