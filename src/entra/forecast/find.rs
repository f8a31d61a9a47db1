//! The search for a twin of a new object: hard, by primary SMTP address, by user principal name (entra.md 3.3).

use super::Cycle;
use super::before::repeated;
use crate::entra::anchor::source_anchor;
use crate::entra::attribute::Attribute;
use crate::entra::calculate::{Origin, sign_in_name, split, view};
use crate::entra::catalogue::SyncError;
use crate::entra::cloud::Role;
use crate::entra::matching::{Hard, Soft, SoftKey, hard, soft};
use crate::entra::object::{Class, SourceObject};
use crate::entra::outcome::{Certainty, Kind, Match, MatchKind, Outcome, Party, Sources};
use crate::entra::quarantine::Stage;
use crate::entra::unique::{Held, Key, Space};
use crate::entra::values::{Place, Value};

use Certainty::{Disputed, Documented, Likely};

/// What the search found.
pub(super) struct Found {
    /// The twin.
    pub(super) twin: Match,
    /// How far the object is by it.
    pub(super) stage: Stage,
    /// How sure it is that it is written so, and the pages.
    pub(super) certainty: Certainty,
    pub(super) sources: Sources,
    /// What happens besides.
    pub(super) outcomes: Vec<Outcome>,
    /// The object is refused.
    pub(super) is_refused: bool,
}

impl Found {
    fn nothing() -> Self {
        Self {
            twin: Match::NONE,
            stage: Stage::New,
            certainty: Documented,
            sources: &["E-EXIST26"],
            outcomes: Vec::new(),
            is_refused: false,
        }
    }

    fn takeover(kind: MatchKind, cloud: u32, certainty: Certainty, sources: Sources) -> Self {
        let twin = Match { kind, cloud: Some(cloud), is_blocked: false };
        Self { twin, stage: Stage::Takeover, certainty, sources, ..Self::nothing() }
    }

    fn blocked(kind: MatchKind, cloud: u32) -> Self {
        Self { twin: Match { kind, cloud: Some(cloud), is_blocked: true }, ..Self::nothing() }
    }

    fn refused(kind: MatchKind, cloud: Option<u32>, error: Outcome) -> Self {
        let twin = Match { kind, cloud, is_blocked: cloud.is_some() };
        Self { twin, outcomes: repeated(error).into(), is_refused: true, ..Self::nothing() }
    }
}

/// The key of a soft match, and the value that it is made from.
struct Sought {
    key: SoftKey,
    digest: Key,
    value: String,
    attribute: Attribute,
    place: Place,
}

