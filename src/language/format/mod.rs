//! The formats of the rule language. A value that has not the format has faults, and each says which characters.

mod address;
mod identifier;
mod suffixes;
mod text;

use std::ops::Range;

pub use suffixes::{PUBLIC_SUFFIX_CRATE, PUBLIC_SUFFIX_DATE};

/// A format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Format {
    SmtpAddress,
    ProxyAddress,
    Upn,
    DomainName,
    RoutableDomain,
    Dn,
    Guid,
    Sid,
    SipUri,
    X500Address,
    Ascii,
    Printable,
    Blank,
    CountryCode,
    GeneralizedTime,
}

/// Why a value has not a format: the bytes at fault, and what is wrong with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatFault {
    /// The bytes of the value; empty where something is missing.
    pub range: Range<usize>,
    /// What is wrong, to stand behind "it has": `a space`, `no @`.
    pub reason: String,
}

/// The faults of a value, in order; empty if it has the format.
pub(crate) type Faults = Vec<FormatFault>;

use Format as F;

/// Every format: its name, and what it asks for.
const TABLE: &[(Format, &str, &str)] = &[
    (
        F::SmtpAddress,
        "smtp_address",
        "an address that Exchange Online accepts: a local part of at most 64 characters, `@`, and a domain name",
    ),
    (F::ProxyAddress, "proxy_address", "a type, `:`, and an address of that type"),
    (
        F::Upn,
        "upn",
        "a user principal name that Entra ID accepts: letters, digits and `' . - _ ! # ^ ~`, `@`, and a domain name",
    ),
    (F::DomainName, "domain_name", "a DNS name of at least two labels, at most 253 characters"),
    (F::RoutableDomain, "routable_domain", "a domain name under a public suffix, so that it can be verified"),
    (F::Dn, "dn", "a distinguished name (RFC 4514)"),
    (F::Guid, "guid", "a GUID: text with or without braces, or 16 bytes"),
    (F::Sid, "sid", "a security identifier: `S-1-..`, or its bytes"),
    (F::SipUri, "sip_uri", "`sip:` and an address"),
    (F::X500Address, "x500_address", "`X500:` and a name that begins with `/`"),
    (F::Ascii, "ascii", "only ASCII characters"),
    (F::Printable, "printable", "no control characters and none that cannot be seen"),
    (F::Blank, "blank", "nothing but white space"),
    (F::CountryCode, "country_code", "a country by two letters (ISO 3166-1)"),
    (F::GeneralizedTime, "generalized_time", "a time as LDAP writes it: `20260101120000.0Z`"),
];

impl Format {
    /// Every format with its name and what it asks for.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        TABLE.iter().copied()
    }

    /// The format of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|(_, known, _)| *known == name).map(|(format, _, _)| *format)
    }

    /// The name in rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|(format, _, _)| *format == self).map_or("", |(_, name, _)| name)
    }

    /// Whether a value has the format.
    #[must_use]
    pub fn holds(self, value: &[u8]) -> bool {
        match self {
            F::Ascii => value.is_ascii(),
            F::Printable => {
                value.iter().all(|byte| matches!(byte, b' '..=b'~')) || self.faults(value).is_empty()
            }
            F::Blank => text::is_blank(value),
            F::SmtpAddress => address::is_plain_smtp(value) || self.faults(value).is_empty(),
            F::Upn => address::is_plain_upn(value) || self.faults(value).is_empty(),
            _ => self.faults(value).is_empty(),
        }
    }

    /// What is wrong with a value; nothing if it has the format.
    #[must_use]
    pub fn faults(self, value: &[u8]) -> Vec<FormatFault> {
        match self {
            F::SmtpAddress => address::smtp(value),
            F::ProxyAddress => address::proxy(value),
            F::Upn => address::upn(value),
            F::DomainName => address::domain_name(value, 0),
            F::RoutableDomain => address::routable(value),
            F::SipUri => address::sip(value),
            F::X500Address => address::x500(value),
            F::Dn => identifier::dn(value),
            F::Guid => identifier::guid(value),
            F::Sid => identifier::sid(value),
            F::CountryCode => identifier::country_code(value),
            F::GeneralizedTime => identifier::generalized_time(value),
            F::Ascii => text::ascii(value),
            F::Printable => text::printable(value),
            F::Blank => text::blank(value),
        }
    }
}

fn fault(range: Range<usize>, reason: impl Into<String>) -> FormatFault {
    FormatFault { range, reason: reason.into() }
}

#[cfg(test)]
mod tests;
