//! `presync fix` as people run it: what it shows, what it writes, and what it refuses.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod common;

use std::fs;
use std::process::Command;

use common::Desk;

/// A missing prefix (safe), an invisible character (unsafe), and two users who sign in with one name.
const PEOPLE: &str = "\
dn: CN=Ann,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName: ann@contoso.com
proxyAddresses: SMTP:ann@contoso.com
proxyAddresses: ann.meyer@contoso.com

dn: CN=Lena,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName:: bGVuYeKAi0Bjb250b3NvLmNvbQ==
userPassword: geheim

dn: CN=Joe,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName: joe@contoso.com

dn: CN=Joseph,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName: joe@contoso.com
whenCreated: 20100101000000.0Z
";

fn desk() -> Desk {
    Desk::with(&[("people.ldif", PEOPLE)])
}

fn read(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path().join(name)).unwrap()
}

#[test]
fn nothing_is_changed_unless_it_is_asked_for() {
    let desk = desk();
    let ran = desk.run(&["fix", "people.ldif"]);
    ran.exits(1)
        .shows(&["-proxyAddresses: ann.meyer@contoso.com\n+proxyAddresses: smtp:ann.meyer@contoso.com"]);
    ran.says(&["1 safe fix, 1 fix that needs `--unsafe`, 1 choice", "nothing was changed"]);
    // who is older comes first, and the next number is free
    let older = ran.err.find("CN=Joseph").unwrap();
    assert!(older < ran.err.find("CN=Joe,").unwrap(), "{}", ran.err);
    ran.says(&["without it: change `joe@contoso.com` to `joe2@contoso.com` in userPrincipalName"]);
    assert_eq!(read(&desk, "people.ldif"), PEOPLE);
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 1);
}

#[test]
fn a_secret_is_not_shown_beside_a_change() {
    let ran = desk().run(&["fix", "people.ldif", "--unsafe"]);
    ran.exits(1).shows(&["base64: change `lena<U+200B>@contoso.com` to `lena@contoso.com`", "(secret)"]);
    assert!(!ran.out.contains("geheim"));
    let table = "DistinguishedName,ObjectClass,UserPrincipalName,UserPassword\n\"CN=A,DC=c\",user,a@contoso.com ,geheim\n";
    let ran = Desk::with(&[("a.csv", table)]).run(&["fix", "a.csv"]);
    ran.shows(&["-", "a@contoso.com"]);
    assert!(!ran.out.contains("geheim"), "{}", ran.out);
}

#[test]
fn rules_and_attributes_can_be_named() {
    let desk = desk();
    let ran = desk.run(&["fix", "people.ldif", "--rule", "upn-invisible-character"]);
    ran.says(&["1 unsafe fix"]);
    assert!(!ran.out.contains("ann.meyer"));
    desk.run(&["fix", "people.ldif", "--only", "userPrincipalName"]).says(&["1 unsafe fix"]);
    let wrong = desk.run(&["fix", "people.ldif", "--rule", "upn-invisible-charakter"]);
    wrong.exits(2).says(&["rule-unknown", "did you mean `upn-invisible-character`?"]);
    desk.run(&["fix", "people.ldif", "--only", "userPrincipleName"])
        .exits(2)
        .says(&["did you mean `userPrincipalName`?"]);
}

#[test]
fn files_name_the_old_value_and_the_new_one() {
    let desk = desk();
    let files = ["--ldif", "c.ldif", "--undo", "u.ldif", "--powershell", "c.ps1"];
    desk.run(&[&["fix", "people.ldif", "--unsafe"], &files[..]].concat()).exits(1);
    let forth = "dn: CN=Lena,OU=Staff,DC=contoso,DC=com\nchangetype: modify\ndelete: userPrincipalName\n\
                 userPrincipalName:: bGVuYeKAi0Bjb250b3NvLmNvbQ==\n-\nadd: userPrincipalName\n\
                 userPrincipalName: lena@contoso.com\n-\n\n";
    assert!(read(&desk, "c.ldif").ends_with(forth));
    let back = "delete: userPrincipalName\nuserPrincipalName: lena@contoso.com\n-\nadd: userPrincipalName\n\
                userPrincipalName:: bGVuYeKAi0Bjb250b3NvLmNvbQ==\n-\n\n";
    assert!(read(&desk, "u.ldif").contains(back));
    assert!(read(&desk, "c.ps1").contains("-Remove @{'proxyAddresses'='ann.meyer@contoso.com'} -Add @{"));
    // nothing is overwritten without being told to
    let ran = desk.run(&["fix", "people.ldif", "--ldif", "c.ldif"]);
    ran.exits(2).says(&["`c.ldif` is there already", "--force"]);
    desk.run(&["fix", "people.ldif", "--ldif", "c.ldif", "--force"]).exits(1);
    assert!(!read(&desk, "c.ldif").contains("Lena"));
    desk.run(&["fix", "people.ldif", "--ldif", "x", "--undo", "x"]).exits(2);
    desk.run(&["fix", "people.ldif", "--ldif", "people.ldif", "--force"]).exits(2);
    assert_eq!(read(&desk, "people.ldif"), PEOPLE);
}

