//! Which rules run, and how bad their findings are.

use super::*;

const MEMBERS: [&str; 2] =
    ["groups/a.yaml:4:13: warning[member-unknown]", "groups/a.yaml:8:5: warning[member-unknown]"];
const MAIL: &str = "groups/a.yaml:3:9: error[mail-shared]";

#[test]
fn rules_are_named_by_id_tag_pack_or_all() {
    let desk = repository("");
    assert_eq!(found(&check(&desk, &[])), [MEMBERS[0], MEMBERS[1], MAIL]);
    assert_eq!(found(&check(&desk, &["--select", "members"])), MEMBERS);
    assert_eq!(found(&check(&desk, &["--select", "mail-shared"])), [MAIL]);
    assert_eq!(found(&check(&desk, &["--select", "org", "--ignore", "members"])), [MAIL]);
    assert_eq!(found(&check(&desk, &["--ignore", "all", "--select", "mail-shared"])), [MAIL]);
    check(&desk, &["--ignore", "member-unknwon"])
        .exits(2)
        .says(&["select-unknown", "did you mean `member-unknown`?"]);
}

#[test]
fn a_pack_that_is_built_in_has_the_name_of_its_file_and_of_its_folder() {
    let desk =
        Desk::with(&[("a.ldif", "dn: CN=A,DC=c\nobjectClass: user\nsAMAccountName: a\nmail: a b@c.com\n")]);
    for name in ["entra/mail", "entra"] {
        let ran = desk.run(&["check", "a.ldif", "--select", name, "--format", "concise"]);
        assert!(ran.exits(1).out.contains("a.ldif:4:8: error["), "{name}: {}", ran.seen());
    }
    desk.run(&["check", "a.ldif", "--select", "entra/limits", "--format", "concise"]).exits(0);
}

#[test]
fn severities_are_given_by_name_and_the_level_that_fails_follows() {
    let desk = repository("severity: { members: info, member-unknown: error, mail-shared: info }\n");
    let levels = |arguments: &[&str]| {
        found(&check(&desk, arguments))
            .iter()
            .map(|line| line.split(' ').nth(1).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(levels(&[]), ["error[member-unknown]", "error[member-unknown]", "info[mail-shared]"]);
    assert_eq!(
        levels(&["--severity", "member-unknown=info"]),
        ["info[member-unknown]", "info[member-unknown]", "info[mail-shared]"]
    );
    check(&desk, &["--severity", "member-unknown=info"]).exits(0);
    check(&desk, &["--severity", "member-unknown=info", "--fail-level", "info"]).exits(1);
    check(&desk, &["--severity", "member-unknown=bad"]).exits(2).says(&["`bad` is no severity", "`warning`"]);
    check(&desk, &["--severity", "members"]).exits(2).says(&["write `--severity group-empty=error`"]);
    let desk = repository("fail-level: warning\nignore: mail-shared\n");
    check(&desk, &[]).exits(1);
    check(&desk, &["--fail-level", "error"]).exits(0);
}

#[test]
fn rules_that_may_change_or_will_go_run_only_when_they_are_asked_for() {
    let desk = repository("ignore: [members, mail-shared]\n");
    assert_eq!(found(&check(&desk, &[])), Vec::<String>::new());
    assert_eq!(found(&check(&desk, &["--preview"])).len(), 2);
    assert_eq!(found(&check(&desk, &["--select", "description-missing"])).len(), 2);
    let old = check(&desk, &["--select", "owner-old"]);
    old.exits(1).says(&["warning[rule-deprecated]", "`member-unknown` has taken its place"]);
    assert_eq!(found(&old).len(), 2);
}

#[test]
fn what_differs_for_some_files() {
    let desk = repository(
        "overrides:\n  - files: groups/b*.yaml\n    ignore: members\n    severity: { mail-shared: info }\n",
    );
    write(
        &desk,
        "groups/b.yaml",
        "groups:\n- name: b\n  mail: b@c.com\n  members: [bob]\n- name: b2\n  mail: b@c.com\n",
    );
    assert_eq!(
        found(&check(&desk, &[])),
        [MEMBERS[0], MEMBERS[1], MAIL, "groups/b.yaml:3:9: info[mail-shared]"]
    );
    // a conflict of two files is as bad as the worse of them
    write(&desk, "groups/b.yaml", "groups:\n- name: b\n  mail: x@c.com\n  members: []\n");
    assert_eq!(found(&check(&desk, &["--select", "mail-shared"])), [MAIL]);
}
