//! `docs/language.md` tells the truth: its packs load, their examples pass, and it names every function and format.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use presync::language::format::Format;
use presync::language::function::Function;
use presync::pack::{BUILT_IN, Library, load};
use presync::run::{examples, run_example};
use presync::source::Store;

const PAGE: &str = include_str!("../docs/language.md");

/// The packs among the fenced blocks of the page.
fn packs() -> Vec<&'static str> {
    let blocks = PAGE.split("\n```yaml\n").skip(1).map(|rest| rest.split_once("\n```").unwrap().0);
    blocks.filter(|block| block.starts_with("language: 1")).collect()
}

#[test]
fn packs_of_the_page_load_and_their_examples_pass() {
    let packs = packs();
    assert!(packs.len() >= 3, "{} packs", packs.len());
    let mut ran = 0;
    for (number, text) in packs.into_iter().enumerate() {
        let mut store = Store::new();
        let mut loaded = Vec::new();
        for (name, text) in BUILT_IN {
            let file = store.text(name, text.as_bytes().to_vec());
            loaded.push(load(&store, file, true).unwrap());
        }
        let own = loaded.len();
        let file = store.text("page.yaml", text.as_bytes().to_vec());
        loaded.push(load(&store, file, false).unwrap_or_else(|problem| panic!("pack {number}: {problem:?}")));
        let library = Library::new(loaded);
        let compile = |sources: &[String], set: &[(String, String)]| {
            let book = library.compile(&store, sources, set, &|rule| Some(rule.severity.into()));
            assert!(book.problems.is_empty(), "pack {number}: {:?}", book.problems);
            book
        };
        compile(&["main".to_owned(), "tenant".to_owned()], &[]);
        for example in examples(&library).filter(|example| example.origin.pack == own) {
            let book = compile(&example.sources(), &example.set.0);
            if let Err(reason) = run_example(&example, &book) {
                panic!("{} ({:?} example): {reason}", example.rule.id, example.kind);
            }
            ran += 1;
        }
    }
    assert!(ran >= 6, "{ran} examples");
}

#[test]
fn the_page_names_every_function_and_format() {
    let functions = Function::all().map(|(_, signature)| signature.name);
    let formats = Format::all().map(|(_, name, _)| name);
    let missing: Vec<&str> =
        functions.chain(formats).filter(|name| !PAGE.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "not named: {missing:?}");
}
