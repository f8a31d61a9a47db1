//! `presync diagnose`: every form in which an administrator meets an error, traced to the objects.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod anchors;
#[path = "../common/mod.rs"]
mod common;

use common::{Desk, Ran};
use presync::entra::anchor::connector_name;
use presync::entra::report::Report;
use proptest::prelude::*;
use serde_json::Value;

/// The reports: each a form of its own.
const REPORTS: [(&str, &str); 17] = [
    ("mail.txt", include_str!("mail.txt")),
    ("mail-paragraphs.txt", include_str!("mail-paragraphs.txt")),
    ("mail-german.txt", include_str!("mail-german.txt")),
    ("mail.html", include_str!("mail.html")),
    ("mail.eml", include_str!("mail.eml")),
    ("event.txt", include_str!("event.txt")),
    ("event-list.txt", include_str!("event-list.txt")),
    ("event.xml", include_str!("event.xml")),
    ("event.csv", include_str!("event.csv")),
    ("event.json", include_str!("event.json")),
    ("block.txt", include_str!("block.txt")),
    ("health.csv", include_str!("health.csv")),
    ("portal.txt", include_str!("portal.txt")),
    ("export.xml", include_str!("export.xml")),
    ("run-history.xml", include_str!("run-history.xml")),
    ("cmdlet-list.txt", include_str!("cmdlet-list.txt")),
    ("cmdlet-table.txt", include_str!("cmdlet-table.txt")),
];
const DIRECTORY: &str = include_str!("contoso.ldif");
const TENANT: &str = include_str!("tenant.json");
/// The source anchors of John Doe and of Laura Lind.
const JOHN: &str = "+KWG5q7DgkSPL9BMLrxRGQ==";
const LAURA: &str = "1CnF/RnI9Uyx0ofuAsnZTg==";

fn desk() -> Desk {
    REPORTS
        .iter()
        .fold(Desk::with(&[("contoso.ldif", DIRECTORY), ("tenant.json", TENANT)]), |desk, (name, text)| {
            desk.file(name, text)
        })
}

fn diagnose(desk: &Desk, report: &str, more: &[&str]) -> Ran {
    desk.run(&[&["diagnose", report, "contoso.ldif"], more].concat())
}

fn json(desk: &Desk, report: &str, more: &[&str]) -> Value {
    let ran = diagnose(desk, report, &[more, &["--format", "json"]].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err))
}

/// `name: role object attribute, ..` of each error.
fn told(document: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let of = |error: &Value| {
        let culprits = error["culprits"].as_array().unwrap().iter().map(|culprit| {
            format!("{} {} {}", text(&culprit["role"]), text(&culprit["name"]), text(&culprit["attribute"]))
        });
        format!("{}: {}", text(&error["name"]), culprits.collect::<Vec<_>>().join(", "))
    };
    document["errors"].as_array().unwrap().iter().map(of).collect()
}

#[test]
fn people_see_every_form_with_its_objects() {
    let desk = desk();
    for (name, _) in REPORTS {
        let ran = diagnose(&desk, name, &["--tenant", "tenant.json"]);
        insta::assert_snapshot!(name, ran.exits(1).seen());
    }
}

/// A report is of its clues, not of its form.
#[test]
fn the_same_error_in_every_form() {
    let desk = desk();
    let taken = "AttributeValueMustBeUnique: victim user CN=John Doe userPrincipalName, holder user CN=Joe Johnson userPrincipalName";
    for name in
        ["event.txt", "event.xml", "event.json", "mail-paragraphs.txt", "mail-german.txt", "export.xml"]
    {
        let all = told(&json(&desk, name, &[]));
        assert!(all.contains(&taken.to_owned()), "{name}: {all:#?}");
    }
    let html = told(&json(&desk, "mail.html", &[]));
    assert_eq!(told(&json(&desk, "mail.eml", &[])), html);
    assert_eq!(
        html[0],
        "AttributeValueMustBeUnique: victim user CN=Laura Lind proxyAddresses, holder group CN=Sales proxyAddresses"
    );
}

