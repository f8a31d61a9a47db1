//! Whether the files of the tenant are what they should be, and what cannot be concluded from them.

use super::Shown;
use super::cloud_object::CloudRead;
use super::source_object::SourceRead;
use crate::engine::Directory;
use crate::entra::anchor::{AnchorFault, from_connector_name};
use crate::entra::{CloudObject, SourceObject};
use crate::finding::Problem;
use crate::language::plan::Plan;
use crate::run::files::Files;
use crate::run::read::Reading;
use crate::snapshot::Format;
use crate::source::{FileId, Location, Store};

/// Attributes of a directory that no answer of Graph has.
const OF_DIRECTORIES: [&str; 3] = ["sAMAccountName", "objectGUID", "userAccountControl"];

/// Properties of Graph that no directory has.
const OF_TENANTS: [&str; 3] = ["onPremisesSyncEnabled", "onPremisesImmutableId", "licence"];

/// What is said if files are not what they were given for.
pub(super) fn wrong_files(
    store: &Store,
    files: &Files,
    (directory, plan): (&Directory, &Plan),
    (objects, shown): (&[SourceObject], &[Shown]),
    (cloud, cloud_shown): (&[CloudObject], &[Shown]),
) -> Vec<Problem> {
    let others = other_connector(store, files, (objects, shown), (cloud, cloud_shown));
    if !others.is_empty() {
        return others;
    }
    let source = not_a_directory(directory, plan, shown);
    source.into_iter().chain(not_a_tenant(directory, plan, cloud_shown)).collect()
}

/// What is said if the files of the tenant are those of the directory.
fn not_a_tenant(directory: &Directory, plan: &Plan, cloud: &[Shown]) -> Option<Problem> {
    let seen = OF_DIRECTORIES.iter().find(|name| is_seen(directory, 1, plan, name))?;
    let first = cloud.first()?;
    let message = format!("this is no tenant: its objects have `{seen}`, which only a directory has");
    let help =
        "give `--tenant` what Microsoft Graph answers; `presync export-command graph` prints how to get it";
    Some(
        Problem::error("tenant-is-directory", message)
            .at(first.spot.location)
            .label("the first one")
            .help(help),
    )
}

/// What is said if the files of the directory are those of the tenant.
fn not_a_directory(directory: &Directory, plan: &Plan, shown: &[Shown]) -> Option<Problem> {
    if OF_DIRECTORIES.iter().any(|name| is_seen(directory, 0, plan, name)) {
        return None;
    }
    let seen = OF_TENANTS.iter().find(|name| is_seen(directory, 0, plan, name))?;
    let first = shown.first()?;
    let message = format!("this is no directory: its objects have `{seen}`, which only a tenant has");
    let help = "name the export of the directory first, and give this with `--tenant`";
    Some(
        Problem::error("source-is-tenant", message).at(first.spot.location).label("the first one").help(help),
    )
}

/// Whether the files of the tenant tell of roles of the directory: of active ones, and of eligible ones.
pub(super) fn tells_roles(directory: &Directory, plan: &Plan, reading: &Reading) -> [bool; 2] {
    // both assignments and eligibilities are pages of one collection
    let of_pages = |collection| reading.has_page(1, collection);
    let of = |names: &[&str]| names.iter().any(|name| is_seen(directory, 1, plan, name));
    [
        of(&["activeMember", "directoryRole"]) || of_pages("directoryroles"),
        of(&["eligibleMember"]) || of_pages("rolemanagement"),
    ]
}

/// What is said if a file of csexport is that of another connector: names of Entra's connector space are source anchors
/// (entra.md 3.1), those of a directory's are distinguished names.
fn other_connector(
    store: &Store,
    files: &Files,
    (objects, shown): (&[SourceObject], &[Shown]),
    (cloud, cloud_shown): (&[CloudObject], &[Shown]),
) -> Vec<Problem> {
    let exports: Vec<FileId> = files
        .inputs
        .iter()
        .filter(|input| input.format == Format::Csexport)
        .map(|input| input.file)
        .collect();
    if exports.is_empty() {
        return Vec::new();
    }
    let is_exported = |shown: &Shown| exports.contains(&shown.spot.location.file);
    let is_entra = |name: &str| from_connector_name(name).is_ok();
    let of_entra =
        objects.iter().zip(shown).find(|(object, shown)| is_exported(shown) && is_entra(&object.dn));
    let of_others =
        cloud.iter().zip(cloud_shown).find(|(object, shown)| is_exported(shown) && !is_entra(&object.id));
    let of_entra = of_entra.map(|(_, shown)| {
        let location = shown.spot.location;
        let message = format!(
            "`{}` is an export of the connector of Entra: its objects are not those of the directory",
            store.name(location.file)
        );
        let help = "export the connector of the directory, or the directory itself: `presync export-command ldifde` prints how";
        Problem::error("source-other-connector", message).at(location).label("a name of Entra's connector").help(help)
    });
    let of_others = of_others.map(|(_, shown)| {
        let location = shown.spot.location;
        let message = format!(
            "`{}` is an export of another connector: its objects are not those of Entra",
            store.name(location.file)
        );
        let help = "give `--tenant` what Microsoft Graph answers; `presync export-command graph` prints how to get it";
        Problem::error("tenant-other-connector", message).at(location).label("no name of Entra's connector").help(help)
    });
    of_entra.into_iter().chain(of_others).collect()
}

/// What is said of source anchors of a wrong length: they lead to no object of the other side.
pub(super) fn anchors(sources: &[SourceRead], clouds: &[CloudRead]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let of_source: Vec<&SourceRead> = sources.iter().filter(|read| read.has_bad_guid).collect();
    if let Some(first) = of_source.first() {
        let message = format!(
            "{}: without a source anchor no twin is found",
            bad(of_source.len(), "object", "objectGUID")
        );
        let place = first.anchor.unwrap_or(first.shown.spot).location;
        let help = "a GUID has 16 bytes: export the directory again, with bytes as bytes or in base64";
        problems.push(
            Problem::warning("source-anchor-malformed", message).at(place).label("the first one").help(help),
        );
    }
    let of_tenant: Vec<&(Location, AnchorFault)> =
        clouds.iter().filter_map(|read| read.bad_anchor.as_deref()).collect();
    if let Some((place, fault)) = of_tenant.first() {
        let message = format!("{}: it matches nobody", bad(of_tenant.len(), "user", "onPremisesImmutableId"));
        let help = "it was written by hand, cut, or comes from another attribute: `--set source_anchor=NAME` says from which";
        problems.push(
            Problem::warning("tenant-anchor-malformed", message)
                .at(*place)
                .label(fault.to_string())
                .help(help),
        );
    }
    problems
}

fn bad(count: usize, what: &str, attribute: &str) -> String {
    match count {
        1 => format!("1 {what} has an `{attribute}` that is no GUID"),
        _ => format!("{count} {what}s have an `{attribute}` that is no GUID"),
    }
}

fn is_seen(directory: &Directory, side: usize, plan: &Plan, name: &str) -> bool {
    let seen = directory.facts.get(side).map(|facts| facts.seen.as_slice()).unwrap_or_default();
    let slot = plan.names.slot(name.as_bytes());
    slot.and_then(|slot| seen.get(usize::from(slot.0))).copied().unwrap_or(false)
}
