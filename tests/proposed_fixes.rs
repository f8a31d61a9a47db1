//! What is proposed about findings: by rules that try the language out, and by the built-in rules for any values.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;
#[path = "common/mends.rs"]
mod mends;

use common::Desk;
use mends::{Model, judged};
use proptest::prelude::*;
use serde_json::Value;

const HEAD: &str = "dn: CN=Joe,DC=c\nobjectClass: user\ncn: Joe\n";

/// Every change that is proposed about a user with these lines: `safe mail: old -> new`.
fn changes(rule: &str, fix: &str, lines: &str, arguments: &[&str]) -> Vec<String> {
    let rules = format!(
        "rules:\n  - id: tested\n    rule: |\n      {rule}\n    message: said\n    fix:{}\n",
        fix.replace("\n", "\n      ")
    );
    let desk = Desk::with(&[("rules.yaml", &rules), ("a.ldif", &format!("{HEAD}{lines}"))]);
    let ran = desk.check(&[&["a.ldif", "--format", "json"], arguments].concat());
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(!findings.is_empty(), "{rule} finds nothing: {}", ran.err);
    let shown = findings.iter().filter(|finding| !finding["fix"].is_null()).flat_map(|finding| {
        let fix = &finding["fix"];
        let mark = if fix["safe"].as_bool().unwrap() { "safe" } else { "unsafe" };
        fix["changes"].as_array().unwrap().iter().map(move |change| {
            assert_eq!(change["object"], "CN=Joe,DC=c");
            let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
            let (old, new) = (text(&change["old"]), text(&change["new"]));
            format!("{mark} {}: {old} -> {new}", change["attribute"].as_str().unwrap())
        })
    });
    shown.collect()
}

#[track_caller]
fn proposes(rule: &str, fix: &str, lines: &str, wanted: &[&str]) {
    assert_eq!(changes(rule, fix, lines, &["--complete"]), wanted, "{rule}\n{fix}");
}

const TRIM: &str = "\n  set: trim(it)\n  safe: true";

#[test]
fn the_value_that_is_judged_is_replaced() {
    let rule = "each title of user: it = exact trim(it)";
    proposes(
        rule,
        TRIM,
        "title:: IGEg\ntitle: b\ntitle:: IGMg\n",
        &["safe title:  a  -> a", "safe title:  c  -> c"],
    );
    proposes(
        "each title of user: it = \"x\"",
        "\n  set: '\"5\"'\n  safe: false",
        "title: y\n",
        &["unsafe title: y -> 5"],
    );
}

#[test]
fn of_a_part_only_that_part() {
    let rule = "each address(proxyAddresses where scheme(it) = \"smtp\") of user: it = exact trim(it)";
    proposes(
        rule,
        TRIM,
        "proxyAddresses: SMTP: joe@c.com\n",
        &["safe proxyAddresses: SMTP: joe@c.com -> SMTP:joe@c.com"],
    );
    proposes(
        "no domain(mail) of user where it != \"c.com\"",
        "\n  set: lower(\"C.COM\")\n  safe: false",
        "mail: joe@d.com\n",
        &["unsafe mail: joe@d.com -> joe@c.com"],
    );
}

#[test]
fn what_is_there_already_is_not_written_twice() {
    let rule = "each proxyAddresses of user: it contains \":\"";
    let fix = "\n  set: concat(\"smtp:\", it)\n  safe: true";
    proposes(
        rule,
        fix,
        "proxyAddresses: a@c.com\nproxyAddresses: SMTP:A@c.com\n",
        &["safe proxyAddresses: a@c.com -> null"],
    );
    // two values of one selection that become the same
    let fix = "\n  set:\n    (title where it contains \"-\"): lower(it)\n  safe: true";
    proposes(
        "each user: has no title",
        fix,
        "title: A-\ntitle: B-\ntitle: b-\n",
        &["safe title: A- -> a-", "safe title: B- -> null"],
    );
}

