//! The page of a check.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::super::concise::severity as word;
use super::super::human::{drawn, remarks};
use super::super::json::batches;
use super::super::place::Places;
use super::super::summary::{not_evaluated, verdict, what_was_read};
use super::super::{Report, Style};
use super::{Facet, Frame, at, excerpts, harmless, stands};
use crate::finding::{Finding, printable};

/// A finding with the numbers of its values in the facets.
type Row<'f> = ([usize; 6], &'f Finding);

/// Writes the page.
pub(in crate::report) fn write(
    report: &Report<'_>,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let outcome = report.outcome;
    let places = Places::of(outcome, report.store);
    let (facets, rows) = counted(report);
    let frame = Frame {
        title: "presync check",
        verdict: verdict(outcome),
        facts: facts(report),
        notes: notes(report)?,
        rows: ["finding", "findings"],
        facets: &facets,
        texts: &["message", "object", "place"],
        columns: columns(),
        problems: &outcome.problems,
    };
    frame.write(&places, out, |take| batches(&rows, |row| made(row, &places, style), &mut |text| take(&text)))
}

fn facts(report: &Report<'_>) -> Vec<String> {
    let summary = &report.outcome.summary;
    let mut facts = Vec::new();
    if !summary.objects.is_empty() {
        facts.push(printable(&what_was_read(report.outcome, false)).into_owned());
        facts.push(format!("now: {}", summary.now));
    }
    if summary.suppressed > 0 {
        facts.push(format!("{} suppressed", summary.suppressed));
    }
    facts
}

/// What could not be judged, and why.
fn notes(report: &Report<'_>) -> io::Result<Vec<(String, Vec<String>)>> {
    let summary = &report.outcome.summary;
    let count = summary.rules_not_evaluated.len();
    if count == 0 {
        return Ok(Vec::new());
    }
    let rules = if count == 1 { "1 rule".to_owned() } else { format!("{count} rules") };
    let mut reasons = Vec::new();
    not_evaluated(summary, true, &mut reasons)?;
    let reasons = String::from_utf8_lossy(&reasons);
    let reasons = reasons.lines().map(|line| line.trim().to_owned()).collect();
    Ok(vec![(format!("{rules} could not be judged"), reasons)])
}

fn columns() -> Value {
    json!([
        { "key": "severity", "name": "severity", "facet": 0, "width": "92px" },
        { "key": "message", "name": "finding", "text": 0, "prose": true, "wide": true, "width": "minmax(0, 2.7fr)" },
        { "key": "object", "name": "object", "text": 1, "width": "minmax(0, 2fr)", "extra": true },
        { "key": "rule", "name": "rule", "facet": 1, "width": "minmax(0, 1.3fr)" },
        { "key": "place", "name": "place", "text": 2, "mono": true, "width": "minmax(0, 1.1fr)", "extra": true },
    ])
}

fn counted<'f>(report: &Report<'f>) -> (Vec<Facet>, Vec<Row<'f>>) {
    let mut severity = Facet::severities();
    let mut rule = Facet::new("rule", "rule");
    let mut class = Facet::new("class", "class");
    let mut attribute = Facet::new("attribute", "attribute");
    let mut unit = Facet::new("ou", "organizational unit");
    let mut domain = Facet::new("domain", "domain");
    let mut row = |finding: &'f Finding| {
        let site = &finding.primary;
        let (above, of) = stands(&site.object);
        let explained = || {
            let Some(facts) = report.rule(&finding.rule.id) else { return Default::default() };
            let about = facts.rule.rationale.as_deref().unwrap_or_default().trim().to_owned();
            (facts.rule.shown_title(), about)
        };
        let numbers = [
            severity.number(word(finding.rule.severity)),
            rule.explained(&finding.rule.id, explained),
            class.number(&site.class),
            attribute.number(site.attribute.as_deref().unwrap_or_default()),
            unit.number(&above),
            domain.number(&of),
        ];
        (numbers, finding)
    };
    let rows = report.outcome.findings.iter().map(|finding| row(finding)).collect();
    (vec![severity, rule, class, attribute, unit, domain], rows)
}

fn made((numbers, finding): &Row<'_>, places: &Places<'_>, style: &Style<'_>) -> String {
    let (excerpt, marks) = drawn(finding, places, style);
    let help = remarks(finding).join("\n");
    let mut row: Vec<Value> = numbers.iter().map(|number| json!(number)).collect();
    row.push(json!(printable(&finding.message)));
    row.push(json!(printable(&finding.primary.object)));
    row.push(json!(at(places.fault(&finding.primary), places)));
    row.push(json!({
        "fields": [["object", printable(&finding.primary.object)]],
        "excerpts": excerpts(&excerpt, &marks), "help": help,
    }));
    harmless(Value::Array(row).to_string())
}
