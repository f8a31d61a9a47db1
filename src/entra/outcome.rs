//! What the synchronisation does to an object, as plain data.

use super::attribute::Attribute;
use super::catalogue::SyncError;
use super::values::{Place, Values};

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Create,
    Update,
    /// An object of the cloud becomes the twin of the source object.
    Takeover,
    /// A value is held back.
    Quarantine,
    PlaceholderUpn,
    /// The service refuses the object.
    ExportError,
    /// The client refuses the object.
    SyncError,
    Filtered,
    /// A sign-in name, mail, alias or primary address becomes another one.
    Rename,
    /// A value is left out without a word.
    Drop,
    Truncate,
    /// Two source objects become one.
    Merge,
    /// A second account beside that of an existing person.
    Twin,
    Delete,
    /// A value comes out of quarantine.
    Heal,
    /// A takeover overwrites or removes a value of the cloud.
    LostCloudValue,
}

impl Kind {
    /// Every kind with its name in reports.
    pub const NAMES: [(Self, &'static str); 16] = [
        (Self::Create, "create"),
        (Self::Update, "update"),
        (Self::Takeover, "takeover"),
        (Self::Quarantine, "quarantine"),
        (Self::PlaceholderUpn, "placeholder-upn"),
        (Self::ExportError, "export-error"),
        (Self::SyncError, "sync-error"),
        (Self::Filtered, "filtered"),
        (Self::Rename, "rename"),
        (Self::Drop, "drop"),
        (Self::Truncate, "truncate"),
        (Self::Merge, "merge"),
        (Self::Twin, "twin"),
        (Self::Delete, "delete"),
        (Self::Heal, "heal"),
        (Self::LostCloudValue, "lost-cloud-value"),
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Whether the object reaches the tenant by it.
    #[must_use]
    pub fn is_written(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Takeover)
    }
}

/// How sure an outcome is; the greater, the less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// A page of Microsoft, or the default rules, say so.
    Documented,
    /// No page says so; it is a decision of entra.md 13.
    Likely,
    /// Pages disagree; every candidate is listed with this mark.
    Disputed,
}

impl Certainty {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Likely => "likely",
            Self::Disputed => "disputed",
        }
    }
}

/// An object, by its number in the list that it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// An object of the source.
    Source(u32),
    /// An object of the tenant.
    Cloud(u32),
}

/// The pages that an outcome rests on, by the tags of entra.md 0.
pub type Sources = &'static [&'static str];

/// One thing that happens to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What happens.
    pub kind: Kind,
    /// 1 for the next synchronisation, 2 for the one after it.
    pub cycle: u8,
    /// How sure it is.
    pub certainty: Certainty,
    /// The attribute that it is about.
    pub attribute: Option<Attribute>,
    /// The error, where there is one.
    pub error: Option<SyncError>,
    /// What the other object holds the value in.
    pub holder_attribute: Option<Attribute>,
    /// The place of the value.
    pub place: Place,
    /// The other object.
    pub holder: Option<Party>,
    /// The pages that say so.
    pub sources: Sources,
    /// The value that it is about; for a filtered object, the reason.
    pub value: Option<Box<str>>,
    /// What the value was before.
    pub from: Option<Box<str>>,
    /// What the value will be.
    pub to: Option<Box<str>>,
}

impl Outcome {
    /// An outcome in the next cycle, about no value.
    #[must_use]
    pub fn new(kind: Kind, certainty: Certainty, sources: Sources) -> Self {
        Self {
            kind,
            cycle: 1,
            certainty,
            attribute: None,
            error: None,
            holder_attribute: None,
            place: Place::NONE,
            holder: None,
            sources,
            value: None,
            from: None,
            to: None,
        }
    }

    /// With an attribute, one of its values, and the place of that.
    #[must_use]
    pub fn about(mut self, attribute: Attribute, value: &str, place: Place) -> Self {
        self.attribute = Some(attribute);
        self.value = Some(value.into());
        self.place = place;
        self
    }

    /// With an error.
    #[must_use]
    pub fn failing(mut self, error: SyncError) -> Self {
        self.error = Some(error);
        self
    }

    /// With another object, and what it holds the value in.
    #[must_use]
    pub fn held_by(mut self, holder: Party, attribute: Option<Attribute>) -> Self {
        self.holder = Some(holder);
        self.holder_attribute = attribute;
        self
    }

    /// With what the value was and will be.
    #[must_use]
    pub fn turning(mut self, from: Option<&str>, to: Option<&str>) -> Self {
        self.from = from.map(Into::into);
        self.to = to.map(Into::into);
        self
    }

    /// In another cycle.
    #[must_use]
    pub fn in_cycle(mut self, cycle: u8) -> Self {
        self.cycle = cycle;
        self
    }

    /// The text of its error, as an administrator sees it.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.error?.text(self.attribute, self.value.as_deref())
    }

    /// How much harm it does, from 0 (none) up: what keeps an object or a person out comes before what takes something
    /// away, and that before what changes something.
    #[must_use]
    pub fn harm(&self) -> u8 {
        match (self.kind, self.attribute) {
            (Kind::ExportError | Kind::SyncError, _) => 15,
            (Kind::Delete, _) => 14,
            (Kind::PlaceholderUpn, _) => 13,
            (Kind::Twin, _) => 12,
            (Kind::Takeover, _) => 11,
            (Kind::Rename, Some(Attribute::UserPrincipalName)) => 10,
            (Kind::Quarantine, _) => 9,
            (Kind::Merge, _) => 8,
            (Kind::LostCloudValue, _) => 7,
            (Kind::Rename, _) => 6,
            (Kind::Drop, _) => 5,
            (Kind::Truncate, _) => 4,
            (Kind::Filtered, _) => 3,
            (Kind::Heal, _) => 2,
            (Kind::Update, _) => 1,
            (Kind::Create, _) => 0,
        }
    }
}

/// How an object found its twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// It has none.
    None,
    /// By the source anchor.
    Hard,
    /// By the primary SMTP address.
    SoftSmtp,
    /// By the user principal name.
    SoftUpn,
    /// It was synchronised before.
    Connected,
}

impl MatchKind {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Hard => "hard",
            Self::SoftSmtp => "soft-smtp",
            Self::SoftUpn => "soft-upn",
            Self::Connected => "connected",
        }
    }
}

/// The twin of an object in the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    /// How it was found.
    pub kind: MatchKind,
    /// The number of the cloud object.
    pub cloud: Option<u32>,
    /// It was found, and the service refuses it.
    pub is_blocked: bool,
}

impl Match {
    /// No twin.
    pub const NONE: Self = Self { kind: MatchKind::None, cloud: None, is_blocked: false };
}

/// What the next synchronisation does to one source object.
#[derive(Debug, Clone, PartialEq)]
pub struct Fate {
    /// Its twin.
    pub twin: Match,
    /// What the tenant holds afterwards, by the names of Graph; none if the object is not written. Where the pages
    /// disagree, what it holds if it is written; where it is written in the second cycle only, what it holds then.
    pub becomes: Option<Values>,
    /// What happens, the worst first.
    pub outcomes: Vec<Outcome>,
}
