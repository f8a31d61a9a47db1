//! How much of a rule can be decided without other objects, and which look-ups can spare it a second look.

use crate::language::function::Function;
use crate::language::plan::{ClassSet, Comparand, Judgement, Operand, OperandKind, Plan, Test};
use crate::language::syntax::Root;

/// What has to be known of other objects to decide a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Strategy {
    /// A fault needs a hit: objects whose look-ups all miss are in order.
    Hit(Lookup),
    /// A fault needs a miss: objects whose look-ups all hit are in order.
    Miss(Lookup),
    /// Look-ups alone do not tell.
    Look,
}

/// What is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lookup {
    /// A key of the index of this number.
    Key(usize),
    /// The name of an object of these classes; none are all.
    Name(ClassSet),
}

/// The strategies of all rules, by number.
#[must_use]
pub(super) fn of_all(plan: &Plan) -> Vec<Strategy> {
    plan.rules.iter().map(|rule| of(&rule.judgement, plan)).collect()
}

/// The strategy of a rule.
#[must_use]
fn of(judgement: &Judgement, plan: &Plan) -> Strategy {
    let mut count = Count::default();
    match judgement {
        Judgement::Objects { fault, .. } => count.test(fault, true, plan),
        Judgement::Values { fault, keys, .. } => {
            keys.iter().for_each(|key| count.operand(key, plan));
            count.test(fault, true, plan);
        }
        Judgement::Count { filter, .. } | Judgement::Acyclic { filter, .. } => count.test(filter, true, plan),
        Judgement::Unique { .. } => {}
    }
    match (count.lookups, count.strategy) {
        (1, Some(strategy)) if !count.deep => strategy,
        _ => Strategy::Look,
    }
}

/// The classes of several tests of which each only asks to what the innermost value refers.
fn any_of(parts: &[Test]) -> Option<ClassSet> {
    let mut all = ClassSet::new();
    for part in parts {
        match part {
            Test::Refer { operand, filter: None, classes } if is_it(operand) => all.extend(classes),
            _ => return None,
        }
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}

fn is_it(operand: &Operand) -> bool {
    matches!(&operand.kind, OperandKind::Path { root: Root::It, references, field: None, .. } if references.is_empty())
}

#[derive(Default)]
struct Count {
    lookups: u32,
    strategy: Option<Strategy>,
    /// Attributes of other objects are asked for.
    deep: bool,
}

impl Count {
    fn test(&mut self, test: &Test, towards_fault: bool, plan: &Plan) {
        match test {
            Test::Constant(_) => {}
            // all ask for one name; it is in order if it means an object of any of these classes
            Test::Or(parts) if !towards_fault && any_of(parts).is_some() => {
                self.lookup(towards_fault, false, Lookup::Name(any_of(parts).unwrap_or_default()));
            }
            Test::And(parts) | Test::Or(parts) => {
                parts.iter().for_each(|part| self.test(part, towards_fault, plan));
            }
            Test::Not(inner) => self.test(inner, !towards_fault, plan),
            Test::Named(inner, _) => self.test(inner, towards_fault, plan),
            Test::Format(operand, _)
            | Test::Defined(operand, ..)
            | Test::Match(operand, _)
            | Test::Flag(operand, _) => self.operand(operand, plan),
            Test::Under(left, right) | Test::Equal { left, right, .. } => {
                self.operand(left, plan);
                if let Comparand::Operand(right) = right {
                    self.operand(right, plan);
                }
            }
            Test::Order { left, right, .. } | Test::Text { left, right, .. } => {
                self.operand(left, plan);
                self.operand(right, plan);
            }
            Test::Have(range, operand, filter) => {
                self.operand(operand, plan);
                if let Some(filter) = filter {
                    // counts that may be too many or too few say nothing of a single look-up
                    let before = self.lookups;
                    self.test(filter, towards_fault, plan);
                    let plain = range.least == 1 && range.most == u64::MAX;
                    self.deep |= self.lookups > before && !plain;
                }
            }
            Test::Refer { operand, filter, classes } => {
                self.operand(operand, plan);
                let classes = if towards_fault { ClassSet::new() } else { classes.clone() };
                self.lookup(towards_fault, filter.is_some(), Lookup::Name(classes));
            }
            Test::EqualAny { operand, index } => {
                self.operand(operand, plan);
                let filtered = plan.indexes.get(*index).is_some_and(|index| index.filter.is_some());
                self.lookup(towards_fault, filtered, Lookup::Key(*index));
            }
        }
    }

    /// A hit that a filter may take back proves nothing where a miss is the fault.
    fn lookup(&mut self, towards_fault: bool, filtered: bool, lookup: Lookup) {
        self.lookups += 1;
        self.strategy = match (towards_fault, filtered) {
            (true, _) => Some(Strategy::Hit(lookup)),
            (false, false) => Some(Strategy::Miss(lookup)),
            (false, true) => None,
        };
    }

    fn operand(&mut self, operand: &Operand, plan: &Plan) {
        match &operand.kind {
            OperandKind::Path { root, references, field, .. } => {
                self.deep |= !references.is_empty() || (*root == Root::It && field.is_some());
            }
            OperandKind::Selection(inner, filter) => {
                self.operand(inner, plan);
                let before = self.lookups;
                self.test(filter, true, plan);
                self.deep |= self.lookups > before;
            }
            OperandKind::Call(function, arguments) => {
                self.deep |= *function == Function::Chain;
                arguments.iter().for_each(|argument| self.operand(argument, plan));
            }
            OperandKind::Texts(_) | OperandKind::Numbers(_) => {}
        }
    }
}
