//! The addresses of an object in the tenant: proxyAddresses, mail, and the address at the initial domain that Exchange
//! Online adds (S-PROXY, S-2643629, S-4096314).

use super::parts::{domain, is_primary, is_smtp, split};
use crate::entra::attribute::Attribute;
use crate::entra::cloud::{CloudObject, Exchange};
use crate::entra::object::{Class, SourceObject};
use crate::entra::placeholder::is_initial_domain;
use crate::entra::tenant::{Tenant, is_same};
use crate::entra::unique::address_text;
use crate::entra::values::Place;
use crate::language::format::Format;

/// Where a computed address comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A value of proxyAddresses.
    Proxy,
    /// mail, where there are no proxy addresses.
    Mail,
    /// The sign-in name, which is an address of every recipient.
    SignInName,
    /// The address at the initial domain, made from the alias.
    Initial,
    /// An address at the initial domain that the object has already; it stays.
    Kept,
}

/// A computed proxy address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// It, with its type.
    pub text: String,
    /// It is the primary SMTP address.
    pub is_primary: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// The place of that value.
    pub place: Place,
}

/// Why the service leaves an address out without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It ends in `onmicrosoft.com` or `microsoftonline.com`, which a directory cannot give (S-PROXY).
    Reserved,
    /// A protocol of old times: MSMAIL, X400 (S-PROXY).
    Legacy,
    /// It is no address: no type, a space, a character (S-PROXY, S-E2E).
    Malformed,
    /// Its domain is not verified, and the object has a licence for Exchange Online (S-PROXY).
    Unverified,
    /// The other attributes of Exchange flow only with a mailNickname.
    NoAlias,
}

/// A value that the service leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The attribute.
    pub attribute: Attribute,
    /// The value, as the directory has it.
    pub value: String,
    /// Its place.
    pub place: Place,
    /// Why.
    pub reason: Reason,
}

/// The addresses of an object in the tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The mail attribute: the address of the primary SMTP address, whatever the directory has (S-PROXY).
    pub mail: Option<String>,
    /// The proxy addresses.
    pub proxies: Vec<Proxy>,
    /// What was left out.
    pub dropped: Vec<Dropped>,
    /// Further primary addresses, which become secondary ones: as the directory has them (decision 10).
    pub demoted: Vec<(String, Place)>,
}

/// What Exchange Online knows of an object: of the tenant's twin, or by `--assume licensed`. Whoever holds an address at the
/// initial domain is a recipient (decision 6). Contacts have neither a licence nor such an address: they live elsewhere.
#[must_use]
pub fn exchange(class: Class, present: Option<&CloudObject>, tenant: &Tenant) -> Exchange {
    if class == Class::Contact {
        return Exchange::No;
    }
    let known = present.map_or(Exchange::No, |present| present.exchange);
    if known == Exchange::Licensed || (tenant.assumes_licensed && class == Class::User) {
        return Exchange::Licensed;
    }
    let has_initial = present.is_some_and(|present| kept(present, tenant).next().is_some());
    if known == Exchange::Recipient || has_initial { Exchange::Recipient } else { Exchange::No }
}

/// The SMTP addresses at the initial domain that an object of the tenant has, the primary one first.
fn kept<'a>(present: &'a CloudObject, tenant: &'a Tenant) -> impl Iterator<Item = &'a str> {
    let of = |primary: bool| {
        let proxies = present.values.all(Attribute::ProxyAddresses).map(|proxy| proxy.text);
        proxies
            .filter(move |proxy| is_smtp(proxy) && is_primary(proxy) == primary)
            .map(|proxy| split(proxy).1)
    };
    of(true).chain(of(false)).filter(|address| tenant.is_initial(domain(address)))
}

/// Why an SMTP address from the directory is left out; none if it is not.
fn fault(address: &str, is_licensed: bool, tenant: &Tenant) -> Option<Reason> {
    const RESERVED: [&str; 4] =
        ["onmicrosoft.com", "microsoftonline.com", "onmicrosoft.us", "partner.onmschina.cn"];
    let suffix = domain(address).to_lowercase();
    let is_below = |reserved: &str| suffix.strip_suffix(reserved).is_some_and(|rest| rest.ends_with('.'));
    if RESERVED.into_iter().any(is_below) {
        Some(Reason::Reserved)
    } else if !Format::SmtpAddress.holds(address.as_bytes()) {
        Some(Reason::Malformed)
    } else if is_licensed && !tenant.is_verified(&suffix) {
        Some(Reason::Unverified)
    } else {
        None
    }
}

struct Collection {
    addresses: Addresses,
    keys: Vec<String>,
}

impl Collection {
    /// Adds an address unless it is there; of one address that is there twice, the primary one stays.
    fn add(&mut self, kind: &str, address: &str, is_primary: bool, origin: Origin, place: Place) {
        let key = format!("{}:{}", kind.to_lowercase(), address_text(address));
        let known = self.keys.iter().position(|known| *known == key);
        if let Some(proxy) = known.and_then(|at| self.addresses.proxies.get_mut(at)) {
            if is_primary && !proxy.is_primary {
                (proxy.is_primary, proxy.text) = (true, format!("SMTP:{address}"));
            }
            return;
        }
        let kind = match (is_primary, kind.eq_ignore_ascii_case("smtp")) {
            (true, _) => "SMTP",
            (false, true) => "smtp",
            (false, false) => kind,
        };
        self.keys.push(key);
        self.addresses.proxies.push(Proxy { text: format!("{kind}:{address}"), is_primary, origin, place });
    }

