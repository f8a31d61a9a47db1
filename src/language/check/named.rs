//! Conditions that packs define, each in place of its name. One that many rules ask is made once.

use std::sync::Arc;

use super::{Checked, Compiler, Scope, own};
use crate::language::format::Format;
use crate::language::plan::Test;
use crate::language::suggest::nearest;
use crate::language::syntax::{At, Condition};
use crate::snapshot::Slot;

/// A condition as it is wherever it is asked in one scope.
#[derive(Debug)]
pub(super) struct Known {
    scope: Scope,
    test: Arc<Test>,
    /// The attributes that it names.
    named: Vec<Slot>,
}

impl Compiler<'_> {
    /// The condition that a name stands for, in place of the name.
    pub(super) fn named(&mut self, name: &At<String>, scope: Scope) -> Checked<Test> {
        let symbols = self.symbols;
        let Some(condition) = symbols.conditions.get(&name.node) else {
            return self.unknown_condition(name);
        };
        let known = self.known.get(&name.node).into_iter().flatten().find(|known| known.scope == scope);
        let test = match known {
            Some(known) => {
                self.named.extend_from_slice(&known.named);
                Arc::clone(&known.test)
            }
            None => self.inlined(name, condition, scope)?,
        };
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
        Some(Test::Named(test, number))
    }

    fn inlined(&mut self, name: &At<String>, condition: &Condition, scope: Scope) -> Checked<Arc<Test>> {
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
        let (faults, obstacles) = (self.faults.len(), self.obstacles.len());
        let (varies, named) = (self.varies, self.named.len());
        self.inlining.push(name.node.clone());
        let test = self.condition(condition, scope);
        self.inlining.pop();
        let inner = self.faults.split_off(faults);
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
        let test = Arc::new(test?);
        if varies == self.varies && obstacles == self.obstacles.len() {
            let named = self.named.get(named..).unwrap_or_default().to_vec();
            let known = Known { scope, test: Arc::clone(&test), named };
            self.known.entry(name.node.clone()).or_default().push(known);
        }
        Some(test)
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
}
