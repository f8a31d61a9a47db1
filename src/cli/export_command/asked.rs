//! What the rules of a plan ask of one source: attributes, and classes of objects.

use std::collections::BTreeMap;

use crate::language::plan::{
    Action, ClassKind, ClassTest, Field, Judgement, MessagePart, Operand, OperandKind, Plan, Rule, Test,
};
use crate::language::symbols::Attribute;
use crate::language::syntax::Root;
use crate::snapshot::Slot;

/// What an export must hold.
#[derive(Debug)]
pub(super) struct Asked {
    /// The attributes, by their names in lower case.
    pub(super) attributes: Vec<Attribute>,
    /// The classes of objects that rules speak of.
    pub(super) classes: Vec<ClassTest>,
}

/// What the rules ask of the source with this number. The names of a plan are not the answer: conditions that no rule of
/// this run uses are among them, and attributes of other sources.
pub(super) fn of(plan: &Plan, source: u16) -> Asked {
    let mut walk = Walk { plan, slots: Vec::new(), classes: Vec::new(), here: 0, itself: 0 };
    plan.rules.iter().for_each(|rule| walk.rule(rule));
    let mut attributes = BTreeMap::new();
    for (_, slot) in walk.slots.iter().filter(|(of, _)| *of == source) {
        if let Some(attribute) = plan.attributes.get(usize::from(slot.0)) {
            attributes.insert(attribute.name.to_ascii_lowercase(), attribute.clone());
        }
    }
    let mut numbers = walk.classes;
    numbers.sort_unstable();
    numbers.dedup();
    let classes = plan.tests_of(&numbers).filter(|test| test.source == source).cloned().collect();
    Asked { attributes: attributes.into_values().collect(), classes }
}

/// Whether the classes hold all objects of the source.
pub(super) fn is_every_object(classes: &[ClassTest]) -> bool {
    classes.iter().any(|test| test.kind == ClassKind::Any)
}

struct Walk<'p> {
    plan: &'p Plan,
    slots: Vec<(u16, Slot)>,
    classes: Vec<u16>,
    here: u16,
    itself: u16,
}

impl Walk<'_> {
    fn rule(&mut self, rule: &Rule) {
        for source in self.sources_of(&rule.judgement) {
            self.here = source;
            self.itself = source;
            self.judgement(&rule.judgement);
            for part in rule.message.parts.iter().chain(rule.help.iter().flat_map(|help| &help.parts)) {
                if let MessagePart::Operand(operand) = part {
                    self.operand(operand);
                }
            }
            rule.fixes.iter().for_each(|fix| self.action(&fix.action));
        }
    }

    /// What is not exported cannot be proposed either.
    fn action(&mut self, action: &Action) {
        match action {
            Action::Set(value) | Action::RemoveIt(value) | Action::Remove(value) => self.operand(value),
            Action::SetEach(values, value) => {
                self.operand(values);
                self.operand(value);
            }
            Action::SetAttribute(slot, value) | Action::Add(slot, value) => {
                self.slots.push((self.here, *slot));
                self.operand(value);
            }
        }
    }

    /// The sources whose objects a rule judges: the classes of a sentence may be of several.
    fn sources_of(&self, judgement: &Judgement) -> Vec<u16> {
        match judgement {
            Judgement::Objects { classes, .. }
            | Judgement::Values { classes, .. }
            | Judgement::Acyclic { classes, .. }
            | Judgement::Count { classes, .. } => self.sources(classes),
            Judgement::Unique { index } => {
                self.plan.indexes.get(*index).map(|index| self.sources(&index.classes)).unwrap_or_default()
            }
        }
    }

    fn sources(&self, classes: &[u16]) -> Vec<u16> {
        let mut sources: Vec<u16> = self.plan.sources_of(classes).collect();
        sources.sort_unstable();
        sources.dedup();
        sources
    }

    fn judgement(&mut self, judgement: &Judgement) {
        match judgement {
            Judgement::Objects { classes, fault, .. } => {
                self.classes.extend(classes);
                self.test(fault);
            }
            Judgement::Values { classes, others, keys, fault, .. } => {
                // classes that may have an attribute are not those that are looked at
                if !others {
                    self.classes.extend(classes);
                }
                self.operands(keys);
                self.test(fault);
            }
            Judgement::Unique { index } => self.index(*index),
            Judgement::Acyclic { classes, filter, reference } => {
                self.classes.extend(classes);
                self.field(self.here, *reference);
                self.test(filter);
            }
            Judgement::Count { classes, filter, .. } => {
                self.classes.extend(classes);
                self.test(filter);
            }
        }
    }

    fn index(&mut self, number: usize) {
        let Some(index) = self.plan.indexes.get(number) else { return };
        self.among(&index.classes, |walk| {
            walk.operands(&index.keys);
            index.within.iter().for_each(|within| walk.operand(within));
            index.filter.iter().for_each(|filter| walk.test(filter));
        });
    }

    /// Names mean objects of these classes.
    fn among(&mut self, classes: &[u16], walk: impl Fn(&mut Self)) {
        self.classes.extend(classes);
        for source in self.sources(classes) {
            let here = std::mem::replace(&mut self.here, source);
            walk(self);
            self.here = here;
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::And(parts) | Test::Or(parts) => parts.iter().for_each(|part| self.test(part)),
            Test::Not(inner) => self.test(inner),
            Test::Named(inner, _) => self.test(inner),
            _ => test.operands().for_each(|operand| self.operand(operand)),
        }
        match test {
            Test::Have(_, _, filter) => filter.iter().for_each(|filter| self.test(filter)),
            Test::Refer { classes, filter, .. } => {
                self.among(classes, |walk| filter.iter().for_each(|filter| walk.test(filter)));
            }
            Test::EqualAny { index, .. } => self.index(*index),
            _ => {}
        }
    }

    fn operands(&mut self, operands: &[Operand]) {
        operands.iter().for_each(|operand| self.operand(operand));
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Path { root, references, field, .. } => {
                let source = if *root == Root::Itself { self.itself } else { self.here };
                references.iter().chain(field).for_each(|field| self.field(source, *field));
            }
            OperandKind::Selection(inner, filter) => {
                self.operand(inner);
                self.test(filter);
            }
            OperandKind::Call(_, arguments) => self.operands(arguments),
            OperandKind::Texts(_) | OperandKind::Numbers(_) => {}
        }
    }

    fn field(&mut self, source: u16, field: Field) {
        if let Field::Slot(slot) = field {
            self.slots.push((source, slot));
        }
    }
}
