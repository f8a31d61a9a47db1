//! What the clues of a report look for, and which objects have it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::entra::anchor::decode;
use crate::entra::calculate::split;
use crate::entra::report::{ClueKind, Reported};
use crate::entra::unique::{Key, Space};
use crate::entra::{Attribute, conflict};
use crate::run::gather::{Object, Search, Value};
use crate::snapshot::value::{guid, sid};

/// Attributes whose text may serve as source anchor.
const ANCHORS: [&str; 4] = ["sourceAnchor", "employeeID", "employeeNumber", "onPremisesImmutableId"];

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    guids: FxHashSet<[u8; 16]>,
    anchors: FxHashSet<String>,
    ids: FxHashSet<String>,
    keys: FxHashSet<Key>,
}

impl Wanted {
    pub(super) fn of(errors: &[Reported]) -> Self {
        let mut wanted = Self::default();
        for clue in errors.iter().flat_map(|error| &error.clues) {
            match clue.kind {
                ClueKind::Anchor => wanted.anchor(&clue.text),
                ClueKind::Value(attribute) => drop(wanted.keys.insert(key(attribute, &clue.text))),
                ClueKind::Identity => drop(wanted.keys.insert(conflict::key(&clue.text))),
                ClueKind::WrittenId | ClueKind::HolderId => {
                    wanted.ids.insert(id(&clue.text));
                    wanted.guids.extend(guid(clue.text.trim().as_bytes()));
                }
            }
        }
        wanted
    }

    fn anchor(&mut self, text: &str) {
        match decode(text) {
            Ok(guid) => drop(self.guids.insert(guid)),
            Err(_) => drop(self.anchors.insert(text.to_owned())),
        }
    }

    /// Looks for the twins of objects as well; whether that is anything new.
    pub(super) fn extend(&mut self, objects: &[Object], search: &Search) -> bool {
        let before = self.guids.len() + self.anchors.len();
        for object in objects {
            self.guids.extend(guids(object, search));
            for text in object.all(search.slot("onPremisesImmutableId")).map(Value::text) {
                self.anchor(&text);
            }
        }
        self.guids.len() + self.anchors.len() > before
    }

    pub(super) fn takes(&self, object: &Object, search: &Search) -> bool {
        guids(object, search).any(|guid| self.guids.contains(&guid))
            || custom(object, search).any(|(_, text)| self.anchors.contains(&text))
            || object.text(search.slot("id")).is_some_and(|text| self.ids.contains(&id(&text)))
            || held(object, search).any(|(_, key, _)| self.keys.contains(&key))
    }
}

/// An id as ids compare.
pub(super) fn id(text: &str) -> String {
    text.trim().trim_matches(['{', '}']).to_lowercase()
}

/// The key of a value that a report names.
pub(super) fn key(attribute: Option<Attribute>, text: &str) -> Key {
    match attribute {
        Some(Attribute::SipAddress) => Key::new(Space::Sip, split(text).1),
        Some(Attribute::ObjectSid) => Key::new(Space::Sid, text),
        _ => conflict::key(text),
    }
}

/// The values by which an anchor leads to an object: the GUIDs of the directory, and the anchor that the tenant keeps.
pub(super) fn anchored<'o>(
    object: &'o Object,
    search: &'o Search,
) -> impl Iterator<Item = (&'o Value, [u8; 16])> {
    let of = |name: &str| object.all(search.slot(name));
    let own = of("mS-DS-ConsistencyGuid").chain(of("objectGUID")).filter_map(|value| {
        // JSON and CSV have the bytes in base64
        let text = || decode(value.text().trim()).ok();
        Some((value, guid(&value.bytes).or_else(text)?))
    });
    let texts = of("onPremisesImmutableId").chain(of("sourceAnchor"));
    own.chain(texts.filter_map(|value| Some((value, decode(value.text().trim()).ok()?))))
}

fn guids<'o>(object: &'o Object, search: &'o Search) -> impl Iterator<Item = [u8; 16]> + 'o {
    anchored(object, search).map(|(_, guid)| guid)
}

/// The values that may be a source anchor by their text.
pub(super) fn custom<'o>(
    object: &'o Object,
    search: &'o Search,
) -> impl Iterator<Item = (&'o Value, String)> {
    ANCHORS.iter().flat_map(|name| object.all(search.slot(name))).map(|value| (value, value.text()))
}

/// What an object holds that has to be unique.
pub(super) fn held<'o>(
    object: &'o Object,
    search: &'o Search,
) -> impl Iterator<Item = (&'o Value, Key, Attribute)> {
    let names: [(&str, Attribute); 10] = [
        ("userPrincipalName", Attribute::UserPrincipalName),
        ("proxyAddresses", Attribute::ProxyAddresses),
        ("mail", Attribute::Mail),
        ("identities/signInName", Attribute::SignInName),
        ("identities/issuerAssignedId", Attribute::SignInName),
        ("msRTCSIP-PrimaryUserAddress", Attribute::SipAddress),
        ("imAddresses", Attribute::SipAddress),
        ("objectSid", Attribute::ObjectSid),
        ("onPremisesSecurityIdentifier", Attribute::ObjectSid),
        ("onPremiseSecurityIdentifier", Attribute::ObjectSid),
    ];
    names.into_iter().flat_map(move |(name, attribute)| {
        object.all(search.slot(name)).map(move |value| {
            let text = match attribute {
                Attribute::ObjectSid => sid(&value.bytes).unwrap_or_else(|| value.text()),
                _ => value.text(),
            };
            (value, key(Some(attribute), &text), attribute)
        })
    })
}

/// Objects by what clues lead to: a report may have thousands of errors, and each is about a few objects.
#[derive(Debug, Default)]
pub(super) struct Index {
    keys: FxHashMap<Key, Vec<usize>>,
    guids: FxHashMap<[u8; 16], Vec<usize>>,
    anchors: FxHashMap<String, Vec<usize>>,
    ids: FxHashMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn of(objects: &[Object], search: &Search) -> Self {
        let mut index = Self::default();
        for (number, object) in objects.iter().enumerate() {
            for (_, key, _) in held(object, search) {
                index.keys.entry(key).or_default().push(number);
            }
            for guid in guids(object, search) {
                index.guids.entry(guid).or_default().push(number);
            }
            for (_, text) in custom(object, search) {
                index.anchors.entry(text).or_default().push(number);
            }
            if let Some(text) = object.text(search.slot("id")) {
                index.ids.entry(id(&text)).or_default().push(number);
            }
        }
        index
    }

    /// The objects that the clues of an error lead to, with their twins, in file order.
    pub(super) fn candidates<'o>(
        &self,
        error: &Reported,
        objects: &'o [Object],
        search: &Search,
    ) -> Vec<&'o Object> {
        let wanted = Wanted::of(std::slice::from_ref(error));
        let mut numbers: Vec<usize> = Vec::new();
        numbers.extend(wanted.keys.iter().filter_map(|key| self.keys.get(key)).flatten());
        numbers.extend(wanted.guids.iter().filter_map(|guid| self.guids.get(guid)).flatten());
        numbers.extend(wanted.anchors.iter().filter_map(|text| self.anchors.get(text)).flatten());
        numbers.extend(wanted.ids.iter().filter_map(|id| self.ids.get(id)).flatten());
        let found = numbers.iter().filter_map(|number| objects.get(*number));
        let twins = found.flat_map(|object| guids(object, search)).filter_map(|guid| self.guids.get(&guid));
        let twins: Vec<usize> = twins.flatten().copied().collect();
        numbers.extend(twins);
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().filter_map(|number| objects.get(number)).collect()
    }
}
