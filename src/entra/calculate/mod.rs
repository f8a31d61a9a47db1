//! What the tenant makes of the values of an object: sign-in name, alias, addresses, and what is cut.
//!
//! All of it is a function of the present state: of what the directory has, and of what the twin in the tenant has now.

pub mod limits;
mod mail;
mod nickname;
mod parts;
pub mod sign_in_name;

pub use mail::{Addresses, Dropped, Origin, Proxy, Reason, addresses, exchange};
pub use nickname::{Nickname, nickname, numbered, sanitized};
pub use parts::{domain, is_primary, is_smtp, local_part, split};

use super::attribute::Attribute;
use super::cloud::{CloudObject, Exchange};
use super::object::{Class, SourceObject};
use super::placeholder::is_placeholder_of;
use super::tenant::{Tenant, is_same};
use sign_in_name::{Present, Sent, Unfit};

/// The sign-in name of a user in the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInName {
    /// What was sent.
    pub sent: Sent,
    /// What it becomes, if nobody else has it.
    pub text: String,
    /// Why it is not what was sent, where it was computed anew.
    pub unfit: Option<Unfit>,
    /// The name stays because `synchronizeUpnForManagedUsersEnabled` is off (E-FEAT).
    pub is_ignored: bool,
    /// The name is in quarantine now: the tenant has a placeholder.
    pub is_quarantined: bool,
}

/// What the tenant makes of an object, before others are asked whether they have its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The sign-in name; only users have one.
    pub sign_in_name: Option<SignInName>,
    /// The alias.
    pub nickname: Option<Nickname>,
    /// The addresses.
    pub addresses: Addresses,
}

/// Computes what the tenant makes of an object whose twin is `present`. A user without userPrincipalName and sAMAccountName
/// has no sign-in name.
#[must_use]
pub fn view(object: &SourceObject, present: Option<&CloudObject>, tenant: &Tenant) -> View {
    let sent = (object.class == Class::User).then(|| sign_in_name::sent(object)).flatten();
    let nickname = nickname(object, present, sent.as_ref().map(Sent::value));
    let alias = nickname.as_ref().map(|nickname| nickname.text.as_str());
    let sign_in_name = sent.map(|sent| sign_in(object, sent, present, alias.unwrap_or_default(), tenant));
    let name = sign_in_name.as_ref().map(|name| name.text.as_str());
    let mut addresses = addresses(object, present, name, alias, tenant);
    if object.class == Class::User && object.lacks(Attribute::MailNickname) {
        addresses.dropped.extend(object.values.all(Attribute::TargetAddress).map(|value| Dropped {
            attribute: value.attribute,
            value: value.text.to_owned(),
            place: value.place,
            reason: Reason::NoAlias,
        }));
    }
    View { sign_in_name, nickname, addresses }
}

fn sign_in(
    object: &SourceObject,
    sent: Sent,
    present: Option<&CloudObject>,
    alias: &str,
    tenant: &Tenant,
) -> SignInName {
    let fresh = sign_in_name::computed(&sent.text, alias, tenant);
    let unfit = sign_in_name::unfit(&sent.text, tenant);
    let plain = |text: String| SignInName {
        sent: sent.clone(),
        text,
        unfit,
        is_ignored: false,
        is_quarantined: false,
    };
    let held = present.filter(|present| present.origin != super::cloud::Origin::Cloud);
    let Some((present, now)) = held
        .and_then(|present| present.values.text(Attribute::UserPrincipalName).map(|name| (present, name)))
    else {
        return plain(fresh);
    };
    let is_error = |error: &super::cloud::ProvisioningError| {
        error.attribute == Attribute::UserPrincipalName && is_same(&error.value, &fresh)
    };
    let is_quarantined = !is_same(now, &fresh)
        && (present.errors.iter().any(is_error) || (unfit.is_none() && is_placeholder_of(now, &fresh)));
    if is_quarantined {
        return SignInName { is_quarantined, ..plain(fresh) };
    }
    let before = present.values.text(Attribute::SentUserPrincipalName);
    let next = sign_in_name::next(Present { name: now, sent: before }, &sent.text, alias, tenant);
    let is_managed = !tenant.is_federated(domain(now));
    let is_licensed = exchange(object.class, Some(present), tenant) == Exchange::Licensed;
    if !tenant.synchronizes_upn_of_managed_users && is_managed && is_licensed && !is_same(&next, now) {
        return SignInName { is_ignored: true, ..plain(now.to_owned()) };
    }
    let is_kept = is_same(&next, now);
    SignInName { unfit: if is_kept { None } else { unfit }, ..plain(next) }
}
