//! Sentences: what a rule judges.

use super::{Checked, Compiler, Scope};
use crate::language::plan::{Index, Judgement, Operand, Range, Reads, Test};
use crate::language::syntax::{self, Amount, At, Class, Condition, Key, Sentence, Subject};
use crate::snapshot::value::Type;

impl Compiler<'_> {
    /// What a sentence judges, and the scope of its message.
    pub(super) fn sentence(&mut self, sentence: &Sentence) -> Checked<(Judgement, Scope)> {
        match sentence {
            Sentence::Each { subject, filter, must } => self.judged(subject, filter.as_ref(), Some(must)),
            Sentence::No { subject, filter } => self.judged(subject, filter.as_ref(), None),
            Sentence::Only { classes, attributes, filter } => self.only(classes, attributes, filter.as_ref()),
            Sentence::Unique { exact, keys, classes, filter, within } => {
                self.unique(*exact, keys, classes, filter.as_ref(), within.as_ref())
            }
            Sentence::Acyclic { attribute, classes, filter } => {
                self.acyclic(attribute, classes, filter.as_ref())
            }
            Sentence::Count { amount, classes, filter } => self.count(amount, classes, filter.as_ref()),
        }
    }

    fn judged(
        &mut self,
        subject: &Subject,
        filter: Option<&Condition>,
        must: Option<&Condition>,
    ) -> Checked<(Judgement, Scope)> {
        let (classes, keys) = match subject {
            Subject::Objects(classes) => (self.classes(classes)?, None),
            Subject::Values { keys, classes } => (self.classes(classes)?, Some(keys)),
        };
        let source = self.plan.source_of(&classes);
        let mut scope = Scope { it: None, here: source, itself: source };
        let keys = match keys {
            Some(keys) => {
                let keys = self.keys(keys, scope)?;
                scope.it = Some(common(&keys));
                Some(keys)
            }
            None => None,
        };
        let fault = self.fault_condition(filter, must, scope)?;
        let judgement = match keys {
            Some(keys) => Judgement::Values { classes, others: false, keys, fault, must: must.is_some() },
            None => Judgement::Objects { classes, fault, must: must.is_some() },
        };
        Some((judgement, scope))
    }

    /// What must not be: the filter, and not what must be.
    fn fault_condition(
        &mut self,
        filter: Option<&Condition>,
        must: Option<&Condition>,
        scope: Scope,
    ) -> Checked<Test> {
        for condition in filter.into_iter().chain(must) {
            self.note_tested(std::slice::from_ref(condition));
        }
        let filter = filter.map(|filter| self.condition(filter, scope));
        let must = must.map(|must| self.condition(must, scope));
        Some(match (filter, must) {
            (Some(filter), Some(must)) => Test::And(vec![filter?, Test::Not(Box::new(must?))]),
            (Some(filter), None) => filter?,
            (None, Some(must)) => Test::Not(Box::new(must?)),
            (None, None) => Test::Constant(true),
        })
    }

    fn keys(&mut self, keys: &[At<Key>], scope: Scope) -> Checked<Vec<Operand>> {
        let keys: Vec<Option<Operand>> =
            keys.iter().map(|key| self.key(&key.node, &key.span, scope)).collect();
        keys.into_iter().collect()
    }

    fn filter(&mut self, filter: Option<&Condition>, scope: Scope) -> Checked<Option<Test>> {
        match filter {
            None => Some(None),
            Some(filter) => {
                self.note_tested(std::slice::from_ref(filter));
                self.condition(filter, scope).map(Some)
            }
        }
    }

    fn only(
        &mut self,
        classes: &[At<Class>],
        attributes: &[At<syntax::Attribute>],
        filter: Option<&Condition>,
    ) -> Checked<(Judgement, Scope)> {
        let set = self.classes(classes)?;
        if self.is_everything(&set)
            && let (Some(first), Some(last)) = (classes.first(), classes.last())
        {
            return self.fault(
                "rule-only-object",
                &(first.span.start..last.span.end),
                "`object` is every object, so nobody else is left".to_owned(),
                "every object",
                Some("name the classes that may".to_owned()),
            );
        }
        let source = self.plan.source_of(&set);
        let mut scope = Scope { it: None, here: source, itself: source };
        let paths: Vec<At<Key>> = attributes
            .iter()
            .map(|attribute| {
                let steps = vec![attribute.clone()];
                let node = Key::Path(syntax::Path { root: syntax::Root::Here, steps });
                At { node, span: attribute.span.clone() }
            })
            .collect();
        let keys = self.keys(&paths, scope)?;
        scope.it = Some(common(&keys));
        let fault = self.filter(filter, scope)?.unwrap_or(Test::Constant(true));
        Some((Judgement::Values { classes: set, others: true, keys, fault, must: false }, scope))
    }

    fn unique(
        &mut self,
        exact: bool,
        keys: &[At<Key>],
        classes: &[At<Class>],
        filter: Option<&Condition>,
        within: Option<&At<Key>>,
    ) -> Checked<(Judgement, Scope)> {
        let (index, scope) = self.index(exact, keys, classes, filter, None)?;
        let object = Scope { it: None, ..scope };
        let within = match within {
            Some(key) => Some(self.key(&key.node, &key.span, object)?),
            None => None,
        };
        let index = self.add_index(Index { within, ..index });
        Some((Judgement::Unique { index }, scope))
    }

    /// Keys of classes. `asker` is how the value that is looked up reads, and the scope that it is looked up from.
    pub(super) fn index(
        &mut self,
        exact: bool,
        keys: &[At<Key>],
        classes: &[At<Class>],
        filter: Option<&Condition>,
        asker: Option<(Reads, Scope)>,
    ) -> Checked<(Index, Scope)> {
        let classes = self.classes(classes)?;
        let source = self.plan.source_of(&classes);
        let itself = asker.map_or(source, |(_, scope)| scope.itself);
        let mut scope = Scope { it: None, here: source, itself };
        let keys = self.keys(keys, scope)?;
        let mut reads: Vec<Reads> = keys.iter().map(|key| key.reads).collect();
        scope.it = Some(common(&keys));
        reads.extend(asker.map(|(reads, _)| reads));
        let filter = self.filter(filter, scope)?;
        let correlated = asker.is_some() && filter.as_ref().is_some_and(super::needs::speaks_of_asker);
        let kind = key_kind(&reads);
        Some((Index { keys, classes, filter, within: None, exact, kind, correlated }, scope))
    }

    /// The number of an index; the same keys are collected once, whoever asks for them.
    pub(super) fn add_index(&mut self, index: Index) -> usize {
        if let Some(known) = self.plan.indexes.iter().position(|known| *known == index) {
            return known;
        }
        self.plan.indexes.push(index);
        self.plan.indexes.len() - 1
    }

    fn acyclic(
        &mut self,
        attribute: &At<syntax::Attribute>,
        classes: &[At<Class>],
        filter: Option<&Condition>,
    ) -> Checked<(Judgement, Scope)> {
        let classes = self.classes(classes)?;
        let source = self.plan.source_of(&classes);
        let scope = Scope { it: None, here: source, itself: source };
        let (reference, reads) = self.field(&attribute.node.name, &attribute.span)?;
        if reads != Reads::As(Type::Dn) {
            return self.fault(
                "rule-no-reference",
                &attribute.span,
                format!("`{}` is no reference to another object", attribute.node.name),
                "cannot be followed",
                Some("only an attribute of type `dn` can run in a circle".to_owned()),
            );
        }
        let filter = self.filter(filter, scope)?.unwrap_or(Test::Constant(true));
        let message = Scope { it: Some(reads), ..scope };
        Some((Judgement::Acyclic { classes, filter, reference }, message))
    }

    fn count(
        &mut self,
        amount: &Amount,
        classes: &[At<Class>],
        filter: Option<&Condition>,
    ) -> Checked<(Judgement, Scope)> {
        let classes = self.classes(classes)?;
        let source = self.plan.source_of(&classes);
        let scope = Scope { it: None, here: source, itself: source };
        let range = self.amount(amount)?;
        let filter = self.filter(filter, scope)?.unwrap_or(Test::Constant(true));
        Some((Judgement::Count { classes, filter, range }, scope))
    }

    /// The numbers that an amount allows.
    pub(super) fn amount(&mut self, amount: &Amount) -> Checked<Range> {
        let (least, most, span) = match amount {
            Amount::None => return Some(Range { least: 0, most: 0 }),
            Amount::AtMost(most) => (0, self.figure(most)?, &most.span),
            Amount::AtLeast(least) => (self.figure(least)?, i64::MAX, &least.span),
            Amount::Exactly(figure) => {
                let exactly = self.figure(figure)?;
                (exactly, exactly, &figure.span)
            }
            Amount::Between(least, most) => (self.figure(least)?, self.figure(most)?, &most.span),
        };
        self.range(least, most, span)
    }
}

/// How the values of several keys are read together: as what they all are, else as text.
fn common(keys: &[Operand]) -> Reads {
    match keys.split_first() {
        Some((first, rest)) if rest.iter().all(|key| key.reads == first.reads) => first.reads,
        _ => Reads::As(Type::Text),
    }
}

/// As what keys compare: as what they all are; a text beside others is read as one of them.
fn key_kind(reads: &[Reads]) -> Type {
    let mut kind = None;
    for read in reads {
        match (read, kind) {
            (Reads::As(Type::Text), _) => {}
            (Reads::As(next), None) => kind = Some(*next),
            (Reads::As(next), Some(known)) if *next == known => {}
            _ => return Type::Text,
        }
    }
    kind.unwrap_or(Type::Text)
}
