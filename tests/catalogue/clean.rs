//! A directory of a company with people of many countries, in which nothing is wrong.

use std::fmt::Write;

use data_encoding::BASE64;

/// The domains that are verified in the tenant; one has letters outside of ASCII.
pub(crate) const DOMAINS: [&str; 5] =
    ["contoso.com", "contoso.de", "contoso.com.tr", "contoso.co.jp", "xn--kontosohndel-ncb.com"];

/// Given names and surnames as people write them, and how they are written in addresses.
const PEOPLE: [(&str, &str, &str); 28] = [
    ("Jürgen", "Müller-Lüdenscheidt", "juergen.mueller-luedenscheidt"),
    ("Sören", "Weiß", "soeren.weiss"),
    ("Änne", "Strauß", "aenne.strauss"),
    ("Shaun", "O'Neil", "shaun.o'neil"),
    ("Siobhán", "Ní Dhomhnaill", "siobhan.ni-dhomhnaill"),
    ("İbrahim", "Çağlayan", "ibrahim.caglayan"),
    ("Işıl", "Şahin", "isil.sahin"),
    ("Gül", "Yıldırım", "gul.yildirim"),
    ("Nguyễn", "Thị Ánh", "nguyen.thianh"),
    ("Trần", "Văn Đức", "tran.vanduc"),
    ("Yūko", "Ōtani", "yuko.otani"),
    ("Ken'ichi", "Satō", "kenichi.sato"),
    ("محمد", "الفارسي", "mohammed.alfarisi"),
    ("فاطمة", "بن علي", "fatima.benali"),
    ("Αλέξανδρος", "Παπαδόπουλος", "alexandros.papadopoulos"),
    ("Наталья", "Щёлокова", "natalya.shchyolokova"),
    ("Zoë", "D'Angelo", "zoe.d'angelo"),
    ("Łukasz", "Brzęczyszczykiewicz", "lukasz.brzeczyszczykiewicz"),
    ("José María", "de la Peña", "josemaria.delapena"),
    ("Anne-Marie", "L'Écuyer", "anne-marie.lecuyer"),
    ("Carlos", "Guestrin", "carlos.guestrin"),
    ("Ann", "Msolomon", "ann.msolomon"),
    ("Adele", "Administrovska", "adele.administrovska"),
    ("Kai", "Iwamoto", "kai.iwamoto"),
    ("Éva", "Támogató-Support", "eva.tamogato-support"),
    ("李", "小龍", "li.xiaolong"),
    ("दीपिका", "शर्मा", "deepika.sharma"),
    ("Björk", "Guðmundsdóttir", "bjork.gudmundsdottir"),
];

const COUNTRIES: [(&str, &str, &str); 8] = [
    ("DE", "Deutschland", "München"),
    ("TR", "Türkiye", "İzmir"),
    ("VN", "Việt Nam", "Đà Nẵng"),
    ("JP", "Japan", "Kyōto"),
    ("IE", "Éire", "Baile Átha Cliath"),
    ("GB", "United Kingdom", "Llanfairpwllgwyngyll"),
    ("SA", "Saudi Arabia", "الرياض"),
    ("XK", "Kosova", "Prishtinë"),
];

/// The addresses of people outside: under new, national and international top-level domains.
const OUTSIDE: [&str; 6] = [
    "fabrikam.photography",
    "fabrikam.co.uk",
    "müller-söhne.de",
    "fabrikam.xn--p1ai",
    "例え.jp",
    "fabrikam.app",
];

pub(crate) struct Directory {
    pub(crate) main: String,
    pub(crate) tenant: String,
}

/// A directory of this many objects: seven users in ten, groups, contacts, some of which are users of another forest too, and computers.
pub(crate) fn directory(objects: usize) -> Directory {
    let (groups, contacts, devices) = (objects * 15 / 100, objects * 10 / 100, objects * 5 / 100);
    let users = objects - groups - contacts - devices;
    let mut main = String::from("# a proper directory\n");
    let mut tenant = String::new();
    for number in 0..users {
        user(&mut main, &mut tenant, number, users);
    }
    for number in 0..groups {
        group(&mut main, &mut tenant, number, groups, users);
    }
    for number in 0..contacts {
        contact(&mut main, number);
    }
    for number in 0..devices {
        let name = format!("PC{number:03}");
        begin(&mut main, &format!("CN={name},OU=Computers,DC=contoso,DC=com"), &["user", "computer"]);
        line(&mut main, "sAMAccountName", &format!("{name}$"));
        line(&mut main, "userPrincipalName", &format!("host/{name}.contoso.com@CONTOSO.COM"));
        line(&mut main, "objectSid", &sid(50_000 + number));
        main.push('\n');
    }
    Directory { main, tenant }
}

