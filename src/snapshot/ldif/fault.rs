//! Every fault of an LDIF file: its code, how bad it is, and its words. The one table.
//!
//! Where readers of LDIF disagree, the severities follow what a checker owes its user: nothing that loses data passes
//! silently, and nothing that every server accepts is an error.

use crate::finding::{Problem, Severity};

/// A fault of an LDIF file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum FaultKind {
    NoColon,
    TabContinuation,
    ContinuationWithoutLine,
    MissingDn,
    EmptyAttributeName,
    BadBase64,
    NotUtf8,
    Nul,
    BadVersion,
    UnsupportedVersion,
    VersionNotFirst,
    WhiteLine,
    EmptyLineMissing,
    SpaceBehindBase64,
    Partial,
    BadChangetype,
    NonRfcChangeSpelling,
    AddWithoutAttributes,
    ExtraLinesAfterDelete,
    BadModifyOperation,
    ModifyAttributeMismatch,
    ModifyMissingAttribute,
    ModifyAddWithoutValues,
    ModifyWithoutChanges,
    RenameMissingNewRdn,
    RenameEmptyNewRdn,
    RenameMissingDeleteOldRdn,
    RenameBadDeleteOldRdn,
    RenameUnexpectedLine,
    BadControl,
    ControlInContentRecord,
    SearchFailed,
    SearchCutShort,
    EntriesMissing,
    Torn,
}

use FaultKind as F;

type Row = (FaultKind, &'static str, Severity, &'static str, &'static str, &'static str);

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;
const INFO: Severity = Severity::Info;

