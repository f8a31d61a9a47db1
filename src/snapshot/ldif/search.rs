//! What ldapsearch and ldbsearch write around the objects: what was asked for, how the search ended, how much it found.

use std::ops::AddAssign;

use super::fault::FaultKind;
use crate::finding::Problem;
use crate::snapshot::health::Requested;
use crate::source::Location;

/// The searches that wrote a file.
#[derive(Debug, Clone, Default)]
pub struct Searches {
    begun: Vec<Location>,
    results: u64,
    failures: Vec<(String, Location)>,
    counts: Vec<(u64, Location)>,
    /// The last page says that another one follows.
    unfinished: Option<Option<Location>>,
}

impl AddAssign for Searches {
    fn add_assign(&mut self, later: Self) {
        self.begun.extend(later.begun);
        self.results += later.results;
        self.failures.extend(later.failures);
        self.counts.extend(later.counts);
        self.unfinished = later.unfinished.or(self.unfinished);
    }
}

impl Searches {
    /// Takes note of a comment, without its `#`; the attributes that were asked for, if it names them.
    pub(super) fn comment(&mut self, text: &[u8], location: Location) -> Option<Requested> {
        let text = std::str::from_utf8(text).ok()?.trim();
        if text == "extended LDIF" || text == "record 1" {
            self.begun.push(location);
        } else if let Some(names) = text.strip_prefix("requesting:") {
            return Some(requested(names));
        } else if let Some(count) = text.strip_prefix("numEntries:") {
            self.counts.extend(count.trim().parse().ok().map(|count| (count, location)));
        } else if text.starts_with("returned ") && text.ends_with(" records") {
            // ldbsearch counts referrals among the records, and gives the number of objects in the next line
            self.results += 1;
        } else if let Some(count) = text.strip_suffix(" entries") {
            self.counts.extend(count.parse().ok().map(|count| (count, location)));
        }
        None
    }

    /// Takes note of `result: 4 Size limit exceeded`.
    pub(super) fn result(&mut self, text: &[u8], location: Location) {
        let text = String::from_utf8_lossy(text).trim().to_owned();
        self.results += 1;
        if text.split_whitespace().next() != Some("0") {
            self.failures.push((text, location));
        }
    }

    /// Takes note of `pagedresults: cookie=..`: an empty cookie ends the pages.
    pub(super) fn page(&mut self, text: &[u8], location: Location) {
        let text = text.trim_ascii();
        let cookie = memchr::memmem::find(text, b"cookie=").and_then(|at| text.get(at + 7..));
        let more = cookie.is_some_and(|cookie| !cookie.trim_ascii().is_empty());
        self.unfinished = Some(more.then_some(location));
    }

    /// What is wrong with a file of so many objects.
    pub(in crate::snapshot) fn problems(&self, objects: u64) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (text, location) in &self.failures {
            let mut problem = FaultKind::SearchFailed.problem().at(*location);
            problem.message =
                format!("the search that wrote this file ended with `{text}`: objects are missing");
            problem.help = Some(remedy(text).to_owned());
            problems.push(problem);
        }
        if let Some(Some(location)) = self.unfinished {
            let mut problem = FaultKind::SearchCutShort.problem().at(location);
            problem.message = "the export ends before its last page: objects are missing".to_owned();
            problem.label = Some("another page follows this one".to_owned());
            problems.push(problem);
        }
        if let Some(search) = self.begun.get(usize::try_from(self.results).unwrap_or(usize::MAX)) {
            problems.push(FaultKind::SearchCutShort.problem().at(*search));
        }
        let total: u64 = self.counts.iter().map(|(count, _)| count).sum();
        if let Some((_, location)) = self.counts.last()
            && self.counts.len() >= self.begun.len()
            && total > objects
        {
            let mut problem = FaultKind::EntriesMissing.problem().at(*location);
            problem.message = format!("the search found {total} objects, the file holds {objects}");
            problems.push(problem);
        }
        problems
    }
}

/// What to do about a result code of LDAP (RFC 4511, appendix A).
fn remedy(result: &str) -> &'static str {
    match result.split_whitespace().next() {
        Some("3" | "4" | "11") => "export again in pages: `-E pr=1000/noprompt`",
        Some("10") => {
            "search the server that holds this part of the directory, or follow referrals with `-C`"
        }
        Some("32") => "check the base of the search (`-b`)",
        Some("1" | "48" | "49" | "50") => "bind with an account that may read the directory (`-D`, `-W`)",
        Some("12") => "the server refuses a control: export again without it",
        _ => "export again",
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
