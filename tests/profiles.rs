//! Profiles: which packs' rules run, on the command line and in `presync.yaml`.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use std::collections::BTreeSet;

use common::{Desk, Ran};
use serde_json::Value;

/// Faults of the profiles default (a blank in the name), idfix-multi-tenant (the same, and no display name) and hygiene (a
/// password that never expires).
const FAULTY: &str = "dn: CN=Joe,OU=Staff,DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: joe\n\
    userPrincipalName: j oe@contoso.com\nuserAccountControl: 66048\ngivenName: Joe\n";

const OWN: &str =
    "rules:\n  - id: no-joe\n    rule: no user where givenName = \"Joe\"\n    message: that is Joe\n";
const NAMED: &str = "profiles: [before-migration, strict]\nrules:\n  - id: no-logon-name\n    rule: no user where has sAMAccountName\n    message: here is one\n";

fn desk() -> Desk {
    Desk::with(&[("a.ldif", FAULTY), ("own.yaml", OWN), ("named.yaml", NAMED)])
}

/// The rules that found something.
fn found(ran: &Ran) -> BTreeSet<String> {
    assert!(ran.code < 2, "{}", ran.err);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = document["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn check(desk: &Desk, more: &[&str]) -> BTreeSet<String> {
    found(&desk.run(&[&["check", "a.ldif", "--format", "json"], more].concat()))
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_chosen_profiles_run_and_no_other() {
    let desk = desk();
    assert_eq!(check(&desk, &[]), set(&["upn-malformed"]));
    assert_eq!(check(&desk, &["--profile", "default"]), set(&["upn-malformed"]));
    assert_eq!(check(&desk, &["--profile", "hygiene"]), set(&["password-never-expires"]));
    let idfix = ["idfix-display-name-blank", "idfix-upn-character"];
    assert_eq!(check(&desk, &["--profile", "idfix-multi-tenant", "--complete"]), set(&idfix));
    let both = set(&["upn-malformed", "password-never-expires"]);
    assert_eq!(check(&desk, &["--profile", "default,hygiene"]), both);
    assert_eq!(check(&desk, &["--profile", "default", "--profile", "hygiene"]), both);
    // parameters of every pack stay known
    assert_eq!(check(&desk, &["--set", "stale_after=30 days"]), set(&["upn-malformed"]));
}

#[test]
fn own_packs_run_unless_they_name_profiles() {
    let desk = desk();
    let own = &["--rules", "own.yaml", "--rules", "named.yaml"];
    assert_eq!(check(&desk, own), set(&["upn-malformed", "no-joe"]));
    let with = |profile| check(&desk, &[own, &["--profile", profile][..]].concat());
    assert_eq!(with("hygiene"), set(&["password-never-expires", "no-joe"]));
    assert_eq!(with("strict"), set(&["no-logon-name", "no-joe"]));
    assert_eq!(with("strict,before-migration"), set(&["no-logon-name", "no-joe"]));
    let none = &["check", "a.ldif", "--no-builtin", "--rules", "named.yaml"];
    desk.run(none).exits(2).says(&["no-rules", "`strict`"]);
}

#[test]
fn the_configuration_chooses_and_the_command_line_wins() {
    let desk = desk().file("presync.yaml", "profiles: [hygiene]\nrules: own.yaml\n");
    assert_eq!(check(&desk, &[]), set(&["password-never-expires", "no-joe"]));
    assert_eq!(check(&desk, &["--profile", "default"]), set(&["upn-malformed", "no-joe"]));
    let one = desk.file("presync.yaml", "profiles: hygiene\n");
    assert_eq!(check(&one, &[]), set(&["password-never-expires"]));
    let listed = one.run(&["rule"]);
    assert!(listed.exits(0).out.contains("password-never-expires") && !listed.out.contains("upn-taken"));
    one.run(&["export-command", "ldapsearch"]).exits(0);
}

#[test]
fn an_unknown_profile_is_an_error() {
    let desk = desk();
    let ran = desk.run(&["check", "a.ldif", "--profile", "hygine"]);
    ran.exits(2).says(&["profile-unknown", "did you mean `hygiene`?"]);
    let ran = desk.run(&["rule", "--profile", "x"]);
    ran.exits(2).says(&["known are `default`, `delta`, `hygiene`, `idfix-dedicated`, `idfix-multi-tenant`"]);
    desk.run(&["export-command", "ldifde", "--profile", "x"]).exits(2).says(&["profile-unknown"]);
    desk.run(&["check", "a.ldif", "--profile", ""]).exits(2).says(&["profile-unknown"]);
    let desk = desk.file("presync.yaml", "# ours\nprofiles: [default, hygeine]\n");
    let ran = desk.run(&["check", "a.ldif"]);
    ran.exits(2).says(&["config-unknown-profile", "presync.yaml:2:21", "did you mean `hygiene`?"]);
    let desk = desk.file("presync.yaml", "profiles: []\n");
    desk.run(&["check", "a.ldif"]).exits(2).says(&["`profiles` names none", "presync.yaml:1:1"]);
}

#[test]
fn a_profile_stays_known_when_the_built_in_rules_are_left_out() {
    let desk = desk().file("presync.yaml", "profiles: [hygiene, strict]\nrules: [own.yaml, named.yaml]\n");
    assert_eq!(check(&desk, &["--no-builtin"]), set(&["no-joe", "no-logon-name"]));
    desk.run(&["check", "a.ldif", "--no-builtin", "--profile", "hygine"]).exits(2).says(&["`hygiene`"]);
}

#[test]
fn a_bad_name_in_a_pack_is_an_error() {
    for (line, said) in [
        ("profiles: [Strict]", "`Strict` is no name of a profile"),
        ("profiles: []", "`profiles` names none"),
        ("profiles: strict", "`strict` does not fit here"),
    ] {
        let desk = desk().file("bad.yaml", format!("{line}\n{OWN}"));
        let ran = desk.run(&["check", "a.ldif", "--rules", "bad.yaml"]);
        ran.exits(2).says(&[said, "bad.yaml:1:"]);
    }
}

#[test]
fn what_was_selected_must_be_chosen() {
    let desk = desk();
    let ran = desk.run(&["check", "a.ldif", "--select", "password-never-expires"]);
    ran.exits(2).says(&["select-not-chosen", "`hygiene`, which", "`--profile default,hygiene`"]);
    let ran = desk.run(&["check", "a.ldif", "--profile", "idfix-dedicated", "--select", "sign-in"]);
    ran.exits(2).says(&["`--profile idfix-dedicated,default`"]);
    // what is left out anyway may be left out
    assert_eq!(check(&desk, &["--ignore", "password-never-expires,length"]), set(&["upn-malformed"]));
    assert_eq!(
        check(&desk, &["--profile", "idfix-multi-tenant", "--select", "character"]),
        set(&["idfix-upn-character"])
    );
}

#[test]
fn rules_are_listed_by_profile_and_explained_whatever_is_chosen() {
    let desk = desk();
    let ran = desk.run(&["rule"]);
    assert!(ran.exits(0).out.contains("upn-taken ") && !ran.out.contains("idfix-"));
    ran.says(&["profiles: `default` (", " rules, shown here), `delta` (", "`idfix-dedicated` ("]);
    let ran = desk.run(&["rule", "--profile", "idfix-dedicated", "-q"]);
    assert!(ran.exits(0).out.lines().all(|line| line.starts_with("idfix-dedicated-")) && ran.err.is_empty());
    let ran = desk.run(&["rule", "password-never-expires"]);
    assert!(ran.exits(0).out.contains("profile hygiene") && ran.out.contains("`--profile hygiene`"));
    let ran = desk.run(&["rule", "no-joe", "--rules", "own.yaml"]);
    assert!(ran.exits(0).out.contains("of every profile"));
}

#[test]
fn a_rule_is_explained_within_the_width() {
    let desk = desk();
    let mut command = desk.command(&["rule", "account-stale"]);
    let output = command.env("COLUMNS", "72").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    insta::assert_snapshot!("account-stale", text);
}

#[test]
fn rules_of_every_profile_are_tested() {
    let ran = desk().run(&["test", "-v"]);
    for rule in ["upn-taken", "idfix-dedicated-mail-duplicate", "idfix-upn-format", "group-in-itself"] {
        assert!(ran.exits(0).out.contains(&format!("passed: {rule} (bad")), "{rule}");
    }
}
