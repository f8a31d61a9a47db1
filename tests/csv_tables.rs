//! Tables of every kind, as `presync show` reads them: which object each row is, which values each cell holds, and where
//! they stand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod common;

use common::{Desk, Ran};
use serde_json::{Value, json};

/// A table, read.
struct Shown {
    ran: Ran,
    objects: Vec<Value>,
    text: String,
}

/// Reads a table; each value has its place.
fn show(text: &str) -> Shown {
    let ran = Desk::new().file("t.csv", text).run(&[
        "show",
        "t.csv",
        "--format",
        "jsonl",
        "--positions",
        "--verbose",
    ]);
    let objects = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Shown { ran, objects, text: text.to_owned() }
}

impl Shown {
    /// Nothing is wrong with the table.
    #[track_caller]
    fn clean(self) -> Self {
        assert_eq!((self.ran.code, self.ran.err.as_str()), (0, ""));
        self
    }

    fn values(&self, object: usize, attribute: &str) -> Vec<Value> {
        let values = self.objects[object]["attributes"][attribute].as_array().cloned().unwrap_or_default();
        values.iter().map(|value| value["value"].clone()).collect()
    }

    fn raw(&self, value: &Value) -> &str {
        let number = |field: &str| usize::try_from(value[field].as_u64().unwrap()).unwrap();
        &self.text[number("offset")..number("offset") + number("length")]
    }

    /// What stands in the file where the values are said to stand.
    fn raws(&self, object: usize, attribute: &str) -> Vec<&str> {
        let values = self.objects[object]["attributes"][attribute].as_array().unwrap();
        values.iter().map(|value| self.raw(value)).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.objects.iter().map(|object| object["dn"]["value"].as_str().unwrap()).collect()
    }

    fn classes(&self) -> Vec<&str> {
        self.objects.iter().map(|object| object["class"].as_str().unwrap()).collect()
    }

    #[track_caller]
    fn has(&self, object: usize, attribute: &str, values: &[&str]) -> &Self {
        assert_eq!(self.values(object, attribute), values, "{attribute}");
        assert_eq!(self.raws(object, attribute), values, "{attribute}");
        self
    }
}

#[test]
fn tables_of_csvde() {
    let text = "DN,objectClass,cn,proxyAddresses,objectGUID,member,description,mail\r\n\
        \"CN=Bob,OU=Staff,DC=c\",user,Bob,smtp:b@c.d;SMTP:bob@c.d,X'97deeb46207211e980cb000d3a3614c0',,a\\;b,\r\n\
        \"CN=G,DC=c\",top;group,\"say \"\"G\"\"\",,,\"CN=A,DC=c;CN=B\\;x,DC=c\",,g@c.d\r\n";
    let shown = show(text).clean();
    assert_eq!(shown.names(), ["CN=Bob,OU=Staff,DC=c", "CN=G,DC=c"]);
    assert_eq!(shown.classes(), ["user", "group"]);
    assert_eq!(shown.raw(&shown.objects[1]["dn"]), "CN=G,DC=c");
    assert_eq!((&shown.objects[1]["dn"]["line"], &shown.objects[1]["dn"]["column"]), (&json!(3), &json!(2)));
    shown.has(0, "proxyAddresses", &["smtp:b@c.d", "SMTP:bob@c.d"]).has(0, "cn", &["Bob"]);
    shown.has(1, "member", &["CN=A,DC=c", "CN=B\\;x,DC=c"]).has(1, "objectClass", &["top", "group"]);
    assert_eq!(shown.values(0, "objectGUID"), [json!({ "base64": "l97rRiByEemAywANOjYUwA==" })]);
    assert_eq!(shown.raws(0, "objectGUID"), ["97deeb46207211e980cb000d3a3614c0"]);
    assert_eq!(
        (shown.values(0, "description"), shown.raws(0, "description")),
        (vec![json!("a;b")], vec!["a\\;b"])
    );
    assert_eq!(
        (shown.values(1, "cn"), shown.raws(1, "cn")),
        (vec![json!("say \"G\"")], vec!["say \"\"G\"\""])
    );
    assert_eq!((shown.values(0, "mail"), shown.values(0, "member")), (vec![], vec![]));
}

