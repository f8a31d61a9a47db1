//! Rules made ready for objects of one shape.
//!
//! Objects of one class that have the same attributes are of one *shape*. For each shape that is met the rules are folded
//! once: what class and missing attributes decide is gone, what is left is grouped by the values that it asks about. Most
//! rules are gone for most objects, and the rest reads each value once. The
//! [`Evaluator`](super::evaluate::Evaluator) stays the slow twin: it says the same of every object, it judges what a
//! program leaves open, and it alone confirms.

mod combine;
mod condition;
mod domain;
mod kind;
mod kinds;
mod plain;
mod predicate;
mod profile;
mod question;
mod quiet;
mod run;
mod shapes;
mod told;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::roles::Cast;
use super::signature::Signature;
use crate::language::plan::{Field, Index, Judgement, Operand, Plan, Reads, Test};
use crate::snapshot::Slot;
use crate::snapshot::value::Type;
use combine::all;
use condition::{Condition, Folded, Shape};
use kind::{Kind, STORED, Set};
use kinds::{Watch, Watched};
use plain::{Chain, Plain, Start};
use profile::{Profile, answered};
use question::Questions;
use quiet::{Cut, Cuts, Passed, Texts, allowed_length, cuts, never};

pub(super) use profile::{Choice, Terms};
pub(super) use run::{Memory, Told};
pub(super) use shapes::{Decides, Programs, Used};

/// Stands for no guard: nothing else must hold of the object.
const NONE: usize = usize::MAX;

/// The rules of a plan for one shape.
#[derive(Debug, Default)]
pub(super) struct Program<'p> {
    /// The conditions that have a number and that texts decide, by number.
    numbered: Vec<Option<Plain<'p>>>,
    /// What must hold of an object for values of it to be at fault; many rules ask the same.
    guards: Vec<Plain<'p>>,
    /// Rules about objects as a whole, with what is at fault.
    objects: Vec<(u16, Condition<'p>)>,
    /// Rules that count objects, with which ones.
    counts: Vec<(u16, Condition<'p>)>,
    /// Rules that follow references in search of circles.
    follows: Vec<(u16, Condition<'p>, Field)>,
    /// Rules about values, by what they read.
    groups: Vec<Group<'p>>,
    /// Rules that are left to the evaluator.
    pub(super) open: Vec<u16>,
    /// Indexes whose keys are left to the evaluator.
    pub(super) open_indexes: Vec<u16>,
    /// What is to be found out of values.
    watched: Arc<Watched>,
    /// Rules that judge every object of the shape.
    judges: Vec<u16>,
    /// Rules that need an attribute which was not exported for such objects.
    lacking: Vec<u16>,
}

/// Rules that read the same values.
#[derive(Debug)]
struct Group<'p> {
    chain: Chain<'p>,
    rules: Vec<ValueRule<'p>>,
    /// All rules that read these values, also those that can never be broken by them.
    judges: Vec<u16>,
    /// The keys that the values give.
    keys: Vec<Keys<'p>>,
    /// How long stored values may be, in bytes, for what follows to be true of them.
    longest: usize,
    /// The kinds of stored values of which the chain keeps each one, or a part of it.
    kept: Set,
    /// The kinds of stored values of which it is known whether the chain keeps them.
    told: Set,
    /// What the chain leaves of stored values of each kind.
    cuts: Cuts,
}

/// Keys that are made alike.
#[derive(Debug)]
struct Keys<'p> {
    kind: Type,
    exact: bool,
    /// What else must be the same, and how it is read.
    within: Option<(Chain<'p>, Type)>,
    /// The indexes that they go to.
    indexes: Vec<KeyIndex<'p>>,
    /// The number of giving to all of them.
    all: u32,
    /// The number of the guard, if it is the same for all of them, and nothing else must hold.
    only: Option<usize>,
}

/// An index that keys go to.
#[derive(Debug)]
struct KeyIndex<'p> {
    number: u16,
    /// What must hold of the object, as far as texts decide it: its number among the guards.
    guard: usize,
    /// What else must hold, of the object or of the value.
    rest: Condition<'p>,
}

