//! The two forms of a value in LDIF: folded text and folded base64.

use super::TextMap;

pub(super) fn text(raw: &[u8]) -> (Vec<u8>, TextMap) {
    (raw.to_vec(), TextMap::identity(raw.len()))
}

pub(super) fn base64(raw: &[u8]) -> (Vec<u8>, TextMap) {
    (raw.to_vec(), TextMap::identity(raw.len()))
}
