//! What the state under check would make of the policy that it is judged by: whatever it weakens is told.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashSet;

use super::baseline::Baseline;
use super::comments::comments;
use super::notice::{Notice, WEAKENED};
use super::select::Decided;
use crate::config::{Settings, Word};
use crate::finding::{Severity, printable};
use crate::pack::{Library, Place, RawRule};
use crate::run::Files;
use crate::source::{FileId, Location, Store, Tree};

/// A configuration with the packs and the baseline that it names.
#[derive(Debug, Clone, Copy)]
pub struct Regime<'r> {
    /// The configuration.
    pub settings: &'r Settings,
    /// The packs.
    pub library: &'r Library,
    /// The rules that run.
    pub decided: &'r Decided,
    /// The recorded findings.
    pub baseline: Option<&'r Baseline>,
}

/// What is weakened.
#[derive(Debug, Default)]
pub struct Weakened {
    pub(super) notices: Vec<Notice>,
    /// Where suppressions are named that the policy does not know.
    pub(super) added: FxHashSet<Location>,
}

/// What `head` weakens of `base`, and `files` by their comments. `fallback` is a place in the state under check for what has none.
#[must_use]
pub fn weakened(
    base: Regime<'_>,
    head: Regime<'_>,
    files: &Files,
    store: &Store,
    fallback: Location,
) -> Weakened {
    let mut comparison = Comparison { base, head, fallback, found: Weakened::default() };
    comparison.rules();
    comparison.packs(store);
    comparison.parameters();
    comparison.settings();
    comparison.baseline();
    comparison.comments(files, store);
    comparison.found
}

struct Comparison<'r> {
    base: Regime<'r>,
    head: Regime<'r>,
    fallback: Location,
    found: Weakened,
}

