//! The catalogue of errors, row by row (entra.md 1.1).

use presync::entra::{
    Attribute, Class, CloudObject, Domain, Origin, Party, Role, Scope, SourceObject, Stop, SyncError,
    forecast,
};

use crate::world::{Cloud, Source, World, anchor, contact, group, in_cloud, tenant, user, world};

fn joe() -> Source {
    user("Joe", 1).upn("joe@contoso.com")
}

fn twin() -> Cloud {
    in_cloud(Class::User, "twin")
        .synced(1)
        .upn("joe@contoso.com")
        .with(Attribute::SentUserPrincipalName, "joe@contoso.com")
}

/// The errors of the first object: cycle, name, code, certainty.
fn errors(world: &World) -> Vec<String> {
    let failing = world.fate(0).outcomes.iter().filter_map(|outcome| Some((outcome, outcome.error?)));
    failing
        .map(|(outcome, error)| {
            let code = error.code().unwrap_or("-");
            format!("{} {} {code} {}", outcome.cycle, error.name(), outcome.certainty.name())
        })
        .collect()
}

fn both(line: &str) -> Vec<String> {
    [1, 2].map(|cycle| format!("{cycle} {line}")).into()
}

#[test]
fn invalid_hard_match() {
    let cloud = in_cloud(Class::User, "twin").edit(|object| object.immutable_id = Some(anchor(1).into()));
    let world = world(&[joe()], &[cloud.role(Role::Active)], &tenant());
    assert_eq!(errors(&world), both("InvalidHardMatch 103 documented"));
}

#[test]
fn attribute_update_not_allowed() {
    let cloud = in_cloud(Class::User, "twin").edit(|object| {
        object.immutable_id = Some(anchor(1).into());
        object.object_identifier = Some(anchor(7).into());
    });
    assert_eq!(
        errors(&world(&[joe()], &[cloud], &tenant())),
        both("AttributeUpdateNotAllowed 96 documented")
    );
}

#[test]
fn invalid_soft_match_shows_without_resiliency_only() {
    let mut tenant = tenant();
    let cloud = || in_cloud(Class::User, "other").synced(9).upn("joe@contoso.com");
    assert_eq!(errors(&world(&[joe()], &[cloud()], &tenant)), [""; 0]);
    tenant.is_upn_resilient = false;
    assert_eq!(errors(&world(&[joe()], &[cloud()], &tenant)), both("InvalidSoftMatch - documented"));
}

#[test]
fn invalid_soft_match_of_a_device() {
    let mut device = SourceObject::new(Class::Device, "CN=PC1,DC=contoso,DC=com");
    device.object_guid = Some([1; 16]);
    let mut tenant = tenant();
    let names = |tenant: &presync::entra::Tenant| -> Vec<&str> {
        let fates = forecast(&[device.clone()], &[], tenant).fates;
        fates[0].outcomes.iter().map(|o| o.error.map_or(o.kind.name(), SyncError::name)).collect()
    };
    assert_eq!(names(&tenant), ["create"]);
    tenant.is_soft_match_blocked = true;
    assert_eq!(names(&tenant), ["InvalidSoftMatch", "InvalidSoftMatch"]);
}

#[test]
fn object_type_mismatch() {
    let ana = contact("Ana", 1).proxies(&["SMTP:ana@contoso.com"]);
    let holder = in_cloud(Class::Group, "group").proxies(&["SMTP:ana@contoso.com"]);
    assert_eq!(errors(&world(&[ana], &[holder], &tenant())), both("ObjectTypeMismatch - disputed"));
}

#[test]
fn attribute_value_must_be_unique() {
    let joe = joe().proxies(&["SMTP:joe@contoso.com"]);
    let holder = in_cloud(Class::Group, "group").proxies(&["SMTP:joe@contoso.com"]);
    assert_eq!(errors(&world(&[joe], &[holder], &tenant())), both("AttributeValueMustBeUnique - documented"));
}

