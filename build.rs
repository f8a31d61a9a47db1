//! Makes the built-in packs ready: every file of `rules/` is embedded as people wrote it, for places and pages, and as JSON,
//! which is read faster when the program starts.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files)?;
    files.sort();
    let mut texts = String::from(
        "/// Every file under `rules/`, in byte order of the paths, with its text.\npub const BUILT_IN: &[(&str, &str)] = &[\n",
    );
    let mut ready =
        String::from("/// The same as JSON, in the same order.\npub(crate) const READY: &[&str] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        let content: serde_yaml::Value = serde_yaml::from_str(&std::fs::read_to_string(file)?)
            .map_err(|error| format!("{name}: {error}"))?;
        writeln!(texts, "    ({name:?}, include_str!({:?})),", file.display().to_string())?;
        writeln!(ready, "    {:?},", serde_json::to_string(&content)?)?;
    }
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("built_in.rs");
    std::fs::write(out, format!("{texts}];\n\n{ready}];\n"))?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}
