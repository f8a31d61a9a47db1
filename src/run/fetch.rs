//! Reading single records again.

use super::Overlay;
use super::read::Reading;
use crate::engine::{Directory, Fetch, Loaded};
use crate::language::plan::Plan;
use crate::source::Store;

/// The records of a run.
pub(super) struct Records<'r> {
    pub(super) store: &'r Store,
    pub(super) reading: &'r Reading,
    pub(super) plan: &'r Plan,
    pub(super) directory: &'r Directory,
    pub(super) overlay: &'r Overlay,
}

impl Fetch for Records<'_> {
    fn fetch(&self, record: u32) -> Option<Loaded> {
        let row = self.directory.row(record)?;
        let snapshot = self.reading.file_of(record)?;
        let (mut parsed, block) =
            snapshot.again(self.store, &self.plan.names, row.offset, row.length as usize)?;
        self.overlay.apply(&mut parsed, (snapshot.file, row.offset), &self.plan.names);
        let file_name = self.store.name(snapshot.file).to_owned();
        Some(Loaded { record: parsed, offset: row.offset, file: snapshot.file, file_name, block })
    }
}