#[test]
fn quotes_end_nothing_in_powershell() {
    let name = "CN=O\u{2019}Neil 'x',DC=c";
    let text = format!(
        "dn:: {}\nobjectClass: user\nuserPrincipalName: o'neil@contoso.com \n",
        data_encoding::BASE64.encode(name.as_bytes())
    );
    let desk = Desk::with(&[("a.ldif", &text)]);
    desk.run(&["fix", "a.ldif", "--powershell", "c.ps1"]);
    let script = read(&desk, "c.ps1");
    assert!(script.contains("-Identity 'CN=O\u{2019}\u{2019}Neil ''x'',DC=c'"), "{script}");
    assert!(script.contains("-Replace @{'userPrincipalName'='o''neil@contoso.com'}"), "{script}");
}

#[test]
fn a_reviewed_table_is_taken_back() {
    let desk = desk();
    desk.run(&["fix", "people.ldif", "--csv", "r.csv"]).exits(1);
    let table = read(&desk, "r.csv");
    let filled = table
        .replace(",EDIT,\r\n", ",EDIT,edit\r\n")
        .replace("joe@contoso.com,joe2@contoso.com,,\r\n", "joe@contoso.com,joe2@contoso.com,,COMPLETE\r\n")
        .replace("joe@contoso.com,joe3@contoso.com,,\r\n", "joe@contoso.com,joseph@contoso.com,,EDIT\r\n");
    let desk = desk.file("r.csv", filled);
    let ran = desk.run(&["fix", "people.ldif", "--from-csv", "r.csv", "--in-place"]);
    ran.says(&["3 changes that were asked for"]);
    let edited = read(&desk, "people.ldif");
    for line in [
        "smtp:ann.meyer@contoso.com",
        "userPrincipalName:: bGVuYUBjb250b3NvLmNvbQ==",
        "userPrincipalName: joseph@contoso.com",
    ] {
        assert!(edited.contains(line), "{edited}");
    }
    // the table speaks of values that are gone now
    let again = desk.run(&["fix", "people.ldif", "--from-csv", "r.csv", "--in-place"]);
    again.exits(2).says(&["has no value `ann.meyer@contoso.com`"]);
    assert_eq!(read(&desk, "people.ldif"), edited);
}

#[test]
fn a_wish_that_does_harm_is_withdrawn() {
    let row =
        "\"CN=Ann,OU=Staff,DC=contoso,DC=com\",userPrincipalName,ann@contoso.com,joe@contoso.com,EDIT\n";
    let desk = desk().file("r.csv", format!("DISTINGUISHEDNAME,ATTRIBUTE,VALUE,UPDATE,ACTION\n{row}"));
    let ran = desk.run(&["fix", "people.ldif", "--from-csv", "r.csv"]);
    ran.exits(1).says(&["withdrawn", "it would raise `upn-taken`", "nothing to change"]);
}

