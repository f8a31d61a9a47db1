//! Text to syntax tree, by `grammar/rule.pest`.

mod branches;
mod build;
mod limits;
mod message;
mod operand;
mod predicate;
mod template;

use pest::Parser;
use pest::iterators::Pair;

use super::fault::Fault;
use super::syntax::{At, Condition, Operand, Pattern, Sentence};

pub use branches::{Branch, branches};
pub use template::parse_template;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/rule.pest"]
struct Grammar;

type Node<'i> = Pair<'i, Rule>;

/// Reads a rule.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_sentence(text: &str) -> Result<At<Sentence>, Box<Fault>> {
    let node = parse(Rule::rule, text)?;
    let span = build::span(&node);
    Ok(At { node: build::sentence(node).ok_or_else(|| message::lost(text))?, span })
}

/// Reads a condition that a pack defines.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_condition(text: &str) -> Result<Condition, Box<Fault>> {
    let node = parse(Rule::condition_only, text)?;
    build::first(node).and_then(build::condition).ok_or_else(|| message::lost(text))
}

/// Reads an operand, such as a message has in braces.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_operand(text: &str) -> Result<At<Operand>, Box<Fault>> {
    let node = parse(Rule::operand_only, text)?;
    build::first(node).and_then(operand::operand).ok_or_else(|| message::lost(text))
}

/// Reads a regular expression between slashes.
///
/// # Errors
/// What is wrong with the text, at its place.
pub fn parse_pattern(text: &str) -> Result<At<Pattern>, Box<Fault>> {
    let node = parse(Rule::pattern_only, text)?;
    let regex = build::first(node).ok_or_else(|| message::lost(text))?;
    predicate::pattern(&regex).ok_or_else(|| message::lost(text))
}

fn parse<'i>(entry: Rule, text: &'i str) -> Result<Node<'i>, Box<Fault>> {
    limits::check(text)?;
    let mut nodes = Grammar::parse(entry, text).map_err(|error| message::fault(text, entry, &error))?;
    let node = nodes.next().ok_or_else(|| message::lost(text))?;
    limits::check_flags(&node)?;
    limits::check_values(&node)?;
    Ok(node)
}

#[cfg(test)]
mod tests;