#[test]
fn tables_of_windows_powershell() {
    let text = "\u{feff}#TYPE Selected.Microsoft.ActiveDirectory.Management.ADUser\r\n\
        \"DistinguishedName\",\"EmailAddress\",\"Surname\",\"ObjectGUID\",\"proxyAddresses\",\"MemberOf\",\"Description\"\r\n\
        \"CN=Jörg,DC=c\",\"j@c.d\",,\"46ebde97-7220-e911-80cb-000d3a3614c0\",\"SMTP:j@c.d;x500:/o=A;b/cn=c;X400:c=US;a= ;s=J\",\"CN=A,DC=c;CN=B,DC=c\",\"a; b\"\r\n\
        \"CN=K,DC=c\",\"\",\"line\r\nbreak\",,,,\r\n";
    let shown = show(text).clean();
    assert_eq!((shown.names(), shown.classes()), (vec!["CN=Jörg,DC=c", "CN=K,DC=c"], vec!["user", "user"]));
    shown.has(0, "mail", &["j@c.d"]).has(1, "sn", &["line\r\nbreak"]).has(0, "Description", &["a; b"]);
    shown.has(0, "proxyAddresses", &["SMTP:j@c.d", "x500:/o=A;b/cn=c", "X400:c=US;a= ;s=J"]);
    shown.has(0, "MemberOf", &["CN=A,DC=c", "CN=B,DC=c"]);
    shown.has(0, "ObjectGUID", &["46ebde97-7220-e911-80cb-000d3a3614c0"]);
    // the class comes from the type, and stands nowhere
    assert_eq!(shown.objects[1]["attributes"].get("objectClass"), None);
}

#[test]
fn any_separator_and_line_end() {
    for (delimiter, end) in [(",", "\n"), (";", "\r\n"), ("\t", "\r"), ("|", "\r\r\n")] {
        let row = |cells: [&str; 3]| cells.join(delimiter) + end;
        let text = [
            row(["DistinguishedName", "mail", "cn"]),
            row(["\"CN=A,DC=c\"", "a@b.c", "\"x\""]),
            end.to_owned(),
            row(["", "", ""]),
            ["\"CN=B|;\t\"", "", "y \"z\" "].join(delimiter),
        ]
        .concat();
        let shown = show(&text).clean();
        assert_eq!(shown.names(), ["CN=A,DC=c", "CN=B|;\t"], "{text:?}");
        shown.has(0, "mail", &["a@b.c"]).has(0, "cn", &["x"]).has(1, "cn", &["y \"z\" "]);
    }
    let told = show("sep=;\nDistinguishedName,x;mail\nCN=A,DC=c;a@b.c\n").clean();
    assert_eq!(told.values(0, "mail"), ["a@b.c"]);
}

#[test]
fn comments_and_spaces_in_front() {
    let shown = show("# exported by hand\n#\n\n DistinguishedName , E-Mail , mail\nCN=A, x,a@b.c\n").clean();
    shown.has(0, "mail", &["a@b.c"]).has(0, "E-Mail", &[" x"]);
    assert_eq!(shown.names(), ["CN=A"]);
}

#[test]
fn bytes_in_base64() {
    let text = "DistinguishedName;mS-DS-ConsistencyGuid;objectGUID;onPremisesImmutableId\n\
        CN=A;l97rRiByEemAywANOjYUwA==;{46ebde97-7220-e911-80cb-000d3a3614c0};l97rRiByEemAywANOjYUwA==\n";
    let shown = show(text).clean();
    let coded = "l97rRiByEemAywANOjYUwA==";
    assert_eq!(shown.values(0, "mS-DS-ConsistencyGuid"), [json!({ "base64": coded })]);
    assert_eq!(shown.raws(0, "mS-DS-ConsistencyGuid"), [coded]);
    shown.has(0, "onPremisesImmutableId", &[coded]);
}

