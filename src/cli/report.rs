//! `presync report`: a table of findings as a report.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::arguments::{Common, ReportOptions};
use super::session::{Packs, fail, packs, settings, standard_output, style};
use super::terminal::on_errors;
use crate::engine::fingerprint;
use crate::finding::{Finding, Outcome, Problem, RuleInfo, Severity, Shared, SharedBy, Site};
use crate::govern::verdict;
use crate::pack::Library;
use crate::report::{self, Report};
use crate::source::{FileId, Form, LineIndex, Location, Store};
use crate::sql::{Told, told};

pub(super) fn run(options: &ReportOptions, common: &Common, store: &mut Store) -> io::Result<u8> {
    let settings = match settings(store, common, &[]) {
        Ok(settings) => settings,
        Err(problems) => return fail(&problems, store, common),
    };
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return fail(&problems, store, common);
    }
    let rows = match table(store, &options.file) {
        Ok(rows) => rows,
        Err(problem) => return fail(&[problem], store, common),
    };
    let outcome = outcome(&rows, &library, store);
    let fail_level = options.fail_level.map_or(Severity::Error, Into::into);
    let report = Report { outcome: &outcome, store, library: &library, fail_level };
    let (symbols, _) = library.symbols(store, &[], &[]);
    let secret = |name: &str| symbols.is_secret(name);
    let mut style = style(common, &secret);
    style.timed = false;
    if options.all {
        style.limit = None;
    }
    let mut out = standard_output();
    let format = report::Format::from(options.format);
    report::write(format, &report, &style, &mut out)?;
    out.flush()?;
    if !format.tells_all() {
        let style = on_errors(style, common);
        let mut error = io::stderr().lock();
        report::problems(&outcome.problems, store, &style, &mut error)?;
    }
    Ok(verdict(&outcome, fail_level).code())
}

/// The rows of the table.
fn table(store: &mut Store, path: &Path) -> Result<Vec<Told>, Problem> {
    let file = if path == Path::new("-") { store.standard_input() } else { store.open(path) };
    let file = file.map_err(Problem::from)?;
    let (start, name) = (store.start(file), store.name(file).to_owned());
    let length = store.length(file).saturating_sub(start);
    let bytes = store
        .bytes(Location::new(file, start, length))
        .map_err(|error| Problem::error("source-unreadable", format!("cannot read `{name}`: {error}")))?;
    told(&bytes).map_err(|bad| {
        Problem::error("table-unreadable", format!("`{name}`: {}", bad.message)).help(bad.help)
    })
}

/// The findings of the table, the most harmful first.
fn outcome(rows: &[Told], library: &Library, store: &mut Store) -> Outcome {
    let infos = infos(rows, library);
    let mut outcome = Outcome::default();
    let mut files: BTreeMap<&str, Vec<&Told>> = BTreeMap::new();
    for row in rows {
        files.entry(&row.file).or_default().push(row);
    }
    for (name, rows) in files {
        let places = Places::of(name, &rows, store);
        if places.index.is_none() {
            let message = format!("`{name}` is not here as the table knows it, so only its lines are told");
            outcome.problems.push(Problem::info("report-without-file", message));
        }
        for row in rows {
            let Some(info) = infos.get(&(row.rule.clone(), row.severity as u8)) else { continue };
            outcome.findings.push(Arc::new(finding(row, info, places.location(row))));
        }
    }
    outcome.findings.sort_by(|one, other| {
        let key = |finding: &Finding| (finding.rule.rank, finding.rule.id.clone(), finding.primary.location);
        key(one).cmp(&key(other)).then_with(|| one.message.cmp(&other.message))
    });
    outcome.summary.count(&outcome.findings);
    outcome.summary.files = u64::try_from(store.files().count()).unwrap_or(0);
    outcome.summary.healthy = true;
    outcome
}

/// What is known of each rule that the table names, as the table says how bad it is.
fn infos(rows: &[Told], library: &Library) -> BTreeMap<(String, u8), Arc<RuleInfo>> {
    let mut infos = BTreeMap::new();
    for row in rows {
        let key = (row.rule.clone(), row.severity as u8);
        infos.entry(key).or_insert_with(|| {
            let known = library.rules().map(|(_, rule)| rule).find(|rule| rule.id == row.rule);
            Arc::new(RuleInfo {
                id: row.rule.clone(),
                severity: row.severity,
                tags: known.map(|rule| rule.tags.clone()).unwrap_or_default(),
                docs: format!("presync rule {}", row.rule),
                rank: known.and_then(|rule| rule.order).unwrap_or(500),
            })
        });
    }
    infos
}

