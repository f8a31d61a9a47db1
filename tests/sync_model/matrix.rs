//! The matrix of duplicate attribute resiliency, row by row (entra.md 2.2), and the rows that our decisions add.

use presync::entra::{Attribute, Class, Role};

use crate::world::{Cloud, Source, World, contact, group, in_cloud, tenant, user, world};

fn cloud_user() -> Cloud {
    in_cloud(Class::User, "holder")
}

/// An object of the tenant that belongs to another source object.
fn synced() -> Cloud {
    cloud_user().synced(99)
}

fn other_source() -> Source {
    user("Other", 99).upn("other@contoso.com")
}

fn kinds(world: &World) -> Vec<String> {
    world
        .fate(0)
        .outcomes
        .iter()
        .map(|o| format!("{} {} {}", o.cycle, o.kind.name(), o.certainty.name()))
        .collect()
}

fn holder_of_first(world: &World) -> String {
    let outcome = &world.fate(0).outcomes[0];
    let attribute = outcome.holder_attribute.map_or("", Attribute::source_name);
    format!("{} {attribute}", world.name(outcome.holder.unwrap()))
}

fn one(source: Source, holder: Cloud) -> World {
    world(&[source], &[holder], &tenant())
}

#[test]
fn row_1_user_name_against_a_cloud_only_user_is_a_takeover() {
    let world = one(user("Joe", 1).upn("joe@contoso.com"), cloud_user().upn("Joe@contoso.com"));
    assert_eq!(
        (world.twin(0), kinds(&world)),
        ("soft-upn holder".into(), vec!["1 takeover documented".into()])
    );
}

#[test]
fn row_2_primary_address_against_a_cloud_only_user_is_a_takeover() {
    for holder in [cloud_user().proxies(&["smtp:joe@contoso.com"]), cloud_user().mail("joe@contoso.com")] {
        let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
        let world = one(joe, holder.upn("x@contoso.com"));
        assert_eq!(world.twin(0), "soft-smtp holder");
    }
}

const PLACEHOLDER: [&str; 4] = [
    "1 placeholder-upn documented",
    "1 placeholder-upn disputed",
    "1 quarantine documented",
    "1 create documented",
];

#[test]
fn row_3_user_name_against_a_synchronised_user_gets_a_placeholder() {
    let world = one(user("Joe", 1).upn("joe@contoso.com"), synced().upn("joe@contoso.com"));
    assert_eq!(kinds(&world), PLACEHOLDER);
    assert_eq!(world.twin(0), "soft-upn holder blocked");
    assert_eq!(
        world.lines(0)[2],
        "1 quarantine userPrincipalName joe@contoso.com by holder userPrincipalName documented"
    );
}

#[test]
fn row_3_the_name_without_digits_is_no_choice_where_it_is_taken() {
    let taken = in_cloud(Class::User, "taken").upn("joe@contoso.onmicrosoft.com");
    let world =
        world(&[user("Joe", 1).upn("joe@contoso.com")], &[synced().upn("joe@contoso.com"), taken], &tenant());
    assert_eq!(
        kinds(&world),
        ["1 placeholder-upn documented", "1 quarantine documented", "1 create documented"]
    );
}

#[test]
fn row_4_user_name_against_an_administrator_makes_a_second_account() {
    let world =
        one(user("Joe", 1).upn("joe@contoso.com"), cloud_user().upn("joe@contoso.com").role(Role::Active));
    assert_eq!(
        kinds(&world),
        [
            "1 placeholder-upn documented",
            "1 placeholder-upn disputed",
            "1 twin documented",
            "1 quarantine documented",
            "1 create documented",
        ]
    );
    assert_eq!(
        world.lines(0)[2],
        "1 twin userPrincipalName joe@contoso.com by holder userPrincipalName Existing Admin Role Conflict documented"
    );
}

#[test]
fn row_4_an_eligible_role_is_disputed() {
    let world =
        one(user("Joe", 1).upn("joe@contoso.com"), cloud_user().upn("joe@contoso.com").role(Role::Eligible));
    assert_eq!(kinds(&world), ["1 twin disputed", "1 takeover disputed"]);
}

#[test]
fn row_4_by_address_is_likely() {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let world = one(joe, cloud_user().upn("x@contoso.com").mail("joe@contoso.com").role(Role::Active));
    assert_eq!(kinds(&world), ["1 twin likely", "1 quarantine likely", "1 create documented"]);
    assert_eq!(world.becomes(0, Attribute::ProxyAddresses), "");
}

