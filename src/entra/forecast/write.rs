//! The writing of one object: its values against those of all others, and what becomes of it.

use super::Cycle;
use super::before::repeated;
use super::find::Found;
use super::wants::{Wanted, wants};
use crate::entra::anchor::source_anchor;
use crate::entra::attribute::Attribute;
use crate::entra::calculate::{Addresses, Origin, Proxy, View, is_primary, split, view};
use crate::entra::cloud::{CloudObject, Origin as From, Role};
use crate::entra::object::{Class, SourceObject};
use crate::entra::outcome::{Certainty, Fate, Kind, Match, MatchKind, Outcome, Party, Sources};
use crate::entra::placeholder::{RANDOM, placeholder, plain};
use crate::entra::quarantine::{Clash, Holder, Refusal, Ruling, Stage, Verdict, Want, judge};
use crate::entra::tenant::is_same;
use crate::entra::unique::{Held, Key, Space, held};
use crate::entra::values::{Place, Value, Values};

use Certainty::{Disputed, Documented, Likely};

/// An object on its way into the tenant.
pub(super) struct Draft<'a> {
    pub(super) object: &'a SourceObject,
    pub(super) present: Option<&'a CloudObject>,
    pub(super) stage: Stage,
    /// As whom it holds its values.
    pub(super) party: Party,
    pub(super) view: View,
    pub(super) outcomes: Vec<Outcome>,
    /// How sure it is that the object is written.
    pub(super) certainty: Certainty,
    /// It is not written.
    pub(super) is_refused: bool,
    /// It is written in the second cycle only.
    pub(super) is_late: bool,
    /// The sign-in name is settled: it is in quarantine, or comes out of it.
    pub(super) is_name_settled: bool,
    /// The addresses that are held back.
    pub(super) held_back: Vec<Key>,
}

impl Draft<'_> {
    /// An error that repeats; one that pages disagree on leaves the object written, perhaps.
    pub(super) fn refuse(&mut self, error: Outcome) {
        if error.certainty == Disputed {
            self.certainty = Disputed;
        } else {
            self.is_refused = true;
        }
        self.outcomes.extend(repeated(error));
    }

    /// Takes an address out of what the object will hold.
    fn hold_back(&mut self, address: Key) {
        self.view
            .addresses
            .proxies
            .retain(|proxy| Key::of_proxy(&proxy.text).is_none_or(|(_, key)| key != address));
        self.held_back.push(address);
    }

    /// Puts another sign-in name in place of the one that the object does not get, among its addresses as well.
    fn rename(&mut self, name: &str) {
        let Some(own) = self.view.sign_in_name.as_mut() else { return };
        let before = std::mem::replace(&mut own.text, name.to_owned());
        let proxies = &mut self.view.addresses.proxies;
        let is_of = |proxy: &Proxy, name: &str| is_same(split(&proxy.text).1, name);
        let derived =
            proxies.iter().position(|proxy| proxy.origin == Origin::SignInName && is_of(proxy, &before));
        if let Some(derived) = derived {
            let mut at = 0..;
            // the twin may have the address already
            proxies.retain(|proxy| at.next() == Some(derived) || !is_of(proxy, name) || proxy.is_primary);
            if let Some(proxy) = proxies.iter_mut().find(|proxy| is_of(proxy, &before)) {
                proxy.text = format!("{}:{name}", split(&proxy.text).0);
            }
        }
        self.is_name_settled = true;
    }

    /// Whether the tenant has a value in quarantine already.
    fn is_recorded(&self, wanted: &Wanted) -> bool {
        let errors = self.present.map(|present| &*present.errors).unwrap_or_default();
        let is_name = wanted.want == Want::UserPrincipalName;
        errors.iter().any(|error| {
            (error.attribute == Attribute::UserPrincipalName) == is_name
                && Key::new(Space::Address, split(&error.value).1) == wanted.key
        })
    }
}

