//! Selecting rules by id, tag, pack or `all`, and how bad their findings are.

use rustc_hash::FxHashMap;

use crate::config::{Settings, Word};
use crate::finding::{Problem, Severity};
use crate::language::did_you_mean;
use crate::pack::{Library, Pack, RawRule, RawStatus};
use crate::source::Store;

/// A name of rules, and who asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// An id, a tag, a pack or `all`.
    pub name: String,
    /// Who asks for it.
    pub by: By,
}

/// Who asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// This option of the command line.
    Option(&'static str),
    /// A configuration, here.
    Config(Word),
}

impl Asked {
    fn option(option: &'static str, name: &str) -> Self {
        Self { name: name.trim().to_owned(), by: By::Option(option) }
    }

    fn config(word: &Word) -> Self {
        Self { name: word.text.clone(), by: By::Config(word.clone()) }
    }

    fn is_config(&self) -> bool {
        matches!(self.by, By::Config(_))
    }

    /// What is wrong with it, at its place.
    pub(super) fn problem(&self, code: &'static str, said: &str) -> Problem {
        match &self.by {
            By::Option(option) => Problem::error(code, format!("`{option} {}`: {said}", self.name)),
            By::Config(word) => {
                Problem::error(code, format!("`{}`: {said}", self.name)).at(word.location).label("here")
            }
        }
    }
}

/// What the command line says of rules.
#[derive(Debug, Clone, Default)]
pub struct Wishes<'w> {
    /// Ids, tags, packs or `all`.
    pub select: &'w [String],
    /// Ids, tags, packs or `all`.
    pub ignore: &'w [String],
    /// How bad findings are, by id, tag or pack.
    pub severity: &'w [(String, Severity)],
    /// Rules that may still change run as well.
    pub preview: bool,
}

/// Which rules run, and how bad their findings are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// These run; empty means all.
    pub select: Vec<Asked>,
    /// These do not run, unless an id on the command line names the rule.
    pub ignore: Vec<Asked>,
    /// How bad findings are; what comes later wins, and an id wins over tags and packs.
    pub severity: Vec<(Asked, Severity)>,
    /// These run whatever a configuration selects.
    pub locked: Vec<Asked>,
    preview: bool,
}

/// What was decided of the rules.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    /// The rules that run, by id, with their severities.
    pub rules: FxHashMap<String, Severity>,
    /// What is to be said of them.
    pub notes: Vec<Problem>,
}

impl Selection {
    /// What the command line and the configuration say together: what the command line selects replaces what the configuration
    /// does, everything else adds to it.
    #[must_use]
    pub fn new(wishes: &Wishes<'_>, settings: &Settings) -> Self {
        let config = |words: &[Word]| words.iter().map(Asked::config).collect::<Vec<_>>();
        let select = if wishes.select.is_empty() {
            settings.select.as_deref().map(config).unwrap_or_default()
        } else {
            wishes.select.iter().map(|name| Asked::option("--select", name)).collect()
        };
        let mut ignore = config(&settings.ignore);
        ignore.extend(wishes.ignore.iter().map(|name| Asked::option("--ignore", name)));
        let severity = settings.severity.iter().map(|(word, level)| (Asked::config(word), *level));
        let more = wishes.severity.iter().map(|(name, level)| (Asked::option("--severity", name), *level));
        let locked = config(&settings.locked);
        Self { select, ignore, severity: severity.chain(more).collect(), locked, preview: wishes.preview }
    }

    /// Which rules of the library run.
    #[must_use]
    pub fn decide(&self, library: &Library, store: &Store) -> Decided {
        let mut decided = Decided::default();
        let packs: Vec<Vec<String>> = library.packs().iter().map(|pack| pack.names(store)).collect();
        let selects = |rule: &RawRule| self.select.iter().any(|asked| asked.name == rule.id);
        for (origin, rule) in library.chosen_rules() {
            let names = Names { rule, packs: packs.get(origin.pack).map(Vec::as_slice).unwrap_or_default() };
            let runs = match rule.status {
                RawStatus::Stable => true,
                RawStatus::Preview => self.preview || selects(rule),
                RawStatus::Deprecated => selects(rule),
            };
            if !runs || !self.takes(&names) {
                continue;
            }
            if rule.status == RawStatus::Deprecated {
                let asked = self.select.iter().find(|asked| asked.name == rule.id);
                decided.notes.extend(asked.map(|asked| deprecated(asked, rule)));
            }
            decided.rules.insert(rule.id.clone(), self.severity(&names));
        }
        decided
    }

