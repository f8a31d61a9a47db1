//! Values that no directory should have: empty, huge, binary, hostile to a terminal, far too many; and names in every form that
//! they may be written in. Each gives its findings, and nothing that a terminal would obey comes out.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write;

use common::{Desk, Ran};
use data_encoding::BASE64;
use serde_json::Value;

/// The attributes that hold the value in [`user`].
const ATTRIBUTES: [&str; 6] =
    ["userPrincipalName", "mail", "proxyAddresses", "mailNickname", "displayName", "description"];

/// A user that has the value in every attribute, behind its type among the addresses.
fn user(value: &[u8]) -> String {
    let mut text = String::from("dn: CN=Ann,DC=contoso,DC=com\nobjectClass: user\nsAMAccountName: ann\n");
    for attribute in ATTRIBUTES {
        let whole = if attribute == "proxyAddresses" { [b"smtp:", value].concat() } else { value.to_owned() };
        writeln!(text, "{attribute}:: {}", BASE64.encode(&whole)).unwrap();
    }
    text
}

fn check(desk: &Desk, arguments: &[&str]) -> Ran {
    let common = ["check", "--isolated", "--complete", "--now", "2026-01-01T00:00:00Z"];
    desk.run(&[&common, arguments].concat())
}

fn report(desk: &Desk, file: &str) -> Value {
    let ran = check(desk, &[file, "--format", "json"]);
    assert!(ran.code <= 1, "{}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// The rules that found something.
fn rules(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

/// No character that a terminal obeys, or that shows text in another order than it is.
#[track_caller]
fn is_tame(text: &str) {
    let hostile = |c: &char| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let found = text.chars().find(hostile);
    assert!(found.is_none(), "{found:?} stands raw in:\n{text}");
}

#[test]
fn values_that_cannot_be_names_or_addresses() {
    let forms = |more: &[&str]| -> BTreeSet<String> {
        more.iter().chain(&["no-primary-address"]).map(|rule| (*rule).to_owned()).collect()
    };
    let malformed = forms(&[
        "upn-malformed",
        "mail-malformed",
        "proxy-address-malformed",
        "alias-malformed",
        "display-name-blank",
    ]);
    let invisible = forms(&[
        "upn-invisible-character",
        "mail-invisible-character",
        "proxy-address-invisible-character",
        "alias-malformed",
    ]);
    let blank = &malformed | &forms(&["proxy-address-trimmed"]);
    for (value, shown, expected) in [
        (&b""[..], "``", &malformed),
        (b"   ", "`   `", &blank),
        (b"a\0b@contoso.com", "a<U+0000>b@contoso.com", &invisible),
        (b"\0\x01\x02\xff\xfe\x80", "(6 bytes)", &invisible),
        (b"a\x1b[31mb@contoso.com", "a<U+001B>[31mb@contoso.com", &invisible),
        (b"a\x1b]8;;https://x\x07b@contoso.com", "<U+001B>]8;;https://x<U+0007>", &invisible),
        (b"a\rb@contoso.com", "a<U+000D>b@contoso.com", &invisible),
        (b"a\nb@contoso.com", "a<U+000A>b@contoso.com", &invisible),
        (b"a\x7fb@contoso.com", "a<U+007F>b@contoso.com", &invisible),
        ("a\u{85}b@contoso.com".as_bytes(), "a<U+0085>b@contoso.com", &invisible),
        ("a\u{9b}31mb@contoso.com".as_bytes(), "a<U+009B>31mb@contoso.com", &invisible),
        ("moc.osotnoc@\u{202e}nna".as_bytes(), "<U+202E>", &invisible),
        ("\u{2066}a@contoso.com\u{2069}".as_bytes(), "<U+2066>a@contoso.com<U+2069>", &invisible),
        ("a\u{200b}b@contoso.com".as_bytes(), "a<U+200B>b@contoso.com", &invisible),
    ] {
        let desk = Desk::with(&[("a.ldif", &user(value))]);
        assert_eq!(&rules(&report(&desk, "a.ldif")), expected, "{value:?}");
        for arguments in [&["a.ldif"][..], &["a.ldif", "--format", "concise"], &["a.ldif", "-v", "--all"]] {
            let ran = check(&desk, arguments);
            ran.exits(1).shows(&[shown]);
            is_tame(&ran.out);
            is_tame(&ran.err);
        }
        let listing = desk.run(&["show", "a.ldif"]);
        is_tame(&listing.exits(0).out);
    }
}

/// A letter that looks like one of ASCII is named, since nobody sees what is wrong with it.
#[test]
fn letters_that_look_like_others_are_named() {
    for (upn, said) in [
        ("j\u{43e}e@contoso.com", "U+043E CYRILLIC SMALL LETTER O looks like `o`"),
        ("o\u{2019}neil@contoso.com", "U+2019 RIGHT SINGLE QUOTATION MARK looks like `'`"),
        ("a\u{2010}b@contoso.com", "U+2010 HYPHEN looks like `-`"),
        ("\u{3b1}nn@contoso.com", "U+03B1 GREEK SMALL LETTER ALPHA looks like `a`"),
    ] {
        let object =
            format!("dn: CN=A,DC=c\nobjectClass: user\nsAMAccountName: a\nuserPrincipalName: {upn}\n");
        let desk = Desk::with(&[("a.ldif", &object)]);
        check(&desk, &["a.ldif"]).exits(1).shows(&["error[upn-malformed]", said]);
    }
    let object =
        "dn: CN=A,DC=c\nobjectClass: user\nsAMAccountName: a\nuserPrincipalName: jos\u{e9}@contoso.com\n";
    let ran = check(&Desk::with(&[("a.ldif", object)]), &["a.ldif"]);
    assert!(!ran.exits(1).out.contains("looks like"), "{}", ran.out);
}

#[test]
fn a_distinguished_name_that_a_terminal_would_obey() {
    let name = BASE64.encode("CN=a\u{1b}[2J\u{202e}b\0,DC=contoso,DC=com".as_bytes());
    let object =
        format!("dn:: {name}\nobjectClass: user\nuserPrincipalName: a b@contoso.com\nsAMAccountName: a\n");
    let desk = Desk::with(&[("a.ldif", &format!("{object}\n{object}"))]);
    let ran = check(&desk, &["a.ldif"]);
    ran.exits(1)
        .shows(&["CN=a<U+001B>[2J<U+202E>b<U+0000>"])
        .says(&["warning[duplicate-name]: `CN=a<U+001B>[2J<U+202E>b"]);
    is_tame(&ran.out);
    is_tame(&ran.err);
}

#[test]
fn a_value_of_ten_megabytes() {
    let huge = format!("{}@contoso.com", "x".repeat(10_000_000));
    let object = format!(
        "dn: CN=A,DC=c\nobjectClass: user\nsAMAccountName: a\nuserPrincipalName: {huge}\ndisplayName: {huge}\n"
    );
    let desk = Desk::with(&[("a.ldif", &object)]);
    let ran = check(&desk, &["a.ldif"]);
    ran.exits(1).shows(&[
        "error[upn-malformed]",
        "error[display-name-too-long]: a display name of 10000012 characters",
        "xxx…xxx",
    ]);
    assert!(ran.out.len() < 100_000, "the report has {} bytes", ran.out.len());
    assert!(ran.out.lines().all(|line| line.chars().count() < 400), "values are cut in the middle");
    let report = report(&desk, "a.ldif");
    let upn = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["rule"] == "upn-malformed")
        .unwrap();
    // programs get the whole value, and its place
    assert_eq!(upn["value"].as_str().unwrap().len(), huge.len());
    assert_eq!(upn["location"]["line"], 4);
}

/// A group with this many members that are not there, and a user with as many addresses with a space in them.
fn crowded(values: usize) -> String {
    let mut text = String::from(
        "dn: CN=G,DC=contoso,DC=com\nobjectClass: group\ngroupType: -2147483646\nsAMAccountName: g\n",
    );
    for number in 0..values {
        writeln!(text, "member: CN={number},DC=contoso,DC=com").unwrap();
    }
    text.push_str("\ndn: CN=U,DC=contoso,DC=com\nobjectClass: user\nuserPrincipalName: u@contoso.com\nsAMAccountName: u\n");
    for number in 0..values {
        writeln!(text, "proxyAddresses: smtp:a b{number}@contoso.com").unwrap();
    }
    text
}

#[test]
fn attributes_with_100_000_values() {
    let desk = Desk::with(&[("a.ldif", &crowded(100_000))]);
    let ran = check(&desk, &["a.ldif"]);
    ran.exits(1).shows(&[
        "error[proxy-address-malformed]",
        "warning[reference-dangles]",
        "warning[too-many-proxy-addresses]: this user has 100000 proxy addresses",
        "and at least 15 more places",
        "and 99 980 more of `proxy-address-malformed` (`--all` shows them)",
        "and 99 980 more of `reference-dangles`",
    ]);
    assert!(ran.out.lines().count() < 2_000, "the report has {} lines", ran.out.lines().count());
    let report = report(&desk, "a.ldif");
    let findings = report["findings"].as_array().unwrap();
    let of = |rule: &str| findings.iter().filter(|finding| finding["rule"] == rule).count();
    assert_eq!(of("proxy-address-malformed"), 100_000, "one for each value");
    assert_eq!(of("too-many-proxy-addresses"), 1, "one for the object");
    assert_eq!(of("no-primary-address"), 1);
    let places = findings.iter().map(|finding| finding["related"].as_array().unwrap().len()).max();
    assert!(places.unwrap() <= 20, "a finding names a bounded number of places");
}

/// Each line holds the ways to write one name; a reference in each of them finds the object.
const NAMES: [&[&str]; 8] = [
    &[
        r"CN=Doe\, Joe,OU=S,DC=c",
        r"CN=Doe\2C Joe,OU=S,DC=c",
        r"CN=Doe\2c\20Joe,OU=S,DC=c",
        "CN=\"Doe, Joe\",OU=S,DC=c",
        r"cn = doe\, joe , ou=s , dc=C",
    ],
    &[r"CN=blank\ ,OU=S,DC=c", r"CN=blank\20,OU=S,DC=c", "CN=\"blank \",OU=S,DC=c"],
    &["CN=Hi,OU=S,DC=c", "CN=#04024869,OU=S,DC=c", "CN=#0c024869,OU=S,DC=c", "CN=H\\69,OU=S,DC=c"],
    &[r"CN=\#Hi,OU=S,DC=c", r"CN=\23Hi,OU=S,DC=c", "CN=\"#Hi\",OU=S,DC=c"],
    &["CN=a+UID=1,OU=S,DC=c", "uid=1+cn=A,OU=S,DC=c", "CN=a + UID=1,OU=S,DC=c"],
    &["CN=J\u{f6}rg,OU=S,DC=c", r"CN=J\C3\B6rg,OU=S,DC=c", "CN=j\u{d6}RG,OU=S,DC=c"],
    &[r"CN=a\+b\=c\;d,OU=S,DC=c", r"CN=a\2Bb\3Dc\3Bd,OU=S,DC=c", "CN=\"a+b=c;d\",OU=S,DC=c"],
    &[r"CN=x\\y,OU=S,DC=c", r"CN=x\5Cy,OU=S,DC=c"],
];

#[test]
fn one_name_in_every_form() {
    let mut text = String::new();
    for (number, forms) in NAMES.iter().enumerate() {
        let name = BASE64.encode(forms[0].as_bytes());
        writeln!(text, "dn:: {name}\nobjectClass: user\nsAMAccountName: u{number}\nuserPrincipalName: u{number}@contoso.com\n").unwrap();
    }
    text.push_str("dn: CN=G,DC=c\nobjectClass: group\ngroupType: -2147483646\nsAMAccountName: g\n");
    for form in NAMES.concat() {
        writeln!(text, "member:: {}", BASE64.encode(form.as_bytes())).unwrap();
    }
    let nobody = "CN=#04024870,OU=S,DC=c";
    writeln!(text, "member: {nobody}").unwrap();
    let desk = Desk::with(&[("a.ldif", &text)]);
    let report = report(&desk, "a.ldif");
    let findings = report["findings"].as_array().unwrap();
    let messages: Vec<&str> = findings.iter().map(|finding| finding["message"].as_str().unwrap()).collect();
    assert_eq!(messages, [format!("`{nobody}` does not exist")]);
    // the same names as objects are one object, and not two of one name
    for forms in NAMES {
        let objects = forms.iter().map(|form| {
            let name = BASE64.encode(form.as_bytes());
            format!("dn:: {name}\nobjectClass: user\nsAMAccountName: u\nuserPrincipalName: u@contoso.com\n")
        });
        let desk = Desk::with(&[("a.ldif", &objects.collect::<Vec<_>>().join("\n"))]);
        let times = format!("stands in the files {} times", forms.len());
        check(&desk, &["a.ldif"]).exits(0).says(&["warning[duplicate-name]", &times]);
    }
}

#[test]
fn leftovers_of_replication_in_every_form() {
    let guid = "b90a2134-0b2c-4d5e-8f6a-7b8c9d0e1f2a";
    for name in
        [format!(r"CN=Joe\0ACNF:{guid}"), format!("CN=Joe\nCNF:{guid}"), format!(r"CN=Joe\0acnf:{guid}")]
    {
        let dn = BASE64.encode(format!("{name},OU=S,DC=c").as_bytes());
        let object =
            format!("dn:: {dn}\nobjectClass: user\nsAMAccountName: a\nuserPrincipalName: a b@contoso.com\n");
        let desk = Desk::with(&[("a.ldif", &object)]);
        let ran = check(&desk, &["a.ldif"]);
        // it is left out of the sync, so nothing else is said of it
        ran.exits(0).shows(&["warning[replication-conflict]"]);
        assert!(!ran.out.contains("upn-malformed"), "{}", ran.out);
        is_tame(&ran.out);
    }
}
