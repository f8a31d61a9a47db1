//! `presync fix` where something goes wrong, or where the directory is odd: nothing is half-written, nothing is passed over.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod common;

use std::fs;
use std::process::{Command, Stdio};

use common::Desk;

const PEOPLE: &str = "\
dn: CN=Ann,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName: ann@contoso.com
proxyAddresses: SMTP:ann@contoso.com
proxyAddresses: ann.meyer@contoso.com

dn: CN=Joe,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName: joe@contoso.com

dn: CN=Joseph,OU=Staff,DC=contoso,DC=com
objectClass: user
userPrincipalName: joe@contoso.com
whenCreated: 20100101000000.0Z
";

fn read(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path().join(name)).unwrap()
}

fn names(desk: &Desk) -> Vec<String> {
    let files = fs::read_dir(desk.path()).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

/// The table is a pipe: the program waits for it when it has opened the files, and has planned nothing yet.
#[cfg(unix)]
#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let desk = Desk::with(&[("people.ldif", PEOPLE)]);
    let pipe = desk.path().join("review.csv");
    if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        return;
    }
    let arguments = ["fix", "people.ldif", "--from-csv", "review.csv", "--in-place", "--ldif", "c.ldif"];
    let mut command = desk.command(&arguments);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut table = fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    let changed = PEOPLE.replace("ann.meyer", "anna.meyer");
    fs::write(desk.path().join("people.ldif"), &changed).unwrap();
    let row = "DISTINGUISHEDNAME,ATTRIBUTE,VALUE,UPDATE,ACTION\n\
               \"CN=Ann,OU=Staff,DC=contoso,DC=com\",userPrincipalName,ann@contoso.com,anna@contoso.com,EDIT\n";
    std::io::Write::write_all(&mut table, row.as_bytes()).unwrap();
    drop(table);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("changed"), "{said}");
    assert_eq!(read(&desk, "people.ldif"), changed);
    assert_eq!(names(&desk), ["people.ldif", "review.csv"]);
}

/// The second file cannot take its place when the first one has: something is mounted there. Nor can it be written in a folder
/// where nobody may write.
#[cfg(target_os = "linux")]
#[test]
fn of_several_files_all_are_edited_or_none() {
    let desk = Desk::with(&[("a/people.ldif", PEOPLE), ("b/people.ldif", PEOPLE), ("c/people.ldif", PEOPLE)]);
    let fix =
        format!("exec {} fix a b c --unsafe --in-place --undo undo.ldif", env!("CARGO_BIN_EXE_presync"));
    let all = ["a/people.ldif", "b/people.ldif", "c/people.ldif"];
    let is_whole = |said: &str| {
        for name in all {
            assert_eq!(read(&desk, name), PEOPLE, "{name}: {said}");
        }
        assert_eq!(names(&desk), ["a", "b", "c"], "{said}");
        for folder in ["a", "b", "c"] {
            assert_eq!(fs::read_dir(desk.path().join(folder)).unwrap().count(), 1, "{folder}: {said}");
        }
    };
    let run = |command: &mut Command| {
        let output = command.current_dir(desk.path()).env("NO_COLOR", "1").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        said
    };
    let mount = "mount --bind b/people.ldif b/people.ldif";
    let mut own = Command::new("unshare");
    if own.args(["-rm", "sh", "-c", mount]).current_dir(desk.path()).status().is_ok_and(|code| code.success())
    {
        let said = run(Command::new("unshare").args(["-rm", "sh", "-c", &format!("{mount} && {fix}")]));
        assert!(said.contains("`b/people.ldif` cannot be written"), "{said}");
        assert!(said.contains("all files are as they were"), "{said}");
        is_whole(&said);
    }
    let folder = desk.path().join("b");
    let writable = fs::metadata(&folder).unwrap().permissions();
    let mut read_only = writable.clone();
    read_only.set_readonly(true);
    fs::set_permissions(&folder, read_only).unwrap();
    // an administrator may write everywhere
    if fs::write(folder.join("probe"), "").is_err() {
        let said = run(Command::new("sh").args(["-c", &fix]));
        assert!(said.contains("`b/people.ldif` cannot be written"), "{said}");
        fs::set_permissions(&folder, writable).unwrap();
        is_whole(&said);
    } else {
        fs::set_permissions(&folder, writable).unwrap();
    }
}

