//! Whether a new source object takes over an object of the tenant (E-EXIST26, E-ERR26, E-FEAT, E-NEW, S-3164442; the
//! order is in entra.md 3.3). Only objects that are not connected yet are matched.

use super::catalogue::SyncError;
use super::cloud::{CloudObject, Origin, Role};
use super::object::Class;
use super::outcome::{Certainty, Sources};
use super::tenant::{Client, Tenant};

/// 2026-06-01: hard matches with privileged users begin to be refused (MC1262584: from early June to July 2026).
const ROLE_BLOCK_BEGINS: i64 = 1_780_272_000;
/// 2026-08-01: they are refused everywhere.
const ROLE_BLOCK_COMPLETE: i64 = 1_785_542_400;
/// 2026-07-01: hard matches with a user of another objectGUID begin to be refused (MC1263280).
const REBINDING_BLOCK_BEGINS: i64 = 1_782_864_000;
/// 2026-10-01: they are refused everywhere (done by late September 2026).
const REBINDING_BLOCK_COMPLETE: i64 = 1_790_812_800;

/// What becomes of a hard match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hard {
    /// The object takes over the one of the tenant.
    Takeover,
    /// The service refuses it with this error.
    Refused(SyncError, Certainty, Sources),
}

/// Judges a hard match: a user of the tenant, living or deleted, has the source anchor of a new object.
///
/// `object_guid` is the objectGUID of the new object. A user that is bound to another one cannot be taken over since
/// 2026-07-01 (decision 3).
#[must_use]
pub fn hard(object_guid: Option<[u8; 16]>, found: &CloudObject, tenant: &Tenant) -> Hard {
    if tenant.is_hard_match_blocked {
        let sources: Sources = &["E-ERR26", "E-EXIST26"];
        return Hard::Refused(SyncError::InvalidHardMatchBlocked, Certainty::Documented, sources);
    }
    if found.role != Role::None && tenant.now >= ROLE_BLOCK_BEGINS {
        let certainty = certainty_from(tenant.now, ROLE_BLOCK_COMPLETE);
        return Hard::Refused(SyncError::InvalidHardMatchRole, certainty, &["E-ERR26", "E-EXIST26"]);
    }
    let is_other = found.bound_guid().zip(object_guid).is_some_and(|(bound, own)| bound != own);
    if is_other && tenant.now >= REBINDING_BLOCK_BEGINS && !tenant.may_rebind_object_identifier {
        let certainty = certainty_from(tenant.now, REBINDING_BLOCK_COMPLETE);
        return Hard::Refused(SyncError::AttributeUpdateNotAllowed, certainty, &["E-ERR26", "E-NEW"]);
    }
    Hard::Takeover
}

/// While a change is rolled out, a tenant may not have it yet.
fn certainty_from(now: i64, complete: i64) -> Certainty {
    if now >= complete { Certainty::Documented } else { Certainty::Likely }
}

/// By what a soft match was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoftKey {
    /// The primary SMTP address of the new object; mail where it has no proxy addresses (decision 15).
    PrimarySmtp,
    /// The user principal name.
    UserPrincipalName,
}

/// What becomes of a soft match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soft {
    /// The object takes over the one of the tenant.
    Takeover(Certainty, Sources),
    /// The one of the tenant is of another class.
    OtherClass,
    /// The one of the tenant belongs to another source object: its source anchor is another one.
    OtherAnchor,
    /// The one of the tenant is a guest: a takeover, or a conflict (decision 7).
    Guest,
    /// The one of the tenant is an administrator; one whose role is only eligible may be taken over (decision 4).
    Administrator(Role),
    /// Soft match is off.
    Blocked,
}

/// Judges a soft match: `found` holds the key of a new object of class `class`.
#[must_use]
pub fn soft(class: Class, key: SoftKey, found: &CloudObject, tenant: &Tenant) -> Soft {
    if found.class != class {
        return Soft::OtherClass;
    }
    if found.origin == Origin::Synced || found.immutable_id.is_some() {
        return Soft::OtherAnchor;
    }
    if tenant.is_soft_match_blocked
        || (key == SoftKey::UserPrincipalName && !tenant.is_soft_match_on_upn)
        || found.is_unified_group
    {
        return Soft::Blocked;
    }
    if found.role != Role::None {
        return Soft::Administrator(found.role);
    }
    if found.is_guest {
        return Soft::Guest;
    }
    match (key, tenant.client) {
        // reported to match on the primary address only (GH-74931)
        (SoftKey::UserPrincipalName, Client::CloudSync) => {
            Soft::Takeover(Certainty::Disputed, &["E-EXIST26"])
        }
        (SoftKey::UserPrincipalName, Client::Connect) => {
            Soft::Takeover(Certainty::Documented, &["E-EXIST26", "E-FEAT"])
        }
        (SoftKey::PrimarySmtp, _) => Soft::Takeover(Certainty::Documented, &["E-EXIST26"]),
    }
}
