//! A listing for people: decoded values, one a line.

use std::io::{self, Write};

use super::{Context, class_of, grouped};
use crate::snapshot::{Change, Kind, Record};

pub(super) fn write(record: &Record, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let name = shown(record.bytes(context.block, record.dn));
    match record.kind {
        Kind::Content => writeln!(out, "{name}")?,
        Kind::Change(Change::Add) => writeln!(out, "{name}  (added)")?,
        Kind::Change(Change::Delete) => writeln!(out, "{name}  (deleted; not judged)")?,
        Kind::Change(Change::Modify) => writeln!(out, "{name}  (modified; not judged)")?,
        Kind::Change(Change::Rename) => writeln!(out, "{name}  (renamed; not judged)")?,
    }
    let class = class_of(record, context);
    if !class.is_empty() {
        writeln!(out, "  class: {class}")?;
    }
    for (name, entries) in grouped(record, context.block) {
        let secret = (context.secret)(&name);
        for entry in entries {
            let value = record.bytes(context.block, entry.value);
            let value = if secret { "(secret)".to_owned() } else { shown(value) };
            let kept = if entry.place.url { "  (kept outside the file)" } else { "" };
            writeln!(out, "  {}: {value}{kept}", shown(name.as_bytes()))?;
        }
    }
    writeln!(out)
}

/// Text that does no harm to a terminal; other bytes by their number.
fn shown(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => crate::finding::printable(text).into_owned(),
        Err(_) => format!("({} bytes)", value.len()),
    }
}
