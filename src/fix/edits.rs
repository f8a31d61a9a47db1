//! What all fixes of a plan come to, value by value: a value that is changed twice is one change.

use rustc_hash::FxHashMap;

use super::attribute::Attribute;
use crate::finding::{Change, Stored};
use crate::run::Overlay;
use crate::snapshot::value::folded;
use crate::source::{FileId, Location};

/// Changes, of which none speaks of a value that another one speaks of.
#[derive(Debug, Clone, Default)]
pub(super) struct Edits {
    changes: Vec<Option<Change>>,
    of_object: FxHashMap<(FileId, u64), Vec<usize>>,
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

/// The object that a change is about.
pub(super) fn object(change: &Change) -> (FileId, u64) {
    (change.record.file, change.record.span.offset)
}

impl Edits {
    /// Adds a change behind the others: what it takes for the old value may be what one of them made.
    pub(super) fn add(&mut self, change: &Change) {
        let known = self.of_object.entry(object(change)).or_default();
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
                self.changes.push(Some(change.clone()));
            }
        }
    }

    /// The same with more changes.
    pub(super) fn with<'c>(&self, changes: impl Iterator<Item = &'c Change>) -> Self {
        let mut edits = self.clone();
        changes.for_each(|change| edits.add(change));
        edits
    }

    /// What a directory looks like with all of them.
    pub(super) fn overlay(&self) -> Overlay {
        Overlay::of(self.changes.iter().flatten())
    }

    /// The changes in the order of the files.
    pub(super) fn in_order(self) -> Vec<Change> {
        let mut changes: Vec<Change> = self.changes.into_iter().flatten().collect();
        let order = |change: &Change| (change.record, change.old.is_none());
        changes.sort_by(|one, other| order(one).cmp(&order(other)).then_with(|| spot(one).cmp(&spot(other))));
        changes
    }
}

/// What fixes do to one attribute of one object in one go.
#[derive(Debug, Default)]
pub(super) struct Touched {
    by_attribute: FxHashMap<(FileId, u64, String), Vec<Touch>>,
}

#[derive(Debug)]
struct Touch {
    rule: String,
    place: Location,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    new_key: Option<Vec<u8>>,
    adds: bool,
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
    pub(super) fn takes(&mut self, rule: &str, changes: &[Change]) -> Along {
        let along: Vec<Along> = changes.iter().map(|change| self.along(rule, change)).collect();
        if along.iter().all(|along| *along == Along::Same) {
            return Along::Same;
        }
        if along.contains(&Along::Waits) {
            return Along::Waits;
        }
        for change in changes {
            let (file, offset) = object(change);
            let (place, attribute) = spot(change);
            let touch = Touch {
                rule: rule.to_owned(),
                place,
                old: old_key(change),
                new: change.new.clone(),
                new_key: new_key(change),
                adds: change.old.is_none(),
            };
            self.by_attribute
                .entry((file, offset, attribute.0.to_ascii_lowercase()))
                .or_default()
                .push(touch);
        }
        Along::Well
    }

    fn along(&self, rule: &str, change: &Change) -> Along {
        let (file, offset) = object(change);
        let (place, attribute) = spot(change);
        let Some(touches) = self.by_attribute.get(&(file, offset, attribute.0.to_ascii_lowercase())) else {
            return Along::Well;
        };
        let adds = change.old.is_none();
        if let Some(known) = touches.iter().find(|touch| touch.place == place && touch.adds == adds)
            && known.new == change.new
        {
            return Along::Same;
        }
        let (old, new) = (old_key(change), new_key(change));
        let apart = |touch: &Touch| {
            if touch.adds || adds || touch.place == place {
                return false;
            }
            match (&touch.new_key, &new) {
                // values that go for one reason go together; for two reasons, one may stay for the other's sake
                (None, None) => touch.rule == rule,
                (Some(one), Some(other)) => {
                    one != other && Some(one) != old.as_ref() && Some(other) != touch.old.as_ref()
                }
                _ => false,
            }
        };
        if touches.iter().all(apart) { Along::Well } else { Along::Waits }
    }
}

fn old_key(change: &Change) -> Option<Vec<u8>> {
    change.old.as_ref().and_then(|old| old.value.as_deref()).map(|value| folded(value).into_owned())
}

fn new_key(change: &Change) -> Option<Vec<u8>> {
    change.new.as_deref().map(|value| folded(value).into_owned())
}
