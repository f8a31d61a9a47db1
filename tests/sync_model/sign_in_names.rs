//! Sign-in names and aliases: the vectors U1 to U6 of E-UPN and S-E2E, placeholders, and numbers.

use presync::entra::calculate::{numbered, sanitized};
use presync::entra::placeholder::{is_placeholder_of, placeholder, plain};
use presync::entra::{Attribute, Class, Domain, Tenant};

use crate::world::{Cloud, NOW, Source, World, in_cloud, tenant, user, world};

/// contoso.com is not verified, verified.contoso.com is.
fn unverified() -> Tenant {
    let mut tenant = Tenant::new("contoso.onmicrosoft.com", NOW);
    tenant.domains = vec![Domain { name: "verified.contoso.com".into(), is_federated: false }];
    tenant
}

fn source(alias: &str, primary: &str, mail: &str, upn: &str) -> Source {
    let made = user("Joe", 1).upn(upn).mail(mail).proxies(&[primary]);
    if alias.is_empty() { made } else { made.alias(alias) }
}

/// The user in the tenant before the step.
fn before(alias: &str, upn: &str, sent: &str) -> Cloud {
    in_cloud(Class::User, "joe")
        .synced(1)
        .upn(upn)
        .with(Attribute::MailNickname, alias)
        .with(Attribute::SentUserPrincipalName, sent)
}

fn step(source: &Source, before: Option<Cloud>) -> (String, String) {
    let cloud: Vec<Cloud> = before.into_iter().collect();
    let world = world(std::slice::from_ref(source), &cloud, &unverified());
    (world.becomes(0, Attribute::MailNickname), world.becomes(0, Attribute::UserPrincipalName))
}

fn pair(alias: &str, upn: &str) -> (String, String) {
    (alias.to_owned(), upn.to_owned())
}

#[test]
fn u1_first_sync_without_an_alias() {
    let joe = source("", "SMTP:user1@contoso.com", "user2@contoso.com", "user3@contoso.com");
    assert_eq!(step(&joe, None), pair("user1", "user1@contoso.onmicrosoft.com"));
}

#[test]
fn u2_an_alias_alone_does_not_change_the_sign_in_name() {
    let joe = source("user4", "SMTP:user1@contoso.com", "user2@contoso.com", "user3@contoso.com");
    let now = before("user1", "user1@contoso.onmicrosoft.com", "user3@contoso.com");
    assert_eq!(step(&joe, Some(now)), pair("user4", "user1@contoso.onmicrosoft.com"));
}

#[test]
fn u3_another_user_principal_name_is_computed_anew() {
    let joe = source("user4", "SMTP:user1@contoso.com", "user2@contoso.com", "user5@contoso.com");
    let now = before("user4", "user1@contoso.onmicrosoft.com", "user3@contoso.com");
    assert_eq!(step(&joe, Some(now)), pair("user4", "user4@contoso.onmicrosoft.com"));
}

#[test]
fn u4_mail_and_primary_address_change_neither() {
    let joe = source("user4", "SMTP:user6@contoso.com", "user7@contoso.com", "user5@contoso.com");
    let now = before("user4", "user4@contoso.onmicrosoft.com", "user5@contoso.com");
    assert_eq!(step(&joe, Some(now)), pair("user4", "user4@contoso.onmicrosoft.com"));
}

#[test]
fn u5_a_verified_suffix_is_taken_over() {
    let joe = source("user4", "SMTP:user6@contoso.com", "user7@contoso.com", "user5@verified.contoso.com");
    let now = before("user4", "user4@contoso.onmicrosoft.com", "user5@contoso.com");
    assert_eq!(step(&joe, Some(now)), pair("user4", "user5@verified.contoso.com"));
}

#[test]
fn u6_an_invisible_character_leads_to_the_alias() {
    let joe = user("John", 1).alias("smithj").upn("John.Smith@Contoso.com\u{200B}");
    let world = world(&[joe], &[], &tenant());
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "smithj@contoso.onmicrosoft.com");
    assert_eq!(
        world.lines(0),
        [
            "1 export-error userPrincipalName John.Smith@Contoso.com\u{200B} IdentityDataValidationFailed disputed",
            "1 rename userPrincipalName John.Smith@Contoso.com\u{200B} \
             (John.Smith@Contoso.com\u{200B} -> smithj@contoso.onmicrosoft.com) disputed",
            "1 create disputed",
            "2 export-error userPrincipalName John.Smith@Contoso.com\u{200B} IdentityDataValidationFailed disputed",
        ]
    );
}

