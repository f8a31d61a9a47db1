//! An earlier snapshot of the directory: which source anchors changed since, and what is gone.

use rustc_hash::FxHashMap;

use super::source_object::SourceRead;
use crate::entra::anchor::source_anchor;
use crate::entra::{Scope, SourceObject, Tenant};
use crate::snapshot::value::dn;

/// By what an object is found again: the objectGUID, which nothing changes; else the name.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Guid([u8; 16]),
    Name(Vec<u8>),
}

fn identity(object: &SourceObject) -> Identity {
    object.object_guid.map_or_else(|| Identity::Name(dn::normalized(object.dn.as_bytes())), Identity::Guid)
}

/// Notes the earlier source anchor of each object, and adds what is gone.
pub(super) fn compare(sources: &mut Vec<SourceRead>, earlier: Vec<SourceRead>, tenant: &Tenant) {
    if earlier.is_empty() {
        return;
    }
    let numbers = sources.iter().enumerate().map(|(number, read)| (identity(&read.object), number));
    let numbers: FxHashMap<Identity, usize> = numbers.collect();
    for mut before in earlier {
        let now = numbers.get(&identity(&before.object)).and_then(|number| sources.get_mut(*number));
        match now {
            Some(now) => {
                now.object.earlier_anchor =
                    source_anchor(&before.object, tenant).ok().flatten().map(Into::into);
            }
            None => {
                before.object.scope = Scope::Gone;
                sources.push(before);
            }
        }
    }
}
