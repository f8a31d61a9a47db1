//! Checking again as if changes had been made: what comes of it is what a check of everything finds, which is the slow twin,
//! whatever stands in the directory and whatever changes, step by step.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::sync::OnceLock;

use data_encoding::BASE64;
use presync::finding::{Change, Outcome, Stored};
use presync::fix::{Asked, Plan, Planner};
use presync::language::symbols::Symbols;
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::run::{Files, Input, Object, Overlay, Rechecked, Search, Terms, check_with};
use presync::snapshot::Format;
use presync::source::Store;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Rules about several objects, of each kind that there is.
const OWN: &str = r#"
language: 1
rules:
  - id: own-manager-elsewhere
    rule: 'each department of user where has manager: it = manager.department'
    message: "{rdn(dn)} works elsewhere than {manager.displayName}"
  - id: own-report-of-disabled
    rule: no member of group where it refers to user where (mail = self.mail)
    message: "{it} has the mail of its group"
  - id: own-few
    rule: at most 1 user where department = "IT" and manager refers to user where mail ends with "contoso.com"
    message: "too many"
  - id: own-some
    rule: at least 1 user where department = "HR"
    message: "too few"
  - id: own-circle
    rule: acyclic manager of user where has department
    message: "a circle"
  - id: own-within
    rule: unique displayName across user within department
    message: "twice in one department"
  - id: own-borrowed
    rule: no mail of user where it equals any mail of group where department = self.department
    message: "{it} is a group's"
    fix: { remove: it, safe: false }
  - id: own-trimmed
    rule: no department of user where it != trim(it)
    message: "{it} has blanks"
    fix: { set: trim(it), safe: true }
"#;

fn book() -> &'static (Rulebook, Symbols) {
    static BOOK: OnceLock<(Rulebook, Symbols)> = OnceLock::new();
    BOOK.get_or_init(|| {
        let mut store = Store::new();
        let mut packs: Vec<_> = BUILT_IN
            .iter()
            .map(|(name, text)| {
                let file = store.text(name, text.as_bytes().to_vec());
                load(&store, file, true).unwrap()
            })
            .collect();
        let file = store.text("own.yaml", OWN.as_bytes().to_vec());
        packs.push(load(&store, file, false).unwrap());
        let library = Library::new(packs);
        let set = [("verified_domains".to_owned(), "contoso.com".to_owned())];
        let names = ["main".to_owned()];
        let book = library.compile(&store, &names, &set, &|rule| Some(rule.severity.into()));
        assert!(book.problems.is_empty(), "{:#?}", book.problems);
        (book, library.symbols(&store, &names, &set).0)
    })
}

const ATTRIBUTES: &[&str] = &[
    "userPrincipalName",
    "mail",
    "mailNickname",
    "proxyAddresses",
    "proxyAddresses",
    "targetAddress",
    "sAMAccountName",
    "displayName",
    "department",
    "department",
    "manager",
    "manager",
    "member",
    "member",
    "memberOf",
    "description",
    "adminDescription",
    "userAccountControl",
    "isCriticalSystemObject",
];

const VALUES: &[&str] = &[
    "joe@contoso.com",
    "Joe@Contoso.COM",
    "jos\u{e9}@contoso.com",
    "joe @contoso.com",
    "joe@contoso.local",
    "SMTP:joe@contoso.com",
    "smtp:joe@contoso.com ",
    "smtp: ann@contoso.com",
    "ann@contoso.com",
    "IT",
    "IT ",
    "HR",
    "joe",
    "joe.",
    "CN=0,OU=S,DC=contoso,DC=com",
    "cn=1, ou=s,dc=contoso,dc=com",
    "CN=2,OU=S,DC=contoso,DC=com",
    "CN=3,OU=S,DC=contoso,DC=com",
    "CN=9,OU=T,DC=contoso,DC=com",
    "CN=9,DC=other",
    "514",
    "TRUE",
];

