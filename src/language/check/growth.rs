//! Sentences that take more than a few steps for each value that is read. Two loops inside each other, each over as many things
//! as a directory may hold, are no longer linear in what was exported: 100,000 times 100,000 steps end on no day.
//!
//! Only references with several values (`member`, `memberOf`) count as many. Of other attributes Active Directory keeps about
//! 1,200 values for all of an object together, while links have no limit (TechNet Wiki, "Active Directory: Non-Linked
//! Multi-Valued Attribute Size Limits").

use crate::language::fault::Fault;
use crate::language::function::{Function, Takes};
use crate::language::symbols::Symbols;
use crate::language::syntax::{
    Amount, At, Attribute, Condition, Figure, Key, Operand, Path, Predicate, Root, Sentence, Span, Subject,
};
use crate::snapshot::value::Type;

/// What is slow about a sentence; nothing about most.
pub(super) fn slow(sentence: &Sentence, symbols: &Symbols) -> Vec<Fault> {
    let mut growth = Growth { symbols, found: Vec::new(), naming: Vec::new() };
    growth.sentence(sentence);
    growth.found
}

struct Growth<'s> {
    symbols: &'s Symbols,
    found: Vec<Fault>,
    /// Conditions of packs that are looked through, outermost first.
    naming: Vec<&'s str>,
}

/// Where something stands.
#[derive(Clone, Copy)]
struct Inside<'i> {
    /// The values around it that are gone through, if they are many.
    values: Option<&'i str>,
    /// Names mean another object than the one that the sentence is about, and many may lead to it.
    elsewhere: bool,
    /// The name of a condition that stands for it in the sentence.
    named: Option<&'i Span>,
    /// Where it holds, nothing is at fault.
    right: bool,
}

/// What is gone through to have the values of an operand.
#[derive(Debug, Clone, Default)]
struct Steps {
    /// Attributes with many values.
    many: Vec<String>,
    /// They are those of another object, to which many may lead.
    elsewhere: bool,
}

impl<'s> Growth<'s> {
    fn sentence(&mut self, sentence: &'s Sentence) {
        let object = Inside { values: None, elsewhere: false, named: None, right: false };
        match sentence {
            Sentence::Each { subject, filter, must } => {
                let values = self.subject(subject, object);
                let inside = Inside { values: values.as_deref(), ..object };
                filter.iter().for_each(|condition| self.condition(condition, inside));
                self.condition(must, Inside { right: true, ..inside });
            }
            Sentence::No { subject, filter } => {
                let values = self.subject(subject, object);
                let inside = Inside { values: values.as_deref(), ..object };
                filter.iter().for_each(|condition| self.condition(condition, inside));
            }
            Sentence::Only { attributes, filter, .. } => {
                let many = attributes.iter().find(|attribute| self.is_many(&attribute.node.name));
                let inside = Inside { values: many.map(|attribute| attribute.node.name.as_str()), ..object };
                filter.iter().for_each(|condition| self.condition(condition, inside));
            }
            Sentence::Unique { keys, filter, within, .. } => {
                self.keys(keys, object);
                for key in keys.iter().chain(within) {
                    self.key(key, object);
                }
                filter.iter().for_each(|condition| self.condition(condition, object));
            }
            Sentence::Acyclic { filter, .. } | Sentence::Count { filter, .. } => {
                filter.iter().for_each(|condition| self.condition(condition, object));
            }
        }
    }

    /// The values that a sentence judges one by one, if they are many.
    fn subject(&mut self, subject: &'s Subject, object: Inside<'_>) -> Option<String> {
        let Subject::Values { keys, .. } = subject else { return None };
        let steps: Vec<Steps> = keys.iter().map(|key| self.key(key, object)).collect();
        steps.into_iter().find_map(|steps| steps.many.into_iter().next())
    }

    /// Keys that are compared between objects: what two share is looked for among all of each.
    fn keys(&mut self, keys: &'s [At<Key>], inside: Inside<'_>) {
        for key in keys {
            let many = self.steps_of_key(&key.node, inside).many;
            if let Some(many) = many.first() {
                let message =
                    format!("each value of `{many}` that two objects share is looked for among all of both");
                let help = "two groups with 100,000 members in common take 10,000,000,000 steps; ask from the other side instead, as with `memberOf` of the members";
                self.report(&key.span, inside, (message, "shared by many", help));
            }
        }
    }

