//! What holds for every directory and every tenant.

use std::collections::BTreeMap;

use presync::entra::unique::{Key, Space, held, keys};
use presync::entra::{
    Attribute, Class, CloudObject, Exchange, Fate, Forecast, Kind, Origin, Outcome, Party, Role, Scope,
    SourceObject, Tenant, forecast,
};
use proptest::prelude::*;

use crate::apply::apply;
use crate::world::{Cloud, Source, anchor, contact, group, in_cloud, tenant, user};

/// Few names in few domains, so that they collide.
fn address() -> impl Strategy<Value = String> {
    let domain = prop_oneof![5 => Just("contoso.com"), 1 => Just("fabrikam.com"), 1 => Just("corp.local")];
    ("[abcA]", domain).prop_map(|(name, domain)| format!("{name}@{domain}"))
}

fn proxy() -> impl Strategy<Value = String> {
    (prop_oneof![3 => Just("SMTP:"), 3 => Just("smtp:"), 1 => Just("sip:")], address())
        .prop_map(|(kind, address)| format!("{kind}{address}"))
}

fn class() -> impl Strategy<Value = Class> {
    prop_oneof![4 => Just(Class::User), 1 => Just(Class::Group), 1 => Just(Class::Contact)]
}

/// Class, user principal name, mail, alias, proxy addresses and consistency GUID of a source object.
type Parts = (Class, Option<String>, Option<String>, Option<String>, Vec<String>, Option<u8>);

fn parts() -> impl Strategy<Value = Parts> {
    (
        class(),
        prop::option::weighted(0.8, address()),
        prop::option::of(address()),
        prop::option::of("[ab]".prop_map(String::from)),
        prop::collection::vec(proxy(), 0..3),
        prop::option::weighted(0.2, 1_u8..8),
    )
}

fn build(number: u8, parts: &Parts) -> Source {
    let (class, upn, mail, alias, proxies, guid) = parts;
    let name = format!("Object {number}");
    let mut made = match class {
        Class::User => user(&name, number).with(Attribute::SamAccountName, &format!("account{number}")),
        Class::Group => group(&name, number),
        _ => contact(&name, number),
    };
    if let Some(upn) = upn.as_deref().filter(|_| *class == Class::User) {
        made = made.upn(upn);
    }
    if let Some(mail) = mail {
        made = made.mail(mail);
    }
    if let Some(alias) = alias {
        made = made.alias(alias);
    }
    // of a contact without any SMTP address nothing in the tenant says what it is
    let is_kept = |proxy: &&str| *class != Class::Contact || !proxy.starts_with("sip:");
    let proxies: Vec<&str> = proxies.iter().map(String::as_str).filter(is_kept).collect();
    let has_mail = mail.is_some() || proxies.iter().any(|proxy| proxy.to_lowercase().starts_with("smtp:"));
    made.proxies(&proxies).edit(|object| {
        object.consistency_guid = guid.map(|number| [number; 16].into());
        if *class == Class::Contact && !has_mail {
            object.scope = Scope::Filtered("a contact needs an address".into());
        }
    })
}

/// Class, user principal name, proxy addresses, anchor, and whether it is synchronised, an administrator, a guest, licensed,
/// deleted.
type CloudParts = (Class, String, Vec<String>, Option<u8>, (bool, bool, bool, bool, bool));

fn cloud_parts() -> impl Strategy<Value = CloudParts> {
    let rare = || prop::bool::weighted(0.15);
    (
        class(),
        address(),
        prop::collection::vec(proxy(), 0..3),
        prop::option::of(1_u8..8),
        (any::<bool>(), rare(), rare(), rare(), rare()),
    )
}

/// A tenant in which nothing is there twice: what another object holds is left out.
fn build_cloud(list: &[CloudParts]) -> Vec<CloudObject> {
    let mut taken: Vec<Key> = Vec::new();
    let mut anchors = Vec::new();
    let mut objects = Vec::new();
    for (number, (class, upn, proxies, twin, (is_synced, is_admin, is_guest, is_licensed, is_deleted))) in
        list.iter().enumerate()
    {
        let mut cloud: Cloud = in_cloud(*class, &format!("cloud {number}"));
        let mut own: Vec<Key> = Vec::new();
        let mut is_free = |space, text: &str| {
            let key = Key::new(space, text);
            let is_free = !taken.contains(&key);
            own.push(key);
            is_free
        };
        if *class == Class::User {
            let upn =
                if is_free(Space::Address, upn) { upn.clone() } else { format!("cloud{number}@contoso.com") };
            cloud = cloud.upn(&upn).with(Attribute::SentUserPrincipalName, &upn);
        }
        let mut has_primary = false;
        for proxy in proxies {
            let space = if proxy.starts_with("sip") { Space::Sip } else { Space::Address };
            let address = proxy.split(':').nth(1).unwrap();
            if is_free(space, address)
                && !(proxy.starts_with("SMTP") && std::mem::replace(&mut has_primary, true))
            {
                cloud = cloud.proxies(&[proxy]);
            }
        }
        taken.extend(own);
        cloud = cloud.edit(|object| {
            object.is_guest = *is_guest && !is_synced;
            object.role = if *is_admin { Role::Active } else { Role::None };
            object.exchange = if *is_licensed { Exchange::Licensed } else { Exchange::No };
            object.deleted = (*is_deleted).then_some(1);
            object.origin =
                if *is_synced && *class != Class::Contact { Origin::Synced } else { Origin::Cloud };
        });
        if let Some(twin) = twin.filter(|twin| !anchors.contains(twin)) {
            anchors.push(twin);
            cloud = match class {
                Class::User => cloud.edit(|object| object.immutable_id = Some(anchor(twin).into())),
                _ => cloud.with(Attribute::ObjectSid, &format!("S-1-5-21-1-2-3-{twin}")),
            };
        }
        objects.push(cloud.done());
    }
    objects
}

