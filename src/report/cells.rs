//! Lines of CSV as RFC 4180 says, for spreadsheets and `Import-Csv`: no cell is taken for a formula, and nothing in it is
//! invisible.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::finding::printable;
use crate::fix::review::FORMULA;

/// Writes one line.
///
/// # Errors
/// What the operating system says of writing.
pub(super) fn row(cells: &[&str], out: &mut dyn Write) -> io::Result<()> {
    for (number, text) in cells.iter().enumerate() {
        if number > 0 {
            out.write_all(b",")?;
        }
        out.write_all(cell(text).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

/// The text as a cell: quoted where it has to be, with an apostrophe before what would be a formula.
fn cell(text: &str) -> Cow<'_, str> {
    let shown = printable(text);
    let is_formula = shown.trim_start().starts_with(FORMULA);
    let safe = if is_formula { Cow::Owned(format!("'{shown}")) } else { shown };
    if safe.contains([',', '"', '\n', '\r']) || is_formula {
        return Cow::Owned(format!("\"{}\"", safe.replace('"', "\"\"")));
    }
    safe
}
