//! Files that change while they are read, values that no directory holds, and names without end: a clear word, exit code 2,
//! and never a finding with a place that is not there.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice, clippy::indexing_slicing)]

mod common;

use common::{Desk, MAIL_SPACE as RULES};

/// A thousand users in each format; their number is all that differs.
#[cfg(unix)]
fn formats() -> [(&'static str, String); 6] {
    let all = |one: &dyn Fn(usize) -> String| (0..1000).map(one).collect::<String>();
    let json = |n: usize| {
        format!(
            "{{\"dn\":\"CN={n},DC=c\",\"objectClass\":\"user\",\"mail\":\"a{n} b@contoso.com\",\"description\":\"{}\"}}",
            "x".repeat(100)
        )
    };
    let ldif = |n: usize| {
        format!(
            "dn: CN={n},DC=c\nobjectClass: user\nmail: a{n} b@contoso.com\ndescription: {}\n\n",
            "x".repeat(100)
        )
    };
    let csv = |n: usize| format!("\"CN={n},DC=c\",user,a{n} b@contoso.com,{}\n", "x".repeat(100));
    let yaml = |n: usize| {
        format!(
            "- dn: CN={n},DC=c\n  objectClass: user\n  mail: a{n} b@contoso.com\n  description: {}\n",
            "x".repeat(100)
        )
    };
    let xml = |n: usize| {
        format!(
            "<cs-object cs-dn=\"CN={n}\" object-type=\"user\"><unapplied-export-hologram><entry dn=\"CN={n}\"><primary-objectclass>user</primary-objectclass><objectclass><oc-value>user</oc-value></objectclass><attr name=\"mail\" type=\"string\" multivalued=\"false\"><value>a{n} b@contoso.com</value></attr></entry></unapplied-export-hologram></cs-object>\n"
        )
    };
    [
        ("a.ldif", all(&ldif)),
        ("a.csv", format!("DN,objectClass,mail,description\n{}", all(&csv))),
        ("a.jsonl", all(&|n| json(n) + "\n")),
        ("a.json", format!("[{}]\n", (0..1000).map(json).collect::<Vec<_>>().join(",\n"))),
        ("a.yaml", all(&yaml)),
        ("a.xml", format!("<cs-objects>\n{}</cs-objects>\n", all(&xml))),
    ]
}

/// The second source is a pipe: the program has opened the file when it opens the pipe, and has read nothing of it yet.
#[cfg(unix)]
#[test]
fn a_file_that_grows_or_shrinks_is_told() {
    use std::fs::OpenOptions;
    use std::io::Write;
    use std::process::{Command, Stdio};

    for (name, text) in formats() {
        for shrinks in [true, false] {
            let desk = Desk::with(&[("rules.yaml", RULES), (name, &text)]);
            let pipe = desk.path().join("pipe.ldif");
            if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
                return;
            }
            let arguments = [
                "check",
                name,
                "--source",
                "other=pipe.ldif",
                "--rules",
                "rules.yaml",
                "--no-builtin",
                "--format",
                "json",
            ];
            let mut command = desk.command(&arguments);
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            let mut other = OpenOptions::new().write(true).open(&pipe).unwrap();
            let file = OpenOptions::new().append(true).open(desk.path().join(name)).unwrap();
            let half = text.len() / 2;
            if shrinks {
                file.set_len(half as u64).unwrap();
            } else {
                (&file).write_all(text.as_bytes()).unwrap();
            }
            other.write_all(b"dn: CN=Z,DC=c\nobjectClass: user\n\n").unwrap();
            drop(other);
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{name}: {said}");
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let codes: Vec<&str> = report["problems"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|problem| problem["code"].as_str())
                .collect();
            assert!(codes.contains(&"source-changed"), "{name}: {codes:?}");
            // what is found stands where it is said to stand
            for finding in report["findings"].as_array().unwrap() {
                let place = &finding["location"];
                let number = |field: &str| usize::try_from(place[field].as_u64().unwrap()).unwrap();
                let (offset, length) = (number("offset"), number("length"));
                let value = finding["value"].as_str().unwrap();
                assert_eq!(text.get(offset..offset + length), Some(value), "{name}");
                assert!(!shrinks || offset + length <= half, "{name}");
            }
        }
    }
}

#[test]
fn a_value_that_no_directory_holds_is_passed_over() {
    let large = "x".repeat((16 << 20) + 1);
    let rest = "mail: a b@c.com";
    for (name, text) in [
        ("a.ldif", format!("dn: CN=A,DC=c\nobjectClass: user\nmail: {large}\n{rest}\n")),
        ("a.csv", format!("DN,objectClass,mail\n\"CN=B,DC=c\",user,{large}\n\"CN=A,DC=c\",user,a b@c.com\n")),
        (
            "a.json",
            format!(
                "{{\"dn\":\"CN=A,DC=c\",\"objectClass\":\"user\",\"mail\":[\"{large}\",\"a b@c.com\"]}}\n"
            ),
        ),
    ] {
        let ran = Desk::with(&[("rules.yaml", RULES), (name, &text)]).check(&[name]);
        ran.exits(2).says(&["value-too-large", "a value of `mail` is larger than 16 MB"]);
        ran.shows(&["`a b@c.com` has a space"]);
        assert!(ran.out.len() + ran.err.len() < 10_000, "{name}");
    }
}

#[test]
fn names_without_end_are_read() {
    let names = (0..20_000).map(|n| format!("attribute{n}"));
    let ldif: String = names.clone().map(|name| name + ": x\n").collect();
    let json: String = names.clone().map(|name| format!(",\"{name}\":\"x\"")).collect();
    let head: String = names.clone().map(|name| format!(",{name}")).collect();
    for (name, text) in [
        ("a.ldif", format!("dn: CN=A,DC=c\nobjectClass: user\nmail: a b@c.com\n{ldif}")),
        (
            "a.json",
            format!("{{\"dn\":\"CN=A,DC=c\",\"objectClass\":\"user\",\"mail\":\"a b@c.com\"{json}}}\n"),
        ),
        (
            "a.csv",
            format!("DN,objectClass,mail{head}\n\"CN=A,DC=c\",user,a b@c.com{}\n", ",x".repeat(20_000)),
        ),
    ] {
        let ran = Desk::with(&[("rules.yaml", RULES), (name, &text)]).check(&[name]);
        ran.exits(1).shows(&["`a b@c.com` has a space"]);
    }
}
