//! Bytes and text of files: opening, encodings, positional reads, line numbers, and the map from decoded text
//! back to the bytes it came from.

mod place;
mod text_map;

pub use place::{FileId, Form, Location, Span};
pub use text_map::{TextMap, decode};
