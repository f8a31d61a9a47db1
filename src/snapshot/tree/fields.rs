//! The fields of one object, by name.

use super::node::{NodeId, Tree};
use crate::snapshot::Record;

/// The fields of an object, their names in lower case.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// All names.
    pub(super) text: Vec<u8>,
    /// The place of each name in `text`, with its value.
    pub(super) list: Vec<(std::ops::Range<usize>, NodeId)>,
}

impl Fields {
    pub(super) fn of(&mut self, tree: &Tree, object: NodeId, record: &Record, block: &[u8]) {
        self.text.clear();
        self.list.clear();
        for child in tree.children(object) {
            let Some((key, _)) = tree.key(child) else { continue };
            let start = self.text.len();
            self.text.extend(record.bytes(block, key).iter().map(u8::to_ascii_lowercase));
            self.list.push((start..self.text.len(), child));
        }
    }

    pub(super) fn name(&self, range: &std::ops::Range<usize>) -> &[u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<NodeId> {
        self.list.iter().find(|(range, _)| self.name(range) == name).map(|(_, node)| *node)
    }
}