impl Cycle<'_> {
    /// Sends one object that is not kept in the client.
    pub(super) fn settle(&mut self, number: u32) -> Fate {
        let object = self.people.object(number, self.objects);
        let fate = object.map(|object| {
            let takeover = self.takeovers.remove(&number);
            let found = match (takeover, self.twin_of(number)) {
                (Some(found), _) => found,
                (None, Some(cloud)) => Found {
                    twin: Match { kind: MatchKind::Connected, cloud: Some(cloud), is_blocked: false },
                    stage: Stage::Update,
                    certainty: Documented,
                    sources: &["E-DEFCFG"],
                    outcomes: Vec::new(),
                    is_refused: false,
                },
                (None, None) => self.find(object),
            };
            self.write(number, object, found)
        });
        fate.unwrap_or_else(|| Fate::of(Vec::new()))
    }

    fn write(&mut self, number: u32, object: &SourceObject, found: Found) -> Fate {
        let target = found.twin.cloud.filter(|_| found.stage != Stage::New);
        let present = target.and_then(|cloud| self.cloud_object(cloud));
        let mut draft = Draft {
            object,
            present,
            stage: found.stage,
            party: target.map_or(Party::Source(number), Party::Cloud),
            view: view(object, present, self.tenant),
            outcomes: found.outcomes,
            certainty: found.certainty,
            is_refused: found.is_refused,
            is_late: false,
            is_name_settled: false,
            held_back: Vec::new(),
        };
        draft.check_limits();
        draft.check_name(self.tenant);
        for wanted in wants(object, &draft.view) {
            self.contest(&mut draft, &wanted);
        }
        draft.view.addresses.settle();
        let twin = found.twin;
        if draft.is_refused {
            return self.refused(number, draft, twin, target);
        }
        self.written(number, draft, &found.sources, twin, target)
    }

    /// An object that is refused leaves in the tenant what was there.
    fn refused(&mut self, number: u32, draft: Draft<'_>, twin: Match, target: Option<u32>) -> Fate {
        if let Some((present, cloud)) =
            draft.present.zip(target).filter(|(present, _)| present.deleted.is_none())
        {
            for (key, as_what) in held(present) {
                self.ledger.claim(key, Party::Cloud(cloud), as_what);
            }
        }
        if draft.stage != Stage::New && self.gave_up.contains(&number) {
            self.failed.insert(number);
        }
        let is_kept = |outcome: &Outcome| matches!(outcome.kind, Kind::ExportError | Kind::SyncError);
        let mut fate = Fate::of(draft.outcomes.into_iter().filter(is_kept).collect());
        fate.twin = Match { is_blocked: twin.is_blocked || draft.stage == Stage::Takeover, ..twin };
        fate
    }

    fn written(
        &mut self,
        number: u32,
        mut draft: Draft<'_>,
        sources: &Sources,
        twin: Match,
        target: Option<u32>,
    ) -> Fate {
        draft.compare(self.tenant);
        let kind = match draft.stage {
            Stage::New => Kind::Create,
            Stage::Takeover => Kind::Takeover,
            Stage::Update => Kind::Update,
        };
        let mut outcome =
            Outcome::new(kind, draft.certainty, sources).in_cycle(if draft.is_late { 2 } else { 1 });
        if kind == Kind::Takeover
            && let Some(cloud) = target
        {
            outcome = outcome.held_by(Party::Cloud(cloud), None);
        }
        draft.outcomes.push(outcome);
        if let Some(cloud) = target {
            if draft.stage == Stage::Takeover {
                self.free(cloud);
            }
            self.bind(number, cloud);
        }
        for wanted in wants(draft.object, &draft.view) {
            self.ledger.claim(wanted.key, draft.party, wanted.held);
        }
        let becomes = self.becomes(&draft);
        let mut fate = Fate::of(draft.outcomes);
        (fate.twin, fate.becomes) = (twin, Some(becomes));
        fate
    }

    /// What the tenant holds afterwards.
    fn becomes(&self, draft: &Draft<'_>) -> Values {
        let View { sign_in_name, nickname, addresses } = &draft.view;
        let anchor = matches!(draft.object.class, Class::User | Class::Device)
            .then(|| source_anchor(draft.object, self.tenant).ok().flatten())
            .flatten();
        let name = sign_in_name.as_ref();
        let singles = [
            (Attribute::UserPrincipalName, name.map(|name| name.text.as_str())),
            (Attribute::SentUserPrincipalName, name.map(|name| name.sent.text.as_str())),
            (Attribute::Mail, addresses.mail.as_deref()),
            (Attribute::MailNickname, nickname.as_ref().map(|nickname| nickname.text.as_str())),
            (Attribute::Anchor, anchor.as_deref()),
        ];
        let singles = singles.into_iter().filter_map(|(attribute, text)| Some((attribute, text?)));
        let proxies = addresses.proxies.iter().map(|proxy| (Attribute::ProxyAddresses, proxy.text.as_str()));
        singles
            .chain(proxies)
            .map(|(attribute, text)| Value { attribute, text, place: Place::NONE })
            .collect()
    }

    /// Asks whether somebody else has a value.
    fn contest(&self, draft: &mut Draft<'_>, wanted: &Wanted) {
        // an address made from a sign-in name that is asked for goes where that goes
        let is_own = |as_what: Held| {
            let mut holders = self.ledger.holders(wanted.key);
            holders.any(|(party, held)| party == draft.party && held.is_any(as_what))
        };
        if wanted.origin == Some(Origin::SignInName) && !is_own(Held::UPN) {
            return;
        }
        let is_name = wanted.want == Want::UserPrincipalName;
        // what the twin holds in the same way already is not asked for again
        let same = match wanted.want {
            Want::Primary | Want::PrimaryFromMail | Want::Secondary => Held::MAILED,
            _ => wanted.held,
        };
        if is_own(same) {
            return;
        }
        let others = self.ledger.holders(wanted.key).filter(|(party, _)| *party != draft.party);
        let worst = others.min_by_key(|(party, held)| {
            let class = self.class_of(*party);
            (is_name && !held.is_any(Held::UPN), class != Some(Class::Group), class, self.label(*party))
        });
        let Some((party, as_what)) = worst else {
            self.heal(draft, wanted);
            return;
        };
        match wanted.origin {
            Some(Origin::Initial) => return draft.number_alias(),
            Some(Origin::Kept) => return,
            _ => {}
        }
        if draft.is_recorded(wanted) || self.is_standing(draft, is_name) {
            match (
                is_name,
                draft.present.and_then(|present| present.values.text(Attribute::UserPrincipalName)),
            ) {
                (true, Some(now)) => draft.rename(now),
                (true, None) => {}
                (false, _) => draft.hold_back(wanted.key),
            }
            return;
        }
        let is_fallback = draft.view.sign_in_name.as_ref().is_some_and(|name| name.unfit.is_some());
        if is_name && is_fallback {
            draft.number_name(self.tenant);
            return;
        }
        let clash = Clash {
            class: draft.object.class,
            stage: draft.stage,
            want: wanted.want,
            is_both: wanted.is_both,
            holder: self.holder(draft, party, as_what, is_name),
            is_resilient: if is_name { self.tenant.is_upn_resilient } else { self.tenant.is_proxy_resilient },
        };
        let holder = (self.spoken(party, wanted.key), as_what.attribute());
        for ruling in judge(&clash) {
            self.apply(draft, wanted, *ruling, holder);
        }
    }

    /// A placeholder that the tenant has already, of a name that is still taken.
    fn is_standing(&self, draft: &Draft<'_>, is_name: bool) -> bool {
        is_name && draft.view.sign_in_name.as_ref().is_some_and(|name| name.is_quarantined)
    }

    /// A value that was in quarantine and that nobody else has any more (E-DAR: the hourly task).
    fn heal(&self, draft: &mut Draft<'_>, wanted: &Wanted) {
        let is_name = wanted.want == Want::UserPrincipalName;
        if !draft.is_recorded(wanted) && !self.is_standing(draft, is_name) {
            return;
        }
        let mut outcome = Outcome::new(Kind::Heal, Documented, &["E-DAR"]).about(
            wanted.attribute,
            &wanted.value,
            wanted.place,
        );
        if is_name {
            let now = draft.present.and_then(|present| present.values.text(Attribute::UserPrincipalName));
            outcome = outcome.turning(now, Some(&wanted.value));
            draft.is_name_settled = true;
        }
        draft.outcomes.push(outcome);
    }

    fn apply(
        &self,
        draft: &mut Draft<'_>,
        wanted: &Wanted,
        ruling: Ruling,
        holder: (Party, Option<Attribute>),
    ) {
        let outcome = |kind| {
            Outcome::new(kind, ruling.certainty, ruling.sources)
                .about(wanted.attribute, &wanted.value, wanted.place)
                .held_by(holder.0, holder.1)
        };
        let is_name = wanted.want == Want::UserPrincipalName;
        match ruling.verdict {
            Verdict::Quarantine => {
                let mut held_back = outcome(Kind::Quarantine);
                if is_name {
                    // the name stays; what is held back is the address that it would be
                    held_back.attribute = Some(Attribute::ProxyAddresses);
                }
                draft.outcomes.push(held_back);
                draft.hold_back(wanted.key);
            }
            Verdict::Placeholder => {
                draft.outcomes.push(outcome(Kind::Quarantine));
                self.place_holder(draft, wanted, ruling);
            }
            Verdict::Keep => {
                draft.outcomes.push(outcome(Kind::Quarantine));
                if let Some(now) =
                    draft.present.and_then(|present| present.values.text(Attribute::UserPrincipalName))
                {
                    draft.rename(now);
                }
            }
            Verdict::Refuse(error) => draft.refuse(outcome(Kind::ExportError).failing(error)),
            Verdict::RefuseFirst(error) => {
                draft.outcomes.push(outcome(Kind::ExportError).failing(error));
                draft.outcomes.push(outcome(Kind::Quarantine).in_cycle(2));
                draft.hold_back(wanted.key);
                draft.is_late = true;
            }
            Verdict::Take => draft.outcomes.push(outcome(Kind::LostCloudValue)),
        }
    }

    /// The placeholder: with digits, and the form without where that is free (decision 14).
    fn place_holder(&self, draft: &mut Draft<'_>, wanted: &Wanted, ruling: Ruling) {
        let initial = &self.tenant.initial_domain;
        let name = placeholder(&wanted.value, initial);
        let free = plain(&wanted.value, initial);
        let outcome = |to: &str, certainty, sources| {
            Outcome::new(Kind::PlaceholderUpn, certainty, sources)
                .about(wanted.attribute, &wanted.value, wanted.place)
                .turning(Some(&wanted.value), Some(to))
        };
        draft.outcomes.push(outcome(&name, ruling.certainty, ruling.sources));
        if self.ledger.holders(Key::new(Space::Address, &free)).next().is_none() {
            draft.outcomes.push(outcome(&free, Disputed, &["GH-1290"]));
        }
        draft.rename(&name);
    }

    fn class_of(&self, party: Party) -> Option<Class> {
        match party {
            Party::Source(number) => self.objects.get(number as usize).map(|object| object.class),
            Party::Cloud(number) => self.cloud_object(number).map(|object| object.class),
        }
    }

    fn label(&self, party: Party) -> Option<&str> {
        match party {
            Party::Source(number) => self.objects.get(number as usize).map(|object| &*object.dn),
            Party::Cloud(number) => self.cloud_object(number).map(|object| &*object.id),
        }
    }

    fn holder(&self, draft: &Draft<'_>, party: Party, held: Held, is_name: bool) -> Holder {
        let plain = Holder {
            class: self.class_of(party).unwrap_or(draft.object.class),
            is_guest: false,
            is_new: matches!(party, Party::Source(_)),
            held,
            refusal: None,
        };
        let Party::Cloud(number) = party else { return plain };
        let Some(cloud) = self.cloud_object(number) else { return plain };
        let is_match = self.bound_to(number).is_none()
            && cloud.class == draft.object.class
            && cloud.origin != From::Synced
            && cloud.immutable_id.is_none();
        let is_blocked = self.tenant.is_soft_match_blocked
            || (is_name && !self.tenant.is_soft_match_on_upn)
            || cloud.is_unified_group;
        let refusal = match cloud.role {
            _ if !is_match => None,
            _ if is_blocked => Some(Refusal::Blocked),
            Role::None => None,
            Role::Eligible | Role::Active => Some(Refusal::Administrator),
        };
        Holder { is_guest: cloud.is_guest, refusal, ..plain }
    }
}

