//! Objects of the tenant, from records.

use super::source_object::class_of;
use super::values::{Collected, collect, count, entries, text, texts};
use super::{Shown, shown};
use crate::engine::Object;
use crate::entra::{Attribute, CloudObject, Exchange, Origin, ProvisioningError, Role};
use crate::language::plan::Plan;
use crate::snapshot::value::{boolean, time};

/// Attributes that stand in fields of their own, or that no answer has in a form of use here.
const NO_VALUES: [Attribute; 7] = [
    Attribute::ObjectGuid,
    Attribute::ConsistencyGuid,
    Attribute::Anchor,
    Attribute::SignInName,
    Attribute::Member,
    Attribute::UserAccountControl,
    Attribute::Reference,
];

/// The object, as people see it, and its values; none if it is of a class that does not synchronise.
pub(super) fn read(object: &Object<'_>, plan: &Plan) -> Option<(CloudObject, Shown, Vec<Collected>)> {
    let class = class_of(&object.signature.class)?;
    let shown = shown(object);
    let mut made = CloudObject::new(class, &shown.name);
    let truth = |name: &str| text(object, plan, name).and_then(|text| boolean(text.as_bytes()));
    let is = |name: &str, wanted: &str| {
        entries(object, plan, name).any(|(_, entry)| {
            object.record.bytes(object.block, entry.value).eq_ignore_ascii_case(wanted.as_bytes())
        })
    };
    let name = text(object, plan, "userPrincipalName").unwrap_or_default();
    made.is_guest = is("userType", "Guest") || name.contains("#EXT#");
    made.is_unified_group = is("groupTypes", "Unified");
    made.origin = match truth("onPremisesSyncEnabled") {
        Some(true) => Origin::Synced,
        Some(false) => Origin::WasSynced,
        None => Origin::Cloud,
    };
    made.is_cloud_managed = truth("isCloudManaged").unwrap_or(false);
    made.deleted = text(object, plan, "deletedDateTime").and_then(|text| time::seconds(text.as_bytes()));
    made.immutable_id = text(object, plan, "onPremisesImmutableId").map(Into::into);
    made.object_identifier = text(object, plan, "onPremisesObjectIdentifier").map(Into::into);
    // who shows plans shows all of them; a licence alone may be one without Exchange (entra.md, decision 6)
    let has = |name: &str| count(object, plan, name) > 0;
    let is_licensed = if has("servicePlan") { has("exchangePlan") } else { has("licence") };
    made.exchange = if is_licensed { Exchange::Licensed } else { Exchange::No };
    if has("directoryRole") {
        made.role = Role::Active;
    }
    made.errors = errors(object, plan);
    let mut values = Vec::new();
    for (attribute, _, name) in
        Attribute::all().filter(|(attribute, _, name)| !name.is_empty() && !NO_VALUES.contains(attribute))
    {
        collect(object, plan, (attribute, name), &mut values);
    }
    Some((made, shown, values))
}

/// The values in quarantine. Graph writes the property and the value of each entry, one entry after the other.
fn errors(object: &Object<'_>, plan: &Plan) -> Box<[ProvisioningError]> {
    let properties = texts(object, plan, "onPremisesProvisioningErrors/propertyCausingError");
    let values = texts(object, plan, "onPremisesProvisioningErrors/value");
    if properties.len() != values.len() {
        // nobody can say which value belongs to which property
        return Box::default();
    }
    let attribute = |property: &str| {
        let known = [
            ("UserPrincipalName", Attribute::UserPrincipalName),
            ("ProxyAddresses", Attribute::ProxyAddresses),
        ];
        known.iter().find(|(name, _)| property.eq_ignore_ascii_case(name)).map(|(_, attribute)| *attribute)
    };
    let pairs = properties.iter().zip(values);
    let errors = pairs.filter_map(|(property, value)| {
        Some(ProvisioningError { attribute: attribute(property)?, value: value.into() })
    });
    errors.collect()
}