#[test]
fn tables_of_the_cloud() {
    let text = "Display name,First name,User principal name,Object Id,Proxy addresses,When created\n\
        Ann Lee,Ann,ann@c.d,7cc0c81b-f2a2-489a-8243-eda96da4214d,SMTP:ann@c.d+smtp:a@c.d,2021-08-19 13:25:31Z\n";
    let shown = show(text).clean();
    assert_eq!(shown.names(), ["7cc0c81b-f2a2-489a-8243-eda96da4214d"]);
    shown.has(0, "givenName", &["Ann"]).has(0, "userPrincipalName", &["ann@c.d"]);
    shown.has(0, "proxyAddresses", &["SMTP:ann@c.d", "smtp:a@c.d"]);
    let text = "userPrincipalName,displayName,id,directorySynced\nann@c.d,Ann,7cc0c81b,True\n";
    show(text).clean().has(0, "onPremisesSyncEnabled", &["True"]);
}

#[test]
fn every_row_of_exchange_has_its_own_class() {
    let text = "PrimarySmtpAddress,RecipientType,EmailAddresses\n\
        a@b.c,UserMailbox,SMTP:a@b.c smtp:d@b.c\ng@b.c,MailUniversalSecurityGroup,SMTP:g@b.c\nx@b.c,mailcontact,\n";
    let shown = show(text).clean();
    assert_eq!(shown.classes(), ["user", "group", "contact"]);
    assert_eq!(shown.names(), ["a@b.c", "g@b.c", "x@b.c"]);
    shown.has(0, "proxyAddresses", &["SMTP:a@b.c", "smtp:d@b.c"]).has(1, "mail", &["g@b.c"]);
}

#[test]
fn an_attributes_own_name_is_stronger_than_an_alias() {
    let shown = show("DistinguishedName,EmailAddress,mail\nCN=A,old@b.c,a@b.c\n").clean();
    shown.has(0, "mail", &["a@b.c"]).has(0, "EmailAddress", &["old@b.c"]);
}

#[test]
fn what_idfix_found() {
    let text = "DISTINGUISHEDNAME,COMMONNAME,OBJECTCLASS,ATTRIBUTE,ERROR,VALUE,UPDATE,PROPOSEDACTION,ACTION\n\
        \"CN=A,DC=c\",A,user,mail,format,a b@c.d,ab@c.d,EDIT,\n\
        \"CN=A,DC=c\",A,user,proxyAddresses,format,\"smtp:\"q\"x, y@c.d\",,REMOVE,\n\
        \"CN=B,DC=c\",B,group,displayName,blank,,B,EDIT,\n";
    let shown = show(text);
    shown.ran.exits(0).says(&["csv-idfix", "t.csv:1:1", "not objects"]);
    assert_eq!((shown.names(), shown.classes()), (vec!["CN=A,DC=c", "CN=B,DC=c"], vec!["user", "group"]));
    shown.has(0, "mail", &["a b@c.d"]).has(0, "cn", &["A"]).has(0, "proxyAddresses", &["smtp:\"q\"x, y@c.d"]);
    assert!(shown.objects[1]["attributes"].get("displayName").is_none());
}

