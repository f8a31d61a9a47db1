//! Directories that are kept as code: what `presync.yaml` says of a repository, and what is read then.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};

use common::{Desk, Ran};
use serde_json::Value;

/// The folder of a real repository, copied; none without the corpus.
fn repository(name: &str) -> Option<Desk> {
    let Some(root) = std::env::var_os("PRESYNC_CORPUS") else {
        println!("skipped: PRESYNC_CORPUS is not set");
        return None;
    };
    let desk = Desk::new();
    copy(&PathBuf::from(root).join("real").join(name), &desk.path().join("repo"));
    Some(desk)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The objects that `presync show` prints.
fn shown(desk: &Desk) -> Vec<Value> {
    let ran = desk.run(&["show", "--format", "jsonl"]);
    ran.exits(0).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of_class<'o>(objects: &'o [Value], class: &str) -> Vec<&'o Value> {
    objects.iter().filter(|object| object["class"] == class).collect()
}

fn named<'o>(objects: &'o [Value], name: &str) -> &'o Value {
    objects.iter().find(|object| object["dn"] == name).unwrap_or_else(|| panic!("no object `{name}`"))
}

#[test]
fn the_groups_of_kubernetes() {
    let Some(desk) = repository("k8s-io-groups") else { return };
    let desk = desk
        .file(
            "presync.yaml",
            "sources:\n  - files: repo/**/groups.yaml\n    objects: groups[*]\n    class: group\n    name: email-id\n    \
             attributes: { mail: email-id, displayName: name, member: [owners, managers, members] }\n",
        )
        .file(
            "rules.yaml",
            "language: 1\nrules:\n  - id: mail-shared\n    rule: unique mail across group\n    message: \"`{mail}` is shared\"\n  \
             - id: nested-unknown\n    rule: each member of group must refer to group\n    message: \"`{it}` is no group\"\n",
        );
    let objects = shown(&desk);
    let text: String = ["repo/groups.yaml", "repo/sig-contributor-experience/groups.yaml"]
        .iter()
        .map(|file| std::fs::read_to_string(desk.path().join(file)).unwrap())
        .collect();
    assert_eq!(objects.len(), text.matches("- email-id:").count());
    let blog = named(&objects, "blog@kubernetes.io");
    assert_eq!(blog["attributes"]["mail"], serde_json::json!(["blog@kubernetes.io"]));
    assert_eq!(blog["attributes"]["member"].as_array().unwrap().len(), 7);
    // groups are members of groups by their addresses; people stand nowhere in the repository
    let report: Value = serde_json::from_str(&desk.check(&["--format", "json"]).exits(1).out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let unknown: Vec<&str> = findings.iter().map(|finding| finding["value"].as_str().unwrap()).collect();
    assert!(unknown.contains(&"person001@vmware.com"));
    assert!(!unknown.contains(&"leads@kubernetes.io"));
}

#[test]
fn the_organisations_of_kubernetes() {
    let Some(desk) = repository("kubernetes-org") else { return };
    let desk = desk.file(
        "presync.yaml",
        "sources:\n  - files: repo/**/org.yaml\n    objects: members[*]\n    class: user\n  - files: repo/**/org.yaml\n    \
         objects: admins[*]\n    class: user\n  - files: repo/**/{org,teams}.yaml\n    objects: teams.**\n    class: group\n    \
         name: $key\n    attributes: { cn: $key, member: [members, maintainers] }\n",
    );
    let objects = shown(&desk);
    let (mut members, mut teams) = (0, 0);
    count(&desk.path().join("repo"), &mut members, &mut teams);
    assert_eq!(of_class(&objects, "user").len(), members);
    assert_eq!(of_class(&objects, "group").len(), teams);
    assert!(members > 500 && teams > 200, "{members} members, {teams} teams");
}

/// What a plain reading of the files counts: lines of the lists at the left margin, and keys one below `teams:`.
fn count(folder: &Path, members: &mut usize, teams: &mut usize) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            count(&entry.path(), members, teams);
            continue;
        }
        let name = entry.file_name();
        if name != "org.yaml" && name != "teams.yaml" {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let mut list = false;
        let mut open: Vec<usize> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.trim().starts_with('#')) {
            let indent = line.len() - line.trim_start().len();
            if indent == 0 && !line.starts_with('-') {
                list = name == "org.yaml" && (line.starts_with("members:") || line.starts_with("admins:"));
            }
            *members += usize::from(list && line.starts_with("- "));
            let is_item = line.trim_start().starts_with("- ");
            open.retain(|teams| indent > *teams || indent == *teams && is_item);
            let is_team = open.last().is_some_and(|teams| indent == teams + 2);
            *teams += usize::from(is_team && !is_item && line.trim_end().ends_with(':'));
            if line.trim() == "teams:" {
                open.push(indent);
            }
        }
    }
}