/// What a rule says of each of the values.
#[derive(Debug)]
struct ValueRule<'p> {
    rule: u16,
    /// What must hold of the object for a fault, as far as texts decide it: its number among the guards.
    guard: usize,
    /// What else must hold of the object.
    open: Condition<'p>,
    /// What must hold of the value for a fault.
    fault: Condition<'p>,
    /// The kinds of stored values in which the rule finds no fault, as a set of their bits.
    quiet: Set,
}

/// What has a number in all programs of a run.
#[derive(Debug, Default)]
pub(super) struct Numbers<'p> {
    pub(super) cast: Cast,
    questions: Questions<'p>,
}

/// What tells one shape of a signature from another.
#[derive(Debug, Clone, Copy)]
struct Presence<'s> {
    /// The attributes that objects have, one bit each.
    present: &'s [u64],
    /// The attributes of which that is known.
    decides: &'s [u64],
    /// The values that they have of some attributes.
    told: &'s [(Slot, &'s [u8])],
    /// The attributes that were not exported.
    unasked: &'s [Slot],
    /// The kinds of all values, if the program is made for one profile.
    profile: Option<Profile<'s>>,
}

impl<'p> Program<'p> {
    /// The program for a shape, and what would tell more: the attributes whose presence would, and those whose values would.
    fn new(
        plan: &'p Plan,
        signature: &Signature,
        presence: Presence<'_>,
        numbers: &mut Numbers<'p>,
    ) -> (Self, Vec<u64>, Vec<Slot>) {
        let asked = RefCell::default();
        let asked_values = RefCell::default();
        let Presence { present, decides, told, unasked, profile } = presence;
        let (numbered, sorted) = (RefCell::default(), RefCell::default());
        let Numbers { cast, questions } = numbers;
        let asked_before = RefCell::new(std::mem::take(questions));
        let shape = Shape {
            signature,
            present,
            decides,
            asked: &asked,
            told,
            asked_values: &asked_values,
            names: &plan.names,
            numbered: &numbered,
            sorted: &sorted,
            profile,
            questions: &asked_before,
            is_itself: true,
        };
        // which values are read, and what is left to the evaluator, is the same for all profiles of a shape
        let (of_shape, sorted_of_shape) = (RefCell::default(), RefCell::default());
        let frame = match profile {
            Some(_) => Shape { profile: None, numbered: &of_shape, sorted: &sorted_of_shape, ..shape },
            None => shape,
        };
        let mut program = Self::default();
        for number in &signature.rules {
            let Some(rule) = plan.rules.get(usize::from(*number)) else { continue };
            let lacks =
                rule.needs.iter().any(|(source, slot)| *source == signature.source && unasked.contains(slot));
            if lacks {
                program.lacking.push(*number);
                continue;
            }
            match &rule.judgement {
                Judgement::Objects { fault, .. } => {
                    program.judges.push(*number);
                    let fault = shape.fold(fault);
                    if !fault.is_known(false) {
                        program.objects.push((*number, fault));
                    }
                }
                Judgement::Values { keys, fault, .. } => {
                    program.values(*number, (keys, fault), &frame, &shape);
                }
                Judgement::Count { filter, .. } => {
                    program.judges.push(*number);
                    let filter = shape.fold(filter);
                    if !filter.is_known(false) {
                        program.counts.push((*number, filter));
                    }
                }
                Judgement::Acyclic { filter, reference, .. } => {
                    program.judges.push(*number);
                    let filter = shape.fold(filter);
                    if !filter.is_known(false) {
                        program.follows.push((*number, filter, *reference));
                    }
                }
                Judgement::Unique { .. } => {}
            }
        }
        for number in &signature.indexes {
            let Some(index) = plan.indexes.get(usize::from(*number)) else { continue };
            let (frame, shape) = (Shape { is_itself: false, ..frame }, Shape { is_itself: false, ..shape });
            program.index(*number, index, &frame, &shape);
        }
        *questions = asked_before.into_inner();
        let watched = profile.map(|profile| profile.watched);
        program.groups.iter_mut().for_each(|group| group.find_quiet(watched));
        match profile {
            Some(profile) => program.settle(profile),
            None => program.watch(&sorted.into_inner()),
        }
        for keys in program.groups.iter_mut().flat_map(|group| &mut group.keys) {
            let indexes: Vec<u16> = keys.indexes.iter().map(|index| index.number).collect();
            keys.all = cast.giving(&indexes);
            let first = keys.indexes.first().map(|first| first.guard);
            keys.only = first.filter(|_| keys.indexes.iter().all(|index| index.goes_by(first)));
        }
        program.numbered = answered(numbered.into_inner(), of_shape.into_inner());
        (program, asked.into_inner(), asked_values.into_inner())
    }

