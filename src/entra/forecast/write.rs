//! The writing of one object, and what becomes of it.

use super::Cycle;
use super::draft::Draft;
use super::find::Found;
use super::wants::wants;
use crate::entra::anchor::source_anchor;
use crate::entra::attribute::Attribute;
use crate::entra::calculate::{View, view};
use crate::entra::object::{Class, SourceObject};
use crate::entra::outcome::{Certainty, Fate, Kind, Match, MatchKind, Outcome, Party, Sources};
use crate::entra::quarantine::Stage;
use crate::entra::unique::held;
use crate::entra::values::{Place, Value, Values};

use Certainty::Documented;

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
        let mut proxies: Vec<(Attribute, &str)> =
            addresses.proxies.iter().map(|proxy| (Attribute::ProxyAddresses, proxy.text.as_str())).collect();
        // the primary address first, by its capitals
        proxies.sort_unstable();
        singles
            .chain(proxies)
            .map(|(attribute, text)| Value { attribute, text, place: Place::NONE })
            .collect()
    }
}
