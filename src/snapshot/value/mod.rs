//! What a value is, by the type of its attribute, and how values compare.

pub mod base64;
pub mod dn;
mod fold;
mod identifier;
mod key;
mod parents;
pub mod time;
pub mod walk;

pub use fold::{fold_into, folded};
pub use identifier::{guid, sid};
pub use key::{boolean, key_into, number};
pub use parents::Parents;

/// The type of an attribute: how its values are read and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text; compares without regard to case.
    Text,
    /// A number of 64 bits with a sign.
    Number,
    /// `TRUE` or `FALSE`.
    Boolean,
    /// A point in time: GeneralizedTime, FILETIME or ISO 8601.
    Time,
    /// A distinguished name.
    Dn,
    /// A GUID: 16 bytes, or its text.
    Guid,
    /// A security identifier: bytes, or `S-1-..`.
    Sid,
    /// Bytes without further meaning.
    Binary,
}

impl Type {
    /// Whether values are bytes, and no text.
    #[must_use]
    pub fn is_bytes(self) -> bool {
        matches!(self, Self::Guid | Self::Sid | Self::Binary)
    }

    /// The names that packs use, each with its type.
    pub const NAMES: [(&str, Self); 8] = [
        ("text", Self::Text),
        ("number", Self::Number),
        ("boolean", Self::Boolean),
        ("time", Self::Time),
        ("dn", Self::Dn),
        ("guid", Self::Guid),
        ("sid", Self::Sid),
        ("binary", Self::Binary),
    ];

    /// The type with this name in a pack.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The name in a pack.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, kind)| *kind == self).map_or("text", |(name, _)| *name)
    }
}
