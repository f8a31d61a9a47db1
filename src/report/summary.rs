//! The last lines for people.

use std::cmp::Reverse;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use rustc_hash::FxHashMap;

use super::concise::severity;
use super::{Report, Style};
use crate::finding::{Outcome, RuleInfo, Severity, Summary, printable};

pub(super) fn write(outcome: &Outcome, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = &outcome.summary;
    if summary.objects.is_empty() {
        let paint = if style.colour {
            Paint::new().bold().fg_color(Some(AnsiColor::Red.into()))
        } else {
            Paint::new()
        };
        writeln!(out, "{paint}{}{paint:#}", verdict(outcome))?;
        return not_judged(summary.changes, out);
    }
    let healthy = is_healthy(outcome);
    let [errors, warnings, notes] = summary.findings;
    let said = verdict(outcome);
    let said = if errors + warnings + notes > 0 || healthy { said } else { format!("{said}: see above") };
    let colour = match (errors, warnings, healthy) {
        (0, 0, true) => AnsiColor::Green,
        (0, _, _) => AnsiColor::Yellow,
        _ => AnsiColor::Red,
    };
    let paint = if style.colour { Paint::new().bold().fg_color(Some(colour.into())) } else { Paint::new() };
    writeln!(out, "{paint}{said}{paint:#}")?;
    governed(summary, out)?;
    writeln!(out, "{}", what_was_read(outcome, style.timed))?;
    if !style.quiet {
        details(outcome, style, out)?;
    }
    Ok(())
}

/// Whether the input was whole and everything could be done.
fn is_healthy(outcome: &Outcome) -> bool {
    outcome.summary.healthy && !outcome.problems.iter().any(|problem| problem.severity == Severity::Error)
}

/// What came of it, in one line.
pub(super) fn verdict(outcome: &Outcome) -> String {
    let summary = &outcome.summary;
    let [errors, warnings, notes] = summary.findings;
    let unjudged = &summary.rules_not_evaluated;
    match (errors + warnings + notes, is_healthy(outcome)) {
        _ if summary.objects.is_empty() => "nothing was checked: no object was read".to_owned(),
        (0, true) if is_left_out(summary) => "no new finding".to_owned(),
        (0, true) if unjudged.is_empty() => "no finding: the snapshot is clean".to_owned(),
        (0, true) => format!("no finding, as far as {} rules can tell", summary.rules),
        (0, false) => "no finding, but the input is not in order".to_owned(),
        _ => {
            let mut parts = Vec::new();
            push(&mut parts, errors, "error", "errors");
            push(&mut parts, warnings, "warning", "warnings");
            push(&mut parts, notes, "note", "notes");
            parts.join(", ")
        }
    }
}

/// Whether there are findings that are not shown.
fn is_left_out(summary: &Summary) -> bool {
    summary.suppressed > 0
        || summary.recorded.is_some_and(|count| count > 0)
        || summary.since.as_ref().is_some_and(|since| since.carried > 0)
}

/// What was left out of the findings, and why.
fn governed(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    if let Some(since) = &summary.since {
        let [introduced, fixed, carried] = [since.introduced, since.fixed, since.carried].map(grouped);
        let against = crate::finding::printable(&since.against);
        writeln!(out, "since {against}: {introduced} introduced, {fixed} fixed, {carried} carried")?;
    }
    match summary.suppressed {
        0 => {}
        1 => writeln!(out, "1 finding is suppressed")?,
        count => writeln!(out, "{} findings are suppressed", grouped(count))?,
    }
    match summary.recorded {
        None | Some(0) => Ok(()),
        Some(1) => writeln!(out, "1 finding is recorded in the baseline"),
        Some(count) => writeln!(out, "{} findings are recorded in the baseline", grouped(count)),
    }
}

/// Change records are no objects: that they were left out is said.
fn not_judged(changes: u64, out: &mut dyn Write) -> io::Result<()> {
    match changes {
        0 => Ok(()),
        1 => writeln!(out, "1 change record is not judged"),
        _ => writeln!(out, "{} change records are not judged", grouped(changes)),
    }
}

fn push(parts: &mut Vec<String>, count: u64, one: &str, many: &str) {
    if count > 0 {
        parts.push(format!("{} {}", grouped(count), if count == 1 { one } else { many }));
    }
}