#[test]
fn the_document() {
    let all = json(&desk(), "event.txt", &["--tenant", "tenant.json"]);
    assert_eq!(all["schema"], "presync-diagnose/1");
    let error = &all["errors"][0];
    assert_eq!(error["name"], "AttributeValueMustBeUnique");
    assert!(error["meaning"].as_str().unwrap().contains("belongs to another object"));
    assert!(error["text"].as_str().unwrap().starts_with("Unable to update this object because"));
    let event = REPORTS.iter().find(|(name, _)| *name == "event.txt").unwrap().1;
    assert_eq!(at(&error["location"], event), "john@contoso.com");
    let culprits = error["culprits"].as_array().unwrap();
    let [victim, other, holder] = culprits.as_slice() else { panic!("{culprits:#?}") };
    assert_eq!(victim["object"], "CN=John Doe,OU=Staff,DC=contoso,DC=com");
    assert_eq!((&victim["role"], &victim["certainty"]), (&"victim".into(), &"documented".into()));
    // the twin is found by the source anchor
    assert_eq!(victim["cloud_id"], "677e2ead-14e8-4e18-9b25-49d5c75472f1");
    assert_eq!((&victim["class"], &victim["value"]), (&"user".into(), &"John@contoso.com".into()));
    assert_eq!(at(&victim["location"], DIRECTORY), "John@contoso.com");
    assert_eq!((&other["role"], &other["certainty"]), (&"victim".into(), &"likely".into()));
    assert_eq!((&holder["role"], &holder["source"]), (&"holder".into(), &"tenant".into()));
    assert_eq!(holder["cloud_id"], "7505ed65-e7f5-4dca-9f78-2617a247f047");
    assert_eq!(at(&holder["location"], TENANT), "SMTP:john@contoso.com");
    let choices: Vec<&str> =
        error["choices"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert!(
        choices[0].starts_with("remove `SMTP:john@contoso.com` from cloud user Cloud John"),
        "{choices:?}"
    );
    assert!(choices[2].contains("mS-DS-ConsistencyGuid of user CN=John Doe"), "{choices:?}");
}

fn at<'t>(location: &Value, text: &'t str) -> &'t str {
    let number = |field: &str| usize::try_from(location[field].as_u64().unwrap()).unwrap();
    &text[number("offset")..number("offset") + number("length")]
}

#[test]
fn the_id_of_the_other_object_leads_to_it() {
    let all = told(&json(&desk(), "event-list.txt", &["--tenant", "tenant.json"]));
    assert_eq!(
        all[0],
        "AttributeValueMustBeUnique: victim user CN=John Doe msRTCSIP-PrimaryUserAddress, holder cloud user Cloud John imAddresses"
    );
    assert_eq!(
        all[1],
        "InvalidHardMatch: victim user CN=Zed Zorn objectGUID, holder cloud user Zed in the cloud onPremisesImmutableId"
    );
}

#[test]
fn a_placeholder_leads_to_the_user_who_has_it() {
    let all = json(&desk(), "portal.txt", &["--tenant", "tenant.json"]);
    assert_eq!(all["errors"][0]["culprits"][0]["name"], "user CN=John Doe");
    assert_eq!(all["errors"][0]["culprits"][0]["certainty"], "documented");
}

/// Without anchor and tenant the older object is likely to have the value (entra.md 2.6).
#[test]
fn who_was_first_is_likely_only() {
    let report =
        "Error Name: AttributeValueMustBeUnique\nError Detail: [UserPrincipalName john@contoso.com;]\n";
    let all = json(&desk().file("short.txt", report), "short.txt", &[]);
    let culprits = &all["errors"][0]["culprits"];
    assert_eq!((&culprits[0]["name"], &culprits[0]["role"]), (&"user CN=John Doe".into(), &"victim".into()));
    assert_eq!(
        (&culprits[1]["name"], &culprits[1]["role"]),
        (&"user CN=Joe Johnson".into(), &"holder".into())
    );
    assert_eq!(culprits[1]["certainty"], "likely");
}

#[test]
fn brand_and_encoding_do_not_matter() {
    for (name, text) in REPORTS {
        let expected = told(&json(&desk(), name, &[]));
        let windows = text.replace('\n', "\r\n");
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(windows.encode_utf16().flat_map(u16::to_le_bytes));
        let branded = text
            .replace("Azure Active Directory", "Nachtwolke 9")
            .replace("Microsoft Entra ID", "Nachtwolke 9");
        // XML says in its first line how it is written
        let wide = if name.ends_with(".xml") { windows.clone().into_bytes() } else { wide };
        for changed in [windows.into_bytes(), wide, branded.into_bytes()] {
            assert_eq!(told(&json(&desk().file(name, changed), name, &[])), expected, "{name}");
        }
    }
}

#[test]
fn an_error_that_comes_again_is_told_once() {
    let all = json(&desk(), "event.xml", &[]);
    assert_eq!(all["errors"].as_array().unwrap().len(), 1);
    assert_eq!(all["errors"][0]["repeated"], 2);
}

