//! Packs together: one table of names, and the plan of all rules.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fix;
use super::load::{Pack, Place};
use super::parameter::{declared, setting};
use super::profile::is_kebab_case;
use super::raw::{RawRule, RawSeverity, RawType};
use super::reading::Reading;
use super::ready;
use crate::finding::{Problem, RuleInfo, Severity};
use crate::language::format::Format;
use crate::language::plan::Plan;
use crate::language::symbols::{Attribute, Symbols};
use crate::language::syntax::Condition;
use crate::language::{Compiled, Compiler, Fault, Part, parse_condition, parse_pattern};
use crate::snapshot::shape::Shape;
use crate::snapshot::value::Type;
use crate::source::{FileId, Location, Store};

/// All packs of a run: the built-in ones first.
#[derive(Debug, Default)]
pub struct Library {
    packs: Vec<Pack>,
    /// The profiles of which the rules run; all rules if there are none.
    pub(super) chosen: Option<Vec<String>>,
    extensions: Vec<Extension>,
}

/// A condition that holds also where a text of the user says so: what a repository adds to the scope of the packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The name of the condition.
    pub condition: String,
    /// When it holds, too.
    pub text: String,
    /// The file that says so.
    pub file: FileId,
    /// Where it says so in that file: `scope/filtered`.
    pub path: String,
    /// The text stands in the file as it is, so that a fault in it can be underlined.
    pub verbatim: bool,
}

impl Extension {
    fn problem(&self, store: &Store, fault: &Fault) -> Problem {
        let place = Place { store, file: self.file };
        if self.verbatim {
            return place.problem(&self.path, fault);
        }
        let whole = Location::new(self.file, 0, 0);
        let mut problem = Problem::error(fault.code, fault.message.clone()).label(fault.label.clone());
        problem.help.clone_from(&fault.help);
        let at = place.scalar(&self.path).or_else(|| place.scalar(&format!("{}:key", self.path)));
        problem.at(at.unwrap_or(whole))
    }
}

/// Where a rule stands: the number of its pack, and its number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RuleOrigin {
    /// The number of the pack.
    pub pack: usize,
    /// The number of the rule.
    pub rule: usize,
}

/// The rules of a run, ready.
#[derive(Debug, Default)]
pub struct Rulebook {
    /// What the engine runs.
    pub plan: Plan,
    /// The facts of each rule of the plan, by its number.
    pub infos: Vec<Arc<RuleInfo>>,
    /// Where each rule of the plan stands.
    pub origins: Vec<RuleOrigin>,
    /// The profiles of each rule of the plan; none if it runs in every one.
    pub profiles: Vec<Vec<String>>,
    /// Rules that cannot be evaluated in this run, and why.
    pub not_evaluated: Vec<(String, String)>,
    /// What is wrong with packs.
    pub problems: Vec<Problem>,
    /// What is slow about rules: warnings.
    pub slow: Vec<Problem>,
    /// The shapes of objects, in the order in which they are tried.
    pub shapes: Vec<Shape>,
    /// Attributes whose values never come out, in lower case.
    pub secrets: FxHashSet<String>,
}

/// A name that a pack declares.
struct Declared<'p> {
    section: &'static str,
    name: &'p str,
}

impl Declared<'_> {
    /// What it names: no two things of one kind have the same name.
    fn kind(&self) -> &'static str {
        match self.section {
            "attributes" => "attribute",
            "params" => "parameter",
            _ => "condition",
        }
    }

    /// Where it stands in its pack.
    fn path(&self) -> String {
        format!("{}/{}:key", self.section, self.name)
    }
}

