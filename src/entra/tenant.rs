//! What is set in a tenant and in the client that synchronises to it.

use crate::snapshot::value::folded;

/// A verified domain of the tenant (`/domains`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Its DNS name.
    pub name: Box<str>,
    /// Its `authenticationType` is `Federated`.
    pub is_federated: bool,
}

/// Which attribute of users is the source anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnchorAttribute {
    /// mS-DS-ConsistencyGuid, and objectGUID where that is empty: the default of new installations (E-DESIGN).
    ConsistencyGuid,
    /// objectGUID.
    ObjectGuid,
    /// Another attribute, whose value stands in the objects as [`Attribute::Anchor`](super::Attribute::Anchor).
    Other,
}

/// The program that synchronises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Entra Connect Sync.
    Connect,
    /// Cloud Sync.
    CloudSync,
}

/// The settings of a tenant, of its client, and of one forecast.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The initial domain (`isInitial`), such as `contoso.onmicrosoft.com`.
    pub initial_domain: Box<str>,
    /// The verified domains; the initial one need not be among them.
    pub domains: Vec<Domain>,
    /// `blockSoftMatchEnabled`.
    pub is_soft_match_blocked: bool,
    /// `softMatchOnUpnEnabled`: on in tenants since 2016-03-30 (E-FEAT).
    pub is_soft_match_on_upn: bool,
    /// `blockCloudObjectTakeoverThroughHardMatchEnabled`.
    pub is_hard_match_blocked: bool,
    /// `allowOnPremUpdateOfOnPremisesObjectIdentifierEnabled`: a hard match may bind another objectGUID.
    pub may_rebind_object_identifier: bool,
    /// `synchronizeUpnForManagedUsersEnabled`.
    pub synchronizes_upn_of_managed_users: bool,
    /// Duplicate attribute resiliency of user principal names. On everywhere, whatever a tenant prints (decision 5).
    pub is_upn_resilient: bool,
    /// Duplicate attribute resiliency of proxy addresses.
    pub is_proxy_resilient: bool,
    /// The source anchor of users.
    pub anchor: AnchorAttribute,
    /// The client.
    pub client: Client,
    /// How many members a group may have: 250,000 with Connect 2, 50,000 before and with Cloud Sync (E-DEFCFG, C-FAQ).
    pub group_member_limit: u32,
    /// Users of several forests are joined by mail: an option of the installation (E-CONTACT).
    pub joins_users_by_mail: bool,
    /// New users will have a licence for Exchange Online (`--assume licensed`).
    pub assumes_licensed: bool,
    /// The source is complete: what it lacks is deleted (`--complete`).
    pub is_complete: bool,
    /// How many objects the tenant may hold; none if that is not known (S-2812409).
    pub object_quota: Option<u64>,
    /// How many deletions stop a run: 500 unless changed (C-ATTR).
    pub deletion_threshold: u32,
    /// The moment of the forecast, in seconds since 1970.
    pub now: i64,
}

impl Tenant {
    /// A tenant with this initial domain, set up as new ones are.
    #[must_use]
    pub fn new(initial_domain: &str, now: i64) -> Self {
        Self {
            initial_domain: initial_domain.into(),
            domains: Vec::new(),
            is_soft_match_blocked: false,
            is_soft_match_on_upn: true,
            is_hard_match_blocked: false,
            may_rebind_object_identifier: false,
            synchronizes_upn_of_managed_users: true,
            is_upn_resilient: true,
            is_proxy_resilient: true,
            anchor: AnchorAttribute::ConsistencyGuid,
            client: Client::Connect,
            group_member_limit: 250_000,
            joins_users_by_mail: false,
            assumes_licensed: false,
            is_complete: false,
            object_quota: None,
            deletion_threshold: 500,
            now,
        }
    }

    /// Whether a domain is verified; the initial one always is.
    #[must_use]
    pub fn is_verified(&self, domain: &str) -> bool {
        self.is_initial(domain) || self.domains.iter().any(|known| is_same(&known.name, domain))
    }

    /// Whether users of a domain sign in elsewhere.
    #[must_use]
    pub fn is_federated(&self, domain: &str) -> bool {
        self.domains.iter().any(|known| known.is_federated && is_same(&known.name, domain))
    }

    /// Whether a domain is the initial one.
    #[must_use]
    pub fn is_initial(&self, domain: &str) -> bool {
        is_same(&self.initial_domain, domain)
    }
}

/// Whether two texts differ in case at most.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one == other || folded(one.as_bytes()) == folded(other.as_bytes())
}
