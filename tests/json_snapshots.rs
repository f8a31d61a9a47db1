//! JSON as Microsoft Graph, PowerShell, the Azure command line, Exchange Online, BloodHound and SCIM write it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::Desk;
use common::objects::{Shown, shown};

/// The file is read without a complaint.
#[track_caller]
fn read(text: &str) -> Shown {
    shown("a.json", text).fine()
}

const JOE: &str = r#"{"id": "cea7b86b", "userPrincipalName": "joe@c.com", "proxyAddresses": ["SMTP:joe@c.com", "smtp:j@c.com"]}"#;
const ANN: &str = r#"{"id": "0a1b2c3d", "userPrincipalName": "ann@c.com", "proxyAddresses": []}"#;

#[test]
fn the_same_objects_in_every_container() {
    let context = r#""@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users""#;
    for text in [
        format!("{{{context}, \"value\": [{JOE}, {ANN}]}}"),
        format!("{{\"value\": [{JOE}, {ANN}], {context}}}"),
        format!("{{{context}, \"value\": [{JOE}]}}\n{{{context}, \"value\": [{ANN}]}}"),
        format!("[{{{context}, \"value\": [{JOE}]}}, {{{context}, \"value\": [{ANN}]}}]"),
        format!("[[{JOE}], [{ANN}]]"),
        format!("[{JOE}, {ANN}]"),
        format!("\u{FEFF}[{JOE},\r\n{ANN}\r\n]\r\n"),
        format!("{JOE}\n{ANN}"),
        format!("{JOE}{ANN}"),
        format!("\n\n{JOE}\n\n\n{ANN}\n\n"),
        format!("{{\"objects\": [{JOE}, {ANN}], \"tenant\": {{\"initialDomain\": \"c\"}}}}"),
        format!("{{\"tenant\": {{}}, \"objects\": [{JOE}, {ANN}]}}"),
        format!("{{\"value\": [{JOE}, {ANN}], \"Count\": 2}}"),
    ] {
        let seen = read(&text);
        assert_eq!(seen.names(), ["cea7b86b", "0a1b2c3d"], "{text}");
        assert_eq!(seen.classes(), ["user", "user"], "{text}");
        assert_eq!(seen.values(0, "proxyAddresses"), ["SMTP:joe@c.com", "smtp:j@c.com"]);
        assert_eq!(seen.places(0, "proxyAddresses")[1].2, "smtp:j@c.com");
    }
    assert_eq!(shown("a.jsonl", format!("{JOE}\n{ANN}\n")).fine().names().len(), 2);
}

#[test]
fn a_single_object_is_of_the_class_that_its_context_says() {
    let one = |set: &str| {
        format!(r#"{{"@odata.context": "https://x/$metadata#{set}/$entity", "id": "1", "displayName": "x"}}"#)
    };
    assert_eq!(read(&one("users")).classes(), ["user"]);
    assert_eq!(read(&one("groups(id,displayName)")).classes(), ["group"]);
    // in a list of directory objects each says what it is
    let mixed = r##"{"@odata.context": "https://x/$metadata#directoryObjects", "value": [
        {"@odata.type": "#microsoft.graph.group", "id": "1"}, {"@odata.type": "#microsoft.graph.user", "id": "2"},
        {"@odata.type": "#microsoft.graph.device", "id": "3"}, {"@odata.type": "#microsoft.graph.orgContact", "id": "4"}]}"##;
    assert_eq!(read(mixed).classes(), ["group", "user", "device", "contact"]);
}

#[test]
fn objects_with_very_many_fields_are_read_to_their_last() {
    let many: String = (0..5_000).map(|number| format!("\"extra{number}\": 1, ")).collect();
    let object = |class: &str, id: u32| {
        format!(
            r##"{{{many}"DisplayName": "x{id}", "@odata.type": "#microsoft.graph.{class}", "id": "{id}"}}"##
        )
    };
    // the first names are the same, and what tells the shape comes behind them
    let all = [object("user", 1), object("group", 2), object("device", 3), object("user", 4)].join(",");
    let seen = read(&format!("[{all}]"));
    assert_eq!(seen.classes(), ["user", "group", "device", "user"]);
    for number in 0..4 {
        assert_eq!(seen.values(number, "DisplayName"), [format!("x{}", number + 1)]);
        assert_eq!(seen.values(number, "extra4999"), ["1"]);
    }
}

