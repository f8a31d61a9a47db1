//! `presync errors`: what the retired cmdlet did, and what it never could.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

use common::{Desk, Ran};
use serde_json::Value;

const TENANT: &str = include_str!("tenant.jsonl");

fn desk() -> Desk {
    Desk::with(&[("tenant.jsonl", TENANT)])
}

fn errors(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(&[&["errors"], arguments].concat())
}

fn json(desk: &Desk, arguments: &[&str]) -> Value {
    let ran = errors(desk, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err))
}

/// The errors that are listed: `name value`.
fn listed(arguments: &[&str]) -> Vec<String> {
    let all = json(&desk(), &[&["tenant.jsonl"], arguments].concat());
    let text = |error: &Value, field: &str| error[field].as_str().unwrap().to_owned();
    let errors = all["errors"].as_array().unwrap().iter();
    errors.map(|error| format!("{} {}", text(error, "displayName"), text(error, "value"))).collect()
}

const JOE: &str = "Joe Johnson joe@contoso.com";
const SALES: &str = "Joe Johnson smtp:Sales@contoso.com";
const FAN: &str = "Joe Fan joe@contoso.com";
const ANN: &str = "Ann Ash ann@contoso.com";
const PRESS: &str = "Press smtp:media@contoso.com";

#[test]
fn people_see_each_error_with_its_other_side() {
    insta::assert_snapshot!("human", errors(&desk(), &["tenant.jsonl"]).seen());
    insta::assert_snapshot!("pairs", errors(&desk(), &["tenant.jsonl", "--pair"]).seen());
    insta::assert_snapshot!("csv", errors(&desk(), &["tenant.jsonl", "--format", "csv"]).seen());
}

#[test]
fn every_filter_of_the_cmdlet() {
    assert_eq!(listed(&[]), [JOE, SALES, FAN, ANN, PRESS]);
    for name in ["upn", "UPN", "UserPrincipalName", "userprincipalname"] {
        assert_eq!(listed(&["--property", name]), [JOE, FAN, ANN], "{name}");
    }
    for name in ["proxy", "ProxyAddress", "proxyaddresses"] {
        assert_eq!(listed(&["--property", name]), [SALES, PRESS], "{name}");
    }
    for value in ["sales@contoso.com", "SMTP:sales@contoso.com", "smtp:SALES@contoso.com"] {
        assert_eq!(listed(&["--value", value]), [SALES], "{value}");
    }
    assert_eq!(listed(&["--value", "sales"]), [""; 0]);
    assert_eq!(listed(&["--search", "JOE"]), [JOE, SALES, FAN]);
    assert_eq!(listed(&["--search", "media"]), [PRESS]);
    assert_eq!(listed(&["--class", "group"]), [PRESS]);
}

#[test]
fn order_and_number() {
    assert_eq!(listed(&["--sort", "name"]), [ANN, FAN, JOE, SALES, PRESS]);
    assert_eq!(listed(&["--sort", "value"]), [ANN, JOE, FAN, PRESS, SALES]);
    assert_eq!(listed(&["--sort", "time"]), [ANN, JOE, FAN, SALES, PRESS]);
    assert_eq!(listed(&["--sort", "class", "--limit", "1"]), [PRESS]);
    assert_eq!(listed(&["--sort", "property"]), [SALES, PRESS, JOE, FAN, ANN]);
    assert_eq!(listed(&["--sort", "time", "--reverse"]), [PRESS, SALES, FAN, JOE, ANN]);
    // two objects, one of which has two errors
    assert_eq!(listed(&["--limit", "2"]), [JOE, SALES, FAN]);
}

#[test]
fn filters_combine() {
    assert_eq!(listed(&["--property", "upn", "--search", "joe", "--sort", "name", "--limit", "1"]), [FAN]);
    assert_eq!(listed(&["--class", "user", "--property", "proxy"]), [SALES]);
    assert_eq!(listed(&["--healed"]), [ANN]);
    assert_eq!(listed(&["--healed", "--property", "proxy"]), [""; 0]);
}