impl Comparison<'_> {
    fn note(&mut self, at: Option<Location>, key: &str, message: String) {
        let whole = self.head.settings.layers.last().map(|layer| Location::new(layer.file, 0, 0));
        self.found.notices.push(Notice {
            id: WEAKENED,
            message,
            help: "whoever keeps the policy has to agree; until then what it was before counts".to_owned(),
            label: "weakens the policy".to_owned(),
            location: at.or(whole).unwrap_or(self.fallback),
            value: String::new(),
            key: key.to_owned(),
        });
    }

    /// Rules that run no more, whose findings are milder, or that say something else.
    fn rules(&mut self) {
        let (base, head) = (self.base, self.head);
        let mut ids: Vec<(&String, &Severity)> = base.decided.rules.iter().collect();
        ids.sort_unstable();
        for (id, before) in ids {
            let rule_of = |library: &'_ Library| {
                library.rules().find(|(_, rule)| rule.id == *id).map(|(_, rule)| rule.clone())
            };
            let word =
                |words: &[Word]| words.iter().rev().find(|word| word.text == *id).map(|word| word.location);
            match head.decided.rules.get(id) {
                None => {
                    let at = word(&head.settings.ignore)
                        .or_else(|| new_word(&base.settings.ignore, &head.settings.ignore));
                    self.note(at, &format!("off\0{id}"), format!("the rule `{id}` would not run any more"));
                }
                Some(after) if after < before => {
                    let levels = &head.settings.severity;
                    let at =
                        levels.iter().rev().find(|(word, _)| word.text == *id).map(|(word, _)| word.location);
                    let message =
                        format!("findings of `{id}` would be {}, not {}", word_of(*after), word_of(*before));
                    self.note(at, &format!("severity\0{id}"), message);
                }
                Some(_) => {}
            }
            if let (Some(one), Some(other)) = (rule_of(base.library), rule_of(head.library))
                && said(base.library, &one) != said(head.library, &other)
            {
                let message = format!("the rule `{id}` would say something else");
                self.note(None, &format!("rule\0{id}"), message);
            }
        }
    }

    /// What packs declare, and rules lean on.
    fn packs(&mut self, store: &Store) {
        let (base, head) = (declared(self.base.library), declared(self.head.library));
        for (name, before) in &base {
            let message = match head.get(name) {
                None => format!("the {name} would not be there any more"),
                Some(after) if after.said != before.said => format!("the {name} would be something else"),
                Some(_) => continue,
            };
            let at = head.get(name).and_then(|after| after.place(store));
            self.note(at, &format!("declared\0{name}"), message);
        }
        let known = built_in_attributes(self.base.library);
        for (name, new) in head.iter().filter(|(name, _)| !base.contains_key(*name)) {
            // what nobody knew before changes nothing, except what objects are taken for
            let is_harmless = match name.kind {
                "attribute" => !known.contains(&name.name.to_lowercase()),
                kind => !matches!(kind, "class" | "shape"),
            };
            if !is_harmless {
                let message = format!("the {name} would be new, and objects be read in another way");
                self.note(new.place(store), &format!("declared\0{name}"), message);
            }
        }
    }

    fn parameters(&mut self) {
        let (base, head) = (self.base, self.head);
        let mut read = std::collections::BTreeSet::new();
        for (_, rule) in base.library.rules().filter(|(_, rule)| base.decided.rules.contains_key(&rule.id)) {
            read.extend(base.library.reads(rule).parameters);
        }
        let value = |settings: &Settings, name: &str| {
            settings
                .params
                .iter()
                .find(|(word, _)| word.text == name)
                .map(|(word, value)| (word.location, value.clone()))
        };
        for name in read {
            let (before, after) = (value(base.settings, &name), value(head.settings, &name));
            if before.as_ref().map(|(_, value)| value) != after.as_ref().map(|(_, value)| value) {
                let at = after.map(|(at, _)| at);
                self.note(at, &format!("parameter\0{name}"), format!("the parameter `{name}` would change"));
            }
        }
    }

    fn settings(&mut self) {
        let (base, head) = (self.base.settings, self.head.settings);
        for word in base.locked.iter().filter(|word| !head.locked.iter().any(|other| other.text == word.text))
        {
            self.note(
                None,
                &format!("lock\0{}", word.text),
                format!("`{}` would not be locked any more", word.text),
            );
        }
        let level =
            |settings: &Settings| settings.fail_level.as_ref().map_or(Severity::Error, |(_, level)| *level);
        if level(head) > level(base) {
            let at = head.fail_level.as_ref().map(|(word, _)| word.location);
            self.note(
                at,
                "fail-level",
                format!("only findings of severity {} would fail", word_of(level(head))),
            );
        }
        let known: Vec<_> = base.layers.iter().flat_map(|layer| &layer.raw.overrides).collect();
        for layer in &head.layers {
            for (number, one) in
                layer.raw.overrides.iter().enumerate().filter(|(_, one)| !known.contains(one))
            {
                let at = layer.at(&format!("overrides/{number}/files"));
                let files = one.files.iter().collect::<Vec<_>>().join(", ");
                self.note(
                    Some(at),
                    &format!("override\0{files}"),
                    format!("the rules for `{files}` would change"),
                );
            }
        }
        let scopes = |settings: &Settings| {
            settings
                .layers
                .iter()
                .map(|layer| layer.raw.scope.clone())
                .filter(|scope| *scope != Default::default())
                .collect::<Vec<_>>()
        };
        if scopes(base) != scopes(head) {
            let at = head.layers.iter().rev().find(|layer| layer.raw.scope != Default::default());
            let at = at.map(|layer| layer.at("scope"));
            self.note(
                at,
                "scope",
                "what synchronises would be something else, and what does not is not judged".to_owned(),
            );
        }
        let sources = |settings: &Settings| {
            settings.layers.iter().flat_map(|layer| layer.raw.sources.clone()).collect::<Vec<_>>()
        };
        let kept = sources(head);
        for gone in sources(base).into_iter().filter(|source| !kept.contains(source)) {
            let files = gone.files.iter().collect::<Vec<_>>().join(", ");
            self.note(None, &format!("source\0{files}"), format!("`{files}` would not be read as before"));
        }
        for one in &head.suppressions {
            let is_same = |other: &&crate::config::ConfigSuppression| {
                let rules =
                    one.rules.iter().all(|rule| other.rules.iter().any(|known| known.text == rule.text));
                let ends = match (one.end, other.end) {
                    (_, None) => true,
                    (Some(end), Some(known)) => end <= known,
                    (None, Some(_)) => false,
                };
                rules
                    && ends
                    && one.object == other.object
                    && one.attribute == other.attribute
                    && one.value == other.value
            };
            if !base.suppressions.iter().any(|other| is_same(&other)) {
                let rules: Vec<&str> = one.rules.iter().map(|rule| rule.text.as_str()).collect();
                let message = format!(
                    "findings of `{}` would be suppressed for `{}`",
                    rules.join("`, `"),
                    printable(&one.object)
                );
                self.note(
                    Some(one.location),
                    &format!("suppression\0{}\0{}", rules.join(","), one.object),
                    message,
                );
            }
        }
    }

    fn baseline(&mut self) {
        let Some(head) = self.head.baseline else { return };
        let none = Baseline::default();
        let base = self.base.baseline.unwrap_or(&none);
        for entry in &head.entries {
            let known = base.entries.iter().find(|known| known.fingerprint == entry.fingerprint);
            let grown =
                known.is_none_or(|known| entry.holders.iter().any(|name| !known.holders.contains(name)));
            let longer = known.is_some_and(|known| {
                known.terms.expires.is_some()
                    && (entry.terms.expires.is_none() || entry.terms.expires > known.terms.expires)
            });
            if grown || longer {
                let what = entry.object.as_deref().or(entry.value.as_deref()).unwrap_or("several objects");
                let message = format!("the baseline would know of `{}` of `{}`", entry.rule, printable(what));
                self.note(None, &format!("baseline\0{}", entry.fingerprint), message);
            }
        }
    }

    /// Comments that the same file of the base does not have.
    fn comments(&mut self, files: &Files, store: &Store) {
        let Tree::Revision(_) = &self.base.settings.tree else { return };
        let mut seen: FxHashSet<FileId> = FxHashSet::default();
        for input in files.inputs.iter().filter(|input| input.source == 0 && seen.insert(input.file)) {
            let (found, _) = comments(store, input.file, input.format);
            if found.is_empty() {
                continue;
            }
            let mut own = Store::new();
            let before = self.base.settings.tree.open(&mut own, std::path::Path::new(store.name(input.file)));
            let mut known: Vec<(String, String)> = before.map_or_else(
                |_| Vec::new(),
                |file| {
                    let (known, _) = comments(&own, file, input.format);
                    known
                        .iter()
                        .map(|comment| (comment.text.clone(), first_line(&own, file, comment.covers.offset)))
                        .collect()
                },
            );
            for comment in found {
                let what = (comment.text.clone(), first_line(store, input.file, comment.covers.offset));
                match known.iter().position(|one| *one == what) {
                    Some(number) => _ = known.swap_remove(number),
                    None => {
                        self.found.added.extend(comment.rules.iter().copied());
                        let rules: Vec<&str> =
                            comment.directive.rules.iter().map(|(rule, _)| rule.as_str()).collect();
                        let message =
                            format!("findings of `{}` would be suppressed here", rules.join("`, `"));
                        let key = format!("comment\0{}\0{}\0{}", store.name(input.file), what.0, what.1);
                        self.note(Some(comment.location), &key, message);
                    }
                }
            }
        }
    }
}

