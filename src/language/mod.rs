//! The rule language: text to syntax tree ([`syntax`]), names and types checked, and a plan that the engine runs.

mod check;
mod expression;
mod fault;
pub mod format;
pub mod function;
mod parse;
pub mod plan;
mod suggest;
pub mod symbols;
pub mod syntax;

pub use check::{Compiled, Compiler, Part, Texts};
pub use fault::Fault;
pub use parse::{
    Branch, branches, parse_condition, parse_operand, parse_pattern, parse_sentence, parse_template,
};
pub use suggest::{did_you_mean, nearest};
