//! Tables: csvde, `Export-Csv`, and whatever else parts its cells by a separator.

mod cell;
mod fault;
mod head;
mod idfix;
mod layout;
mod reader;
mod rows;
mod split;
mod table;
mod value;

pub use fault::FaultKind;
pub use reader::CsvReader;
pub use table::Table;
