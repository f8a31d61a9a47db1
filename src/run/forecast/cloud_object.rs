//! Objects of the tenant, from records.

use super::needed::{Needed, Told};
use super::roles::{self, Holder};
use super::source_object::class_of;
use super::{Shown, Spots};
use crate::entra::anchor::{AnchorFault, decode};
use crate::entra::conflict::property;
use crate::entra::{
    AnchorAttribute, Attribute, Client, CloudObject, Exchange, Origin, ProvisioningError, Role, Tenant,
    Value, Values,
};
use crate::run::recorded::{FIELDS, entries};
use crate::run::seen::{Modelled, Seen};
use crate::snapshot::value::{boolean, time};
use crate::snapshot::{Names, Slot};
use crate::source::{Location, Store};

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

/// Sign-in names among the identities of a user: a guest has the address that it was invited with, a user of an external tenant
/// the name that it signs in with.
const SIGN_IN_NAMES: [(Attribute, &str); 2] = [
    (Attribute::SignInName, "identities/signInName"),
    (Attribute::SignInName, "identities/issuerAssignedId"),
];

/// An object of the tenant whose values are numbered from 0.
pub(super) struct CloudRead {
    pub(super) object: CloudObject,
    pub(super) shown: Shown,
    pub(super) spots: Spots,
    /// The members of a group; an administrator may be among them.
    pub(super) members: Vec<String>,
    /// Which properties it has.
    pub(super) told: Told,
    /// Where its anchor stands, which is none.
    pub(super) bad_anchor: Option<Box<(Location, AnchorFault)>>,
}

/// Reads objects of the tenant.
pub(super) struct Reader<'r> {
    store: &'r Store,
    values: Modelled,
    errors: [Option<Slot>; 4],
    needed: Needed,
    has_guids: bool,
    now: i64,
}

impl<'r> Reader<'r> {
    pub(super) fn new(store: &'r Store, names: &Names, tenant: &Tenant) -> Self {
        let graph = Attribute::all().map(|(attribute, _, name)| (attribute, name));
        let values = graph.filter(|(attribute, name)| !name.is_empty() && !NO_VALUES.contains(attribute));
        let errors = FIELDS.map(|name| names.slot(name.as_bytes()));
        let values = Modelled::new(values.chain(SIGN_IN_NAMES), names);
        let has_guids = tenant.anchor != AnchorAttribute::Other || tenant.client == Client::CloudSync;
        Self { store, values, errors, needed: Needed::new(names), has_guids, now: tenant.now }
    }

    /// The object; none if it is of a class that does not synchronise.
    pub(super) fn read(&self, seen: &Seen<'_>) -> Option<CloudRead> {
        let class = class_of(seen.class())?;
        let shown = Shown::of(seen);
        let mut made = CloudObject::new(class, &seen.name());
        let truth = |name: &str| seen.first(name).and_then(boolean);
        let name = seen.text("userPrincipalName").unwrap_or_default();
        made.is_guest = seen.has("userType", "Guest") || name.contains("#EXT#");
        made.is_unified_group = seen.has("groupTypes", "Unified");
        made.origin = match truth("onPremisesSyncEnabled") {
            Some(true) => Origin::Synced,
            Some(false) => Origin::WasSynced,
            None => Origin::Cloud,
        };
        made.is_cloud_managed = truth("isCloudManaged").unwrap_or(false);
        made.deleted = seen.first("deletedDateTime").and_then(time::seconds);
        made.immutable_id = seen.text("onPremisesImmutableId").map(Into::into);
        made.object_identifier = seen.text("onPremisesObjectIdentifier").map(Into::into);
        // who shows plans shows all of them; a licence alone may be one without Exchange (entra.md, decision 6)
        let has = |name: &str| seen.count(name) > 0;
        let is_licensed = if has("servicePlan") { has("exchangePlan") } else { has("licence") };
        made.exchange = if is_licensed { Exchange::Licensed } else { Exchange::No };
        if has("directoryRole") {
            made.role = Role::Active;
        }
        made.errors = self.errors(seen);
        let (values, spots) = seen.modelled(&self.values);
        made.values = without_own_name(values, &name);
        let members = seen.all("member").map(|id| String::from_utf8_lossy(id).to_lowercase()).collect();
        let told = self.needed.told(seen);
        let bad_anchor = self.bad_anchor(&made, seen);
        Some(CloudRead { object: made, shown, spots, members, told, bad_anchor })
    }

    /// What is wrong with the anchor of a user, where anchors are GUIDs; groups have none in Graph.
    fn bad_anchor(&self, made: &CloudObject, seen: &Seen<'_>) -> Option<Box<(Location, AnchorFault)>> {
        let text = made.immutable_id.as_deref().filter(|text| self.has_guids && !text.is_empty())?;
        let fault = decode(text).err()?;
        Some(Box::new((seen.first_spot("onPremisesImmutableId")?.location, fault)))
    }

    /// Who holds a role, if the object says that.
    pub(super) fn holders(&self, seen: &Seen<'_>) -> Option<Vec<Holder>> {
        (seen.class() == roles::ROLE).then(|| roles::holders(seen, self.now))
    }

    /// The values in quarantine; of other properties the forecast knows nothing.
    fn errors(&self, seen: &Seen<'_>) -> Box<[ProvisioningError]> {
        let fields = seen.values().filter_map(|held| -> Option<(usize, &[u8], Location)> {
            let field = self.errors.iter().position(|known| *known == Some(held.slot))?;
            Some((field, held.bytes, held.spot.location))
        });
        let known = entries(fields, self.store).into_iter().filter_map(|entry| {
            let attribute = property(&entry.property)?;
            Some(ProvisioningError { attribute, value: entry.value.into() })
        });
        known.collect()
    }
}

/// The values without the user principal name among the identities, where every user has it once more.
fn without_own_name(values: Values, name: &str) -> Values {
    let is_own =
        |value: &Value<'_>| value.attribute == Attribute::SignInName && value.text.eq_ignore_ascii_case(name);
    if !values.iter().any(|value| is_own(&value)) {
        return values;
    }
    values.iter().filter(|value| !is_own(value)).collect()
}
