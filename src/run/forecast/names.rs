//! The attributes that a forecast reads, beside those that conditions ask for.

use crate::entra::Attribute;
use crate::language::symbols::Symbols;
use crate::snapshot::value::Type;
use crate::snapshot::{Described, Names};

/// What decides of a source object, and is no value of it.
const OF_SOURCE: &[&str] = &[
    "objectClass",
    "userAccountControl",
    "groupType",
    "whenCreated",
    "uSNCreated",
    "msExchRecipientTypeDetails",
    "manager",
];

/// What decides of a cloud object, and is no value of it.
const OF_CLOUD: &[&str] = &[
    "userType",
    "groupTypes",
    "onPremisesSyncEnabled",
    "isCloudManaged",
    "deletedDateTime",
    "onPremisesImmutableId",
    "onPremisesObjectIdentifier",
    "assignedLicenses",
    "exchangePlan",
    "servicePlan",
    "licence",
    "activeMember",
    "eligibleMember",
    "endDateTime",
    "member",
    "identities/signInName",
    "identities/issuerAssignedId",
    "directoryRole",
    "identities",
    "onPremisesProvisioningErrors",
    "onPremisesProvisioningErrors/propertyCausingError",
    "onPremisesProvisioningErrors/value",
];

/// Adds everything that the model reads to the names that readers keep. `anchor` is an attribute of one's own that is the
/// source anchor.
pub fn read_names(names: &mut Names, symbols: &Symbols, anchor: Option<&str>) {
    let both = Attribute::all().flat_map(|(_, source, graph)| [source, graph]);
    let all = both.chain(OF_SOURCE.iter().copied()).chain(OF_CLOUD.iter().copied()).chain(anchor);
    for name in all.filter(|name| !name.is_empty()) {
        let known = symbols.attribute(name);
        let described = known.map_or(Described { kind: Type::Text, single: false }, |attribute| Described {
            kind: attribute.kind,
            single: attribute.single,
        });
        names.add(name, described);
    }
}
