//! The exports that `examples/generate` makes for measurements are whole: references resolve in both directions, and what must be
//! unique is, unless faults are asked for.

// Whatever goes wrong in a test may end it; and the command line of the generator is not used here.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, dead_code)]

#[path = "../examples/generate/directory/mod.rs"]
mod directory;

use data_encoding::BASE64;
use directory::{Export, Format, Style};
use proptest::prelude::*;
use std::collections::{HashMap, HashSet};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn references_resolve_in_both_directions(objects in 0_u64..2_000, seed: u64) {
        let entries = entries(&export(objects, seed, 0.0, Style::Ldapsearch));
        prop_assert_eq!(entries.len() as u64, objects);
        let known: HashSet<&str> = entries.iter().map(|entry| entry.dn.as_str()).collect();
        prop_assert_eq!(known.len(), entries.len());
        for attribute in ["member", "memberOf", "manager", "directReports"] {
            for (_, to) in links(&entries, attribute) {
                prop_assert!(known.contains(to), "{} names `{}`, which is not there", attribute, to);
            }
        }
        for (forward, backward) in [("member", "memberOf"), ("manager", "directReports")] {
            let turned: HashSet<_> = links(&entries, backward).into_iter().map(|(from, to)| (to, from)).collect();
            prop_assert_eq!(links(&entries, forward), turned);
        }
    }

    #[test]
    fn names_and_addresses_are_unique_without_faults(objects in 0_u64..2_000, seed: u64) {
        let entries = entries(&export(objects, seed, 0.0, Style::Ldifde));
        for attribute in
            ["sAMAccountName", "userPrincipalName", "mail", "mailNickname", "proxyAddresses", "objectGUID", "objectSid"]
        {
            prop_assert_eq!(repeated(&entries, attribute), Vec::<String>::new());
        }
    }
}

#[test]
fn faults_are_counted_and_repeat_addresses() {
    let mut bytes = Vec::new();
    let faults =
        Export { objects: 5_000, seed: 7, faults: 0.2, format: Format::Ldif, style: Style::Ldapsearch }
            .write(&mut bytes)
            .unwrap();
    let counted: u64 = faults.counts().map(|(_, count)| count).sum();
    assert!((800..1_100).contains(&counted), "{counted} of 5,000 objects were spoiled");
    assert_eq!(faults.counts().count(), 12, "every fault occurs");
    let entries = entries(&bytes);
    assert!(!repeated(&entries, "proxyAddresses").is_empty());
    assert!(!repeated(&entries, "userPrincipalName").is_empty());
}

#[test]
fn lines_are_folded_and_ended_as_each_tool_does() {
    let unix = export(300, 7, 0.0, Style::Ldapsearch);
    assert_eq!(unix.split(|byte| *byte == b'\n').map(<[u8]>::len).max(), Some(78));
    assert!(!unix.contains(&b'\r'));
    assert!(unix.ends_with(
        b"# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 301\n# numEntries: 300\n"
    ));
    let windows = export(300, 7, 0.0, Style::Ldifde);
    assert_eq!(windows.split(|byte| *byte == b'\n').map(<[u8]>::len).max(), Some(77));
    assert!(windows.starts_with(b"dn: OU=Staff,DC=contoso,DC=com\r\nchangetype: add\r\n"));
}

#[test]
fn the_same_arguments_give_the_same_bytes_and_another_seed_gives_others() {
    let one = export(500, 7, 0.1, Style::Ldapsearch);
    assert!(one == export(500, 7, 0.1, Style::Ldapsearch));
    assert!(one != export(500, 8, 0.1, Style::Ldapsearch));
}

/// A record: its name and its values, texts or base64 as bytes.
struct Entry {
    dn: String,
    values: HashMap<String, Vec<Vec<u8>>>,
}

fn export(objects: u64, seed: u64, faults: f64, style: Style) -> Vec<u8> {
    let mut bytes = Vec::new();
    Export { objects, seed, faults, format: Format::Ldif, style }.write(&mut bytes).unwrap();
    bytes
}

