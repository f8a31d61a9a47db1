//! Selecting rules by id, tag or `all`.

use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::pack::RawRule;

/// Which rules run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ids, tags or `all`; empty means all.
    pub select: Vec<String>,
    /// Ids, tags or `all`; these do not run, unless an id among `select` names the rule.
    pub ignore: Vec<String>,
}

impl Selection {
    /// Whether a rule runs.
    #[must_use]
    pub fn takes(&self, rule: &RawRule) -> bool {
        let by_name = |names: &[String]| names.contains(&rule.id);
        let by_tag = |names: &[String]| {
            names.iter().any(|name| name == "all" || rule.tags.iter().any(|tag| tag == name))
        };
        if by_name(&self.ignore) {
            return false;
        }
        by_name(&self.select) || ((self.select.is_empty() || by_tag(&self.select)) && !by_tag(&self.ignore))
    }

    /// What is wrong with the names: none may be unknown, lest a typo turn a check off.
    #[must_use]
    pub fn problems<'r>(&self, rules: &[&'r RawRule]) -> Vec<Problem> {
        let known: Vec<&'r str> = rules
            .iter()
            .flat_map(|rule| std::iter::once(rule.id.as_str()).chain(rule.tags.iter().map(String::as_str)))
            .chain(["all"])
            .collect();
        let lists = [("--select", &self.select), ("--ignore", &self.ignore)];
        let names = lists.iter().flat_map(|(option, names)| names.iter().map(move |name| (option, name)));
        names
            .filter(|(_, name)| !known.contains(&name.as_str()))
            .map(|(option, name)| {
                let help = did_you_mean(name, known.iter().copied())
                    .unwrap_or_else(|| "`presync rule` lists all rules and their tags".to_owned());
                Problem::error("select-unknown", format!("`{option} {name}`: no rule has this id or tag"))
                    .help(help)
            })
            .collect()
    }
}
