//! The files of a repository that hold objects, and how they are read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::bounds::Bounds;
use super::layer::{Layer, outside};
use super::raw::RawSource;
use crate::finding::Problem;
use crate::snapshot::Format;
use crate::snapshot::shape::FileMapping;
use crate::source::{Location, real};

/// Some of the files of a repository, and how they are read.
#[derive(Debug, Clone)]
pub struct SourceFiles {
    /// Which files, by their paths relative to the folder of the configuration.
    pub matcher: GlobSet,
    /// The folder of the configuration.
    pub root: PathBuf,
    /// The name by which rules address these objects; none for the source under check.
    pub source: Option<String>,
    /// The format, where the user says so.
    pub format: Option<Format>,
    /// How their objects are read, where the user says so.
    pub mapping: Option<Arc<FileMapping>>,
    /// Where the configuration names the files.
    pub location: Location,
}

impl SourceFiles {
    /// Whether a file is one of these.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        // a link below the folder is one of its files by the name that it has there
        if path.strip_prefix(&self.root).is_ok_and(|relative| self.matcher.is_match(relative)) {
            return true;
        }
        let (path, root) = (real(path), real(&self.root));
        path.strip_prefix(root).is_ok_and(|relative| self.matcher.is_match(relative))
    }
}

/// One entry of `sources`.
pub(super) struct Entry<'s> {
    pub(super) layer: &'s Layer,
    pub(super) number: usize,
    pub(super) source: &'s RawSource,
}

impl Entry<'_> {
    fn problem(&self, field: &str, code: &'static str, message: String, help: String) -> Problem {
        let path = |field: &str| format!("sources/{}/{field}", self.number);
        let marks = &self.layer.marks;
        let own = marks.scalar(&path(field)).or_else(|| marks.scalar(&path(&format!("{field}:key"))));
        let at = own.unwrap_or_else(|| self.layer.at("sources"));
        Problem::error(code, message).at(at).label("here").help(help)
    }

    /// The files that the entry means, ready to be matched.
    pub(super) fn files(&self, bounds: &Bounds) -> Result<SourceFiles, Vec<Problem>> {
        let root = self.layer.folder.as_path();
        let mut problems = Vec::new();
        let mut matcher = GlobSetBuilder::new();
        for pattern in self.source.files.iter() {
            let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
            if Path::new(pattern).is_absolute() || pattern.split(['/', '\\']).any(|part| part == "..") {
                let at = self.problem("files", "", String::new(), String::new()).location;
                let at = at.unwrap_or_else(|| self.layer.at("sources"));
                problems.push(outside(bounds, Path::new("/"), pattern, at).unwrap_or_else(|| {
                    let message =
                        format!("the pattern `{pattern}` leads out of the folder of the configuration");
                    let help = "name other folders on the command line: `--source NAME=PATH`";
                    Problem::error("config-outside", message).at(at).label("outside").help(help)
                }));
                continue;
            }
            match GlobBuilder::new(pattern).literal_separator(true).build() {
                Ok(glob) => {
                    matcher.add(glob);
                }
                Err(error) => problems.push(self.problem(
                    "files",
                    "config-pattern",
                    format!("`{pattern}` is no pattern: {}", error.kind()),
                    "write `groups/**/*.yaml`".to_owned(),
                )),
            }
        }
        if self.source.files.is_empty() {
            problems.push(self.problem(
                "files",
                "config-missing-field",
                "an entry of `sources` does not say which files it means".to_owned(),
                "write `files: groups/**/*.yaml`".to_owned(),
            ));
        }
        let format = self.source.format.as_deref().and_then(|name| {
            let known = Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
            if known.is_none() {
                let names: Vec<&str> = Format::NAMES.iter().map(|(name, _)| *name).collect();
                let help = format!("known are `{}`", names.join("`, `"));
                problems.push(self.problem(
                    "format",
                    "config-unknown-value",
                    format!("`{name}` is no format"),
                    help,
                ));
            }
            known
        });
        let objects = self.source.objects.as_deref().map(str::parse).transpose();
        let objects = objects.unwrap_or_else(|error| {
            problems.push(self.problem(
                "objects",
                "config-path",
                format!("{error}"),
                "write `groups[*]`, `users.*` or `teams.**`".to_owned(),
            ));
            None
        });
        let shape = self.source.shape();
        for error in shape.bad_paths() {
            let help = "write `email-id`, `spec.members[*]` or `emails[primary=true].value`".to_owned();
            problems.push(self.problem("attributes", "config-path", error.to_string(), help));
        }
        let matcher = match matcher.build() {
            Ok(matcher) if problems.is_empty() => matcher,
            _ => return Err(problems),
        };
        let is_mapping = self.source.is_mapping();
        let place = |field| self.problem(field, "", String::new(), String::new()).location;
        let named = place("objects");
        Ok(SourceFiles {
            matcher,
            root: root.to_owned(),
            source: self.source.source.clone(),
            format,
            mapping: is_mapping.then(|| Arc::new(FileMapping { objects, shape, location: named })),
            location: place("files").unwrap_or_else(|| self.layer.at("sources")),
        })
    }
}
