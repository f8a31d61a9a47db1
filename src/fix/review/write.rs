//! Writing the table.

use std::borrow::Cow;
use std::io::{self, Write};

use data_encoding::BASE64;

use super::{Action, BASE64_MARK, COLUMNS, FORMULA};
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

/// Writes rows.
///
/// # Errors
/// What the operating system says.
pub fn table(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    // spreadsheets take a table without the mark for one of their code page
    write!(out, "\u{FEFF}{}\r\n", COLUMNS.join(","))?;
    for row in rows {
        let (value, update) = (text(row.value.as_deref()), text(row.update.as_deref()));
        let action = |action: Option<Action>| action.map_or("", Action::name);
        let common_name = common_name(&row.name);
        let cells: [&str; 9] = [
            &row.name,
            &common_name,
            &row.class,
            &row.attribute,
            &row.rules,
            &value,
            &update,
            action(row.proposed),
            action(row.action),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        write!(out, "{}\r\n", cells.join(","))?;
    }
    Ok(())
}

/// A value as text. What no spreadsheet would give back is written in base64, as is what looks as if it were.
fn text(value: Option<&[u8]>) -> Cow<'_, str> {
    let Some(value) = value else { return "".into() };
    let is_text = |text: &&str| !text.contains('\0') && !text.starts_with(BASE64_MARK);
    match std::str::from_utf8(value).ok().filter(is_text) {
        Some(text) => text.into(),
        None => (BASE64_MARK.to_owned() + &BASE64.encode(value)).into(),
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
