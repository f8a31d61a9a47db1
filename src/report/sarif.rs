//! SARIF 2.1.0 (OASIS): what code scanning and editors read. Sections in comments are those of the specification.

use std::io::{self, Write};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

use super::json::batches;
use super::place::{Places, uri};
use super::rule::unescaped;
use super::{Report, summary};
use crate::finding::{Finding, Problem, RuleInfo, Severity, Site, printable, printable_json};
use crate::pack::RuleFacts;
use crate::source::Location;

/// The published schema, as the document names it.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// How many tags of a rule GitHub takes.
const TAGS: usize = 20;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let outcome = report.outcome;
    let places = Places::of(outcome, report.store);
    let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
    let mut rules = Vec::new();
    for finding in &outcome.findings {
        numbers.entry(&finding.rule.id).or_insert_with(|| {
            rules.push(descriptor(&finding.rule, report.rule(&finding.rule.id)));
            rules.len() - 1
        });
    }
    let driver = json!({
        "name": "presync", "version": env!("CARGO_PKG_VERSION"), "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    write!(
        out,
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{},\"columnKind\":\"unicodeCodePoints\",\"invocations\":[{}],\"results\":[",
        printable_json(&json!({ "driver": driver }).to_string()),
        printable_json(&invocation(report, &places).to_string()),
    )?;
    let mut comma = "";
    let made = |finding: &Arc<Finding>| {
        let number = numbers.get(finding.rule.id.as_str()).copied();
        printable_json(&result(finding, number, &places).to_string()).into_owned()
    };
    batches(&outcome.findings, made, &mut |text| {
        write!(out, "{}\n{text}", std::mem::replace(&mut comma, ","))
    })?;
    writeln!(out, "]}}]}}")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// A text in which nothing is a link: `[text](target)` is one in messages (3.11.6).
fn message(text: &str) -> Value {
    json!({ "text": plain(text) })
}

fn plain(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| printable(line).replace("](", "\\](")).collect();
    lines.join("\n")
}

/// A rule (3.49), with its help in plain text and in Markdown.
fn descriptor(info: &RuleInfo, facts: Option<RuleFacts<'_>>) -> Value {
    let mut tags = info.tags.clone();
    tags.truncate(TAGS);
    let mut made = json!({
        "id": info.id, "defaultConfiguration": { "level": level(info.severity) },
        "properties": { "tags": tags },
    });
    if let (Some(facts), Some(fields)) = (facts, made.as_object_mut()) {
        let title = facts.rule.shown_title();
        fields.insert("shortDescription".to_owned(), message(&title));
        if let Some(rationale) = &facts.rule.rationale {
            fields.insert("fullDescription".to_owned(), message(rationale.trim()));
        }
        let (text, markdown) = help(&title, &facts);
        fields.insert("help".to_owned(), json!({ "text": plain(&text), "markdown": markdown }));
    }
    made
}

fn help(title: &str, facts: &RuleFacts<'_>) -> (String, String) {
    let rule = facts.rule;
    let remedy = rule.help.as_deref().map(unescaped).unwrap_or_default();
    let rationale = rule.rationale.as_deref().unwrap_or_default().trim();
    let mut text = vec![title, rationale, &remedy];
    text.retain(|part| !part.is_empty());
    let mut markdown = vec![format!("**{title}**"), rationale.to_owned(), remedy.clone()];
    markdown.push(format!("```text\n{}\n```", rule.rule.trim()));
    if !rule.see.is_empty() {
        let sources: Vec<String> = rule.see.iter().map(|source| format!("- {source}")).collect();
        markdown.push(sources.join("\n"));
    }
    markdown.push(format!("`presync rule {}` says more.", rule.id));
    markdown.retain(|part| !part.is_empty());
    (text.join("\n\n"), markdown.join("\n\n"))
}

