//! Exports that lost something are told before any rule speaks, in every format, and nothing secret stands around a finding.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use std::io::Write;

use common::{Desk, Ran};

const RULES: &str = "language: 1\nrules:\n  - id: mail-space\n    rule: no user where mail contains \" \"\n    \
                     message: \"`{mail}` has a space\"\n";

fn checked(name: &str, content: impl AsRef<[u8]>, more: &[&str]) -> Ran {
    let desk = Desk::with(&[("rules.yaml", RULES)]).file(name, content);
    desk.check(&[&[name], more].concat())
}

fn utf16(text: &str) -> Vec<u8> {
    [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

const CSV: &str = "DistinguishedName,ObjectClass,mail\n\"CN=A,DC=c\",user,a b@c.com\n";

#[test]
fn what_was_lost_in_an_export_is_told() {
    let type_name = "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection";
    checked("a.csv", format!("DistinguishedName,ObjectClass,mail\n\"CN=A,DC=c\",user,{type_name}\n"), &[])
        .exits(2)
        .says(&["error[export-type-name]", "`mail`", "a.csv:2:18", "presync export-command powershell"]);
    checked(
        "a.json",
        format!("[{{\"DistinguishedName\":\"CN=A\",\"ObjectClass\":\"user\",\"mail\":\"{type_name}\"}}]"),
        &[],
    )
    .exits(2)
    .says(&["error[export-type-name]", "a.json:1:"]);
    checked(
        "a.json",
        "[{\"DistinguishedName\":\"CN=A\",\"ObjectClass\":\"user\",\"mail\":\"@{a=1; b=2}\"}]",
        &[],
    )
    .exits(2)
    .says(&["error[export-depth]", "-Depth 10"]);
    checked("a.csv", "DistinguishedName,ObjectClass,mail\n\"CN=Jos? M?ller,DC=c\",user,a@c.com\n", &[])
        .exits(0)
        .says(&["warning[export-letters-lost]", "no finding, but the input is not in order"]);
    let whole = "#TYPE Microsoft.ActiveDirectory.Management.ADUser\nDistinguishedName,ObjectClass\n\"CN=A,DC=c\",user\n";
    checked("a.csv", whole, &[]).exits(0).says(&[
        "warning[export-first-object]",
        "a.csv:1:1",
        "export-command powershell",
    ]);
    let selected = whole.replace("Microsoft", "Selected.Microsoft");
    assert!(!checked("a.csv", selected, &[]).err.contains("export-first-object"));
    let page = "{\"@odata.context\":\"https://x/$metadata#users(id,mail)\",\"@odata.nextLink\":\"https://x\",\"value\":[{\"id\":\"1\",\"mail\":\"a b@c.com\"}]}";
    checked("a.json", page, &[]).exits(2).says(&["error[graph-next-page]"]).shows(&["mail-space"]);
    // the page that follows may stand in the same file, or in another one
    let last = page.replace("\"@odata.nextLink\":\"https://x\",", "").replace("\"1\"", "\"2\"");
    checked("a.json", format!("{page}\n{last}"), &[]).exits(1);
    let desk = Desk::with(&[("rules.yaml", RULES), ("p/1.json", page), ("p/2.json", &last)]);
    desk.check(&["p"]).exits(1);
    let header = "dn: CN=A,DC=c\nobjectClass: user\nmail: a@c.com\n";
    let kept = "sAMAccountType: 1\nprimaryGroupID: 513\nobjectCategory: x\ninstanceType: 4\nuSNCreated: 1\nuSNChanged: 2\nwhenCreated: 20200101000000.0Z\n";
    checked("a.ldif", format!("{header}{kept}"), &[])
        .exits(0)
        .says(&["warning[export-global-catalogue]", "port 389"]);
    checked("a.ldif", format!("{header}{kept}codePage: 0\n"), &[]).exits(0).says(&["the snapshot is clean"]);
}

#[test]
fn attributes_that_were_not_exported_are_listed() {
    let rules =
        "language: 1\nrules:\n  - id: no-mail\n    rule: each user must have mail\n    message: no mail\n";
    let without = "DistinguishedName,ObjectClass\n\"CN=A,DC=c\",user\n";
    let desk = Desk::with(&[("rules.yaml", rules), ("a.csv", without), ("b.csv", CSV)]);
    desk.check(&["a.csv"])
        .exits(0)
        .says(&["1 rule could not be judged:", "no-mail: `mail` was not exported"]);
    desk.check(&["a.csv", "--require-complete"])
        .exits(2)
        .says(&["error[export-incomplete]: 1 rule could not be judged"]);
    // one file has the attribute, the other has not: nobody is told to lack what nobody asked for
    let ran = desk.check(&["a.csv", "b.csv"]);
    ran.exits(0).says(&["no-mail: for 1 object an attribute was not exported that it needs"]);
    desk.check(&["b.csv", "--require-complete"]).exits(0);
}

/// An attribute that no object has is missing only where the file says what was asked for.
#[test]
fn require_complete_asks_for_what_the_files_say_to_be_missing() {
    let rules = "language: 1\nrules:\n  - id: no-mail\n    rule: each user must have mail\n    message: no mail\n  \
                 - id: long-title\n    rule: \"each title of user: length(it) <= 9\"\n    message: long\n";
    let object = "dn: CN=A,DC=c\nobjectClass: user\ncn: A\n";
    let header = |names: &str| {
        format!(
            "# extended LDIF\n#\n# LDAPv3\n# base <DC=c> with scope subtree\n# filter: (objectClass=*)\n# requesting: {names}\n#\n\n\
             {object}\n# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n# numEntries: 1\n"
        )
    };
    let desk = Desk::with(&[
        ("rules.yaml", rules),
        ("silent.ldif", object),
        ("some.ldif", &header("objectClass mail")),
        ("both.ldif", &header("objectClass mail title")),
        ("all.ldif", &header("ALL")),
    ]);
    let ran = desk.check(&["silent.ldif", "--require-complete"]);
    ran.exits(0).says(&["no-mail: `mail` was not exported, or no object has it", "long-title: `title`"]);
    desk.check(&["all.ldif", "--require-complete"]).exits(0).says(&["2 rules could not be judged"]);
    let ran = desk.check(&["some.ldif", "--require-complete"]);
    ran.exits(2).says(&[
        "error[export-incomplete]: 1 rule could not be judged",
        "long-title: `title` was not exported",
    ]);
    desk.check(&["some.ldif"]).exits(1);
    // what was asked for and nobody has is judged
    let ran = desk.check(&["both.ldif", "--require-complete"]);
    ran.exits(1).shows(&["no mail"]);
    assert!(!ran.err.contains("could not be judged"), "{}", ran.err);
    // a reference to what was left out, and values that were cut off, are told by the file itself
    let manager = "language: 1\nrules:\n  - id: boss\n    rule: each manager of user must refer to user\n    message: b\n";
    // every object has a class, so that one without was not exported as a whole
    let desk = Desk::with(&[
        ("rules.yaml", rules),
        ("names.ldif", "dn: CN=A,DC=c\ncn: A\n\ndn: CN=B,DC=c\ncn: B\n"),
    ]);
    desk.check(&["names.ldif"]).exits(0).says(&["warning[no-object-class]: 2 objects have no objectClass"]);
    desk.check(&["names.ldif", "--require-complete"]).exits(2).says(&["error[no-object-class]"]);
    let outside = "dn: CN=A,OU=X,DC=c\nobjectClass: user\nmanager: CN=B,OU=Y,DC=c\n";
    let desk = Desk::with(&[("rules.yaml", manager), ("a.ldif", outside)]);
    desk.check(&["a.ldif"]).exits(0);
    desk.check(&["a.ldif", "--require-complete"]).exits(2).says(&["1 object refers outside"]);
    desk.check(&["a.ldif", "--require-complete", "--complete"]).exits(1);
}

#[test]
fn encodings_and_packed_files() {
    let found = |ran: &Ran| assert!(ran.out.contains("error[mail-space]: `a b@c.com`"), "{}", ran.seen());
    found(checked("a.csv", utf16(CSV), &[]).exits(1));
    let json = "[{\"dn\":\"CN=A\",\"objectClass\":\"user\",\"mail\":\"a b@c.com\"}]";
    found(checked("a.json", utf16(json), &[]).exits(1));
    found(checked("a.json", format!("\u{feff}{json}"), &[]).exits(1));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(CSV.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    found(checked("a.csv.gz", &packed, &[]).exits(1));
    checked("a.csv.gz", &packed[..packed.len() - 9], &[]).exits(2).says(&["error[source-damaged]"]);
    let zst = ruzstd::encoding::compress_to_vec(json.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    found(checked("a.json.zst", zst, &[]).exits(1));
    let ran = checked(
        "a.csv",
        CSV.replace("CN=A", "CN=M\u{fc}ller").chars().map(|c| c as u8).collect::<Vec<u8>>(),
        &[],
    );
    found(ran.exits(1).says(&["warning[source-code-page]: `a.csv` is not UTF-8", "a.csv:2:6"]));
    let mixed =
        [CSV.as_bytes(), "\"CN=J\u{f6}rg,DC=c\",user,x\n".as_bytes(), b"\"CN=M\xFCller,DC=c\",user,y\n"]
            .concat();
    found(checked("a.csv", mixed, &[]).exits(2).says(&["error[source-mixed-encodings]"]));
}

#[test]
fn the_format_is_told_by_the_content_or_by_the_user() {
    let json = "{\"dn\":\"CN=A\",\"objectClass\":\"user\",\"mail\":\"a b@c.com\"}\n";
    for (name, content) in [
        ("a.txt", CSV),
        ("a.ldif", CSV),
        ("a.csv", json),
        ("a.yaml", json),
        ("a.json", "dn: CN=A\nobjectClass: user\nmail: a b@c.com\n"),
        ("a.json", "objects:\n  - dn: CN=A\n    objectClass: user\n    mail: a b@c.com\n"),
    ] {
        checked(name, content, &[]).exits(1).shows(&["mail-space"]);
    }
    let desk = Desk::with(&[("rules.yaml", RULES)]);
    desk.check_input(&["-"], CSV).exits(1).shows(&["╭─[-:2:19]"]);
    desk.check_input(&["-"], json).exits(1).shows(&["╭─[-:1:44]"]);
    let one = "mail\na b@c.com\n";
    desk.check_input(&["-", "--input-format", "csv"], one).says(&["no objectClass"]);
    checked("a.csv", "#!/bin/sh\nGet-ADUser -Filter * | Export-Csv x.csv\n", &[])
        .exits(2)
        .says(&["source-not-a-snapshot"]);
    checked("a.csv", "\u{feff}", &[]).exits(2).says(&["error[source-empty]: `a.csv` is empty"]);
}

/// One object with a secret before and after the value at fault, and above its line.
#[test]
fn secrets_stay_secret_in_every_format() {
    let secret = "hunter2";
    let files = [
        (
            "a.csv",
            format!(
                "DistinguishedName,userPassword,ObjectClass,mail,unicodePwd\n\"CN=Z,DC=c\",{secret},user,z@c.com,{secret}\n\"CN=A,DC=c\",{secret},user,a b@c.com,{secret}\n"
            ),
        ),
        (
            "a.json",
            format!(
                "[{{\"dn\":\"CN=A\",\"userPassword\":\"{secret}\",\"objectClass\":\"user\",\"mail\":\"a b@c.com\",\"unicodePwd\":\"{secret}\"}}]"
            ),
        ),
        (
            "a.json",
            format!(
                "[{{\n\"dn\":\"CN=A\",\n\"objectClass\":\"user\",\n\"userPassword\": [\n  \"{secret}\"\n],\n\"unicodePwd\":\"{secret}\",\n\"mail\":\"a b@c.com\"}}]"
            ),
        ),
        (
            "a.json",
            format!(
                "[{{\n\"dn\":\"CN=A\",\n\"objectClass\":\"user\",\n\"userPassword\": [\n  \"{secret}\"], \"mail\":\"a b@c.com\"}}]"
            ),
        ),
        (
            "a.yaml",
            format!("- dn: CN=A\n  objectClass: user\n  password:\n    - {secret}\n  mail: a b@c.com\n"),
        ),
        (
            "a.yaml",
            format!("- dn: CN=A\n  objectClass: user\n  password: |\n    {secret}\n  mail: a b@c.com\n"),
        ),
        (
            "a.yaml",
            format!(
                "- {{ dn: CN=A, objectClass: user, password: {secret}, mail: a b@c.com, passwd: {secret} }}\n"
            ),
        ),
        (
            "a.xml",
            format!(
                "<cs-objects><cs-object cs-dn=\"CN=A\" object-type=\"user\"><unapplied-export-hologram><entry>\n<attr name=\"userPassword\"><value>{secret}</value></attr><attr name=\"mail\"><value>a b@c.com</value></attr></entry></unapplied-export-hologram></cs-object></cs-objects>"
            ),
        ),
    ];
    for (name, content) in files {
        for format in ["human", "concise", "json", "jsonl"] {
            let ran = checked(name, &content, &["--format", format]);
            ran.exits(1).shows(&["mail-space"]);
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{name}:\n{}", ran.seen());
        }
    }
    // nor where a fault of the file itself is shown
    for (name, content) in [
        ("a.json", format!("[{{\"dn\":\"CN=A\",\"objectClass\":\"user\",\"userPassword\":\"{secret}\",}}]")),
        (
            "a.json",
            format!("[{{\"dn\":\"CN=A\",\"objectClass\":\"user\",\n\"userPassword\":\"{secret}\",\n}}]"),
        ),
        ("a.yaml", format!("- dn: CN=A\n  objectClass: user\n  password: {secret}\n  password: {secret}\n")),
        (
            "a.csv",
            format!("DistinguishedName,ObjectClass,userPassword\n\"CN=A\",user,{secret},extra {secret}\n"),
        ),
    ] {
        let ran = checked(name, &content, &[]);
        ran.exits(2);
        assert!(!ran.err.replace("extra hunter2", "").contains(secret), "{name}:\n{}", ran.seen());
    }
}

/// Directories in different formats beside each other: an LDIF export against the answers of Graph, and two forests as one.
#[test]
fn a_tenant_beside_a_directory() {
    let rules = "language: 1\nrules:\n  - id: held-in-the-cloud\n    rule: no mail of user where it equals any mail of tenant.user, tenant.group\n    \
                 message: \"`{it}` is taken\"\n  - id: unique-mail\n    rule: unique mail across user\n    message: \"`{it}` twice\"\n";
    let desk = Desk::with(&[
        ("rules.yaml", rules),
        ("a.ldif", "dn: CN=A,DC=a\nobjectClass: user\nmail: a@c.com\n"),
        ("b.csv", "DN,objectClass,mail\n\"CN=B,DC=b\",user,A@c.com\n"),
        (
            "t/users.json",
            "{\"@odata.context\":\"https://x/$metadata#users(id,mail)\",\"value\":[{\"id\":\"1\",\"mail\":\"A@C.com\"}]}",
        ),
        (
            "t/groups.json",
            "{\"@odata.context\":\"https://x/$metadata#groups(id,mail)\",\"value\":[{\"id\":\"2\",\"mail\":\"b@c.com\"}]}",
        ),
    ]);
    let ran = desk.check(&[
        "a.ldif",
        "b.csv",
        "--tenant",
        "t/users.json",
        "--tenant",
        "t/groups.json",
        "--format",
        "concise",
    ]);
    let lines: Vec<&str> = ran.exits(1).out.lines().collect();
    assert_eq!(
        lines,
        [
            "a.ldif:3:7: error[held-in-the-cloud] `a@c.com` is taken",
            "b.csv:2:18: error[held-in-the-cloud] `A@c.com` is taken",
            "a.ldif:3:7: error[unique-mail] `a@c.com` twice",
        ],
        "{}",
        ran.seen()
    );
    desk.check(&["a.ldif", "--source", "tenant=t"]).exits(1).shows(&["held-in-the-cloud", "t/users.json:1:"]);
}