/// The anchor of the same account became another one.
fn new_anchor(consistency: Option<[u8; 16]>) -> World {
    let sid = "S-1-5-21-1-2-3-1104";
    let joe = joe()
        .with(Attribute::ObjectSid, sid)
        .proxies(&["SMTP:joe@contoso.com"])
        .edit(|object| object.consistency_guid = consistency.map(|bytes| bytes.into()));
    let cloud =
        in_cloud(Class::User, "old").synced(9).upn("joe@contoso.com").proxies(&["SMTP:joe@contoso.com"]);
    world(&[joe], &[cloud.with(Attribute::ObjectSid, sid)], &tenant())
}

#[test]
fn attribute_value_must_be_unique_for_the_security_identifier() {
    let world = new_anchor(None);
    assert!(
        errors(&world).iter().any(|line| line == "1 AttributeValueMustBeUnique - documented"),
        "{:?}",
        world.lines(0)
    );
    assert!(world.fate(0).becomes.is_none());
}

#[test]
fn a_replaced_consistency_guid_is_an_error_of_the_client_or_of_the_service() {
    let world = new_anchor(Some([2; 16]));
    assert_eq!(
        errors(&world),
        [
            "1 sync-rule-error-function-triggered - disputed",
            "1 AttributeValueMustBeUnique - disputed",
            "2 sync-rule-error-function-triggered - disputed",
            "2 AttributeValueMustBeUnique - disputed",
        ]
    );
    assert_eq!(world.fate(0).outcomes[0].from.as_deref(), Some(anchor(9).as_str()));
}

#[test]
fn attribute_value_must_be_unique_for_the_primary_address() {
    let joe = joe().proxies(&["SMTP:j@contoso.com"]).with(Attribute::ObjectSid, "S-1-5-21-1-2-3-1");
    let cloud = in_cloud(Class::User, "other")
        .synced(9)
        .proxies(&["SMTP:j@contoso.com"])
        .with(Attribute::ObjectSid, "S-1-5-21-1-2-3-9");
    assert_eq!(errors(&world(&[joe], &[cloud], &tenant())), both("AttributeValueMustBeUnique - disputed"));
}

#[test]
fn quarantined_attribute_value_must_be_unique_is_no_error_of_the_client() {
    let holder = in_cloud(Class::User, "other").synced(9).upn("joe@contoso.com");
    let world = world(&[joe()], &[holder], &tenant());
    assert_eq!(errors(&world), [""; 0]);
    assert!(world.lines(0).iter().any(|line| line.starts_with("1 quarantine userPrincipalName")));
}

#[test]
fn identity_data_validation_failed() {
    let world = world(&[user("Joe", 1).alias("joe").upn("joe smith@contoso.com")], &[], &tenant());
    assert_eq!(errors(&world), both("IdentityDataValidationFailed - disputed"));
    assert_eq!(world.becomes(0, Attribute::UserPrincipalName), "joe@contoso.onmicrosoft.com");
}

#[test]
fn federated_domain_change_error() {
    let renamed = || user("Joe", 1).upn("joe@fabrikam.com");
    let mut tenant = tenant();
    assert_eq!(errors(&world(&[renamed()], &[twin()], &tenant)), [""; 0]);
    for domain in &mut tenant.domains {
        domain.is_federated = true;
    }
    let world = world(&[renamed()], &[twin()], &tenant);
    assert_eq!(errors(&world), both("FederatedDomainChangeError - disputed"));
    assert!(world.error_text(0).contains("[FederatedUser.UserPrincipalName]"));
    assert!(
        world.lines(0).contains(
            &"1 rename userPrincipalName joe@fabrikam.com (joe@contoso.com -> joe@fabrikam.com) disputed"
                .to_owned()
        ),
        "{:?}",
        world.lines(0)
    );
}

#[test]
fn large_object_for_its_photo() {
    let photo = |bytes| world(&[joe().edit(|object| object.photo_bytes = bytes)], &[], &tenant());
    assert_eq!(errors(&photo(102_400)), [""; 0]);
    assert_eq!(errors(&photo(102_401)), both("LargeObject - documented"));
    assert!(photo(102_401).error_text(0).starts_with("The provisioned object is too large."));
}

