//! `presync export-command`: the command that exports what the rules ask for.

mod asked;
mod cloud;
mod directory;
mod powershell;
mod quote;

use std::io::{self, Write};

use super::arguments::{Common, ExportCommand, ExportSource};
use super::session::{Packs, choose, fail, left_out, packs, parameters, settings, standard_output};
use crate::finding::Problem;
use crate::govern::{Selection, Wishes};
use crate::language::did_you_mean;
use crate::language::symbols::Attribute;
use crate::pack::{Library, RawParameterType, RawRule, Rulebook};
use crate::source::Store;
use asked::Asked;
use quote::Shell;

/// The sources that need no name on the command line of `check`.
const NAMES: [&str; 2] = ["main", "tenant"];

/// A command for one source.
struct Export {
    /// Ready to be pasted, with a line break at the end.
    command: String,
    /// What it writes.
    file: &'static str,
    /// What a person must know, a line each.
    notes: Vec<String>,
}

/// What an export must hold, and where it comes from.
struct Order<'a> {
    /// What rules ask for, without what no directory could have.
    asked: &'a Asked,
    /// Object classes with the classes that they make.
    classes: Vec<(String, String)>,
    host: Option<&'a str>,
    base: Option<&'a str>,
    bind: Option<&'a str>,
}

pub(super) fn run(options: &ExportCommand, common: &Common, store: &mut Store) -> io::Result<u8> {
    let settings = match settings(store, common, &[]) {
        Ok(settings) => settings,
        Err(problems) => return fail(&problems, store, common),
    };
    let Packs { library, mut problems } = packs(store, common, &settings.rules);
    let library = match choose(library, (&options.profiles, common), &settings) {
        Ok(library) => library,
        // a pack that cannot be read may be the one that a profile belongs to
        Err(more) => return fail(&[problems, more].concat(), store, common),
    };
    let shell = shell(options.source);
    problems.extend(check(options, shell));
    let set = match parameters(&library, &settings, common, store) {
        Ok(set) => set,
        Err(more) => return fail(&[problems, more].concat(), store, common),
    };
    let wishes = Wishes { select: &options.select, ignore: &options.ignore, ..Wishes::default() };
    let selection = Selection::new(&wishes, &settings);
    problems.extend(selection.problems(&library, &left_out(common), store));
    if library.chosen_rules().next().is_none() {
        let problem = Problem::error("no-rules", "there are no rules to export for");
        problems.push(problem.help("name a pack with `--rules PATH`, or leave `--no-builtin` out"));
    }
    if !problems.is_empty() {
        return fail(&problems, store, common);
    }
    let book = rulebook(&library, store, &set, &selection);
    if !book.problems.is_empty() {
        return fail(&book.problems, store, common);
    }
    let source = match source(options, &book) {
        Ok(source) => source,
        Err(problem) => return fail(&[problem], store, common),
    };
    let mut asked = asked::of(&book.plan, source);
    let unfit = leave_out(options.source, &mut asked);
    let order = Order {
        asked: &asked,
        classes: book.plan.classes.pairs().map(|(from, to)| (from.to_owned(), to.to_owned())).collect(),
        host: options.host.as_deref(),
        base: options.base.as_deref(),
        bind: options.bind.as_deref(),
    };
    let mut export = match options.source {
        ExportSource::Ldifde => directory::ldifde(&order),
        ExportSource::Csvde => directory::csvde(&order),
        ExportSource::Ldapsearch => directory::ldapsearch(&order),
        ExportSource::Samba => directory::samba(&order),
        ExportSource::Powershell => powershell::active_directory(&order),
        ExportSource::Graph => cloud::graph(&order),
        ExportSource::Exchange => cloud::exchange(&order),
        ExportSource::Csexport => cloud::csexport(&order),
    };
    export.notes.extend(unfit);
    export.notes.extend(gaps(&book, &asked, source));
    if options.host.as_deref().is_some_and(|host| host.contains(":3268") || host.contains(":3269")) {
        export.notes.push("ports 3268 and 3269 are the global catalogue, which lacks attributes".to_owned());
    }
    export.notes.extend(secrets(&asked.attributes));
    export.notes.push(next(&export, book.plan.sources.get(usize::from(source))));
    if !common.quiet {
        say(&export.notes, shell)?;
    }
    let mut out = standard_output();
    out.write_all(export.command.as_bytes())?;
    out.flush()?;
    Ok(0)
}

fn shell(source: ExportSource) -> Shell {
    match source {
        ExportSource::Ldifde | ExportSource::Csvde | ExportSource::Csexport => Shell::Cmd,
        ExportSource::Powershell | ExportSource::Graph | ExportSource::Exchange => Shell::Pwsh,
        ExportSource::Ldapsearch | ExportSource::Samba => Shell::Posix,
    }
}

/// What is wrong with the options: each must mean something to the source, and be quotable.
fn check(options: &ExportCommand, shell: Shell) -> Vec<Problem> {
    let (host, base, bind) = match options.source {
        ExportSource::Graph | ExportSource::Csexport => (true, false, false),
        ExportSource::Exchange => (false, false, true),
        _ => (true, true, true),
    };
    let given =
        [("--host", &options.host, host), ("--base", &options.base, base), ("--bind", &options.bind, bind)];
    let mut problems = Vec::new();
    for (option, value, meant) in given {
        let Some(value) = value else { continue };
        if !meant {
            let message = format!("`{option}` means nothing to this source");
            problems.push(Problem::error("bad-usage", message).help(format!("leave `{option}` out")));
        }
        problems.extend(shell.accept(option, value).err());
    }
    if options.source == ExportSource::Samba && options.bind.is_some() && options.host.is_none() {
        let message = "`--bind` means nothing without `--host`: the database is read as a file";
        problems.push(Problem::error("bad-usage", message).help("add `--host NAME`, or leave `--bind` out"));
    }
    if let Some(bind) = options.bind.as_deref().filter(|_| directory::is_windows(options.source))
        && directory::account(bind).is_none()
    {
        let message = format!("`--bind {bind}` names no domain");
        problems.push(Problem::error("bad-usage", message).help(r"write `joe@contoso.com` or `CONTOSO\joe`"));
    }
    problems
}