/// What a pack gives a name to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    kind: &'static str,
    name: String,
}

impl fmt::Display for Name {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, name } = self;
        if name.is_empty() { formatter.write_str(kind) } else { write!(formatter, "{kind} `{name}`") }
    }
}

/// What a pack says of it, and where.
struct Declared {
    said: String,
    file: FileId,
    path: String,
}

impl Declared {
    fn place(&self, store: &Store) -> Option<Location> {
        Place { store, file: self.file }.scalar(&self.path)
    }
}

/// What the packs of an organisation declare. Conditions belong to the rules that read them.
fn declared(library: &Library) -> BTreeMap<Name, Declared> {
    let mut all: BTreeMap<Name, Declared> = BTreeMap::new();
    for pack in library.packs().iter().filter(|pack| !pack.built_in) {
        let mut add = |kind: &'static str, name: &str, path: &str, said: String| {
            let key = Name { kind, name: name.to_owned() };
            let new = || Declared { said: String::new(), file: pack.file, path: path.to_owned() };
            // packs may add to each other
            let known = all.entry(key).or_insert_with(new);
            known.said.push_str(&said);
            known.said.push('\n');
        };
        let content = &pack.content;
        for (name, classes) in &content.classes.0 {
            add("class", name, &format!("classes/{name}:key"), classes.join(","));
        }
        for (name, text) in &content.formats.0 {
            add("format", name, &format!("formats/{name}"), text.clone());
        }
        for (name, raw) in &content.attributes.0 {
            let said = format!("{:?} {} {}", raw.kind, raw.single, raw.secret);
            add("attribute", name, &format!("attributes/{name}:key"), said);
        }
        for (name, raw) in &content.params.0 {
            let said = (raw.kind, &raw.default, raw.may_be_empty, &raw.one_of, &raw.format);
            add("parameter", name, &format!("params/{name}:key"), format!("{said:?}"));
        }
        for shape in &content.shapes {
            add("shape", "", "shapes:key", format!("{shape:?}"));
        }
    }
    all
}

/// The attributes that everybody knows, in lower case.
fn built_in_attributes(library: &Library) -> FxHashSet<String> {
    let packs = library.packs().iter().filter(|pack| pack.built_in);
    packs.flat_map(|pack| &pack.content.attributes.0).map(|(name, _)| name.to_lowercase()).collect()
}

fn word_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "errors",
        Severity::Warning => "warnings",
        Severity::Info => "notes",
    }
}

/// What a rule says, with the conditions that it reads.
fn said(library: &Library, rule: &RawRule) -> Vec<String> {
    let conditions = library.reads(rule).conditions;
    let all = library.packs().iter().flat_map(|pack| &pack.content.define.0);
    let read = all.filter(|(name, _)| conditions.contains(name)).map(|(_, text)| text.clone());
    std::iter::once(rule.rule.clone()).chain(read).collect()
}

/// The first word that only the second list has.
fn new_word(base: &[Word], head: &[Word]) -> Option<Location> {
    head.iter().find(|word| !base.iter().any(|known| known.text == word.text)).map(|word| word.location)
}

/// The first line of what a comment covers: the same comment before something else is another one.
fn first_line(store: &Store, file: FileId, offset: u64) -> String {
    let mut bytes = Vec::new();
    let read = store.read(file, offset, 4096, &mut bytes);
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    read.map(|()| String::from_utf8_lossy(line).trim().to_owned()).unwrap_or_default()
}
