//! One object on its way into the tenant: what it would hold, and what has happened to it so far.

use super::before::repeated;
use super::wants::Wanted;
use crate::entra::attribute::Attribute;
use crate::entra::calculate::{Origin, Proxy, View, domain, local_part, split};
use crate::entra::cloud::CloudObject;
use crate::entra::object::SourceObject;
use crate::entra::outcome::{Certainty, Kind, Outcome, Party};
use crate::entra::placeholder::{RANDOM, placeholder};
use crate::entra::quarantine::{Stage, Want};
use crate::entra::tenant::{Tenant, is_same};
use crate::entra::unique::{Key, Space};

use Certainty::{Disputed, Documented, Likely};

/// An object on its way into the tenant.
pub(super) struct Draft<'a> {
    pub(super) object: &'a SourceObject,
    pub(super) present: Option<&'a CloudObject>,
    pub(super) stage: Stage,
    /// As whom it holds its values.
    pub(super) party: Party,
    pub(super) view: View,
    pub(super) outcomes: Vec<Outcome>,
    /// How sure it is that the object is written.
    pub(super) certainty: Certainty,
    /// It is not written.
    pub(super) is_refused: bool,
    /// It is written in the second cycle only.
    pub(super) is_late: bool,
    /// The sign-in name is settled: it is in quarantine, or comes out of it.
    pub(super) is_name_settled: bool,
    /// The addresses that are held back.
    pub(super) held_back: Vec<Key>,
}

impl Draft<'_> {
    /// An error that repeats; one that pages disagree on leaves the object written, perhaps.
    pub(super) fn refuse(&mut self, error: Outcome) {
        if error.certainty == Disputed {
            self.certainty = Disputed;
        } else {
            self.is_refused = true;
        }
        self.outcomes.extend(repeated(error));
    }

    /// Takes an address out of what the object will hold.
    pub(super) fn hold_back(&mut self, address: Key) {
        self.view
            .addresses
            .proxies
            .retain(|proxy| Key::of_proxy(&proxy.text).is_none_or(|(_, key)| key != address));
        self.held_back.push(address);
    }

    /// Puts another sign-in name in place of the one that the object does not get, among its addresses as well.
    pub(super) fn rename(&mut self, name: &str) {
        let Some(own) = self.view.sign_in_name.as_mut() else { return };
        let before = std::mem::replace(&mut own.text, name.to_owned());
        let proxies = &mut self.view.addresses.proxies;
        let is_of = |proxy: &Proxy, name: &str| is_same(split(&proxy.text).1, name);
        let derived =
            proxies.iter().position(|proxy| proxy.origin == Origin::SignInName && is_of(proxy, &before));
        if let Some(derived) = derived.map(|at| proxies.remove(at)) {
            let is_primary = derived.is_primary;
            // the twin may have the address already
            match proxies.iter_mut().find(|proxy| is_of(proxy, name)) {
                Some(known) if is_primary => (known.is_primary, known.text) = (true, format!("SMTP:{name}")),
                Some(_) => {}
                None => {
                    let text = format!("{}:{name}", split(&derived.text).0);
                    proxies.insert(0, Proxy { text, ..derived });
                }
            }
        }
        self.is_name_settled = true;
    }

    /// Whether the tenant has a value in quarantine already.
    pub(super) fn is_recorded(&self, wanted: &Wanted) -> bool {
        let errors = self.present.map(|present| &*present.errors).unwrap_or_default();
        let is_name = wanted.want == Want::UserPrincipalName;
        errors.iter().any(|error| {
            (error.attribute == Attribute::UserPrincipalName) == is_name
                && Key::new(Space::Address, split(&error.value).1) == wanted.key
        })
    }

    /// The address at the initial domain is taken: the alias gets four digits (S-PROXY, P6). Where a placeholder of the
    /// sign-in name is such an address already, that is it.
    pub(super) fn number_alias(&mut self) {
        let proxies = &mut self.view.addresses.proxies;
        let Some(at) = proxies.iter().position(|proxy| proxy.origin == Origin::Initial) else { return };
        let initial = proxies.remove(at);
        let (kind, address) = split(&initial.text);
        let text = format!("{kind}:{}{RANDOM}@{}", local_part(address), domain(address));
        let outcome =
            Outcome::new(Kind::Rename, Documented, &["S-PROXY"]).turning(Some(&initial.text), Some(&text));
        self.outcomes.push(Outcome { attribute: Some(Attribute::ProxyAddresses), ..outcome });
        if !proxies.iter().any(|proxy| is_same(split(&proxy.text).1, split(&text).1)) {
            proxies.insert(at, Proxy { text, ..initial });
        }
    }

    /// The fallback of a sign-in name is taken: it gets four digits (decision 10).
    pub(super) fn number_name(&mut self, tenant: &Tenant) {
        let Some(name) = &self.view.sign_in_name else { return };
        let numbered = placeholder(&name.text, &tenant.initial_domain);
        let outcome = Outcome::new(Kind::Rename, Likely, &["E-UPN", "DECISION"])
            .about(Attribute::UserPrincipalName, &name.sent.text, name.sent.place)
            .turning(Some(&name.sent.text), Some(&numbered));
        self.outcomes.push(outcome);
        self.rename(&numbered);
    }
}
