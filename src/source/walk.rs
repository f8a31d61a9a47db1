//! The files of a folder: in byte order of their paths, without hidden and ignored ones.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use walkdir::{DirEntry, WalkDir};

use super::complaint::Complaint;
use super::platform::order_key;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files that are wanted.
    pub wanted: Vec<PathBuf>,
    /// Other files.
    pub others: Vec<PathBuf>,
    /// What could not be read.
    pub problems: Vec<Complaint>,
}

/// Walks a folder for files whose name in lower case is wanted. Hidden files, and files that a `.gitignore` of the
/// folder or of the folders in it leaves out, are skipped; circles of links are problems.
#[must_use]
pub fn walk(folder: &Path, is_wanted: &dyn Fn(&str) -> bool) -> Walk {
    let mut found = Walk::default();
    let mut ignored: Vec<Gitignore> = Vec::new();
    let mut entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let message = format!("cannot read a part of `{}`: {error}", folder.display());
                found.problems.push(Complaint::new("source-walk", message));
                continue;
            }
        };
        let is_folder = entry.file_type().is_dir();
        ignored.retain(|rules| entry.path().starts_with(rules.path()));
        let left_out = ignored
            .iter()
            .rev()
            .map(|rules| rules.matched(entry.path(), is_folder))
            .find(|matched| !matched.is_none())
            .is_some_and(|matched| matched.is_ignore());
        if entry.depth() > 0 && (is_hidden(&entry) || left_out) {
            if is_folder {
                entries.skip_current_dir();
            }
        } else if is_folder {
            ignored.extend(gitignore(entry.path()));
        } else {
            let name = entry.file_name().to_string_lossy().to_lowercase();
            let list = if is_wanted(&name) { &mut found.wanted } else { &mut found.others };
            list.push(entry.into_path());
        }
    }
    found.wanted.sort_by_cached_key(|path| order_key(path));
    found.others.sort_by_cached_key(|path| order_key(path));
    found
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

fn gitignore(folder: &Path) -> Option<Gitignore> {
    let file = folder.join(".gitignore");
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(folder);
    builder.add(file);
    builder.build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_and_ignored_files_are_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("b.ldif", "");
        write("a.LDF", "");
        write("notes.txt", "");
        write(".hidden.ldif", "");
        write("old/x.ldif", "");
        write("sub/kept.ldif", "");
        write("sub/left.ldif", "");
        write(".gitignore", "old/\n");
        write("sub/.gitignore", "left.*\n");
        let found = walk(folder.path(), &|name| name.ends_with(".ldif") || name.ends_with(".ldf"));
        let names = |paths: &[PathBuf]| -> Vec<String> {
            let name = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().display().to_string();
            paths.iter().map(name).collect()
        };
        assert_eq!(names(&found.wanted), ["a.LDF", "b.ldif", "sub/kept.ldif"]);
        assert_eq!(names(&found.others), ["notes.txt"]);
        assert!(found.problems.is_empty());
    }
}
