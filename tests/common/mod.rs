//! The program, run as people run it: in a folder of its own, with a fixed width, without colours, at a fixed time.

#![allow(dead_code)]

pub(crate) mod objects;

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A pack with one rule.
pub(crate) const MAIL_SPACE: &str = "\
rules:
  - id: mail-space
    rule: |
      each mail of user: not it contains \" \"
    message: \"`{it}` has a space\"
    tags: [mail]
";

/// Every format of `presync check`.
pub(crate) const FORMATS: [&str; 12] = [
    "human",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "csv",
    "markdown",
    "html",
];

/// A folder with files, in which the program runs.
pub(crate) struct Desk {
    folder: TempDir,
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A folder with these files.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        files.iter().fold(Self::new(), |desk, (name, text)| desk.file(name, text))
    }

    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program, not yet started.
    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_presync"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env("COLUMNS", "100").env_remove("FORCE_COLOR");
        command
    }

    /// `presync ARGUMENTS`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// `presync check ARGUMENTS` with the rules of `rules.yaml`, and only these.
    pub(crate) fn check(&self, arguments: &[&str]) -> Ran {
        self.run(&checking(arguments))
    }

    /// The same with something on standard input.
    pub(crate) fn check_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(&checking(arguments));
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }
}

/// The arguments of `check` with the rules of `rules.yaml`.
pub(crate) fn checking<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let common = ["check", "--no-builtin", "--rules", "rules.yaml", "--now", "2026-01-01T00:00:00Z"];
    [&common, arguments].concat()
}

impl Ran {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// All that a person sees: the findings, then the problems and the summary, whose time is left out.
    pub(crate) fn seen(&self) -> String {
        let timeless = |line: &str| match line.rsplit_once(" in ").filter(|_| line.starts_with("checked ")) {
            Some((before, _)) => format!("{before} in .. s\n"),
            None => format!("{line}\n"),
        };
        let err: String = self.err.lines().map(timeless).collect();
        format!("{}---- exit {}\n{err}", self.out, self.code)
    }

    #[track_caller]
    pub(crate) fn exits(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }

    /// Standard error says all of this.
    #[track_caller]
    pub(crate) fn says(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.err.contains(text), "`{text}` is not said in:\n{}", self.err);
        }
        self
    }

    /// Standard output shows all of this.
    #[track_caller]
    pub(crate) fn shows(&self, texts: &[&str]) -> &Self {
        for text in texts {
            assert!(self.out.contains(text), "`{text}` is not shown in:\n{}", self.out);
        }
        self
    }

    /// The text that is underlined in an excerpt: what stands above the marks.
    pub(crate) fn underlined(&self) -> Vec<String> {
        let lines: Vec<Vec<char>> = self.err.lines().map(|line| line.chars().collect()).collect();
        let is_mark = |line: &[char]| {
            line.contains(&'┬') && line.iter().all(|c| matches!(c, ' ' | '·' | '─' | '┬' | '│'))
        };
        let pairs = lines.windows(2).filter(|pair| is_mark(&pair[1]));
        pairs
            .map(|pair| {
                let marked = pair[0].iter().zip(&pair[1]).filter(|(_, mark)| matches!(mark, '─' | '┬'));
                marked.map(|(character, _)| character).collect()
            })
            .collect()
    }
}
