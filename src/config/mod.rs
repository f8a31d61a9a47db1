//! `presync.yaml`: which files hold what, and what the rules are given.

mod raw;
mod settings;

pub use raw::{RawConfig, RawSource};
pub use settings::{NAME, Settings, SourceFiles, find, load};
