//! `presync export-command`: what the rules ask for, and no more, in commands that are one command when pasted.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::path::Path;

use common::{Desk, Ran};
use presync::pack::{BUILT_IN, Library, load};
use presync::source::Store;

const SOURCES: [&str; 8] =
    ["ldifde", "csvde", "ldapsearch", "samba", "powershell", "graph", "exchange", "csexport"];

/// Attributes of each kind, a class of its own, a parameter that is not set, and two other sources.
const PACK: &str = r#"language: 1
attributes:
  badge: { type: text, single: true }
params:
  domains: { type: list }
define:
  unused: has department
rules:
  - id: proxies
    rule: each proxyAddresses of user must be printable
    message: "`{it}` of {displayName}"
    tags: [mail]
  - id: anchor
    rule: each user must have mS-DS-ConsistencyGuid
    message: no anchor
    tags: [anchor]
  - id: known-domain
    rule: each mail of user where whenCreated > "2020-01-01" and domain(it) in $domains must match /@/
    message: "`{it}`"
    tags: [mail]
  - id: units
    rule: each organizationalUnit must have managedBy
    message: nobody cares for it
    tags: [units]
  - id: cloud
    rule: no userPrincipalName of user where it equals any onPremisesUserPrincipalName of tenant.user
    message: "`{it}`"
    tags: [cloud]
  - id: staff
    rule: each employeeID of user where it equals any badge of hr.user must match /[0-9]+/
    message: "`{it}`"
    tags: [hr]
"#;

fn export(desk: &Desk, arguments: &[&str]) -> Ran {
    desk.run(&[&["export-command", "--no-builtin", "--rules", "pack.yaml"], arguments].concat())
}

fn desk() -> Desk {
    Desk::with(&[("pack.yaml", PACK)])
}

/// The whole output: the notes, then the command.
fn whole(arguments: &[&str]) -> String {
    let ran = export(&desk(), arguments);
    ran.exits(0);
    format!("{}{}", ran.err, ran.out)
}

#[test]
fn windows() {
    insta::assert_snapshot!(whole(&["ldifde"]));
    insta::assert_snapshot!(whole(&[
        "csvde",
        "--host",
        "dc1",
        "--base",
        "OU=R&D,DC=x",
        "--bind",
        r"CONTOSO\joe"
    ]));
    insta::assert_snapshot!(whole(&["csexport"]));
    insta::assert_snapshot!(whole(&["csexport", "--host", "fabrikam.onmicrosoft.com"]));
}
#[test]
fn posix() {
    insta::assert_snapshot!(whole(&["ldapsearch"]));
    let told = ["--host", "dc1", "--base", "OU=O'Brien $x,DC=x", "--bind", "joe@x"];
    insta::assert_snapshot!(whole(&[&["ldapsearch"], &told[..]].concat()));
    insta::assert_snapshot!(whole(&["samba"]));
    insta::assert_snapshot!(whole(&[&["ldbsearch"], &told[..]].concat()));
}
#[test]
fn powershell() {
    insta::assert_snapshot!(whole(&["powershell"]));
    let told = ["--host", "dc1", "--base", "OU=O’Brien's $x,DC=x", "--bind", "joe@x"];
    let told = whole(&[&["powershell"], &told[..]].concat());
    assert!(told.contains("$at = @{Server = 'dc1'; Credential = Get-Credential 'joe@x'}\n"), "{told}");
    assert!(told.contains(" -SearchBase 'OU=O’’Brien''s $x,DC=x' "), "{told}");
}
#[test]
fn graph() {
    insta::assert_snapshot!(whole(&["graph", "--host", "contoso.onmicrosoft.com"]));
}
#[test]
fn exchange() {
    insta::assert_snapshot!(whole(&["exchange", "--bind", "joe@contoso.com"]));
}

/// The attributes of a command of ldifde.
fn attributes(desk: &Desk, arguments: &[&str]) -> Vec<String> {
    let ran = export(desk, &[&["ldifde"], arguments].concat());
    let list = ran.exits(0).out.trim_end().trim_end_matches('"').rsplit('"').next().unwrap().to_owned();
    list.split(',').map(str::to_owned).collect()
}

