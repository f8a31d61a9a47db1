//! Which error a text is about: by its name or number, and by what stays the same in every language and under every brand.

use super::super::catalogue::SyncError;
use super::text::find;

/// Names that reports give an error besides the one of the catalogue (E-ERR26, E-ERR18, E-HDIAG).
const NAMES: [(&str, SyncError); 18] = [
    // the longer names first: some hold shorter ones
    ("QuarantinedAttributeValueMustBeUnique", SyncError::QuarantinedValue),
    ("AttributeValueMustBeUnique", SyncError::AttributeValueMustBeUnique),
    ("InvalidSoftMatch", SyncError::InvalidSoftMatch),
    ("InvalidHardMatch", SyncError::InvalidHardMatchBlocked),
    ("ObjectTypeMismatch", SyncError::ObjectTypeMismatch),
    ("AttributeUpdateNotAllowed", SyncError::AttributeUpdateNotAllowed),
    ("IdentityDataValidationFailed", SyncError::IdentityDataValidationFailed),
    ("DataValidationFailed", SyncError::IdentityDataValidationFailed),
    ("FederatedDomainChangeError", SyncError::FederatedDomainChange),
    ("FederatedDomainChange", SyncError::FederatedDomainChange),
    ("LargeObject", SyncError::LargeObject),
    ("ExceededAllowedLength", SyncError::ExceededAllowedLength),
    ("AdminRoleConflict", SyncError::ExistingAdminRoleConflict),
    ("Existing Admin Role Conflict", SyncError::ExistingAdminRoleConflict),
    ("DeletingCloudOnlyObjectNotAllowed", SyncError::DeletingCloudOnlyObjectNotAllowed),
    ("dn-attributes-failure", SyncError::DnAttributesFailure),
    ("stopped-error-limit", SyncError::StoppedErrorLimit),
    ("blockOnPremisesSync", SyncError::CloudIsAuthority),
];

/// What stands in the text of an error whatever its name is.
const TEXTS: [(&str, SyncError); 15] = [
    ("FederatedUser.UserPrincipalName", SyncError::FederatedDomainChange),
    ("OnPremisesObjectIdentifier", SyncError::AttributeUpdateNotAllowed),
    ("privileged roles is not allowed", SyncError::InvalidHardMatchRole),
    ("same source anchor already exists", SyncError::InvalidHardMatchBlocked),
    ("provisioned object is too large", SyncError::LargeObject),
    ("synchronization operation, Delete, is not valid", SyncError::DeletingCloudOnlyObjectNotAllowed),
    ("Error 016", SyncError::QuotaExceeded),
    ("SourceAnchor attribute has changed", SyncError::SourceAnchorChanged),
    ("Maximum Group member count exceeded", SyncError::GroupMemberCountExceeded),
    ("AccountName is not present", SyncError::AccountNameMissing),
    ("with some modified properties", SyncError::QuarantinedValue),
    ("[DIRSYNC ERROR]", SyncError::QuarantinedValue),
    ("conflict on the value", SyncError::QuarantinedValue),
    ("object with the same proxy address already exists", SyncError::AttributeValueMustBeUnique),
    ("is already associated with another object", SyncError::AttributeValueMustBeUnique),
];

/// The first name of an error in a text, and where it stands.
pub(super) fn named(text: &str) -> Option<(SyncError, std::ops::Range<usize>)> {
    let found = NAMES.iter().filter_map(|(name, error)| Some((find(text, name)?, name.len(), *error)));
    // at one place the longest name is meant
    let first = found.min_by_key(|(at, length, _)| (*at + *length, std::cmp::Reverse(*length)))?;
    Some((first.2, first.0..first.0 + first.1))
}

/// The error that a text is about without naming it.
pub(super) fn told(text: &str) -> Option<SyncError> {
    TEXTS.iter().find(|(part, _)| find(text, part).is_some()).map(|(_, error)| *error)
}

/// The error of an `ErrorType` that is a number (E-ERR26).
pub(super) fn numbered(code: &str) -> Option<SyncError> {
    let code = code.trim();
    SyncError::all().find(|error| code.len() > 1 && error.code() == Some(code))
}

/// The error that is meant, where one name stands for several.
pub(super) fn refined(error: SyncError, text: &str) -> SyncError {
    match (error, told(text)) {
        (
            SyncError::InvalidHardMatchBlocked | SyncError::InvalidHardMatchRole,
            Some(told @ (SyncError::InvalidHardMatchRole | SyncError::InvalidHardMatchBlocked)),
        ) => told,
        (
            SyncError::IdentityDataValidationFailed,
            Some(told @ (SyncError::FederatedDomainChange | SyncError::AttributeUpdateNotAllowed)),
        ) => told,
        _ => error,
    }
}
