//! Bytes and text of files: opening, encodings, positional reads, line numbers, and the map from decoded text
//! back to the bytes it came from.

mod code_page;
mod complaint;
mod counted;
mod encoding;
mod git;
mod line_index;
mod packed;
mod place;
mod platform;
mod store;
mod text_map;
mod tree;
mod walk;
mod watch;

pub use code_page::CodePage;
pub use complaint::Complaint;
pub use git::Revision;
pub use line_index::{LineIndex, Position, Step, columns};
pub use place::{FileId, Form, Location, Notation, Span};
pub use platform::{order_key, shown};
pub use store::Store;
pub use text_map::{TextMap, decode, escape};
pub use tree::{Tree, real};
pub use walk::{Walk, walk};
pub use watch::{Look, Watch};
