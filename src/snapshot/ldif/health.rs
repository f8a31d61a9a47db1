//! What an LDIF file says of the export as a whole: the result of the search, what was asked for, how much was found.

use std::ops::AddAssign;

use super::fault::FaultKind;
use crate::finding::Problem;
use crate::source::Location;

/// Which attributes the search asked for (`# requesting:` of ldapsearch).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// All of them.
    All,
    /// These.
    Names(Vec<String>),
}

/// What the blocks of one file say of the export as a whole.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// Objects: content records, and added ones.
    pub objects: u64,
    /// Change records that are not judged.
    pub changes: u64,
    /// The places of those.
    pub first_change: Option<Location>,
    /// Which attributes were asked for, search by search.
    pub requested: Vec<Requested>,
    searches: Vec<Location>,
    results: u64,
    failures: Vec<(String, Location)>,
    counts: Vec<(u64, Location)>,
}

impl AddAssign for Health {
    fn add_assign(&mut self, later: Self) {
        self.objects += later.objects;
        self.changes += later.changes;
        self.first_change = self.first_change.or(later.first_change);
        self.requested.extend(later.requested);
        self.searches.extend(later.searches);
        self.results += later.results;
        self.failures.extend(later.failures);
        self.counts.extend(later.counts);
    }
}

impl Health {
    /// Takes note of a comment, without its `#`.
    pub(super) fn comment(&mut self, text: &[u8], location: Location) {
        let Ok(text) = std::str::from_utf8(text) else { return };
        let text = text.trim();
        if text == "extended LDIF" || text == "record 1" {
            self.searches.push(location);
        } else if let Some(names) = text.strip_prefix("requesting:") {
            self.requested.push(requested(names));
        } else if let Some(count) = text.strip_prefix("numEntries:") {
            self.counts.extend(count.trim().parse().ok().map(|count| (count, location)));
        } else if text.starts_with("returned ") && text.ends_with(" records") {
            // ldbsearch counts referrals among the records, and gives the number of objects in the next line
            self.results += 1;
        } else if let Some(count) = text.strip_suffix(" entries") {
            self.counts.extend(count.parse().ok().map(|count| (count, location)));
        }
    }

    /// Takes note of `result: 4 Size limit exceeded`.
    pub(super) fn result(&mut self, text: &[u8], location: Location) {
        let text = String::from_utf8_lossy(text).trim().to_owned();
        self.results += 1;
        if text.split_whitespace().next() != Some("0") {
            self.failures.push((text, location));
        }
    }

    /// What is wrong with the export as a whole.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (text, location) in &self.failures {
            let mut problem = FaultKind::SearchFailed.problem().at(*location);
            problem.message =
                format!("the search that wrote this file ended with `{text}`: objects are missing");
            problems.push(problem);
        }
        if let Some(search) = self.searches.get(usize::try_from(self.results).unwrap_or(usize::MAX)) {
            problems.push(FaultKind::SearchCutShort.problem().at(*search));
        }
        let total: u64 = self.counts.iter().map(|(count, _)| count).sum();
        if let Some((_, location)) = self.counts.last()
            && self.counts.len() >= self.searches.len()
            && total > self.objects
        {
            let mut problem = FaultKind::EntriesMissing.problem().at(*location);
            problem.message = format!("the search found {total} objects, the file holds {}", self.objects);
            problems.push(problem);
        }
        problems
    }
}

fn requested(names: &str) -> Requested {
    let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    if names.is_empty() || names.iter().any(|name| name == "ALL" || name == "*") {
        Requested::All
    } else {
        Requested::Names(names)
    }
}
