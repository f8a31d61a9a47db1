//! Fixes: what they change, and what it may become. A fix that could do something else than it says is refused here.

use super::{Checked, Compiler, Part, Scope};
use crate::language::fault::Fault;
use crate::language::plan::{Action, Field, Fix, Judgement, Operand, OperandKind, Reads};
use crate::language::syntax::{self, At, Remedy, Root, Span};
use crate::snapshot::Slot;
use crate::snapshot::value::Type;

/// An attribute that is changed, and whether only a part of its value is.
#[derive(Debug, Clone, Copy)]
struct Target {
    slot: Slot,
    part: bool,
}

impl Compiler<'_> {
    /// How faults that are judged so are mended. What cannot be said in this run is left out: it proposes nothing.
    pub(super) fn fixes(
        &mut self,
        fixes: &[syntax::Fix],
        judgement: &Judgement,
        scope: Scope,
        faults: &mut Vec<(Part, Fault)>,
    ) -> Vec<Fix> {
        let mut made = Vec::new();
        for (number, fix) in fixes.iter().enumerate() {
            let (indexes, obstacles) = (self.plan.indexes.len(), self.obstacles.len());
            self.named.clear();
            let action = self.action(&fix.remedy, number, judgement, scope, faults);
            faults.extend(self.take_faults(Part::Fix(number)));
            let mut asks = std::mem::take(&mut self.named);
            asks.sort_unstable();
            asks.dedup();
            if self.obstacles.len() > obstacles {
                self.obstacles.truncate(obstacles);
                self.forget_indexes(indexes);
            } else if let Some(action) = action {
                made.push(Fix { action, safe: fix.safe, asks });
            }
        }
        made
    }

    fn action(
        &mut self,
        remedy: &Remedy,
        number: usize,
        judgement: &Judgement,
        scope: Scope,
        faults: &mut Vec<(Part, Fault)>,
    ) -> Checked<Action> {
        match remedy {
            Remedy::Set(value) => self.set(value, judgement, scope),
            Remedy::Remove(values) => self.remove(values, judgement, scope),
            Remedy::SetOf(target, value) => {
                let aim = self.judges(judgement, &target.span).and_then(|()| self.aim(target, scope));
                faults.extend(self.take_faults(Part::FixTarget(number)));
                self.set_of(aim?, value, judgement, scope)
            }
            Remedy::Add(target, value) => {
                let aim = self.judges(judgement, &target.span).and_then(|()| self.several(target, scope));
                faults.extend(self.take_faults(Part::FixTarget(number)));
                let slot = aim?;
                let value = self.made(value, &[Target { slot, part: false }], judged(judgement), scope)?;
                Some(Action::Add(slot, value))
            }
        }
    }

    /// Whether the sentence is one whose faults a rule can mend: it judges objects, or values, under check.
    fn judges(&mut self, judgement: &Judgement, span: &Span) -> Checked<()> {
        let classes = match judgement {
            Judgement::Objects { classes, .. } | Judgement::Values { classes, .. } => classes,
            Judgement::Unique { .. } | Judgement::Acyclic { .. } | Judgement::Count { .. } => {
                return self.fault(
                    "fix-choice",
                    span,
                    "several objects share this fault, and a rule cannot choose which of them to change"
                        .to_owned(),
                    "of which object?",
                    Some("leave the fix out, and say in `help` what to look at".to_owned()),
                );
            }
        };
        if self.plan.tests_of(classes).all(|test| test.source == 0) {
            return Some(());
        }
        self.fault(
            "fix-source",
            span,
            "only the directory under check is mended".to_owned(),
            "changes another source",
            Some("leave the fix out".to_owned()),
        )
    }

    fn set(&mut self, value: &At<syntax::Operand>, judgement: &Judgement, scope: Scope) -> Checked<Action> {
        self.judges(judgement, &value.span)?;
        let targets = self.changed(judgement, true, &value.span)?;
        self.made(value, &targets, judged(judgement), scope).map(Action::Set)
    }

    fn remove(
        &mut self,
        values: &At<syntax::Operand>,
        judgement: &Judgement,
        scope: Scope,
    ) -> Checked<Action> {
        self.judges(judgement, &values.span)?;
        let operand = self.operand(values, scope)?;
        if is_it(&operand) {
            self.changed(judgement, false, &values.span)?;
            return Some(Action::RemoveIt(operand));
        }
        if matches!(operand.kind, OperandKind::Path { .. } | OperandKind::Selection(..))
            && own(&operand, false).is_some()
        {
            return Some(Action::Remove(operand));
        }
        self.fault(
            "fix-target",
            &values.span,
            "only values of the object itself can be removed".to_owned(),
            "no values of the object",
            Some("write `remove: it`, an attribute, or `(ATTRIBUTE where ..)`".to_owned()),
        )
    }

    /// The attributes whose values the sentence judges.
    fn changed(&mut self, judgement: &Judgement, parts: bool, span: &Span) -> Checked<Vec<Target>> {
        let Judgement::Values { keys, .. } = judgement else {
            return self.fault(
                "rule-no-it",
                span,
                "the sentence is about objects, so there is no value to change".to_owned(),
                "of which attribute?",
                Some("name it: `set: { mail: .. }`, or say `each ATTRIBUTE of ..`".to_owned()),
            );
        };
        let targets: Option<Vec<Target>> = keys.iter().map(|key| own(key, parts)).collect();
        let Some(targets) = targets else {
            return self.fault(
                "fix-target",
                span,
                "what the sentence judges is made by the rule, so it cannot be changed".to_owned(),
                "stands nowhere in the object",
                Some("name the attribute that is to be changed: `set: { mail: .. }`".to_owned()),
            );
        };
        Some(targets)
    }

    /// What is changed: one attribute, or a selection of its values.
    fn aim(&mut self, target: &At<syntax::Operand>, scope: Scope) -> Checked<(Target, Operand)> {
        let operand = self.operand(target, Scope { it: None, ..scope })?;
        let found = own(&operand, false);
        match (&operand.kind, found) {
            (OperandKind::Selection(..), Some(found)) => Some((found, operand)),
            (OperandKind::Path { options: None, .. }, Some(found)) => {
                let attribute = self.plan.attributes.get(usize::from(found.slot.0))?;
                if attribute.single {
                    return Some((found, operand));
                }
                let name = attribute.name.clone();
                self.fault(
                    "fix-several",
                    &target.span,
                    format!("`{name}` may have several values"),
                    "which of them?",
                    Some(format!("write `({name} where ..)`, or `add` for one more")),
                )
            }
            _ => self.no_attribute(&target.span),
        }
    }

    fn no_attribute<T>(&mut self, span: &Span) -> Checked<T> {
        self.fault(
            "fix-target",
            span,
            "only an attribute of the object itself can be changed".to_owned(),
            "no attribute of the object",
            Some("write `ATTRIBUTE: ..` or `(ATTRIBUTE where ..): ..`".to_owned()),
        )
    }

    fn set_of(
        &mut self,
        (target, operand): (Target, Operand),
        value: &At<syntax::Operand>,
        judgement: &Judgement,
        scope: Scope,
    ) -> Checked<Action> {
        if matches!(operand.kind, OperandKind::Selection(..)) {
            let inner = Scope { it: Some(operand.reads), ..scope };
            let value = self.made(value, &[target], std::slice::from_ref(&operand), inner)?;
            return Some(Action::SetEach(operand, value));
        }
        let value = self.made(value, &[target], judged(judgement), scope)?;
        Some(Action::SetAttribute(target.slot, value))
    }

    /// An attribute to which a value can be added.
    fn several(&mut self, target: &At<syntax::Operand>, scope: Scope) -> Checked<Slot> {
        let operand = self.operand(target, Scope { it: None, ..scope })?;
        let found =
            own(&operand, false).filter(|_| matches!(operand.kind, OperandKind::Path { options: None, .. }));
        let Some(Target { slot, .. }) = found else { return self.no_attribute(&target.span) };
        let attribute = self.plan.attributes.get(usize::from(slot.0))?;
        if !attribute.single {
            return Some(slot);
        }
        let name = attribute.name.clone();
        self.fault(
            "fix-single",
            &target.span,
            format!("`{name}` holds at most one value, so none can be added"),
            "one value at most",
            Some(format!("write `set: {{ {name}: .. }}`")),
        )
    }

    /// What a value becomes: of the type of each attribute that it is written to, and made of no secret. `its` are what `it`
    /// may be.
    fn made(
        &mut self,
        value: &At<syntax::Operand>,
        targets: &[Target],
        its: &[Operand],
        scope: Scope,
    ) -> Checked<Operand> {
        let operand = self.operand(value, scope)?;
        let source = self.secret_in(&operand, its);
        let secret = source.or_else(|| targets.iter().find_map(|target| self.secret_slot(target.slot)));
        if let Some(name) = secret {
            return self.fault(
                "fix-secret",
                &value.span,
                format!("`{name}` is secret: nothing is made of it, and nothing is written to it"),
                "speaks of a secret",
                Some("a secret can only be removed".to_owned()),
            );
        }
        for target in targets {
            let Some(attribute) = self.plan.attributes.get(usize::from(target.slot.0)) else { continue };
            let (name, kind) = (attribute.name.clone(), attribute.kind);
            let kind = if target.part { Type::Text } else { kind };
            self.fits(&operand, &name, kind, &value.span)?;
        }
        Some(operand)
    }

    fn fits(&mut self, operand: &Operand, name: &str, kind: Type, span: &Span) -> Checked<()> {
        if operand.reads == Reads::As(kind) {
            return Some(());
        }
        if let OperandKind::Texts(texts) = &operand.kind {
            return texts.iter().try_for_each(|text| self.reads_as(text, kind, span));
        }
        let given = match operand.reads {
            Reads::As(given) => given.name(),
            Reads::Duration => "duration",
        };
        self.fault(
            "rule-type",
            span,
            format!("`{name}` is of type `{}`, this of type `{given}`", kind.name()),
            "of another type",
            matches!(operand.kind, OperandKind::Numbers(_))
                .then(|| "a text has quotes of its own: `set: '\"5\"'`".to_owned()),
        )
    }

    fn secret_slot(&self, slot: Slot) -> Option<String> {
        let attribute = self.plan.attributes.get(usize::from(slot.0))?;
        attribute.secret.then(|| attribute.name.clone())
    }

    /// A secret among the attributes that an operand is made of.
    fn secret_in(&self, operand: &Operand, its: &[Operand]) -> Option<String> {
        match &operand.kind {
            OperandKind::Path { field: Some(Field::Slot(slot)), .. } => self.secret_slot(*slot),
            OperandKind::Path { root: Root::It, .. } => its.iter().find_map(|it| self.secret_in(it, &[])),
            OperandKind::Selection(inner, _) => self.secret_in(inner, its),
            OperandKind::Call(_, arguments) => {
                arguments.iter().find_map(|argument| self.secret_in(argument, its))
            }
            _ => None,
        }
    }
}

