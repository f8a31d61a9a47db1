//! Objects, attributes and values as the readers of the snapshot formats yield them.

mod classes;
pub mod ldif;
mod names;
mod record;
pub mod value;

pub use classes::Classes;
pub use names::{Names, Slot};
pub use record::{Change, Entry, Kind, Modification, ModifyOp, Place, Record, Text};
