//! What readers of a file learnt of how it is written: the next ones go on with it. Thousands of records are read one by one, and
//! none of them would be worth learning from alone.

use std::sync::Mutex;

use super::names::Names;

/// What was learnt and is in use by no reader, each with the edition of the names that it holds for.
#[derive(Debug)]
pub(super) struct Shelf<T>(Mutex<Vec<(u64, T)>>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Default> Shelf<T> {
    /// What some reader learnt that asked for the same names; nothing if there is none.
    pub(super) fn take(&self, names: &Names) -> T {
        let kept = self.0.lock().ok().and_then(|mut kept| kept.pop());
        kept.filter(|(edition, _)| *edition == names.edition())
            .map(|(_, learned)| learned)
            .unwrap_or_default()
    }

    /// Puts back what a reader took and added to.
    pub(super) fn put(&self, names: &Names, learned: T) {
        if let Ok(mut kept) = self.0.lock() {
            kept.push((names.edition(), learned));
        }
    }
}
