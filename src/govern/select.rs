//! Selecting rules by id, tag or `all`.

use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::pack::{Library, Pack, RawRule};

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

    /// What is wrong with the names: none may be unknown, lest a typo turn a check off, and none that is selected may be
    /// known only to profiles that were not chosen.
    #[must_use]
    pub fn problems(&self, library: &Library) -> Vec<Problem> {
        let names = |rule: &'_ RawRule, name: &str| {
            name == "all" || rule.id == name || rule.tags.iter().any(|tag| tag == name)
        };
        let mut problems = Vec::new();
        let lists = [("--select", &self.select), ("--ignore", &self.ignore)];
        for (option, name) in
            lists.iter().flat_map(|(option, names)| names.iter().map(move |name| (option, name)))
        {
            let mut elsewhere = library.rules().filter(|(_, rule)| names(rule, name)).peekable();
            if name == "all" || library.chosen_rules().any(|(_, rule)| names(rule, name)) {
                continue;
            }
            if elsewhere.peek().is_none() {
                problems.push(unknown(option, name, library));
            } else if *option == "--select" {
                let packs = elsewhere.filter_map(|(origin, _)| library.packs().get(origin.pack));
                problems.push(not_chosen(name, packs, library.chosen().unwrap_or_default()));
            }
        }
        problems
    }
}

fn unknown(option: &str, name: &str, library: &Library) -> Problem {
    let rules = library
        .rules()
        .flat_map(|(_, rule)| std::iter::once(rule.id.as_str()).chain(rule.tags.iter().map(String::as_str)));
    let help = did_you_mean(name, rules.chain(["all"]))
        .unwrap_or_else(|| "`presync rule` lists all rules and their tags".to_owned());
    Problem::error("select-unknown", format!("`{option} {name}`: no rule has this id or tag")).help(help)
}

fn not_chosen<'p>(name: &str, packs: impl Iterator<Item = &'p Pack>, chosen: &[String]) -> Problem {
    let mut profiles: Vec<&str> = packs.flat_map(Pack::profiles).collect();
    profiles.sort_unstable();
    profiles.dedup();
    let first = profiles.first().copied().unwrap_or_default();
    let message = format!(
        "`--select {name}`: its rules are of the profile `{}`, which was not chosen",
        profiles.join("`, `")
    );
    let help = format!(
        "add `--profile {}`",
        chosen.iter().map(String::as_str).chain([first]).collect::<Vec<_>>().join(",")
    );
    Problem::error("select-not-chosen", message).help(help)
}
