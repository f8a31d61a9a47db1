//! Addresses: the vectors P1 to P6 of S-PROXY and X1 to X5 of S-2643629, and what is dropped, cut or refused.

use presync::entra::calculate::limits;
use presync::entra::{Attribute, Class, CloudObject, Domain, Exchange, Tenant};

use crate::world::{Cloud, NOW, Source, World, in_cloud, tenant, user, world};

fn contoso() -> Tenant {
    let mut tenant = Tenant::new("Contoso.onmicrosoft.com", NOW);
    let verified = |name: &str| Domain { name: name.into(), is_federated: false };
    tenant.domains = vec![verified("Contoso.com"), verified("sub.contoso.com")];
    tenant
}

/// The user as the step before left it in the tenant.
fn left(world: &World, exchange: Exchange) -> Cloud {
    let becomes = world.fate(0).becomes.as_ref().unwrap();
    let cloud =
        in_cloud(Class::User, "it").synced(1).edit(|object: &mut CloudObject| object.exchange = exchange);
    becomes.iter().fold(cloud, |cloud, value| cloud.with(value.attribute, value.text))
}

fn forecast(source: &Source, cloud: Option<Cloud>) -> World {
    let cloud: Vec<Cloud> = cloud.into_iter().collect();
    world(std::slice::from_ref(source), &cloud, &contoso())
}

/// First sync without a licence, then what a licence makes of it.
fn with_licence(source: &Source) -> World {
    let first = forecast(source, None);
    forecast(source, Some(left(&first, Exchange::Licensed)))
}

#[track_caller]
fn assert_mail(world: &World, mail: &str, alias: &str, proxies: &[&str]) {
    assert_eq!(world.becomes(0, Attribute::Mail), mail, "mail");
    assert_eq!(world.becomes(0, Attribute::MailNickname), alias, "mailNickname");
    let mut expected = proxies.to_vec();
    expected.sort_unstable();
    assert_eq!(world.becomes(0, Attribute::ProxyAddresses), expected.join(" "), "proxyAddresses");
}

fn user1() -> Source {
    user("User1", 1).upn("user1upn@Contoso.com")
}

#[test]
fn p1a_nothing_but_a_name_has_no_address() {
    assert_mail(&forecast(&user1(), None), "", "user1upn", &[]);
}

#[test]
fn p1b_a_licence_makes_the_name_the_primary_address() {
    assert_mail(
        &with_licence(&user1()),
        "user1upn@Contoso.com",
        "user1upn",
        &["smtp:user1upn@Contoso.onmicrosoft.com", "SMTP:user1upn@Contoso.com"],
    );
}

fn user2() -> Source {
    user("User2", 1).mail("user2mail@Contoso.com").upn("user2upn@Contoso.com")
}

#[test]
fn p2a_mail_becomes_the_primary_address() {
    assert_mail(
        &forecast(&user2(), None),
        "user2mail@Contoso.com",
        "user2mail",
        &["SMTP:user2mail@Contoso.com"],
    );
}

#[test]
fn p2b_a_licence_adds_the_name_and_the_initial_domain() {
    assert_mail(
        &with_licence(&user2()),
        "user2mail@Contoso.com",
        "user2mail",
        &[
            "smtp:user2upn@Contoso.com",
            "smtp:user2mail@Contoso.onmicrosoft.com",
            "SMTP:user2mail@Contoso.com",
        ],
    );
}

fn user3(word: &str) -> Source {
    user("User3", 1).upn("user3upn@Contoso.com").proxies(&[
        &format!("smtp:user3{word}3@Fabrikam.microsoftonline.com"),
        &format!("smtp:user3{word}2@Contoso.onmicrosoft.com"),
        &format!("SMTP:user3{word}1@Contoso.com"),
    ])
}

#[test]
fn p3a_reserved_suffixes_are_discarded() {
    assert_mail(
        &with_licence(&user3("pa")),
        "user3pa1@Contoso.com",
        "user3pa1",
        &["smtp:user3upn@Contoso.com", "smtp:user3pa1@Contoso.onmicrosoft.com", "SMTP:user3pa1@Contoso.com"],
    );
}

