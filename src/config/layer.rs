//! One file of a configuration, and the files that it builds on.

use std::path::{Path, PathBuf};

use super::bounds::Bounds;
use super::raw::RawConfig;
use super::settings::NAME;
use crate::finding::Problem;
use crate::pack::{CONFIG, Marks, bad_yaml, text_of};
use crate::source::{FileId, Location, Store, Tree, real, shown};

/// One file of a configuration.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The file.
    pub file: FileId,
    /// Its folder, which its paths are relative to.
    pub folder: PathBuf,
    /// What it says.
    pub raw: RawConfig,
    /// Where it says so.
    pub(super) marks: Marks,
}

impl Layer {
    /// Where something is said: `severity/upn-taken`, `select/0`; the key that it belongs to if it is no text.
    #[must_use]
    pub fn at(&self, path: &str) -> Location {
        let found = self.marks.scalar(path).or_else(|| self.marks.scalar(&format!("{path}:key")));
        let above = || path.rsplit_once('/').and_then(|(above, _)| self.marks.scalar(above));
        found.or_else(above).unwrap_or(Location::new(self.file, 0, 0))
    }

    /// A path that is relative to the folder of the configuration.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        self.folder.join(text.strip_prefix("./").unwrap_or(text))
    }

    /// The texts of a list, each with its place.
    pub(super) fn named(
        &self,
        field: &str,
        texts: &crate::snapshot::shape::Texts,
    ) -> Vec<(String, Location)> {
        let place = |number: usize| {
            let item = self.marks.scalar(&format!("{field}/{number}"));
            item.or_else(|| self.marks.scalar(field)).unwrap_or_else(|| self.at(field))
        };
        texts.iter().enumerate().map(|(number, text)| (text.to_owned(), place(number))).collect()
    }
}

/// Reads a configuration and what it builds on.
pub(super) struct Reading<'r> {
    pub(super) store: &'r mut Store,
    pub(super) tree: &'r Tree,
    pub(super) bounds: &'r Bounds,
    /// What was read, each after what it builds on.
    pub(super) layers: Vec<Layer>,
    pub(super) problems: Vec<Problem>,
    /// The files that are being read, the outermost first.
    chain: Vec<PathBuf>,
    done: Vec<PathBuf>,
}

impl<'r> Reading<'r> {
    pub(super) fn new(store: &'r mut Store, tree: &'r Tree, bounds: &'r Bounds) -> Self {
        Self {
            store,
            tree,
            bounds,
            layers: Vec::new(),
            problems: Vec::new(),
            chain: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Reads a file. `named` is where another configuration names it.
    pub(super) fn read(&mut self, path: &Path, named: Option<Location>) {
        let whole = real(path);
        if let Some(begin) = self.chain.iter().position(|known| *known == whole) {
            self.problems.push(circle(self.chain.get(begin..).unwrap_or_default(), &whole, named));
            return;
        }
        if self.done.contains(&whole) {
            return;
        }
        let layer = match self.layer(path) {
            Ok(layer) => layer,
            Err(problem) => {
                let problem = match named.filter(|_| problem.location.is_none()) {
                    Some(named) => problem.at(named).label("named here"),
                    None => *problem,
                };
                self.problems.push(problem);
                return;
            }
        };
        self.chain.push(whole.clone());
        for (text, at) in layer.named("extends", &layer.raw.extends) {
            if is_profile(&text) {
                continue;
            }
            let path = layer.path(&text);
            if let Some(problem) = outside(self.bounds, &path, &text, at) {
                self.problems.push(problem);
                continue;
            }
            let path = if self.tree.is_folder(&path) { path.join(NAME) } else { path };
            self.read(&path, Some(at));
        }
        self.chain.pop();
        self.done.push(whole);
        self.layers.push(layer);
    }

    fn layer(&mut self, path: &Path) -> Result<Layer, Box<Problem>> {
        let file =
            self.tree.open(self.store, path).map_err(|complaint| Box::new(Problem::from(complaint)))?;
        let text = text_of(self.store, file, &CONFIG)?;
        let raw: Option<RawConfig> = serde_yaml::from_str(&text)
            .map_err(|error| Box::new(bad_yaml(&error, &text, self.store, file, &CONFIG)))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let marks = Marks::of(self.store, file, &text);
        Ok(Layer { file, folder: folder.to_owned(), raw: raw.unwrap_or_default(), marks })
    }
}

/// Whether `extends` names a profile of packs: a word, where files and folders have a slash or an extension.
pub(super) fn is_profile(text: &str) -> bool {
    !text.contains(['/', '\\', '.'])
}

/// A path of a configuration that leads out of its bounds.
pub(super) fn outside(bounds: &Bounds, path: &Path, text: &str, at: Location) -> Option<Problem> {
    if bounds.hold(path) {
        return None;
    }
    let root = bounds.root().map(shown).filter(|root| !root.is_empty()).unwrap_or_else(|| ".".to_owned());
    let problem = Problem::error("config-outside", format!("`{text}` leads out of `{root}`"));
    Some(
        problem.at(at).label("outside").help("`--allow-outside` permits it, if you trust this configuration"),
    )
}

fn circle(chain: &[PathBuf], last: &Path, named: Option<Location>) -> Problem {
    let names: Vec<String> =
        chain.iter().map(PathBuf::as_path).chain([last]).map(|path| format!("`{}`", shown(path))).collect();
    let message = format!("this configuration builds on itself: {}", names.join(" → "));
    let problem = Problem::error("config-circle", message).help("remove one of these `extends`");
    match named {
        Some(named) => problem.at(named).label("closes the circle"),
        None => problem,
    }
}