type Made = (&'static str, u8, Vec<(&'static str, &'static str)>);

fn objects() -> impl Strategy<Value = Vec<Made>> {
    let attribute = (select(ATTRIBUTES), select(VALUES));
    let class = select(&["user", "user", "user", "group", "group", "contact"][..]);
    vec((class, 0_u8..9, vec(attribute, 0..12)), 1..8)
}

fn ldif(objects: &[Made]) -> String {
    let mut text = String::new();
    for (number, (class, name, attributes)) in objects.iter().enumerate() {
        let name = if *name == 0 { 0 } else { number };
        writeln!(text, "dn: CN={name},OU=S,DC=contoso,DC=com\nobjectClass: top\nobjectClass: {class}")
            .unwrap();
        for (attribute, value) in attributes {
            writeln!(text, "{attribute}:: {}", BASE64.encode(value.as_bytes())).unwrap();
        }
        text.push('\n');
    }
    text
}

/// Objects that have nothing to do with others: among many, the few that change are looked at in another way.
fn others() -> String {
    let other = |number| format!("dn: CN=Other {number},OU=S,DC=contoso,DC=com\nobjectClass: contact\n\n");
    (0..600).map(other).collect()
}

/// A table whose objects are named by their sign-in names, which may change.
fn csv(objects: &[Made]) -> String {
    let mut text = "userPrincipalName,mail,proxyAddresses,displayName,department,manager\n".to_owned();
    for (number, (_, _, attributes)) in objects.iter().enumerate() {
        let value =
            |name: &str| attributes.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
        let sign_in = match value("userPrincipalName") {
            "" => format!("user{number}@contoso.com"),
            text => text.to_owned(),
        };
        let rest = ["mail", "proxyAddresses", "displayName", "department", "manager"]
            .map(|name| format!("\"{}\"", value(name)));
        writeln!(text, "{sign_in},{}", rest.join(",")).unwrap();
    }
    text
}

/// One change: the object, the attribute of a value that is added, the value that goes, and what comes.
type Step = (Index, &'static str, Option<Index>, Option<&'static str>);

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let added =
        select(&["mail", "department", "proxyAddresses", "manager", "displayName", "member", "c"][..]);
    let step = (
        any::<Index>(),
        added,
        prop::option::weighted(0.8, any::<Index>()),
        prop::option::weighted(0.8, select(VALUES)),
    );
    vec(vec(step, 0..5), 1..5)
}

fn change(objects: &[Object], search: &Search, (which, added, old, new): &Step) -> Option<Change> {
    let object = &objects[which.index(objects.len())];
    let old =
        old.filter(|_| !object.values.is_empty()).map(|old| &object.values[old.index(object.values.len())]);
    if old.is_none() && new.is_none() {
        return None;
    }
    Some(Change {
        object: object.name.clone(),
        name: object.spot.location,
        record: object.record,
        attribute: old.map_or((*added).to_owned(), |old| search.names.name(old.slot).to_owned()),
        old: old.map(|old| Stored {
            value: Some(old.bytes.clone()),
            location: old.spot.location,
            form: old.spot.form,
            added: usize::from(old.spot.added),
            via: old.via,
        }),
        new: new.map(|new| new.as_bytes().to_vec()),
        beside: None,
    })
}

fn opened(text: &str, format: Format) -> (Store, Files) {
    let mut store = Store::new();
    let file = store.text("a", text.as_bytes().to_vec());
    (store, Files { inputs: vec![Input::of(file, format)], ..Files::default() })
}

fn same(fast: &Outcome, slow: &Outcome, what: &str) -> Result<(), TestCaseError> {
    let said = |outcome: &Outcome| {
        outcome
            .findings
            .iter()
            .map(|finding| format!("{}: {}", finding.rule.id, finding.message))
            .collect::<Vec<_>>()
    };
    prop_assert_eq!(said(fast), said(slow), "{}", what);
    prop_assert_eq!(&fast.findings, &slow.findings, "{}", what);
    prop_assert_eq!(&fast.summary.rules_not_evaluated, &slow.summary.rules_not_evaluated, "{}", what);
    prop_assert_eq!(&fast.problems, &slow.problems, "{}", what);
    Ok(())
}

