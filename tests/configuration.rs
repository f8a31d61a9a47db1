//! `presync.yaml`: the example of the project works, and every fault is told at its place.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use common::{Desk, Ran};
use serde_json::{Value, json};

const EXAMPLE: &str = include_str!("../presync.example.yaml");

const POLICY: &str = "language: 1\nrules:\n  - id: member-unknown\n    rule: each member of group must refer to user, group\n    \
                      message: \"`{it}` is nobody\"\n";

/// A repository as the example means it.
fn repository() -> Desk {
    Desk::with(&[
        ("presync.yaml", EXAMPLE),
        ("policy/members.yaml", POLICY),
        ("exports/a.ldif", "dn: CN=Ann,DC=c\nobjectClass: user\nmail: ann@contoso.com\n"),
        ("exports/tenant/users.json", "[{\"id\": \"1\", \"userPrincipalName\": \"ann@contoso.com\"}]"),
        (
            "groups/a/b.yaml",
            "groups:\n- email-id: all@contoso.com\n  name: All\n  owners: [joe]\n  members:\n  - ops@contoso.com\n  - jim # gone\n",
        ),
        ("groups/c.yaml", "groups:\n- email-id: ops@contoso.com\n"),
        ("users.yaml", "users:\n  joe: { email: joe@contoso.com, groups: [all@contoso.com] }\n  jane:\n"),
        (
            "teams/x.yaml",
            "kind: Team\nmetadata: { name: x }\nspec: { members: [{ login: joe }, { login: jan }] }\n",
        ),
        ("teams/y.yaml", "kind: Other\nmetadata: { name: y }\n"),
    ])
}