/// What a sentence about values judges.
fn judged(judgement: &Judgement) -> &[Operand] {
    match judgement {
        Judgement::Values { keys, .. } => keys,
        _ => &[],
    }
}

/// Whether an operand is the innermost value, or that value on a condition.
fn is_it(operand: &Operand) -> bool {
    match &operand.kind {
        OperandKind::Path { root: Root::It, field: None, .. } => true,
        OperandKind::Selection(inner, _) => is_it(inner),
        _ => false,
    }
}

/// The attribute of the object at hand that an operand gives values of; with `parts`, only if each is the value itself or
/// a part of it, so that something else can be put in its place.
fn own(operand: &Operand, parts: bool) -> Option<Target> {
    match &operand.kind {
        OperandKind::Path { root: Root::Here, references, field: Some(Field::Slot(slot)), .. } => {
            references.is_empty().then_some(Target { slot: *slot, part: false })
        }
        OperandKind::Selection(inner, _) => own(inner, parts),
        OperandKind::Call(function, arguments) => {
            use crate::language::function::{Function, Takes};
            let of_one = match function {
                Function::First | Function::Distinct => true,
                _ => function.cuts() || (!parts && function.signature().takes == Takes::EachText),
            };
            let target = own(arguments.first().filter(|_| of_one)?, parts)?;
            Some(Target { part: target.part || function.cuts(), ..target })
        }
        _ => None,
    }
}
