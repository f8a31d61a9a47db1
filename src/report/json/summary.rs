//! What a check did, in numbers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::finding;

/// What a check did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Summary<'a> {
    /// How many objects of each class were judged; those without a class under the empty name.
    #[serde(serialize_with = "in_order")]
    #[schemars(with = "BTreeMap<String, u64>")]
    objects: &'a [(String, u64)],
    /// How many files were read.
    files: u64,
    /// How many rules were evaluated.
    rules: u64,
    /// Rules that could not be evaluated, or not for all objects.
    rules_not_evaluated: Vec<NotEvaluated<'a>>,
    /// Rules that met no object or value.
    rules_without_object: &'a [String],
    /// Files in folders that are no snapshots.
    not_read: &'a [String],
    /// The time that counted as now (RFC 3339); empty if nothing was judged.
    now: &'a str,
    findings: BySeverity,
    /// How many findings were left out on purpose.
    suppressed: u64,
    /// How many findings a baseline knows; null without a baseline.
    recorded: Option<u64>,
    /// What came and went since an earlier state; null if nothing was compared.
    since: Option<Since<'a>>,
    /// How many change records there were, which are not judged.
    changes: u64,
    /// Nothing says that data is missing.
    healthy: bool,
}

/// A rule that could not be evaluated, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct NotEvaluated<'a> {
    rule: &'a str,
    reason: &'a str,
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(in crate::report) struct BySeverity {
    pub(in crate::report) error: u64,
    pub(in crate::report) warning: u64,
    pub(in crate::report) info: u64,
}

/// What came and went since an earlier state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Since<'a> {
    /// The earlier state, as it was named.
    against: &'a str,
    introduced: u64,
    carried: u64,
    fixed: u64,
}

impl<'a> Summary<'a> {
    pub(super) fn of(summary: &'a finding::Summary) -> Self {
        let [error, warning, info] = summary.findings;
        let not_evaluated = summary.rules_not_evaluated.iter();
        Self {
            objects: &summary.objects,
            files: summary.files,
            rules: summary.rules,
            rules_not_evaluated: not_evaluated.map(|(rule, reason)| NotEvaluated { rule, reason }).collect(),
            rules_without_object: &summary.rules_without_object,
            not_read: &summary.not_read,
            now: &summary.now,
            findings: BySeverity { error, warning, info },
            suppressed: summary.suppressed,
            recorded: summary.recorded,
            since: summary.since.as_ref().map(|since| Since {
                against: &since.against,
                introduced: since.introduced,
                carried: since.carried,
                fixed: since.fixed,
            }),
            changes: summary.changes,
            healthy: summary.healthy,
        }
    }
}

/// Pairs as an object, in their own order.
fn in_order<S: Serializer>(pairs: &[(String, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(pairs.iter().map(|(name, count)| (name, count)))
}
