//! Settings of the tenant: by hand, or read from what Microsoft Graph answers to `/domains`; and what is said of wrong ones.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::{Desk, Ran};
use serde_json::Value;

const DIRECTORY: &str = "dn: CN=Ann,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: ann@contoso.com\n\n\
                         dn: CN=Bob,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: bob@new.contoso.com\n";

/// What Graph answers to `/domains`: one federated, one not verified.
const DOMAINS: &str = r#"{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#domains",
 "value": [
  {"id": "contoso.com", "authenticationType": "Managed", "isVerified": true, "isInitial": false},
  {"id": "fed.contoso.com", "authenticationType": "Federated", "isVerified": true, "isInitial": false},
  {"id": "new.contoso.com", "authenticationType": "Federated", "isVerified": false, "isInitial": false},
  {"id": "contoso.onmicrosoft.com", "authenticationType": "Managed", "isVerified": true, "isInitial": true}]}
"#;

/// A rule that says what the parameters are.
const SHOW: &str = "language: 1\nrules:\n  - id: shown\n    severity: info\n    rule: no user where has $verified_domains and has $federated_domains and has $initial_domain\n    \
                    message: \"{$verified_domains} / {$federated_domains} / {$initial_domain}\"\n";

fn desk() -> Desk {
    Desk::with(&[("a.ldif", DIRECTORY), ("domains.json", DOMAINS), ("show.yaml", SHOW)])
}

fn check(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(
        &[&["check", "a.ldif", "--rules", "show.yaml", "--now", "2026-01-01T00:00:00Z"], arguments].concat(),
    )
}

