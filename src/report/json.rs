//! JSON, version 1: fields may be added, never changed or removed.

use std::io::{self, Write};

use data_encoding::BASE64;
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::concise::severity;
use super::place::Places;
use super::proposal;
use crate::finding::{Finding, Outcome, Problem, Site, Summary, printable_json};
use crate::source::{Location, Store};

/// How many findings are made ready at a time.
const BATCH: usize = 4096;

/// One document.
pub(super) fn document(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store)?;
    write!(
        out,
        "{{\"schema\":\"presync/1\",\"summary\":{},\"findings\":[",
        printable_json(summary(&outcome.summary).to_string())
    )?;
    let mut first = true;
    batches(&outcome.findings, |finding| made(finding, &places, None), &mut |text| {
        let comma = if std::mem::take(&mut first) { "\n" } else { ",\n" };
        write!(out, "{comma}{text}")
    })?;
    write!(out, "],\"problems\":[")?;
    for (number, problem) in outcome.problems.iter().enumerate() {
        let comma = if number > 0 { ",\n" } else { "\n" };
        write!(
            out,
            "{comma}{}",
            printable_json(Value::Object(of_problem(problem, &places, Map::new())?).to_string())
        )?;
    }
    writeln!(out, "]}}")
}

/// One value a line.
pub(super) fn lines(outcome: &Outcome, store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(outcome, store)?;
    batches(&outcome.findings, |finding| made(finding, &places, Some("finding")), &mut |text| {
        writeln!(out, "{text}")
    })?;
    for problem in &outcome.problems {
        let fields = of_problem(problem, &places, typed("problem"))?;
        writeln!(out, "{}", printable_json(Value::Object(fields).to_string()))?;
    }
    let mut last = typed("summary");
    last.insert("schema".to_owned(), json!("presync/1"));
    if let Value::Object(fields) = summary(&outcome.summary) {
        last.extend(fields);
    }
    writeln!(out, "{}", printable_json(Value::Object(last).to_string()))
}

fn typed(kind: &str) -> Map<String, Value> {
    Map::from_iter([("type".to_owned(), json!(kind))])
}

/// Makes texts in parallel, and hands them on in order.
pub(super) fn batches<T: Sync>(
    items: &[T],
    make: impl Fn(&T) -> io::Result<String> + Sync,
    take: &mut dyn FnMut(String) -> io::Result<()>,
) -> io::Result<()> {
    for batch in items.chunks(BATCH) {
        let texts: Vec<io::Result<String>> = batch.par_iter().map(&make).collect();
        for text in texts {
            take(text?)?;
        }
    }
    Ok(())
}

fn made(finding: &Finding, places: &Places<'_>, kind: Option<&str>) -> io::Result<String> {
    let mut fields = kind.map(typed).unwrap_or_default();
    fields.insert("rule".to_owned(), json!(finding.rule.id));
    fields.insert("severity".to_owned(), json!(severity(finding.rule.severity)));
    fields.insert("message".to_owned(), json!(finding.message));
    fields.insert("help".to_owned(), json!(finding.help));
    site(&finding.primary, places, &mut fields)?;
    let related = finding.related.iter().map(|other| {
        let mut fields = Map::new();
        site(other, places, &mut fields)?;
        fields.insert("label".to_owned(), json!(other.label));
        Ok(Value::Object(fields))
    });
    fields.insert("related".to_owned(), Value::Array(related.collect::<io::Result<_>>()?));
    fields.insert("label".to_owned(), json!(finding.primary.label));
    fields.insert("fix".to_owned(), proposal::json(finding.fix.as_ref(), places.store));
    fields.insert("fingerprint".to_owned(), json!(finding.fingerprint));
    fields.insert("tags".to_owned(), json!(finding.rule.tags));
    fields.insert("docs".to_owned(), json!(finding.rule.docs));
    Ok(printable_json(Value::Object(fields).to_string()))
}

