//! The `presync` command.

fn main() {}
