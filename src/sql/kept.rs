//! Which queries of a statement become tables, on an engine that would work each of them out again wherever it is named.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Query, Relation, Statement, Step};

/// So many reads of tables are worth more than a table to write: both cost a job, and the tree that is planned grows by each read.
const WORTH: usize = 10;

/// The names of queries that are kept: those that follow from themselves, and those of which much would be done twice.
pub(super) fn kept(statement: &Statement) -> BTreeSet<&str> {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    let all = statement.steps.iter().flat_map(queries).chain([&statement.query]);
    for name in all.flat_map(relations) {
        *named.entry(name).or_default() += 1;
    }
    let mut kept = BTreeSet::new();
    let mut reads: BTreeMap<&str, usize> = BTreeMap::new();
    for step in &statement.steps {
        let of = |query: &Query| -> usize {
            relations(query).iter().map(|name| reads.get(name).copied().unwrap_or(1)).sum()
        };
        let own: usize = queries(step).map(of).sum();
        let again = named.get(step.name()).copied().unwrap_or(0).saturating_sub(1);
        if matches!(step, Step::Closure(..)) || again * own >= WORTH {
            kept.insert(step.name());
            reads.insert(step.name(), 1);
        } else {
            reads.insert(step.name(), own);
        }
    }
    kept
}

/// Of some queries, those that others need, in their order.
pub(super) fn needed<'s>(pending: &[&'s Step], by: &[&Query]) -> Vec<&'s Step> {
    let mut names: BTreeSet<&str> = by.iter().copied().flat_map(relations).collect();
    let mut needed = Vec::new();
    for step in pending.iter().rev() {
        if names.contains(step.name()) {
            names.extend(queries(step).flat_map(relations));
            needed.push(*step);
        }
    }
    needed.reverse();
    needed
}

fn queries(step: &Step) -> impl Iterator<Item = &Query> {
    let (first, next) = match step {
        Step::Plain(_, query) => (query, None),
        Step::Closure(_, first, next) => (first, Some(next)),
    };
    [first].into_iter().chain(next)
}

/// What a query reads.
fn relations(query: &Query) -> Vec<&str> {
    let select = match query {
        Query::Select(select) => select,
        Query::All(parts) => return parts.iter().flat_map(relations).collect(),
    };
    let joined = select.joins.iter().map(|join| &join.relation);
    let mut names = Vec::new();
    for relation in [&select.from.0].into_iter().chain(joined) {
        match relation {
            Relation::Named(name) => names.push(name.as_str()),
            Relation::Query(query) => names.extend(relations(query)),
        }
    }
    names
}
