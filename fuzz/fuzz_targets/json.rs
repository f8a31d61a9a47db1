//! Any bytes as JSON: the reader ends, values lie in the file, and each object read again is the same.

#![no_main]

mod nested;

use libfuzzer_sys::fuzz_target;
use presync::snapshot::Format;

fuzz_target!(|bytes: &[u8]| nested::read(bytes, Format::Json));