    fn condition(&mut self, condition: &'s Condition, inside: Inside<'_>) {
        match condition {
            Condition::Or(parts) | Condition::And(parts) => {
                parts.iter().for_each(|part| self.condition(part, inside));
            }
            Condition::Not(inner) => self.condition(inner, Inside { right: !inside.right, ..inside }),
            Condition::Test { operand, predicate, span } => {
                self.test(operand.as_ref(), predicate, span, inside);
            }
            Condition::Named(name) => self.named(name, inside),
            Condition::IsSet(_) => {}
        }
    }

    /// A condition of a pack, as if it stood in place of its name.
    fn named(&mut self, name: &'s At<String>, inside: Inside<'_>) {
        let symbols = self.symbols;
        let Some(condition) = symbols.conditions.get(&name.node) else { return };
        if self.naming.contains(&name.node.as_str()) {
            return;
        }
        self.naming.push(&name.node);
        self.condition(condition, Inside { named: inside.named.or(Some(&name.span)), ..inside });
        self.naming.pop();
    }

    fn test(
        &mut self,
        operand: Option<&'s At<Operand>>,
        predicate: &'s Predicate,
        span: &Span,
        inside: Inside<'_>,
    ) {
        let left = operand.map(|operand| self.operand(operand, inside)).unwrap_or_default();
        let first = left.many.first().map(String::as_str);
        let within = Inside { values: inside.values.or(first), ..inside };
        match predicate {
            Predicate::Be(name) if self.symbols.conditions.contains_key(&name.node) => {
                self.named(name, within);
            }
            Predicate::Be(_) | Predicate::Flag(_) | Predicate::Match(_) => {}
            Predicate::Have { amount, key, filter } => {
                // a look at the first values tells
                if filter.is_none() && is_told_by_few(amount) {
                    return;
                }
                let elsewhere = inside.elsewhere || operand.is_some();
                let many = self.key(key, Inside { elsewhere, ..inside }).many;
                let counted = many.first().map(String::as_str);
                let inside = Inside { values: inside.values.or(counted), ..inside };
                filter.iter().for_each(|filter| self.condition(filter, inside));
            }
            // both sides are put in order once
            Predicate::Compare { comparator, operand: right, .. } if comparator.is_equality() => {
                self.operand(right, inside);
            }
            Predicate::In { operand: right, .. } => drop(self.operand(right, inside)),
            Predicate::Under(right)
            | Predicate::Compare { operand: right, .. }
            | Predicate::Text { operand: right, .. } => drop(self.operand(right, within)),
            Predicate::ReferTo { filter, .. } => {
                let there = Inside { elsewhere: true, ..within };
                filter.iter().for_each(|filter| self.condition(filter, there));
            }
            Predicate::EqualAny { keys, filter, .. } => {
                // that nobody has a value is told once for all; who has it is looked for among all that they have
                if !inside.right || filter.is_some() {
                    self.keys(keys, inside);
                }
                let Some(filter) = filter.as_deref() else { return };
                let is_few = keys.iter().all(|key| self.identifies(&key.node));
                if !is_few && self.waits(filter, &mut Vec::new()) {
                    let message =
                        "whoever holds a value is compared with everyone else who holds it, one by one"
                            .to_owned();
                    let help = "10,000 objects with one value take 100,000,000 steps, since the condition speaks of `self`, or of further objects: leave that out, or ask for a value that few share; `unique .. within ..` compares only those who share a second one";
                    self.report(span, inside, (message, "everyone with everyone", help));
                }
                self.condition(filter, Inside { elsewhere: true, ..within });
            }
        }
    }