#[test]
fn null_was_exported_and_what_is_absent_was_not() {
    let rules = "rules:\n  - id: no-mail\n    rule: |\n      no user where not has mail\n    message: none\n";
    for (user, code) in
        [(r#""mail": null"#, 1), (r#""mail": []"#, 1), (r#""mail": """#, 1), (r#""city": "x""#, 0)]
    {
        let text = format!(r#"[{{"id": "1", "userPrincipalName": "a@c.com", {user}}}]"#);
        let desk = Desk::with(&[("rules.yaml", rules), ("a.json", &text)]);
        let ran = desk.check(&["a.json"]);
        assert_eq!(ran.out.contains("error[no-mail]"), code == 1, "{user}\n{}{}", ran.out, ran.err);
        ran.exits(code);
    }
}

#[test]
fn objects_that_are_gone_are_changes() {
    let text = r#"{"@odata.context": "https://x/$metadata#users/$delta", "value": [
      {"id": "1", "userPrincipalName": "a b@c.com"}, {"id": "2", "@removed": {"reason": "changed"}}], "@odata.deltaLink": "x"}"#;
    let seen = read(text);
    assert_eq!(seen.objects[1]["changetype"], "delete");
    assert_eq!((seen.names()[1], seen.objects[1].get("attributes")), ("2", None));
    let rules = "rules:\n  - id: spaced\n    rule: |\n      each userPrincipalName of user: not it contains \" \"\n    message: said\n";
    let desk = Desk::with(&[("rules.yaml", rules), ("a.json", text)]);
    desk.check(&["a.json"]).exits(1).says(&["checked 1 user", "1 change record is not judged"]);
}

#[test]
fn what_windows_powershell_wraps() {
    let text = r#"{
    "DistinguishedName":  "CN=Bob,DC=c",
    "proxyAddresses":  {
                           "value":  [
                                         "SMTP:bob@c.com",
                                         "smtp:b@c.com"
                                     ],
                           "Count":  2
                       },
    "SID":  {
                "BinaryLength":  28,
                "AccountDomainSid":  {
                                         "BinaryLength":  24,
                                         "AccountDomainSid":  null,
                                         "Value":  "S-1-5-21-1-2-3"
                                     },
                "Value":  "S-1-5-21-1-2-3-1104"
            },
    "Created":  "\/Date(1326441600000)\/",
    "whenChanged":  {"value":  "\/Date(1326441600000)\/", "DisplayHint":  2, "DateTime":  "Friday"},
    "mS-DS-ConsistencyGuid":  [151, 222,  235, 70, 32, 114, 233, 17, 128, 203, 0, 13, 58, 54, 20, 192],
    "thumbnailPhoto":  {"value": [255, 216], "Count": 2},
    "ObjectGUID":  "46ebde97-7220-e911-80cb-000d3a3614c0",
    "EmailAddress":  "bob\u0027s@c.com",
    "AdditionalProperties":  {}
}"#;
    let seen = read(text);
    assert_eq!(seen.names(), ["CN=Bob,DC=c"]);
    assert_eq!(seen.values(0, "proxyAddresses"), ["SMTP:bob@c.com", "smtp:b@c.com"]);
    assert_eq!(seen.values(0, "objectSid"), ["S-1-5-21-1-2-3-1104"]);
    assert_eq!(seen.values(0, "whenCreated"), ["/Date(1326441600000)/"]);
    assert_eq!(seen.values(0, "whenChanged"), ["/Date(1326441600000)/"]);
    assert_eq!(seen.values(0, "mail"), ["bob's@c.com"]);
    assert_eq!(seen.places(0, "mail"), [(24, 23, r"bob\u0027s@c.com".to_owned())]);
    assert_eq!(seen.places(0, "proxyAddresses")[0].0, 5);
    let guid = seen.places(0, "mS-DS-ConsistencyGuid");
    assert_eq!(guid.len(), 1);
    assert!(guid[0].2.starts_with("[151, 222,  235") && guid[0].2.ends_with("192]"));
    assert_eq!(seen.values(0, "mS-DS-ConsistencyGuid"), [r#"{"base64":"l97rRiBy6RGAywANOjYUwA=="}"#]);
    assert_eq!(seen.values(0, "thumbnailPhoto"), [r#"{"base64":"/9g="}"#]);
}

#[test]
fn guids_compare_however_they_are_written() {
    let rules =
        "rules:\n  - id: twice\n    rule: unique mS-DS-ConsistencyGuid across user\n    message: taken\n";
    let text = r#"[{"DistinguishedName": "CN=A,DC=c", "UserPrincipalName": "a", "mS-DS-ConsistencyGuid":
        [151, 222, 235, 70, 32, 114, 17, 233, 128, 203, 0, 13, 58, 54, 20, 192]},
        {"DistinguishedName": "CN=B,DC=c", "UserPrincipalName": "b",
        "mS-DS-ConsistencyGuid": "46ebde97-7220-e911-80cb-000d3a3614c0"}]"#;
    let desk = Desk::with(&[("rules.yaml", rules), ("a.json", text)]);
    desk.check(&["a.json"]).exits(1).shows(&["error[twice]", "a.json:2:9", "a.json:4:35"]);
}

#[test]
fn numbers_are_bytes_only_where_an_attribute_has_some() {
    let text = r#"{"people": [{"name": "a", "objectGUID": [1, 20, 255], "objectSid": [1, 5, 256], "thumbnailPhoto": [7, 8],
        "items": [{"objectGUID": [65, 66], "x": "t"}, {"objectGUID": "AB", "x": "u"}]}]}"#;
    let config = "sources:\n  - files: a.json\n    objects: people[*]\n    class: user\n    name: name\n    \
                  attributes: { employeeID: objectGUID, objectGUID: objectGUID, objectSid: objectSid, \
                  description: thumbnailPhoto.*, info: 'items[objectGUID=AB].x', title: 'items[objectGUID!=AB].x' }\n";
    let values = values_of(&Desk::with(&[("presync.yaml", config), ("a.json", text)]));
    assert_eq!(values["objectGUID"], serde_json::json!([{ "base64": "ART/" }]));
    assert_eq!(values["employeeID"], serde_json::json!(["1", "20", "255"]));
    assert_eq!(values["objectSid"], serde_json::json!(["1", "5", "256"]));
    assert_eq!(values["description"], serde_json::json!(["7", "8"]));
    assert_eq!(values["info"], serde_json::json!(["u"]));
    assert_eq!(values["title"], serde_json::json!(["t"]));
}

