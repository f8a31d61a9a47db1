//! Every kind of sentence, predicate and operand, on small directories: the rule, the directory, and the lines (counted from
//! 1) that findings point at.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use presync::finding::{Outcome, Severity};
use presync::pack::{BUILT_IN, Library, Rulebook, load};
use presync::run::{Files, Input, Terms, check};
use presync::source::{LineIndex, Store};

const NOW: i64 = 1_767_225_600;

const DEFINITIONS: &str = r#"
params:
  verified_domains: { type: list }
  limit: { type: number, default: 2 }
  re: { type: regex, default: /^svc-/ }
  max_age: { type: duration, default: 90 days }
  unset: { type: text }
  ous: { type: list, default: ["OU=Staff,DC=x", "OU=Tier0,DC=x"] }
define:
  mail-enabled: has mail or has proxyAddresses
  disabled: userAccountControl has flag 0x2
  is-internal: domain(it) = "x.com"
formats:
  employee-id: /[A-Z]{2}[0-9]{3}/
"#;

fn book(store: &mut Store, rule: &str, sources: &[&str], set: &[(&str, &str)]) -> Rulebook {
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN.iter().filter(|(name, _)| name.starts_with("rules/schema/")) {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(store, file, true).unwrap());
    }
    let message = serde_json::to_string("said").unwrap();
    let rule = serde_json::to_string(rule).unwrap();
    let text = format!("{DEFINITIONS}\nrules:\n  - id: tested\n    rule: {rule}\n    message: {message}\n");
    let file = store.text("test.yaml", text.into_bytes());
    packs.push(load(store, file, false).unwrap());
    let sources: Vec<String> = sources.iter().map(|name| (*name).to_owned()).collect();
    let set: Vec<(String, String)> = set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let library = Library::new(packs);
    library.compile(store, &sources, &set, &|rule| Some(rule.severity.into()))
}

fn run(rule: &str, directories: &[(&str, &str)], complete: bool, set: &[(&str, &str)]) -> (Outcome, Store) {
    let mut store = Store::new();
    let names: Vec<&str> = directories.iter().map(|(name, _)| *name).collect();
    let book = book(&mut store, rule, &names, set);
    assert_eq!(book.problems, [], "{rule}");
    let mut files = Files::default();
    for (number, (name, text)) in directories.iter().enumerate() {
        let file = store.text(name, text.as_bytes().to_vec());
        files.inputs.push(Input {
            source: u16::try_from(number).unwrap(),
            ..Input::of(file, presync::snapshot::Format::Ldif)
        });
    }
    let mut outcome =
        check(&store, &files, &book, Terms { now: NOW, complete, require_complete: false, metered: false });
    outcome.summary.rules_not_evaluated.extend(book.not_evaluated);
    (outcome, store)
}

/// The lines of the main directory at which findings point.
fn lines(outcome: &Outcome, store: &Store) -> BTreeSet<u64> {
    let sites = outcome
        .findings
        .iter()
        .flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related))
        .filter(|site| store.name(site.location.file) == "main");
    sites
        .map(|site| {
            let index = LineIndex::of(store, site.location.file);
            index.position(store, site.location.span.offset).unwrap().line
        })
        .collect()
}

fn found(rule: &str, directory: &str) -> Vec<u64> {
    let (outcome, store) = run(rule, &[("main", directory)], true, &[]);
    assert!(outcome.problems.iter().all(|p| p.severity < Severity::Error), "{:?}", outcome.problems);
    lines(&outcome, &store).into_iter().collect()
}

const STAFF: &str = "\
dn: CN=Joe,OU=Staff,DC=x
objectClass: user
mail: joe@x.com
proxyAddresses: SMTP:joe@x.com
proxyAddresses: smtp:j@y.com
userAccountControl: 514
department: Sales
manager: CN=Ann,OU=Staff,DC=x
employeeID: AB123
sAMAccountName: svc-joe
pwdLastSet: 133000000000000000
whenCreated: 20240101000000.0Z
displayName:  Joe

dn: CN=Ann,OU=Staff,DC=x
objectClass: user
mail: ann@x.com
userAccountControl: 512
department: Buying
manager: CN=Gone,OU=Staff,DC=x
employeeID: AB12
sAMAccountName: ann
memberOf: CN=Admins,OU=Tier0,DC=x
displayName: Ann

