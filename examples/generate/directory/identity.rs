//! The values of an object that identify it to people and mail: those that rules speak of, and that faults spoil.

use super::object::Object;

/// The domain of all addresses inside the organisation.
pub(crate) const DOMAIN: &str = "contoso.com";

/// Sign-in name and addresses of an object.
#[derive(Default)]
pub(crate) struct Identity {
    /// The name shown in address lists.
    pub(crate) display_name: String,
    /// The sign-in name.
    pub(crate) upn: Option<String>,
    /// The main address.
    pub(crate) mail: Option<String>,
    /// The alias.
    pub(crate) nickname: Option<String>,
    /// All addresses with their prefixes.
    pub(crate) addresses: Vec<String>,
}

impl Identity {
    /// Writes the attributes that have values.
    pub(crate) fn write(&self, object: &mut Object) {
        object.text("displayName", &self.display_name);
        for (name, value) in
            [("userPrincipalName", &self.upn), ("mail", &self.mail), ("mailNickname", &self.nickname)]
        {
            if let Some(value) = value {
                object.text(name, value);
            }
        }
        object.texts("proxyAddresses", &self.addresses);
    }
}
