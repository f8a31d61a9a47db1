//! Circles of references: strongly connected parts of the graph (Tarjan), found without recursion, so that no chain is
//! too long.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::join::Directory;
use super::partial::Edge;

/// The circles of each rule: records that reach themselves.
pub(super) fn circles(directory: &Directory, edges: &[Edge]) -> Vec<(u16, Vec<u32>)> {
    let mut rules: Vec<u16> = edges.chunk_by(|one, next| one.rule == next.rule).filter_map(rule_of).collect();
    rules.sort_unstable();
    rules.dedup();
    let mut found = Vec::new();
    for rule in rules {
        let mut graph: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut starts = Vec::new();
        for edge in possible(directory, edges, rule) {
            let targets = graph.entry(edge.record).or_insert_with(|| {
                starts.push(edge.record);
                Vec::new()
            });
            targets.extend(directory.named(edge.to));
        }
        found.extend(components(&graph, &starts).into_iter().map(|records| (rule, records)));
    }
    found
}

fn rule_of(edges: &[Edge]) -> Option<u16> {
    edges.first().map(|edge| edge.rule)
}

/// The steps of a rule that may be parts of circles: whoever is in one refers to somebody, and somebody refers to it.
fn possible<'e>(directory: &Directory, edges: &'e [Edge], rule: u16) -> Vec<&'e Edge> {
    let name = |edge: &Edge| directory.row(edge.record).map(|row| row.name);
    let of_one = |one: &Edge, next: &Edge| (one.record, one.rule) == (next.record, next.rule);
    let of_rule = edges.chunk_by(of_one).filter(|edges| rule_of(edges) == Some(rule));
    let referrers: FxHashSet<u64> = of_rule.filter_map(|edges| name(edges.first()?)).collect();
    let may_go_on =
        |edge: &&Edge| edge.rule == rule && (directory.other_names || referrers.contains(&edge.to));
    let mut possible: Vec<&Edge> = edges.par_iter().filter(may_go_on).collect();
    if !directory.other_names {
        let referred: FxHashSet<u64> = possible.iter().map(|edge| edge.to).collect();
        possible.retain(|edge| name(edge).is_some_and(|name| referred.contains(&name)));
    }
    possible
}

#[derive(Default)]
struct Search {
    index: FxHashMap<u32, usize>,
    low: FxHashMap<u32, usize>,
    stack: Vec<u32>,
    on_stack: FxHashMap<u32, bool>,
    found: Vec<Vec<u32>>,
}

fn components(graph: &FxHashMap<u32, Vec<u32>>, starts: &[u32]) -> Vec<Vec<u32>> {
    let mut search = Search::default();
    for start in starts {
        if !search.index.contains_key(start) {
            search.from(*start, graph);
        }
    }
    search.found.sort_unstable();
    search.found
}

impl Search {
    fn enter(&mut self, node: u32) {
        let number = self.index.len();
        self.index.insert(node, number);
        self.low.insert(node, number);
        self.stack.push(node);
        self.on_stack.insert(node, true);
    }

    fn lower(&mut self, node: u32, to: usize) {
        if let Some(low) = self.low.get_mut(&node) {
            *low = (*low).min(to);
        }
    }

    fn from(&mut self, start: u32, graph: &FxHashMap<u32, Vec<u32>>) {
        let mut path: Vec<(u32, usize)> = vec![(start, 0)];
        self.enter(start);
        while let Some((node, next)) = path.last_mut() {
            let node = *node;
            let target = graph.get(&node).and_then(|targets| targets.get(*next)).copied();
            *next += 1;
            match target {
                Some(target) if !self.index.contains_key(&target) => {
                    self.enter(target);
                    path.push((target, 0));
                }
                Some(target) => {
                    if self.on_stack.get(&target) == Some(&true) {
                        let index = self.index.get(&target).copied().unwrap_or(0);
                        self.lower(node, index);
                    }
                }
                None => {
                    path.pop();
                    self.leave(node, graph);
                    let low = self.low.get(&node).copied().unwrap_or(0);
                    if let Some((above, _)) = path.last() {
                        self.lower(*above, low);
                    }
                }
            }
        }
    }

    /// A node whose targets are all done: the root of a component takes it from the stack.
    fn leave(&mut self, node: u32, graph: &FxHashMap<u32, Vec<u32>>) {
        if self.low.get(&node) != self.index.get(&node) {
            return;
        }
        let mut component = Vec::new();
        while let Some(top) = self.stack.pop() {
            self.on_stack.insert(top, false);
            component.push(top);
            if top == node {
                break;
            }
        }
        let to_itself = graph.get(&node).is_some_and(|targets| targets.contains(&node));
        if component.len() > 1 || to_itself {
            component.sort_unstable();
            self.found.push(component);
        }
    }
}
