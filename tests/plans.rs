//! A plan, whatever the directory: what it mends is gone, nothing comes, it is planned once, and it can be taken back.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use data_encoding::BASE64;
use presync::finding::{Finding, Outcome};
use presync::fix::{Asked, Plan, Planner, Request, requests, splices};
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::run::{Files, Input, Overlay, Terms, check_with};
use presync::snapshot::Format;
use presync::source::Store;
use proptest::prelude::*;

fn book() -> &'static Rulebook {
    static BOOK: OnceLock<Rulebook> = OnceLock::new();
    BOOK.get_or_init(|| {
        let mut store = Store::new();
        let packs = BUILT_IN.iter().map(|(name, text)| {
            let file = store.text(name, text.as_bytes().to_vec());
            load(&store, file, true).unwrap()
        });
        let library = Library::new(packs.collect()).choose(vec!["default".to_owned()]);
        let set = [("verified_domains".to_owned(), "contoso.com".to_owned())];
        library.compile(&store, &["main".to_owned()], &set, &|rule| Some(rule.severity.into()))
    })
}

fn planned(text: &str, asked: &Asked) -> (Store, Plan) {
    let mut store = Store::new();
    let file = store.text("a.ldif", text.as_bytes().to_vec());
    let files = Files { inputs: vec![Input::of(file, Format::Ldif)], ..Files::default() };
    let terms = Terms { now: 1_767_225_600, complete: true, require_complete: false, metered: false };
    let check = |overlay: &Overlay| check_with(&store, &files, book(), terms, overlay);
    let plan = Planner { asked, check: &check, refuses: &|_| None }.plan(Vec::new());
    (store, plan)
}

/// A rule with an object and an attribute; how often.
fn counted<'f>(
    findings: impl IntoIterator<Item = &'f Arc<Finding>>,
) -> BTreeMap<(String, String, Option<String>), usize> {
    let mut counts = BTreeMap::new();
    for finding in findings {
        let site = &finding.primary;
        *counts.entry((finding.rule.id.clone(), site.object.clone(), site.attribute.clone())).or_default() +=
            1;
    }
    counts
}

/// All objects at fault. Which of several holders comes first may change; so may the example that a finding gives of objects
/// that are not at fault themselves.
fn everywhere(outcome: &Outcome) -> BTreeSet<(String, String)> {
    let sites = outcome.findings.iter().flat_map(|finding| {
        let others = finding.related.iter().filter(|_| finding.shared.is_some());
        let sites = std::iter::once(&finding.primary).chain(others);
        sites.map(|site| (finding.rule.id.clone(), site.object.clone()))
    });
    sites.collect()
}

/// The values of objects, as a server holds them.
type Directory = BTreeMap<String, BTreeSet<(String, Vec<u8>)>>;

fn directory(objects: &[Object]) -> Directory {
    let of = |(number, (_, values)): (usize, &Object)| {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_bytes()));
        (name_of(number), values.collect())
    };
    objects.iter().enumerate().map(of).collect()
}

/// Does what a server does with one request: all of it, or nothing if a value that goes is not there, or one that comes is.
fn answers(directory: &mut Directory, request: &Request) -> bool {
    let mut values = directory[&request.name].clone();
    for modified in &request.attributes {
        let value = |value: &Vec<u8>| (modified.attribute.clone(), value.clone());
        if !modified.removed.iter().all(|gone| values.remove(&value(gone)))
            || !modified.added.iter().all(|come| values.insert(value(come)))
        {
            return false;
        }
    }
    directory.insert(request.name.clone(), values);
    true
}

/// Does what a server does: a value that goes has to be there, one that comes must not.
fn apply(directory: &mut Directory, requests: &[Request]) {
    for request in requests {
        let values = directory.get_mut(&request.name).unwrap();
        for modified in &request.attributes {
            for value in &modified.removed {
                assert!(values.remove(&(modified.attribute.clone(), value.clone())), "{request:?}");
            }
            for value in &modified.added {
                assert!(values.insert((modified.attribute.clone(), value.clone())), "{request:?}");
            }
        }
    }
}

type Object = (&'static str, Vec<(&'static str, String)>);

fn name_of(number: usize) -> String {
    format!("CN=Object {number},OU=Staff,DC=contoso,DC=com")
}

fn ldif(objects: &[Object]) -> String {
    let mut text = String::new();
    for (number, (class, values)) in objects.iter().enumerate() {
        text.push_str(&format!("dn: {}\nobjectClass: {class}\ncn: Object {number}\n", name_of(number)));
        for (attribute, value) in values {
            text.push_str(&format!("{attribute}:: {}\n", BASE64.encode(value.as_bytes())));
        }
        text.push('\n');
    }
    text
}

/// Few names, so that they collide, with what goes wrong with them.
fn address() -> impl Strategy<Value = String> {
    let local = prop::sample::select(
        &["joe", "ann", "joe ", "jo\u{200b}e", "josé", "jose", "a b", ".ann", "joe2"][..],
    );
    let domain = prop::sample::select(
        &["contoso.com", "contoso.com ", "contoso.com.", "contoso.local", "fabrikam.com"][..],
    );
    (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}"))
}