#[test]
fn row_5_where_soft_match_is_blocked_a_placeholder_is_used() {
    let mut tenant = tenant();
    tenant.is_soft_match_blocked = true;
    let joe = || user("Joe", 1).upn("joe@contoso.com");
    let world_of = |joe, holder| world(&[joe], &[holder], &tenant);
    let by_name = world_of(joe(), cloud_user().upn("joe@contoso.com"));
    assert_eq!(
        kinds(&by_name),
        [
            "1 placeholder-upn documented",
            "1 placeholder-upn disputed",
            "1 twin documented",
            "1 quarantine documented",
            "1 create documented",
        ]
    );
    let by_address = world_of(
        joe().proxies(&["SMTP:j@contoso.com"]),
        cloud_user().upn("x@contoso.com").mail("j@contoso.com"),
    );
    assert_eq!(kinds(&by_address), ["1 twin likely", "1 quarantine likely", "1 create documented"]);
}

const PRIMARY: [&str; 4] =
    ["1 export-error disputed", "1 quarantine disputed", "1 create disputed", "2 export-error disputed"];

#[test]
fn row_6_primary_address_against_a_synchronised_user_is_disputed() {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let world = one(joe, synced().upn("x@contoso.com").proxies(&["SMTP:joe@contoso.com"]));
    assert_eq!(kinds(&world), PRIMARY);
    assert_eq!(world.twin(0), "soft-smtp holder blocked");
    assert_eq!(
        world.lines(0)[0],
        "1 export-error proxyAddresses SMTP:joe@contoso.com by holder proxyAddresses AttributeValueMustBeUnique disputed"
    );
}

#[test]
fn row_6_holds_for_two_new_users() {
    let joe = |number, upn: &str| user(upn, number).upn(upn).proxies(&["SMTP:joe@contoso.com"]);
    let world = world(&[joe(2, "b@contoso.com"), joe(1, "a@contoso.com")], &[], &tenant());
    assert_eq!(kinds(&world), PRIMARY);
    assert_eq!(world.lines(1), ["1 create documented"]);
}

#[test]
fn row_7_a_secondary_address_is_held_back_whoever_has_it() {
    for class in [Class::User, Class::Group, Class::Contact] {
        let joe =
            user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:j@contoso.com", "smtp:info@contoso.com"]);
        let world = one(joe, in_cloud(class, "holder").proxies(&["SMTP:info@contoso.com"]));
        assert_eq!(kinds(&world), ["1 quarantine documented", "1 create documented"], "{class:?}");
        assert_eq!(holder_of_first(&world), "holder proxyAddresses");
    }
}

#[test]
fn row_8_name_and_address_against_a_group_is_an_error_in_every_cycle() {
    let joe = user("Joe", 1).upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    let world = one(joe, in_cloud(Class::Group, "holder").proxies(&["SMTP:joe@contoso.com"]));
    assert_eq!(kinds(&world), ["1 export-error documented", "2 export-error documented"]);
}

#[test]
fn row_9_a_primary_address_of_another_class_is_disputed() {
    for (source, class) in [
        (user("Joe", 1).upn("j@contoso.com"), Class::Group),
        (user("Joe", 1).upn("j@contoso.com"), Class::Contact),
        (contact("Joe", 1), Class::Group),
        (contact("Joe", 1), Class::User),
        (group("Joe", 1), Class::User),
        (group("Joe", 1), Class::Contact),
    ] {
        let source = source.proxies(&["SMTP:joe@contoso.com"]);
        let world = one(source, in_cloud(class, "holder").proxies(&["SMTP:joe@contoso.com"]));
        assert_eq!(kinds(&world), PRIMARY, "{class:?}");
        assert!(world.lines(0)[0].contains("ObjectTypeMismatch"), "{:?}", world.lines(0));
    }
}

#[test]
fn row_10_a_group_takes_over_a_mail_enabled_group() {
    let sales = group("Sales", 1).proxies(&["SMTP:sales@contoso.com"]);
    let world = one(sales, in_cloud(Class::Group, "holder").proxies(&["SMTP:sales@contoso.com"]));
    assert_eq!(
        (world.twin(0), kinds(&world)),
        ("soft-smtp holder".into(), vec!["1 takeover documented".into()])
    );
}

#[test]
fn row_10_a_group_against_a_synchronised_group_is_as_user_against_user() {
    let other = group("Other", 99);
    let sales = group("Sales", 1).proxies(&["SMTP:sales@contoso.com"]);
    let holder = in_cloud(Class::Group, "holder")
        .synced(99)
        .with(Attribute::ObjectSid, "S-1-5-21-1-2-3-99")
        .proxies(&["SMTP:sales@contoso.com"]);
    let world = world(&[sales, other.proxies(&["SMTP:sales@contoso.com"])], &[holder], &tenant());
    assert_eq!(kinds(&world), PRIMARY);
    assert_eq!(holder_of_first(&world), "CN=Other proxyAddresses");
}