#[test]
fn values_go() {
    let of_mail = "\n  remove: it\n  safe: false";
    proposes("no address(mail) of user", of_mail, "mail: a@c.com\n", &["unsafe mail: a@c.com -> null"]);
    proposes("no title of user where it is blank", of_mail, "title:: IA==\n", &["unsafe title:   -> null"]);
    let some = "\n  remove: (it where not it = mail)\n  safe: false";
    let lines = "mail: a@c.com\nproxyAddresses: SMTP:a@c.com\nproxyAddresses: smtp:b@c.com\n";
    proposes(
        "no address(proxyAddresses) of user",
        some,
        lines,
        &["unsafe proxyAddresses: smtp:b@c.com -> null"],
    );
    let of_object = "\n  remove: (proxyAddresses where it starts with exact \"smtp\")\n  safe: false";
    proposes("no user where has mail", of_object, lines, &["unsafe proxyAddresses: smtp:b@c.com -> null"]);
    proposes(
        "no user where has mail",
        "\n  remove: mail\n  safe: true",
        lines,
        &["safe mail: a@c.com -> null"],
    );
}

#[test]
fn another_attribute_is_set() {
    let rule = "each user: has displayName where it = exact cn";
    let fix = "\n  set: { displayName: cn }\n  safe: false";
    proposes(rule, fix, "", &["unsafe displayName: null -> Joe"]);
    proposes(rule, fix, "displayName: joe\n", &["unsafe displayName: joe -> Joe"]);
    proposes(rule, fix, "displayName;lang-de: Jo\n", &["unsafe displayName: null -> Joe"]);
    // the schema allows one value; of several nobody knows which is meant
    proposes(rule, fix, "displayName: joe\ndisplayName: x\n", &[]);
}

#[test]
fn a_value_is_added() {
    let rule = "each mail of user: it = address(proxyAddresses)";
    let fix = "\n  add: { proxyAddresses: 'concat(\"smtp:\", it)' }\n  safe: false";
    proposes(rule, fix, "mail: a@c.com\n", &["unsafe proxyAddresses: null -> smtp:a@c.com"]);
    let rule = "each mail of user: it = exact address(proxyAddresses)";
    proposes(rule, fix, "mail: a@c.com\nproxyAddresses: smtp:A@c.com\n", &[]);
}

#[test]
fn the_first_fix_with_something_to_propose_is_proposed() {
    let rule = "each mail of user: it = \"x\"";
    let fix = "\n  - set: trim(it where trim(it) is smtp_address)\n    safe: true\n  - set: ascii(it)\n    safe: false";
    proposes(rule, fix, "mail:: IGFAYy5jb20=\n", &["safe mail:  a@c.com -> a@c.com"]);
    proposes(rule, fix, "mail: jö@c.com\n", &["unsafe mail: jö@c.com -> jo@c.com"]);
    proposes(rule, fix, "mail: jo@c.com\n", &[]);
}

#[test]
fn what_is_not_certain_is_not_proposed() {
    let rule = "each mail of user: it = \"x\"";
    let fix = |operand: &str| format!("\n  set: {operand}\n  safe: true");
    // nothing, nothing else, nothing left, and two readings
    for operand in ["department", "it", "before(it, \"j\")", "title", "concat(title, it)"] {
        proposes(rule, &fix(operand), "mail: joe@c.com\ntitle: a\ntitle: b\n", &[]);
    }
    proposes(rule, &fix("title"), "mail: joe@c.com\ntitle: a\n", &["safe mail: joe@c.com -> a"]);
    // a parameter that is not set
    let rules = "params: { other: { type: text } }\nrules:\n  - id: tested\n    rule: no mail of user\n    message: said\n    fix: { set: $other, safe: true }\n";
    let desk = Desk::with(&[("rules.yaml", rules), ("a.ldif", &format!("{HEAD}mail: a\n"))]);
    let run = |more: &[&str]| {
        let ran = desk.check(&[&["a.ldif", "--format", "json"], more].concat());
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        report["findings"][0]["fix"]["changes"][0]["new"].clone()
    };
    assert_eq!(run(&[]), Value::Null);
    assert_eq!(run(&["--set", "other=b"]), "b");
}

