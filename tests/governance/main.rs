//! What decides which rules run and which findings count: configurations that build on others, locks, suppressions, recorded
//! findings, a base that cannot be weakened, and what came since.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

#[path = "../common/mod.rs"]
mod common;

mod base;
mod layers;
mod recorded;
mod selection;
mod suppressed;

use common::{Desk, Ran};

/// Rules of an organisation.
const POLICY: &str = r#"language: 1
params:
  longest: { type: number, default: 5 }
rules:
  - id: member-unknown
    severity: warning
    rule: each member of group must refer to user, group
    message: "`{it}` is nobody"
    tags: [members]
  - id: mail-shared
    rule: unique mail across user, group
    message: "`{it}` belongs to {holders} objects"
  - id: name-long
    severity: info
    rule: "each cn of group: length(it) <= $longest"
    message: "`{it}` is long"
  - id: description-missing
    status: preview
    rule: each group must have description
    message: no description
  - id: owner-old
    status: deprecated
    successor: member-unknown
    rule: each group must have managedBy
    message: no owner
"#;

const GROUPS: &str = "groups:
- name: all
  mail: x@c.com
  members: [joe]
- name: ops
  mail: x@c.com
  members:
  - jim
";

const SOURCES: &str = "sources:
  - files: groups/*.yaml
    objects: groups[*]
    class: group
    name: name
    attributes: { cn: name, mail: mail, member: members }
";

/// A repository with a configuration, besides that of its sources.
fn repository(config: &str) -> Desk {
    let text = format!("{SOURCES}rules: policy/org.yaml\n{config}");
    Desk::with(&[("presync.yaml", &text), ("policy/org.yaml", POLICY), ("groups/a.yaml", GROUPS)])
}

/// `presync check`, without the built-in rules and with everything exported, a finding a line.
fn check(desk: &Desk, arguments: &[&str]) -> Ran {
    let common =
        ["check", "--no-builtin", "--complete", "--now", "2026-06-01T00:00:00Z", "--format", "concise"];
    desk.run(&[&common, arguments].concat())
}

/// The places and rules of findings: `groups/a.yaml:4:13: warning[member-unknown]`.
fn found(ran: &Ran) -> Vec<String> {
    ran.out.lines().map(|line| line.split_inclusive(']').next().unwrap().to_owned()).collect()
}

/// Runs git in a desk.
fn git(desk: &Desk, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.args(["-c", "user.name=x", "-c", "user.email=x@c.com", "-c", "init.defaultBranch=main"]);
    let output = command.args(arguments).current_dir(desk.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Commits all that is there.
fn commit(desk: &Desk) {
    git(desk, &["init", "-q"]);
    git(desk, &["add", "-A"]);
    git(desk, &["commit", "-q", "-m", "x"]);
}

fn write(desk: &Desk, name: &str, text: &str) {
    std::fs::write(desk.path().join(name), text).unwrap();
}

fn read(desk: &Desk, name: &str) -> String {
    std::fs::read_to_string(desk.path().join(name)).unwrap()
}