/// The messages of the rule with this id.
fn messages(desk: &Desk, rule: &str, arguments: &[&str]) -> Vec<String> {
    let ran = check(desk, &[&["--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&ran.exits(0).out).unwrap();
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_answer_about_domains_sets_the_parameters() {
    let desk = desk();
    let shown = messages(&desk, "shown", &["--tenant", "domains.json"]);
    assert_eq!(
        shown[0],
        "contoso.com, fed.contoso.com, contoso.onmicrosoft.com / fed.contoso.com / contoso.onmicrosoft.com"
    );
    let found = messages(&desk, "upn-suffix-not-verified", &["--tenant", "domains.json"]);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].contains("bob@new.contoso.com"),
        "a domain that is not verified does not count: {found:?}"
    );
    // no object is missed in a file that holds none
    let ran = check(&desk, &["--tenant", "domains.json"]);
    assert!(!ran.err.contains("source-no-objects") && !ran.err.contains("no-object-class"), "{}", ran.err);
}

#[test]
fn the_answer_may_come_in_any_form_and_company() {
    let line = DOMAINS.replace('\n', " ");
    let user = r#"{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": [{"id": "1", "userPrincipalName": "jim@contoso.com"}]}"#;
    let pascal = r#"[{"Id":"contoso.com","AuthenticationType":"Managed","IsVerified":true,"IsInitial":false},
                     {"Id":"fed.contoso.com","AuthenticationType":"Federated","IsVerified":true,"IsInitial":false},
                     {"Id":"contoso.onmicrosoft.com","AuthenticationType":"Managed","IsVerified":true,"IsInitial":true}]"#;
    let configured = "sources:\n  - { files: a.ldif }\n  - { files: t/*.json, source: tenant }\n";
    // settings of the synchronisation are no objects either
    let features = r#"{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#directory/onPremisesSynchronization", "value": [{"id": "x", "configuration": {}, "features": {"softMatchOnUpnEnabled": true}}]}"#;
    let desk = desk()
        .file("tenant.jsonl", format!("{user}\n{line}\n{features}\n"))
        .file("users.json", user)
        .file("pascal.json", pascal)
        .file("t/users.json", user)
        .file("t/domains.json", DOMAINS);
    let alone = messages(&desk, "shown", &["--tenant", "domains.json"]);
    for arguments in [
        &["--tenant", "tenant.jsonl"][..],
        &["--tenant", "users.json", "--tenant", "domains.json"],
        &["--tenant", "pascal.json"],
        &["--tenant", "t"],
    ] {
        assert_eq!(messages(&desk, "shown", arguments), alone, "{arguments:?}");
    }
    let desk = desk.file("presync.yaml", configured);
    let ran = desk.run(&["check", "--rules", "show.yaml", "--format", "concise"]);
    ran.exits(0).shows(&[&alone[0]]);
    // the users beside it are still the tenant's
    let ran = check(&desk, &["--tenant", "tenant.jsonl", "-v", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let silent = report["summary"]["rules_not_evaluated"].to_string();
    assert!(!silent.contains("the source `tenant` is not loaded"), "{silent}");
    assert_eq!(report["problems"], serde_json::json!([]));
}

#[test]
fn what_is_set_wins_and_the_difference_is_said() {
    let desk = desk();
    let tenant = ["--tenant", "domains.json"];
    let set = [&tenant[..], &["--set", "verified_domains=new.contoso.com"]].concat();
    assert!(messages(&desk, "shown", &set)[0].starts_with("new.contoso.com / fed.contoso.com"));
    check(&desk, &[&set[..], &["-v"]].concat()).says(&[
        "info[tenant-overruled]: `verified_domains` was set to `new.contoso.com`",
        "contoso.com, fed.contoso.com, contoso.onmicrosoft.com",
        "domains.json:3:11",
    ]);
    // the same in another order and case is no difference
    let same = "verified_domains=CONTOSO.onmicrosoft.com,fed.contoso.com,contoso.com";
    let ran = check(&desk, &[&tenant[..], &["-v", "--set", same]].concat());
    assert!(!ran.err.contains("tenant-overruled"), "{}", ran.err);
    let desk = desk.file("presync.yaml", "params: { initial_domain: fabrikam.onmicrosoft.com }\n");
    assert!(messages(&desk, "shown", &tenant)[0].ends_with("/ fabrikam.onmicrosoft.com"));
    check(&desk, &[&tenant[..], &["-v"]].concat())
        .says(&["`initial_domain` was set to `fabrikam.onmicrosoft.com`"]);
}

#[test]
fn an_answer_that_is_none_is_told_at_its_place() {
    let page = |members: &str| {
        format!("{{\"@odata.context\": \"https://x/$metadata#domains\", \"value\": [{members}]}}")
    };
    for (members, said) in [
        ("", &["error[tenant-says-nothing]: nothing in the list of domains tells", "e.json:1:51"][..]),
        (
            r#"{"id": "a.com", "isVerified": false}"#,
            &["error[tenant-says-nothing]", "a domain that is not verified does not count", "e.json:1:51"],
        ),
        (
            r#"{"id": "not a domain", "isVerified": true}"#,
            &[
                "error[tenant-bad-value]: `verified_domains`: `not a domain` is no domain name: it has a space",
            ],
        ),
        (r#"{"id": null, "isVerified": true}"#, &["error[tenant-no-name]", "`id` is missing"]),
        (
            r#"{"id": "a.onmicrosoft.com", "isVerified": true, "isInitial": true}, {"id": "b.onmicrosoft.com", "isVerified": true, "isInitial": true}"#,
            &[
                "error[tenant-contradiction]: the answers say two things of `initial_domain`",
                "the second one",
                "the first one",
            ],
        ),
        (r#"{"id": "a.com", "isVerified": true"#, &["error[json-"]),
    ] {
        let desk = desk().file("e.json", page(members));
        check(&desk, &["--tenant", "e.json"]).exits(2).says(said);
    }
    let refused = r#"{"error": {"code": "Authorization_RequestDenied"}}"#;
    check(&desk().file("e.json", refused), &["--tenant", "e.json"])
        .exits(2)
        .says(&["error[json-service-error]"]);
    let more = DOMAINS.replacen('{', r#"{"@odata.nextLink": "https://x", "#, 1);
    check(&desk().file("e.json", more), &["--tenant", "e.json"])
        .exits(2)
        .says(&["error[graph-next-page]", "domains"]);
    check(&desk(), &["domains.json"])
        .exits(0)
        .says(&["warning[tenant-answer-misplaced]: `domains.json` tells of a tenant", "`--tenant`"]);
}

#[test]
fn wrong_values_are_refused_with_a_suggestion() {
    for (set, said) in [
        (
            "verified_domain=a.com",
            &["error[set-unknown-parameter]: `--set verified_domain`", "did you mean `verified_domains`?"][..],
        ),
        (
            "verified_domains=not a domain",
            &["error[set-bad-value]", "`not a domain` is no domain name: it has a space"],
        ),
        ("verified_domains=contoso", &["it has a domain of", "such as contoso.com"]),
        ("verified_domains=a.com;b.com", &["a list is written with commas: `a.com,b.com`"]),
        ("verified_domains=https://contoso.com/", &["did you mean `contoso.com`?"]),
        ("federated_domains=ann@contoso.com", &["did you mean `contoso.com`?"]),
        ("initial_domain=contoso.com", &["`contoso.com` is no initial domain", "contoso.onmicrosoft.com"]),
        ("client=foo", &["`foo` is none of `connect`, `cloud-sync`"]),
        ("client=cloudsync", &["did you mean `cloud-sync`?"]),
        ("client=", &["an empty value is none of `connect`"]),
        ("group_member_limit=many", &["`many` is no number"]),
        ("exchange_online=perhaps", &["`perhaps` is neither true nor false"]),
        (
            "source_anchor=msDS-ConsistencyGuid",
            &["no pack declares the attribute", "did you mean `mS-DS-ConsistencyGuid`?"],
        ),
    ] {
        check(&desk(), &["--set", set]).exits(2).says(&["`--set "]).says(said);
    }
    for set in [
        "verified_domains=Contoso.com, münchen.de,xn--mnchen-3ya.de",
        "verified_domains=",
        "initial_domain=contoso.partner.onmschina.cn",
        "initial_domain=contoso.onmicrosoft.us",
        "client=cloud-sync",
        "source_anchor=employeeid",
    ] {
        check(&desk(), &["--set", set]).exits(0);
    }
}

#[test]
fn wrong_values_in_a_configuration_are_underlined() {
    let configuration = "params:\n  verified_domains: [contoso.com, not a domain]\n  federated_domains: contoso.com, fabrikam\n  \
                         client: cloud-snc\n  verifed_domains: x.com\n  group_member_limit: [1, 2]\n";
    let ran = check(&desk().file("presync.yaml", configuration), &["-q"]);
    insta::assert_snapshot!(ran.exits(2).err);
    let ran = check(&desk().file("presync.yaml", "params:\n  client: { a: b }\n"), &[]);
    ran.exits(2).says(&["error[config-yaml]", "a parameter is a text"]);
}

#[test]
fn a_pack_says_which_values_its_parameters_take() {
    let pack = |params: &str| {
        format!(
            "language: 1\nparams:\n  badge: {{ type: text, {params} }}\nformats:\n  two-letters: /[A-Z]{{2}}/\nrules:\n  - id: b\n    rule: no user where cn = $badge\n    message: m\n"
        )
    };
    let run = |params: &str, set: &str| {
        let desk = Desk::with(&[("a.ldif", DIRECTORY), ("rules.yaml", &pack(params))]);
        desk.check(&["a.ldif", "--set", set])
    };
    run("format: two-letters", "badge=AB").exits(0);
    run("format: two-letters", "badge=ABC").exits(2).says(&["`ABC` is no two letters"]);
    run("format: guid", "badge=1").exits(2).says(&["`1` is no guid"]);
    run("one_of: [red, green]", "badge=gren").exits(2).says(&["did you mean `green`?"]);
    run("format: two-leters", "badge=AB").exits(2).says(&[
        "error[pack-parameter]",
        "there is no format `two-leters`",
        "rules.yaml:3:3",
    ]);
    run("one_of: [red], default: blue", "badge=red")
        .exits(2)
        .says(&["error[pack-parameter]", "the default does not fit"]);
}

#[test]
fn a_top_level_domain_that_the_list_does_not_know_can_be_made_known() {
    let directory = DIRECTORY
        .replace("new.contoso.com", "contoso.brandnew")
        .replace("ann@contoso.com", "ann@xcontoso.local");
    let desk = Desk::with(&[("a.ldif", &directory), ("show.yaml", SHOW)]);
    let rule = "upn-suffix-unroutable";
    assert_eq!(messages(&desk, rule, &[]).len(), 2);
    for known in [
        "extra_suffixes=brandnew",
        "extra_suffixes=.brandnew",
        "extra_suffixes=contoso.local,contoso.brandnew",
    ] {
        let found = messages(&desk, rule, &["--set", known]);
        assert!(found.len() == 1 && found[0].contains("ann@xcontoso.local"), "{known}: {found:?}");
    }
    // and then it must be verified as any other
    let set = ["--set", "extra_suffixes=brandnew", "--set", "verified_domains=contoso.com"];
    assert_eq!(messages(&desk, "upn-suffix-not-verified", &set).len(), 1);
}