/// `checked 800 users, 120 groups in 1 file with 61 rules in 0.4 s`.
pub(super) fn what_was_read(outcome: &Outcome, timed: bool) -> String {
    let summary = &outcome.summary;
    let mut objects = Vec::new();
    for (class, count) in summary.objects.iter().take(5) {
        let plural = if *count == 1 { "" } else { "s" };
        objects.push(match class.as_str() {
            "" => format!("{} object{plural} without a class", grouped(*count)),
            class => format!("{} {class}{plural}", grouped(*count)),
        });
    }
    if summary.objects.len() > 5 {
        let rest: u64 = summary.objects.iter().skip(5).map(|(_, count)| count).sum();
        objects.push(format!("{} others", grouped(rest)));
    }
    let files =
        if summary.files == 1 { "1 file".to_owned() } else { format!("{} files", grouped(summary.files)) };
    let seconds = summary.milliseconds / 1000;
    let tenths = summary.milliseconds % 1000 / 100;
    let rules = if summary.rules == 1 { "1 rule".to_owned() } else { format!("{} rules", summary.rules) };
    let time = if timed { format!(" in {seconds}.{tenths} s") } else { String::new() };
    format!("checked {} in {files} with {rules}{time}", objects.join(", "))
}

/// How many reasons are named, and how many rules of each, unless all are asked for.
const REASONS: usize = 4;
const RULES: usize = 3;

/// Rules that were not evaluated, those first whose reason holds for most.
pub(super) fn not_evaluated(summary: &Summary, all: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut reasons = by_reason(summary);
    reasons.sort_by_key(|(_, rules)| std::cmp::Reverse(rules.len()));
    let shown = if all || reasons.len() <= REASONS + 1 { reasons.len() } else { REASONS };
    for (reason, rules) in reasons.iter().take(shown) {
        let named = if all || rules.len() <= RULES + 1 { rules.len() } else { RULES };
        let mut list = rules.iter().take(named).copied().collect::<Vec<_>>().join(", ");
        if named < rules.len() {
            list.push_str(&format!(" and {} more", rules.len() - named));
        }
        writeln!(out, "  {list}: {}", crate::finding::printable(reason))?;
    }
    let rest: usize = reasons.iter().skip(shown).map(|(_, rules)| rules.len()).sum();
    if rest > 0 {
        writeln!(out, "  and {rest} more, for {} other reasons (`-v` lists all)", reasons.len() - shown)?;
    }
    Ok(())
}

/// Rules that were not evaluated, by the reason.
fn by_reason(summary: &Summary) -> Vec<(&str, Vec<&str>)> {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (rule, reason) in &summary.rules_not_evaluated {
        match reasons.iter_mut().find(|(known, _)| known == reason) {
            Some((_, rules)) => rules.push(rule),
            None => reasons.push((reason, vec![rule])),
        }
    }
    reasons
}

fn details(outcome: &Outcome, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = &outcome.summary;
    if !summary.rules_not_evaluated.is_empty() {
        let count = summary.rules_not_evaluated.len();
        let rules = if count == 1 { "1 rule".to_owned() } else { format!("{count} rules") };
        writeln!(out, "{rules} could not be judged:")?;
        not_evaluated(summary, style.verbose, out)?;
    }
    if style.verbose && !summary.rules_without_object.is_empty() {
        writeln!(out, "met no object: {}", summary.rules_without_object.join(", "))?;
    }
    if !summary.not_read.is_empty() {
        let count = summary.not_read.len();
        let plural = if count == 1 { "" } else { "s" };
        if style.verbose {
            writeln!(out, "not read:")?;
            for name in &summary.not_read {
                writeln!(out, "  {}", crate::finding::printable(name))?;
            }
        } else {
            writeln!(out, "{count} other file{plural} not read (`-v` lists them)")?;
        }
    }
    not_judged(summary.changes, out)?;
    if style.verbose {
        writeln!(out, "now: {}", summary.now)?;
    }
    Ok(())
}

/// How many findings each rule has, the most first.
pub(super) fn statistics(report: &Report<'_>, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: Vec<(&RuleInfo, u64)> = Vec::new();
    let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
    for finding in &report.outcome.findings {
        let number = *numbers.entry(&finding.rule.id).or_insert(counts.len());
        match counts.get_mut(number) {
            Some((_, count)) => *count += 1,
            None => counts.push((&finding.rule, 1)),
        }
    }
    counts.sort_by_key(|(rule, count)| (Reverse(*count), rule.rank, rule.id.as_str()));
    let wide = counts.iter().map(|(rule, _)| rule.id.len()).max().unwrap_or_default();
    for (rule, count) in counts {
        let colour = match rule.severity {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Info => AnsiColor::Cyan,
        };
        let paint = if style.colour { Paint::new().fg_color(Some(colour.into())) } else { Paint::new() };
        let title = report.rule(&rule.id).map(|facts| facts.rule.shown_title()).unwrap_or_default();
        let (count, word) = (grouped(count), severity(rule.severity));
        writeln!(out, "{count:>9}  {paint}{word:7}{paint:#}  {:wide$}  {}", rule.id, printable(&title))?;
    }
    Ok(())
}

/// A number with a space between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 4 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
