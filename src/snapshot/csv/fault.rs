//! Every fault of a table: its code, how bad it is, and its words. The one table.

use crate::finding::{Problem, Severity};

/// A fault of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum FaultKind {
    DuplicateHeader,
    EmptyHeader,
    NoAttributes,
    Hashtables,
    IdFix,
    Partial,
    HeaderAgain,
    FirstObject,
    LongRow,
    OpenQuote,
    StrayQuote,
    LargeRow,
    Nul,
    BadHex,
}

use FaultKind as F;

type Row = (FaultKind, &'static str, Severity, &'static str, &'static str, &'static str);

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;
const INFO: Severity = Severity::Info;

/// Kind, code, severity, message, label, remedy.
const TABLE: &[Row] = &[
    (
        F::DuplicateHeader,
        "csv-duplicate-header",
        ERROR,
        "two columns have the same name",
        "again; this column is not read",
        "rename one of them, or leave it out of the export",
    ),
    (
        F::EmptyHeader,
        "csv-empty-header",
        WARNING,
        "a column has no name",
        "a name is expected here; the column is not read",
        "name the column, or remove it",
    ),
    (
        F::NoAttributes,
        "csv-no-attributes",
        ERROR,
        "no column of this table is a known attribute",
        "the header of the table",
        "the first line of a table names its columns",
    ),
    (
        F::Hashtables,
        "csv-hashtables",
        ERROR,
        "this table lists hashtables, not objects: their contents were lost in the export",
        "the properties of a hashtable",
        "export objects: write `[pscustomobject]@{ .. }` in place of `@{ .. }`, or use PowerShell 7.2 or later",
    ),
    (
        F::IdFix,
        "csv-idfix",
        INFO,
        "this table lists what IdFix found, not objects: only the values that it names are judged",
        "the header of IdFix",
        "export the directory itself to judge all objects: `presync export-command` prints how",
    ),
    (
        F::Partial,
        "csv-partial-attribute",
        ERROR,
        "this attribute was cut short by the server",
        "only a range of the values was exported",
        "export it with a tool that follows ranges; rules that need all values are not evaluated",
    ),
    (
        F::FirstObject,
        "export-first-object",
        WARNING,
        "the columns are those that the first object has; what it lacks is missing for all",
        "exported without `Select-Object`",
        "choose the columns: `presync export-command powershell` prints a command that does",
    ),
    (
        F::HeaderAgain,
        "csv-header-again",
        WARNING,
        "the header stands again in the middle of the table",
        "joined files have one; this line is not read",
        "remove it: other readers take it for an object",
    ),
    (
        F::LongRow,
        "csv-long-row",
        ERROR,
        "a row has more cells than the header has names",
        "no column is left for this cell",
        "write a cell that holds the separator in quotes",
    ),
    (
        F::OpenQuote,
        "csv-open-quote",
        ERROR,
        "a quote is not closed, so the rows from here to the end of the file were not read",
        "opens here",
        "close it; a quote inside a quoted cell is written twice (`\"\"`)",
    ),
    (
        F::StrayQuote,
        "csv-stray-quote",
        ERROR,
        "text stands behind the closing quote of a cell",
        "closes the cell",
        "a quote inside a quoted cell is written twice (`\"\"`)",
    ),
    (
        F::LargeRow,
        "csv-large-row",
        ERROR,
        "a row is larger than 512 MB; it and the rows behind it were not read",
        "begins here",
        "a quote may not be closed, or the file is no table",
    ),
    (
        F::Nul,
        "csv-nul",
        ERROR,
        "the table holds a NUL",
        "many readers cut the text here",
        "the file was damaged, or written in two encodings: export it again in one go",
    ),
    (
        F::BadHex,
        "csv-bad-hex",
        ERROR,
        "these are no bytes",
        "cannot be read from here",
        "csvde writes bytes as `X'0a1b'`: two hexadecimal digits for each",
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
            return Problem::error("csv", "this is no table");
        };
        Problem { severity: *severity, ..Problem::error(code, *message).label(*label).help(*help) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_its_own_code() {
        let mut codes: Vec<_> = FaultKind::all().map(|(_, code)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
        assert!(codes.iter().all(|code| code.starts_with("csv-") || code.starts_with("export-")));
    }
}
