//! `--policy-from` and `--since`: what is checked is compared with a base, and cannot weaken its policy.

use serde_json::Value;

use super::*;

/// A repository with its first revision.
fn committed(config: &str) -> Desk {
    let desk = repository(config);
    commit(&desk);
    desk
}

/// What `--policy-from HEAD` says of a change.
fn weakened(desk: &Desk) -> Vec<String> {
    let ran = check(desk, &["--policy-from", "HEAD"]);
    assert_ne!(ran.code, 2, "{}", ran.seen());
    ran.out.lines().filter(|line| line.contains("[policy-weakened]")).map(str::to_owned).collect()
}

#[test]
fn the_policy_is_that_of_the_base_and_what_weakens_it_is_told() {
    let config = "locked: mail-shared\nparams: { longest: 2 }\n";
    for (change, said) in [
        (
            "ignore: member-unknown\n",
            "presync.yaml:10:9: error[policy-weakened] the rule `member-unknown` would not run any more",
        ),
        (
            "severity: { mail-shared: info }\n",
            "presync.yaml:10:13: error[policy-weakened] findings of `mail-shared` would be notes, not errors",
        ),
        ("select: [mail-shared]\n", "the rule `member-unknown` would not run any more"),
        (
            "suppressions:\n  - { rule: mail-shared, object: ops, reason: x }\n",
            "presync.yaml:11:7: error[policy-weakened] findings of `mail-shared` would be suppressed for `ops`",
        ),
        ("overrides:\n  - { files: groups/**, ignore: members }\n", "the rules for `groups/**` would change"),
        (
            "scope: { exclude: DC=c }\n",
            "presync.yaml:10:1: error[policy-weakened] what synchronises would be something else",
        ),
    ] {
        let desk = committed(config);
        assert_eq!(weakened(&desk), Vec::<String>::new());
        write(&desk, "presync.yaml", &(read(&desk, "presync.yaml") + change));
        let told = weakened(&desk);
        assert!(told.iter().any(|line| line.contains(said)), "{change}{told:?}");
        // what the base says counts
        assert!(
            found(&check(&desk, &["--policy-from", "HEAD"]))
                .contains(&"groups/a.yaml:3:9: error[mail-shared]".to_owned())
        );
    }
    for (from, to, said) in [
        ("longest: 2", "longest: 9", "the parameter `longest` would change"),
        ("locked: mail-shared\n", "", "`mail-shared` would not be locked any more"),
        ("groups/*.yaml", "groups/b*.yaml", "`groups/*.yaml` would not be read as before"),
    ] {
        let desk = committed(config);
        write(&desk, "presync.yaml", &read(&desk, "presync.yaml").replace(from, to));
        let told = weakened(&desk);
        assert!(told.iter().any(|line| line.contains(said)), "{to}: {told:?}");
    }
    let desk = committed(config);
    write(
        &desk,
        "policy/org.yaml",
        &POLICY.replace("unique mail across user, group", "unique mail across user"),
    );
    assert!(weakened(&desk)[0].ends_with("the rule `mail-shared` would say something else"));
    assert_eq!(
        found(&check(&desk, &["--policy-from", "HEAD", "--select", "mail-shared"]))[0],
        "groups/a.yaml:3:9: error[mail-shared]"
    );
    std::fs::remove_file(desk.path().join("presync.yaml")).unwrap();
    assert!(
        weakened(&desk).iter().any(|line| line.contains("the rule `mail-shared` would not run any more"))
    );
}

#[test]
fn suppressions_and_recorded_findings_of_the_head_do_not_count() {
    let desk = committed("baseline: known.yaml\n").file("known.yaml", "version: 1\nfindings: []\n");
    commit(&desk);
    let jim = |rule: &str| GROUPS.replace("- jim", &format!("- jim # presync: ignore[{rule}] reason: x"));
    write(&desk, "groups/a.yaml", &jim("member-unknown"));
    assert_eq!(found(&check(&desk, &["--select", "member-unknown"])).len(), 1);
    let ran = check(&desk, &["--policy-from", "HEAD", "--select", "member-unknown"]);
    assert_eq!(
        found(&ran),
        [
            "groups/a.yaml:4:13: warning[member-unknown]",
            "groups/a.yaml:8:5: warning[member-unknown]",
            "groups/a.yaml:8:11: error[policy-weakened]",
        ]
    );
    // what the base has stays, wherever it has moved
    commit(&desk);
    write(&desk, "groups/a.yaml", &format!("# moved\n{}", jim("member-unknown")));
    assert_eq!(found(&check(&desk, &["--policy-from", "HEAD", "--select", "member-unknown"])).len(), 1);
    let recorded =
        desk.run(&["baseline", "--no-builtin", "--complete", "--grow", "--owner", "x", "--reason", "y"]);
    recorded.exits(0);
    check(&desk, &[]).exits(0);
    assert!(weakened(&desk).iter().all(|line| line.contains("the baseline would know of")));
    assert_eq!(weakened(&desk).len(), 2);
}

