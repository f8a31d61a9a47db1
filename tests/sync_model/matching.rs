//! Which object of the tenant a new object takes over, and what it loses by that.

use presync::entra::{Attribute, AttributeSet, Class, Client, Origin, Role, Tenant};

use crate::world::{Cloud, Source, World, anchor, contact, group, in_cloud, tenant, user, world};

const JUNE: i64 = 1_780_000_000;

fn joe() -> Source {
    user("Joe", 1).upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com"])
}

/// A user of the cloud with the anchor of Joe, and nothing else in common.
fn anchored() -> Cloud {
    in_cloud(Class::User, "twin")
        .upn("old@contoso.com")
        .edit(|object| object.immutable_id = Some(anchor(1).into()))
}

fn one(source: Source, cloud: Cloud, tenant: &Tenant) -> World {
    world(&[source], &[cloud], tenant)
}

#[test]
fn the_anchor_comes_before_the_addresses() {
    let other = in_cloud(Class::User, "other").upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let world = world(&[joe()], &[other, anchored()], &tenant());
    assert_eq!(world.twin(0), "hard twin");
}

#[test]
fn the_primary_address_comes_before_the_name() {
    let by_name = in_cloud(Class::User, "by-name").upn("joe@contoso.com");
    let by_address =
        in_cloud(Class::User, "by-address").upn("x@contoso.com").proxies(&["smtp:joe@contoso.com"]);
    let world = world(&[joe()], &[by_name, by_address], &tenant());
    assert_eq!(world.twin(0), "soft-smtp by-address");
    assert_eq!(
        world.lines(0),
        [
            "1 placeholder-upn userPrincipalName joe@contoso.com (joe@contoso.com -> joeNNNN@contoso.onmicrosoft.com) \
             likely",
            "1 placeholder-upn userPrincipalName joe@contoso.com (joe@contoso.com -> joe@contoso.onmicrosoft.com) \
             disputed",
            "1 takeover by by-address documented",
            "1 quarantine userPrincipalName joe@contoso.com by by-name userPrincipalName likely",
        ]
    );
}

#[test]
fn a_hard_match_gives_back_a_deleted_user() {
    let deleted = anchored().edit(|object| object.deleted = Some(5));
    assert_eq!(one(joe(), deleted, &tenant()).twin(0), "hard twin");
}

#[test]
fn a_hard_match_heeds_the_case_of_the_anchor() {
    let lower = anchored().edit(|object| object.immutable_id = Some(anchor(1).to_lowercase().into()));
    assert_eq!(one(joe(), lower, &tenant()).twin(0), "none");
}

#[test]
fn a_blocked_hard_match_is_an_error() {
    let mut tenant = tenant();
    tenant.is_hard_match_blocked = true;
    let world = one(joe(), anchored(), &tenant);
    assert_eq!(world.twin(0), "hard twin blocked");
    assert_eq!(
        world.error_text(0),
        "Another cloud created object with the same source anchor already exists in Microsoft Entra ID"
    );
}

#[test]
fn an_administrator_is_not_taken_over_by_a_hard_match_since_2026() {
    for role in [Role::Active, Role::Eligible] {
        let world = one(joe(), anchored().role(role), &tenant());
        let line = format!(
            "export-error objectGUID {} by twin mS-DS-ConsistencyGuid InvalidHardMatch documented",
            anchor(1)
        );
        assert_eq!(world.lines(0), [format!("1 {line}"), format!("2 {line}")]);
        assert_eq!(
            world.error_text(0),
            "The cloud user with privileged roles is not allowed to be taken over."
        );
    }
    let mut before = tenant();
    before.now = JUNE;
    assert_eq!(one(joe(), anchored().role(Role::Active), &before).twin(0), "hard twin");
}

#[test]
fn a_user_that_is_bound_to_another_guid_is_not_taken_over_since_2026() {
    let bound = |guid: &str| anchored().edit(|object| object.object_identifier = Some(guid.into()));
    let other = "46ebde97-7220-e911-80cb-000d3a3614c0";
    let refused = one(joe(), bound(other), &tenant());
    assert_eq!(refused.twin(0), "hard twin blocked");
    assert!(refused.error_text(0).contains("[OnPremisesObjectIdentifier cannot be changed"));
    // its own, in either spelling
    for own in ["01010101-0101-0101-0101-010101010101", &anchor(1)] {
        assert_eq!(one(joe(), bound(own), &tenant()).twin(0), "hard twin", "{own}");
    }
    let mut open = tenant();
    open.may_rebind_object_identifier = true;
    assert_eq!(one(joe(), bound(other), &open).twin(0), "hard twin");
    let mut before = tenant();
    before.now = JUNE;
    assert_eq!(one(joe(), bound(other), &before).twin(0), "hard twin");
}

#[test]
fn while_it_is_rolled_out_a_block_is_likely() {
    let mut tenant = tenant();
    tenant.now = 1_783_000_000;
    let world = one(joe(), anchored().role(Role::Active), &tenant);
    assert!(world.lines(0)[0].ends_with("InvalidHardMatch likely"), "{:?}", world.lines(0));
}

#[test]
fn a_user_that_was_synchronised_is_matched_again() {
    let before = anchored().edit(|object| object.origin = Origin::WasSynced);
    assert_eq!(one(joe(), before, &tenant()).twin(0), "hard twin");
}

#[test]
fn groups_have_no_hard_match() {
    let sales = group("Sales", 1).proxies(&["SMTP:sales@contoso.com"]);
    let twin = in_cloud(Class::Group, "twin").edit(|object| object.immutable_id = Some(anchor(1).into()));
    assert_eq!(one(sales, twin, &tenant()).twin(0), "none");
}

