//! A condition that several rules ask means the same in each of them, whatever becomes of the others.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::Desk;

const PACK: &str = "\
params:
  unset: { type: text }
define:
  twin: mail equals any mail of user where has cn
rules:
";

/// It asks for the mail of others twice, and is not evaluated: what it made is taken out again.
const NOT_EVALUATED: &str = "
  - id: first
    rule: no user where twin and has cn and (twin or company = $unset)
    message: m
";

/// Their keys come to stand where those of the first rule stood.
const OTHERS: &str = "
  - id: numbers
    rule: unique employeeID across user
    message: m
  - id: twins
    rule: no user where twin
    message: m
";

const OBJECTS: &str = "\
dn: CN=One,DC=c
objectClass: user
cn: One
mail: joe@contoso.com
employeeID: 1

dn: CN=Two,DC=c
objectClass: user
cn: Two
mail: joe@contoso.com
employeeID: 2

dn: CN=Three,DC=c
objectClass: user
cn: Three
mail: 1
employeeID: 3

";

/// The objects in which `twins` finds fault.
fn twins(rules: &str) -> Vec<String> {
    let desk = Desk::with(&[("rules.yaml", &format!("{PACK}{rules}")), ("a.ldif", OBJECTS)]);
    let program = std::process::Command::new(env!("CARGO_BIN_EXE_presync"))
        .args(["check", "--isolated", "--no-builtin", "--rules", "rules.yaml", "--format", "json", "a.ldif"])
        .current_dir(desk.path())
        .output()
        .unwrap();
    let json: serde_json::Value = serde_json::from_slice(&program.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&program.stderr)));
    let findings = json["findings"].as_array().unwrap().iter();
    let twins = findings.filter(|finding| finding["rule"] == "twins");
    twins.map(|finding| finding["object"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_rule_that_is_not_evaluated_changes_no_other() {
    let alone = twins(OTHERS);
    assert_eq!(alone, ["CN=One,DC=c", "CN=Two,DC=c"]);
    assert_eq!(twins(&format!("{NOT_EVALUATED}{OTHERS}")), alone);
}
