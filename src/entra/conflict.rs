//! Provisioning errors that a tenant records of its objects: which property, whose value, and whether it comes free
//! (G-PERR, E-DAR; entra.md 2.4).

use super::attribute::Attribute;
use super::calculate::split;
use super::unique::{Key, Space};

/// Whether a value stays in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody holds the value, or it cannot be told that nobody does.
    Conflict,
    /// Nobody holds the value any more: the task that runs every hour gives it back (E-DAR).
    Healing,
}

impl State {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Healing => "healing",
        }
    }
}

/// The part that an object has in a conflict, which the tenant records on both objects (GH-1290).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// It wants the value, and does not have it.
    Victim,
    /// It has the value.
    Holder,
    /// What was exported does not tell.
    Unknown,
}

impl Side {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Victim => "victim",
            Self::Holder => "holder",
            Self::Unknown => "unknown",
        }
    }

    /// The part of an object, and whether the value comes free: `own` says whether the object has the value in the
    /// property of the error (none if that was not exported), `others` whether another object has it, `is_whole`
    /// whether all objects were exported with their addresses.
    #[must_use]
    pub fn of(own: Option<bool>, others: bool, is_whole: bool) -> (Self, State) {
        match (own, others) {
            (Some(true), _) => (Self::Holder, State::Conflict),
            (_, true) => (Self::Victim, State::Conflict),
            (Some(false), false) if is_whole => (Self::Victim, State::Healing),
            (Some(false), false) => (Self::Victim, State::Conflict),
            (None, false) => (Self::Unknown, State::Conflict),
        }
    }
}

/// The names of the properties that cause errors: those of Graph (`ProxyAddress`: G-PERR), of the retired cmdlet
/// (`ProxyAddresses`: PAGE-DAR), and short ones.
pub const PROPERTIES: [(&str, Attribute); 5] = [
    ("UserPrincipalName", Attribute::UserPrincipalName),
    ("ProxyAddresses", Attribute::ProxyAddresses),
    ("ProxyAddress", Attribute::ProxyAddresses),
    ("upn", Attribute::UserPrincipalName),
    ("proxy", Attribute::ProxyAddresses),
];

/// The attribute of a `propertyCausingError`, without regard to case; none if it is another one.
#[must_use]
pub fn property(name: &str) -> Option<Attribute> {
    let name = name.trim();
    PROPERTIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, attribute)| *attribute)
}

/// The key by which a recorded value is compared, with whatever type it was recorded: the quarantine keeps `smtp:`
/// before an address, or leaves it out.
#[must_use]
pub fn key(value: &str) -> Key {
    Key::of_proxy(value).map_or_else(|| Key::new(Space::Address, split(value).1), |(_, key)| key)
}
