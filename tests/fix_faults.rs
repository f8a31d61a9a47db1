//! What is wrong with the fixes of rules, told at the word in the YAML file.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice)]

#[path = "common/faults.rs"]
mod faults;

use std::fmt::Write;

use faults::problems;
use presync::pack::{BUILT_IN, Library, load};
use presync::source::Store;

/// A pack with one rule and its fix.
fn pack(rule: &str, fix: &str) -> String {
    format!(
        "params: {{ suffix: {{ type: text }} }}\nrules:\n  - id: tested\n    rule: |\n      {rule}\n    message: said\n    fix:{fix}\n"
    )
}

/// What is said of a fix, each fault in a line: its code, the underlined text, the message and the remedy.
fn said(cases: &[(&str, &str)]) -> String {
    let mut said = String::new();
    for (rule, fix) in cases {
        writeln!(said, "{rule}\n  fix:{}", fix.replace('\n', "\n  ")).unwrap();
        let found = problems(&pack(rule, fix));
        assert!(!found.is_empty(), "{rule}: {fix} is taken for right");
        for (code, message, help, underlined) in found {
            writeln!(said, "  → {code} at `{underlined}`: {message}; help: {help}").unwrap();
        }
        said.push('\n');
    }
    said
}

const EACH: &str = "each mail of user: it = exact trim(it)";

#[test]
fn of_its_fields() {
    insta::assert_snapshot!(said(&[
        (EACH, " { set: trim(it), save: true }"),
        (EACH, " { set: trim(it) }"),
        (EACH, "\n      - set: trim(it)"),
        (EACH, " { set: trim(it), safe: maybe }"),
        (EACH, " { safe: true }"),
        (EACH, "\n      - set: trim(it)\n        safe: true\n      - safe: false"),
        (EACH, " { set: trim(it), remove: it, safe: true }"),
        (EACH, " { set: [it], safe: true }"),
        (EACH, " { set: { mail: trim(it), cn: trim(it) }, safe: true }"),
        (EACH, " { set: {}, safe: true }"),
        (EACH, " { add: trim(it), safe: true }"),
        (EACH, " { remove: { mail: it }, safe: true }"),
        (EACH, " trim(it)"),
    ]));
}

#[test]
fn of_its_words() {
    insta::assert_snapshot!(said(&[
        (EACH, " { set: trim(it, safe: true }"),
        (EACH, " { set: trim(it, safe: true"),
        (EACH, "\n      set: trim(it\n      safe: true"),
        (EACH, " { set: trm(it), safe: true }"),
        (EACH, " { set: trim(mial), safe: true }"),
        (EACH, " { set: 'concat(it, $sufix)', safe: true }"),
        (EACH, " { set: { mial: trim(it) }, safe: true }"),
        (EACH, " { set: { manager.mail: trim(it) }, safe: true }"),
        (EACH, " { set: { trim(mail): trim(it) }, safe: true }"),
        (EACH, " { set: { it: trim(it) }, safe: true }"),
        (EACH, " { set: { dn: trim(it) }, safe: true }"),
        (EACH, " { set: { mail: length(it) }, safe: true }"),
        (EACH, " { set: { mail: 5 }, safe: true }"),
        (EACH, " { set: { manager: trim(it) }, safe: true }"),
        (EACH, " { set: { manager: '\"Joe\"' }, safe: true }"),
        (EACH, " { set: { proxyAddresses: trim(it) }, safe: false }"),
        (EACH, " { add: { mail: trim(it) }, safe: false }"),
        (EACH, " { add: { (proxyAddresses where it is ascii): trim(it) }, safe: false }"),
        (EACH, " { remove: trim(it), safe: true }"),
        (EACH, " { remove: manager.mail, safe: true }"),
    ]));
}

#[test]
fn of_what_a_sentence_judges() {
    insta::assert_snapshot!(said(&[
        ("each user must have mail", " { set: trim(it), safe: true }"),
        ("each user must have mail", " { set: '\"joe\"', safe: true }"),
        ("each user must have mail", " { remove: it, safe: true }"),
        ("each user must have mail", " { set: { mail: trim(it) }, safe: true }"),
        ("no concat(mail, cn) of user", " { set: trim(it), safe: false }"),
        ("no lower(mail) of user", " { set: trim(it), safe: false }"),
        ("no manager.mail of user", " { remove: it, safe: false }"),
        ("no dn of user", " { set: trim(it), safe: false }"),
        ("unique mail across user", " { remove: it, safe: false }"),
        ("acyclic manager of user", " { remove: it, safe: false }"),
        ("at most 5 user", " { set: { mail: cn }, safe: false }"),
        ("no unicodePwd of user", " { set: trim(it), safe: false }"),
        ("no user", " { set: { mail: unicodePwd }, safe: false }"),
        ("no unicodePwd of user", " { set: { mail: 'before(it, \"x\")' }, safe: false }"),
        ("no user", " { set: { unicodePwd: cn }, safe: false }"),
    ]));
}

#[test]
fn of_another_source() {
    let mut store = Store::new();
    let built_in = BUILT_IN.iter().filter(|(name, _)| name.starts_with("rules/schema/"));
    let mut packs: Vec<_> = built_in
        .map(|(name, text)| {
            let file = store.text(name, text.as_bytes().to_vec());
            load(&store, file, true).unwrap()
        })
        .collect();
    let text = pack("no mail of user, tenant.user", " { remove: it, safe: false }");
    let file = store.text("test.yaml", text.into_bytes());
    packs.push(load(&store, file, false).unwrap());
    let sources = ["main".to_owned(), "tenant".to_owned()];
    let book = Library::new(packs).compile(&store, &sources, &[], &|rule| Some(rule.severity.into()));
    let codes: Vec<&str> = book.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["fix-source"]);
}
