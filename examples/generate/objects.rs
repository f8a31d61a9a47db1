//! The objects themselves.

use crate::attributes::{head, identifiers, recent, sid};
use crate::faults::Faults;
use crate::identity::{DOMAIN, Identity};
use crate::layout::{Kind, Layout};
use crate::ldif::Ldif;
use crate::names::{BASE, DEPARTMENTS, OFFICES, Person, TITLES, group_cn, group_dn, user_dn};
use crate::random::Random;
use std::io::{self, Write};

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

/// Writes an organizational unit.
pub(crate) fn unit(
    ldif: &mut Ldif<impl Write>,
    random: &mut Random,
    name: &str,
    parent: &str,
) -> io::Result<()> {
    let dn = format!("OU={name},{parent}{BASE}");
    ldif.record(&dn, name, if parent.is_empty() { "" } else { "Staff" })?;
    ldif.texts("objectClass", &["top", "organizationalUnit"])?;
    ldif.text("ou", name)?;
    ldif.text("distinguishedName", &dn)?;
    ldif.number("instanceType", 4)?;
    identifiers(ldif, name, "Organizational-Unit", random)?;
    ldif.end_record()
}

impl Directory {
    /// Writes the object at this place behind the organizational units.
    pub(crate) fn object(&mut self, ldif: &mut Ldif<impl Write>, place: u64) -> io::Result<()> {
        let mut random = Random::of(self.seed, 5, place);
        let relative = 1_100 + place;
        match self.layout.object(place) {
            (Kind::User, number) => self.user(ldif, number, relative, &mut random)?,
            (Kind::Group, number) => self.group(ldif, number, relative, &mut random)?,
            (Kind::Contact, number) => self.contact(ldif, number, relative, &mut random)?,
            (Kind::Computer, number) => computer(ldif, number, relative, &mut random)?,
        }
        ldif.end_record()
    }

    fn user(
        &mut self,
        ldif: &mut Ldif<impl Write>,
        number: u64,
        relative: u64,
        random: &mut Random,
    ) -> io::Result<()> {
        let person = Person::new(self.seed, number);
        let dn = person.dn();
        let mut identity = user_identity(&person, random);
        self.faults.spoil(relative, &mut identity);
        let (office, country, country_code) = random.pick(&OFFICES);

        ldif.record(&dn, &person.cn, person.department)?;
        head(ldif, &["top", "person", "organizationalPerson", "user"], &dn, &person.cn, random)?;
        ldif.text("sn", person.surname)?;
        ldif.text("givenName", person.given)?;
        ldif.text("title", random.pick(&TITLES))?;
        ldif.text("telephoneNumber", &format!("+1 425 555 {:04}", random.below(10_000)))?;
        ldif.text("l", office)?;
        ldif.text("c", country)?;
        ldif.number("countryCode", country_code)?;
        ldif.text("department", person.department)?;
        ldif.text("company", "Contoso")?;
        if let Some(manager) = self.layout.manager(number) {
            ldif.text("manager", &user_dn(self.seed, manager))?;
        }
        for report in self.layout.reports(number) {
            ldif.text("directReports", &user_dn(self.seed, report))?;
        }
        for group in self.layout.groups_of(number) {
            ldif.text("memberOf", &self.group_dn(group))?;
        }
        identifiers(ldif, &person.cn, "Person", random)?;
        sid(ldif, relative)?;
        self.account(ldif, &person, number, random)?;
        identity.write(ldif)?;
        mailbox(ldif, &person, random)
    }

    /// The account: nobody who has reports is disabled.
    fn account(
        &self,
        ldif: &mut Ldif<impl Write>,
        person: &Person,
        number: u64,
        random: &mut Random,
    ) -> io::Result<()> {
        let disabled = self.layout.reports(number).next().is_none() && random.one_in(50);
        ldif.number("userAccountControl", if disabled { 514 } else { 512 })?;
        ldif.number("badPwdCount", 0)?;
        ldif.number("codePage", 0)?;
        ldif.number("lastLogonTimestamp", recent(random, 14))?;
        ldif.number("pwdLastSet", recent(random, 80))?;
        ldif.number("primaryGroupID", 513)?;
        ldif.number("accountExpires", i64::MAX)?;
        ldif.number("logonCount", random.below(5_000) as i64)?;
        ldif.text("sAMAccountName", &person.logon)?;
        ldif.number("sAMAccountType", 805_306_368)
    }

