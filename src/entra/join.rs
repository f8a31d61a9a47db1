//! Which source objects become one before Entra ID is asked: the joins of the metaverse (entra.md 3.2).

use rustc_hash::FxHashMap;

use super::anchor::{LINKED_MAILBOX, encode, source_anchor};
use super::attribute::Attribute;
use super::object::{Class, Scope, SourceObject};
use super::outcome::{Certainty, Sources};
use super::tenant::{Client, Tenant};
use super::unique::{Key, Space};
use super::values::{Place, Value};
use crate::snapshot::value::dn;

/// A source object that becomes a part of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// The number of the object that it becomes a part of.
    pub into: u32,
    /// The attribute by which they were joined.
    pub by: Attribute,
    /// The value, and where it stands.
    pub value: Box<str>,
    /// The place of the value.
    pub place: Place,
    /// How sure it is.
    pub certainty: Certainty,
    /// The pages.
    pub sources: Sources,
}

/// The objects after the joins.
#[derive(Debug, Default)]
pub struct People {
    joins: FxHashMap<u32, Join>,
    merged: FxHashMap<u32, SourceObject>,
}

impl People {
    /// The join by which an object became a part of another.
    #[must_use]
    pub fn join_of(&self, number: u32) -> Option<&Join> {
        self.joins.get(&number)
    }

    /// The object with what it took over from others.
    #[must_use]
    pub fn object<'a>(&'a self, number: u32, objects: &'a [SourceObject]) -> Option<&'a SourceObject> {
        self.merged.get(&number).or_else(|| objects.get(number as usize))
    }

    fn is_free(&self, number: u32) -> bool {
        !self.joins.contains_key(&number)
    }

    fn put(&mut self, number: u32, join: Join) {
        // never to what is itself a part of another
        if number != join.into && self.is_free(number) && self.is_free(join.into) {
            self.joins.insert(number, join);
        }
    }
}

/// The order in which new objects are expected to reach the tenant: by whenCreated, uSNCreated and distinguished name.
/// No page says it (entra.md 2.6).
#[must_use]
pub fn arrival(objects: &[SourceObject]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..u32::try_from(objects.len()).unwrap_or(u32::MAX)).collect();
    order.sort_by_cached_key(|number| {
        objects.get(*number as usize).map(|object| {
            let created = object.created.unwrap_or(i64::MAX);
            let usn = object.usn_created.unwrap_or(u64::MAX);
            (created, usn, dn::normalized(object.dn.as_bytes()), object.object_guid)
        })
    });
    order
}

/// Joins what the client joins. Of several objects, the one that arrives first stays, and users before contacts
/// (E-CONTACT).
#[must_use]
pub fn people(objects: &[SourceObject], order: &[u32], tenant: &Tenant) -> People {
    let mut people = People::default();
    let of = |class: Class| {
        order.iter().copied().filter_map(move |number| {
            let object = objects.get(number as usize)?;
            (object.class == class && object.scope == Scope::In).then_some((number, object))
        })
    };
    by_anchor(&mut people, of(Class::User), tenant);
    by_master_account(&mut people, of(Class::User));
    if tenant.client == Client::Connect {
        by_mail(&mut people, of(Class::User), of(Class::Contact), tenant);
    }
    follow(&mut people);
    merge(&mut people, objects, order);
    people
}

/// The default rules join users whose mS-DS-ConsistencyGuid is the anchor of another, then users whose objectGUID is
/// (R-V2).
fn by_anchor<'a>(
    people: &mut People,
    users: impl Iterator<Item = (u32, &'a SourceObject)> + Clone,
    tenant: &Tenant,
) {
    let mut known: FxHashMap<String, u32> = FxHashMap::default();
    let anchor = |user: &SourceObject| source_anchor(user, tenant).ok().flatten();
    let attribute = |user: &SourceObject| match user.consistency_guid {
        Some(_) => Attribute::ConsistencyGuid,
        None => Attribute::ObjectGuid,
    };
    let join = |user: &SourceObject, into, by, value: String, certainty| Join {
        into,
        by,
        value: value.into(),
        place: user.anchor_place,
        certainty,
        sources: &["R-V2"],
    };
    for (number, user) in users.clone() {
        let Some(anchor) = anchor(user) else { continue };
        match known.get(&anchor) {
            Some(into) => {
                people.put(number, join(user, *into, attribute(user), anchor, Certainty::Documented));
            }
            None => drop(known.insert(anchor, number)),
        }
    }
    for (number, user) in users {
        let Some(guid) = user.object_guid.map(|guid| encode(&guid)) else { continue };
        if anchor(user).is_some_and(|anchor| anchor != guid)
            && let Some(into) = known.get(&guid)
        {
            people.put(number, join(user, *into, Attribute::ObjectGuid, guid, Certainty::Likely));
        }
    }
}

