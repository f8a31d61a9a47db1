//! YAML: presync's own shape in every style, what programs of YAML 1.1 would make something else of, and faults.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::Desk;
use common::objects::{Shown, shown};

#[track_caller]
fn read(text: &str) -> Shown {
    shown("a.yaml", text).fine()
}

/// The faults of a file, and the names of the objects that are shown.
#[track_caller]
fn broken(text: &str, faults: &[&str], names: &[&str]) -> Shown {
    let seen = shown("a.yaml", text);
    assert_eq!(seen.faults(), faults, "{text}\n{}", seen.ran.err);
    assert_eq!(seen.names(), names, "{text}");
    seen.ran.exits(2);
    seen
}

#[test]
fn the_same_objects_in_every_layout() {
    for text in [
        "objects:\n  - dn: CN=A\n    objectClass: user\n    mail: a@c.com\n  - dn: CN=B\n    objectClass: user\n    mail: b@c.com\n",
        "objects:\n- dn: CN=A\n  objectClass: user\n  mail: a@c.com\n- dn: CN=B\n  objectClass: user\n  mail: b@c.com",
        "tenant:\n  domains: [{name: c.com}]\nobjects:\n- {dn: CN=A, objectClass: user, mail: a@c.com}\n- {dn: CN=B, objectClass: user,\n mail: b@c.com}\n",
        "- dn: CN=A\n  objectClass: user\n  mail: a@c.com\n-\n  dn: CN=B\n  objectClass: user\n  mail: b@c.com\n",
        "dn: CN=A\nobjectClass: user\nmail: a@c.com\n---\ndn: CN=B\nobjectClass: user\nmail: b@c.com\n",
        "---\ndn: CN=A\nobjectClass: user\nmail: a@c.com\n...\n---\n---\nnull\n--- # none\n~\n---\ndn: CN=B\nobjectClass: user\nmail: b@c.com\n...\n",
        "%YAML 1.2\n---\n# first\n- dn: CN=A # it\n  # in between\n  objectClass: user\n\n  mail: a@c.com # at the end\n# behind\n- dn: CN=B\n  objectClass: user\n  mail: b@c.com\n# end",
        "\u{FEFF}- dn: CN=A\r\n  objectClass: user\r\n  mail: a@c.com\r\n- dn: CN=B\r\n  objectClass: user\r\n  mail: b@c.com\r\n",
        "[{\"dn\": \"CN=A\", \"objectClass\": \"user\", \"mail\": \"a@c.com\"},\n{\"dn\": \"CN=B\", \"objectClass\": \"user\",\n\"mail\": \"b@c.com\"}]",
        "---\n- ? dn\n  : CN=A\n  ? objectClass\n  : user\n  ? mail\n  : a@c.com\n- dn: CN=B\n  objectClass: [user]\n  mail:\n  - b@c.com\n",
        "---\n- !object\n  dn: CN=A\n  objectClass: user\n  mail: !!str a@c.com\n- &b\n  dn: CN=B\n  objectClass: user\n  mail: b@c.com\n",
        "tenant: {länge: größe}\nobjects: [{dn: CN=A, \"objectClass\": 'user', mail: a@c.com}, {dn: CN=B, objectClass: user, mail: b@c.com}]\n",
    ] {
        let seen = read(text);
        assert_eq!((seen.names(), seen.classes()), (vec!["CN=A", "CN=B"], vec!["user", "user"]), "{text}");
        assert_eq!(seen.values(1, "mail"), ["b@c.com"], "{text}");
        for (object, value) in ["a@c.com", "b@c.com"].into_iter().enumerate() {
            assert_eq!(seen.places(object, "mail")[0].2, value, "{text}");
        }
    }
}

