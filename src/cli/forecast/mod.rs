//! `presync forecast`.

mod assume;

use std::io::{self, Write};
use std::path::PathBuf;

use super::arguments::{Common, Forecast, ForecastClass, ForecastForm};
use super::outputs::{Output, outputs};
use super::session::{
    Packs, fail, fail_as, nothing_named, now, packs, pairs, parameters, settings, source_anchor,
    standard_output, style, threads,
};
use crate::config::Settings;
use crate::entra::{Class, Client, Domain, Kind, Tenant};
use crate::finding::{Problem, Severity};
use crate::language::did_you_mean;
use crate::language::symbols::{Setting, Symbols};
use crate::pack::{Library, Rulebook, load};
use crate::report::{self, Chosen, ForecastFormat, Style};
use crate::run::forecast::{
    self as drive, BEFORE, Foretold, OUT_OF_SCOPE, SCOPE, SCOPE_RULE, Terms, read_names,
};
use crate::run::{TENANT, TenantFacts, Wanted, open};
use crate::source::Store;

/// What the initial domain is called where nobody says it.
const UNKNOWN_DOMAIN: &str = "TENANT.onmicrosoft.com";

pub(super) fn run(options: &Forecast, common: &Common, store: &mut Store) -> io::Result<u8> {
    threads(common);
    let schema = if options.matches { "presync-matches/1" } else { "presync-forecast/1" };
    let schema = (options.format == ForecastForm::Json).then_some(schema);
    let outputs = match named(options) {
        Ok(outputs) => outputs,
        Err(problems) => return fail_as(schema, &problems, store, common),
    };
    let made = match foretold(store, &outputs, options, common) {
        Ok(made) => made,
        Err(problems) => return fail_as(schema, &problems, store, common),
    };
    let (foretold, chosen, symbols) = made;
    let secret = |name: &str| symbols.is_secret(name);
    let mut style = style(common, &secret);
    if options.all {
        style.limit = None;
    }
    let failed = foretold.problems.iter().any(|problem| problem.severity == Severity::Error);
    // people and tables are told nothing of what was not forecast; documents say why
    let is_written = |format| !failed || matches!(format, ForecastFormat::Json | ForecastFormat::Html);
    let write = |format: ForecastFormat, style: &Style<'_>, out: &mut dyn Write| {
        if options.matches {
            return report::matches(format, &foretold, &chosen, store, out);
        }
        report::forecast(format, &foretold, &chosen, (store, style), out)
    };
    let plain = Style { colour: false, links: false, width: 100, timed: false, ..style };
    let files = outputs.iter().map(|output| (output, ForecastFormat::from(output.format)));
    let files = files.filter(|(_, format)| is_written(*format));
    let written: Vec<Problem> =
        files.filter_map(|(output, format)| output.write(|out| write(format, &plain, out)).err()).collect();
    let format = options.format.into();
    if is_written(format) {
        let mut out = standard_output();
        write(format, &style, &mut out)?;
        out.flush()?;
    }
    let mut error = io::stderr().lock();
    report::problems(&foretold.problems, store, &style, &mut error)?;
    if format == ForecastFormat::Csv && !common.quiet {
        for note in &foretold.notes {
            writeln!(error, "note: {}", crate::finding::printable(note))?;
        }
    }
    error.flush()?;
    drop(error);
    if !written.is_empty() {
        return fail(&written, store, common);
    }
    if failed {
        return Ok(super::session::FAILED);
    }
    let fail_on: Vec<Kind> = options.fail_on.iter().filter_map(|name| kind("--fail-on", name).ok()).collect();
    let numbers = chosen.objects(&foretold);
    let mut fates = numbers.iter().filter_map(|number| foretold.forecast.fates.get(*number));
    let is_met = fates.any(|fate| fate.outcomes.iter().any(|outcome| fail_on.contains(&outcome.kind)))
        || (fail_on.contains(&Kind::Delete) && !foretold.forecast.deletions.is_empty());
    Ok(u8::from(is_met))
}

/// The files that are to be written.
fn named(options: &Forecast) -> Result<Vec<Output<ForecastForm>>, Vec<Problem>> {
    let outputs = outputs(&options.output, &[])?;
    let formats = outputs.iter().map(|output| output.format).chain([options.format]);
    if options.matches && formats.into_iter().any(|format| format == ForecastForm::Html) {
        let problem = Problem::error("bad-usage", "there is no page of `--matches`");
        return Err(vec![problem.help("leave `--matches` out, or choose `json` or `csv`")]);
    }
    Ok(outputs)
}