impl Library {
    /// A library of packs, in order.
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        Self { packs, chosen: None, extensions: Vec::new() }
    }

    /// The same with a pack more.
    #[must_use]
    pub fn with(mut self, pack: Pack) -> Self {
        self.packs.push(pack);
        self
    }

    /// The same with conditions that hold more often.
    #[must_use]
    pub fn extended(mut self, extensions: Vec<Extension>) -> Self {
        self.extensions = extensions;
        self
    }

    /// The packs, to be changed before anything is made of them.
    pub fn packs_mut(&mut self) -> &mut [Pack] {
        &mut self.packs
    }

    /// The packs.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The shapes of objects, those of later packs first: an organisation's own come before the built-in ones.
    #[must_use]
    pub fn shapes(&self) -> Vec<Shape> {
        self.packs.iter().rev().flat_map(|pack| pack.content.shapes.iter().cloned()).collect()
    }

    /// Every rule with where it stands.
    pub fn rules(&self) -> impl Iterator<Item = (RuleOrigin, &RawRule)> {
        self.packs.iter().enumerate().flat_map(|(pack, content)| {
            let rules = content.content.rules.iter().enumerate();
            rules.map(move |(rule, raw)| (RuleOrigin { pack, rule }, raw))
        })
    }

    /// The table of all names, and what is wrong with the declarations. `sources` are the names of the loaded sources,
    /// the one under check first; `set` are values for parameters.
    #[must_use]
    pub fn symbols<'p>(
        &'p self,
        store: &Store,
        sources: &[String],
        set: &[(String, String)],
    ) -> (Symbols, Vec<Problem>) {
        let mut symbols = Symbols { sources: sources.to_vec(), ..Symbols::default() };
        let mut problems = Vec::new();
        let defined: Vec<&str> = self
            .packs
            .iter()
            .flat_map(|pack| pack.content.define.0.iter().map(|(_, text)| text.as_str()))
            .collect();
        let defined: Vec<_> = defined.into_par_iter().map(ready::condition).collect();
        let mut defined = defined.into_iter();
        let mut known: FxHashMap<(&str, Cow<'_, str>), (usize, Declared<'_>)> = FxHashMap::default();
        for (number, pack) in self.packs.iter().enumerate() {
            let mut declare = |section: &'static str, name: &'p str, problems: &mut Vec<Problem>| {
                let this = Declared { section, name };
                let kind = this.kind();
                let has_case = kind == "attribute" && name.bytes().any(|byte| byte.is_ascii_uppercase());
                let folded = if has_case { name.to_ascii_lowercase().into() } else { Cow::Borrowed(name) };
                if kind == "condition" && Format::from_name(name).is_some() {
                    let fault = fault("pack-duplicate", format!("`{name}` is a format of the language"));
                    let fault = Fault { help: Some("give it another name".to_owned()), ..fault };
                    problems.push(Place { store, file: pack.file }.problem(&this.path(), &fault));
                    return false;
                }
                match known.entry((kind, folded)) {
                    Entry::Occupied(first) => {
                        let (first, path) = (first.get().0, first.get().1.path());
                        problems.push(self.twice(store, kind, name, (number, &this.path()), (first, &path)));
                        false
                    }
                    Entry::Vacant(vacant) => {
                        vacant.insert((number, this));
                        true
                    }
                }
            };
            let place = Place { store, file: pack.file };
            for (class, object_classes) in &pack.content.classes.0 {
                for object_class in object_classes {
                    symbols.classes.map(object_class, class);
                }
            }
            for name in &pack.content.object_classes {
                symbols.object_classes.insert(name.to_ascii_lowercase(), name.clone());
            }
            for (name, raw) in &pack.content.attributes.0 {
                if declare("attributes", name, &mut problems) {
                    symbols.declare(Attribute {
                        name: name.clone(),
                        kind: attribute_type(raw.kind),
                        single: raw.single,
                        identifies: raw.identifies,
                        secret: raw.secret,
                        label: raw.name.clone(),
                    });
                }
            }
            for (name, raw) in &pack.content.params.0 {
                if !declare("params", name, &mut problems) {
                    continue;
                }
                match declared(raw) {
                    Ok(parameter) => {
                        symbols.parameters.insert(name.clone(), parameter);
                        if let Some(reason) = self.bad_declaration(raw).filter(|_| !pack.built_in) {
                            let path = format!("params/{name}:key");
                            let fault = fault("pack-parameter", format!("`{name}`: {reason}"));
                            problems.push(place.problem(&path, &fault));
                        }
                    }
                    Err(reason) => {
                        let path = format!("params/{name}:key");
                        let fault = fault(
                            "pack-parameter",
                            format!("the default of `{name}` does not fit: {reason}"),
                        );
                        problems.push(place.problem(&path, &fault));
                    }
                }
            }
            for (name, text) in &pack.content.define.0 {
                let condition = defined.next().unwrap_or_else(|| ready::condition(text));
                if !declare("define", name, &mut problems) {
                    continue;
                }
                match condition {
                    Ok(condition) => {
                        symbols.conditions.insert(name.clone(), condition);
                    }
                    Err(fault) => problems.push(place.problem(&format!("define/{name}"), &fault)),
                }
            }
            for (name, text) in &pack.content.formats.0 {
                if !declare("formats", name, &mut problems) {
                    continue;
                }
                match parse_pattern(text) {
                    Ok(pattern) => {
                        symbols.formats.insert(name.clone(), pattern);
                    }
                    Err(fault) => problems.push(place.problem(&format!("formats/{name}"), &fault)),
                }
            }
        }
        for extension in &self.extensions {
            match parse_condition(&extension.text) {
                Ok(more) => {
                    let known = symbols.conditions.remove(&extension.condition);
                    let whole = Condition::Or(known.into_iter().chain([more]).collect());
                    symbols.conditions.insert(extension.condition.clone(), whole);
                }
                Err(fault) => problems.push(extension.problem(store, &fault)),
            }
        }
        for (name, text) in set {
            problems.extend(assign(self, &mut symbols, name, text));
        }
        (symbols, problems)
    }

    /// The rules that are evaluated; none in place of the others.
    fn evaluated(&self, severity: &dyn Fn(&RawRule) -> Option<Severity>) -> Vec<Option<&RawRule>> {
        let is_evaluated = |origin: RuleOrigin, rule| {
            self.packs.get(origin.pack).is_some_and(|pack| self.takes(pack)) && severity(rule).is_some()
        };
        self.rules().map(|(origin, rule)| is_evaluated(origin, rule).then_some(rule)).collect()
    }

    /// Whether tests prove that nothing is wrong with a pack: with the built-in ones. The tests themselves choose no profile.
    fn is_proven(&self, pack: &Pack) -> bool {
        pack.built_in && self.chosen.is_some()
    }

    fn twice(
        &self,
        store: &Store,
        kind: &str,
        name: &str,
        second: (usize, &str),
        first: (usize, &str),
    ) -> Problem {
        let place = |(pack, path): (usize, &str)| {
            let file = self.packs.get(pack).map(|pack| pack.file)?;
            Place { store, file }.scalar(path)
        };
        let mut problem = Problem::error("pack-duplicate", format!("the {kind} `{name}` is declared twice"))
            .label("the second one")
            .help("remove one of them, or give it another name");
        problem.location = place(second);
        match place(first) {
            Some(first) => problem.also(first, "the first one"),
            None => problem,
        }
    }

    /// The plan of the rules of the chosen profiles for which `severity` gives a severity; all others are not looked at.
    pub fn compile(
        &self,
        store: &Store,
        sources: &[String],
        set: &[(String, String)],
        severity: &dyn Fn(&RawRule) -> Option<Severity>,
    ) -> Rulebook {
        let evaluated = self.evaluated(severity);
        // reading texts is most of the time that packs take
        let read = || evaluated.into_par_iter().map(|rule| rule.map(Reading::of)).collect::<Vec<_>>();
        let ((symbols, mut problems), read) = rayon::join(|| self.symbols(store, sources, set), read);
        problems.extend(self.profile_faults(store));
        // a plan of its own: what only definitions of other profiles ask for is not read
        problems.extend(self.definitions(store, &symbols));
        let mut compiler = Compiler::new(&symbols);
        let secret = symbols.attributes.iter().filter(|(_, attribute)| attribute.secret);
        let secrets = secret.map(|(name, _)| name.clone()).collect();
        let mut book = Rulebook { problems, secrets, shapes: self.shapes(), ..Rulebook::default() };
        let mut ids: FxHashMap<&str, RuleOrigin> = FxHashMap::default();
        for ((origin, rule), reading) in self.rules().zip(read) {
            let path = |field: &str| format!("rules/{}/{field}", origin.rule);
            let Some(pack) = self.packs.get(origin.pack) else { continue };
            let place = Place { store, file: pack.file };
            if let Some(first) = ids.get(rule.id.as_str()) {
                let first_path = format!("rules/{}/id", first.rule);
                let second = (origin.pack, &*path("id"));
                book.problems.push(self.twice(store, "rule", &rule.id, second, (first.pack, &first_path)));
                continue;
            }
            ids.insert(&rule.id, origin);
            if !is_kebab_case(&rule.id) {
                let message = format!("`{}` is no id", rule.id);
                let mut fault = fault("pack-id", message);
                fault.help = Some("an id is lower-case words with hyphens: `upn-on-non-user`".to_owned());
                book.problems.push(place.problem(&path("id"), &fault));
            }
            let Some(severity) = severity(rule).filter(|_| self.takes(pack)) else { continue };
            let mut reading = reading.unwrap_or_else(|| Reading::of(rule));
            match reading.compiled(&mut compiler) {
                Compiled::Rule => {
                    // what a user adds to a definition may be slow in a rule that was not
                    let is_proven = self.is_proven(pack) && self.extensions.is_empty();
                    let slow = if is_proven { Vec::new() } else { reading.slow(&compiler) };
                    let slow = slow.iter().map(|fault| place.problem(&path("rule"), fault));
                    book.slow.extend(slow.map(|slow| Problem { severity: Severity::Warning, ..slow }));
                    book.infos.push(Arc::new(info(rule, severity)));
                    book.origins.push(origin);
                    book.profiles.push(pack.profiles().map(str::to_owned).collect());
                }
                Compiled::NotEvaluated(mut reasons) => {
                    let mut said = FxHashSet::default();
                    reasons.retain(|reason| said.insert(reason.clone()));
                    book.not_evaluated.push((rule.id.clone(), reasons.join("; ")));
                }
                Compiled::Faulty(faults) => {
                    for (part, fault) in faults {
                        let field = match part {
                            Part::Rule => "rule".to_owned(),
                            Part::Message => "message".to_owned(),
                            Part::Help => "help".to_owned(),
                            Part::Fix(number) => fix::path_of(&rule.fix, number, false),
                            Part::FixTarget(number) => fix::path_of(&rule.fix, number, true),
                        };
                        book.problems.push(place.problem(&path(&field), &fault));
                    }
                }
            }
        }
        book.plan = compiler.finish();
        book
    }

    /// Faults of conditions and formats, told once where they are defined.
    fn definitions(&self, store: &Store, symbols: &Symbols) -> Vec<Problem> {
        let mut compiler = Compiler::new(symbols);
        let mut problems = Vec::new();
        for pack in self.packs.iter().filter(|pack| !self.is_proven(pack)) {
            let place = Place { store, file: pack.file };
            for (name, _) in &pack.content.define.0 {
                let Some(condition) = symbols.conditions.get(name) else { continue };
                let faults = compiler.definition(name, condition);
                problems.extend(faults.iter().map(|fault| place.problem(&format!("define/{name}"), fault)));
            }
            for (name, _) in &pack.content.formats.0 {
                let Some(pattern) = symbols.formats.get(name) else { continue };
                let faults = compiler.format(pattern);
                problems.extend(faults.iter().map(|fault| place.problem(&format!("formats/{name}"), fault)));
            }
        }
        for extension in &self.extensions {
            let Ok(condition) = parse_condition(&extension.text) else { continue };
            let faults = compiler.definition(&extension.condition, &condition);
            problems.extend(faults.iter().map(|fault| extension.problem(store, fault)));
        }
        problems
    }
}