/// A contact is told by its addresses alone, so of several contacts with one address, which twin is whose is not known.
fn leave_out_like_contacts(sources: &mut [SourceObject]) {
    let mut taken: Vec<Key> = Vec::new();
    for contact in sources.iter_mut().filter(|object| object.class == Class::Contact) {
        let own: Vec<Key> = keys(&contact.values).map(|(key, _)| key).collect();
        if own.iter().any(|key| taken.contains(key)) {
            contact.scope = Scope::Filtered("like another contact".into());
        } else {
            taken.extend(own);
        }
    }
}

fn directory() -> impl Strategy<Value = (Vec<SourceObject>, Vec<CloudObject>, Tenant)> {
    let sources = prop::collection::vec(parts(), 1..7);
    let cloud = prop::collection::vec(cloud_parts(), 0..6);
    (sources, cloud, prop::bool::weighted(0.2), any::<bool>()).prop_map(
        |(sources, cloud, blocked, complete)| {
            let mut sources: Vec<SourceObject> =
                (1..).zip(&sources).map(|(number, parts)| build(number, parts).done()).collect();
            leave_out_like_contacts(&mut sources);
            let mut tenant = tenant();
            tenant.is_soft_match_blocked = blocked;
            tenant.is_complete = complete;
            (sources, build_cloud(&cloud), tenant)
        },
    )
}

fn name(party: Party, objects: &[SourceObject], cloud: &[CloudObject]) -> String {
    match party {
        Party::Source(number) => objects[number as usize].dn.to_string(),
        Party::Cloud(number) => cloud[number as usize].id.to_string(),
    }
}

/// The fates by name, with names in place of numbers.
fn told(
    forecast: &Forecast,
    objects: &[SourceObject],
    cloud: &[CloudObject],
) -> BTreeMap<String, (String, Vec<String>, Vec<String>)> {
    let tell = |fate: &Fate| {
        let twin = fate.twin.cloud.map(|number| &cloud[number as usize].id);
        let mut outcomes: Vec<String> =
            fate.outcomes.iter().map(|o| tell_outcome(o, objects, cloud)).collect();
        outcomes.sort_unstable();
        let becomes = fate.becomes.iter().flat_map(|values| values.iter());
        let becomes = becomes.map(|value| format!("{:?} {}", value.attribute, value.text)).collect();
        (format!("{:?} {twin:?} {}", fate.twin.kind, fate.twin.is_blocked), outcomes, becomes)
    };
    objects.iter().zip(&forecast.fates).map(|(object, fate)| (object.dn.to_string(), tell(fate))).collect()
}

fn tell_outcome(outcome: &Outcome, objects: &[SourceObject], cloud: &[CloudObject]) -> String {
    let holder = outcome.holder.map(|holder| name(holder, objects, cloud));
    let Outcome { kind, cycle, certainty, attribute, value, error, from, to, .. } = outcome;
    format!("{cycle} {kind:?} {certainty:?} {attribute:?} {value:?} {holder:?} {error:?} {from:?} {to:?}")
}

/// Standing facts: what a second forecast may repeat.
fn is_standing(outcome: &Outcome) -> bool {
    matches!(
        outcome.kind,
        Kind::Update
            | Kind::Filtered
            | Kind::SyncError
            | Kind::ExportError
            | Kind::Drop
            | Kind::Truncate
            | Kind::Merge
    )
}

/// Enough for every day; `PROPTEST_CASES` asks for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(1000)
}

/// A million objects against a million: about 500 bytes each, of which half is the text.
#[test]
fn objects_are_small() {
    assert!(size_of::<SourceObject>() <= 208, "{}", size_of::<SourceObject>());
    assert!(size_of::<CloudObject>() <= 120, "{}", size_of::<CloudObject>());
    assert!(size_of::<Outcome>() <= 88, "{}", size_of::<Outcome>());
    assert!(size_of::<Fate>() <= 80, "{}", size_of::<Fate>());
}