/// Everything up to the forecast.
fn foretold(
    store: &mut Store,
    outputs: &[Output<ForecastForm>],
    options: &Forecast,
    common: &Common,
) -> Result<(Foretold, Chosen, Symbols), Vec<Problem>> {
    let settings = settings(store, common, &options.paths)?;
    if options.paths.is_empty() && settings.sources.is_empty() {
        return Err(vec![nothing_named()]);
    }
    let chosen = chosen(options)?;
    let before = before(options)?;
    let now = now(options.now.as_deref()).map_err(|problem| vec![problem])?;
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return Err(problems);
    }
    let library = with_scope(library, &settings, store)?;
    let set = parameters(&library, &settings, common, store)?;
    let names = ["main".to_owned(), TENANT.to_owned(), BEFORE.to_owned()];
    let has_tenant = !options.tenant.is_empty()
        || settings.sources.iter().any(|files| files.source.as_deref() == Some(TENANT));
    let configured = settings.sources.iter().filter_map(|files| match files.source.as_deref() {
        None => Some((files.clone(), None)),
        Some(name) => {
            let number = names.iter().position(|known| known == name)?;
            Some((files.clone(), u16::try_from(number).ok()))
        }
    });
    let wanted = Wanted {
        configured: configured.collect(),
        sources: vec![options.paths.clone(), options.tenant.clone(), before],
        format: common.input_format.map(Into::into),
        bounds: settings.bounds.clone(),
        ..Wanted::default()
    };
    let files = open(store, &wanted);
    let taken: Vec<Problem> =
        outputs.iter().filter_map(|output| output.is_input(store, &files.not_read)).collect();
    if !taken.is_empty() {
        return Err(taken);
    }
    let facts = TenantFacts::read(store, &files, 1, &library);
    let mut problems = facts.problems.clone();
    let overruled = facts.overruled(&set, &library);
    let set = [facts.settings(&library), set].concat();
    let (symbols, _) = library.symbols(store, &names, &set);
    let mut book = compiled(&library, store, &names, &set);
    problems.extend(book.problems.iter().cloned());
    let mut terms = terms(&symbols, &facts, now, has_tenant);
    terms.tenant.is_complete = options.complete;
    problems.extend(assume::all(&options.assume, &mut terms));
    if !problems.is_empty() {
        return Err(problems);
    }
    read_names(&mut book.plan.names, &symbols, terms.anchor.as_deref());
    let mut foretold = drive::forecast(store, &files, &book, terms);
    foretold.problems.extend(overruled);
    Ok((foretold, chosen, symbols))
}

/// The files of the earlier snapshot: `--source before=PATH`.
fn before(options: &Forecast) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let named = |(name, path): (String, String)| {
        if name == BEFORE {
            return Ok(PathBuf::from(path));
        }
        let help = did_you_mean(&name, [BEFORE]).unwrap_or_else(|| {
            "write `--source before=PATH` for an earlier snapshot; the directory itself has no name"
                .to_owned()
        });
        Err(vec![
            Problem::error("bad-usage", format!("`--source {name}=..`: a forecast has no such source"))
                .help(help),
        ])
    };
    let given = pairs("--source", &options.source).map_err(|problem| vec![problem])?;
    given.into_iter().map(named).collect()
}

/// The library with the pack that asks what is filtered.
fn with_scope(library: Library, settings: &Settings, store: &mut Store) -> Result<Library, Vec<Problem>> {
    let defines = |library: &Library| {
        library.packs().iter().any(|pack| pack.content.define.0.iter().any(|(name, _)| name == "filtered"))
    };
    if !defines(&library) {
        let problem = Problem::error(
            "scope-unknown",
            "no pack defines `filtered`, which says what does not synchronise",
        );
        let help = "leave `--no-builtin` out, or define `filtered` in a pack of your own";
        return Err(vec![problem.help(help)]);
    }
    let file = store.text("the question of what is filtered", SCOPE.as_bytes());
    let pack = load(store, file, true).map_err(|problem| vec![*problem])?;
    Ok(library.with(pack).extended(settings.scope()))
}

