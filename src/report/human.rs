//! Findings and problems for people: excerpts with what is at fault underlined, drawn by miette.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};
use rayon::prelude::*;

use super::Style;
use super::concise::severity;
use super::excerpt::{Excerpt, Mark, of_problem};
use super::place::Places;
use super::proposal;
use super::prose::wrapped;
use super::summary::grouped;
use crate::finding::{Finding, MAX_RELATED, Outcome, Problem, Severity, Site, printable};
use crate::source::Store;

/// How many places of one finding are shown.
const PLACES: usize = 6;
/// How many problems of one kind are shown.
const PROBLEMS: usize = 20;
/// How many findings are drawn at a time.
const BATCH: usize = 1024;
/// About how many bytes a finding takes.
const USUAL: usize = 1 << 11;

/// Something that miette draws.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) message: String,
    pub(super) severity: Severity,
    pub(super) help: Option<String>,
    pub(super) excerpt: Excerpt,
    pub(super) marks: Vec<Mark>,
}

impl fmt::Debug for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} {:?}", self.span, self.text)
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.marks.is_empty()).then_some(&self.excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self
            .marks
            .iter()
            .map(|mark| LabeledSpan::new(mark.text.clone(), mark.span.start, mark.span.len()));
        Some(Box::new(labels))
    }
}

/// Writes the findings; of each rule only so many as the style says, and how many there are more.
pub(super) fn findings(
    outcome: &Outcome,
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut shown: Vec<&Finding> = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &outcome.findings {
        let count = counts.entry(finding.rule.id.as_str()).or_default();
        *count += 1;
        if style.limit.is_none_or(|limit| *count <= limit) {
            shown.push(finding);
        }
    }
    let files = shown.iter().flat_map(|finding| {
        std::iter::once(&finding.primary).chain(&finding.related).map(|site| site.location.file)
    });
    let places = Places::of_files(files, store);
    for batch in shown.chunks(BATCH) {
        let drawn: Vec<io::Result<String>> =
            batch.par_iter().map(|finding| draw_finding(finding, &places, style)).collect();
        for text in drawn {
            writeln!(out, "{}", text?)?;
        }
    }
    for (rule, count) in counts {
        let hidden = count - count.min(style.limit.unwrap_or(count));
        if hidden > 0 {
            let hidden = grouped(u64::try_from(hidden).unwrap_or(u64::MAX));
            writeln!(out, "… and {hidden} more of `{rule}` (`--all` shows them)\n")?;
        }
    }
    Ok(())
}

/// Draws one finding.
///
/// # Errors
/// What the drawing library says.
pub fn finding(finding: &Finding, store: &Store, style: &Style<'_>) -> io::Result<String> {
    let files = std::iter::once(&finding.primary).chain(&finding.related).map(|site| site.location.file);
    draw_finding(finding, &Places::of_files(files, store), style)
}

/// The places of a finding in an excerpt, with their marks.
pub(super) fn drawn(finding: &Finding, places: &Places<'_>, style: &Style<'_>) -> (Excerpt, Vec<Mark>) {
    let mut excerpt = Excerpt::new(style.links);
    let mut marks = Vec::new();
    for site in std::iter::once(&finding.primary).chain(&finding.related).take(PLACES) {
        marks.extend(excerpt.site(site, places, style.secret));
        if let Some(reference) = site.via {
            let text = format!("by this reference, {}", site.label);
            marks.push(excerpt.line(reference, &text, places, style.secret));
        }
    }
    (excerpt, marks)
}

/// What is to be said below the places of a finding.
pub(super) fn remarks(finding: &Finding) -> Vec<String> {
    let more = (finding.related.len() + 1).saturating_sub(PLACES);
    let mut help: Vec<String> = finding.help.iter().map(|help| printable(help).into_owned()).collect();
    if more > 0 {
        let places = if more == 1 { "place" } else { "places" };
        // where there are very many, a finding names only the first ones
        let least = if finding.related.len() < MAX_RELATED { "" } else { "at least " };
        help.push(format!("and {least}{more} more {places}"));
    }
    help.extend(finding.fix.iter().flat_map(proposal::lines));
    help.push(format!("see `{}`", finding.rule.docs));
    help
}