#[test]
fn shapes_of_packs_take_bytes_and_numbers() {
    let text = r#"[{"pass": "a", "objectGUID": [1, 20, 255], "userCertificate": [65, 66]}]"#;
    let pack = "shapes:\n  - shape: passes\n    has: [pass]\n    class: user\n    name: pass\n    \
                attributes: { objectGUID: objectGUID, employeeID: objectGUID, userCertificate: 'userCertificate[*]' }\n";
    let desk = Desk::with(&[("presync.yaml", "rules: [pack.yaml]\n"), ("pack.yaml", pack), ("a.json", text)]);
    let values = values_of(&desk);
    assert_eq!(values["objectGUID"], serde_json::json!([{ "base64": "ART/" }]));
    assert_eq!(values["employeeID"], serde_json::json!(["1", "20", "255"]));
    assert_eq!(values["userCertificate"], serde_json::json!(["65", "66"]));
}

/// The attributes of the only object of a file.
fn values_of(desk: &Desk) -> serde_json::Value {
    let shown = desk.run(&["show", "--format", "jsonl", "a.json"]);
    let object: serde_json::Value = serde_json::from_str(shown.out.trim()).unwrap();
    object["attributes"].clone()
}

#[test]
fn newer_powershell_and_cut_off_depth() {
    let seen = read(
        r#"[{"Id": "1", "UserPrincipalName": "a@c.com", "ProxyAddresses": ["SMTP:a@c.com"], "AdditionalProperties": {},
             "CreatedDateTime": "2026-01-01T12:00:00Z", "OnPremisesExtensionAttributes": {"ExtensionAttribute1": "x"}}]"#,
    );
    assert_eq!((seen.names(), seen.classes()), (vec!["1"], vec!["user"]));
    assert_eq!(seen.values(0, "extensionAttribute1"), ["x"]);
    assert_eq!(seen.values(0, "ProxyAddresses"), ["SMTP:a@c.com"]);
    let cut = r#"[{"id": "1", "userPrincipalName": "a@c.com", "assignedLicenses": "@{disabledPlans=System.Object[]; skuId=1}",
        "proxyAddresses": "System.Object[]"}]"#;
    let desk = Desk::with(&[
        ("rules.yaml", "rules:\n  - id: m\n    rule: no user where has proxyAddresses\n    message: x\n"),
        ("a.json", cut),
    ]);
    let ran = desk.check(&["a.json"]);
    ran.exits(2).says(&["error[export-type-name]: the values of `proxyAddresses` were lost", "a.json:2:28"]);
    assert_eq!(ran.out, "");
}

