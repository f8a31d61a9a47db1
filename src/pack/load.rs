//! Loading a pack file: what is wrong with its YAML, told with a place and a remedy.

use std::sync::Arc;

use super::raw::{RawExample, RawPack};
use super::yaml::Scalars;
use super::yaml_fault::{PACK, bad_yaml, line_of, text_of};
use crate::finding::Problem;
use crate::language::Fault;
use crate::source::{FileId, Location, Store, decode};

/// A pack file.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The file.
    pub file: FileId,
    /// Whether presync brought it along.
    pub built_in: bool,
    /// What it says.
    pub content: RawPack,
}

/// Reads a pack file.
///
/// # Errors
/// What is wrong with its YAML.
pub fn load(store: &Store, file: FileId, built_in: bool) -> Result<Pack, Box<Problem>> {
    let text = text_of(store, file, &PACK)?;
    if text.trim().is_empty() {
        return Err(Box::new(nothing_in(file)));
    }
    let content: RawPack =
        serde_yaml::from_str(&text).map_err(|error| Box::new(bad_yaml(&error, &text, store, file, &PACK)))?;
    if content == RawPack::default()
        || content
            == (RawPack {
                language: content.language,
                profiles: content.profiles.clone(),
                ..RawPack::default()
            })
    {
        return Err(Box::new(nothing_in(file)));
    }
    if let Some(version) = content.language.filter(|version| *version != 1) {
        let message = format!("this pack is written in version {version} of the rule language");
        let place = Place { store, file }.scalar("language").unwrap_or(Location::new(file, 0, 0));
        let problem = Problem::error("pack-language", message).at(place).label("only version 1 is known");
        return Err(Box::new(problem.help("a newer presync reads it")));
    }
    if !built_in && let Some(problem) = cut_text(&text, store, file) {
        return Err(Box::new(problem));
    }
    Ok(Pack { file, built_in, content })
}

/// A built-in pack that was made ready when the program was built, without the examples of its rules. None if it was not made for
/// this program.
#[must_use]
pub fn load_ready(file: FileId, json: &str) -> Option<Pack> {
    let content: RawPack = serde_json::from_str(json).ok()?;
    Some(Pack { file, built_in: true, content })
}

/// Gives the rules of a built-in pack their examples, which were made ready as well.
pub fn give_examples(pack: &mut Pack, json: &str) {
    let examples: Vec<Vec<RawExample>> = serde_json::from_str(json).unwrap_or_default();
    for (rule, examples) in pack.content.rules.iter_mut().zip(examples) {
        rule.examples = examples;
    }
}

/// Texts of which YAML takes only a part, since ` #` begins a comment: the rule would quietly mean something else.
fn cut_text(text: &str, store: &Store, file: FileId) -> Option<Problem> {
    let scalars = Scalars::of(text);
    let (path, place) = scalars.cut(text)?;
    let field = path.rsplit('/').next().unwrap_or_default();
    let line = line_of(text, place.end);
    let start = store.start(file) + place.end as u64;
    let length = (line.end - place.end) as u64;
    Some(
        Problem::error(
            "pack-cut-text",
            format!("YAML cuts this text off at ` #`, so a part of `{field}` is lost"),
        )
        .at(Location::new(file, start, length))
        .label("taken for a comment")
        .help(format!(
            "write it as a block: `{field}: |`, and the text in the next line; or put it in quotes"
        )),
    )
}

/// Faults of a pack that no reader sees; used by the project's own tests for the built-in packs.
#[must_use]
pub fn cut_texts(text: &str) -> bool {
    Scalars::of(text).cut(text).is_some()
}

fn nothing_in(file: FileId) -> Problem {
    Problem::error("pack-empty", "the pack holds no rules, and nothing else")
        .at(Location::new(file, 0, 0))
        .help("a pack has `rules:`, `attributes:`, `define:`, `params:`, `formats:` or `classes:`")
}

/// The places of all scalars of a file, for whoever asks for many.
#[derive(Debug, Clone)]
pub struct Marks {
    file: FileId,
    start: u64,
    scalars: Arc<Scalars>,
}

impl Marks {
    /// The places in the text of a file.
    #[must_use]
    pub fn of(store: &Store, file: FileId, text: &str) -> Self {
        Self { file, start: store.start(file), scalars: Arc::new(Scalars::of(text)) }
    }

    /// The place of a scalar, see [`Place::scalar`].
    #[must_use]
    pub fn scalar(&self, path: &str) -> Option<Location> {
        let place = self.scalars.get(path)?;
        Some(Location::new(self.file, self.start + place.start as u64, (place.end - place.start) as u64))
    }
}

/// Finds the places of scalars in a pack file.
#[derive(Debug, Clone, Copy)]
pub struct Place<'s> {
    /// The files.
    pub store: &'s Store,
    /// The pack file.
    pub file: FileId,
}

impl Place<'_> {
    fn text(&self) -> String {
        let mut bytes = Vec::new();
        let length = usize::try_from(self.store.length(self.file)).unwrap_or(usize::MAX);
        let read = self.store.read(self.file, self.store.start(self.file), length, &mut bytes);
        read.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The place of a scalar, by its path: `rules/3/rule`, or `define/filtered:key`.
    #[must_use]
    pub fn scalar(&self, path: &str) -> Option<Location> {
        let scalars = Scalars::of(&self.text());
        let place = scalars.get(path)?;
        let start = self.store.start(self.file) + place.start as u64;
        Some(Location::new(self.file, start, (place.end - place.start) as u64))
    }

    /// A fault in a scalar as a problem that underlines its bytes in the file.
    #[must_use]
    pub fn problem(&self, path: &str, fault: &Fault) -> Problem {
        let text = self.text();
        let scalars = Scalars::of(&text);
        let mut problem = Problem::error(fault.code, fault.message.clone()).label(fault.label.clone());
        problem.help.clone_from(&fault.help);
        let Some(place) = scalars.get(path) else { return problem.at(Location::new(self.file, 0, 0)) };
        let raw = text.as_bytes().get(place.start..place.end).unwrap_or_default();
        let (decoded, map) = decode(raw, place.form);
        let start = self.store.start(self.file) + place.start as u64;
        let same = decoded == place.text.as_bytes();
        let range = map.raw_ranges(&fault.span).into_iter().next().filter(|_| same).unwrap_or(0..raw.len());
        problem.at(Location::new(self.file, start + range.start as u64, range.len() as u64))
    }
}
