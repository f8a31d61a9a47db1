//! What is proposed about a finding, as plain data. Nothing here writes to a file: a place and the decoded values are enough
//! for whoever does.

use std::sync::Arc;

use crate::source::{Form, Location};

/// What would mend a finding. All its changes belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedFix {
    /// It cannot change who somebody is, or where mail goes. Everything else has to be asked for.
    pub safe: bool,
    /// The changes; at least one. A plan takes them over as they are.
    pub changes: Vec<Arc<Change>>,
}

/// One change of one value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The distinguished name of the object, decoded.
    pub object: String,
    /// Where that name stands in the file.
    pub name: Location,
    /// The whole object in the file.
    pub record: Location,
    /// The attribute as the schema spells it, with its options.
    pub attribute: String,
    /// What stands there now; none if a value is added.
    pub old: Option<Stored>,
    /// What is to stand there, decoded; none if the value is removed.
    pub new: Option<Vec<u8>>,
    /// Of a value that is added, the last one that the attribute has already: in a file it comes behind that.
    pub beside: Option<Stored>,
}

/// A value that stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The decoded value, which need not be UTF-8; none if the attribute is secret.
    pub value: Option<Vec<u8>>,
    /// The whole stored value in the file, over its folds.
    pub location: Location,
    /// How the value is written there.
    pub form: Form,
    /// How many bytes at the beginning of the value stand nowhere in the file (`SMTP:` before an address of SCIM).
    pub added: usize,
    /// The reference by which the object has the value, if the value stands elsewhere (`*name` in YAML).
    pub via: Option<Location>,
}
