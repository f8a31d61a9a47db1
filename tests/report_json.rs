//! JSON, version 1, field by field.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

mod common;

use common::Desk;
use data_encoding::BASE64;
use serde_json::{Value, json};

const RULES: &str = "\
rules:
  - id: mail-twice
    rule: unique mail across user
    message: \"`{it}` belongs to {holders} users\"
    help: change one of them
    tags: [mail, duplicate]
  - id: mail-proper
    rule: |
      each mail of user: it is printable
    message: \"`{it}` has characters that cannot be seen\"
  - id: no-mail
    severity: info
    rule: each user must have mail
    message: \"{dn} has no mail\"
";

/// Exit code and document of a check of one file.
fn check(content: impl AsRef<[u8]>, arguments: &[&str]) -> (i32, Value) {
    let desk = Desk::with(&[("rules.yaml", RULES)]).file("a.ldif", content);
    let ran = desk.check(&[&["a.ldif", "--format", "json"], arguments].concat());
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}{}", ran.out, ran.err)))
}

/// The only finding of a check of one user with this line.
fn finding(line: &str) -> (String, Value) {
    let text = format!("dn: CN=Joe,DC=c\nobjectClass: user\n{line}\nsn: x\n");
    let (code, document) = check(&text, &["--select", "mail-proper"]);
    assert_eq!((code, document["findings"].as_array().unwrap().len()), (1, 1), "{document}");
    (text, document["findings"][0].clone())
}

/// The bytes of a text that a location or a highlight speaks of.
fn bytes<'t>(text: &'t str, place: &Value) -> &'t str {
    let number = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
    &text[number("offset")..number("offset") + number("length")]
}

#[test]
fn a_document() {
    let text = "dn: CN=Joe,OU=ž,DC=c\nobjectClass: user\nmail: joe@c.com\n\ndn: CN=Ann,DC=c\nobjectClass: user\nmail: Joe@C.com\n";
    let (code, document) = check(text, &[]);
    assert_eq!(code, 1);
    let mut keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["findings", "problems", "schema", "summary"]);
    assert_eq!((&document["schema"], &document["problems"]), (&json!("presync/1"), &json!([])));
    let mut found = document["findings"].as_array().unwrap().clone();
    assert_eq!(found.len(), 1);
    let finding = found.pop().unwrap();
    let first = json!({ "file": "a.ldif", "line": 3, "column": 7, "end_line": 3, "end_column": 16, "offset": 46, "length": 9 });
    let second = json!({ "file": "a.ldif", "line": 7, "column": 7, "end_line": 7, "end_column": 16, "offset": 97, "length": 9 });
    assert_eq!((bytes(text, &first), bytes(text, &second)), ("joe@c.com", "Joe@C.com"));
    let fingerprint = finding["fingerprint"].as_str().unwrap();
    assert!(
        fingerprint.len() == 16 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{fingerprint}"
    );
    assert_eq!(
        finding,
        json!({
            "rule": "mail-twice", "severity": "error", "message": "`joe@c.com` belongs to 2 users", "help": "change one of them",
            "object": "CN=Joe,OU=ž,DC=c", "class": "user", "attribute": "mail", "value": "joe@c.com",
            "location": first, "highlights": [],
            "related": [{
                "object": "CN=Ann,DC=c", "class": "user", "attribute": "mail", "value": "Joe@C.com",
                "location": second, "highlights": [], "label": "mail address of CN=Ann",
            }],
            "label": "mail address of CN=Joe", "fix": null, "fingerprint": fingerprint, "tags": ["mail", "duplicate"],
            "docs": "presync rule mail-twice",
        })
    );
}

