//! The objects themselves.

use super::attributes::{head, identifiers, recent, sid};
use super::faults::Faults;
use super::identity::{DOMAIN, Identity};
use super::layout::{Kind, Layout};
use super::names::{BASE, DEPARTMENTS, OFFICES, Person, TITLES, group_cn, group_dn, user_dn};
use super::object::Object;
use super::random::Random;

/// Where Exchange keeps its addresses of old.
const EXCHANGE: &str = "/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=";

/// What all objects are made from.
pub(crate) struct Directory {
    /// The seed of all numbers.
    pub(crate) seed: u64,
    /// Who is where.
    pub(crate) layout: Layout,
    /// What is wrong.
    pub(crate) faults: Faults,
}

/// The organizational units that stand first in a file: name and parent.
pub(crate) fn units() -> impl Iterator<Item = (&'static str, &'static str)> {
    ["Staff", "Groups", "Contacts", "Workstations"]
        .into_iter()
        .map(|name| (name, ""))
        .chain(DEPARTMENTS.into_iter().map(|name| (name, "OU=Staff,")))
}

/// An organizational unit.
pub(crate) fn unit(random: &mut Random, name: &str, parent: &str) -> Object {
    let dn = format!("OU={name},{parent}{BASE}");
    let mut object = Object::new(&dn, name, if parent.is_empty() { "" } else { "Staff" });
    object.texts("objectClass", &["top", "organizationalUnit"]);
    object.text("ou", name);
    object.text("distinguishedName", &dn);
    object.number("instanceType", 4);
    identifiers(&mut object, name, "Organizational-Unit", random);
    object
}

impl Directory {
    /// The object at this place behind the organizational units.
    pub(crate) fn object(&mut self, place: u64) -> Object {
        let mut random = Random::of(self.seed, 5, place);
        let relative = 1_100 + place;
        match self.layout.object(place) {
            (Kind::User, number) => self.user(number, relative, &mut random),
            (Kind::Group, number) => self.group(number, relative, &mut random),
            (Kind::Contact, number) => self.contact(number, relative, &mut random),
            (Kind::Computer, number) => computer(number, relative, &mut random),
        }
    }

    fn user(&mut self, number: u64, relative: u64, random: &mut Random) -> Object {
        let person = Person::new(self.seed, number);
        let dn = person.dn();
        let mut identity = user_identity(&person, random);
        self.faults.spoil(relative, &mut identity);
        let (office, country, country_code) = random.pick(&OFFICES);

        let mut object = Object::new(&dn, &person.cn, person.department);
        head(&mut object, &["top", "person", "organizationalPerson", "user"], &dn, &person.cn, random);
        object.text("sn", person.surname);
        object.text("givenName", person.given);
        object.text("title", random.pick(&TITLES));
        object.text("telephoneNumber", &format!("+1 425 555 {:04}", random.below(10_000)));
        object.text("l", office);
        object.text("c", country);
        object.number("countryCode", country_code);
        object.text("department", person.department);
        object.text("company", "Contoso");
        if let Some(manager) = self.layout.manager(number) {
            object.text("manager", &user_dn(self.seed, manager));
        }
        for report in self.layout.reports(number) {
            object.text("directReports", &user_dn(self.seed, report));
        }
        for group in self.layout.groups_of(number) {
            object.text("memberOf", &self.group_dn(group));
        }
        identifiers(&mut object, &person.cn, "Person", random);
        sid(&mut object, relative);
        self.account(&mut object, &person, number, random);
        identity.write(&mut object);
        mailbox(&mut object, &person, random);
        object
    }

    /// The account: nobody who has reports is disabled.
    fn account(&self, object: &mut Object, person: &Person, number: u64, random: &mut Random) {
        let disabled = self.layout.reports(number).next().is_none() && random.one_in(50);
        object.number("userAccountControl", if disabled { 514 } else { 512 });
        object.number("badPwdCount", 0);
        object.number("codePage", 0);
        object.number("lastLogonTimestamp", recent(random, 14));
        object.number("pwdLastSet", recent(random, 80));
        object.number("primaryGroupID", 513);
        object.number("accountExpires", i64::MAX);
        object.number("logonCount", random.below(5_000) as i64);
        object.text("sAMAccountName", &person.logon);
        object.number("sAMAccountType", 805_306_368);
    }

    fn group(&mut self, number: u64, relative: u64, random: &mut Random) -> Object {
        let mail = self.layout.has_mail(number);
        let cn = group_cn(self.seed, number, mail);
        let dn = group_dn(&cn);
        let mut identity = group_identity(&cn, number, mail);
        self.faults.spoil(relative, &mut identity);

        let mut object = Object::new(&dn, &cn, "Groups");
        head(&mut object, &["top", "group"], &dn, &cn, random);
        if let Some(parent) = self.layout.parent_of(number) {
            object.text("memberOf", &self.group_dn(parent));
        }
        for member in self.layout.members_of(number) {
            object.text("member", &user_dn(self.seed, member));
        }
        for nested in self.layout.nested_in(number) {
            object.text("member", &self.group_dn(nested));
        }
        identifiers(&mut object, &cn, "Group", random);
        sid(&mut object, relative);
        object.text("sAMAccountName", &cn);
        object.number("sAMAccountType", 268_435_456);
        object.number("groupType", -2_147_483_640);
        identity.write(&mut object);
        object
    }