fn user(main: &mut String, tenant: &mut String, number: usize, users: usize) {
    let (given, surname, address) = PEOPLE[number % PEOPLE.len()];
    let domain = DOMAINS[number % DOMAINS.len()];
    let (code, country, city) = COUNTRIES[number % COUNTRIES.len()];
    let upn = format!("{address}{number}@{domain}");
    let mail = user_mail(number);
    let hybrid = format!("{address}{number}@contoso.mail.onmicrosoft.com");
    begin(main, &user_name(number), &["user"]);
    line(main, "cn", &format!("{given} {surname} {number}"));
    line(main, "givenName", given);
    line(main, "sn", surname);
    line(main, "displayName", &format!("{surname}, {given}"));
    line(main, "sAMAccountName", &format!("u{number:05}.{}", address.split('.').next().unwrap()));
    line(main, "userPrincipalName", &upn);
    line(main, "mail", &mail);
    line(main, "userAccountControl", if number % 10 == 9 { "514" } else { "512" });
    line(main, "primaryGroupID", "513");
    line(main, "objectSid", &sid(1_000 + number));
    line(main, "c", code);
    line(main, "co", country);
    line(main, "l", city);
    line(main, "msExchUsageLocation", code);
    line(main, "title", "Geschäftsführer / مدير / Yönetici");
    line(main, "department", "Forschung & Entwicklung (研究開発)");
    line(main, "company", "Contoso Ωmega A/S, Ltd.");
    line(main, "description", "");
    line(main, "info", "Tel. geschäftlich: siehe Intranet; \"Büro\" 4711 <links>");
    line(main, "telephoneNumber", "+49 (89) 5550-100");
    line(main, "mobile", "+90 532 555 01 00");
    line(main, "streetAddress", "Straße des 17. Juni 135\r\nHinterhof");
    line(main, "postalCode", "SW1A 1AA");
    line(main, "extensionAttribute1", "KST-0815 | ürün");
    if number > 0 {
        line(main, "manager", &user_name(number / 7));
    }
    // users with a mailbox on premises, with one in the cloud, and without
    match number % 3 {
        0 => {
            line(main, "mailNickname", &format!("{}{number}", address.replace('\'', "")));
            line(main, "proxyAddresses", &format!("SMTP:{mail}"));
            line(main, "proxyAddresses", &format!("smtp:{address}.{number}@{domain}"));
            line(
                main,
                "proxyAddresses",
                &format!(
                    "X500:/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn={number:032x}-{address}"
                ),
            );
            line(main, "proxyAddresses", &format!("sip:{address}{number}@{domain}"));
            line(main, "msRTCSIP-PrimaryUserAddress", &format!("sip:{address}{number}@{domain}"));
            line(main, "msExchRecipientTypeDetails", "1");
        }
        1 => {
            line(main, "mailNickname", &format!("müller.{number}"));
            line(main, "proxyAddresses", &format!("SMTP:{mail}"));
            line(main, "proxyAddresses", &format!("smtp:{hybrid}"));
            line(main, "targetAddress", &format!("SMTP:{hybrid}"));
            line(main, "msExchRecipientTypeDetails", "2147483648");
            line(main, "msExchHideFromAddressLists", "TRUE");
        }
        _ => {}
    }
    let guid = guid(1, number);
    line_bytes(main, "objectGUID", &guid);
    line_bytes(main, "mS-DS-ConsistencyGuid", &guid);
    main.push('\n');

    begin(tenant, &format!("CN={number}"), &["user"]);
    line(tenant, "userPrincipalName", &upn);
    line(tenant, "onPremisesUserPrincipalName", &upn);
    line(tenant, "mail", &mail);
    line(tenant, "proxyAddresses", &format!("SMTP:{mail}"));
    line(tenant, "userType", "Member");
    line(tenant, "onPremisesSyncEnabled", "TRUE");
    line(tenant, "onPremisesImmutableId", &BASE64.encode(&guid));
    line(tenant, "onPremisesObjectIdentifier", &BASE64.encode(&guid));
    tenant.push('\n');
    // somebody whom only the tenant knows
    if number == users - 1 {
        begin(tenant, "CN=guest", &["user"]);
        line(tenant, "userPrincipalName", "eve_adatum.com#EXT#@contoso.onmicrosoft.com");
        line(tenant, "mail", "eve@adatum.com");
        line(tenant, "userType", "Guest");
        tenant.push('\n');
    }
}

