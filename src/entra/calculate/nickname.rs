//! The alias of an object in the tenant, mailNickname (E-UPN; M-PREP and X-ALIAS for characters).

use super::parts::{is_primary, is_smtp, local_part, split};
use crate::entra::attribute::Attribute;
use crate::entra::cloud::CloudObject;
use crate::entra::object::{Class, SourceObject};
use crate::entra::values::{Place, Value};

/// An alias, and the value that it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nickname {
    /// The alias.
    pub text: String,
    /// The attribute that it comes from; none if it is the one that the tenant has.
    pub origin: Option<Attribute>,
    /// The place of that value.
    pub place: Place,
}

/// The alias: the mailNickname of the directory; else the one that the tenant has, for it changes only with that of the
/// directory; else the part before `@` of the primary SMTP address, of mail, of `user_principal_name`, of another SMTP
/// address, in this order (E-UPN). Contacts have their common name before those.
#[must_use]
pub fn nickname(
    object: &SourceObject,
    present: Option<&CloudObject>,
    user_principal_name: Option<Value<'_>>,
) -> Option<Nickname> {
    let made = |text: String, value: Value<'_>| {
        Some(Nickname { text, origin: Some(value.attribute), place: value.place })
    };
    let before_at = |value: Value<'_>, address: &str| {
        let local = local_part(address);
        (!local.is_empty()).then(|| made(sanitized(local), value)).flatten()
    };
    if let Some(value) = object.values.trimmed(Attribute::MailNickname) {
        return made(sanitized(value.text), value);
    }
    if let Some(text) = present.and_then(|present| present.values.text(Attribute::MailNickname)) {
        return Some(Nickname { text: text.to_owned(), origin: None, place: Place::NONE });
    }
    if object.class == Class::Contact
        && let Some(value) = object.values.trimmed(Attribute::Cn)
    {
        return made(sanitized(value.text), value);
    }
    let smtp = |primary: bool| {
        let mut proxies = object.values.all(Attribute::ProxyAddresses);
        let found = proxies.find(|value| {
            let text = value.text.trim();
            is_smtp(text) && is_primary(text) == primary
        })?;
        before_at(found, split(found.text.trim()).1)
    };
    smtp(true)
        .or_else(|| object.values.trimmed(Attribute::Mail).and_then(|value| before_at(value, value.text)))
        .or_else(|| user_principal_name.and_then(|value| before_at(value, value.text)))
        .or_else(|| smtp(false))
}

/// An alias with `_` in place of what Exchange does not accept (X-ALIAS), which is what M-PREP says of aliases in the
/// cloud that have underscores. `&` is not supported with Entra Connect (X-ALIAS).
#[must_use]
pub fn sanitized(alias: &str) -> String {
    let last = alias.chars().count().saturating_sub(1);
    let accepted = |(at, character): (usize, char)| {
        let is_accepted = character.is_ascii_alphanumeric()
            || "!#%*+-/=?^_~$'{}|`".contains(character)
            || matches!(character, '\u{A1}'..='\u{FF}')
            || (character == '.' && at != 0 && at != last);
        if is_accepted { character } else { '_' }
    };
    alias.chars().enumerate().map(accepted).collect()
}

/// The alias that a cloud-created recipient gets where its own is taken: `Albert2`, `Albert3`, .. (PAGE-DUP). Aliases that
/// come from a directory are not numbered.
#[must_use]
pub fn numbered(alias: &str, is_taken: impl Fn(&str) -> bool) -> String {
    if !is_taken(alias) {
        return alias.to_owned();
    }
    let free = (2_u64..).map(|number| format!("{alias}{number}")).find(|candidate| !is_taken(candidate));
    free.unwrap_or_else(|| alias.to_owned())
}