#[test]
fn only_what_the_enabled_rules_ask_for() {
    let desk = desk();
    let always = ["objectClass", "objectGUID"];
    let of = |arguments: &[&str]| {
        let all = attributes(&desk, arguments);
        assert_eq!(all[..2], always);
        all[2..].join(" ")
    };
    assert_eq!(of(&["--select", "anchor"]), "mS-DS-ConsistencyGuid");
    assert_eq!(of(&["--select", "proxies"]), "displayName proxyAddresses");
    assert_eq!(of(&["--select", "mail", "--ignore", "proxies"]), "mail whenCreated");
    assert_eq!(of(&["--ignore", "mail,anchor,units,cloud"]), "employeeID");
    // what is asked of another source is exported there
    assert_eq!(of(&["--select", "cloud"]), "userPrincipalName");
    assert_eq!(of(&["--as", "hr"]), "badge");
    assert_eq!(of(&["--as", "tenant"]), "onPremisesUserPrincipalName");
    // a value of a parameter, or none, changes nothing
    assert_eq!(of(&["--select", "known-domain", "--set", "domains=x.org"]), "mail whenCreated");
}

#[test]
fn objects_of_the_classes_that_rules_speak_of() {
    let filter = |rule: &str, source: &str| {
        let pack = format!("language: 1\nrules:\n  - id: a\n    rule: {rule}\n    message: m\n");
        let desk = Desk::with(&[("pack.yaml", &pack)]);
        let out = export(&desk, &[source]).exits(0).out.clone();
        out.split(['"', '\'']).find(|part| part.starts_with('(')).unwrap().to_owned()
    };
    let base = "(|(objectCategory=person)(objectCategory=group)";
    assert_eq!(filter("each user must have mail", "ldifde"), format!("{base})"));
    assert_eq!(
        filter("each organizationalUnit must have mail", "samba"),
        format!("{base}(objectClass=organizationalUnit))")
    );
    assert_eq!(filter("each device must have mail", "csvde"), format!("{base}(objectCategory=computer))"));
    assert_eq!(filter("each object must have mail", "ldapsearch"), "(objectClass=*)");
    // a member may be anything
    assert_eq!(filter("each member of group must refer to object", "ldifde"), "(objectClass=*)");
    assert_eq!(filter("only user, device may have mail", "ldifde"), format!("{base})"));
    let everywhere = filter("each user must have mail", "ldapsearch");
    assert!(
        everywhere.starts_with(base) && everywhere.contains("(objectClass=inetOrgPerson)"),
        "{everywhere}"
    );
}

#[test]
fn every_attribute_of_every_built_in_rule() {
    let mut store = Store::new();
    let packs = BUILT_IN.iter().map(|(name, text)| {
        let file = store.text(name, text.as_bytes().to_vec());
        load(&store, file, true).unwrap()
    });
    let library = Library::new(packs.collect());
    let set = [("verified_domains".to_owned(), "contoso.com".to_owned())];
    let names = ["main", "tenant"].map(str::to_owned);
    // what a tenant says of itself no directory has
    let is_of_directory = |rule: &presync::pack::RawRule| !rule.tags.iter().any(|tag| tag == "tenant-state");
    let book =
        library.compile(&store, &names, &set, &|rule| is_of_directory(rule).then(|| rule.severity.into()));
    let mut wanted = vec!["objectClass", "objectGUID"];
    for rule in &book.plan.rules {
        let slots =
            rule.needs.iter().chain(rule.subjects.iter().flatten()).filter(|(source, _)| *source == 0);
        wanted.extend(slots.map(|(_, slot)| book.plan.names.name(*slot)));
    }
    assert!(wanted.len() > 5, "{wanted:?}");
    let ran = Desk::new().run(&["export-command", "ldapsearch", "--profile", &library.profiles().join(",")]);
    let words: Vec<&str> = ran.exits(0).out.split_whitespace().collect();
    for name in wanted {
        assert!(words.contains(&name), "`{name}` is not in {}", ran.out);
    }
    let ran = Desk::new().run(&["export-command", "ldapsearch"]);
    assert!(!ran.exits(0).out.contains("lastLogonTimestamp"), "no rule of the profile `default` asks for it");
    // what the conditions of the packs speak of, too
    ran.shows(&["adminDescription", "msExchRecipientTypeDetails", "isCriticalSystemObject"]);
}

#[test]
fn lines_of_cmd_stay_within_its_limit() {
    for source in ["ldifde", "csvde"] {
        let ran = Desk::new().run(&["export-command", source]);
        assert!(
            ran.exits(0).out.lines().all(|line| line.len() <= 8191) && ran.out.contains(" -l "),
            "{}",
            ran.out
        );
    }
    // around 7,000 characters of names fit, twice as many do not
    let pack = |count: usize| {
        let declared: String = (0..count).map(|n| format!("  attribute{n:05}: {{ type: text }}\n")).collect();
        let rules: String = (0..count)
            .map(|n| {
                format!("  - id: r{n}\n    rule: each user must have attribute{n:05}\n    message: missing\n")
            })
            .collect();
        format!("language: 1\nattributes:\n{declared}rules:\n{rules}")
    };
    let desk = Desk::with(&[("pack.yaml", &pack(470))]);
    assert_eq!(attributes(&desk, &[]).len(), 472);
    let desk = Desk::with(&[("pack.yaml", &pack(900))]);
    let ran = export(&desk, &["csvde"]);
    assert_eq!(
        ran.exits(0).out,
        "csvde -u -f ad.csv -r \"(|(objectCategory=person)(objectCategory=group))\"\n"
    );
    ran.says(&["rem the rules ask for more attributes than a line of cmd.exe can hold"]);
    let ran = export(&desk, &["samba"]);
    assert!(ran.exits(0).out.contains("attribute00899"));
}

