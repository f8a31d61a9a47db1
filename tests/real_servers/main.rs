//! Exports of real directory servers, made with the commands that people run, and what the program says of them. A server that
//! is not installed is skipped, unless `PRESYNC_REQUIRE_SERVERS` is set. All of them listen on the loopback interface only.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::string_slice)]

#[path = "../common/mod.rs"]
mod common;
mod mends;
mod samba;
mod slapd;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use common::Ran;
use serde_json::Value;
use tempfile::TempDir;

/// How long a server may take until it answers, and until it is gone. A machine with much else to do is slow.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server with its files in a folder of its own, which goes away with it.
struct Server {
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Runs the command in the folder until `ready`, another command, succeeds.
    fn start(folder: TempDir, command: &str, ready: &str) -> Self {
        let log = File::create(folder.path().join("output")).unwrap();
        let mut shell = shell(folder.path(), &format!("exec {command}"));
        let shell = shell.stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log);
        let mut server = Self { process: shell.spawn().unwrap(), folder };
        let begin = Instant::now();
        while server.line(ready).code != 0 {
            let ended = server.process.try_wait().unwrap();
            if ended.is_some() || begin.elapsed() > PATIENCE {
                let log = fs::read_to_string(server.folder.path().join("output")).unwrap();
                panic!("`{command}` does not answer ({ended:?}):\n{log}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Runs a line of the shell in the folder of the server.
    fn line(&self, line: &str) -> Ran {
        run(self.folder.path(), line)
    }

    /// The command that the program prints for this source.
    fn export_command(&self, options: &str) -> String {
        self.line(&format!("presync export-command {options}")).exits(0).out.clone()
    }

    /// Runs a command that exports, without a terminal: the password comes from standard input, or from where Samba looks.
    fn export(&self, command: &str, password: &str) {
        let file = self.folder.path().join("password");
        fs::write(&file, format!("{password}\n")).unwrap();
        let mut setsid = shell(self.folder.path(), r#"exec setsid --wait sh -c "$COMMAND""#);
        setsid.env("COMMAND", command).env("PASSWD", password).stdin(File::open(file).unwrap());
        let output = setsid.output().unwrap();
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Adds records to the directory, with a tool that reads LDIF from standard input.
    fn add(&self, command: &str, records: &str) {
        fs::write(self.folder.path().join("records.ldif"), records).unwrap();
        self.line(&format!("{command} < records.ldif")).exits(0);
    }
}

/// The end of its standard input or the signal makes a server stop its own children too; only one that hangs is killed.
impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let begin = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && begin.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether all these programs are there. Says which one is not, and where the servers are required, that is a failure.
fn installed(programs: &[&str]) -> bool {
    let path = search_path();
    let there = |name: &str| env::split_paths(&path).any(|folder| folder.join(name).is_file());
    match programs.iter().find(|name| !there(name)) {
        Some(name) => skipped(&format!("{name} is not installed")),
        None => true,
    }
}

/// Says why a server is not tested, past the capture of the test harness, which would swallow it.
fn skipped(reason: &str) -> bool {
    assert!(env::var_os("PRESYNC_REQUIRE_SERVERS").is_none(), "PRESYNC_REQUIRE_SERVERS is set, but {reason}");
    let mut error = std::io::stderr().lock();
    writeln!(error, "skipped: {reason}").unwrap();
    false
}

/// Where programs are looked for: `presync` is the one under test, and servers may stand where only root looks.
fn search_path() -> std::ffi::OsString {
    let presync = Path::new(env!("CARGO_BIN_EXE_presync")).parent().unwrap().to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let servers = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    env::join_paths([presync].into_iter().chain(env::split_paths(&path)).chain(servers)).unwrap()
}

/// A line for the shell, in a folder.
fn shell(folder: &Path, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).stdin(Stdio::null()).env("PATH", search_path());
    command.env("NO_COLOR", "1").env("COLUMNS", "100").env("LC_ALL", "C.UTF-8").env_remove("FORCE_COLOR");
    // the settings of the person who runs the tests are not those of the tests, and the certificates are of today
    command.env("HOME", folder).env("LDAPCONF", "/dev/null").env("LDAPTLS_REQCERT", "never");
    command.env("SOURCE_DATE_EPOCH", "1767225600");
    command
}

fn run(folder: &Path, line: &str) -> Ran {
    let output = shell(folder, line).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// The findings of a document, one a line: the rule, then the names of all objects concerned, which are sorted, since a server
/// gives them in an order of its own.
fn findings(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_else(|_| panic!("{document}"));
    let mut lines: Vec<String> = document["findings"].as_array().unwrap().iter().map(finding).collect();
    lines.sort();
    lines
}

fn finding(finding: &Value) -> String {
    let name = |place: &Value| {
        let name = place["object"].as_str().unwrap();
        let end = name.to_ascii_lowercase().find(",ou=").unwrap_or(name.len());
        name["CN=".len()..end].to_owned()
    };
    let related = finding["related"].as_array().unwrap();
    let mut names: Vec<String> = related.iter().chain([finding]).map(name).collect();
    names.sort();
    names.dedup();
    format!("{}: {}", finding["rule"].as_str().unwrap(), names.join(" + "))
}

/// The objects that `presync show --format jsonl` printed, by their names.
fn objects(lines: &str) -> BTreeMap<String, Value> {
    let object = |line: &str| {
        let object: Value = serde_json::from_str(line).unwrap();
        (object["dn"].as_str().unwrap().to_owned(), object)
    };
    let objects: BTreeMap<String, Value> = lines.lines().map(object).collect();
    assert_eq!(objects.len(), lines.lines().count(), "a name was shown twice");
    objects
}

/// How many records an export has.
fn records(export: &str) -> usize {
    export.lines().filter(|line| line.starts_with("dn:")).count()
}
