//! The errors of provisioning and synchronisation: names, codes, and the text that an administrator sees (E-ERR26,
//! E-EXIST26, PAGE-DUP; entra.md 1.1).

use super::attribute::Attribute;

/// An error of the service or of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyncError {
    /// A hard match with a user that holds a privileged role (E-ERR26, E-EXIST26).
    InvalidHardMatchRole,
    /// A hard match where the tenant blocks takeovers (E-ERR26).
    InvalidHardMatchBlocked,
    /// A hard match with a user that is bound to another objectGUID, since 2026-07-01 (E-NEW).
    AttributeUpdateNotAllowed,
    /// A soft match with an object of another source anchor, or a device where soft match is blocked (E-ERR26, E-FEAT).
    InvalidSoftMatch,
    /// The key of a soft match belongs to an object of another class (E-ERR26).
    ObjectTypeMismatch,
    /// A value belongs to another object (E-ERR26).
    AttributeValueMustBeUnique,
    /// A value that belongs to another object was held back, and the object was written without it (E-HDIAG, E-DAR).
    QuarantinedValue,
    /// A sign-in name that Entra ID does not accept (E-ERR26).
    IdentityDataValidationFailed,
    /// A sign-in name moves from one federated domain to another (E-ERR18).
    FederatedDomainChange,
    /// Too many certificates, too large a photo, too many addresses (E-ERR26).
    LargeObject,
    /// A value is longer than its attribute allows (E-ERR26).
    ExceededAllowedLength,
    /// The soft match is an administrator (E-ERR26).
    ExistingAdminRoleConflict,
    /// A deletion of an object that is the cloud's (E-ERR26).
    DeletingCloudOnlyObjectNotAllowed,
    /// The tenant holds as many objects as it may (S-2812409).
    QuotaExceeded,
    /// The source anchor of an object that is in the tenant became another one (R-17, E-CONTACT).
    SourceAnchorChanged,
    /// A group that is in the tenant has more members than the limit.
    GroupMemberCountExceeded,
    /// A user with neither a user principal name nor a sAMAccountName.
    AccountNameMissing,
    /// A reference to an object that did not reach the tenant (event 6949).
    DnAttributesFailure,
    /// More than 5,000 errors in one run (E-NOTSYNC).
    StoppedErrorLimit,
    /// The cloud is the authority of the object (event 6956: E-SOA).
    CloudIsAuthority,
}

use SyncError as E;

