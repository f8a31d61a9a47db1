//! The files of a run, by source.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::config::{Bounds, SourceFiles};
use crate::finding::Problem;
use crate::snapshot::Format;
use crate::snapshot::shape::FileMapping;
use crate::source::{FileId, Store, Tree, order_key, real, shown};

/// The extensions of files in folders that are read whatever they hold.
const SNAPSHOTS: &[&str] = &["ldif", "ldf", "csv"];
/// The extensions of files in folders that are read if they look like a directory.
const PERHAPS: &[&str] = &["json", "jsonl", "ndjson", "yaml", "yml", "xml", "tsv"];
/// The extensions of packed files; the one before them counts.
const PACKED: &[&str] = &["gz", "zst"];
/// How many bytes decide whether a file is a snapshot.
const HEAD: usize = 1 << 16;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The file.
    pub file: FileId,
    /// The number of its source; 0 is under check.
    pub source: u16,
    /// Its format.
    pub format: Format,
    /// What is said of its objects.
    pub mapping: Option<Arc<FileMapping>>,
    /// It was found in a folder, and is passed over if it holds no directory.
    pub walked: bool,
}

impl Input {
    /// A file of the source under check.
    #[must_use]
    pub fn of(file: FileId, format: Format) -> Self {
        Self { file, source: 0, format, mapping: None, walked: false }
    }
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

/// What is to be opened.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The paths of each source; the one under check first.
    pub sources: Vec<Vec<PathBuf>>,
    /// What the configuration says of files, each with the number of its source; none for files of any source.
    pub configured: Vec<(SourceFiles, Option<u16>)>,
    /// The format of all files, where the user says so.
    pub format: Option<Format>,
    /// Where the files are read from.
    pub tree: Tree,
    /// A source that is read from elsewhere: the earlier state of a comparison.
    pub apart: Option<(usize, Tree)>,
    /// How far files that are found in folders may lie away, by links.
    pub bounds: Bounds,
}

impl Wanted {
    /// Where a path of a source is read from: what a revision does not hold of other sources, such as an export that is made
    /// anew each time, is the same in both.
    fn tree_of(&self, source: usize, path: &Path) -> &Tree {
        if let Some((_, tree)) = self.apart.as_ref().filter(|(apart, _)| *apart == source) {
            return tree;
        }
        let is_held = self.tree.is_file(path) || self.tree.is_folder(path);
        if source == 0 || is_held { &self.tree } else { &Tree::Disk }
    }
}

/// Opens the files of each source, in byte order of their paths; `-` is standard input. Without any path these are the files
/// that the configuration names.
#[must_use]
pub fn open(store: &mut Store, wanted: &Wanted) -> Files {
    let mut files = Files::default();
    let mut opened: FxHashMap<(bool, PathBuf), FileId> = FxHashMap::default();
    let mut standard_input = false;
    let nothing_named = wanted.sources.first().is_none_or(Vec::is_empty);
    let mut unused = vec![nothing_named; wanted.configured.len()];
    for (number, paths) in wanted.sources.iter().enumerate() {
        let source = u16::try_from(number).unwrap_or(u16::MAX);
        let is_apart = wanted.apart.as_ref().is_some_and(|(apart, _)| *apart == number);
        let mut found: Vec<(PathBuf, bool)> = Vec::new();
        for path in paths {
            if wanted.tree_of(number, path).is_folder(path) {
                folder(path, wanted.tree_of(number, path), &mut found, &mut files);
            } else {
                found.push((path.clone(), false));
            }
        }
        if number == 0 && nothing_named {
            configured(&wanted.configured, &wanted.tree, &mut found);
        }
        files.outside(&mut found, &wanted.bounds, paths);
        found.sort_by_cached_key(|(path, walked)| (order_key(path), *walked));
        files.twice(&found);
        found.dedup_by(|(later, _), (earlier, _)| is_same(later, earlier));
        for (path, walked) in found {
            let file = if path == Path::new("-") {
                if std::mem::replace(&mut standard_input, true) {
                    let message = "standard input can be read only once";
                    files.problems.push(Problem::error("source-twice", message));
                    continue;
                }
                store.standard_input()
            } else if let Some(known) = opened.get(&(is_apart, path.clone())) {
                Ok(*known)
            } else {
                wanted.tree_of(number, &path).open(store, &path).inspect(|file| {
                    opened.insert((is_apart, path.clone()), *file);
                })
            };
            let mine = wanted.configured.iter().enumerate().filter(|(_, (files, of))| {
                of.is_none_or(|of| of == source || nothing_named && number == 0) && files.holds(&path)
            });
            let mine: Vec<(usize, &(SourceFiles, Option<u16>))> = mine.collect();
            match file {
                Err(_) if walked && mine.is_empty() && !is_snapshot(&path) => {
                    files.not_read.push(shown(&path));
                }
                Err(complaint) => files.problems.push(complaint.into()),
                Ok(file) if mine.is_empty() => {
                    files.add(store, file, source, walked && !is_snapshot(&path), wanted.format);
                }
                Ok(file) => {
                    for (number, (entry, of)) in mine {
                        if let Some(unused) = unused.get_mut(number) {
                            *unused = false;
                        }
                        let before = files.inputs.len();
                        files.add(store, file, of.unwrap_or(source), false, wanted.format.or(entry.format));
                        for input in files.inputs.iter_mut().skip(before) {
                            input.mapping.clone_from(&entry.mapping);
                        }
                    }
                }
            }
        }
    }
    for ((entry, _), _) in wanted.configured.iter().zip(unused).filter(|(_, unused)| *unused) {
        let problem = Problem::error("mapping-no-files", "no file matches this pattern").at(entry.location);
        let help = "patterns are relative to the folder of the configuration, and hidden and ignored files are left out";
        files.problems.push(problem.label("matches nothing").help(help));
    }
    files
}