#[test]
fn the_users_of_authelia() {
    let Some(desk) = repository("authelia") else { return };
    let desk = desk.file(
        "presync.yaml",
        "sources:\n  - files: repo/internal/suites/Standalone/users.yml\n    objects: users.*\n    class: user\n    \
         attributes: { uid: $key, mail: email, displayName: displayname, memberOf: groups }\n",
    );
    let objects = shown(&desk);
    assert_eq!(objects.len(), 4);
    let john = named(&objects, "john");
    assert_eq!(john["attributes"]["mail"], serde_json::json!(["john.doe@authelia.com"]));
    assert_eq!(john["attributes"]["memberOf"], serde_json::json!(["admins", "dev"]));
    assert_eq!(john["attributes"]["password"], serde_json::json!([{ "secret": true }]));
    // nothing of a secret is shown around a finding either
    let desk = desk.file(
        "rules.yaml",
        "language: 1\nrules:\n  - id: mail-domain\n    rule: each mail of user must end with \"@contoso.com\"\n    \
         message: \"`{it}` is elsewhere\"\n",
    );
    let ran = desk.check(&[]);
    ran.exits(1).shows(&["mail: john.doe@authelia.com".trim_start_matches("mail: ")]);
    assert!(!ran.out.contains("$6$"), "{}", ran.out);
}

#[test]
fn the_laboratories_of_goad() {
    let Some(desk) = repository("goad") else { return };
    let config = |files: &str| {
        format!(
            "sources:\n  - files: {files}\n    objects: lab.domains.*.users.*\n    class: user\n    \
             attributes: {{ sAMAccountName: $key, givenName: firstname, sn: surname, memberOf: groups }}\n  - files: {files}\n    \
             objects: lab.domains.*.groups.*.*\n    class: group\n    attributes: {{ cn: $key, managedBy: managed_by, member: members }}\n"
        )
    };
    let desk = desk.file("presync.yaml", config("repo/GOAD/data/config.json"));
    let objects = shown(&desk);
    assert_eq!(of_class(&objects, "user").len(), 7 + 12 + 11);
    let arya = named(&objects, "arya.stark");
    assert_eq!(arya["attributes"]["givenName"], serde_json::json!(["Arya"]));
    let secret = serde_json::json!([{ "secret": true }]);
    assert!(objects.iter().filter(|o| o["class"] == "user").all(|o| o["attributes"]["password"] == secret));
    let desk = desk.file(
        "rules.yaml",
        "language: 1\nrules:\n  - id: manager-unknown\n    rule: each managedBy of group must refer to user\n    \
         message: \"`{it}` is nobody\"\n  - id: group-unknown\n    rule: each memberOf of user must refer to group\n    \
         message: \"`{it}` is no group\"\n",
    );
    let ran: Ran = desk.check(&["--format", "json"]);
    let report: Value = serde_json::from_str(&ran.exits(1).out).unwrap();
    let unknown: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "manager-unknown")
        .map(|finding| finding["value"].as_str().unwrap())
        .collect();
    // built-in accounts are not among the users of the repository
    assert!(!unknown.is_empty() && unknown.iter().all(|name| *name == "Administrator"), "{unknown:?}");

    // the trailing comma of one of them is told at its place, and its users are judged all the same
    let desk = desk.file("presync.yaml", config("repo/DRACARYS/data/config.json"));
    let ran = desk.run(&["show", "--format", "jsonl"]);
    ran.exits(2).says(&["error[json-trailing-comma]", "repo/DRACARYS/data/config.json:128:"]);
    assert!(ran.out.lines().count() >= 3, "{}", ran.seen());
}
