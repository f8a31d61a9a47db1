//! Where the scalars of a YAML file stand: found only when something has to be said of one.

use granit_parser::{Event, Parser};
use rustc_hash::FxHashMap;

use crate::snapshot::yaml::{form, written};
use crate::source::Form;

/// A scalar with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The first byte of its source.
    pub(super) start: usize,
    /// The first byte behind it.
    pub(super) end: usize,
    /// How it is written.
    pub(super) form: Form,
    /// Its text.
    pub(super) text: String,
}

/// The scalars of a file by their paths: `rules/3/rule`; keys by the path of their value and `:key`.
#[derive(Debug, Default)]
pub(super) struct Scalars {
    places: FxHashMap<String, Place>,
}

enum Level {
    Sequence(usize),
    Mapping(Option<String>),
}

impl Scalars {
    pub(super) fn of(text: &str) -> Self {
        let mut scalars = Self::default();
        let mut levels: Vec<Level> = Vec::new();
        let mut parser = Parser::new_from_str(text);
        while let Some(Ok((event, span))) = parser.next_event() {
            match event {
                Event::Scalar(value, style, _, _) => {
                    let form = form(style);
                    let range = written(text, &span, form);
                    let place = Place { start: range.start, end: range.end, form, text: value.into_owned() };
                    scalars.scalar(&mut levels, place);
                }
                Event::Alias(_) => advance(&mut levels),
                Event::SequenceStart(..) => levels.push(Level::Sequence(0)),
                Event::MappingStart(..) => levels.push(Level::Mapping(None)),
                Event::SequenceEnd | Event::MappingEnd => {
                    levels.pop();
                    advance(&mut levels);
                }
                _ => {}
            }
        }
        scalars
    }

    pub(super) fn get(&self, path: &str) -> Option<&Place> {
        self.places.get(path)
    }

    /// The first plain text behind which a comment begins in the same line, where a comment is hardly meant.
    pub(super) fn cut(&self, text: &str) -> Option<(&String, &Place)> {
        let is_text = |path: &str| {
            let last = path.rsplit('/').next().unwrap_or_default();
            matches!(last, "rule" | "message" | "help" | "title") || path.starts_with("define/")
        };
        let is_cut = |place: &Place| {
            let rest = text.get(place.end..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            place.form == Form::YamlPlain && rest.trim_start().starts_with('#')
        };
        let cut = self.places.iter().filter(|(path, place)| is_text(path) && is_cut(place));
        cut.min_by_key(|(_, place)| place.start)
    }

    fn scalar(&mut self, levels: &mut [Level], place: Place) {
        if let Some(Level::Mapping(key @ None)) = levels.last_mut() {
            *key = Some(place.text.clone());
            self.places.insert(format!("{}:key", path(levels)), place);
            return;
        }
        self.places.insert(path(levels), place);
        advance(levels);
    }
}

fn advance(levels: &mut [Level]) {
    match levels.last_mut() {
        Some(Level::Sequence(next)) => *next += 1,
        Some(Level::Mapping(key)) => *key = None,
        None => {}
    }
}

fn path(levels: &[Level]) -> String {
    let parts = levels.iter().map(|level| match level {
        Level::Sequence(number) => number.to_string(),
        Level::Mapping(key) => key.clone().unwrap_or_default(),
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::decode;

    /// Every scalar of a file decodes to what the parser says, and each character maps to where it stands.
    fn check(text: &str) -> usize {
        let scalars = Scalars::of(text);
        for (path, place) in &scalars.places {
            let raw = &text.as_bytes()[place.start..place.end];
            let (decoded, map) = decode(raw, place.form);
            assert_eq!(String::from_utf8(decoded).unwrap(), place.text, "{path} of {text:?}: {place:?}");
            for (at, character) in place.text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
                let ranges = map.raw_ranges(&(at..at + character.len_utf8()));
                let shown = std::str::from_utf8(&raw[ranges[0].clone()]).unwrap();
                assert!(
                    shown == character.to_string() || shown.starts_with('\\'),
                    "{shown:?} for {character:?}"
                );
            }
        }
        scalars.places.len()
    }

    #[test]
    fn all_styles_decode_and_map_back() {
        let text = "a: |\n  x\n   y\n\n  z\nb: >-\n  z\n  w\n\n  v\n   more\n  less\nc: \"q\\\n  r \\u0041\\n s\n\n   t\"\n\
                    d: plain\n  more\n\n  lines\ne: 'it''s\n  two'\nf:\n  - \"\"\n  - |+\n    kept\n\n  - >\n    ä b\n";
        assert_eq!(check(text), 6 + 5 + 3);
    }

    proptest! {
        #[test]
        fn any_block_decodes(lines in prop::collection::vec("( {0,3}[a-zé]{1,4}( [a-z]{1,3}){0,2})?", 1..7), folded: bool, chomp in "[-+]?") {
            let first = "x".to_owned();
            let body: String = std::iter::once(&first).chain(&lines).map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect();
            let sign = if folded { ">" } else { "|" };
            check(&format!("key: {sign}{chomp}\n{body}next: x\n"));
        }

        #[test]
        fn any_double_quoted_text_decodes(text in "[ a-z\"\\\\\né\u{1}]{0,20}") {
            check(&format!("key: {}\n", serde_json::to_string(&text).unwrap()));
        }
    }
}
