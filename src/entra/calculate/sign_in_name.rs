//! The user principal name in the tenant (E-UPN, M-NR, S-E2E; R-17 for what is sent).

use super::parts::{domain, local_part};
use crate::entra::attribute::Attribute;
use crate::entra::object::SourceObject;
use crate::entra::tenant::{Tenant, is_same};
use crate::entra::values::{Place, Value};
use crate::language::format::Format;

/// What the client sends as user principal name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// The name, as it stands: it is the one attribute that the default rules do not trim.
    pub text: String,
    /// userPrincipalName, or sAMAccountName where it was made from that.
    pub origin: Attribute,
    /// The place of that value.
    pub place: Place,
}

impl Sent {
    /// It, as a value.
    #[must_use]
    pub fn value(&self) -> Value<'_> {
        Value { attribute: self.origin, text: &self.text, place: self.place }
    }
}

/// The userPrincipalName of the directory, else `sAMAccountName@domain`; none where both are missing.
#[must_use]
pub fn sent(object: &SourceObject) -> Option<Sent> {
    if let Some(value) =
        object.values.first(Attribute::UserPrincipalName).filter(|value| !value.text.is_empty())
    {
        return Some(Sent { text: value.text.to_owned(), origin: value.attribute, place: value.place });
    }
    let name = object.values.trimmed(Attribute::SamAccountName)?;
    let text = format!("{}@{}", name.text, object.domain_name()?);
    Some(Sent { text, origin: name.attribute, place: name.place })
}

/// Why a sign-in name is not taken over as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Its suffix is no verified domain of the tenant.
    Suffix,
    /// It has a character, or a form, that Entra ID does not accept.
    Character,
    /// It has more than 113 characters, 64 before `@`, or 48 behind it (E-PWD, M-PREP).
    Length,
}

/// Why a name that was sent does not become the sign-in name; none if it does.
#[must_use]
pub fn unfit(sent: &str, tenant: &Tenant) -> Option<Unfit> {
    let suffix = domain(sent);
    let (user, length) = (local_part(sent).chars().count(), sent.chars().count());
    if length > 113 || user > 64 || suffix.chars().count() > 48 {
        return Some(Unfit::Length);
    }
    // A suffix of one label, or of letters that are no domain name, cannot be verified; that is the lesser reason.
    if !Format::Upn.holds(format!("{}@example.com", local_part(sent)).as_bytes()) || !sent.contains('@') {
        return Some(Unfit::Character);
    }
    if !tenant.is_verified(suffix) {
        let is_name =
            suffix.chars().all(|character| character.is_alphanumeric() || ".-_".contains(character));
        return Some(if is_name { Unfit::Suffix } else { Unfit::Character });
    }
    None
}

/// The sign-in name of a user who has none yet: the name that was sent, else `MailNickName@initial domain` (E-UPN).
#[must_use]
pub fn computed(sent: &str, nickname: &str, tenant: &Tenant) -> String {
    match unfit(sent, tenant) {
        None => sent.to_owned(),
        Some(_) => format!("{nickname}@{}", tenant.initial_domain),
    }
}

/// The sign-in name that a user has, and what it was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Present<'a> {
    /// The name in the tenant.
    pub name: &'a str,
    /// The name that the directory sent for it (`onPremisesUserPrincipalName`), where that is known.
    pub sent: Option<&'a str>,
}

/// The sign-in name of a user who has one: it is computed anew only when another name is sent (E-UPN). Where it is not
/// known what was sent, a name at the initial domain is taken for the fallback of the same name.
#[must_use]
pub fn next(present: Present<'_>, sent: &str, nickname: &str, tenant: &Tenant) -> String {
    let is_fallback = unfit(sent, tenant).is_some();
    let is_unchanged = match present.sent {
        Some(before) => is_same(before, sent),
        None => is_fallback && tenant.is_initial(domain(present.name)),
    };
    if is_unchanged { present.name.to_owned() } else { computed(sent, nickname, tenant) }
}
