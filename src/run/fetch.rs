//! Reading single records again.

use super::Overlay;
use super::read::Reading;
use crate::engine::{Directory, Fetch, Loaded};
use crate::language::plan::Plan;
use crate::source::{FileId, Store};

/// The records of a run.
pub(super) struct Records<'r> {
    pub(super) store: &'r Store,
    pub(super) reading: &'r Reading,
    pub(super) plan: &'r Plan,
    pub(super) directory: &'r Directory,
    pub(super) overlay: &'r Overlay,
}

impl Fetch for Records<'_> {
    fn fetch(&self, record: u32, into: &mut Loaded) -> bool {
        let found = self.directory.row(record).zip(self.reading.file_of(record));
        let Some((row, snapshot)) = found else { return false };
        let names = &self.plan.names;
        let Loaded { record, block, offset, file } = into;
        (*offset, *file) = (row.offset, snapshot.file);
        if !snapshot.again(self.store, names, (row.offset, row.length as usize), record, block) {
            return false;
        }
        self.overlay.apply(record, (snapshot.file, row.offset), names);
        true
    }

    fn file_name(&self, file: FileId) -> &str {
        self.store.name(file)
    }
}
