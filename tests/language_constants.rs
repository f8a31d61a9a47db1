//! Constants that cannot be what they are compared with are refused, with the token underlined: they would never be met.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use presync::language::parse_sentence;
use presync::pack::{BUILT_IN, Library, load};
use presync::source::Store;

fn problems(rule: &str) -> Vec<String> {
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
    book.problems.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn constants_have_to_be_of_the_type() {
    for (rule, message) in [
        ("no user where whenCreated < \"soon\"", "`soon` is no time"),
        ("no user where \"2024\" > whenCreated", "`2024` is no time"),
        ("no user where objectGUID = \"x\"", "`x` is no GUID"),
        ("no user where objectSid in [\"S-1-5-32-544\", \"x\"]", "`x` is no security identifier"),
        ("no user where isCriticalSystemObject = \"yes\"", "`yes` is no truth value"),
        ("no user where \"yes\" = isCriticalSystemObject", "`yes` is no truth value"),
    ] {
        assert_eq!(problems(rule), [message], "{rule}");
    }
    for rule in [
        "no user where whenCreated < \"2024-01-31\" or whenCreated >= \"20240131000000.0Z\"",
        "no user where objectGUID = \"{B074C416-0A1B-2C3D-4E5F-60718293A4B5}\"",
        "no user where objectSid = \"S-1-5-32-544\" or isCriticalSystemObject = true",
        "no user where lastLogonTimestamp = 0 or lastLogonTimestamp < 5",
    ] {
        assert_eq!(problems(rule), [""; 0], "{rule}");
    }
}

#[test]
fn what_no_rule_can_mean_is_underlined() {
    for (rule, token) in [
        ("no user where userAccountControl has flag 0xFFFFFFFFFFFFFFFF", "0xFFFFFFFFFFFFFFFF"),
        ("no user where uSNChanged = 99999999999999999999", "99999999999999999999"),
        ("no user where age(whenCreated) > 99999999999999999 weeks", "99999999999999999 weeks"),
        ("no user where mail = \"\\u{110000}\"", "\"\\u{110000}\""),
        ("no address(lower(mail) where it = \"x\") of user", "lower(mail) where it = \"x\""),
    ] {
        let fault = parse_sentence(rule).unwrap_err();
        assert_eq!(rule.get(fault.span.clone()), Some(token));
        assert!(fault.help.is_some(), "{rule}");
    }
}
