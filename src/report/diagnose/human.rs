//! A diagnosis for people: the words of the report, then the objects, each with its excerpt.

use std::io::{self, Write};

use super::{parties, places};
use crate::entra::conflict::Side;
use crate::entra::report::{choices, meaning};
use crate::finding::{Severity, printable};
use crate::report::Style;
use crate::report::excerpt::Excerpt;
use crate::report::human::{Drawing, draw};
use crate::report::place::Places;
use crate::run::diagnose::{Diagnosed, Diagnosis};
use crate::source::Store;

/// How many objects of one error are shown.
const OBJECTS: usize = 6;

pub(super) fn write(
    diagnosis: &Diagnosis,
    store: &Store,
    style: &Style<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let places = places(diagnosis, store);
    for error in &diagnosis.errors {
        writeln!(out, "{}", one(error, diagnosis, &places, style)?)?;
    }
    Ok(())
}

fn one(
    error: &Diagnosed,
    diagnosis: &Diagnosis,
    places: &Places<'_>,
    style: &Style<'_>,
) -> io::Result<String> {
    let reported = &error.reported;
    let mut excerpt = Excerpt::default();
    let mut marks = vec![excerpt.line(error.location, "the report", places, style.secret)];
    for culprit in error.culprits.iter().take(OBJECTS) {
        marks.extend(excerpt.site(&culprit.shown, places, style.secret));
    }
    let mut help = Vec::new();
    let hidden = error.culprits.len().saturating_sub(OBJECTS);
    if hidden > 0 {
        help.push(format!("and {hidden} more objects"));
    }
    if error.culprits.is_empty() {
        help.push(
            "no object has what the report names: is it the directory of this report, exported as a whole?"
                .to_owned(),
        );
    } else if !error.culprits.iter().any(|culprit| culprit.side == Side::Holder)
        && !diagnosis.has_tenant
        && parties(error).value.is_some()
    {
        help.push("the other object is not in the directory: give the tenant with `--tenant`".to_owned());
    }
    if reported.repeated > 1 {
        help.push(format!("the report has it {} times", reported.repeated));
    }
    let choices = reported.error.map(|error_name| choices(error_name, &parties(error))).unwrap_or_default();
    match choices.as_slice() {
        [one] => help.push(one.clone()),
        several => help
            .extend(several.iter().enumerate().map(|(number, choice)| format!("{}. {choice}", number + 1))),
    }
    let drawing = Drawing {
        message: reported.error.map(meaning).unwrap_or_default().to_owned(),
        severity: Severity::Error,
        help: Some(help.join("\n")),
        excerpt,
        marks,
    };
    draw(drawing, &printable(&reported.name), style)
}