/// Twenty thousand users who all want the same, against a tenant in which all have it.
#[test]
fn time_grows_with_the_number_of_objects() {
    let mut objects = Vec::new();
    let mut cloud = Vec::new();
    for number in 0..20_000_u32 {
        let mut object = user(&number.to_string(), 0).upn("joe@contoso.com").mail("joe@contoso.com").done();
        object.object_guid = Some(u128::from(number).to_le_bytes());
        objects.push(object);
        cloud.push(in_cloud(Class::Contact, &number.to_string()).mail("joe@contoso.com").done());
    }
    let told = forecast(&objects, &cloud, &tenant());
    assert_eq!(told.fates.len(), 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    #[test]
    fn a_directory_in_which_nothing_collides_is_only_created_and_then_updated(
        classes in prop::collection::vec(class(), 1..8),
        with_mail in any::<bool>(),
    ) {
        let made = |number: u8, class: &Class| {
            let address = format!("person{number}@contoso.com");
            let made = match class {
                Class::User => user(&format!("P{number}"), number).upn(&address),
                Class::Group => group(&format!("P{number}"), number),
                _ => contact(&format!("P{number}"), number),
            };
            let made = made.proxies(&[&format!("SMTP:{address}"), &format!("smtp:p{number}@fabrikam.com")]);
            if with_mail { made.mail(&address) } else { made }
        };
        let objects: Vec<SourceObject> = (1..).zip(&classes).map(|(number, class)| made(number, class).done()).collect();
        let first = forecast(&objects, &[], &tenant());
        for fate in &first.fates {
            prop_assert_eq!(fate.outcomes.iter().map(|o| o.kind).collect::<Vec<_>>(), [Kind::Create]);
        }
        let second = forecast(&objects, &apply(&objects, &[], &first), &tenant());
        for fate in &second.fates {
            prop_assert_eq!(fate.outcomes.iter().map(|o| o.kind).collect::<Vec<_>>(), [Kind::Update]);
        }
    }

    #[test]
    fn a_forecast_that_came_true_changes_nothing_more((objects, cloud, tenant) in directory()) {
        let first = forecast(&objects, &cloud, &tenant);
        let after = apply(&objects, &cloud, &first);
        let second = forecast(&objects, &after, &tenant);
        for (object, fate) in objects.iter().zip(&second.fates) {
            for outcome in &fate.outcomes {
                prop_assert!(is_standing(outcome), "{}: {outcome:?}", object.dn);
            }
        }
        let third = apply(&objects, &after, &second);
        prop_assert_eq!(format!("{after:?}"), format!("{third:?}"));
    }

    #[test]
    fn the_order_of_the_files_does_not_matter(
        (objects, cloud, tenant) in directory(),
        shift in 0_usize..8,
    ) {
        let expected = told(&forecast(&objects, &cloud, &tenant), &objects, &cloud);
        let (mut objects, mut cloud) = (objects, cloud);
        objects.reverse();
        let (by, length) = (shift % objects.len(), cloud.len().max(1));
        objects.rotate_left(by);
        cloud.reverse();
        let by = if cloud.is_empty() { 0 } else { shift % length };
        cloud.rotate_left(by);
        prop_assert_eq!(told(&forecast(&objects, &cloud, &tenant), &objects, &cloud), expected);
    }

    #[test]
    fn every_value_in_quarantine_has_a_holder((objects, cloud, tenant) in directory()) {
        let first = forecast(&objects, &cloud, &tenant);
        for outcome in first.fates.iter().flat_map(|fate| &fate.outcomes).filter(|o| o.kind == Kind::Quarantine) {
            let value = outcome.value.as_deref().unwrap();
            let key = Key::new(Space::Address, value.rsplit(':').next().unwrap());
            let holds = match outcome.holder.unwrap() {
                Party::Cloud(number) => held(&cloud[number as usize]).any(|(own, _)| own == key),
                Party::Source(number) => {
                    let own = keys(&objects[number as usize].values).any(|(own, _)| own == key);
                    let becomes = first.fates[number as usize].becomes.iter();
                    own || becomes.flat_map(keys).any(|(own, _)| own == key)
                }
            };
            prop_assert!(holds, "{outcome:?}");
        }
    }

    #[test]
    fn what_is_not_written_becomes_nothing((objects, cloud, tenant) in directory()) {
        for fate in forecast(&objects, &cloud, &tenant).fates {
            let is_written = fate.outcomes.iter().any(|outcome| outcome.kind.is_written());
            prop_assert_eq!(is_written, fate.becomes.is_some(), "{:?}", fate);
            let errors = fate.outcomes.iter().filter(|outcome| outcome.kind == Kind::ExportError);
            for (cycle, first) in errors.map(|outcome| (outcome.cycle, outcome.harm())) {
                prop_assert!(cycle <= 2 && first == 15);
            }
        }
    }
}
