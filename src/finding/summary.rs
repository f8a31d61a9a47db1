//! What a run did, in numbers.

use std::sync::Arc;

use super::{Finding, Problem, RuleInfo, Severity};

/// What came and went since an earlier state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Since {
    /// The earlier state, as the user calls it.
    pub against: String,
    /// Findings that it did not have.
    pub introduced: u64,
    /// Findings that it had, too.
    pub carried: u64,
    /// Findings that only it had.
    pub fixed: u64,
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many objects of each class were judged, the largest class first; objects without a class under the empty name.
    pub objects: Vec<(String, u64)>,
    /// How many files were read.
    pub files: u64,
    /// Files in folders that are no snapshots.
    pub not_read: Vec<String>,
    /// How many rules were evaluated.
    pub rules: u64,
    /// Which rules were evaluated, by their ids.
    pub evaluated: Vec<String>,
    /// Rules that could not be evaluated, or not for all objects, and why.
    pub rules_not_evaluated: Vec<(String, String)>,
    /// Rules that met no object or value.
    pub rules_without_object: Vec<String>,
    /// The time that counted as now (RFC 3339).
    pub now: String,
    /// Findings by severity: errors, warnings, notes.
    pub findings: [u64; 3],
    /// Findings that were left out on purpose.
    pub suppressed: u64,
    /// Findings that a baseline knows; none if there is no baseline.
    pub recorded: Option<u64>,
    /// What came and went since an earlier state; none if nothing is compared.
    pub since: Option<Since>,
    /// Change records, which are not judged.
    pub changes: u64,
    /// Nothing says that data is missing.
    pub healthy: bool,
    /// How long it took, in milliseconds; for people only.
    pub milliseconds: u64,
}

impl Summary {
    /// Counts findings by severity.
    pub fn count(&mut self, findings: &[Arc<Finding>]) {
        self.findings = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
            let count = findings.iter().filter(|finding| finding.rule.severity == severity).count();
            u64::try_from(count).unwrap_or(u64::MAX)
        });
    }
}

/// What a rule cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCost {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// How long objects and values were judged by it, in nanoseconds of all threads together.
    pub nanoseconds: u64,
    /// How many objects or values it judged.
    pub judged: u64,
    /// How many keys and names were looked up for it, or given to it.
    pub keys: u64,
}

/// All that a run has to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The findings, in the order in which they are shown.
    pub findings: Vec<Arc<Finding>>,
    /// What is wrong with files and rules.
    pub problems: Vec<Problem>,
    /// What was done.
    pub summary: Summary,
    /// What the rules cost, if somebody asked.
    pub costs: Vec<RuleCost>,
}
