//! Properties of Graph that a forecast needs of each class, and what cannot be concluded without them.

use super::roles;
use crate::entra::{Class, CloudObject};
use crate::finding::Problem;
use crate::run::read::Reading;
use crate::run::recorded::{ERRORS, FIELDS};
use crate::run::seen::Seen;
use crate::snapshot::{Names, Slot};

/// Objects of the tenant that need the same properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Group,
    Contact,
    Deleted,
}

use Kind::{Contact, Deleted, Group, User};

/// A property, who needs it, and what falls away without it.
type Need = (&'static str, Kind, &'static str);

const NO_ERRORS: &str = "values that wait in quarantine already are not known";

const NEEDED: [Need; 20] = [
    ("userPrincipalName", User, "matches and conflicts of user principal names are not seen"),
    ("proxyAddresses", User, "matches by primary address and conflicts of addresses are not seen"),
    ("mail", User, "conflicts with their mail are not seen"),
    ("onPremisesSyncEnabled", User, "every user counts as made in the cloud"),
    ("onPremisesImmutableId", User, "no user counts as synchronised already, and hard matches are not seen"),
    ("userType", User, "guests are told by `#EXT#` in their names only"),
    ("identities", User, "the names that guests sign in with are not known"),
    (
        "assignedLicenses",
        User,
        "nobody counts as licensed for Exchange Online, which decides of the addresses that are kept",
    ),
    ("deletedDateTime", User, "a deleted user among them counts as living"),
    (ERRORS, User, NO_ERRORS),
    ("proxyAddresses", Group, "conflicts with the addresses of groups are not seen"),
    ("mail", Group, "conflicts with their mail are not seen"),
    ("onPremisesSyncEnabled", Group, "every group counts as made in the cloud"),
    ("onPremisesSecurityIdentifier", Group, "no group counts as synchronised already"),
    (ERRORS, Group, NO_ERRORS),
    ("proxyAddresses", Contact, "conflicts with the addresses of contacts are not seen"),
    ("mail", Contact, "contacts are found again by their primary address only"),
    ("onPremisesSyncEnabled", Contact, "no contact counts as synchronised already"),
    (ERRORS, Contact, NO_ERRORS),
    ("onPremisesImmutableId", Deleted, "hard matches with deleted users are not seen"),
];

/// What shapes take out of a property; it is there if one of these is.
const PARTS: [(&str, &[&str]); 3] = [
    ("assignedLicenses", &["licence", "servicePlan", "exchangePlan"]),
    ("identities", &["identities/signInName", "identities/issuerAssignedId"]),
    (ERRORS, &FIELDS),
];

/// The classes of a tenant, with what Graph calls their collections.
const COLLECTIONS: [(Class, &str); 3] =
    [(Class::User, "users"), (Class::Group, "groups"), (Class::Contact, "contacts")];

/// The properties by the numbers that a reader gives their names.
pub(super) struct Needed(Vec<Vec<Slot>>);

/// Which properties an object has, and which were not exported for it: a bit for each of those that are needed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    has: u32,
    unasked: u32,
}

impl Needed {
    pub(super) fn new(names: &Names) -> Self {
        let slots = |property: &str| {
            let parts =
                PARTS.iter().find(|(whole, _)| *whole == property).map_or(&[][..], |(_, parts)| parts);
            let all = [property].into_iter().chain(parts.iter().copied());
            all.filter_map(|name| names.slot(name.as_bytes())).collect()
        };
        Self(NEEDED.iter().map(|(property, ..)| slots(property)).collect())
    }

    /// What an object tells. A property that is named without a value was asked for.
    pub(super) fn told(&self, seen: &Seen<'_>) -> Told {
        let record = seen.record;
        let mut told = Told::default();
        for (number, slots) in self.0.iter().enumerate() {
            let bit = 1 << number;
            if slots.iter().any(|slot| record.has(*slot) || record.empty.contains(slot)) {
                told.has |= bit;
            } else if slots.iter().any(|slot| record.unasked.contains(slot)) {
                told.unasked |= bit;
            }
        }
        told
    }
}

impl Kind {
    fn of(object: &CloudObject) -> Option<Self> {
        match (object.class, object.deleted) {
            (Class::User, None) => Some(User),
            (Class::User, Some(_)) => Some(Deleted),
            (Class::Group, None) => Some(Group),
            (Class::Contact, None) => Some(Contact),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            User => "user",
            Group => "group",
            Contact => "contact",
            Deleted => "deleted user",
        }
    }
}

/// What the tenant does not tell, a problem for each class and property.
pub(super) fn missing<'c>(
    clouds: impl Iterator<Item = (&'c CloudObject, Told)> + Clone,
    reading: &Reading,
    tells_roles: [bool; 2],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_read = |class: Class, collection| {
        reading.has_page(1, collection) || clouds.clone().any(|(object, _)| object.class == class)
    };
    let absent: Vec<&str> = COLLECTIONS
        .into_iter()
        .filter(|(class, collection)| !is_read(*class, collection))
        .map(|(_, collection)| collection)
        .collect();
    if !absent.is_empty() {
        let message = format!(
            "no {} of the tenant were read: conflicts with them are not seen",
            absent.join(" and no ")
        );
        let help = "`presync export-command graph` prints a command that exports users, groups and contacts";
        problems.push(Problem::warning("tenant-classes-missing", message).help(help));
    }
    for (number, (property, kind, loss)) in NEEDED.iter().enumerate() {
        let of_kind = clouds.clone().filter(|(object, _)| Kind::of(object) == Some(*kind));
        let (mut all, mut having, mut unasked) = (0, 0, 0);
        for (_, told) in of_kind {
            all += 1;
            having += told.has >> number & 1;
            unasked += told.unasked >> number & 1;
        }
        let name = kind.name();
        let message = match (having, unasked) {
            (0, _) if all > 0 => format!("no {name} of the tenant has `{property}`: {loss}"),
            (1.., 1..) => {
                format!("{unasked} of {all} {name}s of the tenant lack `{property}`; for these, {loss}")
            }
            _ => continue,
        };
        let help = format!("ask Microsoft Graph again, with `{property}` in `$select`");
        problems.push(Problem::warning("tenant-property-missing", message).help(help));
    }
    if clouds.clone().any(|(object, _)| object.class == Class::User) {
        problems.extend(roles::missing(tells_roles));
    }
    problems
}
