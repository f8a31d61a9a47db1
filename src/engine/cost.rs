//! What rules cost. It is measured only where somebody asks, since a look at the clock takes as long as most rules do.

use std::time::Instant;

use rustc_hash::FxHashMap;

use super::roles::Cast;
use crate::language::plan::{Judgement, Plan};

/// What was measured, by the number of the rule.
#[derive(Debug, Clone, Default)]
pub struct Costs {
    nanoseconds: Vec<u64>,
    keys: Vec<u64>,
    /// How many keys went to each set of indexes.
    given: FxHashMap<u32, u64>,
}

impl Costs {
    /// How long objects and values were judged by a rule, in nanoseconds of all threads together.
    #[must_use]
    pub fn nanoseconds(&self, rule: usize) -> u64 {
        self.nanoseconds.get(rule).copied().unwrap_or(0)
    }

    /// How many keys and names were looked up for a rule, or given to it.
    #[must_use]
    pub fn keys(&self, rule: usize) -> u64 {
        self.keys.get(rule).copied().unwrap_or(0)
    }

    /// Adds what a later run of records cost.
    pub(super) fn append(&mut self, later: &Self) {
        super::partial::add(&mut self.nanoseconds, &later.nanoseconds);
        super::partial::add(&mut self.keys, &later.keys);
        for (set, count) in &later.given {
            *self.given.entry(*set).or_default() += count;
        }
    }

    /// Counts the keys that were given among those of the rules that ask for unique ones.
    pub(super) fn settle(&mut self, plan: &Plan, cast: &Cast) {
        self.keys.resize(self.keys.len().max(plan.rules.len()), 0);
        for (set, count) in self.given.drain() {
            let roles = cast.of(set);
            for (rule, keys) in plan.rules.iter().zip(&mut self.keys) {
                if let Judgement::Unique { index } = rule.judgement
                    && roles.gives_to(index)
                {
                    *keys += count;
                }
            }
        }
    }
}

/// Measures what rules cost, if somebody asks.
#[derive(Debug, Default)]
pub(super) struct Meter {
    is_on: bool,
    begun: Option<Instant>,
    costs: Costs,
}

impl Meter {
    pub(super) fn new(is_on: bool, rules: usize) -> Self {
        let counts = if is_on { vec![0; rules] } else { Vec::new() };
        let costs = Costs { nanoseconds: counts.clone(), keys: counts, given: FxHashMap::default() };
        Self { is_on, begun: None, costs }
    }

    /// A rule begins to judge.
    #[inline]
    pub(super) fn begin(&mut self) {
        if self.is_on {
            self.begun = Some(Instant::now());
        }
    }

    /// The rule came to an end, and looked up so many keys.
    #[inline]
    pub(super) fn end(&mut self, rule: u16, keys: impl FnOnce() -> usize) {
        if !self.is_on {
            return;
        }
        let Some(begun) = self.begun.take() else { return };
        let rule = usize::from(rule);
        if let Some(sum) = self.costs.nanoseconds.get_mut(rule) {
            *sum += u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        }
        if let Some(sum) = self.costs.keys.get_mut(rule) {
            *sum += keys() as u64;
        }
    }

    /// A key went to a set of indexes.
    #[inline]
    pub(super) fn given(&mut self, set: u32) {
        if self.is_on {
            *self.costs.given.entry(set).or_default() += 1;
        }
    }

    /// What was measured since this was asked for last.
    pub(super) fn take(&mut self) -> Costs {
        let zero = |counts: &[u64]| vec![0; counts.len()];
        let fresh = Costs {
            nanoseconds: zero(&self.costs.nanoseconds),
            keys: zero(&self.costs.keys),
            given: FxHashMap::default(),
        };
        std::mem::replace(&mut self.costs, fresh)
    }
}