#[test]
fn p3b_the_alias_and_its_address_stay() {
    let licensed = with_licence(&user3("pa"));
    assert_mail(
        &forecast(&user3("new"), Some(left(&licensed, Exchange::Licensed))),
        "user3new1@Contoso.com",
        "user3pa1",
        &["SMTP:user3new1@Contoso.com", "smtp:user3upn@Contoso.com", "smtp:user3pa1@Contoso.onmicrosoft.com"],
    );
}

fn user4() -> Source {
    user("User4", 1).upn("user4upn@Contoso.com")
}

#[test]
fn p4a_a_licence() {
    assert_mail(
        &with_licence(&user4()),
        "user4upn@Contoso.com",
        "user4upn",
        &["smtp:user4upn@Contoso.onmicrosoft.com", "SMTP:user4upn@Contoso.com"],
    );
}

fn without_licence() -> World {
    forecast(&user4(), Some(left(&with_licence(&user4()), Exchange::No)))
}

#[test]
fn p4b_without_the_licence_the_initial_domain_stays() {
    assert_mail(
        &without_licence(),
        "user4upn@Contoso.onmicrosoft.com",
        "user4upn",
        &["SMTP:user4upn@Contoso.onmicrosoft.com"],
    );
}

#[test]
fn p4c_a_secondary_address_does_not_become_the_primary_one() {
    let source = user4().proxies(&["smtp:user4new@Contoso.com"]);
    assert_mail(
        &forecast(&source, Some(left(&without_licence(), Exchange::No))),
        "user4upn@Contoso.onmicrosoft.com",
        "user4upn",
        &["smtp:user4upn@Contoso.com", "smtp:user4new@Contoso.com", "SMTP:user4upn@Contoso.onmicrosoft.com"],
    );
}

fn user5() -> Source {
    user("User5", 1).upn("user5upn@Contoso.com")
}

const USER5: [&str; 2] = ["smtp:user5upn@Contoso.onmicrosoft.com", "SMTP:user5upn@Contoso.com"];

#[test]
fn p5a_a_licence() {
    assert_mail(&with_licence(&user5()), "user5upn@Contoso.com", "user5upn", &USER5);
}

#[test]
fn p5b_another_alias_does_not_change_addresses() {
    let licensed = with_licence(&user5());
    let source = user5().alias("user5new1");
    assert_mail(
        &forecast(&source, Some(left(&licensed, Exchange::Licensed))),
        "user5upn@Contoso.com",
        "user5new1",
        &USER5,
    );
}

#[test]
fn p6_of_two_equal_aliases_one_address_gets_digits() {
    let mut tenant = contoso();
    tenant.assumes_licensed = true;
    let one = user("A", 1).alias("user6mnn").upn("user6a@Contoso.com");
    let two = user("B", 2).alias("user6mnn").upn("user6b@Contoso.com");
    let world = world(&[one, two], &[], &tenant);
    assert_eq!(
        world.becomes(0, Attribute::ProxyAddresses),
        "SMTP:user6a@Contoso.com smtp:user6mnn@Contoso.onmicrosoft.com"
    );
    assert_eq!(
        world.becomes(1, Attribute::ProxyAddresses),
        "SMTP:user6b@Contoso.com smtp:user6mnnNNNN@Contoso.onmicrosoft.com"
    );
    for (number, mail) in [(0, "user6a@Contoso.com"), (1, "user6b@Contoso.com")] {
        assert_eq!(world.becomes(number, Attribute::Mail), mail);
        assert_eq!(world.becomes(number, Attribute::MailNickname), "user6mnn");
    }
    assert_eq!(
        world.lines(1),
        [
            "1 rename proxyAddresses (smtp:user6mnn@Contoso.onmicrosoft.com -> \
             smtp:user6mnnNNNN@Contoso.onmicrosoft.com) documented",
            "1 create documented"
        ]
    );
}

