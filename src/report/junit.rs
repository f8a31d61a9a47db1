//! JUnit: a suite for each rule, so that a build server says which rule fails. A rule without findings is a case that
//! passed; a finding that does not fail the run is one, too, with its text as output.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::concise::severity;
use super::place::Places;
use super::{Report, xml};
use crate::finding::{Finding, Problem, Severity};

/// The suite of what is wrong with files and rules.
const RUN: &str = "presync";

#[derive(Default)]
struct Suite {
    cases: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let places = Places::of(report.outcome, report.store);
    let mut suites: BTreeMap<&str, Suite> = BTreeMap::new();
    for finding in &report.outcome.findings {
        suites.entry(&finding.rule.id).or_default().finding(finding, report.fail_level, &places);
    }
    for (rule, reason) in &report.outcome.summary.rules_not_evaluated {
        let suite = suites.entry(rule).or_default();
        // of a rule that was evaluated in part, the findings stand there
        if suite.tests == 0 {
            suite.skip(rule, reason);
        }
    }
    for rule in &report.outcome.summary.evaluated {
        let suite = suites.entry(rule).or_default();
        if suite.tests == 0 {
            suite.tests = 1;
            suite.add(format_args!("    <testcase classname=\"{0}\" name=\"{0}\"/>\n", xml::text(rule)));
        }
    }
    let mut run = Suite::default();
    for problem in &report.outcome.problems {
        run.problem(problem, &places);
    }
    let all = || suites.values().chain([&run]);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"presync\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
        all().map(|suite| suite.tests).sum::<usize>(),
        all().map(|suite| suite.failures).sum::<usize>(),
        run.errors,
        all().map(|suite| suite.skipped).sum::<usize>(),
    )?;
    if run.tests > 0 {
        run.write(RUN, out)?;
    }
    for (rule, suite) in &suites {
        suite.write(rule, out)?;
    }
    writeln!(out, "</testsuites>")
}

impl Suite {
    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // writing into a text cannot fail
        let _ = self.cases.write_fmt(text);
    }

    fn skip(&mut self, rule: &str, reason: &str) {
        self.tests += 1;
        self.skipped += 1;
        let (rule, reason) = (xml::text(rule), xml::text(reason));
        self.add(format_args!(
            "    <testcase classname=\"{rule}\" name=\"{rule}\"><skipped message=\"{reason}\"/></testcase>\n"
        ));
    }

    fn finding(&mut self, finding: &Finding, fail_level: Severity, places: &Places<'_>) {
        let site = &finding.primary;
        let place = places.fault(site);
        let position = places.position(place.file, place.span.offset);
        let file = places.store.name(place.file);
        let name = match &site.attribute {
            Some(attribute) => format!("{}: {attribute}", site.object),
            None => site.object.clone(),
        };
        let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let told = format!("{file}:{}:{}: {}{help}", position.line, position.column, finding.message);
        let told: Vec<String> = told.lines().map(xml::text).collect();
        let told = told.join("\n");
        let message = xml::text(&finding.message);
        let kind = severity(finding.rule.severity);
        self.tests += 1;
        self.add(format_args!(
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\">",
            xml::text(&finding.rule.id),
            xml::text(&name),
            xml::text(file),
            position.line,
        ));
        if finding.rule.severity >= fail_level {
            self.failures += 1;
            self.add(format_args!("<failure type=\"{kind}\" message=\"{message}\">{told}</failure>"));
        } else {
            self.add(format_args!("<system-out>{kind}: {told}</system-out>"));
        }
        self.add(format_args!("</testcase>\n"));
    }

    fn problem(&mut self, problem: &Problem, places: &Places<'_>) {
        let place = match problem.location {
            None => String::new(),
            Some(place) => {
                let position = places.position(place.file, place.span.offset);
                format!("{}:{}:{}: ", places.store.name(place.file), position.line, position.column)
            }
        };
        let (told, code) = (xml::text(&format!("{place}{}", problem.message)), problem.code);
        self.tests += 1;
        self.add(format_args!("    <testcase classname=\"presync\" name=\"{code}\">"));
        if problem.severity == Severity::Error {
            self.errors += 1;
            self.add(format_args!("<error type=\"{code}\" message=\"{told}\"/>"));
        } else {
            self.add(format_args!("<system-out>{}: {told}</system-out>", severity(problem.severity)));
        }
        self.add(format_args!("</testcase>\n"));
    }

    fn write(&self, name: &str, out: &mut dyn Write) -> io::Result<()> {
        let Self { cases, tests, failures, errors, skipped } = self;
        write!(
            out,
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">\n{cases}  </testsuite>\n",
            xml::text(name)
        )
    }
}
