//! Nodes of the grammar to sentences and conditions. What the grammar has accepted always builds; `None` would be a
//! disagreement between the two.

use super::operand::{attribute, class, key, operand};
use super::predicate::{Reading, amount, predicate};
use super::{Node, Rule};
use crate::language::syntax::{At, Attribute, Class, Condition, Key, Operand, Sentence, Span, Subject};

/// The place of a node, without the white space that the grammar took along.
pub(super) fn span(node: &Node<'_>) -> Span {
    let start = node.as_span().start();
    start..start + node.as_str().trim_end().len()
}

/// The first child that says something.
pub(super) fn first(node: Node<'_>) -> Option<Node<'_>> {
    node.into_inner().find(says)
}

/// Keywords and punctuation only lead through the text.
pub(super) fn says(node: &Node<'_>) -> bool {
    !matches!(
        node.as_rule(),
        Rule::EOI
            | Rule::colon
            | Rule::comma
            | Rule::open
            | Rule::close
            | Rule::must
            | Rule::kw_each
            | Rule::kw_only
            | Rule::kw_unique
            | Rule::kw_acyclic
            | Rule::kw_must
            | Rule::kw_may
            | Rule::kw_of
            | Rule::kw_across
            | Rule::kw_where
            | Rule::kw_within
            | Rule::kw_and
            | Rule::kw_or
            | Rule::kw_in
            | Rule::kw_be
            | Rule::kw_have
            | Rule::kw_match
            | Rule::kw_refer_to
            | Rule::kw_equal
            | Rule::kw_any
            | Rule::kw_flag
            | Rule::kw_at_most
            | Rule::kw_at_least
            | Rule::kw_exactly
            | Rule::kw_to
            | Rule::kw_does
    )
}

pub(super) fn children(node: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    node.into_inner().filter(says)
}

/// The parts of a sentence, by what they are.
#[derive(Default)]
struct Parts {
    subject: Option<Subject>,
    classes: Vec<At<Class>>,
    attributes: Vec<At<Attribute>>,
    keys: Vec<At<Key>>,
    within: Option<At<Key>>,
    filter: Option<Condition>,
    condition: Option<Condition>,
    amount: Option<crate::language::syntax::Amount>,
    exact: bool,
}

pub(super) fn sentence(node: Node<'_>) -> Option<Sentence> {
    let node = first(node)?;
    let kind = node.as_rule();
    let mut parts = Parts::default();
    for part in children(node) {
        take(&mut parts, part)?;
    }
    let Parts { subject, classes, attributes, keys, within, filter, condition, amount, exact } = parts;
    Some(match kind {
        Rule::each => Sentence::Each { subject: subject?, filter, must: condition? },
        Rule::none => Sentence::No { subject: subject?, filter },
        Rule::only => Sentence::Only { classes, attributes, filter },
        Rule::unique => Sentence::Unique { exact, keys, classes, filter, within },
        Rule::acyclic => Sentence::Acyclic { attribute: attributes.into_iter().next()?, classes, filter },
        Rule::tally => Sentence::Count { amount: amount?, classes, filter },
        _ => return None,
    })
}

fn take(parts: &mut Parts, part: Node<'_>) -> Option<()> {
    match part.as_rule() {
        Rule::subject => parts.subject = Some(subject(part)?),
        Rule::classes => parts.classes = classes(part)?,
        Rule::attributes => {
            parts.attributes = children(part).map(|node| attribute(&node)).collect::<Option<_>>()?
        }
        Rule::attribute => parts.attributes.push(attribute(&part)?),
        Rule::keys => parts.keys = keys(part)?,
        Rule::within => parts.within = Some(key(first(part)?)?),
        Rule::filter => parts.filter = Some(condition(first(part)?)?),
        Rule::condition => parts.condition = Some(condition(part)?),
        Rule::at_most | Rule::at_least => parts.amount = Some(amount(part)?),
        Rule::kw_exact => parts.exact = true,
        Rule::kw_no => {}
        _ => return None,
    }
    Some(())
}

fn subject(node: Node<'_>) -> Option<Subject> {
    let node = first(node)?;
    if node.as_rule() == Rule::classes {
        return classes(node).map(Subject::Objects);
    }
    let mut parts = children(node);
    Some(Subject::Values { keys: keys(parts.next()?)?, classes: classes(parts.next()?)? })
}

pub(super) fn classes(node: Node<'_>) -> Option<Vec<At<Class>>> {
    children(node).map(|node| class(&node)).collect()
}

pub(super) fn keys(node: Node<'_>) -> Option<Vec<At<Key>>> {
    children(node).map(key).collect()
}

pub(super) fn condition(node: Node<'_>) -> Option<Condition> {
    match node.as_rule() {
        Rule::condition => joined(node, Condition::Or),
        Rule::conjunction => joined(node, Condition::And),
        Rule::negation => {
            let mut parts = children(node);
            let head = parts.next()?;
            if head.as_rule() == Rule::kw_not {
                return Some(Condition::Not(Box::new(condition(parts.next()?)?)));
            }
            condition(head)
        }
        Rule::term | Rule::group => condition(first(node)?),
        Rule::comparison => {
            let whole = span(&node);
            let mut parts = children(node);
            let left = operand(parts.next()?)?;
            test(Some(left), parts.next()?, whole)
        }
        Rule::predicate => {
            let whole = span(&node);
            test(None, node, whole)
        }
        Rule::name => Some(Condition::Named(At { node: node.as_str().to_owned(), span: span(&node) })),
        _ => None,
    }
}

fn joined(node: Node<'_>, join: fn(Vec<Condition>) -> Condition) -> Option<Condition> {
    let mut parts: Vec<Condition> = children(node).map(condition).collect::<Option<_>>()?;
    if parts.len() == 1 { parts.pop() } else { Some(join(parts)) }
}

/// A predicate with or without its operand; `not` in it is taken in front of it.
fn test(left: Option<At<Operand>>, node: Node<'_>, whole: Span) -> Option<Condition> {
    let (negated, reading) = predicate(node)?;
    let condition = match (left, reading) {
        (operand, Reading::Predicate(predicate)) => Condition::Test { operand, predicate, span: whole },
        (None, Reading::IsSet(name)) => Condition::IsSet(name),
        (Some(_), Reading::IsSet(_)) => return None,
    };
    Some(if negated { Condition::Not(Box::new(condition)) } else { condition })
}
