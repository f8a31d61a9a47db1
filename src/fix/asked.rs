//! Which fixes are taken.

use crate::finding::ProposedFix;

/// What was asked for. Without anything, all safe fixes are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Fixes that are not safe are taken, too.
    pub unsafe_ones: bool,
    /// Only fixes of these rules are taken, safe or not; of all rules if there are none.
    pub rules: Vec<String>,
    /// Only fixes that change nothing but these attributes are taken, safe or not; all attributes if there are none.
    pub only: Vec<String>,
    /// Nothing is taken but what was decided one by one.
    pub nothing: bool,
}

/// Whether a fix is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// It is.
    Yes,
    /// It would be if unsafe ones were asked for.
    IfUnsafe,
    /// It is not what was asked for.
    No,
}

impl Asked {
    /// Whether the fix of a rule is taken.
    #[must_use]
    pub fn takes(&self, rule: &str, fix: &ProposedFix) -> Takes {
        let base = |attribute: &str| attribute.split(';').next().unwrap_or_default().to_owned();
        let is_meant = |attribute: &str| self.only.iter().any(|name| name.eq_ignore_ascii_case(attribute));
        let of_rule = self.rules.is_empty() || self.rules.iter().any(|id| id == rule);
        let of_attribute =
            self.only.is_empty() || fix.changes.iter().all(|change| is_meant(&base(&change.attribute)));
        // whoever names a rule or an attribute has asked
        let named = !self.rules.is_empty() || !self.only.is_empty();
        if self.nothing || !of_rule || !of_attribute {
            Takes::No
        } else if fix.safe || self.unsafe_ones || named {
            Takes::Yes
        } else {
            Takes::IfUnsafe
        }
    }
}
