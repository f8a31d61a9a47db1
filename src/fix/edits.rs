//! What all fixes of a plan come to, value by value: a value that is changed twice is one change.

use std::borrow::Borrow;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::attribute::Attribute;
use crate::finding::{Change, Stored};
use crate::run::Overlay;
use crate::snapshot::value::folded;
use crate::source::{FileId, Location};

/// Changes, of which none speaks of a value that another one speaks of.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits {
    changes: Vec<Option<Arc<Change>>>,
    /// The numbers of changes by their places; attributes without a value share the name of their object.
    by_place: FxHashMap<Location, SmallVec<[usize; 1]>>,
}

/// Where a change is made: the value, or the attribute to which one is added.
pub(super) type Spot<'c> = (Location, Attribute<'c>);

/// Where a change is made. A value that is added stands where the name of its object does, as the overlay has it.
pub(super) fn spot(change: &Change) -> Spot<'_> {
    let name = change.name;
    let place = change.old.as_ref().map_or(Location::new(name.file, name.span.offset, 0), standing);
    (place, Attribute(&change.attribute))
}

fn standing(stored: &Stored) -> Location {
    stored.via.unwrap_or(stored.location)
}

impl Edits {
    /// Adds a change behind the others: what it takes for the old value may be what one of them made.
    pub(super) fn add(&mut self, change: &Arc<Change>) {
        let known = self.by_place.entry(spot(change).0).or_default();
        let earlier = known.iter().copied().find(|number| {
            let Some(Some(earlier)) = self.changes.get(*number) else { return false };
            if spot(earlier) != spot(change) {
                return false;
            }
            match (&earlier.old, &change.old) {
                // of several values that were added to one attribute, the one that is meant
                (None, Some(old)) => old.value.is_some() && earlier.new == old.value,
                (Some(_), Some(_)) => true,
                (None, None) => earlier.new == change.new,
                (Some(_), None) => false,
            }
        });
        match earlier.and_then(|number| self.changes.get_mut(number)) {
            Some(slot) => {
                if let Some(earlier) = slot {
                    let earlier = Arc::make_mut(earlier);
                    earlier.new.clone_from(&change.new);
                    let old = earlier.old.as_ref().map(|old| &old.value);
                    let is_nothing = match old {
                        None => earlier.new.is_none(),
                        Some(old) => old.is_some() && *old == earlier.new,
                    };
                    if is_nothing {
                        *slot = None;
                    }
                }
            }
            None => {
                known.push(self.changes.len());
                self.changes.push(Some(Arc::clone(change)));
            }
        }
    }

    /// The same with more changes.
    pub(super) fn with<'c>(&self, changes: impl Iterator<Item = &'c Arc<Change>>) -> Self {
        let mut edits = self.clone();
        changes.for_each(|change| edits.add(change));
        edits
    }

    /// What a directory looks like with all of them.
    pub(super) fn overlay(&self) -> Overlay {
        Overlay::of(self.changes.iter().flatten().map(|change| &**change))
    }

    /// The changes in the order of the files.
    pub(super) fn in_order(self) -> Vec<Change> {
        let changes = self.changes.into_iter().flatten();
        let mut changes: Vec<Change> = changes.map(Arc::unwrap_or_clone).collect();
        let order = |change: &Change| (change.record, change.old.is_none());
        changes.sort_by(|one, other| order(one).cmp(&order(other)).then_with(|| spot(one).cmp(&spot(other))));
        changes
    }
}

/// What fixes do to the attributes of objects in one go.
#[derive(Debug, Default)]
pub(super) struct Touched {
    by_attribute: FxHashMap<(FileId, u64, String), Touches>,
}

/// What fixes do to one attribute of one object.
#[derive(Debug, Default)]
struct Touches {
    /// What becomes of the value at each place; none if it goes.
    values: FxHashMap<Location, Option<Vec<u8>>>,
    /// What is added, by the place where it is said to stand.
    added: FxHashMap<Location, Option<Vec<u8>>>,
    /// The rules for whose sake values go.
    removing: FxHashSet<String>,
    /// What values that are changed were, and what they become, as values are compared.
    old: FxHashSet<Vec<u8>>,
    new: FxHashSet<Vec<u8>>,
}

/// How a fix gets along with those that were taken before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    /// It touches nothing that they touch.
    Well,
    /// They do the same already.
    Same,
    /// Nobody can say what both come to: it has to wait until they are done.
    Waits,
}

impl Touched {
    /// Whether a fix of a rule can be made together with those before it; if so, it is taken note of.
    pub(super) fn takes<C: Borrow<Change>>(&mut self, rule: &str, changes: &[C]) -> Along {
        let along = |change: &Change| match self.by_attribute.get(&attribute_of(change)) {
            Some(touches) => touches.along(rule, change),
            None => Along::Well,
        };
        let along: Vec<Along> = changes.iter().map(|change| along(change.borrow())).collect();
        if along.iter().all(|along| *along == Along::Same) {
            return Along::Same;
        }
        if along.contains(&Along::Waits) {
            return Along::Waits;
        }
        for change in changes.iter().map(Borrow::borrow) {
            self.by_attribute.entry(attribute_of(change)).or_default().add(rule, change);
        }
        Along::Well
    }
}

/// The object and the attribute that a change is about.
fn attribute_of(change: &Change) -> (FileId, u64, String) {
    (change.record.file, change.record.span.offset, spot(change).1.lower())
}

impl Touches {
    fn add(&mut self, rule: &str, change: &Change) {
        let (place, _) = spot(change);
        let Some(old) = &change.old else {
            self.added.entry(place).or_insert_with(|| change.new.clone());
            return;
        };
        self.values.entry(place).or_insert_with(|| change.new.clone());
        match key(change.new.as_deref()) {
            None => drop(self.removing.insert(rule.to_owned())),
            Some(new) => {
                self.new.insert(new);
                self.old.extend(key(old.value.as_deref()));
            }
        }
    }

    fn along(&self, rule: &str, change: &Change) -> Along {
        let (place, _) = spot(change);
        let at = if change.old.is_none() { &self.added } else { &self.values };
        if at.get(&place).is_some_and(|known| *known == change.new) {
            return Along::Same;
        }
        let is_first = self.values.is_empty() && self.added.is_empty();
        if is_first || self.is_apart(rule, change, place) { Along::Well } else { Along::Waits }
    }

    /// Whether a change has to do with none of those that are known.
    fn is_apart(&self, rule: &str, change: &Change, place: Location) -> bool {
        let Some(old) = &change.old else { return false };
        if !self.added.is_empty() || self.values.contains_key(&place) {
            return false;
        }
        match key(change.new.as_deref()) {
            // values that go for one reason go together; for two reasons, one may stay for the other's sake
            None => self.new.is_empty() && self.removing.iter().all(|known| known == rule),
            Some(new) => {
                let old = key(old.value.as_deref());
                let returns = old.is_some_and(|old| self.new.contains(&old));
                self.removing.is_empty() && !returns && !self.new.contains(&new) && !self.old.contains(&new)
            }
        }
    }
}

/// A value as values are compared.
fn key(value: Option<&[u8]>) -> Option<Vec<u8>> {
    value.map(|value| folded(value).into_owned())
}
