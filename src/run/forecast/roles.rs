//! Roles of the directory of the tenant: who holds one, and who may activate one (Privileged Identity Management).

use rustc_hash::FxHashMap;

use super::cloud_object::CloudRead;
use crate::entra::{Class, Role};
use crate::finding::Problem;
use crate::run::seen::Seen;
use crate::snapshot::value::time;

/// The class of objects that say who holds a role.
pub(super) const ROLE: &str = "role";
/// Members of a role that is active, and of one that they may activate.
const MEMBERS: [(&str, Role); 2] = [("activeMember", Role::Active), ("eligibleMember", Role::Eligible)];
/// What falls away where nothing is said of such roles.
const LOSSES: [&str; 2] = [
    "nobody is known to hold a role of the directory: an administrator counts as an ordinary user in matches",
    "nobody is known to be eligible for a role of the directory: who is counts as an ordinary user in matches",
];
const HELP: &str = "add what Microsoft Graph answers to `/directoryRoles?$expand=members` and to \
                    `/roleManagement/directory/roleEligibilitySchedules`; `presync export-command graph` asks for both";

/// An id in lower case, and the role.
pub(super) type Holder = (String, Role);

/// The holders that one object names, unless it speaks of a time that is over.
pub(super) fn holders(seen: &Seen<'_>, now: i64) -> Vec<Holder> {
    if seen.first("endDateTime").and_then(time::seconds).is_some_and(|end| end < now) {
        return Vec::new();
    }
    let members = MEMBERS.into_iter().flat_map(|(name, role)| {
        seen.all(name).map(move |id| (String::from_utf8_lossy(id).to_lowercase(), role))
    });
    members.collect()
}

/// Gives users the strongest role that they hold, also as members of a group that holds one. Groups in such groups are not
/// possible ("Use Microsoft Entra groups to manage role assignments").
pub(super) fn give(holders: Vec<Holder>, cloud: &mut [CloudRead]) {
    let mut roles: FxHashMap<String, Role> = FxHashMap::default();
    let add = |roles: &mut FxHashMap<String, Role>, (id, role): Holder| {
        let known = roles.entry(id).or_insert(role);
        *known = role.max(*known);
    };
    for holder in holders {
        add(&mut roles, holder);
    }
    if roles.is_empty() {
        return;
    }
    let of = |roles: &FxHashMap<String, Role>, read: &CloudRead| {
        roles.get(&read.object.id.to_lowercase()).copied()
    };
    for group in cloud.iter_mut().filter(|read| read.object.class == Class::Group) {
        if let Some(role) = of(&roles, group) {
            for member in std::mem::take(&mut group.members) {
                add(&mut roles, (member, role));
            }
        }
    }
    for user in cloud.iter_mut().filter(|read| read.object.class == Class::User) {
        user.object.role = user.object.role.max(of(&roles, user).unwrap_or(Role::None));
    }
}

/// What cannot be concluded where the files of the tenant do not tell of roles; `is_told` says whether they tell of
/// active ones and of eligible ones.
pub(super) fn missing(is_told: [bool; 2]) -> Option<Problem> {
    let (_, loss) = is_told.into_iter().zip(LOSSES).find(|(is_told, _)| !is_told)?;
    Some(Problem::warning("tenant-roles-missing", loss).help(HELP))
}
