//! Who an error of the synchronisation is about: the objects of the directory and of the tenant to which the clues of a
//! report lead.

mod export;
mod roles;
mod wanted;

use super::files::Files;
use super::gather::{Object, Search};
use crate::entra::conflict::Side;
use crate::entra::report::{Report, Reported};
use crate::finding::{Problem, Site};
use crate::language::symbols::Symbols;
use crate::snapshot::shape::Shape;
use crate::source::{FileId, Location, Store};

pub use export::is_export;
use wanted::{Index, Sought, Wanted};

/// The number of the source that holds the tenant.
pub const TENANT_NUMBER: u16 = 1;
/// What is read of each object.
const ASKED: &[&str] = &[
    "objectGUID",
    "mS-DS-ConsistencyGuid",
    "sourceAnchor",
    "employeeID",
    "employeeNumber",
    "userPrincipalName",
    "mail",
    "proxyAddresses",
    "msRTCSIP-PrimaryUserAddress",
    "imAddresses",
    "objectSid",
    "onPremisesSecurityIdentifier",
    "onPremiseSecurityIdentifier",
    "id",
    "displayName",
    "onPremisesImmutableId",
    "onPremisesObjectIdentifier",
    "identities/signInName",
    "identities/issuerAssignedId",
    "whenCreated",
    "uSNCreated",
    "deletedDateTime",
];

/// An object that an error is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Culprit {
    /// What leads to it, and where that stands.
    pub site: Site,
    /// The same for people: the name of the object where the value is bytes.
    pub shown: Site,
    /// What people call it.
    pub name: String,
    /// Its id in the tenant, if the tenant was read and it is there.
    pub cloud_id: Option<String>,
    /// It stands in the tenant only.
    pub is_cloud: bool,
    /// Whether the error keeps it from being written, or it holds the value.
    pub side: Side,
    /// No page says which of the objects was first, so that the sides are likely only (entra.md 2.6).
    pub likely: bool,
}

/// An error of a report with the objects that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosed {
    /// The error.
    pub reported: Reported,
    /// Where the report says so.
    pub location: Location,
    /// The objects, those first that are refused.
    pub culprits: Vec<Culprit>,
}

/// What came of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The errors, in the order of the report.
    pub errors: Vec<Diagnosed>,
    /// What is wrong with the report and the files.
    pub problems: Vec<Problem>,
    /// Whether a tenant was read.
    pub has_tenant: bool,
}

/// Finds the objects that a report is about. The sources are the directory (number 0) and the tenant (number 1); `anchor` is
/// the attribute that is the source anchor, where that is neither objectGUID nor mS-DS-ConsistencyGuid.
#[must_use]
pub fn diagnose(
    store: &Store,
    report: FileId,
    files: &Files,
    (symbols, shapes): (&Symbols, &[Shape]),
    anchor: Option<&str>,
) -> Diagnosis {
    let mut diagnosis = Diagnosis {
        has_tenant: files.inputs.iter().any(|input| input.source == TENANT_NUMBER),
        ..Diagnosis::default()
    };
    let read = if is_export(store, report) {
        export::read(store, report, symbols, shapes.to_vec(), &mut diagnosis.problems)
    } else {
        of_text(store, report, anchor.is_some(), &mut diagnosis.problems)
    };
    let (known, unknown): (Vec<_>, Vec<_>) =
        read.into_iter().partition(|(reported, _)| reported.error.is_some());
    for (reported, location) in unknown {
        let name = crate::finding::printable(&reported.name).into_owned();
        let problem = Problem::warning("report-error-unknown", format!("the error `{name}` is not known"));
        diagnosis
            .problems
            .push(problem.at(location).label("left out").help("its objects are not looked for"));
    }
    if known.is_empty() {
        let message = format!("`{}` tells of no error that is known", store.name(report));
        let help = if lists_changes(store, report) {
            "it lists changes that wait for export, not errors: give the file of csexport that it was made of"
        } else {
            "give an error report mail, event 6941 of the application log, a block of the Synchronization Service Manager or Connect \
             Health, or an export of csexport"
        };
        diagnosis.problems.push(Problem::error("report-no-error", message).help(help));
        return diagnosis;
    }
    let asked: Vec<&str> = ASKED.iter().copied().chain(anchor).collect();
    let search = Search::new(&asked, symbols, shapes.to_vec());
    let sought = Sought { search, anchor: anchor.map(str::to_owned) };
    let reported: Vec<Reported> = known.iter().map(|(reported, _)| reported.clone()).collect();
    let mut wanted = Wanted::of(&reported);
    let first = sought.search.gather(store, files, |object| wanted.takes(&object, &sought).then_some(object));
    // the twin of an object on the other side is found by its anchor
    let found = if wanted.extend(&first.found, &sought) {
        sought.search.gather(store, files, |object| wanted.takes(&object, &sought).then_some(object))
    } else {
        first
    };
    diagnosis.problems.extend(found.problems.iter().cloned());
    let index = Index::of(&found.found, &sought);
    for (reported, location) in known {
        let candidates: Vec<&Object> = index.candidates(&reported, &found.found, &sought);
        let culprits = roles::culprits(&reported, &candidates, &sought);
        diagnosis.errors.push(Diagnosed { reported, location, culprits });
    }
    diagnosis
}

/// Whether a file is a table of CSExportAnalyzer: its header has a column for the operation of each object or attribute.
fn lists_changes(store: &Store, report: FileId) -> bool {
    let start = store.start(report);
    let head =
        Location::new(report, start, (store.length(report) - start.min(store.length(report))).min(1024));
    let head = store.bytes(head).unwrap_or_default();
    let header = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_ascii_lowercase();
    header.contains("omodt") || header.contains("amodt")
}

/// The largest report that is read.
const LARGEST: u64 = 64 << 20;

fn of_text(
    store: &Store,
    report: FileId,
    has_own_anchor: bool,
    problems: &mut Vec<Problem>,
) -> Vec<(Reported, Location)> {
    let (start, length) = (store.start(report), store.length(report));
    let name = store.name(report);
    if length > LARGEST {
        let message = format!("`{name}` is larger than 64 MB: no report is");
        let help = "give the directory behind the report, and export only event 6941 of the log";
        problems.push(Problem::error("report-too-large", message).help(help));
        return Vec::new();
    }
    let raw = match store.bytes(Location::new(report, start, length.saturating_sub(start))) {
        Ok(raw) => raw,
        Err(error) => {
            problems.push(Problem::error("source-unreadable", format!("cannot read `{name}`: {error}")));
            return Vec::new();
        }
    };
    let mut read = Report::read(&raw);
    if has_own_anchor {
        read.trust_anchors();
    }
    let place = |range: &std::ops::Range<usize>| {
        Location::new(report, start + range.start as u64, range.len() as u64)
    };
    for bad in &read.bad_anchors {
        let shown = crate::finding::printable(&bad.text).into_owned();
        let problem =
            Problem::error("report-bad-anchor", format!("`{shown}` is no source anchor: {}", bad.fault));
        let help = "the anchor of a GUID has 24 characters, its name in the connector space 53: copy the report again, as a whole";
        problems.push(problem.at(place(&bad.place)).label("this is no source anchor").help(help));
    }
    read.errors
        .into_iter()
        .map(|reported| {
            let at = place(&reported.place);
            (reported, at)
        })
        .collect()
}