#[test]
fn the_document() {
    let all = json(&desk(), &["tenant.jsonl"]);
    assert_eq!(all["schema"], "presync-errors/1");
    let joe = &all["errors"][0];
    assert_eq!(joe["id"], "00000000-0000-0000-0000-0000000000a1");
    assert_eq!((&joe["class"], &joe["property"]), (&"user".into(), &"UserPrincipalName".into()));
    assert_eq!((&joe["state"], &joe["role"]), (&"conflict".into(), &"victim".into()));
    assert_eq!(
        (&joe["occurred"], &joe["category"]),
        (&"2026-11-03T09:14:22Z".into(), &"PropertyConflict".into())
    );
    let place = usize::try_from(joe["location"]["offset"].as_u64().unwrap()).unwrap();
    assert_eq!(&TENANT.as_bytes()[place..place + 15], b"joe@contoso.com");
    assert_eq!(all["errors"][2]["role"], "holder");
    assert_eq!(all["errors"][3]["state"], "healing");
    let pair = &all["pairs"][1];
    assert_eq!(pair["victim"]["displayName"], "Joe Johnson");
    assert_eq!(pair["holder"]["id"], "00000000-0000-0000-0000-0000000000b1");
    assert_eq!(
        (&pair["property"], &pair["value"]),
        (&"ProxyAddress".into(), &"smtp:Sales@contoso.com".into())
    );
    assert_eq!(all["placeholders"][0]["value"], "zed@contoso.com");
}

#[test]
fn the_exit_code_says_whether_anything_is_listed() {
    errors(&desk(), &["tenant.jsonl"]).exits(1);
    errors(&desk(), &["tenant.jsonl", "--value", "nobody@contoso.com"])
        .exits(0)
        .says(&["no error fits, of 5"]);
}

/// `Get-MgUser -All -Property .. | ConvertTo-Json -Depth 4` of Windows PowerShell: other names, times and lists.
#[test]
fn what_powershell_makes_of_users() {
    let users = r#"[{"Id":"u1","DisplayName":"Joe","UserPrincipalName":"joe1234@contoso.onmicrosoft.com","ProxyAddresses":[],"OnPremisesProvisioningErrors":{"value":[{"Category":"PropertyConflict","OccurredDateTime":"\/Date(1762161262000)\/","PropertyCausingError":"UserPrincipalName","Value":"joe@contoso.com","AdditionalProperties":{}},{"Category":"PropertyConflict","OccurredDateTime":null,"PropertyCausingError":"ProxyAddress","Value":"SMTP:x{@contoso.com","AdditionalProperties":{}}],"Count":2},"AdditionalProperties":{}},
        {"Id":"u2","DisplayName":"Fan","UserPrincipalName":"joe@contoso.com","ProxyAddresses":["smtp:x{@contoso.com"],"OnPremisesProvisioningErrors":[],"AdditionalProperties":{}}]"#;
    let desk = Desk::with(&[("users.json", users)]);
    let all = json(&desk, &["users.json"]);
    assert_eq!(all["errors"].as_array().unwrap().len(), 2, "{all}");
    assert_eq!(all["errors"][0]["occurred"], "2025-11-03T09:14:22Z");
    assert_eq!(all["errors"][1]["occurred"], Value::Null);
    assert_eq!(all["errors"][1]["value"], "SMTP:x{@contoso.com");
    assert_eq!(all["pairs"][1]["holder"]["displayName"], "Fan");
}

#[test]
fn entries_with_missing_fields_do_not_mix() {
    let users = r#"{"value":[{"id":"u1","userPrincipalName":"a@contoso.com","proxyAddresses":[],"onPremisesProvisioningErrors":[{"value":"one@contoso.com","propertyCausingError":null},{"propertyCausingError":"ProxyAddress","value":"two@contoso.com"}]}]}"#;
    let all = json(&Desk::with(&[("users.json", users)]), &["users.json"]);
    assert_eq!(
        (&all["errors"][0]["value"], &all["errors"][0]["property"]),
        (&"one@contoso.com".into(), &"".into())
    );
    assert_eq!(all["errors"][1]["property"], "ProxyAddress");
    assert_eq!(all["errors"].as_array().unwrap().len(), 2);
}

