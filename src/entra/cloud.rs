//! Objects of the tenant, as Graph returns them.

use super::attribute::Attribute;
use super::object::Class;
use super::values::Values;
use crate::snapshot::value::guid;

/// Whether an object comes from a directory (`onPremisesSyncEnabled`: G-USER).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Null: made in the cloud, never synchronised.
    Cloud,
    /// True: synchronised.
    Synced,
    /// False: it was synchronised, and can be matched again (E-ERR26).
    WasSynced,
}

/// The strongest role of the directory that a user holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// None, or not known.
    None,
    /// One that can be activated (Privileged Identity Management).
    Eligible,
    /// One that is active.
    Active,
}

/// What Exchange Online knows of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exchange {
    /// Nothing, or not known.
    No,
    /// A recipient without a licence of its own; so is every object that holds an address at the initial domain.
    Recipient,
    /// A licence with a plan of Exchange.
    Licensed,
}

/// An entry of `onPremisesProvisioningErrors`: a value that is in quarantine (G-PERR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisioningError {
    /// The `propertyCausingError`: userPrincipalName or proxyAddresses, however it is spelt there.
    pub attribute: Attribute,
    /// The value.
    pub value: Box<str>,
}

/// An object of the tenant.
#[derive(Debug, Clone)]
pub struct CloudObject {
    /// The id.
    pub id: Box<str>,
    /// Its class.
    pub class: Class,
    /// A guest (`userType`).
    pub is_guest: bool,
    /// A Microsoft 365 group (`groupTypes` has `Unified`).
    pub is_unified_group: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// The source of authority was converted to the cloud (`isCloudManaged`: E-SOA).
    pub is_cloud_managed: bool,
    /// When it was deleted, in seconds since 1970; none if it lives.
    pub deleted: Option<i64>,
    /// The onPremisesImmutableId: the source anchor that is stamped on it.
    pub immutable_id: Option<Box<str>>,
    /// The onPremisesObjectIdentifier (beta): the objectGUID that it was bound to.
    pub object_identifier: Option<Box<str>>,
    /// The strongest role.
    pub role: Role,
    /// What Exchange knows of it.
    pub exchange: Exchange,
    /// What is in quarantine.
    pub errors: Box<[ProvisioningError]>,
    /// The values.
    pub values: Values,
}

impl CloudObject {
    /// A living object without values that was made in the cloud.
    #[must_use]
    pub fn new(class: Class, id: &str) -> Self {
        Self {
            id: id.into(),
            class,
            is_guest: false,
            is_unified_group: false,
            origin: Origin::Cloud,
            is_cloud_managed: false,
            deleted: None,
            immutable_id: None,
            object_identifier: None,
            role: Role::None,
            exchange: Exchange::No,
            errors: Box::default(),
            values: Values::default(),
        }
    }

    /// The objectGUID that it was bound to; Graph writes it as a GUID or in base64 (entra.md, decision 3).
    #[must_use]
    pub fn bound_guid(&self) -> Option<[u8; 16]> {
        let text = self.object_identifier.as_deref()?;
        guid(text.as_bytes()).filter(|_| text.len() >= 36).or_else(|| super::anchor::decode(text).ok())
    }
}