/// No file may grow beyond a few blocks, as on a disk that is full.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let objects = (0..400).map(|number| {
        PEOPLE
            .lines()
            .take(5)
            .collect::<Vec<_>>()
            .join("\n")
            .replace("CN=Ann", &format!("CN=Ann {number}"))
            .replace("ann", &format!("ann{number}"))
    });
    let people = objects.collect::<Vec<_>>().join("\n\n") + "\n";
    let desk = Desk::with(&[("people.ldif", &people), ("old.ldif", "precious\n")]);
    let before = names(&desk);
    for outputs in
        ["--in-place", "--in-place --undo u.ldif --ldif c.ldif", "--force --ldif old.ldif", "--csv r.csv"]
    {
        let program = env!("CARGO_BIN_EXE_presync");
        let line = format!("trap '' XFSZ; ulimit -f 8; exec {program} fix people.ldif --unsafe {outputs}");
        let output =
            Command::new("sh").args(["-c", &line]).current_dir(desk.path()).stdout(Stdio::null()).output();
        let output = output.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{outputs}: {said}");
        assert!(said.contains("cannot be written"), "{outputs}: {said}");
        assert_eq!(names(&desk), before, "{outputs}");
        assert_eq!(read(&desk, "people.ldif"), people);
        assert_eq!(read(&desk, "old.ldif"), "precious\n");
    }
    // what goes to a device that is full is said before anything is there
    let ran = desk.run(&["fix", "people.ldif", "--in-place", "--undo", "/dev/full"]);
    ran.exits(2).says(&["cannot be written"]);
    assert_eq!(read(&desk, "people.ldif"), people);
}

#[test]
fn a_terminal_that_goes_away_takes_no_answer_with_it() {
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    let desk = Desk::with(&[("people.ldif", PEOPLE)]);
    let line = format!(
        "printf 'y\\n' | script -qec \"{} fix people.ldif -i --ldif c.ldif\" /dev/null",
        env!("CARGO_BIN_EXE_presync")
    );
    let output = Command::new("sh").args(["-c", &line]).current_dir(desk.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("goes on with it"), "{said}");
    let kept = read(&desk, "presync-plan.csv");
    assert!(kept.contains("ann.meyer@contoso.com,smtp:ann.meyer@contoso.com,EDIT,EDIT"), "{kept}");
    assert_eq!(names(&desk), ["people.ldif", "presync-plan.csv"]);
}

const OWN: &str = "language: 1\n\
    attributes:\n  ownPin: { type: text, secret: true }\n\
    rules:\n\
    - id: pin-trimmed\n  rule: no ownPin of user where it ends with \" \"\n  message: the pin has blanks\n  \
      fix: { remove: it, safe: true }\n\
    - id: title-missing\n  rule: each user must have title\n  message: no title\n  \
      fix: { set: { title: '\"Dr.\"' }, safe: true }\n\
    - id: note-ends-in-blank\n  rule: no description of user where it ends with \" \"\n  message: a blank at the end\n  \
      fix: { set: trim(it), safe: true }\n";

#[test]
fn a_secret_is_left_to_a_person() {
    let people = "dn: CN=A,DC=c\nobjectClass: user\ntitle: x\nownPin:: MTIzNCA=\n";
    let desk = Desk::with(&[("a.ldif", people), ("own.yaml", OWN)]);
    let ran = desk.run(&["fix", "a.ldif", "--no-builtin", "--rules", "own.yaml", "--in-place"]);
    ran.says(&["the value is secret, and comes out nowhere: change it by hand"]);
    assert!(!ran.err.contains("1234") && !ran.out.contains("1234"));
    assert_eq!(read(&desk, "a.ldif"), people);
}

#[test]
fn what_is_no_text_goes_through_the_table_and_back() {
    // Latin-1 and a blank: no UTF-8
    let people = "dn: CN=A,DC=c\nobjectClass: user\ntitle: base64:x\ndescription:: Sm9z6SA=\n";
    let desk = Desk::with(&[("a.ldif", people), ("own.yaml", OWN)]);
    let own = ["--no-builtin", "--rules", "own.yaml"];
    desk.run(&[&["fix", "a.ldif", "--csv", "r.csv"], &own[..]].concat());
    let table = read(&desk, "r.csv");
    assert!(table.contains("base64:Sm9z6SA=,base64:Sm9z6Q==,EDIT,"), "{table}");
    let filled = table.replace(",EDIT,\r\n", ",EDIT,EDIT\r\n");
    let desk = desk.file("r.csv", &filled);
    let ran = desk.run(&[&["fix", "a.ldif", "--from-csv", "r.csv", "--in-place"], &own[..]].concat());
    ran.exits(0);
    assert!(read(&desk, "a.ldif").contains("description:: Sm9z6Q==\n"));
    let desk = desk.file("r.csv", filled.replace("base64:Sm9z6Q==", "base64:?"));
    let ran = desk.run(&[&["fix", "a.ldif", "--from-csv", "r.csv"], &own[..]].concat());
    ran.exits(2).says(&["what follows `base64:` is no base64"]);
}