dn: CN=Admins,OU=Tier0,DC=x
objectClass: group
groupType: -2147483646
mail: JOE@x.com
member: CN=Ann,OU=Staff,DC=x
member: CN=All,OU=Tier0,DC=x
memberOf: CN=All,OU=Tier0,DC=x

dn: CN=All,OU=Tier0,DC=x
objectClass: group
member: CN=Admins,OU=Tier0,DC=x
member: CN=PC,OU=Staff,DC=x

dn: CN=PC,OU=Staff,DC=x
objectClass: user
objectClass: computer
sAMAccountName: PC$
";

#[test]
fn sentences_predicates_and_operands() {
    let mut wrong = Vec::new();
    for (rule, wanted) in [
        // sentences
        ("each user must have manager", &[][..]),
        ("each user must have memberOf", &[1]),
        ("each user: has memberOf", &[1]),
        ("no group where has mail", &[29]),
        ("each mail of user must end with \"@y.com\"", &[3, 17]),
        ("no mail of user, group where it starts with \"joe\"", &[3, 29]),
        ("only user may have mail", &[29]),
        ("only group, user may have sAMAccountName", &[42]),
        ("unique mail across user, group", &[3, 29]),
        ("unique exact mail across user, group", &[]),
        ("unique mail across user", &[]),
        ("unique userAccountControl across user within department", &[]),
        ("unique objectClass across user within parent(dn)", &[2, 16]),
        ("acyclic member of group", &[31, 36]),
        ("at most 1 user", &[15]),
        ("at most 2 user", &[]),
        ("at least 3 user", &[1]),
        ("at most $limit group", &[]),
        // classes
        ("no computer where has sAMAccountName", &[42]),
        ("no device where has sAMAccountName", &[42]),
        ("no object where sAMAccountName ends with \"$\"", &[42]),
        // conditions
        ("no user where department = \"sales\"", &[7]),
        ("no user where department = exact \"sales\"", &[]),
        ("no user where department != \"Sales\"", &[19]),
        ("no user where title != \"x\"", &[]),
        ("no user where not title = \"x\"", &[1, 15]),
        ("no user where mail-enabled and disabled", &[3, 4, 5, 6]),
        ("no user where department in [\"Sales\", \"Buying\"]", &[7, 19]),
        ("no user where department is not in [\"Sales\"]", &[19]),
        ("no user where (mail = \"joe@x.com\" or mail = \"ann@x.com\") and has memberOf", &[17, 23]),
        // predicates
        ("each employeeID of user must be employee-id", &[21]),
        ("no user where sAMAccountName matches /^SVC-/i", &[10]),
        ("no user where sAMAccountName matches $re", &[10]),
        ("no mail of user where it contains \"OE@\"", &[3]),
        ("no user where dn is under \"ou=staff, dc=X\"", &[1, 15]),
        ("each user must be under $ous", &[]),
        ("no group where groupType has flag 0x2", &[28]),
        ("no group where groupType has flag 0x80000000", &[28]),
        ("no user where userAccountControl has flag 0x2", &[6]),
        ("each user must have exactly 1 proxyAddresses where scheme(it) = exact \"SMTP\"", &[15]),
        ("each user must have at most 1 proxyAddresses", &[4, 5]),
        ("each user must have 1 to 2 proxyAddresses", &[15]),
        ("each user must have no proxyAddresses", &[4, 5]),
        ("each manager of user must refer to user", &[20]),
        ("each member of group must refer to user, group", &[37]),
        ("each member of group must refer to user where disabled", &[30, 31, 36, 37]),
        ("no member of group where it refers to group where has mail", &[36]),
        ("no mail of user where it equals any mail of group", &[3, 29]),
        ("no mail of user where it equals any exact mail of group", &[]),
        ("each mail of user must equal any mail of group", &[17]),
        (
            "no mail of user where it equals any mail of group where groupType != self.userAccountControl",
            &[3, 29],
        ),
        ("no mail of user where it equals any mail of group where has self.memberOf", &[]),
        // operands
        ("no user where manager.department = \"Buying\"", &[8, 19]),
        ("no user where department != manager.department", &[7, 19]),
        ("no manager of user where it.department != self.department", &[8, 19]),
        ("no user where address(proxyAddresses where scheme(it) = \"smtp\") = \"j@y.com\"", &[5]),
        ("no user where (proxyAddresses where scheme(it) = exact \"smtp\") ends with \"y.com\"", &[5]),
        ("each address(proxyAddresses) of user must end with \"@x.com\"", &[5]),
        ("no user where count(proxyAddresses) = 2", &[4]),
        ("no user where count(distinct(lower(mail))) != count(mail)", &[]),
        ("no user where first(proxyAddresses) = \"SMTP:joe@x.com\"", &[4]),
        ("no displayName of object where it != exact rdn(dn)", &[]),
        ("no user where rdn(dn) != displayName", &[]),
        ("no user where local_part(mail) != after(sAMAccountName, \"svc-\") and has manager.mail", &[]),
        ("no user where chain(memberOf) = \"CN=All,OU=Tier0,DC=x\"", &[23, 32]),
        ("no user where age(pwdLastSet) > 90 days", &[11]),
        ("no user where age(whenCreated) > $max_age", &[12]),
        ("no user where whenCreated < \"2024-06-01\"", &[12]),
        ("no user where pwdLastSet = 133000000000000000", &[11]),
        ("no user where length(mail) > 8 and length(mail) <= 9", &[3, 17]),
        ("no user where concat(lower(rdn(dn)), \"@x.com\") = mail", &[1, 3, 15, 17]),
        ("no concat(\"x-\", employeeID, sAMAccountName) of user where it ends with \"ann\"", &[21]),
        ("unique concat(department, objectClass) across user", &[]),
        ("unique concat(objectClass, \"-\", parent(dn)) across user", &[2, 16]),
        ("no object where class = \"device\"", &[39]),
        ("no object where file != \"main\" or source != \"main\"", &[]),
        ("no mail of user where it is is-internal and it contains \"ann\"", &[17]),
        ("no user where mail = \"ann@x.com\" and not department = \"x\"", &[17, 19]),
        ("no user where manager has memberOf", &[8, 23]),
        // parameters
        ("no user where has $limit and has manager", &[8, 20]),
        ("no user where has $unset and has manager", &[]),
    ] {
        let got = found(rule, STAFF);
        if got != wanted {
            wrong.push(format!("{rule}: {got:?}, wanted {wanted:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_speak_of_other_sources() {
    let main = "dn: CN=Joe,DC=x\nobjectClass: user\nuserPrincipalName: joe@x.com\nobjectGUID:: AAECAwQFBgcICQoLDA0ODw==\n";
    let tenant = "dn: CN=Other,DC=t\nobjectClass: user\nuserPrincipalName: JOE@x.com\nmail: a@x.com\nonPremisesImmutableId: AAECAwQFBgcICQoLDA0ODw==\n";
    let both = [("main", main), ("tenant", tenant)];
    let at = |rule: &str| {
        let (outcome, store) = run(rule, &both, true, &[]);
        lines(&outcome, &store).into_iter().collect::<Vec<_>>()
    };
    assert_eq!(at("no userPrincipalName of user where it equals any userPrincipalName of tenant.user"), [3]);
    assert_eq!(at("no user where has mail"), [] as [u64; 0]);
    assert_eq!(
        at("no user where base64(objectGUID) equals any exact onPremisesImmutableId of tenant.user"),
        [4]
    );
    let rule = "no userPrincipalName of user where it equals any userPrincipalName of tenant.user where has no onPremisesImmutableId";
    assert_eq!(at(rule), [] as [u64; 0]);
    let same = [("main", tenant), ("tenant", tenant)];
    let (outcome, _) = run("unique mail across user, tenant.user", &same, true, &[]);
    assert_eq!(outcome.findings.len(), 1);
    let (outcome, _) = run("no tenant.user where has mail", &both, true, &[]);
    assert_eq!(outcome.findings.len(), 1);
    let (outcome, _) = run("no tenant.user where has mail", &[("main", main)], true, &[]);
    assert_eq!(outcome.summary.rules_not_evaluated[0].1, "the source `tenant` is not loaded");
}

#[test]
fn what_was_not_exported_is_no_fault() {
    let text = "dn: CN=Joe,OU=a,DC=x\nobjectClass: user\ncn: Joe\nmanager: CN=Ann,OU=b,DC=x\n\ndn: CN=Eve,OU=a,DC=x\nobjectClass: user\nmanager: CN=Bob,OU=a,DC=x\n";
    let reasons = |rule: &str, text: &str| {
        let (outcome, _) = run(rule, &[("main", text)], false, &[]);
        let reasons: Vec<String> =
            outcome.summary.rules_not_evaluated.into_iter().map(|(_, reason)| reason).collect();
        (outcome.findings.len(), reasons)
    };
    let absent = |name: &str| vec![format!("`{name}` was not exported, or no object has it")];
    assert_eq!(reasons("each user must have mail", text), (0, absent("mail")));
    assert_eq!(reasons("each mail of user must be ascii", text), (0, absent("mail")));
    assert_eq!(reasons("no user where has no mail", text), (0, absent("mail")));
    assert_eq!(reasons("each user where mail-enabled must have manager", text), (0, vec![]));
    assert_eq!(reasons("each user must have manager", text), (0, vec![]));
    // Ann lies outside of what was exported; Bob does not
    let outside = "1 object refers outside of what was exported, or was exported in part";
    assert_eq!(reasons("each manager of user must refer to user", text), (1, vec![outside.to_owned()]));
    let requested = format!("# extended LDIF\n# requesting: cn manager mail\n\n{text}");
    assert_eq!(reasons("each user must have mail", &requested).0, 2);
}

#[test]
fn a_part_of_an_attribute_decides_only_what_it_can() {
    let text =
        "dn: CN=G,DC=x\nobjectClass: group\nmember;range=0-1: CN=A,DC=x\nmember;range=0-1: CN=B,DC=x\n";
    let count = |rule: &str| {
        let (outcome, _) = run(rule, &[("main", text)], true, &[]);
        (outcome.findings.len(), outcome.summary.rules_not_evaluated.len())
    };
    assert_eq!(count("each group must have at most 1 member"), (1, 0));
    assert_eq!(count("each group must have at most 2 member"), (0, 1));
    assert_eq!(count("each group must have member"), (0, 0));
}

#[test]
fn one_object_in_two_files_is_one_object() {
    let text = "dn: CN=A,DC=x\nobjectClass: user\nmail: a@x.com\n\ndn: cn=a, dc=x\nobjectClass: user\nmail: a@x.com\n";
    let (outcome, _) = run("unique mail across user", &[("main", text)], true, &[]);
    assert_eq!(outcome.findings.len(), 0);
    let duplicate = outcome.problems.iter().find(|problem| problem.code == "duplicate-name").unwrap();
    assert_eq!((duplicate.severity, duplicate.related.len()), (Severity::Warning, 1));
}

#[test]
fn one_finding_a_key_names_every_holder_once() {
    let text = "dn: CN=A,DC=x\nobjectClass: user\nmail: a@x.com\nproxyAddresses: SMTP:A@x.com\n\n\
                dn: CN=B,DC=x\nobjectClass: user\nmail: a@x.com\n\ndn: CN=C,DC=x\nobjectClass: user\nproxyAddresses: smtp:a@x.com\n";
    let (outcome, store) =
        run("unique mail, address(proxyAddresses) across user", &[("main", text)], true, &[]);
    assert_eq!(outcome.findings.len(), 1);
    assert_eq!(lines(&outcome, &store).into_iter().collect::<Vec<_>>(), [3, 4, 8, 12]);
}

#[test]
fn parameters_that_are_not_set_keep_a_rule_back() {
    let text = "dn: CN=A,DC=x\nobjectClass: user\nmail: a@x.com\n";
    let rule = "each mail of user: domain(it) in $verified_domains";
    let (outcome, _) = run(rule, &[("main", text)], true, &[]);
    assert!(
        outcome.summary.rules_not_evaluated[0].1.starts_with("the parameter `verified_domains` is not set")
    );
    let (outcome, _) = run(rule, &[("main", text)], true, &[("verified_domains", "y.com, z.com")]);
    assert_eq!(outcome.findings.len(), 1);
    let (outcome, _) = run(rule, &[("main", text)], true, &[("verified_domains", "X.com")]);
    assert_eq!(outcome.findings.len(), 0);
}

#[test]
fn a_circle_may_be_longer_than_what_is_shown() {
    let group =
        |n: usize| format!("dn: CN=G{n},DC=x\nobjectClass: group\nmember: CN=G{},DC=x\n\n", (n + 1) % 500);
    let text: String = (0..500).map(group).collect();
    let (outcome, _) = run("acyclic member of group", &[("main", &text)], true, &[]);
    assert_eq!(outcome.findings.len(), 1);
    let (outcome, _) = run("acyclic member of group where not cn = \"x\"", &[("main", &text)], true, &[]);
    assert_eq!(outcome.findings.len(), 1);
}
