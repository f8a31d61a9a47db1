//! Configurations that build on others, and what they cannot do.

use super::*;

/// A repository whose configuration builds on `base.yaml`.
fn on_base(base: &str, config: &str) -> Desk {
    let desk = repository(&format!("extends: ./base.yaml\n{config}"));
    write(&desk, "base.yaml", base);
    desk
}

#[test]
fn what_is_said_later_wins_and_lists_grow() {
    let desk = on_base(
        "severity: { member-unknown: info, mail-shared: warning }\nignore: mail-shared\nparams: { longest: 2 }\nfail-level: info\n",
        "severity: { member-unknown: error }\n",
    );
    assert_eq!(
        found(&check(&desk, &[])),
        [
            "groups/a.yaml:4:13: error[member-unknown]",
            "groups/a.yaml:8:5: error[member-unknown]",
            "groups/a.yaml:2:9: info[name-long]",
            "groups/a.yaml:5:9: info[name-long]",
        ]
    );
    let shown = desk.run(&["check", "--show-settings"]);
    shown.exits(0).shows(&[
        "member-unknown: error  # presync.yaml:9",
        "mail-shared: warning  # base.yaml:1",
        "longest: \"2\"  # base.yaml:3",
        "fail-level: info  # base.yaml:4",
    ]);
    // what is shown is YAML
    serde_json::to_string(&shown.out).unwrap();
    let files = desk.run(&["check", "--show-files"]);
    assert_eq!(files.exits(0).out, "groups/a.yaml  yaml  mapped\n");
}

#[test]
fn a_folder_and_a_profile_can_be_built_on() {
    let desk = repository("extends: [shared/, hygiene]\n");
    std::fs::create_dir(desk.path().join("shared")).unwrap();
    write(&desk, "shared/presync.yaml", "rules: more.yaml\n");
    write(
        &desk,
        "shared/more.yaml",
        "language: 1\nrules:\n  - id: name-short\n    rule: \"each cn of group: length(it) > 9\"\n    message: short\n",
    );
    let ran = check(&desk, &["--select", "name-short"]);
    assert_eq!(found(&ran).len(), 2);
    let ran = desk.run(&["check", "--show-settings"]);
    ran.shows(&["\"hygiene\"  # presync.yaml:8"]);
    let desk = repository("extends: hygeine\n");
    check(&desk, &[]).exits(2).says(&["config-unknown-profile", "did you mean `hygiene`?"]);
}

#[test]
fn circles_and_what_is_not_there_are_told() {
    let desk = on_base("extends: ./other.yaml\n", "");
    write(&desk, "other.yaml", "extends: ./base.yaml\n");
    check(&desk, &[]).exits(2).says(&["config-circle", "`base.yaml` → `other.yaml` →", "other.yaml:1:10"]);
    let desk = repository("extends: ./nothing.yaml\n");
    check(&desk, &[]).exits(2).says(&["there is no file `nothing.yaml`", "presync.yaml:8:10"]);
}

#[test]
fn unknown_words_are_errors_with_a_suggestion() {
    for (config, said) in [
        (
            "fail-leve: error\n",
            &["config-unknown-field", "presync.yaml:8:1", "did you mean `fail-level`?"][..],
        ),
        ("fail-level: bad\n", &["config-unknown-value", "presync.yaml:8:13", "`warning`"]),
        ("severity: { mail-shared: fatal }\n", &["config-unknown-value", "presync.yaml:8:26", "`error`"]),
        (
            "severity: { mail-shred: info }\n",
            &["select-unknown", "presync.yaml:8:13", "did you mean `mail-shared`?"],
        ),
        ("ignore: mail-shred\n", &["select-unknown", "presync.yaml:8:9", "did you mean `mail-shared`?"]),
        ("locked: [mail-shred]\n", &["select-unknown", "presync.yaml:8:10"]),
        ("overrides:\n  - ignore: members\n", &["config-missing-field", "write `files: groups/**/*.yaml`"]),
        ("baseline: old.yaml\n", &["source-not-found", "presync.yaml:8:11", "`presync baseline` records"]),
    ] {
        let ran = check(&repository(config), &[]);
        ran.exits(2).says(said);
        assert_eq!(ran.out, "", "{config}");
    }
}

