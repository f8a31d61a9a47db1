//! `presync forecast`: what people see, what programs read, what is filtered out, what if, and what is said of wrong files.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{Desk, Ran};
use serde_json::Value;

fn desk() -> Desk {
    Desk::with(&[
        ("contoso.ldif", include_str!("../examples/contoso.ldif")),
        ("tenant.json", include_str!("../examples/tenant.json")),
    ])
}

fn forecast(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(&[&["forecast", "--isolated", "--now", "2026-11-20T08:00:00Z"], arguments].concat())
}

fn with_tenant(desk: &Desk, arguments: &[&str]) -> Ran {
    forecast(desk, &[&["contoso.ldif", "--tenant", "tenant.json"], arguments].concat())
}

fn json(desk: &Desk, arguments: &[&str]) -> Value {
    let ran = with_tenant(desk, &[&["--format", "json"], arguments].concat());
    serde_json::from_str(&ran.exits(0).out).unwrap()
}

/// The object whose distinguished name begins so.
fn object<'v>(report: &'v Value, name: &str) -> &'v Value {
    let objects = report["objects"].as_array().unwrap();
    objects.iter().find(|object| object["object"].as_str().unwrap().starts_with(name)).unwrap()
}

/// The kinds of what happens to it.
fn kinds(object: &Value) -> Vec<&str> {
    object["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["kind"].as_str().unwrap()).collect()
}

#[test]
fn people_see_the_numbers_and_then_the_worst() {
    insta::assert_snapshot!("people", with_tenant(&desk(), &[]).seen());
}

#[test]
fn the_matches_are_a_table_of_their_own() {
    let desk = desk();
    insta::assert_snapshot!("matches", with_tenant(&desk, &["--matches"]).seen());
    let report = json(&desk, &["--matches"]);
    assert_eq!(report["schema"], "presync-matches/1");
    let rows = report["matches"].as_array().unwrap();
    let mei = rows.iter().find(|row| row["object"].as_str().unwrap().starts_with("CN=Mei Chen,")).unwrap();
    assert_eq!((&mei["kind"], &mei["blocked"]), (&"hard".into(), &false.into()));
    assert_eq!(mei["cloud_location"]["file"], "tenant.json");
    let conflict = rows.iter().find(|row| row["kind"] == "conflict").unwrap();
    assert_eq!(conflict["reason"], "both want `omar.haddad@contoso.com`");
    let csv = with_tenant(&desk, &["--matches", "--format", "csv"]);
    csv.exits(0).shows(&["kind,blocked,reason", "soft-smtp,true,primary address `tom@contoso.com`"]);
}

#[test]
fn programs_read_each_fate() {
    let report = json(&desk(), &[]);
    assert_eq!(report["schema"], "presync-forecast/1");
    assert_eq!(report["summary"]["objects"]["contact"], 3);
    let ana = object(&report, "CN=Ana Guestrin");
    assert_eq!((&ana["class"], &ana["source"]), (&"user".into(), &"contoso.ldif".into()));
    assert_eq!(ana["match"]["kind"], "soft-smtp");
    assert_eq!(ana["match"]["cloud_id"], "b1a5d3c2-0001-4b5e-9d0a-000000000001");
    assert_eq!(ana["becomes"]["onPremisesImmutableId"], "a6NPwpu0WQEiNWkeUq4xzQ==");
    assert!(kinds(ana).contains(&"takeover") && kinds(ana).contains(&"lost-cloud-value"), "{ana:#}");
    let omar = object(&report, "CN=Omar Haddad");
    assert_eq!(kinds(omar), ["export-error", "export-error"]);
    assert!(omar["becomes"].is_null() && omar["match"]["blocked"] == true);
    let error = &omar["outcomes"][0];
    assert_eq!(error["error"], "AttributeValueMustBeUnique");
    assert_eq!(error["attribute"], "proxyAddresses");
    assert_eq!(error["value"], "SMTP:omar.haddad@contoso.com");
    assert_eq!(error["holder"], "b1a5d3c2-0101-4b5e-9d0a-000000000101");
    assert_eq!(error["certainty"], "documented");
    assert_eq!((&error["location"]["line"], &error["location"]["column"]), (&134.into(), &17.into()));
    let shaun = object(&report, "CN=Shaun");
    let rename =
        shaun["outcomes"].as_array().unwrap().iter().find(|outcome| outcome["kind"] == "rename").unwrap();
    assert_eq!(
        (&rename["from"], &rename["to"]),
        (&"shaun@contoso.com".into(), &"shaun.oneil@contoso.com".into())
    );
    let system = object(&report, "CN=krbtgt");
    assert_eq!(kinds(system), ["filtered"]);
    assert_eq!(system["outcomes"][0]["value"], "`filtered` holds: isCriticalSystemObject is `TRUE`");
}

#[test]
fn what_is_asked_for_is_shown_and_nothing_else() {
    let desk = desk();
    let report = json(&desk, &["--outcome", "takeover"]);
    let objects = report["objects"].as_array().unwrap();
    assert!(objects.len() >= 3 && objects.iter().all(|object| kinds(object) == ["takeover"]), "{objects:?}");
    let report = json(&desk, &["--class", "contact"]);
    assert_eq!(report["summary"]["objects"], serde_json::json!({ "contact": 3 }));
    for name in ["joe@contoso.com", "cn=joe bloggs,OU=Staff,DC=contoso,DC=com"] {
        let report = json(&desk, &["--object", name]);
        assert_eq!(object(&report, "CN=Joe Bloggs")["object"], "CN=Joe Bloggs,OU=Staff,DC=contoso,DC=com");
        assert!(report["objects"].as_array().unwrap().len() <= 3);
    }
    with_tenant(&desk, &["--outcome", "takover"]).exits(2).says(&["takover", "did you mean `takeover`"]);
}

#[test]
fn an_outcome_may_fail_the_run() {
    let desk = desk();
    with_tenant(&desk, &[]).exits(0);
    with_tenant(&desk, &["--fail-on", "export-error,quarantine"]).exits(1);
    with_tenant(&desk, &["--fail-on", "export-error", "--object", "ana.guestrin@contoso.com"]).exits(0);
    with_tenant(&desk, &["--fail-on", "exporterror"]).exits(2).says(&["did you mean `export-error`"]);
}

#[test]
fn a_table_holds_no_formulas() {
    let desk = Desk::with(&[(
        "a.ldif",
        "dn: CN=\\=cmd\\,x,DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: a\nuserPrincipalName: =cmd|' /c \"calc\"'@contoso.com\n\n\
         dn: CN=B,DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: b\nuserPrincipalName: b@contoso.com\n",
    )]);
    let ran = forecast(&desk, &["a.ldif", "--format", "csv"]);
    ran.exits(0)
        .shows(&["object,class,source,match,", "\"'=cmd|' /c \"\"calc\"\"'@contoso.com\""])
        .says(&["note: no tenant is given"]);
    assert!(ran.out.lines().skip(1).all(|line| !line.contains(",=")), "{}", ran.out);
}

#[test]
fn what_if_changes_the_fate() {
    let desk = desk();
    let before = json(&desk, &[]);
    assert_eq!(
        object(&before, "CN=Ivan Petrov")["becomes"]["userPrincipalName"],
        "ivan@contoso.onmicrosoft.com"
    );
    let after = json(&desk, &["--assume", "verified-domain=contoso.local"]);
    assert_eq!(object(&after, "CN=Ivan Petrov")["becomes"]["userPrincipalName"], "ivan@contoso.local");
    let after = json(&desk, &["--assume", "soft-match=off"]);
    assert_eq!(object(&after, "CN=Ana Guestrin")["match"]["blocked"], true);
    assert!(!kinds(object(&after, "CN=Ana Guestrin")).contains(&"takeover"));
    let after = json(&desk, &["--assume", "hard-match=off"]);
    assert_eq!(kinds(object(&after, "CN=Mei Chen,"))[0], "export-error");
    assert_eq!(object(&after, "CN=Mei Chen,")["outcomes"][0]["error"], "InvalidHardMatch");
    let after = json(&desk, &["--assume", "resiliency=off"]);
    assert_eq!(kinds(object(&before, "CN=Joseph Bloggs"))[0], "placeholder-upn");
    assert_eq!(kinds(object(&after, "CN=Joseph Bloggs"))[0], "export-error");
    with_tenant(&desk, &["--assume", "softmatch=off"]).exits(2).says(&["did you mean `soft-match`"]);
    with_tenant(&desk, &["--assume", "soft-match=perhaps"])
        .exits(2)
        .says(&["write `--assume soft-match=off`"]);
}

#[test]
fn the_flags_of_the_tenant_count() {
    let tenant = include_str!("../examples/tenant.json");
    let blocked = tenant.replace("\"blockSoftMatchEnabled\": false", "\"blockSoftMatchEnabled\": true");
    assert_ne!(tenant, blocked);
    let desk = desk().file("tenant.json", blocked);
    assert_eq!(object(&json(&desk, &[]), "CN=Ana Guestrin")["match"]["blocked"], true);

    // the retired cmdlet says it in words of its own
    let silent = tenant.replace("\"blockSoftMatchEnabled\": false, ", "");
    assert_ne!(tenant, silent);
    let features = r#"[{"ExtensionData":{},"DirSyncFeature":"BlockSoftMatch","Enabled":true}]"#;
    let desk = self::desk().file("tenant.json", silent).file("features.json", features);
    let is_blocked =
        |more: &[&str]| object(&json(&desk, more), "CN=Ana Guestrin")["match"]["blocked"] == true;
    assert!(!is_blocked(&[]));
    assert!(is_blocked(&["--tenant", "features.json"]));
}

#[test]
fn devices_are_not_forecast_and_that_is_said() {
    let device = "dn: CN=PC1,DC=contoso,DC=com\nobjectClass: computer\ncn: PC1\nsAMAccountName: PC1$\n\n\
        dn: CN=Joe,DC=contoso,DC=com\nobjectClass: user\ncn: Joe\nsAMAccountName: joe\n";
    let desk = Desk::with(&[("a.ldif", device)]);
    let ran = forecast(&desk, &["a.ldif"]);
    ran.exits(0).shows(&["1 created", "note: 1 device is not forecast: only users, groups and contacts are"]);
}

#[test]
fn without_a_tenant_it_is_empty() {
    let ran = forecast(&desk(), &["contoso.ldif"]);
    ran.exits(0).shows(&["note: no tenant is given: this is what happens in an empty one"]);
    assert!(!ran.out.contains("take over") && !ran.out.contains("takes over"), "{}", ran.out);
}

#[test]
fn an_object_that_a_rule_leaves_out_is_left_out() {
    let desk = Desk::with(&[
        (
            "a.ldif",
            "dn: CN=C,DC=contoso,DC=com\nobjectClass: contact\ncn: C\n\n\
         dn: CN=D,DC=contoso,DC=com\nobjectClass: contact\ncn: D\nmail: d@contoso.com\n\n\
         dn: CN=E,OU=Test,DC=contoso,DC=com\nobjectClass: contact\ncn: E\nmail: e@contoso.com\n",
        ),
        ("presync.yaml", "scope:\n  exclude: OU=Test,DC=contoso,DC=com\n"),
    ]);
    let ran = desk.run(&["forecast", "a.ldif", "--format", "json", "--now", "2026-11-20T08:00:00Z"]);
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    assert_eq!(kinds(object(&report, "CN=C")), ["filtered"]);
    let reason = object(&report, "CN=C")["outcomes"][0]["value"].as_str().unwrap();
    assert!(reason.contains("no mail address"), "{reason}");
    assert_eq!(kinds(object(&report, "CN=D")), ["create"]);
    assert_eq!(kinds(object(&report, "CN=E")), ["filtered"]);
}

#[test]
fn a_tenant_that_says_too_little_is_told() {
    let users = r##"{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": [{"id": "1", "userPrincipalName": "joe@contoso.com", "displayName": "Joe"}]}"##;
    let desk = desk().file("users.json", users);
    let ran = forecast(&desk, &["contoso.ldif", "--tenant", "users.json"]);
    ran.exits(0).says(&[
        "no user of the tenant has `proxyAddresses`: matches by",
        "no user of the tenant has `onPremisesImmutableId`: no user",
        "counts as synchronised already",
    ]);
}

#[test]
fn the_directory_is_no_tenant() {
    let ran = forecast(&desk(), &["contoso.ldif", "--tenant", "contoso.ldif"]);
    ran.exits(2).says(&["tenant-is-directory", "its objects have `sAMAccountName`"]);
    assert_eq!(ran.out, "");
    forecast(&desk(), &["tenant.json"]).exits(2).says(&["source-is-tenant"]);
    forecast(&desk(), &["missing.ldif"]).exits(2).says(&["missing.ldif"]);
    forecast(&desk(), &[]).exits(2).says(&["no files are named"]);
}

#[test]
fn licences_and_quarantine_are_read_from_nested_answers() {
    let user = |name: &str, guid: &str| {
        format!(
            "dn: CN={name},DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: {name}\nuserPrincipalName: {name}@contoso.com\nobjectGUID:: {guid}\n\n"
        )
    };
    let guids = [
        "aW0bSkod59RjyOUnvAAKsw==",
        "aW0bSkod59RjyOUnvAAKtw==",
        "aW0bSkod59RjyOUnvAAKuw==",
        "aW0bSkod59RjyOUnvAAKvw==",
    ];
    let names = ["a", "b", "c", "d"];
    let directory: String = names.iter().zip(guids).map(|(name, guid)| user(name, guid)).collect();
    let held = |property: &str| {
        format!(
            r#""assignedLicenses": [{{"skuId": "1"}}], "onPremisesProvisioningErrors": [{{"value": "a@contoso.com", "propertyCausingError": "{property}"}}]"#
        )
    };
    let answer = |property: &str| {
        let more = [
            held(property),
            r#""assignedPlans": [{"service": "exchange", "capabilityStatus": "Enabled", "servicePlanId": "1"}]"#.to_owned(),
            r#""assignedLicenses": [{"skuId": "1"}], "assignedPlans": [{"service": "SharePoint", "capabilityStatus": "Enabled", "servicePlanId": "2"}]"#.to_owned(),
            r#""assignedLicenses": []"#.to_owned(),
        ];
        let users = names.iter().zip(guids).zip(more).map(|((name, guid), more)| {
            let upn = if *name == "a" { "a1234@contoso.onmicrosoft.com".to_owned() } else { format!("{name}@contoso.com") };
            format!(r#"{{"id": "{name}", "userPrincipalName": "{upn}", "mailNickname": "{name}", "onPremisesSyncEnabled": true, "onPremisesImmutableId": "{guid}", {more}}}"#)
        });
        let users: Vec<String> = users.collect();
        format!(
            r#"{{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": [{}]}}"#,
            users.join(",")
        )
    };
    for property in ["UserPrincipalName", "userPrincipalName"] {
        let desk = Desk::with(&[("a.ldif", &directory), ("t.json", &answer(property))]);
        let ran = forecast(&desk, &["a.ldif", "--tenant", "t.json", "--format", "json"]);
        let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
        assert!(!ran.err.contains("assignedLicenses"), "{}", ran.err);
        let made = |name: &str| {
            let proxies = object(&report, name)["becomes"]["proxyAddresses"].to_string();
            proxies.contains("@contoso.onmicrosoft.com")
        };
        // a licence, a plan of Exchange, a licence without such a plan, no licence
        assert_eq!(["CN=a", "CN=b", "CN=c", "CN=d"].map(made), [true, true, false, false], "{property}");
        assert!(
            kinds(object(&report, "CN=a")).contains(&"heal"),
            "{property}: {:#}",
            object(&report, "CN=a")
        );
    }
}
