//! Recorded findings: `presync baseline`, and what is new to it.

use super::*;

fn baseline(desk: &Desk, arguments: &[&str]) -> Ran {
    let common = ["baseline", "--no-builtin", "--complete", "--now", "2026-06-01T00:00:00Z"];
    let (action, rest) = match arguments.split_first() {
        Some((first, rest)) if *first == "prune" => (vec!["baseline", "prune"], rest),
        _ => (vec!["baseline"], arguments),
    };
    desk.run(&[&action, &common[1..], rest].concat())
}

fn recorded() -> Desk {
    let desk = repository("baseline: known.yaml\n");
    baseline(&desk, &["--owner", "identity team", "--reason", "before the gate"])
        .exits(0)
        .says(&["recorded 3 findings in `known.yaml`"]);
    desk
}

#[test]
fn what_is_recorded_does_not_fail_wherever_it_stands() {
    let desk = recorded();
    let text = read(&desk, "known.yaml");
    assert!(text.contains("- rule: member-unknown\n  object: ops\n  attribute: member\n  value: jim\n  owner: identity team\n"), "{text}");
    assert!(text.contains("  holders:\n  - all\n  - ops\n"), "{text}");
    check(&desk, &[]).exits(0).says(&["no new finding", "3 findings are recorded in the baseline"]);
    // other lines, other files, another order
    let mut parts: Vec<&str> = GROUPS.split("- name").collect();
    parts.swap(1, 2);
    write(&desk, "groups/a.yaml", &format!("# moved\n\n{}", parts.join("- name")));
    check(&desk, &[]).exits(0);
    check(&desk, &["--no-baseline"]).exits(1);
    write(&desk, "groups/b.yaml", "groups:\n- name: new\n  mail: n@c.com\n  members: [zed]\n");
    assert_eq!(found(&check(&desk, &[])), ["groups/b.yaml:4:13: warning[member-unknown]"]);
}

#[test]
fn a_key_is_new_only_with_a_holder_that_is_not_recorded() {
    let desk = recorded();
    write(&desk, "groups/0.yaml", "groups:\n- name: third\n  mail: X@c.com\n");
    let ran = desk.run(&["check", "--no-builtin", "--complete"]);
    ran.exits(1).shows(&["belongs to 3 objects", "new among them: `third`"]);
    std::fs::remove_file(desk.path().join("groups/0.yaml")).unwrap();
    check(&desk, &[]).exits(0);
}

#[test]
fn it_only_shrinks_unless_somebody_answers_for_more() {
    let desk = recorded();
    write(&desk, "groups/b.yaml", "groups:\n- name: new\n  mail: n@c.com\n  members: [zed]\n");
    let before = read(&desk, "known.yaml");
    baseline(&desk, &[]).exits(1).says(&["1 finding is not recorded", "--grow --owner NAME --reason TEXT"]);
    baseline(&desk, &["--grow"]).exits(2).says(&["--owner <NAME>"]);
    assert_eq!(read(&desk, "known.yaml"), before);
    baseline(&desk, &["--grow", "--owner", "me", "--reason", "x", "--expires", "soon"])
        .exits(2)
        .says(&["no date"]);
    baseline(&desk, &["--grow", "--owner", "me", "--reason", "x", "--expires", "2026-07-01"]).exits(0);
    check(&desk, &[]).exits(0);
    let late = check(&desk, &["--now", "2026-07-02T00:00:00Z"]);
    // the later one of two times counts: clap refuses two, so the plain command is used
    late.exits(2);
    let late = desk.run(&[
        "check",
        "--no-builtin",
        "--complete",
        "--now",
        "2026-07-02T00:00:00Z",
        "--fail-level",
        "warning",
    ]);
    late.exits(1).shows(&["`zed` is nobody", "it was recorded until 2026-07-01"]);
}

#[test]
fn prune_takes_out_what_is_mended_and_nothing_else() {
    let desk = recorded();
    baseline(&desk, &["prune"]).exits(0).says(&["nothing is mended"]);
    write(&desk, "groups/a.yaml", &GROUPS.replace("  - jim\n", "  - all\n"));
    // a rule that did not run says nothing
    baseline(&desk, &["prune", "--select", "mail-shared"]).exits(0).says(&["nothing is mended"]);
    baseline(&desk, &["prune"]).exits(0).says(&["took 1 finding out of `known.yaml`; 2 findings stay"]);
    write(&desk, "groups/a.yaml", GROUPS);
    check(&desk, &["--fail-level", "warning"]).exits(1);
    std::fs::remove_file(desk.path().join("known.yaml")).unwrap();
    baseline(&desk, &["prune"]).exits(2).says(&["there is no baseline `known.yaml`"]);
}

#[test]
fn a_baseline_that_cannot_be_read_is_never_overwritten() {
    for (text, said) in [
        (
            "version: 2\nfindings: []\n",
            &["baseline-version", "known.yaml:1:10", "only version 1 is known"][..],
        ),
        (
            "version: 1\nfindings:\n- rule: x\n",
            &["baseline-corrupt", "`fingerprint` is missing", "git checkout HEAD"],
        ),
        ("version: 1\nfindings: [\n", &["baseline-corrupt"]),
        ("nothing", &["baseline-corrupt"]),
        (
            "version: 1\nfindings:\n- rule: member-unknown\n  object: ops\n  attribute: member\n  value: jim\n  fingerprint: '0000000000000000'\n",
            &["baseline-corrupt", "known.yaml:7:16", "belongs to something else"],
        ),
    ] {
        let desk = repository("baseline: known.yaml\n");
        write(&desk, "known.yaml", text);
        check(&desk, &[]).exits(2).says(said);
        baseline(&desk, &[]).exits(2).says(said);
        baseline(&desk, &["prune"]).exits(2).says(said);
        assert_eq!(read(&desk, "known.yaml"), text);
    }
}

#[test]
fn secrets_and_faults_of_files_do_not_get_into_a_baseline() {
    let desk = Desk::with(&[
        (
            "rules.yaml",
            "language: 1\nrules:\n  - id: password-kept\n    rule: no userPassword of user\n    message: a password\n",
        ),
        ("a.ldif", "dn: CN=A,DC=c\nobjectClass: user\nuserPassword: hunter2\n"),
    ]);
    let run = |desk: &Desk| desk.run(&["baseline", "--no-builtin", "--rules", "rules.yaml", "a.ldif"]);
    run(&desk)
        .exits(0)
        .says(&["recorded 1 finding in `presync-baseline.yaml`", "baseline: presync-baseline.yaml"]);
    assert!(!read(&desk, "presync-baseline.yaml").contains("hunter2"));
    let desk = desk.file("a.ldif", "dn: CN=A,DC=c\nobjectClass:: ****\n");
    std::fs::remove_file(desk.path().join("presync-baseline.yaml")).unwrap();
    run(&desk).exits(2).says(&["nothing was written"]);
    assert!(!desk.path().join("presync-baseline.yaml").exists());
}

#[test]
fn a_locked_rule_cannot_be_recorded_by_what_builds_on_its_lock() {
    let desk =
        repository("extends: ./base.yaml\nbaseline: known.yaml\n").file("base.yaml", "locked: mail-shared\n");
    baseline(&desk, &[])
        .exits(0)
        .says(&["recorded 2 findings", "1 finding of locked rules cannot be recorded"]);
    check(&desk, &[]).exits(1);
}
