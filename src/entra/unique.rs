//! What has to be unique in a tenant, and who has it (entra.md 7; E-DAR, E-ERR26, E-HDIAG, W-UNIQ).

use std::ops::BitOr;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_128;

use super::attribute::Attribute;
use super::calculate::{is_primary, split};
use super::cloud::CloudObject;
use super::outcome::Party;
use super::values::Values;
use crate::snapshot::value::folded;

/// Kinds of values that are compared with each other only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Space {
    /// User principal names, SMTP addresses, mail and sign-in names of guests: one space, since any of them conflicts
    /// with any other (W-UNIQ, S-PROXY).
    Address,
    /// SIP addresses (E-HDIAG).
    Sip,
    /// X500 addresses.
    X500,
    /// Security identifiers (E-EXIST26).
    Sid,
}

/// The key of a value: a digest of 128 bits, by which two values are equal if and only if their normalised texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u64; 2]);

impl Key {
    /// The key of a value, without its type.
    #[must_use]
    pub fn new(space: Space, text: &str) -> Self {
        let mut bytes = vec![space as u8];
        match space {
            Space::Address | Space::Sip => bytes.extend_from_slice(address_text(text).as_bytes()),
            Space::X500 | Space::Sid => bytes.extend_from_slice(&folded(text.trim().as_bytes())),
        }
        let digest = xxh3_128(&bytes);
        Self([(digest >> 64) as u64, digest as u64])
    }

    /// The key of a proxy address; none for types that need not be unique.
    #[must_use]
    pub fn of_proxy(proxy: &str) -> Option<(Space, Self)> {
        let (kind, address) = split(proxy);
        let space = match kind.to_ascii_lowercase().as_str() {
            "smtp" => Space::Address,
            "sip" => Space::Sip,
            "x500" => Space::X500,
            _ => return None,
        };
        Some((space, Self::new(space, address)))
    }
}

/// An address in the form by which addresses compare: without outer white space and case, the domain in ASCII.
#[must_use]
pub fn address_text(address: &str) -> String {
    let text = String::from_utf8_lossy(&folded(address.trim().as_bytes())).into_owned();
    match text.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => {
            let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned());
            format!("{local}@{domain}")
        }
        _ => text,
    }
}

/// What an object holds a value as; it may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Held(u8);

impl Held {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The user principal name.
    pub const UPN: Self = Self(1);
    /// The primary SMTP address.
    pub const PRIMARY: Self = Self(2);
    /// Another proxy address.
    pub const SECONDARY: Self = Self(4);
    /// The mail attribute.
    pub const MAIL: Self = Self(8);
    /// The sign-in name of a guest.
    pub const SIGN_IN: Self = Self(16);
    /// A SIP address.
    pub const SIP: Self = Self(32);
    /// A security identifier.
    pub const SID: Self = Self(64);
    /// Any kind of address that mail is delivered by.
    pub const MAILED: Self = Self(2 | 4 | 8);

    /// Whether it is held as one of these.
    #[must_use]
    pub fn is_any(self, of: Self) -> bool {
        self.0 & of.0 != 0
    }

    /// The attribute, the strongest where there are several.
    #[must_use]
    pub fn attribute(self) -> Option<Attribute> {
        [
            (Self::UPN, Attribute::UserPrincipalName),
            (Self::PRIMARY | Self::SECONDARY, Attribute::ProxyAddresses),
            (Self::MAIL, Attribute::Mail),
            (Self::SIGN_IN, Attribute::SignInName),
            (Self::SIP, Attribute::SipAddress),
            (Self::SID, Attribute::ObjectSid),
        ]
        .into_iter()
        .find(|(held, _)| self.is_any(*held))
        .map(|(_, attribute)| attribute)
    }
}

impl BitOr for Held {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The keys of everything that an object of the tenant holds.
pub fn held(object: &CloudObject) -> impl Iterator<Item = (Key, Held)> + '_ {
    keys(&object.values)
}

/// The keys of all values that have to be unique, and as what they are held.
pub fn keys(values: &Values) -> impl Iterator<Item = (Key, Held)> + '_ {
    values.iter().filter_map(|value| match value.attribute {
        Attribute::UserPrincipalName => Some((Key::new(Space::Address, value.text), Held::UPN)),
        Attribute::Mail => Some((Key::new(Space::Address, value.text), Held::MAIL)),
        Attribute::SignInName => Some((Key::new(Space::Address, value.text), Held::SIGN_IN)),
        Attribute::SipAddress => Some((Key::new(Space::Sip, split(value.text).1), Held::SIP)),
        Attribute::ObjectSid => Some((Key::new(Space::Sid, value.text), Held::SID)),
        Attribute::ProxyAddresses => {
            let (space, key) = Key::of_proxy(value.text)?;
            let held = match space {
                Space::Sip => Held::SIP,
                _ if is_primary(value.text) => Held::PRIMARY,
                _ => Held::SECONDARY,
            };
            Some((key, held))
        }
        _ => None,
    })
}

/// How many holders of one value are noted. A tenant has one, and two or three where pages disagree; the limit keeps the
/// time linear in a file that was made to be slow.
const HOLDERS: usize = 100;

/// Who holds which value: one entry a value, and a list only where several objects hold it.
#[derive(Debug, Default)]
pub struct Ledger {
    one: FxHashMap<Key, (Party, Held)>,
    more: FxHashMap<Key, Vec<(Party, Held)>>,
}

impl Ledger {
    /// Room for this number of values.
    #[must_use]
    pub fn with_capacity(values: usize) -> Self {
        let one = FxHashMap::with_capacity_and_hasher(values, rustc_hash::FxBuildHasher);
        Self { one, more: FxHashMap::default() }
    }

    /// Notes that an object holds a value.
    pub fn claim(&mut self, key: Key, party: Party, held: Held) {
        let first = self.one.entry(key).or_insert((party, Held::NONE));
        if first.0 == party {
            first.1 = first.1 | held;
            return;
        }
        let more = self.more.entry(key).or_default();
        if let Some((_, known)) = more.iter_mut().find(|(known, _)| *known == party) {
            *known = *known | held;
        } else if more.len() < HOLDERS {
            more.push((party, held));
        }
    }

    /// Notes that an object does not hold a value any more.
    pub fn release(&mut self, key: Key, party: Party) {
        let Some(more) = self.more.get_mut(&key) else {
            if self.one.get(&key).is_some_and(|(known, _)| *known == party) {
                self.one.remove(&key);
            }
            return;
        };
        more.retain(|(known, _)| *known != party);
        if self.one.get(&key).is_some_and(|(known, _)| *known == party) {
            match more.pop() {
                Some(next) => drop(self.one.insert(key, next)),
                None => drop(self.one.remove(&key)),
            }
        }
        if more.is_empty() {
            self.more.remove(&key);
        }
    }

    /// The objects that hold a value.
    pub fn holders(&self, key: Key) -> impl Iterator<Item = (Party, Held)> + '_ {
        let more = self.more.get(&key).into_iter().flatten();
        self.one.get(&key).into_iter().chain(more).copied()
    }
}
