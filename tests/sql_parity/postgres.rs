//! PostgreSQL: a server of its own, which listens on a socket in its folder only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::{QUERY, all, findings, lacks, printed};

/// Who runs the server where the tests are root's, which PostgreSQL refuses to be.
const NOBODY: &str = "nobody";

/// A server with its files in a folder, which goes away with it.
pub(crate) struct Server {
    programs: PathBuf,
    folder: TempDir,
}

impl Server {
    /// Starts a server, if the programs are there.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            lacks("PostgreSQL is not installed");
            return None;
        };
        let server = Self { programs, folder: TempDir::new().unwrap() };
        if is_root() {
            printed(Command::new("chown").arg(NOBODY).arg(server.folder.path()));
        }
        let data = server.data();
        printed(
            server
                .command("initdb")
                .args(["-A", "trust", "-U", "presync", "-E", "UTF8", "--locale=C"])
                .arg("-D")
                .arg(&data),
        );
        let options = format!("-k {} -c listen_addresses= -c fsync=off", server.folder.path().display());
        // the server keeps what it inherits open, so that whoever waited for its output would wait for its end
        let log = server.folder.path().join("log");
        let start = server
            .command("pg_ctl")
            .args(["-w", "-o", &options, "-l"])
            .arg(log)
            .arg("-D")
            .arg(&data)
            .arg("start")
            .status();
        assert!(start.unwrap().success());
        Some(server)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A program of the server, run by somebody who may.
    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        let mut command;
        if is_root() {
            command = Command::new("setpriv");
            command.args(["--reuid", NOBODY, "--clear-groups"]).arg(program);
        } else {
            command = Command::new(program);
        }
        command.current_dir(self.folder.path()).stdout(std::process::Stdio::null());
        command
    }

    /// The program that asks the server.
    pub(crate) fn psql(&self) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "presync", "-d", "postgres", "-h"]);
        command.arg(self.folder.path());
        command
    }

    /// What a query gives after a script, a JSON list a line.
    pub(crate) fn run(&self, script: &Path, query: &str) -> String {
        printed(self.psql().arg("-f").arg(script));
        let file = self.folder.path().join("query.sql");
        fs::write(&file, format!("SELECT to_json(q) FROM ({query}) q;")).unwrap();
        let rows = printed(self.psql().args(["-A", "-t", "-f"]).arg(file));
        let list = |row: &str| {
            let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).unwrap();
            serde_json::to_string(&row.values().collect::<Vec<_>>()).unwrap() + "\n"
        };
        rows.lines().map(list).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        let _ = self.command("pg_ctl").args(["-m", "immediate", "stop", "-D"]).arg(data).status();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Where Debian puts the programs of the newest version, else where the shell finds them.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut known = std::env::split_paths(&path).chain(folders);
    known.find(|folder| folder.join("initdb").is_file() && folder.join("psql").is_file())
}

#[test]
fn postgres_finds_what_presync_finds() {
    let Some(server) = Server::start() else { return };
    for judged in all() {
        let (script, left_out) = judged.script("postgres");
        assert!(left_out.is_empty(), "{left_out:?}");
        judged.compare(findings(&server.run(&script, QUERY)), &left_out);
    }
}
