//! `forecast` and `check` agree: what the forecast says to fail, to be held back or to be renamed, a rule finds too.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::Desk;
use serde_json::Value;

/// What the forecast says and no rule finds, each with the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "quarantine of userPrincipalName",
        "CN=Lou,",
        "the name stands in the file twice: for check one object (duplicate-name), for the forecast two",
    ),
    ("quarantine of userPrincipalName", "CN=Ned,", "the same"),
    (
        "rename of userPrincipalName",
        "CN=Ira,",
        "cloud-user-tied-to-anchor points at the anchor that causes the takeover; no rule is about the name",
    ),
];

const SETTINGS: [&str; 8] = [
    "--set",
    "verified_domains=contoso.com,fabrikam.com",
    "--set",
    "federated_domains=contoso.com,fabrikam.com",
    "--set",
    "initial_domain=contoso.onmicrosoft.com",
    "--now",
    "2026-11-20T08:00:00Z",
];

fn report(desk: &Desk, arguments: &[&str]) -> Value {
    let ran =
        desk.run(&[arguments, &SETTINGS[..], &["--isolated", "--format", "json", "--complete"]].concat());
    assert!(ran.code <= 1, "exit {}: {}", ran.code, ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// The line of a place in the directory.
fn line(value: &Value) -> Option<u64> {
    (value["location"]["file"] == "faulty.ldif").then(|| value["location"]["line"].as_u64()).flatten()
}

#[test]
fn what_is_forecast_is_found() {
    let desk = Desk::with(&[
        ("faulty.ldif", include_str!("catalogue/faulty.ldif")),
        ("tenant.ldif", include_str!("catalogue/tenant.ldif")),
    ]);
    let files = ["faulty.ldif", "--tenant", "tenant.ldif"];
    let check = report(&desk, &[&["check"], &files[..]].concat());
    let mut found: BTreeSet<u64> = BTreeSet::new();
    let mut objects: BTreeSet<&str> = BTreeSet::new();
    for finding in check["findings"].as_array().unwrap() {
        found.extend(line(finding));
        objects.extend(finding["object"].as_str());
        for related in finding["related"].as_array().unwrap() {
            found.extend(line(related));
            objects.extend(related["object"].as_str());
        }
    }
    let forecast = report(&desk, &[&["forecast"], &files[..]].concat());
    let mut silent: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut judged = 0;
    for object in forecast["objects"].as_array().unwrap() {
        let name = object["object"].as_str().unwrap();
        for outcome in object["outcomes"].as_array().unwrap() {
            let kind = outcome["kind"].as_str().unwrap();
            if !["quarantine", "export-error", "rename"].contains(&kind) || outcome["cycle"] == 2 {
                continue;
            }
            judged += 1;
            let is_found = match line(outcome) {
                Some(line) => found.contains(&line) || (outcome["value"].is_null() && objects.contains(name)),
                None => objects.contains(name),
            };
            if !is_found {
                let attribute = outcome["attribute"].as_str().unwrap_or_default();
                *silent.entry((format!("{kind} of {attribute}"), name.to_owned())).or_default() += 1;
            }
        }
    }
    assert!(judged > 30, "only {judged} outcomes were compared");
    let is_known = |(what, name): &(String, String)| {
        EXCEPTIONS.iter().any(|(known, start, _)| known == what && name.starts_with(start))
    };
    let unknown: Vec<&(String, String)> = silent.keys().filter(|key| !is_known(key)).collect();
    assert!(unknown.is_empty(), "no rule finds these of {judged}: {unknown:#?}");
    for (what, start, reason) in EXCEPTIONS {
        let is_used = silent.keys().any(|(known, name)| known == what && name.starts_with(start));
        assert!(is_used, "the exception `{what}` of {start} ({reason}) is needed no more");
    }
}