/// The files that a configuration names.
fn configured(entries: &[(SourceFiles, Option<u16>)], tree: &Tree, found: &mut Vec<(PathBuf, bool)>) {
    let mut roots: Vec<&Path> = entries.iter().map(|(entry, _)| entry.root.as_path()).collect();
    roots.dedup();
    for root in roots {
        let walked = tree.walk(root, &|_| true);
        let paths = walked.wanted.into_iter();
        found.extend(
            paths.filter(|path| entries.iter().any(|(entry, _)| entry.holds(path))).map(|path| (path, false)),
        );
    }
}

impl Files {
    /// Adds a file that was opened, if it is a snapshot; says what is wrong with it if not.
    pub fn add(
        &mut self,
        store: &mut Store,
        file: FileId,
        source: u16,
        walked: bool,
        format: Option<Format>,
    ) {
        match look(store, file, format) {
            // other XML is found in many folders
            Ok(Format::Csexport) if walked && !names_objects(store, file) => {
                self.not_read.push(store.name(file).to_owned());
            }
            Ok(format) => {
                if format != Format::Ldif && !self.inputs.iter().any(|input| input.file == file) {
                    self.problems.extend(super::code_page::settle(store, file));
                }
                store.set_notation(file, format.notation());
                self.inputs.push(Input { file, source, format, mapping: None, walked });
            }
            Err(_) if walked => self.not_read.push(store.name(file).to_owned()),
            Err(problem) => self.problems.push(*problem),
        }
    }

    /// Leaves out what links lead to out of bounds. A folder that the user names is one to read, wherever it lies.
    fn outside(&mut self, found: &mut Vec<(PathBuf, bool)>, bounds: &Bounds, named: &[PathBuf]) {
        let Some(root) = bounds.root() else { return };
        let named: Vec<(&PathBuf, PathBuf)> = named.iter().map(|path| (path, real(path))).collect();
        let mut folders = FxHashMap::default();
        found.retain(|(path, _)| {
            let whole = real_in(&mut folders, path);
            let is_below =
                |(named, folder): &(&PathBuf, PathBuf)| path.starts_with(named) && whole.starts_with(folder);
            let is_within = path == Path::new("-") || whole.starts_with(root) || named.iter().any(is_below);
            if !is_within {
                let (path, root) = (shown(path), shown(root));
                let root = if root.is_empty() { "." } else { &root };
                let message = format!("`{path}` is a link that leads out of `{root}`");
                let help = "`--allow-outside` permits it, if you trust it";
                self.problems.push(Problem::error("source-outside", message).help(help));
            }
            is_within
        });
    }