fn shown(ran: &Ran) -> Vec<Value> {
    ran.exits(0).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_example_reads_a_repository() {
    let desk = repository();
    let objects = shown(&desk.run(&["show", "--format", "jsonl"]));
    let names: Vec<(&str, &str)> = objects
        .iter()
        .map(|object| (object["dn"].as_str().unwrap(), object["class"].as_str().unwrap()))
        .collect();
    assert_eq!(
        names,
        [
            ("CN=Ann,DC=c", "user"),
            ("1", "user"),
            ("all@contoso.com", "group"),
            ("ops@contoso.com", "group"),
            ("x", "group"),
            ("joe", "user"),
            ("jane", "user"),
        ]
    );
    assert_eq!(objects[2]["attributes"]["member"], json!(["joe", "ops@contoso.com", "jim"]));
    assert_eq!(objects[5]["attributes"]["uid"], json!(["joe"]));
    assert_eq!(objects[4]["attributes"]["member"], json!(["joe", "jan"]));
}

#[test]
fn a_check_needs_no_path_and_finds_what_refers_to_nobody() {
    let desk = repository();
    for arguments in [&["check"][..], &["check", "."]] {
        let ran = desk.run(&[arguments, &["--select", "member-unknown", "--format", "concise"]].concat());
        ran.exits(1);
        let lines: Vec<&str> = ran.out.lines().collect();
        assert_eq!(lines.len(), 2, "{}", ran.seen());
        assert!(
            lines[0].starts_with("groups/a/b.yaml:7:5: error[member-unknown] `jim` is nobody"),
            "{}",
            ran.out
        );
        assert!(
            lines[1].starts_with("teams/x.yaml:3:44: error[member-unknown] `jan` is nobody"),
            "{}",
            ran.out
        );
    }
    // the tenant is another source, which is not under check
    let counted: Value = serde_json::from_str(&desk.run(&["check", "--format", "json"]).out).unwrap();
    assert_eq!(counted["summary"]["objects"], json!({"group": 3, "user": 3}));
    // a file that is named is read as the configuration says, wherever presync is started
    desk.run(&["check", "groups/a/b.yaml", "--complete"]).exits(1).shows(&["`jim` is nobody"]);
    // and as what it is without a configuration
    desk.run(&["check", "--isolated", "users.yaml"]).says(&["1 object without a class"]);
}

/// What is said of a configuration.
fn faulty(config: &str) -> Ran {
    let desk = Desk::with(&[
        ("presync.yaml", config),
        ("a.yaml", "users: { joe: { email: a } }\n"),
        ("b.ldif", "dn: CN=A,DC=c\nobjectClass: user\nmail: a b@c.com\n"),
    ]);
    desk.run(&["check"])
}

#[test]
fn faults_of_a_configuration() {
    for (config, said) in [
        (
            "sources:\n  - file: a.yaml\n",
            &["config-unknown-field", "presync.yaml:2:5", "did you mean `files`?"][..],
        ),
        ("source: []\n", &["config-unknown-field", "did you mean `sources`?"]),
        ("sources:\n  - objects: users.*\n", &["config-missing-field", "write `files: groups/**/*.yaml`"]),
        ("sources:\n  - files: \"a[.yaml\"\n", &["config-pattern", "presync.yaml:2:12"]),
        (
            "sources:\n  - files: a.yaml\n    objects: users..x\n",
            &["config-path", "presync.yaml:3:14", "a field has no name"],
        ),
        (
            "sources:\n  - files: a.yaml\n    format: toml\n",
            &["config-unknown-value", "known are `ldif`, `csv`"],
        ),
        (
            "sources:\n  - files: a.yaml\n    objects: users.*\n    attributes: { mial: email }\n",
            &["config-unknown-attribute", "presync.yaml:4:19", "did you mean `mail`?"],
        ),
        ("sources:\n\t- files: a\n", &["config-yaml"]),
        ("- files\n", &["config-yaml"]),
    ] {
        let ran = faulty(config);
        ran.exits(2).says(said);
        assert_eq!(ran.out, "", "{config}");
    }
    faulty("").exits(2).says(&["no files are named"]);
    let desk = Desk::with(&[("a.ldif", "dn: CN=A\nobjectClass: user\n")]);
    desk.run(&["check", "--config", "presync.yml", "a.ldif"])
        .exits(2)
        .says(&["there is no file `presync.yml`"]);
}

#[test]
fn a_mapping_that_matches_nothing_never_hides_the_rest() {
    let rest = "  - files: \"*.ldif\"\n";
    let ran = faulty(&format!("sources:\n  - files: c/*.yaml\n{rest}"));
    ran.exits(2).says(&["error[mapping-no-files]", "presync.yaml:2:12", "checked 1 user in 1 file"]);
    let ran =
        faulty(&format!("sources:\n  - files: a.yaml\n    objects: persons.*\n    class: user\n{rest}"));
    ran.exits(2).says(&["error[mapping-no-objects]", "presync.yaml:3:14", "leads nowhere"]);
    let ran = faulty(&format!(
        "sources:\n  - files: a.yaml\n    objects: users.*\n    when: {{ kind: x }}\n{rest}"
    ));
    ran.exits(2).says(&["error[mapping-no-objects]"]);
}

#[test]
fn a_repository_says_which_objects_synchronise() {
    let user = |name: &str, more: &str| {
        format!(
            "dn: {name}\nobjectClass: user\nsAMAccountName: x\nuserPrincipalName: a b@contoso.com\n{more}\n"
        )
    };
    let staff = [
        user("CN=In,OU=Staff,DC=c", ""),
        user("CN=Out,OU=Others,DC=c", ""),
        user("CN=Svc,OU=Bots\\, old,OU=Staff,DC=c", ""),
        user("CN=No,OU=Staff,DC=c", "extensionAttribute15: nosync\n"),
    ];
    let found = |config: &str| {
        let desk = Desk::with(&[("a.ldif", &staff.concat()), ("presync.yaml", config)]);
        let ran = desk.run(&["check", "a.ldif", "--select", "upn-malformed", "--format", "jsonl"]);
        let findings = ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let names = findings
            .filter(|line| line["type"] == "finding")
            .map(|line| line["object"].as_str().unwrap().to_owned());
        names.map(|name| name[3..].split(',').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(""), ["In", "Out", "Svc", "No"]);
    assert_eq!(found("scope:\n  include: OU=Staff,DC=c\n"), ["In", "Svc", "No"]);
    assert_eq!(
        found("scope:\n  exclude: ['OU=Bots\\, old,OU=Staff,DC=c', 'OU=Others,DC=c']\n"),
        ["In", "No"]
    );
    assert_eq!(found("scope:\n  filtered: extensionAttribute15 = \"NoSync\"\n"), ["In", "Out", "Svc"]);
    let all = "scope:\n  include: OU=Staff,DC=c\n  exclude: ['OU=Bots\\, old,OU=Staff,DC=c']\n  filtered: extensionAttribute15 = \"NoSync\"\n";
    assert_eq!(found(all), ["In"]);
}

#[test]
fn faults_of_a_scope() {
    for (config, said) in [
        (
            "scope:\n  filtered: has mial\n",
            &["rule-unknown-attribute", "presync.yaml:2:17", "did you mean `mail`?"][..],
        ),
        ("scope:\n  filtered: has has\n", &["presync.yaml:2:"]),
        ("scope:\n  include: Staff\n", &["presync.yaml:2:12", "`Staff` is no distinguished name"]),
        ("scope:\n  exlude: x\n", &["config-unknown-field", "did you mean `exclude`?"]),
    ] {
        let desk = Desk::with(&[("a.ldif", "dn: CN=A,DC=c\nobjectClass: user\n"), ("presync.yaml", config)]);
        desk.run(&["check", "a.ldif"]).exits(2).says(said);
    }
}
