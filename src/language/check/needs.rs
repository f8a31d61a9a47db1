//! Which attributes a rule must find exported, lest "not exported" be taken for "not there".

use crate::language::function::Function;
use crate::language::plan::{Comparand, Field, Index, Judgement, Operand, OperandKind, Plan, Test};
use crate::language::syntax::Root;
use crate::snapshot::Slot;

/// What a rule is about (each group is a set of attributes of which one must be exported), and attributes whose absence
/// would be a fault, each with the number of its source.
pub(super) type Needs = (Vec<Vec<(u16, Slot)>>, Vec<(u16, Slot)>);

pub(super) fn of(judgement: &Judgement, plan: &Plan) -> Needs {
    let mut walk = Walk { plan, needs: Vec::new(), groups: Vec::new(), here: 0, itself: 0 };
    match judgement {
        Judgement::Objects { classes, fault, .. } => {
            walk.stand_on(classes);
            walk.faults(fault);
        }
        Judgement::Values { classes, keys, fault, .. } => {
            walk.stand_on(classes);
            walk.subject(keys);
            walk.faults(fault);
        }
        Judgement::Unique { index } => {
            if let Some(index) = plan.indexes.get(*index) {
                walk.index(index, true);
                walk.stand_on(&index.classes);
                walk.subject(&index.keys);
                if let Some(within) = &index.within {
                    walk.subject(std::slice::from_ref(within));
                }
            }
        }
        Judgement::Acyclic { classes, filter, reference } => {
            walk.stand_on(classes);
            if let Field::Slot(slot) = reference {
                walk.groups.push(vec![(walk.here, *slot)]);
            }
            walk.faults(filter);
        }
        Judgement::Count { classes, filter, range } => {
            walk.stand_on(classes);
            if range.least == 0 {
                walk.faults(filter);
            } else {
                walk.test(filter, false);
            }
        }
    }
    let Walk { mut needs, groups, .. } = walk;
    needs.sort_unstable();
    needs.dedup();
    (groups.into_iter().filter(|group| !group.is_empty()).collect(), needs)
}

struct Walk<'p> {
    plan: &'p Plan,
    needs: Vec<(u16, Slot)>,
    groups: Vec<Vec<(u16, Slot)>>,
    here: u16,
    itself: u16,
}

