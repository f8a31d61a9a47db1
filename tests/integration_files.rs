//! The files by which other programs run presync: they are read as those programs read them, and the script that takes a binary
//! runs none whose checksum is wrong.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::Desk;
use serde_yaml::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(name: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(root().join(name)).unwrap()).unwrap()
}

#[test]
fn the_hook_sees_the_whole_directory() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hook = &hooks[0];
    assert_eq!(hook["pass_filenames"], Value::from(false));
    assert_eq!(hook["entry"], Value::from("presync check"));
    let files = regex::Regex::new(hook["files"].as_str().unwrap()).unwrap();
    for name in ["a.ldif", "users/a.yaml", "a.yml", "b/c.json", "x.csv", "e.xml", "t.jsonl"] {
        assert!(files.is_match(name), "{name}");
    }
    assert!(!files.is_match("README.md"));
}

/// Every action that a workflow, or the action itself, uses.
fn uses(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Mapping(fields) => {
            for (key, value) in fields {
                match value.as_str().filter(|_| key.as_str() == Some("uses")) {
                    Some(action) => found.push(action.to_owned()),
                    None => uses(value, found),
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| uses(item, found)),
        _ => {}
    }
}

#[test]
fn actions_are_pinned_and_inputs_are_no_script() {
    let workflows = fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut names: Vec<PathBuf> = workflows.map(|entry| entry.unwrap().path()).collect();
    names.push(root().join("action.yml"));
    let mut found = Vec::new();
    for name in &names {
        let text = fs::read_to_string(name).unwrap();
        uses(&serde_yaml::from_str(&text).unwrap(), &mut found);
        let scripts = text.split("run: |").skip(1);
        let spliced = scripts.filter(|script| script.split("\n      - ").next().unwrap().contains("${{"));
        assert_eq!(spliced.count(), 0, "{}: an expression stands in a script", name.display());
    }
    assert!(found.len() >= 3);
    for action in found {
        let (_, pin) = action.split_once('@').unwrap();
        assert!(pin.len() == 40 && pin.chars().all(|c| c.is_ascii_hexdigit()), "{action}");
    }
}

#[test]
fn the_template_of_gitlab_asks_for_formats_that_there_are() {
    let text = fs::read_to_string(root().join("templates/presync.yml")).unwrap();
    let (_, job) = text.split_once("\n---\n").unwrap();
    let job: Value = serde_yaml::from_str(job).unwrap();
    let line = job["presync"]["script"][0].as_str().unwrap().replace("$[[ inputs.arguments ]]", "a.ldif");
    let arguments: Vec<&str> = line.split(' ').skip(1).collect();
    let example = fs::read_to_string(root().join("examples/contoso.ldif")).unwrap();
    let desk = Desk::with(&[("a.ldif", &example)]);
    desk.run(&arguments).exits(1);
    let reports = &job["presync"]["artifacts"]["reports"];
    for name in [&reports["codequality"], &reports["junit"], &job["presync"]["artifacts"]["paths"][0]] {
        assert!(desk.path().join(name.as_str().unwrap()).is_file(), "{name:?}");
    }
}

#[cfg(unix)]
mod a_binary {
    use std::os::unix::fs::PermissionsExt;
    use std::process::{Command, Output};

    use super::{Desk, fs, root};

    /// A folder with a program that leaves a trace when it runs.
    fn desk() -> Desk {
        let desk = Desk::with(&[("program", "#!/bin/sh\ntouch ran\n")]);
        fs::set_permissions(desk.path().join("program"), fs::Permissions::from_mode(0o755)).unwrap();
        desk
    }

    fn take(desk: &Desk, sum: &str) -> Output {
        let mut script = Command::new(root().join("scripts/action"));
        script.current_dir(desk.path()).env("PRESYNC_BINARY", "program").env("PRESYNC_SHA256", sum);
        script.env("TMPDIR", desk.path()).output().unwrap()
    }

    #[test]
    fn is_taken_if_its_checksum_is_right() {
        let desk = desk();
        let sum = Command::new("sha256sum").arg(desk.path().join("program")).output().unwrap();
        let sum = String::from_utf8(sum.stdout).unwrap();
        let sum = sum.split(' ').next().unwrap();
        let done = take(&desk, &sum.to_uppercase());
        assert!(done.status.success(), "{done:?}");
        let program = String::from_utf8(done.stdout).unwrap();
        Command::new(program.trim()).current_dir(desk.path()).status().unwrap();
        assert!(desk.path().join("ran").exists());
    }

    #[test]
    fn is_refused_if_its_checksum_is_wrong_or_missing() {
        for (sum, said) in
            [("0".repeat(64), "so it is not run"), (String::new(), "has no SHA-256 of 64 digits")]
        {
            let desk = desk();
            let done = take(&desk, &sum);
            assert_eq!(done.status.code(), Some(2));
            assert!(String::from_utf8_lossy(&done.stderr).contains(said), "{done:?}");
            assert!(done.stdout.is_empty() && !desk.path().join("ran").exists());
            assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 1, "something is left behind");
        }
    }
}

#[test]
fn the_samples_name_formats_that_there_are() {
    let page = fs::read_to_string(root().join("docs/ci.md")).unwrap();
    let desk = Desk::new();
    let help = desk.run(&["check", "--help"]).out;
    let mut known: Vec<&str> = Vec::new();
    let formats = help.split("--format <FORMAT>").nth(1).unwrap().split("--output").next().unwrap();
    for line in formats.lines().filter_map(|line| line.trim().strip_prefix("- ")) {
        known.push(line.split(':').next().unwrap());
    }
    assert_eq!(known.len(), 12, "{formats}");
    let words: Vec<&str> = page.split_whitespace().collect();
    let named = words.windows(2).filter_map(|pair| match pair[0].trim_start_matches('`') {
        "--format" => Some(pair[1].trim_matches('`')),
        "--output" => Some(pair[1].trim_start_matches('"').split('=').next().unwrap()),
        _ => None,
    });
    let named: Vec<&str> = named.filter(|name| *name != "FORMAT").collect();
    assert!(named.len() > 8, "{named:?}");
    assert!(named.iter().all(|name| known.contains(name)), "{named:?} {known:?}");
    for format in known {
        assert!(page.contains(&format!("`{format}`")), "docs/ci.md does not explain {format}");
    }
}
