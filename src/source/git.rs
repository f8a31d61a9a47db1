//! Files of a revision, read through the program `git`: nothing of the repository's own configuration may run something.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use super::complaint::Complaint;
use super::place::FileId;
use super::platform::shown;
use super::store::Store;
use super::tree::real;

/// A revision of a repository.
#[derive(Debug)]
pub struct Revision {
    /// What the user calls it: `main`, `HEAD~1`.
    pub name: String,
    top: PathBuf,
    /// The objects of the files, by their absolute paths.
    blobs: BTreeMap<PathBuf, String>,
    reader: Mutex<Reader>,
}

impl Revision {
    /// The revision that a name means in the repository of a path; none if there is no repository, or no such revision in it.
    ///
    /// # Errors
    /// A complaint for people if git cannot be run, or says something else.
    pub fn find(name: &str, near: &Path) -> Result<Option<Self>, Complaint> {
        let folder = if near.is_dir() { near } else { near.parent().unwrap_or(near) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let Some(top) = answer(folder, &["rev-parse", "--show-toplevel"])? else { return Ok(None) };
        let top = real(Path::new(&top));
        let asked = format!("{name}^{{commit}}");
        let asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", &asked];
        let Some(commit) = answer(folder, &asked)? else { return Ok(None) };
        let listed = run(&top, &["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        if !listed.status.success() {
            return Err(failed(name, &listed));
        }
        let mut blobs = BTreeMap::new();
        // `100644 blob OBJECT\tPATH`; links and other repositories are no files of this one
        for entry in listed.stdout.split(|byte| *byte == 0).filter(|entry| entry.starts_with(b"100")) {
            let entry = String::from_utf8_lossy(entry);
            if let Some((head, path)) = entry.split_once('\t')
                && let Some(object) = head.split(' ').next_back()
            {
                blobs.insert(top.join(path), object.to_owned());
            }
        }
        let reader = Mutex::new(Reader::start(&top).map_err(|error| cannot_run(&error))?);
        Ok(Some(Self { name: name.to_owned(), top, blobs, reader }))
    }

    /// What to say where [`Revision::find`] found none.
    #[must_use]
    pub fn unknown(name: &str, near: &Path) -> Complaint {
        let folder = if near.is_dir() { near } else { near.parent().unwrap_or(near) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let shallow = answer(folder, &["rev-parse", "--is-shallow-repository"]);
        match shallow {
            Ok(Some(shallow)) if shallow == "true" => Complaint::new(
                "git-shallow",
                format!("this clone is shallow, and does not hold the revision `{name}`"),
            )
            .help("fetch all of it: `git fetch --unshallow`; in GitHub Actions `fetch-depth: 0`, in GitLab `GIT_DEPTH: 0`"),
            Ok(Some(_)) => {
                Complaint::new("git-unknown-revision", format!("git knows no revision `{name}`"))
                    .help("`git log --oneline --all` lists revisions; a branch of a server is `origin/main`")
            }
            Ok(None) => Complaint::new(
                "git-no-repository",
                format!("there is no file `{name}`, and no git repository that could have such a revision"),
            )
            .help("name a file or a folder, or start presync in a clone"),
            Err(complaint) => complaint,
        }
    }

    pub(super) fn holds(&self, path: &Path) -> bool {
        self.blobs.contains_key(&real(path))
    }

    /// The files below a folder.
    pub(super) fn below(&self, folder: &Path) -> impl Iterator<Item = &Path> {
        let folder = real(folder);
        let from = self.blobs.range(folder.clone()..).map(|(path, _)| path.as_path());
        from.skip_while({
            let folder = folder.clone();
            move |path| *path == folder
        })
        .take_while(move |path| path.starts_with(&folder))
    }

    pub(super) fn open(&self, store: &mut Store, path: &Path) -> Result<FileId, Complaint> {
        let path = real(path);
        let relative = shown(path.strip_prefix(&self.top).unwrap_or(&path));
        let Some(object) = self.blobs.get(&path) else {
            let message = format!("there is no file `{relative}` in `{}`", self.name);
            return Err(Complaint::new("source-not-found", message));
        };
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = reader.read(object).map_err(|error| {
            let message = format!("cannot read `{relative}` of `{}`: {error}", self.name);
            Complaint::new("source-unreadable", message)
        })?;
        store.content(&format!("{}:{relative}", self.name), bytes)
    }
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
struct Reader {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Reader {
    fn start(top: &Path) -> io::Result<Self> {
        let mut command = git(top, &["cat-file", "--batch"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let asks = child.stdin.take();
        let answers = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self { child, asks, answers: BufReader::new(answers) })
    }

    /// The bytes of an object: `OBJECT blob LENGTH`, the bytes, and a line end.
    fn read(&mut self, object: &str) -> io::Result<Vec<u8>> {
        let asks = self.asks.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(asks, "{object}")?;
        asks.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let length = head.trim_end().strip_prefix(object).and_then(|rest| rest.strip_prefix(" blob "));
        let length: u64 = length.and_then(|length| length.parse().ok()).ok_or_else(|| {
            io::Error::other("git does not have it; a partial clone fetches it with `git fetch --refetch`")
        })?;
        let mut bytes = Vec::new();
        (&mut self.answers).take(length).read_to_end(&mut bytes)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        Ok(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // without anything to read it ends by itself
        self.asks = None;
        let _ = self.child.wait();
    }
}

fn git(folder: &Path, arguments: &[impl AsRef<OsStr>]) -> Command {
    let mut command = Command::new("git");
    command.args([
        "--no-pager",
        "--no-replace-objects",
        "-c",
        "core.fsmonitor=",
        "-c",
        "core.hooksPath=/dev/null",
    ]);
    command.arg("-C").arg(folder).args(arguments);
    // nothing is fetched, nothing is asked, nothing is written
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command.env("LC_ALL", "C").env_remove("GIT_EXTERNAL_DIFF").stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Result<Output, Complaint> {
    git(folder, arguments).output().map_err(|error| cannot_run(&error))
}

/// The first line that git answers; none if it says no.
fn answer(folder: &Path, arguments: &[&str]) -> Result<Option<String>, Complaint> {
    let output = run(folder, arguments)?;
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("dubious ownership") {
        let message = "git does not read this repository, since it belongs to somebody else";
        let help = "`git config --global --add safe.directory PATH` says that you trust it";
        return Err(Complaint::new("git-failed", message).help(help));
    }
    let line = String::from_utf8_lossy(&output.stdout).trim_end_matches(['\r', '\n']).to_owned();
    Ok((output.status.success() && !line.is_empty()).then_some(line))
}

fn failed(name: &str, output: &Output) -> Complaint {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().next().unwrap_or_default();
    Complaint::new("git-failed", format!("git cannot list the files of `{name}`: {said}"))
}

fn cannot_run(error: &io::Error) -> Complaint {
    Complaint::new("git-failed", format!("cannot run `git`: {error}"))
        .help("install git, or compare with a file or a folder instead of a revision")
}
