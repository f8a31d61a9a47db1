//! Conditions: `and`, `or`, `not`, defined conditions.

use super::{Checked, Compiler, Scope, own};
use crate::language::format::Format;
use crate::language::plan::{Range, Test};
use crate::language::suggest::nearest;
use crate::language::syntax::{At, Condition, Span};

impl Compiler<'_> {
    pub(super) fn condition(&mut self, condition: &Condition, scope: Scope) -> Checked<Test> {
        match condition {
            Condition::Or(parts) => self.all(parts, scope).map(Test::Or),
            Condition::And(parts) => {
                self.note_tested(parts);
                self.all(parts, scope).map(Test::And)
            }
            Condition::Not(inner) => Some(Test::Not(Box::new(self.condition(inner, scope)?))),
            Condition::Test { operand, predicate, span } => {
                self.predicate(operand.as_ref(), predicate, span, scope)
            }
            Condition::Named(name) => self.named(name, scope),
            Condition::IsSet(name) => self.is_set(name),
        }
    }

    fn all(&mut self, parts: &[Condition], scope: Scope) -> Checked<Vec<Test>> {
        let tests: Vec<Option<Test>> = parts.iter().map(|part| self.condition(part, scope)).collect();
        tests.into_iter().collect()
    }

    /// A rule that says `has $name and ..` is evaluated without the parameter; the order of the parts does not matter.
    pub(super) fn note_tested(&mut self, parts: &[Condition]) {
        for part in parts {
            match part {
                Condition::IsSet(name) => {
                    self.tested.insert(name.node.clone());
                }
                Condition::Not(inner) => self.note_tested(std::slice::from_ref(inner)),
                Condition::And(parts) | Condition::Or(parts) => self.note_tested(parts),
                Condition::Test { .. } | Condition::Named(_) => {}
            }
        }
    }

    fn is_set(&mut self, name: &At<String>) -> Checked<Test> {
        self.tested.insert(name.node.clone());
        self.parameter(&name.node, &name.span)?;
        Some(Test::Constant(self.symbols.parameters.get(&name.node).is_some_and(|known| known.is_set())))
    }

    /// The condition that a name stands for, in place of the name.
    pub(super) fn named(&mut self, name: &At<String>, scope: Scope) -> Checked<Test> {
        let symbols = self.symbols;
        let Some(condition) = symbols.conditions.get(&name.node) else {
            return self.unknown_condition(name);
        };
        if let Some(start) = self.inlining.iter().position(|outer| *outer == name.node) {
            let mut circle: Vec<&str> = self.inlining.iter().skip(start).map(String::as_str).collect();
            circle.push(&name.node);
            let circle = circle.join("` → `");
            return self.fault(
                "rule-circle",
                &name.span,
                format!("the condition `{}` is defined by itself", name.node),
                "closes the circle",
                Some(format!("the circle is `{circle}`")),
            );
        }
        let before = self.faults.len();
        self.inlining.push(name.node.clone());
        let test = self.condition(condition, scope);
        self.inlining.pop();
        let inner = self.faults.split_off(before);
        if let Some(first) = inner.into_iter().next() {
            // a circle is told as it is, however many conditions lead to it
            let (code, message) = if first.code == "rule-circle" {
                ("rule-circle", first.message)
            } else {
                let message = format!("the condition `{}` cannot be used here: {}", name.node, first.message);
                ("rule-condition", message)
            };
            return self.fault(code, &name.span, message, "this condition", first.help);
        }
        let test = test?;
        let number = match self.numbers.get(&name.node) {
            Some(known) => Some(*known),
            None if scope.here == scope.itself && own::speaks_of_object_only(&test) => {
                let number = self.plan.numbered;
                self.plan.numbered += 1;
                self.numbers.insert(name.node.clone(), number);
                Some(number)
            }
            None => None,
        };
        Some(Test::Named(Box::new(test), number))
    }

    fn unknown_condition<T>(&mut self, name: &At<String>) -> Checked<T> {
        let symbols = self.symbols;
        let known = symbols.conditions.keys().map(String::as_str);
        let help = if let Some(attribute) = symbols.attribute(&name.node) {
            format!(
                "`{0}` is an attribute: did you mean `has {0}`, or is a predicate missing behind it?",
                attribute.name
            )
        } else if Format::from_name(&name.node).is_some() || symbols.formats.contains_key(&name.node) {
            format!("`{0}` is a format: write `be {0}`", name.node)
        } else if let Some(near) = nearest(&name.node, known) {
            format!("did you mean `{near}`?")
        } else {
            format!("define it in a pack: `define: {{ {}: has mail }}`", name.node)
        };
        self.fault(
            "rule-unknown-condition",
            &name.span,
            format!("unknown condition `{}`", name.node),
            "no pack defines it",
            Some(help),
        )
    }

    /// A range of counts from its bounds.
    pub(super) fn range(&mut self, least: i64, most: i64, span: &Span) -> Checked<Range> {
        match (u64::try_from(least), u64::try_from(most)) {
            (Ok(least), Ok(_)) if most == i64::MAX => Some(Range { least, most: u64::MAX }),
            (Ok(least), Ok(most)) if least <= most => Some(Range { least, most }),
            (Ok(_), Ok(_)) => self.fault(
                "rule-amount",
                span,
                format!("no number is at least {least} and at most {most}"),
                "can never hold",
                Some("write the smaller number first".to_owned()),
            ),
            _ => self.fault("rule-amount", span, "a count is never negative".to_owned(), "below zero", None),
        }
    }
}
