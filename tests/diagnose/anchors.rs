//! Source anchors that are attributes of one's own: `--set source_anchor=NAME`.

use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{Desk, Ran, connector_name, told};

const LAURA: &str = "dn: CN=Laura Lind,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: laura@contoso.com\n\
                     mail: laura.lind@contoso.com\nemployeeNumber: 00-17_x\nextensionAttribute5:: /wABAgM=\n\n\
                     dn: CN=Joe Doe,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: joe@contoso.com\n\
                     mail: joe@contoso.com\nemployeeNumber: 18\n\n";

fn event(anchor: &str) -> String {
    format!(
        "Error Name: InvalidSoftMatch\nError Detail: Unable to update this object.\nDN: {}\n",
        connector_name(anchor)
    )
}

fn row(anchor: &str) -> String {
    format!("laura@fabrikam.com | the attribute [FederatedUser.UserPrincipalName] is not valid. | {anchor}\n")
}

fn desk(report: &str) -> Desk {
    let tenant = json!([{ "id": "c1", "userPrincipalName": "laura@contoso.onmicrosoft.com", "displayName": "Laura", "mail": "x@y.z",
        "onPremisesImmutableId": "00-17_x", "onPremisesSyncEnabled": true, "proxyAddresses": [], "employeeId": "18" }]);
    let page =
        json!({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": tenant });
    Desk::with(&[("report.txt", report), ("a.ldif", LAURA), ("t.json", &page.to_string())])
}

fn diagnose(desk: &Desk, anchor: &str, more: &[&str]) -> Ran {
    let set = format!("source_anchor={anchor}");
    let arguments = ["diagnose", "--isolated", "report.txt", "a.ldif", "--format", "json", "--set", &set];
    desk.run(&[&arguments, more].concat())
}

fn document(ran: &Ran) -> Value {
    serde_json::from_str(&ran.exits(1).out).unwrap()
}

#[test]
fn any_attribute_leads_to_the_object() {
    let values: [(&str, &[u8]); 3] = [
        ("employeeNumber", b"00-17_x"),
        ("mail", b"laura.lind@contoso.com"),
        ("extensionAttribute5", &[0xff, 0, 1, 2, 3]),
    ];
    for (attribute, value) in values {
        let encoded = BASE64.encode(value);
        let text = std::str::from_utf8(value).ok();
        for anchor in text.into_iter().chain([encoded.as_str()]) {
            for (report, name) in
                [(event(anchor), "InvalidSoftMatch"), (row(anchor), "FederatedDomainChangeError")]
            {
                let all = told(&document(&diagnose(&desk(&report), attribute, &[])));
                assert_eq!(all.len(), 1, "{report}: {all:?}");
                let begins = format!("{name}: victim user CN=Laura Lind ");
                assert!(all[0].starts_with(&begins) && !all[0].contains("Joe"), "{report}: {all:?}");
            }
        }
    }
}

#[test]
fn the_twin_in_the_tenant_has_the_same_text() {
    let found = document(&diagnose(&desk(&event("00-17_x")), "employeeNumber", &["--tenant", "t.json"]));
    assert_eq!(told(&found), ["InvalidSoftMatch: victim user CN=Laura Lind employeeNumber"]);
    assert_eq!(found["errors"][0]["culprits"][0]["cloud_id"], "c1");
    // the number of an employee in the tenant is no anchor
    let found = document(&diagnose(&desk(&event("18")), "employeeNumber", &["--tenant", "t.json"]));
    assert_eq!(told(&found), ["InvalidSoftMatch: victim user CN=Joe Doe employeeNumber"]);
    assert_eq!(found["errors"][0]["culprits"][0]["cloud_id"], Value::Null);
}

#[test]
fn without_the_setting_such_a_text_is_no_anchor() {
    let desk = desk(&event("laura.lind@contoso.com"));
    desk.run(&["diagnose", "--isolated", "report.txt", "a.ldif"])
        .exits(2)
        .says(&["error[report-bad-anchor]"]);
    // nor is half a name of the connector with it
    let half = Desk::with(&[("report.txt", &event("00-17_x").replace("}", "F}")), ("a.ldif", LAURA)]);
    diagnose(&half, "employeeNumber", &[]).exits(2);
    diagnose(&half, "employeNumber", &[]).exits(2).says(&["did you mean `employeeNumber`"]);
}

#[test]
fn the_configuration_says_it_as_well() {
    let configuration = "params:\n  source_anchor: mail\n";
    let desk = desk(&event("laura.lind@contoso.com")).file("presync.yaml", configuration);
    let ran = desk.run(&["diagnose", "report.txt", "a.ldif", "--format", "json"]);
    assert_eq!(told(&document(&ran)), ["InvalidSoftMatch: victim user CN=Laura Lind mail"]);
}
