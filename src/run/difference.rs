//! What changed between two states of a directory: objects that came, went, moved, or have other values.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Files;
use super::gather::{Object, Search};
use crate::finding::Problem;
use crate::language::symbols::Symbols;
use crate::snapshot::shape::Shape;
use crate::snapshot::value::dn;
use crate::source::{Location, Store};

/// The attributes by which an object is known, whatever it is called: in Active Directory, and in answers of Graph.
const ANCHORS: [&str; 2] = ["objectGUID", "id"];

/// One of two states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The name of the object.
    pub name: String,
    /// Where it stands.
    pub location: Location,
}

/// What happened to the values of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeChange {
    /// The attribute.
    pub attribute: String,
    /// Values that only the earlier state has; none is told of an attribute that is secret.
    pub removed: Vec<Vec<u8>>,
    /// Values that only the later state has.
    pub added: Vec<Vec<u8>>,
    /// Its values never come out.
    pub secret: bool,
}

/// What happened to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectChange {
    /// Its class.
    pub class: String,
    /// The earlier state; none if it is new.
    pub before: Option<Side>,
    /// The later state; none if it is gone.
    pub after: Option<Side>,
    /// It stands under another object than before.
    pub moved: bool,
    /// It is called otherwise than before.
    pub renamed: bool,
    /// Attributes with other values, in order of their names.
    pub attributes: Vec<AttributeChange>,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// The objects that changed: those of the later state in its order, then those that are gone.
    pub changes: Vec<ObjectChange>,
    /// How many objects are the same.
    pub same: u64,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
}

/// Compares two states. Attributes that no pack declares are not compared, nor are those in `passed` (in lower case).
#[must_use]
pub fn difference(
    store: &Store,
    (before, after): (&Files, &Files),
    symbols: &Symbols,
    shapes: &[Shape],
    passed: &FxHashSet<String>,
) -> Difference {
    let mut names: Vec<&str> = symbols.attributes.values().map(|attribute| attribute.name.as_str()).collect();
    names.sort_unstable();
    let search = Search::new(&names, symbols, shapes.to_vec());
    let read = |files: &Files| search.gather(store, files, Some);
    let (before, after) = (read(before), read(after));
    let comparison = Comparison { search: &search, symbols, passed };
    let mut difference = Difference::default();
    difference.problems.extend(before.problems);
    difference.problems.extend(after.problems);
    let mut known = Earlier::new(&before.found, &comparison);
    for object in &after.found {
        match known.take(object, &comparison) {
            None => difference.changes.push(comparison.one(None, Some(object))),
            Some(earlier) => {
                let change = comparison.one(Some(earlier), Some(object));
                if change.moved || change.renamed || !change.attributes.is_empty() {
                    difference.changes.push(change);
                } else {
                    difference.same += 1;
                }
            }
        }
    }
    difference.changes.extend(known.rest().map(|object| comparison.one(Some(object), None)));
    difference
}

struct Comparison<'c> {
    search: &'c Search,
    symbols: &'c Symbols,
    passed: &'c FxHashSet<String>,
}