#[test]
fn row_11_two_new_groups_fail_first() {
    let new = |name, number| group(name, number).proxies(&["smtp:sales@contoso.com"]);
    let world = world(&[new("Two", 2), new("One", 1)], &[], &tenant());
    assert_eq!(
        kinds(&world),
        ["1 export-error documented", "2 quarantine documented", "2 create documented"]
    );
}

#[test]
fn row_12_a_group_without_mail_is_not_matched() {
    let sales = group("Sales", 1).with(Attribute::DisplayName, "Sales");
    let world = one(sales, in_cloud(Class::Group, "holder").with(Attribute::DisplayName, "Sales"));
    assert_eq!((world.twin(0), kinds(&world)), ("none".into(), vec!["1 create documented".into()]));
}

#[test]
fn row_13_a_contact_is_created_without_the_address() {
    for class in [Class::User, Class::Group, Class::Contact] {
        let ana = contact("Ana", 1).proxies(&["SMTP:a@fabrikam.com", "smtp:ana@fabrikam.com"]);
        let world = one(ana, in_cloud(class, "holder").proxies(&["SMTP:ana@fabrikam.com"]));
        assert_eq!(kinds(&world), ["1 quarantine documented", "1 create documented"], "{class:?}");
    }
}

#[test]
fn row_13_a_guest_may_lose_its_address_to_a_contact() {
    let guest = cloud_user().edit(|object| object.is_guest = true).proxies(&["SMTP:ana@fabrikam.com"]);
    let world = one(contact("Ana", 1).proxies(&["SMTP:ana@fabrikam.com"]), guest);
    assert_eq!(
        kinds(&world),
        [
            "1 export-error disputed",
            "1 quarantine disputed",
            "1 lost-cloud-value disputed",
            "1 create disputed",
            "2 export-error disputed",
        ]
    );
}

/// Joe is in the tenant and gets a new address.
fn update(holder: Cloud) -> World {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:j@contoso.com", "smtp:info@contoso.com"]);
    let twin = in_cloud(Class::User, "joe").synced(1).upn("j@contoso.com").mail("j@contoso.com");
    world(&[joe], &[holder, twin.proxies(&["SMTP:j@contoso.com"])], &tenant())
}

#[test]
fn row_14_an_update_is_written_without_the_address() {
    for class in [Class::User, Class::Group, Class::Contact] {
        let world = update(in_cloud(class, "holder").proxies(&["SMTP:info@contoso.com"]));
        assert_eq!(kinds(&world), ["1 quarantine documented", "1 update documented"], "{class:?}");
    }
    let licensed = cloud_user().upn("info@contoso.com").proxies(&["SMTP:info@contoso.com"]).licensed();
    assert_eq!(kinds(&update(licensed)), ["1 quarantine documented", "1 update documented"]);
}

#[test]
fn row_15_an_update_keeps_the_name_of_the_tenant() {
    let joe = user("Joe", 1).upn("new@contoso.com");
    let twin = in_cloud(Class::User, "joe")
        .synced(1)
        .upn("joe@contoso.com")
        .with(Attribute::SentUserPrincipalName, "joe@contoso.com");
    let world = world(&[joe], &[synced().upn("new@contoso.com"), twin], &tenant());
    assert_eq!(kinds(&world), ["1 quarantine likely", "1 update documented"]);
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "joe@contoso.com");
}

#[test]
fn row_16_mail_is_no_attribute_of_resiliency() {
    let joe = user("Joe", 1).upn("j@contoso.com").mail("joe@contoso.com");
    let world = one(joe, synced().upn("x@contoso.com").mail("joe@contoso.com"));
    assert_eq!(kinds(&world), PRIMARY);
    assert_eq!(
        world.lines(0)[0],
        "1 export-error mail joe@contoso.com by holder mail AttributeValueMustBeUnique disputed"
    );
    assert!(world.error_text(0).contains("[Mail joe@contoso.com;]"), "{}", world.error_text(0));
}

#[test]
fn row_17_sip_addresses_are_never_held_back() {
    let holder = || synced().upn("x@contoso.com").with(Attribute::SipAddress, "sip:joe@contoso.com");
    for joe in [
        user("Joe", 1).upn("j@contoso.com").with(Attribute::SipAddress, "sip:joe@contoso.com"),
        user("Joe", 1).upn("j@contoso.com").proxies(&["sip:Joe@contoso.com"]),
    ] {
        let world = one(joe, holder());
        assert_eq!(kinds(&world), ["1 export-error documented", "2 export-error documented"]);
    }
    let joe = user("Joe", 1).upn("j@contoso.com").with(Attribute::SipAddress, "sip:joe@contoso.com");
    assert!(one(joe, holder()).error_text(0).contains("[SipProxyAddress sip:joe@contoso.com;]"));
}

