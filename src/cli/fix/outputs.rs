//! The files that a plan is written to. All are written beside their places first, so that nothing is half there.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::arguments::Fix;
use crate::cli::prepared::Prepared;
use crate::finding::{Change, Problem, printable};
use crate::fix::{Beside, Plan, Request, Unnamed, ldif, powershell, put, requests, review, said};
use crate::report::Done;
use crate::source::{Store, shown};

/// The files that were asked for.
pub(super) struct Outputs<'o> {
    wanted: Vec<(&'static str, &'o Path)>,
    staged: Vec<Staged<'o>>,
    problems: Vec<Problem>,
    force: bool,
}

/// A file that was written beside its place.
struct Staged<'o> {
    what: &'static str,
    path: &'o Path,
    content: Content,
}

enum Content {
    /// A file that takes the place.
    File(NamedTempFile),
    /// The text for something that is no file: standard output, a device.
    Text(Vec<u8>),
}

impl<'o> Outputs<'o> {
    /// What was asked for. Nothing is written over something else without need.
    pub(super) fn of(options: &'o Fix, prepared: &Prepared, store: &Store) -> Self {
        // the way back is there before the way forth
        let all = [
            ("undo", &options.undo),
            ("ldif", &options.ldif),
            ("powershell", &options.powershell),
            ("csv", &options.csv),
        ];
        let wanted: Vec<(&'static str, &Path)> =
            all.into_iter().filter_map(|(what, path)| Some((what, path.as_deref()?))).collect();
        let read: Vec<PathBuf> = prepared
            .files
            .inputs
            .iter()
            .filter_map(|input| Path::new(store.name(input.file)).canonicalize().ok())
            .collect();
        let mut problems = Vec::new();
        for (number, (what, path)) in wanted.iter().enumerate() {
            let name = printable(&shown(path)).into_owned();
            let real = path.canonicalize().ok();
            let twice = wanted
                .iter()
                .take(number)
                .any(|(_, other)| other == path || real.is_some() && other.canonicalize().ok() == real);
            if twice {
                let message = format!("`--{what} {name}`: another output goes to the same file");
                problems
                    .push(Problem::error("bad-usage", message).help("give each output a file of its own"));
            } else if real.as_ref().is_some_and(|real| read.contains(real)) {
                let message = format!("`--{what} {name}` is one of the files that are read");
                let help = "name another file; `--in-place` edits the files themselves";
                problems.push(Problem::error("bad-usage", message).help(help));
            } else if !options.force && path.is_file() {
                let message = format!("`{name}` is there already");
                let help = "name another file, or let it be replaced with `--force`";
                problems.push(Problem::error("fix-file-exists", message).help(help));
            } else if path.is_dir() {
                problems.push(Problem::error("fix-unwritable", format!("`{name}` is a folder")));
            }
        }
        Self { wanted, staged: Vec::new(), problems, force: options.force }
    }

    /// What is wrong with them before anything was done.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems.clone()
    }

    /// Writes all of them beside their places.
    pub(super) fn stage(&mut self, plan: &Plan, prepared: &Prepared) -> Result<(), Vec<Problem>> {
        let needs_requests = self.wanted.iter().any(|(what, _)| *what != "csv");
        let requests = if needs_requests { asked_of(&plan.changes)? } else { Vec::new() };
        for (what, path) in self.wanted.clone() {
            let write = |out: &mut dyn Write| content(what, plan, &requests, prepared, out);
            let staged = staged(path, &write).map_err(|error| vec![failed(path, &error)])?;
            self.staged.push(Staged { what, path, content: staged });
        }
        Ok(())
    }

    /// Puts all of them in their places, together with files that were edited. What is no file is written first, since it
    /// cannot be taken back.
    pub(super) fn put(self, edited: Vec<(String, Beside)>) -> Result<Vec<Done>, Vec<Problem>> {
        let (mut done, mut files) = (Vec::new(), Vec::new());
        for Staged { what, path, content } in self.staged {
            match content {
                Content::File(written) => {
                    files.push(Beside { written, path: path.to_path_buf(), new: !self.force });
                }
                Content::Text(text) => to_device(path, &text).map_err(|error| vec![failed(path, &error)])?,
            }
            done.push(Done { what, file: shown(path) });
        }
        for (file, beside) in edited {
            files.push(beside);
            done.push(Done { what: "in-place", file });
        }
        put(files).map_err(|failure| {
            let Problem { message, .. } = failed(&failure.path, &failure.error);
            vec![Problem::error("fix-unwritable", message).help(failure.help())]
        })?;
        Ok(done)
    }
}

/// The requests of a plan, or whom none can be made for.
fn asked_of(changes: &[Change]) -> Result<Vec<Request>, Vec<Problem>> {
    requests(changes).map_err(|Unnamed(change)| {
        let message = "the object has no distinguished name by which a server would find it";
        let help = "export distinguished names as well, or write `--csv` or `--in-place`";
        vec![Problem::error("fix-no-name", message).at(change.name).label("no distinguished name").help(help)]
    })
}

fn content(
    what: &str,
    plan: &Plan,
    requests: &[Request],
    prepared: &Prepared,
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = plan.changes.len();
    let changes = if count == 1 { "change" } else { "changes" };
    let made = format!("made by presync {}, {count} {changes}", env!("CARGO_PKG_VERSION"));
    match what {
        "ldif" => ldif(requests, &[&made], out),
        "undo" => {
            let undone: Vec<Request> = requests.iter().rev().cloned().map(Request::undone).collect();
            ldif(&undone, &[&made, "takes them back: apply it after the changes, not before"], out)
        }
        "powershell" => {
            let attribute = |name: &str| {
                let base = name.split(';').next().unwrap_or(name);
                prepared.book.plan.attributes.iter().find(|known| known.name.eq_ignore_ascii_case(base))
            };
            let is_single = |name: &str| attribute(name).is_some_and(|attribute| attribute.single);
            powershell(requests, &[&made], &is_single, out)
        }
        _ => review::table(&review::rows(plan), out),
    }
}

fn staged(path: &Path, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<Content> {
    let is_device = path == Path::new("-") || std::fs::metadata(path).is_ok_and(|known| !known.is_file());
    if is_device {
        let mut text = Vec::new();
        write(&mut text)?;
        return Ok(Content::Text(text));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix(".presync-");
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt;
        // as any new file, less what the umask takes
        builder.permissions(std::fs::Permissions::from_mode(0o666))
    };
    let file = builder.tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    Ok(Content::File(file))
}

fn to_device(path: &Path, text: &[u8]) -> io::Result<()> {
    if path == Path::new("-") {
        let mut out = io::stdout().lock();
        out.write_all(text)?;
        return out.flush();
    }
    let mut device: File = OpenOptions::new().write(true).open(path)?;
    device.write_all(text)?;
    device.flush()
}

fn failed(path: &Path, error: &io::Error) -> Problem {
    let message = format!("`{}` cannot be written: {}", printable(&shown(path)), said(error));
    Problem::error("fix-unwritable", message)
        .help("nothing of it was left behind; free some space, or name another place")
}
