//! What is wrong with a pack.

#![allow(dead_code)]

use presync::finding::Problem;
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::source::Store;

/// A pack beside those that declare attributes and classes; what is wrong with it, if it cannot be read.
pub(crate) fn compiled(text: &str) -> Result<Rulebook, Box<Problem>> {
    let mut store = Store::new();
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| name.starts_with("rules/schema/")) {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(&store, file, true).unwrap());
    }
    let file = store.text("test.yaml", text.as_bytes().to_vec());
    packs.push(load(&store, file, false)?);
    let library = Library::new(packs);
    Ok(library.compile(&store, &["main".to_owned()], &[], &|rule| Some(rule.severity.into())))
}

/// Code, message, remedy and underlined text of each problem of a pack.
pub(crate) fn problems(text: &str) -> Vec<(&'static str, String, String, String)> {
    let found = match compiled(text) {
        Err(problem) => vec![*problem],
        Ok(book) => book.problems,
    };
    let shown = found.into_iter().map(|problem| {
        let span = problem.location.unwrap().span;
        let (start, end) = (usize::try_from(span.offset).unwrap(), usize::try_from(span.end()).unwrap());
        (problem.code, problem.message, problem.help.unwrap_or_default(), text[start..end].to_owned())
    });
    shown.collect()
}