#[test]
fn old_names_of_the_azure_command_line() {
    let seen = read(
        r#"[{"objectId": "1", "userPrincipalName": "a@c.com", "immutableId": "D92C", "dirSyncEnabled": true, "odata.type": "x"}]"#,
    );
    assert_eq!((seen.names(), seen.classes()), (vec!["1"], vec!["user"]));
    assert_eq!(seen.values(0, "onPremisesImmutableId"), ["D92C"]);
    assert_eq!(seen.values(0, "onPremisesSyncEnabled"), ["true"]);
    assert_eq!(seen.values(0, "id"), ["1"]);
}

#[test]
fn recipients_of_exchange() {
    let text = r#"[{"ExternalDirectoryObjectId": "1", "Alias": "joe", "PrimarySmtpAddress": "joe@c.com", "RecipientType": "UserMailbox",
        "EmailAddresses": ["SIP:joe@c.com", "SMTP:joe@c.com"]},
        {"Guid": "2", "PrimarySmtpAddress": "g@c.com", "RecipientType": "MailUniversalSecurityGroup", "EmailAddresses": {"value": ["SMTP:g@c.com"], "Count": 1}},
        {"Guid": "3", "PrimarySmtpAddress": "k@c.com", "RecipientType": "MailContact", "ExternalEmailAddress": "SMTP:k@x.com"}]"#;
    let seen = read(text);
    assert_eq!((seen.names(), seen.classes()), (vec!["1", "2", "3"], vec!["user", "group", "contact"]));
    assert_eq!(seen.values(0, "proxyAddresses"), ["SIP:joe@c.com", "SMTP:joe@c.com"]);
    assert_eq!(
        (seen.values(0, "mail"), seen.values(0, "mailNickname")),
        (vec!["joe@c.com".into()], vec!["joe".into()])
    );
    assert_eq!(seen.values(1, "proxyAddresses"), ["SMTP:g@c.com"]);
    assert_eq!(seen.values(2, "targetAddress"), ["SMTP:k@x.com"]);
}

