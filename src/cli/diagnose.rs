//! `presync diagnose`: the objects that a report of errors is about.

use std::io::{self, Write};
use std::path::Path;

use super::arguments::{Common, Diagnose, DiagnoseFormat};
use super::session::{
    FAILED, Packs, fail_as, nothing_named, packs, parameters, settings, source_anchor, standard_output,
    style, threads,
};
use crate::entra::conflict::Side;
use crate::finding::{Problem, Severity};
use crate::report;
use crate::run::diagnose::{Diagnosis, TENANT_NUMBER, diagnose, is_export};
use crate::run::{TENANT, Wanted, open};
use crate::source::{Notation, Store};

pub(super) fn run(options: &Diagnose, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let schema = (options.format == DiagnoseFormat::Json).then_some("presync-diagnose/1");
    let settings = match settings(store, common, &options.sources) {
        Ok(settings) => settings,
        Err(problems) => return fail_as(schema, &problems, store, common),
    };
    if options.sources.is_empty() && options.tenant.is_empty() && settings.sources.is_empty() {
        return fail_as(schema, &[nothing_named()], store, common);
    }
    let is_input = |path: &Path| path == Path::new("-");
    if is_input(&options.report) && options.sources.iter().chain(&options.tenant).any(|path| is_input(path)) {
        let problem = Problem::error("source-twice", "standard input can be read only once");
        return fail_as(schema, &[problem.help("give the report or the directory as a file")], store, common);
    }
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return fail_as(schema, &problems, store, common);
    }
    let opened = if is_input(&options.report) { store.standard_input() } else { store.open(&options.report) };
    let report = match opened {
        Ok(report) => report,
        Err(complaint) => return fail_as(schema, &[complaint.into()], store, common),
    };
    if is_export(store, report) {
        store.set_notation(report, Notation::Markup);
    }
    let configured = settings.sources.iter().filter_map(|files| {
        let source = match files.source.as_deref() {
            None => Some(None),
            Some(TENANT) => Some(Some(TENANT_NUMBER)),
            // other directories have no part in the synchronisation of this one
            Some(_) => None,
        };
        source.map(|source| (files.clone(), source))
    });
    // with a tenant alone nothing is left to the configuration
    let configured = if options.sources.is_empty() && !options.tenant.is_empty() {
        Vec::new()
    } else {
        configured.collect()
    };
    let wanted = Wanted {
        sources: vec![options.sources.clone(), options.tenant.clone()],
        configured,
        format: common.input_format.map(Into::into),
        bounds: settings.bounds.clone(),
        ..Wanted::default()
    };
    let files = open(store, &wanted);
    let set = match parameters(&library, &settings, common, store) {
        Ok(set) => set,
        Err(problems) => return fail_as(schema, &problems, store, common),
    };
    let (symbols, _) = library.symbols(store, &[], &set);
    let (_, anchor) = source_anchor(&symbols);
    let shapes = library.shapes();
    let diagnosis = diagnose(store, report, &files, (&symbols, &shapes), anchor.as_deref());
    let secret = |name: &str| symbols.is_secret(name);
    let style = style(common, &secret);
    let mut out = standard_output();
    match options.format {
        DiagnoseFormat::Human => report::diagnose::human(&diagnosis, store, &style, &mut out)?,
        DiagnoseFormat::Json => report::diagnose::json(&diagnosis, store, &mut out)?,
    }
    out.flush()?;
    let mut error = io::stderr().lock();
    report::problems(&diagnosis.problems, store, &style, &mut error)?;
    if !common.quiet && options.format == DiagnoseFormat::Human && !diagnosis.errors.is_empty() {
        writeln!(error, "{}", summary(&diagnosis))?;
    }
    error.flush()?;
    let failed = diagnosis.problems.iter().any(|problem| problem.severity == Severity::Error);
    Ok(if failed { FAILED } else { u8::from(!diagnosis.errors.is_empty()) })
}

fn summary(diagnosis: &Diagnosis) -> String {
    let of = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let objects = |is: fn(Side) -> bool| {
        let culprits = diagnosis.errors.iter().flat_map(|error| &error.culprits);
        let mut objects: Vec<_> = culprits
            .filter(|culprit| is(culprit.side))
            .map(|culprit| (culprit.is_cloud, culprit.site.object.as_str()))
            .collect();
        objects.sort_unstable();
        objects.dedup();
        objects.len()
    };
    let refused = objects(|side| side == Side::Victim);
    let unsolved = diagnosis.errors.iter().filter(|error| error.culprits.is_empty()).count();
    let mut text = format!(
        "{}: {} refused, {} in the way",
        of(diagnosis.errors.len(), "error"),
        of(refused, "object"),
        objects(|side| side == Side::Holder)
    );
    if unsolved > 0 {
        text.push_str(&format!("; {unsolved} lead nowhere"));
    }
    text
}
