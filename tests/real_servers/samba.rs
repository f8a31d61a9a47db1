//! Samba as a domain controller of Active Directory: its schema, its own objects, its values of every syntax. It has to listen
//! on the ports that are reserved for directories.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::net::TcpListener;

use data_encoding::BASE64;
use serde_json::Value;

use super::{Server, findings, installed, objects, records, run, skipped};

const PORTS: [u16; 4] = [389, 636, 3268, 3269];
const PASSWORD: &str = "Presync-2026";
pub(super) const WHO: &str = "-D administrator@contoso.com -w Presync-2026";

/// No smbd, no Kerberos: only what answers LDAP, in one process.
const SETTINGS: &str = "
[global]
server services = ldap
ldap server require strong auth = no
";

/// Access rights of files stand in a database: as attributes of files, only a machine would let them be written, not a container.
const PROVISION: &str = "samba-tool domain provision --realm=CONTOSO.COM --domain=CONTOSO --server-role=dc \
    --adminpass=Presync-2026 --targetdir=\"$PWD\" --dns-backend=NONE --host-name=dc1 --host-ip=127.0.0.1 \
    --option='interfaces=lo' --option='bind interfaces only=yes' --option='vfs objects=acl_tdb'";

const OBJECTS: &str = "\
dn: OU=Staff,DC=contoso,DC=com
objectClass: organizationalUnit

dn: OU=Groups,DC=contoso,DC=com
objectClass: organizationalUnit

dn: OU=Contacts,DC=contoso,DC=com
objectClass: organizationalUnit

dn: CN=Ann,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: ann
userPrincipalName: ann@contoso.com
mail: ann@contoso.com
proxyAddresses: SMTP:ann@contoso.com
proxyAddresses: smtp:ann.meyer@contoso.com
mS-DS-ConsistencyGuid:: AAECAwQFBgcICQoLDA0ODw==

dn: CN=Desk,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: desk
userPrincipalName: sales@contoso.com
proxyAddresses: SMTP:sales@contoso.com
manager: CN=Ann,OU=Staff,DC=contoso,DC=com

dn: CN=Sales,OU=Groups,DC=contoso,DC=com
objectClass: group
sAMAccountName: sales.team
displayName: Sales Team
proxyAddresses: SMTP:sales.team@contoso.com
proxyAddresses: smtp:Sales@contoso.com
member: CN=Ann,OU=Staff,DC=contoso,DC=com
member: CN=Desk,OU=Staff,DC=contoso,DC=com

dn: CN=Joe,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: joe
userPrincipalName: joe@contoso.com
proxyAddresses: SMTP:joe@contoso.com
proxyAddresses: smtp:info@contoso.com

dn: CN=Info,OU=Groups,DC=contoso,DC=com
objectClass: group
sAMAccountName: info
displayName: Info
mail: Info@contoso.com

dn: CN=Inside,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: inside
userPrincipalName: inside@contoso.com
mail: joe@fabrikam.com

dn: CN=Outside,OU=Contacts,DC=contoso,DC=com
objectClass: contact
mail: Joe@fabrikam.com

dn: CN=Müller\\, Jürgen,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: juergen
userPrincipalName: jürgen@contoso.com

dn: CN=Lena,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: lena
userPrincipalName: lena\u{200b}@contoso.com

dn: CN=Space,OU=Contacts,DC=contoso,DC=com
objectClass: contact
description: spaces, and a line that is so long that it is broken, whatever program writes the file
proxyAddresses: SMTP:space@contoso.com\x20

dn: CN=Typeless,OU=Contacts,DC=contoso,DC=com
objectClass: contact
proxyAddresses: typeless@contoso.com

dn: CN=Nameless,OU=Staff,DC=contoso,DC=com
objectClass: user
sAMAccountName: nameless
";

const FOUND: [&str; 10] = [
    "address-taken: Info + Joe",
    "anchor-partly-filled: Desk + Inside + Joe + Lena + Müller\\, Jürgen + Nameless",
    "contact-merged-into-user: Inside + Outside",
    "filtered-contact-without-address: Typeless",
    "proxy-address-trimmed: Space",
    "proxy-address-without-type: Typeless",
    "upn-invisible-character: Lena",
    "upn-malformed: Müller\\, Jürgen",
    "upn-missing: Nameless",
    "user-collides-with-group: Desk + Sales",
];

const RULES: &str = "
rules:
  - id: other-guid
    rule: 'each objectGUID of user, group, contact: it equals any objectGUID of online.user, online.group, online.contact'
    message: '`{it}`'
  - id: other-sid
    rule: 'each objectSid of user, group: it equals any objectSid of online.user, online.group'
    message: '`{it}`'
  - id: found
    rule: no objectGUID of user, group, contact where it equals any objectGUID of online.user, online.group, online.contact
    message: '`{it}`'
";

/// The domain controller with all objects, and the turn, which outlives it: one test of a machine has the ports at a time.
pub(super) struct Domain {
    pub(super) server: Server,
    _turn: File,
}

