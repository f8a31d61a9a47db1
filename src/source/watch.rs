//! Files that are looked through while they are read for something else, so that they are not read a second time.

use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;

use super::place::FileId;

/// Says whether something may stand in a part of a file.
pub type Look = fn(&[u8]) -> bool;

/// What is looked for, file by file.
#[derive(Debug, Default)]
pub struct Watch(RwLock<FxHashMap<FileId, (Look, AtomicBool)>>);

impl Watch {
    /// From now on, the parts of a file are looked through as they are read.
    pub fn begin(&self, file: FileId, look: Look) {
        if let Ok(mut files) = self.0.write() {
            files.insert(file, (look, AtomicBool::new(false)));
        }
    }

    /// A part of a file was read, with whole lines.
    pub fn read(&self, file: FileId, part: &[u8]) {
        if let Ok(files) = self.0.read()
            && let Some((look, is_found)) = files.get(&file)
            && !is_found.load(Ordering::Relaxed)
            && look(part)
        {
            is_found.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it may stand in one of the parts that were read.
    #[must_use]
    pub fn is_found(&self, file: FileId) -> bool {
        self.0
            .read()
            .is_ok_and(|files| files.get(&file).is_some_and(|(_, is_found)| is_found.load(Ordering::Relaxed)))
    }
}
