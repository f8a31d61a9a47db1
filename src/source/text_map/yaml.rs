//! The five styles of a YAML scalar.

use super::TextMap;
use crate::source::Form;

pub(super) fn decode(raw: &[u8], _form: Form) -> (Vec<u8>, TextMap) {
    (raw.to_vec(), TextMap::identity(raw.len()))
}
