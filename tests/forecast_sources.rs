//! What a forecast is made of: an earlier snapshot, several forests, an anchor of one's own, identities of guests, files that
//! are not what they should be.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{Desk, Ran};
use serde_json::{Value, json};

const FIRST: &str = "aW0bSkod59RjyOUnvAAKsw==";
const SECOND: &str = "aW0bSkod59RjyOUnvAAKtw==";

fn user(name: &str, more: &str) -> String {
    format!(
        "dn: CN={name},DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: {name}\nuserPrincipalName: {name}@contoso.com\n{more}\n\n"
    )
}

fn page(value: Value) -> String {
    json!({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": value })
        .to_string()
}

fn synced(name: &str, anchor: &str) -> Value {
    json!({
        "id": name, "userPrincipalName": format!("{name}@contoso.com"), "mailNickname": name, "proxyAddresses": [],
        "userType": "Member", "onPremisesSyncEnabled": true, "onPremisesImmutableId": anchor, "assignedLicenses": [],
    })
}

fn forecast(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(
        &[&["forecast", "--isolated", "--now", "2026-11-20T08:00:00Z", "--format", "json"], arguments]
            .concat(),
    )
}

/// Each object with the kinds of what happens to it.
fn fates(ran: &Ran) -> Vec<(String, Vec<String>)> {
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let objects = report["objects"].as_array().unwrap().iter();
    let fates = objects.map(|object| {
        let outcomes = object["outcomes"].as_array().unwrap().iter();
        let name = text(&object["object"]);
        (name.split(',').next().unwrap().to_owned(), outcomes.map(|outcome| text(&outcome["kind"])).collect())
    });
    let mut fates: Vec<_> = fates.collect();
    fates.sort();
    fates
}

fn is(name: &str, kinds: &[&str]) -> (String, Vec<String>) {
    (format!("CN={name}"), kinds.iter().map(|kind| (*kind).to_owned()).collect())
}

#[test]
fn an_earlier_snapshot_tells_what_is_gone_and_whose_anchor_changed() {
    let guid = |guid: &str| format!("objectGUID:: {guid}");
    let anchored = |anchor: &str| format!("objectGUID:: {FIRST}\nmS-DS-ConsistencyGuid:: {anchor}");
    let before = user("ann", &guid(FIRST)) + &user("bob", &guid(SECOND));
    let tenant = page(json!([synced("ann", FIRST), synced("bob", SECOND)]));
    let desk = Desk::with(&[
        ("before.ldif", &before),
        ("gone.ldif", &user("ann", &guid(FIRST))),
        ("changed.ldif", &(user("ann", &anchored("aW0bSkod59RjyOUnvAAKuw==")) + &user("bob", &guid(SECOND)))),
        ("tenant.json", &tenant),
    ]);
    let with =
        |now: &str| forecast(&desk, &[now, "--tenant", "tenant.json", "--source", "before=before.ldif"]);
    assert_eq!(fates(&with("gone.ldif")), [is("ann", &["update"]), is("bob", &["delete"])]);
    assert_eq!(
        fates(&with("changed.ldif")),
        [is("ann", &["sync-error", "sync-error"]), is("bob", &["update"])]
    );
    assert_eq!(fates(&with("before.ldif")), [is("ann", &["update"]), is("bob", &["update"])]);
    // a move is no deletion: the objectGUID stays
    let moved = before.replace("CN=bob,", "CN=bob,OU=Moved,");
    let desk = desk.file("moved.ldif", moved);
    let ran = forecast(&desk, &["moved.ldif", "--tenant", "tenant.json", "--source", "before=before.ldif"]);
    assert_eq!(fates(&ran), [is("ann", &["update"]), is("bob", &["update"])]);
    forecast(&desk, &["gone.ldif", "--source", "befor=before.ldif"])
        .exits(2)
        .says(&["did you mean `before`"]);
    forecast(&desk, &["gone.ldif", "--source", "before.ldif"])
        .exits(2)
        .says(&["write `--source NAME=VALUE`"]);
}

#[test]
fn one_person_in_two_forests_is_one() {
    let at = |domain: &str, name: &str, more: &str| {
        user(name, more).replace("DC=contoso,DC=com", &format!("DC={domain},DC=com")).replace(
            "\nuserPrincipalName",
            &format!(
                "\nwhenCreated: 20{}0101000000.0Z\nuserPrincipalName",
                if domain == "contoso" { 10 } else { 20 }
            ),
        )
    };
    let anchored = |guid: &str| format!("objectGUID:: {guid}\nmS-DS-ConsistencyGuid:: {FIRST}");
    let desk = Desk::with(&[
        ("one.ldif", &at("contoso", "ann", &anchored(FIRST))),
        ("two.ldif", &at("fabrikam", "anna", &anchored(SECOND))),
        ("three.ldif", &at("contoso", "bob", &format!("objectGUID:: {FIRST}\nmail: bob@contoso.com"))),
        ("four.ldif", &at("fabrikam", "robert", &format!("objectGUID:: {SECOND}\nmail: bob@contoso.com"))),
    ]);
    let merged = fates(&forecast(&desk, &["one.ldif", "two.ldif"]));
    assert_eq!(merged, [is("ann", &["create"]), is("anna", &["merge"])]);
    let by_mail = ["three.ldif", "four.ldif", "--assume", "join-users-by-mail=on"];
    assert_eq!(fates(&forecast(&desk, &by_mail)), [is("bob", &["create"]), is("robert", &["merge"])]);
    let apart = fates(&forecast(&desk, &by_mail[..2]));
    assert!(apart.iter().all(|(_, kinds)| !kinds.contains(&"merge".to_owned())), "{apart:?}");
}

#[test]
fn any_attribute_may_be_the_anchor() {
    let desk = Desk::with(&[
        ("a.ldif", &user("ann", &format!("objectGUID:: {FIRST}\nemployeeID: E17"))),
        ("t.json", &page(json!([synced("ann", "E17")]))),
    ]);
    let with = |more: &[&str]| forecast(&desk, &[&["a.ldif", "--tenant", "t.json"], more].concat());
    assert_eq!(fates(&with(&["--set", "source_anchor=employeeID"])), [is("ann", &["update"])]);
    let (_, kinds) = fates(&with(&[])).remove(0);
    assert!(kinds.contains(&"quarantine".to_owned()), "{kinds:?}");
    with(&["--set", "source_anchor=employeID"]).exits(2).says(&["did you mean `employeeID`"]);
}

#[test]
fn a_guest_holds_its_hidden_sign_in_name() {
    let mut guest = synced("x", "");
    guest["userType"] = "Guest".into();
    guest["userPrincipalName"] = "ann_contoso.com#EXT#@contoso.onmicrosoft.com".into();
    guest["onPremisesSyncEnabled"] = Value::Null;
    guest["onPremisesImmutableId"] = Value::Null;
    guest["identities"] = json!([
        { "signInType": "userPrincipalName", "issuer": "contoso.onmicrosoft.com", "issuerAssignedId": guest["userPrincipalName"] },
        { "signInType": "federated", "issuer": "mail", "issuerAssignedId": "ann@contoso.com" },
    ]);
    let desk = Desk::with(&[
        ("a.ldif", &user("ann", &format!("objectGUID:: {FIRST}"))),
        ("t.json", &page(json!([guest]))),
    ]);
    let ran = forecast(&desk, &["a.ldif", "--tenant", "t.json"]);
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    let outcomes = report["objects"][0]["outcomes"].as_array().unwrap();
    let error = outcomes.iter().find(|outcome| outcome["kind"] == "export-error").unwrap();
    assert_eq!((&error["error"], &error["holder"]), (&"AttributeValueMustBeUnique".into(), &"x".into()));
    assert_eq!(error["value"], "ann@contoso.com");
}

#[test]
fn programs_are_told_what_is_wrong_before_anything_is_done() {
    let desk = Desk::with(&[("a.ldif", &user("ann", "")), ("report.txt", "x")]);
    for (arguments, schema, code) in [
        (&["forecast", "a.ldif", "--assume", "nonsense"][..], "presync-forecast/1", "assumption-unknown"),
        (
            &["forecast", "a.ldif", "--matches", "--outcome", "nonsense"],
            "presync-matches/1",
            "outcome-unknown",
        ),
        (&["forecast", "--isolated"], "presync-forecast/1", "bad-usage"),
        (&["errors", "a.ldif", "--property", "nonsense"], "presync-errors/1", "bad-usage"),
        (&["diagnose", "missing.txt", "a.ldif"], "presync-diagnose/1", "source-not-found"),
    ] {
        let ran = desk.run(&[arguments, &["--format", "json"]].concat());
        let document: Value = serde_json::from_str(&ran.exits(2).out).unwrap();
        assert_eq!(document["schema"], schema);
        assert_eq!(document["problems"][0]["code"], code, "{document:#}");
    }
}
