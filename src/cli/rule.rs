//! `presync rule`: the list of rules, and one explained.

use std::io::{self, Write};

use super::arguments::{Common, RuleOptions};
use super::session::{Packs, fail, packs, standard_output};
use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::pack::{RawRule, RawSeverity};
use crate::source::Store;

pub(super) fn run(options: &RuleOptions, common: &Common) -> io::Result<u8> {
    let mut store = Store::new();
    let Packs { library, problems } = packs(&mut store, common, &[]);
    if !problems.is_empty() {
        return fail(&problems, &store, common);
    }
    let mut rules: Vec<&RawRule> = library.rules().map(|(_, rule)| rule).collect();
    let mut out = standard_output();
    let Some(id) = &options.id else {
        rules.sort_by_key(|rule| rule.order.unwrap_or(500));
        list(&rules, &mut out)?;
        out.flush()?;
        return Ok(0);
    };
    let Some(rule) = rules.iter().find(|rule| rule.id == *id) else {
        let problem = Problem::error("unknown-rule", format!("there is no rule `{id}`"));
        let help = did_you_mean(id, rules.iter().map(|rule| rule.id.as_str()))
            .unwrap_or_else(|| "`presync rule` lists all rules".to_owned());
        return fail(&[problem.help(help)], &store, common);
    };
    explain(rule, &mut out)?;
    out.flush()?;
    Ok(0)
}

fn word(severity: RawSeverity) -> &'static str {
    match severity {
        RawSeverity::Error => "error",
        RawSeverity::Warning => "warning",
        RawSeverity::Info => "info",
    }
}

fn list(rules: &[&RawRule], out: &mut dyn Write) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(out, "{:width$}  {:7}  {}", rule.id, word(rule.severity), rule.shown_title())?;
    }
    Ok(())
}

fn explain(rule: &RawRule, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}: {}", rule.id, rule.shown_title())?;
    writeln!(out, "{}, {}\n", word(rule.severity), rule.tags.join(", "))?;
    indented(&rule.rule, out)?;
    if let Some(rationale) = &rule.rationale {
        writeln!(out, "\n{}", rationale.trim_end())?;
    }
    if let Some(help) = &rule.help {
        writeln!(out, "\nWhat to do: {}", help.trim_end())?;
    }
    if !rule.see.is_empty() {
        writeln!(out, "\nSources:")?;
        for source in &rule.see {
            writeln!(out, "  - {source}")?;
        }
    }
    for example in &rule.examples {
        for (title, text) in [("A fault", &example.bad), ("In order", &example.good)] {
            if let Some(text) = text {
                writeln!(out, "\n{title}:\n")?;
                indented(text, out)?;
            }
        }
    }
    Ok(())
}

fn indented(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in text.trim_end().lines() {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}
