//! Where files are read from: the disk, or a revision of git.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::complaint::Complaint;
use super::git::Revision;
use super::place::FileId;
use super::platform::order_key;
use super::store::Store;
use super::walk::{Walk, walk};

/// Where files are read from. Paths mean the same in both.
#[derive(Debug, Clone, Default)]
pub enum Tree {
    /// The files as they lie on the disk.
    #[default]
    Disk,
    /// The files as they were in a revision.
    Revision(Arc<Revision>),
}

impl Tree {
    /// Opens a file.
    ///
    /// # Errors
    /// A complaint for people if it is not there, cannot be read, or is no text.
    pub fn open(&self, store: &mut Store, path: &Path) -> Result<FileId, Complaint> {
        match self {
            Self::Disk => store.open(path),
            Self::Revision(revision) => revision.open(store, path),
        }
    }

    /// Whether there is a folder at a path.
    #[must_use]
    pub fn is_folder(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.is_dir(),
            Self::Revision(revision) => revision.below(path).next().is_some(),
        }
    }

    /// Whether there is a file at a path.
    #[must_use]
    pub fn is_file(&self, path: &Path) -> bool {
        match self {
            Self::Disk => path.is_file(),
            Self::Revision(revision) => revision.holds(path),
        }
    }

    /// The files of a folder, see [`walk`]. What a revision holds was meant to be kept: its ignored files are not left out.
    #[must_use]
    pub fn walk(&self, folder: &Path, is_wanted: &dyn Fn(&str) -> bool) -> Walk {
        let Self::Revision(revision) = self else { return walk(folder, is_wanted) };
        let mut found = Walk::default();
        let real_folder = real(folder);
        for path in revision.below(folder) {
            let Ok(relative) = path.strip_prefix(&real_folder) else { continue };
            let hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
            if relative.components().any(hidden) {
                continue;
            }
            let name = relative.file_name().map(|name| name.to_string_lossy().to_lowercase());
            let wanted = name.is_some_and(|name| is_wanted(&name));
            let list = if wanted { &mut found.wanted } else { &mut found.others };
            list.push(folder.join(relative));
        }
        found.wanted.sort_by_cached_key(|path| order_key(path));
        found.others.sort_by_cached_key(|path| order_key(path));
        found
    }
}

/// The path without links and detours, as far as it exists; the rest of it as it is written.
#[must_use]
pub fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for (above, folder) in absolute.ancestors().enumerate() {
        let Ok(found) = folder.canonicalize() else { continue };
        let rest = absolute.components().rev().take(above).collect::<Vec<_>>();
        return rest.into_iter().rev().fold(found, |mut path, part| {
            match part {
                Component::ParentDir => _ = path.pop(),
                part => path.push(part),
            }
            path
        });
    }
    absolute
}
