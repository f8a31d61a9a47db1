//! The source anchor: what ties an object of the directory to its twin in the tenant (E-DESIGN, R-17, R-V2, C-FAQ).

use data_encoding::{BASE64, HEXUPPER_PERMISSIVE};
use thiserror::Error;

use super::attribute::Attribute;
use super::object::{Class, SourceObject};
use super::tenant::{AnchorAttribute, Client, Tenant};

/// Why a value is no source anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AnchorFault {
    /// A GUID has 16 bytes.
    #[error("a GUID has 16 bytes, not {0}")]
    Length(usize),
    /// The text is no base64.
    #[error("this is no base64")]
    NotBase64,
    /// The name is not `CN={hexadecimal digits}`.
    #[error("this is no name of the connector of Entra, which is `CN={{hexadecimal digits}}`")]
    NotConnectorName,
    /// A custom anchor has less than 60 characters, of which others than letters and digits count as 3 (E-DESIGN).
    #[error("a source anchor has less than 60 characters, and this one counts as {0}")]
    TooLong(usize),
    /// A character that a custom anchor may not have (E-DESIGN).
    #[error("a source anchor may not have `{0}`")]
    Character(char),
}

/// The msExchRecipientTypeDetails of a linked mailbox, whose account lives in another forest.
pub const LINKED_MAILBOX: i64 = 2;

/// The source anchor of an object. None where the object has none and therefore is not exported: a linked mailbox
/// (S-3066176), an object without the attribute, and one whose objectGUID was not exported.
///
/// Users: mS-DS-ConsistencyGuid, else objectGUID, in base64 (R-V2); with an installation that uses objectGUID, only that
/// with another attribute its text as it stands (E-DESIGN). Cloud Sync cannot be configured (C-FAQ). Groups,
/// contacts and computers: always objectGUID.
///
/// # Errors
///
/// The value is no source anchor: a consistency GUID of another length than 16, or a text that E-DESIGN forbids.
pub fn source_anchor(object: &SourceObject, tenant: &Tenant) -> Result<Option<String>, AnchorFault> {
    let from_guid = || object.object_guid.map(|guid| encode(&guid));
    if object.class != Class::User {
        return Ok(from_guid());
    }
    if object.recipient_type == Some(LINKED_MAILBOX) {
        return Ok(None);
    }
    let attribute = match tenant.client {
        Client::Connect => tenant.anchor,
        Client::CloudSync => AnchorAttribute::ConsistencyGuid,
    };
    match attribute {
        AnchorAttribute::ObjectGuid => Ok(from_guid()),
        AnchorAttribute::ConsistencyGuid => {
            match object.consistency_guid.as_deref().filter(|bytes| !bytes.is_empty()) {
                Some(bytes) if bytes.len() == 16 => Ok(Some(encode(bytes))),
                Some(bytes) => Err(AnchorFault::Length(bytes.len())),
                None => Ok(from_guid()),
            }
        }
        AnchorAttribute::Other => match object.values.text(Attribute::Anchor) {
            Some(text) => custom(text).map(|()| Some(text.to_owned())),
            None => Ok(None),
        },
    }
}

/// Whether a text of another attribute may serve as source anchor: shorter than 60 characters, of which others than
/// letters and digits count as 3, and without the characters that E-DESIGN lists.
///
/// # Errors
///
/// The first character that is not allowed, or the length as it counts.
pub fn custom(text: &str) -> Result<(), AnchorFault> {
    const FORBIDDEN: &str = "\\!#$%&*+/=?^`{}|~<>()';:,[]\"@_";
    if let Some(character) = text.chars().find(|character| FORBIDDEN.contains(*character)) {
        return Err(AnchorFault::Character(character));
    }
    let length = text.chars().map(|character| if character.is_ascii_alphanumeric() { 1 } else { 3 }).sum();
    if length < 60 { Ok(()) } else { Err(AnchorFault::TooLong(length)) }
}

/// The bytes of a GUID, as Active Directory stores it, in base64: the onPremisesImmutableId.
#[must_use]
pub fn encode(guid: &[u8]) -> String {
    BASE64.encode(guid)
}

/// The bytes of the GUID that an anchor is the base64 of.
///
/// # Errors
///
/// The text is no base64, or of another length than 16 bytes.
pub fn decode(anchor: &str) -> Result<[u8; 16], AnchorFault> {
    let bytes = BASE64.decode(anchor.as_bytes()).map_err(|_| AnchorFault::NotBase64)?;
    <[u8; 16]>::try_from(bytes).map_err(|bytes| AnchorFault::Length(bytes.len()))
}

/// The text of a GUID from the bytes as Active Directory stores them: the first three fields are little-endian.
#[must_use]
pub fn guid_text(guid: &[u8; 16]) -> String {
    let [a0, a1, a2, a3, b0, b1, c0, c1, rest @ ..] = guid;
    let [d0, d1, node @ ..] = rest;
    let node: String = node.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{a3:02x}{a2:02x}{a1:02x}{a0:02x}-{b1:02x}{b0:02x}-{c1:02x}{c0:02x}-{d0:02x}{d1:02x}-{node}")
}

/// The name of an object in the connector space of Entra: `CN={..}`, with the bytes of the anchor's text in hexadecimal
/// digits.
#[must_use]
pub fn connector_name(anchor: &str) -> String {
    format!("CN={{{}}}", HEXUPPER_PERMISSIVE.encode(anchor.as_bytes()))
}

/// The anchor in the name of an object in the connector space of Entra.
///
/// # Errors
///
/// The text is no such name.
pub fn from_connector_name(name: &str) -> Result<String, AnchorFault> {
    let fault = AnchorFault::NotConnectorName;
    let (kind, rest) = name.trim().split_once('=').ok_or(fault)?;
    let digits = rest.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or(fault)?;
    if !kind.trim().eq_ignore_ascii_case("CN") {
        return Err(fault);
    }
    let bytes = HEXUPPER_PERMISSIVE.decode(digits.as_bytes()).map_err(|_| fault)?;
    String::from_utf8(bytes).map_err(|_| fault)
}
