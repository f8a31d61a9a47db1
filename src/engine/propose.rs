//! What a rule proposes about a fault that was confirmed. Whatever is not certain proposes nothing: a value that is unknown,
//! or one with several readings.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::evaluate::Scene;
use super::known::{Knowing, Known};
use super::object::{Object, Origin};
use super::operand::{Reach, text_of};
use super::site::{site, stored};
use crate::finding::{Change, ProposedFix, Site, Stored};
use crate::language::plan::{Action, Fix, Operand};
use crate::snapshot::value::{Type, key_into};
use crate::snapshot::{Entry, Slot};

/// A value of the object at hand, by its number among all values, and what it becomes; none if it goes.
type Edit = (u32, Option<Vec<u8>>);

/// What is proposed for a scene that is at fault: by the first fix that has something to propose.
pub(super) fn proposed(
    fixes: &[Fix],
    scene: &Scene<'_>,
    with: (&Knowing<'_>, &Standing),
) -> Option<ProposedFix> {
    fixes.iter().find_map(|fix| by(fix, scene, with))
}

/// None if nothing is certain, or nothing would change.
fn by(fix: &Fix, scene: &Scene<'_>, (evaluator, standing): (&Knowing<'_>, &Standing)) -> Option<ProposedFix> {
    let world = evaluator.world;
    let object = scene.here;
    if !fix.asks.iter().all(|slot| world.is_told(object, *slot)) {
        return None;
    }
    let (edits, added) = match &fix.action {
        Action::Set(value) => {
            let origin = scene.it?.origin?;
            let made = one(value, scene, evaluator)?;
            (vec![(origin.entry, Some(put(object, origin, made)?))], None)
        }
        Action::SetEach(values, value) => (each(values, Some(value), scene, evaluator)?, None),
        Action::SetAttribute(slot, value) => {
            let made = one(value, scene, evaluator)?;
            // `displayName;lang-de` is another attribute
            let plain = |entry: &Entry| entry.options as usize == entry.name.len();
            let mut known = object.record.values(*slot).filter(|(_, entry)| plain(entry));
            match (known.next(), known.next()) {
                (None, _) => (Vec::new(), Some((*slot, made))),
                (Some((number, _)), None) => (vec![(u32::try_from(number).ok()?, Some(made))], None),
                // more values than the schema allows: nobody can say which is meant
                (Some(_), Some(_)) => return None,
            }
        }
        Action::RemoveIt(values) => {
            let mut meant = false;
            evaluator.values(values, scene, &mut |_| {
                meant = true;
                false
            });
            if !meant {
                return None;
            }
            (vec![(scene.it?.origin?.entry, None)], None)
        }
        Action::Remove(values) => (each(values, None, scene, evaluator)?, None),
        Action::Add(slot, value) => (Vec::new(), Some((*slot, one(value, scene, evaluator)?))),
    };
    let mut changes = Vec::new();
    for edit in settled(object, edits, (world, standing))? {
        changes.push(Arc::new(change(object, edit, world)?));
    }
    if let Some((slot, new)) = added {
        changes.extend(addition(object, slot, new, (world, standing))?.map(Arc::new));
    }
    (!changes.is_empty()).then_some(ProposedFix { safe: fix.safe, changes })
}

/// The value of an operand, if it has just one and that is not empty.
fn one(operand: &Operand, scene: &Scene<'_>, evaluator: &Knowing<'_>) -> Option<Vec<u8>> {
    let mut made: Option<Vec<u8>> = None;
    let mut several = false;
    let reach = evaluator.values(operand, scene, &mut |value| {
        let text = text_of(value);
        several |= made.as_ref().is_some_and(|known| *known != text);
        made = Some(text);
        !several
    });
    made.filter(|text| reach == Reach::All && !several && !text.is_empty())
}

/// The whole value in which a part is replaced.
fn put(object: &Object<'_>, origin: Origin, made: Vec<u8>) -> Option<Vec<u8>> {
    let whole = stored(object, origin.entry)?;
    let (start, length) = origin.part?;
    let (start, end) = (start as usize, (start + length) as usize);
    Some([whole.get(..start)?, &made, whole.get(end..)?].concat())
}

/// The values of an operand, with what each becomes.
fn each(
    values: &Operand,
    value: Option<&Operand>,
    scene: &Scene<'_>,
    evaluator: &Knowing<'_>,
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut certain = true;
    let reach = evaluator.values(values, scene, &mut |found| {
        let made = match value {
            None => Some(None),
            Some(value) => one(value, &scene.with(found), evaluator).map(Some),
        };
        match (found.origin, made) {
            (Some(origin), Some(made)) => edits.push((origin.entry, made)),
            _ => certain = false,
        }
        certain
    });
    (certain && reach == Reach::All).then_some(edits)
}

