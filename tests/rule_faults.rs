//! What is wrong with rules, told at the word in the YAML file.

#![allow(clippy::unwrap_used, clippy::panic, clippy::string_slice)]

#[path = "common/faults.rs"]
mod faults;

use faults::problems;

const NAMES: &str = "\
params: { domains: { type: list }, limit: { type: number } }
define: { mail-enabled: has mail, circle: round, round: not circle }
formats: { employee-id: '/[A-Z]+/' }
";

fn of_rule(rule: &str) -> (&'static str, String, String, String) {
    let text = format!(
        "{}rules:\n  - id: tested\n    rule: |\n      {rule}\n    message: said\n",
        NAMES.replace("circle: round, round: not circle", "x: has cn")
    );
    let found = problems(&text);
    assert_eq!(found.len(), 1, "{rule}: {found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn names_and_types() {
    let mut wrong = Vec::new();
    for (rule, code, underlined, help) in [
        (
            "each user must have proxyAdresses",
            "rule-unknown-attribute",
            "proxyAdresses",
            "did you mean `proxyAddresses`?",
        ),
        (
            "each mail of user: domain(it) in domains",
            "rule-unknown-attribute",
            "domains",
            "`domains` is a parameter: write `$domains`",
        ),
        ("each usr must have mail", "rule-unknown-class", "usr", "did you mean `user`?"),
        (
            "each mail of user must be smtp_adress",
            "rule-unknown-format",
            "smtp_adress",
            "did you mean `smtp_address`?",
        ),
        (
            "no user where mail is null",
            "rule-unknown-format",
            "null",
            "write `has no ATTRIBUTE`, or `is blank` for white space",
        ),
        (
            "each mail of user must smtp_address",
            "rule-unknown-condition",
            "smtp_address",
            "`smtp_address` is a format: write `be smtp_address`",
        ),
        (
            "no user where mail",
            "rule-unknown-condition",
            "mail",
            "`mail` is an attribute: did you mean `has mail`, or is a predicate missing behind it?",
        ),
        (
            "no user where mail-enabeld",
            "rule-unknown-condition",
            "mail-enabeld",
            "did you mean `mail-enabled`?",
        ),
        ("no user where mail in $domain", "rule-unknown-parameter", "$domain", "did you mean `$domains`?"),
        ("no user where lenght(mail) > 5", "rule-unknown-function", "lenght", "did you mean `length`?"),
        (
            "no user where replace(mail, \"x\") = \"y\"",
            "rule-arguments",
            "replace(mail, \"x\")",
            "`replace` gives the text with each occurrence of one text replaced by another",
        ),
        (
            "no user where employeeID = 42",
            "rule-type",
            "employeeID = 42",
            "write the number in quotes: a text such as `0042` is no number",
        ),
        (
            "no user where userAccountControl = \"512\"",
            "rule-type",
            "userAccountControl = \"512\"",
            "write the number without quotes",
        ),
        (
            "no user where mail < cn",
            "rule-type",
            "mail < cn",
            "speak of `length(..)`, of `age(..)`, or of an attribute of type `number`",
        ),
        (
            "no user where age(pwdLastSet) > 90",
            "rule-type",
            "age(pwdLastSet) > 90",
            "write a time span: `90 days`",
        ),
        ("no user where age(mail) > 90 days", "rule-type", "mail", ""),
        (
            "no user where manager starts with \"CN=x\"",
            "rule-type",
            "manager",
            "write `is under \"OU=..\"`, or speak of `rdn(..)`",
        ),
        (
            "no user where whenCreated < \"2024-13-01\"",
            "rule-type",
            "\"2024-13-01\"",
            "write it as `2024-01-31`",
        ),
        (
            "no user where manager = \"joe\"",
            "rule-type",
            "\"joe\"",
            "write it as `OU=Staff,DC=contoso,DC=com`",
        ),
        (
            "no user where mail is under \"OU=x\"",
            "rule-type",
            "mail",
            "write `dn is under ..` for the object itself",
        ),
        ("no user where mail has flag 0x2", "rule-type", "mail", ""),
        (
            "each mail of user must refer to user",
            "rule-type",
            "refer to user",
            "declare the attribute with `type: dn` if it holds names",
        ),
        (
            "no user where mail.cn = \"x\"",
            "rule-no-reference",
            "mail",
            "only an attribute of type `dn` can be followed; `mail` holds other values",
        ),
        (
            "acyclic mail of user",
            "rule-no-reference",
            "mail",
            "only an attribute of type `dn` can run in a circle",
        ),
        (
            "each user: it = \"x\"",
            "rule-no-it",
            "it",
            "name the attribute that is meant, or say `each ATTRIBUTE of ..`",
        ),
        (
            "each user must be ascii",
            "rule-no-it",
            "be ascii",
            "write the attribute in front of it, behind `:` in place of `must`",
        ),
        ("each user must have 5 to 2 mail", "rule-amount", "2", "write the smaller number first"),
        (
            "no user where mail matches /(/",
            "rule-regex",
            "/(/",
            "the syntax is that of the Rust crate `regex`",
        ),
        (
            "no user where mail matches /a(?=b)/",
            "rule-regex",
            "/a(?=b)/",
            "look-ahead and look-behind are not supported: write two tests joined by `and`",
        ),
        ("no user where mail = []", "rule-list", "[]", ""),
        ("no user where mail = [cn]", "rule-list", "cn", "join two tests with `or`"),
        ("only object may have mail", "rule-only-object", "object", "name the classes that may"),
        ("each user must have at most $domains mail", "rule-type", "$domains", ""),
    ] {
        let (got_code, message, got_help, got_underlined) = of_rule(rule);
        if (got_code, got_underlined.as_str(), got_help.as_str()) != (code, underlined, help) {
            wrong.push(format!("{rule}: {got_code} {got_underlined:?} {got_help:?} {message}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn conditions_that_are_defined_by_themselves() {
    let text = format!("{NAMES}rules: []\n");
    let found = problems(&text);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(code, ..)| *code == "rule-circle"), "{found:?}");
    assert_eq!((found[0].3.as_str(), found[1].3.as_str()), ("round", "circle"));
}

#[test]
fn faults_of_the_file() {
    let rule = "  - id: tested\n    rule: no user where has mail\n    message: said\n";
    for (text, code, underlined, help) in [
        (format!("rules:\n{rule}    titel: x\n"), "pack-unknown-field", "titel", "did you mean `title`?"),
        (
            format!("rules:\n{rule}    severity: bad\n"),
            "pack-unknown-value",
            "bad",
            "known are `error`, `warning`, `info`",
        ),
        (
            format!("rules:\n{rule}{rule}"),
            "pack-duplicate",
            "tested",
            "remove one of them, or give it another name",
        ),
        (
            "rules:\n  - id: tested\n    message: said\n".to_owned(),
            "pack-missing-field",
            "- id: tested",
            "write `rule: ..`",
        ),
        (
            "rules:\n  - id: tested\n    rule: each user: has mail\n    message: x\n".to_owned(),
            "pack-yaml",
            "rule: each user: has mail",
            "a text with `: ` in it is written as a block: `rule: |`, and the text in the next line",
        ),
        (
            "rules:\n  - id: tested\n    rule: no user where has mail # and has cn\n    message: x\n"
                .to_owned(),
            "pack-cut-text",
            " # and has cn",
            "write it as a block: `rule: |`, and the text in the next line; or put it in quotes",
        ),
        (
            "rules:\n  - id: Not Kebab\n    rule: no user where has mail\n    message: x\n".to_owned(),
            "pack-id",
            "Not Kebab",
            "an id is lower-case words with hyphens: `upn-on-non-user`",
        ),
        (
            "language: 2\nrules: []\ndefine: { a: has cn }\n".to_owned(),
            "pack-language",
            "2",
            "a newer presync reads it",
        ),
        (
            "rules: []\n".to_owned(),
            "pack-empty",
            "",
            "a pack has `rules:`, `attributes:`, `define:`, `params:`, `formats:` or `classes:`",
        ),
        (
            "attributes: { mail: { type: text } }\n".to_owned(),
            "pack-duplicate",
            "mail",
            "remove one of them, or give it another name",
        ),
        (
            "rules:\n  - id: tested\n    rule: no user where has mail\n    message: \"a {class\"\n"
                .to_owned(),
            "rule-message",
            "{",
            "write `{{` for a brace",
        ),
    ] {
        let found = problems(&text);
        assert_eq!(found.len(), 1, "{text}{found:?}");
        let (got_code, message, got_help, got_underlined) = &found[0];
        assert_eq!(
            (*got_code, got_underlined.as_str(), got_help.as_str()),
            (code, underlined, help),
            "{text}{message}"
        );
    }
}
