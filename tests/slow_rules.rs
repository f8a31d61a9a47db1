//! Sentences that take more steps than there are values: they are warned of, at the words that make them slow.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, clippy::indexing_slicing)]

mod common;
#[path = "common/faults.rs"]
mod faults;

use std::fmt::Write;

use common::Desk;
use faults::compiled;

const CROWDED: &str = "define: { crowded: 'has 200 to 300 member where (it refers to user)' }\n";

/// What is said of a rule, and the underlined text.
fn said(rule: &str) -> Vec<(String, String)> {
    let text = format!("{CROWDED}rules:\n  - id: tested\n    rule: |\n      {rule}\n    message: said\n");
    let book = compiled(&text).unwrap();
    assert_eq!(book.problems, [], "{rule}");
    let underlined = |span: presync::source::Span| {
        text[usize::try_from(span.offset).unwrap()..usize::try_from(span.end()).unwrap()].to_owned()
    };
    book.slow.into_iter().map(|slow| (underlined(slow.location.unwrap().span), slow.message)).collect()
}

#[test]
fn each_kind_is_told_at_its_words() {
    let mut told = String::new();
    for rule in [
        // all values of one attribute for each value of another, on one object
        "no member of group where it = self.memberOf",
        "no member of group where memberOf is under it",
        "no group where member is under memberOf",
        "each member of group: count(self.member) < 10",
        "only group may have member where it = managedBy and has at least 200 memberOf",
        "no group where has 200 to 300 member where (member is under it)",
        "no member of group where chain(manager) = it",
        "no (member where it = self.memberOf) of group",
        // in a condition of a pack, and in one about the object that is referred to
        "no member of group where crowded",
        "no member of group where it refers to group where (member = self.dn)",
        // values of values
        "no group where member.memberOf = dn",
        "no group where has 200 to 300 member where (it.memberOf = self.dn)",
        // values of an object to which many lead
        "no user where manager.directReports = dn",
        "no user where manager has at least 200 directReports",
        "no user where manager refers to user where (directReports = self.dn)",
        "each manager of user: it.directReports = self.dn",
        // keys of which one object has many
        "unique member across group",
        "no user where dn equals any member of group",
        // a key that many hold, and a condition that has to be asked of each
        "no department of user where it equals any department of group where mail = self.mail",
        "no department of user where it equals any department of group where (managedBy refers to user)",
        "no domain(mail) of user where it equals any domain(mail) of group where (managedBy.mail = mail)",
    ] {
        let found = said(rule);
        assert!(!found.is_empty(), "{rule} is taken for linear");
        writeln!(told, "{rule}").unwrap();
        for (underlined, message) in found {
            writeln!(told, "  `{underlined}`: {message}").unwrap();
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn nothing_is_said_of_what_is_linear() {
    for rule in [
        "each member of group must refer to user where (has mail and manager has no directReports)",
        "each member of group: it = self.managedBy",
        "each group must have at most 50000 member",
        "no group where memberOf = member",
        "no group where member.department = department",
        "no user where chain(manager) = dn",
        "no user where manager.manager.mail = mail",
        "no proxyAddresses of user where it = self.proxyAddresses",
        "unique proxyAddresses, mail across user, group within department",
        "no department of user where it equals any department of group where (has mail)",
        "no mail of user where it equals any address(proxyAddresses) of group where department = self.department",
        "each member of group must equal any member of group",
        "acyclic member of group where has mail",
        "at most 5 group where crowded",
    ] {
        assert_eq!(said(rule), [], "{rule}");
    }
}

const PEOPLE: &str = "dn: CN=All,DC=contoso,DC=com
objectClass: group
member: CN=Joe,DC=contoso,DC=com
memberOf: CN=More,DC=contoso,DC=com
";

const PACK: &str = "\
language: 1
rules:
  - id: nested-both-ways
    rule: no member of group where it = self.memberOf
    message: \"{it} is a member, and has this one as a member\"
    examples:
      - bad: |
          dn: CN=A,DC=c
          objectClass: group
          member: CN=B,DC=c   # <-
          memberOf: CN=B,DC=c
        good: |
          dn: CN=A,DC=c
          objectClass: group
          member: CN=B,DC=c
          memberOf: CN=C,DC=c
";

#[test]
fn whoever_checks_and_whoever_tests_is_warned() {
    let desk = Desk::with(&[("people.ldif", PEOPLE), ("own.yaml", PACK)]);
    let checked = desk.run(&["check", "people.ldif", "--no-builtin", "--rules", "own.yaml"]);
    checked.exits(0);
    let tested = desk.run(&["test", "own.yaml"]);
    tested.exits(0);
    insta::assert_snapshot!(format!("{}\n---\n{}", checked.err, tested.err));
}