fn object() -> impl Strategy<Value = Object> {
    let class = prop::sample::select(&["user", "user", "group", "contact"][..]);
    let scheme = prop::sample::select(&["SMTP:", "smtp:", "smtp: ", "", "SIP:", "sip:", "x500:"][..]);
    let proxies = prop::collection::btree_set(
        (scheme, address()).prop_map(|(scheme, text)| scheme.to_owned() + &text),
        0..4,
    );
    let one = |name: &'static str, value: BoxedStrategy<String>| {
        prop::option::weighted(0.6, value).prop_map(move |value| value.map(|value| (name, value)))
    };
    let others = (
        one("userPrincipalName", address().boxed()),
        one("mail", address().boxed()),
        one(
            "mailNickname",
            prop::sample::select(&["joe", "j&e", "joe ", "ann.", "j e"][..]).prop_map(str::to_owned).boxed(),
        ),
        one(
            "displayName",
            prop::sample::select(&["Joe", " Joe", "Joe\u{200b}"][..]).prop_map(str::to_owned).boxed(),
        ),
        one("targetAddress", address().boxed()),
        one("usageLocation", prop::sample::select(&["DE", "de ", " US"][..]).prop_map(str::to_owned).boxed()),
    );
    (class, proxies, others).prop_map(|(class, proxies, (a, b, c, d, e, f))| {
        let mut values: Vec<(&'static str, String)> = [a, b, c, d, e, f].into_iter().flatten().collect();
        let mut keys: BTreeSet<String> = BTreeSet::new();
        // a directory refuses a value that it has in other capitals
        let new = proxies.into_iter().filter(|value| keys.insert(value.to_lowercase()));
        values.extend(new.map(|value| ("proxyAddresses", value)));
        (class, values)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mends_and_harms_nothing(objects in prop::collection::vec(object(), 1..5), unsafe_ones: bool) {
        let asked = Asked { unsafe_ones, ..Asked::default() };
        let text = ldif(&objects);
        let (store, plan) = planned(&text, &asked);
        prop_assert!(unsafe_ones || plan.mends.iter().all(|mend| mend.safe));
        let (before, after) = (counted(&plan.before.findings), counted(&plan.after.findings));
        for finding in plan.mends.iter().filter_map(|mend| mend.finding.as_ref()) {
            let place = (finding.rule.id.clone(), finding.primary.object.clone(), finding.primary.attribute.clone());
            // another fix may have moved the finding to another attribute first
            let is_gone = after.get(&place).is_none_or(|left| Some(left) < before.get(&place));
            prop_assert!(is_gone, "{place:?} is still there\n{text}");
        }
        let known = everywhere(&plan.before);
        let new = everywhere(&plan.after).into_iter().find(|place| !known.contains(place));
        prop_assert!(new.is_none(), "{new:?} came\n{objects:?}\n{:?}", plan.changes);

        // the edited file says the same as the plan foretold, and there is nothing left to plan
        let mut edited = text.clone().into_bytes();
        for splice in splices(&store, &plan.changes).unwrap().iter().rev() {
            let span = splice.location.span;
            let (start, end) = (usize::try_from(span.offset).unwrap(), usize::try_from(span.end()).unwrap());
            edited.splice(start..end, splice.insert.iter().copied());
        }
        let (_, again) = planned(&String::from_utf8(edited).unwrap(), &asked);
        prop_assert_eq!(counted(&again.before.findings), after);
        prop_assert!(again.changes.is_empty(), "{:?} after {:?}", again.changes, plan.changes);

        // a server takes the change, and its way back
        let original = directory(&objects);
        let mut held = original.clone();
        let forth = requests(&plan.changes).unwrap();
        apply(&mut held, &forth);
        let back: Vec<Request> = forth.into_iter().rev().map(Request::undone).collect();
        apply(&mut held, &back);
        prop_assert_eq!(&held, &original);

        // of some requests the server took only a part, since it would not have the others or the line broke off: the whole
        // way back leads from there, too
        let forth = requests(&plan.changes).unwrap();
        for taken in [0_usize, 1, 2, 5] {
            let is_taken = |number: &usize| taken >> (number % 3) & 1 == 1;
            let some = forth.iter().enumerate().filter(|(number, _)| is_taken(number));
            prop_assert!(some.into_iter().all(|(_, request)| answers(&mut held, request)));
            for request in forth.iter().rev().cloned().map(Request::undone) {
                answers(&mut held, &request);
            }
            prop_assert_eq!(&held, &original);
        }
    }
}

/// A user with a primary address and others.
fn user(addresses: impl Iterator<Item = String>) -> String {
    let head = "dn: CN=Joe,OU=Staff,DC=contoso,DC=com\nobjectClass: user\ncn: Joe\nuserPrincipalName: joe@contoso.com\nmail: joe@contoso.com\nproxyAddresses: SMTP:joe@contoso.com\n";
    let addresses: String = addresses.map(|address| format!("proxyAddresses: {address}\n")).collect();
    format!("{head}{addresses}\n")
}

#[test]
fn many_values_of_one_object_are_mended_together() {
    let asked = Asked { unsafe_ones: true, ..Asked::default() };
    let found = |outcome: &Outcome, rule: &str| {
        outcome.findings.iter().filter(|finding| finding.rule.id == rule).count()
    };

    let (_, plan) = planned(&user((0..1500).map(|number| format!("joe{number}@contoso.com"))), &asked);
    assert_eq!(found(&plan.before, "proxy-address-without-type"), 1500);
    assert_eq!(found(&plan.after, "proxy-address-without-type"), 0);
    assert_eq!((plan.mends.len(), plan.changes.len(), plan.withdrawn.len()), (1500, 1500, 0));

    // one fix with many changes; of two that would come to one value, one goes
    let primaries = (0..200).map(|number| format!("SMTP:joe{}@contoso.com", number / 2 * 2));
    let spelled = primaries.enumerate().map(|(number, address)| match number % 2 {
        0 => address,
        _ => address.replace("joe", "Joe"),
    });
    let (_, plan) = planned(&user(spelled), &asked);
    let new: Vec<bool> = plan.changes.iter().map(|change| change.new.is_some()).collect();
    assert_eq!(found(&plan.after, "two-primary-addresses"), 0);
    assert_eq!((new.len(), new.iter().filter(|is_new| **is_new).count()), (200, 100));
}