    fn takes(&self, names: &Names<'_>) -> bool {
        let is_id = |asked: &&Asked| asked.name == names.rule.id;
        let by_hand = self.select.iter().filter(|asked| !asked.is_config()).any(|asked| is_id(&asked));
        let selected = self.select.iter().any(|asked| names.have(&asked.name));
        let locked = self.locked.iter().any(|asked| names.have(&asked.name))
            && self.select.iter().all(Asked::is_config);
        let selected = self.select.is_empty() || selected || locked;
        let by_id = self.select.iter().any(|asked| is_id(&asked));
        let ignored = self.ignore.iter().any(|asked| {
            let counts = if is_id(&asked) { !(by_hand && asked.is_config()) } else { !by_id };
            counts && names.have(&asked.name)
        });
        selected && !ignored
    }

    fn severity(&self, names: &Names<'_>) -> Severity {
        let id = self.severity.iter().rev().find(|(asked, _)| asked.name == names.rule.id);
        let other = || self.severity.iter().rev().find(|(asked, _)| names.have(&asked.name));
        id.or_else(other).map_or(names.rule.severity.into(), |(_, level)| *level)
    }

    /// What is wrong with the names: none may be unknown, lest a typo turn a check off, and none that is selected may be
    /// known only to profiles that were not chosen. `left_out` holds packs that a configuration may know of all the same.
    #[must_use]
    pub fn problems(&self, library: &Library, left_out: &Library, store: &Store) -> Vec<Problem> {
        let packs: Vec<Vec<String>> = library.packs().iter().map(|pack| pack.names(store)).collect();
        let have = |pack: usize, rule: &RawRule, name: &str| {
            Names { rule, packs: packs.get(pack).map(Vec::as_slice).unwrap_or_default() }.have(name)
        };
        let mut problems = Vec::new();
        let severity = self.severity.iter().map(|(asked, _)| asked);
        let all = self.select.iter().chain(&self.ignore).chain(severity).chain(&self.locked);
        for asked in all {
            let name = &asked.name;
            let of_profile = library.chosen_rules().any(|(origin, rule)| have(origin.pack, rule, name));
            let is_own = super::NOTICES.contains(&name.as_str());
            if of_profile || is_own || name == "all" {
                continue;
            }
            let mut elsewhere =
                library.rules().filter(|(origin, rule)| have(origin.pack, rule, name)).peekable();
            let is_left_out =
                asked.is_config() && left_out.rules().any(|(_, rule)| Names { rule, packs: &[] }.have(name));
            if elsewhere.peek().is_none() {
                if !is_left_out {
                    problems.push(unknown(asked, library, &packs));
                }
            } else if self.select.contains(asked) || self.locked.contains(asked) {
                let packs = elsewhere.filter_map(|(origin, _)| library.packs().get(origin.pack));
                problems.push(not_chosen(asked, packs, library.chosen().unwrap_or_default()));
            }
        }
        problems
    }
}

/// The names of a rule.
pub(super) struct Names<'n> {
    pub(super) rule: &'n RawRule,
    pub(super) packs: &'n [String],
}

impl Names<'_> {
    pub(super) fn have(&self, name: &str) -> bool {
        let is_tag = || self.rule.tags.iter().any(|tag| tag == name);
        name == "all" || self.rule.id == name || is_tag() || self.packs.iter().any(|pack| pack == name)
    }
}

fn deprecated(asked: &Asked, rule: &RawRule) -> Problem {
    let problem = asked.problem("rule-deprecated", "this rule will go");
    let help = match &rule.successor {
        Some(successor) => format!("`{successor}` has taken its place"),
        None => "nothing takes its place".to_owned(),
    };
    Problem { severity: Severity::Warning, ..problem.help(help) }
}

fn unknown(asked: &Asked, library: &Library, packs: &[Vec<String>]) -> Problem {
    let rules = library
        .rules()
        .flat_map(|(_, rule)| std::iter::once(rule.id.as_str()).chain(rule.tags.iter().map(String::as_str)));
    let packs = packs.iter().flatten().map(String::as_str);
    let help = did_you_mean(&asked.name, rules.chain(packs).chain(super::NOTICES).chain(["all"]))
        .unwrap_or_else(|| "`presync rule` lists all rules and their tags".to_owned());
    asked.problem("select-unknown", "no rule has this id or tag, and no pack this name").help(help)
}

fn not_chosen<'p>(asked: &Asked, packs: impl Iterator<Item = &'p Pack>, chosen: &[String]) -> Problem {
    let mut profiles: Vec<&str> = packs.flat_map(Pack::profiles).collect();
    profiles.sort_unstable();
    profiles.dedup();
    let first = profiles.first().copied().unwrap_or_default();
    let message = format!("its rules are of the profile `{}`, which was not chosen", profiles.join("`, `"));
    let all = chosen.iter().map(String::as_str).chain([first]).collect::<Vec<_>>();
    let help = match asked.by {
        By::Option(_) => format!("add `--profile {}`", all.join(",")),
        By::Config(_) => format!("write `profiles: [{}]`", all.join(", ")),
    };
    asked.problem("select-not-chosen", &message).help(help)
}
