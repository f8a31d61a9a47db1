//! The file of recorded findings: YAML, one entry a finding, in order, so that a review sees what comes and goes.

use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Baseline, Recorded, Terms};
use crate::config::day;
use crate::engine::fingerprint;
use crate::finding::Problem;
use crate::pack::{Codes, Marks, bad_yaml, text_of};
use crate::source::{FileId, Location, Store};

/// The name of the file unless a configuration says otherwise.
pub const NAME: &str = "presync-baseline.yaml";
/// The version of the form of the file.
const VERSION: u32 = 1;
/// What the file begins with.
const HEAD: &str = "# Findings that are known and do not fail. Written by `presync baseline`; it should only ever shrink: `presync baseline prune`.\n";

/// The codes of faults of the file.
const CODES: Codes = Codes {
    what: "a baseline",
    unreadable: "baseline-unreadable",
    not_utf8: "baseline-not-utf8",
    unknown_field: "baseline-corrupt",
    unknown_value: "baseline-corrupt",
    missing_field: "baseline-corrupt",
    duplicate_field: "baseline-corrupt",
    yaml: "baseline-corrupt",
};

/// The file as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBaseline {
    version: u32,
    #[serde(default)]
    findings: Vec<RawRecorded>,
}

/// An entry as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRecorded {
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attribute: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    holders: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    fingerprint: String,
}

impl From<RawRecorded> for Recorded {
    fn from(raw: RawRecorded) -> Self {
        Self {
            rule: raw.rule,
            object: raw.object,
            attribute: raw.attribute,
            value: raw.value,
            holders: raw.holders,
            terms: Terms { owner: raw.owner, reason: raw.reason, expires: raw.expires },
            fingerprint: raw.fingerprint,
        }
    }
}

impl From<&Recorded> for RawRecorded {
    fn from(entry: &Recorded) -> Self {
        let entry = entry.clone();
        Self {
            rule: entry.rule,
            object: entry.object,
            attribute: entry.attribute,
            value: entry.value,
            holders: entry.holders,
            owner: entry.terms.owner,
            reason: entry.terms.reason,
            expires: entry.terms.expires,
            fingerprint: entry.fingerprint,
        }
    }
}

/// Reads a baseline.
///
/// # Errors
/// What is wrong with the file. Nothing of it counts then.
pub fn read(store: &Store, file: FileId) -> Result<Baseline, Box<Problem>> {
    let text = text_of(store, file, &CODES)?;
    let whole = Location::new(file, 0, 0);
    let name = store.name(file);
    let marks = Marks::of(store, file, &text);
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    // a newer version may have fields that this one does not know
    let version = serde_yaml::from_str::<Versioned>(&text).ok().map(|head| head.version);
    if let Some(version) = version.filter(|version| *version != VERSION) {
        let message = format!("`{name}` is a baseline of version {version}");
        let at = marks.scalar("version").unwrap_or(whole);
        let problem = Problem::error("baseline-version", message).at(at).label("only version 1 is known");
        return Err(Box::new(problem.help("use the presync that wrote it, or move it away and record anew")));
    }
    let raw: RawBaseline = serde_yaml::from_str(&text)
        .map_err(|error| Box::new(damaged(bad_yaml(&error, &text, store, file, &CODES))))?;
    for (number, entry) in raw.findings.iter().enumerate() {
        let at = |field: &str| marks.scalar(&format!("findings/{number}/{field}")).unwrap_or(whole);
        if let Some(text) = entry.expires.as_deref().filter(|text| day(text).is_none()) {
            let problem = crate::config::bad_day(text).at(at("expires")).label("no date");
            return Err(Box::new(problem));
        }
        if let Some(wrong) = forged(entry) {
            let message = format!("the fingerprint of this entry is not that of its {wrong}");
            let problem = Problem::error("baseline-corrupt", message).at(at("fingerprint"));
            return Err(Box::new(damaged(problem.label("belongs to something else"))));
        }
    }
    Ok(Baseline { entries: raw.findings.into_iter().map(Recorded::from).collect() })
}

/// What an entry that people read claims and its fingerprint does not: of one object it can be told.
fn forged(entry: &RawRecorded) -> Option<&'static str> {
    let object = entry.object.as_deref()?;
    let is_whole = entry.attribute.is_none();
    // what is secret or very long is not written, and cannot be compared
    if entry.value.is_none() && !is_whole {
        return None;
    }
    let value = if is_whole { Some(object) } else { entry.value.as_deref() };
    let known = fingerprint(&entry.rule, object, entry.attribute.as_deref(), value.map(str::as_bytes));
    (known != entry.fingerprint).then_some("rule, object, attribute and value")
}

fn damaged(problem: Problem) -> Problem {
    problem.help("take the file from the last revision that was in order: `git checkout HEAD -- FILE`; or move it away and record anew")
}

/// The text of a baseline.
///
/// # Errors
/// What the writer of YAML says.
pub fn text(baseline: &Baseline) -> io::Result<String> {
    let findings = baseline.entries.iter().map(RawRecorded::from).collect();
    let raw = RawBaseline { version: VERSION, findings };
    let text = serde_yaml::to_string(&raw).map_err(io::Error::other)?;
    Ok(format!("{HEAD}{text}"))
}

/// Writes a baseline: beside its place, and then there as a whole.
///
/// # Errors
/// What the operating system says.
pub fn write(baseline: &Baseline, path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text(baseline)?.as_bytes())?;
    file.as_file().sync_all()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).map_or(0o644, |known| known.permissions().mode());
        file.as_file().set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    file.persist(path)?;
    Ok(())
}
