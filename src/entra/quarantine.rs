//! What the service does where a value belongs to another object: the matrix of duplicate attribute resiliency (E-DAR,
//! PAGE-DAR, E-ERR26, E-EXIST26; entra.md 2.2 and the decisions 1, 2, 9, 10 and 14 of its section 13).

use super::catalogue::SyncError;
use super::object::Class;
use super::outcome::{Certainty, Sources};
use super::unique::Held;

use Certainty::{Disputed, Documented, Likely};
use SyncError::{AttributeValueMustBeUnique as NotUnique, InvalidSoftMatch, ObjectTypeMismatch};

/// How far an object is that wants a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is new.
    New,
    /// It takes over an object of the tenant.
    Takeover,
    /// It was synchronised before.
    Update,
}

/// As what an object wants a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// As user principal name.
    UserPrincipalName,
    /// As primary SMTP address, from proxyAddresses.
    Primary,
    /// As primary SMTP address, from mail.
    PrimaryFromMail,
    /// As another SMTP address.
    Secondary,
    /// As SIP address.
    Sip,
    /// As X500 address.
    X500,
    /// As security identifier.
    Sid,
}

/// What holds back a soft match with the holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is an administrator.
    Administrator,
    /// Soft match is off.
    Blocked,
}

/// Who holds the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// Its class.
    pub class: Class,
    /// It is a guest.
    pub is_guest: bool,
    /// It is a new object of the same synchronisation.
    pub is_new: bool,
    /// As what it holds the value.
    pub held: Held,
    /// Why a soft match with it is refused; none if it is not, or if it belongs to another source object.
    pub refusal: Option<Refusal>,
}

/// A value that is wanted by one object and held by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The class of the object that wants it.
    pub class: Class,
    /// How far that object is.
    pub stage: Stage,
    /// As what it wants the value.
    pub want: Want,
    /// It wants the value both as user principal name and as proxy address.
    pub is_both: bool,
    /// The holder.
    pub holder: Holder,
    /// Duplicate attribute resiliency is on for this attribute.
    pub is_resilient: bool,
}

/// What the service does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The value is held back, the object is written.
    Quarantine,
    /// The user principal name is held back, and a placeholder takes its place.
    Placeholder,
    /// The user principal name is held back, and the one of the tenant stays.
    Keep,
    /// The object is refused in every cycle.
    Refuse(SyncError),
    /// The object is refused in the first cycle; in the second it is written, and the value is held back.
    RefuseFirst(SyncError),
    /// The object gets the value, and the holder loses it.
    Take,
}

/// One answer of the service, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// What it does.
    pub verdict: Verdict,
    /// How sure it is.
    pub certainty: Certainty,
    /// The pages.
    pub sources: Sources,
}

const fn ruling(verdict: Verdict, certainty: Certainty, sources: Sources) -> Ruling {
    Ruling { verdict, certainty, sources }
}

/// Row 6: a new object with the primary address of another, synchronised one.
const PRIMARY: &[Ruling] = &[
    ruling(Verdict::Quarantine, Disputed, &["E-DAR"]),
    ruling(Verdict::Refuse(NotUnique), Disputed, &["E-EXIST26"]),
];
/// Decision 9: a user principal name against an address.
const NAME_AND_ADDRESS: &[Ruling] = &[
    ruling(Verdict::Quarantine, Disputed, &["W-UNIQ", "S-PROXY"]),
    ruling(Verdict::Refuse(NotUnique), Disputed, &["W-UNIQ"]),
];
/// Decision 2: the primary address belongs to an object of another class.
const OTHER_CLASS: &[Ruling] = &[
    ruling(Verdict::Refuse(ObjectTypeMismatch), Disputed, &["E-ERR26"]),
    ruling(Verdict::Quarantine, Disputed, &["E-DAR"]),
];
/// As [`OTHER_CLASS`], where the other is a guest and may lose the address instead (GH-104271).
const OTHER_CLASS_GUEST: &[Ruling] = &[
    ruling(Verdict::Refuse(ObjectTypeMismatch), Disputed, &["E-ERR26"]),
    ruling(Verdict::Quarantine, Disputed, &["E-DAR"]),
    ruling(Verdict::Take, Disputed, &["GH-104271"]),
];
/// A guest that is no match because of its sign-in name (row 21, decision 7).
const GUEST_PRIMARY: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Disputed, &["GH-83697"])];
/// Mail is no attribute of resiliency (row 16), yet it is folded into the proxy addresses (S-PROXY).
const MAIL: &[Ruling] = &[
    ruling(Verdict::Refuse(NotUnique), Disputed, &["E-ERR26"]),
    ruling(Verdict::Quarantine, Disputed, &["E-DAR", "S-PROXY"]),
];
const KNOWN_ISSUE_1: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Documented, &["E-DAR", "PAGE-DAR"])];
const KNOWN_ISSUE_2: &[Ruling] =
    &[ruling(Verdict::RefuseFirst(NotUnique), Documented, &["E-DAR", "PAGE-DAR"])];
