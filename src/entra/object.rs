//! Objects of the source directory, as the model needs them.

use super::attribute::{Attribute, AttributeSet};
use super::values::{Place, Values};
use crate::snapshot::value::dn;

/// The class of an object, on either side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A user or an inetOrgPerson.
    User,
    /// A group of any kind.
    Group,
    /// A contact.
    Contact,
    /// A computer, which becomes a device.
    Device,
}

impl Class {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Contact => "contact",
            Self::Device => "device",
        }
    }
}

/// Whether an object takes part in the synchronisation. Which objects do is said by the packs (`filtered`) and the
/// configuration, not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// It does.
    In,
    /// It does not, for this reason.
    Filtered(Box<str>),
    /// It was there in an earlier snapshot and is not any more.
    Gone,
}

/// An object of the source directory.
#[derive(Debug, Clone)]
pub struct SourceObject {
    /// Its class.
    pub class: Class,
    /// An inetOrgPerson, whose proxy addresses flow only with a mailNickname.
    pub is_inet_org_person: bool,
    /// The userAccountControl says that the account is disabled. Disabled accounts synchronise (E-CONTACT).
    pub is_disabled: bool,
    /// The groupType has the bit of security groups (0x80000000).
    pub is_security_group: bool,
    /// The distinguished name, as the export writes it.
    pub dn: Box<str>,
    /// The objectGUID as Active Directory stores it.
    pub object_guid: Option<[u8; 16]>,
    /// The mS-DS-ConsistencyGuid, whatever its length.
    pub consistency_guid: Option<Box<[u8]>>,
    /// The place of the mS-DS-ConsistencyGuid, else of the objectGUID.
    pub anchor_place: Place,
    /// The whenCreated, in seconds since 1970.
    pub created: Option<i64>,
    /// The uSNCreated.
    pub usn_created: Option<u64>,
    /// The msExchRecipientTypeDetails.
    pub recipient_type: Option<i64>,
    /// The number of members of a group.
    pub members: u32,
    /// The number of references (manager, members, ..) to objects that do not reach the tenant.
    pub lost_references: u32,
    /// The number of values of userCertificate.
    pub certificates: u16,
    /// The number of values of userSMIMECertificate.
    pub smime_certificates: u16,
    /// The size of the thumbnailPhoto in bytes.
    pub photo_bytes: u32,
    /// Whether the object takes part.
    pub scope: Scope,
    /// The source anchor that an earlier snapshot gives the object (`--source before=PATH`).
    pub earlier_anchor: Option<Box<str>>,
    /// The attributes that were exported: what is not among them is unknown, not absent.
    pub exported: AttributeSet,
    /// The values.
    pub values: Values,
}

impl SourceObject {
    /// An object without values that takes part in the synchronisation.
    #[must_use]
    pub fn new(class: Class, dn: &str) -> Self {
        Self {
            class,
            is_inet_org_person: false,
            is_disabled: false,
            is_security_group: false,
            dn: dn.into(),
            object_guid: None,
            consistency_guid: None,
            anchor_place: Place::NONE,
            created: None,
            usn_created: None,
            recipient_type: None,
            members: 0,
            lost_references: 0,
            certificates: 0,
            smime_certificates: 0,
            photo_bytes: 0,
            scope: Scope::In,
            earlier_anchor: None,
            exported: AttributeSet::ALL,
            values: Values::default(),
        }
    }

    /// The DNS name of the domain, from the `DC=` parts of the distinguished name; none if it has none.
    #[must_use]
    pub fn domain_name(&self) -> Option<String> {
        let name = self.dn.get(dn::domain(self.dn.as_bytes()))?;
        let labels: Vec<&str> =
            name.split(',').filter_map(|part| part.split_once('=')).map(|(_, label)| label.trim()).collect();
        (!labels.is_empty()).then(|| labels.join("."))
    }

    /// The attribute that [`Self::anchor_place`] is the place of.
    #[must_use]
    pub fn anchor_attribute(&self) -> Attribute {
        if self.consistency_guid.is_some() { Attribute::ConsistencyGuid } else { Attribute::ObjectGuid }
    }

    /// Whether an attribute was exported and has no value.
    #[must_use]
    pub fn lacks(&self, attribute: Attribute) -> bool {
        self.exported.contains(attribute) && !self.values.has(attribute)
    }
}
