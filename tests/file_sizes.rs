//! Files stay small enough to be read at one sitting: none over 800 lines, nine of ten under 450, half under 180.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn files_are_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sizes = Vec::new();
    for folder in ["src", "tests", "examples", "benches", "fuzz/fuzz_targets"] {
        measure(&root.join(folder), &mut sizes);
    }
    sizes.sort();
    let (lines, longest) = sizes.last().expect("there are source files");
    assert!(*lines <= 800, "{} has {lines} lines, more than 800", longest.display());
    let (half, _) = &sizes[sizes.len() / 2];
    assert!(*half < 180, "half of the files have {half} lines or more, which should be under 180");
    let long: Vec<String> = sizes
        .iter()
        .filter(|(lines, _)| *lines >= 450)
        .map(|(lines, path)| format!("{lines} {}", path.display()))
        .collect();
    assert!(long.len() * 10 <= sizes.len(), "more than one file of ten has 450 lines:\n{}", long.join("\n"));
}

/// Adds the number of lines of each Rust file below the folder; a folder that is not there has none.
fn measure(folder: &Path, sizes: &mut Vec<(usize, PathBuf)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            measure(&path, sizes);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sizes.push((fs::read_to_string(&path).unwrap().lines().count(), path));
        }
    }
}
