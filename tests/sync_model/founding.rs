//! The scenarios of the two pages that the project began with: PAGE-DAR and PAGE-DUP.

use presync::entra::{Attribute, Class, SyncError};

use crate::world::{group, in_cloud, tenant, user, world};

/// "User A syncs up first with UPN = User@contoso.com. User B is attempted to be synced up next with UPN =
/// User@contoso.com. User B's UPN is changed to User1234@.."
#[test]
fn a_user_principal_name_that_is_taken_gets_a_placeholder() {
    let world =
        world(&[user("A", 1).upn("User@contoso.com"), user("B", 2).upn("User@contoso.com")], &[], &tenant());
    assert_eq!(world.lines(0), ["1 create documented"]);
    assert_eq!(
        world.lines(1),
        [
            "1 placeholder-upn userPrincipalName User@contoso.com \
             (User@contoso.com -> UserNNNN@contoso.onmicrosoft.com) documented",
            "1 placeholder-upn userPrincipalName User@contoso.com \
             (User@contoso.com -> User@contoso.onmicrosoft.com) disputed",
            "1 quarantine userPrincipalName User@contoso.com by CN=A userPrincipalName documented",
            "1 create documented",
        ]
    );
    assert_eq!(world.becomes(1, Attribute::UserPrincipalName), "UserNNNN@contoso.onmicrosoft.com");
}

/// The page of the Chinese cloud: `<OriginalPrefix>+<4DigitNumber>@<InitialTenantDomain>.partner.onmschina.cn`.
#[test]
fn the_placeholder_is_at_the_initial_domain_of_the_cloud() {
    let mut tenant = tenant();
    tenant.initial_domain = "contoso.partner.onmschina.cn".into();
    let world =
        world(&[user("A", 1).upn("User@contoso.com"), user("B", 2).upn("User@contoso.com")], &[], &tenant);
    assert_eq!(world.becomes(1, Attribute::UserPrincipalName), "UserNNNN@contoso.partner.onmschina.cn");
}

/// "If the attribute isn't required, like a ProxyAddress, Microsoft Entra ID simply quarantines the conflict attribute and
/// proceeds with the object creation or update."
#[test]
fn a_proxy_address_that_is_taken_is_held_back() {
    let one = user("A", 1).upn("a@contoso.com").proxies(&["SMTP:a@contoso.com", "smtp:info@contoso.com"]);
    let two = user("B", 2).upn("b@contoso.com").proxies(&["SMTP:b@contoso.com", "smtp:Info@contoso.com"]);
    let world = world(&[one, two], &[], &tenant());
    assert_eq!(
        world.lines(1),
        [
            "1 quarantine proxyAddresses smtp:Info@contoso.com by CN=A proxyAddresses documented",
            "1 create documented",
        ]
    );
    assert_eq!(world.becomes(1, Attribute::ProxyAddresses), "SMTP:b@contoso.com");
}

/// The first known exception: a new user Joe@contoso.com with smtp:Joe@contoso.com, and a group that has SMTP:Joe@contoso.com. "The
/// operation is retried upon each subsequent sync cycle."
#[test]
fn known_issue_1_a_user_against_a_group_is_an_error_in_every_cycle() {
    let joe = user("Joe", 1).upn("Joe@contoso.com").proxies(&["smtp:Joe@contoso.com"]);
    let fans = in_cloud(Class::Group, "fans").proxies(&["SMTP:Joe@contoso.com"]);
    let world = world(&[joe], &[fans], &tenant());
    assert_eq!(
        world.lines(0),
        [1, 2].map(|cycle| format!(
            "{cycle} export-error proxyAddresses smtp:Joe@contoso.com by fans proxyAddresses \
             AttributeValueMustBeUnique documented"
        ))
    );
    assert!(world.fate(0).becomes.is_none());
}

#[test]
fn known_issue_1_holds_for_a_group_of_the_same_directory() {
    let joe = user("Joe", 2).upn("joe@contoso.com").proxies(&["SMTP:Joe@contoso.com"]);
    let fans = group("Fans", 1).proxies(&["SMTP:joe@contoso.com"]);
    let world = world(&[joe, fans], &[], &tenant());
    assert_eq!(world.lines(1), ["1 create documented"]);
    assert_eq!(
        world.lines(0)[0],
        "1 export-error proxyAddresses SMTP:Joe@contoso.com by CN=Fans proxyAddresses AttributeValueMustBeUnique \
         documented"
    );
}