#[test]
fn the_summary() {
    let text = "dn: CN=G,DC=c\nobjectClass: group\n\ndn: CN=Joe,DC=c\nobjectClass: user\nmail: a\u{7f}@c.com\n\ndn: CN=Ann,DC=c\nobjectClass: user\n\ndn: CN=Old,DC=c\nchangetype: delete\n";
    let (code, document) = check(text, &[]);
    assert_eq!(code, 1);
    let summary = &document["summary"];
    assert_eq!(summary["objects"], json!({ "user": 2, "group": 1 }));
    assert_eq!((&summary["files"], &summary["rules"]), (&json!(1), &json!(3)));
    assert_eq!(summary["findings"], json!({ "error": 1, "warning": 0, "info": 1 }));
    assert_eq!((&summary["suppressed"], &summary["changes"]), (&json!(0), &json!(1)));
    assert_eq!((&summary["now"], &summary["healthy"]), (&json!("2026-01-01T00:00:00Z"), &json!(true)));
    assert_eq!(summary["rules_not_evaluated"], json!([]));
    let (_, document) = check("dn: CN=Ann,DC=c\nobjectClass: user\n", &["--select", "mail-proper"]);
    let reason = "`mail` was not exported, or no object has it";
    assert_eq!(
        document["summary"]["rules_not_evaluated"],
        json!([{ "rule": "mail-proper", "reason": reason }])
    );
    // the same bytes each time: nothing in it is about the run
    assert_eq!(check(text, &[]), check(text, &["-v"]));
    assert!(summary.get("milliseconds").is_none());
}

#[test]
fn severities_and_the_exit_code() {
    let text = "dn: CN=Joe,DC=c\nobjectClass: user\nmail: joe@c.com\n\ndn: CN=Ann,DC=c\nobjectClass: user\n";
    let (code, document) = check(text, &[]);
    assert_eq!((code, &document["findings"][0]["severity"]), (0, &json!("info")));
    assert_eq!(check(text, &["--fail-level", "warning"]).0, 0);
    assert_eq!(check(text, &["--fail-level", "info"]).0, 1);
    // a broken record beats findings
    let (code, document) = check(format!("{text}sn\n"), &["--fail-level", "info"]);
    assert_eq!((code, &document["summary"]["healthy"]), (2, &json!(false)));
}

#[test]
fn a_finding_about_an_object_points_at_its_name() {
    let text = format!(
        "dn:: {}\nobjectClass: user\n\ndn: CN=B,DC=c\nobjectClass: user\nmail: b@c.com\n",
        BASE64.encode("CN=Žofie,DC=c".as_bytes())
    );
    let (_, document) = check(&text, &[]);
    let finding = &document["findings"][0];
    assert_eq!((&finding["object"], &finding["attribute"]), (&json!("CN=Žofie,DC=c"), &json!(null)));
    let place = &finding["location"];
    assert_eq!((&place["line"], &place["column"], &place["end_column"]), (&json!(1), &json!(6), &json!(26)));
    assert_eq!(bytes(&text, place), BASE64.encode("CN=Žofie,DC=c".as_bytes()));
}

#[test]
fn columns_count_characters_and_offsets_bytes() {
    let (text, finding) = finding("mail: žofie\u{200b}ž@c.com");
    let place = &finding["location"];
    assert_eq!((&place["column"], &place["end_column"]), (&json!(7), &json!(20)));
    assert_eq!(bytes(&text, place), "žofie\u{200b}ž@c.com");
    let marked = &finding["highlights"][0];
    assert_eq!((&marked["line"], &marked["column"]), (&json!(3), &json!(12)));
    assert_eq!(
        (bytes(&text, marked), &marked["in_value"]),
        ("\u{200b}", &json!({ "offset": 6, "length": 3 }))
    );
}

#[test]
fn highlights_over_a_fold() {
    let (text, finding) = finding("mail: joe\u{200b}\u{200b}\n \u{200b}x@c.com");
    assert_eq!(finding["value"], "joe\u{200b}\u{200b}\u{200b}x@c.com");
    let place = &finding["location"];
    assert_eq!((&place["line"], &place["column"]), (&json!(3), &json!(7)));
    assert_eq!((&place["end_line"], &place["end_column"]), (&json!(4), &json!(10)));
    assert_eq!(bytes(&text, place), "joe\u{200b}\u{200b}\n \u{200b}x@c.com");
    let marked = finding["highlights"].as_array().unwrap();
    let at = |mark: &Value| (mark["line"].clone(), mark["column"].clone());
    // one for each line, without the line end and the space of the fold
    assert_eq!(marked.len(), 2);
    assert_eq!((at(&marked[0]), bytes(&text, &marked[0])), ((json!(3), json!(10)), "\u{200b}\u{200b}"));
    assert_eq!((at(&marked[1]), bytes(&text, &marked[1])), ((json!(4), json!(2)), "\u{200b}"));
    assert_eq!(marked[0]["in_value"]["offset"], 3);
}

