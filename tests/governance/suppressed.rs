//! Suppressions: what they cover, and what is wrong with them.

use super::*;

const REASON: &str = "reason: comes with the next export";

/// The findings with something in place of `- jim` in the groups.
fn with(line: &str) -> Ran {
    let desk = repository("ignore: mail-shared\n");
    write(&desk, "groups/a.yaml", &GROUPS.replace("  - jim\n", line));
    check(&desk, &[])
}

#[test]
fn a_comment_behind_a_value_covers_its_line() {
    let ran = with(&format!("  - jim # presync: ignore[member-unknown] {REASON}\n  - jan\n"));
    assert_eq!(
        found(&ran),
        ["groups/a.yaml:4:13: warning[member-unknown]", "groups/a.yaml:9:5: warning[member-unknown]"]
    );
    ran.says(&["1 finding is suppressed"]);
}

#[test]
fn a_comment_before_an_object_covers_it() {
    let desk = repository("");
    let text = GROUPS.replace(
        "- name: ops",
        &format!("# presync: ignore[member-unknown, mail-shared] {REASON}\n- name: ops"),
    );
    write(&desk, "groups/a.yaml", &text);
    let ran = check(&desk, &[]);
    assert_eq!(found(&ran), ["groups/a.yaml:4:13: warning[member-unknown]"]);
    ran.says(&["2 findings are suppressed"]);
    assert_eq!(found(&check(&desk, &["--no-suppressions"])).len(), 3);
    // a third object shares the address with the first one, whatever is said of the second
    write(&desk, "groups/b.yaml", "groups:\n- name: new\n  mail: x@c.com\n");
    assert_eq!(found(&check(&desk, &["--select", "mail-shared"])), ["groups/a.yaml:3:9: error[mail-shared]"]);
}

#[test]
fn comments_of_ldif_stand_before_a_value_or_before_an_object() {
    let ldif = |before_name: &str, before_value: &str| {
        let desk = repository("").file(
            "a.ldif",
            format!("{before_name}dn: CN=A,DC=c\nobjectClass: group\n{before_value}member: CN=B,DC=c\nmember: CN=C,DC=c\n"),
        );
        found(&check(&desk, &["a.ldif"]))
    };
    let comment = format!("# presync: ignore[member-unknown] {REASON}\n");
    assert_eq!(ldif("", "").len(), 2);
    assert_eq!(ldif("", &comment), ["a.ldif:5:9: warning[member-unknown]"]);
    assert_eq!(ldif(&comment, ""), Vec::<String>::new());
    // a comment may be folded (RFC 2849)
    assert_eq!(
        ldif("", "# presync: ignore[member-unk\n nown] reason: x\n"),
        ["a.ldif:6:9: warning[member-unknown]"]
    );
}

#[test]
fn comments_of_large_files_are_met_while_these_are_judged() {
    let group = |comment: &str| format!("dn: CN=A,DC=c\nobjectClass: group\n{comment}member: CN=B,DC=c\n\n");
    let other =
        |number: usize| format!("dn: CN=X{number},DC=c\nobjectClass: group\ndescription: {number:0>300}\n\n");
    let others: String = (0..3000).map(other).collect();
    assert!(others.len() > 1 << 20);
    // a value of a large object as well, of which the file is one part
    let large = others.replace("\n\ndn: ", "\ndescription: ");
    let comment = format!("# presync: ignore[member-unknown] {REASON}\n");
    for others in [others, format!("{}\n\n", large.trim_end())] {
        for (before, behind) in [("", &*others), (&*others, ""), (&*others, &*others)] {
            let ran = |comment: &str, arguments: &[&str]| {
                let desk = repository("").file("a.ldif", format!("{before}{}{behind}", group(comment)));
                check(&desk, &[&["a.ldif"], arguments].concat())
            };
            assert_eq!(found(&ran("", &[])).len(), 1);
            let suppressed = ran(&comment, &[]);
            assert_eq!(found(&suppressed), Vec::<String>::new());
            suppressed.says(&["1 finding is suppressed"]);
            assert_eq!(found(&ran(&comment, &["--no-suppressions"])).len(), 1);
            let wrong = ran("# presync: ignore[member-unknwon] reason: x\n", &[]);
            wrong.exits(2).says(&["suppression-unknown-rule", "did you mean `member-unknown`?"]);
            assert_eq!(wrong.out, "");
        }
    }
}

