//! Writes the pages of `docs/rules` from the built-in packs: `cargo run --example rule_pages`.

use std::io;
use std::path::Path;

use presync::pack::{BUILT_IN, Library, load};
use presync::report::rule_pages;
use presync::source::Store;

fn main() -> io::Result<()> {
    let mut store = Store::new();
    let mut packs = Vec::new();
    for (name, text) in BUILT_IN {
        let file = store.text(name, text.as_bytes().to_vec());
        packs.push(load(&store, file, true).map_err(|problem| io::Error::other(problem.message))?);
    }
    let pages = rule_pages(&Library::new(packs));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    if folder.is_dir() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    for (name, text) in &pages {
        std::fs::write(folder.join(name), text)?;
    }
    println!("{} pages", pages.len());
    Ok(())
}