#[test]
fn highlights_in_base64_are_whole_quanta() {
    let encoded = BASE64.encode("ab\u{200b}cdefg\u{200b}h@c.com".as_bytes());
    let (text, finding) = finding(&format!("mail:: {encoded}"));
    assert_eq!(finding["value"], "ab\u{200b}cdefg\u{200b}h@c.com");
    assert_eq!(bytes(&text, &finding["location"]), encoded);
    let marked = finding["highlights"].as_array().unwrap();
    assert_eq!(marked.len(), 2);
    // bytes 2 to 5 lie in the first two quanta, bytes 10 to 13 in the fourth and fifth
    assert_eq!(marked[0]["in_value"], json!({ "offset": 2, "length": 3 }));
    assert_eq!((&marked[0]["column"], bytes(&text, &marked[0])), (&json!(8), &encoded[0..8]));
    assert_eq!(marked[1]["in_value"], json!({ "offset": 10, "length": 3 }));
    assert_eq!((&marked[1]["column"], bytes(&text, &marked[1])), (&json!(20), &encoded[12..20]));
    // over a fold in the middle of a quantum: one for each line
    let (text, finding) = self::finding(&format!("mail:: {}\n {}", &encoded[..6], &encoded[6..]));
    let marked = finding["highlights"].as_array().unwrap();
    let parts: Vec<&str> = marked.iter().map(|mark| bytes(&text, mark)).collect();
    assert_eq!(parts, [&encoded[..6], &encoded[6..8], &encoded[12..20]]);
    assert_eq!((&marked[1]["line"], &marked[1]["column"]), (&json!(4), &json!(2)));
}

#[test]
fn values_that_are_not_text() {
    let (_, finding) = finding("mail:: av8A");
    assert_eq!(finding["value"], json!({ "base64": "av8A" }));
    let (_, document) = check(b"dn: CN=J\nobjectClass: user\nmail: j\xF6@c\n", &["--select", "mail-proper"]);
    assert_eq!(document["findings"][0]["value"], json!({ "base64": "avZAYw==" }));
    let problem = &document["problems"][0];
    assert_eq!((&problem["code"], &problem["severity"]), (&json!("ldif-not-utf8"), &json!("warning")));
}

