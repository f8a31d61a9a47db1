//! What the clues of a report look for, and which objects have it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::TENANT_NUMBER;
use crate::entra::anchor::{decode, encode};
use crate::entra::calculate::split;
use crate::entra::report::{ClueKind, Reported};
use crate::entra::unique::{Key, Space};
use crate::entra::{Attribute, conflict};
use crate::run::gather::{Object, Search, Value};
use crate::snapshot::value::{guid, sid};

/// Attributes of a directory whose text may serve as source anchor, where nobody says which does.
const CUSTOM: [&str; 2] = ["employeeID", "employeeNumber"];

/// How objects are looked for.
#[derive(Debug)]
pub(super) struct Sought {
    /// What is read of them.
    pub(super) search: Search,
    /// The attribute that is the source anchor, where that is neither objectGUID nor mS-DS-ConsistencyGuid.
    pub(super) anchor: Option<String>,
}

/// What is looked for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    anchors: FxHashSet<String>,
    ids: FxHashSet<String>,
    keys: FxHashSet<Key>,
}

impl Wanted {
    pub(super) fn of(errors: &[Reported]) -> Self {
        let mut wanted = Self::default();
        for clue in errors.iter().flat_map(|error| &error.clues) {
            match clue.kind {
                ClueKind::Anchor => drop(wanted.anchors.insert(clue.text.clone())),
                ClueKind::DoubtfulAnchor => {}
                ClueKind::Value(attribute) => drop(wanted.keys.insert(key(attribute, &clue.text))),
                ClueKind::Identity => drop(wanted.keys.insert(conflict::key(&clue.text))),
                ClueKind::WrittenId | ClueKind::HolderId => {
                    wanted.ids.insert(id(&clue.text));
                    wanted.anchors.extend(guid(clue.text.trim().as_bytes()).map(|guid| encode(&guid)));
                }
            }
        }
        wanted
    }

    /// Looks for the twins of objects as well; whether that is anything new.
    pub(super) fn extend(&mut self, objects: &[Object], sought: &Sought) -> bool {
        let before = self.anchors.len();
        for object in objects {
            self.anchors.extend(anchors(object, sought).map(|(_, anchor)| anchor));
        }
        self.anchors.len() > before
    }

    pub(super) fn takes(&self, object: &Object, sought: &Sought) -> bool {
        let search = &sought.search;
        anchors(object, sought).any(|(_, anchor)| self.anchors.contains(&anchor))
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

/// The values by which an anchor leads to an object, each with the anchor that it makes: GUIDs of the directory in base64,
/// attributes whose text may be one, and what the tenant keeps.
pub(super) fn anchors<'o>(
    object: &'o Object,
    sought: &'o Sought,
) -> impl Iterator<Item = (&'o Value, String)> {
    let of = |name: &'o str| object.all(sought.search.slot(name));
    let guids = of("mS-DS-ConsistencyGuid").chain(of("objectGUID")).filter_map(|value| {
        // JSON and CSV have the bytes in base64
        let text = || decode(value.text().trim()).ok();
        Some((value, encode(&guid(&value.bytes).or_else(text)?)))
    });
    let kept = of("onPremisesImmutableId").chain(of("sourceAnchor"));
    // a tenant has numbers of employees as well; they are no anchors there
    let is_source = object.source != TENANT_NUMBER;
    let own = || sought.anchor.as_deref().into_iter().filter(move |_| is_source).flat_map(of);
    let custom = CUSTOM.into_iter().filter(move |_| is_source).flat_map(of);
    let texts = kept.chain(own()).chain(custom).map(|value| (value, value.text().trim().to_owned()));
    // of an attribute that is no text Connect makes base64 (E-DESIGN)
    guids.chain(texts).chain(own().map(|value| (value, encode(&value.bytes))))
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
    anchors: FxHashMap<String, Vec<usize>>,
    ids: FxHashMap<String, Vec<usize>>,
}

impl Index {
    pub(super) fn of(objects: &[Object], sought: &Sought) -> Self {
        let search = &sought.search;
        let mut index = Self::default();
        for (number, object) in objects.iter().enumerate() {
            for (_, key, _) in held(object, search) {
                index.keys.entry(key).or_default().push(number);
            }
            for (_, anchor) in anchors(object, sought) {
                index.anchors.entry(anchor).or_default().push(number);
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
        sought: &Sought,
    ) -> Vec<&'o Object> {
        let wanted = Wanted::of(std::slice::from_ref(error));
        let mut numbers: Vec<usize> = Vec::new();
        numbers.extend(wanted.keys.iter().filter_map(|key| self.keys.get(key)).flatten());
        numbers.extend(wanted.anchors.iter().filter_map(|text| self.anchors.get(text)).flatten());
        numbers.extend(wanted.ids.iter().filter_map(|id| self.ids.get(id)).flatten());
        let found = numbers.iter().filter_map(|number| objects.get(*number));
        let of_twins = found.flat_map(|object| anchors(object, sought));
        let twins = of_twins.filter_map(|(_, anchor)| self.anchors.get(&anchor));
        let twins: Vec<usize> = twins.flatten().copied().collect();
        numbers.extend(twins);
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_iter().filter_map(|number| objects.get(number)).collect()
    }
}
