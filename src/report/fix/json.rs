//! A plan for machines: `{"schema": "presync-fix/1", ..}`. Fields may be added, never changed or removed.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::Done;
use crate::finding::{Change, Finding, Severity, printable_json};
use crate::fix::{Choice, Mend, Plan, Withdrawn};
use crate::report::json::of_problem;
use crate::report::place::Places;
use crate::report::proposal;
use crate::source::Store;

pub(super) fn write(plan: &Plan, done: &[Done], store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(&plan.before, store)?;
    let summary = json!({
        "safe": plan.mends.iter().filter(|mend| mend.safe).count(),
        "unsafe": plan.mends.iter().filter(|mend| !mend.safe).count(),
        "changes": plan.changes.len(), "withdrawn": plan.withdrawn.len(), "waiting": plan.waiting.len(), "choices": plan.choices.len(),
        "findings": { "before": by_severity(&plan.before.findings), "after": by_severity(&plan.after.findings) },
        "now": plan.before.summary.now,
    });
    write!(out, "{{\"schema\":\"presync-fix/1\",\"summary\":{summary}")?;
    list("fixes", plan.mends.iter().map(|mend| fix(mend, store)), out)?;
    list("changes", plan.changes.iter().map(|one| change(one, store)), out)?;
    list("withdrawn", plan.withdrawn.iter().map(withdrawn), out)?;
    list("waiting", plan.waiting.iter().map(|finding| Value::Object(about(Some(finding)))), out)?;
    list("choices", plan.choices.iter().map(choice), out)?;
    let written = done.iter().map(|done| json!({ "what": done.what, "file": done.file }));
    list("written", written, out)?;
    let problems = plan.before.problems.iter().map(|problem| of_problem(problem, &places, Map::new()));
    let problems: Vec<Map<String, Value>> = problems.collect::<io::Result<_>>()?;
    list("problems", problems.into_iter().map(Value::Object), out)?;
    writeln!(out, "}}")
}

fn list(name: &str, values: impl Iterator<Item = Value>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, ",\n\"{name}\":[")?;
    for (number, value) in values.enumerate() {
        let comma = if number > 0 { ",\n" } else { "\n" };
        write!(out, "{comma}{}", printable_json(value.to_string()))?;
    }
    write!(out, "]")
}

fn by_severity(findings: &[Finding]) -> Value {
    let count = |severity| findings.iter().filter(|finding| finding.rule.severity == severity).count();
    json!({ "error": count(Severity::Error), "warning": count(Severity::Warning), "info": count(Severity::Info) })
}

fn about(finding: Option<&Finding>) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("rule".to_owned(), json!(finding.map(|finding| &finding.rule.id)));
    fields.insert("fingerprint".to_owned(), json!(finding.map(|finding| &finding.fingerprint)));
    fields.insert("message".to_owned(), json!(finding.map(|finding| &finding.message)));
    fields.insert("object".to_owned(), json!(finding.map(|finding| &finding.primary.object)));
    fields
}

fn fix(mend: &Mend, store: &Store) -> Value {
    let mut fields = about(mend.finding.as_ref());
    fields.insert("safe".to_owned(), json!(mend.safe));
    let changes = mend.changes.iter().map(|one| change(one, store));
    fields.insert("changes".to_owned(), Value::Array(changes.collect()));
    Value::Object(fields)
}

fn withdrawn(withdrawn: &Withdrawn) -> Value {
    let mut fields = about(withdrawn.finding.as_ref());
    let changes = withdrawn.changes.iter().map(proposal::change);
    fields.insert("changes".to_owned(), Value::Array(changes.collect()));
    fields.insert("reason".to_owned(), json!(withdrawn.reason));
    Value::Object(fields)
}

/// A value of several objects: the one with the best claim first.
fn choice(choice: &Choice) -> Value {
    let mut fields = about(Some(&choice.finding));
    let holders = choice.holders.iter().map(|holder| {
        let gives_up: Vec<Value> = holder.gives_up.iter().map(proposal::change).collect();
        json!({ "object": holder.object, "class": holder.class, "claims": holder.claims, "gives_up": gives_up })
    });
    fields.insert("holders".to_owned(), Value::Array(holders.collect()));
    Value::Object(fields)
}

/// A change with the edit of the file that makes it; null if none can.
fn change(change: &Change, store: &Store) -> Value {
    let mut made = proposal::change(change);
    if let Some(fields) = made.as_object_mut() {
        fields.insert("edit".to_owned(), proposal::edit(change, store));
    }
    made
}
