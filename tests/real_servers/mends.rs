//! A night's work: export a directory full of faults, mend it with what `presync fix` wrote, export it again, and take all of it
//! back.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::slapd::Slapd;
use super::{Server, findings, objects, samba, slapd};

/// What a server changes by itself in an object that somebody changed.
const KEPT_BY_THE_SERVER: [&str; 4] =
    ["whenChanged", "uSNChanged", "modifyTimestamp", "dSCorePropagationData"];

/// A server with the commands that read and change it.
struct Directory<'s> {
    server: &'s Server,
    export: String,
    modify: String,
}

impl Directory<'_> {
    fn exported(&self, file: &str) -> BTreeMap<String, Value> {
        self.server.line(&format!("{} > {file}", self.export)).exits(0);
        objects(&self.server.line(&format!("presync show {file} --format jsonl")).exits(0).out)
    }

    fn checked(&self, file: &str) -> Vec<String> {
        findings(&self.server.line(&format!("presync check {file} --format json")).out)
    }

    /// An export as text. Which value of an attribute comes first, and which attribute, is the server's own business
    /// (RFC 4511, section 4.1.7).
    fn text(&self, file: &str) -> Vec<Vec<String>> {
        let text = fs::read_to_string(self.server.folder.path().join(file)).unwrap();
        let is_kept =
            |line: &str| KEPT_BY_THE_SERVER.iter().any(|name| line.starts_with(&format!("{name}:")));
        let record = |record: &str| {
            let mut lines: Vec<String> =
                record.lines().filter(|line| !is_kept(line)).map(str::to_owned).collect();
            lines.sort();
            lines
        };
        text.split("\n\n").map(record).collect()
    }

    /// Mends all that can be mended, and takes it back.
    fn mended_and_back(&self) {
        let first = self.exported("first.ldif");
        let found = self.checked("first.ldif");
        let fix = "presync fix first.ldif --unsafe --ldif changes.ldif --undo undo.ldif --format json";
        let plan: Value = serde_json::from_str(&self.server.line(fix).out).unwrap();
        let changes = plan["changes"].as_array().unwrap();
        assert!(!changes.is_empty() && plan["withdrawn"] == Value::Array(Vec::new()), "{plan}");

        self.server.line(&format!("{} -f changes.ldif", self.modify)).exits(0);
        let second = self.exported("second.ldif");
        let left = self.checked("second.ldif");
        let all: BTreeSet<&String> = found.iter().collect();
        assert!(left.iter().all(|finding| all.contains(finding)), "new among {left:#?}");
        let after = &plan["summary"]["findings"]["after"];
        let counted = ["error", "warning", "info"].iter().map(|level| after[level].as_u64().unwrap());
        assert_eq!(left.len() as u64, counted.sum::<u64>(), "{left:#?}");
        assert_eq!(values(&second), changed(values(&first), changes));

        // what is mended needs no mending
        let again = self.server.line("presync fix second.ldif --unsafe --format json");
        let again: Value = serde_json::from_str(&again.out).unwrap();
        assert_eq!(again["changes"], Value::Array(Vec::new()));

        self.server.line(&format!("{} -f undo.ldif", self.modify)).exits(0);
        self.exported("third.ldif");
        assert_eq!(self.text("third.ldif"), self.text("first.ldif"));
    }

    /// Somebody changes a value before the change file is applied: that change fails, and no other.
    fn changed_meanwhile(&self) {
        let (object, attribute) = ("CN=Lena,OU=Staff,DC=contoso,DC=com", "userPrincipalName");
        let lines = format!("replace: {attribute}\n{attribute}: lena.fischer@contoso.com\n-\n");
        let meanwhile = format!("dn: {object}\nchangetype: modify\n{lines}");
        fs::write(self.server.folder.path().join("meanwhile.ldif"), meanwhile).unwrap();
        self.server.line(&format!("{} -f meanwhile.ldif", self.modify)).exits(0);
        let before = self.exported("before.ldif");
        let ran = self.server.line(&format!("{} -c -f changes.ldif", self.modify));
        assert_eq!(ran.err.matches("ldap_modify:").count(), 1, "{}", ran.seen());
        let after = self.exported("after.ldif");
        // servers write the types of a name as they like
        let of = |objects: &BTreeMap<String, Value>| {
            let found = objects.iter().find(|(name, _)| name.eq_ignore_ascii_case(object)).unwrap();
            found.1["attributes"][attribute].clone()
        };
        assert_eq!(of(&after), of(&before));
        let planned = self.server.line("cat changes.ldif").out.matches("changetype: modify").count();
        let touched = after.iter().filter(|(name, now)| values_of(now) != values_of(&before[*name])).count();
        assert_eq!(touched, planned - 1);
    }
}

/// The values of all objects, without those that the server keeps.
fn values(objects: &BTreeMap<String, Value>) -> BTreeMap<String, BTreeSet<String>> {
    objects.iter().map(|(name, object)| (name.clone(), values_of(object))).collect()
}

fn values_of(object: &Value) -> BTreeSet<String> {
    let attributes = object["attributes"].as_object().unwrap();
    let attributes = attributes.iter().filter(|(name, _)| !KEPT_BY_THE_SERVER.contains(&name.as_str()));
    attributes
        .flat_map(|(name, values)| {
            values.as_array().unwrap().iter().map(move |value| format!("{name}: {value}"))
        })
        .collect()
}

/// The same with the changes of a plan.
fn changed(
    mut objects: BTreeMap<String, BTreeSet<String>>,
    changes: &[Value],
) -> BTreeMap<String, BTreeSet<String>> {
    for change in changes {
        let values = objects.get_mut(change["object"].as_str().unwrap()).unwrap();
        let attribute = change["attribute"].as_str().unwrap();
        if !change["old"].is_null() {
            assert!(values.remove(&format!("{attribute}: {}", change["old"])), "{change}");
        }
        if !change["new"].is_null() {
            values.insert(format!("{attribute}: {}", change["new"]));
        }
    }
    objects
}

#[test]
fn openldap_is_mended_and_comes_back() {
    let Some(slapd) = Slapd::start() else { return };
    let who = slapd::WHO;
    let directory = Directory {
        server: &slapd.server,
        export: format!("{} -LLL", slapd.export()),
        modify: format!("ldapmodify -x -H {} {who}", slapd.url),
    };
    directory.mended_and_back();
    directory.changed_meanwhile();
}

#[test]
fn active_directory_is_mended_and_comes_back() {
    let Some(domain) = samba::started() else { return };
    let who = samba::WHO;
    let filter = "'(|(objectCategory=person)(objectCategory=group))'";
    let directory = Directory {
        server: &domain.server,
        export: format!(
            "ldapsearch -x -H ldap://127.0.0.1 {who} -b DC=contoso,DC=com -LLL -E pr=500/noprompt {filter}"
        ),
        modify: format!("ldapmodify -x -H ldap://127.0.0.1 {who}"),
    };
    directory.mended_and_back();
    directory.changed_meanwhile();
}
