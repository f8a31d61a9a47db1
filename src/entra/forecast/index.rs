//! Cloud objects by what connects source objects to them.

use rustc_hash::FxHashMap;

use crate::entra::attribute::Attribute;
use crate::entra::calculate::{is_primary, split};
use crate::entra::cloud::{CloudObject, Origin};
use crate::entra::object::{Class, SourceObject};
use crate::entra::unique::{Key, Space};

/// Cloud objects by source anchor, by security identifier and by address.
pub(super) struct Index<'a> {
    by_anchor: FxHashMap<&'a str, u32>,
    by_sid: FxHashMap<Key, u32>,
    by_address: FxHashMap<(Class, Key), u32>,
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
            for address in addresses(&object.values) {
                index.by_address.insert((object.class, Key::new(Space::Address, address)), number);
            }
        }
        index
    }

    pub(super) fn by_anchor(&self, anchor: &str) -> Option<u32> {
        self.by_anchor.get(anchor).copied()
    }

    /// The cloud object that a group or contact is connected to: groups by security identifier, contacts, and groups
    /// whose identifier was not exported, by mail or primary address (decision 11).
    pub(super) fn by_content(&self, object: &SourceObject) -> Option<u32> {
        if object.class == Class::Group
            && let Some(sid) = object.values.text(Attribute::ObjectSid)
        {
            return self.by_sid.get(&Key::new(Space::Sid, sid)).copied();
        }
        addresses(&object.values).find_map(|address| {
            self.by_address.get(&(object.class, Key::new(Space::Address, address))).copied()
        })
    }
}

/// Mail and the primary address of an object.
fn addresses(values: &crate::entra::values::Values) -> impl Iterator<Item = &str> {
    let proxies = values.all(Attribute::ProxyAddresses);
    let primary =
        proxies.filter(|proxy| is_primary(proxy.text.trim())).map(|proxy| split(proxy.text.trim()).1);
    primary.chain(values.text(Attribute::Mail))
}