#[test]
fn a_policy_may_be_kept_elsewhere_and_a_revision_goes_before_a_path() {
    let desk = repository("ignore: all\n")
        .file("central/presync.yaml", format!("{SOURCES}rules: org.yaml\nlocked: mail-shared\n"));
    write(&desk, "central/org.yaml", POLICY);
    let ran = check(&desk, &["--policy-from", "./central"]);
    assert!(found(&ran).contains(&"groups/a.yaml:3:9: error[mail-shared]".to_owned()), "{}", ran.seen());
    // nobody can put a folder in the place of a branch
    commit(&desk);
    git(&desk, &["branch", "trunk"]);
    let desk = desk.file("trunk/presync.yaml", "rules: nothing.yaml\n");
    assert_ne!(check(&desk, &["--policy-from", "trunk"]).code, 2);
    check(&desk, &["--policy-from", "./trunk"]).exits(2);
}

#[test]
fn only_what_came_since_fails() {
    let desk = committed("");
    let ran = check(&desk, &["--since", "HEAD", "--fail-level", "info"]);
    ran.exits(0).says(&["no new finding", "since HEAD: 0 introduced, 0 fixed, 3 carried"]);
    let text =
        format!("\n{}", GROUPS.replace("[joe]", "[ops]")) + "  - jan\n- name: third\n  mail: x@c.com\n";
    write(&desk, "groups/a.yaml", &text);
    let ran = check(&desk, &["--since", "HEAD"]);
    assert_eq!(
        found(&ran),
        ["groups/a.yaml:10:5: warning[member-unknown]", "groups/a.yaml:4:9: error[mail-shared]"]
    );
    ran.exits(1).says(&["since HEAD: 2 introduced, 1 fixed, 1 carried"]);
    let json = desk.run(&["check", "--no-builtin", "--complete", "--since", "HEAD", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        document["summary"]["since"],
        serde_json::json!({"against": "HEAD", "introduced": 2, "carried": 1, "fixed": 1})
    );
    // a file that is new is new as a whole
    write(&desk, "groups/b.yaml", "groups:\n- name: b\n  members: [zed]\n");
    assert_eq!(found(&check(&desk, &["groups/b.yaml", "--since", "HEAD"])).len(), 1);
}

#[test]
fn a_snapshot_is_compared_with_another() {
    let ldif = |members: &str| format!("dn: CN=A,DC=c\nobjectClass: group\n{members}");
    let desk = repository("")
        .file("old/a.ldif", ldif("member: CN=B,DC=c\nmember: CN=D,DC=c\n"))
        .file("new.ldif", ldif("member: CN=B,DC=c\nmember: CN=C,DC=c\n"));
    for old in ["old/a.ldif", "old"] {
        let ran = check(&desk, &["new.ldif", "--since", old]);
        assert_eq!(found(&ran), ["new.ldif:4:9: warning[member-unknown]"]);
        ran.says(&["1 introduced, 1 fixed, 1 carried"]);
    }
}

#[test]
fn a_revision_that_is_not_there_is_told_with_its_remedy() {
    let desk = committed("");
    for option in ["--since", "--policy-from"] {
        check(&desk, &[option, "nope"]).exits(2).says(&["git-unknown-revision", "`nope`", "origin/main"]);
        check(&desk, &[option, "--upload-pack=x"]).exits(2);
    }
    let shallow = Desk::new();
    let from = format!("file://{}", desk.path().display());
    write(&desk, "groups/b.yaml", "groups: []\n");
    commit(&desk);
    git(&shallow, &["clone", "-q", "--depth", "1", &from, "clone"]);
    let mut command = shallow.command(&["check", "--since", "HEAD~1"]);
    let output = command.current_dir(shallow.path().join("clone")).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("git-shallow") && said.contains("--unshallow"), "{said}");
    let bare = Desk::with(&[("a.ldif", "dn: CN=A\nobjectClass: user\n")]);
    bare.run(&["check", "a.ldif", "--since", "main"]).exits(2).says(&["git-no-repository"]);
}

