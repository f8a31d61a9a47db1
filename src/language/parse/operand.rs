//! Nodes of the grammar to operands, keys, paths and names.

use super::build::{children, condition, first, span};
use super::{Node, Rule};
use crate::language::syntax::{At, Attribute, Call, Class, Condition, Key, Operand, Path, Root, Selection};

pub(super) fn class(node: &Node<'_>) -> Option<At<Class>> {
    let text = node.as_str();
    let (source, name) = match text.rsplit_once('.') {
        Some((source, name)) => (Some(source.to_owned()), name),
        None => (None, text),
    };
    Some(At { node: Class { source, name: name.to_owned() }, span: span(node) })
}

pub(super) fn attribute(node: &Node<'_>) -> Option<At<Attribute>> {
    let text = node.as_str();
    let attribute = match text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        Some(quoted) => Attribute { name: quoted.to_owned(), options: None },
        None => match text.split_once(';') {
            Some((name, options)) => {
                Attribute { name: name.to_owned(), options: Some(options.to_ascii_lowercase()) }
            }
            None => Attribute { name: text.to_owned(), options: None },
        },
    };
    Some(At { node: attribute, span: span(node) })
}

pub(super) fn key(node: Node<'_>) -> Option<At<Key>> {
    let node = if node.as_rule() == Rule::key { first(node)? } else { node };
    let place = span(&node);
    let key = match node.as_rule() {
        Rule::path => Key::Path(path(node)?),
        Rule::selection => Key::Selection(Box::new(selection(node)?)),
        Rule::call => Key::Call(Box::new(call(node)?)),
        _ => return None,
    };
    Some(At { node: key, span: place })
}

fn path(node: Node<'_>) -> Option<Path> {
    let mut root = Root::Here;
    let mut steps = Vec::new();
    for part in node.into_inner() {
        match part.as_rule() {
            Rule::kw_it => root = Root::It,
            Rule::kw_self => root = Root::Itself,
            Rule::attribute => steps.push(attribute(&part)?),
            _ => return None,
        }
    }
    Some(Path { root, steps })
}

fn selection(node: Node<'_>) -> Option<Selection> {
    let mut parts = children(node);
    let of = parts.next()?;
    let place = span(&of);
    Some(Selection { path: At { node: path(of)?, span: place }, filter: filter(parts.next()?)? })
}

pub(super) fn filter(node: Node<'_>) -> Option<Condition> {
    condition(first(node)?)
}

fn call(node: Node<'_>) -> Option<Call> {
    let mut parts = children(node);
    let function = parts.next()?;
    let function = At { node: function.as_str().to_owned(), span: span(&function) };
    let arguments = parts.map(argument).collect::<Option<_>>()?;
    Some(Call { function, arguments })
}

/// `x where C` in parentheses of a function is short for `(x where C)`.
fn argument(node: Node<'_>) -> Option<At<Operand>> {
    let place = span(&node);
    let mut parts = children(node);
    let value = operand(parts.next()?)?;
    let Some(condition) = parts.next() else { return Some(value) };
    let Operand::Key(Key::Path(path)) = value.node else { return None };
    let selection = Selection { path: At { node: path, span: value.span }, filter: filter(condition)? };
    Some(At { node: Operand::Key(Key::Selection(Box::new(selection))), span: place })
}

pub(super) fn operand(node: Node<'_>) -> Option<At<Operand>> {
    let node = if node.as_rule() == Rule::operand { first(node)? } else { node };
    let place = span(&node);
    let text = node.as_str();
    let operand = match node.as_rule() {
        Rule::string => Operand::Text(unescaped(text)?),
        Rule::number => Operand::Number(number(text)?),
        Rule::boolean => Operand::Boolean(text == "true"),
        Rule::duration => Operand::Duration(duration(node)?),
        Rule::param => Operand::Parameter(text.strip_prefix('$')?.to_owned()),
        Rule::list => Operand::List(children(node).map(operand).collect::<Option<_>>()?),
        Rule::call | Rule::selection | Rule::path => Operand::Key(key(node)?.node),
        _ => return None,
    };
    Some(At { node: operand, span: place })
}

/// Decimal, or hexadecimal of 32 or 64 bits in two's complement: `0x80000002` is also what `groupType` holds.
pub(super) fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let number = match digits.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok()?,
        None => return text.parse().ok(),
    };
    Some(if negative { -number } else { number })
}

pub(super) fn duration(node: Node<'_>) -> Option<i64> {
    let mut parts = node.into_inner();
    let count = number(parts.next()?.as_str())?;
    let unit = parts.next()?;
    let seconds = match unit.as_str().trim_end_matches('s') {
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        "week" => 604_800,
        _ => return None,
    };
    count.checked_mul(seconds)
}

/// The text between the quotes, with its escapes resolved.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut made = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            made.push(character);
            continue;
        }
        match characters.next()? {
            'n' => made.push('\n'),
            't' => made.push('\t'),
            'u' => {
                let digits: String = characters.by_ref().skip(1).take_while(|digit| *digit != '}').collect();
                made.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
            }
            other => made.push(other),
        }
    }
    Some(made)
}
