//! A plan for machines: `{"schema": "presync-fix/1", ..}`. Fields may be added, never changed or removed.

use std::io::{self, Write};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::Done;
use crate::finding::{self, Finding, Severity};
use crate::fix::{self, Mend, Plan};
use crate::report::json::{BySeverity, Change, Edit, Head, Problem, begin, list};
use crate::report::place::Places;
use crate::source::Store;

/// The name of the form of `presync fix`.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
enum Schema {
    #[serde(rename = "presync-fix/1")]
    Version1,
}

/// A plan of mends.
#[derive(JsonSchema)]
#[allow(dead_code)] // it is written piece by piece
pub(in crate::report) struct Document<'a> {
    schema: Schema,
    summary: Summary<'a>,
    fixes: Vec<Fix<'a>>,
    /// What all fixes change together.
    changes: Vec<Edited<'a>>,
    /// Fixes that were asked for and are not done.
    withdrawn: Vec<Withdrawn<'a>>,
    /// Findings whose fixes are unsafe and were not asked for.
    waiting: Vec<About<'a>>,
    /// Values of several objects, of which a person has to choose who keeps them.
    choices: Vec<Choice<'a>>,
    /// What was written.
    written: Vec<Written<'a>>,
    problems: Vec<Problem<'a>>,
}

/// The plan in numbers.
#[derive(Serialize, JsonSchema)]
struct Summary<'a> {
    safe: usize,
    r#unsafe: usize,
    changes: usize,
    withdrawn: usize,
    waiting: usize,
    choices: usize,
    findings: BeforeAndAfter,
    /// The time that counted as now (RFC 3339).
    now: &'a str,
}

/// How many findings there are, and would be.
#[derive(Serialize, JsonSchema)]
struct BeforeAndAfter {
    before: BySeverity,
    after: BySeverity,
}

/// A finding, in short; null if a person asked for the change.
#[derive(Serialize, JsonSchema)]
struct About<'a> {
    rule: Option<&'a str>,
    fingerprint: Option<&'a str>,
    message: Option<&'a str>,
    object: Option<&'a str>,
}

/// A fix that is done.
#[derive(Serialize, JsonSchema)]
struct Fix<'a> {
    #[serde(flatten)]
    about: About<'a>,
    /// It cannot change who somebody is, or where mail goes.
    safe: bool,
    changes: Vec<Edited<'a>>,
}

/// A change with the edit of the file that makes it.
#[derive(Serialize, JsonSchema)]
struct Edited<'a> {
    #[serde(flatten)]
    change: Change<'a>,
    /// Null where the file cannot be edited.
    edit: Option<Edit<'a>>,
}

/// A fix that was asked for and is not done.
#[derive(Serialize, JsonSchema)]
struct Withdrawn<'a> {
    #[serde(flatten)]
    about: About<'a>,
    changes: Vec<Change<'a>>,
    reason: &'a str,
}

/// A value of several objects.
#[derive(Serialize, JsonSchema)]
struct Choice<'a> {
    #[serde(flatten)]
    about: About<'a>,
    /// Those who hold it, the one with the best claim first.
    holders: Vec<Holder<'a>>,
}

/// An object that holds a value.
#[derive(Serialize, JsonSchema)]
struct Holder<'a> {
    object: &'a str,
    class: &'a str,
    /// What speaks for it.
    claims: &'a [String],
    /// What it takes for the object to give the value up.
    gives_up: Vec<Change<'a>>,
}

/// What was written, and where.
#[derive(Serialize, JsonSchema)]
struct Written<'a> {
    what: &'a str,
    file: &'a str,
}

pub(super) fn write(plan: &Plan, done: &[Done], store: &Store, out: &mut dyn Write) -> io::Result<()> {
    let problems = plan.before.problems.iter();
    let places = Places::of_files(problems.flat_map(finding::Problem::files), store);
    begin(&Head { schema: Schema::Version1, summary: Summary::of(plan) }, out)?;
    list(",\n\"fixes\":", &plan.mends, |mend| Fix::of(mend, &places), out)?;
    list(",\n\"changes\":", &plan.changes, |change| Edited::of(change, &places), out)?;
    list(",\n\"withdrawn\":", &plan.withdrawn, Withdrawn::of, out)?;
    list(",\n\"waiting\":", &plan.waiting, |finding| About::of(Some(finding)), out)?;
    list(",\n\"choices\":", &plan.choices, Choice::of, out)?;
    list(",\n\"written\":", done, |done| Written { what: done.what, file: &done.file }, out)?;
    list(",\n\"problems\":", &plan.before.problems, |problem| Problem::of(problem, &places), out)?;
    writeln!(out, "}}")
}

impl<'a> Summary<'a> {
    fn of(plan: &'a Plan) -> Self {
        let safe = plan.mends.iter().filter(|mend| mend.safe).count();
        Self {
            safe,
            r#unsafe: plan.mends.len() - safe,
            changes: plan.changes.len(),
            withdrawn: plan.withdrawn.len(),
            waiting: plan.waiting.len(),
            choices: plan.choices.len(),
            findings: BeforeAndAfter {
                before: by_severity(&plan.before.findings),
                after: by_severity(&plan.after.findings),
            },
            now: &plan.before.summary.now,
        }
    }
}

fn by_severity(findings: &[Arc<Finding>]) -> BySeverity {
    let count = |severity| {
        let count = findings.iter().filter(|finding| finding.rule.severity == severity).count();
        u64::try_from(count).unwrap_or(u64::MAX)
    };
    BySeverity {
        error: count(Severity::Error),
        warning: count(Severity::Warning),
        info: count(Severity::Info),
    }
}

impl<'a> About<'a> {
    fn of(finding: Option<&'a Finding>) -> Self {
        Self {
            rule: finding.map(|finding| finding.rule.id.as_str()),
            fingerprint: finding.map(|finding| finding.fingerprint.as_str()),
            message: finding.map(|finding| finding.message.as_str()),
            object: finding.map(|finding| finding.primary.object.as_str()),
        }
    }
}

impl<'a> Fix<'a> {
    fn of(mend: &'a Mend, places: &Places<'a>) -> Self {
        let changes = mend.changes.iter().map(|change| Edited::of(change, places));
        Self { about: About::of(mend.finding.as_deref()), safe: mend.safe, changes: changes.collect() }
    }
}

impl<'a> Edited<'a> {
    fn of(change: &'a finding::Change, places: &Places<'a>) -> Self {
        Self { change: Change::of(change), edit: Edit::of(change, places) }
    }
}

impl<'a> Withdrawn<'a> {
    fn of(withdrawn: &'a fix::Withdrawn) -> Self {
        Self {
            about: About::of(withdrawn.finding.as_deref()),
            changes: withdrawn.changes.iter().map(|change| Change::of(change)).collect(),
            reason: &withdrawn.reason,
        }
    }
}

impl<'a> Choice<'a> {
    fn of(choice: &'a fix::Choice) -> Self {
        let holders = choice.holders.iter().map(|holder| Holder {
            object: &holder.object,
            class: &holder.class,
            claims: &holder.claims,
            gives_up: holder.gives_up.iter().map(|change| Change::of(change)).collect(),
        });
        Self { about: About::of(Some(&choice.finding)), holders: holders.collect() }
    }
}
