//! One nested value. A tree is filled again and again, so that reading a million objects allocates nothing.

use rustc_hash::FxHashMap;

use crate::snapshot::{Place, Text};
use crate::source::{Form, Span};

/// The number of a node.
pub type NodeId = u32;

/// No node.
const NONE: NodeId = NodeId::MAX;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`.
    Null,
    /// A text, a number or a truth value: its text.
    Scalar {
        /// The text.
        text: Text,
        /// It is written as a number.
        number: bool,
    },
    /// A list.
    List,
    /// A mapping.
    Map,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    place: Place,
    key: Option<(Text, Place)>,
    first: NodeId,
    last: NodeId,
    next: NodeId,
}

/// A nested value.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// Where the values of nodes stand that are reached by a reference.
    elsewhere: FxHashMap<NodeId, (Span, Form)>,
    marks: Vec<u32>,
}

impl Tree {
    /// Forgets everything but the memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.elsewhere.clear();
    }

    /// Empty memory for the places of marks, for a reader that looks for them before it reads; give it back with
    /// [`Tree::keep_marks`].
    #[must_use]
    pub fn take_marks(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.marks)
    }

    /// Keeps memory for the marks of the next object.
    pub fn keep_marks(&mut self, mut marks: Vec<u32>) {
        marks.clear();
        self.marks = marks;
    }

    /// Adds a node behind the others of its parent; `place` is the whole of it as written.
    pub fn push(
        &mut self,
        parent: Option<NodeId>,
        key: Option<(Text, Place)>,
        kind: Kind,
        place: Place,
    ) -> NodeId {
        let id = NodeId::try_from(self.nodes.len()).unwrap_or(NONE);
        self.nodes.push(Node { kind, place, key, first: NONE, last: NONE, next: NONE });
        let Some(parent) = parent else { return id };
        let last = match self.nodes.get_mut(parent as usize) {
            Some(parent) => {
                if parent.first == NONE {
                    parent.first = id;
                }
                std::mem::replace(&mut parent.last, id)
            }
            None => NONE,
        };
        if let Some(last) = self.nodes.get_mut(last as usize) {
            last.next = id;
        }
        id
    }

    /// Makes a copy of a node, with all below it, a further value of a mapping.
    pub fn adopt(&mut self, map: NodeId, node: NodeId) {
        let Some(copy) = self.nodes.get(node as usize).copied() else { return };
        let id = self.push(Some(map), copy.key, copy.kind, copy.place);
        if let Some(new) = self.nodes.get_mut(id as usize) {
            *new = Node { next: NONE, ..copy };
        }
        if let Some(elsewhere) = self.elsewhere(node) {
            self.elsewhere.insert(id, elsewhere);
        }
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Says that a list or mapping ends at a byte of the block.
    pub fn close(&mut self, id: NodeId, end: usize) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            let end = u32::try_from(end).unwrap_or(u32::MAX);
            node.place.length = end.saturating_sub(node.place.start);
        }
    }

    /// Says that the value of a node stands elsewhere: its place is a reference.
    pub fn refer(&mut self, id: NodeId, span: Span, form: Form) {
        self.elsewhere.insert(id, (span, form));
    }

    /// Where the value of a node stands, if it is reached by a reference.
    #[must_use]
    pub fn elsewhere(&self, id: NodeId) -> Option<(Span, Form)> {
        if self.elsewhere.is_empty() { None } else { self.elsewhere.get(&id).copied() }
    }

    /// What a node is.
    #[must_use]
    pub fn kind(&self, id: NodeId) -> Kind {
        self.nodes.get(id as usize).map_or(Kind::Null, |node| node.kind)
    }

    /// Where a node stands as a whole.
    #[must_use]
    pub fn place(&self, id: NodeId) -> Place {
        self.nodes.get(id as usize).map_or(Place::default(), |node| node.place)
    }

    /// The key of a node in its mapping.
    #[must_use]
    pub fn key(&self, id: NodeId) -> Option<(Text, Place)> {
        self.nodes.get(id as usize).and_then(|node| node.key)
    }

    /// Whether a node holds fields of its own.
    #[must_use]
    pub fn is_nested(&self, id: NodeId) -> bool {
        match self.kind(id) {
            Kind::Map => true,
            Kind::List => self.children(id).any(|child| self.is_nested(child)),
            _ => false,
        }
    }

    /// The members of a list, or the values of a mapping.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let mut next = self.nodes.get(id as usize).map_or(NONE, |node| node.first);
        std::iter::from_fn(move || {
            let id = next;
            next = self.nodes.get(id as usize)?.next;
            Some(id)
        })
    }
}
