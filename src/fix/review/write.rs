//! Writing the table.

use std::io::{self, Write};

use super::{Action, COLUMNS, FORMULA};
use crate::snapshot::value::dn;

/// A row: one value of one attribute of one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The distinguished name of the object.
    pub name: String,
    /// Its class.
    pub class: String,
    /// The attribute, with its options.
    pub attribute: String,
    /// The rules that find fault with it, with commas.
    pub rules: String,
    /// The value; none if one is missing.
    pub value: Option<Vec<u8>>,
    /// What it could become.
    pub update: Option<Vec<u8>>,
    /// What is proposed.
    pub proposed: Option<Action>,
    /// What was decided.
    pub action: Option<Action>,
}

/// Writes rows. Those with a value that is no text are left out, since no spreadsheet would give it back; how many.
///
/// # Errors
/// What the operating system says.
pub fn table(rows: &[Row], out: &mut dyn Write) -> io::Result<usize> {
    // spreadsheets take a table without the mark for one of their code page
    write!(out, "\u{FEFF}{}\r\n", COLUMNS.join(","))?;
    let mut left_out = 0;
    for row in rows {
        let (Some(value), Some(update)) = (text(row.value.as_deref()), text(row.update.as_deref())) else {
            left_out += 1;
            continue;
        };
        let action = |action: Option<Action>| action.map_or("", Action::name);
        let common_name = common_name(&row.name);
        let cells = [
            &row.name,
            &common_name,
            &row.class,
            &row.attribute,
            &row.rules,
            value,
            update,
            action(row.proposed),
            action(row.action),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(left_out)
}

/// A value as text; none if it is no text.
fn text(value: Option<&[u8]>) -> Option<&str> {
    match value {
        None => Some(""),
        Some(value) => std::str::from_utf8(value).ok().filter(|text| !text.contains('\0')),
    }
}

/// The first value of a name: what COMMONNAME holds.
#[must_use]
pub fn common_name(name: &str) -> String {
    let (range, decoded) = dn::first_value(name.as_bytes());
    let value = range.and_then(|range| name.get(range)).map(str::to_owned);
    value.unwrap_or_else(|| String::from_utf8_lossy(&decoded).into_owned())
}

/// A cell (RFC 4180). What would be taken for a formula gets an apostrophe, as does what looks as if it had got one.
fn quoted(cell: &str) -> String {
    let behind = cell.trim_start_matches('\'');
    let guard = if behind.starts_with(FORMULA) { "'" } else { "" };
    if cell.contains(['"', ',', ';', '\n', '\r']) || cell.trim() != cell {
        format!("\"{guard}{}\"", cell.replace('"', "\"\""))
    } else {
        format!("{guard}{cell}")
    }
}
