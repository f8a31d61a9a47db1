//! The XML of csexport, a tool of Entra Connect: the objects of a connector space with what waits to be exported.

mod fault;
mod item;
mod reader;
mod scan;
mod tag;
mod value;
mod walk;

pub use fault::FaultKind;
pub use reader::CsexportReader;
pub(super) use scan::open;
