//! `presync rule`: the list of rules, and one explained.

use std::io::{self, Write};

use super::arguments::{Common, RuleAction, RuleOptions};
use super::scaffold::new_rule;
use super::session::{Packs, choose, fail, packs, settings, standard_output, style};
use crate::finding::{Problem, printable};
use crate::language::did_you_mean;
use crate::pack::{Library, Pack, RawRule};
use crate::report;
use crate::source::Store;

pub(super) fn run(options: &RuleOptions, common: &Common, store: &mut Store) -> io::Result<u8> {
    if let Some(RuleAction::New(new)) = &options.action {
        return new_rule(new, common, store);
    }
    let settings = match settings(store, common, &[]) {
        Ok(settings) => settings,
        Err(problems) => return fail(&problems, store, common),
    };
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return fail(&problems, store, common);
    }
    let library = match choose(library, (&options.profiles, common), &settings) {
        Ok(library) => library,
        Err(problems) => return fail(&problems, store, common),
    };
    let mut out = standard_output();
    let Some(id) = &options.id else {
        list(&library, &mut out)?;
        out.flush()?;
        if !common.quiet {
            writeln!(io::stderr().lock(), "{}", profiles(&library))?;
        }
        return Ok(0);
    };
    let Some((origin, rule)) = library.rules().find(|(_, rule)| rule.id == *id) else {
        let problem = Problem::error("unknown-rule", format!("there is no rule `{id}`"));
        let help = did_you_mean(id, library.rules().map(|(_, rule)| rule.id.as_str()))
            .unwrap_or_else(|| "`presync rule` lists all rules".to_owned());
        return fail(&[problem.help(help)], store, common);
    };
    report::rule(&library.facts(origin, rule), &style(common, &|_| false), &mut out)?;
    out.flush()?;
    Ok(0)
}

fn list(library: &Library, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<&RawRule> = library.chosen_rules().map(|(_, rule)| rule).collect();
    rules.sort_by_key(|rule| rule.order.unwrap_or(500));
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        let (id, title) = (printable(&rule.id), rule.shown_title());
        writeln!(out, "{id:width$}  {:7}  {}", rule.severity.word(), printable(&title))?;
    }
    Ok(())
}

/// Which profiles there are, with the numbers of their rules.
fn profiles(library: &Library) -> String {
    let count = |name: &str| -> usize {
        let of = library.packs().iter().filter(|pack| pack.profiles().any(|one| one == name));
        of.map(|pack: &Pack| pack.content.rules.len()).sum()
    };
    let chosen = library.chosen().unwrap_or_default();
    let said = library.profiles().into_iter().map(|name| {
        let count = count(name);
        let rules = if count == 1 { "rule" } else { "rules" };
        let mark = if chosen.iter().any(|one| one == name) { ", shown here" } else { "" };
        format!("`{name}` ({count} {rules}{mark})")
    });
    format!("profiles: {}; `--profile NAME` chooses others", said.collect::<Vec<_>>().join(", "))
}
