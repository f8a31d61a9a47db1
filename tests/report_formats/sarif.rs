//! SARIF 2.1.0 against the published schema, and against the bytes that it speaks of.

use serde_json::{Value, json};

use super::{Desk, RULES, check, check_broken, directory};

/// The only run of a log that fits the schema.
#[track_caller]
fn run_of(text: &str) -> Value {
    let log: Value = serde_json::from_str(text).unwrap();
    let mut schema: Value = serde_json::from_str(include_str!("sarif-schema-2.1.0.json")).unwrap();
    // its pattern of languages has a bracket too much, so that strict readers refuse the schema
    let run = &mut schema["definitions"]["run"]["properties"];
    run["language"].as_object_mut().unwrap().remove("pattern").unwrap();
    let component = &mut schema["definitions"]["toolComponent"]["properties"];
    component["language"].as_object_mut().unwrap().remove("pattern").unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    log["runs"][0].clone()
}

fn result<'r>(run: &'r Value, rule: &str) -> &'r Value {
    run["results"].as_array().unwrap().iter().find(|result| result["ruleId"] == rule).unwrap()
}

/// The text of a region by its lines and columns, which count code points.
fn by_columns<'t>(text: &'t str, region: &Value) -> &'t str {
    let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
    assert_eq!(number("startLine"), number("endLine"));
    let line = text.lines().nth(number("startLine") - 1).unwrap();
    let at = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
    &line[at(number("startColumn"))..at(number("endColumn"))]
}

fn by_bytes<'t>(text: &'t str, region: &Value) -> &'t str {
    let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
    &text[number("byteOffset")..number("byteOffset") + number("byteLength")]
}

#[test]
fn a_log_fits_the_schema_and_its_regions_the_file() {
    let ran = check("sarif");
    ran.exits(1);
    assert_eq!(ran.err, "");
    let run = run_of(&ran.out);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let text = directory();
    let mut regions = 0;
    for result in run["results"].as_array().unwrap() {
        let related = result["relatedLocations"].as_array().unwrap();
        for place in result["locations"].as_array().unwrap().iter().chain(related) {
            let physical = &place["physicalLocation"];
            for region in [&physical["region"], &physical["contextRegion"]] {
                if !region.is_null() {
                    assert_eq!(by_columns(&text, region), by_bytes(&text, region));
                    regions += 1;
                }
            }
        }
    }
    assert!(regions > 5, "{regions}");
    // the character at fault, in its value
    let physical = &result(&run, "mail-proper")["locations"][0]["physicalLocation"];
    assert_eq!(by_columns(&text, &physical["region"]), "\u{200b}");
    assert_eq!(by_columns(&text, &physical["contextRegion"]), "zöe\u{200b}@c.com");
    assert_eq!(physical["artifactLocation"]["uri"], "a.ldif");
}

#[test]
fn a_result_names_its_rule_its_objects_and_itself() {
    let run = run_of(&check("sarif").out);
    let twice = result(&run, "mail-twice");
    assert_eq!(twice["level"], "error");
    assert_eq!(twice["message"]["text"], "`joe@c.com` belongs to 2 users\nchange one of them");
    let names = |place: &Value| place["logicalLocations"][0]["fullyQualifiedName"].clone();
    assert_eq!(names(&twice["locations"][0]), "CN=Ann,DC=c");
    assert_eq!(names(&twice["relatedLocations"][0]), "CN=Jöe,DC=c");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let number = usize::try_from(twice["ruleIndex"].as_u64().unwrap()).unwrap();
    let rule = &rules[number];
    assert_eq!(rule["id"], "mail-twice");
    assert_eq!(rule["shortDescription"]["text"], "no two users have one mail");
    assert_eq!(rule["properties"]["tags"], json!(["mail", "duplicate"]));
    let help = &rule["help"];
    assert!(help["text"].as_str().unwrap().contains("Mail goes to one of them."), "{help}");
    assert!(help["markdown"].as_str().unwrap().contains("```text\nunique mail across user\n```"), "{help}");
    // rules without results are left out; what was not judged is said
    assert!(rules.iter().all(|rule| rule["id"] != "description-short"), "{rules:#?}");
    let left = run["invocations"][0]["toolConfigurationNotifications"].as_array().unwrap();
    assert!(left.iter().any(|one| one["associatedRule"]["id"] == "department-short"), "{left:#?}");
}

#[test]
fn the_fingerprint_of_a_result_stays_when_lines_move() {
    let print = |text: &str| {
        let desk = Desk::with(&[("rules.yaml", RULES), ("a.ldif", text)]);
        let run = run_of(&desk.check(&["a.ldif", "--format", "sarif"]).out);
        result(&run, "mail-twice")["partialFingerprints"]["presync/v1"].as_str().unwrap().to_owned()
    };
    let text = directory();
    assert_eq!(print(&text), print(&format!("# one line\n# and another one\n{text}")));
    assert_ne!(print(&text), print(&text.replace("joe@c", "jim@c").replace("Joe@C", "Jim@C")));
}

#[test]
fn a_value_makes_no_link_and_no_control_character() {
    let run = run_of(&check("sarif").out);
    let message = result(&run, "title-plain")["message"]["text"].as_str().unwrap();
    assert!(message.contains("[a\\](http://b)"), "{message}");
    assert!(message.contains("<U+001B>[2J<U+202E>"), "{message}");
}

#[test]
fn problems_are_notifications() {
    let run = run_of(&check_broken("sarif").out);
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notes = invocation["toolExecutionNotifications"].as_array().unwrap();
    let broken = notes.iter().find(|note| note["level"] == "error").unwrap();
    let physical = &broken["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "b%25%2C%3A%3C.ldif");
    assert_eq!(physical["region"]["startLine"], 2);
    // a rule that is broken is said as well, before anything was judged
    let desk = Desk::with(&[("rules.yaml", "rules:\n  - id: x\n    rule: eech\n"), ("a.ldif", "")]);
    let ran = desk.check(&["a.ldif", "--output", "sarif=x.sarif"]);
    ran.exits(2);
    let run = run_of(&std::fs::read_to_string(desk.path().join("x.sarif")).unwrap());
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn bytes_are_not_counted_in_a_file_that_was_transcoded() {
    let utf16: Vec<u8> =
        format!("\u{feff}{}", directory()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let desk = Desk::with(&[("rules.yaml", RULES)]).file("a.ldif", utf16);
    let run = run_of(&desk.check(&["a.ldif", "--format", "sarif"]).out);
    let region = &result(&run, "mail-twice")["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 3);
    assert!(region.get("byteOffset").is_none(), "{region}");
}
