//! What scanning gave, part by part, until all parts are joined: numbers, no text.

use rustc_hash::FxHashMap;

use super::cost::Costs;
use super::mark::Unsorted;
use super::subtree::Subtrees;

/// Where a record stands, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The first byte in the file.
    pub offset: u64,
    /// The number of bytes.
    pub length: u32,
    /// The number of its signature.
    pub signature: u32,
    /// The fingerprint of its name.
    pub name: u64,
}

/// A rule that an object may break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Candidate {
    /// The number of the record.
    pub record: u32,
    /// The number of the rule.
    pub rule: u16,
}

/// An object that a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    /// The number of the record.
    pub record: u32,
    /// The number of the rule.
    pub rule: u16,
    /// Nothing of it has to be confirmed.
    pub certain: bool,
}

/// One step of a reference that may run in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The number of the record.
    pub record: u32,
    /// The number of the rule.
    pub rule: u16,
    /// The fingerprint of the name that it refers to.
    pub to: u64,
}

/// What was met of one source.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Which attributes some object has, by slot.
    pub seen: Vec<bool>,
    /// What was exported.
    pub subtrees: Subtrees,
    /// Some object has a name that is no distinguished name.
    pub plain_names: bool,
}

impl Facts {
    fn join(&mut self, later: &Self) {
        self.subtrees.join(&later.subtrees);
        self.plain_names |= later.plain_names;
        self.seen.resize(self.seen.len().max(later.seen.len()), false);
        for (known, more) in self.seen.iter_mut().zip(&later.seen) {
            *known |= more;
        }
    }
}

/// What a run of records gave. Numbers of records count from 0 in it until parts are joined.
#[derive(Debug, Clone, Default)]
pub struct Partial {
    /// The records, in file order.
    pub rows: Vec<Row>,
    /// Rules that were broken, or may have been, whatever look-ups say.
    pub broken: Vec<Candidate>,
    /// Objects that rules count.
    pub counted: Vec<Counted>,
    /// Some object has more names than one.
    pub other_names: bool,
    /// Names, keys and look-ups.
    pub(super) marks: Unsorted,
    /// References that may run in circles.
    pub edges: Vec<Edge>,
    /// How many objects (or values) each rule judged.
    pub judged: Vec<u64>,
    /// For how many objects an attribute was not exported that each rule needs.
    pub unasked: Vec<u64>,
    /// What was met of each source, by its number.
    pub facts: Vec<Facts>,
    /// The number of objects of each signature.
    pub counts: FxHashMap<u32, u64>,
    /// What rules cost, if that was measured.
    pub costs: Costs,
}

impl Partial {
    /// Appends what a later run of records gave.
    pub fn append(&mut self, later: Self) {
        let base = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let moved = |candidate: Candidate| Candidate { record: candidate.record + base, ..candidate };
        self.rows.extend(later.rows);
        self.broken.extend(later.broken.into_iter().map(moved));
        let counted = later.counted.into_iter();
        self.counted.extend(counted.map(|counted| Counted { record: counted.record + base, ..counted }));
        self.other_names |= later.other_names;
        self.marks.append(later.marks, base);
        self.edges.extend(later.edges.into_iter().map(|edge| Edge { record: edge.record + base, ..edge }));
        self.costs.append(&later.costs);
        add(&mut self.judged, &later.judged);
        add(&mut self.unasked, &later.unasked);
        self.facts.resize(self.facts.len().max(later.facts.len()), Facts::default());
        for (facts, more) in self.facts.iter_mut().zip(&later.facts) {
            facts.join(more);
        }
        for (signature, count) in later.counts {
            *self.counts.entry(signature).or_default() += count;
        }
    }
}

/// Adds numbers one by one.
pub(super) fn add(sums: &mut Vec<u64>, more: &[u64]) {
    sums.resize(sums.len().max(more.len()), 0);
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
