//! What a configuration says of rules and findings, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::Severity;
use crate::pack::Entries;
use crate::snapshot::shape::Texts;

/// How bad findings are, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum RawLevel {
    Error,
    Warning,
    Info,
}

impl From<RawLevel> for Severity {
    fn from(raw: RawLevel) -> Self {
        match raw {
            RawLevel::Error => Self::Error,
            RawLevel::Warning => Self::Warning,
            RawLevel::Info => Self::Info,
        }
    }
}

/// What differs for some of the files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawOverride {
    /// Which files: patterns, relative to the configuration.
    pub files: Texts,
    /// How bad findings in them are, by id, tag or pack.
    pub severity: Entries<RawLevel>,
    /// Rules whose findings in them are left out.
    pub ignore: Texts,
}

/// A report that is written to a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawOutput {
    /// The format, as `--format` takes it.
    pub format: String,
    /// The file, relative to the configuration.
    pub path: String,
}

/// Findings that are left out on purpose, for formats without comments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RawSuppression {
    /// The rules: ids.
    pub rule: Texts,
    /// The distinguished name of the object, or the name that findings show.
    pub object: Option<String>,
    /// The attribute; any if it is not given.
    pub attribute: Option<String>,
    /// The value; any if it is not given.
    pub value: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it counts.
    pub until: Option<String>,
}