#[test]
fn a_table_that_is_not_right_changes_nothing() {
    let head = "DISTINGUISHEDNAME,ATTRIBUTE,VALUE,UPDATE,ACTION";
    let ann = "\"CN=Ann,OU=Staff,DC=contoso,DC=com\"";
    let cases = [
        (format!("{head}\n\"CN=Nobody,DC=c\",mail,a,b,EDIT\n"), "no object has the name `CN=Nobody,DC=c`"),
        (
            format!("{head}\n{ann},userPrincipalName,anna@contoso.com,b@c.d,EDIT\n"),
            "has no value `anna@contoso.com`",
        ),
        (format!("{head}\n{ann},userPrincipalName,ann@contoso.com,,EDIT\n"), "EDIT needs a value in UPDATE"),
        (format!("{head}\n{ann},userPrincipalName,ann@contoso.com,x,EDTI\n"), "`EDTI` is no action"),
        (format!("{head}\n{ann},userPrincipalName,,b@contoso.com,EDIT\n"), "holds `ann@contoso.com` already"),
        (format!("{head}\n{ann},userPassword,a,b,EDIT\n"), "is secret"),
        (format!("{head}\n{ann},mail,a,\"b,EDIT\n"), "a quote opens a cell, and none closes it"),
        (format!("{head}\n{ann},mail,a,b,EDIT,more\n"), "more cells than the header"),
        (format!("{head},NOTES\n{ann},mail,a,b,EDIT,x\n"), "the column `NOTES` is none of the table"),
        ("DISTINGUISHEDNAME,ATTRIBUTE,UPDATE,ACTION\n".to_owned(), "the table has no column `VALUE`"),
        (
            format!(
                "{head}\n{ann},userPrincipalName,ann@contoso.com,x@c.d,EDIT\n{ann},userPrincipalName,ann@contoso.com,y@c.d,EDIT\n"
            ),
            "another row changes this value",
        ),
    ];
    for (table, said) in cases {
        let desk = desk().file("r.csv", &table);
        desk.run(&["fix", "people.ldif", "--from-csv", "r.csv", "--in-place", "--ldif", "c.ldif"])
            .exits(2)
            .says(&[said]);
        assert_eq!(read(&desk, "people.ldif"), PEOPLE, "{table}");
        assert!(!desk.path().join("c.ldif").exists());
    }
    let twice =
        PEOPLE.replace("proxyAddresses: SMTP:ann@contoso.com", "proxyAddresses: ann.meyer@contoso.com");
    let row = format!("{head}\n{ann},proxyAddresses,ann.meyer@contoso.com,smtp:a@contoso.com,EDIT\n");
    let desk = Desk::with(&[("people.ldif", &twice), ("r.csv", &row)]);
    desk.run(&["fix", "people.ldif", "--from-csv", "r.csv"]).exits(2).says(&["stands twice"]);
}

#[test]
fn files_that_cannot_be_edited_are_refused() {
    let desk = desk();
    let path = desk.path().join("people.ldif");
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    desk.run(&["fix", "people.ldif", "--in-place"]).exits(2).says(&["`people.ldif` is read-only"]);
    let wide: Vec<u8> = PEOPLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let desk = desk.file("wide.ldif", wide);
    desk.run(&["fix", "wide.ldif", "--in-place"]).exits(2).says(&["is packed, or not UTF-8"]);
    desk.run(&["fix", "wide.ldif", "--ldif", "c.ldif"]).exits(1);
    assert_eq!(read(&desk, "people.ldif"), PEOPLE);
}

#[test]
fn what_is_written_is_whole_or_not_there() {
    let desk = desk();
    let before = fs::read_dir(desk.path()).unwrap().count();
    let ran = desk.run(&[
        "fix",
        "people.ldif",
        "--ldif",
        "no/such/folder/c.ldif",
        "--undo",
        "u.ldif",
        "--in-place",
    ]);
    ran.exits(2).says(&["cannot be written"]);
    if cfg!(target_os = "linux") {
        desk.run(&["fix", "people.ldif", "--ldif", "/dev/full"]).exits(2).says(&["cannot be written"]);
    }
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), before);
    assert_eq!(read(&desk, "people.ldif"), PEOPLE);
}

#[test]
fn programs_get_a_document() {
    let desk = desk();
    let ran = desk.run(&["fix", "people.ldif", "--unsafe", "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_str(&ran.exits(1).out).unwrap();
    assert_eq!(plan["schema"], "presync-fix/1");
    let edit = &plan["changes"][0]["edit"];
    let (offset, length) = (edit["offset"].as_u64().unwrap(), edit["length"].as_u64().unwrap());
    let range = usize::try_from(offset).unwrap()..usize::try_from(offset + length).unwrap();
    assert_eq!(
        (&PEOPLE[range], edit["insert"].as_str().unwrap()),
        ("ann.meyer@contoso.com", "smtp:ann.meyer@contoso.com")
    );
    assert_eq!(plan["choices"][0]["holders"][0]["object"], "CN=Joseph,OU=Staff,DC=contoso,DC=com");
}

#[test]
fn answers_on_a_terminal_are_kept() {
    let desk = desk();
    desk.run(&["fix", "people.ldif", "-i"]).exits(2).says(&["standard input is none"]);
    let terminal = |answers: &str, more: &str| {
        let line = format!(
            "printf '{answers}' | script -qec \"{} fix people.ldif -i {more}\" /dev/null",
            env!("CARGO_BIN_EXE_presync")
        );
        Command::new("sh").args(["-c", &line]).current_dir(desk.path()).env("NO_COLOR", "1").output()
    };
    // a terminal without its program is no fault of this one
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    terminal("y\\nq\\n", "").unwrap();
    let kept = read(&desk, "presync-plan.csv");
    assert_eq!(kept.lines().count(), 2, "{kept}");
    let ran = terminal("s\\n2\\n", "--ldif c.ldif").unwrap();
    let changes = fs::read_to_string(desk.path().join("c.ldif"));
    let changes = changes.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&ran.stdout)));
    assert_eq!(changes.matches("changetype: modify").count(), 2, "{changes}");
}
