//! Objects of the directory, from records.

use super::{Shown, Spots};
use crate::entra::{Attribute, AttributeSet, Class, SourceObject};
use crate::run::seen::{Modelled, Seen};
use crate::snapshot::value::{guid, number, time};
use crate::snapshot::{Names, Spot};

/// userAccountControl: ACCOUNTDISABLE.
const DISABLED: i64 = 0x2;
/// groupType: GROUP_TYPE_SECURITY_ENABLED.
const SECURITY: i64 = 0x8000_0000;

/// Attributes that are counted, or stand in fields of their own.
const NO_VALUES: [Attribute; 11] = [
    Attribute::ObjectGuid,
    Attribute::ConsistencyGuid,
    Attribute::Anchor,
    Attribute::SentUserPrincipalName,
    Attribute::SignInName,
    Attribute::UserCertificate,
    Attribute::SmimeCertificate,
    Attribute::Photo,
    Attribute::Member,
    Attribute::UserAccountControl,
    Attribute::Reference,
];

/// An object of the directory whose values are numbered from 0. Whether it takes part is not known yet, and what was exported
/// is what is known of the object itself.
pub(super) struct SourceRead {
    pub(super) object: SourceObject,
    pub(super) shown: Shown,
    pub(super) spots: Spots,
    /// Where the anchor stands, which is no value of the model.
    pub(super) anchor: Option<Spot>,
    /// It has an objectGUID that is none.
    pub(super) has_bad_guid: bool,
}

/// Reads objects of the directory.
pub(super) struct Reader(Modelled);

impl Reader {
    /// A reader; `anchor` is the attribute that is the source anchor, where it is one of one's own.
    pub(super) fn new(names: &Names, anchor: Option<&str>) -> Self {
        let own = Attribute::all().map(|(attribute, name, _)| (attribute, name));
        let values = own.filter(|(attribute, name)| !name.is_empty() && !NO_VALUES.contains(attribute));
        Self(Modelled::new(values.chain(anchor.map(|name| (Attribute::Anchor, name))), names))
    }

    /// The object; none if it is of a class that does not synchronise.
    pub(super) fn read(&self, seen: &Seen<'_>) -> Option<SourceRead> {
        let class = class_of(seen.class())?;
        let shown = Shown::of(seen);
        let mut made = SourceObject::new(class, &seen.name());
        let figure = |name: &str| seen.first(name).and_then(number);
        made.is_inet_org_person = seen.has("objectClass", "inetOrgPerson");
        made.is_disabled = figure("userAccountControl").is_some_and(|bits| bits & DISABLED != 0);
        made.is_security_group = figure("groupType").is_some_and(|bits| bits & SECURITY != 0);
        made.object_guid = seen.first("objectGUID").and_then(guid);
        made.consistency_guid = seen
            .first("mS-DS-ConsistencyGuid")
            .map(|bytes| guid(bytes).map_or_else(|| bytes.into(), Box::from));
        made.created = seen.first("whenCreated").and_then(time::seconds);
        made.usn_created = figure("uSNCreated").and_then(|number| u64::try_from(number).ok());
        made.recipient_type = figure("msExchRecipientTypeDetails");
        made.members = u32::try_from(seen.count("member")).unwrap_or(u32::MAX);
        made.certificates = u16::try_from(seen.count("userCertificate")).unwrap_or(u16::MAX);
        made.smime_certificates = u16::try_from(seen.count("userSMIMECertificate")).unwrap_or(u16::MAX);
        let photo = seen.first("thumbnailPhoto").map_or(0, <[u8]>::len);
        made.photo_bytes = u32::try_from(photo).unwrap_or(u32::MAX);
        made.exported = seen.unasked().fold(AttributeSet::ALL, |known, name| {
            let unasked = Attribute::all().filter(|(_, source, _)| source.eq_ignore_ascii_case(name));
            unasked.fold(known, |known, (attribute, ..)| known.without(attribute))
        });
        let (values, spots) = seen.modelled(&self.0);
        made.values = values;
        let anchor = seen.first_spot("mS-DS-ConsistencyGuid").or_else(|| seen.first_spot("objectGUID"));
        let has_bad_guid = made.object_guid.is_none() && seen.first("objectGUID").is_some();
        Some(SourceRead { object: made, shown, spots, anchor, has_bad_guid })
    }
}

/// The class by its name in the packs.
pub(super) fn class_of(name: &str) -> Option<Class> {
    [Class::User, Class::Group, Class::Contact].into_iter().find(|class| class.name() == name)
}