pub(super) fn started() -> Option<Domain> {
    if !installed(&["samba", "samba-tool", "ldbsearch", "ldapadd", "ldapsearch"]) {
        return None;
    }
    let lock = env::temp_dir().join("presync-test-samba.lock");
    let turn = match File::create(&lock).and_then(|file| file.lock().map(|()| file)) {
        Ok(turn) => turn,
        Err(error) => {
            skipped(&format!("samba has no turn: {}: {error}", lock.display()));
            return None;
        }
    };
    for port in PORTS {
        if let Err(error) = TcpListener::bind(("127.0.0.1", port)) {
            skipped(&format!("samba cannot listen on port {port}: {error}"));
            return None;
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), PROVISION);
    if made.code != 0 {
        // some of its packages are not there
        skipped(&format!("samba-tool cannot make a domain: {}", made.err));
        return None;
    }
    let mut settings = OpenOptions::new().append(true).open(folder.path().join("etc/smb.conf")).unwrap();
    let place = folder.path().display();
    write!(settings, "{SETTINGS}pid directory = {place}\nlog file = {place}/log\n").unwrap();
    let ready = "ldapsearch -x -H ldap://127.0.0.1 -s base -b '' 1.1";
    let server = Server::start(folder, "samba -i -M single -s etc/smb.conf", ready);
    server.add(&format!("ldapadd -x -H ldap://127.0.0.1 {WHO}"), OBJECTS);
    Some(Domain { server, _turn: turn })
}

#[test]
fn a_domain_is_the_same_however_it_is_exported() {
    let Some(domain) = started() else { return };
    let server = &domain.server;
    let options = "--host 127.0.0.1 --bind administrator@contoso.com --base DC=contoso,DC=com";
    let asked = [
        server.export_command(&format!("ldapsearch {options}")),
        server.export_command(&format!("samba {options}")),
        server.export_command("samba").replace("/var/lib/samba/private", "private"),
    ];
    let filter = "'(|(objectCategory=person)(objectCategory=group))'";
    let all = [
        format!(
            "ldapsearch -x -H ldap://127.0.0.1 {WHO} -b DC=contoso,DC=com -E pr=20/noprompt {filter} > ad.ldif"
        ),
        format!("ldbsearch -H private/sam.ldb {filter} > samba.ldif"),
    ];
    for commands in [&asked[..], &all] {
        let exports: Vec<_> = commands.iter().map(|command| exported(server, command)).collect();
        for export in &exports {
            assert_eq!(export.len(), exports[0].len());
            exports[0].iter().zip(export).for_each(|(one, other)| assert_eq!(one, other));
        }
    }
    identifiers_are_equal(server);
}

/// The objects of an export, in which all that is wrong is found.
fn exported(server: &Server, command: &str) -> BTreeMap<String, Value> {
    server.export(command, PASSWORD);
    let (_, file) = command.trim_end().rsplit_once("> ").unwrap();
    let ran = server.line(&format!("presync check {file} --format json"));
    assert_eq!(findings(&ran.exits(1).out), FOUND, "{command}");
    let shown = objects(&server.line(&format!("presync show {file} --format jsonl")).exits(0).out);
    assert_eq!(shown.len(), records(&server.line(&format!("cat {file}")).out), "{command}");
    shown.into_iter().map(|(name, object)| (name, as_text(object))).collect()
}

/// The two write identifiers differently; rules see that they are the same.
fn identifiers_are_equal(server: &Server) {
    fs::write(server.folder.path().join("rules.yaml"), RULES).unwrap();
    let line = "presync check samba.ldif --source online=ad.ldif --no-builtin --rules rules.yaml";
    server.line(&format!("{line} --ignore found")).exits(0).says(&["no finding: the snapshot is clean"]);
    let found = server.line(&format!("{line} --select found --format concise"));
    assert_eq!(found.exits(1).out.lines().count(), records(&server.line("cat samba.ldif").out));
}

/// An object with its identifiers as texts: ldapsearch writes their bytes, ldbsearch what people read.
fn as_text(mut object: Value) -> Value {
    for (name, text) in [("objectGUID", guid as fn(&[u8]) -> String), ("objectSid", sid)] {
        if let Some(base64) = object["attributes"][name][0]["base64"].as_str() {
            object["attributes"][name][0] = text(&BASE64.decode(base64.as_bytes()).unwrap()).into();
        }
    }
    object["source"] = Value::Null;
    object
}

fn guid(bytes: &[u8]) -> String {
    let part =
        |places: &[usize]| places.iter().map(|place| format!("{:02x}", bytes[*place])).collect::<String>();
    let parts = [&[3, 2, 1, 0][..], &[5, 4], &[7, 6], &[8, 9], &[10, 11, 12, 13, 14, 15]];
    parts.map(part).join("-")
}

fn sid(bytes: &[u8]) -> String {
    let (head, rest) = bytes.split_at(8);
    let parts = rest.chunks(4).map(|part| u32::from_le_bytes(part.try_into().unwrap()));
    parts.fold(format!("S-{}-{}", head[0], head[7]), |text, part| format!("{text}-{part}"))
}
