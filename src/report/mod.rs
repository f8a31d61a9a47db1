//! Findings to bytes. Reports decide nothing: what is shown, and in which order, was decided before.

mod around;
mod cells;
mod checkstyle;
mod concise;
mod csv;
pub mod diagnose;
pub mod difference;
pub mod errors;
mod excerpt;
mod failure;
mod fix;
mod forecast;
mod github;
mod gitlab;
mod html;
mod human;
mod json;
mod junit;
mod markdown;
mod place;
mod proposal;
mod prose;
mod rule;
mod rule_page;
mod sarif;
mod summary;
mod timings;
mod xml;

use std::io::{self, Write};

use crate::finding::{Outcome, RuleCost, Severity};
use crate::pack::{Library, RuleFacts};
use crate::source::Store;

pub use failure::failure;
pub use fix::{Done, fix_diff, fix_json, fix_summary};
pub use forecast::{Chosen, ForecastFormat, forecast, matches};
pub use human::{finding, problems};
pub use json::schemas;
pub use proposal::words as change_in_words;
pub use rule::rule;
pub use rule_page::rule_pages;

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Excerpts with the faults underlined, for people.
    Human,
    /// One line for each finding.
    Concise,
    /// One JSON document, version 1.
    Json,
    /// One JSON value a line, version 1.
    JsonLines,
    /// SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub Actions: commands in the log.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// JUnit: a suite for each rule.
    Junit,
    /// Checkstyle.
    Checkstyle,
    /// A table in the columns of IdFix.
    Csv,
    /// A summary in Markdown.
    Markdown,
    /// One page that works offline.
    Html,
}

impl Format {
    /// Whether it is a document for machines that holds what is wrong with files and rules, too: nobody need be told beside it.
    #[must_use]
    pub fn tells_all(self) -> bool {
        matches!(self, Self::Json | Self::JsonLines | Self::Sarif)
    }

    /// Whether it can say that presync could not do its work. A table of findings cannot: without rows it looks clean.
    #[must_use]
    pub fn holds_problems(self) -> bool {
        !matches!(self, Self::Concise | Self::Csv)
    }
}

/// What is reported: what a run found, and what is needed to say it.
#[derive(Clone, Copy)]
pub struct Report<'r> {
    /// What was found.
    pub outcome: &'r Outcome,
    /// The files that it points at.
    pub store: &'r Store,
    /// The rules, with what they say of themselves.
    pub library: &'r Library,
    /// Findings of this severity or worse fail the run.
    pub fail_level: Severity,
}

impl<'r> Report<'r> {
    /// What there is to know of a rule.
    fn rule(&self, id: &str) -> Option<RuleFacts<'r>> {
        let (origin, rule) = self.library.rules().find(|(_, rule)| rule.id == id)?;
        Some(self.library.facts(origin, rule))
    }
}

/// How a report looks.
#[derive(Clone, Copy)]
pub struct Style<'s> {
    /// Whether colours are used.
    pub colour: bool,
    /// Whether places in files are links (OSC 8).
    pub links: bool,
    /// How many columns there are.
    pub width: usize,
    /// How many findings of one rule people are shown; none is all.
    pub limit: Option<usize>,
    /// More is said: rules without objects, files that were not read.
    pub verbose: bool,
    /// Only findings are shown.
    pub quiet: bool,
    /// How long it took is said; a file says the same every time.
    pub timed: bool,
    /// Whether values of an attribute never come out.
    pub secret: &'s (dyn Fn(&str) -> bool + Sync),
}

/// Writes the findings of a run, and in formats that have room for it everything else.
///
/// # Errors
/// What the operating system says of writing.
pub fn write(format: Format, report: &Report<'_>, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (outcome, store) = (report.outcome, report.store);
    let style = &Style { links: style.links && format == Format::Human, ..*style };
    match format {
        Format::Human => human::findings(outcome, store, style, out),
        Format::Concise => concise::write(outcome, store, out),
        Format::Json => json::document(outcome, store, out),
        Format::JsonLines => json::lines(outcome, store, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(outcome, store, out),
        Format::Gitlab => gitlab::write(outcome, store, out),
        Format::Junit => junit::write(report, out),
        Format::Checkstyle => checkstyle::write(outcome, store, out),
        Format::Csv => csv::write(outcome, out),
        Format::Markdown => markdown::write(report, out),
        Format::Html => html::write(report, style, out),
    }
}

/// Writes what each rule cost, the dearest first.
///
/// # Errors
/// What the operating system says of writing.
pub fn timings(costs: &[RuleCost], out: &mut dyn Write) -> io::Result<()> {
    timings::write(costs, out)
}

/// Writes how many findings each rule has, the most first.
///
/// # Errors
/// What the operating system says of writing.
pub fn statistics(report: &Report<'_>, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    summary::statistics(report, style, out)
}

/// Writes the last lines for people: what was done, and what it means.
///
/// # Errors
/// What the operating system says of writing.
pub fn summary(outcome: &Outcome, style: &Style<'_>, out: &mut dyn Write) -> io::Result<()> {
    summary::write(outcome, style, out)
}
