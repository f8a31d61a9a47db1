//! Objects, attributes and values as the readers of the snapshot formats yield them.

mod classes;
pub mod csexport;
pub mod csv;
mod file;
mod format;
mod frame;
mod health;
pub mod json;
mod lanes;
pub mod ldif;
mod lost;
mod names;
mod record;
pub mod shape;
mod shelf;
mod spot;
pub mod tree;
pub mod value;
pub mod yaml;

pub use classes::Classes;
pub use file::{Mapped, Opening, Part, Reader, STRIDE, Snapshot};
pub use format::Format;
pub use frame::{Frame, Frames};
pub use health::{Health, Loss, Lost, Page, Requested};
pub use lost::{has_lost_letters, is_cut_off, is_rounded, is_type_name};
pub use names::{Described, Names, Slot};
pub use record::{Change, Elsewhere, Entry, Kind, Modification, ModifyOp, Place, Record, Text};
pub use spot::{KeptSpot, Spot};
