//! What people have to know of a plan besides its diff.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use crate::finding::printable;
use crate::fix::{Choice, Mend, Plan, Withdrawn};
use crate::report::Style;
use crate::report::proposal::words;

/// Something that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// What it is: `ldif`, `undo`, `powershell`, `csv`, `in-place`, `plan`.
    pub what: &'static str,
    /// The file.
    pub file: String,
}

pub(super) fn write(plan: &Plan, done: &[Done], style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let yellow = Paint::new().bold().fg_color(Some(AnsiColor::Yellow.into()));
    let paint = if style.colour { yellow } else { Paint::new() };
    let limit = style.limit.unwrap_or(usize::MAX);
    for withdrawn in plan.withdrawn.iter().take(limit) {
        let rule = withdrawn.finding.as_ref().map_or("change", |finding| finding.rule.id.as_str());
        writeln!(out, "{paint}withdrawn[{rule}]:{paint:#} {}", object(withdrawn))?;
        for change in withdrawn.changes.iter().take(3) {
            writeln!(out, "  {}", words(change))?;
        }
        writeln!(out, "  {}\n", printable(&withdrawn.reason))?;
    }
    let more = plan.withdrawn.len().saturating_sub(limit);
    if more > 0 {
        writeln!(out, "… and {more} more that were withdrawn (`--all` shows them)\n")?;
    }
    for choice in plan.choices.iter().take(limit) {
        self::choice(choice, paint, out)?;
    }
    let more = plan.choices.len().saturating_sub(limit);
    if more > 0 {
        writeln!(out, "… and {more} more to choose (`--all` shows them)\n")?;
    }
    let mut summary = counts(plan);
    if plan.changes.is_empty() {
        summary.insert(0, "nothing to change".to_owned());
    }
    writeln!(out, "{}", summary.join(", "))?;
    for done in done {
        writeln!(out, "wrote {}", printable(&done.file))?;
    }
    if done.is_empty() && !plan.changes.is_empty() {
        let help = "nothing was changed: `--ldif FILE --undo FILE` writes a change file, `--in-place` the snapshot itself";
        writeln!(out, "{help}")?;
    }
    Ok(())
}

/// Who holds a value, the best claim first, and what each would become without it.
fn choice(choice: &Choice, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let message = printable(&choice.finding.message);
    writeln!(out, "{paint}choose[{}]:{paint:#} {message}", choice.finding.rule.id)?;
    for holder in &choice.holders {
        let claims =
            if holder.claims.is_empty() { String::new() } else { format!(" ({})", holder.claims.join(", ")) };
        writeln!(out, "  {}{claims}", printable(&holder.object))?;
        for change in &holder.gives_up {
            writeln!(out, "    without it: {}", words(change))?;
        }
    }
    writeln!(out)
}

fn object(withdrawn: &Withdrawn) -> String {
    let object = withdrawn.changes.first().map_or("", |change| &change.object);
    printable(object).into_owned()
}

/// `3 safe fixes`, `2 unsafe fixes`, ..
fn counts(plan: &Plan) -> Vec<String> {
    let of = |is_meant: &dyn Fn(&&Mend) -> bool| plan.mends.iter().filter(is_meant).count();
    let safe = of(&|mend| mend.safe && mend.finding.is_some());
    let mut counts = Vec::new();
    let mut more = |number: usize, one: &str, many: &str| {
        if number > 0 {
            counts.push(count(number, one, many));
        }
    };
    more(safe, "safe fix", "safe fixes");
    more(of(&|mend| !mend.safe && mend.finding.is_some()), "unsafe fix", "unsafe fixes");
    more(of(&|mend| mend.finding.is_none()), "change that was asked for", "changes that were asked for");
    more(plan.waiting.len(), "fix that needs `--unsafe`", "fixes that need `--unsafe`");
    more(plan.withdrawn.len(), "withdrawn", "withdrawn");
    more(plan.choices.len(), "choice", "choices");
    let left = plan.after.findings.len();
    more(left, "finding stays", "findings stay");
    counts
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
