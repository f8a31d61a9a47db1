//! Pages in Markdown: one for each rule, and an index.

use std::fmt::Write as _;

use super::rule::{settings, shortened, unescaped};
use crate::pack::{Library, RawRule, RuleFacts};

/// The page of every rule of a library, and `README.md`, each with its name.
#[must_use]
pub fn rule_pages(library: &Library) -> Vec<(String, String)> {
    let mut rules: Vec<RuleFacts<'_>> =
        library.rules().map(|(origin, rule)| library.facts(origin, rule)).collect();
    rules.sort_by_key(|facts| (facts.rule.order.unwrap_or(500), facts.rule.id.as_str()));
    let mut pages = vec![("README.md".to_owned(), index(library, &rules))];
    pages.extend(rules.iter().map(|facts| (format!("{}.md", facts.rule.id), page(facts))));
    pages
}

/// The remark that stands in every page.
const MADE: &str = "<!-- Made from rules/ by `cargo run --example rule_pages`. -->\n\n";

fn index(library: &Library, rules: &[RuleFacts<'_>]) -> String {
    let mut text = format!("{MADE}# Rules\n\n");
    text.push_str(
        "Every rule that presync brings along, by profile; those that are hardest on people first. The profile `default` runs unless \
         `--profile NAME` or `profiles:` in `presync.yaml` says otherwise. `presync rule ID` shows the same in a terminal.\n",
    );
    for profile in library.profiles() {
        let of: Vec<&RuleFacts<'_>> =
            rules.iter().filter(|facts| facts.profiles.contains(&profile)).collect();
        if of.is_empty() {
            continue;
        }
        let count = if of.len() == 1 { "1 rule".to_owned() } else { format!("{} rules", of.len()) };
        add(
            &mut text,
            format_args!(
                "\n## {profile}\n\n{count}.\n\n| rule | severity | what must hold |\n|---|---|---|\n"
            ),
        );
        for facts in of {
            let RawRule { id, severity, .. } = facts.rule;
            let title = cell(&facts.rule.shown_title());
            add(&mut text, format_args!("| [{id}]({id}.md) | {} | {title} |\n", severity.word()));
        }
    }
    text
}

fn page(facts: &RuleFacts<'_>) -> String {
    let rule = facts.rule;
    let mut text = format!("{MADE}# {}\n\n{}\n\n", rule.id, sentence(&rule.shown_title()));
    let profiles = facts.profiles.iter().map(|name| format!("[{name}](README.md#{name})"));
    let profiles = profiles.collect::<Vec<_>>().join(", ");
    let tags: Vec<String> = rule.tags.iter().map(|tag| code(tag)).collect();
    let (severity, tags) = (rule.severity.word(), tags.join(", "));
    add(
        &mut text,
        format_args!(
            "| severity | profile | tags |\n|---|---|---|\n| {severity} | {profiles} | {tags} |\n\n"
        ),
    );
    text.push_str(&fenced("text", &rule.rule));
    if let Some(rationale) = &rule.rationale {
        add(&mut text, format_args!("\n## Why\n\n{}\n", rationale.trim_end()));
    }
    add(&mut text, format_args!("\n## What presync says\n\n> {}\n", one_line(&unescaped(&rule.message))));
    if let Some(help) = &rule.help {
        add(&mut text, format_args!("\n## What to do\n\n{}\n", sentence(&one_line(&unescaped(help)))));
    }
    if !rule.fix.all.is_empty() {
        text.push_str("\n## What presync proposes\n\n");
        for fix in &rule.fix.all {
            add(&mut text, format_args!("- {}\n", fix.shown(&|text| code(&one_line(text)))));
        }
    }
    if !facts.parameters.is_empty() {
        text.push_str("\n## Parameters\n\n");
        for (name, raw) in &facts.parameters {
            add(&mut text, format_args!("- {}, {}\n", code(name), raw.shown()));
        }
    }
    for example in &rule.examples {
        let set: Vec<String> = settings(example).iter().map(|option| code(option)).collect();
        let set = if set.is_empty() { String::new() } else { format!("With {}:\n\n", set.join(" and ")) };
        for (title, ldif) in [("A fault", &example.bad), ("In order", &example.good)] {
            if let Some(ldif) = ldif {
                add(&mut text, format_args!("\n## {title}\n\n{set}{}", fenced("ldif", &shortened(ldif))));
            }
        }
    }
    if !facts.definitions.is_empty() {
        text.push_str("\n## Names in the rule\n");
        for (name, definition) in &facts.definitions {
            add(&mut text, format_args!("\n{} means\n\n{}", code(name), fenced("text", definition)));
        }
    }
    if !rule.see.is_empty() {
        text.push_str("\n## Sources\n\n");
        rule.see.iter().for_each(|source| add(&mut text, format_args!("- {source}\n")));
    }
    text
}

fn add(text: &mut String, more: std::fmt::Arguments<'_>) {
    // writing into a text cannot fail
    let _ = text.write_fmt(more);
}

/// A title as a sentence: with a capital, and a full stop at its end.
fn sentence(text: &str) -> String {
    let mut letters = text.trim().chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let stop = if text.trim_end().ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

/// Text as code, in more backquotes than it holds.
fn code(text: &str) -> String {
    let ticks = "`".repeat(longest_run(text) + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{gap}{text}{gap}{ticks}")
}

fn fenced(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}
