//! What an error means, and what may be done about it (PAGE-DUP, PAGE-DAR, E-ERR26, E-EXIST26, E-ERR18; entra.md 1.1, 9.4).

use super::super::catalogue::SyncError;

/// The objects that an error is about, as people call them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// The one that the error keeps from being written.
    pub victim: Option<String>,
    /// The other one.
    pub holder: Option<String>,
    /// The value that both want.
    pub value: Option<String>,
    /// The other one may be the same person: a user of the cloud.
    pub may_be_one: bool,
}

use SyncError as E;

/// What an error means.
#[must_use]
pub fn meaning(error: SyncError) -> &'static str {
    match error {
        E::InvalidHardMatchRole => {
            "a cloud user has the source anchor of this object and holds a privileged role, so it is not taken over"
        }
        E::InvalidHardMatchBlocked => {
            "a cloud object has the source anchor of this object, and the tenant does not allow it to be taken over"
        }
        E::AttributeUpdateNotAllowed => {
            "the cloud user with this source anchor is bound to another object of a directory: the account was made anew or moved"
        }
        E::InvalidSoftMatch => "a cloud object has an address of this object, and another source anchor",
        E::ObjectTypeMismatch => "a cloud object of another class has an address of this object",
        E::AttributeValueMustBeUnique => {
            "the value belongs to another object, so this one is not written; it is tried again in every cycle"
        }
        E::QuarantinedValue => {
            "the value belongs to another object: this one was written without it, and the value waits in quarantine"
        }
        E::IdentityDataValidationFailed => "Entra ID does not accept the sign-in name of this object",
        E::FederatedDomainChange => {
            "the sign-in name moves from one federated domain to another, which the service refuses"
        }
        E::LargeObject | E::ExceededAllowedLength => {
            "the object is too large, and none of its changes is written: too many values or too long ones"
        }
        E::ExistingAdminRoleConflict => {
            "a cloud user with a role of an administrator has the sign-in name of this object"
        }
        E::DeletingCloudOnlyObjectNotAllowed => {
            "the directory deletes an object whose twin in the tenant is not synchronised any more"
        }
        E::QuotaExceeded => "the tenant holds as many objects as it may, and the synchronisation stopped",
        E::SourceAnchorChanged => {
            "the source anchor of an object that is in the tenant has changed; nothing more of it is written"
        }
        E::GroupMemberCountExceeded => {
            "the group has more members than the synchronisation takes; its membership stays as it was"
        }
        E::AccountNameMissing => "the user has neither a userPrincipalName nor a sAMAccountName",
        E::DnAttributesFailure => {
            "a reference (a member, a manager) leads to an object that did not reach the tenant"
        }
        E::StoppedErrorLimit => "more than 5,000 errors came up in one run, which stopped",
        E::CloudIsAuthority => {
            "the cloud is the authority of this object: changes in the directory are ignored"
        }
    }
}

/// What may be done about an error, the most likely first.
#[must_use]
pub fn choices(error: SyncError, parties: &Parties) -> Vec<String> {
    let victim = parties.victim.clone().unwrap_or_else(|| "the object of the report".to_owned());
    let holder = parties.holder.clone().unwrap_or_else(|| "the object that holds it".to_owned());
    let value = parties.value.as_ref().map_or_else(|| "the value".to_owned(), |value| format!("`{value}`"));
    let remove = |from: &str| format!("remove {value} from {from}");
    match error {
        E::QuarantinedValue => vec![
            format!("{}: the task that runs every hour then gives it to {victim}, without another change", remove(&holder)),
            format!("{}: it keeps what it was written with", remove(&victim)),
        ],
        E::AttributeValueMustBeUnique | E::InvalidSoftMatch | E::ObjectTypeMismatch => {
            let mut choices = vec![
                format!("{}, then synchronise: nothing heals by itself, since {victim} was not written", remove(&holder)),
                format!("{}, or change it there", remove(&victim)),
            ];
            if error != E::ObjectTypeMismatch && parties.may_be_one {
                choices.push(format!(
                    "if both are one person: write the onPremisesImmutableId of {holder} into the mS-DS-ConsistencyGuid of {victim}"
                ));
            }
            choices
        }
        E::InvalidHardMatchRole => vec![
            format!("take the role from {holder}, synchronise, and give it back"),
            format!("if they are not one person, delete {holder} for good"),
        ],
        E::InvalidHardMatchBlocked => vec![
            "allow takeovers by hard match (`blockCloudObjectTakeoverThroughHardMatchEnabled`) for the time of one cycle".to_owned(),
            format!("if they are not one person, delete {holder} for good"),
        ],
        E::AttributeUpdateNotAllowed => vec![
            format!("clear the onPremisesObjectIdentifier of {holder}, if {victim} is the same person"),
            format!("else give {victim} a source anchor of its own: clear its mS-DS-ConsistencyGuid"),
        ],
        E::ExistingAdminRoleConflict => vec![format!(
            "take the role from {holder}, delete the quarantined twin for good, synchronise, and give the role back"
        )],
        E::IdentityDataValidationFailed => vec![
            format!("correct the userPrincipalName of {victim}: `presync check` shows which character is at fault"),
        ],
        E::FederatedDomainChange => vec![format!(
            "set the userPrincipalName of {victim} in the tenant to the initial domain (contoso.onmicrosoft.com), then synchronise"
        )],
        E::LargeObject | E::ExceededAllowedLength => vec![format!(
            "remove values of userCertificate, userSMIMECertificate, proxyAddresses or thumbnailPhoto of {victim}: `presync check` shows which are too many"
        )],
        E::DeletingCloudOnlyObjectNotAllowed => vec![
            format!("if {holder} is to go, delete it in the tenant"),
            format!("if it is to stay, keep {victim} in the scope of the synchronisation"),
        ],
        E::QuotaExceeded => vec!["delete what is not needed, or ask Microsoft for a higher quota".to_owned()],
        E::SourceAnchorChanged => vec![format!("put the former source anchor of {victim} back")],
        E::GroupMemberCountExceeded => vec![format!("split {victim} into groups with fewer members")],
        E::AccountNameMissing => vec![format!("give {victim} a sAMAccountName")],
        E::DnAttributesFailure => vec!["find out why the other object is filtered or refused: `presync check` says so".to_owned()],
        E::StoppedErrorLimit => vec!["solve the errors that are named, beginning with those that many objects share".to_owned()],
        E::CloudIsAuthority => vec![format!("change {victim} in the tenant, or give the authority back to the directory")],
    }
}
