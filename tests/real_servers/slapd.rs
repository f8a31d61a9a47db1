//! OpenLDAP: it takes the duplicates and the malformed values that Active Directory itself would refuse.

use std::fs;
use std::net::TcpListener;

use super::{Server, findings, installed, objects, records};

const CONFIGURATION: &str = "\
include active_directory.schema
moduleload back_mdb
pidfile pid
database mdb
directory data
suffix DC=contoso,DC=com
rootdn CN=admin,DC=contoso,DC=com
rootpw secret
";

const TREE: &str = "\
dn: DC=contoso,DC=com
objectClass: domain
dc: contoso

dn: OU=Staff,DC=contoso,DC=com
objectClass: organizationalUnit
ou: Staff

dn: OU=Groups,DC=contoso,DC=com
objectClass: organizationalUnit
ou: Groups

dn: OU=Contacts,DC=contoso,DC=com
objectClass: organizationalUnit
ou: Contacts
";

/// The lines of each object below its name; a class above all.
const OBJECTS: &[(&str, &[&str])] = &[
    ("CN=Ann,OU=Staff", &["user", "userPrincipalName: ann@contoso.com", "mail: ann@contoso.com"]),
    ("CN=Ann Twin,OU=Staff", &["user", "userPrincipalName: ANN@contoso.com", "mail: twin@contoso.com"]),
    ("CN=Desk,OU=Staff", &["user", "userPrincipalName: sales@contoso.com"]),
    (
        "CN=Sales,OU=Groups",
        &[
            "group",
            "displayName: Sales",
            "mail: s@contoso.com",
            "proxyAddresses: SMTP:s@contoso.com",
            "proxyAddresses: smtp:Sales@contoso.com",
        ],
    ),
    (
        "CN=Joe,OU=Staff",
        &[
            "user",
            "userPrincipalName: joe@contoso.com",
            "proxyAddresses: SMTP:joe@contoso.com",
            "proxyAddresses: smtp:info@contoso.com",
        ],
    ),
    (
        "CN=Info,OU=Groups",
        &[
            "group",
            "displayName: Info",
            "mail: Info@contoso.com",
            "member: CN=Joe,OU=Staff,DC=contoso,DC=com",
        ],
    ),
    ("CN=Joe Inside,OU=Staff", &["user", "userPrincipalName: ji@contoso.com", "mail: ji@fabrikam.com"]),
    ("CN=Joe Outside,OU=Contacts", &["contact", "mail: JI@fabrikam.com"]),
    ("CN=Müller\\, Jürgen,OU=Staff", &["user", "userPrincipalName: jürgen@contoso.com"]),
    ("CN=Lena,OU=Staff", &["user", "userPrincipalName: lena\u{200b}@contoso.com"]),
    (
        "CN=Space,OU=Staff",
        &["user", "userPrincipalName: sp@contoso.com", "proxyAddresses: SMTP:sp@contoso.com\x20"],
    ),
    ("CN=Unbroken,OU=Contacts", &["contact", "proxyAddresses: SMTP:un\u{a0}broken@contoso.com"]),
    (
        "CN=Typeless,OU=Staff",
        &["user", "userPrincipalName: t@contoso.com", "proxyAddresses: typeless@contoso.com"],
    ),
    (
        "CN=Two,OU=Contacts",
        &[
            "contact",
            "mail: one@contoso.com",
            "proxyAddresses: SMTP:one@contoso.com",
            "proxyAddresses: SMTP:two@contoso.com",
        ],
    ),
    ("CN=Long,OU=Contacts", &["contact", LONG]),
    ("CN=Named,OU=Groups", &["group", "userPrincipalName: named@contoso.com"]),
    ("CN=Nameless,OU=Staff", &["user", "sAMAccountName: nameless", "objectGUID:: AAECAwQFBgcICQoLDA0ODw=="]),
    ("CN=Filtered,OU=Staff", &["user", "sAMAccountName: MSOL_0123456789ab"]),
    (
        "CN=Other,OU=Contacts",
        &["contact", "mail: other@contoso.com", "proxyAddresses: SMTP:another@contoso.com"],
    ),
    ("CN=Person,OU=Staff", &["inetOrgPerson", "sn: P", "userPrincipalName: per son@contoso.com"]),
    (
        "CN=Names,OU=Groups",
        &[
            "groupOfNames",
            "displayName: Names",
            "mail: JOE@contoso.com",
            "member: CN=Joe,OU=Staff,DC=contoso,DC=com",
        ],
    ),
    (
        "CN=Everybody who has ever worked in the regional offices of the north,OU=Groups",
        &[
            "group",
            "description: the comment above this record is broken into lines, and so are its name and this",
        ],
    ),
];

/// More than an address may have, and more than a line has.
const LONG: &str = "proxyAddresses: X500:/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/\
    cn=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789\
    abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-long";

