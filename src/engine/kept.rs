//! Records that were read again and are still at hand. The memory of the one that goes first serves the next one that comes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use rustc_hash::FxHashMap;

use crate::snapshot::Record;
use crate::source::FileId;

/// A record that was read again.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Its attributes.
    pub record: Record,
    /// The bytes that it was read from.
    pub block: Vec<u8>,
    /// Where these begin in the file.
    pub offset: u64,
    /// The file.
    pub file: FileId,
}

/// Reads records again, by number.
pub trait Fetch: Sync {
    /// Reads a record into memory that another one may have been read into before. False if its file is no longer what it was.
    fn fetch(&self, record: u32, into: &mut Loaded) -> bool;

    /// The name of a file.
    fn file_name(&self, file: FileId) -> &str;
}

/// How many shelves there are, so that threads seldom wait for each other.
const SHELVES: usize = 16;
/// How many bytes of records are kept at hand on each of them: 16 MB on all.
const KEPT: usize = (16 << 20) / SHELVES;
/// The same of large records, which have a shelf of their own: a group that everybody refers to has to stay at hand.
const KEPT_LARGE: usize = 16 << 20;
/// What is no larger shares a shelf with others, and its memory serves another one.
const SMALL: usize = 1 << 16;

/// The records that are at hand.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Each on the shelf of its number.
    small: [Mutex<Shelf>; SHELVES],
    large: RwLock<Shelf>,
}

#[derive(Debug, Default)]
struct Shelf {
    records: FxHashMap<u32, Arc<Loaded>>,
    /// Their numbers, in the order in which they came.
    order: VecDeque<u32>,
    bytes: usize,
}

impl Kept {
    /// A record, read again or still at hand.
    pub(super) fn load(&self, record: u32, fetch: &dyn Fetch) -> Option<Arc<Loaded>> {
        let small = self.small.get(record as usize % SHELVES)?;
        let mut shelf = locked(small);
        if let Some(loaded) = shelf.records.get(&record) {
            return Some(Arc::clone(loaded));
        }
        let mut loaded = shelf.make_room(KEPT);
        drop(shelf);
        if let Some(loaded) = self.large.read().unwrap_or_else(PoisonError::into_inner).records.get(&record) {
            return Some(Arc::clone(loaded));
        }
        if !fetch.fetch(record, &mut loaded) {
            return None;
        }
        let loaded = Arc::new(loaded);
        if loaded.bytes() <= SMALL {
            locked(small).keep(record, &loaded);
        } else {
            let mut large = self.large.write().unwrap_or_else(PoisonError::into_inner);
            drop(large.make_room(KEPT_LARGE));
            large.keep(record, &loaded);
        }
        Some(loaded)
    }
}

fn locked(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shelf {
    fn keep(&mut self, record: u32, loaded: &Arc<Loaded>) {
        // two threads may have read it at the same time
        if self.records.insert(record, Arc::clone(loaded)).is_none() {
            self.order.push_back(record);
            self.bytes += loaded.bytes();
        }
    }

    /// Memory for one more record: that of the one that came first, if so many bytes are at hand and nobody looks at it.
    fn make_room(&mut self, kept: usize) -> Loaded {
        let mut room = Loaded::default();
        while self.bytes > kept
            && let Some(oldest) = self.order.pop_front()
            && let Some(loaded) = self.records.remove(&oldest)
        {
            self.bytes = self.bytes.saturating_sub(loaded.bytes());
            if let Some(loaded) = Arc::into_inner(loaded).filter(|loaded| loaded.bytes() <= SMALL) {
                room = loaded;
            }
        }
        room
    }
}

impl Loaded {
    /// How many bytes of memory it takes.
    fn bytes(&self) -> usize {
        size_of::<Self>() + self.record.bytes_of_memory() + self.block.capacity()
    }
}
