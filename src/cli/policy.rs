//! The policy of a check: its own, or that of a base which it cannot weaken.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::arguments::{Checking, Common};
use super::prepared::{library, wishes};
use crate::config::{self, Reach, Settings};
use crate::finding::Problem;
use crate::govern::{
    Baseline, Comments, Decided, Known, Locks, Policy, Regime, Selection, Suppressions, baseline, weakened,
};
use crate::pack::Library;
use crate::run::Files;
use crate::source::{FileId, Location, Revision, Store, Tree};

/// What a state is compared with: a revision of git, else what stands on the disk.
#[derive(Debug, Clone)]
pub(super) enum Against {
    Revision(Arc<Revision>),
    Path(PathBuf),
}

/// What a name means: a revision before a path, so that nobody can put a file in its place; what is written as a path is one.
pub(super) fn against(name: &str, paths: &[PathBuf]) -> Result<Against, Problem> {
    let path = Path::new(name);
    let near = near(paths);
    let written_as_path = path.is_absolute() || name.starts_with("./") || name.starts_with("../");
    if !written_as_path {
        match Revision::find(name, &near) {
            Ok(Some(revision)) => return Ok(Against::Revision(Arc::new(revision))),
            Ok(None) => {}
            // without git a path still is one
            Err(_) if path.exists() => {}
            Err(complaint) => return Err(complaint.into()),
        }
    }
    if path.exists() {
        Ok(Against::Path(path.to_owned()))
    } else {
        Err(Revision::unknown(name, &near).into())
    }
}

/// The path whose configuration counts.
pub(super) fn near(paths: &[PathBuf]) -> PathBuf {
    let named = paths.iter().find(|path| path.as_path() != Path::new("-"));
    named.cloned().unwrap_or_else(|| PathBuf::from("."))
}

/// The configuration of a base.
pub(super) fn settings(
    store: &mut Store,
    name: &str,
    options: &Checking,
    common: &Common,
) -> Result<Settings, Vec<Problem>> {
    let near = near(&options.paths);
    match against(name, &options.paths).map_err(|problem| vec![problem])? {
        Against::Revision(revision) => {
            let reach = Reach { tree: Tree::Revision(revision), allow_outside: common.allow_outside };
            match config::find_in(&reach.tree, &near) {
                Some(path) => config::load(store, &path, &reach),
                None => Ok(Settings { tree: reach.tree, ..Settings::default() }),
            }
        }
        Against::Path(path) => {
            let file = if path.is_dir() { path.join(config::NAME) } else { path };
            let reach = Reach { allow_outside: common.allow_outside, ..Reach::default() };
            let settings = config::load(store, &file, &reach)?;
            let own = config::find(&near).and_then(|file| file.parent().map(Path::to_owned));
            let here =
                own.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| PathBuf::from("."));
            Ok(settings.moved(file.parent().unwrap_or(Path::new(".")), &here))
        }
    }
}

/// What a command makes of a policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// Recorded findings are left out.
    pub(super) recorded: bool,
    /// When comments of large files are looked for.
    pub(super) comments: Comments,
}

/// What was decided before the files were opened.
pub(super) struct Base<'b> {
    pub(super) settings: &'b Settings,
    pub(super) library: &'b Library,
    pub(super) decided: &'b Decided,
    pub(super) locks: &'b Locks<'b>,
}

impl Base<'_> {
    /// What becomes of the findings.
    pub(super) fn policy(
        &self,
        store: &mut Store,
        files: &Files,
        (options, common): (&Checking, &Common),
        left_out: &Library,
        way: Way,
    ) -> Result<Policy, Vec<Problem>> {
        let mut problems = Vec::new();
        let suppressions = if options.governing.no_suppressions {
            Suppressions::default()
        } else {
            let known = Known { library: self.library, left_out, locks: self.locks };
            // whether comments weaken a policy is told by comments
            let comments =
                if options.governing.policy_from.is_some() { Comments::First } else { way.comments };
            Suppressions::read(self.settings, files, store, (&known, comments), &mut problems)
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        let baseline = if way.recorded { baseline_of(store, self.settings, options)? } else { None };
        let weakened = match &options.governing.policy_from {
            Some(_) => Some(self.weakened(store, files, (options, common), baseline.as_ref())?),
            None => None,
        };
        let unrecorded = self.unrecorded(options);
        let policy = Policy::new(self.settings, suppressions, baseline, unrecorded);
        Ok(match weakened {
            Some(weakened) => policy.weakened(weakened),
            None => policy,
        })
    }

    /// Locked rules of which a baseline that is named later cannot speak.
    fn unrecorded(&self, options: &Checking) -> FxHashSet<String> {
        if options.governing.baseline.is_some() {
            return FxHashSet::default();
        }
        // where none is named yet, the outermost configuration will name it
        let named = self.settings.baseline.as_ref().map(|(word, _)| word.layer);
        let layer = named.unwrap_or_else(|| self.settings.layers.len().saturating_sub(1));
        let locked = |id: &&String| self.locks.of(id).is_some_and(|lock| lock.layer < layer);
        self.decided.rules.keys().filter(locked).cloned().collect()
    }

    /// What the state under check would make of the policy.
    fn weakened(
        &self,
        store: &mut Store,
        files: &Files,
        (options, common): (&Checking, &Common),
        base: Option<&Baseline>,
    ) -> Result<crate::govern::Weakened, Vec<Problem>> {
        let settings = super::session::settings(store, common, &options.paths)?;
        let library = library(store, options, common, &settings)?;
        let decided = Selection::new(&wishes(options), &settings).decide(&library, store);
        let recorded =
            if options.governing.baseline.is_some() { None } else { baseline_of(store, &settings, options)? };
        let head =
            Regime { settings: &settings, library: &library, decided: &decided, baseline: recorded.as_ref() };
        let base =
            Regime { settings: self.settings, library: self.library, decided: self.decided, baseline: base };
        let fallback = files.inputs.first().map_or(FileId(0), |input| input.file);
        Ok(weakened(base, head, files, store, Location::new(fallback, 0, 0)))
    }
}

/// The baseline that counts.
fn baseline_of(
    store: &mut Store,
    settings: &Settings,
    options: &Checking,
) -> Result<Option<Baseline>, Vec<Problem>> {
    if options.governing.no_baseline {
        return Ok(None);
    }
    let (path, at) = match (&options.governing.baseline, &settings.baseline) {
        (Some(path), _) => (path, None),
        (None, Some((word, path))) => (path, Some(word.location)),
        (None, None) => return Ok(None),
    };
    let file = settings.tree.open(store, path).map_err(|complaint| {
        let problem = Problem::from(complaint);
        let problem = match at {
            Some(at) => problem.at(at).label("named here"),
            None => problem,
        };
        vec![problem.help("`presync baseline` records today's findings in it")]
    })?;
    baseline::read(store, file).map(Some).map_err(|problem| vec![*problem])
}