    /// Says which files were named more than once.
    fn twice(&mut self, found: &[(PathBuf, bool)]) {
        for pair in found.windows(2) {
            if let [(one, false), (other, false)] = pair
                && one != Path::new("-")
                && is_same(other, one)
            {
                let message = format!("the file `{}` is named twice", shown(other));
                let help = "it was read once; name it once";
                self.problems.push(Problem::error("source-twice", message).help(help));
            }
        }
    }
}

/// The path of a file without links and detours; that of each folder is found out once.
fn real_in(folders: &mut FxHashMap<PathBuf, PathBuf>, path: &Path) -> PathBuf {
    let is_plain = std::fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_symlink());
    let (Some(folder), Some(name), true) = (path.parent(), path.file_name(), is_plain) else {
        return real(path);
    };
    if let Some(known) = folders.get(folder) {
        return known.join(name);
    }
    let known = real(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    folders.entry(folder.to_owned()).or_insert(known).join(name)
}

/// Whether two paths that stand side by side in the order of paths name one file: `a.ldif` and `./a.ldif` do.
fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || order_key(one) == order_key(other) && real(one).is_some() && real(one) == real(other)
}

/// The extension of a file in lower case, without the one of a packed file.
fn extension(name: &str) -> Option<&str> {
    let (rest, last) = name.rsplit_once('.')?;
    if PACKED.contains(&last) { rest.rsplit_once('.').map(|(_, extension)| extension) } else { Some(last) }
}

fn has_extension(name: &str, of: &[&str]) -> bool {
    extension(name).is_some_and(|extension| of.contains(&extension))
}

fn is_snapshot(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    has_extension(&name, SNAPSHOTS)
}

fn folder(path: &Path, tree: &Tree, found: &mut Vec<(PathBuf, bool)>, files: &mut Files) {
    let walked = tree.walk(path, &|name| has_extension(name, SNAPSHOTS) || has_extension(name, PERHAPS));
    files.problems.extend(walked.problems.into_iter().map(|complaint| {
        let problem: Problem = complaint.into();
        Problem { severity: crate::finding::Severity::Warning, ..problem }
    }));
    files.not_read.extend(walked.others.iter().map(|path| shown(path)));
    if walked.wanted.is_empty() {
        let message = format!("the folder `{}` holds no snapshots", path.display());
        let help = "presync reads LDIF, CSV, JSON, YAML and XML; a file of another extension is read if it is named itself";
        files.problems.push(Problem::error("source-no-snapshots", message).help(help));
    }
    found.extend(walked.wanted.into_iter().map(|path| (path, true)));
}

/// Whether the beginning of a file names an object of csexport, or the list of them.
fn names_objects(store: &Store, file: FileId) -> bool {
    let mut head = Vec::new();
    store.read(file, store.start(file), HEAD, &mut head).is_ok()
        && memchr::memmem::find(&head, b"<cs-object").is_some()
}

/// The format of a file, or what is wrong with it as a whole.
fn look(store: &Store, file: FileId, format: Option<Format>) -> Result<Format, Box<Problem>> {
    let name = match store.name(file) {
        "-" => "standard input".to_owned(),
        name => format!("`{name}`"),
    };
    let mut head = Vec::new();
    if let Err(error) = store.read(file, store.start(file), HEAD, &mut head) {
        let message = format!("cannot read {name}: {error}");
        return Err(Box::new(Problem::error("source-unreadable", message)));
    }
    if head.trim_ascii().is_empty() {
        let message = format!("{name} is empty: it holds no objects");
        let problem = Problem::error("source-empty", message);
        return Err(Box::new(problem.help("the export failed, or went to another file")));
    }
    let lower = store.name(file).to_lowercase();
    let named = extension(&lower).and_then(Format::of_extension);
    if let Some(format) = format.or_else(|| Format::detect(&head, named)) {
        return Ok(format);
    }
    let line = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).find(|line| !line.is_empty());
    let shown: String = String::from_utf8_lossy(line.unwrap_or_default()).chars().take(60).collect();
    let message = format!("{name} is no snapshot: it begins with `{}`", crate::finding::printable(&shown));
    let help = "presync reads LDIF, CSV, JSON, YAML and the XML of csexport; `--input-format` names the format where the content \
                does not show it, `presync export-command` prints how to export a directory";
    Err(Box::new(Problem::error("source-not-a-snapshot", message).help(help)))
}