/// The second known exception: "If two Groups are created on-premises with the same SMTP address, one fails to provision on the first
/// attempt .. However, the duplicate value is properly quarantined upon the next sync cycle."
#[test]
fn known_issue_2_of_two_new_groups_one_fails_and_is_then_quarantined() {
    let one = group("One", 1).proxies(&["SMTP:sales@contoso.com"]);
    let two = group("Two", 2).proxies(&["SMTP:Sales@contoso.com"]);
    let world = world(&[one, two], &[], &tenant());
    assert_eq!(world.lines(0), ["1 create documented"]);
    assert_eq!(
        world.lines(1),
        [
            "1 export-error proxyAddresses SMTP:Sales@contoso.com by CN=One proxyAddresses \
             AttributeValueMustBeUnique documented",
            "2 quarantine proxyAddresses SMTP:Sales@contoso.com by CN=One proxyAddresses documented",
            "2 create documented",
        ]
    );
}

/// "If there is an attempt to provision a new object with a UPN or ProxyAddress value that violates this uniqueness
/// constraint, Microsoft Entra ID blocks that object from being created."
#[test]
fn without_resiliency_every_duplicate_is_an_error() {
    let mut tenant = tenant();
    (tenant.is_upn_resilient, tenant.is_proxy_resilient) = (false, false);
    let two = user("B", 2).upn("a@contoso.com").proxies(&["smtp:b@contoso.com"]);
    let world = world(&[user("A", 1).upn("a@contoso.com"), two], &[], &tenant);
    assert_eq!(
        world.lines(1),
        [1, 2].map(|cycle| format!(
            "{cycle} export-error userPrincipalName a@contoso.com by CN=A userPrincipalName \
             AttributeValueMustBeUnique documented"
        ))
    );
}

/// "A background timer task .. runs every hour to look for duplicate attribute conflicts that have been resolved, and
/// automatically removes the attributes in question from quarantine."
#[test]
fn a_value_comes_back_when_nobody_else_has_it() {
    let joe =
        user("Joe", 1).upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com", "smtp:info@contoso.com"]);
    let twin = in_cloud(Class::User, "joe")
        .synced(1)
        .upn("joe4711@contoso.onmicrosoft.com")
        .with(Attribute::SentUserPrincipalName, "joe@contoso.com")
        .with(Attribute::MailNickname, "joe")
        .mail("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com"])
        .in_quarantine(Attribute::UserPrincipalName, "joe@contoso.com");
    let world = world(&[joe], &[twin], &tenant());
    assert_eq!(
        world.lines(0),
        [
            "1 heal userPrincipalName joe@contoso.com (joe4711@contoso.onmicrosoft.com -> joe@contoso.com) documented",
            "1 update documented",
        ]
    );
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "joe@contoso.com");
}

/// "this info only appears in the error report one time, when the quarantine happens".
#[test]
fn a_value_that_is_in_quarantine_already_is_not_told_again() {
    let joe = user("Joe", 1).upn("joe@contoso.com").proxies(&["smtp:info@contoso.com"]);
    let twin = in_cloud(Class::User, "joe")
        .synced(1)
        .upn("joe@contoso.com")
        .in_quarantine(Attribute::ProxyAddresses, "smtp:info@contoso.com");
    let other = in_cloud(Class::Group, "info").proxies(&["SMTP:info@contoso.com"]);
    let world = world(&[joe], &[twin, other], &tenant());
    assert_eq!(world.lines(0), ["1 update documented"]);
    assert_eq!(world.becomes(0, Attribute::ProxyAddresses), "");
}

/// PAGE-DUP, event 6941: the text that names the attribute and the value.
#[test]
fn the_text_of_the_event_names_the_culprit() {
    assert_eq!(
        SyncError::AttributeValueMustBeUnique
            .text(Some(Attribute::UserPrincipalName), Some("john@contoso.com"))
            .unwrap(),
        "Unable to update this object because the following attributes associated with this object have values that \
         may already be associated with another object in your local directory services: [UserPrincipalName \
         john@contoso.com;]. Correct or remove the duplicate values in your local directory. Please refer to \
         https://support.microsoft.com/kb/2647098 for more information on identifying objects with duplicate \
         attribute values."
    );
    assert_eq!(
        SyncError::InvalidSoftMatch
            .text(Some(Attribute::ProxyAddresses), Some("SMTP:john@contoso.com"))
            .unwrap(),
        "Unable to update this object because the following attributes associated with this object have values that \
         may already be associated with another object in your local directory services: [ProxyAddresses \
         SMTP:john@contoso.com;]. Correct or remove the duplicate values in your local directory."
    );
}

/// PAGE-DUP, method 2: SMTP matching maps an existing user of the directory to a user of the cloud.
#[test]
fn a_user_of_the_cloud_is_taken_over_by_its_primary_address() {
    let joe = user("Joe", 1).upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let twin = in_cloud(Class::User, "joe")
        .upn("joe@contoso.com")
        .mail("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com"]);
    let world = world(&[joe], &[twin], &tenant());
    assert_eq!(world.twin(0), "soft-smtp joe");
    assert_eq!(world.lines(0), ["1 takeover by joe documented"]);
}