#[test]
fn what_was_not_exported_is_said() {
    let without = r#"{"value":[{"id":"u1","userPrincipalName":"a@contoso.com","proxyAddresses":[]}]}"#;
    let cut = r#"[{"Id":"u1","UserPrincipalName":"a@contoso.com","OnPremisesProvisioningErrors":["Microsoft.Graph.PowerShell.Models.MicrosoftGraphOnPremisesProvisioningError"]}]"#;
    let blind = r#"{"value":[{"id":"u1","displayName":"A","userPrincipalName":"a@contoso.com","onPremisesProvisioningErrors":[{"value":"b@contoso.com","propertyCausingError":"ProxyAddress"}]}]}"#;
    let desk = Desk::with(&[
        ("without.json", without),
        ("cut.json", cut),
        ("blind.json", blind),
        ("none.json", "{}"),
    ]);
    errors(&desk, &["without.json"]).exits(2).says(&[
        "error[tenant-no-provisioning-errors]",
        "onPremisesProvisioningErrors",
        "export-command graph",
    ]);
    errors(&desk, &["cut.json"]).exits(2).says(&["export-type-name"]);
    // whether it has the address itself is not known, so it is not said to heal
    let ran = errors(&desk, &["blind.json"]);
    ran.exits(1).says(&["tenant-addresses-missing"]).shows(&["cannot be told from what was exported"]);
    errors(&desk, &["absent.json"]).exits(2);
    errors(&desk, &["none.json"]).exits(2);
    errors(&desk, &[]).exits(2);
    errors(&desk, &["blind.json", "--property", "proxi"]).exits(2).says(&["did you mean `proxy`?"]);
}

#[test]
fn users_alone_may_not_tell_who_holds_a_value() {
    let users: String = TENANT.lines().take(5).collect();
    let desk = Desk::with(&[("users.json", &users)]);
    let ran = errors(&desk, &["users.json", "--healed"]);
    ran.exits(1).says(&["tenant-classes-missing", "no groups, contacts were read"]);
}

#[test]
fn a_table_holds_no_formulas_and_nothing_invisible() {
    let user = r##"{"@odata.type": "#microsoft.graph.user", "id": "1", "displayName": " =HYPERLINK(\"http://x\",\"y\")", "userPrincipalName": "a@contoso.com", "proxyAddresses": [], "onPremisesProvisioningErrors": [{"propertyCausingError": "|calc", "value": "a\u200b@contoso.com"}]}"##;
    let ran = errors(&Desk::with(&[("t.jsonl", user)]), &["t.jsonl", "--format", "csv"]);
    ran.exits(1).shows(&[r#"1,"' =HYPERLINK(""http://x"",""y"")",user,"'|calc",a<U+200B>@contoso.com,"#]);
}

/// `check` of the tenant says what `errors` lists: on whom a value is missing, not who has it.
#[test]
fn rules_judge_what_the_tenant_records() {
    let desk = Desk::with(&[("tenant.jsonl", include_str!("tenant.jsonl"))]);
    let check = |more: &[&str]| {
        let common = [
            "check",
            "tenant.jsonl",
            "--isolated",
            "--select",
            "tenant-state",
            "--now",
            "2026-11-20T00:00:00Z",
            "--format",
            "json",
        ];
        let ran = desk.run(&[&common, more].concat());
        let report: Value = serde_json::from_str(&ran.exits(1).out).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        findings
            .iter()
            .map(|finding| ["rule", "class", "value"].map(|name| finding[name].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let found = check(&[]);
    let found: Vec<[&str; 3]> = found.iter().map(|finding| finding.each_ref().map(String::as_str)).collect();
    assert_eq!(
        found,
        [
            ["upn-in-quarantine", "user", "joe@contoso.com"],
            ["upn-in-quarantine", "user", "ann@contoso.com"],
            ["address-in-quarantine", "user", "smtp:Sales@contoso.com"],
            ["address-in-quarantine", "group", "smtp:media@contoso.com"],
            ["placeholder-not-healed", "user", "zed0042@contoso.onmicrosoft.com"],
        ]
    );
    // the errors are read as before
    desk.run(&["errors", "tenant.jsonl", "--isolated", "--healed"]).exits(1).shows(&["ann@contoso.com"]);
}
