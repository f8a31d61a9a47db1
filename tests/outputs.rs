//! Reports to files: whole or not at all, and never over what is read.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::Desk;

const RULES: &str = "\
rules:
  - id: no-mail
    rule: each user must have mail
    message: \"{dn} has no mail\"
";
const USER: &str =
    "dn: CN=Joe,DC=c\nobjectClass: user\nsn: x\n\ndn: CN=Ann,DC=c\nobjectClass: user\nmail: a@c.com\n";

fn desk() -> Desk {
    Desk::with(&[("rules.yaml", RULES), ("a.ldif", USER), ("old.json", "old")])
}

/// The names of all files of the folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A usage that is refused: nothing was judged, and every file is as it was.
#[track_caller]
fn refused(desk: &Desk, outputs: &[&str], says: &[&str]) {
    let before = names(desk.path());
    let options: Vec<&str> = outputs.iter().flat_map(|output| ["--output", output]).collect();
    let ran = desk.check(&[&["a.ldif"], options.as_slice()].concat());
    ran.exits(2).says(says);
    assert_eq!(ran.out, "");
    assert_eq!(names(desk.path()), before);
    assert_eq!(fs::read_to_string(desk.path().join("old.json")).unwrap(), "old");
    assert_eq!(fs::read_to_string(desk.path().join("a.ldif")).unwrap(), USER);
}

#[test]
fn an_output_that_cannot_be_is_refused_before_anything_is_judged() {
    let desk = desk();
    refused(&desk, &["json"], &["`--output json` has no name", "write `--output FORMAT=PATH`"]);
    refused(&desk, &["sarfi=x"], &["there is no format `sarfi`", "did you mean `sarif`?"]);
    refused(&desk, &["json="], &["no file is named", "`--format` writes to standard output"]);
    refused(&desk, &["json=-"], &["`--format` writes to standard output"]);
    refused(&desk, &["json=gone/x.json"], &["cannot write `gone/x.json`: there is no folder `gone`"]);
    refused(&desk, &["json=."], &["cannot write `.`: it is a folder"]);
    refused(&desk, &["json=old.json", "sarif=./old.json"], &["`old.json` is written to already"]);
    refused(
        &desk,
        &["json=old.json", "csv=a.ldif"],
        &["`a.ldif` is read, and would be replaced by a report"],
    );
    refused(&desk, &["json=old.json", "csv=rules.yaml"], &["`rules.yaml` is read"]);
}

#[test]
fn every_wrong_output_is_named_at_once() {
    refused(&desk(), &["jsno=x", "json=gone/x"], &["did you mean `json`?", "there is no folder `gone`"]);
}

#[test]
fn a_file_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
    let desk = desk();
    let before = names(desk.path());
    desk.check(&["a.ldif", "--output", "json=old.json"]).exits(1);
    assert_eq!(names(desk.path()), before);
    let text = fs::read_to_string(desk.path().join("old.json")).unwrap();
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["findings"][0]["rule"], "no-mail");
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = desk();
    let old = desk.path().join("old.json");
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("old.json", desk.path().join("link.json")).unwrap();
    desk.check(&["a.ldif", "--output", "json=link.json", "--output", "csv=new.csv"]).exits(1);
    assert!(desk.path().join("link.json").is_symlink());
    assert_eq!(fs::metadata(&old).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::read_to_string(&old).unwrap().starts_with("{\"schema\""));
    // a new file is for whoever the umask lets read it, as any other
    let plain = desk.path().join("plain");
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&desk.path().join("new.csv")), mode(&plain));
    // a link to an input is that input
    symlink("a.ldif", desk.path().join("twin.ldif")).unwrap();
    refused_link(&desk);
}

#[cfg(unix)]
fn refused_link(desk: &Desk) {
    let ran = desk.check(&["a.ldif", "--output", "json=twin.ldif"]);
    ran.exits(2).says(&["`a.ldif` is read, and would be replaced by a report"]);
    assert_eq!(fs::read_to_string(desk.path().join("a.ldif")).unwrap(), USER);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_the_other_files_are_written() {
    let desk = desk();
    let ran = desk.check(&["a.ldif", "--output", "json=/dev/full", "--output", "concise=new.txt"]);
    ran.exits(2).says(&["error[output-unwritable]: cannot write `/dev/full`:"]);
    assert!(fs::read_to_string(desk.path().join("new.txt")).unwrap().contains("no-mail"));
    // a device is written to, not replaced
    desk.check(&["a.ldif", "--output", "json=/dev/null"]).exits(1);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn what_was_there_stays_if_nothing_could_be_judged() {
    let desk = desk();
    let ran = desk.check(&["gone.ldif", "--output", "csv=old.json"]);
    ran.exits(2);
    assert_eq!(names(desk.path()), ["a.ldif", "old.json", "rules.yaml"]);
}

#[test]
fn an_output_of_the_configuration_is_blamed_on_its_place() {
    let refused = |outputs: &str, arguments: &[&str], says: &[&str], underlined: &[&str]| {
        let desk = desk().file("presync.yaml", format!("outputs:\n{outputs}"));
        let ran = desk.check(&[&["a.ldif"], arguments].concat());
        ran.exits(2).says(says);
        assert!(!ran.err.contains("--output "), "{}", ran.err);
        assert_eq!(ran.underlined(), underlined, "{}", ran.err);
    };
    refused(
        "  - { format: json, path: gone/x.json }\n",
        &[],
        &["output-unwritable", "there is no folder `gone`", "presync.yaml:2:27"],
        &["gone/x.json"],
    );
    refused(
        "  - { format: jsn, path: x.json }\n",
        &[],
        &["no format `jsn`", "did you mean `json`?"],
        &["jsn"],
    );
    refused(
        "  - { format: json, path: x.json }\n  - { format: csv, path: ./x.json }\n",
        &[],
        &["`x.json` is written to already", "give each output a file of its own"],
        &["./x.json", "x.json"],
    );
    refused(
        "  - { format: json, path: x.json }\n",
        &["--output", "sarif=x.json"],
        &["`x.json` is written to already"],
        &["x.json"],
    );
    refused("  - { format: json, path: a.ldif }\n", &[], &["would be replaced by a report"], &["a.ldif"]);
}
