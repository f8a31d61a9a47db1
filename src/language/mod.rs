//! The rule language: text to syntax tree ([`syntax`]), names and types checked, and a plan that the engine runs.

pub mod syntax;