#[test]
fn the_configuration_suppresses_where_there_are_no_comments() {
    let entry = |more: &str| {
        let desk = repository(&format!(
            "ignore: mail-shared\nsuppressions:\n  - rule: member-unknown\n    object: ops\n    {more}\n    reason: gone soon\n"
        ));
        found(&check(&desk, &[])).len()
    };
    assert_eq!(entry("attribute: member"), 1);
    assert_eq!(entry("value: JIM"), 1);
    assert_eq!(entry("until: 2026-06-01"), 1);
    // the others leave nothing out, and that is said
    assert_eq!(entry("attribute: owner"), 3);
    assert_eq!(entry("value: jan"), 3);
}

#[test]
fn what_has_ended_or_is_not_needed_is_a_finding_that_cannot_be_suppressed() {
    let ran = with(&format!("  - jim # presync: ignore[member-unknown] {REASON} until: 2026-05-31\n"));
    assert_eq!(found(&ran)[2], "groups/a.yaml:8:27: warning[suppression-expired]");
    assert_eq!(found(&ran)[1], "groups/a.yaml:8:5: warning[member-unknown]");
    let ran = with(&format!("  - all # presync: ignore[member-unknown] {REASON}\n"));
    assert_eq!(found(&ran)[1], "groups/a.yaml:8:27: warning[suppression-unused]");
    // of a rule that does not run nothing is known
    let ran = with(&format!("  - all # presync: ignore[mail-shared] {REASON}\n"));
    assert_eq!(found(&ran).len(), 1);
    let ran = with(&format!("  - all # presync: ignore[suppression-unused] {REASON}\n"));
    ran.exits(2).says(&["error[suppression-unknown-rule]", "cannot be suppressed"]);
}

#[test]
fn faults_of_suppressions_are_told_at_their_places() {
    for (comment, said) in [
        ("ignore[member-unknown]", &["suppression-reason", "groups/a.yaml:8:11", "reason: why it is so"][..]),
        (
            "ignore[member-unknwon] reason: x",
            &["suppression-unknown-rule", "groups/a.yaml:8:27", "did you mean `member-unknown`?"],
        ),
        (
            "ignore[member-unknown] reason: x until: tomorrow",
            &["suppression-until", "groups/a.yaml:8:60", "2027-01-31"],
        ),
        ("allow[member-unknown] reason: x", &["suppression-form"]),
    ] {
        let ran = with(&format!("  - jim # presync: {comment}\n"));
        ran.exits(2).says(said);
        assert_eq!(ran.out, "", "{comment}");
    }
    for (entry, said) in [
        ("rule: member-unknown, object: ops", &["suppression-reason", "presync.yaml:9:5"][..]),
        ("rule: member-unknown, reason: x", &["config-missing-field", "does not say its `object`"]),
        (
            "rule: member-unknwon, object: ops, reason: x",
            &["suppression-unknown-rule", "did you mean `member-unknown`?"],
        ),
        (
            "rule: member-unknown, object: ops, reason: x, until: 2026-13-01",
            &["suppression-until", "no date"],
        ),
        ("rules: member-unknown, object: ops, reason: x", &["config-unknown-field", "did you mean `rule`?"]),
    ] {
        let desk = repository(&format!("suppressions:\n  - {{ {entry} }}\n"));
        let ran = check(&desk, &[]);
        ran.exits(2).says(&[said[0]]);
        for text in &said[1..] {
            assert!(ran.err.contains(text) || text.starts_with("presync.yaml"), "`{text}`: {}", ran.err);
        }
    }
}

#[test]
fn a_number_sign_in_a_text_begins_no_comment() {
    let ran = with("  - \"jim # presync: ignore[nonsense]\"\n");
    assert_eq!(found(&ran).len(), 2);
}
