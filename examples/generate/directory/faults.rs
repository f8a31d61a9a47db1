//! Spoils some objects, in the ways that stop a synchronisation in practice.

use super::identity::{DOMAIN, Identity};
use super::names::Person;
use super::random::Random;
use std::collections::BTreeMap;

/// Spoils objects with a given probability, and counts what it did.
pub(crate) struct Faults {
    seed: u64,
    rate: f64,
    users: u64,
    counts: BTreeMap<&'static str, u64>,
}

/// One way to spoil an object: what it is called, and what it does with the values of somebody else at hand.
type Fault = (&'static str, fn(&mut Identity, &Person));

const FAULTS: [Fault; 12] = [
    ("address of another user", |identity, other| {
        identity.addresses.push(format!("smtp:{}@{DOMAIN}", other.mailbox));
    }),
    ("address of another user in capitals", |identity, other| {
        identity.addresses.push(format!("smtp:{}@{DOMAIN}", other.mailbox.to_uppercase()));
    }),
    ("mail of another user", |identity, other| {
        identity.mail = Some(format!("{}@{DOMAIN}", other.mailbox));
    }),
    ("bad character in an address", |identity, other| {
        identity.addresses.push(format!("smtp:{} office@{DOMAIN}", other.logon));
    }),
    ("bad character in the alias", |identity, other| {
        identity.nickname = Some(format!("{}&co", other.logon));
    }),
    ("letter outside ASCII in an address", |identity, other| {
        identity.addresses.push(format!("smtp:büro.{}@{DOMAIN}", other.logon));
    }),
    ("blank behind an address", |identity, other| {
        identity.addresses.push(format!("smtp:desk.{}@{DOMAIN} ", other.logon));
    }),
    ("address without domain", |identity, other| {
        identity.addresses.push(format!("smtp:desk.{}", other.logon));
    }),
    ("two primary addresses", |identity, other| {
        identity.addresses.push(format!("SMTP:first.{}@{DOMAIN}", other.logon));
        identity.addresses.push(format!("SMTP:second.{}@{DOMAIN}", other.logon));
    }),
    ("sign-in name of another user", |identity, other| {
        identity.upn = Some(format!("{}@{DOMAIN}", other.mailbox));
    }),
    ("sign-in name in a domain that cannot be verified", |identity, other| {
        identity.upn = Some(format!("{}@contoso.local", other.logon));
    }),
    ("blank before the display name", |identity, _| {
        identity.display_name.insert(0, ' ');
    }),
];

impl Faults {
    /// Spoils each object with the probability `rate`.
    pub(crate) fn new(seed: u64, rate: f64, users: u64) -> Self {
        Self { seed, rate, users, counts: BTreeMap::new() }
    }

    /// Spoils the object at this place of the file, or leaves it as it is.
    pub(crate) fn spoil(&mut self, place: u64, identity: &mut Identity) {
        let mut random = Random::of(self.seed, 3, place);
        if self.users == 0 || !random.chance(self.rate) {
            return;
        }
        let other = Person::new(self.seed, random.below(self.users));
        let nth = random.below(FAULTS.len() as u64) as usize;
        if let Some((name, spoil)) = FAULTS.get(nth) {
            spoil(identity, &other);
            *self.counts.entry(name).or_default() += 1;
        }
    }

    /// How many objects were spoiled in which way.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.counts.iter().map(|(name, count)| (*name, *count))
    }
}