    fn group(
        &mut self,
        ldif: &mut Ldif<impl Write>,
        number: u64,
        relative: u64,
        random: &mut Random,
    ) -> io::Result<()> {
        let mail = self.layout.has_mail(number);
        let cn = group_cn(self.seed, number, mail);
        let dn = group_dn(&cn);
        let mut identity = group_identity(&cn, number, mail);
        self.faults.spoil(relative, &mut identity);

        ldif.record(&dn, &cn, "Groups")?;
        head(ldif, &["top", "group"], &dn, &cn, random)?;
        if let Some(parent) = self.layout.parent_of(number) {
            ldif.text("memberOf", &self.group_dn(parent))?;
        }
        for member in self.layout.members_of(number) {
            ldif.text("member", &user_dn(self.seed, member))?;
        }
        for nested in self.layout.nested_in(number) {
            ldif.text("member", &self.group_dn(nested))?;
        }
        identifiers(ldif, &cn, "Group", random)?;
        sid(ldif, relative)?;
        ldif.text("sAMAccountName", &cn)?;
        ldif.number("sAMAccountType", 268_435_456)?;
        ldif.number("groupType", -2_147_483_640)?;
        identity.write(ldif)
    }

    fn group_dn(&self, group: u64) -> String {
        group_dn(&group_cn(self.seed, group, self.layout.has_mail(group)))
    }

    fn contact(
        &mut self,
        ldif: &mut Ldif<impl Write>,
        number: u64,
        relative: u64,
        random: &mut Random,
    ) -> io::Result<()> {
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

        ldif.record(&dn, &cn, "Contacts")?;
        head(ldif, &["top", "person", "organizationalPerson", "contact"], &dn, &cn, random)?;
        ldif.text("sn", person.surname)?;
        ldif.text("givenName", person.given)?;
        identifiers(ldif, &cn, "Person", random)?;
        identity.write(ldif)?;
        ldif.text("targetAddress", &format!("SMTP:{address}"))?;
        ldif.text("legacyExchangeDN", &format!("{EXCHANGE}{:032x}-{}", relative, person.logon))?;
        ldif.number("msExchRecipientTypeDetails", 64)
    }
}

fn computer(ldif: &mut Ldif<impl Write>, number: u64, relative: u64, random: &mut Random) -> io::Result<()> {
    let cn = format!("WS{number:07}");
    let dn = format!("CN={cn},OU=Workstations,{BASE}");
    ldif.record(&dn, &cn, "Workstations")?;
    head(ldif, &["top", "person", "organizationalPerson", "user", "computer"], &dn, &cn, random)?;
    identifiers(ldif, &cn, "Computer", random)?;
    sid(ldif, relative)?;
    ldif.number("userAccountControl", 4_096)?;
    ldif.number("lastLogonTimestamp", recent(random, 14))?;
    ldif.number("pwdLastSet", recent(random, 30))?;
    ldif.number("primaryGroupID", 515)?;
    ldif.number("accountExpires", i64::MAX)?;
    ldif.text("sAMAccountName", &format!("{cn}$"))?;
    ldif.number("sAMAccountType", 805_306_369)?;
    ldif.text("operatingSystem", "Windows 11 Enterprise")?;
    ldif.text("operatingSystemVersion", "10.0 (26100)")?;
    ldif.text("dNSHostName", &format!("{cn}.{DOMAIN}"))?;
    for service in ["HOST", "RestrictedKrbHost", "TERMSRV"] {
        ldif.text("servicePrincipalName", &format!("{service}/{cn}"))?;
        ldif.text("servicePrincipalName", &format!("{service}/{cn}.{DOMAIN}"))?;
    }
    Ok(())
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
fn mailbox(ldif: &mut Ldif<impl Write>, person: &Person, random: &mut Random) -> io::Result<()> {
    if random.one_in(2) {
        ldif.text(
            "showInAddressBook",
            &format!(
                "CN=All Users,CN=All Address Lists,CN=Address Lists Container,CN=Contoso,\
                 CN=Microsoft Exchange,CN=Services,CN=Configuration,{BASE}"
            ),
        )?;
    }
    ldif.text("targetAddress", &format!("SMTP:{}@contoso.mail.onmicrosoft.com", person.mailbox))?;
    ldif.number("msExchRemoteRecipientType", 4)?;
    ldif.number("msExchRecipientTypeDetails", 2_147_483_648)?;
    ldif.text("extensionAttribute1", &format!("E{:06}", random.below(1_000_000)))
}