#[test]
fn values_that_the_export_lost() {
    let head = "\"DistinguishedName\",\"proxyAddresses\",\"cn\",\"employeeID\"\n";
    let lost = "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection";
    let shown = show(&format!(
        "{head}\"CN=A\",\"{lost}\",\"Jos?\",\"1.32E+17\"\n\"CN=B\",\"{lost}\",\"Who\",\"7\"\n"
    ));
    shown.ran.exits(2).says(&[
        "error[export-type-name]: the values of `proxyAddresses` were lost",
        "in 2 values",
        "t.csv:2:9",
        "warning[export-letters-lost]",
        "t.csv:2:74",
        "warning[export-digits-lost]",
        "t.csv:2:81",
    ]);
    assert!(shown.values(0, "proxyAddresses").is_empty() && shown.values(0, "employeeID").is_empty());
    assert_eq!(
        (shown.values(0, "cn"), shown.values(1, "employeeID")),
        (vec![json!("Jos?")], vec![json!("7")])
    );
    // where other letters came through, the question mark is somebody's
    show("DistinguishedName,cn\nCN=A,Wh?t\nCN=B,Jörg\n").clean();
    let hashtables = show(
        "\"IsReadOnly\",\"IsFixedSize\",\"IsSynchronized\",\"Keys\",\"Values\",\"SyncRoot\",\"Count\"\n\"False\",\"False\",\"False\",\"System.Collections.Hashtable+KeyCollection\",\"x\",\"y\",\"3\"\n",
    );
    hashtables.ran.exits(2).says(&["error[csv-hashtables]", "t.csv:1:1", "[pscustomobject]"]);
    assert!(hashtables.objects.is_empty());
}

/// A table with a fault: exit code 2, what is said, and what is underlined; the names of the objects that are read.
#[track_caller]
fn faulty(text: &str, said: &[&str], underlined: &[&str], names: &[&str]) {
    let shown = show(text);
    shown.ran.exits(2).says(said);
    assert_eq!(shown.ran.underlined(), underlined);
    assert_eq!(shown.names(), names);
}

#[test]
fn faults_have_places() {
    faulty(
        "DN,mail,Mail,cn\nCN=A,a@b.c,d@e.f,x\n",
        &["error[csv-duplicate-header]: two columns have the name `Mail`", "t.csv:1:9", "the first one"],
        &["Mail", "mail"],
        &["CN=A"],
    );
    faulty(
        "DN,mail\nCN=A,a@b.c,x\nCN=B\n",
        &["error[csv-long-row]", "t.csv:2:12", "in quotes"],
        &["x"],
        &["CN=A", "CN=B"],
    );
    faulty(
        "DN,mail\nCN=A,a@b.c\nCN=B,\"b@c.d\nCN=C,c@d.e\n",
        &["error[csv-open-quote]", "t.csv:3:6", "written twice"],
        &["\""],
        &["CN=A"],
    );
    faulty(
        "DN,cn\nCN=A,\"x\"y\nCN=B,\"y\" \n",
        &["error[csv-stray-quote]", "t.csv:2:8"],
        &["\""],
        &["CN=A", "CN=B"],
    );
    faulty("DN,cn\nCN=A,a\0b\nCN=B,c\n", &["error[csv-nul]", "t.csv:2:7"], &["<U+0000>"], &["CN=A", "CN=B"]);
    faulty(
        "DN,objectGUID\nCN=A,X'00zz'\nCN=B,X'00'\n",
        &["error[csv-bad-hex]", "t.csv:2:10"],
        &["zz'"],
        &["CN=A", "CN=B"],
    );
    faulty(
        "DN,member;range=0-1499\nCN=A,CN=x\n",
        &["error[csv-partial-attribute]", "t.csv:1:4"],
        &["member;range=0-1499"],
        &["CN=A"],
    );
    faulty(
        "Vorname;Nachname;Emial\nA;B;C\n",
        &["error[csv-no-attributes]", "t.csv:1:1", "it has `Vorname`"],
        &["Vorname;Nachname;Emial"],
        &[],
    );
    faulty(
        "proxyAdresses,x\n1,2\n",
        &["`proxyAdresses`: did you mean `proxyAddresses`?"],
        &["proxyAdresses,x"],
        &[],
    );
}

#[test]
fn what_loses_nothing_is_a_warning() {
    let shown = show("DN,mail,,cn,,\nCN=A,a@b.c,1,x\nDN,mail,,cn,,\nCN=B,,,,,\n");
    shown.ran.exits(0).says(&[
        "warning[csv-empty-header]",
        "t.csv:1:9",
        "warning[csv-header-again]",
        "t.csv:3:1",
    ]);
    assert_eq!(shown.names(), ["CN=A", "CN=B"]);
    assert_eq!(shown.ran.err.matches("csv-empty-header").count(), 1);
}

