//! What a path leads to in a nested value.

use super::node::{Kind, NodeId, Tree};
use crate::snapshot::Record;
use crate::snapshot::shape::{Path, Step};

/// A node that a path leads to.
pub(super) type Found = NodeId;

/// Shows every node to which steps lead from a node; `show` says whether to go on. False if it said no.
pub(super) fn select(
    tree: &Tree,
    node: NodeId,
    steps: &[Step],
    record: &Record,
    block: &[u8],
    show: &mut dyn FnMut(Found) -> bool,
) -> bool {
    let Some((step, rest)) = steps.split_first() else { return show(node) };
    let is = |child: NodeId, name: &str| {
        tree.key(child).is_some_and(|(key, _)| record.bytes(block, key).eq_ignore_ascii_case(name.as_bytes()))
    };
    match step {
        Step::Field(name) => {
            // a path without `[*]` goes through lists all the same: people forget it
            if tree.kind(node) == Kind::List {
                return tree.children(node).all(|child| select(tree, child, steps, record, block, show));
            }
            let mut children = tree.children(node).filter(|child| is(*child, name));
            children.all(|child| select(tree, child, rest, record, block, show))
        }
        Step::Each => {
            if tree.kind(node) != Kind::List {
                return select(tree, node, rest, record, block, show);
            }
            tree.children(node).all(|child| select(tree, child, rest, record, block, show))
        }
        Step::Values | Step::Nested => {
            tree.children(node).all(|child| select(tree, child, rest, record, block, show))
        }
        Step::Where { field, text, negated } => members(tree, node).all(|child| {
            let found = tree.children(child).find(|inner| is(*inner, field));
            let equal = found.is_some_and(|inner| match tree.kind(inner) {
                Kind::Scalar { text: given, .. } => {
                    record.bytes(block, given).eq_ignore_ascii_case(text.as_bytes())
                }
                _ => false,
            });
            equal == *negated || select(tree, child, rest, record, block, show)
        }),
    }
}

/// The members of a list; what is none is its own only member, since some programs write a list of one that way.
fn members(tree: &Tree, node: NodeId) -> impl Iterator<Item = NodeId> {
    let is_list = tree.kind(node) == Kind::List;
    let (list, alone) = if is_list { (Some(node), None) } else { (None, Some(node)) };
    list.into_iter().flat_map(|list| tree.children(list)).chain(alone)
}

/// The first node to which a path leads from an object.
pub(super) fn first(
    tree: &Tree,
    object: NodeId,
    path: &Path,
    record: &Record,
    block: &[u8],
) -> Option<Found> {
    let mut found = None;
    select(tree, object, &path.steps, record, block, &mut |node| {
        found = Some(node);
        false
    });
    found
}
