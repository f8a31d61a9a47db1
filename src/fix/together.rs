//! Files that take their places together, or not at all.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use crate::finding::printable;
use crate::source::shown;

/// A file that was written beside the place that it is to take.
#[derive(Debug)]
pub struct Beside {
    /// The file as it was written.
    pub written: NamedTempFile,
    /// The place.
    pub path: PathBuf,
    /// Nothing may be there yet.
    pub new: bool,
}

/// Why not all files could take their places.
#[derive(Debug)]
pub struct Failure {
    /// The file at which it ended.
    pub path: PathBuf,
    /// What the operating system says.
    pub error: io::Error,
    /// Files that could not be taken back, with what they held before, if anything.
    pub stuck: Vec<(PathBuf, Option<PathBuf>)>,
}

impl Failure {
    /// What became of the files, for a person.
    #[must_use]
    pub fn help(&self) -> String {
        if self.stuck.is_empty() {
            return "all files are as they were; free some space, or name another place".to_owned();
        }
        let mut help = "all other files are as they were".to_owned();
        for (path, former) in &self.stuck {
            let path = printable(&shown(path)).into_owned();
            let _ = match former {
                Some(former) => {
                    write!(help, "; `{path}` is changed, and `{}` is what it was", printable(&shown(former)))
                }
                None => write!(help, "; `{path}` was written"),
            };
        }
        help
    }
}

/// A file that took its place.
struct Placed {
    path: PathBuf,
    /// What was there before.
    former: Option<TempPath>,
}

/// Puts files in their places, one after the other. If one cannot take its place, those before it leave theirs again.
///
/// # Errors
/// The file that could not take its place, and why.
pub fn put(files: Vec<Beside>) -> Result<(), Failure> {
    let mut placed: Vec<Placed> = Vec::new();
    for Beside { written, path, new } in files {
        let put = || {
            let former = if new { None } else { former(&path)? };
            let put = if new { written.persist_noclobber(&path) } else { written.persist(&path) };
            put.map(|_| former).map_err(|error| error.error)
        };
        match put() {
            Ok(former) => placed.push(Placed { path, former }),
            Err(error) => {
                let stuck = placed.into_iter().rev().filter_map(Placed::taken_back).collect();
                return Err(Failure { path, error, stuck });
            }
        }
    }
    Ok(())
}

/// What is at a place, under another name beside it; none if nothing is.
fn former(path: &Path) -> io::Result<Option<TempPath>> {
    if !path.is_file() {
        return Ok(None);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(".presync-");
    // a second name for the same file takes no space; where there is none, a copy has to do
    if let Ok(linked) = builder.make_in(folder, |name| std::fs::hard_link(path, name)) {
        return Ok(Some(linked.into_temp_path()));
    }
    let copy = builder.tempfile_in(folder)?;
    std::fs::copy(path, copy.path())?;
    copy.as_file().sync_all()?;
    Ok(Some(copy.into_temp_path()))
}

impl Placed {
    /// Leaves the place again; what is left if that is not possible.
    fn taken_back(self) -> Option<(PathBuf, Option<PathBuf>)> {
        let Self { path, former } = self;
        match former {
            None => std::fs::remove_file(&path).is_err().then_some((path, None)),
            Some(former) => match former.persist(&path) {
                Ok(()) => None,
                Err(error) => {
                    let former = error.path.keep().ok();
                    Some((path, former))
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn beside(folder: &Path, name: &str, text: &str, new: bool) -> Beside {
        let mut written = NamedTempFile::new_in(folder).unwrap();
        written.write_all(text.as_bytes()).unwrap();
        Beside { written, path: folder.join(name), new }
    }

    #[test]
    fn all_take_their_places() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "old").unwrap();
        put(vec![beside(folder.path(), "a", "new", false), beside(folder.path(), "b", "new", true)]).unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!((read("a"), read("b")), ("new".to_owned(), "new".to_owned()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn none_does_if_one_cannot() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a"), "old").unwrap();
        // a folder cannot be replaced by a file, nor can a file where none may be
        std::fs::create_dir(path("c")).unwrap();
        std::fs::write(path("d"), "old").unwrap();
        for last in ["c", "d"] {
            let files = [("a", false), ("b", true), (last, last == "d")];
            let files =
                files.map(|(name, new)| beside(folder.path(), name, "new", new)).into_iter().collect();
            let failure = put(files).unwrap_err();
            assert_eq!((failure.path.clone(), failure.stuck.len()), (path(last), 0));
            assert!(failure.help().contains("as they were"));
            assert_eq!(std::fs::read_to_string(path("a")).unwrap(), "old");
            assert!(!path("b").exists());
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
        }
    }
}