#[test]
fn problems_have_places() {
    let text = "dn: CN=A,DC=c\nobjectClass: user\nmail:: YWJj!ZGVm\n\nmail: b@c.com\n\ndn: CN=B,DC=c\nobjectClass: user\nmail: b@c.com\n\ndn: CN=B,DC=c\nobjectClass: user\nmail: b@c.com\n";
    let (code, document) = check(text, &[]);
    assert_eq!((code, &document["summary"]["healthy"]), (2, &json!(false)));
    let problems = document["problems"].as_array().unwrap();
    let codes: Vec<&Value> = problems.iter().map(|problem| &problem["code"]).collect();
    assert_eq!(codes, ["ldif-bad-base64", "ldif-missing-dn", "duplicate-name"]);
    for problem in problems {
        assert!(problem["message"].is_string() && problem["help"].is_string(), "{problem}");
    }
    let place = &problems[0]["location"];
    assert_eq!(
        *place,
        json!({ "file": "a.ldif", "line": 3, "column": 12, "end_line": 3, "end_column": 13, "offset": 43, "length": 1 })
    );
    assert_eq!((bytes(text, place), bytes(text, &problems[1]["location"])), ("!", "mail: b@c.com"));
    assert_eq!((&problems[2]["severity"], &problems[2]["location"]["line"]), (&json!("warning"), &json!(7)));
    assert_eq!(
        (&problems[2]["related"][0]["location"]["line"], &problems[2]["related"][0]["label"]),
        (&json!(11), &json!("again"))
    );
    // a fault without a place
    let ran = Desk::with(&[("rules.yaml", RULES)]).check(&["b.ldif", "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.exits(2).out).unwrap();
    assert_eq!(
        (&document["problems"][0]["code"], &document["problems"][0]["location"]),
        (&json!("source-not-found"), &json!(null))
    );
}

#[test]
fn lines_have_types_and_the_summary_is_last() {
    let text = "dn: CN=A,DC=c\nobjectClass: user\nmail: a\u{7f}@c.com\n\nsn: x\n\ndn: CN=B,DC=c\nobjectClass: user\n";
    let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", text)]);
    let ran = desk.check(&["a.ldif", "--format", "jsonl"]);
    let lines: Vec<Value> =
        ran.exits(2).out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let types: Vec<&Value> = lines.iter().map(|line| &line["type"]).collect();
    assert_eq!(types, ["finding", "finding", "problem", "summary"]);
    assert_eq!(ran.err, "");
    // but for its type, each line is the value of the document
    let (_, document) = check(text, &[]);
    let untyped = |line: &Value| {
        let mut line = line.clone();
        line.as_object_mut().unwrap().remove("type");
        line
    };
    assert_eq!(json!([untyped(&lines[0]), untyped(&lines[1])]), document["findings"]);
    assert_eq!(json!([untyped(&lines[2])]), document["problems"]);
    let mut summary = untyped(&lines[3]);
    assert_eq!(summary.as_object_mut().unwrap().remove("schema"), Some(json!("presync/1")));
    assert_eq!(summary, document["summary"]);
}

#[test]
fn files_in_other_encodings() {
    let text = "dn: CN=Žofie,DC=c\r\nobjectClass: user\r\nmail: žo\u{200b}e@c.com\r\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (code, document) = check([&[0xFF, 0xFE], wide.as_slice()].concat(), &["--select", "mail-proper"]);
    let finding = &document["findings"][0];
    assert_eq!((code, &finding["location"]["transcoded"]), (1, &json!(true)));
    assert_eq!((&finding["location"]["line"], &finding["location"]["column"]), (&json!(3), &json!(7)));
    // offsets count in the UTF-8 text
    assert_eq!(bytes(text, &finding["location"]), "žo\u{200b}e@c.com");
    assert_eq!(bytes(text, &finding["highlights"][0]), "\u{200b}");
    // a byte order mark counts among the bytes of the file, and not among the columns
    let marked = format!("\u{feff}{text}");
    let (_, document) = check(&marked, &["--select", "mail-proper"]);
    let finding = &document["findings"][0];
    assert!(finding["location"].get("transcoded").is_none());
    assert_eq!(bytes(&marked, &finding["location"]), "žo\u{200b}e@c.com");
    let (_, document) = check(
        "\u{feff}dn: CN=A,DC=c\nobjectClass: user\n\ndn: CN=B,DC=c\nobjectClass: user\nmail: b@c.com\n",
        &[],
    );
    let place = &document["findings"][0]["location"];
    assert_eq!((&place["line"], &place["column"], &place["offset"]), (&json!(1), &json!(5), &json!(7)));
}

#[test]
fn files_have_relative_names() {
    let text = "dn: CN=A,DC=c\nobjectClass: user\nmail: a\u{7f}@c.com\n";
    let desk = Desk::with(&[("rules.yaml", RULES), ("all/of/a.ldif", text)]);
    for path in ["all", "./all", "all/of/a.ldif", "./all/of/a.ldif"] {
        let ran = desk.check(&[path, "--format", "json"]);
        let document: Value = serde_json::from_str(&ran.exits(1).out).unwrap();
        assert_eq!(document["findings"][0]["location"]["file"], "all/of/a.ldif", "{path}");
    }
    let ran = desk.check_input(&["-", "--format", "json"], text);
    let document: Value = serde_json::from_str(&ran.exits(1).out).unwrap();
    assert_eq!(document["findings"][0]["location"]["file"], "-");
}