#[test]
fn locked_rules_cannot_be_weakened_by_what_builds_on_them() {
    for weaker in [
        "ignore: mail-shared\n",
        "ignore: org\n",
        "severity: { mail-shared: warning }\n",
        "severity: { all: info }\n",
        "overrides:\n  - files: \"**\"\n    ignore: mail-shared\n",
        "overrides:\n  - files: \"**\"\n    severity: { mail-shared: info }\n",
        "suppressions:\n  - { rule: mail-shared, object: ops, reason: x }\n",
        "params: { longest: 9 }\n",
    ] {
        let ran = check(&on_base("locked: [mail-shared, name-long]\n", weaker), &[]);
        ran.exits(2).says(&["is locked, and cannot be", "base.yaml:1:"]);
    }
    let desk = on_base("locked: mail-shared\n", "select: member-unknown\nseverity: { mail-shared: error }\n");
    assert_eq!(found(&check(&desk, &[])).len(), 3, "a locked rule runs whatever is selected");
    check(&desk, &["--ignore", "mail-shared"]).exits(2).says(&["left out by `--ignore`"]);
    check(&desk, &["--severity", "mail-shared=info"]).exits(2).says(&["made milder by `--severity`"]);
    let comment = GROUPS.replace(
        "mail: x@c.com\n  members:\n",
        "mail: x@c.com # presync: ignore[mail-shared] reason: x\n  members:\n",
    );
    write(&desk, "groups/a.yaml", &comment);
    check(&desk, &[]).exits(2).says(&["suppression-locked", "groups/a.yaml:6:35"]);
    // who locks may say what they like
    let desk = repository("locked: mail-shared\nseverity: { mail-shared: info }\n");
    check(&desk, &[]).exits(0);
    let desk = on_base("locked: mail-shared\nfail-level: warning\n", "fail-level: error\n");
    check(&desk, &[]).exits(2).says(&["`fail-level` cannot be raised"]);
}

#[test]
fn paths_and_links_stay_within_the_repository() {
    let outside = Desk::with(&[("base.yaml", "ignore: mail-shared\n"), ("b.yaml", GROUPS)]);
    let path = outside.path().canonicalize().unwrap();
    let base = path.join("base.yaml");
    for config in [
        format!("extends: {}\n", base.display()),
        format!("baseline: {}\n", base.display()),
        format!("outputs:\n  - {{ format: json, path: {}/x.json }}\n", path.display()),
    ] {
        let desk = repository(&config);
        check(&desk, &[]).exits(2).says(&["config-outside", "--allow-outside"]);
    }
    let desk = repository(&format!("extends: {}\n", base.display()));
    assert_eq!(found(&check(&desk, &["--allow-outside"])).len(), 2);
    let desk = Desk::with(&[("presync.yaml", "sources:\n  - files: ../*.yaml\n")]);
    desk.run(&["check"]).exits(2).says(&["config-outside", "presync.yaml:2:12"]);
    #[cfg(unix)]
    {
        let desk = repository("");
        std::os::unix::fs::symlink(path.join("b.yaml"), desk.path().join("groups/b.yaml")).unwrap();
        check(&desk, &[]).exits(2).says(&["source-outside", "`groups/b.yaml` is a link"]);
        assert_eq!(found(&check(&desk, &["--allow-outside", "--select", "member-unknown"])).len(), 4);
        std::os::unix::fs::symlink(&path, desk.path().join("linked")).unwrap();
        check(&desk, &["."]).exits(2).says(&["`linked/b.yaml` is a link"]);
    }
    // a configuration in a folder of a repository may build on one above it
    let desk = repository("");
    git(&desk, &["init", "-q"]);
    std::fs::create_dir(desk.path().join("sub")).unwrap();
    write(&desk, "sub/presync.yaml", "extends: ../presync.yaml\nignore: mail-shared\n");
    assert_eq!(found(&check(&desk, &["--config", "sub/presync.yaml"])).len(), 2);
}
