//! What happens before an object is sent: joins, filters, errors of the client; and which cloud object it is connected
//! to.

use super::{Cycle, is_in_scope};
use crate::entra::anchor::{LINKED_MAILBOX, source_anchor};
use crate::entra::attribute::Attribute;
use crate::entra::calculate::{Origin as From, sign_in_name, view};
use crate::entra::catalogue::SyncError;
use crate::entra::cloud::{CloudObject, Origin};
use crate::entra::object::{Class, Scope, SourceObject};
use crate::entra::outcome::{Certainty, Fate, Kind, Match, MatchKind, Outcome, Party, Sources};
use crate::entra::unique::{Held, Key, Space, held};

use Certainty::{Disputed, Documented, Likely};

/// An error in this cycle and, since nothing changes it, in the next.
pub(super) fn repeated(outcome: Outcome) -> [Outcome; 2] {
    [outcome.clone(), outcome.in_cycle(2)]
}

fn client_error(error: SyncError, certainty: Certainty, sources: Sources) -> Outcome {
    Outcome::new(Kind::SyncError, certainty, sources).failing(error)
}

fn filtered(reason: &str, certainty: Certainty, sources: Sources) -> Outcome {
    let mut outcome = Outcome::new(Kind::Filtered, certainty, sources);
    outcome.value = Some(reason.into());
    outcome
}

