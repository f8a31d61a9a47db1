//! The model of the synchronisation, asked as the forecast asks it: by the vectors of the pages, by the rows of the matrix
//! and of the catalogue of errors (entra.md), and by what must hold for every directory.

// Whatever goes wrong in a test may end it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]
// a clone reads better than a slice of a reference
#![allow(clippy::cloned_ref_to_slice_refs)]

mod addresses;
mod anchors;
mod apply;
mod catalogue;
mod founding;
mod joins;
mod matching;
mod matrix;
mod properties;
mod sign_in_names;
mod world;
