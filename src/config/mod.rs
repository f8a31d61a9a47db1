//! `presync.yaml`: which files hold what, what the rules are given, and what of their findings counts. Files as they are written
//! ([`RawConfig`]) become layers, layers are merged, and what is merged is ready to be used ([`Settings`]).

mod bounds;
mod layer;
mod merge;
mod names;
mod raw;
mod raw_policy;
mod schema;
mod settings;
mod sources;

pub use bounds::Bounds;
pub use layer::Layer;
pub use merge::{bad_day, day};
pub use raw::{RawConfig, RawScalar, RawScope, RawSource, RawValue};
pub use raw_policy::{RawLevel, RawOutput, RawOverride, RawSuppression};
pub use schema::schemas;
pub use settings::{
    ConfigSuppression, NAME, OutputFile, Override, Reach, Settings, Word, find, find_in, load,
};
pub use sources::SourceFiles;