#[test]
fn what_was_not_exported_is_not_certain() {
    let rule = "each mail of user: it = \"x\"";
    let fix = "\n  set: { displayName: cn }\n  safe: false";
    assert_eq!(changes(rule, fix, "mail: a\n", &[]), [""; 0]);
    assert_eq!(changes(rule, fix, "mail: a\n", &["--complete"]), ["unsafe displayName: null -> Joe"]);
    let known = "mail: a\n\ndn: CN=Ann,DC=c\nobjectClass: user\ndisplayName: Ann\n";
    assert_eq!(changes(rule, fix, known, &[]), ["unsafe displayName: null -> Joe"]);
    // of which only a part was exported
    let add = "\n  add: { proxyAddresses: it }\n  safe: false";
    assert_eq!(changes(rule, add, "mail: a\nproxyAddresses;range=0-1: b\n", &["--complete"]), [""; 0]);
    // a value that stands elsewhere
    assert_eq!(changes(rule, TRIM, "mail:< file:///c/mail.txt \n", &["--complete"]), [""; 0]);
}

#[test]
fn of_secrets_nothing_comes_out() {
    let rules = "rules:\n  - id: tested\n    rule: no unicodePwd of user\n    message: said\n    fix: { remove: it, safe: false }\n";
    let desk = Desk::with(&[("rules.yaml", rules), ("a.ldif", &format!("{HEAD}unicodePwd: hunter2\n"))]);
    for format in ["human", "json", "jsonl", "concise"] {
        let ran = desk.check(&["a.ldif", "--format", format]);
        assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "{format}");
    }
    desk.check(&["a.ldif"]).shows(&["unsafe fix: remove (secret) from unicodePwd"]);
    let report: Value = serde_json::from_str(&desk.check(&["a.ldif", "--format", "json"]).out).unwrap();
    let fix = serde_json::json!({ "safe": false, "changes": [
        { "object": "CN=Joe,DC=c", "attribute": "unicodePwd", "old": null, "new": null }],
        "edits": [{ "file": "a.ldif", "offset": 42, "length": 20, "insert": "" }] });
    assert_eq!(report["findings"][0]["fix"], fix);
}

#[test]
fn people_see_it_below_the_remedy() {
    let rules = "\
rules:
  - id: mail-space
    rule: |
      each mail of user: it = exact trim(visible(it))
    message: \"`{it}` has white space around it\"
    help: remove it
    fix: { set: trim(visible(it)), safe: true }
  - id: title-blank
    rule: |
      each user: has no title where it is blank
    message: a title is blank
    fix:
      remove: (title where it is blank)
      safe: true
  - id: no-alias
    rule: each user must have mailNickname
    message: no alias
    fix:
      set: { mailNickname: cn }
      safe: false
";
    let blanks = "title:: IA==\ntitle:: ICA=\ntitle:: ICAg\ntitle:: ICAgIA==\ntitle:: ICAgICA=\n";
    let long = "x".repeat(300);
    let text = format!(
        "{HEAD}mail:: am9l4oCLQGMuY29tIA==\n{blanks}\ndn: CN=Ann,DC=c\nobjectClass: user\ncn: {long}\n"
    );
    let desk = Desk::with(&[("rules.yaml", rules), ("a.ldif", &text)]);
    let ran = desk.check(&["a.ldif", "-q", "--complete"]);
    let seen: String = ran.out.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    insta::assert_snapshot!(seen);
    // whoever reads one line a finding is told no more than before
    assert_eq!(desk.check(&["a.ldif", "-q", "--complete", "--format", "concise"]).out.lines().count(), 4);
}

#[test]
fn a_rule_says_what_it_proposes() {
    let desk = Desk::new();
    desk.run(&["rule", "upn-on-non-user"])
        .exits(0)
        .shows(&["What presync proposes\n- unsafe: the value is removed\n"]);
    let ran = desk.run(&["rule", "mail-overwritten"]);
    ran.shows(&["- unsafe: the value becomes `address(proxyAddresses where"]);
    // what a fix names is explained with the rule
    desk.run(&["rule", "proxy-address-without-type"])
        .shows(&["has-primary-address: has proxyAddresses where"]);
    assert!(!desk.run(&["rule", "upn-taken"]).out.contains("What presync proposes"));
}

