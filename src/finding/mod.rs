//! What presync says, as plain data: a [`Finding`] is what a rule says of an object, a [`Problem`] is what a reader or
//! the rule checker says of a file. How they look is decided by `report`.

mod fix;
mod printable;
mod summary;

use std::ops::Range;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::source::{Complaint, FileId, Form, Location};

pub use fix::{Change, ProposedFix, Stored};
pub use printable::{
    code_point, is_invisible, is_pipeline_command, is_plain_json, printable, printable_json,
};
pub use summary::{Outcome, RuleCost, Since, Summary};

/// How bad a finding or a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The sync goes through, and silently does something that nobody asked for.
    Warning,
    /// The sync fails or holds something back; of a problem: presync could not do its work (exit 2).
    Error,
}

/// How many other places a finding names at most; an object may have 100,000 values that are at fault together.
pub const MAX_RELATED: usize = 20;

/// What a rule says of one object, of one value, or of several that may not stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The facts of the rule, shared by all its findings.
    pub rule: Arc<RuleInfo>,
    /// What is wrong, with the values filled in.
    pub message: String,
    /// The remedy, with the values filled in.
    pub help: Option<String>,
    /// What would mend it; none if the rule proposes nothing, or nothing that is certain.
    pub fix: Option<ProposedFix>,
    /// The place that the finding is about; the first in file order where several share a fault.
    pub primary: Site,
    /// The other places of the same fault.
    pub related: Vec<Site>,
    /// The same for the same rule, object, attribute and value, wherever they stand: a number in hexadecimal digits.
    pub fingerprint: String,
    /// The objects that are at fault together; none if the rule judges each object on its own.
    pub shared: Option<Shared>,
}

/// The objects that are at fault together. The fingerprint of such a finding says nothing of them, so that it stays the same
/// when one of them comes or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Why they belong together.
    pub by: SharedBy,
    /// The distinguished names of all of them, decoded, in order.
    pub objects: Vec<String>,
}

/// Why objects are at fault together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SharedBy {
    /// They hold one key.
    Key,
    /// They refer to each other in a circle.
    Circle,
    /// There are too many of them, or too few.
    Count,
}

/// What all findings of a rule have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleInfo {
    /// The id, in kebab-case; it names the fault.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// The tags.
    pub tags: Vec<String>,
    /// Where the rule is explained: `presync rule ID`.
    pub docs: String,
    /// The position of the rule in the order of harm: findings of smaller ones are shown first.
    pub rank: u32,
}

/// One place of a finding: a value of an attribute of an object, or the name of the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The distinguished name of the object, decoded.
    pub object: String,
    /// Its class: `user`, `group`, `contact`, `device`, else an object class.
    pub class: String,
    /// The attribute; none when the finding is about the object as a whole (the place is then its name).
    pub attribute: Option<String>,
    /// The decoded value, which need not be UTF-8; none if the attribute is secret.
    pub value: Option<Vec<u8>>,
    /// A short text for the mark: `user principal name of CN=Joe`.
    pub label: String,
    /// The whole stored value in the file, over its folds.
    pub location: Location,
    /// How the value is written there.
    pub form: Form,
    /// How many bytes at the beginning of the value stand nowhere in the file (`SMTP:` before an address of SCIM).
    pub added: usize,
    /// The reference by which the object has the value, if the value stands elsewhere (`*name` in YAML).
    pub via: Option<Location>,
    /// The parts of the decoded value that are at fault, in order; empty if it is the whole.
    pub highlights: Vec<Range<usize>>,
}

/// What a reader, or the checker of rules, says of a file. An error among the problems of a run makes exit code 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A name in kebab-case that never changes: `ldif-bad-base64`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The remedy.
    pub help: Option<String>,
    /// Where; none if the whole run is meant.
    pub location: Option<Location>,
    /// A short text for the mark at the location.
    pub label: Option<String>,
    /// Other places that belong to it, each with a text.
    pub related: Vec<(Location, String)>,
}

impl Problem {
    /// The files in which its places lie.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.location.iter().chain(self.related.iter().map(|(place, _)| place)).map(|place| place.file)
    }

    /// An error without a place.
    #[must_use]
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            help: None,
            location: None,
            label: None,
            related: Vec::new(),
        }
    }

    /// A warning without a place.
    #[must_use]
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A note without a place.
    #[must_use]
    pub fn info(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, ..Self::error(code, message) }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    /// The same with a text at its place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn also(mut self, location: Location, label: impl Into<String>) -> Self {
        self.related.push((location, label.into()));
        self
    }
}

impl From<Complaint> for Problem {
    fn from(complaint: Complaint) -> Self {
        Self { help: complaint.help, ..Self::error(complaint.code, complaint.message) }
    }
}
