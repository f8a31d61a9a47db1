//! Objects of the directory, from records.

use rustc_hash::FxHashMap;

use super::values::{Collected, collect, count, entries, first, spot};
use super::{Shown, Spot, shown};
use crate::engine::Object;
use crate::entra::{Attribute, AttributeSet, Class, Scope, SourceObject};
use crate::language::plan::Plan;
use crate::snapshot::value::{guid, number, time};

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

/// An object of the directory whose values have no numbers yet.
pub(super) struct SourceRead {
    pub(super) object: SourceObject,
    pub(super) shown: Shown,
    pub(super) values: Vec<Collected>,
    /// Where the mS-DS-ConsistencyGuid stands, which is no value of the model.
    pub(super) consistency_guid: Option<Spot>,
}

/// Reads objects of the directory.
pub(super) struct Reader<'r> {
    pub(super) plan: &'r Plan,
    /// Why objects are left out, by name and class.
    pub(super) reasons: &'r FxHashMap<(String, String), String>,
    /// What the directory exported.
    pub(super) exported: AttributeSet,
    /// The attribute that is the source anchor, where it is one of one's own.
    pub(super) anchor: Option<&'r str>,
}

impl Reader<'_> {
    /// The object; none if it is of a class that does not synchronise.
    pub(super) fn read(&self, object: &Object<'_>) -> Option<SourceRead> {
        let plan = self.plan;
        let class = class_of(&object.signature.class)?;
        let shown = shown(object);
        let mut made = SourceObject::new(class, &shown.name);
        let figure = |name: &str| first(object, plan, name).and_then(number);
        made.is_inet_org_person = entries(object, plan, "objectClass").any(|(_, entry)| {
            object.record.bytes(object.block, entry.value).eq_ignore_ascii_case(b"inetOrgPerson")
        });
        made.is_disabled = figure("userAccountControl").is_some_and(|bits| bits & DISABLED != 0);
        made.is_security_group = figure("groupType").is_some_and(|bits| bits & SECURITY != 0);
        made.object_guid = first(object, plan, "objectGUID").and_then(guid);
        let consistency_guid = entries(object, plan, "mS-DS-ConsistencyGuid").next();
        if let Some((_, entry)) = consistency_guid {
            let bytes = object.record.bytes(object.block, entry.value);
            made.consistency_guid = Some(guid(bytes).map_or_else(|| bytes.into(), Box::from));
        }
        made.created = first(object, plan, "whenCreated").and_then(time::seconds);
        made.usn_created = figure("uSNCreated").and_then(|number| u64::try_from(number).ok());
        made.recipient_type = figure("msExchRecipientTypeDetails");
        let number = |name| count(object, plan, name);
        made.members = u32::try_from(number("member")).unwrap_or(u32::MAX);
        made.certificates = u16::try_from(number("userCertificate")).unwrap_or(u16::MAX);
        made.smime_certificates = u16::try_from(number("userSMIMECertificate")).unwrap_or(u16::MAX);
        let photo = first(object, plan, "thumbnailPhoto").map_or(0, <[u8]>::len);
        made.photo_bytes = u32::try_from(photo).unwrap_or(u32::MAX);
        let reason = self.reasons.get(&(shown.name.clone(), object.signature.class.clone()));
        if let Some(reason) = reason {
            made.scope = Scope::Filtered(reason.as_str().into());
        }
        made.exported = object.record.unasked.iter().fold(self.exported, |known, slot| {
            let name = plan.names.name(*slot);
            let unasked = Attribute::all().filter(|(_, source, _)| source.eq_ignore_ascii_case(name));
            unasked.fold(known, |known, (attribute, ..)| known.without(attribute))
        });
        let mut values = Vec::new();
        for (attribute, name, _) in
            Attribute::all().filter(|(attribute, name, _)| !name.is_empty() && !NO_VALUES.contains(attribute))
        {
            collect(object, plan, (attribute, name), &mut values);
        }
        if let Some(name) = self.anchor {
            collect(object, plan, (Attribute::Anchor, name), &mut values);
        }
        let consistency_guid = consistency_guid.map(|(number, entry)| spot(object, number, entry));
        Some(SourceRead { object: made, shown, values, consistency_guid })
    }
}

/// The class by its name in the packs.
pub(super) fn class_of(name: &str) -> Option<Class> {
    [Class::User, Class::Group, Class::Contact].into_iter().find(|class| class.name() == name)
}