fn check_steps(text: &str, format: Format, complete: bool, steps: &[Vec<Step>]) -> Result<(), TestCaseError> {
    let (book, symbols) = book();
    let (store, files) = opened(text, format);
    let terms = Terms { now: 1_767_225_600, complete, require_complete: false, metered: false };
    let search = Search::new(ATTRIBUTES, symbols, Vec::new());
    let objects = search.gather(&store, &files, Some).found;
    if objects.is_empty() {
        return Ok(());
    }
    let mut rechecked = Rechecked::new(&store, &files, book, terms);
    same(
        &rechecked.with(&Overlay::default()),
        &check_with(&store, &files, book, terms, &Overlay::default()),
        text,
    )?;
    for step in steps {
        let changes: Vec<Change> = step.iter().filter_map(|step| change(&objects, &search, step)).collect();
        let overlay = Overlay::of(&changes);
        let slow = check_with(&store, &files, book, terms, &overlay);
        same(&rechecked.with(&overlay), &slow, &format!("{changes:#?}\n{text}"))?;
    }
    Ok(())
}

fn planned(text: &str, asked: &Asked, again: bool) -> Plan {
    let (book, _) = book();
    let (store, files) = opened(text, Format::Ldif);
    let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
    let rechecked = std::cell::RefCell::new(Rechecked::new(&store, &files, book, terms));
    let fast = |overlay: &Overlay| rechecked.borrow_mut().with(overlay);
    let slow = |overlay: &Overlay| check_with(&store, &files, book, terms, overlay);
    let check: &dyn Fn(&Overlay) -> Outcome = if again { &fast } else { &slow };
    Planner { asked, check, refuses: &|_| None }.plan(Vec::new())
}

/// The value of an attribute of an object becomes another one.
fn becomes(object: &Object, search: &Search, attribute: &str, new: &str) -> Change {
    let old = object.all(search.slot(attribute)).next().unwrap();
    Change {
        object: object.name.clone(),
        name: object.spot.location,
        record: object.record,
        attribute: attribute.to_owned(),
        old: Some(Stored {
            value: Some(old.bytes.clone()),
            location: old.spot.location,
            form: old.spot.form,
            added: usize::from(old.spot.added),
            via: None,
        }),
        new: Some(new.as_bytes().to_vec()),
        beside: None,
    }
}

/// The user is suspicious before and after; what makes it a fault is an object that nobody looked at before.
#[test]
fn an_object_that_comes_to_a_key_is_looked_at() {
    let text = "\
dn: CN=Joe,OU=S,DC=contoso,DC=com
objectClass: user
mail: joe@contoso.com
department: IT

dn: CN=Other,OU=S,DC=contoso,DC=com
objectClass: group
mail: joe@contoso.com
department: HR

dn: CN=Same,OU=S,DC=contoso,DC=com
objectClass: group
mail: ann@contoso.com
department: IT
";
    let (book, symbols) = book();
    let (store, files) = opened(text, Format::Ldif);
    let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
    let search = Search::new(ATTRIBUTES, symbols, Vec::new());
    let objects = search.gather(&store, &files, Some).found;
    let mut rechecked = Rechecked::new(&store, &files, book, terms);
    let mut found =
        |changes: &[Change]| finds(&mut rechecked, (&store, &files, terms), "own-borrowed", changes);
    let comes = becomes(&objects[2], &search, "mail", "Joe@contoso.com");
    let goes = becomes(&objects[1], &search, "department", "IT");
    assert!(!found(&[]));
    assert!(found(std::slice::from_ref(&comes)));
    assert!(found(&[comes, goes.clone()]));
    assert!(found(&[goes]));
    assert!(!found(&[]));
}

/// Whether a rule finds something as if changes had been made; judged again, and as a check of everything does.
fn finds(
    rechecked: &mut Rechecked<'_>,
    (store, files, terms): (&Store, &Files, Terms),
    rule: &str,
    changes: &[Change],
) -> bool {
    let overlay = Overlay::of(changes);
    let outcome = rechecked.with(&overlay);
    same(&outcome, &check_with(store, files, &book().0, terms, &overlay), rule).unwrap();
    outcome.findings.iter().any(|finding| finding.rule.id == rule)
}

