//! JSON with faults: each is told at its place, and the other objects are judged.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::Desk;
use common::objects::shown;

/// The faults of a file, and the names of the objects that are shown.
#[track_caller]
fn broken(text: impl AsRef<[u8]>, faults: &[&str], names: &[&str]) {
    let text = text.as_ref();
    let seen = shown("a.json", text);
    assert_eq!(seen.faults(), faults, "{}\n{}", String::from_utf8_lossy(text), seen.ran.err);
    assert_eq!(seen.names(), names, "{}", String::from_utf8_lossy(text));
    seen.ran.exits(2);
}

#[test]
fn a_file_that_was_cut() {
    broken(r#"[{"dn": "A"}, {"dn": "B", "#, &["json-cut-short 1:15"], &["A"]);
    broken(r#"[{"dn": "A"}, {"dn": "B"}"#, &["json-cut-short 1:1"], &["A", "B"]);
    broken(r#"[{"dn": "A"},"#, &["json-cut-short 1:1"], &["A"]);
    broken("[\n  {\"dn\": \"A\"},\n  {\"dn\": \"B", &["json-cut-short 3:10"], &["A"]);
    broken(
        "{\"value\": [\n{\"dn\": \"A\"},\n{\"dn\": \"B\", \"x\": [{\"y\": 1",
        &["json-cut-short 3:1"],
        &["A"],
    );
    broken("{\"value\": [\n{\"dn\": \"A\"},\n{\"dn\": \"B\"}\n]", &["json-cut-short 1:1"], &["A", "B"]);
    broken(
        "[{\"value\": [{\"dn\": \"A\"}]}, {\"value\": [{\"dn\": \"B\"}, {\"d",
        &["json-cut-short 1:53"],
        &["A", "B"],
    );
    // the class that the page says counts for what is there
    let page = r#"{"@odata.context": "https://x/$metadata#groups", "value": [{"id": "1"}, {"id"#;
    assert_eq!(shown("a.json", page).classes(), ["group"]);
}

#[test]
fn lines_that_were_cut() {
    for (line, place) in [
        (r#"{"dn": "B""#, "json-cut-short 2:1"),
        (r#"{"dn": "B", "x": [1,"#, "json-cut-short 2:1"),
        (r#"{"dn": "B", "x": [1"#, "json-cut-short 2:1"),
        (r#"{"dn": "B", "x": "y"#, "json-open-text 2:18"),
        (r#"{"dn": "B", "x"#, "json-open-text 2:13"),
        (r#"{"dn": "B", "x":"#, "json-cut-short 2:1"),
        (r#"{"dn": "B", "x": {"y": {"#, "json-cut-short 2:1"),
        (r"{", "json-cut-short 2:1"),
        (r"hello", "json-unexpected 2:1"),
        (r"}", "json-unexpected 2:1"),
        (r#"{"value": [{"dn": "B"}, {"dn": "#, "json-cut-short 2:25"),
    ] {
        let text = format!("{{\"dn\": \"A\"}}\n{line}\n{{\"dn\": \"C\"}}\n{{\"dn\": \"D\"}}\n");
        let seen = shown("a.jsonl", &text);
        let names: Vec<&str> = seen.names().into_iter().filter(|name| *name != "B").collect();
        assert_eq!(names, ["A", "C", "D"], "{text}{}", seen.ran.err);
        assert_eq!(seen.faults(), [place], "{text}{}", seen.ran.err);
        seen.ran.exits(2);
    }
}

#[test]
fn commas() {
    for (text, place) in [
        (r#"[{"dn": "A",}, {"dn": "B"}]"#, "1:12"),
        (r#"[{"dn": "A"}, {"dn": "B"},]"#, "1:26"),
        (r#"[{"dn": "A", "x": [1, 2,]}, {"dn": "B"}]"#, "1:24"),
        (r#"[{"dn": "A", "x": {"y": {"z": 1,}}}, {"dn": "B"}]"#, "1:32"),
        (r#"{"value": [{"dn": "A"}, {"dn": "B"},]}"#, "1:36"),
        (r#"{"value": [{"dn": "A"}, {"dn": "B"}],}"#, "1:37"),
        (r#"{"value": [{"dn": "A"}, {"dn": "B", }]}"#, "1:35"),
        (r#"[{"value": [{"dn": "A"}]}, {"value": [{"dn": "B"}]} , ]"#, "1:53"),
    ] {
        broken(text, &[&format!("json-trailing-comma {place}")], &["A", "B"]);
    }
    for (text, place) in [
        (r#"[{"dn": "A"} {"dn": "B"}]"#, "1:14"),
        (r#"[{"dn": "A" "x": 1}, {"dn": "B"}]"#, "1:13"),
        (r#"[{"dn": "A", "x": [1 2]}, {"dn": "B"}]"#, "1:22"),
        (r#"{"value": [{"dn": "A"} {"dn": "B"}]}"#, "1:24"),
        (r#"{"value": [{"dn": "A", "x": {"y": 1 "z": 2}}, {"dn": "B"}]}"#, "1:37"),
    ] {
        broken(text, &[&format!("json-missing-comma {place}")], &["A", "B"]);
    }
    let seen = shown("a.json", r#"{"dn": "A" "x": "1" "y": ["2" "3"]}"#);
    assert_eq!((seen.values(0, "x"), seen.values(0, "y")), (vec!["1".into()], vec!["2".into(), "3".into()]));
    broken(r#"[{"dn": "A"},, {"dn": "B"}]"#, &["json-unexpected 1:14"], &["A", "B"]);
}

#[test]
fn texts() {
    for (value, fault) in [
        (r"a\ud83d", "json-half-pair 1:21"),
        (r"a\ude00b", "json-half-pair 1:21"),
        (r"a\qb", "json-bad-escape 1:21"),
        (r"a\u12x4", "json-bad-escape 1:21"),
        ("a\tb", "json-control 1:21"),
        ("a\nb", "json-control 1:21"),
        ("a\r\nb\", \"y\": \"", "json-control 1:21"),
    ] {
        broken(format!("[{{\"dn\": \"A\", \"x\": \"{value}\"}}, {{\"dn\": \"B\"}}]"), &[fault], &["A", "B"]);
    }
    // what is said of it depends on the rest: some of this file is UTF-8, some not
    let mixed = b"[{\"dn\": \"A\xFF\"}, {\"dn\": \"B\xC3\xA9\"}]";
    broken(mixed, &["source-mixed-encodings 1:11"], &["Aÿ", "Bé"]);
    let latin = shown("a.json", b"[{\"dn\": \"M\xFCller\"}]");
    assert_eq!((latin.faults(), latin.names()), (vec!["source-code-page 1:11".into()], vec!["Müller"]));
    latin.ran.exits(0);
}

#[test]
fn what_is_no_json() {
    for (text, faults) in [
        (r#"[{"dn": "A", "x": NaN}, {"dn": "B"}]"#, "json-bad-literal 1:19"),
        (r#"[{"dn": "A", "x": 01}, {"dn": "B"}]"#, "json-bad-literal 1:19"),
        ("[{\"dn\": \"A\"}, \u{C} {\"dn\": \"B\"}]", "json-unexpected 1:15"),
        (r#"[{"dn": "A", "x": True}, {"dn": "B"}]"#, "json-bad-literal 1:19"),
        (r#"[{"dn": "A", "x" 1}, {"dn": "B"}]"#, "json-unexpected 1:18"),
        (r#"[{"dn": "A", x: 1}, {"dn": "B"}]"#, "json-unexpected 1:14"),
        (r#"[{"dn": "A", "x": }, {"dn": "B"}]"#, "json-unexpected 1:19"),
        ("[{\"dn\": \"A\", // \"x\n \"x\": 1}, {\"dn\": \"B\"}]", "json-unexpected 1:14"),
        ("[{\"dn\": \"A\"}, /* it */ {\"dn\": \"B\"}]", "json-unexpected 1:15"),
        (r#"[{"dn": "A"}}, {"dn": "B"}]"#, "json-unexpected 1:13"),
        (r#"{"value": [{"dn": "A"}}, {"dn": "B"}]}"#, "json-unexpected 1:23"),
    ] {
        let seen = shown("a.json", text);
        assert_eq!(seen.names(), ["A", "B"], "{text}\n{}", seen.ran.err);
        assert_eq!(seen.faults().first().map(String::as_str), Some(faults), "{text}");
        seen.ran.exits(2);
    }
}

#[test]
fn one_broken_object_hides_no_other() {
    for fault in [
        r#""x": "never closed"#,
        r#""x": [1, 2"#,
        r#""x": {"y": 1"#,
        r#""x": [1}"#,
        r#""x": ]"#,
        r#""x": "a" "b""#,
        r#""x""#,
        r#"x"#,
        r#""x": 1"#,
        r#""x": 'it"s'"#,
        r#""x": "\"#,
    ] {
        let object = |number: usize| match number {
            5 => format!("{{\"dn\": \"5\", {fault}}}"),
            _ => format!("{{\"dn\": \"{number}\", \"x\": [{{\"dn\": 1}}, {{\"dn\": 2}}]}}"),
        };
        let objects: Vec<String> = (1..=9).map(object).collect();
        let pretty: Vec<String> =
            objects.iter().map(|object| object.replace(", ", ",\n    ").replace('{', "{\n    ")).collect();
        let pretty: Vec<String> = pretty.iter().map(|object| format!("\n  {object}")).collect();
        for list in [objects.join(","), pretty.join(","), objects.join(", ")] {
            for text in [format!("[{list}]"), format!("{{\"value\": [{list}\n]}}")] {
                let seen = shown("a.json", &text);
                let names: Vec<&str> = seen.names().into_iter().filter(|name| *name != "5").collect();
                assert_eq!(names, ["1", "2", "3", "4", "6", "7", "8", "9"], "{text}\n{}", seen.ran.err);
                if fault != r#""x": 1"# {
                    assert!(!seen.faults().is_empty(), "{text}");
                    seen.ran.exits(2);
                }
            }
        }
        // an object without its closing bracket
        let open = objects.join(",").replace(&objects[4], r#"{"dn": "5", "x": 1"#);
        for text in [format!("[{open}]"), format!("{{\"value\": [{open}\n]}}")] {
            let seen = shown("a.json", &text);
            assert_eq!(
                seen.names(),
                ["1", "2", "3", "4", "5", "6", "7", "8", "9"],
                "{text}\n{}",
                seen.ran.err
            );
            seen.ran.exits(2);
        }
    }
}

#[test]
fn the_same_field_twice() {
    let seen = shown(
        "a.json",
        "[{\"dn\": \"A\", \"mail\": \"a\",\n  \"m\\u0061il\": \"b\", \"n\": {\"x\": 1, \"x\": 2}}]",
    );
    assert_eq!(seen.faults(), ["json-same-key 2:36", "json-same-key 2:4"]);
    assert!(
        seen.ran.err.contains("a.json:1:15") && seen.ran.err.contains("the first one"),
        "{}",
        seen.ran.err
    );
    assert_eq!(seen.values(0, "mail"), ["a", "b"]);
    seen.ran.exits(0);
    let pages = shown("a.json", r#"{"value": [{"dn": "A"}], "value": [{"dn": "B"}]}"#);
    assert_eq!((pages.faults(), pages.names()), (vec!["json-same-key 1:26".into()], vec!["A", "B"]));
}

#[test]
fn ten_thousand_levels() {
    for (open, close) in [("[", "]"), ("{\"x\": ", "}"), ("[{\"x\": ", "}]")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let text = format!("[{{\"dn\": \"A\"}}, {{\"dn\": \"B\", \"x\": {deep}}}, {{\"dn\": \"C\"}}]");
        let seen = shown("a.json", &text);
        assert_eq!((seen.names(), seen.faults().len()), (vec!["A", "B", "C"], 1), "{open}");
        assert!(seen.faults()[0].starts_with("json-too-deep 1:"));
        seen.ran.exits(2);
        // as deep as is allowed, and judged
        let deep = format!("{}1{}", open.repeat(400), close.repeat(400));
        let seen = shown("a.json", format!("[{{\"dn\": \"B\", \"x\": {deep}}}]")).fine();
        assert_eq!(seen.attributes(0).len(), 1);
        // nothing else
        for text in [open.repeat(10_000), format!("{}{}", open.repeat(10_000), close.repeat(10_000))] {
            let seen = shown("a.json", &text);
            assert_eq!(
                seen.ran.code,
                if open == "[" && text.contains(']') { 0 } else { 2 },
                "{}",
                seen.ran.err
            );
        }
    }
    let strings = format!("[{{\"dn\": \"A\", \"x\": \"{}\"}}]", "[{".repeat(10_000));
    assert_eq!(shown("a.json", strings).fine().values(0, "x")[0].len(), 20_000);
}

#[test]
#[cfg(target_os = "linux")]
fn one_line_of_a_hundred_megabytes() {
    let value = "x".repeat(1000);
    let mut text = "[".to_owned();
    while text.len() < 100 << 20 {
        text.push_str(&format!("{{\"dn\": \"CN={}\", \"x\": \"{value}\"}},", text.len()));
    }
    text.pop();
    text.push(']');
    let count = text.matches("\"dn\"").count();
    let rules = "rules:\n  - id: m\n    rule: no user where has mail\n    message: x\nclasses: {}\n";
    let rules = rules.replace("classes: {}\n", "");
    let desk = Desk::with(&[("rules.yaml", &rules), ("a.json", &text)]);
    // in less memory than the file has bytes, apart from what a program reserves without using it
    let mut command = std::process::Command::new("/bin/sh");
    let script = format!(
        "ulimit -d 90000; exec {} check --no-builtin --rules rules.yaml a.json",
        env!("CARGO_BIN_EXE_presync")
    );
    let ran = command.args(["-c", &script]).current_dir(desk.path()).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains(&format!("{} objects have no objectClass", count)), "{count}: {said}");
}
