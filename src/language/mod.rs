//! The rule language: text to syntax tree ([`syntax`]), names and types checked, and a plan that the engine runs.

mod fault;
pub mod format;
pub mod function;
mod parse;
mod suggest;
pub mod syntax;

pub use fault::Fault;
pub use parse::{parse_condition, parse_operand, parse_pattern, parse_sentence, parse_template};
pub use suggest::{did_you_mean, nearest};
