//! What IdFix 2.6 reports, row by row, in one direction or the other: its right findings are found by the profiles
//! `idfix-multi-tenant` and `idfix-dedicated`, its known false alarms are not, and nothing is found that it does not report.
//! The sections are those of the study of its code: 2 scope, 3 building blocks, 4 attributes, 5 duplicates, 6 documentation
//! against code, 7 faults of the code.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "idfix_rows/dedicated.rs"]
mod dedicated;
#[path = "idfix_rows/multi_tenant.rs"]
mod multi_tenant;
#[path = "idfix_rows/multi_tenant_attributes.rs"]
mod multi_tenant_attributes;

use std::collections::BTreeSet;

use data_encoding::BASE64;
use presync::finding::Severity;
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::run::{Files, Input, Terms, check};
use presync::snapshot::Format;
use presync::source::Store;

/// A row: its name, the objects, and the rules that find something, without the prefix of the profile.
///
/// An object begins with a line such as `user CN=Joe`; what is not said of it has values that no rule finds fault with, and
/// `-mail` leaves an attribute out. `{a*257}` is a letter repeated.
type Row = (&'static str, &'static str, &'static [&'static str]);

fn book(store: &mut Store, profile: &str) -> Rulebook {
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(store, file, true).unwrap_or_else(|problem| panic!("{name}: {problem:?}")));
    }
    let library = Library::new(packs).choose(vec![profile.to_owned()]);
    let book = library.compile(store, &["main".to_owned()], &[], &|rule| Some(rule.severity.into()));
    assert_eq!(book.problems, []);
    book
}

/// A directory as LDIF.
fn ldif(row: &str, defaults: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (number, object) in row.split("\n\n").enumerate() {
        let mut lines = object.lines();
        let (class, rdn) = lines.next().unwrap().split_once(' ').unwrap();
        let dn =
            if rdn.contains("DC=") { rdn.to_owned() } else { format!("{rdn},OU=Staff,DC=contoso,DC=com") };
        text.push_str(&format!("dn: {dn}\n"));
        for class in class.split('+') {
            text.push_str(&format!("objectClass: {class}\n"));
        }
        let mut said = BTreeSet::new();
        for line in lines {
            if let Some(name) = line.strip_prefix('-') {
                said.insert(name);
                continue;
            }
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            said.insert(name);
            text.push_str(&format!("{name}:: {}\n", BASE64.encode(repeated(value).as_bytes())));
        }
        for (name, value) in defaults.iter().filter(|(name, _)| !said.contains(name)) {
            text.push_str(&format!("{name}: {}\n", value.replace('#', &number.to_string())));
        }
        text.push('\n');
    }
    text
}

/// `{a*3}` as `aaa`.
fn repeated(value: &str) -> String {
    let Some((before, rest)) = value.split_once('{') else { return value.to_owned() };
    let count = rest.split_once('}').and_then(|(inside, after)| {
        let (letter, count) = inside.split_once('*')?;
        Some((letter.repeat(count.parse().ok()?), after))
    });
    match count {
        Some((letters, after)) => format!("{before}{letters}{}", repeated(after)),
        None => format!("{before}{{{}", repeated(rest)),
    }
}

fn judge(profile: &str, prefix: &str, rows: &[Row], defaults: &[(&str, &str)]) {
    let mut packs = Store::new();
    let book = book(&mut packs, profile);
    let mut wrong = Vec::new();
    for (name, row, expected) in rows {
        let mut store = Store::new();
        let text = ldif(row, defaults);
        let file = store.text("row.ldif", text.clone().into_bytes());
        let files = Files { inputs: vec![Input::of(file, Format::Ldif)], ..Files::default() };
        let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
        let outcome = check(&store, &files, &book, terms);
        let broken: Vec<_> = outcome.problems.iter().filter(|p| p.severity == Severity::Error).collect();
        assert!(broken.is_empty(), "{name}: {broken:?}\n{text}");
        let found: BTreeSet<&str> =
            outcome.findings.iter().map(|finding| finding.rule.id.trim_start_matches(prefix)).collect();
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        if found != expected {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn multi_tenant_rows() {
    let defaults = [("displayName", "Joe")];
    let rows = [multi_tenant::ROWS, multi_tenant_attributes::ROWS].concat();
    judge("idfix-multi-tenant", "idfix-", &rows, &defaults);
}

#[test]
fn dedicated_rows() {
    let defaults = [
        ("mail", "joe#@contoso.com"),
        ("displayName", "Joe"),
        ("mailNickname", "joe#"),
        ("targetAddress", "SMTP:joe#@contoso.com"),
    ];
    judge("idfix-dedicated", "idfix-dedicated-", dedicated::ROWS, &defaults);
}

/// Every rule of a profile stands in some row.
fn all_of(profile: &str, prefix: &str, rows: &[Row]) {
    let mut store = Store::new();
    let book = book(&mut store, profile);
    let named: BTreeSet<&str> = rows.iter().flat_map(|(_, _, ids)| *ids).copied().collect();
    let there: BTreeSet<&str> = book.infos.iter().map(|info| info.id.trim_start_matches(prefix)).collect();
    assert_eq!(named, there);
}

#[test]
fn every_rule_stands_in_some_row() {
    let rows = [multi_tenant::ROWS, multi_tenant_attributes::ROWS].concat();
    all_of("idfix-multi-tenant", "idfix-", &rows);
    all_of("idfix-dedicated", "idfix-dedicated-", dedicated::ROWS);
}

/// IdFix shows the first holder only sometimes, with the values of the second one, and three holders as four rows.
#[test]
fn a_duplicate_is_one_finding_that_shows_every_holder() {
    let mut packs = Store::new();
    let book = book(&mut packs, "idfix-multi-tenant");
    let holder = |name: &str| format!("user CN={name}\nmail: a@contoso.com\nmailNickname: {name}");
    let text = ldif(&["a", "b", "c"].map(holder).join("\n\n"), &[("displayName", "Joe")]);
    let mut store = Store::new();
    let file = store.text("row.ldif", text.into_bytes());
    let files = Files { inputs: vec![Input::of(file, Format::Ldif)], ..Files::default() };
    let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
    let outcome = check(&store, &files, &book, terms);
    let [finding] = outcome.findings.as_slice() else { panic!("{:?}", outcome.findings) };
    assert_eq!(finding.message, "3 objects have the mail `a@contoso.com`");
    assert_eq!(finding.related.len(), 2);
}

#[test]
fn the_words_of_idfix_are_tags() {
    let mut store = Store::new();
    let mut tags = BTreeSet::new();
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| name.starts_with("rules/idfix/")) {
        let file = store.text(name, text.as_bytes().to_vec());
        let pack = load(&store, file, true).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        for rule in &pack.content.rules {
            assert!(rule.tags.contains(&"idfix".to_owned()) && rule.id.starts_with("idfix-"), "{}", rule.id);
            tags.extend(rule.tags.iter().cloned());
        }
        for (name, _) in pack.content.define.0.iter().chain(&pack.content.formats.0) {
            assert!(name.starts_with("idfix-"), "names of definitions are global: {name}");
        }
    }
    for word in [
        "character",
        "format",
        "top-level-domain",
        "domain-part",
        "local-part",
        "length",
        "duplicate",
        "blank",
        "mail-match",
    ] {
        assert!(tags.contains(word), "{word}");
    }
}