#[test]
fn examples_prove_the_fix() {
    let pack = |fix: &str, bad: &str| {
        format!(
            "rules:\n  - id: title-space\n    rule: |\n      each title of user: not it contains \" \"\n    message: said\n    \
             fix: {fix}\n    examples:\n      - bad: |\n          dn: CN=Joe,DC=c\n          objectClass: user\n          {bad}\n        \
             good: |\n          dn: CN=Joe,DC=c\n          objectClass: user\n  - id: title-short\n    rule: |\n      \
             each title of user: length(it) > 2\n    message: too short\n"
        )
    };
    let test = |fix: &str, bad: &str| {
        let desk = Desk::with(&[("pack.yaml", &pack(fix, bad))]);
        let ran = desk.run(&["test", "pack.yaml"]);
        (ran.code, ran.out.lines().next().unwrap().to_owned())
    };
    let safe = "{ set: 'replace(it, \" \", \"\")', safe: true }";
    assert_eq!(
        test(safe, "title: a bc   # <-"),
        (0, "without a bad and a good example: title-short".to_owned())
    );
    for (fix, bad, said) in [
        (
            "{ set: trim(it), safe: true }",
            "title:: IGEgYiBj   # <-",
            "line 3: the fix does not remove its finding",
        ),
        (safe, "title: a b   # <-", "line 3: the fix raises `title-short`: too short"),
    ] {
        let wanted = format!("failed: title-space (bad example 1): {said}");
        assert_eq!(test(fix, bad), (1, wanted), "{fix}");
    }
    let desk = Desk::with(&[("pack.yaml", &pack("{ set: trim(it), safe: true }", "title: a b c   # <-"))]);
    desk.run(&["test", "pack.yaml"]).exits(0).shows(&["with a fix that no bad example shows: title-space"]);
}

/// Values such as people leave behind: nearly right, with white space, signs, or characters that cannot be seen, mostly at
/// the ends of their parts.
fn value() -> impl Strategy<Value = String> {
    let bases = [
        "joe@contoso.com",
        "SMTP:joe@contoso.com",
        "smtp:ann@contoso.local",
        "sip:joe@contoso.com",
        "X400:joe",
        "joe",
        "",
    ];
    let noise = [" ", ".", "\u{200b}", "\u{a0}", "<", ">", "é", "&", ":", "smtp:", "\t", "J"];
    let places = prop::sample::select(vec![0, 3, 5, 8, 10, usize::MAX, usize::MAX]);
    let noise = prop::collection::vec((places, prop::sample::select(noise.to_vec())), 0..3);
    (prop::sample::select(bases.to_vec()), noise).prop_map(|(base, noise)| {
        let mut letters: Vec<String> = base.chars().map(String::from).collect();
        for (place, sign) in noise {
            letters.insert(place.min(letters.len()), sign.to_owned());
        }
        letters.concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_mended_needs_no_mending(values in prop::collection::vec((0_usize..8, value()), 1..7), group: bool) {
        let class = if group { "group" } else { "user" };
        let attributes = [
            "mail", "userPrincipalName", "mailNickname", "displayName", "targetAddress", "msRTCSIP-PrimaryUserAddress",
            "proxyAddresses", "proxyAddresses",
        ];
        let model = Model::new(class, values.iter().map(|(number, value)| (attributes[*number], value.as_str())));
        let before = judged(&model);
        let mut rules: Vec<&str> =
            before.iter().filter(|finding| finding.fix.is_some()).map(|finding| finding.rule.id.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            let fixes: Vec<_> = before
                .iter()
                .filter(|finding| finding.rule.id == rule)
                .filter_map(|finding| finding.fix.as_ref())
                .collect();
            let mended = model.mended(fixes.iter().flat_map(|fix| &fix.changes).map(AsRef::as_ref));
            let again = judged(&mended);
            let again = again.iter().find(|finding| finding.rule.id == rule && finding.fix.is_some());
            prop_assert!(again.is_none(), "{model:?} became {mended:?}: {again:?}");
            // whatever is safe leaves every letter, and removes only what is blank or stands there once more
            for change in fixes.iter().filter(|fix| fix.safe).flat_map(|fix| &fix.changes) {
                let old = letters(change.old.as_ref().unwrap().value.as_ref().unwrap());
                let left = match &change.new {
                    Some(new) => letters(new).ends_with(&old),
                    None => mended.values_of(&change.attribute).any(|value| letters(value).ends_with(&old)),
                };
                prop_assert!(left || old.is_empty(), "{rule}: {change:?}");
            }
        }
    }
}

/// The letters of a value in lower case, and its at signs.
fn letters(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value).to_lowercase();
    text.chars().filter(|character| character.is_alphanumeric() || *character == '@').collect()
}