/// The edits that change something. A value that the attribute has already is not written twice: there the old one goes.
fn settled(
    object: &Object<'_>,
    edits: Vec<Edit>,
    (world, standing): (&Known<'_>, &Standing),
) -> Option<Vec<Edit>> {
    let mut changed = Vec::new();
    for (number, new) in edits {
        if new.as_deref() != Some(stored(object, number)?) {
            changed.push((number, new));
        }
    }
    let goes: FxHashSet<u32> = changed.iter().map(|(number, _)| *number).collect();
    let name = |number: u32| {
        let entry = object.record.entry(number as usize)?;
        Some(object.record.bytes(object.block, entry.name).to_ascii_lowercase())
    };
    let mut settled: Vec<Edit> = Vec::new();
    let mut written: FxHashSet<(Vec<u8>, Vec<u8>)> = FxHashSet::default();
    for (number, new) in changed {
        let Some(new) = new else {
            settled.push((number, None));
            continue;
        };
        let slot = object.record.entry(number as usize)?.slot?;
        let (own, key) = (name(number)?, key(world, slot, &new));
        let stands = standing
            .values(object, slot, &key, world)
            .iter()
            .any(|other| !goes.contains(other) && name(*other).as_ref() == Some(&own));
        let is_new = !stands && written.insert((own, key));
        settled.push((number, is_new.then_some(new)));
    }
    Some(settled)
}

/// The values of an object by their keys, attribute by attribute, as far as somebody asked: what one rule proposes for each of
/// many values looks at all of them but once.
#[derive(Debug, Default)]
pub(super) struct Standing(RefCell<FxHashMap<Slot, ByKey>>);

/// The numbers of values, by their keys.
type ByKey = FxHashMap<Vec<u8>, SmallVec<[u32; 1]>>;

impl Standing {
    /// The numbers of the values of an attribute that have a key; all is said of one object.
    fn values(&self, object: &Object<'_>, slot: Slot, key: &[u8], world: &Known<'_>) -> SmallVec<[u32; 1]> {
        let mut slots = self.0.borrow_mut();
        let known = slots.entry(slot).or_insert_with(|| {
            let mut known = ByKey::default();
            for (number, entry) in object.record.values(slot) {
                let key = self::key(world, slot, object.record.bytes(object.block, entry.value));
                known.entry(key).or_default().extend(u32::try_from(number));
            }
            known
        });
        known.get(key).cloned().unwrap_or_default()
    }
}

fn key(world: &Known<'_>, slot: Slot, value: &[u8]) -> Vec<u8> {
    let kind = world.plan.attributes.get(usize::from(slot.0)).map_or(Type::Text, |attribute| attribute.kind);
    let mut key = Vec::new();
    key_into(kind, value, &mut key);
    key
}

fn change(object: &Object<'_>, (number, new): Edit, world: &Known<'_>) -> Option<Change> {
    let entry = object.record.entry(number as usize)?;
    if entry.place.url {
        // what the URL leads to was not read
        return None;
    }
    let site = site(object, number, &[], world)?;
    Some(Change {
        object: site.object.clone(),
        name: name_of(object),
        record: whole(object),
        attribute: site.attribute.clone()?,
        old: Some(stored_at(site)),
        new,
        beside: None,
    })
}

fn stored_at(site: Site) -> Stored {
    let Site { value, location, form, added, via, .. } = site;
    Stored { value, location, form, added, via }
}

/// A value that comes; none of it if it is there already.
fn addition(
    object: &Object<'_>,
    slot: Slot,
    new: Vec<u8>,
    (world, standing): (&Known<'_>, &Standing),
) -> Option<Option<Change>> {
    if object.record.partial.contains(&slot) {
        return None;
    }
    let stands = !standing.values(object, slot, &key(world, slot, &new), world).is_empty();
    let attribute = world.plan.attributes.get(usize::from(slot.0))?.name.clone();
    // a value that was added to this object as well stands nowhere yet
    let standing = object.record.values(slot).filter(|(_, entry)| entry.place.length > 0);
    let last = standing.filter(|(_, entry)| entry.options as usize == entry.name.len()).last();
    let last = last.and_then(|(number, _)| site(object, u32::try_from(number).ok()?, &[], world));
    let change = Change {
        object: String::from_utf8_lossy(object.name()).into_owned(),
        name: name_of(object),
        record: whole(object),
        attribute,
        old: None,
        new: Some(new),
        beside: last.map(stored_at),
    };
    Some((!stands).then_some(change))
}

fn name_of(object: &Object<'_>) -> crate::source::Location {
    let place = object.record.dn_place;
    place.located(object.file, object.offset)
}

fn whole(object: &Object<'_>) -> crate::source::Location {
    let (start, end) = (object.record.start, object.record.end);
    crate::source::Location::new(object.file, object.offset + start as u64, end.saturating_sub(start) as u64)
}
