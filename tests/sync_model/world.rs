//! Small directories and tenants, and what is forecast for them as lines of text.

use presync::entra::anchor::encode;
use presync::entra::{
    Attribute, Class, CloudObject, Domain, Exchange, Fate, Forecast, Origin, Party, Place, ProvisioningError,
    Role, SourceObject, Tenant, Value, Values, forecast,
};

/// 2026-11-20, when everything of 2026 is rolled out.
pub(crate) const NOW: i64 = 1_795_132_800;

/// The anchor of the object with this number.
pub(crate) fn anchor(number: u8) -> String {
    encode(&[number; 16])
}

fn values(list: &[(Attribute, String)]) -> Values {
    (0..)
        .zip(list)
        .map(|(at, (attribute, text))| Value { attribute: *attribute, text, place: Place(at) })
        .collect()
}

/// A source object in the making.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) object: SourceObject,
    values: Vec<(Attribute, String)>,
}

fn source(class: Class, name: &str, number: u8) -> Source {
    let mut object = SourceObject::new(class, &format!("CN={name},OU=Staff,DC=contoso,DC=com"));
    object.object_guid = Some([number; 16]);
    object.created = Some(i64::from(number));
    Source { object, values: Vec::new() }
}

pub(crate) fn user(name: &str, number: u8) -> Source {
    source(Class::User, name, number)
}

pub(crate) fn group(name: &str, number: u8) -> Source {
    source(Class::Group, name, number).with(Attribute::ObjectSid, &format!("S-1-5-21-1-2-3-{number}"))
}

pub(crate) fn contact(name: &str, number: u8) -> Source {
    source(Class::Contact, name, number)
}

impl Source {
    pub(crate) fn with(mut self, attribute: Attribute, text: &str) -> Self {
        self.values.push((attribute, text.to_owned()));
        self
    }

    pub(crate) fn upn(self, text: &str) -> Self {
        self.with(Attribute::UserPrincipalName, text)
    }

    pub(crate) fn mail(self, text: &str) -> Self {
        self.with(Attribute::Mail, text)
    }

    pub(crate) fn alias(self, text: &str) -> Self {
        self.with(Attribute::MailNickname, text)
    }

    pub(crate) fn proxies(self, texts: &[&str]) -> Self {
        texts.iter().fold(self, |made, text| made.with(Attribute::ProxyAddresses, text))
    }

    pub(crate) fn edit(mut self, change: impl FnOnce(&mut SourceObject)) -> Self {
        change(&mut self.object);
        self
    }

    pub(crate) fn done(&self) -> SourceObject {
        let mut object = self.object.clone();
        object.values = values(&self.values);
        object
    }
}

/// A cloud object in the making.
#[derive(Clone)]
pub(crate) struct Cloud {
    pub(crate) object: CloudObject,
    values: Vec<(Attribute, String)>,
}

pub(crate) fn in_cloud(class: Class, id: &str) -> Cloud {
    Cloud { object: CloudObject::new(class, id), values: Vec::new() }
}

impl Cloud {
    pub(crate) fn with(mut self, attribute: Attribute, text: &str) -> Self {
        self.values.push((attribute, text.to_owned()));
        self
    }

    pub(crate) fn upn(self, text: &str) -> Self {
        self.with(Attribute::UserPrincipalName, text)
    }

    pub(crate) fn mail(self, text: &str) -> Self {
        self.with(Attribute::Mail, text)
    }

    pub(crate) fn proxies(self, texts: &[&str]) -> Self {
        texts.iter().fold(self, |made, text| made.with(Attribute::ProxyAddresses, text))
    }

    /// Synchronised from the source object with this number.
    pub(crate) fn synced(mut self, number: u8) -> Self {
        self.object.origin = Origin::Synced;
        self.object.immutable_id = Some(anchor(number).into());
        self
    }

    pub(crate) fn role(self, role: Role) -> Self {
        self.edit(|object| object.role = role)
    }

    pub(crate) fn licensed(self) -> Self {
        self.edit(|object| object.exchange = Exchange::Licensed)
    }

    pub(crate) fn in_quarantine(self, attribute: Attribute, value: &str) -> Self {
        self.edit(|object| object.errors = Box::new([ProvisioningError { attribute, value: value.into() }]))
    }

