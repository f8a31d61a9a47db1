//! What the YAML reader says of a file that people write, made useful: the place, and the remedy.

use crate::finding::Problem;
use crate::language::nearest;
use crate::source::{FileId, Location, Store};

/// The codes of the faults of a kind of file.
pub(crate) struct Codes {
    /// What the file is.
    pub(crate) what: &'static str,
    pub(crate) unreadable: &'static str,
    pub(crate) not_utf8: &'static str,
    pub(crate) unknown_field: &'static str,
    pub(crate) unknown_value: &'static str,
    pub(crate) missing_field: &'static str,
    pub(crate) duplicate_field: &'static str,
    pub(crate) yaml: &'static str,
}

/// The codes of a pack.
pub(crate) const PACK: Codes = Codes {
    what: "a pack",
    unreadable: "pack-unreadable",
    not_utf8: "pack-not-utf8",
    unknown_field: "pack-unknown-field",
    unknown_value: "pack-unknown-value",
    missing_field: "pack-missing-field",
    duplicate_field: "pack-duplicate-field",
    yaml: "pack-yaml",
};

/// The codes of a configuration.
pub(crate) const CONFIG: Codes = Codes {
    what: "a configuration",
    unreadable: "config-unreadable",
    not_utf8: "config-not-utf8",
    unknown_field: "config-unknown-field",
    unknown_value: "config-unknown-value",
    missing_field: "config-missing-field",
    duplicate_field: "config-duplicate-field",
    yaml: "config-yaml",
};

/// The text of a file that must be UTF-8.
pub(crate) fn text_of(store: &Store, file: FileId, codes: &Codes) -> Result<String, Box<Problem>> {
    let length = usize::try_from(store.length(file)).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    let whole = Location::new(file, 0, 0);
    if let Err(error) = store.read(file, store.start(file), length, &mut bytes) {
        return Err(Box::new(
            Problem::error(codes.unreadable, format!("cannot read `{}`: {error}", store.name(file)))
                .at(whole),
        ));
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to() as u64;
            let problem = Problem::error(codes.not_utf8, format!("{} is UTF-8 text", codes.what))
                .at(Location::new(file, at, 1));
            return Err(Box::new(problem.label("not UTF-8").help("save the file as UTF-8")));
        }
    };
    Ok(text)
}

/// The words of the YAML reader, made useful.
pub(crate) fn bad_yaml(
    error: &serde_yaml::Error,
    text: &str,
    store: &Store,
    file: FileId,
    codes: &Codes,
) -> Problem {
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
        let problem = Problem::error(codes.unknown_field, format!("unknown field `{name}`"));
        return problem.at(place(span)).label("not known here").help(help);
    }
    if said.starts_with("unknown variant")
        && let Some((name, known)) = quoted.split_first()
    {
        let span = word_near(text, at, name);
        let help = format!("known are `{}`", known.join("`, `"));
        let problem = Problem::error(codes.unknown_value, format!("unknown value `{name}`"));
        return problem.at(place(span)).label("not known here").help(help);
    }
    if said.starts_with("missing field") {
        let name = quoted.first().copied().unwrap_or_default();
        let problem = Problem::error(codes.missing_field, format!("the field `{name}` is missing"));
        return problem
            .at(place(line_of(text, at)))
            .label("in what begins here")
            .help(format!("write `{name}: ..`"));
    }
    if let Some(name) = said.strip_prefix("duplicate ").and_then(|_| quoted.first()) {
        let problem = Problem::error(codes.duplicate_field, format!("`{name}` stands here twice"));
        return problem
            .at(place(word_near(text, at, name)))
            .label("the second one")
            .help("remove one of them");
    }
    if let Some((given, wanted)) =
        said.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "))
    {
        let word = given.split('"').nth(1).filter(|word| !word.is_empty());
        let span = word.map_or_else(|| line_of(text, at), |word| word_near(text, at, word));
        let wanted = if wanted == "a boolean" { "`true` or `false`" } else { wanted };
        let given = word.map_or_else(|| format!("a {given}"), |word| format!("`{word}`"));
        let problem = Problem::error(codes.yaml, format!("{given} does not fit here"));
        return problem.at(place(span)).label("of another kind").help(format!("write {wanted}"));
    }
    let line = line_of(text, at);
    let shown = text.get(line.clone()).unwrap_or_default();
    let help = advice(shown);
    Problem::error(codes.yaml, format!("this is not YAML that {what} can have: {said}", what = codes.what))
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
pub(super) fn line_of(text: &str, at: usize) -> std::ops::Range<usize> {
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