fn site(site: &Site, places: &Places<'_>, fields: &mut Map<String, Value>) -> io::Result<()> {
    fields.insert("object".to_owned(), json!(site.object));
    fields.insert("class".to_owned(), json!(site.class));
    fields.insert("attribute".to_owned(), json!(site.attribute));
    fields.insert("value".to_owned(), site.value.as_deref().map_or(Value::Null, value));
    fields.insert("location".to_owned(), location(site.location, places)?);
    if let Some(reference) = site.via {
        fields.insert("via".to_owned(), location(reference, places)?);
    }
    let mut highlights = Vec::new();
    for highlight in places.highlights(site)? {
        let place = highlight.location;
        let position = places.position(place.file, place.span.offset)?;
        highlights.push(json!({
            "line": position.line, "column": position.column,
            "offset": place.span.offset, "length": place.span.length,
            "in_value": { "offset": highlight.in_value.start, "length": highlight.in_value.len() },
        }));
    }
    fields.insert("highlights".to_owned(), Value::Array(highlights));
    Ok(())
}

/// Text if it is UTF-8 without NUL, else base64.
pub(super) fn value(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => json!(text),
        _ => json!({ "base64": BASE64.encode(bytes) }),
    }
}

/// A place in a file.
pub(super) fn location(location: Location, places: &Places<'_>) -> io::Result<Value> {
    let (file, span) = (location.file, location.span);
    let start = places.position(file, span.offset)?;
    let end = places.position(file, span.end())?;
    let mut made = json!({
        "file": places.store.name(file), "line": start.line, "column": start.column,
        "end_line": end.line, "end_column": end.column, "offset": span.offset, "length": span.length,
    });
    if places.store.transcoded(file)
        && let Some(fields) = made.as_object_mut()
    {
        fields.insert("transcoded".to_owned(), json!(true));
    }
    Ok(made)
}

/// What is wrong with a file or a rule.
pub(super) fn of_problem(
    problem: &Problem,
    places: &Places<'_>,
    mut fields: Map<String, Value>,
) -> io::Result<Map<String, Value>> {
    fields.insert("code".to_owned(), json!(problem.code));
    fields.insert("severity".to_owned(), json!(severity(problem.severity)));
    fields.insert("message".to_owned(), json!(problem.message));
    fields.insert("help".to_owned(), json!(problem.help));
    let place = problem.location.map(|place| location(place, places)).transpose()?;
    fields.insert("location".to_owned(), place.unwrap_or(Value::Null));
    let related = problem
        .related
        .iter()
        .map(|(place, label)| Ok(json!({ "location": location(*place, places)?, "label": label })));
    let related: Vec<Value> = related.collect::<io::Result<_>>()?;
    if !related.is_empty() {
        fields.insert("related".to_owned(), Value::Array(related));
    }
    Ok(fields)
}

fn summary(summary: &Summary) -> Value {
    let objects: Map<String, Value> =
        summary.objects.iter().map(|(class, count)| (class.clone(), json!(count))).collect();
    let not_evaluated: Vec<Value> = summary
        .rules_not_evaluated
        .iter()
        .map(|(rule, reason)| json!({ "rule": rule, "reason": reason }))
        .collect();
    let [errors, warnings, notes] = summary.findings;
    let since = summary.since.as_ref().map(|since| {
        json!({
            "against": since.against, "introduced": since.introduced, "carried": since.carried, "fixed": since.fixed,
        })
    });
    json!({
        "objects": objects, "files": summary.files, "rules": summary.rules,
        "rules_not_evaluated": not_evaluated, "rules_without_object": summary.rules_without_object,
        "not_read": summary.not_read, "now": summary.now,
        "findings": { "error": errors, "warning": warnings, "info": notes },
        "suppressed": summary.suppressed, "recorded": summary.recorded, "since": since, "changes": summary.changes, "healthy": summary.healthy,
    })
}