/// Kind, code, severity, message, label, remedy.
const TABLE: &[Row] = &[
    (
        F::NoColon,
        "ldif-no-colon",
        ERROR,
        "this line is no attribute: it has no colon",
        "no `:` in this line",
        "write `name: value`; a line that continues the one above begins with exactly one space",
    ),
    (
        F::TabContinuation,
        "ldif-tab-continuation",
        ERROR,
        "this line begins with a tab",
        "a tab continues nothing",
        "a line that continues the one above begins with exactly one space",
    ),
    (
        F::ContinuationWithoutLine,
        "ldif-continuation-without-line",
        ERROR,
        "this line continues a line that is not there",
        "begins with a space, behind an empty line",
        "remove the space, or the empty line above",
    ),
    (
        F::MissingDn,
        "ldif-missing-dn",
        ERROR,
        "a record does not begin with its name",
        "`dn:` is expected here",
        "if these lines belong to the object above, remove the empty line between; else write its `dn:` first",
    ),
    (
        F::EmptyAttributeName,
        "ldif-empty-attribute-name",
        ERROR,
        "this line has no attribute name",
        "nothing before the colon",
        "write `name: value`",
    ),
    (
        F::BadBase64,
        "ldif-bad-base64",
        ERROR,
        "this is not base64",
        "cannot be decoded from here",
        "two colons (`::`) announce base64; write one colon if the value is plain text, else export it again",
    ),
    (
        F::NotUtf8,
        "ldif-not-utf8",
        WARNING,
        "this value is not UTF-8",
        "the first byte that is none",
        "the file is probably in a Windows code page; export it again as UTF-8, or with `ldifde -u`",
    ),
    (
        F::Nul,
        "ldif-nul",
        ERROR,
        "a plain value holds a NUL",
        "servers cut the value here",
        "a value with a NUL must be written in base64",
    ),
    (
        F::BadVersion,
        "ldif-bad-version",
        ERROR,
        "the version is no number",
        "`version: 1` is expected",
        "write `version: 1`, or leave the line out",
    ),
    (
        F::UnsupportedVersion,
        "ldif-unsupported-version",
        ERROR,
        "this version of LDIF is not known",
        "only version 1 exists",
        "write `version: 1`",
    ),
    (
        F::VersionNotFirst,
        "ldif-version-not-first",
        WARNING,
        "a version line in the middle of the file",
        "joined files have one",
        "remove it: some servers refuse the file",
    ),
    (
        F::WhiteLine,
        "ldif-white-line",
        WARNING,
        "a line of spaces parts two records",
        "not empty",
        "make the line empty: other readers take both records for one",
    ),
    (
        F::EmptyLineMissing,
        "ldif-empty-line-missing",
        WARNING,
        "a record begins without an empty line above it",
        "begins a new record",
        "write an empty line above: other readers take both records for one",
    ),
    (
        F::SpaceBehindBase64,
        "ldif-space-behind-base64",
        INFO,
        "a space stands behind base64",
        "ignored",
        "remove it: some servers refuse the file",
    ),
    (
        F::Partial,
        "ldif-partial-attribute",
        ERROR,
        "this attribute was cut short by the server",
        "only a range of the values was exported",
        "export it with a tool that follows ranges; rules that need all values are not evaluated for this object",
    ),
    (
        F::BadChangetype,
        "ldif-bad-changetype",
        ERROR,
        "unknown change type",
        "not a change type",
        "`add`, `delete`, `modify`, `modrdn` and `moddn` are known",
    ),
    (
        F::NonRfcChangeSpelling,
        "ldif-non-rfc-change-spelling",
        ERROR,
        "a change type cannot be written in base64",
        "two colons",
        "write `changetype: ..` with one colon",
    ),
    (
        F::AddWithoutAttributes,
        "ldif-add-without-attributes",
        ERROR,
        "an added object has no attributes",
        "nothing follows",
        "write its attributes",
    ),
    (
        F::ExtraLinesAfterDelete,
        "ldif-extra-lines-after-delete",
        ERROR,
        "a deletion has lines that belong to nothing",
        "not expected here",
        "remove them, or part them by an empty line",
    ),
    (
        F::BadModifyOperation,
        "ldif-bad-modify-operation",
        ERROR,
        "unknown modification",
        "not a modification",
        "`add:`, `delete:`, `replace:` and `increment:` are known",
    ),
    (
        F::ModifyAttributeMismatch,
        "ldif-modify-attribute-mismatch",
        ERROR,
        "this line is about another attribute than its modification",
        "another attribute",
        "end the modification above with a line that holds only `-`",
    ),
    (
        F::ModifyMissingAttribute,
        "ldif-modify-missing-attribute",
        ERROR,
        "a modification does not name its attribute",
        "no attribute",
        "write the attribute behind the colon",
    ),
    (
        F::ModifyAddWithoutValues,
        "ldif-modify-add-without-values",
        ERROR,
        "a modification adds no values",
        "nothing to add",
        "write the values in the lines below",
    ),
    (
        F::ModifyWithoutChanges,
        "ldif-modify-without-changes",
        INFO,
        "a modification changes nothing",
        "nothing follows",
        "remove the record",
    ),
    (
        F::RenameMissingNewRdn,
        "ldif-rename-missing-newrdn",
        ERROR,
        "a renaming does not say the new name",
        "`newrdn:` is expected next",
        "write `newrdn: CN=New name`",
    ),
    (
        F::RenameEmptyNewRdn,
        "ldif-rename-empty-newrdn",
        ERROR,
        "the new name is empty",
        "nothing behind the colon",
        "write `newrdn: CN=New name`",
    ),
    (
        F::RenameMissingDeleteOldRdn,
        "ldif-rename-missing-deleteoldrdn",
        ERROR,
        "a renaming does not say what becomes of the old name",
        "`deleteoldrdn:` is expected next",
        "write `deleteoldrdn: 1`, or 0 to keep the old name as a value",
    ),
    (
        F::RenameBadDeleteOldRdn,
        "ldif-rename-bad-deleteoldrdn",
        ERROR,
        "this says neither yes nor no",
        "0 or 1 is expected",
        "write `deleteoldrdn: 1`, or 0 to keep the old name as a value",
    ),
    (
        F::RenameUnexpectedLine,
        "ldif-rename-unexpected-line",
        ERROR,
        "a renaming has a line that belongs to nothing",
        "not expected here",
        "a renaming has `newrdn:`, `deleteoldrdn:` and at most `newsuperior:`",
    ),
    (
        F::BadControl,
        "ldif-bad-control",
        ERROR,
        "this control has no object identifier",
        "digits and points are expected",
        "write `control: 1.2.840.113556.1.4.805 true`",
    ),
    (
        F::ControlInContentRecord,
        "ldif-control-in-content-record",
        ERROR,
        "a control in a record that changes nothing",
        "only change records have controls",
        "remove it, or write a `changetype:`",
    ),
    (
        F::SearchFailed,
        "ldif-search-failed",
        ERROR,
        "the search that wrote this file failed, so objects are missing",
        "the result of the search",
        "export again",
    ),
    (
        F::SearchCutShort,
        "ldif-search-cut-short",
        ERROR,
        "the export ends before its result, so objects may be missing",
        "a search began here",
        "the file was cut short: export again",
    ),
    (
        F::EntriesMissing,
        "ldif-entries-missing",
        ERROR,
        "the file does not hold as many objects as the search found",
        "the count of the search",
        "the file was cut short or edited: export again",
    ),
    (
        F::Torn,
        "ldif-torn",
        ERROR,
        "the file ends in the middle of a line",
        "no line end",
        "the file was cut short: export again",
    ),
];

impl FaultKind {
    /// All faults with their codes.
    pub fn all() -> impl Iterator<Item = (Self, &'static str)> {
        TABLE.iter().map(|row| (row.0, row.1))
    }

    /// What is said of it, without a place.
    #[must_use]
    pub fn problem(self) -> Problem {
        let Some((_, code, severity, message, label, help)) = TABLE.iter().find(|row| row.0 == self) else {
            return Problem::error("ldif", "this is not LDIF");
        };
        Problem { severity: *severity, ..Problem::error(code, *message).label(*label).help(*help) }
    }
}
