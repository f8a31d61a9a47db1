//! Administrators of the tenant are not taken over, in whatever form Microsoft Graph says who they are.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::Desk;
use serde_json::{Value, json};

const ANCHOR: &str = "aW0bSkod59RjyOUnvAAKsw==";
const SOURCE: &str = "dn: CN=Joe,DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: joe\nobjectGUID:: aW0bSkod59RjyOUnvAAKsw==\n\
                      userPrincipalName: joe@contoso.com\n";

/// A page of Microsoft Graph.
fn page(collection: &str, value: Value) -> String {
    json!({ "@odata.context": format!("https://graph.microsoft.com/v1.0/$metadata#{collection}"), "value": value }).to_string()
}

fn joe() -> Value {
    json!({
        "id": "A1", "userPrincipalName": "joe@contoso.com", "displayName": "Joe", "proxyAddresses": [], "userType": "Member",
        "onPremisesSyncEnabled": null, "onPremisesImmutableId": null, "assignedLicenses": [],
    })
}

/// The report on Joe, whose account in the tenant is `user`, and what is said on standard error.
fn forecast(user: &Value, pages: &[String]) -> (Value, String) {
    let users = page("users", json!([user]));
    let tenant = [&[users], pages].concat().join("\n");
    let desk = Desk::with(&[("a.ldif", SOURCE), ("t.jsonl", &tenant)]);
    let now = "2026-11-20T08:00:00Z";
    let ran = desk.run(&[
        "forecast",
        "a.ldif",
        "--tenant",
        "t.jsonl",
        "--format",
        "json",
        "--now",
        now,
        "--isolated",
    ]);
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    (report["objects"][0].clone(), ran.err)
}

/// How the match ends: `(kind, certainty)` of the outcomes that decide of it.
fn fate(user: &Value, pages: &[String]) -> Vec<(String, String)> {
    let (object, err) = forecast(user, pages);
    assert!(!err.contains("no-object-class"), "{err}");
    let outcomes = object["outcomes"].as_array().unwrap().iter();
    let text = |outcome: &Value, field: &str| outcome[field].as_str().unwrap().to_owned();
    let all = outcomes.map(|outcome| (text(outcome, "kind"), text(outcome, "certainty")));
    all.filter(|(kind, _)| ["takeover", "twin", "export-error"].contains(&kind.as_str())).collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect()
}

fn assignment(kind: &str, more: Value) -> String {
    let mut role = json!({
        "id": "R1", "principalId": "a1", "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "directoryScopeId": "/",
    });
    role.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    page(&format!("roleManagement/directory/{kind}"), json!([role]))
}

fn of_role(members: Value) -> String {
    let role = json!({ "id": "R1", "displayName": "User Administrator", "roleTemplateId": "fe930be7", "members": members });
    page("directoryRoles(members())", json!([role]))
}

fn eligible(end: Value) -> String {
    let schedule = json!({
        "status": "Provisioned", "memberType": "Direct", "createdUsing": "x",
        "scheduleInfo": { "startDateTime": "2026-01-01T00:00:00Z", "expiration": { "type": "afterDateTime", "endDateTime": end } },
    });
    assignment("roleEligibilitySchedules", schedule)
}

#[test]
fn an_active_role_makes_a_twin() {
    let twin = owned(&[("twin", "documented")]);
    let user = json!({ "@odata.type": "#microsoft.graph.user", "id": "a1" });
    assert_eq!(fate(&joe(), &[of_role(json!([user]))]), twin);
    assert_eq!(fate(&joe(), &[assignment("roleAssignments", json!({}))]), twin);
    let expanded =
        json!({ "principalId": null, "principal": { "@odata.type": "#microsoft.graph.user", "id": "a1" } });
    assert_eq!(fate(&joe(), &[assignment("roleAssignments(principal())", expanded)]), twin);
    let instance = json!({ "memberType": "Direct", "assignmentType": "Activated", "endDateTime": "2026-11-20T09:00:00Z" });
    assert_eq!(fate(&joe(), &[assignment("roleAssignmentScheduleInstances", instance)]), twin);
    for field in ["memberOf", "transitiveMemberOf"] {
        let mut user = joe();
        user[field] = json!([
            { "@odata.type": "#microsoft.graph.group", "id": "G1" },
            { "@odata.type": "#microsoft.graph.directoryRole", "id": "R1", "displayName": "User Administrator" },
        ]);
        assert_eq!(fate(&user, &[]), twin, "{field}");
    }
}