/// The rules that leave objects out.
fn compiled(library: &Library, store: &Store, names: &[String], set: &[(String, String)]) -> Rulebook {
    library.compile(store, names, set, &|rule| {
        let decides = rule.id == SCOPE_RULE || rule.tags.iter().any(|tag| tag == OUT_OF_SCOPE);
        decides.then_some(rule.severity.into())
    })
}

/// The settings of the tenant: those of parameters, and those that only the answers of the tenant have.
fn terms(symbols: &Symbols, facts: &TenantFacts, now: i64, has_tenant: bool) -> Terms {
    let setting = |name: &str| symbols.parameters.get(name).and_then(|parameter| parameter.value.as_ref());
    let list = |name: &str| match setting(name) {
        Some(Setting::List(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let text = |name: &str| match setting(name) {
        Some(Setting::Text(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    };
    let number = |name: &str| match setting(name) {
        Some(Setting::Number(number)) => u64::try_from(*number).ok(),
        _ => None,
    };
    let initial = text("initial_domain");
    let mut tenant = Tenant::new(initial.as_deref().unwrap_or(UNKNOWN_DOMAIN), now);
    let (verified, federated) = (list("verified_domains"), list("federated_domains"));
    let is_federated = |name: &str| federated.iter().any(|known| known.eq_ignore_ascii_case(name));
    tenant.domains = verified
        .iter()
        .chain(federated.iter().filter(|name| !verified.iter().any(|known| known.eq_ignore_ascii_case(name))))
        .map(|name| Domain { name: name.as_str().into(), is_federated: is_federated(name) })
        .collect();
    if text("client").as_deref() == Some("cloud-sync") {
        tenant.client = Client::CloudSync;
    }
    let limit = match tenant.client {
        Client::Connect => number("group_member_limit"),
        Client::CloudSync => number("cloud_sync_member_limit"),
    };
    if let Some(limit) = limit {
        tenant.group_member_limit = u32::try_from(limit).unwrap_or(u32::MAX);
    }
    tenant.object_quota = number("object_quota");
    let (kind, anchor) = source_anchor(symbols);
    tenant.anchor = kind;
    // flags of resiliency are read and not believed: they do not say what the service does (entra.md, decision 5)
    for fact in &facts.facts {
        let Some(is_on) = crate::snapshot::value::boolean(fact.value.as_bytes()) else { continue };
        match fact.parameter.as_str() {
            "soft_match_on_upn" => tenant.is_soft_match_on_upn = is_on,
            "block_soft_match" => tenant.is_soft_match_blocked = is_on,
            "block_hard_match" => tenant.is_hard_match_blocked = is_on,
            "synchronize_upn_for_managed_users" => tenant.synchronizes_upn_of_managed_users = is_on,
            _ => {}
        }
    }
    Terms {
        knows_domains: !tenant.domains.is_empty(),
        knows_initial_domain: initial.is_some(),
        tenant,
        anchor,
        has_tenant,
    }
}

/// The kind of outcome with this name.
fn kind(option: &str, name: &str) -> Result<Kind, Problem> {
    let wanted = name.trim();
    Kind::NAMES.iter().find(|(_, known)| *known == wanted).map(|(kind, _)| *kind).ok_or_else(|| {
        let known = Kind::NAMES.map(|(_, known)| known);
        let help =
            did_you_mean(wanted, known).unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
        Problem::error("outcome-unknown", format!("`{option} {wanted}`: there is no such outcome")).help(help)
    })
}

/// What is to be shown.
fn chosen(options: &Forecast) -> Result<Chosen, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut kinds = Vec::new();
    for name in &options.outcome {
        match kind("--outcome", name) {
            Ok(kind) => kinds.push(kind),
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(options.fail_on.iter().filter_map(|name| kind("--fail-on", name).err()));
    if !problems.is_empty() {
        return Err(problems);
    }
    let class = options.class.map(|class| match class {
        ForecastClass::User => Class::User,
        ForecastClass::Group => Class::Group,
        ForecastClass::Contact => Class::Contact,
    });
    Ok(Chosen { kinds, class, object: options.object.clone() })
}

impl From<ForecastForm> for ForecastFormat {
    fn from(form: ForecastForm) -> Self {
        match form {
            ForecastForm::Human => Self::Human,
            ForecastForm::Json => Self::Json,
            ForecastForm::Csv => Self::Csv,
            ForecastForm::Html => Self::Html,
        }
    }
}
