//! What a forecast says of files that do not tell what it needs, or are not what they were given for.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{Desk, Ran};
use serde_json::{Value, json};

const GUID: &str = "aW0bSkod59RjyOUnvAAKsw==";
const ENTRA: &str = include_str!("diagnose/export.xml");
const DIRECTORY: &str = include_str!("diagnose/export-other.xml");

fn user(name: &str, more: &str) -> String {
    format!(
        "dn: CN={name},DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: {name}\nuserPrincipalName: {name}@contoso.com\n{more}\n\n"
    )
}

/// A page of a collection with one object that has all that is needed, with these changes; null takes a property away.
fn page(collection: &str, changes: &Value) -> Value {
    let mut object = json!({
        "id": collection, "mail": "x@contoso.com", "proxyAddresses": [], "onPremisesSyncEnabled": null, "onPremisesProvisioningErrors": [],
    });
    let more = match collection {
        "users" => json!({
            "userPrincipalName": "x@contoso.com", "onPremisesImmutableId": null, "userType": "Member", "identities": [],
            "assignedLicenses": [], "deletedDateTime": null,
        }),
        "groups" => json!({ "securityEnabled": true, "onPremisesSecurityIdentifier": null }),
        _ => json!({}),
    };
    let object = object.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(object.remove(name)),
            value => drop(object.insert(name.clone(), value.clone())),
        }
    }
    json!({ "@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{collection}"), "value": [object] })
}

/// A tenant that tells everything, but for the changes of a collection.
fn tenant(collection: &str, changes: Value) -> Vec<Value> {
    let of = |name: &str| {
        if name == collection { page(name, &changes) } else { page(name, &json!({})) }
    };
    let roles = ["directoryRoles", "roleManagement/directory/roleEligibilitySchedules"];
    let roles = roles.map(|name| json!({ "@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{name}"), "value": [] }));
    [of("users"), of("groups"), of("contacts")].into_iter().chain(roles).collect()
}

fn forecast(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(
        &[&["forecast", "--isolated", "--now", "2026-11-20T08:00:00Z", "--format", "json"], arguments]
            .concat(),
    )
}

/// Each problem with its severity, its code and what it says.
fn problems(ran: &Ran) -> Vec<(String, String, String)> {
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let problems = report["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| (text(&problem["severity"]), text(&problem["code"]), text(&problem["message"])))
        .collect()
}

/// What a forecast says of a tenant.
fn said(pages: &[Value]) -> Vec<String> {
    let desk = Desk::with(&[
        ("a.ldif", &user("ann", &format!("objectGUID:: {GUID}"))),
        ("t.json", &Value::from(pages.to_vec()).to_string()),
    ]);
    let ran = forecast(&desk, &["a.ldif", "--tenant", "t.json"]);
    let said = problems(ran.exits(0));
    assert!(said.iter().all(|(severity, ..)| severity == "warning"), "{said:?}");
    said.into_iter().map(|(_, code, message)| format!("{code}: {message}")).collect()
}

#[test]
fn each_class_is_asked_for_what_it_needs() {
    assert_eq!(said(&tenant("", json!({}))), [""; 0]);
    let needed = [
        ("users", "userPrincipalName", "user", "user principal names"),
        ("users", "proxyAddresses", "user", "matches by primary address"),
        ("users", "mail", "user", "mail"),
        ("users", "onPremisesSyncEnabled", "user", "counts as made in the cloud"),
        ("users", "onPremisesImmutableId", "user", "hard matches are not seen"),
        ("users", "userType", "user", "guests"),
        ("users", "identities", "user", "guests"),
        ("users", "assignedLicenses", "user", "licensed"),
        ("users", "deletedDateTime", "user", "counts as living"),
        ("users", "onPremisesProvisioningErrors", "user", "quarantine"),
        ("groups", "proxyAddresses", "group", "addresses of groups"),
        ("groups", "mail", "group", "mail"),
        ("groups", "onPremisesSyncEnabled", "group", "counts as made in the cloud"),
        ("groups", "onPremisesSecurityIdentifier", "group", "counts as synchronised"),
        ("groups", "onPremisesProvisioningErrors", "group", "quarantine"),
        ("contacts", "proxyAddresses", "contact", "addresses of contacts"),
        ("contacts", "mail", "contact", "primary address only"),
        ("contacts", "onPremisesSyncEnabled", "contact", "counts as synchronised"),
        ("contacts", "onPremisesProvisioningErrors", "contact", "quarantine"),
    ];
    for (collection, property, class, loss) in needed {
        let said = said(&tenant(collection, json!({ property: null })));
        let begins = format!("tenant-property-missing: no {class} of the tenant has `{property}`: ");
        assert_eq!(said.len(), 1, "{property} of {collection}: {said:?}");
        assert!(said[0].starts_with(&begins) && said[0].contains(loss), "{said:?}");
    }
}

#[test]
fn what_only_some_objects_lack_is_counted() {
    let mut pages = tenant("", json!({}));
    let more =
        page("users", &json!({ "id": "x2", "userPrincipalName": "y@contoso.com", "proxyAddresses": null }));
    pages.push(more);
    let said = said(&pages);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("1 of 2 users of the tenant lack `proxyAddresses`; for these, matches"),
        "{said:?}"
    );
}

