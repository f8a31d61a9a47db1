//! Loading a pack file: what is wrong with its YAML, told with a place and a remedy.

use super::raw::RawPack;
use super::yaml::Scalars;
use crate::finding::Problem;
use crate::language::{Fault, nearest};
use crate::source::{FileId, Location, Store, decode};

/// A pack file.
#[derive(Debug)]
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
    let length = usize::try_from(store.length(file)).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    let whole = Location::new(file, 0, 0);
    if let Err(error) = store.read(file, store.start(file), length, &mut bytes) {
        return Err(Box::new(
            Problem::error("pack-unreadable", format!("cannot read the pack: {error}")).at(whole),
        ));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to() as u64;
            let problem =
                Problem::error("pack-not-utf8", "a pack is UTF-8 text").at(Location::new(file, at, 1));
            return Err(Box::new(problem.label("not UTF-8").help("save the file as UTF-8")));
        }
    };
    if text.trim().is_empty() {
        return Err(Box::new(nothing_in(file)));
    }
    let content: RawPack =
        serde_yaml::from_str(&text).map_err(|error| Box::new(bad_yaml(&error, &text, store, file)))?;
    if content == RawPack::default()
        || content == (RawPack { language: content.language, ..RawPack::default() })
    {
        return Err(Box::new(nothing_in(file)));
    }
    if let Some(version) = content.language.filter(|version| *version != 1) {
        let message = format!("this pack is written in version {version} of the rule language");
        let place = Place { store, file }.scalar("language").unwrap_or(whole);
        let problem = Problem::error("pack-language", message).at(place).label("only version 1 is known");
        return Err(Box::new(problem.help("a newer presync reads it")));
    }
    if !built_in && let Some(problem) = cut_text(&text, store, file) {
        return Err(Box::new(problem));
    }
    Ok(Pack { file, built_in, content })
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

/// The words of the YAML reader, made useful.
fn bad_yaml(error: &serde_yaml::Error, text: &str, store: &Store, file: FileId) -> Problem {
    let start = store.start(file);
    let at = error.location().map_or(0, |location| location.index());
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    // the reader puts the path in front: `rules[3].tags: `
    let said = match said.split_once(": ") {
        Some((path, rest)) if !path.contains(' ') || path.starts_with("rules") => rest,
        _ => said,
    };
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let place = |span: std::ops::Range<usize>| {
        Location::new(file, start + span.start as u64, (span.end - span.start) as u64)
    };
    if said.starts_with("unknown field")
        && let Some((name, known)) = quoted.split_first()
    {
        let span = word_near(text, at, name);
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        };
        let problem = Problem::error("pack-unknown-field", format!("unknown field `{name}`"));
        return problem.at(place(span)).label("not known here").help(help);
    }
    if said.starts_with("unknown variant")
        && let Some((name, known)) = quoted.split_first()
    {
        let span = word_near(text, at, name);
        let help = format!("known are `{}`", known.join("`, `"));
        let problem = Problem::error("pack-unknown-value", format!("unknown value `{name}`"));
        return problem.at(place(span)).label("not known here").help(help);
    }
    if said.starts_with("missing field") {
        let name = quoted.first().copied().unwrap_or_default();
        let problem = Problem::error("pack-missing-field", format!("the field `{name}` is missing"));
        return problem
            .at(place(line_of(text, at)))
            .label("in what begins here")
            .help(format!("write `{name}: ..`"));
    }
    if let Some(name) = said.strip_prefix("duplicate ").and_then(|_| quoted.first()) {
        let problem = Problem::error("pack-duplicate-field", format!("`{name}` stands here twice"));
        return problem
            .at(place(word_near(text, at, name)))
            .label("the second one")
            .help("remove one of them");
    }
    let line = line_of(text, at);
    let shown = text.get(line.clone()).unwrap_or_default();
    let help = advice(shown);
    Problem::error("pack-yaml", format!("this is not YAML that a pack can have: {said}"))
        .at(place(line))
        .label("here")
        .help(help)
}

/// What usually is wrong with such a line.
fn advice(line: &str) -> &'static str {
    let value = line.split_once(':').map_or("", |(_, value)| value.trim());
    if value.starts_with(['`', '@', '%', '{', '[', '*', '&', '!', '|', '>', '\'', '"']) {
        "a value that begins with a quote, backquote or brace is written as a block: `rule: |`, and the text in the next line"
    } else if value.contains(": ") || value.ends_with(':') {
        "a text with `: ` in it is written as a block: `rule: |`, and the text in the next line"
    } else if line.contains('\t') {
        "YAML is indented with spaces, not with tabs"
    } else {
        "check the indentation and the quotes around this line"
    }
}

/// The line that holds a byte, without the white space around it.
fn line_of(text: &str, at: usize) -> std::ops::Range<usize> {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let head = text.get(..at).unwrap_or_default();
    let start = head.rfind('\n').map_or(0, |lf| lf + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let from = start + (line.len() - line.trim_start().len());
    from..from + line.trim().len()
}

/// A word at or behind a place, else the line.
fn word_near(text: &str, at: usize, word: &str) -> std::ops::Range<usize> {
    let line = line_of(text, at);
    let found = text.get(line.start..).and_then(|rest| rest.find(word)).filter(|found| *found < 2000);
    found.map_or(line.clone(), |found| line.start + found..line.start + found + word.len())
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
