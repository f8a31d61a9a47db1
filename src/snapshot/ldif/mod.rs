//! LDIF: RFC 2849, and the dialects that ldifde, ldapsearch, ldbsearch, slapcat and db2ldif write.

mod block;
mod change;
mod fault;
mod line;
mod reader;
mod search;
mod value;

pub use block::{Blocks, MAX_BLOCK};
pub use fault::FaultKind;
pub use reader::LdifReader;
pub use search::Searches;