#[test]
fn block_scalars_and_quotes_keep_their_places() {
    let text = "objects:\n  - dn: CN=A\n    literal: |\n      one\n       two\n\n      three\n    strip: |-\n      one\n    keep: |+\n      one\n\n    \
                folded: > # why\n      one\n      two\n\n      three\n    indented: |2\n        x\n      y\n    plain: one\n      two\n    \
                single: 'it''s\n      two'\n    double: \"a\\tb \\u00e9\\\n      c\"\n    last: z\n";
    let seen = read(text);
    for (name, value, raw) in [
        ("literal", "one\n two\n\nthree\n", "|\n      one\n       two\n\n      three\n"),
        ("strip", "one", "|-\n      one\n"),
        ("keep", "one\n\n", "|+\n      one\n\n"),
        ("folded", "one two\nthree\n", "> # why\n      one\n      two\n\n      three\n"),
        ("indented", "  x\ny\n", "|2\n        x\n      y\n"),
        ("plain", "one two", "one\n      two"),
        ("single", "it's two", "'it''s\n      two'"),
        ("double", "a\tb éc", "\"a\\tb \\u00e9\\\n      c\""),
        ("last", "z", "z"),
    ] {
        assert_eq!(seen.values(0, name), [value]);
        assert_eq!(seen.places(0, name)[0].2, raw, "{name}");
    }
}

#[test]
fn plain_scalars_are_what_is_written() {
    let seen = read(
        "dn: CN=A\na: NO\nb: on\nc: 0123\nd: 1e3\ne: 12:30\nf: 2024-01-01\ng: 0x1F\nh: .inf\ni: 1_000\nj: TRUE\nk: '~'\nl: \"null\"\n\
         m: !!str null\nn: <<\no: 9223372036854775808\np: ~\nq: null\nr:\ns: Null\nt: []\nu: ''\nv: {}\nw: y\n",
    );
    let written = [
        ("a", "NO"),
        ("b", "on"),
        ("c", "0123"),
        ("d", "1e3"),
        ("e", "12:30"),
        ("f", "2024-01-01"),
        ("g", "0x1F"),
        ("h", ".inf"),
        ("i", "1_000"),
        ("j", "TRUE"),
        ("k", "~"),
        ("l", "null"),
        ("m", "null"),
        ("n", "<<"),
        ("o", "9223372036854775808"),
        ("w", "y"),
    ];
    let wanted: Vec<(String, Vec<String>)> = [("dn", "CN=A")]
        .into_iter()
        .chain(written)
        .map(|(name, value)| (name.into(), vec![value.into()]))
        .skip(1)
        .collect();
    assert_eq!(seen.attributes(0).into_iter().collect::<Vec<_>>(), wanted);
}