fn info(rule: &RawRule, severity: Severity) -> RuleInfo {
    RuleInfo {
        id: rule.id.clone(),
        severity,
        tags: rule.tags.clone(),
        docs: format!("presync rule {}", rule.id),
        rank: rule.order.unwrap_or(500),
    }
}

impl From<RawSeverity> for Severity {
    fn from(raw: RawSeverity) -> Self {
        match raw {
            RawSeverity::Error => Self::Error,
            RawSeverity::Warning => Self::Warning,
            RawSeverity::Info => Self::Info,
        }
    }
}

fn attribute_type(raw: RawType) -> Type {
    match raw {
        RawType::Text => Type::Text,
        RawType::Number => Type::Number,
        RawType::Boolean => Type::Boolean,
        RawType::Time => Type::Time,
        RawType::Dn => Type::Dn,
        RawType::Guid => Type::Guid,
        RawType::Sid => Type::Sid,
        RawType::Binary => Type::Binary,
    }
}

fn fault(code: &'static str, message: String) -> Fault {
    Fault { code, message, label: "here".to_owned(), help: None, span: 0..usize::MAX }
}

/// Sets a parameter; a problem if it cannot be.
fn assign(library: &Library, symbols: &mut Symbols, name: &str, text: &str) -> Option<Problem> {
    let value = symbols.parameters.get_mut(name).map(|parameter| (setting(parameter.kind, text), parameter));
    if let Some((Ok(value), parameter)) = value {
        parameter.value = Some(value);
        return None;
    }
    library.bad_setting(name, text).map(|fault| bad_option(name, &fault))
}

/// What is wrong with `--set NAME=..`.
#[must_use]
pub fn bad_option(name: &str, fault: &Fault) -> Problem {
    let problem = Problem::error(fault.code, format!("`--set {name}`: {}", fault.message));
    Problem { help: fault.help.clone(), ..problem }
}