    /// Whether hardly anybody holds the same key.
    fn identifies(&self, key: &Key) -> bool {
        let path = |path: &Path| {
            path.steps.last().is_some_and(|step| {
                let known = self.symbols.attribute(&step.node.name);
                let named = step.node.name.eq_ignore_ascii_case("dn");
                named
                    || known
                        .is_some_and(|known| known.identifies || matches!(known.kind, Type::Guid | Type::Sid))
            })
        };
        match key {
            Key::Path(at) => path(at),
            Key::Selection(selection) => path(&selection.path.node),
            Key::Call(call) => {
                let keeps = Function::from_name(&call.function.node).is_some_and(Function::keeps_apart);
                let of = |argument: &At<Operand>| matches!(&argument.node, Operand::Key(key) if self.identifies(key));
                keeps && call.arguments.iter().any(of)
            }
        }
    }

    /// Whether a condition about those who hold a key is known only when somebody asks for them. Conditions of packs that look
    /// further objects up hold for few, and are not counted.
    fn waits(&self, condition: &'s Condition, named: &mut Vec<&'s str>) -> bool {
        match condition {
            Condition::Or(parts) | Condition::And(parts) => parts.iter().any(|part| self.waits(part, named)),
            Condition::Not(inner) => self.waits(inner, named),
            Condition::Named(name) => {
                if named.contains(&name.node.as_str()) {
                    return false;
                }
                named.push(&name.node);
                let symbols = self.symbols;
                let waits = symbols.conditions.get(&name.node).is_some_and(|inner| self.waits(inner, named));
                named.pop();
                waits
            }
            Condition::IsSet(_) => false,
            Condition::Test { operand, predicate, .. } => {
                let is_written = named.is_empty();
                let away = |operand: &At<Operand>| operand_leads_away(&operand.node, is_written);
                operand.as_ref().is_some_and(away)
                    || match predicate {
                        Predicate::ReferTo { filter, .. } | Predicate::EqualAny { filter, .. } => {
                            is_written || filter.as_deref().is_some_and(|filter| self.waits(filter, named))
                        }
                        Predicate::Compare { operand, .. }
                        | Predicate::In { operand, .. }
                        | Predicate::Under(operand)
                        | Predicate::Text { operand, .. } => away(operand),
                        Predicate::Have { key, filter, .. } => {
                            leads_away(&key.node, is_written)
                                || filter.as_deref().is_some_and(|filter| self.waits(filter, named))
                        }
                        Predicate::Be(_) | Predicate::Flag(_) | Predicate::Match(_) => false,
                    }
            }
        }
    }

    /// What is gone through for an operand; reported if something is gone through around it already.
    fn operand(&mut self, operand: &'s At<Operand>, inside: Inside<'_>) -> Steps {
        match &operand.node {
            Operand::Key(key) => self.key_at(key, &operand.span, inside),
            _ => Steps::default(),
        }
    }

    fn key(&mut self, key: &'s At<Key>, inside: Inside<'_>) -> Steps {
        self.key_at(&key.node, &key.span, inside)
    }

    fn key_at(&mut self, key: &'s Key, span: &Span, inside: Inside<'_>) -> Steps {
        self.filters(key, inside);
        let steps = self.steps_of_key(key, inside);
        let (outer, inner) = match (inside.values, steps.many.as_slice()) {
            (_, []) => return steps,
            (Some(outer), [inner, ..]) => (Some(outer), inner),
            (None, [outer, inner, ..]) => (Some(outer.as_str()), inner),
            (None, [inner]) => (None, inner),
        };
        if let Some(outer) = outer {
            let message = format!("for each value of `{outer}`, all values of `{inner}` are gone through");
            let help = "an object with 100,000 values takes 10,000,000,000 steps; speak of `it` alone, or ask `it refers to ..`, which looks one object up; or judge the object as a whole";
            self.report(span, inside, (message, "all of them, each time", help));
        } else if steps.elsewhere {
            let message = format!("whoever leads to an object goes through all values of its `{inner}`");
            let help = format!(
                "10,000 objects that lead to one with 10,000 values take 100,000,000 steps; ask from the other side: `each {inner} of ..`"
            );
            self.report(span, inside, (message, "all of them, for everyone", &help));
        }
        steps
    }

    /// The conditions of selections.
    fn filters(&mut self, key: &'s Key, inside: Inside<'_>) {
        match key {
            Key::Path(_) => {}
            Key::Selection(selection) => {
                let many = self.steps_of_path(&selection.path.node, inside).many;
                let values = inside.values.or(many.first().map(String::as_str));
                self.condition(&selection.filter, Inside { values, ..inside });
            }
            Key::Call(call) => {
                for argument in &call.arguments {
                    if let Operand::Key(key) = &argument.node {
                        self.filters(key, inside);
                    }
                }
            }
        }
    }

