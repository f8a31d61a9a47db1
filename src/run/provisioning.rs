//! The provisioning errors of a tenant, read from what Microsoft Graph returns of its users, groups and contacts.

use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::{FxHashMap, FxHashSet};

use super::files::Files;
use super::gather::{Gathered, Object, Search};
use super::recorded::{ERRORS, Entry, FIELDS, entries};
use crate::entra::Attribute;
use crate::entra::conflict::{Side, State, key, property};
use crate::entra::placeholder::is_placeholder_of;
use crate::entra::unique::Key;
use crate::finding::Problem;
use crate::language::symbols::Symbols;
use crate::snapshot::shape::Shape;
use crate::snapshot::value::time;
use crate::source::{Location, Store};

const PROPERTY: &str = FIELDS[0];
const VALUE: &str = FIELDS[1];
const OCCURRED: &str = FIELDS[2];
const CATEGORY: &str = FIELDS[3];
/// What is read of each object.
const ASKED: &[&str] = &[
    "id",
    "displayName",
    "userPrincipalName",
    "mail",
    "proxyAddresses",
    "identities/signInName",
    "identities/issuerAssignedId",
    "onPremisesUserPrincipalName",
    "onPremisesSyncEnabled",
    "createdDateTime",
    "deletedDateTime",
    ERRORS,
    PROPERTY,
    VALUE,
    OCCURRED,
    CATEGORY,
];
/// The classes that may have provisioning errors, with what Graph calls their collections.
const CLASSES: [(&str, &str); 3] = [("user", "users"), ("group", "groups"), ("contact", "contacts")];

/// An object of the tenant that has a part in an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The id.
    pub id: String,
    /// Its own display name, else its address or sign-in name, else the id.
    pub name: String,
    /// The user principal name, else the mail.
    pub address: Option<String>,
    /// `user`, `group` or `contact`.
    pub class: String,
    /// It comes from a directory; none if that was not exported or is not set.
    pub synced: Option<bool>,
    /// When it was made, in seconds since 1970.
    pub created: Option<i64>,
    /// Where its id stands.
    pub location: Location,
}

/// One provisioning error of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The number of the object among the parties.
    pub party: usize,
    /// The property, as it is recorded.
    pub property: String,
    /// The property; none if it is neither a user principal name nor a proxy address.
    pub attribute: Option<Attribute>,
    /// The value, as it is recorded.
    pub value: String,
    /// The key of the value.
    pub key: Key,
    /// When it was recorded: RFC 3339, or what stands there.
    pub occurred: Option<String>,
    /// The category, as it is recorded.
    pub category: Option<String>,
    /// Where the value stands, else the object.
    pub location: Location,
    /// The part of the object.
    pub side: Side,
    /// Whether the value comes free.
    pub state: State,
    /// Who else holds the value, each with the attribute.
    pub holders: Vec<(usize, Attribute)>,
    /// The sign-in name that the object has in place of the value.
    pub placeholder: Option<String>,
}

/// A user with a placeholder for a sign-in name that nobody holds, and without an error: the service took the conflict
/// for solved and left the name as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// The number of the object among the parties.
    pub party: usize,
    /// The sign-in name that it has.
    pub name: String,
    /// The sign-in name that the directory sends.
    pub wanted: String,
    /// Where the name stands.
    pub location: Location,
}

/// What a tenant records.
#[derive(Debug, Default)]
pub struct Provisioning {
    /// The objects that have a part in it.
    pub parties: Vec<Party>,
    /// The errors, in file order.
    pub errors: Vec<Recorded>,
    /// Names that should have healed.
    pub placeholders: Vec<Placeholder>,
    /// What is wrong with the files, or missing in them.
    pub problems: Vec<Problem>,
    /// Files in folders that are no directories.
    pub not_read: Vec<String>,
    /// How many objects were read.
    pub objects: u64,
    /// The lists of Graph of which nothing was read.
    pub unread: Vec<&'static str>,
}

/// How many objects of a class there are, and how many were asked for their errors and for their addresses.
#[derive(Default)]
struct Count {
    all: AtomicU64,
    without_errors: AtomicU64,
    without_addresses: AtomicU64,
}

