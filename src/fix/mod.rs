//! Mending: what the rules propose becomes a plan that is checked, and the plan becomes files that a directory server, an
//! administrator or a repository takes, each with its way back.

mod asked;
mod attribute;
mod by_object;
mod choice;
mod compare;
mod diff;
mod edits;
mod in_place;
mod ldif;
mod ldif_value;
mod plan;
mod powershell;
pub mod review;
mod together;

pub use asked::{Asked, Takes};
pub use by_object::{Modified, Request, Unnamed, requests};
pub use choice::{Choice, Holder, choices};
pub use diff::{Hunk, Line, Side, hunks};
pub(crate) use in_place::said;
pub use in_place::{Rewritten, Splice, refused, rewrite, splice, splice_within, splices, surroundings};
pub use ldif::ldif;
pub use plan::{Decision, Mend, Plan, Planner, Withdrawn};
pub use powershell::powershell;
pub use together::{Beside, Failure, put};