#[test]
fn large_object_for_its_certificates_is_disputed() {
    let world = world(&[joe().edit(|object| object.certificates = 16)], &[], &tenant());
    assert_eq!(
        world.lines(0),
        [
            "1 export-error userCertificate LargeObject disputed",
            "1 drop userCertificate disputed",
            "1 create disputed",
            "2 export-error userCertificate LargeObject disputed",
        ]
    );
}

#[test]
fn large_object_for_its_addresses() {
    let with = |count: usize| {
        let many: Vec<String> = (0..count).map(|number| format!("smtp:joe{number}@contoso.com")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        errors(&world(&[joe().proxies(&many)], &[], &tenant()))
    };
    assert_eq!(with(300), [""; 0]);
    assert_eq!(with(301), both("LargeObject - likely"));
    assert_eq!(with(333), both("LargeObject - documented"));
}

#[test]
fn exceeded_allowed_length() {
    let with = |length| world(&[joe().with(Attribute::GivenName, &"x".repeat(length))], &[], &tenant());
    assert_eq!(errors(&with(64)), [""; 0]);
    assert_eq!(errors(&with(65)), both("ExceededAllowedLength - likely"));
}

#[test]
fn existing_admin_role_conflict() {
    let cloud = in_cloud(Class::User, "admin").upn("joe@contoso.com").role(Role::Active);
    assert_eq!(
        errors(&world(&[joe()], &[cloud], &tenant())),
        ["1 Existing Admin Role Conflict - documented"]
    );
}

#[test]
fn deleting_cloud_only_object_not_allowed() {
    let gone = joe().edit(|object| object.scope = Scope::Gone);
    let restored = twin().edit(|object| object.origin = Origin::Cloud);
    let world_of = |cloud| world(&[gone.clone()], &[cloud], &tenant());
    let refused = world_of(restored);
    assert_eq!(errors(&refused), both("DeletingCloudOnlyObjectNotAllowed 114 documented"));
    assert_eq!(
        refused.error_text(0),
        "This synchronization operation, Delete, is not valid. Contact Technical Support."
    );
    assert_eq!(world_of(twin()).lines(0), ["1 delete by twin documented"]);
}

#[test]
fn error_016_stops_the_run() {
    let mut tenant = tenant();
    tenant.object_quota = Some(2);
    let deleted: Vec<Cloud> = (10..18)
        .map(|number| in_cloud(Class::User, &format!("d{number}")).edit(|object| object.deleted = Some(1)))
        .collect();
    let run = |cloud: &[Cloud]| world(&[joe()], cloud, &tenant).forecast.stops;
    assert_eq!(run(&[]), []);
    // eight deleted objects count as two
    assert_eq!(run(&deleted), [Stop::Quota { objects: 3, quota: 2 }]);
    assert!(SyncError::QuotaExceeded.text(None, None).unwrap().starts_with("Error 016"));
}

#[test]
fn source_anchor_has_changed() {
    let changed = joe().edit(|object| {
        object.earlier_anchor = Some(anchor(9).into());
    });
    let old = in_cloud(Class::User, "old").synced(9).upn("joe@contoso.com");
    let world_of = |cloud: &[Cloud]| world(&[changed.clone()], cloud, &tenant());
    let frozen = world_of(&[old]);
    assert_eq!(errors(&frozen), both("sync-rule-error-function-triggered - documented"));
    assert_eq!(frozen.error_text(0), "SourceAnchor attribute has changed.");
    // it never reached the tenant
    assert_eq!(errors(&world_of(&[])), [""; 0]);
}

#[test]
fn maximum_group_member_count_exceeded() {
    let sales = group("Sales", 1).edit(|object| object.members = 250_001);
    let cloud = in_cloud(Class::Group, "sales").synced(1).with(Attribute::ObjectSid, "S-1-5-21-1-2-3-1");
    let known = world(&[sales.clone()], &[cloud], &tenant());
    assert_eq!(errors(&known), both("sync-rule-error-function-triggered - documented"));
    assert_eq!(known.error_text(0), "Maximum Group member count exceeded");
    let new = world(&[sales], &[], &tenant());
    assert_eq!(new.lines(0), ["1 filtered the group has more members than the limit documented"]);
}

#[test]
fn account_name_is_not_present() {
    let nameless = user("Joe", 1).mail("joe@contoso.com");
    let world_of = |source: Source| world(&[source], &[], &tenant());
    assert_eq!(errors(&world_of(nameless.clone())), both("sync-rule-error-function-triggered - documented"));
    assert_eq!(world_of(nameless.clone()).error_text(0), "AccountName is not present");
    // what was not exported is not absent
    let unknown = nameless.edit(|object| {
        object.exported = object.exported.without(Attribute::SamAccountName);
    });
    assert_eq!(errors(&world_of(unknown)), [""; 0]);
}

#[test]
fn dn_attributes_failure() {
    let world = world(&[joe().edit(|object| object.lost_references = 2)], &[], &tenant());
    assert_eq!(errors(&world), ["1 dn-attributes-failure 6949 documented"]);
    assert!(world.fate(0).becomes.is_some());
}

#[test]
fn stopped_error_limit() {
    let broken = |number: u32| {
        let mut object = SourceObject::new(Class::User, &format!("CN={number},DC=contoso,DC=com"));
        let bytes = number.to_le_bytes();
        object.object_guid = Some(std::array::from_fn(|at| bytes[at % 4]));
        object.photo_bytes = 200_000;
        let upn = format!("u{number}@contoso.com");
        let value = presync::entra::Value {
            attribute: Attribute::UserPrincipalName,
            text: &upn,
            place: presync::entra::Place(0),
        };
        object.values = [value].into_iter().collect();
        object
    };
    let objects: Vec<SourceObject> = (0..5001).map(broken).collect();
    let cloud: [CloudObject; 0] = [];
    assert_eq!(forecast(&objects, &cloud, &tenant()).stops, [Stop::Errors(5001)]);
    assert_eq!(forecast(&objects[1..], &cloud, &tenant()).stops, []);
}

#[test]
fn every_error_has_a_name() {
    for error in SyncError::all() {
        assert!(!error.name().is_empty(), "{error:?}");
        assert!(error.code().is_none_or(|code| !code.is_empty()));
    }
}

#[test]
fn an_anchor_of_the_wrong_length_is_an_error() {
    let short = joe().edit(|object| object.consistency_guid = Some([1; 4].into()));
    let world = world(&[short], &[], &tenant());
    assert_eq!(
        world.lines(0),
        [1, 2].map(|cycle| format!(
            "{cycle} export-error mS-DS-ConsistencyGuid a GUID has 16 bytes, not 4 IdentityDataValidationFailed likely"
        ))
    );
}

#[test]
fn filtered_objects_leave_the_tenant() {
    let filtered = joe().edit(|object| object.scope = Scope::Filtered("outside of the included OUs".into()));
    let other = user("Other", 2).upn("joe@contoso.com");
    let world = world(&[filtered, other], &[twin()], &tenant());
    assert_eq!(
        world.lines(0),
        ["1 delete by twin documented", "1 filtered outside of the included OUs documented"]
    );
    assert_eq!(world.lines(1), ["1 create documented"]);
}

#[test]
fn what_a_complete_source_lacks_is_deleted() {
    let mut tenant = tenant();
    let other = user("Other", 2).upn("joe@contoso.com");
    let run = |tenant: &presync::entra::Tenant| world(&[other.clone()], &[twin()], tenant);
    let partial = run(&tenant);
    assert_eq!((partial.forecast.missing, partial.forecast.deletions.len()), (1, 0));
    assert!(partial.lines(0).iter().any(|line| line.contains("placeholder-upn")));
    tenant.is_complete = true;
    tenant.deletion_threshold = 0;
    let complete = run(&tenant);
    assert_eq!(complete.name(Party::Cloud(complete.forecast.deletions[0].cloud)), "twin");
    assert_eq!(complete.lines(0), ["1 create documented"]);
    assert_eq!(complete.forecast.stops, [Stop::Deletions(1)]);
}

#[test]
fn a_domain_is_verified_whatever_its_case() {
    let mut tenant = tenant();
    tenant.domains = vec![Domain { name: "CONTOSO.com".into(), is_federated: false }];
    assert_eq!(world(&[joe()], &[], &tenant).lines(0), ["1 create documented"]);
}
