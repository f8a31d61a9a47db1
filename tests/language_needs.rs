//! A comparison of two attributes says nothing where one of them was not exported.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use presync::pack::{BUILT_IN, Library, load};
use presync::run::{Files, Input, Terms, check};
use presync::source::Store;

const OBJECTS: &str =
    "dn: CN=Joe,DC=contoso,DC=com\nobjectClass: user\nmail: joe@contoso.com\nsAMAccountName: joe\n";

/// Why the rule was not evaluated.
fn reasons(rule: &str) -> Vec<String> {
    let mut store = Store::new();
    let text = format!("language: 1\nrules:\n  - id: r\n    message: m\n    rule: |\n      {rule}\n");
    let own = store.text("own.yaml", text.into_bytes());
    let mut packs = vec![load(&store, own, false).unwrap()];
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(&store, file, true).unwrap());
    }
    let severity = |rule: &presync::pack::RawRule| (rule.id == "r").then_some(rule.severity.into());
    let book = Library::new(packs).compile(&store, &["main".to_owned()], &[], &severity);
    assert!(book.problems.is_empty(), "{:?}", book.problems);
    let file = store.text("objects.ldif", OBJECTS.as_bytes().to_vec());
    let files = Files { inputs: vec![Input::of(file, presync::snapshot::Format::Ldif)], ..Files::default() };
    let outcome = check(
        &store,
        &files,
        &book,
        Terms { now: 0, complete: false, require_complete: false, metered: false },
    );
    outcome.summary.rules_not_evaluated.into_iter().map(|(_, reason)| reason).collect()
}

#[test]
fn both_sides_of_a_comparison_have_to_be_exported() {
    for rule in [
        "no user where mail = userPrincipalName",
        "no user where userPrincipalName != mail",
        "no user where mail starts with userPrincipalName",
        "no mail of user where it = userPrincipalName",
        "each user: mail = userPrincipalName",
    ] {
        let reason = "`userPrincipalName` was not exported, or no object has it";
        assert_eq!(reasons(rule), [reason], "{rule}");
    }
    for rule in
        ["no user where mail = sAMAccountName", "no user where mail = \"x\" or userPrincipalName = \"x\""]
    {
        assert_eq!(reasons(rule), [""; 0], "{rule}");
    }
}