#[test]
fn a_domain_that_cannot_be_routed_becomes_the_initial_one() {
    let world = world(&[user("Bill", 1).alias("billa").upn("billa@contoso.local")], &[], &tenant());
    assert_eq!(
        world.lines(0),
        [
            "1 rename userPrincipalName billa@contoso.local (billa@contoso.local -> billa@contoso.onmicrosoft.com) \
             documented",
            "1 create documented",
        ]
    );
}

#[test]
fn without_a_user_principal_name_the_account_name_is_sent() {
    let world = world(&[user("Bill", 1).with(Attribute::SamAccountName, "billa")], &[], &tenant());
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "billa@contoso.com");
    assert_eq!(world.lines(0), ["1 create documented"]);
}

#[test]
fn a_fallback_that_is_taken_gets_digits() {
    let joe = |number, upn: &str| user("Joe", number).alias("joe").upn(upn);
    let world = world(&[joe(1, "joe@corp.local"), joe(2, "joe@lab.local")], &[], &tenant());
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "joe@contoso.onmicrosoft.com");
    assert_eq!(world.becomes(1, Attribute::UserPrincipalName), "joeNNNN@contoso.onmicrosoft.com");
}

#[test]
fn a_user_principal_name_that_is_too_long_is_an_error() {
    let long = format!("{}@contoso.com", "a".repeat(65));
    let world = world(&[user("Joe", 1).upn(&long)], &[], &tenant());
    assert_eq!(
        world.lines(0),
        [1, 2].map(|cycle| format!(
            "{cycle} export-error userPrincipalName {long} IdentityDataValidationFailed likely"
        ))
    );
    assert!(world.fate(0).becomes.is_none());
}

/// A licensed user whose sign-in name changes.
fn licensed_rename(tenant: &Tenant) -> World {
    let now = before("joe", "joe@contoso.com", "joe@contoso.com").licensed();
    world(&[user("Joe", 1).alias("joe").upn("joseph@fabrikam.com")], &[now], tenant)
}

#[test]
fn a_change_is_ignored_where_the_tenant_does_not_synchronise_names_of_managed_users() {
    let mut tenant = tenant();
    assert_eq!(licensed_rename(&tenant).becomes(0, Attribute::UserPrincipalName), "joseph@fabrikam.com");
    tenant.synchronizes_upn_of_managed_users = false;
    let world = licensed_rename(&tenant);
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "joe@contoso.com");
    assert_eq!(
        world.lines(0),
        ["1 drop userPrincipalName joseph@fabrikam.com documented", "1 update documented"]
    );
}

#[test]
fn placeholders_are_made_and_recognised_in_every_cloud() {
    for initial in ["contoso.onmicrosoft.com", "contoso.partner.onmschina.cn", "contoso.onmicrosoft.us"] {
        assert_eq!(placeholder("User@contoso.com", initial), format!("UserNNNN@{initial}"));
        assert_eq!(plain("User@contoso.com", initial), format!("User@{initial}"));
        for local in ["User1234", "user1234", "User+1234", "User", "UserNNNN"] {
            assert!(
                is_placeholder_of(&format!("{local}@{initial}"), "user@contoso.com"),
                "{local}@{initial}"
            );
        }
        for local in ["User123", "User12345", "Other1234", "1234"] {
            assert!(
                !is_placeholder_of(&format!("{local}@{initial}"), "user@contoso.com"),
                "{local}@{initial}"
            );
        }
    }
    assert!(!is_placeholder_of("user1234@contoso.com", "user@contoso.com"));
}

#[test]
fn aliases_of_the_cloud_are_numbered() {
    let taken = ["Albert", "Albert2"];
    let next = |alias: &str| numbered(alias, |candidate| taken.contains(&candidate));
    assert_eq!(next("Albert"), "Albert3");
    assert_eq!(next("Berta"), "Berta");
}

#[test]
fn what_an_alias_may_not_have_becomes_an_underscore() {
    assert_eq!(sanitized("joe smith"), "joe_smith");
    assert_eq!(sanitized(".joe.s."), "_joe.s_");
    assert_eq!(sanitized("josé&(x)"), "josé__x_");
    let joe = user("Joe", 1).alias("joe smith").upn("joe@contoso.com");
    let world = world(&[joe], &[], &tenant());
    assert_eq!(
        world.lines(0),
        ["1 rename mailNickname joe smith (joe smith -> joe_smith) likely", "1 create documented"]
    );
}
