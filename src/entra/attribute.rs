//! The attributes that the sync model reads and writes.

/// An attribute of a source object or of a cloud object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Attribute {
    ObjectGuid,
    ConsistencyGuid,
    /// The attribute that serves as source anchor where that is neither of the two above.
    Anchor,
    ObjectSid,
    /// The account of another forest that owns a linked mailbox.
    MasterAccountSid,
    SamAccountName,
    UserPrincipalName,
    /// The user principal name that the directory sent, as Graph returns it (`onPremisesUserPrincipalName`).
    SentUserPrincipalName,
    /// The sign-in name of an identity of a cloud user (`identities/signInName`), above all of guests.
    SignInName,
    Mail,
    MailNickname,
    ProxyAddresses,
    TargetAddress,
    SipAddress,
    Cn,
    DisplayName,
    GivenName,
    Surname,
    Title,
    Department,
    Company,
    Telephone,
    Mobile,
    City,
    State,
    Country,
    StreetAddress,
    PostalCode,
    Description,
    Url,
    PostOfficeBox,
    Info,
    UserCertificate,
    SmimeCertificate,
    Photo,
    Member,
    UserAccountControl,
    /// References of any kind to other objects.
    Reference,
}

use Attribute as A;

/// Every attribute with its name in the source directory and in Graph; empty where it has none there.
const NAMES: &[(Attribute, &str, &str)] = &[
    (A::ObjectGuid, "objectGUID", "onPremisesObjectIdentifier"),
    (A::ConsistencyGuid, "mS-DS-ConsistencyGuid", "onPremisesImmutableId"),
    (A::Anchor, "sourceAnchor", "onPremisesImmutableId"),
    (A::ObjectSid, "objectSid", "onPremisesSecurityIdentifier"),
    (A::MasterAccountSid, "msExchMasterAccountSid", ""),
    (A::SamAccountName, "sAMAccountName", "onPremisesSamAccountName"),
    (A::UserPrincipalName, "userPrincipalName", "userPrincipalName"),
    (A::SentUserPrincipalName, "userPrincipalName", "onPremisesUserPrincipalName"),
    (A::SignInName, "", "identities"),
    (A::Mail, "mail", "mail"),
    (A::MailNickname, "mailNickname", "mailNickname"),
    (A::ProxyAddresses, "proxyAddresses", "proxyAddresses"),
    (A::TargetAddress, "targetAddress", ""),
    (A::SipAddress, "msRTCSIP-PrimaryUserAddress", "imAddresses"),
    (A::Cn, "cn", ""),
    (A::DisplayName, "displayName", "displayName"),
    (A::GivenName, "givenName", "givenName"),
    (A::Surname, "sn", "surname"),
    (A::Title, "title", "jobTitle"),
    (A::Department, "department", "department"),
    (A::Company, "company", "companyName"),
    (A::Telephone, "telephoneNumber", "businessPhones"),
    (A::Mobile, "mobile", "mobilePhone"),
    (A::City, "l", "city"),
    (A::State, "st", "state"),
    (A::Country, "co", "country"),
    (A::StreetAddress, "streetAddress", "streetAddress"),
    (A::PostalCode, "postalCode", "postalCode"),
    (A::Description, "description", "description"),
    (A::Url, "url", ""),
    (A::PostOfficeBox, "postOfficeBox", ""),
    (A::Info, "info", ""),
    (A::UserCertificate, "userCertificate", ""),
    (A::SmimeCertificate, "userSMIMECertificate", ""),
    (A::Photo, "thumbnailPhoto", ""),
    (A::Member, "member", "members"),
    (A::UserAccountControl, "userAccountControl", "accountEnabled"),
    (A::Reference, "", ""),
];

impl Attribute {
    /// Every attribute with its name in the source directory and in Graph; a name is empty where it has none there.
    pub fn all() -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        NAMES.iter().copied()
    }

    fn row(self) -> (&'static str, &'static str) {
        NAMES.iter().find(|(known, ..)| *known == self).map_or(("", ""), |(_, source, graph)| (source, graph))
    }

    /// The name in the source directory.
    #[must_use]
    pub fn source_name(self) -> &'static str {
        self.row().0
    }

    /// The name in Microsoft Graph.
    #[must_use]
    pub fn graph_name(self) -> &'static str {
        self.row().1
    }
}

/// A set of attributes, for example those that an export was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttributeSet(u64);

impl AttributeSet {
    /// All attributes.
    pub const ALL: Self = Self(u64::MAX);
    /// No attribute.
    pub const NONE: Self = Self(0);

    /// The set with one attribute more.
    #[must_use]
    pub fn with(self, attribute: Attribute) -> Self {
        Self(self.0 | 1 << attribute as u8)
    }

    /// What is in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The set with one attribute less.
    #[must_use]
    pub fn without(self, attribute: Attribute) -> Self {
        Self(self.0 & !(1 << attribute as u8))
    }

    /// Whether the attribute is in the set.
    #[must_use]
    pub fn contains(self, attribute: Attribute) -> bool {
        self.0 & 1 << attribute as u8 != 0
    }
}

impl FromIterator<Attribute> for AttributeSet {
    fn from_iter<I: IntoIterator<Item = Attribute>>(attributes: I) -> Self {
        attributes.into_iter().fold(Self::NONE, Self::with)
    }
}