/// Primary and secondary addresses of a licensed user, in lower case.
fn exchange_view(source: Source) -> (String, Vec<String>) {
    let mut tenant = contoso();
    tenant.assumes_licensed = true;
    // the page does not say what the user signs in with
    let source = source.edit(|object| {
        object.exported =
            object.exported.without(Attribute::UserPrincipalName).without(Attribute::SamAccountName);
    });
    let world = world(&[source], &[], &tenant);
    let becomes = world.fate(0).becomes.as_ref().unwrap();
    let (primary, mut secondary): (Vec<&str>, Vec<&str>) = becomes
        .all(Attribute::ProxyAddresses)
        .map(|value| value.text)
        .partition(|text| text.starts_with("SMTP:"));
    secondary.sort_unstable();
    let address = |text: &&str| text[5..].to_lowercase();
    assert_eq!(primary.len(), 1, "{primary:?}");
    (address(&primary[0]), secondary.iter().map(address).collect())
}

fn addresses(primary: &str, secondary: &[&str]) -> (String, Vec<String>) {
    (primary.to_owned(), secondary.iter().map(|text| (*text).to_owned()).collect())
}

#[test]
fn x1_a_primary_address() {
    let source = user("User1", 1).proxies(&["SMTP:user1@contoso.com"]);
    assert_eq!(exchange_view(source), addresses("user1@contoso.com", &["user1@contoso.onmicrosoft.com"]));
}

#[test]
fn x2_small_letters_make_no_primary_address() {
    let source = user("User1", 1).proxies(&["smtp:user1@contoso.com"]);
    assert_eq!(exchange_view(source), addresses("user1@contoso.onmicrosoft.com", &["user1@contoso.com"]));
}

#[test]
fn x3_a_primary_and_a_secondary_address() {
    let source = user("User1", 1).proxies(&["SMTP:user1@contoso.com", "smtp:user1@sub.contoso.com"]);
    assert_eq!(
        exchange_view(source),
        addresses("user1@contoso.com", &["user1@contoso.onmicrosoft.com", "user1@sub.contoso.com"])
    );
}

#[test]
fn x4_mail_alone() {
    let source = user("User1", 1).mail("User1@contoso.com");
    assert_eq!(exchange_view(source), addresses("user1@contoso.com", &["user1@contoso.onmicrosoft.com"]));
}

#[test]
fn x5_a_user_principal_name_alone() {
    let source = user("User1", 1).upn("User1@contoso.com");
    assert_eq!(exchange_view(source), addresses("user1@contoso.com", &["user1@contoso.onmicrosoft.com"]));
}

#[test]
fn addresses_that_the_service_discards_are_dropped() {
    let texts = [
        "SMTP: joe@contoso.com",
        "joe@contoso.com",
        "X400:C=US;A= ;P=Contoso;",
        "smtp:joe@contoso.onmicrosoft.com",
        "x500:/o=Contoso/cn=joe",
    ];
    let world = world(&[user("Joe", 1).upn("joe@contoso.com").proxies(&texts)], &[], &tenant());
    let mut expected: Vec<String> =
        texts[..4].iter().map(|text| format!("1 drop proxyAddresses {text} documented")).collect();
    expected.sort_unstable();
    expected.push("1 create documented".to_owned());
    assert_eq!(world.lines(0), expected);
    assert_eq!(world.becomes(0, Attribute::ProxyAddresses), "x500:/o=Contoso/cn=joe");
}

#[test]
fn a_licence_drops_addresses_of_unverified_domains() {
    let source =
        user("Joe", 1).upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com", "smtp:joe@old.example"]);
    let lines = |tenant: &Tenant| world(std::slice::from_ref(&source), &[], tenant).lines(0);
    let mut tenant = tenant();
    assert_eq!(lines(&tenant), ["1 create documented"]);
    tenant.assumes_licensed = true;
    assert_eq!(
        lines(&tenant),
        ["1 drop proxyAddresses smtp:joe@old.example documented", "1 create documented"]
    );
}

