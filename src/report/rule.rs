//! One rule explained on a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style as Paint};

use super::Style;
use super::prose::set;
use crate::finding::printable;
use crate::pack::{DEFAULT_PROFILE, RawExample, RawSeverity, RuleFacts};

/// Prose is set no wider than this, whatever the terminal has.
const WIDEST: usize = 100;

/// Writes what there is to know of a rule.
///
/// # Errors
/// What the operating system says of writing.
pub fn rule(facts: &RuleFacts<'_>, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let rule = facts.rule;
    let page = Page { width: style.width.min(WIDEST), colour: style.colour };
    let severity = page.paint(Paint::new().bold().fg_color(Some(colour(rule.severity).into())));
    let bold = page.paint(Paint::new().bold());
    let head = format!("{}[{}]", rule.severity.word(), printable(&rule.id));
    writeln!(out, "{severity}{head}{severity:#}: {bold}{}{bold:#}", printable(&rule.shown_title()))?;
    let mut marks = vec![match facts.profiles.as_slice() {
        [] => "of every profile".to_owned(),
        [name] => format!("profile {name}"),
        names => format!("profiles {}", names.join(", ")),
    }];
    if !rule.tags.is_empty() {
        marks.push(format!("tags {}", rule.tags.join(", ")));
    }
    page.prose(&marks.join("; "), out)?;
    if !facts.profiles.is_empty() && !facts.profiles.contains(&DEFAULT_PROFILE) {
        let name = facts.profiles.first().copied().unwrap_or_default();
        page.prose(&format!("it runs with `--profile {name}`"), out)?;
    }
    writeln!(out)?;
    verbatim(&rule.rule, out)?;
    if !facts.definitions.is_empty() {
        writeln!(out)?;
        for (name, text) in &facts.definitions {
            verbatim(&format!("{name}: {}", text.trim().replace('\n', "\n  ")), out)?;
        }
    }
    if let Some(rationale) = &rule.rationale {
        page.heading("Why", out)?;
        page.prose(rationale, out)?;
    }
    page.heading("What is said", out)?;
    page.prose(&unescaped(&rule.message), out)?;
    if let Some(help) = &rule.help {
        page.heading("What to do", out)?;
        page.prose(&unescaped(help), out)?;
    }
    if !rule.fix.all.is_empty() {
        page.heading("What presync proposes", out)?;
        for fix in &rule.fix.all {
            page.prose(&format!("- {}", fix.shown(&|text| format!("`{text}`"))), out)?;
        }
    }
    if !facts.parameters.is_empty() {
        page.heading("Parameters", out)?;
        for (name, raw) in &facts.parameters {
            page.prose(&format!("- `{name}`, {}", raw.shown()), out)?;
        }
    }
    for (number, example) in rule.examples.iter().enumerate() {
        let number = if rule.examples.len() > 1 { format!(" {}", number + 1) } else { String::new() };
        let set = settings(example);
        let set = if set.is_empty() { String::new() } else { format!(" ({})", set.join(" ")) };
        for (title, text) in [("A fault", &example.bad), ("In order", &example.good)] {
            if let Some(text) = text {
                page.heading(&format!("{title}{number}{set}"), out)?;
                verbatim(&shortened(text), out)?;
            }
        }
    }
    if !rule.see.is_empty() {
        page.heading("Sources", out)?;
        for source in &rule.see {
            page.prose(&format!("- {source}"), out)?;
        }
    }
    Ok(())
}

/// A template with single braces where a message will have them.
pub(super) fn unescaped(template: &str) -> String {
    template.replace("{{", "{").replace("}}", "}")
}

/// The parameters of an example, as options that a shell takes.
pub(super) fn settings(example: &RawExample) -> Vec<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '=' | '.' | ',' | '@');
    let option = |(name, value): &(String, String)| {
        let pair = format!("{name}={value}");
        if pair.chars().all(plain) { format!("--set {pair}") } else { format!("--set '{pair}'") }
    };
    example.set.0.iter().map(option).collect()
}

/// A long example without its middle.
pub(super) fn shortened(text: &str) -> String {
    const HEAD: usize = 30;
    const TAIL: usize = 4;
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.len() <= HEAD + TAIL + 1 {
        return lines.join("\n");
    }
    let left_out = lines.len() - HEAD - TAIL;
    let head = lines.iter().take(HEAD).copied();
    let middle = format!("# .. and {left_out} more lines ..");
    let tail = lines.iter().skip(HEAD + left_out).copied();
    head.chain([middle.as_str()]).chain(tail).collect::<Vec<_>>().join("\n")
}

fn colour(severity: RawSeverity) -> AnsiColor {
    match severity {
        RawSeverity::Error => AnsiColor::Red,
        RawSeverity::Warning => AnsiColor::Yellow,
        RawSeverity::Info => AnsiColor::Cyan,
    }
}

struct Page {
    width: usize,
    colour: bool,
}

impl Page {
    fn paint(&self, paint: Paint) -> Paint {
        if self.colour { paint } else { Paint::new() }
    }

    fn heading(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        let paint = self.paint(Paint::new().bold().underline());
        writeln!(out, "\n{paint}{}{paint:#}", printable(text))
    }

    fn prose(&self, text: &str, out: &mut dyn Write) -> io::Result<()> {
        set(text, self.width).iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

fn verbatim(text: &str, out: &mut dyn Write) -> io::Result<()> {
    for line in text.trim_end().lines() {
        let line = printable(line);
        writeln!(out, "{}{line}", if line.is_empty() { "" } else { "    " })?;
    }
    Ok(())
}