#[test]
fn a_name_cannot_end_a_command() {
    let hostile = [
        "x & calc",
        "x\" & calc",
        "$(id)",
        "x'; id; '",
        "-rf",
        "a,b",
        "a)(b",
        "%PATH%",
        "a\\",
        "a;id",
        "$x",
        "a’b",
        "é",
        "a|b",
        "a>b",
        "a*",
        "a!b",
        "a<b",
        "a^b",
        "a{b}",
        "a#b",
        "a b",
    ];
    let declared: String = hostile
        .iter()
        .map(|name| format!("  {}: {{ type: text }}\n", serde_json::to_string(name).unwrap()))
        .collect();
    let rules: String = hostile
        .iter()
        .enumerate()
        .map(|(n, name)| {
            let rule = serde_json::to_string(&format!("each `{name}` of user must be printable")).unwrap();
            let cloud = serde_json::to_string(&format!("each `{name}` of tenant.user must be printable")).unwrap();
            format!("  - {{ id: a{n}, rule: {rule}, message: m }}\n  - {{ id: b{n}, rule: {cloud}, message: m }}\n")
        })
        .collect();
    let mail = "  - { id: mail, rule: each mail of user must be printable, message: m }\n";
    let hostile_pack = format!("language: 1\nattributes:\n{declared}rules:\n{rules}{mail}");
    let plain_pack = format!("language: 1\nrules:\n{mail}");
    for source in SOURCES {
        let ran = export(&Desk::with(&[("pack.yaml", &hostile_pack)]), &[source]);
        let plain = export(&Desk::with(&[("pack.yaml", &plain_pack)]), &[source]);
        assert_eq!(ran.exits(0).out, plain.exits(0).out, "{source}");
        // each is named in a comment of one line
        let said = ran.err.matches("left out: no such source has an attribute").count();
        assert_eq!(said, hostile.len(), "{source}: {}", ran.err);
        assert!(
            ran.err.lines().all(|line| line.starts_with("# ") || line.starts_with("rem ")),
            "{}",
            ran.err
        );
    }
}

#[cfg(unix)]
#[test]
fn shells_accept_the_commands() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    for source in ["ldapsearch", "samba"] {
        for told in [&[][..], &["--host", "d'c", "--bind", "a$b", "--base", "OU=`id`;\"x\",DC=x"]] {
            let ran = export(&desk(), &[&[source], told].concat());
            // what a person copies from the screen, notes and all
            for text in [ran.exits(0).out.clone(), format!("{}{}", ran.err, ran.out)] {
                let mut shell = Command::new("sh").arg("-n").stdin(Stdio::piped()).spawn().unwrap();
                shell.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
                assert!(shell.wait().unwrap().success(), "{text}");
            }
        }
    }
}

/// The shell sees one command, each option with its value.
#[cfg(unix)]
#[test]
fn words_reach_the_program_as_they_were_given() {
    let base = "OU=O'Brien $HOME `id` \"x\" \\\\,DC=x";
    let ran = export(&desk(), &["ldapsearch", "--host", "dc1", "--bind", "a b", "--base", base]);
    let script = format!("ldapsearch() {{ printf '%s\\n' \"$@\" >&2; }}\n{}", ran.exits(0).out);
    let desk = Desk::new();
    let output =
        std::process::Command::new("sh").arg("-c").arg(script).current_dir(desk.path()).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    let words: Vec<&str> = words.lines().collect();
    assert_eq!(words[..7], ["-x", "-H", "ldaps://dc1", "-D", "a b", "-W", "-b"]);
    assert_eq!(words[7], base);
    assert!(words[12].starts_with("(|(objectCategory=person)") && words[13] == "objectClass", "{words:?}");
}