const FOUND: [&str; 18] = [
    "address-taken: Info + Joe",
    "contact-merged-into-user: Joe Inside + Joe Outside",
    "filtered-by-logon-name: Filtered",
    "filtered-contact-without-address: Long",
    "mail-overwritten: Other",
    "proxy-address-invisible-character: Unbroken",
    "proxy-address-too-long: Long",
    "proxy-address-trimmed: Space",
    "proxy-address-without-type: Typeless",
    "two-primary-addresses: Two",
    "upn-invisible-character: Lena",
    "upn-malformed: Müller\\2C Jürgen",
    "upn-malformed: Person",
    "upn-missing: Nameless",
    "upn-on-non-user: Named",
    "upn-taken: Ann + Ann Twin",
    "user-collides-with-group: Desk + Sales",
    "user-collides-with-group: Joe + Names",
];

pub(super) struct Slapd {
    pub(super) server: Server,
    pub(super) url: String,
}

impl Slapd {
    /// The server with all objects.
    pub(super) fn start() -> Option<Self> {
        if !installed(&["slapd", "slapcat", "ldapadd", "ldapsearch"]) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("slapd.conf"), CONFIGURATION).unwrap();
        fs::write(folder.path().join("active_directory.schema"), include_str!("active_directory.schema"))
            .unwrap();
        fs::create_dir(folder.path().join("data")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("ldap://127.0.0.1:{port}");
        let ready = format!("ldapsearch -x -H {url} -s base -b '' 1.1");
        let server = Server::start(folder, &format!("slapd -d 0 -h {url} -f slapd.conf"), &ready);
        let objects = OBJECTS.iter().map(|(name, lines)| {
            let category = match lines[0] {
                "user" | "contact" => "objectCategory: person\n",
                "group" => "objectCategory: group\n",
                _ => "",
            };
            format!("\ndn: {name},DC=contoso,DC=com\n{category}objectClass: {}\n", lines.join("\n"))
        });
        server.add(
            &format!("ldapadd -x -H {url} {WHO}"),
            &objects.fold(TREE.to_owned(), |all, one| all + &one),
        );
        Some(Self { server, url })
    }

    /// The command that exports the directory.
    pub(super) fn export(&self) -> String {
        format!("ldapsearch -x -H {} {WHO} -b DC=contoso,DC=com -E pr=5/noprompt", self.url)
    }
}

const ADMIN: &str = "CN=admin,DC=contoso,DC=com";
pub(super) const WHO: &str = "-D CN=admin,DC=contoso,DC=com -w secret";

#[test]
fn all_that_is_wrong_is_found_however_it_is_exported() {
    let Some(slapd) = Slapd::start() else { return };
    let export = slapd.export();
    let options = format!("ldapsearch --host {} --bind {ADMIN} --base DC=contoso,DC=com", slapd.url);
    slapd.server.export(&slapd.server.export_command(&options), "secret");
    let ways = [
        "cat ad.ldif".to_owned(),
        export.clone(),
        format!("{export} -LLL"),
        format!("{export} -o ldif-wrap=no"),
        format!("{export} '*' +"),
        "slapcat -f slapd.conf".to_owned(),
    ];
    for way in ways {
        let ran = slapd.server.line(&format!("{way} | presync check - --format json"));
        ran.exits(1);
        assert_eq!(findings(&ran.out), FOUND, "{way}");
        let text = slapd.server.line(&way);
        let shown = slapd.server.line(&format!("{way} | presync show - --format jsonl"));
        assert_eq!(objects(&shown.exits(0).out).len(), records(&text.exits(0).out), "{way}");
    }
}

/// What a search gives that was cut short, or refused, or asked for something else is not called clean.
#[test]
fn an_export_that_failed_is_not_clean() {
    let Some(slapd) = Slapd::start() else { return };
    let export = slapd.export();
    let cases = [
        (format!("{export} -z 2"), "ended with `4 Size limit exceeded`"),
        (format!("{export} -z 8"), "ended with `4 Size limit exceeded`"),
        (export.replace("pr=5/noprompt", "'!sync=ro'"), "ended with `12 Critical extension"),
        (export.replace("DC=contoso,DC=com -E", "DC=fabrikam,DC=com -E"), "ended with `32 No such object`"),
        (export.replace("-w secret", "-w wrong"), "standard input is empty"),
        (export.replace(&slapd.url, "ldap://127.0.0.1:1"), "standard input is empty"),
    ];
    for (way, said) in cases {
        let ran = slapd.server.line(&format!("{way} | presync check -"));
        assert_eq!(ran.code, 2, "{way}\n{}", ran.seen());
        ran.says(&[said]);
        assert!(!ran.err.contains("no finding, as far as"), "{way}\n{}", ran.seen());
    }
    // a file that ends within a page, and one that ends between two pages
    for cut in ["'(cn=Joe)' | head -n 15", "-E pr=2/noprompt '(cn=Jo*)' | sed '/^pagedresults/q'"] {
        let export = export.replace("-E pr=5/noprompt", "");
        let ran = slapd.server.line(&format!("{export} {cut} | presync check -"));
        ran.exits(2).says(&["error[ldif-search-cut-short]: the export ends before its"]);
    }
}
