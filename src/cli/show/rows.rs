//! Rows for tables of a database.

use std::io::{self, Write};

use super::class_name;
use crate::finding::Problem;
use crate::language::symbols::Symbols;
use crate::snapshot::{Change, Health, Kind, Names, Record, Snapshot};
use crate::source::Store;
use crate::sql::{Read, Rows};

/// Writes a row for each value of a file of a source; what is wrong with the file is returned.
pub(super) fn write(
    store: &Store,
    snapshot: &Snapshot,
    source: &str,
    symbols: &Symbols,
    names: &Names,
    out: &mut dyn Write,
) -> io::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let mut health: Health = snapshot.health.clone();
    let mut rows = Rows::new(store, symbols, names, source, snapshot.file)?;
    let (mut record, mut block, mut text) = (Record::default(), Vec::new(), Vec::new());
    for part in 0..snapshot.parts() {
        let offset = snapshot.read(part, store, &mut block)?;
        let mut reader = snapshot.reader(part, &block, offset, names);
        while reader.next(&mut record, &mut problems) {
            if matches!(record.kind, Kind::Content | Kind::Change(Change::Add)) {
                let class = class_name(&record, &block, &symbols.classes);
                rows.of_object(Read { record: &record, block: &block, offset }, &class, &mut text)?;
                out.write_all(&text)?;
                text.clear();
            }
        }
        health += reader.health();
    }
    rows.of_file(&health, &mut text);
    out.write_all(&text)?;
    problems.extend(health.problems());
    if let Some(at) = rows.ambiguous {
        let message = "a value holds a character from U+EF00 to U+EFFF, which stands for a byte in rows";
        let problem = Problem::error("row-ambiguous", message).at(at).label("this value");
        problems.push(problem.help("check this file with `presync check`, or change the value"));
    }
    Ok(problems)
}