#[test]
fn wrong_usage() {
    let desk = desk();
    for (arguments, said) in [
        (
            &["ldif"][..],
            &["possible values: ldifde, csvde, ldapsearch, powershell, graph, exchange, csexport, samba"][..],
        ),
        (&["graph", "--base", "DC=x"], &["`--base` means nothing to this source", "leave `--base` out"]),
        (&["samba", "--bind", "joe"], &["`--bind` means nothing without `--host`"]),
        (&["csvde", "--base", "OU=\"x"], &["`--base` holds `\"`, which cmd.exe would change"]),
        (&["csvde", "--bind", "joe"], &["`--bind joe` names no domain", r"`CONTOSO\joe`"]),
        (&["ldifde", "--bind", r"\joe"], &["names no domain"]),
        (&["csvde", "--host", "%x%"], &["`--host` holds `%`"]),
        (&["ldapsearch", "--host", "a\nb"], &["`--host` holds a control character"]),
        (&["ldapsearch", "--host="], &["`--host` is empty"]),
        (&["ldapsearch", "--host=-x"], &["`--host -x` begins with a hyphen"]),
        (&["ldapsearch", "--as", "hrr"], &["`--as hrr`: no rule names this source", "did you mean `hr`?"]),
        (&["ldapsearch", "--select", "anchr"], &["`--select anchr`", "did you mean `anchor`?"]),
        (&["ldapsearch", "--set", "x"], &["`--set x` has no name"]),
    ] {
        let ran = export(&desk, arguments);
        ran.exits(2).says(said);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    let ran = export(&desk, &["ldapsearch", "-q"]);
    assert_eq!(ran.exits(0).err, "");
    let faulty = Desk::with(&[(
        "pack.yaml",
        "language: 1\nrules:\n  - id: a\n    rule: each usr must have mail\n    message: m\n",
    )]);
    export(&faulty, &["ldapsearch"]).exits(2).says(&["unknown class `usr`"]);
}

#[test]
fn what_a_command_does_not_answer_for_is_told() {
    let pack = "language: 1\nparams:\n  allowed: { type: list }\nrules:\n  - id: control\n    rule: each user must have mail where objectGUID in $allowed\n    message: m\n";
    let desk = Desk::with(&[("pack.yaml", pack)]);
    let ran = export(&desk, &["samba"]);
    ran.exits(0).says(&["# the rule `control` is not looked at: the parameter `allowed` is not set"]);
    let ran = export(&desk, &["samba", "--set", "allowed=97deeb46-2072-11e9-80cb-000d3a3614c0"]);
    assert!(!ran.exits(0).err.contains("not looked at") && ran.out.contains(" mail "), "{}", ran.out);
    export(&desk, &["graph", "--set", "allowed=97deeb46-2072-11e9-80cb-000d3a3614c0"])
        .exits(0)
        .says(&["# no rule asks for anything of the source `tenant`\n"]);
    export(&desk, &["ldapsearch", "--host", "dc1:3269"])
        .exits(0)
        .says(&["# ports 3268 and 3269 are the global"]);
    desk.run(&["export-command", "samba", "--no-builtin"]).exits(2).says(&["error[no-rules]"]);
}

#[test]
fn secrets_are_told() {
    let pack =
        "language: 1\nrules:\n  - id: a\n    rule: each device must have ms-Mcs-AdmPwd\n    message: m\n";
    let ran = export(&Desk::with(&[("pack.yaml", pack)]), &["ldifde"]);
    ran.exits(0).says(&["rem keep the file safe, it will hold secrets: ms-Mcs-AdmPwd"]);
}

#[test]
fn every_source_has_a_page_and_every_link_leads_somewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sources");
    let index = std::fs::read_to_string(folder.join("README.md")).unwrap();
    for source in SOURCES {
        let page = if source == "samba" { "ldbsearch" } else { source };
        assert!(index.contains(&format!("({page}.md)")), "{page} is not in the index");
        let text = std::fs::read_to_string(folder.join(format!("{page}.md"))).unwrap();
        assert!(text.contains(&format!("presync export-command {source}")), "{page} has no command");
    }
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            assert!(folder.join(link).exists(), "{}: `{link}` leads nowhere", path.display());
        }
    }
}

/// What a tenant records of itself is asked of Graph, whatever the rules, and of no directory.
#[test]
fn no_directory_is_asked_for_what_a_tenant_records() {
    let desk = Desk::new();
    for source in ["ldifde", "ldapsearch", "powershell"] {
        let ran = desk.run(&["export-command", source, "--host", "dc1.contoso.com", "--isolated"]);
        assert!(!ran.exits(0).out.contains("quarantined"), "{}", ran.out);
    }
    let ran = desk.run(&["export-command", "graph", "--isolated"]);
    ran.exits(0).shows(&["onPremisesProvisioningErrors", "deletedDateTime"]);
    assert!(!ran.out.contains("quarantined"), "{}", ran.out);
}
