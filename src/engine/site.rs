//! The places of findings: which value of which object, where in the file, and which part of it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::explain::Evidence;
use super::known::Known;
use super::object::{Object, Origin};
use super::wording::label;
use crate::finding::{Site, code_point};
use crate::snapshot::value::dn;

/// How many places are made at most.
const PLACES: usize = 40;

/// The stored value of an object, or its name.
pub(super) fn stored<'o>(object: &'o Object<'_>, entry: u32) -> Option<&'o [u8]> {
    if entry == Origin::NAME {
        return Some(object.name());
    }
    let entry = object.record.entry(entry as usize)?;
    Some(object.record.bytes(object.block, entry.value))
}

/// One site for each value among the evidence, in the order in which they were named.
pub(super) fn sites(evidence: &[Evidence], world: &Known<'_>) -> Vec<(Origin, Site)> {
    let mut order: Vec<(Origin, Vec<Range<usize>>)> = Vec::new();
    let mut known: FxHashMap<(u32, u32), usize> = FxHashMap::default();
    for one in evidence {
        let key = (one.origin.object, one.origin.entry);
        // a group may have millions of members at fault together
        if order.len() == PLACES && !known.contains_key(&key) {
            continue;
        }
        let number = *known.entry(key).or_insert_with(|| {
            order.push((one.origin, Vec::new()));
            order.len() - 1
        });
        if let Some((_, parts)) = order.get_mut(number) {
            parts.extend(one.part.clone());
        }
    }
    let made = order.into_iter().filter_map(|(origin, parts)| {
        let site = world.with(origin.object, |object| site(object, origin.entry, &parts, world)).flatten()?;
        Some((origin, site))
    });
    made.collect()
}

/// The place of a value, or of the name of an object.
pub(super) fn site(
    object: &Object<'_>,
    entry: u32,
    parts: &[Range<usize>],
    world: &Known<'_>,
) -> Option<Site> {
    let name = String::from_utf8_lossy(object.name()).into_owned();
    let class = object.signature.class.clone();
    if entry == Origin::NAME {
        let spot = object.record.name_spot(object.file, object.offset);
        return Some(Site {
            value: Some(object.name().to_vec()),
            label: label(object, None),
            location: spot.location,
            form: spot.form,
            added: 0,
            via: None,
            highlights: highlights(parts, object.name().len()),
            attribute: None,
            object: name,
            class,
        });
    }
    let (spot, via) = object.record.spot(entry as usize, object.file, object.offset)?;
    let entry = object.record.entry(entry as usize)?;
    let spelled = String::from_utf8_lossy(object.record.bytes(object.block, entry.name)).into_owned();
    let schema = entry.slot.and_then(|slot| world.plan.attributes.get(usize::from(slot.0)));
    let attribute = schema.map_or(spelled.clone(), |attribute| {
        let options = spelled.find(';').and_then(|at| spelled.get(at..)).unwrap_or_default();
        attribute.name.clone() + options
    });
    let value = object.record.bytes(object.block, entry.value);
    let secret = schema.is_some_and(|attribute| attribute.secret);
    let people = schema.and_then(|attribute| attribute.label.clone()).unwrap_or_else(|| attribute.clone());
    let highlights = highlights(parts, value.len());
    let alike = if secret { None } else { look_alike(value, &highlights) };
    Some(Site {
        label: label(object, Some(&people)) + &alike.unwrap_or_default(),
        value: (!secret).then(|| value.to_vec()),
        location: spot.location,
        form: spot.form,
        added: usize::from(spot.added),
        via,
        highlights,
        attribute: Some(attribute),
        object: name,
        class,
    })
}

/// Which of the characters at fault looks like one of ASCII (Unicode TR 39): nobody sees what is wrong with it.
fn look_alike(value: &[u8], highlights: &[Range<usize>]) -> Option<String> {
    let parts = highlights.iter().filter_map(|part| std::str::from_utf8(value.get(part.clone())?).ok());
    parts.flat_map(str::chars).filter(|character| !character.is_ascii()).find_map(|character| {
        let mut written = [0; 4];
        let mut like = unicode_security::skeleton(character.encode_utf8(&mut written));
        let like = like.next().filter(|first| first.is_ascii_graphic() && like.next().is_none())?;
        let name = unicode_names2::name(character).map(|name| format!(" {name}")).unwrap_or_default();
        Some(format!(", {}{name} looks like `{like}`", code_point(character)))
    })
}

/// Parts in order, joined where they touch; none if they are the whole.
fn highlights(parts: &[Range<usize>], length: usize) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = parts.to_vec();
    if parts.iter().any(|part| part.len() < length) {
        parts.retain(|part| part.len() < length);
    } else {
        parts.clear();
    }
    parts.sort_unstable_by_key(|part| (part.start, part.end));
    let mut joined: Vec<Range<usize>> = Vec::new();
    for part in parts {
        match joined.last_mut() {
            Some(last) if part.start <= last.end && !(part.is_empty() && part.start == last.end) => {
                last.end = last.end.max(part.end);
            }
            _ => joined.push(part),
        }
    }
    joined
}

/// The same for the same rule and the same objects at fault together: the key that they hold says which these are.
pub(super) fn shared_fingerprint(rule: &str, key: &[&[u8]]) -> String {
    let mut text = rule.as_bytes().to_vec();
    for part in key {
        text.push(0);
        text.extend_from_slice(part);
    }
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&text))
}

/// The same for the same rule, object, attribute and value, wherever they stand. What a value of a secret is does not count.
#[must_use]
pub fn fingerprint(rule: &str, object: &str, attribute: Option<&str>, value: Option<&[u8]>) -> String {
    let mut text = Vec::new();
    text.extend_from_slice(rule.as_bytes());
    text.push(0);
    text.extend(dn::normalized(object.as_bytes()));
    text.push(0);
    text.extend(attribute.unwrap_or_default().to_ascii_lowercase().into_bytes());
    text.push(0);
    text.extend_from_slice(value.unwrap_or_default());
    format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&text))
}