impl Comparison<'_> {
    /// What an object is known by, besides its name.
    fn anchor(&self, object: &Object) -> Option<Vec<u8>> {
        ANCHORS.iter().find_map(|name| {
            let value =
                object.all(self.search.slot(name)).next().filter(|_| self.search.slot(name).is_some())?;
            Some([name.as_bytes(), &value.bytes].concat())
        })
    }

    fn one(&self, before: Option<&Object>, after: Option<&Object>) -> ObjectChange {
        let side = |object: &Object| Side { name: object.name.clone(), location: object.spot.location };
        let either = after.or(before);
        let mut change = ObjectChange {
            class: either.map(|object| object.class.clone()).unwrap_or_default(),
            before: before.map(side),
            after: after.map(side),
            moved: false,
            renamed: false,
            attributes: Vec::new(),
        };
        if let (Some(before), Some(after)) = (before, after) {
            let (old, new) = (before.name.as_bytes(), after.name.as_bytes());
            let above = |name: &[u8]| dn::normalized(name.get(dn::parent(name)).unwrap_or_default());
            if dn::normalized(old) != dn::normalized(new) {
                change.moved = above(old) != above(new);
                change.renamed = dn::first_value(old).1 != dn::first_value(new).1 || !change.moved;
            }
            change.attributes = self.attributes(before, after);
        }
        change
    }

    fn attributes(&self, before: &Object, after: &Object) -> Vec<AttributeChange> {
        let mut values: BTreeMap<&str, [Vec<&[u8]>; 2]> = BTreeMap::new();
        for value in &before.values {
            values
                .entry(self.search.names.name(value.slot))
                .or_default()
                .iter_mut()
                .take(1)
                .for_each(|old| old.push(&value.bytes));
        }
        for value in &after.values {
            values
                .entry(self.search.names.name(value.slot))
                .or_default()
                .iter_mut()
                .skip(1)
                .for_each(|new| new.push(&value.bytes));
        }
        let mut changes = Vec::new();
        for (attribute, [old, new]) in values {
            // what was not asked for has no value that could have gone
            let was_asked = |object: &Object| {
                !self.search.slot(attribute).is_some_and(|slot| object.unasked.contains(&slot))
            };
            if self.passed.contains(&attribute.to_lowercase()) || !was_asked(before) || !was_asked(after) {
                continue;
            }
            let (removed, added) = (without(&old, &new), without(&new, &old));
            if removed.is_empty() && added.is_empty() {
                continue;
            }
            let secret = self.symbols.is_secret(attribute);
            let told = |values: Vec<Vec<u8>>| if secret { Vec::new() } else { values };
            let (removed, added) = (told(removed), told(added));
            changes.push(AttributeChange { attribute: attribute.to_owned(), removed, added, secret });
        }
        changes
    }
}

/// The values that others do not have.
fn without(values: &[&[u8]], others: &[&[u8]]) -> Vec<Vec<u8>> {
    let others: FxHashSet<&[u8]> = others.iter().copied().collect();
    values.iter().filter(|value| !others.contains(*value)).map(|value| value.to_vec()).collect()
}

/// The objects of the earlier state that nobody has met yet.
struct Earlier<'e> {
    objects: &'e [Object],
    met: Vec<bool>,
    by_anchor: FxHashMap<Vec<u8>, usize>,
    by_name: FxHashMap<Vec<u8>, usize>,
}

impl<'e> Earlier<'e> {
    fn new(objects: &'e [Object], comparison: &Comparison<'_>) -> Self {
        let mut known = Self {
            objects,
            met: vec![false; objects.len()],
            by_anchor: FxHashMap::default(),
            by_name: FxHashMap::default(),
        };
        for (number, object) in objects.iter().enumerate() {
            if let Some(anchor) = comparison.anchor(object) {
                known.by_anchor.entry(anchor).or_insert(number);
            }
            known.by_name.entry(dn::normalized(object.name.as_bytes())).or_insert(number);
        }
        known
    }

    /// The earlier state of an object: by its anchor; by its name only if one of the two has no anchor.
    fn take(&mut self, object: &Object, comparison: &Comparison<'_>) -> Option<&'e Object> {
        let anchor = comparison.anchor(object);
        let by_anchor = anchor.as_ref().and_then(|anchor| self.by_anchor.get(anchor)).copied();
        let by_name = || {
            let number = *self.by_name.get(&dn::normalized(object.name.as_bytes()))?;
            let other = self.objects.get(number)?;
            (anchor.is_none() || comparison.anchor(other).is_none()).then_some(number)
        };
        let number = by_anchor.or_else(by_name)?;
        let met = self.met.get_mut(number).filter(|met| !**met)?;
        *met = true;
        self.objects.get(number)
    }

    fn rest(&self) -> impl Iterator<Item = &'e Object> {
        self.objects.iter().zip(&self.met).filter(|(_, met)| !**met).map(|(object, _)| object)
    }
}
