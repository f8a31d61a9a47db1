//! Whether the files of the tenant are what they should be, and what cannot be concluded from them.

use crate::engine::Directory;
use crate::entra::{Class, CloudObject};
use crate::finding::Problem;
use crate::language::plan::Plan;

use super::{Shown, roles};
use crate::run::read::Reading;

/// Properties of Graph, the class that has them, and what falls away without them.
const NEEDED: &[(&str, Class, &str)] = &[
    ("userPrincipalName", Class::User, "matches and conflicts of user principal names are not seen"),
    ("proxyAddresses", Class::User, "matches by primary address and conflicts of addresses are not seen"),
    ("onPremisesSyncEnabled", Class::User, "every user counts as made in the cloud"),
    (
        "onPremisesImmutableId",
        Class::User,
        "no user counts as synchronised already, and hard matches are not seen",
    ),
    ("userType", Class::User, "guests are told by `#EXT#` in their names only"),
    (
        "assignedLicenses",
        Class::User,
        "nobody counts as licensed for Exchange Online, which decides of the addresses that are kept",
    ),
    ("proxyAddresses", Class::Group, "conflicts with the addresses of groups are not seen"),
    ("onPremisesSyncEnabled", Class::Group, "every group counts as made in the cloud"),
    ("onPremisesSecurityIdentifier", Class::Group, "no group counts as synchronised already"),
];

/// The property of licences, and what shapes take out of it and of the plans.
const LICENCES: &str = "assignedLicenses";
const OF_LICENCES: [&str; 3] = ["licence", "servicePlan", "exchangePlan"];

/// Attributes of a directory that no answer of Graph has.
const OF_DIRECTORIES: [&str; 3] = ["sAMAccountName", "objectGUID", "userAccountControl"];

/// Properties of Graph that no directory has.
const OF_TENANTS: [&str; 3] = ["onPremisesSyncEnabled", "onPremisesImmutableId", "licence"];

/// What is said if the files of the tenant are those of the directory.
pub(super) fn not_a_tenant(directory: &Directory, plan: &Plan, cloud: &[Shown]) -> Option<Problem> {
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
pub(super) fn not_a_directory(directory: &Directory, plan: &Plan, shown: &[Shown]) -> Option<Problem> {
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

/// What the tenant does not tell, a problem for each property.
pub(super) fn missing(
    directory: &Directory,
    plan: &Plan,
    reading: &Reading,
    cloud: &[CloudObject],
) -> Vec<Problem> {
    let needed = NEEDED.iter().filter(|(name, class, _)| {
        let is_there = is_seen(directory, 1, plan, name)
            || *name == LICENCES && OF_LICENCES.iter().any(|name| is_seen(directory, 1, plan, name));
        cloud.iter().any(|object| object.class == *class) && !is_there
    });
    let mut told = Vec::new();
    let mut problems = Vec::new();
    for (name, class, loss) in needed {
        if !told.contains(name) {
            told.push(name);
            let message = format!("no {} of the tenant has `{name}`: {loss}", class.name());
            let help = format!("ask Microsoft Graph again, with `{name}` in `$select`");
            problems.push(Problem::warning("tenant-property-missing", message).help(help));
        }
    }
    if cloud.iter().any(|object| object.class == Class::User) {
        // both assignments and eligibilities are pages of one collection
        let of_pages = |collection| reading.has_page(1, collection);
        let of = |names: &[&str]| names.iter().any(|name| is_seen(directory, 1, plan, name));
        let is_active = of(&["activeMember", "directoryRole"]) || of_pages("directoryroles");
        let is_eligible = of(&["eligibleMember"]) || of_pages("rolemanagement");
        problems.extend(roles::missing([is_active, is_eligible]));
    }
    problems
}

fn is_seen(directory: &Directory, side: usize, plan: &Plan, name: &str) -> bool {
    let seen = directory.facts.get(side).map(|facts| facts.seen.as_slice()).unwrap_or_default();
    let slot = plan.names.slot(name.as_bytes());
    slot.and_then(|slot| seen.get(usize::from(slot.0))).copied().unwrap_or(false)
}