impl Draft<'_> {
    /// The address at the initial domain is taken: the alias gets four digits (S-PROXY, P6).
    fn number_alias(&mut self) {
        let Addresses { proxies, .. } = &mut self.view.addresses;
        let Some(proxy) = proxies.iter_mut().find(|proxy| proxy.origin == Origin::Initial) else { return };
        let before = proxy.text.clone();
        let (kind, address) = split(&before);
        let (alias, domain) =
            (crate::entra::calculate::local_part(address), crate::entra::calculate::domain(address));
        proxy.text = format!("{kind}:{alias}{RANDOM}@{domain}");
        let outcome = Outcome::new(Kind::Rename, Documented, &["S-PROXY"]);
        let mut outcome = outcome.turning(Some(&before), Some(&proxy.text));
        outcome.attribute = Some(Attribute::ProxyAddresses);
        self.outcomes.push(outcome);
        debug_assert!(is_primary(&proxy.text) == proxy.is_primary, "capitals mark the primary address");
    }

    /// The fallback of a sign-in name is taken: it gets four digits (decision 10).
    fn number_name(&mut self, tenant: &crate::entra::tenant::Tenant) {
        let Some(name) = &self.view.sign_in_name else { return };
        let numbered = placeholder(&name.text, &tenant.initial_domain);
        let outcome = Outcome::new(Kind::Rename, Likely, &["E-UPN", "DECISION"])
            .about(Attribute::UserPrincipalName, &name.sent.text, name.sent.place)
            .turning(Some(&name.sent.text), Some(&numbered));
        self.outcomes.push(outcome);
        self.rename(&numbered);
    }
}
