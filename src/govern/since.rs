//! Findings compared with those of an earlier state: what came, what went, what stayed.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Finding, Since};

/// Keeps the findings that the earlier state did not have; how many came, went and stayed. Of objects that are at fault
/// together, one more is new.
pub(super) fn introduced(findings: &mut Vec<Arc<Finding>>, earlier: &[Arc<Finding>], against: &str) -> Since {
    let mut known: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
    for finding in earlier {
        let objects = finding.shared.iter().flat_map(|shared| shared.objects.iter().map(String::as_str));
        known.entry(&finding.fingerprint).or_default().extend(objects);
    }
    let now: FxHashSet<String> = findings.iter().map(|finding| finding.fingerprint.clone()).collect();
    let before = findings.len();
    findings.retain(|finding| match known.get(finding.fingerprint.as_str()) {
        None => true,
        Some(held) => finding
            .shared
            .as_ref()
            .is_some_and(|shared| shared.objects.iter().any(|name| !held.contains(name.as_str()))),
    });
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Since {
        against: against.to_owned(),
        introduced: count(findings.len()),
        carried: count(before - findings.len()),
        fixed: count(known.keys().filter(|fingerprint| !now.contains(**fingerprint)).count()),
    }
}