/// What depends on who is called what is looked at when a name changes, and when it changes back.
#[test]
fn an_object_that_gets_a_name_is_looked_at() {
    let head = "userPrincipalName,objectClass,displayName,department,manager\n";
    let (book, symbols) = book();
    let terms = Terms { now: 1_767_225_600, complete: false, require_complete: false, metered: false };
    // the second object gets a name; whether there is a fault before, and then
    for (rule, rows, name, faulty) in [
        // a manager who nobody is, until somebody is called that
        (
            "own-manager-elsewhere",
            "joe@contoso.com,user,Joe,IT,boss@contoso.com\nann@contoso.com,user,Ann,IT,\n",
            "boss@contoso.com",
            [true, false],
        ),
        // two rows of one object become two objects
        (
            "own-within",
            "joe@contoso.com,user,Joe,IT,\njoe@contoso.com,user,Joe,IT,\n",
            "boss@contoso.com",
            [false, true],
        ),
        // who has the manager becomes the manager
        (
            "own-circle",
            "joe@contoso.com,user,Joe,IT,boss@contoso.com\nann@contoso.com,user,Ann,IT,joe@contoso.com\n",
            "boss@contoso.com",
            [false, true],
        ),
        // a manager outside of what was exported, until what was exported reaches that far
        (
            "own-manager-elsewhere",
            "\"CN=Joe,DC=a\",user,Joe,IT,\"CN=Boss,OU=B,DC=b\"\n\"CN=Ann,DC=a\",user,Ann,IT,\n",
            "OU=B,DC=b",
            [false, true],
        ),
    ] {
        let text = format!("{head}{rows}");
        let (store, files) = opened(&text, Format::Csv);
        let search = Search::new(ATTRIBUTES, symbols, Vec::new());
        let objects = search.gather(&store, &files, Some).found;
        let mut rechecked = Rechecked::new(&store, &files, book, terms);
        let mut found = |changes: &[Change]| finds(&mut rechecked, (&store, &files, terms), rule, changes);
        let named = becomes(&objects[1], &search, "userPrincipalName", name);
        assert_eq!([found(&[]), found(&[named])], faulty, "{rule}");
        assert_eq!(found(&[]), faulty[0], "{rule}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_what_a_check_of_everything_finds(
        objects in objects(), complete: bool, among_many: bool, steps in steps()
    ) {
        let text = ldif(&objects);
        let text = if among_many { text + &others() } else { text };
        check_steps(&text, Format::Ldif, complete, &steps)?;
    }

    #[test]
    fn finds_the_same_where_names_change(objects in objects(), steps in steps()) {
        check_steps(&csv(&objects), Format::Csv, false, &steps)?;
    }

    #[test]
    fn plans_what_checks_of_everything_plan(objects in objects(), unsafe_ones: bool) {
        let asked = Asked { unsafe_ones, ..Asked::default() };
        let text = ldif(&objects);
        let (fast, slow) = (planned(&text, &asked, true), planned(&text, &asked, false));
        prop_assert_eq!(&fast.changes, &slow.changes, "{}", text);
        let withdrawn = |plan: &Plan| {
            let of = plan.withdrawn.iter();
            of.map(|one| (one.finding.clone(), one.changes.clone(), one.reason.clone())).collect::<Vec<_>>()
        };
        prop_assert_eq!(withdrawn(&fast), withdrawn(&slow), "{}", text);
        let mends = |plan: &Plan| plan.mends.iter().map(|mend| (mend.finding.clone(), mend.changes.clone())).collect::<Vec<_>>();
        prop_assert_eq!(mends(&fast), mends(&slow), "{}", text);
        prop_assert_eq!(&fast.waiting, &slow.waiting);
        same(&fast.after, &slow.after, &text)?;
    }
}
