//! Which objects take part in the synchronisation: the packs say it, by the condition `filtered` and by rules with the tag
//! `out-of-scope`.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::entra::SourceObject;
use crate::finding::Finding;

/// The id of the rule that asks the condition `filtered`.
pub const SCOPE_RULE: &str = "forecast-scope";

/// A pack with the rule that asks the condition `filtered`, wherever packs and the configuration define it.
pub const SCOPE: &str = "language: 1\nrules:\n  - id: forecast-scope\n    severity: info\n    order: 999\n    \
                         rule: no user, group, contact, device where filtered\n    \
                         message: this {class} is left out of the synchronisation\n";

/// The tag of rules whose findings are objects that are left out as a whole.
pub const OUT_OF_SCOPE: &str = "out-of-scope";

/// Why objects are left out, by name and class: the value that makes `filtered` hold, else the message of the rule.
pub(super) struct Reasons(FxHashMap<String, Vec<(String, String)>>);

impl Reasons {
    /// Why an object is left out; none if it takes part.
    pub(super) fn of(&self, object: &SourceObject) -> Option<&str> {
        let named = self.0.get(&*object.dn)?;
        let (_, reason) = named.iter().find(|(class, _)| class == object.class.name())?;
        Some(reason)
    }
}

/// Why objects are left out, by the findings of the rules that leave them out.
pub(super) fn reasons(findings: &[Arc<Finding>]) -> Reasons {
    let mut reasons: FxHashMap<String, Vec<(String, String)>> = FxHashMap::default();
    for finding in findings {
        let site = &finding.primary;
        let reason = match (&site.attribute, &site.value) {
            _ if finding.rule.id != SCOPE_RULE => finding.message.clone(),
            (Some(attribute), Some(value)) => {
                format!("`filtered` holds: {attribute} is `{}`", String::from_utf8_lossy(value))
            }
            (Some(attribute), None) => format!("`filtered` holds, for its {attribute}"),
            (None, _) => "`filtered` holds, for its distinguished name".to_owned(),
        };
        let known = reasons.entry(site.object.clone()).or_default();
        if !known.iter().any(|(class, _)| *class == site.class) {
            known.push((site.class.clone(), reason));
        }
    }
    Reasons(reasons)
}
