//! The program: arguments in, exit code out.

use std::process::ExitCode;

/// Most of the memory is that of small texts, which many allocators are slow with, that of musl most of all.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(presync::cli::run(std::env::args_os()))
}
