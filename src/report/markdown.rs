//! A summary in Markdown, for the page of a job (`$GITHUB_STEP_SUMMARY`, at most 1 MiB there) or a comment: numbers, rules,
//! and the findings that harm most.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::Report;
use super::concise::severity;
use super::place::Places;
use super::summary::{grouped, not_evaluated, verdict, what_was_read};
use crate::finding::{Finding, Problem, Severity, printable};
use crate::source::Location;

/// How many findings, and how many problems, are listed.
const SHOWN: usize = 100;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let outcome = report.outcome;
    writeln!(out, "## presync: {}\n", verdict(outcome))?;
    if !outcome.summary.objects.is_empty() {
        writeln!(out, "{}\n", markdown(&what_was_read(outcome, false)))?;
    }
    let places = Places::of(outcome, report.store);
    problems(&outcome.problems, &places, out)?;
    rules(report, out)?;
    findings(&outcome.findings, &places, out)?;
    if !outcome.summary.rules_not_evaluated.is_empty() {
        let count = outcome.summary.rules_not_evaluated.len();
        let rules = if count == 1 { "1 rule".to_owned() } else { format!("{count} rules") };
        writeln!(out, "<details><summary>{rules} could not be judged</summary>\n")?;
        let mut lines = Vec::new();
        not_evaluated(&outcome.summary, true, &mut lines)?;
        for line in String::from_utf8_lossy(&lines).lines() {
            writeln!(out, "- {}", markdown(line.trim()))?;
        }
        writeln!(out, "\n</details>")?;
    }
    Ok(())
}

fn problems(problems: &[Problem], places: &Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    let shown: Vec<&Problem> = problems.iter().filter(|problem| problem.severity > Severity::Info).collect();
    if shown.is_empty() {
        return Ok(());
    }
    writeln!(out, "### What is wrong with the input\n")?;
    for problem in shown.iter().take(SHOWN) {
        let place = match problem.location {
            Some(place) => format!(" ({})", at(place, places)),
            None => String::new(),
        };
        writeln!(out, "- **{}** {}{place}", severity(problem.severity), markdown(&problem.message))?;
    }
    more(shown.len(), "problem", out)?;
    writeln!(out)
}

/// A line for each rule that found something.
fn rules(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(u32, &str), (Severity, u64)> = BTreeMap::new();
    for finding in &report.outcome.findings {
        let rule = &finding.rule;
        counts.entry((rule.rank, &rule.id)).or_insert((rule.severity, 0)).1 += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(out, "| rule | severity | findings | what must hold |\n|---|---|--:|---|")?;
    for ((_, id), (level, count)) in counts {
        let title = report.rule(id).map(|facts| facts.rule.shown_title()).unwrap_or_default();
        let (count, title) = (grouped(count), markdown(&title));
        writeln!(out, "| {} | {} | {count} | {title} |", code(id), severity(level))?;
    }
    writeln!(out)
}

fn findings(findings: &[Arc<Finding>], places: &Places<'_>, out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "| severity | finding | object | place |\n|---|---|---|---|")?;
    for finding in findings.iter().take(SHOWN) {
        let place = at(places.fault(&finding.primary), places);
        let (message, object) = (markdown(&finding.message), code(&finding.primary.object));
        writeln!(out, "| {} | {message} | {object} | {place} |", severity(finding.rule.severity))?;
    }
    writeln!(out)?;
    more(findings.len(), "finding", out)
}

fn more(count: usize, what: &str, out: &mut dyn Write) -> io::Result<()> {
    let more = count.saturating_sub(SHOWN);
    match more {
        0 => Ok(()),
        1 => writeln!(out, "… and 1 more {what}\n"),
        _ => writeln!(out, "… and {} more {what}s\n", grouped(u64::try_from(more).unwrap_or(u64::MAX))),
    }
}

fn at(place: Location, places: &Places<'_>) -> String {
    let position = places.position(place.file, place.span.offset);
    code(&format!("{}:{}:{}", places.store.name(place.file), position.line, position.column))
}

/// Text of presync, with values in backquotes, so that nothing in it means anything in Markdown or HTML. Backquotes of a
/// value itself only move where code begins: what is outside of code is escaped, whoever wrote it.
fn markdown(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len().saturating_sub(1);
    let mut made = String::new();
    for (number, part) in parts.into_iter().enumerate() {
        match number % 2 {
            1 if number < last => made.push_str(&code(part)),
            // a backquote that closes nothing
            1 => made.push_str(&format!("\\`{}", escaped(part))),
            _ => made.push_str(&escaped(part)),
        }
    }
    made
}

fn escaped(text: &str) -> String {
    let mut made = String::new();
    for character in printable(text).chars() {
        match character {
            '&' => made.push_str("&amp;"),
            '<' => made.push_str("&lt;"),
            '>' => made.push_str("&gt;"),
            // neither an address nor a name of a person becomes a link
            '@' => made.push_str("&#64;<!-- -->"),
            '\\' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '|' | '~' | '!' | '$' => {
                made.push('\\');
                made.push(character);
            }
            _ => made.push(character),
        }
    }
    // an address of the web becomes a link wherever it stands
    made.replace("://", ":<!-- -->//").replace("www.", "www<!-- -->.")
}

/// Text as code in a cell of a table, in more backquotes than it holds.
fn code(text: &str) -> String {
    let shown = printable(text).replace('|', "\\|");
    let run = shown.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let ticks = "`".repeat(run + 1);
    let gap = if shown.starts_with(['`', ' ']) || shown.ends_with(['`', ' ']) { " " } else { "" };
    if shown.is_empty() { String::new() } else { format!("{ticks}{gap}{shown}{gap}{ticks}") }
}
