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
}

/// The objects of a file.
#[derive(Debug, Default)]
pub struct Objects {
    /// Where they stand; the context of a frame is a number in `contexts`.
    pub frames: Frames,
    /// What has to be known to read them.
    pub contexts: Vec<Context>,
    /// The shapes that objects are recognised by.
    pub mappings: Arc<Mappings>,
}
