//! Exports of a global catalogue: they hold all objects of a forest, and of each only the attributes of the partial attribute
//! set. Nothing in the file says so but what is missing.

use crate::finding::Problem;
use crate::snapshot::{Format, Health, Names, Record, Requested, Snapshot};
use crate::source::{Location, Store};

/// Every user has these, and a global catalogue keeps them (`isMemberOfPartialAttributeSet` in the schema of Windows Server
/// 2016). Whoever exports all of them asked for all attributes.
const KEPT: [&str; 7] = [
    "sAMAccountType",
    "primaryGroupID",
    "objectCategory",
    "instanceType",
    "uSNCreated",
    "uSNChanged",
    "whenCreated",
];
/// Every user has these too, and a global catalogue does not keep them.
const DROPPED: [&str; 5] = ["codePage", "countryCode", "pwdLastSet", "accountExpires", "badPwdCount"];
/// How many objects are looked at.
const OBJECTS: usize = 500;

/// Whether a file was exported from a global catalogue.
pub(super) fn problem(snapshot: &Snapshot, health: &Health, store: &Store) -> Option<Problem> {
    let names = match snapshot.format {
        Format::Ldif => first_names(snapshot, store),
        Format::Csv => columns(health),
        Format::Json | Format::Yaml | Format::Csexport => return None,
    };
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    if !KEPT.iter().all(|name| has(name)) || DROPPED.iter().any(|name| has(name)) {
        return None;
    }
    let name = store.name(snapshot.file);
    let message = format!("`{name}` seems to come from a global catalogue, which keeps only some attributes");
    let place = Location::new(snapshot.file, store.start(snapshot.file), 0);
    let help = "export from a domain controller of each domain: port 389 or 636, not 3268 or 3269";
    Some(
        Problem::warning("export-global-catalogue", message)
            .at(place)
            .label("no user has `codePage`")
            .help(help),
    )
}

/// The attributes of the first objects of an LDIF file.
fn first_names(snapshot: &Snapshot, store: &Store) -> Vec<String> {
    let mut block = Vec::new();
    let Ok(offset) = snapshot.read(0, store, &mut block) else { return Vec::new() };
    let all = Names::all();
    let mut reader = snapshot.reader(0, &block, offset, &all);
    let mut record = Record::default();
    let mut names: Vec<String> = Vec::new();
    for _ in 0..OBJECTS {
        if !reader.next(&mut record, &mut Vec::new()) {
            break;
        }
        for entry in record.entries() {
            let name = record.bytes(&block, entry.name);
            let wanted =
                KEPT.iter().chain(&DROPPED).find(|known| known.as_bytes().eq_ignore_ascii_case(name));
            if let Some(known) = wanted.filter(|known| !names.iter().any(|name| name == **known)) {
                names.push((*known).to_owned());
            }
        }
        // no global catalogue
        if names.iter().any(|name| DROPPED.contains(&name.as_str())) {
            break;
        }
    }
    names
}

/// The columns of a table.
fn columns(health: &Health) -> Vec<String> {
    let lists = health.requested.iter().filter_map(|requested| match requested {
        Requested::Names(names) => Some(names),
        Requested::All => None,
    });
    lists.flatten().cloned().collect()
}