/// A linked mailbox belongs to the account of another forest that it names (R-17, S-3066176).
fn by_master_account<'a>(people: &mut People, users: impl Iterator<Item = (u32, &'a SourceObject)> + Clone) {
    let is_linked = |user: &SourceObject| user.recipient_type == Some(LINKED_MAILBOX);
    if !users.clone().any(|(_, user)| is_linked(user)) {
        return;
    }
    let mut accounts: FxHashMap<Key, u32> = FxHashMap::default();
    for (number, user) in users.clone().filter(|(_, user)| !is_linked(user)) {
        if let Some(sid) = user.values.text(Attribute::ObjectSid) {
            accounts.entry(Key::new(Space::Sid, sid)).or_insert(number);
        }
    }
    for (number, user) in users.filter(|(_, user)| is_linked(user)) {
        let Some(sid) = user.values.first(Attribute::MasterAccountSid) else { continue };
        if let Some(into) = accounts.get(&Key::new(Space::Sid, sid.text)) {
            people.put(number, by_value(*into, sid, Certainty::Documented, &["R-17", "S-3066176"]));
        }
    }
}

/// A contact with the mail of a user becomes a part of the user, in every configuration; users with one mail become one
/// where that option was chosen (E-CONTACT, R-17). Contacts with one mail meet in the same metaverse person.
fn by_mail<'a>(
    people: &mut People,
    users: impl Iterator<Item = (u32, &'a SourceObject)>,
    contacts: impl Iterator<Item = (u32, &'a SourceObject)>,
    tenant: &Tenant,
) {
    let mut persons: FxHashMap<Key, (u32, Class)> = FxHashMap::default();
    for (number, person) in users.chain(contacts) {
        let Some(mail) = person.values.trimmed(Attribute::Mail) else { continue };
        let key = Key::new(Space::Address, mail.text);
        let Some((into, class)) = persons.get(&key).copied() else {
            // mail of what is itself a part of another is not asked for
            if people.is_free(number) {
                persons.insert(key, (number, person.class));
            }
            continue;
        };
        let certainty = match (person.class, class) {
            (Class::Contact, Class::User) => Certainty::Documented,
            (Class::User, _) if !tenant.joins_users_by_mail => continue,
            (Class::User, _) => Certainty::Documented,
            _ => Certainty::Likely,
        };
        people.put(number, by_value(into, mail, certainty, &["E-CONTACT", "R-17"]));
    }
}

fn by_value(into: u32, value: Value<'_>, certainty: Certainty, sources: Sources) -> Join {
    Join { into, by: value.attribute, value: value.text.into(), place: value.place, certainty, sources }
}

/// Leads every join to an object that is no part of another.
fn follow(people: &mut People) {
    let chained: Vec<(u32, u32)> = people
        .joins
        .iter()
        .filter(|(_, join)| people.joins.contains_key(&join.into))
        .map(|(number, join)| {
            let mut root = join.into;
            let mut steps = 0;
            while let Some(next) = people.joins.get(&root).filter(|_| steps < 8) {
                root = next.into;
                steps += 1;
            }
            (*number, root)
        })
        .collect();
    for (number, root) in chained {
        if let Some(join) = people.joins.get_mut(&number) {
            join.into = root;
        }
    }
}

/// What stays has its own values, and of the others those of attributes that it lacks: a flow without a value leaves the
/// attribute to the next one (E-DEFCFG).
fn merge(people: &mut People, objects: &[SourceObject], order: &[u32]) {
    let mut parts: FxHashMap<u32, Vec<&SourceObject>> = FxHashMap::default();
    for number in order {
        if let Some(join) = people.joins.get(number)
            && let Some(object) = objects.get(*number as usize)
        {
            parts.entry(join.into).or_default().push(object);
        }
    }
    for (number, parts) in parts {
        let Some(whole) = objects.get(number as usize) else { continue };
        let mut merged = whole.clone();
        for part in parts {
            let is_own = |value: &Value<'_>| {
                merged.values.has(value.attribute)
                    || matches!(
                        value.attribute,
                        Attribute::UserPrincipalName | Attribute::SamAccountName | Attribute::ObjectSid
                    )
            };
            let added: Vec<Value<'_>> = part.values.iter().filter(|value| !is_own(value)).collect();
            let values = merged.values.iter().chain(added).collect();
            merged.values = values;
        }
        people.merged.insert(number, merged);
    }
}
