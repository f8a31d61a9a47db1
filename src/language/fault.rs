//! What is wrong with the text of a rule.

use std::ops::Range;

/// A fault in the text of a rule, a condition, a format or a message. The pack that the text came from turns it into
/// a problem that underlines the bytes in the YAML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A name in kebab-case that never changes: `rule-syntax`, `rule-unknown-attribute`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// A short text for the mark.
    pub label: String,
    /// The remedy.
    pub help: Option<String>,
    /// The bytes of the rule's text at fault.
    pub span: Range<usize>,
}