#[test]
fn collections_of_bloodhound() {
    let user = r#"{"ObjectIdentifier": "S-1-5-21-1-2-3-500", "Properties": {"name": "BOB@C.COM", "distinguishedname": "CN=BOB,DC=C", "samaccountname": "bob", "email": "b@c.com", "serviceprincipalnames": ["http/x"]}}"#;
    let group = r#"{"ObjectIdentifier": "S-1-5-21-1-2-3-512", "Properties": {"distinguishedname": "CN=G,DC=C"}, "Members": [{"ObjectIdentifier": "S-1-5-21-1-2-3-500", "ObjectType": "User"}]}"#;
    for text in [
        format!(
            r#"{{"data": [{user}], "meta": {{"methods": 0, "type": "users", "count": 7, "version": 5}}}}"#
        ),
        format!(r#"{{"meta": {{"type": "users"}}, "data": [{user}]}}"#),
    ] {
        let seen = read(&text);
        assert_eq!((seen.names(), seen.classes()), (vec!["CN=BOB,DC=C"], vec!["user"]));
        assert_eq!(seen.values(0, "samaccountname"), ["bob"]);
        assert_eq!(seen.values(0, "mail"), ["b@c.com"]);
        assert_eq!(seen.values(0, "servicePrincipalName"), ["http/x"]);
    }
    let seen = read(&format!(r#"{{"data": [{group}], "meta": {{"type": "groups"}}}}"#));
    assert_eq!(seen.classes(), ["group"]);
    assert_eq!(seen.values(0, "member"), ["S-1-5-21-1-2-3-500"]);
}

#[test]
fn answers_of_scim() {
    let text = r#"{"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 1, "Resources": [
      {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "28", "externalId": "x", "userName": "bob@c.com", "active": true,
       "name": {"givenName": "Bob"}, "emails": [{"value": "bob@c.com", "primary": true}, {"value": "b\u00f6 b@c.com"}],
       "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D", "manager": {"value": "7"}}}]}"#;
    let seen = read(text);
    assert_eq!((seen.names(), seen.classes()), (vec!["28"], vec!["user"]));
    assert_eq!(seen.values(0, "proxyAddresses"), ["SMTP:bob@c.com", "smtp:bö b@c.com"]);
    assert_eq!(seen.places(0, "proxyAddresses")[1].2, r"b\u00f6 b@c.com");
    let one = |name: &str| seen.values(0, name).concat();
    assert_eq!((one("mail"), one("userPrincipalName")), ("bob@c.com".into(), "bob@c.com".into()));
    assert_eq!((one("department"), one("manager"), one("givenName")), ("D".into(), "7".into(), "Bob".into()));
    // what is put before a value is underlined nowhere, what stands there is
    let rules = "rules:\n  - id: spaced\n    rule: |\n      each proxyAddresses of user: not it contains \" b@\"\n    message: said\n";
    let desk = Desk::with(&[("rules.yaml", rules), ("a.json", text)]);
    let ran = desk.check(&["a.json"]);
    ran.exits(1).shows(&["error[spaced]", "╭─[a.json:3:"]);
    let lines: Vec<Vec<char>> = ran.out.lines().map(|line| line.chars().collect()).collect();
    let at = lines.iter().position(|line| line.contains(&'┬')).unwrap();
    let marked = lines[at - 1].iter().zip(&lines[at]).filter(|(_, mark)| "─┬".contains(**mark));
    assert_eq!(marked.map(|(character, _)| character).collect::<String>(), " b@");
}

#[test]
fn an_answer_that_is_an_error() {
    for text in [
        r#"{"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}}"#,
        r#"{"odata.error": {"code": "Request_BadRequest"}}"#,
    ] {
        let seen = shown("a.json", text);
        assert_eq!(seen.faults(), [format!("json-service-error 1:{}", text.find(": {").unwrap() + 3)]);
        assert_eq!((seen.ran.code, seen.objects.len()), (2, 0));
    }
}

#[test]
fn numbers_and_texts_keep_what_is_written() {
    let text = r#"{"dn": "CN=A", "n": 9223372036854775807, "m": 1.50, "e": -1e+5, "t": true, "z": 0.10,
      "d\u006e2": "\ud83d\ude42 \"q\" \\ \/ \b\f\n\r\t", "nested": {"a": {"b": ["x", ["y"]]}}, "list": [["p", "q"], []]}"#;
    let seen = read(text);
    for (name, value) in [
        ("n", "9223372036854775807"),
        ("m", "1.50"),
        ("e", "-1e+5"),
        ("t", "true"),
        ("z", "0.10"),
        ("dn2", "🙂 \"q\" \\ / \u{8}\u{C}\n\r\t"),
    ] {
        assert_eq!(seen.values(0, name), [value]);
    }
    assert_eq!(seen.values(0, "nested/a/b"), ["x", "y"]);
    assert_eq!(seen.values(0, "list"), ["p", "q"]);
    let place = &seen.places(0, "dn2")[0];
    assert_eq!((place.0, place.1), (2, 20));
    assert_eq!(
        serde_json::from_str::<String>(&format!("\"{}\"", place.2)).unwrap(),
        seen.values(0, "dn2")[0]
    );
}

#[test]
fn files_that_nobody_named_are_read_only_if_they_hold_a_directory() {
    let desk = Desk::with(&[
        ("in/package.json", r#"{"name": "x", "version": "1"}"#),
        ("in/users.json", &format!("[{JOE}]")),
        ("in/broken.json", "{\"name\": "),
    ]);
    let ran = desk.run(&["show", "in", "--format", "jsonl"]);
    assert_eq!(ran.out.lines().count(), 1);
    assert!(ran.out.contains("cea7b86b"));
    let ran = desk.run(&["show", "in/package.json", "--format", "jsonl"]);
    assert!(ran.out.contains(r#""version":["1"]"#), "{}", ran.out);
}
