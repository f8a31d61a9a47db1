//! The files of an earlier state, for `--since`.

use std::path::{Path, PathBuf};

use super::arguments::Checking;
use super::policy::{Against, against};
use super::prepared::Prepared;
use crate::config::Bounds;
use crate::finding::Problem;
use crate::run::{Files, Wanted, open};
use crate::source::{Store, Tree};

impl Prepared {
    /// Opens the files of an earlier state: those of the same paths in a revision, or another file or folder.
    pub(super) fn since(&mut self, store: &mut Store, name: &str, options: &Checking) -> Result<(), Problem> {
        let mut wanted = Wanted { bounds: Bounds::none(), ..self.wanted.clone() };
        let files = match against(name, &options.paths)? {
            Against::Revision(revision) => {
                wanted.tree = Tree::Revision(revision);
                let is_held = |path: &PathBuf| wanted.tree.is_file(path) || wanted.tree.is_folder(path);
                let named = wanted.sources.first().is_some_and(|paths| !paths.is_empty());
                let held: Vec<PathBuf> = wanted
                    .sources
                    .first()
                    .into_iter()
                    .flatten()
                    .filter(|path| is_held(path))
                    .cloned()
                    .collect();
                if named && held.is_empty() {
                    // nothing of what is checked was there: all of it is new
                    Files::default()
                } else {
                    if let Some(main) = wanted.sources.first_mut() {
                        *main = held;
                    }
                    open(store, &wanted)
                }
            }
            Against::Path(path) => {
                if path.is_dir() {
                    for (files, _) in &mut wanted.configured {
                        files.root = path.join(relative(&files.root));
                    }
                }
                if let Some(main) = wanted.sources.first_mut() {
                    *main = vec![path];
                }
                open(store, &wanted)
            }
        };
        self.earlier = Some((name.to_owned(), files));
        Ok(())
    }
}

/// A folder below this one, without what leads to this one.
fn relative(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, std::path::Component::Normal(_))).collect()
}