impl Cycle<'_> {
    /// The fate of an object that is not sent at all. Of what is sent, the twin is noted, and what it gives up becomes
    /// free.
    pub(super) fn before(&mut self, number: u32) -> Option<Fate> {
        let object = self.objects.get(number as usize)?;
        if !is_in_scope(object) {
            return Some(self.out_of_scope(number, object));
        }
        if let Some(join) = self.people.join_of(number) {
            let mut outcome = Outcome::new(Kind::Merge, join.certainty, join.sources)
                .about(join.by, &join.value, join.place)
                .held_by(Party::Source(join.into), None);
            outcome.holder_attribute = Some(join.by);
            let mut outcomes = vec![outcome];
            // a contact that became a user leaves its place in the tenant (E-CONTACT)
            if object.class == Class::Contact
                && let Some(cloud) = self.connected(object)
            {
                self.free(cloud);
                self.note_bound(number, cloud);
                outcomes.push(
                    Outcome::new(Kind::Delete, Documented, &["E-CONTACT"]).held_by(Party::Cloud(cloud), None),
                );
            }
            return Some(Fate::of(outcomes));
        }
        let object = self.people.object(number, self.objects)?;
        let found = self.connected(object);
        if let Some(cloud) = found {
            self.bind(number, cloud);
        }
        if let Some(outcomes) = self.client_refuses(number, object, found) {
            let mut fate = Fate::of(outcomes);
            fate.twin.cloud = found;
            fate.twin.kind = if found.is_some() { MatchKind::Connected } else { MatchKind::None };
            return Some(fate);
        }
        if let Some(cloud) = found {
            self.give_up(number, cloud);
        }
        None
    }

    /// Notes only that the cloud object is spoken for.
    fn note_bound(&mut self, number: u32, cloud: u32) {
        if let Some(bound) = self.bound.get_mut(cloud as usize) {
            *bound = Some(number);
        }
    }

    /// The cloud object that a source object is connected to (decision 11).
    pub(super) fn connected(&self, object: &SourceObject) -> Option<u32> {
        let candidates = match object.class {
            Class::User | Class::Device => {
                let anchor = source_anchor(object, self.tenant).ok().flatten()?;
                self.index.by_anchor(&anchor).into_iter().collect()
            }
            Class::Group | Class::Contact => self.index.by_content(object),
        };
        candidates.into_iter().find(|found| {
            self.bound_to(*found).is_none()
                && self.cloud_object(*found).is_some_and(|cloud| {
                    cloud.class == object.class
                        && cloud.deleted.is_none()
                        && (cloud.origin == Origin::Synced || cloud.is_cloud_managed)
                })
        })
    }

    /// An object that is filtered, or that is not there any more: its twin is deleted, unless it is the cloud's (E-ERR26).
    fn out_of_scope(&mut self, number: u32, object: &SourceObject) -> Fate {
        let mut outcomes = Vec::new();
        if let Scope::Filtered(reason) = &object.scope {
            outcomes.push(filtered(reason, Documented, &["R-17", "E-DEFCFG"]));
        }
        let is_exported_before = object.scope == Scope::Gone || object.earlier_anchor.is_some();
        let mut twin = Match::NONE;
        if let Some(cloud) = self.connected(object) {
            twin = Match { kind: MatchKind::Connected, cloud: Some(cloud), is_blocked: false };
            self.free(cloud);
            self.note_bound(number, cloud);
            outcomes.push(
                Outcome::new(Kind::Delete, Documented, &["E-DEFCFG"]).held_by(Party::Cloud(cloud), None),
            );
        } else if is_exported_before && let Some(cloud) = self.own_in_cloud(object) {
            let error = Outcome::new(Kind::ExportError, Documented, &["E-ERR26"])
                .failing(SyncError::DeletingCloudOnlyObjectNotAllowed)
                .held_by(Party::Cloud(cloud), None);
            outcomes.extend(repeated(error));
        }
        let mut fate = Fate::of(outcomes);
        fate.twin = twin;
        fate
    }

    /// A living cloud object with the anchor of an object, that is not synchronised any more.
    fn own_in_cloud(&self, object: &SourceObject) -> Option<u32> {
        let anchor = source_anchor(object, self.tenant).ok().flatten();
        let anchor = anchor.as_deref().or(object.earlier_anchor.as_deref())?;
        let found = self.index.by_anchor(anchor)?;
        self.cloud_object(found).filter(|cloud| cloud.deleted.is_none()).map(|_| found)
    }

    /// What keeps an object in the client, if anything does.
    fn client_refuses(
        &mut self,
        number: u32,
        object: &SourceObject,
        found: Option<u32>,
    ) -> Option<Vec<Outcome>> {
        if found.and_then(|cloud| self.cloud_object(cloud)).is_some_and(|cloud| cloud.is_cloud_managed) {
            let reason = "the cloud is the source of authority";
            let outcome = filtered(reason, Documented, &["E-SOA"]).failing(SyncError::CloudIsAuthority);
            return Some(vec![outcome]);
        }
        if object.class == Class::Group && object.members > self.tenant.group_member_limit {
            let sources: Sources = &["R-17", "E-DEFCFG"];
            return Some(if found.is_some() {
                let error = client_error(SyncError::GroupMemberCountExceeded, Documented, sources);
                repeated(error).into()
            } else {
                vec![filtered("the group has more members than the limit", Documented, sources)]
            });
        }
        if object.class != Class::User {
            return None;
        }
        self.user_is_refused(number, object)
    }

    fn user_is_refused(&mut self, number: u32, object: &SourceObject) -> Option<Vec<Outcome>> {
        if object.recipient_type == Some(LINKED_MAILBOX) {
            let reason =
                "a linked mailbox has no source anchor: it waits for the account of the other forest";
            return Some(vec![filtered(reason, Documented, &["S-3066176", "R-17"])]);
        }
        let anchor = match source_anchor(object, self.tenant) {
            Ok(anchor) => anchor,
            Err(fault) => {
                let (attribute, place) = match object.values.first(Attribute::Anchor) {
                    Some(value) => (Attribute::Anchor, value.place),
                    None => (Attribute::ConsistencyGuid, object.anchor_place),
                };
                let error = Outcome::new(Kind::ExportError, Likely, &["E-DESIGN", "DECISION"])
                    .failing(SyncError::IdentityDataValidationFailed)
                    .about(attribute, &fault.to_string(), place);
                return Some(repeated(error).into());
            }
        };
        if anchor.is_none() && object.lacks(Attribute::Anchor) && object.object_guid.is_some() {
            return Some(vec![filtered("the user has no source anchor", Documented, &["R-17", "E-DESIGN"])]);
        }
        if let Some(outcomes) = self.anchor_changed(number, object, anchor.as_deref()) {
            return Some(outcomes);
        }
        let is_nameless = sign_in_name::sent(object).is_none()
            && object.lacks(Attribute::UserPrincipalName)
            && object.lacks(Attribute::SamAccountName);
        is_nameless
            .then(|| repeated(client_error(SyncError::AccountNameMissing, Documented, &["R-17"])).into())
    }

    /// An anchor that became another one: known from an earlier snapshot, or guessed from a cloud user with the
    /// same security identifier (decision 13).
    fn anchor_changed(
        &mut self,
        number: u32,
        object: &SourceObject,
        anchor: Option<&str>,
    ) -> Option<Vec<Outcome>> {
        let value = anchor.unwrap_or_default();
        let place = object.anchor_place;
        let changed = |certainty, sources| {
            client_error(SyncError::SourceAnchorChanged, certainty, sources).about(
                Attribute::ConsistencyGuid,
                value,
                place,
            )
        };
        if let Some(earlier) = object.earlier_anchor.as_deref() {
            let known = self.index.by_anchor(earlier)?;
            let is_there = self.cloud_object(known).is_some_and(is_connected_user);
            if anchor == Some(earlier) || !is_there {
                return None;
            }
            self.bind(number, known);
            let outcome = changed(Documented, &["R-17", "E-CONTACT"]).turning(Some(earlier), anchor);
            return Some(repeated(outcome).into());
        }
        if object.consistency_guid.is_none() || self.twin_of(number).is_some() {
            return None;
        }
        let sid = object.values.first(Attribute::ObjectSid)?;
        let same =
            self.ledger.holders(Key::new(Space::Sid, sid.text)).find_map(|(party, _)| match party {
                Party::Cloud(cloud) => Some(cloud).filter(|cloud| self.bound_to(*cloud).is_none()),
                Party::Source(_) => None,
            })?;
        let earlier =
            self.cloud_object(same).filter(|cloud| is_connected_user(cloud))?.immutable_id.as_deref();
        self.bind(number, same);
        let conflict = Outcome::new(Kind::ExportError, Disputed, &["E-EXIST26"])
            .failing(SyncError::AttributeValueMustBeUnique)
            .about(Attribute::ObjectSid, sid.text, sid.place)
            .held_by(Party::Cloud(same), Held::SID.attribute());
        let mut outcomes: Vec<Outcome> = repeated(conflict).into();
        outcomes.extend(repeated(changed(Disputed, &["R-17"]).turning(earlier, anchor)));
        Some(outcomes)
    }

    /// What a connected object does not keep becomes free.
    pub(super) fn give_up(&mut self, number: u32, cloud: u32) {
        let (Some(object), Some(present)) =
            (self.people.object(number, self.objects), self.cloud_object(cloud))
        else {
            return;
        };
        if self.hopeless.contains(&number) {
            return;
        }
        let view = view(object, Some(present), self.tenant);
        let mut wanted = super::wants::wants(object, &view);
        // an address made from a sign-in name that the twin does not have yet goes where that goes
        let has_name = |key: Key| held(present).any(|(own, held)| own == key && held.is_any(Held::UPN));
        wanted.retain(|want| want.origin != Some(From::SignInName) || has_name(want.key));
        let keeps_name = view.sign_in_name.is_some_and(|name| name.is_quarantined);
        // what was an address and will be a name only is given up as an address
        let kind = |held: Held| if held.is_any(Held::MAILED) { Held::MAILED } else { held };
        let is_kept = |(key, as_what): &(Key, Held)| {
            keeps_name && as_what.is_any(Held::UPN)
                || wanted.iter().any(|want| want.key == *key && kind(want.held) == kind(*as_what))
        };
        let (kept, given_up): (Vec<_>, Vec<_>) = held(present).partition(is_kept);
        if given_up.is_empty() {
            return;
        }
        self.gave_up.insert(number);
        self.free(cloud);
        for (key, as_what) in kept {
            self.ledger.claim(key, Party::Cloud(cloud), as_what);
        }
    }
}

fn is_connected_user(cloud: &CloudObject) -> bool {
    cloud.class == Class::User && cloud.origin == Origin::Synced && cloud.deleted.is_none()
}