    fn drop(&mut self, attribute: Attribute, value: &str, place: Place, reason: Reason) {
        self.addresses.dropped.push(Dropped { attribute, value: value.to_owned(), place, reason });
    }

    fn has_primary(&self) -> bool {
        self.addresses.proxies.iter().any(|proxy| proxy.is_primary)
    }

    /// Takes over the proxy addresses of the directory; false if there are none.
    fn proxies(&mut self, object: &SourceObject, is_licensed: bool, tenant: &Tenant) -> bool {
        let is_held_back = object.is_inet_org_person && !object.values.has(Attribute::MailNickname);
        let mut has_any = false;
        for value in object.values.all(Attribute::ProxyAddresses) {
            let text = value.text.trim();
            let (kind, address) = split(text);
            let fault = if is_held_back {
                Some(Reason::NoAlias)
            } else if ["MS", "MSMAIL", "X400"].iter().any(|legacy| kind.eq_ignore_ascii_case(legacy)) {
                Some(Reason::Legacy)
            } else if kind.is_empty() || address.is_empty() {
                Some(Reason::Malformed)
            } else if is_smtp(text) {
                fault(address, is_licensed, tenant)
            } else {
                None
            };
            has_any |= !is_held_back;
            if let Some(reason) = fault {
                self.drop(value.attribute, value.text, value.place, reason);
                continue;
            }
            let is_capital = kind == "SMTP";
            let is_second = is_capital && self.has_primary();
            if is_second && !self.is_primary(address) {
                self.addresses.demoted.push((text.to_owned(), value.place));
            }
            self.add(kind, address, is_capital && !is_second, Origin::Proxy, value.place);
        }
        has_any
    }

    fn is_primary(&self, address: &str) -> bool {
        self.addresses.proxies.iter().any(|proxy| proxy.is_primary && is_same(split(&proxy.text).1, address))
    }
}

/// Computes the addresses of an object, given its sign-in name and its alias in the tenant, from what the directory and
/// the tenant have now (S-PROXY; entra.md 4.4).
#[must_use]
pub fn addresses(
    object: &SourceObject,
    present: Option<&CloudObject>,
    sign_in_name: Option<&str>,
    nickname: Option<&str>,
    tenant: &Tenant,
) -> Addresses {
    let exchange = exchange(object.class, present, tenant);
    let is_licensed = exchange == Exchange::Licensed;
    let mut all = Collection { addresses: Addresses::default(), keys: Vec::new() };
    let has_proxies = all.proxies(object, is_licensed, tenant);
    let mail = object.values.trimmed(Attribute::Mail).filter(|_| !has_proxies);
    if let Some(mail) = mail {
        match fault(mail.text, is_licensed, tenant) {
            Some(reason) => all.drop(mail.attribute, mail.text, mail.place, reason),
            None => all.add("SMTP", mail.text, true, Origin::Mail, mail.place),
        }
    }
    let has_data = has_proxies || mail.is_some();
    if let Some(name) = sign_in_name {
        if is_licensed {
            all.add("SMTP", name, !has_data, Origin::SignInName, Place::NONE);
        } else if exchange == Exchange::Recipient && has_data {
            all.add("smtp", name, false, Origin::SignInName, Place::NONE);
        }
    }
    if exchange != Exchange::No {
        let mut has_initial = false;
        for address in present.into_iter().flat_map(|present| kept(present, tenant)) {
            all.add("smtp", address, !all.has_primary(), Origin::Kept, Place::NONE);
            has_initial = true;
        }
        if let Some(nickname) = nickname.filter(|_| !has_initial) {
            let address = format!("{nickname}@{}", tenant.initial_domain);
            all.add("smtp", &address, !all.has_primary(), Origin::Initial, Place::NONE);
        }
    }
    let mut addresses = all.addresses;
    addresses.settle();
    addresses
}

impl Addresses {
    /// Sets mail to the primary address. Where the primary address was taken away, one at the initial domain takes its
    /// place if there is one (S-PROXY, X2).
    pub fn settle(&mut self) {
        if !self.proxies.iter().any(|proxy| proxy.is_primary) {
            let is_made = |proxy: &Proxy| matches!(proxy.origin, Origin::Initial | Origin::Kept);
            let is_initial = |proxy: &Proxy| {
                proxy.origin == Origin::SignInName && is_initial_domain(domain(split(&proxy.text).1))
            };
            let made =
                self.proxies.iter().position(is_made).or_else(|| self.proxies.iter().position(is_initial));
            let initial = made.and_then(|at| self.proxies.get_mut(at));
            if let Some(proxy) = initial {
                proxy.text = format!("SMTP:{}", split(&proxy.text).1);
                proxy.is_primary = true;
            }
        }
        let primary = self.proxies.iter().find(|proxy| proxy.is_primary);
        self.mail = primary.map(|proxy| split(&proxy.text).1.to_owned());
    }
}
