//! Which of the objects is refused, and which holds what it wants.

use rustc_hash::{FxHashMap, FxHashSet};

use super::wanted::{Sought, anchors, held, id, key};
use super::{Culprit, TENANT_NUMBER};
use crate::entra::anchor::encode;
use crate::entra::conflict::{self, Side};
use crate::entra::report::{Clue, ClueKind, Reported};
use crate::entra::unique::Key;
use crate::entra::{Attribute, SyncError};
use crate::run::gather::{Object, Search, Value};
use crate::snapshot::value::{dn, time};

/// An object with what leads to it.
struct Lead<'o> {
    number: usize,
    /// The value that leads to it; none if its name does.
    value: Option<&'o Value>,
    side: Side,
    likely: bool,
}

struct Case<'c> {
    reported: &'c Reported,
    objects: &'c [&'c Object],
    sought: &'c Sought,
    search: &'c Search,
    /// The twin of an object on the other side.
    twins: FxHashMap<usize, usize>,
    leads: Vec<Lead<'c>>,
}

/// The objects that an error is about.
pub(super) fn culprits(reported: &Reported, objects: &[&Object], sought: &Sought) -> Vec<Culprit> {
    let twins = twins(objects, sought);
    let mut case = Case { reported, objects, sought, search: &sought.search, twins, leads: Vec::new() };
    let victims = case.victims();
    case.values(&victims);
    case.anchors(&victims);
    case.ids();
    case.leads.sort_by_key(|lead| (lead.side, lead.likely));
    let mut culprits: Vec<Culprit> = case.leads.iter().filter_map(|lead| case.culprit(lead)).collect();
    culprits.dedup_by(|later, earlier| {
        later.site.location == earlier.site.location && later.site.object == earlier.site.object
    });
    culprits
}

/// Objects of the directory and of the tenant that have one anchor.
fn twins(objects: &[&Object], sought: &Sought) -> FxHashMap<usize, usize> {
    let mut sources: FxHashMap<String, usize> = FxHashMap::default();
    for (number, object) in objects.iter().enumerate().filter(|(_, object)| object.source != TENANT_NUMBER) {
        for (_, anchor) in anchors(object, sought) {
            sources.entry(anchor).or_insert(number);
        }
    }
    let mut twins = FxHashMap::default();
    for (number, object) in objects.iter().enumerate().filter(|(_, object)| object.source == TENANT_NUMBER) {
        let source = anchors(object, sought).find_map(|(_, anchor)| sources.get(&anchor).copied());
        if let Some(source) = source {
            twins.insert(number, source);
            twins.entry(source).or_insert(number);
        }
    }
    twins
}