fn finding(row: &Told, info: &Arc<RuleInfo>, location: Location) -> Finding {
    let value = row.value.clone();
    let owner = if row.object.is_empty() { "an object without a name" } else { &row.object };
    let label = match &row.attribute {
        Some(attribute) => format!("{attribute} of {owner}"),
        None => owner.to_owned(),
    };
    let attribute = row.attribute.as_deref();
    let shared = row.shared.as_ref();
    let fingerprint = match shared {
        None => fingerprint(&row.rule, &row.object, attribute, value.as_deref()),
        Some(key) => fingerprint(&row.rule, "", None, Some(key.as_bytes())),
    };
    Finding {
        rule: Arc::clone(info),
        message: row.message.clone(),
        help: row.help.clone(),
        fix: None,
        primary: Site {
            object: row.object.clone(),
            class: row.class.clone(),
            attribute: row.attribute.clone(),
            value,
            label,
            location,
            form: Form::Plain,
            added: 0,
            via: None,
            highlights: Vec::new(),
        },
        related: Vec::new(),
        fingerprint,
        shared: shared.map(|_| Shared { by: SharedBy::Key, objects: vec![row.object.clone()] }),
    }
}

/// Where the findings of one file stand: in the file, if it is here as the table knows it, else in a text that has their lines.
struct Places {
    file: FileId,
    /// Of the file itself.
    index: Option<LineIndex>,
    /// Of the text: where each line begins, and how long it is.
    lines: BTreeMap<u64, (u64, u64)>,
}

impl Places {
    fn of(name: &str, rows: &[&Told], store: &mut Store) -> Self {
        // a value that is kept secret must not come out of the file
        let is_open = rows.iter().all(|row| row.value.is_some() || row.attribute.is_none());
        let opened = if is_open { store.open(Path::new(name)).ok() } else { None };
        let opened = opened.map(|file| (file, LineIndex::of(store, file)));
        if let Some((file, index)) = opened
            && rows.iter().all(|row| is_here(row, file, &index, store))
        {
            return Self { file, index: Some(index), lines: BTreeMap::new() };
        }
        let mut texts: BTreeMap<u64, String> = BTreeMap::new();
        for row in rows {
            texts.entry(row.line).or_insert_with(|| shown(row));
        }
        let (mut text, mut lines, mut line) = (String::new(), BTreeMap::new(), 1);
        for (number, shown) in &texts {
            while line < *number {
                text.push('\n');
                line += 1;
            }
            lines.insert(*number, (text.len() as u64, shown.len() as u64));
            text.push_str(shown);
        }
        text.push('\n');
        Self { file: store.text(name, text.into_bytes()), index: None, lines }
    }

    fn location(&self, row: &Told) -> Location {
        match (&self.index, row.place) {
            (Some(_), Some((offset, length))) => Location::new(self.file, offset, length),
            _ => {
                let (offset, length) = self.lines.get(&row.line).copied().unwrap_or_default();
                Location::new(self.file, offset, length)
            }
        }
    }
}

/// Whether the place of a finding lies where the table says.
fn is_here(row: &Told, file: FileId, index: &LineIndex, store: &Store) -> bool {
    let Some((offset, length)) = row.place else { return false };
    let is_within = offset.checked_add(length).is_some_and(|end| end <= store.length(file));
    is_within && index.position(store, offset).is_ok_and(|position| position.line == row.line)
}

/// What a line of the text says: the attribute and the value, in one line.
fn shown(row: &Told) -> String {
    let value = match &row.value {
        None => "(secret)".to_owned(),
        Some(value) => match std::str::from_utf8(value) {
            Ok(text) => crate::finding::printable(text).replace(['\n', '\r'], " "),
            Err(_) => format!("({} bytes)", value.len()),
        },
    };
    match &row.attribute {
        Some(attribute) => format!("{attribute}: {value}"),
        None => format!("dn: {value}"),
    }
}
