//! JUnit and Checkstyle: documents that a strict reader takes, whatever stands in a value.

use std::collections::BTreeMap;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

use super::{check, check_broken};

/// An element with its attributes; those that it stands in come before it.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
}

/// All elements of a document that is well-formed.
fn elements(text: &str) -> Vec<Element> {
    let is_legal = |c: char| matches!(c, '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    assert!(text.chars().all(is_legal), "{text}");
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    let mut depth = 0;
    loop {
        let event = reader.read_event().unwrap();
        let started = match &event {
            Event::Eof => break,
            Event::Start(start) => {
                depth += 1;
                start
            }
            Event::Empty(start) => start,
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            _ => continue,
        };
        let attributes = started.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        });
        found.push(Element { name: started.name().as_ref().to_owned(), attributes: attributes.collect() });
    }
    assert_eq!(depth, 0);
    found
}

#[test]
fn junit_has_a_suite_for_each_rule() {
    let ran = check("junit");
    ran.exits(1);
    let all = elements(&ran.out);
    let of = |name: &str, key: &str, value: &str| {
        all.iter()
            .filter(|one| one.name == name && one.attributes.get(key).is_some_and(|v| v == value))
            .count()
    };
    let suites: Vec<&str> =
        all.iter().filter(|one| one.name == "testsuite").map(|one| one.attributes["name"].as_str()).collect();
    assert_eq!(
        suites,
        ["department-short", "description-short", "mail-proper", "mail-twice", "no-mail", "title-plain"]
    );
    let whole = &all[0].attributes;
    assert_eq!([&whole["tests"], &whole["failures"], &whole["skipped"]], ["6", "2", "1"]);
    // the rule that found nothing passed; a warning does not fail the run, so it is no failure
    assert_eq!(of("testcase", "name", "description-short"), 1);
    assert_eq!(of("failure", "type", "error"), 2);
    assert_eq!(of("failure", "type", "warning"), 0);
    assert!(ran.out.contains("<system-out>warning: a.ldif:9:"), "{}", ran.out);
    assert!(ran.out.contains("<U+001B>") || ran.out.contains("&lt;U+001B&gt;"), "{}", ran.out);
}

#[test]
fn junit_fails_at_the_level_that_fails_the_run() {
    let desk = super::Desk::with(&[("rules.yaml", super::RULES), ("a.ldif", &super::directory())]);
    let ran = desk.check(&["a.ldif", "--format", "junit", "--fail-level", "warning"]);
    ran.exits(1).shows(&["<failure type=\"warning\""]);
}

#[test]
fn junit_has_an_error_for_a_problem() {
    let all = elements(&check_broken("junit").out);
    let errors: Vec<&Element> = all.iter().filter(|one| one.name == "error").collect();
    assert!(!errors.is_empty() && errors[0].attributes["message"].starts_with("b%,:<.ldif:2:"), "{errors:?}");
}

#[test]
fn checkstyle_has_an_element_for_each_file() {
    let all = elements(&check("checkstyle").out);
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["checkstyle", "file", "error", "error", "error", "error"]);
    assert_eq!(all[1].attributes["name"], "a.ldif");
    assert_eq!(all[2].attributes["source"], "presync.mail-twice");
    assert_eq!([&all[2].attributes["line"], &all[2].attributes["column"]], ["3", "7"]);
    let title = all.iter().find(|one| one.attributes.get("source").is_some_and(|s| s.ends_with("plain")));
    let message = &title.unwrap().attributes["message"];
    assert!(message.contains("]]>&<\"'> </script><!--"), "{message}");
    let broken = elements(&check_broken("checkstyle").out);
    let file = broken.iter().position(|one| one.attributes.get("name").is_some_and(|n| n == "b%,:<.ldif"));
    assert_eq!(broken[file.unwrap() + 1].attributes["severity"], "error");
}