/// How the run went (3.20): problems are notifications of the tool, rules that could not be judged of its configuration.
fn invocation(report: &Report<'_>, places: &Places<'_>) -> Value {
    let outcome = report.outcome;
    let is_done = !outcome.problems.iter().any(|problem| problem.severity == Severity::Error);
    let problems: Vec<Value> = outcome.problems.iter().map(|problem| notification(problem, places)).collect();
    let rules: Vec<Value> = outcome
        .summary
        .rules_not_evaluated
        .iter()
        .map(|(rule, reason)| {
            json!({ "associatedRule": { "id": rule }, "level": "note", "message": message(reason) })
        })
        .collect();
    json!({
        "executionSuccessful": is_done, "toolExecutionNotifications": problems,
        "toolConfigurationNotifications": rules,
        "properties": { "verdict": summary::verdict(outcome), "now": outcome.summary.now },
    })
}

fn notification(problem: &Problem, places: &Places<'_>) -> Value {
    let help = problem.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let mut made = json!({
        "descriptor": { "id": problem.code }, "level": level(problem.severity),
        "message": message(&format!("{}{help}", problem.message)),
    });
    if let (Some(place), Some(fields)) = (problem.location, made.as_object_mut()) {
        let location = json!({ "physicalLocation": physical(place, None, places) });
        fields.insert("locations".to_owned(), json!([location]));
    }
    made
}

fn result(finding: &Finding, number: Option<usize>, places: &Places<'_>) -> Value {
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let related: Vec<Value> =
        finding.related.iter().zip(1..).map(|(site, id)| location(site, Some(id), places)).collect();
    let mut made = json!({
        "ruleId": finding.rule.id, "level": level(finding.rule.severity),
        "message": message(&format!("{}{help}", finding.message)),
        "locations": [location(&finding.primary, None, places)],
        "relatedLocations": related,
        "partialFingerprints": { "presync/v1": finding.fingerprint },
        "properties": { "class": finding.primary.class, "attribute": finding.primary.attribute },
    });
    if let (Some(number), Some(fields)) = (number, made.as_object_mut()) {
        fields.insert("ruleIndex".to_owned(), json!(number));
    }
    made
}

/// A place (3.28) with the name of its object. The region is what is at fault, the region around it the whole value.
fn location(site: &Site, id: Option<usize>, places: &Places<'_>) -> Value {
    let mut faults: Vec<Location> =
        places.highlights(site).into_iter().map(|highlight| highlight.location).collect();
    let more = if faults.is_empty() { Vec::new() } else { faults.split_off(1) };
    let first = faults.pop().unwrap_or(site.location);
    let around = (first != site.location).then_some(site.location);
    let mut made = json!({
        "physicalLocation": physical(first, around, places),
        "logicalLocations": [{ "fullyQualifiedName": site.object, "kind": "object" }],
        "message": message(&site.label),
    });
    if let Some(fields) = made.as_object_mut() {
        if let Some(id) = id {
            fields.insert("id".to_owned(), json!(id));
        }
        if !more.is_empty() {
            let more: Vec<Value> = more.into_iter().map(|place| region(place, places)).collect();
            fields.insert("annotations".to_owned(), Value::Array(more));
        }
    }
    made
}

fn physical(place: Location, around: Option<Location>, places: &Places<'_>) -> Value {
    let mut fields = Map::new();
    fields.insert("artifactLocation".to_owned(), json!({ "uri": uri(places.store.name(place.file)) }));
    fields.insert("region".to_owned(), region(place, places));
    if let Some(around) = around {
        fields.insert("contextRegion".to_owned(), region(around, places));
    }
    Value::Object(fields)
}

/// A region (3.30). Bytes are counted only in a file that was read as it lies there.
fn region(place: Location, places: &Places<'_>) -> Value {
    let (start, end) = places.extent(place);
    let mut made = json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    });
    if let Some(fields) = made.as_object_mut().filter(|_| !places.store.transcoded(place.file)) {
        fields.insert("byteOffset".to_owned(), json!(place.span.offset));
        fields.insert("byteLength".to_owned(), json!(place.span.length));
    }
    made
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_message_has_no_links() {
        assert_eq!(plain("see [this](http://evil)\nand\u{1b}"), "see [this\\](http://evil)\nand<U+001B>");
    }
}
