//! Parts of addresses.

use std::ops::Range;

use memchr::{memchr, memrchr};

pub(super) fn scheme(value: &[u8]) -> Range<usize> {
    0..memchr(b':', value).unwrap_or(0)
}

pub(super) fn address(value: &[u8]) -> Range<usize> {
    memchr(b':', value).map_or(0, |colon| colon + 1)..value.len()
}

pub(super) fn local_part(value: &[u8]) -> Range<usize> {
    0..memrchr(b'@', value).unwrap_or(value.len())
}

pub(super) fn domain(value: &[u8]) -> Range<usize> {
    memrchr(b'@', value).map_or(value.len(), |at| at + 1)..value.len()
}
