//! Nodes of the grammar to predicates.

use super::build::{children, classes, first, keys, span};
use super::operand::{filter, key, number, operand};
use super::{Node, Rule};
use crate::language::syntax::{Amount, At, Comparator, Condition, Figure, Pattern, Predicate, TextPlace};

/// What stands in the place of a predicate.
pub(super) enum Reading {
    Predicate(Predicate),
    /// `has $name`.
    IsSet(At<String>),
}

/// A predicate, and whether `not` stands in it.
pub(super) fn predicate(node: Node<'_>) -> Option<(bool, Reading)> {
    let mut negated = false;
    for part in children(node) {
        if part.as_rule() == Rule::kw_not {
            negated = true;
            continue;
        }
        let (inner, reading) = read(part)?;
        return Some((negated ^ inner, reading));
    }
    None
}

fn read(node: Node<'_>) -> Option<(bool, Reading)> {
    let predicate = match node.as_rule() {
        Rule::have => return have(node).map(|reading| (false, reading)),
        Rule::be => return be(node).map(|(negated, predicate)| (negated, Reading::Predicate(predicate))),
        Rule::within_list => within_list(node)?,
        Rule::compare => compare(node)?,
        Rule::matches => Predicate::Match(matched(&first(node)?)?),
        Rule::text_test => text_test(node)?,
        Rule::refer => refer(node)?,
        Rule::equal => equal(node)?,
        _ => return None,
    };
    Some((false, Reading::Predicate(predicate)))
}

fn have(node: Node<'_>) -> Option<Reading> {
    let mut many = Amount::AtLeast(At { node: Figure::Number(1), span: span(&node) });
    let mut what = None;
    let mut condition = None;
    for part in children(node) {
        match part.as_rule() {
            Rule::flag => return Some(Reading::Predicate(Predicate::Flag(flag(part)?))),
            Rule::param => return Some(Reading::IsSet(parameter(&part)?)),
            Rule::amount => many = amount(first(part)?)?,
            Rule::key => what = Some(key(part)?),
            Rule::nested => condition = Some(Box::new(filter(part)?)),
            _ => return None,
        }
    }
    Some(Reading::Predicate(Predicate::Have { amount: many, key: what?, filter: condition }))
}

fn flag(node: Node<'_>) -> Option<At<crate::language::syntax::Operand>> {
    let figure = figure(first(node)?)?;
    let node = match figure.node {
        Figure::Number(number) => crate::language::syntax::Operand::Number(number),
        Figure::Parameter(name) => crate::language::syntax::Operand::Parameter(name),
    };
    Some(At { node, span: figure.span })
}

fn parameter(node: &Node<'_>) -> Option<At<String>> {
    Some(At { node: node.as_str().strip_prefix('$')?.to_owned(), span: span(node) })
}

pub(super) fn amount(node: Node<'_>) -> Option<Amount> {
    let kind = node.as_rule();
    let mut figures = children(node).map(figure);
    Some(match kind {
        Rule::kw_no => Amount::None,
        Rule::at_most => Amount::AtMost(figures.next()??),
        Rule::at_least => Amount::AtLeast(figures.next()??),
        Rule::exactly => Amount::Exactly(figures.next()??),
        Rule::range => Amount::Between(figures.next()??, figures.next()??),
        _ => return None,
    })
}

fn figure(node: Node<'_>) -> Option<At<Figure>> {
    let inner = first(node)?;
    let figure = match inner.as_rule() {
        Rule::number => Figure::Number(number(inner.as_str())?),
        Rule::param => Figure::Parameter(inner.as_str().strip_prefix('$')?.to_owned()),
        _ => return None,
    };
    Some(At { node: figure, span: span(&inner) })
}

fn be(node: Node<'_>) -> Option<(bool, Predicate)> {
    let mut negated = false;
    let mut under = false;
    for part in children(node) {
        match part.as_rule() {
            Rule::kw_not => negated = true,
            Rule::kw_under => under = true,
            Rule::operand if under => return Some((negated, Predicate::Under(operand(part)?))),
            Rule::within_list => return Some((negated, within_list(part)?)),
            Rule::compare => return Some((negated, compare(part)?)),
            Rule::name => {
                let name = At { node: part.as_str().to_owned(), span: span(&part) };
                return Some((negated, Predicate::Be(name)));
            }
            _ => return None,
        }
    }
    None
}

fn within_list(node: Node<'_>) -> Option<Predicate> {
    let (exact, mut rest) = exactness(node);
    Some(Predicate::In { exact, operand: operand(rest.pop()?)? })
}

/// Whether `exact` stands among the parts, and the other parts.
fn exactness(node: Node<'_>) -> (bool, Vec<Node<'_>>) {
    let (exact, rest): (Vec<_>, Vec<_>) = children(node).partition(|part| part.as_rule() == Rule::kw_exact);
    (!exact.is_empty(), rest)
}

fn compare(node: Node<'_>) -> Option<Predicate> {
    let (exact, mut rest) = exactness(node);
    let right = operand(rest.pop()?)?;
    let comparator = match rest.pop()?.as_str() {
        "=" => Comparator::Equal,
        "!=" => Comparator::NotEqual,
        "<" => Comparator::Less,
        "<=" => Comparator::AtMost,
        ">" => Comparator::Greater,
        ">=" => Comparator::AtLeast,
        _ => return None,
    };
    Some(Predicate::Compare { comparator, exact, operand: right })
}

/// `/re/i`, or a parameter.
fn matched(node: &Node<'_>) -> Option<At<Pattern>> {
    match node.as_rule() {
        Rule::regex => pattern(node),
        Rule::param => {
            let name = parameter(node)?;
            Some(At { node: Pattern::Parameter(name.node), span: name.span })
        }
        _ => None,
    }
}

pub(super) fn pattern(node: &Node<'_>) -> Option<At<Pattern>> {
    let (body, flags) = node.as_str().strip_prefix('/')?.rsplit_once('/')?;
    let source = body.replace("\\/", "/");
    Some(At { node: Pattern::Regex { source, ignore_case: flags == "i" }, span: span(node) })
}

fn text_test(node: Node<'_>) -> Option<Predicate> {
    let (exact, mut rest) = exactness(node);
    let right = operand(rest.pop()?)?;
    let place = match rest.pop()?.as_rule() {
        Rule::kw_start_with => TextPlace::Start,
        Rule::kw_end_with => TextPlace::End,
        _ => TextPlace::Anywhere,
    };
    Some(Predicate::Text { place, exact, operand: right })
}

fn refer(node: Node<'_>) -> Option<Predicate> {
    let mut parts = children(node);
    let classes = classes(parts.next()?)?;
    Some(Predicate::ReferTo { classes, filter: nested(parts.next())? })
}

/// A condition inside a predicate, if there is one.
fn nested(node: Option<Node<'_>>) -> Option<Option<Box<Condition>>> {
    match node {
        None => Some(None),
        Some(node) => filter(node).map(|condition| Some(Box::new(condition))),
    }
}

fn equal(node: Node<'_>) -> Option<Predicate> {
    let (exact, rest) = exactness(node);
    let inner = rest.into_iter().next()?;
    if inner.as_rule() != Rule::any_of {
        return Some(Predicate::Compare { comparator: Comparator::Equal, exact, operand: operand(inner)? });
    }
    let (exact, rest) = exactness(inner);
    let mut parts = rest.into_iter();
    let (keys, classes) = (keys(parts.next()?)?, classes(parts.next()?)?);
    Some(Predicate::EqualAny { exact, keys, classes, filter: nested(parts.next())? })
}
