//! The files of a run, by source.

use std::path::{Path, PathBuf};

use crate::finding::Problem;
use crate::source::{FileId, Store, order_key, walk};

/// The extensions of snapshots that are read in folders.
const SNAPSHOTS: &[&str] = &["ldif", "ldf"];
/// How many bytes decide whether a file is a snapshot.
const HEAD: usize = 1 << 16;

/// A file, and the number of its source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Input {
    /// The file.
    pub file: FileId,
    /// The number of its source; 0 is under check.
    pub source: u16,
}

/// The files of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// The files to read, in order.
    pub inputs: Vec<Input>,
    /// Files in folders that are no snapshots.
    pub not_read: Vec<String>,
    /// What could not be opened.
    pub problems: Vec<Problem>,
}

/// Opens the files of each source, in byte order of their paths; `-` is standard input.
#[must_use]
pub fn open(store: &mut Store, sources: &[Vec<PathBuf>]) -> Files {
    let mut files = Files::default();
    let mut standard_input = false;
    for (number, paths) in sources.iter().enumerate() {
        let source = u16::try_from(number).unwrap_or(u16::MAX);
        let mut found: Vec<(PathBuf, bool)> = Vec::new();
        for path in paths {
            if path.is_dir() {
                folder(path, &mut found, &mut files);
            } else {
                found.push((path.clone(), true));
            }
        }
        found.sort_by_key(|(path, _)| order_key(path));
        found.dedup_by(|(one, _), (other, _)| is_same(one, other));
        for (path, _) in found {
            let opened = if path == Path::new("-") {
                if std::mem::replace(&mut standard_input, true) {
                    let message = "standard input can be read only once";
                    files.problems.push(Problem::error("source-twice", message));
                    continue;
                }
                store.standard_input()
            } else {
                store.open(&path)
            };
            match opened {
                Err(complaint) => files.problems.push(complaint.into()),
                Ok(file) => match look(store, file) {
                    None => files.inputs.push(Input { file, source }),
                    Some(problem) => files.problems.push(problem),
                },
            }
        }
    }
    files
}

/// Whether two paths that stand side by side in the order of paths name one file: `a.ldif` and `./a.ldif` do.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || order_key(one) == order_key(other) && real(one).is_some() && real(one) == real(other)
}

fn folder(path: &Path, found: &mut Vec<(PathBuf, bool)>, files: &mut Files) {
    let walked = walk(path, SNAPSHOTS);
    files.problems.extend(walked.problems.into_iter().map(|complaint| {
        let problem: Problem = complaint.into();
        Problem { severity: crate::finding::Severity::Warning, ..problem }
    }));
    files.not_read.extend(walked.others.iter().map(|path| crate::source::shown(path)));
    if walked.wanted.is_empty() {
        let message = format!("the folder `{}` holds no snapshots", path.display());
        let help = "presync reads files with the extensions `.ldif` and `.ldf`; a file of another name is read if it is named itself";
        files.problems.push(Problem::error("source-no-snapshots", message).help(help));
    }
    found.extend(walked.wanted.into_iter().map(|path| (path, false)));
}

/// What is wrong with a file as a whole; nothing if it looks like LDIF.
fn look(store: &Store, file: FileId) -> Option<Problem> {
    let name = match store.name(file) {
        "-" => "standard input".to_owned(),
        name => format!("`{name}`"),
    };
    let mut head = Vec::new();
    if let Err(error) = store.read(file, store.start(file), HEAD, &mut head) {
        return Some(Problem::error("source-unreadable", format!("cannot read {name}: {error}")));
    }
    if head.trim_ascii().is_empty() {
        let message = format!("{name} is empty: it holds no objects");
        return Some(
            Problem::error("source-empty", message).help("the export failed, or went to another file"),
        );
    }
    let meaningful = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .find(|line| !line.is_empty() && line.first() != Some(&b'#'));
    // a file of comments only says nothing against it
    let line = meaningful?;
    if line.contains(&b':') && !matches!(line.first(), Some(b'{' | b'[' | b'<' | b'"')) {
        return None;
    }
    let shown: String = String::from_utf8_lossy(line).chars().take(60).collect();
    let message = format!("{name} is not LDIF: it begins with `{}`", crate::finding::printable(&shown));
    Some(
        Problem::error("source-not-a-snapshot", message)
            .help("export the directory with `ldifde -f export.ldf`, `ldapsearch -LLL` or `ldbsearch`"),
    )
}