fn draw_finding(finding: &Finding, places: &Places<'_>, style: &Style<'_>) -> io::Result<String> {
    let (excerpt, marks) = drawn(finding, places, style);
    let drawing = Drawing {
        message: printable(&finding.message).into_owned(),
        severity: finding.rule.severity,
        help: Some(remarks(finding).join("\n")),
        excerpt,
        marks,
    };
    draw(drawing, &finding.rule.id, style)
}

/// The places of something that no rule says, in an excerpt with their marks.
pub(super) fn shown_sites(sites: &[Site], places: &Places<'_>, style: &Style<'_>) -> (Excerpt, Vec<Mark>) {
    let mut excerpt = Excerpt::new(style.links);
    let mut marks = Vec::new();
    for site in sites.iter().take(PLACES) {
        marks.extend(excerpt.site(site, places, style.secret));
    }
    (excerpt, marks)
}

/// Draws the places of something that no rule says, with what belongs to it below.
pub(super) fn draw_sites(
    severity: Severity,
    id: &str,
    message: String,
    help: &[String],
    sites: &[Site],
    places: &Places<'_>,
    style: &Style<'_>,
) -> io::Result<String> {
    let (excerpt, marks) = shown_sites(sites, places, style);
    draw(Drawing { message, severity, help: Some(help.join("\n")), excerpt, marks }, id, style)
}

/// Writes what is wrong with files and rules.
///
/// # Errors
/// What the operating system says of writing.
pub fn problems(
    problems: &[Problem],
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut shown: Vec<&Problem> = Vec::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in problems.iter().filter(|problem| problem.severity > Severity::Info || style.verbose) {
        let count = counts.entry(problem.code).or_default();
        *count += 1;
        if *count <= PROBLEMS {
            shown.push(problem);
        }
    }
    let files = shown.iter().flat_map(|problem| {
        problem.location.iter().chain(problem.related.iter().map(|(place, _)| place)).map(|place| place.file)
    });
    let places = Places::of_files(files, store);
    for problem in shown {
        let (excerpt, marks) = of_problem(problem, &places, style);
        let drawing = Drawing {
            message: printable(&problem.message).into_owned(),
            severity: problem.severity,
            help: problem.help.clone(),
            excerpt,
            marks,
        };
        writeln!(out, "{}", draw(drawing, problem.code, style)?)?;
    }
    for (code, count) in counts.into_iter().filter(|(_, count)| *count > PROBLEMS) {
        writeln!(out, "… and {} more of `{code}`\n", count - PROBLEMS)?;
    }
    Ok(())
}

/// Draws something, under a name in brackets.
pub(super) fn draw(mut drawing: Drawing, id: &str, style: &Style<'_>) -> io::Result<String> {
    let head = format!("{}[{id}]:", severity(drawing.severity));
    let width = style.width.max(40);
    // miette writes two columns less than it has, the head with two spaces before it, `  │ ` before what follows it, and `  help: `
    drawing.message = wrapped(&drawing.message, width - 6, (head.len() + 3).saturating_sub(4));
    if drawing.message.is_empty() {
        // without a text miette writes no head
        drawing.message.push(' ');
    }
    drawing.help = drawing.help.map(|help| wrapped(&help, width - 10, 0));
    let characters = ThemeCharacters {
        error: head.clone(),
        warning: head.clone(),
        advice: head,
        ..ThemeCharacters::unicode()
    };
    let styles = if style.colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(width)
        .with_wrap_lines(false)
        .with_context_lines(1)
        .with_links(false)
        .without_syntax_highlighting();
    let mut text = String::with_capacity(USUAL);
    handler.render_report(&mut text, &drawing).map_err(io::Error::other)?;
    Ok(text)
}
