//! Rules meet objects, in three steps: [`Scan`] looks at each object alone, [`join`] at all together, [`Confirm`] reads
//! again what is suspicious and makes findings. None of them reads or prints anything, and none can fail.

mod confirm;
mod cost;
mod count;
mod crowd;
mod cycle;
mod evaluate;
mod explain;
mod gathered;
mod join;
mod kept;
mod key;
mod known;
mod ledger;
mod mark;
mod object;
mod operand;
mod partial;
mod program;
mod propose;
mod roles;
mod scan;
mod signature;
mod site;
mod strategy;
mod subtree;
mod unread;
mod wording;
mod world;

pub use confirm::{Confirm, Confirmed, Skipped};
pub use cost::Costs;
pub use join::{Directory, Suspects, join};
pub use kept::{Fetch, Loaded};
pub use known::Known;
pub use ledger::{Ledger, Renewed};
pub use object::Object;
pub use partial::{Candidate, Counted, Facts, Partial, Row};
pub use scan::Scan;
pub use signature::{Signature, Signatures};
pub use site::fingerprint;