fn entries(bytes: &[u8]) -> Vec<Entry> {
    let text = str::from_utf8(bytes).unwrap().replace('\r', "").replace("\n ", "");
    text.split("\n\n").filter_map(entry).collect()
}

/// The record of a block of unfolded lines; headers and trailers have no name and are none.
fn entry(block: &str) -> Option<Entry> {
    let mut values: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
    for line in block.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.split_once(':').unwrap();
        let value = match value.strip_prefix(": ") {
            Some(base64) => BASE64.decode(base64.as_bytes()).unwrap(),
            None => value.strip_prefix(' ').unwrap().as_bytes().to_vec(),
        };
        values.entry(name.to_owned()).or_default().push(value);
    }
    let dn = values.get("dn")?.first()?.clone();
    Some(Entry { dn: String::from_utf8(dn).unwrap(), values })
}

/// The references by an attribute: from whom, to whom.
fn links<'a>(entries: &'a [Entry], attribute: &str) -> HashSet<(&'a str, &'a str)> {
    let mut links = HashSet::new();
    for entry in entries {
        for value in entry.values.get(attribute).into_iter().flatten() {
            links.insert((entry.dn.as_str(), str::from_utf8(value).unwrap()));
        }
    }
    links
}

/// The values that stand more than once in the file, without regard to case.
fn repeated(entries: &[Entry], attribute: &str) -> Vec<String> {
    let mut seen = HashSet::new();
    let values = entries.iter().filter_map(|entry| entry.values.get(attribute)).flatten();
    values
        .map(|value| match str::from_utf8(value) {
            Ok(text) => text.to_lowercase(),
            Err(_) => BASE64.encode(value),
        })
        .filter(|value| !seen.insert(value.clone()))
        .collect()
}

/// A line with its value decoded, if it is in base64.
fn decoded(line: &str) -> String {
    match line.split_once(":: ") {
        Some((name, value)) => {
            let bytes = BASE64.decode(value.as_bytes()).unwrap();
            format!("{name}: {}", String::from_utf8_lossy(&bytes))
        }
        None => line.to_owned(),
    }
}

/// The rules of `presync` have nothing to say of a directory that is in order, and find every address that two objects share.
#[test]
fn the_built_in_rules_find_what_is_wrong_and_nothing_else() {
    let count = |faults: f64| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.ldif");
        let text = export(3_000, 7, faults, Style::Ldapsearch);
        std::fs::write(&path, &text).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_presync"));
        let output = command.args(["check", "--format", "concise", "-q"]).arg(&path).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), text)
    };
    assert_eq!(count(0.0).0, "");
    let (found, text) = count(0.05);
    let text = String::from_utf8(text.as_slice().to_vec()).unwrap().replace("\n ", "");
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut holders: HashMap<String, HashSet<usize>> = HashMap::new();
    for (number, object) in text.split("\n\n").enumerate() {
        let is = |class: &str| object.contains(&format!("\nobjectClass: {class}\n"));
        for line in object.lines().map(decoded).map(|line| line.to_lowercase()) {
            if let Some(name) =
                line.strip_prefix("userprincipalname: ").filter(|_| is("user") && !is("computer"))
            {
                *names.entry(name.to_owned()).or_default() += 1;
            }
            let address = line.strip_prefix("mail: ").or_else(|| line.strip_prefix("proxyaddresses: smtp:"));
            if let Some(address) = address.filter(|_| !is("computer")) {
                holders.entry(address.to_owned()).or_default().insert(number);
            }
        }
    }
    let of = |rule: &str| found.lines().filter(|line| line.contains(&format!("[{rule}]"))).count();
    assert_eq!(of("upn-taken"), names.values().filter(|count| **count > 1).count());
    let shared = holders.values().filter(|holders| holders.len() > 1).count();
    // what a user signs in with and a group receives is told by another rule
    assert!(of("address-taken") <= shared && shared <= of("address-taken") + of("user-collides-with-group"));
    assert!(shared > 20);
}