    fn steps_of_key(&self, key: &Key, inside: Inside<'_>) -> Steps {
        match key {
            Key::Path(path) => self.steps_of_path(path, inside),
            Key::Selection(selection) => self.steps_of_path(&selection.path.node, inside),
            Key::Call(call) => {
                let arguments = call.arguments.iter().filter_map(|argument| match &argument.node {
                    Operand::Key(key) => Some(self.steps_of_key(key, inside)),
                    _ => None,
                });
                let function = Function::from_name(&call.function.node);
                let takes = function.map(|function| function.signature().takes);
                let mut all = Steps::default();
                for steps in arguments {
                    // of all arguments but those of `concat` each is gone through on its own
                    if all.many.is_empty() || takes == Some(Takes::Combination) {
                        all.many.extend(steps.many);
                    }
                    all.elsewhere |= steps.elsewhere;
                }
                if takes == Some(Takes::Reference) && all.many.is_empty() {
                    all.many.push(call.function.node.clone());
                }
                all
            }
        }
    }

    fn steps_of_path(&self, path: &Path, inside: Inside<'_>) -> Steps {
        let steps = match self.nested(&path.steps) {
            Some(before) => path.steps.get(..before).unwrap_or_default(),
            None => &path.steps,
        };
        let is_many = |step: &&At<Attribute>| self.is_many(&step.node.name);
        let many: Vec<String> = steps.iter().filter(is_many).map(|step| step.node.name.clone()).collect();
        // the values of the object itself, and where its references lead, are gone through once
        let own = usize::from(path.root != Root::It);
        let beyond = steps.iter().skip(own).any(|step| self.is_many(&step.node.name));
        let elsewhere = beyond || (inside.elsewhere && path.root == Root::Here);
        Steps { elsewhere: elsewhere && !many.is_empty(), many }
    }

    /// How many steps come before a field of nested JSON, which is known by its whole name.
    fn nested(&self, steps: &[At<Attribute>]) -> Option<usize> {
        (0..steps.len().saturating_sub(1)).find(|first| {
            let names: Vec<&str> = steps.iter().skip(*first).map(|step| step.node.name.as_str()).collect();
            ["/", "."].iter().any(|joint| self.symbols.attribute(&names.join(joint)).is_some())
        })
    }

    fn is_many(&self, name: &str) -> bool {
        self.symbols.attribute(name).is_some_and(|known| known.kind == Type::Dn && !known.single)
    }

    fn report(&mut self, span: &Span, inside: Inside<'_>, (message, label, help): (String, &str, &str)) {
        let span = inside.named.unwrap_or(span).clone();
        if self.found.iter().all(|known| known.span != span) {
            let (label, help) = (label.to_owned(), Some(help.to_owned()));
            self.found.push(Fault { code: "rule-slow", message, label, help, span });
        }
    }
}

/// Whether the first values say whether there are so many.
fn is_told_by_few(amount: &Amount) -> bool {
    let is_few = |figure: &At<Figure>| matches!(figure.node, Figure::Number(number) if number <= 100);
    match amount {
        Amount::None => true,
        Amount::AtMost(figure) | Amount::AtLeast(figure) | Amount::Exactly(figure) => is_few(figure),
        Amount::Between(_, most) => is_few(most),
    }
}

fn operand_leads_away(operand: &Operand, through: bool) -> bool {
    matches!(operand, Operand::Key(key) if leads_away(key, through))
}

/// Whether the values of a key are those of the object that asks, or, if it counts, what references lead to.
fn leads_away(key: &Key, through: bool) -> bool {
    let path = |path: &Path| match path.root {
        Root::Here => through && path.steps.len() > 1,
        Root::It => through && !path.steps.is_empty(),
        Root::Itself => true,
    };
    match key {
        Key::Path(at) => path(at),
        Key::Selection(selection) => path(&selection.path.node),
        Key::Call(call) => call.arguments.iter().any(|argument| operand_leads_away(&argument.node, through)),
    }
}