    /// Says what is to be found out of values: how long those are that rules read, and of which kinds those where that tells
    /// something.
    fn watch(&mut self, sorted: &[u64]) {
        let mut attributes = BTreeMap::<Slot, Watch>::new();
        for group in &self.groups {
            if let Start::Slot(slot) = group.chain.start {
                let watch = attributes.entry(slot).or_default();
                watch.longest = watch.longest.min(group.longest);
                watch.is_sorted |= group.rules.iter().any(ValueRule::depends_on_kind);
            }
        }
        for slot in condition::slots(sorted) {
            attributes.entry(slot).or_default().is_sorted = true;
        }
        self.watched = Arc::new(Watched::new(&attributes));
    }

    /// Whether the evaluator is needed for objects of the shape.
    pub(super) fn leaves_something_open(&self) -> bool {
        !self.open.is_empty() || !self.open_indexes.is_empty()
    }

    /// Takes up a rule about values: `frame` knows what all profiles of the shape share.
    fn values(
        &mut self,
        rule: u16,
        (keys, fault): (&'p [Operand], &'p Test),
        frame: &Shape<'_, 'p>,
        shape: &Shape<'_, 'p>,
    ) {
        let Some(chains) = cut(keys, frame) else {
            let never = frame.fold(fault).is_known(false);
            if never { &mut self.judges } else { &mut self.open }.push(rule);
            return;
        };
        for chain in chains {
            // the only value may not be at fault, whatever else the object has
            if let Some(it) = shape.told(&chain)
                && shape.fold(fault).is_ruled_out_by(it)
            {
                self.judges.push(rule);
                continue;
            }
            let number = self.group(chain);
            if let Some(group) = self.groups.get_mut(number) {
                group.judges.push(rule);
            }
            let (of_value, of_object): (Vec<_>, Vec<_>) =
                shape.fold(fault).parts().into_iter().partition(Condition::speaks_of_it);
            let (plain, open): (Vec<_>, Vec<_>) =
                of_object.into_iter().partition(|part| matches!(part, Condition::Plain(_)));
            let (guard, open, fault) = (all(plain), all(open), all(of_value));
            if let Condition::Plain(guard) = guard
                && ![&open, &fault].iter().any(|part| part.is_known(false))
                && guard != Plain::Known(false)
            {
                let guard = self.guard(guard);
                if let Some(group) = self.groups.get_mut(number) {
                    group.rules.push(ValueRule { rule, guard, open, fault, quiet: 0 });
                }
            }
        }
    }

