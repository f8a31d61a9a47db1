//! The rule language: text to syntax tree ([`syntax`]), names and types checked, and a plan that the engine runs.

mod fault;
pub mod format;
pub mod function;
pub mod syntax;

pub use fault::Fault;