/// Reads the provisioning errors of a tenant.
#[must_use]
pub fn provisioning(store: &Store, files: &Files, symbols: &Symbols, shapes: Vec<Shape>) -> Provisioning {
    let search = Search::new(ASKED, symbols, shapes);
    let counts: [Count; 3] = Default::default();
    let asked = AtomicU64::new(0);
    let gathered = search.gather(store, files, |object| {
        if is_deleted(&object, &search) {
            return None;
        }
        let has = object.all(search.slot(VALUE)).chain(object.all(search.slot(PROPERTY))).next().is_some();
        let was_asked = has || search.slot(ERRORS).is_some_and(|slot| object.empty.contains(&slot));
        asked.fetch_add(u64::from(was_asked), Ordering::Relaxed);
        count(&object, &search, was_asked, &counts);
        let stale = replaced(&object, &search).is_some();
        (has || stale).then_some(object)
    });
    let mut found =
        Provisioning { objects: gathered.objects, not_read: gathered.not_read.clone(), ..Default::default() };
    found.problems = missing(&gathered, &counts, asked.into_inner());
    let unread = CLASSES.iter().zip(&counts).filter(|((_, collection), count)| {
        let is_page = gathered.collections.iter().any(|known| known == collection);
        count.all.load(Ordering::Relaxed) == 0 && !is_page
    });
    found.unread = unread.map(|((_, collection), _)| *collection).collect();
    let is_whole = counts.iter().all(|count| count.without_addresses.load(Ordering::Relaxed) == 0);
    found.problems.extend(gathered.problems.iter().cloned());
    found.fill(store, files, &search, &gathered.found, is_whole);
    found
}

fn is_deleted(object: &Object, search: &Search) -> bool {
    object.all(search.slot("deletedDateTime")).next().is_some()
}

fn count(object: &Object, search: &Search, was_asked: bool, counts: &[Count; 3]) {
    let known = CLASSES.iter().zip(counts).find(|((class, _), _)| *class == object.class);
    let Some((_, count)) = known else { return };
    let lacks = |name: &str| search.slot(name).is_some_and(|slot| object.unasked.contains(&slot));
    count.all.fetch_add(1, Ordering::Relaxed);
    count.without_errors.fetch_add(u64::from(lacks(ERRORS) && !was_asked), Ordering::Relaxed);
    count.without_addresses.fetch_add(u64::from(lacks("proxyAddresses")), Ordering::Relaxed);
}

/// The sign-in name that a user has in place of the one that the directory sends.
fn replaced(object: &Object, search: &Search) -> Option<(String, String)> {
    let wanted = object.text(search.slot("onPremisesUserPrincipalName"))?;
    let name = object.text(search.slot("userPrincipalName"))?;
    is_placeholder_of(&name, &wanted).then_some((name, wanted))
}

/// What is missing in what was exported.
fn missing<T>(gathered: &Gathered<T>, counts: &[Count; 3], asked: u64) -> Vec<Problem> {
    let help = "ask for `$select=id,displayName,..,proxyAddresses,onPremisesProvisioningErrors`: `presync export-command graph` prints a \
                command that does";
    if asked == 0 {
        if gathered.objects == 0 {
            return Vec::new();
        }
        let message =
            format!("no object was exported with `{ERRORS}`: Graph returns it only where it is asked for");
        return vec![Problem::error("tenant-no-provisioning-errors", message).help(help)];
    }
    let mut problems = Vec::new();
    for ((_, collection), count) in CLASSES.iter().zip(counts) {
        let without = count.without_errors.load(Ordering::Relaxed);
        if without > 0 {
            let message =
                format!("{without} {collection} were exported without `{ERRORS}`: their errors are not seen");
            problems.push(Problem::warning("tenant-provisioning-errors-missing", message).help(help));
        }
        let without = count.without_addresses.load(Ordering::Relaxed);
        if without > 0 {
            let message = format!(
                "{without} {collection} were exported without `proxyAddresses`: that nobody holds a value cannot be told"
            );
            problems.push(Problem::warning("tenant-addresses-missing", message).help(help));
        }
    }
    problems
}

impl Provisioning {
    fn fill(&mut self, store: &Store, files: &Files, search: &Search, with: &[Object], is_whole: bool) {
        let errors: Vec<(usize, Vec<Entry>)> = with
            .iter()
            .enumerate()
            .map(|(number, object)| (number, entries(fields(object, search), store)))
            .collect();
        let mut wanted: FxHashSet<Key> =
            errors.iter().flat_map(|(_, entries)| entries.iter().map(|entry| key(&entry.value))).collect();
        wanted.extend(with.iter().filter_map(|object| Some(key(&replaced(object, search)?.1))));
        let holders = search.gather(store, files, |object| {
            let holds = held(&object, search).any(|(key, _)| wanted.contains(&key));
            (holds && !is_deleted(&object, search)).then_some(object)
        });
        let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
        let mut who: FxHashMap<Key, Vec<(usize, Attribute)>> = FxHashMap::default();
        for object in &holders.found {
            let party = self.party(object, search, &mut numbers);
            for (key, attribute) in held(object, search).filter(|(key, _)| wanted.contains(key)) {
                let list = who.entry(key).or_default();
                if !list.contains(&(party, attribute)) {
                    list.push((party, attribute));
                }
            }
        }
        for (number, entries) in errors {
            let Some(object) = with.get(number) else { continue };
            let party = self.party(object, search, &mut numbers);
            let is_listed = |key: Key| entries.iter().any(|entry| self::key(&entry.value) == key);
            for entry in &entries {
                self.add(object, party, entry, search, &who, is_whole);
            }
            if let Some((name, wanted)) = replaced(object, search)
                && !is_listed(key(&wanted))
                && who.get(&key(&wanted)).is_none_or(|list| list.iter().all(|(other, _)| *other == party))
            {
                let place = object.all(search.slot("userPrincipalName")).next();
                let location = place.map_or(object.spot.location, |value| value.spot.location);
                self.placeholders.push(Placeholder { party, name, wanted, location });
            }
        }
    }

