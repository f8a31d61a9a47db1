//! LDIF: RFC 2849, and the dialects that ldifde, ldapsearch, ldbsearch, slapcat and db2ldif write.

mod block;
mod change;
mod fault;
mod health;
mod line;
mod reader;
mod value;

pub use block::{Blocks, MAX_BLOCK};
pub use fault::FaultKind;
pub use health::{Health, Requested};
pub use reader::LdifReader;
