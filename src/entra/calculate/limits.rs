//! Lengths and numbers (entra.md 5.2): what is cut, what is left out, and what the service refuses.

use crate::entra::attribute::Attribute;
use crate::entra::catalogue::SyncError;
use crate::entra::object::SourceObject;
use crate::entra::outcome::{Certainty, Sources};
use crate::entra::values::Value;

/// The characters to which the default rules cut a value.
pub const CUT: usize = 448;
/// The most values of userCertificate and of userSMIMECertificate (E-ERR26, E-CERT).
pub const CERTIFICATES: u16 = 15;
/// The most bytes of a thumbnailPhoto: 100 KB (S-E2E).
pub const PHOTO: u32 = 100 * 1024;
/// The most proxy addresses of an object that has little else (E-ERR26).
pub const PROXIES: usize = 332;
/// The number of proxy addresses that is always safe (E-ERR26).
pub const SAFE_PROXIES: usize = 300;
/// The errors after which a run stops (E-NOTSYNC).
pub const ERRORS: usize = 5_000;

/// The most characters of an attribute in Entra ID (G-USER); none where nothing is said.
#[must_use]
pub fn longest(attribute: Attribute) -> Option<usize> {
    match attribute {
        Attribute::GivenName
        | Attribute::Surname
        | Attribute::Department
        | Attribute::Company
        | Attribute::Mobile
        | Attribute::MailNickname => Some(64),
        Attribute::City | Attribute::State | Attribute::Country | Attribute::Title => Some(128),
        Attribute::PostalCode => Some(40),
        Attribute::StreetAddress => Some(1024),
        Attribute::DisplayName | Attribute::Mail => Some(256),
        _ => None,
    }
}

/// Whether the default rules cut an attribute to [`CUT`] characters, and whether they send its first value only.
#[must_use]
pub fn cut(attribute: Attribute) -> Option<bool> {
    match attribute {
        Attribute::Description | Attribute::Url | Attribute::PostOfficeBox => Some(true),
        Attribute::Info => Some(false),
        _ => None,
    }
}

/// What Microsoft's limits count: UTF-16 code units.
fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// A value that is cut, or left out because only the first one is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortened<'a> {
    /// The value.
    pub value: Value<'a>,
    /// What is left of it; nothing where it is left out.
    pub to: Option<&'a str>,
}

/// The values that the default rules shorten.
#[must_use]
pub fn shortened(object: &SourceObject) -> Vec<Shortened<'_>> {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for value in object.values.iter() {
        let Some(first_only) = cut(value.attribute) else { continue };
        let is_further = seen.contains(&value.attribute);
        seen.push(value.attribute);
        let text = value.text.trim();
        if first_only && is_further {
            found.push(Shortened { value, to: None });
        } else if text.chars().nth(CUT).is_some() {
            let end = text.char_indices().nth(CUT).map_or(text.len(), |(at, _)| at);
            found.push(Shortened { value, to: text.get(..end) });
        }
    }
    found
}

/// Something that the service refuses, or leaves out, for its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess<'a> {
    /// The error; none where the values are left out instead.
    pub error: Option<SyncError>,
    /// The attribute.
    pub attribute: Attribute,
    /// The value, where it is one value.
    pub value: Option<Value<'a>>,
    /// How sure it is.
    pub certainty: Certainty,
    /// The pages.
    pub sources: Sources,
}

/// What is too large. More than 15 certificates are an error by E-ERR26, and are left out by newer clients by E-CERT.
#[must_use]
pub fn excesses(object: &SourceObject) -> Vec<Excess<'_>> {
    let mut found = Vec::new();
    let mut whole = |error, attribute, certainty, sources| {
        found.push(Excess { error, attribute, value: None, certainty, sources });
    };
    for (attribute, count) in [
        (Attribute::UserCertificate, object.certificates),
        (Attribute::SmimeCertificate, object.smime_certificates),
    ] {
        if count > CERTIFICATES {
            whole(Some(SyncError::LargeObject), attribute, Certainty::Disputed, &["E-ERR26"]);
            whole(None, attribute, Certainty::Disputed, &["E-CERT"]);
        }
    }
    let large = Some(SyncError::LargeObject);
    if object.photo_bytes > PHOTO {
        whole(large, Attribute::Photo, Certainty::Documented, &["S-E2E"]);
    }
    let proxies = object.values.all(Attribute::ProxyAddresses).count();
    if proxies > PROXIES {
        whole(large, Attribute::ProxyAddresses, Certainty::Documented, &["E-ERR26"]);
    } else if proxies > SAFE_PROXIES {
        whole(large, Attribute::ProxyAddresses, Certainty::Likely, &["E-ERR26"]);
    }
    let is_long =
        |value: &Value<'_>| longest(value.attribute).is_some_and(|most| length(value.text.trim()) > most);
    let error = Some(SyncError::ExceededAllowedLength);
    found.extend(object.values.iter().filter(is_long).map(|value| Excess {
        error,
        attribute: value.attribute,
        value: Some(value),
        certainty: Certainty::Likely,
        sources: &["G-USER"],
    }));
    found
}