/// Name, code and text of each error; `{}` stands for the attribute and the value.
const TABLE: &[(SyncError, &str, &str, &str)] = &[
    (
        E::InvalidHardMatchRole,
        "InvalidHardMatch",
        "103",
        "The cloud user with privileged roles is not allowed to be taken over.",
    ),
    (
        E::InvalidHardMatchBlocked,
        "InvalidHardMatch",
        "103",
        "Another cloud created object with the same source anchor already exists in Microsoft Entra ID",
    ),
    (
        E::AttributeUpdateNotAllowed,
        "AttributeUpdateNotAllowed",
        "96",
        "Unable to update this object because the following attributes associated with this object are not allowed to \
         be updated by your on-premises directory: [OnPremisesObjectIdentifier cannot be changed unless its current \
         value is null.]",
    ),
    (E::InvalidSoftMatch, "InvalidSoftMatch", "", TAKEN),
    (E::ObjectTypeMismatch, "ObjectTypeMismatch", "", ""),
    (E::AttributeValueMustBeUnique, "AttributeValueMustBeUnique", "", TAKEN_WITH_LINK),
    (E::QuarantinedValue, "QuarantinedAttributeValueMustBeUnique", "", HELD_BACK),
    (E::IdentityDataValidationFailed, "IdentityDataValidationFailed", "", ""),
    (
        E::FederatedDomainChange,
        "FederatedDomainChangeError",
        "",
        "Unable to update this object in Azure Active Directory, because the attribute \
         [FederatedUser.UserPrincipalName], is not valid. Update the value in your local directory services.",
    ),
    (E::LargeObject, "LargeObject", "", TOO_LARGE),
    (E::ExceededAllowedLength, "ExceededAllowedLength", "", TOO_LARGE),
    (E::ExistingAdminRoleConflict, "Existing Admin Role Conflict", "", ""),
    (
        E::DeletingCloudOnlyObjectNotAllowed,
        "DeletingCloudOnlyObjectNotAllowed",
        "114",
        "This synchronization operation, Delete, is not valid. Contact Technical Support.",
    ),
    (
        E::QuotaExceeded,
        "Error 016",
        "016",
        "Error 016: Synchronization has been stopped. This company has exceeded the number of objects that can be \
         synchronized. Contact Microsoft Online Services Support.",
    ),
    (E::SourceAnchorChanged, "sync-rule-error-function-triggered", "", "SourceAnchor attribute has changed."),
    (
        E::GroupMemberCountExceeded,
        "sync-rule-error-function-triggered",
        "",
        "Maximum Group member count exceeded",
    ),
    (E::AccountNameMissing, "sync-rule-error-function-triggered", "", "AccountName is not present"),
    (E::DnAttributesFailure, "dn-attributes-failure", "6949", ""),
    (E::StoppedErrorLimit, "stopped-error-limit", "", ""),
    (E::CloudIsAuthority, "blockOnPremisesSync", "6956", ""),
];

const TAKEN: &str = "Unable to update this object because the following attributes associated with this object have values that \
    may already be associated with another object in your local directory services: [{};]. Correct or remove the \
    duplicate values in your local directory.";
const TAKEN_WITH_LINK: &str = "Unable to update this object because the following attributes associated with this object have values that \
    may already be associated with another object in your local directory services: [{};]. Correct or remove the \
    duplicate values in your local directory. Please refer to https://support.microsoft.com/kb/2647098 for more \
    information on identifying objects with duplicate attribute values.";
const HELD_BACK: &str = "This object has been updated in your Microsoft Entra ID, but with some modified properties, because the \
    following attributes are associated with another object [{};].";
const TOO_LARGE: &str = "The provisioned object is too large. Trim the number of attribute values on this object. The operation will be \
    retried in the next synchronization cycle...";

impl SyncError {
    /// Every error.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|(error, ..)| *error)
    }

    fn row(self) -> (&'static str, &'static str, &'static str) {
        let found = TABLE.iter().find(|(known, ..)| *known == self);
        found.map_or(("", "", ""), |(_, name, code, text)| (name, code, text))
    }

    /// The name: the `Error Name` of event 6941, where it has one.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The code, where the pages give one: an error type, or the number of an event.
    #[must_use]
    pub fn code(self) -> Option<&'static str> {
        Some(self.row().1).filter(|code| !code.is_empty())
    }

    /// The text that an administrator sees, with the attribute and the value in the brackets; none where no page prints
    /// it.
    #[must_use]
    pub fn text(self, attribute: Option<Attribute>, value: Option<&str>) -> Option<String> {
        let text = self.row().2;
        let name = attribute.map_or("", conflict_name);
        let inside = format!("{name} {}", value.unwrap_or_default());
        (!text.is_empty()).then(|| text.replace("{}", inside.trim()))
    }
}

/// The name of an attribute in the brackets of an error (`AttributeConflictName`: E-HDIAG, entra.md 9.1).
#[must_use]
pub fn conflict_name(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::UserPrincipalName => "UserPrincipalName",
        Attribute::ProxyAddresses => "ProxyAddresses",
        Attribute::Mail => "Mail",
        Attribute::SipAddress => "SipProxyAddress",
        Attribute::ObjectSid => "OnPremiseSecurityIdentifier",
        Attribute::SignInName => "SignInName",
        other => other.source_name(),
    }
}
