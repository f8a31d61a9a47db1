//! The objects of a file of nested values: where each stands, and what has to be known to read it.

use std::sync::Arc;

use crate::snapshot::frame::Frames;
use crate::snapshot::shape::{Mapping, Mappings};

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
    /// The first byte of its document; references do not reach beyond.
    pub document: u64,
}

/// The objects of a file.
#[derive(Debug, Default)]
pub struct Objects {
    /// Where they stand; the context of a frame is a number in `contexts`.
    pub frames: Frames,
    /// What has to be known to read them.
    pub contexts: Vec<Context>,
    /// Values that others refer to, in file order.
    pub anchors: Vec<Anchor>,
    /// The shapes that objects are recognised by.
    pub mappings: Arc<Mappings>,
}
