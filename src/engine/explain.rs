//! Which values decided, and which characters of them. Only asked for what is at fault, so it may take its time.

use std::ops::Range;

use super::evaluate::{Evaluator, Scene, find};
use super::object::{Answer, Origin, Value};
use super::operand::{append_key, text_of};
use super::world::{Asker, World};
use crate::language::function::Function;
use crate::language::plan::{Comparand, Operand, OperandKind, Test};
use crate::language::syntax::Root;

/// A value that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Where it came from.
    pub(super) origin: Origin,
    /// The bytes of the whole stored value that decided; none if it is the whole.
    pub(super) part: Option<Range<usize>>,
}

impl Evidence {
    /// A value as far as it was made from a part of a stored one.
    pub(super) fn of(value: &Value<'_>) -> Option<Self> {
        let origin = value.origin?;
        let part = origin.part.map(|(start, length)| start as usize..(start + length) as usize);
        Some(Self { origin, part })
    }

    /// A range of the text of a value.
    fn of_part(value: &Value<'_>, range: Range<usize>) -> Option<Self> {
        let mut evidence = Self::of(value)?;
        if let Some(part) = &mut evidence.part {
            *part = part.start + range.start..part.start + range.end;
        }
        Some(evidence)
    }
}

impl<W: World> Evaluator<'_, W> {
    /// Adds the values because of which a condition holds (`want`), or does not.
    pub(super) fn explain(&self, test: &Test, scene: &Scene<'_>, want: bool, found: &mut Vec<Evidence>) {
        let answer = Answer::of(want);
        match test {
            Test::Constant(_) => {}
            Test::And(parts) | Test::Or(parts) => {
                for part in parts.iter().filter(|part| self.test(part, scene) == answer) {
                    self.explain(part, scene, want, found);
                }
            }
            Test::Not(inner) => self.explain(inner, scene, !want, found),
            // that a condition of a pack does not hold (`not filtered`) is no news
            Test::Named(inner, _) if want => self.explain(inner, scene, want, found),
            Test::Named(..) => {}
            Test::Format(operand, format) => self.show_each(operand, scene, |value| {
                let faults = format.faults(&text_of(value));
                if want == faults.is_empty() {
                    found
                        .extend(faults.into_iter().filter_map(|fault| Evidence::of_part(value, fault.range)));
                    if want {
                        found.extend(Evidence::of(value));
                    }
                }
            }),
            Test::Match(operand, regex) | Test::Defined(operand, regex, _) => {
                self.show_each(operand, scene, |value| {
                    let text = text_of(value);
                    let matches = regex.find_iter(&text).map(|found| found.range());
                    if regex.is_match(&text) != want {
                        return;
                    }
                    if want && matches!(test, Test::Match(..)) {
                        let parts = matches.filter(|range| !range.is_empty());
                        found.extend(parts.filter_map(|range| Evidence::of_part(value, range)));
                    }
                    found.extend(Evidence::of(value));
                });
            }
            Test::Have(range, operand, filter) => {
                self.explain_have(operand, filter.as_deref(), range.least, want, scene, found);
            }
            Test::Equal { .. } => self.explain_equal(test, scene, want, found),
            Test::Text { left, place, right, exact } => self.show_each(left, scene, |value| {
                let mut parts = Vec::new();
                self.show_each(right, scene, |wanted| parts.extend(find(value, *place, wanted, *exact)));
                if want == parts.is_empty() {
                    return;
                }
                if want {
                    found.extend(parts.into_iter().filter_map(|range| Evidence::of_part(value, range)));
                } else {
                    found.extend(Evidence::of(value));
                }
            }),
            Test::Order { left, .. } | Test::Under(left, _) | Test::Flag(left, _) => {
                self.show_each(left, scene, |value| {
                    let one = Scene { it: Some(value), ..*scene };
                    if self.decides(test, left, &one, answer) {
                        found.extend(Evidence::of(value));
                    }
                });
            }
            Test::Refer { operand, .. } => self.show_each(operand, scene, |value| {
                if self.decides(test, operand, &scene.with(value), answer) {
                    found.extend(Evidence::of(value));
                }
            }),
            Test::EqualAny { operand, index } => {
                self.explain_equal_any(operand, *index, scene, want, found);
            }
        }
    }

    /// Adds the values because of which a sentence is broken: those of what must be, if there are any, else those of the
    /// filter.
    pub(super) fn explain_fault(
        &self,
        fault: &Test,
        must: bool,
        scene: &Scene<'_>,
        found: &mut Vec<Evidence>,
    ) {
        if let Test::And(parts) = fault
            && let Some(must) = parts.last().filter(|_| must)
        {
            self.explain(must, scene, true, found);
            if !found.is_empty() {
                return;
            }
        }
        self.explain(fault, scene, true, found);
    }

    /// Adds the references of the object at hand that a condition follows: where what decided stands in other objects,
    /// these are what the object itself has to do with it.
    pub(super) fn references(&self, test: &Test, scene: &Scene<'_>, found: &mut Vec<Evidence>) {
        match test {
            Test::And(parts) | Test::Or(parts) => {
                parts.iter().for_each(|part| self.references(part, scene, found));
            }
            Test::Not(inner) => self.references(inner, scene, found),
            Test::Named(inner, _) => self.references(inner, scene, found),
            _ => test.operands().for_each(|operand| self.reference(operand, scene, found)),
        }
    }

    fn reference(&self, operand: &Operand, scene: &Scene<'_>, found: &mut Vec<Evidence>) {
        match &operand.kind {
            OperandKind::Path { root, references, .. } if *root != Root::It => {
                if let Some(first) = references.first() {
                    self.field(scene.here, *first, None, &mut |value| {
                        found.extend(Evidence::of(value));
                        true
                    });
                }
            }
            OperandKind::Selection(inner, _) => self.reference(inner, scene, found),
            OperandKind::Call(Function::Chain, arguments) => {
                for argument in arguments {
                    self.show_each(argument, scene, |value| found.extend(Evidence::of(value)));
                }
            }
            OperandKind::Call(_, arguments) => {
                arguments.iter().for_each(|argument| self.reference(argument, scene, found));
            }
            _ => {}
        }
    }

    /// Whether one value of an operand alone gives the answer. Only told where the value is `it` itself; of several values
    /// that came from elsewhere each is shown.
    fn decides(&self, test: &Test, operand: &Operand, scene: &Scene<'_>, answer: Answer) -> bool {
        let is_it = matches!(&operand.kind, OperandKind::Path { root: Root::It, field: None, .. });
        !is_it || self.test(test, scene) == answer
    }

    fn show_each(&self, operand: &Operand, scene: &Scene<'_>, mut show: impl FnMut(&Value<'_>)) {
        self.values(operand, scene, &mut |value| {
            show(value);
            true
        });
    }

    /// Too many values are all shown; of too few there is nothing to show.
    fn explain_have(
        &self,
        operand: &Operand,
        filter: Option<&Test>,
        least: u64,
        want: bool,
        scene: &Scene<'_>,
        found: &mut Vec<Evidence>,
    ) {
        self.show_each(operand, scene, |value| match filter {
            None => found.extend(Evidence::of(value)),
            Some(filter) => {
                let inner = scene.with(value);
                if self.test(filter, &inner) == Answer::Yes {
                    let before = found.len();
                    self.explain(filter, &inner, true, found);
                    let told =
                        found.iter().skip(before).any(|evidence| Some(evidence.origin) == value.origin);
                    if !told {
                        found.extend(Evidence::of(value));
                    }
                } else if !want && least > 0 {
                    // what does not count is no evidence
                }
            }
        });
    }

    fn explain_equal(&self, test: &Test, scene: &Scene<'_>, want: bool, found: &mut Vec<Evidence>) {
        let Test::Equal { left, right, kind, exact, negated } = test else { return };
        let keys = |operand: &Operand| {
            let mut keys: Vec<Vec<u8>> = Vec::new();
            self.show_each(operand, scene, |value| {
                let mut key = Vec::new();
                append_key(value, *kind, *exact, &mut key);
                keys.push(key);
            });
            keys
        };
        let (left_keys, right_keys) = match right {
            Comparand::Keys(keys) => (Vec::new(), keys.clone()),
            Comparand::Operand(right) => (keys(left), keys(right)),
        };
        let equal = *negated != want;
        let decides = |value: &Value<'_>, others: &[Vec<u8>]| {
            let mut key = Vec::new();
            append_key(value, *kind, *exact, &mut key);
            !equal || others.contains(&key)
        };
        self.show_each(left, scene, |value| {
            let Some(evidence) = Evidence::of(value).filter(|_| decides(value, &right_keys)) else { return };
            if !equal && let Comparand::Operand(right) = right {
                let mut rest = Vec::new();
                self.show_each(right, scene, |other| rest.extend(beyond(&evidence, other)));
                if !rest.is_empty() {
                    found.extend(rest);
                    return;
                }
            }
            found.push(evidence);
        });
        if let Comparand::Operand(right) = right {
            self.show_each(right, scene, |value| {
                found.extend(Evidence::of(value).filter(|_| decides(value, &left_keys)));
            });
        }
    }

    fn explain_equal_any(
        &self,
        operand: &Operand,
        index: usize,
        scene: &Scene<'_>,
        want: bool,
        found: &mut Vec<Evidence>,
    ) {
        let asker = Asker { here: scene.here, itself: scene.itself };
        let filter = self.plan.indexes.get(index).and_then(|index| index.filter.as_ref());
        self.show_each(operand, scene, |value| {
            let mut others = Vec::new();
            let hit = self.world.equals_any(index, asker, value, &mut |object, key| {
                let meant = filter.map_or(Answer::Yes, |filter| {
                    self.test(filter, &Scene { here: object, itself: scene.itself, it: Some(key) })
                });
                if meant == Answer::Yes {
                    others.extend(Evidence::of(key));
                }
                meant
            });
            if hit == Answer::of(want) {
                found.extend(Evidence::of(value));
                found.extend(others);
            }
        });
    }
}

/// What of a value a part of the same value leaves out: `it != trim(it)` points at the spaces.
fn beyond(whole: &Evidence, part: &Value<'_>) -> Vec<Evidence> {
    let (Some(part), Some(range)) = (Evidence::of(part), whole.part.clone()) else { return Vec::new() };
    let same = part.origin.object == whole.origin.object && part.origin.entry == whole.origin.entry;
    let Some(inner) = part.part.filter(|inner| same && *inner != range) else { return Vec::new() };
    [range.start..inner.start, inner.end..range.end]
        .into_iter()
        .filter(|rest| rest.start < rest.end)
        .map(|rest| Evidence { origin: whole.origin, part: Some(rest) })
        .collect()
}
