//! The parts of a rule that could be left out, and the rule would still be one: alternatives, conditions that are asked for
//! together, and whole filters. What they are worth is found out by leaving them out.

use super::build::{children, span};
use super::{Node, Rule, parse};
use crate::language::syntax::Span;

/// A part of a rule that decides something, or should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its place in the text of the rule.
    pub span: Span,
    /// The rule without it. It need not be one: where a sentence asks for a predicate, the first one has no operand.
    pub without: String,
}

/// The branches of a rule in the order of its text, a whole before its parts; none of a text that is no rule.
#[must_use]
pub fn branches(text: &str) -> Vec<Branch> {
    let mut found = Vec::new();
    if let Ok(node) = parse(Rule::rule, text) {
        collect(node, text, &mut found);
    }
    found.sort_by_key(|branch| (branch.span.start, std::cmp::Reverse(branch.span.end)));
    found
}

fn collect(node: Node<'_>, text: &str, found: &mut Vec<Branch>) {
    let mut add = |span: Span, cut: Span| {
        let head = text.get(..cut.start).unwrap_or_default();
        let without = format!("{head} {}", text.get(cut.end..).unwrap_or_default());
        found.push(Branch { span, without });
    };
    match node.as_rule() {
        Rule::condition | Rule::conjunction => {
            let parts: Vec<Span> = children(node.clone()).map(|part| span(&part)).collect();
            for (number, part) in parts.iter().enumerate().filter(|_| parts.len() > 1) {
                let before = number.checked_sub(1).and_then(|before| parts.get(before));
                let cut = match (before, parts.get(number + 1)) {
                    (Some(before), _) => before.end..part.end,
                    (None, Some(next)) => part.start..next.start,
                    (None, None) => continue,
                };
                add(part.clone(), cut);
            }
        }
        // the parts of several conditions are left out one by one
        Rule::filter | Rule::nested if is_single(&node) => {
            for condition in children(node.clone()) {
                add(span(&condition), span(&node));
            }
        }
        _ => {}
    }
    for child in node.into_inner() {
        collect(child, text, found);
    }
}

/// Whether a filter is one condition without `and` and `or`.
fn is_single(node: &Node<'_>) -> bool {
    let mut parts: Vec<Node<'_>> = children(node.clone()).collect();
    while let [only] = parts.as_slice() {
        if !matches!(only.as_rule(), Rule::condition | Rule::conjunction) {
            return true;
        }
        parts = children(only.clone()).collect();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::branches;

    fn of(text: &str) -> Vec<(&str, String)> {
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found = branches(text).into_iter();
        found.map(|branch| (text.get(branch.span).unwrap(), words(branch.without))).collect()
    }

    #[test]
    fn alternatives_conditions_and_filters_are_branches() {
        assert_eq!(
            of("no user where mail = \"a\" or has c and not filtered"),
            [
                ("mail = \"a\"", "no user where has c and not filtered".to_owned()),
                ("has c and not filtered", "no user where mail = \"a\"".to_owned()),
                ("has c", "no user where mail = \"a\" or not filtered".to_owned()),
                ("not filtered", "no user where mail = \"a\" or has c".to_owned()),
            ]
        );
        assert_eq!(
            of("each user where has mail must have exactly 1 cn where it = \"x\""),
            [
                ("has mail", "each user must have exactly 1 cn where it = \"x\"".to_owned()),
                ("it = \"x\"", "each user where has mail must have exactly 1 cn".to_owned()),
            ]
        );
        assert_eq!(of("only user may have mail"), []);
        assert_eq!(of("no rule at all"), []);
    }
}
