//! Conditions: `and`, `or`, `not`.

use super::{Checked, Compiler, Scope};
use crate::language::plan::{Range, Test};
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
        self.varies += 1;
        self.tested.insert(name.node.clone());
        self.parameter(&name.node, &name.span)?;
        Some(Test::Constant(self.symbols.parameters.get(&name.node).is_some_and(|known| known.is_set())))
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