    pub(crate) fn edit(mut self, change: impl FnOnce(&mut CloudObject)) -> Self {
        change(&mut self.object);
        self
    }

    pub(crate) fn done(&self) -> CloudObject {
        let mut object = self.object.clone();
        object.values = values(&self.values);
        object
    }
}

/// Contoso: contoso.com and fabrikam.com are verified.
pub(crate) fn tenant() -> Tenant {
    let mut tenant = Tenant::new("contoso.onmicrosoft.com", NOW);
    let verified = |name: &str| Domain { name: name.into(), is_federated: false };
    tenant.domains = vec![verified("contoso.com"), verified("fabrikam.com")];
    tenant
}

/// A directory, a tenant, and what is forecast.
pub(crate) struct World {
    pub(crate) objects: Vec<SourceObject>,
    pub(crate) cloud: Vec<CloudObject>,
    pub(crate) forecast: Forecast,
}

pub(crate) fn world(sources: &[Source], cloud: &[Cloud], tenant: &Tenant) -> World {
    let objects: Vec<SourceObject> = sources.iter().map(Source::done).collect();
    let cloud: Vec<CloudObject> = cloud.iter().map(Cloud::done).collect();
    let forecast = forecast(&objects, &cloud, tenant);
    World { objects, cloud, forecast }
}

impl World {
    /// The outcomes of an object, one a line: cycle, kind, attribute, value, `from -> to`, `by` holder and its attribute,
    /// error, certainty.
    pub(crate) fn lines(&self, number: usize) -> Vec<String> {
        self.forecast.fates[number].outcomes.iter().map(|outcome| self.line(outcome)).collect()
    }

    fn line(&self, outcome: &presync::entra::Outcome) -> String {
        let mut line = format!("{} {}", outcome.cycle, outcome.kind.name());
        let mut add = |text: &str| {
            line.push(' ');
            line.push_str(text);
        };
        if let Some(attribute) = outcome.attribute {
            add(attribute.source_name());
        }
        if let Some(value) = &outcome.value {
            add(value);
        }
        if outcome.from.is_some() || outcome.to.is_some() {
            let text = |side: &Option<Box<str>>| side.as_deref().unwrap_or("-").to_owned();
            add(&format!("({} -> {})", text(&outcome.from), text(&outcome.to)));
        }
        if let Some(holder) = outcome.holder {
            add(&format!("by {}", self.name(holder)));
            if let Some(attribute) = outcome.holder_attribute {
                add(attribute.source_name());
            }
        }
        if let Some(error) = outcome.error {
            add(error.name());
        }
        add(outcome.certainty.name());
        line
    }

    pub(crate) fn name(&self, party: Party) -> String {
        match party {
            Party::Source(number) => {
                let dn = &self.objects[number as usize].dn;
                dn.split(',').next().unwrap().to_owned()
            }
            Party::Cloud(number) => self.cloud[number as usize].id.to_string(),
        }
    }

    pub(crate) fn fate(&self, number: usize) -> &Fate {
        &self.forecast.fates[number]
    }

    /// `kind` of the match, its cloud object, and `blocked`.
    pub(crate) fn twin(&self, number: usize) -> String {
        let twin = self.fate(number).twin;
        let id = twin.cloud.map_or(String::new(), |cloud| format!(" {}", self.cloud[cloud as usize].id));
        format!("{}{id}{}", twin.kind.name(), if twin.is_blocked { " blocked" } else { "" })
    }

    /// What an attribute becomes, values sorted and joined by a space; empty if it has none.
    pub(crate) fn becomes(&self, number: usize, attribute: Attribute) -> String {
        let becomes = self.fate(number).becomes.as_ref().expect("the object is written");
        let mut texts: Vec<&str> = becomes.all(attribute).map(|value| value.text).collect();
        texts.sort_unstable();
        texts.join(" ")
    }

    /// The text of the first error of an object.
    pub(crate) fn error_text(&self, number: usize) -> String {
        self.fate(number).outcomes.iter().find_map(presync::entra::Outcome::text).unwrap_or_default()
    }
}
