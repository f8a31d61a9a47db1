//! The table of IdFix: what is proposed goes out for review in a spreadsheet, and comes back with the column ACTION filled.

mod cells;
mod read;
mod resolve;
mod rows;
mod write;

use crate::source::Location;

pub use read::{Reviewed, read};
pub use resolve::resolve;
pub use rows::rows;
pub use write::{Row, common_name, table};

/// The columns, in the order of IdFix 2.6.
pub const COLUMNS: [&str; 9] = [
    "DISTINGUISHEDNAME",
    "COMMONNAME",
    "OBJECTCLASS",
    "ATTRIBUTE",
    "ERROR",
    "VALUE",
    "UPDATE",
    "PROPOSEDACTION",
    "ACTION",
];

/// What a spreadsheet would take for the beginning of a formula (OWASP, "CSV Injection").
pub const FORMULA: [char; 8] = ['=', '+', '-', '@', '\t', '\r', '|', '%'];

/// What stands before a value in base64.
const BASE64_MARK: &str = "base64:";

/// What is done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// VALUE becomes UPDATE; without a VALUE, UPDATE is added.
    Edit,
    /// VALUE goes.
    Remove,
    /// Everything stays as it is.
    Complete,
}

impl Action {
    /// The name in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Edit => "EDIT",
            Self::Remove => "REMOVE",
            Self::Complete => "COMPLETE",
        }
    }
}

/// A row that asks for a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The distinguished name of the object.
    pub name: String,
    /// The attribute, with its options.
    pub attribute: String,
    /// The value that is there; none if one is added.
    pub old: Option<Vec<u8>>,
    /// What it becomes; none if it goes.
    pub new: Option<Vec<u8>>,
    /// Where the name, the attribute and the value stand in the table.
    pub places: [Location; 3],
}