impl Cycle<'_> {
    /// The twin of a new object.
    pub(super) fn find(&self, object: &SourceObject) -> Found {
        if object.class == Class::Device {
            return self.find_device();
        }
        if let Some(found) = self.find_hard(object) {
            return found;
        }
        for sought in [self.primary(object), name(object)].into_iter().flatten() {
            if let Some(cloud) = self.holder_of(object.class, &sought) {
                return self.judge_soft(object, cloud, &sought);
            }
        }
        Found::nothing()
    }

    /// A device has no soft match: where that is blocked, a new one is refused (E-FEAT).
    fn find_device(&self) -> Found {
        if !self.tenant.is_soft_match_blocked {
            return Found::nothing();
        }
        let error = Outcome::new(Kind::ExportError, Documented, &["E-FEAT"]);
        Found::refused(MatchKind::None, None, error.failing(SyncError::InvalidSoftMatch))
    }

    fn find_hard(&self, object: &SourceObject) -> Option<Found> {
        if object.class != Class::User {
            return None;
        }
        let anchor = source_anchor(object, self.tenant).ok().flatten()?;
        let cloud = self.index.by_anchor(&anchor)?;
        let twin = self.cloud_object(cloud).filter(|twin| twin.class == Class::User)?;
        if self.bound_to(cloud).is_some() {
            return None;
        }
        Some(match hard(object.object_guid, twin, self.tenant) {
            Hard::Takeover => Found::takeover(MatchKind::Hard, cloud, Documented, &["E-EXIST26", "E-ERR26"]),
            Hard::Refused(error, certainty, sources) => {
                let error = Outcome::new(Kind::ExportError, certainty, sources)
                    .failing(error)
                    .about(object.anchor_attribute(), &anchor, object.anchor_place)
                    .held_by(Party::Cloud(cloud), Some(Attribute::ConsistencyGuid));
                Found::refused(MatchKind::Hard, Some(cloud), error)
            }
        })
    }

    /// The primary SMTP address that the directory gives; mail where it gives no proxy addresses (decision 15).
    fn primary(&self, object: &SourceObject) -> Option<Sought> {
        let view = view(object, None, self.tenant);
        let proxy = view
            .addresses
            .proxies
            .iter()
            .find(|proxy| proxy.is_primary && matches!(proxy.origin, Origin::Proxy | Origin::Mail))?;
        let address = split(&proxy.text).1;
        let is_mail = proxy.origin == Origin::Mail;
        Some(Sought {
            key: SoftKey::PrimarySmtp,
            digest: Key::new(Space::Address, address),
            value: if is_mail { address } else { &proxy.text }.to_owned(),
            attribute: if is_mail { Attribute::Mail } else { Attribute::ProxyAddresses },
            place: proxy.place,
        })
    }

    /// The cloud object that holds the key, the same class first.
    fn holder_of(&self, class: Class, sought: &Sought) -> Option<u32> {
        let as_what = match sought.key {
            SoftKey::PrimarySmtp => Held::MAILED,
            SoftKey::UserPrincipalName => Held::UPN,
        };
        let holders = self.ledger.holders(sought.digest).filter(|(_, held)| held.is_any(as_what));
        let cloud = holders.filter_map(|(party, _)| match party {
            Party::Cloud(cloud) => Some(cloud),
            Party::Source(_) => None,
        });
        cloud.min_by_key(|cloud| {
            self.cloud_object(*cloud).map(|object| (object.class != class, object.is_guest, &object.id))
        })
    }

    fn judge_soft(&self, object: &SourceObject, cloud: u32, sought: &Sought) -> Found {
        let kind = match sought.key {
            SoftKey::PrimarySmtp => MatchKind::SoftSmtp,
            SoftKey::UserPrincipalName => MatchKind::SoftUpn,
        };
        let Some(twin) = self.cloud_object(cloud) else { return Found::nothing() };
        let verdict = if self.bound_to(cloud).is_some() {
            Soft::OtherAnchor
        } else {
            soft(object.class, sought.key, twin, self.tenant)
        };
        let beside = |certainty, sources| {
            Outcome::new(Kind::Twin, certainty, sources)
                .about(sought.attribute, &sought.value, sought.place)
                .held_by(Party::Cloud(cloud), Some(sought.attribute))
        };
        match verdict {
            Soft::Takeover(certainty, sources) => {
                let mut found = Found::takeover(kind, cloud, certainty, sources);
                if certainty == Disputed {
                    found.outcomes.push(beside(Disputed, &["GH-74931"]));
                }
                found
            }
            Soft::OtherClass | Soft::OtherAnchor => Found::blocked(kind, cloud),
            Soft::Guest => {
                let mut found = Found::takeover(kind, cloud, Disputed, &["E-EXIST26"]);
                let error = Outcome::new(Kind::ExportError, Disputed, &["GH-83697"])
                    .failing(SyncError::AttributeValueMustBeUnique)
                    .about(sought.attribute, &sought.value, sought.place)
                    .held_by(Party::Cloud(cloud), Some(sought.attribute));
                found.outcomes.extend(repeated(error));
                found
            }
            Soft::Administrator(role) => {
                let (certainty, sources): (Certainty, Sources) = match (role, sought.key) {
                    (Role::Eligible, _) => (Disputed, &["E-ERR26"]),
                    (_, SoftKey::UserPrincipalName) => (Documented, &["E-ERR26", "E-EXIST26"]),
                    (_, SoftKey::PrimarySmtp) => (Likely, &["E-ERR26", "DECISION"]),
                };
                let outcome = beside(certainty, sources).failing(SyncError::ExistingAdminRoleConflict);
                let mut found = if role == Role::Eligible {
                    Found::takeover(kind, cloud, Disputed, &["E-EXIST26"])
                } else {
                    Found::blocked(kind, cloud)
                };
                found.outcomes.push(outcome);
                found
            }
            Soft::Blocked => {
                let (certainty, sources): (Certainty, Sources) = match sought.key {
                    SoftKey::UserPrincipalName => (Documented, &["GH-1290"]),
                    SoftKey::PrimarySmtp => (Likely, &["GH-1290", "DECISION"]),
                };
                let mut found = Found::blocked(kind, cloud);
                found.outcomes.push(beside(certainty, sources));
                found
            }
        }
    }
}

/// The user principal name of a user.
fn name(object: &SourceObject) -> Option<Sought> {
    let sent = (object.class == Class::User).then(|| sign_in_name::sent(object)).flatten()?;
    let Value { attribute, text, place } = sent.value();
    Some(Sought {
        key: SoftKey::UserPrincipalName,
        digest: Key::new(Space::Address, text),
        value: text.to_owned(),
        attribute,
        place,
    })
}