const QUARANTINE: &[Ruling] = &[ruling(Verdict::Quarantine, Documented, &["E-DAR"])];
const QUARANTINE_LIKELY: &[Ruling] = &[ruling(Verdict::Quarantine, Likely, &["E-DAR", "DECISION"])];
const PLACEHOLDER: &[Ruling] = &[ruling(Verdict::Placeholder, Documented, &["E-DAR"])];
const PLACEHOLDER_LIKELY: &[Ruling] = &[ruling(Verdict::Placeholder, Likely, &["E-DAR", "DECISION"])];
const ADMINISTRATOR: &[Ruling] = &[ruling(Verdict::Placeholder, Documented, &["E-ERR26", "E-EXIST26"])];
const BLOCKED: &[Ruling] = &[ruling(Verdict::Placeholder, Documented, &["GH-1290"])];
const KEEP: &[Ruling] = &[ruling(Verdict::Keep, Likely, &["E-DAR", "DECISION"])];
const SIGN_IN: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Likely, &["GH-83697"])];
const SIP: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Documented, &["E-HDIAG"])];
const SID: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Documented, &["E-EXIST26", "E-HDIAG"])];
const X500: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Likely, &["DECISION"])];
const NO_SOFT_MATCH: &[Ruling] = &[ruling(Verdict::Refuse(InvalidSoftMatch), Documented, &["E-ERR26"])];
const NOT_UNIQUE: &[Ruling] = &[ruling(Verdict::Refuse(NotUnique), Documented, &["E-ERR26", "PAGE-DAR"])];
const NOTHING: &[Ruling] = &[];

/// What the service does with the value: one ruling, or several where pages disagree. Nothing where another ruling about
/// the same value says it already.
#[must_use]
pub fn judge(clash: &Clash) -> &'static [Ruling] {
    match clash.want {
        Want::Sip => SIP,
        Want::Sid => SID,
        Want::X500 => X500,
        _ if !clash.is_resilient => not_resilient(clash),
        Want::UserPrincipalName => name(clash),
        Want::Primary | Want::PrimaryFromMail | Want::Secondary => address(clash),
    }
}

/// Before resiliency every duplicate was an error; a soft match with another anchor had its own (E-ERR26, PAGE-DAR).
fn not_resilient(clash: &Clash) -> &'static [Ruling] {
    let is_key = matches!(clash.want, Want::UserPrincipalName | Want::Primary | Want::PrimaryFromMail);
    let is_match = clash.stage == Stage::New && is_key && clash.class == clash.holder.class;
    if is_match && !clash.holder.is_new && clash.holder.refusal.is_none() {
        NO_SOFT_MATCH
    } else {
        NOT_UNIQUE
    }
}

fn name(clash: &Clash) -> &'static [Ruling] {
    let holder = &clash.holder;
    if !holder.held.is_any(Held::UPN) {
        return if holder.held.is_any(Held::SIGN_IN) {
            SIGN_IN
        } else if clash.is_both {
            // the ruling about the same value as an address says it
            NOTHING
        } else {
            NAME_AND_ADDRESS
        };
    }
    match (clash.stage, holder.refusal) {
        (Stage::Update, _) => KEEP,
        (Stage::Takeover, _) => PLACEHOLDER_LIKELY,
        (Stage::New, Some(Refusal::Administrator)) => ADMINISTRATOR,
        (Stage::New, Some(Refusal::Blocked)) => BLOCKED,
        (Stage::New, None) => PLACEHOLDER,
    }
}

fn address(clash: &Clash) -> &'static [Ruling] {
    let Clash { class, stage, want, is_both, holder, .. } = clash;
    let is_primary = *want != Want::Secondary;
    let is_group = holder.class == Class::Group;
    if *class == Class::User && *stage == Stage::New && is_group && *is_both {
        return KNOWN_ISSUE_1;
    }
    if *class == Class::Group && *stage == Stage::New && is_group && holder.is_new {
        return KNOWN_ISSUE_2;
    }
    if !holder.held.is_any(Held::MAILED) {
        return if holder.held.is_any(Held::SIGN_IN) && !holder.held.is_any(Held::UPN) {
            GUEST_PRIMARY
        } else {
            NAME_AND_ADDRESS
        };
    }
    match stage {
        Stage::Update if *want == Want::PrimaryFromMail => return MAIL,
        Stage::Update => return QUARANTINE,
        Stage::Takeover => return QUARANTINE_LIKELY,
        Stage::New => {}
    }
    // the user principal name against a mere address of another user or contact
    if *is_both && *class == Class::User && !holder.held.is_any(Held::UPN) {
        return NAME_AND_ADDRESS;
    }
    if !is_primary {
        return if *class == Class::Group && !is_group { QUARANTINE_LIKELY } else { QUARANTINE };
    }
    match (class, holder.class) {
        (one, other) if *one != other => {
            if holder.is_guest && *class == Class::Contact {
                OTHER_CLASS_GUEST
            } else {
                OTHER_CLASS
            }
        }
        (Class::Contact, _) => QUARANTINE,
        (Class::User, _) if holder.refusal.is_some() => QUARANTINE_LIKELY,
        (Class::User, _) if holder.is_guest => GUEST_PRIMARY,
        _ if *want == Want::PrimaryFromMail => MAIL,
        _ => PRIMARY,
    }
}
