//! Writes `schemas/*.json`, the JSON Schemas of the configuration, of packs and of what is printed as JSON: `cargo run --example schemas`.

fn main() -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in presync::config::schemas().into_iter().chain(presync::report::schemas()) {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
