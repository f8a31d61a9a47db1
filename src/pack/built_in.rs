//! The packs that presync brings along.

/// Every file under `rules/`, in byte order of the paths, with its text.
pub const BUILT_IN: &[(&str, &str)] = &[];
