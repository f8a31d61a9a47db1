//! Cloud objects by what connects source objects to them.

use rustc_hash::FxHashMap;

use crate::entra::attribute::Attribute;
use crate::entra::calculate::{is_primary, is_smtp, split};
use crate::entra::cloud::{CloudObject, Origin};
use crate::entra::object::{Class, SourceObject};
use crate::entra::unique::{Key, Space};
use crate::entra::values::Values;

/// Cloud objects by source anchor, by security identifier and by address.
pub(super) struct Index<'a> {
    by_anchor: FxHashMap<&'a str, u32>,
    by_sid: FxHashMap<Key, u32>,
    by_address: FxHashMap<(Class, Key), u32>,
    /// By addresses in quarantine; of objects without mail and primary address, which is noted, by others as well.
    by_weak: FxHashMap<(Class, Key), Vec<(bool, u32)>>,
}

/// Living and synchronised objects before others, whatever their order in the file.
fn rank(object: &CloudObject) -> (bool, bool, &str) {
    (object.deleted.is_some(), object.origin != Origin::Synced, &object.id)
}

impl<'a> Index<'a> {
    pub(super) fn new(cloud: &'a [CloudObject]) -> Self {
        let mut index = Self {
            by_anchor: FxHashMap::default(),
            by_sid: FxHashMap::default(),
            by_address: FxHashMap::default(),
            by_weak: FxHashMap::default(),
        };
        for (number, object) in (0..).zip(cloud) {
            if let Some(anchor) = object.immutable_id.as_deref() {
                let known = index.by_anchor.entry(anchor).or_insert(number);
                if cloud.get(*known as usize).is_some_and(|known| rank(object) < rank(known)) {
                    *known = number;
                }
            }
            let is_connected = object.origin == Origin::Synced || object.is_cloud_managed;
            if !is_connected || object.deleted.is_some() || object.class == Class::User {
                continue;
            }
            if let Some(sid) = object.values.text(Attribute::ObjectSid) {
                index.by_sid.insert(Key::new(Space::Sid, sid), number);
            }
            for address in best(&object.values) {
                let key = (object.class, Key::new(Space::Address, address));
                let known = index.by_address.entry(key).or_insert(number);
                if cloud.get(*known as usize).is_some_and(|known| rank(object) < rank(known)) {
                    *known = number;
                }
            }
            let has_best = best(&object.values).next().is_some();
            let held_back = object.errors.iter().map(|error| split(&error.value).1);
            for address in held_back.chain(smtp(&object.values, false).filter(|_| !has_best)) {
                let key = (object.class, Key::new(Space::Address, address));
                index.by_weak.entry(key).or_default().push((has_best, number));
            }
        }
        for numbers in index.by_weak.values_mut() {
            numbers.sort_by_key(|(_, number)| cloud.get(*number as usize).map(|object| &object.id));
        }
        index
    }

    pub(super) fn by_anchor(&self, anchor: &str) -> Option<u32> {
        self.by_anchor.get(anchor).copied()
    }

    /// The cloud objects that a group or contact may be connected to, the best first: groups by security identifier,
    /// contacts, and groups whose identifier was not exported, by mail or primary address (decision 11). An address that
    /// is in quarantine still says whose it is.
    pub(super) fn by_content(&self, object: &SourceObject) -> Vec<u32> {
        if object.class == Class::Group
            && let Some(sid) = object.values.text(Attribute::ObjectSid)
        {
            return self.by_sid.get(&Key::new(Space::Sid, sid)).copied().into_iter().collect();
        }
        let key = |address| (object.class, Key::new(Space::Address, address));
        // proxy addresses mask mail (S-2643629); then mail is asked last
        let is_masked = object.values.has(Attribute::ProxyAddresses);
        let mail = object.values.trimmed(Attribute::Mail).map(|mail| key(mail.text));
        let primary = smtp(&object.values, true).map(key);
        let strong: Vec<(Class, Key)> = primary.chain(mail.filter(|_| !is_masked)).collect();
        let others: Vec<(Class, Key)> = smtp(&object.values, false).map(key).collect();
        let held = |key: &(Class, Key)| self.by_address.get(key).copied();
        let weak = |key: &(Class, Key)| self.by_weak.get(key).into_iter().flatten().copied();
        let in_quarantine = strong.iter().flat_map(weak).map(|(_, number)| number);
        let others = others.iter().flat_map(weak).filter(|(has_best, _)| !has_best).map(|(_, number)| number);
        let masked = mail.filter(|_| is_masked).as_ref().and_then(held);
        strong.iter().filter_map(held).chain(in_quarantine).chain(others).chain(masked).collect()
    }
}

/// The primary address and mail of an object.
fn best(values: &Values) -> impl Iterator<Item = &str> {
    smtp(values, true).chain(values.trimmed(Attribute::Mail).map(|mail| mail.text))
}

/// The primary SMTP addresses of an object, or the other ones.
fn smtp(values: &Values, primary: bool) -> impl Iterator<Item = &str> {
    let proxies = values.all(Attribute::ProxyAddresses).map(|value| value.text.trim());
    proxies.filter(move |proxy| is_smtp(proxy) && is_primary(proxy) == primary).map(|proxy| split(proxy).1)
}