    fn group_dn(&self, group: u64) -> String {
        group_dn(&group_cn(self.seed, group, self.layout.has_mail(group)))
    }

    fn contact(&mut self, number: u64, relative: u64, random: &mut Random) -> Object {
        let person = Person::new(self.seed ^ 1, number);
        let cn = format!("{} (Fabrikam)", person.cn.replace(',', ""));
        let dn = format!("CN={cn},OU=Contacts,{BASE}");
        let address = format!("{}@fabrikam.com", person.mailbox);
        let mut identity = Identity {
            display_name: cn.clone(),
            upn: None,
            mail: Some(address.clone()),
            nickname: Some(format!("fabrikam.{}", person.mailbox)),
            addresses: vec![format!("SMTP:{address}")],
        };
        self.faults.spoil(relative, &mut identity);

        let mut object = Object::new(&dn, &cn, "Contacts");
        head(&mut object, &["top", "person", "organizationalPerson", "contact"], &dn, &cn, random);
        object.text("sn", person.surname);
        object.text("givenName", person.given);
        identifiers(&mut object, &cn, "Person", random);
        identity.write(&mut object);
        object.text("targetAddress", &format!("SMTP:{address}"));
        object.text("legacyExchangeDN", &format!("{EXCHANGE}{:032x}-{}", relative, person.logon));
        object.number("msExchRecipientTypeDetails", 64);
        object
    }
}

fn computer(number: u64, relative: u64, random: &mut Random) -> Object {
    let cn = format!("WS{number:07}");
    let dn = format!("CN={cn},OU=Workstations,{BASE}");
    let mut object = Object::new(&dn, &cn, "Workstations");
    head(&mut object, &["top", "person", "organizationalPerson", "user", "computer"], &dn, &cn, random);
    identifiers(&mut object, &cn, "Computer", random);
    sid(&mut object, relative);
    object.number("userAccountControl", 4_096);
    object.number("lastLogonTimestamp", recent(random, 14));
    object.number("pwdLastSet", recent(random, 30));
    object.number("primaryGroupID", 515);
    object.number("accountExpires", i64::MAX);
    object.text("sAMAccountName", &format!("{cn}$"));
    object.number("sAMAccountType", 805_306_369);
    object.text("operatingSystem", "Windows 11 Enterprise");
    object.text("operatingSystemVersion", "10.0 (26100)");
    object.text("dNSHostName", &format!("{cn}.{DOMAIN}"));
    for service in ["HOST", "RestrictedKrbHost", "TERMSRV"] {
        object.text("servicePrincipalName", &format!("{service}/{cn}"));
        object.text("servicePrincipalName", &format!("{service}/{cn}.{DOMAIN}"));
    }
    object
}

fn user_identity(person: &Person, random: &mut Random) -> Identity {
    let address = format!("{}@{DOMAIN}", person.mailbox);
    let mut addresses =
        vec![format!("SMTP:{address}"), format!("smtp:{}@contoso.mail.onmicrosoft.com", person.mailbox)];
    if random.one_in(2) {
        let id = (random.next(), random.next());
        addresses.push(format!("X500:{EXCHANGE}{:016x}{:016x}-{}", id.0, id.1, person.logon));
    }
    if random.one_in(4) {
        addresses.push(format!("smtp:{}@northwind.example.com", person.mailbox));
    }
    if random.one_in(4) {
        addresses.push(format!("smtp:{}@{DOMAIN}", person.logon));
    }
    Identity {
        display_name: format!("{} {}", person.given, person.surname),
        upn: Some(address.clone()),
        mail: Some(address),
        nickname: Some(person.mailbox.clone()),
        addresses,
    }
}

fn group_identity(cn: &str, number: u64, mail: bool) -> Identity {
    if !mail {
        return Identity { display_name: cn.to_owned(), ..Identity::default() };
    }
    let alias = format!("dl-{number}");
    Identity {
        display_name: cn.to_owned(),
        upn: None,
        mail: Some(format!("{alias}@{DOMAIN}")),
        addresses: vec![
            format!("SMTP:{alias}@{DOMAIN}"),
            format!("smtp:{alias}@contoso.mail.onmicrosoft.com"),
        ],
        nickname: Some(alias),
    }
}

/// The attributes of a mailbox that was moved to the cloud.
fn mailbox(object: &mut Object, person: &Person, random: &mut Random) {
    if random.one_in(2) {
        object.text(
            "showInAddressBook",
            &format!(
                "CN=All Users,CN=All Address Lists,CN=Address Lists Container,CN=Contoso,\
                 CN=Microsoft Exchange,CN=Services,CN=Configuration,{BASE}"
            ),
        );
    }
    object.text("targetAddress", &format!("SMTP:{}@contoso.mail.onmicrosoft.com", person.mailbox));
    object.number("msExchRemoteRecipientType", 4);
    object.number("msExchRecipientTypeDetails", 2_147_483_648);
    object.text("extensionAttribute1", &format!("E{:06}", random.below(1_000_000)));
}
