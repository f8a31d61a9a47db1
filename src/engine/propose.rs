//! What a rule proposes about a fault that was confirmed. Whatever is not certain proposes nothing: a value that is unknown,
//! or one with several readings.

use super::evaluate::Scene;
use super::known::Known;
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
pub(super) fn proposed(fixes: &[Fix], scene: &Scene<'_>, world: &Known<'_>) -> Option<ProposedFix> {
    fixes.iter().find_map(|fix| by(fix, scene, world))
}

/// None if nothing is certain, or nothing would change.
fn by(fix: &Fix, scene: &Scene<'_>, world: &Known<'_>) -> Option<ProposedFix> {
    let object = scene.here;
    if !fix.asks.iter().all(|slot| world.is_told(object, *slot)) {
        return None;
    }
    let (edits, added) = match &fix.action {
        Action::Set(value) => {
            let origin = scene.it?.origin?;
            let made = one(value, scene, world)?;
            (vec![(origin.entry, Some(put(object, origin, made)?))], None)
        }
        Action::SetEach(values, value) => (each(values, Some(value), scene, world)?, None),
        Action::SetAttribute(slot, value) => {
            let made = one(value, scene, world)?;
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
            world.evaluator().values(values, scene, &mut |_| {
                meant = true;
                false
            });
            if !meant {
                return None;
            }
            (vec![(scene.it?.origin?.entry, None)], None)
        }
        Action::Remove(values) => (each(values, None, scene, world)?, None),
        Action::Add(slot, value) => (Vec::new(), Some((*slot, one(value, scene, world)?))),
    };
    let mut changes = Vec::new();
    for edit in settled(object, edits, world)? {
        changes.push(change(object, edit, world)?);
    }
    if let Some((slot, new)) = added {
        changes.extend(addition(object, slot, new, world)?);
    }
    (!changes.is_empty()).then_some(ProposedFix { safe: fix.safe, changes })
}

/// The value of an operand, if it has just one and that is not empty.
fn one(operand: &Operand, scene: &Scene<'_>, world: &Known<'_>) -> Option<Vec<u8>> {
    let mut made: Option<Vec<u8>> = None;
    let mut several = false;
    let reach = world.evaluator().values(operand, scene, &mut |value| {
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
    world: &Known<'_>,
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut certain = true;
    let reach = world.evaluator().values(values, scene, &mut |found| {
        let made = match value {
            None => Some(None),
            Some(value) => one(value, &scene.with(found), world).map(Some),
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
fn settled(object: &Object<'_>, edits: Vec<Edit>, world: &Known<'_>) -> Option<Vec<Edit>> {
    let mut settled: Vec<Edit> = Vec::new();
    let mut written: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for (number, new) in &edits {
        if new.as_deref() == Some(stored(object, *number)?) {
            continue;
        }
        let Some(new) = new else {
            settled.push((*number, None));
            continue;
        };
        let entry = object.record.entry(*number as usize)?;
        let slot = entry.slot?;
        let spelled = |name| object.record.bytes(object.block, name).to_ascii_lowercase();
        let name = spelled(entry.name);
        let key = key(world, slot, new);
        let stays = |other: usize| {
            !edits.iter().any(|(edited, new)| {
                *edited as usize == other && { new.as_deref() != stored(object, *edited) }
            })
        };
        let stands = object.record.values(slot).any(|(other, entry)| {
            stays(other)
                && spelled(entry.name) == name
                && self::key(world, slot, object.record.bytes(object.block, entry.value)) == key
        });
        if stands || written.contains(&(name.clone(), key.clone())) {
            settled.push((*number, None));
        } else {
            written.push((name, key));
            settled.push((*number, Some(new.clone())));
        }
    }
    Some(settled)
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
fn addition(object: &Object<'_>, slot: Slot, new: Vec<u8>, world: &Known<'_>) -> Option<Option<Change>> {
    if object.record.partial.contains(&slot) {
        return None;
    }
    let wanted = key(world, slot, &new);
    let stands = object
        .record
        .values(slot)
        .any(|(_, entry)| key(world, slot, object.record.bytes(object.block, entry.value)) == wanted);
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
