//! Bytes and text of files: opening, encodings, positional reads, line numbers, and the map from decoded text
//! back to the bytes it came from.

mod place;

pub use place::{FileId, Form, Location, Span};
