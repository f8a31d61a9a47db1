//! Objects, attributes and values as the readers of the snapshot formats yield them.

mod names;
mod record;

pub use names::{Names, Slot};
pub use record::{Change, Entry, Kind, Modification, ModifyOp, Place, Record, Text};
