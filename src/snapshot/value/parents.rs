//! Names normalised by what is known of the names above. A directory has many objects and few containers: what stands
//! behind the first comma of a name was nearly always met before, spelled the same way.

use super::dn::{first_part, first_simple_part, normalize_into, normalize_parts};
use super::fold::fold_into;

/// How many parents are remembered; a power of two.
const PARENTS: usize = 512;
/// How long a parent may be to be remembered, in bytes.
const LONGEST: usize = 1024;

/// Parents of names as they were spelled, and in the form by which names are compared.
#[derive(Debug, Clone)]
pub struct Parents(Vec<Parent>);

#[derive(Debug, Clone, Default)]
struct Parent {
    spelled: Vec<u8>,
    normalized: Vec<u8>,
}

impl Default for Parents {
    fn default() -> Self {
        Self(vec![Parent::default(); PARENTS])
    }
}

impl Parents {
    /// The same as [`normalize_into`](super::dn::normalize_into).
    #[must_use]
    pub fn normalize_into(&mut self, name: &[u8], into: &mut Vec<u8>) -> bool {
        let simple = first_simple_part(name);
        let end = simple.or_else(|| first_part(name)).filter(|end| *end < name.len());
        let split = end.and_then(|end| Some((name.get(..end)?, name.get(end + 1..)?)));
        let Some((first, above)) = split.filter(|(_, above)| (1..=LONGEST).contains(&above.len())) else {
            return normalize_into(name, into);
        };
        let Some(parent) = self.0.get_mut(place(above)) else { return normalize_into(name, into) };
        if parent.spelled != above {
            parent.spelled.clear();
            parent.normalized.clear();
            if !normalize_parts(above, &mut parent.normalized) {
                return false;
            }
            parent.spelled.extend_from_slice(above);
        }
        if simple.is_some() {
            fold_into(first, into);
        } else if !normalize_parts(first, into) {
            return false;
        }
        into.push(b',');
        into.extend_from_slice(&parent.normalized);
        true
    }
}

/// Where a parent is remembered: told by its length and its first value.
fn place(parent: &[u8]) -> usize {
    let first = parent.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    let mixed = (first ^ (parent.len() as u64) << 3).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(mixed >> (64 - PARENTS.ilog2())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn names_are_normalised_as_without_memory(
            names in proptest::collection::vec("(CN|ou|B:2:|<)?[=a-cA é,\\\\\"+#.]{0,4}(, ?(OU|dc)=[a-bB ,\\\\\"+]{0,3}){0,3}", 1..9)
        ) {
            let mut parents = Parents::default();
            for name in names.iter().chain(&names) {
                let (mut with, mut without) = (b"x".to_vec(), b"x".to_vec());
                let is_name = normalize_into(name.as_bytes(), &mut without);
                prop_assert_eq!(parents.normalize_into(name.as_bytes(), &mut with), is_name, "{}", name);
                prop_assert_eq!(with, without, "{}", name);
            }
        }
    }
}
