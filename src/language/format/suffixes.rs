//! The public suffix list that the program carries.

/// The version of the crate `psl`, which carries the list as code. Cargo.toml asks for just this one.
pub const PUBLIC_SUFFIX_CRATE: &str = "2.1.247";

/// The day of the list. The crate keeps no header of the list, but it is made anew every midnight from the list of the day, and
/// published if anything changed: so this is the day on which the version was published (`pubtime` in the index of crates.io,
/// <https://index.crates.io/3/p/psl>).
pub const PUBLIC_SUFFIX_DATE: &str = "2026-11-05";