impl Walk<'_> {
    fn stand_on(&mut self, classes: &[u16]) {
        self.here = self.plan.source_of(classes);
        self.itself = self.here;
    }

    fn subject(&mut self, keys: &[Operand]) {
        let mut group = Vec::new();
        let mut free = false;
        for key in keys {
            let slots = self.slots(key);
            free |= slots.is_empty();
            group.extend(slots);
        }
        if !free {
            self.groups.push(group);
        }
    }

    /// The condition of a fault: what it needs, and what it cannot hold without.
    fn faults(&mut self, fault: &Test) {
        self.test(fault, true);
        let parts = match fault {
            Test::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        for part in parts {
            match self.sides(part) {
                Some(sides) => self.groups.extend(sides),
                None => self.groups.extend(self.necessary(part)),
            }
        }
    }

    /// The attributes of each side of a comparison that holds only where both have a value.
    fn sides(&self, test: &Test) -> Option<[Vec<(u16, Slot)>; 2]> {
        let (left, right) = match test {
            Test::Under(left, Comparand::Operand(right))
            | Test::Equal { left, right: Comparand::Operand(right), .. }
            | Test::Order { left, right, .. }
            | Test::Text { left, right, .. } => (left, right),
            _ => return None,
        };
        (!holds_when_absent(test)).then(|| [self.slots(left), self.slots(right)])
    }

    /// Attributes without all of which a condition never holds.
    fn necessary(&self, test: &Test) -> Option<Vec<(u16, Slot)>> {
        match test {
            Test::Or(parts) => {
                let groups: Option<Vec<_>> = parts.iter().map(|part| self.necessary(part)).collect();
                Some(groups?.concat())
            }
            Test::And(parts) => parts.iter().find_map(|part| self.necessary(part)),
            Test::Named(..) | Test::Not(_) | Test::Constant(_) => None,
            atom => {
                let slots = self.atom_slots(atom);
                (!slots.is_empty() && !holds_when_absent(atom)).then_some(slots)
            }
        }
    }

    fn test(&mut self, test: &Test, towards_fault: bool) {
        match test {
            Test::And(parts) | Test::Or(parts) => {
                parts.iter().for_each(|part| self.test(part, towards_fault))
            }
            Test::Not(inner) => self.test(inner, !towards_fault),
            // what packs define is told of objects as they are
            Test::Named(..) | Test::Constant(_) => {}
            atom => {
                if holds_when_absent(atom) == towards_fault {
                    let slots = self.atom_slots(atom);
                    self.needs.extend(slots);
                }
                self.inner(atom, towards_fault);
            }
        }
    }

    /// Conditions inside a predicate.
    fn inner(&mut self, atom: &Test, towards_fault: bool) {
        match atom {
            Test::EqualAny { index, .. } => {
                if let Some(index) = self.plan.indexes.get(*index) {
                    self.index(index, towards_fault);
                    if !towards_fault {
                        let there = self.plan.source_of(&index.classes);
                        let here = std::mem::replace(&mut self.here, there);
                        self.subject(&index.keys);
                        self.here = here;
                    }
                }
            }
            Test::Refer { classes, filter: Some(filter), .. } => {
                let there = self.plan.source_of(classes);
                let here = std::mem::replace(&mut self.here, there);
                self.test(filter, towards_fault);
                self.here = here;
            }
            Test::Have(_, _, Some(filter)) => self.test(filter, towards_fault ^ holds_when_absent(atom)),
            _ => {}
        }
    }

    fn index(&mut self, index: &Index, towards_fault: bool) {
        if let Some(filter) = &index.filter {
            let there = self.plan.source_of(&index.classes);
            let here = std::mem::replace(&mut self.here, there);
            self.test(filter, towards_fault);
            self.here = here;
        }
    }

    fn atom_slots(&self, atom: &Test) -> Vec<(u16, Slot)> {
        match atom {
            Test::Format(operand, _)
            | Test::Defined(operand, ..)
            | Test::Match(operand, _)
            | Test::Have(_, operand, _)
            | Test::Flag(operand, _)
            | Test::Refer { operand, .. }
            | Test::EqualAny { operand, .. } => self.slots(operand),
            Test::Under(operand, right) | Test::Equal { left: operand, right, .. } => {
                let mut slots = self.slots(operand);
                if let Comparand::Operand(right) = right {
                    slots.extend(self.slots(right));
                }
                slots
            }
            Test::Order { left, right, .. } | Test::Text { left, right, .. } => {
                let mut slots = self.slots(left);
                slots.extend(self.slots(right));
                slots
            }
            _ => Vec::new(),
        }
    }

    fn slots(&self, operand: &Operand) -> Vec<(u16, Slot)> {
        match &operand.kind {
            OperandKind::Path { root, references, field, .. } => {
                let source = if *root == Root::Itself { self.itself } else { self.here };
                let fields = references.iter().chain(field);
                fields
                    .filter_map(|field| match field {
                        Field::Slot(slot) => Some((source, *slot)),
                        _ => None,
                    })
                    .collect()
            }
            OperandKind::Selection(inner, _) => self.slots(inner),
            OperandKind::Call(_, arguments) => {
                arguments.iter().flat_map(|argument| self.slots(argument)).collect()
            }
            OperandKind::Texts(_) | OperandKind::Numbers(_) => Vec::new(),
        }
    }
}

/// Whether a test holds where its attributes are absent.
fn holds_when_absent(atom: &Test) -> bool {
    match atom {
        Test::Have(range, ..) => range.least == 0,
        // a count is a number even of nothing, so nothing can be said: what was exported decides
        Test::Equal { left, right: Comparand::Operand(right), .. } => counts(left) && counts(right),
        _ => false,
    }
}

fn counts(operand: &Operand) -> bool {
    matches!(&operand.kind, OperandKind::Call(Function::Count, _))
}

/// Whether a condition over other objects speaks of the one that asks.
pub(super) fn speaks_of_asker(test: &Test) -> bool {
    match test {
        Test::And(parts) | Test::Or(parts) => parts.iter().any(speaks_of_asker),
        Test::Not(inner) => speaks_of_asker(inner),
        Test::Named(inner, _) => speaks_of_asker(inner),
        Test::Have(_, operand, filter) | Test::Refer { operand, filter, .. } => {
            is_of_asker(operand) || filter.as_deref().is_some_and(speaks_of_asker)
        }
        _ => test.operands().any(is_of_asker),
    }
}

fn is_of_asker(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::Path { root, .. } => *root == Root::Itself,
        OperandKind::Selection(inner, filter) => is_of_asker(inner) || speaks_of_asker(filter),
        OperandKind::Call(_, arguments) => arguments.iter().any(is_of_asker),
        OperandKind::Texts(_) | OperandKind::Numbers(_) => false,
    }
}
