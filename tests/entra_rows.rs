//! What the service does, row by row, in one direction or the other: the rows of the study of Entra Connect and cloud sync. Section 5
//! is about single attributes, 7 about what must be unique, 10 about what happens to people and no other tool checks, 11 about
//! pages of Microsoft that disagree.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "entra_rows/attributes.rs"]
mod attributes;
#[path = "entra_rows/pitfalls.rs"]
mod pitfalls;
#[path = "entra_rows/uniqueness.rs"]
mod uniqueness;

use std::collections::{BTreeMap, BTreeSet};

use data_encoding::BASE64;
use presync::finding::Severity;
use presync::pack::{BUILT_IN, DEFAULT_PROFILE, Library, Rulebook, load};
use presync::run::{Files, Input, Terms, check};
use presync::snapshot::Format;
use presync::source::Store;

/// A row: its name, settings as `--set` takes them, the objects, and the rules that find something.
///
/// An object begins with a line such as `user CN=Joe`; what is not said of it has values that no rule finds fault with, and `-mail`
/// leaves an attribute out. `{a*257}` is a letter repeated, `name:: ` comes before base64. Objects behind a line `tenant` are those
/// of the tenant.
type Row = (&'static str, &'static [(&'static str, &'static str)], &'static str, &'static [&'static str]);

/// What a book of rules is made for: the names of the sources, and settings.
type Book = (Vec<String>, Vec<(String, String)>);

/// What an object of the directory has unless its row says something else; `#` is its number.
fn defaults(class: &str) -> &'static [(&'static str, &'static str)] {
    match class {
        "user" => &[("sAMAccountName", "u#"), ("userPrincipalName", "u#@contoso.com")],
        "group" => &[("sAMAccountName", "g#"), ("displayName", "Group #"), ("groupType", "-2147483646")],
        "contact" => &[("mail", "c#@fabrikam.com")],
        _ => &[],
    }
}

/// Objects as LDIF.
fn ldif(objects: &str, in_tenant: bool) -> String {
    let mut text = String::new();
    for (number, object) in objects.split("\n\n").filter(|object| !object.is_empty()).enumerate() {
        let mut lines = object.lines();
        let (classes, rdn) = lines.next().unwrap().split_once(' ').unwrap_or_else(|| panic!("{object}"));
        let dn =
            if rdn.contains("DC=") { rdn.to_owned() } else { format!("{rdn},OU=Staff,DC=contoso,DC=com") };
        text.push_str(&format!("dn:: {}\n", BASE64.encode(dn.as_bytes())));
        for class in classes.split('+') {
            text.push_str(&format!("objectClass: {class}\n"));
        }
        let mut said = BTreeSet::new();
        for line in lines {
            if let Some(name) = line.strip_prefix('-') {
                said.insert(name);
            } else if let Some((name, value)) = line.split_once(":: ") {
                said.insert(name);
                text.push_str(&format!("{name}:: {value}\n"));
            } else {
                let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
                said.insert(name);
                let values = repeated(value);
                text.push_str(&format!("{name}:: {}\n", BASE64.encode(values.as_bytes())));
            }
        }
        let missing = defaults(if in_tenant { "" } else { classes }).iter();
        for (name, value) in missing.filter(|(name, _)| !said.contains(name)) {
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

fn book(store: &mut Store, names: &[String], set: &[(String, String)]) -> Rulebook {
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(store, file, true).unwrap_or_else(|problem| panic!("{name}: {problem:?}")));
    }
    let library = Library::new(packs).choose(vec![DEFAULT_PROFILE.to_owned()]);
    let book = library.compile(store, names, set, &|rule| Some(rule.severity.into()));
    assert_eq!(book.problems, []);
    book
}

fn judge(rows: &[Row]) {
    let mut packs = Store::new();
    let mut books: BTreeMap<Book, Rulebook> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (name, set, objects, expected) in rows {
        let (main, tenant) = objects.split_once("\n\ntenant\n\n").unwrap_or((objects, ""));
        let set: Vec<(String, String)> =
            set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sources = if tenant.is_empty() { &["main"][..] } else { &["main", "tenant"] };
        let sources: Vec<String> = sources.iter().map(|name| (*name).to_owned()).collect();
        let book =
            books.entry((sources.clone(), set.clone())).or_insert_with(|| book(&mut packs, &sources, &set));
        let mut store = Store::new();
        let mut files = Files::default();
        for (source, text) in [(0, ldif(main, false)), (1, ldif(tenant, true))] {
            if !text.is_empty() {
                let file = store.text("row.ldif", text.into_bytes());
                files.inputs.push(Input { source, ..Input::of(file, Format::Ldif) });
            }
        }
        let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
        let outcome = check(&store, &files, book, terms);
        let broken: Vec<_> = outcome.problems.iter().filter(|p| p.severity == Severity::Error).collect();
        assert!(broken.is_empty(), "{name}: {broken:?}");
        let found: BTreeSet<&str> = outcome.findings.iter().map(|finding| finding.rule.id.as_str()).collect();
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        if found != expected {
            wrong.push(format!("{name}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rows_of_section_5() {
    judge(attributes::ROWS);
}

#[test]
fn rows_of_section_7() {
    judge(uniqueness::ROWS);
}

#[test]
fn rows_of_sections_10_and_11() {
    judge(pitfalls::ROWS);
}

/// Where pages of Microsoft disagree, the rule says so and names both.
#[test]
fn disagreements_are_named() {
    let mut store = Store::new();
    let mut rationales = BTreeMap::new();
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        let pack = load(&store, file, true).unwrap();
        for rule in pack.content.rules {
            let words: Vec<String> =
                rule.rationale.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
            rationales.insert(rule.id, (words.join(" "), rule.see));
        }
    }
    for (rule, one, other) in [
        (
            "cloud-user-taken-over",
            "When you have an existing tenant",
            "Troubleshoot errors during synchronization",
        ),
        ("address-held-in-tenant", "duplicate attribute resiliency", "When you have an existing tenant"),
        ("upn-malformed", "Troubleshoot errors during synchronization", "UserPrincipalName population"),
        ("federated-suffix-changed", "Troubleshoot errors during synchronization", "Sync service features"),
        ("too-many-certificates", "Troubleshoot errors during synchronization", "LargeObject errors"),
        ("member-limit-disputed", "service limits", "default configuration"),
        ("initial-address-held-in-tenant", "scenarios", "terminology"),
        ("alias-shared", "Prepare for directory synchronization", "scenario 6"),
        ("address-held-by-guest", "When you have an existing tenant", "Diagnose and remediate"),
        ("group-display-name-missing", "default rules", "older page"),
    ] {
        let (rationale, see) = &rationales[rule];
        assert!(rationale.contains("disagree") || rationale.contains(" says that "), "{rule}: {rationale}");
        assert!(rationale.contains(one) && rationale.contains(other), "{rule}: {rationale}");
        assert!(see.len() >= 2, "{rule}: {see:?}");
    }
}
