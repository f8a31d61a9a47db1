//! JSON of other projects, read from the folder that `PRESYNC_CORPUS` names.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};

use common::objects::shown;

/// The files of a folder of the corpus with names that end so; none if there is no corpus.
fn corpus(folder: &str, ending: &str) -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("PRESYNC_CORPUS") else {
        println!("skipped: PRESYNC_CORPUS is not set");
        return Vec::new();
    };
    let folder = Path::new(&root).join("real").join(folder);
    let files = presync::source::walk(&folder, &|name| name.ends_with(ending)).wanted;
    assert!(!files.is_empty(), "{}", folder.display());
    files
}

#[test]
fn json_that_is_valid_has_no_fault() {
    let folders = [("graph-docs-mocks", ".json"), ("scim", ".json"), ("goad", "config.json")];
    let mut objects = 0;
    for path in folders.into_iter().flat_map(|(folder, ending)| corpus(folder, ending)) {
        let bytes = std::fs::read(&path).unwrap();
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        let is_valid = serde_json::from_slice::<serde_json::Value>(text).is_ok();
        let seen = shown("a.json", &bytes);
        let faults = seen.faults();
        let told =
            faults.iter().any(|fault| fault.starts_with("json-") && !fault.starts_with("json-same-key"));
        assert_eq!(told, !is_valid, "{}: {faults:?}", path.display());
        objects += seen.objects.len();
    }
    println!("{objects} objects");
}

#[test]
fn the_comma_too_many_of_a_real_file() {
    for path in corpus("goad/DRACARYS", "config.json") {
        let text = std::fs::read_to_string(&path).unwrap();
        // other readers complain of the bracket in line 129, which follows it
        let column = text.lines().nth(127).unwrap().rfind(',').unwrap() + 1;
        let seen = shown("a.json", &text);
        assert_eq!(seen.faults(), [format!("json-trailing-comma 128:{column}")]);
        seen.ran.exits(2);
    }
}