/// The tag of rules on what a tenant records of itself: no directory has it, and the command for Graph always asks for it.
const TENANT_STATE: &str = "tenant-state";

/// The plan of the rules as if every source and every parameter that they name were there: what must be exported does not
/// depend on them.
fn rulebook(library: &Library, store: &Store, set: &[(String, String)], selection: &Selection) -> Rulebook {
    let mut names = NAMES.map(str::to_owned).to_vec();
    let decided = selection.decide(library, store);
    let compile = |names: &[String], set: &[(String, String)]| {
        let severity = |rule: &RawRule| {
            let is_of_tenant = rule.tags.iter().any(|tag| tag == TENANT_STATE);
            decided.rules.get(&rule.id).copied().filter(|_| !is_of_tenant)
        };
        library.compile(store, names, set, &severity)
    };
    let first = compile(&names, set);
    if !first.problems.is_empty() {
        return first;
    }
    names.extend(first.plan.unloaded.iter().cloned());
    let mut all = set.to_vec();
    for pack in library.packs() {
        for (name, parameter) in &pack.content.params.0 {
            if parameter.default.is_none() && !set.iter().any(|(known, _)| known == name) {
                all.push((name.clone(), any_value(parameter.kind).to_owned()));
            }
        }
    }
    let full = compile(&names, &all);
    // a value that fits the type of a parameter may still not fit the rule
    if full.problems.is_empty() { full } else { compile(&names, set) }
}

fn any_value(kind: RawParameterType) -> &'static str {
    match kind {
        RawParameterType::Text
        | RawParameterType::Attribute
        | RawParameterType::List
        | RawParameterType::Regex => "x",
        RawParameterType::Number => "1",
        RawParameterType::Boolean => "true",
        RawParameterType::Time => "2026-01-01T00:00:00Z",
        RawParameterType::Dn => "DC=x",
        RawParameterType::Guid => "00000000-0000-0000-0000-000000000000",
        RawParameterType::Sid => "S-1-5-18",
        RawParameterType::Duration => "1d",
    }
}

/// The number of the source that the export is for.
fn source(options: &ExportCommand, book: &Rulebook) -> Result<u16, Problem> {
    let cloud = matches!(options.source, ExportSource::Graph | ExportSource::Exchange);
    let name = options.name.as_deref().unwrap_or(if cloud { "tenant" } else { "main" });
    let names = || book.plan.sources.iter().map(String::as_str);
    names().position(|known| known == name).and_then(|number| u16::try_from(number).ok()).ok_or_else(|| {
        let help = did_you_mean(name, names())
            .unwrap_or_else(|| format!("known are `{}`", names().collect::<Vec<_>>().join("`, `")));
        Problem::error("bad-usage", format!("`--as {name}`: no rule names this source")).help(help)
    })
}

/// Takes out the names that no such source has: packs may give any name to a column of a CSV file, and none may end a
/// command and begin another.
fn leave_out(source: ExportSource, asked: &mut Asked) -> Vec<String> {
    let graph = source == ExportSource::Graph;
    let mut unfit = Vec::new();
    asked.attributes.retain(|attribute| {
        let name = &attribute.name;
        let fits =
            if graph { quote::is_graph_name(cloud::property(name)) } else { quote::is_ldap_name(name) };
        if !fits {
            unfit.push(format!("left out: no such source has an attribute `{}`", name.escape_default()));
        }
        fits
    });
    asked.classes.retain(|class| quote::is_ldap_name(&class.name));
    unfit
}

/// What the command does not answer for.
fn gaps(book: &Rulebook, asked: &Asked, source: u16) -> Vec<String> {
    let rules = book.not_evaluated.iter();
    let mut gaps: Vec<String> =
        rules.map(|(rule, reason)| format!("the rule `{rule}` is not looked at: {reason}")).collect();
    let nothing = asked.attributes.is_empty() && asked.classes.is_empty();
    if let Some(name) = book.plan.sources.get(usize::from(source)).filter(|_| nothing) {
        gaps.push(format!("no rule asks for anything of the source `{name}`"));
    }
    gaps
}

fn secrets(attributes: &[Attribute]) -> Option<String> {
    let secret = attributes.iter().filter(|attribute| attribute.secret);
    let names: Vec<&str> = secret.map(|attribute| attribute.name.as_str()).collect();
    (!names.is_empty()).then(|| format!("keep the file safe, it will hold secrets: {}", names.join(", ")))
}

/// What to do with the file.
fn next(export: &Export, source: Option<&String>) -> String {
    let file = export.file;
    match source.map_or("main", String::as_str) {
        "main" => format!("then: presync check {file}"),
        "tenant" => format!("then, with the export of your directory: presync check FILE --tenant {file}"),
        name => format!("then, with the export of your directory: presync check FILE --source {name}={file}"),
    }
}

/// Says it as comments of the shell: whoever copies the whole screen pastes no word that the shell would run.
fn say(notes: &[String], shell: Shell) -> io::Result<()> {
    let mut error = io::stderr().lock();
    for note in notes {
        writeln!(error, "{} {note}", shell.comment())?;
    }
    error.flush()
}
