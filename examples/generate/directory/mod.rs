//! A made-up directory, and the formats in which it can be written.

mod attributes;
mod csexport;
mod csvde;
mod export;
mod faults;
mod format;
mod identity;
mod json;
mod layout;
mod ldif;
mod names;
mod object;
mod objects;
mod random;
mod yaml;

pub(crate) use export::Export;
pub(crate) use format::Format;
pub(crate) use ldif::Style;
