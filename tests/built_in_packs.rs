//! The packs that presync brings along: every file of `rules/` is among them, every rule has its examples, and all of them
//! are right.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use presync::pack::{BUILT_IN, Library, cut_texts, load};
use presync::run::{Kind, Proved, examples, run_example, shows_fixes};
use presync::source::{Store, walk};

fn library(store: &mut Store) -> Library {
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(store, file, true).unwrap_or_else(|problem| panic!("{name}: {problem:?}")));
    }
    Library::new(packs)
}

#[test]
fn every_file_is_embedded() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let found = walk(&root.join("rules"), &|name| name.ends_with(".yaml"));
    let names: Vec<String> = found
        .wanted
        .iter()
        .map(|path| path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/"))
        .collect();
    let embedded: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, embedded);
    for (name, text) in BUILT_IN {
        assert!(!cut_texts(text), "YAML cuts a text of {name} off at ` #`");
    }
}

#[test]
fn every_rule_is_right_and_shows_what_it_finds() {
    let mut store = Store::new();
    let library = library(&mut store);
    let mut kinds: BTreeMap<&str, Vec<Kind>> = BTreeMap::new();
    let mut proven: BTreeMap<&str, Vec<Proved>> = BTreeMap::new();
    let mut failed = Vec::new();
    let mut books = BTreeMap::new();
    for example in examples(&library) {
        let sources = example.sources();
        let book = books.entry((sources.clone(), example.set.0.clone())).or_insert_with(|| {
            library.compile(&store, &sources, &example.set.0, &|rule| Some(rule.severity.into()))
        });
        assert_eq!((&*book.problems, &*book.slow), (&[][..], &[][..]));
        kinds.entry(&example.rule.id).or_default().push(example.kind);
        match run_example(&example, book) {
            Ok(one) => proven.entry(&example.rule.id).or_default().push(one),
            Err(reason) => failed.push(format!("{} ({:?}): {reason}", example.rule.id, example.kind)),
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    for (_, rule) in library.rules() {
        let kinds = kinds.get(rule.id.as_str()).unwrap_or_else(|| panic!("{} has no examples", rule.id));
        assert!(kinds.contains(&Kind::Bad) && kinds.contains(&Kind::Good), "{}", rule.id);
        assert!(rule.title.is_some() && rule.help.is_some(), "{}", rule.id);
        assert!(shows_fixes(&proven[rule.id.as_str()], &rule.fix), "{}: no example shows the fix", rule.id);
        assert!(rule.rationale.is_some() && !rule.see.is_empty() && !rule.tags.is_empty(), "{}", rule.id);
    }
}