#[test]
fn nothing_of_the_repository_is_run() {
    let desk = committed("");
    let hook = "#!/bin/sh\ntouch ran\n";
    write(&desk, "hook.sh", hook);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let path = desk.path().join("hook.sh");
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = desk.path().join("hook.sh");
    let path = path.to_str().unwrap();
    for (name, value) in
        [("core.fsmonitor", path), ("diff.external", path), ("diff.x.textconv", path), ("core.pager", path)]
    {
        git(&desk, &["config", name, value]);
    }
    write(&desk, ".gitattributes", "*.yaml diff=x filter=x\n");
    check(&desk, &["--since", "HEAD", "--policy-from", "HEAD"]).exits(0);
    assert!(!desk.path().join("ran").exists());
}

#[test]
fn what_packs_declare_is_policy_too() {
    const MORE: &str = "classes: { robot: [device] }
formats: { number: '/[0-9]+/' }
attributes: { badge: { type: text } }
";
    let change = |from: &str, to: &str| {
        let desk = repository("");
        write(&desk, "policy/org.yaml", &format!("{POLICY}{MORE}"));
        commit(&desk);
        assert_eq!(weakened(&desk), Vec::<String>::new());
        write(&desk, "policy/org.yaml", &format!("{POLICY}{MORE}").replace(from, to));
        weakened(&desk)
    };
    for (from, to, said) in [
        ("/[0-9]+/", "/.*/", "the format `number` would be something else"),
        ("[device]", "[device, user]", "the class `robot` would be something else"),
        ("robot: [device]", "robot: [device], ghost: [user]", "the class `ghost` would be new"),
        ("type: text", "type: text, secret: true", "the attribute `badge` would be something else"),
        ("badge: {", "mail: { type: text }, badge: {", "the attribute `mail` would be new"),
        ("default: 5", "default: 9", "the parameter `longest` would be something else"),
        ("formats: { number: '/[0-9]+/' }\n", "", "the format `number` would not be there any more"),
    ] {
        let told = change(from, to);
        assert_eq!(told.len(), 1, "{to}: {told:?}");
        assert!(told[0].contains(said), "{to}: {told:?}");
    }
    // the place is that in the pack
    assert!(change("/[0-9]+/", "/.*/")[0].starts_with("policy/org.yaml:"));
    // what nobody knew before takes nothing away
    assert_eq!(change("badge: {", "room: { type: text }, badge: {"), Vec::<String>::new());
    assert_eq!(change("number: '", "letter: '/[a-z]/', number: '"), Vec::<String>::new());
}

#[test]
fn a_difference_may_begin_at_a_revision() {
    let desk = Desk::with(&[
        ("old.ldif", "dn: CN=A,DC=c\nobjectClass: user\ncn: A\n"),
        ("other/a.ldif", "dn: CN=B,DC=c\nobjectClass: user\n"),
    ]);
    commit(&desk);
    write(&desk, "old.ldif", "dn: CN=A,DC=c\nobjectClass: user\ncn: B\n");
    let ran = desk.run(&["diff", "HEAD", "old.ldif"]);
    ran.exits(0).shows(&["changed user `CN=A,DC=c`  old.ldif:1", "cn: `A` → `B`"]);
    let json = desk.run(&["diff", "HEAD", "old.ldif", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(document["changes"][0]["before"]["location"]["file"], "HEAD:old.ldif");
    assert_eq!(document["changes"][0]["after"]["location"]["file"], "old.ldif");
    // a folder, of which all that is gone is deleted
    std::fs::remove_file(desk.path().join("other/a.ldif")).unwrap();
    write(&desk, "other/c.ldif", "dn: CN=C,DC=c\nobjectClass: user\n");
    desk.run(&["diff", "HEAD", "other"])
        .exits(0)
        .shows(&["created user `CN=C,DC=c`", "deleted user `CN=B,DC=c`  HEAD:other/a.ldif:1"]);
    // an export of its own is one, as long as no revision is called so
    desk.run(&["diff", "old.ldif", "other"])
        .exits(0)
        .shows(&["created user `CN=C,DC=c`", "deleted user `CN=A,DC=c`"]);
    desk.run(&["diff", "nothing", "old.ldif"]).exits(2).says(&["git knows no revision `nothing`"]);
    write(&desk, "new.ldif", "dn: CN=C,DC=c\nobjectClass: user\n");
    desk.run(&["diff", "HEAD", "new.ldif"]).exits(2).says(&["there is no file `new.ldif` in `HEAD`"]);
}