#[test]
fn a_soft_match_by_name_can_be_off() {
    let twin = in_cloud(Class::User, "twin").upn("joe@contoso.com");
    let mut tenant = tenant();
    assert_eq!(one(joe(), twin.clone(), &tenant).twin(0), "soft-upn twin");
    tenant.is_soft_match_on_upn = false;
    let world = one(joe(), twin, &tenant);
    assert_eq!(world.twin(0), "soft-upn twin blocked");
    assert!(world.becomes(0, Attribute::UserPrincipalName).contains("NNNN"));
}

#[test]
fn cloud_sync_may_not_match_by_name() {
    let twin = in_cloud(Class::User, "twin").upn("joe@contoso.com");
    let mut tenant = tenant();
    tenant.client = Client::CloudSync;
    assert_eq!(
        one(joe(), twin, &tenant).lines(0),
        [
            "1 twin userPrincipalName joe@contoso.com by twin userPrincipalName disputed",
            "1 takeover by twin disputed",
        ]
    );
}

#[test]
fn mail_counts_as_the_primary_address() {
    let joe = user("Joe", 1).upn("j@contoso.com").mail("joe@contoso.com");
    let twin = in_cloud(Class::User, "twin").upn("x@contoso.com").mail("joe@contoso.com");
    assert_eq!(one(joe, twin, &tenant()).twin(0), "soft-smtp twin");
}

#[test]
fn a_secondary_address_is_no_match() {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:j@contoso.com", "smtp:joe@contoso.com"]);
    let twin = in_cloud(Class::User, "twin").upn("x@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    assert_eq!(one(joe, twin, &tenant()).twin(0), "none");
}

#[test]
fn a_contact_takes_over_a_contact() {
    let ana = contact("Ana", 1).mail("ana@fabrikam.com").proxies(&["SMTP:ana@fabrikam.com"]);
    let twin = in_cloud(Class::Contact, "twin").mail("ana@fabrikam.com").proxies(&["SMTP:ana@fabrikam.com"]);
    let world = one(ana, twin, &tenant());
    assert_eq!(world.twin(0), "soft-smtp twin");
    assert_eq!(world.lines(0), ["1 takeover by twin documented"]);
}

#[test]
fn what_was_taken_over_is_not_taken_over_twice() {
    let again = user("Joe2", 2).upn("joe2@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let twin = in_cloud(Class::User, "twin").upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let world = world(&[joe(), again], &[twin], &tenant());
    assert_eq!(world.twin(0), "soft-smtp twin");
    assert_eq!(world.twin(1), "soft-smtp twin blocked");
    let (_, new): (Vec<_>, Vec<_>) = world.fate(1).outcomes.iter().partition(|o| o.kind.name() == "takeover");
    assert!(new.iter().any(|outcome| outcome.kind.name() == "create"));
}

#[test]
fn a_takeover_tells_what_the_cloud_loses() {
    let joe = joe().with(Attribute::Department, "Sales").with(Attribute::DisplayName, "Joe").edit(|object| {
        object.exported = AttributeSet::ALL.without(Attribute::Mobile);
    });
    let twin = in_cloud(Class::User, "twin")
        .upn("joe@contoso.com")
        .mail("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com", "smtp:jj@contoso.com"])
        .with(Attribute::DisplayName, "Joe")
        .with(Attribute::Title, "Clerk")
        .with(Attribute::Department, "Marketing")
        .with(Attribute::Mobile, "+1 555");
    assert_eq!(
        one(joe, twin, &tenant()).lines(0),
        [
            "1 takeover by twin documented",
            "1 lost-cloud-value proxyAddresses smtp:jj@contoso.com documented",
            "1 lost-cloud-value title Clerk (Clerk -> -) documented",
            "1 lost-cloud-value department Marketing (Marketing -> Sales) documented",
        ]
    );
}

#[test]
fn a_taken_over_user_keeps_its_address_at_the_initial_domain() {
    let twin = in_cloud(Class::User, "twin")
        .upn("joe@contoso.com")
        .mail("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com", "smtp:joe@contoso.onmicrosoft.com"]);
    let world = one(joe(), twin, &tenant());
    assert_eq!(world.lines(0), ["1 takeover by twin documented"]);
    assert_eq!(
        world.becomes(0, Attribute::ProxyAddresses),
        "SMTP:joe@contoso.com smtp:joe@contoso.onmicrosoft.com"
    );
}

#[test]
fn a_deleted_user_does_not_block_its_addresses() {
    let twin = in_cloud(Class::User, "twin")
        .upn("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com"])
        .edit(|object| object.deleted = Some(5));
    assert_eq!(one(joe(), twin, &tenant()).lines(0), ["1 create documented"]);
}

#[test]
fn what_the_cloud_manages_is_left_alone() {
    let twin = anchored().edit(|object| object.is_cloud_managed = true);
    assert_eq!(
        one(joe(), twin, &tenant()).lines(0),
        ["1 filtered the cloud is the source of authority blockOnPremisesSync documented"]
    );
}

#[test]
fn groups_are_connected_by_their_identifier_and_contacts_by_their_mail() {
    let synced = |cloud: Cloud| cloud.edit(|object| object.origin = Origin::Synced);
    let sales = group("Sales", 1).proxies(&["SMTP:new@contoso.com"]);
    let twin = synced(in_cloud(Class::Group, "twin")).with(Attribute::ObjectSid, "S-1-5-21-1-2-3-1");
    assert_eq!(one(sales, twin, &tenant()).twin(0), "connected twin");
    let ana = contact("Ana", 1).mail("ana@fabrikam.com");
    let twin = synced(in_cloud(Class::Contact, "twin")).mail("Ana@fabrikam.com");
    assert_eq!(one(ana, twin, &tenant()).twin(0), "connected twin");
}
