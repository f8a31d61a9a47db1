//! How far the paths of a configuration may lead.

use std::path::{Path, PathBuf};

use crate::source::real;

/// The folder that the paths of a configuration, and links, cannot leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounds {
    root: Option<PathBuf>,
}

impl Bounds {
    /// No bounds.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The bounds of a configuration: the repository that it belongs to, else its own folder.
    #[must_use]
    pub fn of(config: &Path) -> Self {
        let config = real(config);
        let own = config.parent().unwrap_or(&config);
        let repository = own.ancestors().find(|folder| folder.join(".git").exists());
        Self { root: Some(repository.unwrap_or(own).to_owned()) }
    }

    /// Whether a path stays within, links included.
    #[must_use]
    pub fn hold(&self, path: &Path) -> bool {
        self.root.as_ref().is_none_or(|root| real(path).starts_with(root))
    }

    /// The folder, if there is one.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.root.as_deref()
    }
}