#[test]
fn mail_that_is_not_the_primary_address_is_overwritten() {
    let source = user("Joe", 1).upn("joe@contoso.com").mail("a@contoso.com").proxies(&["SMTP:b@contoso.com"]);
    assert_eq!(
        world(&[source], &[], &tenant()).lines(0),
        ["1 rename mail a@contoso.com (a@contoso.com -> b@contoso.com) documented", "1 create documented"]
    );
}

#[test]
fn of_two_primary_addresses_the_first_stays() {
    let source = user("Joe", 1).upn("joe@contoso.com").proxies(&["SMTP:a@contoso.com", "SMTP:b@contoso.com"]);
    let world = world(&[source], &[], &tenant());
    assert_eq!(world.becomes(0, Attribute::ProxyAddresses), "SMTP:a@contoso.com smtp:b@contoso.com");
    assert_eq!(
        world.lines(0),
        [
            "1 rename proxyAddresses SMTP:b@contoso.com (SMTP:b@contoso.com -> smtp:b@contoso.com) likely",
            "1 create documented",
        ]
    );
}

#[test]
fn a_group_without_addresses_keeps_that_of_the_initial_domain() {
    let sales = crate::world::group("Sales", 1);
    let cloud = in_cloud(Class::Group, "sales")
        .with(Attribute::ObjectSid, "S-1-5-21-1-2-3-1")
        .mail("sales@contoso.com")
        .with(Attribute::MailNickname, "sales")
        .proxies(&["SMTP:sales@contoso.com", "smtp:sales@contoso.onmicrosoft.com"])
        .edit(|object| object.origin = presync::entra::Origin::Synced);
    let world = world(&[sales], &[cloud], &tenant());
    assert_eq!(world.becomes(0, Attribute::ProxyAddresses), "SMTP:sales@contoso.onmicrosoft.com");
    assert_eq!(
        world.lines(0),
        [
            "1 rename mail (sales@contoso.com -> sales@contoso.onmicrosoft.com) documented",
            "1 update documented"
        ]
    );
}

#[test]
fn without_an_alias_the_target_address_stays_behind() {
    let source =
        user("Joe", 1).upn("joe@contoso.com").with(Attribute::TargetAddress, "SMTP:joe@fabrikam.com");
    assert_eq!(
        world(&[source.clone()], &[], &tenant()).lines(0),
        ["1 drop targetAddress SMTP:joe@fabrikam.com documented", "1 create documented"]
    );
    assert_eq!(world(&[source.alias("joe")], &[], &tenant()).lines(0), ["1 create documented"]);
}

#[test]
fn long_descriptions_are_cut_and_further_ones_left_out() {
    let long = "é".repeat(limits::CUT + 1);
    let source = user("Joe", 1)
        .upn("joe@contoso.com")
        .with(Attribute::Description, &long)
        .with(Attribute::Description, "second")
        .with(Attribute::Info, &"x".repeat(limits::CUT));
    let world = world(&[source], &[], &tenant());
    let kinds: Vec<&str> = world.fate(0).outcomes.iter().map(|outcome| outcome.kind.name()).collect();
    assert_eq!(kinds, ["drop", "truncate", "create"]);
    assert_eq!(world.fate(0).outcomes[1].to.as_deref(), Some("é".repeat(limits::CUT).as_str()));
    assert_eq!(world.fate(0).outcomes[0].value.as_deref(), Some("second"));
}

#[test]
fn an_inet_org_person_without_an_alias_sends_no_proxy_addresses() {
    let source = user("Joe", 1)
        .upn("joe@contoso.com")
        .proxies(&["SMTP:joe@contoso.com"])
        .edit(|object| object.is_inet_org_person = true);
    assert_eq!(
        world(&[source], &[], &tenant()).lines(0),
        ["1 drop proxyAddresses SMTP:joe@contoso.com documented", "1 create documented"]
    );
}
