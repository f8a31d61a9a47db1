//! `presync init` and `presync rule new`: a beginning that works. Nothing that is there is ever written over.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::arguments::{Common, Init, NewRule};
use super::session::{Packs, fail, packs, settings};
use crate::config::NAME;
use crate::finding::Problem;
use crate::pack::is_kebab_case;
use crate::source::{Store, shown};

/// The configuration that `init` writes.
const CONFIG: &str = include_str!("scaffold/presync.yaml");
/// The pack that both write.
const PACK: &str = include_str!("scaffold/rule.yaml");
/// The rule of the pack as it stands there.
const ID: &str = "service-account-undescribed";
/// The folder of the packs of an organisation.
const FOLDER: &str = "policy";

/// `presync init`.
pub(super) fn init(options: &Init, common: &Common) -> io::Result<u8> {
    let folder = options.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    let pack = folder.join(FOLDER).join(format!("{ID}.yaml"));
    let files = [(folder.join(NAME), CONFIG.to_owned()), (pack.clone(), PACK.to_owned())];
    if let Err(problem) = create(&files) {
        return fail(&[problem], &Store::new(), common);
    }
    let mut out = io::stderr().lock();
    for (path, _) in &files {
        writeln!(out, "wrote `{}`", shown(path))?;
    }
    writeln!(out, "next: name your exports in `{}`, then `presync check`", shown(&folder.join(NAME)))?;
    writeln!(
        out,
        "      `presync test {}` runs the examples of your first rule",
        shown(&folder.join(FOLDER))
    )?;
    Ok(0)
}

/// `presync rule new`.
pub(super) fn new_rule(options: &NewRule, common: &Common, store: &mut Store) -> io::Result<u8> {
    let written = match pack_of(options, common, store) {
        Ok(path) => create(&[(path.clone(), PACK.replace(ID, &options.id))]).map(|()| path),
        Err(problems) => return fail(&problems, store, common),
    };
    match written {
        Ok(path) => {
            let name = shown(&path);
            writeln!(io::stderr().lock(), "wrote `{name}`\nnext: change it, and run `presync test {name}`")?;
            Ok(0)
        }
        Err(problem) => fail(&[problem], store, common),
    }
}

/// The file of a new rule: in the first folder of packs that the configuration names, else here.
fn pack_of(options: &NewRule, common: &Common, store: &mut Store) -> Result<PathBuf, Vec<Problem>> {
    let id = &options.id;
    if !is_kebab_case(id) {
        let problem = Problem::error("pack-id", format!("`{id}` is no id"));
        let help =
            "an id is lower-case words with hyphens, and names the fault: `service-account-undescribed`";
        return Err(vec![problem.help(help)]);
    }
    let settings = settings(store, common, &[])?;
    let Packs { library, problems } = packs(store, common, &settings.rules);
    if !problems.is_empty() {
        return Err(problems);
    }
    if library.rules().any(|(_, rule)| rule.id == *id) {
        let problem = Problem::error("pack-duplicate", format!("there is a rule `{id}` already"));
        return Err(vec![problem.help(format!("`presync rule {id}` shows it; give yours another name"))]);
    }
    if let Some(path) = &options.file {
        return Ok(path.clone());
    }
    let folder = settings.rules.iter().find(|path| path.is_dir()).cloned();
    Ok(folder.unwrap_or_else(|| PathBuf::from(".")).join(format!("{id}.yaml")))
}

/// Writes files that are not there, all or none.
fn create(files: &[(PathBuf, String)]) -> Result<(), Problem> {
    if let Some((path, _)) = files.iter().find(|(path, _)| fs::symlink_metadata(path).is_ok()) {
        let problem = Problem::error("file-exists", format!("`{}` is there already", shown(path)));
        return Err(problem.help("nothing was written; move it away, or work on from it"));
    }
    for (path, text) in files {
        write(path, text).map_err(|error| {
            Problem::error("file-unwritable", format!("cannot write `{}`: {error}", shown(path)))
        })?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    // between the look and now somebody may have made it
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}
