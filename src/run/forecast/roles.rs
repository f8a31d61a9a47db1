//! Roles of the directory of the tenant: who holds one, and who may activate one (Privileged Identity Management).

use rustc_hash::FxHashMap;

use super::values::{entries, text};
use crate::engine::Object;
use crate::entra::{Class, CloudObject, Role};
use crate::finding::Problem;
use crate::language::plan::Plan;
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

/// Who holds a role: ids in lower case.
#[derive(Debug, Default)]
pub(super) struct Roles(FxHashMap<String, Role>);

impl Roles {
    /// Adds what one object says, unless it speaks of a time that is over.
    pub(super) fn members(object: &Object<'_>, plan: &Plan, now: i64) -> Vec<(String, Role)> {
        let end = text(object, plan, "endDateTime").and_then(|text| time::seconds(text.as_bytes()));
        if end.is_some_and(|end| end < now) {
            return Vec::new();
        }
        let members = MEMBERS.into_iter().flat_map(|(name, role)| {
            entries(object, plan, name).map(move |(_, entry)| {
                let id = object.record.bytes(object.block, entry.value);
                (String::from_utf8_lossy(id).to_lowercase(), role)
            })
        });
        members.collect()
    }

    /// Adds holders; the stronger role of one counts.
    pub(super) fn add(&mut self, holders: impl IntoIterator<Item = (String, Role)>) {
        for (id, role) in holders {
            let known = self.0.entry(id).or_insert(role);
            *known = role.max(*known);
        }
    }

    /// The role of an object by its id.
    pub(super) fn of(&self, id: &str) -> Role {
        if self.0.is_empty() {
            return Role::None;
        }
        self.0.get(&id.to_lowercase()).copied().unwrap_or(Role::None)
    }

    /// Gives the members of groups that hold a role the same, and each user its role. `members` are the ids of the members
    /// of a group; groups in such groups are not possible ("Use Microsoft Entra groups to manage role assignments").
    pub(super) fn give(mut self, cloud: &mut [CloudObject], members: impl Fn(usize) -> Vec<String>) {
        if self.0.is_empty() {
            return;
        }
        let groups = cloud.iter().enumerate().filter(|(_, object)| object.class == Class::Group);
        let held: Vec<_> = groups.map(|(number, group)| (number, self.of(&group.id))).collect();
        for (number, role) in held.into_iter().filter(|(_, role)| *role != Role::None) {
            self.add(members(number).into_iter().map(|id| (id.to_lowercase(), role)));
        }
        for user in cloud.iter_mut().filter(|object| object.class == Class::User) {
            user.role = user.role.max(self.of(&user.id));
        }
    }
}

/// What cannot be concluded where the files of the tenant do not tell of roles; `is_told` says whether they tell of
/// active ones and of eligible ones.
pub(super) fn missing(is_told: [bool; 2]) -> Option<Problem> {
    let (_, loss) = is_told.into_iter().zip(LOSSES).find(|(is_told, _)| !is_told)?;
    Some(Problem::warning("tenant-roles-missing", loss).help(HELP))
}
