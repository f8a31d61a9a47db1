//! What is wrong with a pack.

use presync::pack::{BUILT_IN, Library, load};
use presync::source::Store;

/// Code, message, remedy and underlined text of each problem of a pack.
pub(crate) fn problems(text: &str) -> Vec<(&'static str, String, String, String)> {
    let mut store = Store::new();
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| name.starts_with("rules/schema/")) {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(&store, file, true).unwrap());
    }
    let file = store.text("test.yaml", text.as_bytes().to_vec());
    let found = match load(&store, file, false) {
        Err(problem) => vec![*problem],
        Ok(pack) => {
            packs.push(pack);
            let library = Library::new(packs);
            library.compile(&store, &["main".to_owned()], &[], &|rule| Some(rule.severity.into())).problems
        }
    };
    let shown = found.into_iter().map(|problem| {
        let span = problem.location.unwrap().span;
        let (start, end) = (usize::try_from(span.offset).unwrap(), usize::try_from(span.end()).unwrap());
        (problem.code, problem.message, problem.help.unwrap_or_default(), text[start..end].to_owned())
    });
    shown.collect()
}