#[test]
fn standard_input_and_folders() {
    use std::io::Write;
    let desk = desk().file("directory/a.ldif", DIRECTORY);
    let mut command = desk.command(&["diagnose", "-", "directory", "--format", "json"]);
    let pipe = std::process::Stdio::piped;
    let mut child = command.stdin(pipe()).stdout(pipe()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(REPORTS[5].1.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all["errors"][0]["culprits"][0]["name"], "user CN=John Doe");
    desk.run(&["diagnose", "-", "-"]).exits(2).says(&["standard input can be read only once"]);
}

#[test]
fn a_report_without_a_known_error() {
    let desk = desk()
        .file("hello.txt", "Hello there\n")
        .file("empty.txt", "")
        .file("other.txt", "Error Name: SomethingNew\nError Detail: it went wrong\n");
    diagnose(&desk, "hello.txt", &[]).exits(2).says(&["error[report-no-error]", "event 6941"]);
    diagnose(&desk, "empty.txt", &[]).exits(2).says(&["error[report-no-error]"]);
    let ran = diagnose(&desk, "other.txt", &[]);
    ran.exits(2).says(&[
        "error[report-no-error]",
        "warning[report-error-unknown]: the error `SomethingNew` is not known",
    ]);
    assert_eq!(json(&desk, "other.txt", &[])["problems"][1]["code"], "report-no-error");
    diagnose(&desk, "absent.txt", &[]).exits(2);
    desk.run(&["diagnose", "mail.txt"]).exits(2).says(&["no files are named"]);
    desk.run(&["diagnose", "mail.txt", "absent.ldif"]).exits(2);
}

#[test]
fn anchors_of_a_wrong_length() {
    let row = |anchor: &str| {
        format!(
            "laura@fabrikam.com | the attribute [FederatedUser.UserPrincipalName] is not valid. | {anchor}\n"
        )
    };
    let event = |name: &str| {
        format!("Error Name: InvalidSoftMatch\nError Detail: [Mail a@contoso.com;]\nDN: {name}\n")
    };
    let of_15 = connector_name("1CnF/RnI9Uyx0ofuAsnZ");
    let cases = [
        (row("1CnF/RnI9Uyx0ofuAsnZ"), "a GUID has 16 bytes"),
        (row("1CnF/RnI9Uyx0ofuAsnZTg="), "this is no base64"),
        (event(&of_15), "GUID has 16 bytes, not 15"),
        (event("CN={2B4}"), "is no source anchor"),
        (event("CN={}"), "is no source anchor"),
    ];
    for (report, said) in cases {
        let desk = desk().file("bad.txt", &report);
        diagnose(&desk, "bad.txt", &[]).exits(2).says(&["error[report-bad-anchor]", said, "24 characters"]);
    }
    // an anchor of another attribute is text
    let directory =
        DIRECTORY.replace("userPrincipalName: laura", "employeeID: E-4711\nuserPrincipalName: laura");
    let desk = desk().file("custom.txt", row("E-4711")).file("contoso.ldif", directory);
    let all = told(&json(&desk, "custom.txt", &[]));
    assert_eq!(all, ["FederatedDomainChangeError: victim user CN=Laura Lind userPrincipalName"]);
}

#[test]
fn an_export_of_the_wrong_connector() {
    let desk = desk().file("other.xml", include_str!("export-other.xml"));
    diagnose(&desk, "other.xml", &[]).exits(2).says(&[
        "error[report-other-connector]",
        "`contoso.com`",
        "- AAD",
    ]);
    let clean = REPORTS[13].1.replace("<export-errordetail>", "<x>").replace("</export-errordetail>", "</x>");
    diagnose(&desk.file("clean.xml", clean), "clean.xml", &[]).exits(2).says(&["error[report-no-error]"]);
}

#[test]
fn nobody_is_blamed_without_a_clue() {
    let report =
        "Error Name: AttributeValueMustBeUnique\nError Detail: [UserPrincipalName nobody@contoso.com;]\n";
    let desk = desk().file("nobody.txt", report);
    diagnose(&desk, "nobody.txt", &[]).exits(1).shows(&["no object has what the report names"]);
}

/// Reads a text as a report would be, and checks that every place is one.
fn read(raw: &[u8]) -> Report {
    let report = Report::read(raw);
    for error in &report.errors {
        assert!(error.place.start <= error.place.end && error.place.end <= raw.len());
        for clue in &error.clues {
            assert!(clue.place.start <= clue.place.end && clue.place.end <= raw.len());
        }
    }
    report
}

fn scrap() -> impl Strategy<Value = String> {
    let scraps = [
        "Error Name: ",
        "AttributeValueMustBeUnique",
        "[ProxyAddresses SMTP:a@b.c,",
        "]",
        "[",
        ";",
        ",Mail a@b.c",
        "CN={",
        "2B4B}",
        JOHN,
        LAURA,
        " | ",
        "\r\n",
        "\n\n",
        "<td>",
        "</td>",
        "</tr>",
        "<html>",
        "&#x41;",
        "&",
        "<!--",
        "=\r\n",
        "=C3",
        "[{\"Key\":\"ObjectId\"",
        ",\"Value\":[\"x\"]}]",
        "{\"a\":\"",
        "\\u00",
        "\"",
        ",",
        "Message,Id,Time\n",
        "MIME-Version: 1.0\n",
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n\n",
        "[DIRSYNC ERROR] UserPrincipalName",
        "ErrorType 114\n",
        "ä",
        "\u{1E}",
        "\u{1F}",
        "\u{FEFF}",
        "------=_Next",
        "duplicate Proxy address conflict on the value ",
        "<cs-object",
        "From: a@b.c\n",
    ];
    prop::collection::vec(
        prop_oneof![prop::sample::select(scraps.to_vec()).prop_map(str::to_owned), ".{0,4}"],
        0..30,
    )
    .prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn no_text_stops_the_parsers(text in scrap(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read(text.as_bytes());
        read(&bytes);
    }

    #[test]
    fn half_a_report_is_read_too(number in 0..REPORTS.len(), from in 0.0..1.0_f64, to in 0.0..1.0_f64) {
        let raw = REPORTS[number].1.as_bytes();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let at = |part: f64| (raw.len() as f64 * part) as usize;
        let (from, to) = (at(from.min(to)), at(from.max(to)));
        read(&raw[from..to]);
    }

    /// Whatever language and brand surround a list in brackets, its values are found, with their places.
    #[test]
    fn brackets_in_any_prose(before in "[a-zA-Zäöüß ,.]{0,60}", local in "[a-z]{1,8}", after in "[a-zA-Zäöüß ,.]{0,60}") {
        let text = format!("Error Name: AttributeValueMustBeUnique\nError Detail: {before} [ProxyAddresses SMTP:{local}@contoso.com;] {after}\n");
        let report = read(text.as_bytes());
        prop_assert_eq!(report.errors.len(), 1);
        prop_assert_eq!(&text[report.errors[0].place.clone()], format!("SMTP:{local}@contoso.com"));
    }
}

#[test]
fn the_detail_of_csexport_names_the_holder() {
    let holder = "11111111-2222-4333-8444-555555555555";
    let detail = format!(r#"[{{"Key":"ObjectIdInConflict","Value":["{holder}"]}}]"#).replace('"', "&quot;");
    let export = include_str!("export.xml")
        .replace("server-error-detail=\"\"", &format!("server-error-detail=\"{detail}\""));
    assert!(export.contains(holder));
    let tenant = format!(
        r##"{{"@odata.type": "#microsoft.graph.user", "id": "{holder}", "userPrincipalName": "x@contoso.com", "displayName": "X", "proxyAddresses": []}}"##
    );
    let desk = desk().file("export.xml", export).file("holder.jsonl", tenant);
    let found = told(&json(&desk, "export.xml", &["--tenant", "holder.jsonl"]));
    assert!(found[0].contains("holder cloud user X id"), "{found:?}");
}

#[test]
fn an_account_without_errors_in_the_list_of_the_cmdlet_is_none() {
    let list = include_str!("cmdlet-list.txt");
    let desk = desk().file("two.txt", format!("{list}{}", list.replace("{UserPrincipalName}", "{}")));
    assert_eq!(json(&desk, "two.txt", &[])["errors"].as_array().unwrap().len(), 1);
    let two = list.replace(JOHN, LAURA).replace("{UserPrincipalName}", "{UserPrincipalName, ProxyAddresses}");
    let desk = desk.file("two.txt", format!("{list}{two}"));
    let found = told(&json(&desk, "two.txt", &[]));
    assert!(found[0].contains("John Doe") && found[1].contains("Laura Lind"), "{found:?}");
}

#[test]
fn a_table_of_changes_that_wait_is_no_report() {
    let table = "DN,OMODT,AMODT,Attribute,Value\n\"CN={2B4B}\",Add,Add,mail,a@contoso.com\n";
    let ran = diagnose(&desk().file("changes.csv", table), "changes.csv", &[]);
    ran.exits(2).says(&["report-no-error", "it lists changes that wait for export, not errors"]);
}
