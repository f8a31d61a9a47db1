//! The objects of a file of nested values: where each stands, and what has to be known to read it.

use std::sync::Arc;

use super::fill::Learned;
use crate::snapshot::frame::Frames;
use crate::snapshot::shape::{Mapping, Mappings};
use crate::snapshot::shelf::Shelf;

/// What objects of one list have in common.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The shape of the objects, if the user gave one.
    pub mapping: Option<Arc<Mapping>>,
    /// What the list says of its members (`users`, `#microsoft.graph.user`), in lower case.
    pub list: Option<String>,
    /// An object is the value of a key, and its frame begins with the key.
    pub keyed: bool,
    /// In YAML, the column in which the frame begins: what follows is indented as much.
    pub column: usize,
    /// In YAML, the key stands in a mapping in braces.
    pub flow: bool,
}

/// A value that others refer to: `&name` in YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Its name.
    pub name: String,
    /// The first byte of the value, in the file.
    pub start: u64,
    /// The column in which it begins.
    pub column: usize,
    /// The value, as written.
    pub text: String,
}

/// The objects of a file.
#[derive(Debug, Default)]
pub struct Objects {
    /// Where they stand; the context of a frame is a number in `contexts`.
    pub frames: Frames,
    /// What has to be known to read them.
    pub contexts: Vec<Context>,
    /// Values that others refer to, in the order of their names and then of the file.
    pub anchors: Vec<Anchor>,
    /// References that are not followed, since what they lead to is too large.
    pub dropped: Vec<u64>,
    /// The shapes that objects are recognised by.
    pub mappings: Arc<Mappings>,
    /// What readers learnt from objects, for the next ones.
    pub(in crate::snapshot) learned: Shelf<Learned>,
}
