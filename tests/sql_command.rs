//! `presync sql`, the rows and facts for it, and `presync report`, without any engine.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod common;

use common::Desk;
use serde_json::Value;

const DIRECTORY: &str =
    "dn: CN=Joe,DC=x\nobjectClass: user\nmail: JOE@x\ndescription:: YQBi\nuserPassword: secret\n";
const OWN: [&str; 4] = ["--isolated", "--no-builtin", "--rules", "rules.yaml"];

fn rows(desk: &Desk, arguments: &[&str]) -> Vec<Value> {
    let ran = desk.run(&[&["show", "--isolated"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn rows_say_what_values_compare_by() {
    let desk = Desk::with(&[("a.ldif", DIRECTORY)]);
    let rows = rows(&desk, &["a.ldif", "--format", "rows", "--source", "before"]);
    let row = |kind: &str, attribute: &str| {
        let found = rows.iter().find(|row| row["kind"] == kind && row["attribute"] == attribute);
        found.unwrap_or_else(|| panic!("{kind} {attribute}: {rows:#?}"))
    };
    assert_eq!(row("own", "dn")["folded"], "cn=joe,dc=x");
    assert_eq!(row("own", "class")["value"], "user");
    let mail = row("value", "mail");
    assert_eq!(
        (&mail["value"], &mail["folded"], &mail["key"]),
        (&"JOE@x".into(), &"joe@x".into(), &Value::Null)
    );
    assert_eq!((&mail["source"], &mail["line"], &mail["offset"]), (&"before".into(), &3.into(), &40.into()));
    // a NUL is a text nowhere, and a secret comes out nowhere
    let odd = row("value", "description");
    assert_eq!((&odd["value"], &odd["value_base64"]), (&"a\u{ef00}b".into(), &"YQBi".into()));
    let secret = row("value", "userPassword");
    assert!(
        ["value", "value_base64", "folded", "key"].iter().all(|name| secret[*name].is_null()),
        "{secret}"
    );
    assert_eq!(row("root", "dc=x")["key"], "cn=joe,dc=x");
    assert!(row("exported", "mail")["record"].is_null());
}

#[test]
fn a_value_that_would_count_otherwise_is_refused() {
    let desk = Desk::new().file("a.ldif", "dn: CN=Joe,DC=x\nobjectClass: user\nmail:: 7r6AYQ==\n");
    let ran = desk.run(&["show", "--isolated", "a.ldif", "--format", "rows"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("error[row-ambiguous]") && ran.err.contains("a.ldif:3:8"), "{}", ran.err);
}

#[test]
fn each_fact_is_told_once() {
    let rules =
        "language: 1\nrules:\n  - id: a\n    rule: each mail of user must be smtp_address\n    message: m\n";
    let twice = format!("{DIRECTORY}\n{}", DIRECTORY.replace("CN=Joe", "CN=Jim"));
    let desk = Desk::with(&[("a.ldif", &twice), ("rules.yaml", rules)]);
    let facts = rows(&desk, &["a.ldif", "--format", "facts", "--no-builtin", "--rules", "rules.yaml"]);
    assert_eq!(facts.len(), 1, "{facts:?}");
    assert_eq!((&facts[0]["function"], &facts[0]["text"]), (&"is smtp_address".into(), &"JOE@x".into()));
}

#[test]
fn a_rule_that_sql_cannot_say_is_listed() {
    let rules = "language: 1\nrules:\n\
                 \x20 - { id: by-file, rule: 'no user where file = \"x\"', message: m }\n\
                 \x20 - { id: by-mail, rule: each user must have mail, message: m }\n";
    let desk = Desk::with(&[("rules.yaml", rules)]);
    let run =
        |dialect: &str, more: &[&str]| desk.run(&[&["sql", "--dialect", dialect], &OWN[..], more].concat());
    let ran = run("duckdb", &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("left out: by-file: asks for the name of the file\n"), "{}", ran.err);
    assert!(ran.err.contains("1 of 2 rules are said in SQL"), "{}", ran.err);
    assert_eq!(run("duckdb", &["--allow-partial"]).code, 0);
    let ran = run("duckdb", &["--select", "by-mail", "--no-load"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("-- by-mail") && !ran.out.contains("CREATE TABLE"), "{}", ran.out);
    let ran = run("oracle", &[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("[possible values: duckdb, postgres, spark]"), "{}", ran.err);
    let ran = run("duckdbb", &[]);
    assert!(ran.code == 2 && ran.err.contains("a similar value exists: 'duckdb'"), "{}", ran.err);
}

#[test]
fn a_rule_about_a_source_that_is_not_loaded_is_told() {
    let rules = "language: 1\nrules:\n\
                 \x20 - { id: by-tenant, rule: 'no mail of user where it equals any mail of tenant.user', message: m }\n\
                 \x20 - { id: by-mail, rule: each user must have mail, message: m }\n";
    let desk = Desk::with(&[("rules.yaml", rules)]);
    let run = |more: &[&str]| desk.run(&[&["sql", "--dialect", "spark"], &OWN[..], more].concat());
    let ran = run(&[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("not evaluated: by-tenant: the source `tenant` is not loaded\n"), "{}", ran.err);
    assert!(
        ran.err.contains("1 of 1 rules are said in SQL") && !ran.out.contains("-- by-tenant"),
        "{}",
        ran.err
    );
    // another name is another source
    let ran = run(&["--source", "tenat"]);
    assert!(ran.err.contains("by-tenant: the source `tenant` is not loaded"), "{}", ran.err);
    assert!(ran.err.contains("no rule is about the source `tenat`; did you mean `tenant`?\n"), "{}", ran.err);
    let ran = run(&["--source", "tenant"]);
    assert!(ran.err.contains("2 of 2 rules are said in SQL"), "{}", ran.err);
    assert!(ran.out.contains("-- by-tenant") && ran.out.contains("-- source tenant"), "{}", ran.out);
}

#[test]
fn all_built_in_rules_are_said() {
    let desk = Desk::new();
    for dialect in ["duckdb", "postgres", "spark"] {
        let profiles = "default,hygiene,idfix-multi-tenant,idfix-dedicated,delta";
        let sources = ["--source", "tenant", "--source", "before"];
        let ran = desk.run(
            &[&["sql", "--isolated", "--dialect", dialect, "--profile", profiles], &sources[..]].concat(),
        );
        assert_eq!(ran.code, 0, "{dialect}: {}", ran.err);
        assert!(
            !ran.err.contains("left out: ") && !ran.err.contains("is not loaded"),
            "{dialect}: {}",
            ran.err
        );
    }
}

#[test]
fn no_parameter_leaves_its_literal() {
    let desk = Desk::new();
    let evil = "initial_domain=x'; DROP TABLE presync_value; --.onmicrosoft.com";
    let ran = desk.run(&["sql", "--isolated", "--dialect", "duckdb", "--set", evil]);
    assert_eq!(ran.code, 2, "a parameter with a format takes no other text");
    let suffix = "extra_suffixes=.x'; DROP TABLE presync_value; --";
    let ran = desk.run(&["sql", "--isolated", "--dialect", "duckdb", "--no-load", "--set", suffix]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains(".x''; drop table presync_value; --'"), "{}", ran.err);
}

const TABLE: &str = "rule,severity,message,help,object,class,attribute,value,value_base64,file,line,offset,length,shared\n\
    upn-taken,error,\"`joe@x` is taken, twice\",change it,\"CN=Joe,DC=x\",user,userPrincipalName,joe@x,,gone.ldif,7,91,5,joe@x\n\
    own-rule,info,a photo,,\"CN=Eva,DC=x\",user,jpegPhoto,,/9j/,gone.ldif,9,,,\n";

#[test]
fn a_table_becomes_every_report() {
    let desk = Desk::with(&[("found.csv", TABLE)]);
    let formats = "human concise json jsonl sarif github gitlab junit checkstyle csv markdown html";
    for format in formats.split(' ') {
        let ran = desk.run(&["report", "--isolated", "found.csv", "--format", format]);
        assert_eq!(ran.code, 1, "{format}: {}", ran.err);
        assert!(
            ran.out.contains("upn-taken") || format == "csv" && ran.out.contains("joe@x"),
            "{format}: {}",
            ran.out
        );
    }
    let ran = desk.run(&["report", "--isolated", "found.csv", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let [first, second] = report["findings"].as_array().unwrap().as_slice() else { panic!("{report}") };
    assert_eq!((&first["object"], &first["value"]), (&"CN=Joe,DC=x".into(), &"joe@x".into()));
    assert_eq!((&first["location"]["line"], &first["help"]), (&7.into(), &"change it".into()));
    assert_eq!(second["value"]["base64"], "/9j/");
    assert_eq!(report["problems"][0]["code"], "report-without-file");
    let ran =
        desk.run(&["report", "--isolated", "found.csv", "--fail-level", "error", "--format", "concise"]);
    assert!(ran.out.starts_with("gone.ldif:7:1: error[upn-taken] `joe@x` is taken, twice\n"), "{}", ran.out);
}

#[test]
fn a_report_shows_the_lines_of_files_that_are_there() {
    let row = r#"{"rule":"own-rule","severity":"warning","message":"m","object":"CN=Joe,DC=x","class":"user","attribute":"mail","value":"JOE@x","file":"a.ldif","line":3,"offset":40,"length":5}"#;
    let desk = Desk::with(&[("a.ldif", DIRECTORY), ("found.jsonl", row)]);
    let ran = desk.run(&["report", "--isolated", "found.jsonl"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("2 │ objectClass: user") && ran.out.contains("a.ldif:3:7"), "{}", ran.out);
    // a file that is another one by now is not believed
    let desk = desk.file(
        "a.ldif",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    );
    let ran = desk.run(&["report", "--isolated", "found.jsonl"]);
    assert!(ran.out.contains("3 │ mail: JOE@x"), "{}", ran.out);
}

#[test]
fn a_table_that_is_none_is_told() {
    let desk = Desk::with(&[("a.csv", "rule,severty\nx,error\n"), ("b.csv", "")]);
    for (file, told) in [
        ("a.csv", "`a.csv`: the table has no columns `severity`, `message`"),
        ("b.csv", "`b.csv`"),
        ("c.csv", "c.csv"),
    ] {
        let ran = desk.run(&["report", "--isolated", file]);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
}