/// Every fourth user signs in with one name and has another address.
fn user_mail(number: usize) -> String {
    let (_, _, address) = PEOPLE[number % PEOPLE.len()];
    let plus = if number.is_multiple_of(4) { "+" } else { "" };
    format!("{address}{plus}{number}@{}", DOMAINS[number % DOMAINS.len()])
}

fn group(main: &mut String, tenant: &mut String, number: usize, groups: usize, users: usize) {
    let security = number.is_multiple_of(2);
    let mail = (!security || number.is_multiple_of(4)).then(|| format!("grup-{number}@contoso.com.tr"));
    begin(main, &group_name(number), &["group"]);
    line(main, "cn", &format!("Grüppe {number}"));
    line(main, "sAMAccountName", &format!("Friends of the Bäckerei in Straßburg {number}"));
    line(main, "groupType", if security { "-2147483646" } else { "8" });
    line(main, "objectSid", &sid(30_000 + number));
    line_bytes(main, "objectGUID", &guid(2, number));
    if let Some(mail) = &mail {
        line(main, "displayName", &format!("Arkadaşlar {number}"));
        line(main, "mail", mail);
        line(main, "mailNickname", &format!("grup-{number}"));
        line(main, "proxyAddresses", &format!("SMTP:{mail}"));
    }
    line(main, "managedBy", &user_name(number));
    for step in 0..5 {
        line(main, "member", &user_name((number * 31 + step * 7) % users));
    }
    // groups in groups, as a tree
    if number * 2 + 1 < groups {
        line(main, "member", &group_name(number * 2 + 1));
    }
    if number.is_multiple_of(5) {
        line(main, "member", "CN=PC001,OU=Computers,DC=contoso,DC=com");
    }
    main.push('\n');

    begin(tenant, &format!("CN=group {number}"), &["group"]);
    line(tenant, "onPremisesSyncEnabled", "TRUE");
    line(tenant, "onPremisesSecurityIdentifier", &sid(30_000 + number));
    line(tenant, "mailEnabled", if mail.is_some() { "TRUE" } else { "FALSE" });
    if let Some(mail) = mail {
        line(tenant, "mail", &mail);
    }
    tenant.push('\n');
}

/// Contacts in another forest: of people outside, and every fifth of a user of this directory, with which the sync joins it.
fn contact(main: &mut String, number: usize) {
    let (given, surname, address) = PEOPLE[number % PEOPLE.len()];
    begin(main, &format!("CN=K{number},OU=Kişiler,DC=fabrikam,DC=net"), &["contact"]);
    line(main, "cn", &format!("K{number}"));
    line(main, "givenName", given);
    line(main, "sn", surname);
    let is_user = number.is_multiple_of(5);
    line(main, "displayName", &format!("{surname}, {given}{}", if is_user { "" } else { " (Fabrikam)" }));
    line_bytes(main, "objectGUID", &guid(3, number));
    let outside = OUTSIDE[number % OUTSIDE.len()];
    let mail = if is_user { user_mail(number) } else { format!("{address}+k{number}@{outside}") };
    line(main, "mail", &mail);
    line(main, "mailNickname", &format!("K{number}"));
    line(main, "proxyAddresses", &format!("SMTP:{mail}"));
    line(main, "targetAddress", &format!("SMTP:{mail}"));
    main.push('\n');
}

fn user_name(number: usize) -> String {
    let (given, surname, _) = PEOPLE[number % PEOPLE.len()];
    format!("CN={surname}\\, {given} {number},OU=Büro,DC=contoso,DC=com")
}

fn group_name(number: usize) -> String {
    format!("CN=Grüppe {number},OU=Gruppen,DC=contoso,DC=com")
}

fn guid(kind: u8, number: usize) -> [u8; 16] {
    let mut guid = [kind; 16];
    guid[..8].copy_from_slice(&(number as u64).to_le_bytes());
    guid
}

fn sid(number: usize) -> String {
    format!("S-1-5-21-1004336348-1177238915-682003330-{number}")
}

fn begin(text: &mut String, name: &str, classes: &[&str]) {
    line(text, "dn", name);
    for class in classes {
        line(text, "objectClass", class);
    }
}

fn line(text: &mut String, attribute: &str, value: &str) {
    let plain = value.is_ascii() && !value.contains(['\r', '\n']) && !value.starts_with([' ', ':', '<']);
    if value.is_empty() {
    } else if plain {
        writeln!(text, "{attribute}: {value}").unwrap();
    } else {
        line_bytes(text, attribute, value.as_bytes());
    }
}

fn line_bytes(text: &mut String, attribute: &str, value: &[u8]) {
    writeln!(text, "{attribute}:: {}", BASE64.encode(value)).unwrap();
}
