//! Writes `schemas/*.json`, the JSON Schemas of the configuration and of packs: `cargo run --example schemas`.

fn main() -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    std::fs::create_dir_all(&folder)?;
    for (name, text) in presync::config::schemas() {
        std::fs::write(folder.join(name), text)?;
    }
    Ok(())
}
