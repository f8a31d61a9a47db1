//! `presync report`: a table of findings as a report.

use std::io;

use super::arguments::{Common, ReportOptions};

pub(super) fn run(_options: &ReportOptions, _common: &Common) -> io::Result<u8> {
    Ok(2)
}