#[test]
fn row_18_security_identifiers_are_never_held_back() {
    let sid = "S-1-5-21-1-2-3-1104";
    let joe = user("Joe", 1).upn("j@contoso.com").with(Attribute::ObjectSid, sid);
    let world = one(joe, synced().upn("x@contoso.com").with(Attribute::ObjectSid, sid));
    assert_eq!(kinds(&world), ["1 export-error documented", "2 export-error documented"]);
    assert!(world.error_text(0).contains("[OnPremiseSecurityIdentifier S-1-5-21-1-2-3-1104;]"));
}

#[test]
fn row_19_x500_addresses_are_never_held_back() {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["X500:/o=Contoso/cn=joe"]);
    let world = one(joe, synced().upn("x@contoso.com").proxies(&["x500:/o=contoso/CN=Joe"]));
    assert_eq!(kinds(&world), ["1 export-error likely", "2 export-error likely"]);
}

#[test]
fn row_20_the_sign_in_name_of_a_guest_is_taken() {
    let guest = cloud_user()
        .edit(|object| object.is_guest = true)
        .upn("joe_contoso.com#EXT#@contoso.onmicrosoft.com")
        .with(Attribute::SignInName, "joe@contoso.com");
    let world = one(user("Joe", 1).upn("joe@contoso.com"), guest);
    assert_eq!(
        world.lines(0)[0],
        "1 export-error userPrincipalName joe@contoso.com by holder  AttributeValueMustBeUnique likely"
    );
}

#[test]
fn a_guest_with_the_primary_address_is_taken_over_or_in_the_way() {
    let guest = cloud_user().edit(|object| object.is_guest = true).proxies(&["SMTP:joe@contoso.com"]);
    let world = one(user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:joe@contoso.com"]), guest);
    assert_eq!(kinds(&world), ["1 export-error disputed", "1 takeover disputed", "2 export-error disputed"]);
}

#[test]
fn a_name_against_an_address_is_disputed_in_both_directions() {
    let name = || user("Joe", 1).upn("joe@contoso.com");
    let expected =
        ["1 export-error disputed", "1 quarantine disputed", "1 create disputed", "2 export-error disputed"];
    for class in [Class::User, Class::Group, Class::Contact] {
        let world = one(name(), in_cloud(class, "holder").proxies(&["smtp:joe@contoso.com"]));
        assert_eq!(kinds(&world), expected, "{class:?}");
        assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "joe@contoso.com");
    }
    for source in [
        user("Other", 1).upn("o@contoso.com").proxies(&["smtp:joe@contoso.com"]),
        contact("Other", 1).proxies(&["SMTP:joe@contoso.com"]),
        group("Other", 1).proxies(&["SMTP:joe@contoso.com"]),
    ] {
        let world = one(source, synced().upn("joe@contoso.com"));
        assert_eq!(kinds(&world), expected);
    }
}

#[test]
fn a_hard_match_is_written_without_the_address_that_is_taken() {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:j@contoso.com", "smtp:info@contoso.com"]);
    let twin = in_cloud(Class::User, "twin").upn("j@contoso.com").edit(|object| {
        object.immutable_id = Some(crate::world::anchor(1).into());
    });
    let world = world(&[joe], &[twin, synced().proxies(&["smtp:info@contoso.com"])], &tenant());
    assert_eq!(kinds(&world), ["1 takeover documented", "1 quarantine likely"]);
}

#[test]
fn a_value_that_its_holder_gives_up_is_free() {
    let joe = user("Joe", 1).upn("j@contoso.com").proxies(&["SMTP:info@contoso.com"]);
    let world = world(
        &[joe, other_source()],
        &[synced().upn("other@contoso.com").proxies(&["SMTP:info@contoso.com"])],
        &tenant(),
    );
    assert_eq!(kinds(&world), ["1 create documented"]);
}

#[test]
fn a_value_stays_with_whoever_has_it() {
    // the other one is new in the directory, and yet has the value in the tenant
    let old =
        user("Old", 1).upn("old@contoso.com").proxies(&["SMTP:old@contoso.com", "smtp:info@contoso.com"]);
    let has =
        user("Has", 2).upn("has@contoso.com").proxies(&["SMTP:has@contoso.com", "smtp:info@contoso.com"]);
    let twin = |id: &str, number: u8| {
        let address = format!("{id}@contoso.com");
        let cloud = in_cloud(Class::User, id).synced(number).upn(&address).mail(&address);
        cloud.proxies(&[&format!("SMTP:{address}")])
    };
    let cloud = [twin("old", 1), twin("has", 2).proxies(&["smtp:info@contoso.com"])];
    let world = world(&[old, has], &cloud, &tenant());
    assert_eq!(kinds(&world), ["1 quarantine documented", "1 update documented"]);
    assert_eq!(holder_of_first(&world), "CN=Has proxyAddresses");
    assert_eq!(world.lines(1), ["1 update documented"]);
}
