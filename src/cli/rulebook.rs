//! Rules without files: for commands that make something of the rules themselves.

use super::arguments::{Chosen, Common};
use super::session::{Packs, choose, left_out, packs_of, parameters};
use crate::config::Settings;
use crate::finding::Problem;
use crate::govern::{Selection, Wishes};
use crate::pack::{Library, Rulebook};
use crate::source::Store;

/// The source under check.
const MAIN: &str = "main";

/// The sources that rules are compiled for.
pub(super) enum Sources<'s> {
    /// Every one that they name.
    Named,
    /// The directory, and these beside it. Rules about others are not evaluated, as in `presync check`.
    Loaded(&'s [String]),
}

/// The chosen rules, compiled.
pub(super) fn rulebook(
    store: &mut Store,
    chosen: &Chosen,
    common: &Common,
    settings: &Settings,
    of: &Sources<'_>,
) -> Result<(Library, Rulebook), Vec<Problem>> {
    let Packs { library, problems } = packs_of(store, common, &settings.rules, &settings.tree);
    if !problems.is_empty() {
        return Err(problems);
    }
    let library = choose(library, (&chosen.profiles, common), settings)?;
    let set = parameters(&library, settings, common, store)?;
    let wishes = Wishes { select: &chosen.select, ignore: &chosen.ignore, severity: &[], preview: false };
    let selection = Selection::new(&wishes, settings);
    let problems = selection.problems(&library, &left_out(common), store);
    if !problems.is_empty() {
        return Err(problems);
    }
    let decided = selection.decide(&library, store);
    let compile = |sources: &[String]| {
        library.compile(store, sources, &set, &|rule| decided.rules.get(&rule.id).copied())
    };
    let mut sources = vec![MAIN.to_owned()];
    if let Sources::Loaded(loaded) = of {
        sources.extend(loaded.iter().filter(|name| *name != MAIN).cloned());
    }
    let mut book = compile(&sources);
    if matches!(of, Sources::Named) && !book.plan.unloaded.is_empty() {
        sources.append(&mut book.plan.unloaded);
        book = compile(&sources);
    }
    if book.problems.is_empty() { Ok((library, book)) } else { Err(book.problems) }
}
