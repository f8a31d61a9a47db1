//! What changes for an object beside what others cause: names that become others, values that are left out, cut, or lost.

use super::draft::Draft;
use crate::entra::attribute::Attribute;
use crate::entra::calculate::{Origin, Reason, domain, limits, sign_in_name::Unfit, split};
use crate::entra::catalogue::SyncError;
use crate::entra::outcome::{Certainty, Kind, Outcome, Sources};
use crate::entra::quarantine::Stage;
use crate::entra::tenant::{Tenant, is_same};
use crate::entra::unique::{Key, Space, address_text};
use crate::entra::values::Place;

use Certainty::{Disputed, Documented, Likely};

/// What a takeover overwrites, beside names and addresses.
const OVERWRITTEN: [Attribute; 14] = [
    Attribute::DisplayName,
    Attribute::GivenName,
    Attribute::Surname,
    Attribute::Title,
    Attribute::Department,
    Attribute::Company,
    Attribute::Telephone,
    Attribute::Mobile,
    Attribute::City,
    Attribute::State,
    Attribute::Country,
    Attribute::StreetAddress,
    Attribute::PostalCode,
    Attribute::Description,
];

impl Draft<'_> {
    /// What is too large.
    pub(super) fn check_limits(&mut self) {
        for excess in limits::excesses(self.object) {
            let kind = if excess.error.is_some() { Kind::ExportError } else { Kind::Drop };
            let mut outcome = Outcome::new(kind, excess.certainty, excess.sources);
            outcome.attribute = Some(excess.attribute);
            if let Some(value) = excess.value {
                outcome = outcome.about(value.attribute, value.text, value.place);
            }
            match excess.error {
                Some(error) => self.refuse(outcome.failing(error)),
                None => self.outcomes.push(outcome),
            }
        }
    }

    /// A sign-in name that Entra ID does not accept: an error by E-ERR26, a fallback without a word by E-UPN; over its
    /// length an error (decision 10). One that moves between two federated domains is an error by E-ERR18, and not any
    /// more by E-FEAT.
    pub(super) fn check_name(&mut self, tenant: &Tenant) {
        let Some(name) = &self.view.sign_in_name else { return };
        let error = |certainty, sources, error| {
            Outcome::new(Kind::ExportError, certainty, sources).failing(error).about(
                Attribute::UserPrincipalName,
                &name.sent.text,
                name.sent.place,
            )
        };
        let invalid = SyncError::IdentityDataValidationFailed;
        let found = match name.unfit {
            Some(Unfit::Character) => Some(error(Disputed, &["E-ERR26"], invalid)),
            Some(Unfit::Length) => Some(error(Likely, &["M-PREP", "DECISION"], invalid)),
            _ => None,
        };
        let now = self.present.and_then(|present| present.values.text(Attribute::UserPrincipalName));
        let moves = now.filter(|now| {
            self.stage == Stage::Update && !name.is_quarantined && !is_same(domain(now), domain(&name.text))
        });
        let is_federated = |name: &str| tenant.is_federated(domain(name));
        let moved = moves
            .filter(|now| is_federated(now) && is_federated(&name.text))
            .map(|_| error(Disputed, &["E-ERR18", "E-HEALTH"], SyncError::FederatedDomainChange));
        for outcome in found.into_iter().chain(moved) {
            self.refuse(outcome);
        }
    }

    /// Everything that changes or gets lost.
    pub(super) fn compare(&mut self, tenant: &Tenant) {
        self.rename_sign_in(tenant);
        self.rename_mail();
        self.rename_alias();
        self.leave_out();
        if self.stage == Stage::Takeover {
            self.lose();
        }
    }

    fn rename_sign_in(&mut self, tenant: &Tenant) {
        let Some(name) = &self.view.sign_in_name else { return };
        let now = self.present.and_then(|present| present.values.text(Attribute::UserPrincipalName));
        if name.is_ignored {
            self.outcomes.push(Outcome::new(Kind::Drop, Documented, &["E-FEAT", "S-E2E"]).about(
                Attribute::UserPrincipalName,
                &name.sent.text,
                name.sent.place,
            ));
            return;
        }
        let from = now.unwrap_or(&name.sent.text);
        if self.is_name_settled || is_same(from, &name.text) {
            return;
        }
        let is_between_federated = self.stage == Stage::Update
            && !is_same(domain(from), domain(&name.text))
            && tenant.is_federated(domain(from))
            && tenant.is_federated(domain(&name.text));
        let (certainty, sources): (Certainty, Sources) = match name.unfit {
            Some(Unfit::Character | Unfit::Length) => (Disputed, &["E-UPN", "S-E2E"]),
            Some(Unfit::Suffix) => (Documented, &["E-UPN", "M-NR"]),
            None if is_between_federated => (Disputed, &["E-FEAT"]),
            None => (Documented, &["E-UPN"]),
        };
        self.outcomes.push(
            Outcome::new(Kind::Rename, certainty, sources)
                .about(Attribute::UserPrincipalName, &name.sent.text, name.sent.place)
                .turning(Some(from), Some(&name.text)),
        );
    }

    /// Mail becomes the primary SMTP address, whatever the directory says (S-PROXY).
    fn rename_mail(&mut self) {
        let own = self.object.values.trimmed(Attribute::Mail);
        let now = self.present.and_then(|present| present.values.text(Attribute::Mail));
        let mail = self.view.addresses.mail.as_deref();
        let is_known = |text: &str| {
            mail.is_some_and(|mail| is_same(mail, text))
                || self.held_back.contains(&Key::new(Space::Address, text))
        };
        // of what is connected, only the tenant says what changes
        let before = if self.stage == Stage::Update { now } else { now.or(own.map(|own| own.text)) };
        if let Some(from) = before.filter(|from| !is_known(from)) {
            let mut outcome = Outcome::new(Kind::Rename, Documented, &["S-PROXY"]).turning(Some(from), mail);
            outcome.attribute = Some(Attribute::Mail);
            if let Some(own) = own {
                outcome = outcome.about(own.attribute, own.text, own.place);
            }
            self.outcomes.push(outcome);
        }
        let is_made = |origin| matches!(origin, Origin::Initial | Origin::Kept);
        let primary =
            self.view.addresses.proxies.iter().find(|proxy| proxy.is_primary && is_made(proxy.origin));
        // no primary among the addresses of the directory: mail goes out from the initial domain (S-2643629, X2)
        if let Some(primary) = primary
            && now.is_none_or(|now| !is_same(now, split(&primary.text).1))
            && self.object.values.has(Attribute::ProxyAddresses)
        {
            let mut outcome = Outcome::new(Kind::Rename, Documented, &["S-2643629", "S-PROXY"])
                .turning(None, Some(&primary.text));
            outcome.attribute = Some(Attribute::ProxyAddresses);
            self.outcomes.push(outcome);
        }
        let secondary: Vec<&str> = self
            .present
            .into_iter()
            .flat_map(|present| present.values.all(Attribute::ProxyAddresses))
            .map(|value| value.text)
            .collect();
        for (written, place) in &self.view.addresses.demoted {
            let to = format!("smtp:{}", split(written).1);
            if secondary.contains(&to.as_str())
                || self.held_back.contains(&Key::new(Space::Address, split(written).1))
            {
                continue;
            }
            self.outcomes.push(
                Outcome::new(Kind::Rename, Likely, &["DECISION"])
                    .about(Attribute::ProxyAddresses, written, *place)
                    .turning(Some(written), Some(&to)),
            );
        }
    }

    fn rename_alias(&mut self) {
        let Some(alias) = &self.view.nickname else { return };
        let own = self.object.values.trimmed(Attribute::MailNickname);
        let now = self.present.and_then(|present| present.values.text(Attribute::MailNickname));
        let Some(from) = now.or(own.map(|own| own.text)).filter(|from| !is_same(from, &alias.text)) else {
            return;
        };
        let is_cleaned = own.is_some_and(|own| own.text != alias.text);
        let (certainty, sources): (Certainty, Sources) =
            if is_cleaned { (Likely, &["M-PREP", "X-ALIAS"]) } else { (Documented, &["E-UPN"]) };
        let mut outcome =
            Outcome::new(Kind::Rename, certainty, sources).turning(Some(from), Some(&alias.text));
        outcome.attribute = Some(Attribute::MailNickname);
        if let Some(own) = own {
            outcome = outcome.about(own.attribute, own.text, own.place);
        }
        self.outcomes.push(outcome);
    }

    /// What is left out or cut.
    fn leave_out(&mut self) {
        for dropped in &self.view.addresses.dropped {
            let sources: Sources = match dropped.reason {
                Reason::Reserved | Reason::Legacy | Reason::Unverified => &["S-PROXY"],
                Reason::Malformed => &["S-PROXY", "S-E2E"],
                Reason::NoAlias => &["R-17", "S-E2E"],
            };
            let outcome = Outcome::new(Kind::Drop, Documented, sources);
            self.outcomes.push(outcome.about(dropped.attribute, &dropped.value, dropped.place));
        }
        for shortened in limits::shortened(self.object) {
            let value = shortened.value;
            let kind = if shortened.to.is_some() { Kind::Truncate } else { Kind::Drop };
            let outcome = Outcome::new(kind, Documented, &["R-17"]);
            let mut outcome = outcome.about(value.attribute, value.text, value.place);
            if let Some(to) = shortened.to {
                outcome = outcome.turning(Some(value.text), Some(to));
            }
            self.outcomes.push(outcome);
        }
        if self.object.lost_references > 0 {
            let outcome = Outcome::new(Kind::Drop, Documented, &["E-NOTSYNC"]);
            let mut outcome = outcome.failing(SyncError::DnAttributesFailure);
            outcome.attribute = Some(Attribute::Reference);
            outcome.value = Some(self.object.lost_references.to_string().into());
            self.outcomes.push(outcome);
        }
    }

    /// Values of the cloud that the directory lacks or has otherwise (E-EXIST26). An attribute that was not exported is
    /// unknown.
    fn lose(&mut self) {
        let Some(present) = self.present else { return };
        let lost = || Outcome::new(Kind::LostCloudValue, Documented, &["E-EXIST26"]);
        let kept: Vec<String> =
            self.view.addresses.proxies.iter().map(|proxy| address_text(&proxy.text)).collect();
        let mut outcomes = Vec::new();
        for value in present.values.all(Attribute::ProxyAddresses) {
            if !kept.contains(&address_text(value.text)) {
                outcomes.push(lost().about(value.attribute, value.text, Place::NONE));
            }
        }
        for attribute in OVERWRITTEN.into_iter().filter(|attribute| self.object.exported.contains(*attribute))
        {
            let Some(value) = present.values.trimmed(attribute) else { continue };
            let own = self.object.values.trimmed(attribute).map(|own| own.text);
            // without a display name, the common name is sent
            let own = own.or_else(|| {
                (attribute == Attribute::DisplayName)
                    .then(|| self.object.values.trimmed(Attribute::Cn).map(|cn| cn.text))
                    .flatten()
            });
            let is_unknown = attribute == Attribute::DisplayName && own.is_none();
            if own != Some(value.text) && !is_unknown {
                outcomes
                    .push(lost().about(attribute, value.text, Place::NONE).turning(Some(value.text), own));
            }
        }
        self.outcomes.extend(outcomes);
    }
}
