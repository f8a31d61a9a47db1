//! The values of an object against those of all others.

use super::Cycle;
use super::draft::Draft;
use super::wants::Wanted;
use crate::entra::attribute::Attribute;
use crate::entra::calculate::Origin;
use crate::entra::cloud::{Origin as From, Role};
use crate::entra::object::Class;
use crate::entra::outcome::{Certainty, Kind, Outcome, Party};
use crate::entra::placeholder::{placeholder, plain};
use crate::entra::quarantine::{Clash, Holder, Refusal, Ruling, Verdict, Want, judge};
use crate::entra::unique::{Held, Key, Space};

use Certainty::{Disputed, Documented};

impl Cycle<'_> {
    /// Asks whether somebody else has a value.
    pub(super) fn contest(&self, draft: &mut Draft<'_>, wanted: &Wanted) {
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
