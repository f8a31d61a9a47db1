//! An object, before it is written in one of the formats.

/// A value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Text.
    Text(String),
    /// A number.
    Number(i64),
    /// What is no text.
    Bytes(Vec<u8>),
}

/// An attribute with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// The name of LDAP.
    pub(crate) name: &'static str,
    /// One or more.
    pub(crate) values: Vec<Value>,
}

/// An object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Object {
    /// The distinguished name.
    pub(crate) dn: String,
    /// The common name.
    pub(crate) name: String,
    /// The name of its parent, if that is no domain.
    pub(crate) parent: String,
    /// The attributes, in the order of the directory.
    pub(crate) attributes: Vec<Attribute>,
}

/// The attributes that may have several values.
const LISTS: [&str; 8] = [
    "objectClass",
    "proxyAddresses",
    "member",
    "memberOf",
    "directReports",
    "servicePrincipalName",
    "showInAddressBook",
    "dSCorePropagationData",
];

/// The attributes whose values are names of other objects.
const REFERENCES: [&str; 7] = [
    "manager",
    "member",
    "memberOf",
    "directReports",
    "objectCategory",
    "showInAddressBook",
    "distinguishedName",
];

impl Object {
    /// An object without attributes.
    pub(crate) fn new(dn: &str, name: &str, parent: &str) -> Self {
        Self { dn: dn.to_owned(), name: name.to_owned(), parent: parent.to_owned(), attributes: Vec::new() }
    }

    /// Adds a text.
    pub(crate) fn text(&mut self, name: &'static str, value: &str) {
        self.add(name, Value::Text(value.to_owned()));
    }

    /// Adds one value per text.
    pub(crate) fn texts(&mut self, name: &'static str, values: &[impl AsRef<str>]) {
        values.iter().for_each(|value| self.text(name, value.as_ref()));
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, name: &'static str, value: i64) {
        self.add(name, Value::Number(value));
    }

    /// Adds bytes.
    pub(crate) fn bytes(&mut self, name: &'static str, value: &[u8]) {
        self.add(name, Value::Bytes(value.to_vec()));
    }

    /// Values of one attribute are added one after the other.
    fn add(&mut self, name: &'static str, value: Value) {
        match self.attributes.last_mut().filter(|last| last.name == name) {
            Some(last) => last.values.push(value),
            None => self.attributes.push(Attribute { name, values: vec![value] }),
        }
    }

    /// The class that says most of the object: the last of its object classes.
    pub(crate) fn class(&self) -> &str {
        let classes = self.attributes.iter().find(|attribute| attribute.name == "objectClass");
        match classes.and_then(|attribute| attribute.values.last()) {
            Some(Value::Text(class)) => class,
            _ => "",
        }
    }
}

impl Attribute {
    /// Whether it may have several values.
    pub(crate) fn is_list(&self) -> bool {
        LISTS.contains(&self.name)
    }

    /// Whether its values are names of other objects.
    pub(crate) fn is_reference(&self) -> bool {
        REFERENCES.contains(&self.name)
    }
}