#[test]
fn nobody_else_is_an_administrator() {
    let taken = owned(&[("takeover", "documented")]);
    let mut user = joe();
    user["memberOf"] = json!([{ "@odata.type": "#microsoft.graph.group", "id": "R1" }]);
    assert_eq!(fate(&user, &[]), taken);
    assert_eq!(
        fate(&joe(), &[of_role(json!([{ "@odata.type": "#microsoft.graph.user", "id": "A2" }]))]),
        taken
    );
    let over = json!({ "memberType": "Direct", "assignmentType": "Activated", "endDateTime": "2026-11-20T07:00:00Z" });
    assert_eq!(fate(&joe(), &[assignment("roleAssignmentScheduleInstances", over)]), taken);
    assert_eq!(fate(&joe(), &[eligible(json!("2026-11-01T00:00:00Z"))]), taken);
}

#[test]
fn who_may_activate_a_role_is_a_disputed_case() {
    let disputed = owned(&[("twin", "disputed"), ("takeover", "disputed")]);
    assert_eq!(fate(&joe(), &[eligible(Value::Null)]), disputed);
    let instance = json!({ "memberType": "Group", "roleEligibilityScheduleId": "e", "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": null });
    assert_eq!(fate(&joe(), &[assignment("roleEligibilityScheduleInstances", instance)]), disputed);
    // both: the active one decides
    let both = [eligible(Value::Null), assignment("roleAssignments", json!({}))];
    assert_eq!(fate(&joe(), &both), owned(&[("twin", "documented")]));
}

#[test]
fn members_of_a_group_hold_its_role() {
    let group = |members: Value| {
        page(
            "groups",
            json!([{ "id": "G1", "securityEnabled": true, "isAssignableToRole": true, "proxyAddresses": [], "members": members }]),
        )
    };
    let role = of_role(json!([{ "@odata.type": "#microsoft.graph.group", "id": "g1" }]));
    let member = json!([{ "@odata.type": "#microsoft.graph.user", "id": "a1" }]);
    assert_eq!(fate(&joe(), &[group(member), role.clone()]), owned(&[("twin", "documented")]));
    assert_eq!(fate(&joe(), &[group(json!([])), role]), owned(&[("takeover", "documented")]));
}

#[test]
fn an_anchor_does_not_help_an_administrator() {
    let mut user = joe();
    user["onPremisesImmutableId"] = ANCHOR.into();
    user["onPremisesSyncEnabled"] = false.into();
    let refused = owned(&[("export-error", "documented"), ("export-error", "documented")]);
    for pages in [eligible(Value::Null), assignment("roleAssignments", json!({}))] {
        assert_eq!(fate(&user, std::slice::from_ref(&pages)), refused);
        let (object, _) = forecast(&user, &[pages]);
        assert_eq!(object["outcomes"][0]["error"], "InvalidHardMatch");
    }
    assert_eq!(fate(&user, &[]), owned(&[("takeover", "documented")]));
}

#[test]
fn what_is_not_told_of_roles_is_said() {
    let says = |pages: &[String]| {
        forecast(&joe(), pages).1.replace(['\n', '│'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let none = says(&[]);
    assert!(
        none.contains("tenant-roles-missing") && none.contains("nobody is known to hold a role"),
        "{none}"
    );
    let active = says(&[of_role(json!([]))]);
    assert!(active.contains("nobody is known to be eligible"), "{active}");
    let all =
        says(&[of_role(json!([])), page("roleManagement/directory/roleEligibilitySchedules", json!([]))]);
    assert!(!all.contains("tenant-roles-missing"), "{all}");
}
