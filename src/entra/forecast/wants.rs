//! What an object would hold in the tenant, value by value.

use crate::entra::attribute::Attribute;
use crate::entra::calculate::{Origin, View, split};
use crate::entra::object::{Class, SourceObject};
use crate::entra::quarantine::Want;
use crate::entra::unique::{Held, Key, Space};
use crate::entra::values::Place;

/// A value that an object would hold.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) key: Key,
    pub(super) want: Want,
    pub(super) held: Held,
    /// The attribute of the source directory, and its value there.
    pub(super) attribute: Attribute,
    pub(super) value: String,
    pub(super) place: Place,
    /// Where its proxy address comes from, if it is one.
    pub(super) origin: Option<Origin>,
    /// It is wanted as user principal name and, from the directory, as proxy address.
    pub(super) is_both: bool,
}

/// Everything that has to be unique of what an object would hold.
pub(super) fn wants(object: &SourceObject, view: &View) -> Vec<Wanted> {
    let mut wants = Vec::new();
    if let Some(name) = &view.sign_in_name {
        wants.push(Wanted {
            key: Key::new(Space::Address, &name.text),
            want: Want::UserPrincipalName,
            held: Held::UPN,
            attribute: Attribute::UserPrincipalName,
            value: if name.unfit.is_none() { name.sent.text.clone() } else { name.text.clone() },
            place: name.sent.place,
            origin: None,
            is_both: false,
        });
        if name.is_ignored
            && let Some(last) = wants.last_mut()
        {
            last.value.clone_from(&name.text);
        }
    }
    for proxy in &view.addresses.proxies {
        let Some((space, key)) = Key::of_proxy(&proxy.text) else { continue };
        // SIP addresses are compared among users (E-HDIAG)
        if space == Space::Sip && object.class != Class::User {
            continue;
        }
        let is_mail = proxy.origin == Origin::Mail;
        let (want, held) = match space {
            Space::Sip => (Want::Sip, Held::SIP),
            Space::X500 | Space::Sid => (Want::X500, Held::SECONDARY),
            Space::Address if is_mail => (Want::PrimaryFromMail, Held::PRIMARY),
            Space::Address if proxy.is_primary => (Want::Primary, Held::PRIMARY),
            Space::Address => (Want::Secondary, Held::SECONDARY),
        };
        let (attribute, value) = if is_mail {
            (Attribute::Mail, split(&proxy.text).1)
        } else {
            (Attribute::ProxyAddresses, proxy.text.as_str())
        };
        wants.push(Wanted {
            key,
            want,
            held,
            attribute,
            value: value.to_owned(),
            place: proxy.place,
            origin: Some(proxy.origin),
            is_both: false,
        });
    }
    if object.class == Class::User {
        for (attribute, space, want, held) in [
            (Attribute::SipAddress, Space::Sip, Want::Sip, Held::SIP),
            (Attribute::ObjectSid, Space::Sid, Want::Sid, Held::SID),
        ] {
            let Some(value) = object.values.trimmed(attribute) else { continue };
            let text = if space == Space::Sip { split(value.text).1 } else { value.text };
            let key = Key::new(space, text);
            if wants.iter().any(|known| known.key == key) {
                continue;
            }
            let (value, place) = (value.text.to_owned(), value.place);
            wants.push(Wanted { key, want, held, attribute, value, place, origin: None, is_both: false });
        }
    }
    mark_both(&mut wants);
    wants
}

/// Marks the user principal name and the address from the directory that are the same.
fn mark_both(wants: &mut [Wanted]) {
    let Some(name) = wants.iter().find(|want| want.want == Want::UserPrincipalName).map(|want| want.key)
    else {
        return;
    };
    let is_directory =
        |want: &Wanted| want.key == name && matches!(want.origin, Some(Origin::Proxy | Origin::Mail));
    if wants.iter().any(is_directory) {
        for want in wants.iter_mut().filter(|want| want.key == name) {
            want.is_both = true;
        }
    }
}
