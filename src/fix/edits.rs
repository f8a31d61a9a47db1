//! What all fixes of a plan come to, value by value: a value that is changed twice is one change.

use std::borrow::Cow;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::attribute::Attribute;
use crate::finding::{Change, Stored};
use crate::run::Overlay;
use crate::snapshot::value::folded;
use crate::source::{FileId, Location};

/// Changes, of which none speaks of a value that another one speaks of.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits {
    /// What a directory looks like with all of them.
    pub(super) overlay: Overlay,
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
        let changes = self.overlay.object(change);
        // in the order of their places, so that the one that is meant is found among many
        let (place, _) = spot(change);
        let first = changes.partition_point(|known| spot(known).0 < place);
        let end = first + changes.iter().skip(first).take_while(|known| spot(known).0 == place).count();
        let continues = |earlier: &Arc<Change>| match (&earlier.old, &change.old) {
            _ if spot(earlier) != spot(change) => false,
            // of several values that were added to one attribute, the one that is meant
            (None, Some(old)) => old.value.is_some() && earlier.new == old.value,
            (Some(_), Some(_)) => true,
            (None, None) => earlier.new == change.new,
            (Some(_), None) => false,
        };
        let mut near = first..end;
        let Some(at) = near.find(|at| changes.get(*at).is_some_and(continues)) else {
            changes.insert(end, Arc::clone(change));
            return;
        };
        let Some(earlier) = changes.get_mut(at).map(Arc::make_mut) else { return };
        earlier.new.clone_from(&change.new);
        let is_nothing = match earlier.old.as_ref().map(|old| &old.value) {
            None => earlier.new.is_none(),
            Some(old) => old.is_some() && *old == earlier.new,
        };
        if is_nothing {
            changes.remove(at);
        }
    }

    /// The same with more changes.
    pub(super) fn with<'c>(&self, changes: impl Iterator<Item = &'c Arc<Change>>) -> Self {
        let mut edits = self.clone();
        changes.for_each(|change| edits.add(change));
        edits
    }

    /// The changes in the order of the files.
    pub(super) fn in_order(&self) -> Vec<Change> {
        let mut changes: Vec<&Arc<Change>> = self.overlay.changes().collect();
        let order = |change: &Change| (change.record, change.old.is_none());
        changes.par_sort_by(|one, other| {
            order(one).cmp(&order(other)).then_with(|| spot(one).cmp(&spot(other)))
        });
        changes.into_par_iter().map(|change| Change::clone(change)).collect()
    }
}

/// What fixes do to the attributes of objects in one go.
#[derive(Debug, Default)]
pub(super) struct Touched<'c> {
    by_attribute: FxHashMap<(FileId, u64, Attribute<'c>), Touches<'c>>,
}

/// What fixes do to one attribute of one object.
#[derive(Debug, Default)]
struct Touches<'c> {
    /// What becomes of the value at each place; none if it goes.
    values: FxHashMap<Location, Option<&'c [u8]>>,
    /// What is added, by the place where it is said to stand.
    added: FxHashMap<Location, Option<&'c [u8]>>,
    /// The rules for whose sake values go.
    removing: SmallVec<[&'c str; 2]>,
    /// What values that are changed were, and what they become, as values are compared.
    old: FxHashSet<Cow<'c, [u8]>>,
    new: FxHashSet<Cow<'c, [u8]>>,
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

impl<'c> Touched<'c> {
    /// Room for the attributes that so many fixes touch.
    pub(super) fn of_about(fixes: usize) -> Self {
        Self { by_attribute: FxHashMap::with_capacity_and_hasher(fixes, FxBuildHasher) }
    }

    /// Whether a fix of a rule can be made together with those before it; if so, it is taken note of.
    pub(super) fn takes(&mut self, rule: &'c str, changes: &'c [Arc<Change>]) -> Along {
        let along = |change: &Arc<Change>| match self.by_attribute.get(&attribute_of(change)) {
            Some(touches) => touches.along(rule, change),
            None => Along::Well,
        };
        let along: SmallVec<[Along; 4]> = changes.iter().map(along).collect();
        if along.iter().all(|along| *along == Along::Same) {
            return Along::Same;
        }
        if along.contains(&Along::Waits) {
            return Along::Waits;
        }
        for change in changes {
            self.by_attribute.entry(attribute_of(change)).or_default().add(rule, change);
        }
        Along::Well
    }
}

/// The object and the attribute that a change is about.
fn attribute_of(change: &Change) -> (FileId, u64, Attribute<'_>) {
    (change.record.file, change.record.span.offset, spot(change).1)
}

impl<'c> Touches<'c> {
    fn add(&mut self, rule: &'c str, change: &'c Change) {
        let (place, _) = spot(change);
        let Some(old) = &change.old else {
            self.added.entry(place).or_insert(change.new.as_deref());
            return;
        };
        self.values.entry(place).or_insert(change.new.as_deref());
        match change.new.as_deref().map(folded) {
            None if self.removing.contains(&rule) => {}
            None => self.removing.push(rule),
            Some(new) => {
                self.new.insert(new);
                self.old.extend(old.value.as_deref().map(folded));
            }
        }
    }

    fn along(&self, rule: &str, change: &Change) -> Along {
        let (place, _) = spot(change);
        let at = if change.old.is_none() { &self.added } else { &self.values };
        if at.get(&place).is_some_and(|known| *known == change.new.as_deref()) {
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
        match change.new.as_deref().map(folded) {
            // values that go for one reason go together; for two reasons, one may stay for the other's sake
            None => self.new.is_empty() && self.removing.iter().all(|known| *known == rule),
            Some(new) => {
                let old = old.value.as_deref().map(folded);
                let returns = old.is_some_and(|old| self.new.contains(&old));
                self.removing.is_empty() && !returns && !self.new.contains(&new) && !self.old.contains(&new)
            }
        }
    }
}