const RULES: &str = "\
rules:
  - id: mail-space
    rule: |
      each mail of user: not it contains \" \"
    message: \"`{it}` has a space\"
  - id: no-mail
    rule: each user must have mail
    message: no mail
";

#[test]
fn findings_stand_in_the_cell() {
    let desk = Desk::with(&[
        ("rules.yaml", RULES),
        ("t.csv", "DN,objectClass,mail\n\"CN=A,DC=c\",user,\"a \"\"b\"\"\"\nCN=B,user,\n"),
    ]);
    let ran = desk.check(&["t.csv"]);
    ran.exits(1).shows(&[
        "error[mail-space]: `a \"b\"` has a space",
        "t.csv:2:20",
        "error[no-mail]",
        "t.csv:3:1",
    ]);
    // of a column that is not there nothing is said
    let desk = desk.file("u.csv", "DN,objectClass,cn\nCN=B,user,x\n");
    let ran = desk.check(&["u.csv"]);
    assert!(!ran.out.contains("error[no-mail]"), "{}", ran.out);
    desk.file("h.csv", "DN,objectClass,mail\n")
        .check(&["h.csv"])
        .exits(2)
        .says(&["error[source-no-objects]"]);
}

/// A large file is read in many parts, and every row stands where it is.
#[test]
fn tables_of_many_parts() {
    let mut text = "DN,objectClass,mail,description\r\n".to_owned();
    for number in 0..40_000 {
        text += &format!("\"CN=U{number},DC=c\",user,u{number}@c.d,\"line\r\nof \"\"{number}\"\"\"\r\n");
    }
    let desk = Desk::new().file("t.csv", &text);
    let ran = desk.run(&["show", "t.csv", "--format", "jsonl", "--positions"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let mut count = 0;
    for (number, line) in ran.out.lines().enumerate() {
        let object: Value = serde_json::from_str(line).unwrap();
        assert_eq!(object["dn"]["value"], format!("CN=U{number},DC=c"));
        assert_eq!(object["dn"]["line"], 2 + number * 2);
        let mail = &object["attributes"]["mail"][0];
        let offset = usize::try_from(mail["offset"].as_u64().unwrap()).unwrap();
        assert_eq!(mail["value"], text[offset..offset + mail["value"].as_str().unwrap().len()]);
        assert_eq!(object["attributes"]["description"][0]["value"], format!("line\r\nof \"{number}\""));
        count += 1;
    }
    assert_eq!(count, 40_000);
}

/// Exports of other people, from the folder that `PRESYNC_CORPUS` names.
#[test]
fn real_tables_are_read() {
    let Some(root) = std::env::var_os("PRESYNC_CORPUS") else {
        println!("skipped: PRESYNC_CORPUS is not set");
        return;
    };
    let folder = std::path::Path::new(&root).join("real/csvde");
    let table = |name: &str| show(&std::fs::read_to_string(folder.join(name)).unwrap()).clean();
    let user = table("csvde_redwood_1user.csv");
    let name = "CN=Andre_Brown,OU=Users,DC=redwood, DC=e8";
    assert_eq!((user.names(), user.classes()), (vec![name], vec!["user"]));
    user.has(0, "distinguishedName", &[name]).has(0, "streetAddress", &["100 Marine Parkway - Suite 300"]);
    assert_eq!(user.values(0, "dSCorePropagationData").len(), 4);
    assert_eq!(user.raws(0, "objectGUID"), ["937598e48fd746bda1e1db1797aca204"]);
    let schema = table("csvde_schema_scripts_msdocs.csv");
    schema.has(0, "mustContain", &["description", "myTestAttributeUnicodeString"]);
    assert_eq!(schema.classes(), ["classSchema"]);
}
