//! Findings that no rule makes: what is wrong with the ways in which findings are left out.

use std::sync::Arc;

use crate::finding::{Finding, RuleInfo, Severity, Site};
use crate::source::{Form, Location};

/// The ids of these findings. They cannot be suppressed.
pub const NOTICES: [&str; 3] = [WEAKENED, EXPIRED, UNUSED];

/// What is checked would weaken the policy.
pub(super) const WEAKENED: &str = "policy-weakened";
/// A suppression counts no more.
pub(super) const EXPIRED: &str = "suppression-expired";
/// A suppression leaves nothing out.
pub(super) const UNUSED: &str = "suppression-unused";

/// How bad they are unless a configuration says otherwise.
pub(super) fn severity_of(id: &str) -> Severity {
    if id == WEAKENED { Severity::Error } else { Severity::Warning }
}

/// What such a finding says.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    pub(super) id: &'static str,
    pub(super) message: String,
    pub(super) help: String,
    /// A short text for the mark.
    pub(super) label: String,
    pub(super) location: Location,
    /// What stands there.
    pub(super) value: String,
    /// What tells it from others of its kind, wherever it stands.
    pub(super) key: String,
}

impl Notice {
    pub(super) fn finding(self, severity: Severity) -> Finding {
        let key = format!("{}\0{}", self.id, self.key);
        let rule = RuleInfo {
            id: self.id.to_owned(),
            severity,
            tags: vec!["governance".to_owned()],
            docs: "docs/governance.md".to_owned(),
            rank: u32::MAX,
        };
        Finding {
            rule: Arc::new(rule),
            message: self.message,
            help: Some(self.help),
            fix: None,
            primary: Site {
                object: String::new(),
                class: String::new(),
                attribute: None,
                value: Some(self.value.into_bytes()),
                label: self.label,
                location: self.location,
                form: Form::Plain,
                added: 0,
                via: None,
                highlights: Vec::new(),
            },
            related: Vec::new(),
            fingerprint: format!("{:016x}", xxhash_rust::xxh3::xxh3_64(key.as_bytes())),
            shared: None,
        }
    }
}
