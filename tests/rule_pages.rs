//! `docs/rules` says what the packs say: one page for each rule, and no other. `cargo run --example rule_pages` writes them.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;

use presync::pack::{BUILT_IN, Library, load};
use presync::report::rule_pages;
use presync::source::Store;

#[test]
fn pages_are_current() {
    let mut store = Store::new();
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(&store, file, true).unwrap_or_else(|problem| panic!("{name}: {problem:?}")));
    }
    let made: BTreeMap<String, String> = rule_pages(&Library::new(packs)).into_iter().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut there = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // a checkout on Windows may have other line ends
        there.insert(name, std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n"));
    }
    let names = made.keys().chain(there.keys());
    let mut stale: Vec<&String> = names.filter(|name| made.get(*name) != there.get(*name)).collect();
    stale.dedup();
    assert!(stale.is_empty(), "`cargo run --example rule_pages` makes these anew: {stale:?}");
}
