//! Files that reports are written to (`--output FORMAT=PATH`). Whether they can be written is found out before anything is
//! judged; each is written beside its place and put there when it is whole, so that nobody ever finds half of it.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use tempfile::{Builder, NamedTempFile};

use super::session::pairs;
use crate::config::OutputFile;
use crate::finding::Problem;
use crate::language::did_you_mean;
use crate::source::{Location, Store, shown};

/// A file that a report is written to.
pub(super) struct Output<F> {
    pub(super) format: F,
    /// As it was named.
    path: PathBuf,
    /// Where it lies, whatever links lead there.
    target: PathBuf,
    /// Where the configuration names it.
    named: Option<Location>,
}

/// A file that is asked for.
struct Asked<'a> {
    format: &'a str,
    path: &'a str,
    /// Where the configuration names the format, and the file; an option names it if it does not.
    places: Option<[Location; 2]>,
}

impl Asked<'_> {
    /// What is wrong with the format, or with the file.
    fn bad(&self, message: String, is_format: bool) -> Problem {
        match self.places {
            Some([format, file]) => Problem::error("config-output", message)
                .at(if is_format { format } else { file })
                .label("here"),
            None => {
                let option = format!("--output {}={}", self.format, self.path);
                Problem::error("bad-usage", format!("`{option}`: {message}"))
            }
        }
    }

    fn unwritable(&self, path: &Path, reason: &str) -> Problem {
        named(unwritable(path, reason), self.places.map(|[_, file]| file))
    }
}

/// The same at the place of the configuration that it is about.
fn named(problem: Problem, at: Option<Location>) -> Problem {
    match at {
        Some(at) => problem.at(at).label("named here"),
        None => problem,
    }
}

/// The files that an option and the configuration name.
///
/// # Errors
/// What is wrong with them, all of it; nothing was written then.
pub(super) fn outputs<F: ValueEnum>(
    given: &[String],
    configured: &[OutputFile],
) -> Result<Vec<Output<F>>, Vec<Problem>> {
    let pairs = pairs("--output", given).map_err(|problem| {
        vec![problem.help("write `--output FORMAT=PATH`, such as `--output sarif=presync.sarif`")]
    })?;
    let paths: Vec<_> = configured.iter().map(|output| output.path.to_string_lossy()).collect();
    let options = pairs.iter().map(|(format, path)| Asked { format, path, places: None });
    let more = configured.iter().zip(&paths).map(|(output, path)| Asked {
        format: &output.format,
        path,
        places: Some([output.location, output.named]),
    });
    let mut outputs: Vec<Output<F>> = Vec::new();
    let mut problems = Vec::new();
    for asked in options.chain(more) {
        match output(&asked, &outputs) {
            Ok(output) => outputs.push(output),
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(outputs) } else { Err(problems) }
}

fn output<F: ValueEnum>(asked: &Asked<'_>, known: &[Output<F>]) -> Result<Output<F>, Box<Problem>> {
    let Ok(format) = F::from_str(asked.format, false) else {
        let names: Vec<String> = F::value_variants()
            .iter()
            .filter_map(|variant| Some(variant.to_possible_value()?.get_name().to_owned()))
            .collect();
        let near = did_you_mean(asked.format, names.iter().map(String::as_str));
        let help = near.unwrap_or_else(|| format!("known are `{}`", names.join("`, `")));
        let problem = asked.bad(format!("there is no format `{}`", asked.format), true);
        return Err(Box::new(problem.help(help)));
    };
    if asked.path.is_empty() || asked.path == "-" {
        let problem = asked.bad("no file is named".to_owned(), false);
        return Err(Box::new(problem.help("`--format` writes to standard output")));
    }
    let path = PathBuf::from(asked.path);
    let target = target(&path).map_err(|reason| asked.unwritable(&path, &reason))?;
    if let Some(other) = known.iter().find(|other| other.target == target) {
        let problem = asked.bad(format!("`{}` is written to already", shown(&other.path)), false);
        let problem = match other.named {
            Some(at) => problem.also(at, "and here"),
            None => problem,
        };
        return Err(Box::new(problem.help("give each output a file of its own")));
    }
    prove(&target).map_err(|reason| asked.unwritable(&path, &reason))?;
    Ok(Output { format, path, target, named: asked.places.map(|[_, file]| file) })
}

/// Where a path leads. A file that is not there yet is named by its folder, which must be.
fn target(path: &Path) -> Result<PathBuf, String> {
    if let Ok(target) = fs::canonicalize(path) {
        return Ok(target);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| "it is no name of a file".to_owned())?;
    if fs::symlink_metadata(path).is_ok() {
        return Err("it is a link that leads nowhere".to_owned());
    }
    let folder = fs::canonicalize(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("there is no folder `{}`", shown(folder)),
        _ => error.to_string(),
    })?;
    Ok(folder.join(name))
}

/// Finds out whether a file can be written, and leaves nothing behind.
fn prove(target: &Path) -> Result<(), String> {
    let plain = |error: io::Error| match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    match fs::metadata(target) {
        Ok(known) if known.is_dir() => Err("it is a folder".to_owned()),
        Ok(known) if !known.is_file() => Ok(()),
        Ok(known) if known.permissions().readonly() => Err("it may only be read".to_owned()),
        _ => beside(target).map(drop).map_err(plain),
    }
}

/// A file beside a place, with the permissions that a new file has there.
fn beside(target: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".presync-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(target.parent().unwrap_or(Path::new(".")))
}

fn unwritable(path: &Path, reason: &str) -> Problem {
    let message = format!("cannot write `{}`: {reason}", shown(path));
    Problem::error("output-unwritable", message)
        .help("name a file in a folder that exists and may be written to")
}

impl<F> Output<F> {
    /// What is wrong if the output is one of the files that were read: a report must not replace its own input.
    pub(super) fn is_input(&self, store: &Store, not_read: &[String]) -> Option<Problem> {
        let mut read = store.files().filter(|file| !not_read.iter().any(|name| name == store.name(*file)));
        let is_same =
            |path: &Path| fs::canonicalize(path).is_ok_and(|path| path == self.target && path.is_file());
        let file = read.find(|file| store.path(*file).is_some_and(is_same))?;
        let message = format!("`{}` is read, and would be replaced by a report", store.name(file));
        let problem = Problem::error("output-is-input", message).help("write the report to another file");
        Some(named(problem, self.named))
    }

    /// Writes the file, and puts it in its place when it is whole.
    ///
    /// # Errors
    /// What is wrong if it cannot be written; what was there before is there still.
    pub(super) fn write(&self, made: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Problem> {
        self.replace(made).map_err(|error| named(unwritable(&self.path, &error.to_string()), self.named))
    }

    fn replace(&self, made: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let known = fs::metadata(&self.target).ok();
        // a device or a pipe is no file that could be replaced
        if known.as_ref().is_some_and(|known| !known.is_file()) {
            let mut out = BufWriter::new(File::options().write(true).open(&self.target)?);
            made(&mut out)?;
            return out.flush();
        }
        let mut out = BufWriter::with_capacity(1 << 16, beside(&self.target)?);
        made(&mut out)?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        if let Some(permissions) = known.as_ref().map(Metadata::permissions) {
            file.as_file().set_permissions(permissions)?;
        }
        file.persist(&self.target).map(drop).map_err(|error| error.error)
    }
}
