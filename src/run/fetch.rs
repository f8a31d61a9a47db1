//! Reading single records again.

use super::read::Reading;
use crate::engine::{Directory, Fetch, Loaded};
use crate::language::plan::Plan;
use crate::snapshot::Record;
use crate::snapshot::ldif::LdifReader;
use crate::source::Store;

/// The records of a run.
pub(super) struct Records<'r> {
    pub(super) store: &'r Store,
    pub(super) reading: &'r Reading,
    pub(super) plan: &'r Plan,
    pub(super) directory: &'r Directory,
}

impl Fetch for Records<'_> {
    fn fetch(&self, record: u32) -> Option<Loaded> {
        let row = self.directory.row(record)?;
        let file = self.reading.file_of(record)?;
        let mut block = Vec::new();
        self.store.read(file, row.offset, row.length as usize, &mut block).ok()?;
        let mut parsed = Record::default();
        let mut reader = LdifReader::new(&block, file, row.offset, &self.plan.names);
        if !reader.next(&mut parsed, &mut Vec::new()) {
            return None;
        }
        let file_name = self.store.name(file).to_owned();
        Some(Loaded { record: parsed, offset: row.offset, file, file_name, block })
    }
}