#[test]
fn deleted_users_are_a_class_of_their_own() {
    let mut pages = tenant("", json!({}));
    let gone = json!({ "id": "x2", "deletedDateTime": "2026-11-01T00:00:00Z", "onPremisesImmutableId": null, "userType": null });
    pages.push(page("users", &gone));
    let said = said(&pages);
    assert_eq!(
        said,
        [
            "tenant-property-missing: no deleted user of the tenant has `onPremisesImmutableId`: hard matches with deleted users are not seen"
        ]
    );
}

#[test]
fn a_class_that_was_not_read_is_named() {
    let pages = tenant("", json!({}));
    let said_of = |left_out: &[usize]| {
        let kept = pages.iter().enumerate().filter(|(number, _)| !left_out.contains(number));
        said(&kept.map(|(_, page)| page.clone()).collect::<Vec<_>>()).join("\n")
    };
    assert!(said_of(&[2]).contains("tenant-classes-missing: no contacts of the tenant were read"));
    assert!(said_of(&[1, 2]).contains("no groups and no contacts of the tenant were read"));
    let mut empty = pages.clone();
    empty[2]["value"] = json!([]);
    assert_eq!(said(&empty), [""; 0]);
}

#[test]
fn an_export_of_the_other_connector_is_refused() {
    let directory = user("ann", &format!("objectGUID:: {GUID}"));
    let tenant = Value::from(tenant("", json!({}))).to_string();
    let desk = Desk::with(&[
        ("a.ldif", &directory),
        ("t.json", &tenant),
        ("entra.xml", ENTRA),
        ("ad.xml", DIRECTORY),
    ]);
    for (source, tenant, code, said) in [
        (
            "entra.xml",
            "t.json",
            "source-other-connector",
            "`entra.xml` is an export of the connector of Entra",
        ),
        ("a.ldif", "ad.xml", "tenant-other-connector", "`ad.xml` is an export of another connector"),
    ] {
        let ran = forecast(&desk, &[source, "--tenant", tenant]);
        let problems = problems(ran.exits(2));
        assert_eq!(problems.len(), 1, "{problems:?}");
        let (severity, found, message) = &problems[0];
        assert_eq!((severity.as_str(), found.as_str()), ("error", code));
        assert!(message.contains(said), "{message}");
        ran.says(&["presync export-command"]);
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(report["objects"], json!([]));
    }
    // each where it belongs
    forecast(&desk, &["ad.xml", "--tenant", "t.json"]).exits(0);
    let both = forecast(&desk, &["entra.xml", "--tenant", "ad.xml"]);
    assert_eq!(problems(both.exits(2)).len(), 2);
    insta::assert_snapshot!(
        "other_connectors",
        desk.run(&["forecast", "--isolated", "entra.xml", "--tenant", "ad.xml"]).seen()
    );
}

#[test]
fn an_anchor_of_the_tenant_that_is_no_guid_is_told() {
    let with = |anchor: &str, more: &[&str]| {
        let pages =
            tenant("users", json!({ "onPremisesImmutableId": anchor, "onPremisesSyncEnabled": true }));
        let desk = Desk::with(&[
            ("a.ldif", &user("ann", &format!("objectGUID:: {GUID}\nemployeeID: E17"))),
            ("t.json", &Value::from(pages).to_string()),
        ]);
        forecast(&desk, &[&["a.ldif", "--tenant", "t.json"], more].concat())
    };
    for (anchor, label) in [("AQIDBAUGBwg=", "a GUID has 16 bytes, not 8"), ("E17", "this is no base64")] {
        let ran = with(anchor, &[]);
        let said = problems(ran.exits(0));
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!((said[0].0.as_str(), said[0].1.as_str()), ("warning", "tenant-anchor-malformed"));
        assert!(
            said[0].2.contains("1 user has an `onPremisesImmutableId` that is no GUID: it matches nobody")
        );
        ran.says(&[label]);
        assert_eq!(ran.underlined(), [anchor]);
    }
    assert_eq!(problems(&with(GUID, &[])), []);
    // another attribute may hold any text
    assert_eq!(problems(&with("E17", &["--set", "source_anchor=employeeID"])), []);
}

#[test]
fn an_anchor_of_the_directory_with_another_length_is_told() {
    let guid = |text: &str| Desk::with(&[("a.ldif", &user("ann", text))]);
    let short = guid("objectGUID:: AQIDBAUGBwg=");
    let ran = forecast(&short, &["a.ldif"]);
    let said = problems(ran.exits(0));
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((said[0].0.as_str(), said[0].1.as_str()), ("warning", "source-anchor-malformed"));
    // of the attribute that Connect fills itself, the object that has it is told
    let filled = guid(&format!("objectGUID:: {GUID}\nmS-DS-ConsistencyGuid:: AQIDBAUGBwg="));
    let ran = forecast(&filled, &["a.ldif"]);
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    let outcome = &report["objects"][0]["outcomes"][0];
    assert_eq!(
        (&outcome["kind"], &outcome["attribute"]),
        (&"export-error".into(), &"mS-DS-ConsistencyGuid".into())
    );
    assert_eq!(outcome["value"], "a GUID has 16 bytes, not 8");
    assert_eq!(outcome["location"]["line"], 6);
}
