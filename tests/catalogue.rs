//! The rules of `rules/entra` as a whole: each finds its fault in one faulty directory, none finds anything in a proper one, and
//! what they find in the directories of other people was read by people.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "catalogue/clean.rs"]
mod clean;
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use common::Desk;
use presync::pack::{BUILT_IN, load};
use presync::source::Store;

/// Every rule of `rules/entra`.
fn rules() -> BTreeSet<String> {
    let mut store = Store::new();
    let packs = BUILT_IN.iter().filter(|(name, _)| name.starts_with("rules/entra/")).map(|(name, text)| {
        let file = store.text(name, text.as_bytes().to_vec());
        load(&store, file, true).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
    });
    packs.flat_map(|pack| pack.content.rules.into_iter().map(|rule| rule.id)).collect()
}

/// How often each rule of `rules/entra` found something.
fn counts(desk: &Desk, arguments: &[&str]) -> BTreeMap<String, usize> {
    let common = ["check", "--isolated", "--format", "json", "--now", "2026-01-01T00:00:00Z"];
    let ran = desk.run(&[&common, arguments].concat());
    assert!(ran.code <= 1, "exit {}: {}\n{}", ran.code, ran.err, ran.out);
    counted(&serde_json::from_str(&ran.out).unwrap())
}

/// The same of a report.
fn counted(report: &serde_json::Value) -> BTreeMap<String, usize> {
    let known = rules();
    let mut counts = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let rule = finding["rule"].as_str().unwrap();
        if known.contains(rule) {
            *counts.entry(rule.to_owned()).or_default() += 1;
        }
    }
    counts
}

fn table(counts: &BTreeMap<String, usize>) -> String {
    counts.iter().fold(String::new(), |mut table, (rule, count)| {
        writeln!(table, "{count:5} {rule}").unwrap();
        table
    })
}

#[test]
fn every_rule_finds_its_fault() {
    let desk = Desk::with(&[
        ("faulty.ldif", include_str!("catalogue/faulty.ldif")),
        ("tenant.ldif", include_str!("catalogue/tenant.ldif")),
    ]);
    let limits =
        ["--set", "group_member_limit=4", "--set", "cloud_sync_member_limit=3", "--set", "photo_limit=48"];
    let common = [&["faulty.ldif", "--complete"][..], &limits].concat();
    let tenant = [
        "--tenant",
        "tenant.ldif",
        "--set",
        "verified_domains=contoso.com,fabrikam.com",
        "--set",
        "federated_domains=contoso.com,fabrikam.com",
        "--set",
        "object_quota=100",
        "--set",
        "initial_domain=contoso.onmicrosoft.com",
        "--set",
        "membership_limit=2",
    ];
    let connect = counts(&desk, &[&common[..], &tenant].concat());
    let cloud_sync = counts(&desk, &[&common[..], &["--set", "client=cloud-sync"]].concat());
    let missing: Vec<String> = rules()
        .into_iter()
        .filter(|rule| !connect.contains_key(rule) && !cloud_sync.contains_key(rule))
        .collect();
    assert!(missing.is_empty(), "these find nothing in tests/catalogue/faulty.ldif: {missing:?}");
    // each fault is told once; what is counted twice was made twice
    let seen =
        format!("Connect, with a tenant\n{}\nCloud sync, alone\n{}", table(&connect), table(&cloud_sync));
    insta::assert_snapshot!("faulty", seen);
}

#[test]
fn nothing_is_found_in_a_proper_directory() {
    let directory = clean::directory(1_000);
    assert_eq!(directory.main.matches("\ndn:").count(), 1_000);
    let desk = Desk::with(&[("clean.ldif", &directory.main), ("tenant.ldif", &directory.tenant)]);
    let domains = format!("verified_domains={}", clean::DOMAINS.join(","));
    let federated = format!("federated_domains={}", clean::DOMAINS.join(","));
    for arguments in [
        &["clean.ldif"][..],
        &["clean.ldif", "--complete"],
        &["clean.ldif", "--complete", "--set", &domains, "--set", &federated, "--tenant", "tenant.ldif"],
        &["clean.ldif", "--complete", "--set", "client=cloud-sync"],
    ] {
        assert_eq!(counts(&desk, arguments), BTreeMap::new(), "{arguments:?}");
    }
    // and that is said by every rule
    let settings =
        ["--set", &domains, "--set", &federated, "--set", "initial_domain=contoso.onmicrosoft.com"];
    let all = [&["clean.ldif", "--complete", "--tenant", "tenant.ldif"], &settings[..]].concat();
    assert_eq!(counts(&desk, &all), BTreeMap::new());
    let ran = desk.run(&[&["check", "--isolated", "--format", "json"], &all[..]].concat());
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let known = rules();
    let silent = report["summary"]["rules_not_evaluated"].as_array().unwrap().iter();
    let silent: Vec<&str> = silent.filter_map(|rule| rule["rule"].as_str()).collect();
    assert!(!silent.iter().any(|rule| known.contains(*rule)), "not evaluated: {silent:?}");
}

/// Directories of other people, from the folder that `PRESYNC_CORPUS` names. Every finding that is counted here was read and
/// found right.
#[test]
fn findings_in_real_directories_are_as_reviewed() {
    let Some(root) = std::env::var_os("PRESYNC_CORPUS") else {
        println!("skipped: PRESYNC_CORPUS is not set");
        return;
    };
    let root = Path::new(&root).join("real");
    let desk = Desk::new();
    let mut seen = String::new();
    for (folder, complete) in [
        ("samba-ad-lab", true),
        ("samba", true),
        ("csvde", true),
        ("planetexpress", true),
        ("planetexpress-large-group", true),
        ("389ds", true),
        ("openldap", false),
        ("spring-ldap", true),
        ("ldaptive", true),
        ("dex", true),
        ("authelia", true),
        ("graph-docs-mocks", false),
        ("scim", false),
    ] {
        let path = root.join(folder);
        let path = path.to_str().unwrap();
        let mut command = desk.command(&["check", "--isolated", "--format", "json", path]);
        if complete {
            command.arg("--complete");
        }
        // damaged files on purpose lie among them, so the exit code says nothing
        let output = command.output().unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let counts = counted(&report);
        writeln!(seen, "{folder}\n{}", table(&counts)).unwrap();
    }
    insta::assert_snapshot!("real", seen);
}
