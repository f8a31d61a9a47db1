//! Files with edits, written beside the old ones and put in their places when all of them are whole.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Splice, splices};
use crate::finding::{Change, Problem, printable};
use crate::fix::Beside;
use crate::source::{FileId, Store};

/// A file with its edits, written beside the one whose place it is to take.
#[derive(Debug)]
pub struct Rewritten {
    /// The file that was read.
    pub file: FileId,
    path: PathBuf,
    written: NamedTempFile,
}

impl Rewritten {
    /// Where the new file lies until it takes its place.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.written.path()
    }

    /// The new file with the place of the old one.
    ///
    /// # Errors
    /// The old file changed since it was read.
    pub fn beside(self, store: &Store) -> Result<Beside, Problem> {
        if store.changed(self.file) {
            return Err(changed(store.name(self.file)));
        }
        Ok(Beside { written: self.written, path: self.path, new: false })
    }
}

/// Writes each file that changes beside itself; nothing takes the place of anything yet.
///
/// # Errors
/// What is wrong with each of the files: then none is written.
pub fn rewrite(store: &Store, changes: &[Change]) -> Result<Vec<Rewritten>, Vec<Problem>> {
    let all = splices(store, changes).map_err(|(change, reason)| {
        let message = format!("the fix cannot be written: {reason}");
        let place = change.old.as_ref().map_or(change.name, |old| old.location);
        vec![Problem::error("fix-in-place", message).at(place).help("write `--ldif changes.ldif` instead")]
    })?;
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for of_file in all.chunk_by(|one, other| one.location.file == other.location.file) {
        let Some(first) = of_file.first() else { continue };
        match one(store, first.location.file, of_file) {
            Ok(file) => files.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(files) } else { Err(problems) }
}

/// Why no edit of a file can be written into it; none if edits can.
#[must_use]
pub fn refused(store: &Store, file: FileId) -> Option<Problem> {
    let name = printable(store.name(file)).into_owned();
    let Some(path) = store.plain_path(file) else {
        let (message, help) = if store.name(file) == "-" {
            (
                "standard input cannot be edited in place".to_owned(),
                "name the file, or write `--ldif changes.ldif`",
            )
        } else {
            (
                format!("`{name}` is packed, or not UTF-8: it cannot be edited in place"),
                "unpack it, or convert it to UTF-8; or write `--ldif changes.ldif`",
            )
        };
        return Some(Problem::error("fix-in-place", message).help(help));
    };
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.permissions().readonly() => {
            let problem = Problem::error("fix-read-only", format!("`{name}` is read-only"));
            Some(problem.help("make it writable (`chmod u+w`), or write `--ldif changes.ldif`"))
        }
        Ok(_) if store.changed(file) => Some(changed(&name)),
        Ok(_) => None,
        Err(error) => Some(failed(&name, &error)),
    }
}

fn one(store: &Store, file: FileId, splices: &[Splice]) -> Result<Rewritten, Problem> {
    if let Some(problem) = refused(store, file) {
        return Err(problem);
    }
    let name = store.name(file);
    let written = store.plain_path(file).map(|path| written(store, file, path, splices));
    match written {
        Some(Ok(rewritten)) => Ok(rewritten),
        Some(Err(error)) => Err(failed(name, &error)),
        None => Err(failed(name, &io::Error::from(io::ErrorKind::NotFound))),
    }
}

fn written(store: &Store, file: FileId, path: &Path, splices: &[Splice]) -> io::Result<Rewritten> {
    // a link stays what it is: the file that it leads to is the one that changes
    let path = path.canonicalize()?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut written = tempfile::Builder::new().prefix(".presync-").tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(1 << 16, written.as_file_mut());
    copy(store, file, splices, &mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    written.as_file().set_permissions(std::fs::metadata(&path)?.permissions())?;
    Ok(Rewritten { file, path, written })
}

/// Writes a file with its edits.
///
/// # Errors
/// What the operating system says.
pub(in crate::fix) fn copy(
    store: &Store,
    file: FileId,
    splices: &[Splice],
    out: &mut dyn Write,
) -> io::Result<()> {
    let (mut at, mut buffer) = (0, Vec::new());
    let mut through = |at: u64, end: u64, out: &mut dyn Write| {
        let mut from = at;
        while from < end {
            let length = usize::try_from((end - from).min(1 << 20)).unwrap_or(1 << 20);
            store.read(file, from, length, &mut buffer)?;
            if buffer.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof));
            }
            out.write_all(&buffer)?;
            from += buffer.len() as u64;
        }
        Ok(())
    };
    for splice in splices {
        through(at, splice.location.span.offset, out)?;
        out.write_all(&splice.insert)?;
        at = splice.location.span.end();
    }
    through(at, store.length(file), out)?;
    out.flush()
}

fn changed(name: &str) -> Problem {
    let message = format!("`{}` changed since it was read", printable(name));
    Problem::error("source-changed", message).help("nothing was written into it; run presync again")
}

/// What an error says, without the name of a file that nobody knows of.
pub(crate) fn said(error: &io::Error) -> String {
    if error.raw_os_error().is_some() { error.to_string() } else { error.kind().to_string() }
}

fn failed(name: &str, error: &io::Error) -> Problem {
    let message = format!("`{}` cannot be written: {}", printable(name), said(error));
    Problem::error("fix-unwritable", message).help("the file is as it was")
}
