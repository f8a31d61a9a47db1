//! The changes of a plan as requests to a directory: one for each object, attribute by attribute.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Change;
use crate::snapshot::value::dn;

/// What is asked of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its distinguished name, as the file has it.
    pub name: String,
    /// What happens to its attributes, in the order of the file.
    pub attributes: Vec<Modified>,
}

/// What happens to one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modified {
    /// The attribute with its options.
    pub attribute: String,
    /// The values that go.
    pub removed: Vec<Vec<u8>>,
    /// The values that come.
    pub added: Vec<Vec<u8>>,
}

/// An object that no request can be made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unnamed<'c>(pub &'c Change);

/// The requests of a plan. An object that stands in several files is asked once.
///
/// # Errors
/// The first object whose name is no distinguished name, or whose value is secret.
pub fn requests(changes: &[Change]) -> Result<Vec<Request>, Unnamed<'_>> {
    let mut requests: Vec<Request> = Vec::new();
    let mut known: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
    // each value goes once and comes once, however many values an object has
    let mut told: FxHashSet<(usize, String, bool, Vec<u8>)> = FxHashSet::default();
    for change in changes {
        let mut name = Vec::new();
        // a name that is no text was read with replacement characters, and would lead nowhere
        let is_name = !change.object.is_empty()
            && !change.object.contains('\u{FFFD}')
            && dn::normalize_into(change.object.as_bytes(), &mut name);
        let old = change.old.as_ref().map(|old| old.value.clone());
        if !is_name || old == Some(None) {
            return Err(Unnamed(change));
        }
        let number = *known.entry(name).or_insert_with(|| {
            requests.push(Request { name: change.object.clone(), attributes: Vec::new() });
            requests.len() - 1
        });
        let mut is_new = |value: &Vec<u8>, comes| {
            told.insert((number, change.attribute.to_ascii_lowercase(), comes, value.clone()))
        };
        let removed = old.flatten().filter(|value| is_new(value, false));
        let added = change.new.clone().filter(|value| is_new(value, true));
        if let Some(request) = requests.get_mut(number) {
            request.take(&change.attribute, removed, added);
        }
    }
    Ok(requests)
}

impl Request {
    /// Takes note that a value goes, and one comes.
    fn take(&mut self, attribute: &str, removed: Option<Vec<u8>>, added: Option<Vec<u8>>) {
        let known = self.attributes.iter_mut();
        let mut known = known.filter(|modified| modified.attribute.eq_ignore_ascii_case(attribute));
        if let Some(modified) = known.next() {
            modified.removed.extend(removed);
            modified.added.extend(added);
        } else {
            let (removed, added) = (removed.into_iter().collect(), added.into_iter().collect());
            self.attributes.push(Modified { attribute: attribute.to_owned(), removed, added });
        }
    }

    /// The request that takes this one back.
    #[must_use]
    pub fn undone(self) -> Self {
        let undone = |modified: Modified| Modified {
            removed: modified.added,
            added: modified.removed,
            attribute: modified.attribute,
        };
        Self { name: self.name, attributes: self.attributes.into_iter().rev().map(undone).collect() }
    }
}
