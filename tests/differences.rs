//! `presync diff`: what changed between two exports, and what the rules say of it.

// Whatever goes wrong in a test may end it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]

mod common;

use common::Desk;
use serde_json::{Value, json};

const OLD: &str = "dn: CN=Joe,OU=A,DC=c
objectClass: user
sAMAccountName: joe
userPrincipalName: joe@contoso.com
proxyAddresses: SMTP:joe@contoso.com
unicodePwd: old
objectGUID:: AAAAAAAAAAAAAAAAAAAAAQ==

dn: CN=Jim,OU=A,DC=c
objectClass: user
sAMAccountName: jim
whenChanged: 20260101000000.0Z
objectGUID:: AAAAAAAAAAAAAAAAAAAAAg==

dn: CN=Team,OU=A,DC=c
objectClass: group
sAMAccountName: team
member: CN=Jim,OU=A,DC=c
";

fn desk(new: &str) -> Desk {
    Desk::with(&[("old.ldif", OLD), ("new.ldif", new)])
}

#[test]
fn objects_are_known_by_their_anchor_else_by_their_name() {
    let new = OLD
        .replace("CN=Joe,OU=A", "CN=Joe,OU=B")
        .replace("joe@contoso.com", "joe@fabrikam.com")
        .replace(": old", ": new")
        .replace("dn: CN=Jim,", "dn: CN=Jimmy,")
        .replace("20260101", "20260202")
        .replace("dn: CN=Team", "dn: CN=Eve,DC=c\nobjectClass: user\nsAMAccountName: eve\n\ndn: CN=Team")
        .replace("member: CN=Jim", "member: CN=Jimmy");
    let ran = desk(&new).run(&["diff", "old.ldif", "new.ldif"]);
    ran.exits(0).shows(&[
        "created user `CN=Eve,DC=c`  new.ldif:15",
        "moved user `CN=Joe,OU=B,DC=c`  new.ldif:1\n  from `CN=Joe,OU=A,DC=c`",
        "  proxyAddresses: `SMTP:joe@contoso.com` → `SMTP:joe@fabrikam.com`",
        "  unicodePwd: changed (secret)",
        "renamed user `CN=Jimmy,OU=A,DC=c`  new.ldif:9\n  from `CN=Jim,OU=A,DC=c`\n",
        "changed group `CN=Team,OU=A,DC=c`",
        "warning[upn-suffix-changed]: the sign-in name `joe@fabrikam.com` was at another domain before",
    ]);
    assert!(!ran.out.contains("whenChanged"), "{}", ran.out);
    ran.says(&["1 created, 0 deleted, 1 moved, 1 renamed, 1 changed, 0 the same"]);
    let json = desk(&new).run(&["diff", "old.ldif", "new.ldif", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        document["summary"],
        json!({"created": 1, "deleted": 0, "moved": 1, "renamed": 1, "changed": 1, "same": 0})
    );
    assert_eq!(document["check"]["schema"], "presync/1");
    let moved = &document["changes"][0];
    assert_eq!(moved["before"]["object"], "CN=Joe,OU=A,DC=c");
    assert_eq!(
        moved["attributes"][1],
        json!({"attribute": "unicodePwd", "removed": [], "added": [], "secret": true})
    );
}

#[test]
fn deletions_over_the_threshold_fail() {
    let gone = OLD.split("dn: CN=Jim").next().unwrap().to_owned();
    let run = |set: &str| desk(&gone).run(&["diff", "old.ldif", "new.ldif", "--set", set]);
    run("most_deletions=2").exits(0).shows(&["deleted user `CN=Jim,OU=A,DC=c`  old.ldif:9"]);
    run("most_deletions=1")
        .exits(1)
        .shows(&["error[mass-deletion]: 2 objects that synchronised are deleted"]);
    // what is moved out of scope leaves the synchronisation as well
    let desk = desk(&OLD.replace("OU=A", "OU=Out"))
        .file("presync.yaml", "scope: { exclude: \"OU=Out,DC=c\" }\nparams: { most_deletions: 2 }\n");
    desk.run(&["diff", "old.ldif", "new.ldif"]).exits(1).shows(&["3 objects that synchronised"]);
}

#[test]
fn an_object_made_anew_is_told() {
    let ran = desk(&OLD.replace("AAAAAQ==", "AAAABQ==")).run(&["diff", "old.ldif", "new.ldif"]);
    ran.shows(&["created user `CN=Joe", "deleted user `CN=Joe", "warning[account-recreated]"]);
}

#[test]
fn what_cannot_be_read_is_no_difference() {
    let ran = desk(OLD).run(&["diff", "old.ldif", "nothing.ldif"]);
    ran.exits(2).says(&["there is no file `nothing.ldif`"]);
    assert_eq!(ran.out, "");
    desk(OLD).run(&["diff", "old.ldif", "new.ldif"]).exits(0).says(&["3 the same", "no finding"]);
}
