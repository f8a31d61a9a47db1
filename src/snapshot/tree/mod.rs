//! Nested values, as JSON and YAML have them: how they are kept while one object is read, and how an object becomes a
//! record.

mod fields;
mod fill;
mod node;
mod objects;
mod reader;
mod select;
mod values;

pub use fill::Filler;
pub use node::{Kind, NodeId, Tree};
pub use objects::{Anchor, Context, Objects};
pub use reader::{Found, ObjectReader, ReadObject, Source};
