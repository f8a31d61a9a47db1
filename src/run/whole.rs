//! What can be told only when all files were read: mappings that lead nowhere, answers whose last page is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Problem;
use crate::snapshot::Health;
use crate::snapshot::shape::FileMapping;
use crate::source::Location;

/// What is wrong with all files together: the number of objects of each file of a mapping, and what each file of a source
/// said of itself.
pub(super) fn problems(mapped: &[(Arc<FileMapping>, u64)], health: &[(u16, Health)]) -> Vec<Problem> {
    let mut problems = mappings_to_nothing(mapped);
    problems.extend(missing_pages(health));
    problems
}

fn mappings_to_nothing(mapped: &[(Arc<FileMapping>, u64)]) -> Vec<Problem> {
    let mut totals: Vec<(&Arc<FileMapping>, u64)> = Vec::new();
    for (mapping, objects) in mapped {
        match totals.iter_mut().find(|(known, _)| Arc::ptr_eq(known, mapping)) {
            Some((_, total)) => *total += objects,
            None => totals.push((mapping, *objects)),
        }
    }
    let nothing = totals.into_iter().filter(|(_, objects)| *objects == 0).map(|(mapping, _)| {
        let message = "the mapping leads to no object in any of its files";
        let mut problem = Problem::error("mapping-no-objects", message).label("leads nowhere");
        problem.location = mapping.location;
        problem.help("check `objects:` and `when:` against the files")
    });
    nothing.collect()
}

/// Answers of Microsoft Graph whose last page says that another one follows. The next page may stand in another file.
fn missing_pages(health: &[(u16, Health)]) -> Vec<Problem> {
    let mut ends: BTreeMap<(u16, &str), (bool, Option<Location>)> = BTreeMap::new();
    for (source, health) in health {
        let mut last: BTreeMap<&str, Option<Location>> = BTreeMap::new();
        for page in &health.pages {
            last.insert(&page.collection, page.next);
        }
        for (collection, next) in last {
            let end = ends.entry((*source, collection)).or_default();
            end.0 |= next.is_none();
            end.1 = end.1.or(next);
        }
    }
    let open = ends.into_iter().filter(|(_, (ended, _))| !ended);
    open.filter_map(|((_, collection), (_, next))| {
        let what = if collection.is_empty() { "objects" } else { collection };
        let message = format!("the last page of the {what} is missing: another one follows");
        let help = "follow `@odata.nextLink` until there is none: `presync export-command graph` prints a command that does";
        Some(Problem::error("graph-next-page", message).at(next?).label("the next page").help(help))
    })
    .collect()
}