    fn add(
        &mut self,
        object: &Object,
        party: usize,
        entry: &Entry,
        search: &Search,
        who: &FxHashMap<Key, Vec<(usize, Attribute)>>,
        is_whole: bool,
    ) {
        let attribute = property(&entry.property);
        let key = key(&entry.value);
        let all = who.get(&key).map(Vec::as_slice).unwrap_or_default();
        // a mail address is no claim of one who is refused the proxy address
        let counts = |(other, by): &&(usize, Attribute)| *other != party && *by != Attribute::Mail;
        let mut holders: Vec<(usize, Attribute)> = all.iter().filter(counts).copied().collect();
        let mut seen = FxHashSet::default();
        holders.retain(|(other, _)| seen.insert(*other));
        let own =
            attribute.map(|attribute| all.iter().any(|(other, by)| *other == party && *by == attribute));
        let name = attribute.map(Attribute::graph_name).unwrap_or_default();
        let unasked = search.slot(name).is_some_and(|slot| object.unasked.contains(&slot));
        let own = own.filter(|has| *has || !unasked);
        let (side, state) = Side::of(own, !holders.is_empty(), is_whole);
        let present = object.text(search.slot("userPrincipalName"));
        let is_name = attribute == Some(Attribute::UserPrincipalName) && side != Side::Holder;
        self.errors.push(Recorded {
            party,
            property: entry.property.clone(),
            attribute,
            value: entry.value.clone(),
            key,
            occurred: entry.occurred.as_deref().map(readable),
            category: entry.category.clone(),
            location: entry.location.unwrap_or(object.spot.location),
            side,
            state,
            holders,
            placeholder: present.filter(|name| is_name && is_placeholder_of(name, &entry.value)),
        });
    }

    /// The number of an object; an object that stands in several files is one.
    fn party(&mut self, object: &Object, search: &Search, numbers: &mut FxHashMap<String, usize>) -> usize {
        let text = |name: &str| object.text(search.slot(name)).filter(|text| !text.trim().is_empty());
        let id = text("id").unwrap_or_else(|| object.name.clone());
        let sign_in = text("userPrincipalName").or_else(|| text("mail"));
        let own_name = text("displayName");
        let synced = text("onPremisesSyncEnabled").map(|text| text.eq_ignore_ascii_case("true"));
        let created = text("createdDateTime").and_then(|text| time::seconds(text.as_bytes()));
        if let Some(number) = numbers.get(&id.to_lowercase()) {
            if let Some(party) = self.parties.get_mut(*number) {
                party.synced = party.synced.or(synced);
                party.created = party.created.or(created);
                if let Some(name) = own_name.filter(|_| party.name == party.id) {
                    party.name = name;
                }
            }
            return *number;
        }
        let name = own_name.or_else(|| sign_in.clone()).unwrap_or_else(|| id.clone());
        let number = self.parties.len();
        numbers.insert(id.to_lowercase(), number);
        self.parties.push(Party {
            id,
            name,
            address: sign_in,
            class: object.class.clone(),
            synced,
            created,
            location: object.spot.location,
        });
        number
    }
}

/// The time of an error as RFC 3339, however it is written there.
fn readable(text: &str) -> String {
    let time = time::seconds(text.as_bytes()).and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map_or_else(|| text.to_owned(), |time| time.to_string())
}

/// What an object holds.
fn held(object: &Object, search: &Search) -> impl Iterator<Item = (Key, Attribute)> {
    let names: [(&str, Attribute); 5] = [
        ("userPrincipalName", Attribute::UserPrincipalName),
        ("proxyAddresses", Attribute::ProxyAddresses),
        ("mail", Attribute::Mail),
        ("identities/signInName", Attribute::SignInName),
        ("identities/issuerAssignedId", Attribute::SignInName),
    ];
    names.into_iter().flat_map(move |(name, attribute)| {
        object.all(search.slot(name)).map(move |value| (key(&value.text()), attribute))
    })
}

/// The fields of the entries of an object.
fn fields<'o>(
    object: &'o Object,
    search: &Search,
) -> impl Iterator<Item = (usize, &'o [u8], Location)> + use<'o> {
    let slots = FIELDS.map(|name| search.slot(name));
    object.values.iter().filter_map(move |value| {
        let field = slots.iter().position(|slot| *slot == Some(value.slot))?;
        Some((field, value.bytes.as_slice(), value.spot.location))
    })
}