#[test]
fn null_was_exported() {
    let rules = "rules:\n  - id: no-mail\n    rule: |\n      no user where not has mail\n    message: none\n";
    for (value, code) in [("mail: ~", 1), ("mail:", 1), ("mail: []", 1), ("city: x", 0)] {
        let text = format!("- dn: CN=A\n  objectClass: user\n  {value}\n");
        let desk = Desk::with(&[("rules.yaml", rules), ("a.yaml", &text)]);
        let ran = desk.check(&["a.yaml"]);
        assert_eq!(ran.out.contains("error[no-mail]"), code == 1, "{text}\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn anchors_and_aliases() {
    let text = "\
tenant:
  team: &team [a@c.com, &lead 'l ead@c.com']
  all: &all
  - *team
  - z@c.com
  user: &user
    dn: CN=U
    objectClass: user
    mail: *lead
  none: &none
  text: &text |
    one
    two
objects:
- dn: CN=A
  objectClass: user
  mail: *lead
  proxyAddresses: [*all, b@c.com, [*lead], *none]
  title: *none
  info: *text
- *user
- dn: CN=B
  objectClass: user
  mail: &lead n@c.com
  otherMailbox: *lead
";
    let seen = read(text);
    assert_eq!(seen.names(), ["CN=A", "CN=U", "CN=B"], "{text}");
    assert_eq!(seen.values(0, "mail"), ["l ead@c.com"]);
    assert_eq!(seen.places(0, "mail")[0].2, "*lead");
    assert_eq!(
        seen.values(0, "proxyAddresses"),
        ["a@c.com", "l ead@c.com", "z@c.com", "b@c.com", "l ead@c.com"]
    );
    assert_eq!((seen.values(0, "info"), seen.values(0, "title").len()), (vec!["one\ntwo\n".to_owned()], 0));
    assert_eq!(seen.values(1, "mail"), ["l ead@c.com"]);
    assert_eq!(seen.values(2, "otherMailbox"), ["n@c.com"]);
    // a finding shows the value, and the reference to it
    let rules = "rules:\n  - id: spaced\n    rule: |\n      each mail of user: not it contains \" \"\n    message: said\n";
    let ran = Desk::with(&[("rules.yaml", rules), ("a.yaml", text)]).check(&["a.yaml"]);
    ran.exits(1).shows(&["error[spaced]", "╭─[a.yaml:2:", "a.yaml:17:9"]);
}

#[test]
fn merged_keys() {
    let text = "tenant:\n  one: &one {objectClass: user, mail: one@c.com, info: X}\n  two: &two\n    mail: two@c.com\n    title: T\nobjects:\n\
                - dn: CN=A\n  <<: *one\n  mail: own@c.com\n- <<: [*two, *one]\n  dn: CN=B\n- dn: CN=C\n  '<<': text\n";
    let seen = read(text);
    assert_eq!(seen.names(), ["CN=A", "CN=B", "CN=C"]);
    let one = |object: usize, name: &str| seen.values(object, name).join("|");
    assert_eq!(
        (one(0, "mail"), one(0, "info"), one(0, "objectClass")),
        ("own@c.com".into(), "X".into(), "user".into())
    );
    assert_eq!(
        (one(1, "mail"), one(1, "info"), one(1, "title")),
        ("two@c.com".into(), "X".into(), "T".into())
    );
    assert_eq!(one(2, "<<"), "text");
}

#[test]
fn the_same_key_twice() {
    let seen = broken(
        "- dn: CN=A\n  mail: a\n  mail: b\n- dn: CN=B\n  x: {y: 1, y: 2}\n",
        &["yaml-same-key 3:3", "yaml-same-key 5:13"],
        &["CN=A", "CN=B"],
    );
    assert!(seen.ran.err.contains("a.yaml:2:3") && seen.ran.err.contains("a.yaml:5:7"), "{}", seen.ran.err);
    assert_eq!(seen.values(0, "mail"), ["a", "b"]);
}

#[test]
fn a_thousand_million_laughs() {
    let mut text = "tenant:\n  a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for (one, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        let list = vec![format!("*{one}"); 10].join(", ");
        text.push_str(&format!("  {next}: &{next} [{list}]\n"));
    }
    text.push_str("objects:\n- dn: CN=A\n  mail: *i\n- dn: CN=B\n  mail: [*c]\n");
    let seen = shown("a.yaml", &text);
    assert_eq!(seen.names(), ["CN=A", "CN=B"]);
    assert!(seen.faults().iter().all(|fault| fault.starts_with("yaml-alias-bomb")), "{:?}", seen.faults());
    assert_eq!((seen.faults()[0].as_str(), seen.ran.code), ("yaml-alias-bomb 7:10", 2));
    assert_eq!(seen.values(1, "mail").len(), 1000);
    // many references of allowed size
    let list = vec!["x"; 40_000].join(", ");
    let many: String = (0..1000).map(|number| format!("- {{dn: CN={number}, mail: *big}}\n")).collect();
    let text = format!("tenant: {{big: &big [{list}]}}\nobjects:\n{many}");
    let seen = shown("a.yaml", &text);
    assert_eq!((seen.names().len(), seen.faults()), (1000, vec!["yaml-alias-bomb 15:21".to_owned()]));
    for text in ["- &a {dn: CN=A, x: *a}\n", "- &a\n  dn: CN=A\n  x: [*a, *a]\n"] {
        let seen = shown("a.yaml", text);
        assert_eq!((seen.faults().len(), seen.ran.code), (1, 2), "{}", seen.ran.err);
        assert!(seen.faults()[0].starts_with("yaml-alias-circle"));
    }
}

#[test]
fn ten_thousand_levels() {
    let object = "- dn: CN=A\n  x: ";
    for deep in [
        format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        "[".repeat(10_000),
        (0..10_000).map(|level| format!("\n{}a:", " ".repeat(level + 3))).collect(),
    ] {
        let seen = shown("a.yaml", format!("{object}1\n---\n{object}{deep}\n---\n{object}2\n"));
        assert_eq!(seen.ran.code, 2);
        assert_eq!(seen.faults().len(), 1, "{:.300}", seen.ran.err);
        assert_eq!(seen.names(), ["CN=A", "CN=A"]);
    }
    // as deep as is allowed
    for deep in [
        format!("{}1{}", "[".repeat(250), "]".repeat(250)),
        format!("{}1{}", "{a: ".repeat(250), "}".repeat(250)),
    ] {
        let seen = read(&format!("{object}{deep}\n"));
        assert_eq!(seen.attributes(0).len(), 1);
    }
    // references that lead from one to the next
    let mut text = "tenant:\n  - &a0 x\n".to_owned();
    for number in 1..400 {
        text.push_str(&format!("  - &a{number} [[*a{}]]\n", number - 1));
    }
    text.push_str("objects:\n- {dn: CN=A, x: *a399}\n- {dn: CN=B, x: *a9}\n");
    broken(&text, &["yaml-too-deep 403:17"], &["CN=B"]);
}

#[test]
fn what_is_no_yaml() {
    let (before, after) = ("---\ndn: CN=A\n", "---\ndn: CN=C\n");
    for (text, line) in [
        ("dn: CN=B\n\tmail: x\n", 5),
        ("dn: CN=B\nmail: [a, b\n", 6),
        ("dn: CN=B\nmail: {a: b\n", 6),
        ("dn: CN=B\nmail: \"a\n", 6),
        ("dn: CN=B\nmail: 'a\n", 6),
        ("dn: CN=B\nmail: \"\\q\"\n", 5),
        ("dn: CN=B\nmail: *unknown\n", 5),
        ("dn: CN=B\nmail: a: b\n", 5),
        ("dn: CN=B\nmail: @at\n", 5),
        ("dn: CN=B\n mail: x\n", 5),
        ("dn: CN=B\nmail: {{ mail }}x\n", 5),
        ("{% if x %}\ndn: CN=B\n{% endif %}\n", 4),
    ] {
        let seen = shown("a.yaml", format!("{before}---\n{text}{after}"));
        let names: Vec<&str> = seen.names().into_iter().filter(|name| *name != "CN=B").collect();
        assert_eq!(names, ["CN=A", "CN=C"], "{text}\n{}", seen.ran.err);
        let faults = seen.faults();
        let place = faults.first().unwrap_or_else(|| panic!("{text}"));
        assert!(place.starts_with("yaml-syntax "), "{place}");
        let told: u64 = place.split([' ', ':']).nth(1).unwrap().parse().unwrap();
        assert!(told >= 4 && told <= line + 1, "{text}: {place}");
        seen.ran.exits(2);
    }
    // the objects before the fault count
    let seen = shown("a.yaml", "objects:\n- dn: CN=A\n- dn: CN=B\n- dn: [x\n");
    assert_eq!((seen.names(), seen.ran.code), (vec!["CN=A", "CN=B"], 2));
}

#[test]
fn letters_before_a_mapping_in_braces() {
    let text = "tenant: {ü: 🙂}\nobjects: [{dn: \"CN=Äé🙂\", mail: \"ä b\"}, {dn: 'CN=ß', mail: [ö, ü]}]\n";
    let seen = read(text);
    assert_eq!(seen.names(), ["CN=Äé🙂", "CN=ß"]);
    assert_eq!(seen.places(0, "mail"), [(2, 33, "ä b".to_owned())]);
    assert_eq!(seen.places(1, "mail")[1].2, "ü");
}

#[test]
fn objects_of_one_long_line() {
    let many: Vec<String> =
        (0..20_000).map(|n| format!("{{dn: CN={n}, mail: [&m{n} m{n}, *m{n}]}}")).collect();
    let desk = Desk::new().file("a.yaml", format!("[{}]", many.join(", ")));
    let ran = desk.run(&["show", "a.yaml", "--format", "jsonl"]);
    assert_eq!(ran.exits(0).out.lines().count(), 20_000);
    ran.shows(&["\"mail\":[\"m19999\",\"m19999\"]"]);
}

#[test]
fn files_that_nobody_named_are_read_only_if_they_hold_a_directory() {
    let desk = Desk::with(&[
        ("in/compose.yaml", "services:\n  web: {image: x}\n"),
        ("in/template.yaml", "- dn: CN=T\n  mail: {{ mail }}\n  x: {{ y }}z\n"),
        ("in/users.yaml", "- dn: CN=A\n  objectClass: user\n"),
    ]);
    let ran = desk.run(&["show", "in", "--format", "jsonl"]);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
}