impl<'c> Case<'c> {
    fn clues(&self, is: impl Fn(ClueKind) -> bool) -> impl Iterator<Item = &'c Clue> {
        self.reported.clues.iter().filter(move |clue| is(clue.kind))
    }

    fn is_cloud(&self, number: usize) -> bool {
        self.objects.get(number).is_some_and(|object| object.source == TENANT_NUMBER)
    }

    /// The objects of the directory that the error is about, by their anchors, their ids, else their names.
    fn victims(&self) -> Vec<(usize, Option<&'c Value>)> {
        let mut victims: Vec<(usize, Option<&'c Value>)> = Vec::new();
        for (number, object) in
            self.objects.iter().enumerate().filter(|(_, object)| object.source != TENANT_NUMBER)
        {
            let object: &'c Object = object;
            let by = self.anchor_of(object).or_else(|| self.guid_of(object));
            victims.extend(by.map(|value| (number, Some(value))));
        }
        if victims.is_empty() {
            let ids: Vec<String> =
                self.clues(|kind| kind == ClueKind::WrittenId).map(|clue| id(&clue.text)).collect();
            let of_id = |number: &usize| {
                let text = self.objects.get(*number).and_then(|object| object.text(self.search.slot("id")));
                text.is_some_and(|text| ids.contains(&id(&text)))
            };
            let written = (0..self.objects.len()).filter(of_id).filter_map(|number| self.twins.get(&number));
            victims.extend(written.map(|source| (*source, None)));
        }
        if victims.is_empty() {
            let wanted: FxHashSet<Key> =
                self.clues(|kind| kind == ClueKind::Identity).map(|clue| conflict::key(&clue.text)).collect();
            let slot = self.search.slot("userPrincipalName");
            let named = self.objects.iter().enumerate().filter_map(|(number, object)| {
                let object: &'c Object = object;
                let value = object.all(slot).find(|value| wanted.contains(&conflict::key(&value.text())))?;
                // a name of the tenant (a placeholder) leads to the object that it comes from
                match self.is_cloud(number) {
                    true => self.twins.get(&number).map(|source| (*source, None)),
                    false => Some((number, Some(value))),
                }
            });
            victims.extend(named);
            victims.sort_by_key(|(number, value)| (*number, value.is_none()));
            victims.dedup_by_key(|(number, _)| *number);
            // a name that several have does not tell which of them is meant
            if victims.len() > 1 {
                victims.clear();
            }
        }
        victims
    }

    /// The value by which an anchor of the report leads to an object.
    fn anchor_of(&self, object: &'c Object) -> Option<&'c Value> {
        let texts: Vec<&str> =
            self.clues(|kind| kind == ClueKind::Anchor).map(|clue| clue.text.as_str()).collect();
        anchors(object, self.sought)
            .find(|(_, anchor)| texts.contains(&anchor.as_str()))
            .map(|(value, _)| value)
    }

    fn guid_of(&self, object: &'c Object) -> Option<&'c Value> {
        let ids = self.clues(|kind| kind == ClueKind::WrittenId);
        let guids = ids.filter_map(|clue| crate::snapshot::value::guid(clue.text.trim().as_bytes()));
        let wanted: Vec<String> = guids.map(|guid| encode(&guid)).collect();
        anchors(object, self.sought).find(|(_, anchor)| wanted.contains(anchor)).map(|(value, _)| value)
    }

    /// Who has the values of the report.
    fn values(&mut self, victims: &[(usize, Option<&'c Value>)]) {
        let mut keys = Vec::new();
        for clue in self.clues(|kind| matches!(kind, ClueKind::Value(_))) {
            if let ClueKind::Value(attribute) = clue.kind {
                keys.push(key(attribute, &clue.text));
            }
        }
        if keys.is_empty() && is_about_value(self.reported.error) {
            keys.extend(self.clues(|kind| kind == ClueKind::Identity).map(|clue| conflict::key(&clue.text)));
        }
        let named: Vec<Attribute> = self
            .clues(|kind| matches!(kind, ClueKind::Value(_)))
            .filter_map(|clue| match clue.kind {
                ClueKind::Value(attribute) => attribute,
                _ => None,
            })
            .collect();
        let mut holding: Vec<(usize, &'c Value, Key)> = Vec::new();
        for (number, object) in self.objects.iter().enumerate() {
            let object: &'c Object = object;
            // what is deleted holds nothing, though it may still be found by its anchor
            if object.all(self.search.slot("deletedDateTime")).next().is_some() {
                continue;
            }
            let held: Vec<_> = held(object, self.search).filter(|(_, key, _)| keys.contains(key)).collect();
            for key in &keys {
                let mut mine = held.iter().filter(|(_, known, _)| known == key);
                // the attribute that the report names says most
                let best = mine.clone().find(|(_, _, attribute)| named.contains(attribute)).or(mine.next());
                holding.extend(best.map(|(value, key, _)| (number, *value, *key)));
            }
        }
        let is_victim = |number: usize| victims.iter().any(|(victim, _)| *victim == number);
        // of several values those are meant that somebody else has
        let contested: FxHashSet<Key> =
            holding.iter().filter(|(number, ..)| !is_victim(*number)).map(|(_, _, key)| *key).collect();
        if !contested.is_empty() {
            holding.retain(|(_, _, key)| contested.contains(key));
        }
        let mut sources: Vec<usize> =
            holding.iter().map(|(number, ..)| *number).filter(|number| !self.is_cloud(*number)).collect();
        sources.dedup();
        let twin_holds = |number: &usize| {
            self.twins.get(number).is_some_and(|twin| holding.iter().any(|(other, ..)| other == twin))
        };
        let in_cloud = holding.iter().any(|(number, ..)| self.is_cloud(*number));
        let guessed = victims.is_empty();
        let first = self.first(&sources);
        let mut leads = Vec::new();
        for (number, value, _) in &holding {
            let twin = self.twins.get(number).copied();
            if self.is_cloud(*number) && twin.is_some_and(|twin| is_victim(twin) || sources.contains(&twin)) {
                continue;
            }
            let (side, likely) = if self.is_cloud(*number) {
                (Side::Holder, false)
            } else if is_victim(*number) {
                (Side::Victim, false)
            } else if in_cloud {
                // the tenant keeps a value with whoever has it: any other object is refused it as well
                if twin_holds(number) { (Side::Holder, false) } else { (Side::Victim, true) }
            } else if !guessed {
                (Side::Holder, false)
            } else if sources.len() > 1 && first == Some(*number) {
                (Side::Holder, true)
            } else {
                (Side::Victim, true)
            };
            leads.push(Lead { number: *number, value: Some(value), side, likely });
        }
        self.leads.extend(leads);
    }

    /// Who was there first, by the time of creation, then by its number, then by the name (entra.md 2.6).
    fn first(&self, sources: &[usize]) -> Option<usize> {
        let age = |number: &usize| {
            let object = self.objects.get(*number);
            let text = |name: &str| object.and_then(|object| object.text(self.search.slot(name)));
            let created = text("whenCreated").and_then(|text| time::seconds(text.as_bytes()));
            let number: Option<u64> = text("uSNCreated").and_then(|text| text.trim().parse().ok());
            let name = object.map(|object| object.name.to_lowercase());
            (created.unwrap_or(i64::MAX), number.unwrap_or(u64::MAX), name)
        };
        sources.iter().min_by_key(|number| age(number)).copied()
    }

    /// Who has the anchors of the report, if not by a value.
    fn anchors(&mut self, victims: &[(usize, Option<&'c Value>)]) {
        for (number, value) in victims {
            if !self.has(*number) {
                let slot = self.search.slot("userPrincipalName");
                let about_name = matches!(
                    self.reported.error,
                    Some(SyncError::FederatedDomainChange | SyncError::IdentityDataValidationFailed)
                );
                let object: Option<&'c Object> = self.objects.get(*number).copied();
                let name = object.filter(|_| about_name).and_then(|object| object.all(slot).next());
                let value = name.or(*value);
                self.leads.push(Lead { number: *number, value, side: Side::Victim, likely: false });
            }
        }
        let takes = matches!(
            self.reported.error,
            Some(
                SyncError::InvalidHardMatchRole
                    | SyncError::InvalidHardMatchBlocked
                    | SyncError::AttributeUpdateNotAllowed
                    | SyncError::DeletingCloudOnlyObjectNotAllowed
            )
        );
        for number in (0..self.objects.len()).filter(|number| self.is_cloud(*number)).collect::<Vec<_>>() {
            let Some(object) = self.objects.get(number) else { continue };
            let object: &'c Object = object;
            let Some(value) = self.anchor_of(object).filter(|_| !self.has(number)) else { continue };
            if takes || victims.is_empty() {
                let side = if takes { Side::Holder } else { Side::Victim };
                self.leads.push(Lead { number, value: Some(value), side, likely: false });
            }
        }
    }

    /// The objects whose ids the report names.
    fn ids(&mut self) {
        let mut leads = Vec::new();
        for clue in self.clues(|kind| matches!(kind, ClueKind::HolderId | ClueKind::WrittenId)) {
            let slot = self.search.slot("id");
            let is_meant =
                |object: &&Object| object.text(slot).is_some_and(|text| id(&text) == id(&clue.text));
            let found = self.objects.iter().position(is_meant);
            let Some(number) = found else { continue };
            let twin = self.twins.get(&number).copied();
            if self.has(number) || twin.is_some_and(|twin| self.has(twin)) {
                continue;
            }
            let side = if clue.kind == ClueKind::HolderId { Side::Holder } else { Side::Victim };
            let value = self.objects.get(number).and_then(|object| {
                let object: &'c Object = object;
                object.all(slot).next()
            });
            leads.push(Lead { number, value, side, likely: false });
        }
        self.leads.extend(leads);
    }

    fn has(&self, number: usize) -> bool {
        self.leads.iter().any(|lead| lead.number == number)
    }

    fn culprit(&self, lead: &Lead<'c>) -> Option<Culprit> {
        let object: &Object = self.objects.get(lead.number)?;
        let is_cloud = self.is_cloud(lead.number);
        let cloud = if is_cloud { Some(lead.number) } else { self.twins.get(&lead.number).copied() };
        let cloud_id = cloud
            .and_then(|cloud| self.objects.get(cloud))
            .and_then(|object| object.text(self.search.slot("id")));
        let name = self.called(object);
        let perhaps = if lead.likely { ", likely" } else { "" };
        let what = match lead.value {
            Some(value) => self.search.names.name(value.slot).to_owned(),
            None => "name".to_owned(),
        };
        let does = match (lead.side, is_about_value(self.reported.error)) {
            (Side::Victim, true) => "refused",
            (Side::Victim, false) => "not written",
            (_, true) => "holds it",
            (_, false) => "has the anchor",
        };
        let label = format!("{what} of {name}: {does}{perhaps}");
        // what nobody can read is not shown: the name of the object stands for it
        let is_bytes = matches!(what.as_str(), "objectGUID" | "mS-DS-ConsistencyGuid" | "objectSid")
            || lead.value.is_some_and(|value| std::str::from_utf8(&value.bytes).is_err());
        let named = is_bytes.then(|| object.name_site(label.clone()));
        let site = match lead.value {
            Some(value) => object.site(value, &self.search.names, label),
            None => object.name_site(label),
        };
        Some(Culprit {
            shown: named.unwrap_or_else(|| site.clone()),
            site,
            name,
            cloud_id,
            is_cloud,
            side: lead.side,
            likely: lead.likely,
        })
    }

    /// An object as people call it: the first part of its name, else its display name.
    fn called(&self, object: &Object) -> String {
        let class = if object.class.is_empty() { "object" } else { &object.class };
        let own = object.text(self.search.slot("displayName")).filter(|text| !text.trim().is_empty());
        let parent = dn::parent(object.name.as_bytes());
        let name = match object.name.get(..parent.start).map(|first| first.trim_end_matches([',', ' '])) {
            Some(first) if object.source != TENANT_NUMBER && first.contains('=') => first.to_owned(),
            _ => own.unwrap_or_else(|| {
                if object.title.is_empty() { object.name.clone() } else { object.title.clone() }
            }),
        };
        let place = if object.source == TENANT_NUMBER { "cloud " } else { "" };
        format!("{place}{class} {name}")
    }
}

/// Whether an error is about a value that two objects want.
fn is_about_value(error: Option<SyncError>) -> bool {
    matches!(
        error,
        Some(
            SyncError::AttributeValueMustBeUnique
                | SyncError::QuarantinedValue
                | SyncError::InvalidSoftMatch
                | SyncError::ObjectTypeMismatch
                | SyncError::ExistingAdminRoleConflict
        )
    )
}