    fn index(&mut self, number: u16, index: &'p Index, frame: &Shape<'_, 'p>, shape: &Shape<'_, 'p>) {
        if shape.possible(index).is_known(false) {
            return;
        }
        let within = |within: &'p Operand| match (frame.operand(within), within.reads) {
            (Folded::Chain(chain), Reads::As(kind)) => Some((chain, kind)),
            _ => None,
        };
        let within = index.within.as_ref().map(within);
        let (Some(chains), None | Some(Some(_))) = (cut(&index.keys, frame), &within) else {
            self.open_indexes.push(number);
            return;
        };
        let within = within.flatten();
        let (kind, exact) = (index.kind, index.exact);
        for chain in chains {
            let at = self.group(chain);
            let key_index = self.key_index(number, shape.possible(index));
            let Some(group) = self.groups.get_mut(at) else { continue };
            let known = group.keys.iter_mut().find(|keys| {
                keys.kind == kind && keys.exact == exact && keys.within.is_none() && within.is_none()
            });
            match known {
                Some(keys) => keys.indexes.push(key_index),
                None => {
                    let within = index.within.as_ref().and_then(|operand| match frame.operand(operand) {
                        Folded::Chain(chain) => within.as_ref().map(|(_, kind)| (chain, *kind)),
                        _ => None,
                    });
                    let indexes = vec![key_index];
                    group.keys.push(Keys { kind, exact, within, indexes, all: 0, only: None });
                }
            }
        }
    }

    /// An index with what must hold for keys to go to it.
    fn key_index(&mut self, number: u16, possible: Condition<'p>) -> KeyIndex<'p> {
        let is_guard = |part: &Condition<'p>| matches!(part, Condition::Plain(_)) && !part.speaks_of_it();
        let (of_object, rest): (Vec<_>, Vec<_>) = possible.parts().into_iter().partition(is_guard);
        let guard = match all(of_object) {
            Condition::Plain(guard) => guard,
            _ => Plain::Known(true),
        };
        KeyIndex { number, guard: self.guard(guard), rest: all(rest) }
    }

    /// The number of the group that reads a chain.
    fn group(&mut self, chain: Chain<'p>) -> usize {
        if let Some(known) = self.groups.iter().position(|group| group.chain == chain) {
            return known;
        }
        self.groups.push(Group {
            chain,
            rules: Vec::new(),
            judges: Vec::new(),
            keys: Vec::new(),
            longest: usize::MAX,
            kept: 0,
            told: 0,
            cuts: [Cut::Asked; STORED.len()],
        });
        self.groups.len() - 1
    }

    fn guard(&mut self, guard: Plain<'p>) -> usize {
        if guard == Plain::Known(true) {
            return NONE;
        }
        if let Some(known) = self.guards.iter().position(|known| *known == guard) {
            return known;
        }
        self.guards.push(guard);
        self.guards.len() - 1
    }
}

impl Group<'_> {
    /// Finds out which rules need not look at which kinds of values; for a profile it is known of what length these are.
    fn find_quiet(&mut self, watched: Option<&Arc<Watched>>) {
        let Start::Slot(slot) = self.chain.start else { return };
        let steps = &self.chain.steps;
        let allowed = || self.rules.iter().map(|rule| allowed_length(&rule.fault)).min();
        let longest = match watched {
            Some(watched) => watched.longest(slot),
            None => allowed().unwrap_or(usize::MAX),
        };
        self.longest = longest;
        self.cuts = cuts(steps, longest);
        for kind in STORED {
            match (Texts { longest, ..Texts::any(kind) }).through(steps) {
                Passed::On(_) => self.kept |= kind.bit(),
                Passed::Dropped => {}
                Passed::Unknown => continue,
            }
            self.told |= kind.bit();
        }
        for rule in &mut self.rules {
            rule.quiet = never(&rule.fault, steps, longest);
        }
    }
}

impl KeyIndex<'_> {
    /// Whether keys go to it by a guard alone, and by this one.
    fn goes_by(&self, guard: Option<usize>) -> bool {
        Some(self.guard) == guard && self.rest.is_known(true)
    }
}

impl ValueRule<'_> {
    /// Whether the rule need not look at some kinds, but at others.
    fn depends_on_kind(&self) -> bool {
        self.quiet & !Kind::Other.bit() != 0 && self.quiet & Kind::Other.bit() == 0
    }
}

/// The chains of operands whose values are all parts of stored ones.
fn cut<'p>(operands: &'p [Operand], shape: &Shape<'_, 'p>) -> Option<Vec<Chain<'p>>> {
    // which attributes the values come from is seen when they are read
    let nothing = RefCell::default();
    let unknown = Shape { decides: &[], asked: &nothing, profile: None, ..*shape };
    let chains = operands.iter().map(|operand| match unknown.operand(operand) {
        Folded::Chain(chain) if chain.is_cut() => Some(chain),
        _ => None,
    });
    chains.collect()
}