#[test]
fn values_are_added_to_files_of_all_formats() {
    let head = "DISTINGUISHEDNAME,ATTRIBUTE,VALUE,UPDATE,ACTION\n";
    let rows = format!("{head}\"CN=Ann,DC=c\",proxyAddresses,,smtp:b@contoso.com,EDIT\n");
    let cases = [
        (
            "a.json",
            "[\n  {\n    \"dn\": \"CN=Ann,DC=c\",\n    \"objectClass\": \"user\",\n    \"proxyAddresses\": [\n      \"SMTP:a@contoso.com\"\n    ]\n  }\n]\n",
            ("\"SMTP:a@contoso.com\"\n", "\"SMTP:a@contoso.com\",\n      \"smtp:b@contoso.com\"\n"),
        ),
        (
            "a.yaml",
            "objects:\n  - dn: CN=Ann,DC=c\n    objectClass: user\n    proxyAddresses:\n      - 'SMTP:a@contoso.com' # main\n",
            ("# main\n", "# main\n      - 'smtp:b@contoso.com'\n"),
        ),
        (
            "a.csv",
            "DN,objectClass,proxyAddresses\r\n\"CN=Ann,DC=c\",user,SMTP:a@contoso.com\r\n",
            ("SMTP:a@contoso.com", "SMTP:a@contoso.com;smtp:b@contoso.com"),
        ),
        (
            "b.csv",
            "DN;objectClass;proxyAddresses\r\nCN=Ann,DC=c;user;\r\n",
            (";user;", ";user;SMTP:b@contoso.com"),
        ),
    ];
    for (name, text, (from, to)) in cases {
        let rows = if to.contains("SMTP:b") { rows.replace("smtp:b", "SMTP:b") } else { rows.clone() };
        let desk = Desk::with(&[(name, text), ("r.csv", &rows)]);
        let ran = desk.run(&["fix", name, "--from-csv", "r.csv", "--in-place"]);
        assert_eq!(read(&desk, name), text.replace(from, to), "{name}: {}", ran.err);
    }
    // one address is no list, and does not become one
    let text =
        "objects:\n  - dn: CN=Ann,DC=c\n    objectClass: user\n    proxyAddresses: SMTP:a@contoso.com\n";
    let desk = Desk::with(&[("a.yaml", text), ("r.csv", &rows)]);
    let ran = desk.run(&["fix", "a.yaml", "--from-csv", "r.csv", "--in-place"]);
    ran.exits(1).says(&["the file has no place for one more value"]);
    assert_eq!(read(&desk, "a.yaml"), text);
}

#[test]
fn whom_the_tenant_knows_has_the_best_claim() {
    let guid = "AQIDBAUGBwgJCgsMDQ4PEA==";
    let people = PEOPLE.replace(
        "dn: CN=Joe,OU=Staff,DC=contoso,DC=com\nobjectClass: user\n",
        &format!("dn: CN=Joe,OU=Staff,DC=contoso,DC=com\nobjectClass: user\nobjectGUID:: {guid}\n"),
    );
    let tenant = format!(
        r#"{{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": [
        {{"id": "1", "userPrincipalName": "old@contoso.com", "onPremisesImmutableId": "{guid}", "onPremisesSyncEnabled": true}},
        {{"id": "2", "userPrincipalName": "joe2@contoso.com"}}]}}"#
    );
    let desk = Desk::with(&[("people.ldif", &people), ("tenant.json", &tenant)]);
    let ran = desk.run(&["fix", "people.ldif", "--tenant", "tenant.json"]);
    let (joe, joseph) = (ran.err.find("CN=Joe,").unwrap(), ran.err.find("CN=Joseph").unwrap());
    assert!(joe < joseph, "{}", ran.err);
    // nobody is offered what somebody in the tenant has
    ran.says(&["already in the cloud", "change `joe@contoso.com` to `joe3@contoso.com`"]);
}

#[test]
fn an_address_to_which_mail_goes_on_is_taken() {
    let contact = "\ndn: CN=Away,OU=Staff,DC=contoso,DC=com\nobjectClass: contact\ntargetAddress: SMTP:joe2@contoso.com\n";
    let desk = Desk::with(&[("people.ldif", &format!("{PEOPLE}{contact}"))]);
    desk.run(&["fix", "people.ldif"]).says(&["change `joe@contoso.com` to `joe3@contoso.com`"]);
}
